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
Basis = Literal["published", "microdata"]
ColumnOrder = Literal["by_measure", "by_period"]
Chart = Literal["bubble", "radar", "lines", "bars", "columns_and_lines", "stacked_columns"]
Width = Literal["column", "page"]
DrawnAs = Literal["column", "line", "stack", "bar", "x", "y", "size", "radius", "table"]
Role = Literal["country", "aggregate", "own"]
Rule = Literal["given", "interpolate", "extend_increment", "carry_growth"]
CorrectionStatus = Literal["applied", "proposed", "withdrawn"]
Action = Literal["none", "inform", "warn", "block"]
PolicyKind = Literal["cell", "claim", "triage"]
Decision = Literal["confirmed", "explained", "rejected"]
CellVerdict = Literal[
    "exact",
    "within_rounding",
    "other_rounding_rule",
    "estimate_declared",
    "estimate_undeclared",
    "other_vintage",
    "preliminary",
    "unit_slip",
    "row_interchanged",
    "copied_from_other_period",
    "sort_order_broken",
    "rank_contradicts_values",
    "parts_do_not_add",
    "implausible_jump",
    "mismatch",
    "not_reproducible",
]
ClaimVerdict = Literal["holds", "holds_only_for_vintage", "does_not_hold", "cannot_be_checked"]


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
    """A row of a table whose rows the edition lists itself.

    A group stands before its rows in a column of its own; empty where the table has none.
    """

    key: str
    label_zh: str
    label_en: str
    group_zh: str = ""
    group_en: str = ""


@dataclass(frozen=True)
class Rows:
    """Which rows a table has.

    panel: the areas of `panel`. fixed: `items`. ranked: `count` rows in the source's order, with
    `items` as labels. top: the leading `count` members of `of`, after `first` if there is one.
    `header_zh` and `header_en` stand over the labels. With `side_by_side` each period is a list of
    its own with its own labels.
    """

    kind: RowKind
    panel: str | None = None
    of: TopOf | None = None
    count: int | None = None
    first: str | None = None
    items: tuple[RowLabel, ...] = ()
    header_zh: str = ""
    header_en: str = ""
    side_by_side: bool = False


@dataclass(frozen=True)
class TextMeasure:
    """A column of words: its header, and English for texts that the source has in Chinese.
    Text columns stand before the numbers.
    """

    name: str
    header_zh: str
    header_en: str
    english: tuple[tuple[str, str], ...]


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
    text_measures: tuple[TextMeasure, ...]
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
class FigureLabel:
    """A series or a point of a figure; an area that the dimension names has empty labels."""

    key: str
    label_zh: str
    label_en: str


@dataclass(frozen=True)
class FigureMeasure:
    """What a figure shows of each series and point, and how.

    `axis_low` and `axis_high` are what the axis holds at least, in the measure's unit. `series` and
    `points` hold the keys that the measure is promised for, None for all.
    """

    name: str
    label_zh: str
    label_en: str
    unit_zh: str
    unit_en: str
    decimals: int
    drawn_as: DrawnAs
    axis_low: float | None
    axis_high: float | None
    series: tuple[str, ...] | None
    points: tuple[str, ...] | None
    indicator_id: str | None


@dataclass(frozen=True)
class FigureGap:
    """Points that cannot have a value, for all series or for some."""

    points: tuple[str, ...]
    series: tuple[str, ...] | None
    reason_zh: str
    reason_en: str


@dataclass(frozen=True)
class BookFigure:
    """A figure of the book that is drawn from numbers.

    Its series are the areas of `panel` that have one of `panel_roles`, then `series`; or, where
    `top_count` is given, areas that the model finds. `land_sources` would fill what is missing.
    """

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
    chart: Chart
    width: Width
    panel: str | None
    panel_roles: tuple[Role, ...]
    top_count: int | None
    series: tuple[FigureLabel, ...]
    points: tuple[FigureLabel, ...]
    peers: str | None
    measures: tuple[FigureMeasure, ...]
    gaps: tuple[FigureGap, ...]
    land_sources: tuple[str, ...]
    land_zh: str
    land_en: str


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
class Correction:
    """A declared change of a publisher's value; `value` and `expect` in the indicator's own unit.

    `expect` is the publisher's value that is to be replaced: once the file says something else,
    the correction stops the refresh.
    """

    id: str
    source_id: str
    indicator_id: str
    area_code: str
    breakdown: str
    period: str
    value: float
    expect: float
    reason_en: str
    reason_zh: str
    evidence: str
    decided_by: str
    decided_on: str
    status: CorrectionStatus


