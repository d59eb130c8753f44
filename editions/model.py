"""The parts of an edition as typed, frozen objects, and the one error that a bad file raises.

Here: dataclasses and `EditionError`. Not here: reading files (`reader`, `registry`), frames for
the warehouse (`frames`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

RowKind = Literal["panel", "fixed", "ranked", "top"]
TopOf = Literal["area", "industry"]
Style = Literal["number", "arrow", "plain"]
ColumnOrder = Literal["by_measure", "by_period"]
Role = Literal["country", "aggregate", "own"]
Rule = Literal["given", "interpolate", "extend_increment", "carry_growth"]


class EditionError(ValueError):
    """An edition's file says something that cannot be; names file, key, finding and remedy.

    Args:
        what: the finding in one sentence, with the offending value.
        file: the file it was found in, relative to the edition's folder.
        key: where in the file, e.g. ``tables > T1-2-01 > measures > gerd_yoy_pct > decimals``.
        todo: what the editor can do about it.
    """

    def __init__(
        self, what: str, *, file: str | Path, key: str | None = None, todo: str | None = None
    ) -> None:
        self.what, self.file, self.key, self.todo = what, str(file), key, todo
        super().__init__(str(self))

    def __str__(self) -> str:
        where = f"{self.file}, {self.key}" if self.key else self.file
        remedy = f" What to do: {self.todo}." if self.todo else ""
        return f"{where}: {self.what}.{remedy}"


@dataclass(frozen=True)
class Column:
    """A promised column of one measure: its period and its header.

    `rows` holds the row keys the column is printed for, None for all rows of the table.
    """

    period: str
    header_zh: str
    header_en: str
    rows: tuple[str, ...] | None


@dataclass(frozen=True)
class Measure:
    """A measure of a table: how it is called, computed and printed.

    `unit_en` may hold ``{base_period}``, to be filled with the base year of the file.
    """

    name: str
    label_zh: str
    label_en: str
    unit_zh: str
    unit_en: str
    decimals: int
    style: Style
    suffix: str
    mark_preliminary: bool
    formula_en: str
    indicator_id: str | None
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class RowLabel:
    """A row of a table whose rows the edition lists itself."""

    key: str
    label_zh: str
    label_en: str


@dataclass(frozen=True)
class Rows:
    """Which rows a table has.

    panel: the areas of `panel`. fixed: `items`. ranked: `count` rows in the source's order, with
    `items` as labels. top: the leading `count` members of `of`, after `first` if there is one.
    """

    kind: RowKind
    panel: str | None = None
    of: TopOf | None = None
    count: int | None = None
    first: str | None = None
    items: tuple[RowLabel, ...] = ()


@dataclass(frozen=True)
class BookTable:
    """A numeric table of the book."""

    id: str
    model: str
    number_zh: str
    number_en: str
    title_zh: str
    title_en: str
    unit_zh: str
    unit_en: str
    source_zh: str
    source_en: str
    notes_zh: tuple[str, ...]
    notes_en: tuple[str, ...]
    page: int
    row_order_zh: str
    row_order_en: str
    rows: Rows
    column_order: ColumnOrder
    text_measures: tuple[str, ...]
    measures: tuple[Measure, ...]

    def columns_in_print_order(self) -> list[tuple[Measure, Column]]:
        """Return every promised (measure, column) from left to right.

        Entries with the same header are one printed column, read on different rows.
        """
        pairs = [(measure, column) for measure in self.measures for column in measure.columns]
        if self.column_order == "by_measure":
            return pairs
        periods = list(dict.fromkeys(column.period for _, column in pairs))
        return sorted(pairs, key=lambda pair: periods.index(pair[1].period))


@dataclass(frozen=True)
class PanelMember:
    """An area of a panel; `position` counts from 1 within the panel."""

    panel_id: str
    area_code: str
    position: int
    role: Role


@dataclass(frozen=True)
class Estimate:
    """A value the editor supplies for one cell that the publisher does not have.

    `given_value` is in the indicator's own unit, `growth_pct` in percent a year.
    """

    id: str
    indicator_id: str
    area_code: str
    period: str
    rule: Rule
    given_value: float | None
    growth_pct: float | None
    reason_en: str
    reason_zh: str
    decided_by: str
    decided_on: str


@dataclass(frozen=True)
class PublisherGap:
    """An observation known to be absent from the publisher's file."""

    indicator_id: str
    area_code: str
    period: str
    reason_en: str
    reason_zh: str


@dataclass(frozen=True)
class Provisional:
    """An observation that is preliminary although the publisher's file does not say so."""

    source_id: str
    indicator_id: str
    period: str
    reason_en: str
    reason_zh: str


@dataclass(frozen=True)
class PrintedCell:
    """A cell as it stands in the printed book; `value` is None for N/A and for text."""

    table_id: str
    row_no: int
    row_label_zh: str
    row_key: str
    col_label_zh: str
    period: str
    measure: str
    unit: str
    printed: str
    value: float | None
    flag: str


@dataclass(frozen=True)
class Edition:
    """One yearly book: everything about it that is a decision rather than a statistic."""

    id: str
    label: str
    title_zh: str
    title_en: str
    parameters: Mapping[str, str]
    pins: Mapping[str, str]
    tables: tuple[BookTable, ...]
    panels: tuple[PanelMember, ...]
    estimates: tuple[Estimate, ...]
    gaps: tuple[PublisherGap, ...]
    provisional: tuple[Provisional, ...]
    printed_cells: tuple[PrintedCell, ...]

    def panel(self, panel_id: str) -> tuple[PanelMember, ...]:
        """Return the members of a panel in listing order; empty if there is no such panel."""
        return tuple(member for member in self.panels if member.panel_id == panel_id)
