"""What many tests look at, each made once: the parsed models, a built edition, a published one."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from orchestration.cli import main
from orchestration.dbt import build_models, prepare
from orchestration.ingest import edition_of, ingest_edition, ingest_source
from orchestration.workspace import Workspace
from sources import SOURCE_IDS
from tests.shared import Built, made_once, one_worker_at_a_time
from tests.standin.fixtures import client, standin

__all__ = ["client", "standin"]

ROOT = Path(__file__).resolve().parents[1]
ROOMS = (
    *("sources", "editions", "dbt_project", "reconciliation"),
    *("expectations", "publication", "orchestration"),
)
PREPARED = ROOT / "data" / "cache" / "dbt"
DEAR_FIRST = (
    *("tests/end_to_end/test_refresh.py", "tests/dbt_project/", "tests/end_to_end/"),
    *("tests/publication/", "tests/orchestration/", "tests/reconciliation/", "tests/bench/"),
)
"""The first two make what others share: one worker the checkout, the other the built edition."""
MODELS_BUILT = """

def build_models(workspace, prepared, build):
    made = shutil.ignore_patterns("bronze", ".lock")
    shutil.copytree({built!r}, build.directory, dirs_exist_ok=True, ignore=made)
    return DbtRun(build.target / "run_results.json")
"""
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

    def answer(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """What the command answers, asked in this process: it costs no imports.

        For commands that only read, or that land; an unexpected error is raised.
        """
        # What the command sets for itself, as `status` does, ends with it.
        unset = dict.fromkeys(("WHITEPAPER_DATA", "DAGSTER_HOME", "DAGSTER_DISABLE_TELEMETRY"))
        with contextlib.chdir(self.root):
            said = CliRunner().invoke(main, arguments, env={**unset, **environment})
        if said.exception is not None and not isinstance(said.exception, SystemExit):
            raise said.exception
        return subprocess.CompletedProcess(arguments, said.exit_code, said.stdout, said.stderr)

    def query(self, sql: str) -> list[tuple]:
        database = self.published / "current" / "whitepaper.duckdb"
        with duckdb.connect(str(database), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def copy(self, to: Path) -> Checkout:
        shutil.copytree(self.root, to, symlinks=True)
        return Checkout(to)

    def take_models_from(self, built: Built) -> None:
        """Let dbt's part of a refresh be what it has made before, to try what comes after it."""
        with (self.root / "orchestration" / "dbt.py").open("a", encoding="utf-8") as code:
            code.write(MODELS_BUILT.format(built=str(built.directory)))


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
def prepared(tmp_path_factory) -> Path:
    """The cache with the models of this very state parsed, as `make setup` leaves it."""
    with one_worker_at_a_time(tmp_path_factory, "prepared"):
        prepare(Workspace(ROOT, ROOT / "data"))
    return PREPARED


@pytest.fixture(scope="session")
def workspace_at(prepared) -> Callable[..., Workspace]:
    """A workspace with a data/ of its own, in which the models need not be parsed again."""

    def make(data: Path, root: Path = ROOT) -> Workspace:
        workspace = Workspace(root, data)
        shutil.copytree(prepared, workspace.cache / "dbt")
        return workspace

    return make


@pytest.fixture(scope="session")
def edition_built(workspace_at, tmp_path_factory) -> Built:
    """The shipped edition as dbt builds it, before it is published; not to be changed."""

    def make(data: Path) -> None:
        workspace = workspace_at(data)
        edition = edition_of(workspace, "2025-26")
        build = workspace.build("shipped").open()
        for source_id in SOURCE_IDS:
            ingest_source(workspace, edition, build, source_id)
        ingest_edition(workspace, edition, build)
        build_models(workspace, prepare(workspace), build)

    data = made_once(tmp_path_factory, "built", make)
    return Built(Workspace(ROOT, data).build("shipped").directory)


@pytest.fixture(scope="session")
def refreshed(prepared, tmp_path_factory) -> Checkout:
    """A checkout whose shipped edition has been published; not to be changed."""

    def make(root: Path) -> None:
        for room in ROOMS:
            shutil.copytree(ROOT / room, root / room, ignore=MADE)
        for name in ("pyproject.toml", "requirements.lock"):
            shutil.copyfile(ROOT / name, root / name)
        shutil.copytree(prepared, root / prepared.relative_to(ROOT))
        result = Checkout(root).run("refresh")
        assert result.returncode == 0, result.stderr
        assert "Published edition 2025-26" in result.stdout

    return Checkout(made_once(tmp_path_factory, "checkout", make))


@pytest.fixture
def checkout(refreshed, tmp_path) -> Checkout:
    """A copy of the refreshed checkout that the test may change."""
    return refreshed.copy(tmp_path / "checkout")
