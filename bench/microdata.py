"""Microdata in the publishers' formats, at any scale, the same for the same seed.

Here: writing all files of a made-up PatentsView release and of made-up customs queries, side by
side on all cores where there is much to write. Not here: what is in them (`made_patents`,
`made_customs`), measuring (`bench.__main__`).

    python -m bench.microdata DIRECTORY SCALE [SEED]
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import made_customs, made_patents, zipping
from bench.zipping import write_zip

ROOT = Path(__file__).resolve().parents[1]

IN_ONE_PROCESS_BELOW = 0.02
"""Scales so small that starting workers would cost more than they save."""


@dataclass(frozen=True)
class Microdata:
    """What was written.

    Attributes:
        patents: the zip of each PatentsView table.
        inflated_bytes: the bytes of each table as text.
        customs: the customs files, in the order in which they were obtained.
        customs_lines: lines below the headers of all customs files.
    """

    patents: dict[str, Path]
    inflated_bytes: dict[str, int]
    customs: tuple[Path, ...]
    customs_lines: int


def generate(
    directory: Path,
    scale: float,
    seed: int = 0,
    *,
    patents: bool = True,
    customs: bool = True,
    workers: int | None = None,
) -> Microdata:
    """Write `directory`/uspto_bulk/<table>.tsv.zip and `directory`/customs_portal/*.csv.

    Args:
        directory: where to write; made if need be.
        scale: 1.0 is the size of the real files, 0.0001 that of a test.
        seed: other seeds give other data of the same shape.
        patents: write the PatentsView tables.
        customs: write the customs files.
        workers: processes; by default all cores, one for tiny scales. The files are the same.

    Raises:
        ValueError: a scale that is not above 0 and at most 1.
    """
    if not 0 < scale <= 1:
        raise ValueError(f"The scale {scale} is not above 0 and at most 1.")
    if workers is None:
        workers = 1 if scale < IN_ONE_PROCESS_BELOW else os.cpu_count() or 1
    zips, sizes, files, lines = {}, {}, [], 0
    with _pool(workers) as run:
        if patents:
            place = directory / "uspto_bulk"
            place.mkdir(parents=True, exist_ok=True)
            for table in made_patents.TABLES:
                count = made_patents.pieces_of(scale, seed, table)
                tasks = [(scale, seed, table, number) for number in range(count)]
                zips[table] = place / f"{table}.tsv.zip"
                made = run(made_patents.piece, tasks)
                sizes[table] = write_zip(zips[table], f"{table}.tsv", made)
        if customs:
            place = directory / "customs_portal"
            place.mkdir(parents=True, exist_ok=True)
            queries = [(place, query, scale, seed) for query in made_customs.queries()]
            for path, written in run(_write_query, queries):
                files.append(path)
                lines += written
    return Microdata(zips, sizes, tuple(files), lines)


def next_customs_month(directory: Path, scale: float, seed: int = 0) -> Path:
    """Write the customs file of the month after the history that `generate` wrote."""
    place = directory / "customs_portal"
    place.mkdir(parents=True, exist_ok=True)
    return made_customs.write_query(place, made_customs.next_month(), scale, seed)[0]


def working_directory() -> Path:
    """Return data/cache/bench, for what is too large for a /tmp that may be memory."""
    data = Path(os.environ.get("WHITEPAPER_DATA", ROOT / "data"))
    directory = data.resolve() / "cache" / "bench"
    directory.mkdir(parents=True, exist_ok=True)
    return directory


def kept(scale: float, seed: int = 0) -> Path:
    """Return a directory with the generated files, made only if it is not there yet.

    It is kept in data/cache/bench (gigabytes at scale 1; `make clean` removes it), by scale, seed
    and the code that makes the files.
    """
    code = hashlib.sha256()
    for module in (made_patents, made_customs, zipping):
        code.update(Path(str(module.__file__)).read_bytes())
    directory = working_directory() / f"{scale:g}-{seed}-{code.hexdigest()[:12]}"
    if not directory.is_dir():
        making = directory.with_name(f"{directory.name}.{os.getpid()}")
        try:
            generate(making, scale, seed)
            making.rename(directory)
        finally:
            shutil.rmtree(making, ignore_errors=True)
    return directory


def _write_query(task: tuple[Path, made_customs.Query, float, int]) -> tuple[Path, int]:
    return made_customs.write_query(*task)


@contextmanager
def _pool(workers: int) -> Iterator[Callable[..., Iterable[Any]]]:
    if workers == 1:
        yield map
        return
    threads = os.environ.get("POLARS_MAX_THREADS")
    os.environ["POLARS_MAX_THREADS"] = "1"  # the workers are the parallelism; read at their start
    try:
        with multiprocessing.get_context("spawn").Pool(workers) as pool:
            yield pool.imap
    finally:
        if threads is None:
            del os.environ["POLARS_MAX_THREADS"]
        else:
            os.environ["POLARS_MAX_THREADS"] = threads


def main(arguments: Sequence[str]) -> None:
    if len(arguments) not in (2, 3):
        raise SystemExit("usage: python -m bench.microdata DIRECTORY SCALE [SEED]")
    made = generate(Path(arguments[0]), float(arguments[1]), int([*arguments, "0"][2]))
    for table, path in made.patents.items():
        print(f"{made.inflated_bytes[table]:15,} bytes of text  {path}")
    print(f"{made.customs_lines:15,} lines in {len(made.customs)} customs files")


if __name__ == "__main__":
    main(sys.argv[1:])
