"""An edition as the `edition__*` tables of the warehouse.

Here: columns and dtypes of those tables. Not here: edition__source and edition__source_snapshot
(orchestration writes them from the sources and the snapshots' sidecars), writing files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple

import polars as pl

from editions.model import BookFigure, BookTable, Edition, FigureGap

TEXT, INT, FLOAT, FLAG = pl.String(), pl.Int32(), pl.Float64(), pl.Boolean()

SCHEMAS: Mapping[str, Mapping[str, pl.DataType]] = {
    "edition": {"edition": TEXT, "label": TEXT, "title_zh": TEXT, "title_en": TEXT},
    "table": {
        "edition": TEXT,
        "table_id": TEXT,
        "model": TEXT,
        "position": INT,
        "number_zh": TEXT,
        "number_en": TEXT,
        "title_zh": TEXT,
        "title_en": TEXT,
        "unit_zh": TEXT,
        "unit_en": TEXT,
        "source_zh": TEXT,
        "source_en": TEXT,
        "notes_zh": TEXT,
        "notes_en": TEXT,
        "page": INT,
        "row_order_en": TEXT,
        "panel_id": TEXT,
        "row_count": INT,
        "label_header_zh": TEXT,
        "label_header_en": TEXT,
        "is_side_by_side": FLAG,
    },
    "measure": {
        "edition": TEXT,
        "table_id": TEXT,
        "measure": TEXT,
        "position": INT,
        "label_zh": TEXT,
        "label_en": TEXT,
        "unit_zh": TEXT,
        "unit_en": TEXT,
        "decimals": INT,
        "style": TEXT,
        "suffix": TEXT,
        "mark_preliminary": FLAG,
        "formula_en": TEXT,
        "indicator_id": TEXT,
    },
    "measure_period": {
        "edition": TEXT,
        "table_id": TEXT,
        "measure": TEXT,
        "period": TEXT,
        "position": INT,
        "header_zh": TEXT,
        "header_en": TEXT,
    },
    "row": {
        "edition": TEXT,
        "table_id": TEXT,
        "row_key": TEXT,
        "position": INT,
        "label_zh": TEXT,
        "label_en": TEXT,
        "group_zh": TEXT,
        "group_en": TEXT,
    },
    "text_measure": {
        "edition": TEXT,
        "table_id": TEXT,
        "measure": TEXT,
        "position": INT,
        "header_zh": TEXT,
        "header_en": TEXT,
    },
    "text_translation": {
        "edition": TEXT,
        "table_id": TEXT,
        "measure": TEXT,
        "text_zh": TEXT,
        "text_en": TEXT,
    },
    "figure": {
        "edition": TEXT,
        "figure_id": TEXT,
        "model": TEXT,
        "position": INT,
        "number_zh": TEXT,
        "number_en": TEXT,
        "title_zh": TEXT,
        "title_en": TEXT,
        "unit_zh": TEXT,
        "unit_en": TEXT,
        "source_zh": TEXT,
        "source_en": TEXT,
        "notes_zh": TEXT,
        "notes_en": TEXT,
        "page": INT,
        "chart": TEXT,
        "width": TEXT,
        "top_count": INT,
        "peer_panel_id": TEXT,
        "land_sources": TEXT,
        "land_zh": TEXT,
        "land_en": TEXT,
    },
    "figure_series": {
        "edition": TEXT,
        "figure_id": TEXT,
        "series_key": TEXT,
        "position": INT,
        "label_zh": TEXT,
        "label_en": TEXT,
    },
    "figure_axis_point": {
        "edition": TEXT,
        "figure_id": TEXT,
        "point_key": TEXT,
        "position": INT,
        "label_zh": TEXT,
        "label_en": TEXT,
    },
    "figure_measure": {
        "edition": TEXT,
        "figure_id": TEXT,
        "measure": TEXT,
        "position": INT,
        "label_zh": TEXT,
        "label_en": TEXT,
        "unit_zh": TEXT,
        "unit_en": TEXT,
        "decimals": INT,
        "drawn_as": TEXT,
        "axis_low": FLOAT,
        "axis_high": FLOAT,
        "indicator_id": TEXT,
    },
    "figure_promise": {
        "edition": TEXT,
        "figure_id": TEXT,
        "measure": TEXT,
        "series_key": TEXT,
        "point_key": TEXT,
        "gap_zh": TEXT,
        "gap_en": TEXT,
    },
    "panel": {
        "edition": TEXT,
        "panel_id": TEXT,
        "area_code": TEXT,
        "position": INT,
        "role": TEXT,
    },
    "estimate": {
        "edition": TEXT,
        "estimate_id": TEXT,
        "indicator_id": TEXT,
        "area_code": TEXT,
        "period": TEXT,
        "rule": TEXT,
        "given_value": FLOAT,
        "growth_pct": FLOAT,
        "reason_en": TEXT,
        "reason_zh": TEXT,
        "decided_by": TEXT,
        "decided_on": TEXT,
    },
    "publisher_gap": {
        "edition": TEXT,
        "indicator_id": TEXT,
        "area_code": TEXT,
        "period": TEXT,
        "reason_en": TEXT,
        "reason_zh": TEXT,
    },
    "provisional": {
        "edition": TEXT,
        "source_id": TEXT,
        "indicator_id": TEXT,
        "period": TEXT,
        "reason_en": TEXT,
        "reason_zh": TEXT,
    },
    "parameter": {"edition": TEXT, "name": TEXT, "value": TEXT},
    "basis": {"edition": TEXT, "table_id": TEXT, "basis": TEXT},
    "correction": {
        "edition": TEXT,
        "correction_id": TEXT,
        "source_id": TEXT,
        "indicator_id": TEXT,
        "area_code": TEXT,
        "breakdown": TEXT,
        "period": TEXT,
        "value": FLOAT,
        "expect": FLOAT,
        "reason_en": TEXT,
        "reason_zh": TEXT,
        "evidence": TEXT,
        "decided_by": TEXT,
        "decided_on": TEXT,
        "status": TEXT,
    },
    "printed_correction": {
        "edition": TEXT,
        "correction_id": TEXT,
        "table_id": TEXT,
        "row_key": TEXT,
        "period": TEXT,
        "measure": TEXT,
        "printed": TEXT,
        "value": FLOAT,
        "flag": TEXT,
        "expect": TEXT,
        "reason_en": TEXT,
        "reason_zh": TEXT,
        "evidence": TEXT,
        "decided_by": TEXT,
        "decided_on": TEXT,
        "status": TEXT,
    },
    "policy": {
        "edition": TEXT,
        "kind": TEXT,
        "verdict": TEXT,
        "action": TEXT,
        "near_steps": INT,
        "near_action": TEXT,
        "at_most": INT,
        "estimated_action": TEXT,
    },
    "triage": {
        "edition": TEXT,
        "entry_id": TEXT,
        "kind": TEXT,
        "table_id": TEXT,
        "row_key": TEXT,
        "period": TEXT,
        "measure": TEXT,
        "claim_id": TEXT,
        "decision": TEXT,
        "printed": TEXT,
        "computed": TEXT,
        "verdict": TEXT,
        "should_be": TEXT,
        "reason_en": TEXT,
        "reason_zh": TEXT,
        "evidence_en": TEXT,
        "evidence_zh": TEXT,
        "decided_by": TEXT,
        "decided_on": TEXT,
    },
    "relation": {
        "edition": TEXT,
        "relation_id": TEXT,
        "kind": TEXT,
        "role": TEXT,
        "position": INT,
        "table_id": TEXT,
        "measure": TEXT,
        "row_key": TEXT,
        "period": TEXT,
        "value": TEXT,
    },
    "claim": {
        "edition": TEXT,
        "claim_id": TEXT,
        "position": INT,
        "kind": TEXT,
        "statement_en": TEXT,
        "statement_zh": TEXT,
        "definition": TEXT,
    },
    "claim_setting": {"edition": TEXT, "name": TEXT, "definition": TEXT},
    "printed_cell": {
        "edition": TEXT,
        "table_id": TEXT,
        "row_no": INT,
        "row_label_zh": TEXT,
        "row_key": TEXT,
        "col_label_zh": TEXT,
        "period": TEXT,
        "measure": TEXT,
        "unit": TEXT,
        "printed": TEXT,
        "value": FLOAT,
        "flag": TEXT,
        "correction_id": TEXT,
        "printed_in_book": TEXT,
    },
}
"""Columns and dtypes of each table, by its name without `edition__`."""

Line = tuple[str | int | float | bool | None, ...]


def edition_frames(edition: Edition) -> dict[str, pl.DataFrame]:
    """Return the edition as typed frames, by table name (`edition__table`, ...).

    A table without rows keeps its columns and dtypes. Texts that are not given are empty, except
    `indicator_id`, `panel_id`, `row_count`, `given_value`, `growth_pct`, the printed `value`, and
    what stood in the book before a correction of print, which are null. Corrections of print are
    applied here; those of a publisher's value in the models.
    """
    lines: dict[str, list[Line]] = {
        "edition": [(edition.label, edition.title_zh, edition.title_en)],
        "table": [_table_line(position, t) for position, t in enumerate(edition.tables, 1)],
        "measure": [line for table in edition.tables for line in _measure_lines(table)],
        "measure_period": [line for table in edition.tables for line in _period_lines(table)],
        "row": [
            (
                table.id,
                row.key,
                position,
                row.label_zh,
                row.label_en,
                row.group_zh,
                row.group_en,
            )
            for table in edition.tables
            for position, row in enumerate(table.rows.items, 1)
        ],
        "text_measure": [
            (table.id, measure.name, position, measure.header_zh, measure.header_en)
            for table in edition.tables
            for position, measure in enumerate(table.text_measures, 1)
        ],
        "text_translation": [
            (table.id, measure.name, chinese, english)
            for table in edition.tables
            for measure in table.text_measures
            for chinese, english in measure.english
        ],
        "figure": [_figure_line(position, f) for position, f in enumerate(edition.figures, 1)],
        "figure_series": [
            (figure.id, series.key, position, series.label_zh, series.label_en)
            for figure in edition.figures
            for position, series in enumerate(edition.series_of(figure), 1)
        ],
        "figure_axis_point": [
            (figure.id, point.key, position, point.label_zh, point.label_en)
            for figure in edition.figures
            for position, point in enumerate(figure.points, 1)
        ],
        "figure_measure": [line for figure in edition.figures for line in _drawn_lines(figure)],
        "figure_promise": [
            line for figure in edition.figures for line in _promise_lines(edition, figure)
        ],
        "panel": [(p.panel_id, p.area_code, p.position, p.role) for p in edition.panels],
        "estimate": [
            (
                e.id,
                e.indicator_id,
                e.area_code,
                e.period,
                e.rule,
                e.given_value,
                e.growth_pct,
                e.reason_en,
                e.reason_zh,
                e.decided_by,
                e.decided_on,
            )
            for e in edition.estimates
        ],
        "publisher_gap": [
            (g.indicator_id, g.area_code, g.period, g.reason_en, g.reason_zh) for g in edition.gaps
        ],
        "provisional": [
            (p.source_id, p.indicator_id, p.period, p.reason_en, p.reason_zh)
            for p in edition.provisional
        ],
        "parameter": list(edition.parameters.items()),
        "basis": [
            (table.id, edition.basis[table.id])
            for table in edition.tables
            if table.id in edition.basis
        ],
        "correction": [astuple(c) for c in edition.corrections],
        "printed_correction": [astuple(c) for c in edition.printed_corrections],
        "policy": [astuple(rule) for rule in edition.policy],
        "triage": [astuple(line) for line in edition.triage],
        "relation": [astuple(line) for line in edition.relations],
        "claim": [astuple(line) for line in edition.claims],
        "claim_setting": [astuple(line) for line in edition.claim_settings],
        "printed_cell": _printed_lines(edition),
    }
    return {
        f"edition__{name}": pl.DataFrame(
            [(edition.id, *line) for line in lines[name]], schema=dict(schema), orient="row"
        )
        for name, schema in SCHEMAS.items()
    }


def _printed_lines(edition: Edition) -> list[Line]:
    """The printed cells as corrected; a cell that no longer reads as expected is left alone."""
    applied = {
        (c.table_id, c.row_key, c.period, c.measure, c.expect): c
        for c in edition.printed_corrections
        if c.status == "applied"
    }
    lines: list[Line] = []
    for cell in edition.printed_cells:
        place = (cell.table_id, cell.row_no, cell.row_label_zh, cell.row_key, cell.col_label_zh)
        what = (cell.period, cell.measure, cell.unit)
        correction = applied.get(
            (cell.table_id, cell.row_key, cell.period, cell.measure, cell.printed)
        )
        if correction is None:
            lines.append((*place, *what, cell.printed, cell.value, cell.flag, None, None))
        else:
            now = (correction.printed, correction.value, correction.flag)
            lines.append((*place, *what, *now, correction.id, cell.printed))
    return lines


def promised_cells(edition: Edition) -> pl.DataFrame:
    """Return every cell that the edition promises by name.

    Tables whose rows the models find (top tens, ranked lists) are left out: their row keys are
    not known beforehand.

    Returns:
        Columns table_id, row_key, period, measure; one row per promised cell.
    """
    lines: list[tuple[str, str, str, str]] = []
    for table in edition.tables:
        keys = _row_keys(edition, table)
        for measure, column in table.columns_in_print_order():
            limit = column.rows
            lines += [
                (table.id, key, column.period, measure.name)
                for key in keys
                if limit is None or key in limit
            ]
    schema = {"table_id": TEXT, "row_key": TEXT, "period": TEXT, "measure": TEXT}
    return pl.DataFrame(lines, schema=schema, orient="row")


def _row_keys(edition: Edition, table: BookTable) -> list[str]:
    if table.rows.kind == "panel" and table.rows.panel is not None:
        return [member.area_code for member in edition.panel(table.rows.panel)]
    if table.rows.kind == "fixed":
        return [row.key for row in table.rows.items]
    return []


def _table_line(position: int, table: BookTable) -> Line:
    return (
        table.id,
        table.model,
        position,
        table.number_zh,
        table.number_en,
        table.title_zh,
        table.title_en,
        table.unit_zh,
        table.unit_en,
        table.source_zh,
        table.source_en,
        "\n".join(table.notes_zh),
        "\n".join(table.notes_en),
        table.page,
        table.row_order_en,
        table.rows.panel,
        table.rows.count,
        table.rows.header_zh,
        table.rows.header_en,
        table.rows.side_by_side,
    )


def _figure_line(position: int, figure: BookFigure) -> Line:
    return (
        figure.id,
        figure.model,
        position,
        figure.number_zh,
        figure.number_en,
        figure.title_zh,
        figure.title_en,
        figure.unit_zh,
        figure.unit_en,
        figure.source_zh,
        figure.source_en,
        "\n".join(figure.notes_zh),
        "\n".join(figure.notes_en),
        figure.page,
        figure.chart,
        figure.width,
        figure.top_count,
        figure.peers,
        ", ".join(figure.land_sources),
        figure.land_zh,
        figure.land_en,
    )


def _drawn_lines(figure: BookFigure) -> list[Line]:
    return [
        (
            figure.id,
            m.name,
            position,
            m.label_zh,
            m.label_en,
            m.unit_zh,
            m.unit_en,
            m.decimals,
            m.drawn_as,
            m.axis_low,
            m.axis_high,
            m.indicator_id,
        )
        for position, m in enumerate(figure.measures, 1)
    ]


def _promise_lines(edition: Edition, figure: BookFigure) -> list[Line]:
    """Every value that a figure promises by name, with the reason where there can be none."""
    lines: list[Line] = []
    for measure in figure.measures:
        for series in edition.series_of(figure):
            for point in figure.points:
                if measure.series is not None and series.key not in measure.series:
                    continue
                if measure.points is not None and point.key not in measure.points:
                    continue
                gap = _gap_of(figure, series.key, point.key)
                reasons = (gap.reason_zh, gap.reason_en) if gap else (None, None)
                lines.append((figure.id, measure.name, series.key, point.key, *reasons))
    return lines


def _gap_of(figure: BookFigure, series: str, point: str) -> FigureGap | None:
    for gap in figure.gaps:
        if point in gap.points and (gap.series is None or series in gap.series):
            return gap
    return None


def _measure_lines(table: BookTable) -> list[Line]:
    return [
        (
            table.id,
            m.name,
            position,
            m.label_zh,
            m.label_en,
            m.unit_zh,
            m.unit_en,
            m.decimals,
            m.style,
            m.suffix,
            m.mark_preliminary,
            m.formula_en,
            m.indicator_id,
        )
        for position, m in enumerate(table.measures, 1)
    ]


def _period_lines(table: BookTable) -> list[Line]:
    return [
        (table.id, measure.name, column.period, position, column.header_zh, column.header_en)
        for position, (measure, column) in enumerate(table.columns_in_print_order(), 1)
    ]
