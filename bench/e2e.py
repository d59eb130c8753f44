"""From landed microdata to finished marts, orchestration included: what `bench` calls E2E.

    python -m bench.e2e patents|customs

In a checkout whose edition pins the microdata; prints the database that was made.
"""

import sys

from orchestration.collector import leave, spare_what_stays

spare_what_stays()  # as the command does

from editions import list_editions  # noqa: E402
from orchestration.microdata import MICRODATA_MARTS, make_marts  # noqa: E402
from orchestration.workspace import Workspace  # noqa: E402


def main(subject: str) -> int:
    if subject not in MICRODATA_MARTS:
        sys.stderr.write(f"'{subject}' is none of {', '.join(MICRODATA_MARTS)}.\n")
        return 2
    workspace = Workspace.here()
    edition = list_editions(workspace.root / "editions")[-1]
    sys.stdout.write(f"{make_marts(workspace, edition, subject)}\n")
    return 0


if __name__ == "__main__":
    leave(main(*sys.argv[1:]))
