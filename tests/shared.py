"""What is dear to make, made once in a test run and shared by its workers.

Here: the lock and the places. What is made stands in `conftest`; nothing shared is changed by a
test: one that has to change something takes a copy.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.dbt import DbtRun


@contextmanager
def one_worker_at_a_time(factory: pytest.TempPathFactory, name: str) -> Iterator[Path]:
    """Hold a lock that all workers of this test run know; the place that they share."""
    own = factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield shared


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A directory that the first worker in need of it fills; the others wait for it."""
    with one_worker_at_a_time(factory, name) as shared:
        directory, done = shared / name, shared / f"{name}.done"
        if not done.exists():
            shutil.rmtree(directory, ignore_errors=True)
            directory.mkdir()
            make(directory)
            done.touch()
    return directory


@dataclass(frozen=True)
class Built:
    """An edition that dbt has built: seeds, models and tests."""

    directory: Path

    @cached_property
    def results(self) -> Mapping[str, Mapping[str, Any]]:
        """dbt's results by the name of the seed, model or test."""
        results = DbtRun(self.directory / "target" / "run_results.json").results
        return {result["unique_id"].split(".")[2]: result for result in results}

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Ask the database; other workers may do so at the same time."""
        with duckdb.connect(str(self.directory / "warehouse.duckdb"), read_only=True) as connection:
            connection.execute("set file_search_path = ?", [str(self.directory)])
            cursor = connection.execute(sql)
            names = [column[0] for column in cursor.description or []]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def found_by(self, test: str) -> list[dict[str, Any]]:
        """The rows that a dbt test returns."""
        return self.rows(self.results[test]["compiled_code"])
