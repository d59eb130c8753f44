"""What a source is, and the one error that a bad file raises.

Here: the dataclasses that every publisher's module fills in (`Source`, `Table`) and `SourceError`.
Not here: reading files (each publisher's module), storing them (`snapshots`), typing them
(`bronze`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import polars as pl

PROVENANCE: dict[str, pl.DataType] = {
    "_vintage": pl.String(),
    "_source_file": pl.String(),
    "_source_row": pl.Int64(),
}
"""Columns that every bronze table ends with: the vintage, the file's name, and the 1-based line
(CSV, PX, XML), sheet row (workbook) or observation number (JSON) that the row came from."""


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
        self.what, self.expected, self.todo = what, expected, todo
        self.file = Path(file).name if file is not None else None
        self.place = f"line {place}" if isinstance(place, int) else place
        super().__init__(str(self))

    def __str__(self) -> str:
        where = ", ".join(part for part in (self.file, self.place) if part)
        text = f"{where}: {self.what}" if where else self.what
        if self.expected:
            text += f" Expected: {self.expected}."
        if self.todo:
            text += f" What to do: {self.todo}."
        return text


@dataclass(frozen=True)
class Table:
    """A bronze table: its name, its typed columns and the columns that identify a row.

    `columns` leaves out the provenance columns, which every table has (`PROVENANCE`).
    A second row with the same `key` is an error that names both lines.
    """

    name: str
    columns: Mapping[str, pl.DataType]
    key: tuple[str, ...]
    description: str


Reader = Callable[[Sequence[Path]], dict[str, pl.DataFrame]]
"""Turns the files of one snapshot into one frame per bronze table.

Each frame has the table's columns plus `_source_file` and `_source_row`. A reader raises
`SourceError` and nothing else for a bad file, and never drops a row silently.
"""


@dataclass(frozen=True)
class Source:
    """A publisher's product: who makes it, under which licence, and how to read its files."""

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
    read: Reader
    feeds: tuple[str, ...] = field(default=())

    def table(self, name: str) -> Table:
        """The bronze table with this name."""
        return next(table for table in self.tables if table.name == name)
