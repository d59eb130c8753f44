"""SQL from outside, confined: the one way in which the shell, notebooks and others run it.

Here: the limits, a session with a process that runs the queries, and its answers. Not here: what
that process may do (publication.confined_worker), how answers are shown (publication.query_output,
publication.shell).

A confined query reads the published database and nothing else: no file, no network, no
configuration, no write, no program's variables; it has so much memory and so much time.

>>> with ConfinedDatabase(database) as session:  # doctest: +SKIP
...     session.frame("select count(*) as cells from book_cell")
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

WORKER = Path(__file__).with_name("confined_worker.py")
GRACE_SECONDS = 2.0
"""After being asked to stop, a query that does not is ended with its process."""

START_SECONDS = 60.0
_HEADER = struct.Struct(">cQ")
_AT_ONCE = 1 << 20
_KEPT_VARIABLES = ("LD_LIBRARY_PATH",)
"""What the process learns of the environment: where a Python built elsewhere has its library."""


class QueryError(RuntimeError):
    """A query that could not be answered: it is wrong, refused, or beyond the limits."""


class QueryStopped(QueryError):
    """A query that was stopped, by the time limit or by whoever asked."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may use: megabytes (2^20 bytes) of memory, seconds of computing.

    The time during which the asker does something else (reads a page) does not count.
    """

    memory_mb: int = 1024
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an answer; `type` is DuckDB's name of its type."""

    name: str
    type: str


class Result:
    """The rows of one statement, read as they come.

    Reading raises QueryError when the query fails, is refused or goes beyond the limits.
    """

    def __init__(self, columns: tuple[Column, ...], batches: Iterator[pa.RecordBatch]) -> None:
        self.columns = columns
        self._batches = batches

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows not read yet, in batches."""
        return self._batches

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The rows not read yet, as Python values.

        Raises:
            QueryError: as the class; or a column has a type without such values.
        """
        for batch in self._batches:
            yield from zip(*map(_python_values, self.columns, batch.columns), strict=True)


class ConfinedDatabase:
    """A read-only session on a published database; use it in a `with` statement.

    Temporary tables, views and variables live as long as the session. Not for several threads.
    """

    def __init__(self, database: Path, limits: Limits | None = None) -> None:
        self.database = database.resolve()
        self.limits = limits or Limits()
        self.restarts = 0
        """How often the process had to be replaced; what was temporary went with it."""
        self._worker: _Worker | None = None
        self._asked = 0
        self._answering = False
        self._seconds_left = 0.0

    def __enter__(self) -> ConfinedDatabase:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the session and its process."""
        worker, self._worker = self._worker, None
        self._answering = False
        if worker is not None:
            worker.end()

    def results(self, sql: str) -> Iterator[Result]:
        """Run the statements of `sql` in order and give the results of those that have rows.

        A result that is not read to its end when the next one is asked for is cut off.

        Raises:
            QueryError: as `Result`; what stood before the failing statement has been done.
        """
        number = self._ask(sql)
        try:
            while True:
                kind, payload = self._frame(number)
                if kind == b"Z":
                    self._answering = False
                    return
                if kind == b"C":
                    columns = tuple(Column(name, type_) for name, type_ in json.loads(payload))
                    batches = self._batches(number)
                    yield Result(columns, batches)
                    for _ in batches:
                        pass
        finally:
            if number == self._asked:
                self._stop()

    def frame(self, sql: str) -> pl.DataFrame:
        """Run one query and return its rows.

        Raises:
            QueryError: as `Result`; there is not exactly one result, two columns share a name, or
                the rows take more memory than a query may use.
        """
        import polars as pl
        import pyarrow as pa

        found: list[pl.DataFrame] = []
        for result in self.results(sql):
            unrepeated_names(result.columns)
            batches, size = [], 0
            for batch in result.batches():
                size += batch.nbytes
                if size > self.limits.memory_mb << 20:
                    raise QueryError(
                        f"The answer is larger than {self.limits.memory_mb} MB: ask for fewer rows "
                        "or columns, or aggregate in SQL."
                    )
                batches.append(batch)
            found.append(pl.DataFrame(pa.Table.from_batches(batches)))
        return only_result(found)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Run one small query, such as a look into the catalogue, and return its rows.

        Raises:
            QueryError: as `Result`; or there is not exactly one result.
        """
        return only_result([list(result.rows()) for result in self.results(sql)])

    def _ask(self, sql: str) -> int:
        """Hand a query to the process, started where there is none; return the query's number."""
        if not _is_text(sql):
            raise QueryError("The query holds bytes that are no text in UTF-8.")
        self._stop()
        if self._worker is None:
            self._start()
        assert self._worker is not None
        self._asked += 1
        self._answering = True
        self._seconds_left = self.limits.seconds
        try:
            self._worker.tell({"sql": sql})
        except BrokenPipeError:
            raise self._died() from None
        return self._asked

    def _start(self) -> None:
        self._worker = _Worker(self.database, self.limits.memory_mb << 20)
        try:
            kind, payload = self._worker.frame(START_SECONDS)
        except (TimeoutError, EOFError):
            reason = self._worker.end()
            self._worker = None
            raise QueryError(f"The process for queries did not start. {reason}".strip()) from None
        if kind != b"R":
            self.close()
            message = json.loads(payload)["message"]
            raise QueryError(f"{self.database} cannot be opened: {message}")

    def _batches(self, number: int) -> Iterator[pa.RecordBatch]:
        """The rows of a result; always at least one batch, which tells their types."""
        import pyarrow as pa

        while True:
            kind, payload = self._frame(number)
            if kind == b"E":
                return
            with pa.ipc.open_stream(payload) as reader:
                yield from reader

    def _frame(self, number: int) -> tuple[bytes, bytes]:
        """Wait for the next frame of a query; what went wrong is raised once the query is over."""
        if number != self._asked or self._worker is None or not self._answering:
            raise QueryError("This answer is gone: its query was left, or another has been asked.")
        began = time.monotonic()
        try:
            kind, payload = self._worker.frame(self._seconds_left)
        except TimeoutError:
            self._stop()
            raise QueryStopped(
                f"The query was stopped: it took longer than {self.limits.seconds:g} seconds."
            ) from None
        except EOFError:
            raise self._died() from None
        finally:
            self._seconds_left -= time.monotonic() - began
        if kind == b"X":
            raise self._failure(number, **json.loads(payload))
        return kind, payload

    def _failure(self, number: int, kind: str, message: str) -> QueryError:
        if kind == "memory":
            # What a failed allocation leaves behind counts against the queries to come.
            return self._died()
        self._frame(number)  # the end of the query
        self._answering = False
        return QueryStopped("The query was stopped.") if kind == "stopped" else QueryError(message)

    def _died(self) -> QueryError:
        worker, self._worker = self._worker, None
        self._answering = False
        self.restarts += 1
        if worker is not None and (complaint := worker.complaint()):
            return QueryError(f"The process for queries ended: {complaint}")
        return QueryError(
            f"The query needs more than its {self.limits.memory_mb} MB of memory. Ask for fewer "
            "rows, or aggregate before sorting or joining."
        )

    def _stop(self) -> None:
        """Stop the query that is being answered, if there is one; end its process if it must be."""
        if not self._answering or self._worker is None:
            return
        self._answering = False
        deadline = time.monotonic() + GRACE_SECONDS
        try:
            self._worker.tell({"stop": True})
            while self._worker.frame(deadline - time.monotonic())[0] != b"Z":
                pass
        except (TimeoutError, BrokenPipeError, EOFError):
            self.close()
            self.restarts += 1


