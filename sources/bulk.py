"""Microdata in bronze: each file read once into Parquet, kept by its content, used by any vintage.

Here: which files were read before and by which code, reading the others, proving what a reader
wrote, and putting a vintage's tables together. Not here: parsing (the publisher's module), small
sources (`bronze`), which vintage feeds an edition (orchestration).

What a file gave lies in ``<cache>/<digest>/``; the digest covers the file's sha256 and the code
that reads it. A release that shares nine of ten files with the one before is read for its tenth,
and a file that has been read is not inflated again, whatever vintage it comes in.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from sources.bronze import check_rows, refuse_empty
from sources.contract import Source, SourceError, Table

KEPT_SECONDS = 90 * 86400
"""Files of no vintage in use are forgotten after so long."""

DECIDING_PACKAGES = ("polars", "pyarrow", "isal", "numpy")
"""Whose versions may change what a reader writes."""

TO_MEMORY = 64 << 20
APART = 64 << 20
"""More bytes than that are read by processes of their own; for fewer, their start costs more."""

_MAKING = ".making-"
"""Begins the name of what is no result: the dot keeps it from being taken for one."""

WORKER = {
    "POLARS_MAX_THREADS": "1",  # other threads inflate, and another file is read beside
    # Memory that one file needed serves the next one, instead of staying with a thread.
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "2",
}
"""The environment of a process that reads."""


@dataclass(frozen=True)
class BulkTables:
    """The bronze tables of one vintage of microdata.

    Attributes:
        frames: the traced tables, with all provenance columns.
        parts: the Parquet files of the others, in the order of the snapshot's files; at least one
            for each, which is empty where no file has a row of it.
        rows: rows per table.
        read_now: names of the files that had not been read before.
    """

    frames: dict[str, pl.DataFrame]
    parts: dict[str, list[Path]]
    rows: dict[str, int]
    read_now: tuple[str, ...]


def build_bulk(
    source: Source, files: Mapping[Path, str], vintage: str, cache_directory: Path
) -> BulkTables:
    """Read what has not been read before, and put the tables of a vintage together.

    Args:
        source: a source with a bulk reader.
        files: the snapshot's files and their sha256, which the caller has proven.
        vintage: the vintage's name.
        cache_directory: where the results are kept by content.

    Raises:
        SourceError: what the reader raises; tables that are not as declared; not one row.
    """
    bulk = source.bulk
    if bulk is None:
        raise TypeError(f"{source.id} has no bulk reader")
    code = digest_of_code(bulk.read_file)
    traced: dict[str, list[pl.DataFrame]] = {t.name: [] for t in source.tables if t.traced}
    parts: dict[str, list[Path]] = {t.name: [] for t in source.tables if not t.traced}
    results = {
        path: cache_directory / _digest(source.id, sha256, code) for path, sha256 in files.items()
    }
    unread = {path: kept for path, kept in results.items() if not kept.is_dir()}
    _read(source, unread)
    for path, kept in results.items():
        os.utime(kept)
        for name, found in traced.items():
            frame = pl.read_parquet(kept / f"{name}.parquet")
            found.append(
                frame.with_columns(
                    pl.lit(path.name).alias("_source_file"), pl.lit(vintage).alias("_vintage")
                )
            )
        for name, paths in parts.items():
            paths += sorted((kept / name).glob("*.parquet"))
    frames: dict[str, pl.DataFrame] = {}
    for table in source.tables:
        if table.traced:
            empty = pl.DataFrame(schema=table.bronze_columns)
            stacked = [frame.select(empty.columns) for frame in traced[table.name]]
            frames[table.name] = pl.concat([empty, *stacked])
            check_rows(source, table, frames[table.name])
        elif not parts[table.name]:
            parts[table.name].append(empty_part(table, cache_directory))
    bulk.check(frames)
    _forget_old(cache_directory)
    rows = {name: frame.height for name, frame in frames.items()} | {
        name: sum(pq.read_metadata(path).num_rows for path in paths)
        for name, paths in parts.items()
    }
    refuse_empty(source, rows, list(files))
    return BulkTables(frames, parts, rows, tuple(path.name for path in unread))


def bulk_frames(source: Source, files: Sequence[Path], vintage: str) -> dict[str, pl.DataFrame]:
    """Read small files of a bulk source wholly into memory: for tests and trials.

    Raises:
        SourceError: see `build_bulk`; besides, files too large to be held.
    """
    if sum(path.stat().st_size for path in files) > TO_MEMORY:
        raise SourceError(
            f"The files of {source.id} are too large to be read into memory.",
            expected=f"at most {TO_MEMORY:,} bytes",
            todo="land them: they are then read in a stream",
        )
    with tempfile.TemporaryDirectory() as temporary:
        digests = {path: digest_of_bytes(path) for path in files}
        built = build_bulk(source, digests, vintage, Path(temporary))
        return {
            table.name: built.frames[table.name]
            if table.traced
            else pl.concat([pl.read_parquet(path) for path in built.parts[table.name]])
            for table in source.tables
        }


def empty_part(table: Table, directory: Path) -> Path:
    """Write the Parquet file of a table that no row was landed for: typed columns, no row."""
    path = directory / f"_none-{table.name}.parquet"
    directory.mkdir(parents=True, exist_ok=True)
    making = path.with_suffix(f".{os.getpid()}")
    pl.DataFrame(schema=table.bronze_columns).write_parquet(making)
    os.replace(making, path)
    return path


def digest_of_bytes(path: Path) -> str:
    """sha256 of a file, in hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


