"""Reads a JSON reply of the DGBAS statistics database nstatdb (總體統計資料庫).

Here: the SDMX-JSON-like layout of `webMain.aspx?sdmx/<table>/<key>`, with its peculiarities:
series keys are positions, years, quarters and months share one time axis, the unit is part of the
measure's name.
Not here: which tables the book needs (`dgbas_national_accounts`, `dgbas_productivity`).

`_source_row` is the 1-based number of the observation in document order, whether or not the reply
is pretty-printed: the first value of the first series is 1.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import polars as pl

from sources.contract import SourceError
from sources.cube import (
    NO_LABEL,
    Cube,
    Dimension,
    Period,
    distinct_labels,
    observations,
    period_of_code,
    period_of_label,
    unit_in_label,
)
from sources.json_text import parse_json, read_text

MEASURE_ID = "fldid"
_TABLE_IN_ADDRESS = re.compile(r"[?/]sdmx/([A-Za-z0-9]+)", re.IGNORECASE)
_Kind = TypeVar("_Kind")


@dataclass(frozen=True)
class _Axis:
    id: str
    name: str
    ids: tuple[str, ...]
    labels: tuple[str, ...]

    @property
    def positions(self) -> dict[str, int]:
        return {str(position): position for position in range(len(self.ids))}


def read_nstatdb(path: Path) -> pl.DataFrame:
    """Return the observations of one nstatdb reply.

    Returns:
        Columns `cube.OBSERVATION_COLUMNS`, `_source_file`, `_source_row`; a null observation is a
        row with a null `value`.

    Raises:
        SourceError: the reply is an error text, a web page, truncated or not UTF-8, or a series or
            observation does not fit the structure that the reply declares.
    """
    text = read_text(path)
    if is_parameter_error(text):
        raise SourceError(
            f"The service refused the query: {text.strip()[:80]!r}.",
            file=path,
            expected="a JSON document with 'meta' and 'data'",
            todo="check the table's id and the key in the address; give the key, startTime and "
            "endTime in full",
        )
    document = _member_of(parse_json(text, path), dict, "the document", path)
    if any(key.startswith("outdata") for key in document):
        raise SourceError(
            "This is a reply of the query mode 'outmode=8'.",
            file=path,
            expected="a reply of the mode 'webMain.aspx?sdmx/<table>/<key>'",
            todo="download the table again through the sdmx address",
        )
    data = _member(document, "data", dict, "data", path)
    structure = _member(data, "structure", dict, "data.structure", path)
    dimensions = _member(structure, "dimensions", dict, "data.structure.dimensions", path)
    axes = _series_axes(dimensions, path)
    time, periods = _time_axis(dimensions, path)

    measures = [number for number, axis in enumerate(axes) if axis.id == MEASURE_ID]
    if len(measures) != 1:
        raise SourceError(
            f"There is no single dimension of measures ('{MEASURE_ID}').",
            file=path,
            place="data.structure.dimensions.series",
            expected=f"'{MEASURE_ID}' once; found " + ", ".join(axis.id for axis in axes),
        )
    measure = measures[0]
    items = [number for number in range(len(axes)) if number != measure]
    name = structure.get("name")
    cube = Cube(
        file=path,
        table_id=_table_id(document, structure, path),
        table_name=name.strip() or None if isinstance(name, str) else None,
        measure=Dimension(axes[measure].name, axes[measure].labels),
        units=tuple(unit_in_label(label) for label in axes[measure].labels),
        items=tuple(Dimension(axes[number].name, axes[number].labels) for number in items),
        periods=periods,
    )
    positions, at_time, values = _cells(data, axes, time, path)
    count = len(values)
    return observations(
        cube,
        measure=pl.Series(positions[measure], dtype=pl.UInt32),
        items=[pl.Series(positions[number], dtype=pl.UInt32) for number in items],
        period=pl.Series(at_time, dtype=pl.UInt32),
        value=pl.Series(values, dtype=pl.Float64),
        source_row=pl.int_range(1, count + 1, eager=True),
    )


def is_parameter_error(text: str) -> bool:
    """Whether a reply is the text that the service sends, with status 200, to a bad query."""
    return text.lstrip('\ufeff \t\r\n"').lower().startswith("parameter error")


def _cells(
    data: dict[str, object], axes: Sequence[_Axis], time: _Axis, path: Path
) -> tuple[list[list[int]], list[int], list[float | None]]:
    """Return each cell's position on every axis and in time, and its value, as they come."""
    positions: list[list[int]] = [[] for _ in axes]
    at_time: list[int] = []
    values: list[float | None] = []
    known = [axis.positions for axis in axes]
    known_times = time.positions
    for number, entry in enumerate(_member(data, "dataSets", list, "data.dataSets", path)):
        place = f"data.dataSets[{number}]"
        dataset = _member_of(entry, dict, place, path)
        for key, series in _member(dataset, "series", dict, f"{place}.series", path).items():
            where = f'{place}.series["{key}"]'
            at = _positions_of_key(key, axes, known, where, path)
            body = _member_of(series, dict, where, path)
            cells = _member(body, "observations", dict, f"{where}.observations", path)
            for time_key, cell in cells.items():
                if time_key not in known_times:
                    raise SourceError(
                        f"The observation key {time_key!r} lies outside the time axis.",
                        file=path,
                        place=where,
                        expected=f"a position from 0 to {len(time.ids) - 1}",
                    )
                values.append(_value(cell, f'{where}.observations["{time_key}"]', path))
                at_time.append(known_times[time_key])
            for column, position in zip(positions, at, strict=True):
                column.extend([position] * len(cells))
    return positions, at_time, values


