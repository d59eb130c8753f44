"""The command `python -m editions.transcription`: make the snapshots that the edition ships with.

Here: paths and what is told to the person who runs it. Not here: the work.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from editions.transcription.book_inputs import Contradiction
from editions.transcription.printed import read_estimates, read_printed
from editions.transcription.publishers import transcribe
from editions.transcription.snapshot_writer import write_snapshot

EDITION = Path(__file__).resolve().parents[1] / "2025-26"


def make_snapshots(edition: Path, out: Path) -> tuple[list[Path], list[Contradiction]]:
    """Write every snapshot of the edition; return the directories and what stays contradictory."""
    tables = read_printed(edition / "printed")
    estimates = read_estimates(edition / "estimates.yml")
    made = transcribe(tables, estimates)
    directories = [write_snapshot(snapshot, out) for snapshot, _ in made]
    return directories, [denied for _, contradictions in made for denied in contradictions]


def main() -> None:
    """Run the transcription and say which printed cells nothing reproduces."""
    parser = argparse.ArgumentParser(
        prog="python -m editions.transcription",
        description="Make the raw snapshots of the 2025/26 edition from its printed cells.",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=EDITION / "raw",
        help="root of the snapshots (default: %(default)s)",
    )
    arguments = parser.parse_args()
    directories, contradictions = make_snapshots(EDITION, arguments.out)
    for directory in directories:
        names = sorted(p.name for p in directory.iterdir())
        print(f"{directory.parent.name}/{directory.name}: {', '.join(names)}")
    print(f"{len(contradictions)} printed cells contradict the print around them:")
    for contradiction in contradictions:
        print(f"  {contradiction}")


if __name__ == "__main__":
    main()
