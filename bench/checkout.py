"""A checkout of its own in which made-up microdata are landed and pinned.

Here: copying the rooms, landing files as a user does, the edition's settings. Not here: running
and measuring (`patents`, `customs`).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.measuring import ROOT, WHITEPAPER, Measured, measure

ROOMS = (
    *("sources", "editions", "dbt_project", "reconciliation"),
    *("expectations", "publication", "orchestration", "bench"),
)
FILES = ("pyproject.toml", "requirements.lock")
MADE = shutil.ignore_patterns("target", "logs", "__pycache__", ".user.yml", "latest.json")
EDITION = "2025-26"
VINTAGE = "made-up"


@dataclass(frozen=True)
class Checkout:
    """A copy of the working tree with a data directory of its own."""

    root: Path

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def environment(self) -> dict[str, str]:
        return {"PYTHONPATH": str(self.root), "WHITEPAPER_DATA": str(self.data)}

    def run(self, *command: str) -> Measured:
        """Run and measure a command in this checkout."""
        return measure(command, self.environment, self.root)

    def land(self, source_id: str, files: Sequence[Path], vintage: str = VINTAGE) -> None:
        """Land files and pin them, in place of what the edition has pinned."""
        self.run(*WHITEPAPER, "land", source_id, *map(str, files), "--vintage", vintage)
        pins = self.root / "editions" / EDITION / "pins.yml"
        kept = [
            line
            for line in pins.read_text(encoding="utf-8").splitlines()
            if not line.startswith(f"{source_id}:")
        ]
        pins.write_text("\n".join([*kept, f'{source_id}: "{vintage}"', ""]), encoding="utf-8")

    def set(self, values: Mapping[str, str]) -> None:
        """Replace values of edition.yml by the names that stand before them."""
        settings = self.root / "editions" / EDITION / "edition.yml"
        text = settings.read_text(encoding="utf-8")
        for name, value in values.items():
            text, found = re.subn(
                rf"^( *{re.escape(name)}:) *\S+", rf"\1 {value}", text, flags=re.MULTILINE
            )
            if found != 1:
                raise SystemExit(f"{settings} names {name} {found} times, not once.")
        settings.write_text(text, encoding="utf-8")

    def forget(self) -> None:
        """Take away what was made from the landed files, so that all is made again."""
        for made in ("bronze", "builds"):
            shutil.rmtree(self.data / made, ignore_errors=True)


def made_in(directory: Path) -> Checkout:
    """Copy the rooms into a directory, and parse the models."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, directory / room, ignore=MADE)
    for name in FILES:
        shutil.copyfile(ROOT / name, directory / name)
    checkout = Checkout(directory)
    checkout.data.mkdir()
    checkout.run(*WHITEPAPER, "prepare")
    return checkout
