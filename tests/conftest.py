"""A checkout of its own, refreshed once, for the tests that look at what a refresh makes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests.standin.fixtures import client, standin

__all__ = ["client", "standin"]

ROOT = Path(__file__).resolve().parents[1]
ROOMS = (
    *("sources", "editions", "dbt_project", "reconciliation"),
    *("expectations", "publication", "orchestration"),
)
PREPARED = ROOT / "data" / "cache" / "dbt"
DEAR_FIRST = ("tests/end_to_end/", "tests/publication/", "tests/dbt_project/")
MADE = shutil.ignore_patterns("target", "logs", "__pycache__", ".user.yml")


@dataclass(frozen=True)
class Checkout:
    """A copy of the working tree in which a test may change files."""

    root: Path

    @property
    def published(self) -> Path:
        return self.root / "data" / "published"

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "orchestration.cli", *arguments]

    @property
    def environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if k != "WHITEPAPER_DATA"}
        return {**inherited, "PYTHONPATH": str(self.root)}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def query(self, sql: str) -> list[tuple]:
        database = self.published / "current" / "whitepaper.duckdb"
        with duckdb.connect(str(database), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def copy(self, to: Path) -> Checkout:
        shutil.copytree(self.root, to, symlinks=True)
        return Checkout(to)


def pytest_collection_modifyitems(items):
    """Start with the files that take long, so that no worker is left with one at the end."""
    places = len(DEAR_FIRST)
    rank = {place: number for number, place in enumerate(DEAR_FIRST)}
    items.sort(
        key=lambda item: next(
            (rank[place] for place in DEAR_FIRST if item.nodeid.startswith(place)), places
        )
    )


@pytest.fixture(scope="session")
def refreshed(tmp_path_factory) -> Checkout:
    """A checkout whose shipped edition has been published; not to be changed."""
    root = tmp_path_factory.mktemp("checkout")
    for room in ROOMS:
        shutil.copytree(ROOT / room, root / room, ignore=MADE)
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copyfile(ROOT / name, root / name)
    # What `make setup` has parsed of this very state of the models need not be parsed again.
    if PREPARED.is_dir():
        shutil.copytree(PREPARED, root / PREPARED.relative_to(ROOT))
    checkout = Checkout(root)
    result = checkout.run("refresh")
    assert result.returncode == 0, result.stderr
    assert "Published edition 2025-26" in result.stdout
    return checkout


@pytest.fixture
def checkout(refreshed, tmp_path) -> Checkout:
    """A copy of the refreshed checkout that the test may change."""
    return refreshed.copy(tmp_path / "checkout")
