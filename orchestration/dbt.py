"""Running dbt inside this process: the prepared manifest, one build, its results.

dbt is parsed once per state of dbt_project/ (`prepare`); a refresh starts from that manifest, so
no run pays for parsing. Everything runs in-process: a child process would keep the database's
lock if this one were killed.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import cached_property
from io import StringIO
from pathlib import Path
from typing import Any

from orchestration.fingerprint import LOCK, digest_of_tree
from orchestration.workspace import Build, Workspace

KEPT_SECONDS = 24 * 3600
QUIET = {
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DO_NOT_TRACK": "1",
    "DBT_USE_COLORS": "false",
}


class DbtError(RuntimeError):
    """dbt itself failed (not a test: those are the gate's to judge)."""


@dataclass(frozen=True)
class PreparedDbt:
    """The parsed dbt project, kept under data/cache/ for one state of dbt_project/."""

    directory: Path
    project: Path

    @property
    def manifest_path(self) -> Path:
        """dbt's manifest after parsing."""
        return self.directory / "manifest.json"

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest, read."""
        manifest: dict[str, Any] = json.loads(self.manifest_path.read_text(encoding="utf-8"))
        return manifest

    @cached_property
    def column_lineage(self) -> dict[str, dict[str, list[list[str]]]]:
        """Per model's unique id, per column: the [unique id, column] pairs it is made from."""
        lineage: dict[str, dict[str, list[list[str]]]] = json.loads(
            (self.directory / "column_lineage.json").read_text(encoding="utf-8")
        )
        return lineage


def prepare(workspace: Workspace) -> PreparedDbt:
    """Parse the dbt project unless this state of it was parsed before.

    Raises:
        DbtError: the project does not parse or compile.
    """
    root = workspace.root
    decides = [
        workspace.dbt_project,
        root / "sources",
        root / "editions" / "frames.py",
        root / LOCK,
    ]
    state = digest_of_tree(*decides, base=root)[:16]
    directory = workspace.cache / "dbt" / state
    prepared = PreparedDbt(directory, workspace.dbt_project)
    if not (directory / "column_lineage.json").exists():
        _parse_into(prepared, workspace)
    return prepared


def _parse_into(prepared: PreparedDbt, workspace: Workspace) -> None:
    from orchestration.column_lineage import column_lineage
    from orchestration.ingest import bronze_columns

    caches = prepared.directory.parent
    caches.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=caches, prefix=".making-") as temporary:
        making = Path(temporary)
        build = Build("compile", making)
        parsed = _invoke(["parse", *_flags(workspace, build)], build)
        (making / "manifest.msgpack").write_bytes(parsed.to_msgpack())
        shutil.copyfile(build.target / "manifest.json", making / "manifest.json")
        _invoke(["compile", *_flags(workspace, build)], build)
        compiled = json.loads((build.target / "manifest.json").read_text(encoding="utf-8"))
        lineage = column_lineage(compiled, bronze_columns())
        (making / "column_lineage.json").write_text(json.dumps(lineage), encoding="utf-8")
        shutil.rmtree(prepared.directory, ignore_errors=True)
        ready = making / "ready"
        ready.mkdir()
        for name in ("manifest.msgpack", "manifest.json", "column_lineage.json"):
            (making / name).rename(ready / name)
        ready.rename(prepared.directory)
    # A running refresh may still read the state before this one: only old ones go.
    for other in caches.iterdir():
        if time.time() - other.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(other, ignore_errors=True)


@dataclass(frozen=True)
class DbtRun:
    """What dbt did in one build: ``run_results.json`` as dbt wrote it.

    dbt lists exposures among its results; they are no work, and are left out here.
    """

    results_path: Path

    @cached_property
    def results(self) -> list[dict[str, Any]]:
        """One result per seed, model and test."""
        found: list[dict[str, Any]] = json.loads(self.results_path.read_text("utf-8"))["results"]
        return [result for result in found if not result["unique_id"].startswith("exposure.")]

    def faults(self) -> list[str]:
        """What went wrong with models and seeds, in one line each."""
        return [
            f"{result['unique_id'].split('.')[-1]}: {' '.join(str(result['message']).split())}"
            for result in self.results
            if result["status"] not in ("success", "pass")
        ]


def build_models(workspace: Workspace, prepared: PreparedDbt, build: Build) -> DbtRun:
    """Run `dbt build` (seeds, models, tests) into the build's own database.

    A failing test or model does not raise: the results say so, and the gate judges them.

    Raises:
        DbtError: dbt could not run at all.
    """
    from dbt.contracts.graph.manifest import Manifest

    manifest = Manifest.from_msgpack((prepared.directory / "manifest.msgpack").read_bytes())
    _invoke(
        ["build", *_flags(workspace, build)], build, manifest=manifest, failures_are_results=True
    )
    return DbtRun(build.target / "run_results.json")


def build_marts(
    workspace: Workspace, prepared: PreparedDbt, build: Build, names: Iterable[str]
) -> DbtRun:
    """Build some marts with all that they are made from, untested, for comparison only.

    Raises:
        DbtError: dbt could not run at all.
    """
    return build_selected(workspace, prepared, build, [f"+{name}" for name in names])


def build_selected(
    workspace: Workspace, prepared: PreparedDbt, build: Build, selection: Iterable[str]
) -> DbtRun:
    """Build the models and seeds of a selection, untested.

    Args:
        workspace: the checkout.
        prepared: its parsed models.
        build: where to.
        selection: names, each with dbt's graph operators if need be.

    Raises:
        DbtError: dbt could not run at all.
    """
    from dbt.contracts.graph.manifest import Manifest

    manifest = Manifest.from_msgpack((prepared.directory / "manifest.msgpack").read_bytes())
    _invoke(
        [
            *("build", *_flags(workspace, build)),
            *("--select", *selection),
            *("--resource-type", "seed", "--resource-type", "model"),
        ],
        build,
        manifest=manifest,
        failures_are_results=True,
    )
    return DbtRun(build.target / "run_results.json")


def _flags(workspace: Workspace, build: Build) -> list[str]:
    project = str(workspace.dbt_project)
    return [
        *("--project-dir", project, "--profiles-dir", project),
        *("--target-path", str(build.target), "--log-path", str(build.target)),
        *("--log-level", "none", "--log-level-file", "info", "--no-use-colors"),
    ]


@contextmanager
def _environment(build: Build) -> Iterator[None]:
    added: Mapping[str, str] = {**QUIET, "WHITEPAPER_BUILD": str(build.directory)}
    before = {name: os.environ.get(name) for name in added}
    os.environ.update(added)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _invoke(
    arguments: list[str], build: Build, *, manifest: Any = None, failures_are_results: bool = False
) -> Any:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    said = StringIO()
    with _environment(build), redirect_stdout(said):
        try:
            outcome = dbtRunner(manifest=manifest).invoke(arguments)
        finally:
            # Otherwise the file stays open in this process and no read-only open succeeds. What a
            # Python model has read holds on to it too, in a cycle of references.
            DuckDBConnectionManager.close_all_connections()
            gc.collect()
    if outcome.exception is not None:
        raise DbtError(f"dbt {arguments[0]} failed: {outcome.exception}") from outcome.exception
    if not outcome.success and not failures_are_results:
        raise DbtError(f"dbt {arguments[0]} failed:\n{said.getvalue().strip()}")
    return outcome.result
