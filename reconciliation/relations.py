"""What must hold between printed cells, as data, and its application to the cells of a book.

Here: `Relation`, reading it from the frame `edition__relation`, the `Book` of printed cells, and
`constraints_of`, which finds the cells each relation speaks of. Not here: what a constraint means
(`constraints`), who is to blame when one does not hold (`consistency`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

import polars as pl

from reconciliation.cells import CellKey
from reconciliation.constraints import (
    AtLeast,
    Constraint,
    Factor,
    Linear,
    Mark,
    Numbered,
    RankCount,
    RankPair,
    RankRoom,
    Ratio,
    State,
)
from reconciliation.intervals import Interval
from reconciliation.printed import Printed, read_printed

UNLIMITED = Fraction(10**15)
"""Greater than any number of such a book."""


@dataclass(frozen=True)
class Cells:
    """Cells of one measure: in every row and period, unless `row` or `period` is given."""

    table_id: str
    measure: str
    row: str = ""
    period: str = ""

    def at(self, row: str, period: str) -> CellKey:
        """Return the cell in a row and period, where these are not given already."""
        return CellKey(self.table_id, self.row or row, self.period or period, self.measure)


@dataclass(frozen=True)
class Relation:
    """A relation of relations.yml: cells and plain values by the role they play in it."""

    id: str
    kind: str
    cells: Mapping[str, tuple[Cells, ...]] = field(default_factory=dict)
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def one(self, role: str) -> Cells:
        """Return the cells that play a role alone."""
        return self.cells[role][0]

    def value(self, role: str, default: str = "") -> str:
        """Return the plain value of a role."""
        return self.values.get(role, (default,))[0]

    def number(self, role: str) -> Fraction | None:
        """Return the number of a role; None where none is given."""
        return Fraction(self.values[role][0]) if role in self.values else None


def read_relations(frame: pl.DataFrame) -> list[Relation]:
    """Return the relations of the frame `edition__relation`, in the order of the file."""
    cells: dict[tuple[str, str], dict[str, tuple[Cells, ...]]] = {}
    values: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {}
    for line in frame.iter_rows(named=True):
        key = (line["relation_id"], line["kind"])
        of_cells, of_values = cells.setdefault(key, {}), values.setdefault(key, {})
        role = line["role"]
        if line["table_id"]:
            found = Cells(line["table_id"], line["measure"], line["row_key"], line["period"])
            of_cells[role] = (*of_cells.get(role, ()), found)
        else:
            of_values[role] = (*of_values.get(role, ()), line["value"])
    return [Relation(*key, of_cells, values[key]) for key, of_cells in cells.items()]


class Book:
    """The printed numbers of a book, by cell, row and column.

    Cells that cannot be read, or say N/A, are left out: nothing follows from them.
    """

    def __init__(self, printed: pl.DataFrame) -> None:
        self.cells: dict[CellKey, Printed] = {}
        self.rows: dict[tuple[str, str, str], list[str]] = {}
        """Rows of a column in printed order, by table, measure and period."""
        self.periods: dict[tuple[str, str], list[str]] = {}
        """Periods of a measure in printed order, by table and measure."""
        line_of: dict[CellKey, int] = {}
        for row in printed.iter_rows(named=True):
            key = CellKey(row["table_id"], row["row_key"], row["period"] or "", row["measure"])
            try:
                cell = read_printed(row["printed"] or "")
            except ValueError:
                continue
            if cell.value is None:
                continue
            self.cells[key] = cell
            line_of[key] = row["row_no"]
            periods = self.periods.setdefault((key.table_id, key.measure), [])
            if key.period not in periods:
                periods.append(key.period)
        for key in sorted(self.cells, key=lambda found: line_of[found]):
            self.rows.setdefault((key.table_id, key.measure, key.period), []).append(key.row_key)

    def state(self) -> State:
        """Return what print says: an interval for each cell."""
        domains: dict[CellKey, Interval] = {}
        for key, cell in self.cells.items():
            interval = Interval.of_reading(cell)
            if interval is not None:
                domains[key] = interval
        numbers = {k: Fraction(c.value) for k, c in self.cells.items() if c.value is not None}
        return State(domains, numbers)

    def places(self, cells: Cells) -> Iterator[tuple[str, str]]:
        """Yield row and period of each printed cell of a measure."""
        for period in self.periods.get((cells.table_id, cells.measure), ()):
            if cells.period in ("", period):
                for row in self.rows.get((cells.table_id, cells.measure, period), ()):
                    if cells.row in ("", row):
                        yield row, period

    def column(self, cells: Cells, period: str, rows: Sequence[str] = ()) -> list[CellKey]:
        """Return the cells of a column in printed order, in all rows or those of `rows`."""
        period = cells.period or period
        return [
            CellKey(cells.table_id, row, period, cells.measure)
            for row in self.rows.get((cells.table_id, cells.measure, period), ())
            if (not rows or row in rows) and cells.row in ("", row)
        ]

    def before(self, key: CellKey) -> CellKey | None:
        """Return the same cell a year earlier."""
        if not key.period.isdigit():
            return None
        earlier = key._replace(period=str(int(key.period) - 1))
        return earlier if earlier in self.cells else None

    def previous(self, key: CellKey) -> tuple[CellKey, int] | None:
        """Return the same cell in the printed year before, and how many years lie between."""
        if not key.period.isdigit():
            return None
        years = [int(p) for p in self.periods[key.table_id, key.measure] if p.isdigit()]
        for year in sorted((y for y in years if y < int(key.period)), reverse=True):
            earlier = key._replace(period=str(year))
            if earlier in self.cells:
                return earlier, int(key.period) - year
        return None


def constraints_of(relation: Relation, book: Book) -> list[Constraint]:
    """Return the relation as constraints on the cells that are printed.

    Raises:
        ValueError: the kind is not known.
    """
    if relation.kind not in _BUILDERS:
        raise ValueError(f"relation '{relation.id}' is of an unknown kind '{relation.kind}'")
    return [
        constraint
        for constraint in _BUILDERS[relation.kind](relation, book)
        if all(cell in book.cells for cell in constraint.cells)
    ]


def _growth(relation: Relation, book: Book) -> Iterator[Constraint]:
    growth, level = relation.one("growth"), relation.one("level")
    for row, period in book.places(growth):
        now = level.at(row, period)
        before = book.before(now)
        if before is not None:
            rate = growth.at(row, period)
            yield Ratio(
                relation.id,
                relation.kind,
                (Factor(now),),
                (Factor(before), Factor(rate, is_growth=True)),
            )


def _change(relation: Relation, book: Book) -> Iterator[Constraint]:
    change, level = relation.one("change"), relation.one("level")
    for row, period in book.places(change):
        now = level.at(row, period)
        before = book.before(now)
        if before is not None:
            terms = ((1, now), (-1, before), (-1, change.at(row, period)))
            yield Linear(relation.id, relation.kind, terms)


def _share(relation: Relation, book: Book) -> Iterator[Constraint]:
    share, part, whole = (relation.one(role) for role in ("share", "part", "whole"))
    for row, period in book.places(share):
        if part.at(row, period) == whole.at(row, period):
            continue  # the whole is 100 % of itself, as _whole_shares says
        yield Ratio(
            relation.id,
            relation.kind,
            (Factor(share.at(row, period)), Factor(whole.at(row, period))),
            (Factor(part.at(row, period)),),
            Interval.exactly(100),
        )
    yield from _whole_shares(relation, book, share, whole)


def _apportioned(relation: Relation, book: Book) -> Iterator[Constraint]:
    amount, whole, share = (relation.one(role) for role in ("amount", "whole", "share"))
    for row, period in book.places(amount):
        if amount.at(row, period) == whole.at(row, period):
            continue
        yield Ratio(
            relation.id,
            relation.kind,
            (Factor(share.at(row, period), is_as_printed=True), Factor(whole.at(row, period))),
            (Factor(amount.at(row, period)),),
            Interval.exactly(100),
        )
    yield from _whole_shares(relation, book, share, whole)


def _whole_shares(
    relation: Relation, book: Book, share: Cells, whole: Cells
) -> Iterator[Constraint]:
    for row, period in book.places(share):
        if whole.row == row:
            hundred = Interval.exactly(100)
            yield Linear(
                relation.id, relation.kind, ((1, share.at(row, period)),), hundred, is_exact=True
            )


def _sum(relation: Relation, book: Book) -> Iterator[Constraint]:
    for total, constant, parts, less in _totals(relation, book, "total"):
        terms = [(1, part) for part in parts] + [(-1, cell) for cell in less]
        if total is not None:
            terms.append((-1, total))
        slack = Fraction(0)
        if "shares" in relation.cells and total is not None and total in book.cells:
            shares = relation.one("shares")
            for part in parts:
                shown = book.cells.get(shares.at(part.row_key, part.period))
                step = Fraction(1, 2 * 10**shown.decimals) if shown is not None else Fraction(0)
                slack += abs(Fraction(book.cells[total].value or 0)) * step / 100
        allowed = Interval.exactly(constant)
        yield Linear(relation.id, relation.kind, tuple(terms), allowed, slack=slack)


def _at_most(relation: Relation, book: Book) -> Iterator[Constraint]:
    for whole, constant, parts, _ in _totals(relation, book, "whole"):
        terms = [(1, part) for part in parts if part in book.cells]
        if whole is not None:
            terms.append((-1, whole))
        allowed = Interval(-UNLIMITED, constant)
        yield Linear(relation.id, relation.kind, tuple(terms), allowed)


def _totals(
    relation: Relation, book: Book, role: str
) -> Iterator[tuple[CellKey | None, Fraction, list[CellKey], list[CellKey]]]:
    """Yield the whole (a cell, or None and a number), its parts and what is taken off."""
    whole = relation.cells[role][0] if role in relation.cells else None
    constant = relation.number(role) or Fraction(0)
    parts, less = relation.cells["parts"], relation.cells.get("minus", ())
    rows = relation.values.get("rows", ())
    if rows:
        for period in book.periods.get((parts[0].table_id, parts[0].measure), ()):
            of_rows = [parts[0].at(row, period) for row in rows]
            yield (whole.at("", period) if whole else None), constant, of_rows, []
        return
    for row, period in book.places(whole or parts[0]):
        yield (
            whole.at(row, period) if whole else None,
            constant,
            [part.at(row, period) for part in parts],
            [cells.at(row, period) for cells in less],
        )


def _same_value(relation: Relation, book: Book) -> Iterator[Constraint]:
    one = relation.one("one")
    for other in relation.cells["others"]:
        for row, period in book.places(one):
            first, second = one.at(row, period), other.at(row, period)
            yield Linear(relation.id, relation.kind, ((1, first), (-1, second)))


def _implied(relation: Relation, book: Book) -> Iterator[Constraint]:
    over, by = relation.one("over"), relation.one("by")
    for row, period in book.places(over):
        now = over.at(row, period)
        previous = book.previous(now)
        if previous is None or row in relation.values.get("except_rows", ()):
            continue
        before, years = previous
        above = (Factor(now), Factor(by.at(row, before.period)))
        below = (Factor(before), Factor(by.at(row, period)))
        suspects = (now, by.at(row, period))
        bounds = _bounds(relation, years)
        yield Ratio(relation.id, relation.kind, above, below, bounds, suspects=suspects)


def _step(relation: Relation, book: Book) -> Iterator[Constraint]:
    level = relation.one("level")
    for row, period in book.places(level):
        now = level.at(row, period)
        previous = book.previous(now)
        if previous is None or row in relation.values.get("except_rows", ()):
            continue
        before, years = previous
        bounds = _bounds(relation, years)
        yield Ratio(
            relation.id, relation.kind, (Factor(now),), (Factor(before),), bounds, suspects=(now,)
        )


def _bounds(relation: Relation, years: int) -> Interval:
    lowest, highest = relation.number("lowest_pct"), relation.number("highest_pct")
    low = (1 + lowest / 100) ** years if lowest is not None else Fraction(0)
    return Interval(low, (1 + highest / 100) ** years if highest is not None else UNLIMITED)


def _rank(relation: Relation, book: Book) -> Iterator[Constraint]:
    ranks, values = relation.cells["rank"], relation.cells["value"]
    is_complete = relation.value("universe") == "complete"
    if len(ranks) == 1:
        groups = [
            [
                (ranks[0].at(row, period), values[0].at(row, period))
                for row in book.rows[ranks[0].table_id, ranks[0].measure, period]
            ]
            for period in book.periods.get((ranks[0].table_id, ranks[0].measure), ())
        ]
    else:
        groups = [
            [(r.at(row, period), v.at(row, period)) for r, v in zip(ranks, values, strict=True)]
            for row, period in book.places(ranks[0])
        ]
    for group in groups:
        pairs = [pair for pair in group if pair[0] in book.cells and pair[1] in book.cells]
        if is_complete:
            for rank, value in pairs:
                others = tuple(other for _, other in pairs if other != value)
                yield RankCount(relation.id, relation.kind, rank, value, others)
            continue
        for at, (rank, value) in enumerate(pairs):
            for other_rank, other_value in pairs[at + 1 :]:
                yield RankPair(relation.id, relation.kind, rank, value, other_rank, other_value)
        if "whole" in relation.cells and pairs:
            whole = relation.one("whole").at(pairs[0][0].row_key, pairs[0][0].period)
            yield RankRoom(relation.id, relation.kind, tuple(pairs), whole)


def _numbered(relation: Relation, book: Book) -> Iterator[Constraint]:
    rank = relation.one("rank")
    for period in book.periods.get((rank.table_id, rank.measure), ()):
        yield Numbered(relation.id, relation.kind, tuple(book.column(rank, period)))


def _range(relation: Relation, book: Book) -> Iterator[Constraint]:
    for cells in relation.cells["of"]:
        for row, period in book.places(cells):
            cell = cells.at(row, period)
            for role, is_upper in (("lowest", False), ("highest", True)):
                if role not in relation.cells and role not in relation.values:
                    continue
                limit: CellKey | Fraction | None = relation.number(role)
                if limit is None:
                    limit = relation.one(role).at(row, period)
                greater, lesser = (limit, cell) if is_upper else (cell, limit)
                yield AtLeast(relation.id, relation.kind, greater, lesser, (cell,))


def _order(relation: Relation, book: Book) -> Iterator[Constraint]:
    by = relation.one("by")
    left_out = relation.values.get("except_rows", ())
    column = [cell for cell in book.column(by, by.period) if cell.row_key not in left_out]
    is_falling = relation.value("direction") == "descending"
    for above, below in pairwise(column):
        greater, lesser = (above, below) if is_falling else (below, above)
        yield AtLeast(relation.id, relation.kind, greater, lesser, (above, below))


def _mark(relation: Relation, book: Book) -> Iterator[Constraint]:
    derived, made_from = relation.one("derived"), relation.one("made_from")
    for row, period in book.places(derived):
        cell, level = derived.at(row, period), made_from.at(row, period)
        if level not in book.cells:
            continue
        before = book.before(level)
        inputs = (level, before) if before is not None else (level,)
        marked = [book.cells[key].is_preliminary for key in inputs]
        yield Mark(
            relation.id,
            relation.kind,
            cell,
            inputs,
            is_derived_marked=book.cells[cell].is_preliminary,
            is_input_marked=any(marked),
        )


_BUILDERS = {
    "growth": _growth,
    "change": _change,
    "share": _share,
    "apportioned": _apportioned,
    "sum": _sum,
    "at_most": _at_most,
    "same_value": _same_value,
    "implied": _implied,
    "step": _step,
    "rank": _rank,
    "numbered": _numbered,
    "range": _range,
    "order": _order,
    "mark": _mark,
}