@dataclass(frozen=True)
class PrintedCorrection:
    """A declared change of a printed cell; `expect` is what stands in printed/ until then."""

    id: str
    table_id: str
    row_key: str
    period: str
    measure: str
    printed: str
    value: float | None
    flag: str
    expect: str
    reason_en: str
    reason_zh: str
    evidence: str
    decided_by: str
    decided_on: str
    status: CorrectionStatus


@dataclass(frozen=True)
class PolicyRule:
    """What a verdict does to the refresh.

    `near_action` takes the place of `action` where the printed value misses what the evidence
    allows by at most `near_steps` units of its last place, `estimated_action` where the computed
    value is a declared estimate; more than `at_most` undecided findings of the verdict block. For
    the kind 'triage', `verdict` is a decision of the editor.
    """

    kind: PolicyKind
    verdict: str
    action: Action
    near_steps: int | None = None
    near_action: Action | None = None
    at_most: int | None = None
    estimated_action: Action | None = None


@dataclass(frozen=True)
class TriageLine:
    """What the editor says of one finding, with what was accepted by saying so.

    Lines of one entry share its `entry_id`. A cell has the four keys of a cell, a claim its id.
    `printed` and `computed` of a claim are what it expects and what was found.
    """

    entry_id: str
    kind: Literal["cell", "claim"]
    table_id: str
    row_key: str
    period: str
    measure: str
    claim_id: str
    decision: Decision
    printed: str
    computed: str
    verdict: str
    should_be: str
    reason_en: str
    reason_zh: str
    evidence_en: str
    evidence_zh: str
    decided_by: str
    decided_on: str


@dataclass(frozen=True)
class RelationLine:
    """One word of a relation between printed cells: cells, or a plain value.

    Cells are `measure` of `table_id`, in every row and period unless `row_key` or `period` is
    given. Lines of one relation share its `relation_id`.
    """

    relation_id: str
    kind: str
    role: str
    position: int
    table_id: str = ""
    measure: str = ""
    row_key: str = ""
    period: str = ""
    value: str = ""


@dataclass(frozen=True)
class ClaimLine:
    """A statement of the prose; `definition` is what `reconciliation.claims` reads."""

    id: str
    position: int
    kind: str
    statement_en: str
    statement_zh: str
    definition: str


@dataclass(frozen=True)
class ClaimSetting:
    """What claims.yml declares once for all claims, as JSON."""

    name: str
    definition: str


@dataclass(frozen=True)
class Edition:
    """One yearly book: everything about it that is a decision rather than a statistic."""

    id: str
    label: str
    title_zh: str
    title_en: str
    parameters: Mapping[str, str]
    basis: Mapping[str, Basis]
    pins: Mapping[str, str]
    tables: tuple[BookTable, ...]
    panels: tuple[PanelMember, ...]
    estimates: tuple[Estimate, ...]
    gaps: tuple[PublisherGap, ...]
    provisional: tuple[Provisional, ...]
    printed_cells: tuple[PrintedCell, ...]
    corrections: tuple[Correction, ...] = ()
    printed_corrections: tuple[PrintedCorrection, ...] = ()
    policy: tuple[PolicyRule, ...] = ()
    triage: tuple[TriageLine, ...] = ()
    relations: tuple[RelationLine, ...] = ()
    claims: tuple[ClaimLine, ...] = ()
    claim_settings: tuple[ClaimSetting, ...] = ()
    figures: tuple[BookFigure, ...] = ()

    def series_of(self, figure: BookFigure) -> tuple[FigureLabel, ...]:
        """Return the series that a figure promises by name, in order."""
        members = self.panel(figure.panel) if figure.panel else ()
        areas = [m.area_code for m in members if m.role in figure.panel_roles]
        return (*(FigureLabel(code, "", "") for code in areas), *figure.series)

    def panel(self, panel_id: str) -> tuple[PanelMember, ...]:
        """Return the members of a panel in listing order; empty if there is no such panel."""
        return tuple(member for member in self.panels if member.panel_id == panel_id)