class _Worker:
    """The process, and the frames that it sends."""

    def __init__(self, database: Path, memory_bytes: int) -> None:
        kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(WORKER), str(database), str(memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd="/",
            env={"LC_ALL": "C.UTF-8", **kept},
            # Ctrl+C is for whoever asked: he decides whether the query goes on.
            start_new_session=True,
        )
        self._buffer = bytearray()

    def tell(self, request: dict[str, Any]) -> None:
        """Send a request.

        Raises:
            BrokenPipeError: the process has ended.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        self._process.stdin.flush()

    def frame(self, seconds: float) -> tuple[bytes, bytes]:
        """Wait for a frame, at most so many seconds; what has come of it is kept for later.

        Raises:
            TimeoutError: it has not come whole.
            EOFError: the process has ended.
        """
        deadline = time.monotonic() + seconds
        self._fill(_HEADER.size, deadline)
        kind, length = _HEADER.unpack_from(self._buffer)
        end = _HEADER.size + length
        self._fill(end, deadline)
        payload = bytes(memoryview(self._buffer)[_HEADER.size : end])
        del self._buffer[:end]
        return kind, payload

    def _fill(self, size: int, deadline: float) -> None:
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        while len(self._buffer) < size:
            ready, _, _ = select.select([descriptor], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError
            chunk = os.read(descriptor, _AT_ONCE)
            if not chunk:
                raise EOFError
            self._buffer += chunk

    def complaint(self) -> str:
        """What the process ended of, where that was an error of its own and no want of memory."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE_SECONDS)
        # Out of memory, a signal ends it.
        failed = (self._process.returncode or 0) > 0
        last = self.end()
        return last if failed and "Memory" not in last else ""

    def end(self) -> str:
        """End the process and return the last thing that it complained of."""
        self._process.kill()
        _, complaint = self._process.communicate()
        lines = complaint.decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""


def _is_text(sql: str) -> bool:
    try:
        sql.encode()
    except UnicodeEncodeError:
        return False
    return True


Found = TypeVar("Found")


def only_result(found: Sequence[Found]) -> Found:
    """The one result of a query.

    Raises:
        QueryError: there is none, or there are several.
    """
    if len(found) != 1:
        raise QueryError(f"One query with rows is wanted here; this gives {len(found)} results.")
    return found[0]


def unrepeated_names(columns: Sequence[Column]) -> list[str]:
    """The names of the columns.

    Raises:
        QueryError: two columns share a name, which this form of answer cannot show.
    """
    names = [column.name for column in columns]
    for name in names:
        if names.count(name) > 1:
            raise QueryError(f"Two columns are called {name}: give one another name with `as`.")
    return names


_WITHOUT_PYTHON_VALUE = re.compile(r"\b(BIGNUM|BIT|TIME WITH TIME ZONE|TIME_NS|VARIANT|GEOMETRY)\b")
"""Types that Arrow has no word for, or hands on altered; also within lists and structs."""

_NAMES_IN_A_TYPE = re.compile(r"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'")


def _python_values(column: Column, values: pa.Array) -> list[Any]:
    try:
        if _WITHOUT_PYTHON_VALUE.search(_NAMES_IN_A_TYPE.sub("", column.type)):
            raise NotImplementedError
        return list(values.to_pylist())
    except (NotImplementedError, OverflowError, ValueError):
        raise QueryError(
            f"The values of column {column.name} ({column.type}) cannot be shown as they are: "
            "cast them to varchar."
        ) from None
