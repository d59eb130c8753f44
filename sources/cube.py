"""The cells of a statistical cube as observation rows: what nstatdb JSON and PX have in common.

Here: the columns of a DGBAS observation, its units and periods, and the step from positions in a
cube to rows.
Not here: the file formats (`nstatdb`, `px`), the publishers (`dgbas_*`), labels in ROC years
(`periods`), units as codes (SQL).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import polars as pl

from sources.contract import SourceError, Table
from sources.periods import is_period, parse_period

OBSERVATION_COLUMNS: dict[str, pl.DataType] = {
    "table_id": pl.String(),
    "table_name": pl.String(),
    "measure": pl.String(),
    "item": pl.String(),
    "item2": pl.String(),
    "item3": pl.String(),
    "item_dimensions": pl.String(),
    "unit": pl.String(),
    "frequency": pl.String(),
    "period": pl.String(),
    "value": pl.Float64(),
}
ITEM_COLUMNS = ("item", "item2", "item3")
JOINT = " | "
NO_LABEL = "(no label)"


class Period(NamedTuple):
    """A period: `frequency` A, Q or M; `period` as 1981, 1981-Q1 or 2015-12."""

    frequency: str
    period: str


@dataclass(frozen=True)
class Dimension:
    """One axis of a cube: its name and its labels, each different from the others."""

    name: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Cube:
    """The axes of one table: one of measures, up to any number of items, one of periods.

    `units` has one entry per measure.
    """

    file: Path
    table_id: str
    table_name: str | None
    measure: Dimension
    units: tuple[str | None, ...]
    items: tuple[Dimension, ...]
    periods: tuple[Period, ...]


def observation_table(description: str) -> Table:
    """Return the declaration of a bronze table of cube observations."""
    return Table(
        name="observation",
        columns=OBSERVATION_COLUMNS,
        key=("table_id", "measure", *ITEM_COLUMNS, "period"),
        description=description,
    )


def observations(
    cube: Cube,
    *,
    measure: pl.Series,
    items: Sequence[pl.Series],
    period: pl.Series,
    value: pl.Series,
    source_row: pl.Series,
) -> pl.DataFrame:
    """Return one row per cell from the cells' positions (0-based) on each axis.

    The columns are `OBSERVATION_COLUMNS`, `_source_file` and `_source_row`. With more than three
    item axes the third column holds the labels of all further ones, joined by ' | ', so that no
    axis is lost.

    Raises:
        SourceError: the table has no cell, or two labels of the time axis mean one period.
    """
    if not len(value):
        raise SourceError(
            "The table holds no observation.", file=cube.file, todo="ask for it again"
        )
    repeated = [period.period for period, times in Counter(cube.periods).items() if times > 1]
    if repeated:
        raise SourceError(
            f"The period {repeated[0]} stands twice on the time axis.",
            file=cube.file,
            expected="each period once",
        )

    def labels(of: Sequence[str | None], at: pl.Series) -> pl.Series:
        return pl.Series(of, dtype=pl.String).gather(at)

    frame = pl.DataFrame(
        {
            "measure": labels(cube.measure.labels, measure),
            "unit": labels(cube.units, measure),
            "frequency": labels([period.frequency for period in cube.periods], period),
            "period": labels([period.period for period in cube.periods], period),
            "value": value,
            "_source_row": source_row.cast(pl.Int64),
        }
    ).with_columns(
        pl.lit(cube.table_id).alias("table_id"),
        pl.lit(cube.table_name, dtype=pl.String).alias("table_name"),
        pl.lit(JOINT.join(axis.name for axis in cube.items) or None, dtype=pl.String).alias(
            "item_dimensions"
        ),
        pl.lit(cube.file.name).alias("_source_file"),
    )
    columns = [labels(axis.labels, at) for axis, at in zip(cube.items, items, strict=True)]
    last = len(ITEM_COLUMNS) - 1
    if len(columns) > len(ITEM_COLUMNS):
        rest = pl.DataFrame({str(number): column for number, column in enumerate(columns[last:])})
        columns[last:] = [rest.select(pl.concat_str(pl.all(), separator=JOINT)).to_series()]
    empty = pl.lit(None, dtype=pl.String)
    frame = frame.with_columns(
        **{
            name: columns[number] if number < len(columns) else empty
            for number, name in enumerate(ITEM_COLUMNS)
        }
    )
    return frame.select(*OBSERVATION_COLUMNS, "_source_file", "_source_row")


def distinct_labels(labels: Sequence[str], codes: Sequence[str] | None = None) -> tuple[str, ...]:
    """Return the labels trimmed, and each one that stands more than once with its code.

    A blank label becomes `(no label)`. Of equal labels every one gets its code (or its place,
    counted from 1) in brackets, so that none passes for the other: binding to the bare label then
    fails instead of taking the first.

    >>> distinct_labels([" 總計", "其他", "其他"], ["0", "7", "9"])
    ('總計', '其他 [7]', '其他 [9]')
    """
    trimmed = [label.strip() or NO_LABEL for label in labels]
    places = [str(number) for number in range(1, len(trimmed) + 1)]
    times = Counter(trimmed)
    codes = codes if codes is not None and len(set(codes)) == len(trimmed) else places
    return tuple(
        label if times[label] == 1 else f"{label} [{code}]"
        for label, code in zip(trimmed, codes, strict=True)
    )


_LAST_BRACKETS = re.compile(r"[(（]([^()（）]*)[)）][^()（）]*$")
_REFERENCE_YEAR = re.compile(r"^\d{4}年?為參考年[_，,、;；\s]*")


def unit_in_label(label: str) -> str | None:
    """Return the unit that a measure's name ends with, without the reference year.

    >>> unit_in_label("國內生產毛額_連鎖實質值(2016為參考年_新臺幣百萬元)")
    '新臺幣百萬元'
    >>> unit_in_label("國內生產毛額_平減指數(2016年=100)")
    '2016年=100'
    >>> unit_in_label("經濟成長率") is None
    True
    """
    found = _LAST_BRACKETS.search(label)
    return _REFERENCE_YEAR.sub("", found[1]).strip() or None if found else None


_CODE = re.compile(r"(\d{4})(?:-?([QM])(\d{1,2}))?")
_FREQUENCIES = {"year": "A", "quarter": "Q", "month": "M"}


def period_of_code(code: str) -> Period | None:
    """Return the period that a code such as 1981, 1981-Q1, 1981Q1 or 2015-M12 means, or None.

    >>> period_of_code("2015-M12")
    Period(frequency='M', period='2015-12')
    """
    found = _CODE.fullmatch(code.strip())
    if not found:
        return None
    year, kind, number = found[1], found[2], int(found[3] or 0)
    if kind is None:
        return Period("A", year)
    if kind == "Q" and 1 <= number <= 4:
        return Period("Q", f"{year}-Q{number}")
    if kind == "M" and 1 <= number <= 12:
        return Period("M", f"{year}-{number:02d}")
    return None


def period_of_label(label: str) -> Period | None:
    """Return the period that a printed label or a code means, or None when it means none.

    The end of a period (100年底) is the period. A range and a label marked as preliminary mean none
    here: an observation has no place for them.

    >>> period_of_label(" 100年1月")
    Period(frequency='M', period='2011-01')
    >>> period_of_label("100年第3季")
    Period(frequency='Q', period='2011-Q3')
    """
    label = label.strip().removesuffix("底")
    by_code = period_of_code(label)
    if by_code is not None or not is_period(label):
        return by_code
    found = parse_period(label)
    if found.kind == "range" or found.is_preliminary:
        return None
    return Period(_FREQUENCIES[found.kind], found.start)
