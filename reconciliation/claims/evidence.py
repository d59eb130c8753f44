"""The numbers that statements are held against: computed cells, printed cells, observations.

Here: `Evidence` with its lookups, made from frames of the warehouse. Not here: reading expressions
(`evaluate`) or databases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import polars as pl

from reconciliation.claims.errors import MissingEvidence
from reconciliation.claims.values import Quantity
from reconciliation.intervals import Interval
from reconciliation.printed import read_printed

_SCALES = (
    (re.compile(r"^(%|percent)", re.I), Fraction(1, 100)),
    (re.compile(r"\b100m\b|億"), Fraction(10**8)),
    (re.compile(r"trillion|兆", re.I), Fraction(10**12)),
    (re.compile(r"billion|\bbn\b|十億", re.I), Fraction(10**9)),
    (re.compile(r"^(NTD |USD )?million|百萬", re.I), Fraction(10**6)),
    (re.compile(r"^10,000\b|萬"), Fraction(10**4)),
    (re.compile(r"^(NTD |USD )?thousand|^1,000\b|仟|千", re.I), Fraction(10**3)),
)
PERCENT = Fraction(1, 100)


class Place(NamedTuple):
    """Where a number stands."""

    table: str
    measure: str
    row: str
    period: str

    def __str__(self) -> str:
        return f"{self.table}.{self.measure}[{', '.join(p for p in self[2:] if p)}]"


@dataclass(frozen=True)
class Cell:
    """A cell: its number (None for N/A), and how it stands in print."""

    number: Quantity | None
    text: str
    status: str = ""


@dataclass(frozen=True)
class Observation:
    """An observation; `is_evidence` is False where it was inferred from the print itself."""

    number: Quantity | None
    is_evidence: bool
    basis: str


@dataclass(frozen=True)
class Evidence:
    """All numbers of one reading of the book: as computed, or as printed.

    Attributes:
        cells: the cells by place.
        rows: row keys of each table, in print order.
        columns: periods of each (table, measure), in print order.
        observations: by (indicator, area, breakdown, period).
        transcribed: (table, measure) whose source is a transcription of the print.
        other_books: printed cells of other editions, by edition.
    """

    cells: Mapping[Place, Cell]
    rows: Mapping[str, tuple[str, ...]]
    columns: Mapping[tuple[str, str], tuple[str, ...]]
    observations: Mapping[tuple[str, str, str, str], Observation] = field(default_factory=dict)
    transcribed: frozenset[tuple[str, str]] = frozenset()
    other_books: Mapping[str, Mapping[Place, Cell]] = field(default_factory=dict)
    edition: str = ""

    def cell(self, place: Place) -> Quantity:
        """Return the number of a cell.

        Raises:
            MissingEvidence: the book has no such cell, or it is N/A.
        """
        found = self.cells.get(place)
        if found is None:
            periods = self.columns.get((place.table, place.measure), ())
            if place.row not in self.rows.get(place.table, ()):
                why = f"the table has no row {place.row}; land its source and name an indicator"
            else:
                there = ", ".join(periods)
                why = f"the table holds {there or 'nothing'} for it; land its source for the rest"
            raise MissingEvidence(str(place), why)
        if found.number is None:
            raise MissingEvidence(str(place), "not available (N/A); land a vintage that has it")
        return found.number

    def has(self, place: Place) -> bool:
        """Return whether a cell holds a number."""
        found = self.cells.get(place)
        return found is not None and found.number is not None

    def sole_period(self, table: str, measure: str, row: str) -> str | None:
        """Return the only period that a row has for a measure, if there is just one."""
        periods = {
            p for p in self.columns.get((table, measure), ()) if (table, measure, row, p) in self
        }
        return periods.pop() if len(periods) == 1 else None

    def sole_row(self, table: str, measure: str) -> str | None:
        """Return the only row that has a measure, if there is just one."""
        rows = {
            row
            for row in self.rows.get(table, ())
            for period in self.columns.get((table, measure), ())
            if (table, measure, row, period) in self
        }
        return rows.pop() if len(rows) == 1 else None

    def __contains__(self, place: tuple[str, str, str, str]) -> bool:
        return place in self.cells

    def with_changes(self, changes: Mapping[Place, float | None]) -> Evidence:
        """Return the same evidence with other values in some cells (another vintage)."""
        cells = dict(self.cells)
        for place, value in changes.items():
            before = cells.get(place)
            if before is None:
                continue
            number = None
            if value is not None:
                exact = Fraction(Decimal(repr(float(value))))
                base = before.number or Quantity(exact, exact, exact)
                number = replace(base, value=exact, low=exact, high=exact)
            cells[place] = replace(before, number=number)
        return replace(self, cells=cells)


def scale_of_unit(unit: str) -> tuple[Fraction | None, str]:
    """Return how many units one of a measure is, and its currency.

    >>> scale_of_unit("NTD 100m (chained, reference year 2021)")
    (Fraction(100000000, 1), 'NTD')
    """
    currency = next((name for name in ("NTD", "USD") if name in unit), "")
    for pattern, scale in _SCALES:
        if pattern.search(unit):
            return scale, currency
    plain = "per" not in unit.split() or bool(currency)
    return (Fraction(1), currency) if plain else (None, currency)


def computed_evidence(
    book_cell: pl.DataFrame,
    observation: pl.DataFrame,
    book_measure: pl.DataFrame,
    *,
    printed_cell: pl.DataFrame,
) -> Evidence:
    """Return the book as computed, exact.

    Args:
        book_cell: the mart of that name.
        observation: the mart indicator_observation.
        book_measure: the mart of that name.
        printed_cell: the mart of that name; only its other editions are used.
    """
    cells: dict[Place, Cell] = {}
    for row in book_cell.iter_rows(named=True):
        number = None
        if row["value"] is not None:
            value = Fraction(Decimal(repr(float(row["value"]))))
            scale, currency = scale_of_unit(row["unit"])
            number = Quantity(value, value, value, row["decimals"], False, scale, currency)
        place = Place(row["table_id"], row["measure"], row["row_key"], row["period"])
        cells[place] = Cell(number, row["printed_as"], row["status"])
    observations, transcribed = _observations(observation, book_measure)
    edition = str(book_cell["edition"][0]) if book_cell.height else ""
    return Evidence(
        cells=cells,
        rows=_rows(book_cell),
        columns=_columns(cells),
        observations=observations,
        transcribed=transcribed,
        other_books=_other_books(printed_cell, edition),
        edition=edition,
    )


def printed_evidence(
    printed_cell: pl.DataFrame, computed: Evidence, exact_units: Iterable[str]
) -> Evidence:
    """Return the book as printed: every number stands for its rounding interval.

    Args:
        printed_cell: the mart of that name.
        computed: the computed book; its observations and units are shared.
        exact_units: units of counts and ranks, which are not rounded.
    """
    own = printed_cell.filter(pl.col("edition") == computed.edition)
    units = frozenset(exact_units)
    cells = _printed_cells(own, units, computed)
    return replace(
        computed,
        cells=cells,
        rows=_rows(own),
        columns=_columns(cells),
        transcribed=frozenset(),
    )


def _printed_cells(
    frame: pl.DataFrame, exact_units: frozenset[str], computed: Evidence | None
) -> dict[Place, Cell]:
    cells: dict[Place, Cell] = {}
    for row in frame.iter_rows(named=True):
        if row["unit"] == "text":
            continue
        place = Place(row["table_id"], row["measure"], row["row_key"], row["period"] or "")
        number = None
        if row["value"] is not None:
            printed = read_printed(row["printed"])
            value = Fraction(Decimal(repr(float(row["value"]))))
            ends = Interval.exactly(value)
            if row["unit"] not in exact_units:
                ends = Interval.of_rounded(value, printed.decimals)
            scale, currency = scale_of_unit(row["unit"])
            beside = computed.cells.get(place) if computed else None
            if beside is not None and beside.number is not None:
                # A wrong unit label in print is the reconciliation's to report.
                scale, currency = beside.number.scale, beside.number.currency
            number = Quantity(value, ends.low, ends.high, printed.decimals, False, scale, currency)
        cells[place] = Cell(number, row["printed"], (row["flag"] or "").upper())
    return cells


def _other_books(printed: pl.DataFrame, edition: str) -> dict[str, Mapping[Place, Cell]]:
    others = printed.filter(pl.col("edition") != edition)
    return {
        str(name): _printed_cells(others.filter(pl.col("edition") == name), frozenset(), None)
        for name in others["edition"].unique().sort()
    }


def _rows(frame: pl.DataFrame) -> dict[str, tuple[str, ...]]:
    rows: dict[str, list[str]] = {}
    for table, key in (
        frame.sort("table_id", "row_no", maintain_order=True)
        .select("table_id", "row_key")
        .unique(maintain_order=True)
        .iter_rows()
    ):
        rows.setdefault(table, []).append(key)
    return {table: tuple(keys) for table, keys in rows.items()}


def _columns(cells: Mapping[Place, Cell]) -> dict[tuple[str, str], tuple[str, ...]]:
    columns: dict[tuple[str, str], list[str]] = {}
    for place in cells:
        periods = columns.setdefault((place.table, place.measure), [])
        if place.period not in periods:
            periods.append(place.period)
    return {
        key: tuple(sorted(periods) if all(p[:4].isdigit() for p in periods) else periods)
        for key, periods in columns.items()
    }


def _observations(
    frame: pl.DataFrame, measures: pl.DataFrame
) -> tuple[dict[tuple[str, str, str, str], Observation], frozenset[tuple[str, str]]]:
    shown = set(measures["indicator_id"].drop_nulls().to_list())
    found: dict[tuple[str, str, str, str], Observation] = {}
    bases: dict[str, set[str]] = {}
    for row in frame.iter_rows(named=True):
        indicator, basis = row["indicator_id"], row["basis"] or ""
        number = None
        if row["value"] is not None:
            value = Fraction(Decimal(repr(float(row["value"]))))
            number = Quantity(value, value, value, None, False, *_scale_of_code(row["unit_code"]))
        bases.setdefault(indicator, set()).add(basis)
        # What the transcription worked out from the print cannot bear witness for the print.
        is_evidence = basis != "transcribed" or indicator in shown
        place = (indicator, row["area_code"], row["breakdown"], row["period"] or "")
        found[place] = Observation(number, is_evidence, basis)
    transcribed = {
        (table, measure)
        for table, measure, indicator in measures.select(
            "table_id", "measure", "indicator_id"
        ).iter_rows()
        if bases.get(indicator) and bases[indicator] <= {"transcribed", "editor"}
    }
    return found, frozenset(transcribed)


def _scale_of_code(code: str) -> tuple[Fraction | None, str]:
    """Scale and currency of a unit code such as usd_m."""
    currency = code[:3].upper() if code[:4] in ("usd_", "ntd_") or code in ("usd", "ntd") else ""
    rest = code[4:] if currency else code
    scales = {
        "m": 10**6,
        "thousand": 10**3,
        "": 1,
        "100m": 10**8,
        "persons": 1,
        "patents": 1,
        "fte": 1,
    }
    if code == "pct":
        return PERCENT, ""
    return (Fraction(scales[rest]), currency) if rest in scales else (None, currency)
