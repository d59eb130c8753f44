"""What can be exported from a published edition, and writing it whole.

Here: the registry of parts, and writing parts beside their place before any file is moved there.
Not here: how a part looks (the module that the registry names), where editions are
(orchestration).

A part is a function `write_<part>(database, directory)`: it reads the published database and writes
its files into the directory, the same bytes every time.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import duckdb

from publication.release import PublicationError


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an export.

    `writer` is `module:function`, imported only when it is wanted. `needs` are parts that it reads
    from the directory. With `by_table` the function takes `table_id` and can write one table alone.
    A part with `aside` needs no other and leaves its work to processes of its own, so that the
    others are written meanwhile.
    """

    writer: str
    what: str
    needs: tuple[str, ...] = ()
    by_table: bool = False
    aside: bool = False

    def load(self) -> Callable[..., None]:
        """Import the function that writes the part."""
        module, _, name = self.writer.partition(":")
        function: Callable[..., None] = getattr(import_module(module), name)
        return function


PARTS: dict[str, Part] = {
    "parquet": Part("publication.files:write_parquet", "every published table, for programs"),
    "csv": Part(
        "publication.files:write_csv", "every table of the book and every mart", by_table=True
    ),
    "sdmx": Part("publication.sdmx:write_sdmx", "SDMX-CSV with its structure message"),
    "workbook": Part(
        "publication.workbook:write_workbook", "the tables in the book's layout", by_table=True
    ),
    "datapackage": Part(
        "publication.datapackage:write_datapackage",
        "Frictionless description of the CSV files",
        needs=("csv",),
    ),
    "figures": Part(
        "publication.figures:write_figures", "every figure as SVG, PDF, PNG and data", aside=True
    ),
    "site": Part(
        "publication.site:write_site",
        "pages for readers, with what they offer for download",
        needs=("parquet", "csv", "sdmx", "workbook", "datapackage", "figures"),
    ),
}
"""Every part by its name, in the order in which they are written."""


def export(
    database: Path, directory: Path, names: Sequence[str] = (), *, table_id: str | None = None
) -> list[Path]:
    """Write parts of a published edition into a directory.

    Files of an earlier export are replaced, each in one step and only after all parts have been
    written; other files in the directory stay.

    Args:
        database: a published `whitepaper.duckdb`.
        directory: where to; made if it does not exist.
        names: parts of `PARTS`; without any, all of them (with `table_id`, all that can).
        table_id: one table of the book alone, e.g. T1-2-01.

    Returns:
        The files written, sorted.

    Raises:
        PublicationError: there is no such part or table, or a part cannot be written.
    """
    parts = _wanted(names, table_id)
    if table_id is not None:
        table_id = _known_table(database, table_id)
    if directory.exists() and not directory.is_dir():
        raise PublicationError(f"{directory} is a file. Name a directory to write into.")
    directory.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=".making-", dir=directory))
    try:
        _write(parts, database, making, table_id)
        return _move_into_place(making, directory)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def write_parts(database: Path, directory: Path) -> None:
    """Write all parts into a release that is being made.

    Args:
        database: the release's finished database.
        directory: the release.

    Raises:
        PublicationError: a part cannot be written.
    """
    _write(PARTS, database, directory, None)


def _write(
    parts: Mapping[str, Part], database: Path, directory: Path, table_id: str | None
) -> None:
    """Write parts in their order; one that may stand aside is written beside the others."""
    options = {} if table_id is None else {"table_id": table_id}
    asides: dict[str, Future[None]] = {}
    with ThreadPoolExecutor() as pool:
        for name, part in parts.items():
            if part.aside:
                asides[name] = pool.submit(_write_one, name, part, database, directory, options)
        for name, part in parts.items():
            for need in part.needs:
                if need in asides:
                    asides[need].result()
            if name not in asides:
                _write_one(name, part, database, directory, options)
        for written in asides.values():
            written.result()


def _write_one(
    name: str, part: Part, database: Path, directory: Path, options: Mapping[str, str]
) -> None:
    try:
        part.load()(database, directory, **options)
    except duckdb.CatalogException as error:
        raise PublicationError(
            f"{name} needs a table that {database} does not have: it was published by an "
            f"earlier version. Run `whitepaper refresh --force` first. ({error})"
        ) from error


def _wanted(names: Sequence[str], table_id: str | None) -> dict[str, Part]:
    """The parts asked for with what they need, in the registry's order."""
    if unknown := sorted(set(names) - set(PARTS)):
        raise PublicationError(f"Cannot export {', '.join(unknown)}. Parts: {', '.join(PARTS)}.")
    if table_id is not None:
        able = [name for name, part in PARTS.items() if part.by_table]
        if unable := [name for name in names if name not in able]:
            raise PublicationError(
                f"{', '.join(unable)} cannot be written for one table. With --table: "
                f"{', '.join(able)}."
            )
        names = names or able
    wanted = set(names or PARTS)
    wanted |= {need for name in wanted for need in PARTS[name].needs}
    return {name: part for name, part in PARTS.items() if name in wanted}


def _known_table(database: Path, table_id: str) -> str:
    with duckdb.connect(str(database), read_only=True) as connection:
        known = [
            str(row[0])
            for row in connection.execute(
                "select table_id from book_table order by position"
            ).fetchall()
        ]
    for candidate in known:
        if candidate.lower() == table_id.lower():
            return candidate
    raise PublicationError(f"There is no table {table_id}. Tables: {', '.join(known)}.")


def _move_into_place(making: Path, directory: Path) -> list[Path]:
    written = []
    for path in sorted(making.rglob("*")):
        if path.is_dir():
            continue
        target = directory / path.relative_to(making)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, target)
        written.append(target)
    return written