def _positions_of_key(
    key: str, axes: Sequence[_Axis], known: Sequence[dict[str, int]], where: str, path: Path
) -> list[int]:
    parts = key.split(":")
    if len(parts) != len(axes):
        raise SourceError(
            f"The series key {key!r} has {len(parts)} positions.",
            file=path,
            place=where,
            expected=f"{len(axes)}, one for each of " + ", ".join(axis.id for axis in axes),
        )
    for part, positions, axis in zip(parts, known, axes, strict=True):
        if part not in positions:
            raise SourceError(
                f"The series key {key!r} lies outside the dimension '{axis.id}' ({part!r}).",
                file=path,
                place=where,
                expected=f"a position from 0 to {len(axis.ids) - 1}",
            )
    return [positions[part] for part, positions in zip(parts, known, strict=True)]


def _value(cell: object, place: str, path: Path) -> float | None:
    first = cell[0] if isinstance(cell, list) and cell else cell
    if first is None:
        return None
    if isinstance(first, (int, float)) and not isinstance(first, bool) and isinstance(cell, list):
        try:
            value = float(first)
        except OverflowError:
            value = math.inf
        if math.isfinite(value):
            return value
    raise SourceError(
        f"The observation is {str(cell)[:60]!r}.",
        file=path,
        place=place,
        expected="a list that begins with a number or null",
    )


def _series_axes(dimensions: dict[str, object], path: Path) -> list[_Axis]:
    """Return the dimensions of a series key in the order of its positions."""
    where = "data.structure.dimensions.series"
    entries = [
        _member_of(entry, dict, f"{where}[{number}]", path)
        for number, entry in enumerate(_member(dimensions, "series", list, where, path))
    ]
    # keyPosition is what the key follows; the order in the list has always agreed so far.
    order = [entry.get("keyPosition", number) for number, entry in enumerate(entries)]
    if sorted(order, key=str) != sorted(range(len(entries)), key=str):
        raise SourceError(
            f"The dimensions have the key positions {order}.",
            file=path,
            place=where,
            expected=f"each of 0 to {len(entries) - 1} once",
        )
    axes = [_axis(entry, f"{where}[{number}]", path) for number, entry in enumerate(entries)]
    at = {position: number for number, position in enumerate(order)}
    return [axes[at[position]] for position in range(len(axes))]


def _time_axis(dimensions: dict[str, object], path: Path) -> tuple[_Axis, tuple[Period, ...]]:
    where = "data.structure.dimensions.observation"
    entries = _member(dimensions, "observation", list, where, path)
    if len(entries) != 1:
        raise SourceError(
            f"There are {len(entries)} dimensions of observation.",
            file=path,
            place=where,
            expected="one, the time axis",
        )
    axis = _axis(_member_of(entries[0], dict, f"{where}[0]", path), f"{where}[0]", path)
    periods = []
    names = [str(value["name"]) for value in entries[0]["values"]]  # labels tell doubles apart
    for number, code in enumerate(axis.ids):
        period = period_of_code(code)
        if period is None:
            raise SourceError(
                f"The period {code!r} is of no known form.",
                file=path,
                place=f"{where}[0].values[{number}]",
                expected="a year (1981), a quarter (1981-Q1) or a month (2015-M12)",
            )
        printed = period_of_label(names[number])
        is_like = printed is not None and printed.frequency == period.frequency
        if printed is not None and is_like and printed.period[:4] != period.period[:4]:
            raise SourceError(
                f"The period {code!r} has the name {names[number]!r}, which is another year.",
                file=path,
                place=f"{where}[0].values[{number}]",
                expected=f"a name of {period.period[:4]}",
                todo="ask the service again; one of the two was damaged",
            )
        periods.append(period)
    return axis, tuple(periods)


def _axis(entry: dict[str, object], where: str, path: Path) -> _Axis:
    identifier = _member(entry, "id", str, f"{where}.id", path)
    ids, names = [], []
    for number, value in enumerate(_member(entry, "values", list, f"{where}.values", path)):
        place = f"{where}.values[{number}]"
        member = _member_of(value, dict, place, path)
        ids.append(_member(member, "id", str, f"{place}.id", path))
        names.append(_member(member, "name", str, f"{place}.name", path))
    name = entry.get("name")
    return _Axis(
        id=identifier,
        name=(name.strip() if isinstance(name, str) else "") or identifier or NO_LABEL,
        ids=tuple(ids),
        labels=distinct_labels(names, ids),
    )


def _table_id(document: dict[str, object], structure: dict[str, object], path: Path) -> str:
    """Return the table's id from the address that was asked, else from the file's stem."""
    meta = document.get("meta")
    for holder in (meta, structure):
        links = holder.get("links") if isinstance(holder, dict) else None
        for link in links if isinstance(links, list) else []:
            address = link.get("href") if isinstance(link, dict) else None
            found = _TABLE_IN_ADDRESS.search(address) if isinstance(address, str) else None
            if found:
                return found[1].upper()
    return path.stem


def _member(
    holder: dict[str, object], key: str, kind: type[_Kind], place: str, path: Path
) -> _Kind:
    if key not in holder:
        raise SourceError(
            f"'{key}' is missing.",
            file=path,
            place=place,
            expected="an nstatdb reply of the sdmx mode",
        )
    return _member_of(holder[key], kind, place, path)


def _member_of(value: object, kind: type[_Kind], place: str, path: Path) -> _Kind:
    if not isinstance(value, kind):
        raise SourceError(
            f"A {type(value).__name__} stands where a {kind.__name__} belongs.",
            file=path,
            place=place,
            expected="an nstatdb reply of the sdmx mode",
        )
    return value
