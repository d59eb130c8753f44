"""The marts of a figure as typed, immutable objects in one language.

Here: `Figure` and what it holds, `read_figures`. Not here: statistics (dbt_project) or drawing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from publication.layout import Language, plain


@dataclass(frozen=True)
class Label:
    """A series or a point: its key and what it is called."""

    key: str
    text: str


@dataclass(frozen=True)
class Measure:
    """What is shown of every series and point.

    `axis_low` and `axis_high` are what the axis holds at least, in `unit`.
    """

    name: str
    label: str
    unit: str
    decimals: int
    drawn_as: str
    axis_low: float | None
    axis_high: float | None


@dataclass(frozen=True)
class Value:
    """A value in the measure's unit, or None; `gap` says why there can be none."""

    value: float | None
    status: str
    gap: str | None


@dataclass(frozen=True)
class Figure:
    """A figure in one language; `values` by (series key, point key, measure name)."""

    id: str
    language: Language
    number: str
    title: str
    unit: str
    source: str
    notes: tuple[str, ...]
    chart: str
    width: str
    is_landed: bool
    land: str
    land_sources: str
    measures: tuple[Measure, ...]
    series: tuple[Label, ...]
    points: tuple[Label, ...]
    values: Mapping[tuple[str, str, str], Value]

    def drawn(self, *ways: str) -> tuple[Measure, ...]:
        """Return the measures that are drawn in one of these ways; without any, all drawn."""
        return tuple(
            measure
            for measure in self.measures
            if (measure.drawn_as in ways if ways else measure.drawn_as != "table")
        )

    def promises(self, series: Label, measure: Measure) -> bool:
        """Return whether a measure is shown of a series at all."""
        return any((series.key, point.key, measure.name) in self.values for point in self.points)

    def at(self, series: Label, point: Label, measure: Measure) -> Value:
        """Return a value; one that is not promised is missing without a reason."""
        return self.values.get((series.key, point.key, measure.name), Value(None, "M", None))

    def line(self, series: Label, measure: Measure) -> list[Value]:
        """Return the values of a series in the order of the points."""
        return [self.at(series, point, measure) for point in self.points]

    def drawn_values(self) -> Iterator[tuple[Label, Label, Measure, Value]]:
        """Yield what is drawn or should be, by measure, series and point."""
        for measure in self.drawn():
            for series in self.series:
                for point in self.points:
                    found = self.values.get((series.key, point.key, measure.name))
                    if found is not None:
                        yield series, point, measure, found


_FIGURES = """
    select
        figure_id, number_{language}, title_{language}, unit_{language}, source_{language},
        notes_{language}, chart, width, is_landed, land_{language}, land_sources
    from book_figure
    order by position
"""
_MEASURES = """
    select figure_id, measure, label_{language}, unit_{language}, decimals, drawn_as,
        axis_low, axis_high
    from book_figure_measure
    order by figure_id, position
"""
_POINTS = """
    select figure_id, series_key, series_label_{language}, point_key, point_label_{language},
        measure, value, status, gap_{language}
    from figure_point
    order by figure_id, series_no, point_no, measure
"""


def read_figures(connection: duckdb.DuckDBPyConnection, language: Language) -> list[Figure]:
    """Return the figures of a published database in the order of the book.

    Args:
        connection: an open `whitepaper.duckdb`.
        language: 'zh' or 'en'.
    """
    measures: dict[str, list[Measure]] = {}
    for figure_id, *words in _rows(connection, _MEASURES, language):
        measures.setdefault(figure_id, []).append(Measure(*words))
    series: dict[str, dict[str, Label]] = {}
    points: dict[str, dict[str, Label]] = {}
    values: dict[str, dict[tuple[str, str, str], Value]] = {}
    for row in _rows(connection, _POINTS, language):
        figure_id, series_key, series_text, point_key, point_text, measure, *found = row
        series.setdefault(figure_id, {})[series_key] = Label(series_key, series_text)
        points.setdefault(figure_id, {})[point_key] = Label(point_key, point_text)
        values.setdefault(figure_id, {})[series_key, point_key, measure] = Value(*found)
    return [
        Figure(
            id=figure_id,
            language=language,
            number=number,
            title=title,
            unit=unit,
            source=source,
            notes=tuple(line for line in notes.split("\n") if line),
            chart=chart,
            width=width,
            is_landed=is_landed,
            land=land,
            land_sources=land_sources,
            measures=tuple(measures.get(figure_id, ())),
            series=tuple(series.get(figure_id, {}).values()),
            points=tuple(points.get(figure_id, {}).values()),
            values=values.get(figure_id, {}),
        )
        for (
            figure_id,
            number,
            title,
            unit,
            source,
            notes,
            chart,
            width,
            is_landed,
            land,
            land_sources,
        ) in _rows(connection, _FIGURES, language)
    ]


def _rows(
    connection: duckdb.DuckDBPyConnection, query: str, language: Language
) -> list[tuple[Any, ...]]:
    rows = connection.execute(query.format(language=language)).fetchall()
    return [tuple(plain(word) if isinstance(word, str) else word for word in row) for row in rows]
