"""The printed cells of an edition and the estimates it declares, as the transcription needs them.

Here: reading `printed/*.csv` and `estimates.yml` into exact numbers. Not here: the edition's
frames for the warehouse (`editions.reader`), what a cell means (`book_inputs`).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import yaml

from editions.transcription.intervals import Linear


@dataclass(frozen=True)
class PrintedCell:
    """One cell as it stands in the book; `value` is None for N/A and text."""

    table_id: str
    row_no: int
    row_label: str
    row_key: str
    period: str
    measure: str
    printed: str
    value: Decimal | None


@dataclass(frozen=True)
class PrintedTable:
    """The cells of one printed table, in the printed order."""

    table_id: str
    cells: tuple[PrintedCell, ...]

    @property
    def row_keys(self) -> tuple[str, ...]:
        """Keys of the rows in the printed order."""
        return tuple(dict.fromkeys(cell.row_key for cell in self.cells))

    def periods(self, measure: str) -> tuple[str, ...]:
        """Periods that the measure is printed for, in the printed order."""
        return tuple(dict.fromkeys(c.period for c in self.cells if c.measure == measure))

    def row(self, row_key: str) -> tuple[PrintedCell, ...]:
        """Cells of one row."""
        return tuple(cell for cell in self.cells if cell.row_key == row_key)

    def label(self, row_key: str) -> str:
        """Printed label of the row."""
        return self.row(row_key)[0].row_label

    def cell(self, row_key: str, period: str, measure: str) -> PrintedCell:
        """The one cell with this key.

        Raises:
            KeyError: no such cell, or two.
        """
        key = (row_key, period, measure)
        found = [c for c in self.cells if (c.row_key, c.period, c.measure) == key]
        if len(found) != 1:
            raise KeyError(f"{self.table_id}: {len(found)} cells {key}, one was expected")
        return found[0]

    def value(self, row_key: str, period: str, measure: str) -> Decimal:
        """Printed number of the one cell with this key, with its printed decimals.

        Raises:
            KeyError: no such cell, or no number in it.
        """
        value = self.cell(row_key, period, measure).value
        if value is None:
            raise KeyError(f"{self.table_id}: no number in {row_key} {period} {measure}")
        return value


def read_printed(directory: Path) -> dict[str, PrintedTable]:
    """Read every printed table of an edition, by its id.

    Raises:
        FileNotFoundError: the directory holds no printed table.
    """
    tables = {}
    for path in sorted(directory.glob("T*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = tuple(_cell(row) for row in csv.DictReader(file))
        tables[cells[0].table_id] = PrintedTable(cells[0].table_id, cells)
    if not tables:
        raise FileNotFoundError(f"No printed table (T*.csv) in {directory}.")
    return tables


def _cell(row: Mapping[str, str]) -> PrintedCell:
    return PrintedCell(
        table_id=row["table_id"],
        row_no=int(row["row_no"]),
        row_label=row["row_label_zh"],
        row_key=row["row_key"],
        period=row["period"],
        measure=row["measure"],
        printed=row["printed"],
        value=Decimal(row["value"]) if row["value"] else None,
    )


@dataclass(frozen=True)
class Estimate:
    """A declared estimate; `given` and `growth_pct` belong to the rules of that name."""

    rule: str
    given: Decimal | None
    growth_pct: Decimal | None


@dataclass(frozen=True)
class Estimates:
    """What the publisher does not have, and what the edition puts in its place."""

    gaps: frozenset[tuple[str, str, int]]
    rules: Mapping[tuple[str, str, int], Estimate]

    def form(self, indicator: str, area: str, year: int) -> Linear | None:
        """Return the cell's input as a form over observed inputs, or None where there is nothing.

        An observed input is the unknown named by `observation_name`.

        Raises:
            ValueError: the estimate's rule is unknown, or rests on a cell that has no value.
        """
        key = (indicator, area, year)
        if key not in self.gaps:
            return Linear.of(observation_name(*key))
        estimate = self.rules.get(key)
        if estimate is None:
            return None
        match estimate.rule:
            case "given" if estimate.given is not None:
                return Linear.number(estimate.given)
            case "carry_growth" if estimate.growth_pct is not None:
                return self._needed(indicator, area, year - 1) * (1 + estimate.growth_pct / 100)
            case "extend_increment":
                last, before = (self._needed(indicator, area, year - back) for back in (1, 2))
                return last * 2 - before
            case "interpolate":
                before = self._nearest_observed(indicator, area, year, -1)
                after = self._nearest_observed(indicator, area, year, +1)
                return (before + after) / 2
        raise ValueError(f"{key}: cannot apply the estimate {estimate}")

    def _needed(self, indicator: str, area: str, year: int) -> Linear:
        form = self.form(indicator, area, year)
        if form is None:
            raise ValueError(f"{indicator} {area} {year} has no value to estimate from")
        return form

    def _nearest_observed(self, indicator: str, area: str, year: int, step: int) -> Linear:
        while (indicator, area, year) in self.gaps:
            year += step
        return Linear.of(observation_name(indicator, area, year))


def observation_name(indicator: str, area: str, year: int) -> str:
    """Return the name of an observed input in linear forms."""
    return f"{indicator} {area} {year}"


def read_estimates(path: Path) -> Estimates:
    """Read an edition's `estimates.yml`; numbers stay text until they are exact decimals."""
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    gaps = frozenset(
        (gap["indicator"], gap["area"], int(period))
        for gap in document["gaps"]
        for period in gap["periods"]
    )
    rules = {
        (entry["indicator"], entry["area"], int(entry["period"])): Estimate(
            rule=entry["rule"],
            given=Decimal(entry["value"]) if "value" in entry else None,
            growth_pct=Decimal(entry["growth_pct"]) if "growth_pct" in entry else None,
        )
        for entry in document["estimates"]
    }
    return Estimates(gaps, rules)
