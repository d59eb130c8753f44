"""Where things are: the checkout, data/, and the private directory of one build.

Nothing else decides a path. `WHITEPAPER_DATA` moves data/ elsewhere.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sources.snapshots import SnapshotStore


class WorkspaceError(RuntimeError):
    """The command does not stand in a checkout, or another process holds what it needs."""


@dataclass(frozen=True)
class Workspace:
    """A checkout and its data directory."""

    root: Path
    data: Path

    @classmethod
    def here(cls) -> Workspace:
        """Find the checkout that the current directory belongs to.

        Raises:
            WorkspaceError: no directory up to the root has editions/ and dbt_project/.
        """
        start = Path.cwd()
        for directory in (start, *start.parents):
            if (directory / "dbt_project" / "dbt_project.yml").exists() and (
                directory / "editions"
            ).is_dir():
                data = os.environ.get("WHITEPAPER_DATA")
                return cls(directory, Path(data).resolve() if data else directory / "data")
        raise WorkspaceError(
            f"{start} is not inside a checkout of the Whitepaper Warehouse "
            "(no dbt_project/ and editions/ here or above). Change into the checkout and try again."
        )

    @property
    def dbt_project(self) -> Path:
        """The dbt project of the checkout."""
        return self.root / "dbt_project"

    @property
    def raw(self) -> Path:
        """Landed snapshots, one directory per source and vintage."""
        return self.data / "raw"

    @property
    def bronze(self) -> Path:
        """Typed tables per source and vintage, made again when a file or reader changes."""
        return self.data / "bronze"

    @property
    def builds(self) -> Path:
        """Private directories of runs."""
        return self.data / "builds"

    @property
    def cache(self) -> Path:
        """The parsed dbt project."""
        return self.data / "cache"

    @property
    def published(self) -> Path:
        """What readers open."""
        return self.data / "published"

    @property
    def dagster_home(self) -> Path:
        """Dagster's run history."""
        return self.data / "dagster"

    def snapshots(self, edition: str) -> SnapshotStore:
        """The snapshots an edition can pin: landed ones, and those shipped with the edition."""
        shipped = self.root / "editions" / edition / "raw"
        return SnapshotStore(roots=[self.raw, shipped], landing_root=self.raw)

    def build(self, run_id: str) -> Build:
        """The build of a run; nothing is created yet."""
        return Build(run_id, self.builds / run_id)


GRACE_SECONDS = 60
_held_locks: dict[Path, IO[str]] = {}


@dataclass(frozen=True)
class Build:
    """The private directory in which one run assembles its database.

    Layout: ``bronze/*.parquet`` (links into the bronze cache), ``warehouse.duckdb``, ``target/``
    (dbt artifacts), ``quality/`` (the gate's report).
    """

    run_id: str
    directory: Path

    @property
    def bronze(self) -> Path:
        """Bronze and edition tables of this build."""
        return self.directory / "bronze"

    @property
    def database(self) -> Path:
        """The database being assembled; dbt's manifest names relations by its stem."""
        return self.directory / "warehouse.duckdb"

    @property
    def target(self) -> Path:
        """dbt's artifacts of this build."""
        return self.directory / "target"

    @property
    def quality(self) -> Path:
        """The gate's verdict and report."""
        return self.directory / "quality"

    def open(self) -> Build:
        """Create the directory and hold its lock until this process ends.

        A build whose lock nobody holds belongs to a process that died: see `remove_dead_builds`.
        """
        if self.directory not in _held_locks:
            self.bronze.mkdir(parents=True, exist_ok=True)
            handle = (self.directory / ".lock").open("w")
            fcntl.flock(handle, fcntl.LOCK_EX)
            _held_locks[self.directory] = handle
        return self

    def close(self, *, keep: bool) -> None:
        """Release the lock; remove the directory unless it is worth keeping (a red run)."""
        handle = _held_locks.pop(self.directory, None)
        if not keep:
            shutil.rmtree(self.directory, ignore_errors=True)
        if handle is not None:
            handle.close()


def is_abandoned(build: Path) -> bool:
    """Whether no living process holds this build directory."""
    if build in _held_locks:
        return False
    lock = build / ".lock"
    if not lock.exists():
        # Between making the directory and locking it, a living process looks like a dead one.
        return not build.exists() or time.time() - build.stat().st_mtime > GRACE_SECONDS
    with lock.open("r") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def remove_dead_builds(builds: Path, *, keep: int) -> list[str]:
    """Remove the directories of builds that no process holds, but for the newest `keep`.

    Returns:
        The run ids of all abandoned builds, removed or kept for inspection.
    """
    if not builds.is_dir():
        return []
    abandoned = sorted(
        (path for path in builds.iterdir() if path.is_dir() and is_abandoned(path)),
        key=lambda path: path.stat().st_mtime,
        reverse=True,
    )
    for path in abandoned[keep:]:
        shutil.rmtree(path)
    return [path.name for path in abandoned]


@contextmanager
def only_one(lock_file: Path, activity: str) -> Iterator[None]:
    """Let one process at a time do something; a second one is told at once.

    Raises:
        WorkspaceError: another process holds the lock.
    """
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    with lock_file.open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            holder = handle.read().strip() or "another process"
            raise WorkspaceError(
                f"{activity} is already under way (process {holder}). Wait until it has ended; "
                "its lock goes with the process."
            ) from None
        handle.seek(0)
        handle.truncate()
        handle.write(str(os.getpid()))
        handle.flush()
        yield