@cache
def digest_of_code(function: Callable[..., object]) -> str:
    """Digest of the module of a function, of all modules of this room that it imports, of the
    versions of the packages that decide what is written, and of how polars hashes here.

    The imports are followed as they stand in the code, so that none can be forgotten; what only
    types need is left out. The register of sources (this package itself) reads nothing.
    """
    digest = hashlib.sha256(digest_of_bytes(Path(__file__)).encode())
    for package in DECIDING_PACKAGES:
        digest.update(f"{package} {version(package)}\n".encode())
    # A hash is a key in some tables; another processor may hash otherwise.
    digest.update(f"{pl.Series(['a text']).hash()[0]}\n".encode())
    for path in sorted(_imported(Path(str(sys.modules[function.__module__].__file__)))):
        digest.update(f"{path.name} {digest_of_bytes(path)}\n".encode())
    return digest.hexdigest()


def _imported(module: Path) -> set[Path]:
    """The module's file and those of this room that it needs, however far away."""
    room, found, todo = Path(__file__).parent, {module}, [module]
    while todo:
        tree = ast.parse(todo.pop().read_text(encoding="utf-8"))
        for node in _statements(tree):
            names = []
            if isinstance(node, ast.ImportFrom):
                package = node.module or ""
                names = [package, *(f"{package}.{alias.name}" for alias in node.names)]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            for name in names:
                top, _, rest = name.partition(".")
                path = room / f"{rest.replace('.', '/')}.py"
                if top == room.name and rest and path.exists() and path not in found:
                    found.add(path)
                    todo.append(path)
    return found


def _statements(tree: ast.AST) -> list[ast.AST]:
    found: list[ast.AST] = []
    for node in ast.iter_child_nodes(tree):
        for_types = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        found += [] if for_types else [node, *_statements(node)]
    return found


def _digest(source_id: str, sha256: str, code: str) -> str:
    return hashlib.sha256(f"{source_id} {sha256} {code}".encode()).hexdigest()[:40]


def _read(source: Source, unread: Mapping[Path, Path]) -> None:
    """Read files into their places; where they are large, by workers, one for each core.

    A worker is a process of its own, which gives its memory back when it ends; this one has models
    to build with it.
    """
    sizes = {path: path.stat().st_size for path in unread}
    if sum(sizes.values()) <= APART:
        for path, place in unread.items():
            read_into(place, source, path)
        return
    todo: queue.SimpleQueue[Path] = queue.SimpleQueue()
    for path in sorted(unread, key=lambda path: -sizes[path]):
        todo.put(path)
    count = min(os.cpu_count() or 1, len(unread))
    with ExitStack() as stack:
        directory = next(iter(unread.values())).parent
        workers = [stack.enter_context(_Worker(source, directory)) for _ in range(count)]
        threads = stack.enter_context(ThreadPoolExecutor(count))
        reading = [threads.submit(_read_all, worker, todo, unread) for worker in workers]
        try:
            for future in as_completed(reading):
                future.result()
        except BaseException:
            for worker in workers:
                worker.end()
            raise


def _read_all(worker: _Worker, todo: queue.SimpleQueue[Path], places: Mapping[Path, Path]) -> None:
    """Have a worker read files until there is none left."""
    while True:
        try:
            path = todo.get_nowait()
        except queue.Empty:
            return
        worker.read(path, places[path])


