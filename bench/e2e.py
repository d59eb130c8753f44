"""From landed microdata to finished marts, orchestration included: what `bench` calls E2E.

    python -m bench.e2e patents|customs

In a checkout whose edition pins the microdata; prints the database that was made.
"""

import sys

from orchestration.collector import leave, spare_what_stays


def main(subject: str) -> int:
    # Imported here, as the command does: the collector is told before what is large comes.
    from editions import list_editions
    from orchestration.microdata import MICRODATA_MARTS, make_marts
    from orchestration.workspace import Workspace

    if subject not in MICRODATA_MARTS:
        sys.stderr.write(f"'{subject}' is none of {', '.join(MICRODATA_MARTS)}.\n")
        return 2
    workspace = Workspace.here()
    edition = list_editions(workspace.root / "editions")[-1]
    sys.stdout.write(f"{make_marts(workspace, edition, subject)}\n")
    return 0


if __name__ == "__main__":
    spare_what_stays()
    leave(main(*sys.argv[1:]))
