"""What both plain variants must know of a customs file before they can read it."""

from __future__ import annotations

from pathlib import Path

PROTECTED_PARTNER = "資訊保護國別"


def header_line(path: Path) -> int:
    """Return how many lines stand above the header."""
    with path.open(encoding="cp950") as file:
        return next(number for number, line in enumerate(file) if line.startswith("進出口別"))
