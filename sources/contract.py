"""What a source is, and the one error that a bad file raises.

Here: the dataclasses that every publisher's module fills in (`Source`, `Table`) and `SourceError`.
Not here: reading files (each publisher's module), storing them (`snapshots`), typing them
(`bronze`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import polars as pl

if TYPE_CHECKING:
    from sources.fetching import Fetcher

PROVENANCE: dict[str, pl.DataType] = {
    "_vintage": pl.String(),
    "_source_file": pl.String(),
    "_source_row": pl.Int64(),
}
"""Columns that every bronze table ends with: the vintage, the file's name, and the 1-based line
(CSV, PX, XML), sheet row (workbook) or observation number (JSON) that the row came from.
`raw_records` gives the record that stands there."""


_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Escape sequences, reversed writing, halves of characters."""


class SourceError(ValueError):
    """A publisher's file cannot be believed; says what, where, what was expected and what to do.

    Args:
        what: the finding in one sentence, with the offending value.
        file: the file it was found in.
        place: line, cell or column, e.g. ``line 17``, ``sheet 'WCY', cell C4``.
        expected: what would have been right.
        todo: what the reader can do about it.
    """

    def __init__(
        self,
        what: str,
        *,
        file: str | Path | None = None,
        place: str | int | None = None,
        expected: str | None = None,
        todo: str | None = None,
    ) -> None:
        self.what, self.todo = _legible(what), todo
        self.expected = _legible(expected, most=2000) if expected else None
        self.file = Path(file).name if file is not None else None
        self.place = f"line {place}" if isinstance(place, int) else _legible(place or "") or None
        super().__init__(str(self))

    def __str__(self) -> str:
        where = ", ".join(part for part in (self.file, self.place) if part)
        text = f"{where}: {self.what}" if where else self.what
        if self.expected:
            text += f" Expected: {self.expected}."
        if self.todo:
            text += f" What to do: {self.todo}."
        return text


def _legible(text: str, *, most: int = 800) -> str:
    """Return a text that quotes a file, without what would garble a terminal, and of fair length.

    >>> len(_legible("'" + "9" * 5000 + "' cannot be."))
    463
    """
    plain = _CONTROL.sub("\ufffd", text)
    return plain if len(plain) <= most else f"{plain[: most // 2]} … {plain[-60:]}"


@dataclass(frozen=True)
class Table:
    """A bronze table: its name, its typed columns and the columns that identify a row.

    `columns` leaves out the provenance columns (`PROVENANCE`), which every `traced` table has; in
    it a second row with the same `key` is an error that names both lines.

    A table of microdata is not `traced`: with a hundred million rows, a file and a line on each
    would cost more than the data. Its `BulkReader` proves it, a traced table of the same source
    counts what came from which file, and a record is found again by its `key`.
    """

    name: str
    columns: Mapping[str, pl.DataType]
    key: tuple[str, ...]
    description: str
    traced: bool = True

    @property
    def bronze_columns(self) -> dict[str, pl.DataType]:
        """The columns of the table in bronze."""
        return {**self.columns, **(PROVENANCE if self.traced else {})}


Reader = Callable[[Sequence[Path]], dict[str, pl.DataFrame]]
"""Turns the files of one snapshot into one frame per bronze table.

Each frame has the table's columns plus `_source_file` and `_source_row`. A reader raises
`SourceError` and nothing else for a bad file, and never drops a row silently.
"""


def _read_in_bulk(files: Sequence[Path]) -> dict[str, pl.DataFrame]:
    raise TypeError("This source is read file by file: see sources.bulk")


@dataclass(frozen=True)
class BulkReader:
    """How a source of microdata is read: file by file, into Parquet, with bounded memory.

    `read_file` gets one file and an empty directory. It writes the rows of each table that is not
    traced to ``<directory>/<table>/<part>.parquet`` (none, one or several parts), and returns a
    frame per traced table, with `_source_row`. What it writes must follow from the file's bytes
    alone, not from its name, its vintage or other files: the result is kept by content and used
    again wherever the same bytes turn up. It raises `SourceError` and nothing else for a bad file.

    `check` gets the frames of the traced tables of all files of a snapshot, each with
    `_source_file`, and raises `SourceError` for files that do not make a whole together.
    """

    read_file: Callable[[Path, Path], dict[str, pl.DataFrame]]
    check: Callable[[Mapping[str, pl.DataFrame]], None] = lambda frames: None


@dataclass(frozen=True)
class TemplateColumn:
    """A column that an editor fills in: its header, what belongs in it, and an example."""

    name: str
    meaning: str
    example: str = ""
    is_text: bool = True


@dataclass(frozen=True)
class TemplateSheet:
    """One sheet of a template workbook, or one CSV file of it, with its columns in order."""

    name: str
    purpose: str
    columns: tuple[TemplateColumn, ...]


@dataclass(frozen=True)
class Template:
    """What `whitepaper template` writes for a source without a public format.

    `as_csv`: the source's reader takes its sheets as CSV files too.
    """

    sheets: tuple[TemplateSheet, ...]
    notes: tuple[str, ...] = ()
    as_csv: bool = True


@dataclass(frozen=True)
class Source:
    """A publisher's product: who makes it, under which licence, and how to read its files.

    `fetcher` says how it is fetched, None for what is handed over by hand; `steps` are the exact
    steps of that hand-over where `how_to_get` does not say them already; `release_months` are the
    months in which the publisher releases a new vintage, empty where that is not known.
    `template` describes the workbook that an editor fills in where there is no public format.
    `rolling`: each release replaces the periods before (a ranking of the year), so that a period
    that left is no loss. `max_inflated_bytes`: the most that a container of it may hold.
    `bulk` reads microdata, in place of `read`. `compared_by_files`: a release replaces whole files,
    so that a file that is missing, or a fifth smaller, is a loss.
    """

    id: str
    title_en: str
    title_zh: str
    publisher_en: str
    publisher_zh: str
    homepage: str
    licence: str
    citation: str
    access: Literal["open", "by hand"]
    how_to_get: str
    tables: tuple[Table, ...]
    read: Reader = _read_in_bulk
    feeds: tuple[str, ...] = field(default=())
    fetcher: Fetcher | None = None
    release_months: tuple[int, ...] = ()
    steps: str = ""
    template: Template | None = None
    rolling: bool = False
    max_inflated_bytes: int = 512 << 20
    bulk: BulkReader | None = None
    compared_by_files: bool = False

    def table(self, name: str) -> Table:
        """The bronze table with this name."""
        return next(table for table in self.tables if table.name == name)