class _Worker:
    """A process that reads one file after the other, and ends when this one does.

    Args:
        source: whose files it reads.
        directory: where the results appear; what it leaves there unfinished is removed.
    """

    def __init__(self, source: Source, directory: Path) -> None:
        self._directory = directory
        self._said = tempfile.TemporaryFile(mode="w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - closed with the worker
        self._process = subprocess.Popen(
            [sys.executable, "-m", "sources.bulk", source.id],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            cwd=Path(__file__).parents[1],
            env={**os.environ, **WORKER},
            text=True,
            encoding="utf-8",
        )

    def __enter__(self) -> _Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        # A question that a dead one never read would be asked again when its pipe is closed.
        with suppress(BrokenPipeError), self._process:  # closes the pipes and waits
            self._said.close()
        for unfinished in self._directory.glob(f"{_MAKING}{self._process.pid}-*"):
            shutil.rmtree(unfinished, ignore_errors=True)

    def end(self) -> None:
        """End it, whatever it does."""
        self._process.terminate()

    def read(self, path: Path, kept: Path) -> None:
        """Have it read a file.

        Raises:
            SourceError: the file was refused, or the process ended.
        """
        assert self._process.stdin is not None and self._process.stdout is not None
        asked = [str(path.absolute()), str(kept.absolute())]  # it stands in another directory
        try:
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            code = self._process.wait()
            self._said.seek(0)
            last = self._said.read().strip().rpartition("\n")[2]
            raise SourceError(
                f"The process that read the file ended with {code}{last and f': {last}'}.",
                file=path,
                todo="see whether memory or disk has run out (-9: the system ended it), and start "
                "again: what was read is kept",
            )
        if refusal := json.loads(answer):
            raise SourceError(**refusal)


def _work(source_id: str) -> None:
    """What a `_Worker` runs: read the files that stdin names; answer null, or the refusal."""
    from sources import get_source

    source = get_source(source_id)
    # Answers only go where the other end reads; what a library prints goes to stderr.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    asked: queue.SimpleQueue[str] = queue.SimpleQueue()

    def listen() -> None:
        for line in sys.stdin:
            asked.put(line)
        os._exit(1)  # nobody holds the other end any more

    threading.Thread(target=listen, daemon=True).start()
    while True:
        path, kept = json.loads(asked.get())
        refusal = None
        try:
            read_into(Path(kept), source, Path(path))
        except SourceError as error:
            facts = {name: getattr(error, name) for name in ("what", "place", "expected", "todo")}
            refusal = {**facts, "file": str(error.file or "") or None}
        answers.write(json.dumps(refusal) + "\n")
        answers.flush()


def read_into(kept: Path, source: Source, path: Path) -> None:
    """Read one file; what it gave appears in `kept` as a whole, or not at all.

    Raises:
        SourceError: what the reader raises; tables that are not as declared.
    """
    assert source.bulk is not None
    kept.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=f"{_MAKING}{os.getpid()}-", dir=kept.parent))
    try:
        making.chmod(0o755)
        frames = source.bulk.read_file(path, making)
        _check_file(source, path, frames, making)
        for name, frame in frames.items():
            frame.write_parquet(making / f"{name}.parquet")
        try:
            making.rename(kept)
        except OSError:
            # Another process has read the same file meanwhile: one is as good as the other.
            if not kept.is_dir():
                raise
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _check_file(
    source: Source, path: Path, frames: Mapping[str, pl.DataFrame], directory: Path
) -> None:
    """Hold what a reader gave for one file against the declared tables."""
    faults = []
    wanted = {
        table.name: {**table.columns, "_source_row": pl.Int64()}
        for table in source.tables
        if table.traced
    }
    for name in wanted.keys() | frames.keys():
        given = dict(frames[name].schema) if name in frames else None
        if given is None or given != wanted.get(name):
            faults.append(f"{name} is {given}, declared {wanted.get(name)}")
    for folder in (entry for entry in directory.iterdir() if entry.is_dir()):
        table = next((t for t in source.tables if t.name == folder.name and not t.traced), None)
        for part in sorted(folder.iterdir()):
            schema = dict(pl.read_parquet_schema(part))
            if table is None or schema != dict(table.columns):
                declared = dict(table.columns) if table else None
                faults.append(f"{folder.name}/{part.name} is {schema}, declared {declared}")
    if faults:
        raise SourceError(
            f"The reader of {source.id} does not give its tables as declared: {'; '.join(faults)}.",
            file=path,
            todo=f"mend sources/{source.id}.py",
        )


def _forget_old(cache_directory: Path) -> None:
    """Remove results that no vintage has asked for in a long time, and what killed readers left."""
    for entry in sorted(cache_directory.iterdir()):
        is_dead = entry.name.startswith(_MAKING)
        with suppress(FileNotFoundError):  # another process has just done the same
            age = time.time() - entry.stat().st_mtime
            if not entry.is_dir() or age <= (86400 if is_dead else KEPT_SECONDS):
                continue
            # Under another name first: half of a result must never be taken for the whole.
            dead = entry if is_dead else entry.rename(entry.with_name(f"{_MAKING}{entry.name}"))
            shutil.rmtree(dead, ignore_errors=True)


if __name__ == "__main__":
    _work(*sys.argv[1:])
