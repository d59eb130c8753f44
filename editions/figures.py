"""Reads figures.yml: the figures of the book that are drawn from numbers.

Here: its keys, templates and what must agree within a figure. Not here: the tables (`registry`),
the other files of an edition (`reader`), computing or drawing (dbt_project, publication).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import cast, get_args

from editions.model import (
    BookFigure,
    Chart,
    DrawnAs,
    FigureGap,
    FigureLabel,
    FigureMeasure,
    PanelMember,
    Role,
    Width,
)
from editions.registry import check_template, read_notes
from editions.strict_yaml import Section, read_yaml, suggest

FILE = "figures.yml"

DRAWN: Mapping[Chart, tuple[frozenset[DrawnAs], frozenset[DrawnAs]]] = {
    "bubble": (frozenset({"x", "y", "size"}), frozenset()),
    "radar": (frozenset({"radius"}), frozenset()),
    "lines": (frozenset({"line"}), frozenset()),
    "bars": (frozenset({"bar"}), frozenset()),
    "columns_and_lines": (frozenset({"column", "line"}), frozenset({"column"})),
    "stacked_columns": (frozenset({"stack"}), frozenset()),
}
"""Per chart: how its measures must be drawn, each once, and which of them may repeat."""


def read_figures(
    folder: Path,
    *,
    panels: Iterable[PanelMember],
    sources: Collection[str] | None,
    indicators: Collection[str] | None,
) -> tuple[BookFigure, ...]:
    """Return the figures of an edition in the order of figures.yml.

    Args:
        folder: the edition's folder.
        panels: the members of its panels.
        sources: source ids that exist; not checked without it.
        indicators: indicator ids that exist; not checked without it.

    Raises:
        EditionError: unknown or missing key, repeated id, unknown panel, source, series or point,
            measures that do not fit the chart, bad template.
    """
    top = read_yaml(folder, FILE)
    members: dict[str, list[PanelMember]] = {}
    for member in panels:
        members.setdefault(member.panel_id, []).append(member)
    figures: list[BookFigure] = []
    for section in top.sections("figures", name_key="id"):
        figure = _read_figure(section, members, indicators)
        if any(figure.id == other.id or figure.model == other.model for other in figures):
            raise section.error(
                f"the figure id '{figure.id}' or its model '{figure.model}' stands twice",
                todo="give every figure its own id and model",
            )
        for source_id in figure.land_sources:
            if sources is not None and source_id not in sources:
                raise section.error(
                    f"there is no source '{source_id}'",
                    key="land > sources",
                    todo=suggest(source_id, sorted(sources)),
                )
        figures.append(figure)
    top.finish()
    return tuple(figures)


def _read_figure(
    section: Section,
    members: Mapping[str, list[PanelMember]],
    indicators: Collection[str] | None,
) -> BookFigure:
    chart = cast(Chart, section.choice("chart", get_args(Chart)))
    series = section.section("series")
    panel, roles = _read_panel(series, sorted(members))
    items = _read_items(series)
    top_count = _read_top(series)
    if (top_count is None) == (panel is None and not items):
        raise series.error("a figure has listed series or a top, not both", todo="keep one of them")
    series.finish()
    points = _read_points(section.section("points"))
    areas = [m.area_code for m in members[panel] if m.role in roles] if panel else []
    known_series = (*areas, *(item.key for item in items))
    known_points = tuple(point.key for point in points)
    by_name = section.section("measures")
    measures = tuple(
        _read_measure(by_name.section(name), name, known_series, known_points, indicators)
        for name in by_name.names()
    )
    _check_measures_fit(section, chart, measures)
    has_peers = section.has("peers")
    notes_zh, notes_en = read_notes(
        section, {"base_period", "peers"} if has_peers else {"base_period"}
    )
    land = section.section("land")
    figure = BookFigure(
        id=section.text("id"),
        model=section.text("model"),
        number_zh=section.text("number_zh"),
        number_en=section.text("number_en"),
        title_zh=section.text("title_zh"),
        title_en=section.text("title_en"),
        unit_zh=section.text("unit_zh"),
        unit_en=section.text("unit_en"),
        source_zh=section.text("source_zh"),
        source_en=section.text("source_en"),
        notes_zh=notes_zh,
        notes_en=notes_en,
        page=section.integer("page"),
        chart=chart,
        width=cast(Width, section.choice("width", get_args(Width))),
        panel=panel,
        panel_roles=roles,
        top_count=top_count,
        series=items,
        points=points,
        peers=_known_panel(section, "peers", sorted(members)) if has_peers else None,
        measures=measures,
        gaps=tuple(_read_gap(gap, known_series, known_points) for gap in section.sections("gaps")),
        land_sources=land.texts("sources"),
        land_zh=land.text("zh"),
        land_en=land.text("en"),
    )
    if not figure.land_sources:
        raise land.error("no source is named", key="sources", todo="name what would fill it")
    land.finish()
    section.finish()
    return figure


def _read_panel(section: Section, panel_ids: list[str]) -> tuple[str | None, tuple[Role, ...]]:
    if not section.has("panel"):
        return None, ()
    panel = _known_panel(section, "panel", panel_ids)
    roles = section.texts("roles") or get_args(Role)
    for role in roles:
        if role not in get_args(Role):
            raise section.error(
                f"'{role}' is not a role", key="roles", todo=suggest(role, get_args(Role))
            )
    return panel, tuple(cast(Role, role) for role in roles)


def _known_panel(section: Section, key: str, panel_ids: list[str]) -> str:
    panel = section.text(key)
    if panel not in panel_ids:
        raise section.error(
            f"there is no panel '{panel}' in panels.yml", key=key, todo=suggest(panel, panel_ids)
        )
    return panel


def _read_top(section: Section) -> int | None:
    if not section.has("top"):
        return None
    section.choice("top", ("area",))
    return section.integer("count")


def _read_items(section: Section) -> tuple[FigureLabel, ...]:
    found: dict[str, FigureLabel] = {}
    for item in section.sections("items", name_key="key"):
        label = FigureLabel(item.text("key"), item.text("zh"), item.text("en"))
        item.finish()
        if label.key in found:
            raise item.error(f"the key '{label.key}' stands twice", todo="list it once")
        found[label.key] = label
    return tuple(found.values())


def _read_points(section: Section) -> tuple[FigureLabel, ...]:
    points: tuple[FigureLabel, ...]
    if section.has("items"):
        points = _read_items(section)
    elif section.has("quarters"):
        templates = _point_templates(section, {"year", "quarter"})
        points = tuple(
            FigureLabel(
                f"{year}-Q{quarter}",
                *(template.format(year=year, quarter=quarter) for template in templates),
            )
            for year in section.periods("quarters")
            for quarter in range(1, 5)
        )
    else:
        templates = _point_templates(section, {"period"})
        points = tuple(
            FigureLabel(period, *(template.format(period=period) for template in templates))
            for period in section.periods()
        )
    section.finish()
    return points


def _point_templates(section: Section, allowed: set[str]) -> tuple[str, str]:
    default = "{year}-Q{quarter}" if "quarter" in allowed else "{period}"
    found = (section.text("label_zh", default), section.text("label_en", default))
    for key, template in zip(("label_zh", "label_en"), found, strict=True):
        check_template(section, key, template, allowed)
    return found


def _read_measure(
    section: Section,
    name: str,
    known_series: tuple[str, ...],
    known_points: tuple[str, ...],
    indicators: Collection[str] | None,
) -> FigureMeasure:
    unit_zh, unit_en = section.text("unit_zh"), section.text("unit_en")
    check_template(section, "unit_zh", unit_zh, {"base_period"})
    check_template(section, "unit_en", unit_en, {"base_period"})
    indicator = section.text("indicator") if section.has("indicator") else None
    if indicator is not None and indicators is not None and indicator not in indicators:
        raise section.error(
            f"there is no indicator '{indicator}'",
            key="indicator",
            todo=suggest(indicator, sorted(indicators)),
        )
    low, high = _read_axis(section)
    points = section.periods("points") if section.has("points") else None
    series = section.texts("series") if section.has("series") else None
    measure = FigureMeasure(
        name=name,
        label_zh=section.text("label_zh"),
        label_en=section.text("label_en"),
        unit_zh=unit_zh,
        unit_en=unit_en,
        decimals=section.integer("decimals"),
        drawn_as=cast(DrawnAs, section.choice("drawn_as", get_args(DrawnAs))),
        axis_low=low,
        axis_high=high,
        series=series,
        points=points,
        indicator_id=indicator,
    )
    _check_known(section, "points", points, known_points)
    _check_known(section, "series", series, known_series)
    section.finish()
    return measure


def _read_axis(section: Section) -> tuple[float | None, float | None]:
    if not section.has("axis"):
        return None, None
    ends = section.numbers("axis")
    if len(ends) != 2 or ends[0] > ends[1]:
        raise section.error(
            f"{list(ends)} are not a lower and an upper end", key="axis", todo="write [0, 10]"
        )
    return ends


def _read_gap(
    section: Section, known_series: tuple[str, ...], known_points: tuple[str, ...]
) -> FigureGap:
    points = section.periods("points")
    series = section.texts("series") if section.has("series") else None
    _check_known(section, "points", points, known_points)
    _check_known(section, "series", series, known_series)
    gap = FigureGap(
        points=points,
        series=series,
        reason_zh=section.text("reason_zh"),
        reason_en=section.text("reason_en"),
    )
    section.finish()
    return gap


def _check_known(
    section: Section, key: str, named: tuple[str, ...] | None, known: tuple[str, ...]
) -> None:
    for name in named or ():
        if name not in known:
            raise section.error(
                f"'{name}' is not one of the figure's {key}", key=key, todo=suggest(name, known)
            )


def _check_measures_fit(
    section: Section, chart: Chart, measures: tuple[FigureMeasure, ...]
) -> None:
    wanted, may_repeat = DRAWN[chart]
    ways: list[DrawnAs] = [measure.drawn_as for measure in measures]
    drawn = [way for way in ways if way != "table"]
    repeated = [way for way in drawn if drawn.count(way) > 1 and way not in may_repeat]
    if set(drawn) != wanted or repeated:
        raise section.error(
            f"the chart '{chart}' draws {', '.join(sorted(wanted))}, and the measures are "
            f"{', '.join(drawn) or 'none'}",
            key="measures",
            todo="set drawn_as, or `table` for what stands in the data table only",
        )
