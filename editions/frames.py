"""An edition as the `edition__*` tables of the warehouse.

Here: columns and dtypes of those tables. Not here: edition__source and edition__source_snapshot
(orchestration writes them from the sources and the snapshots' sidecars), writing files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple

import polars as pl

from editions.model import BookTable, Edition

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
            (table.id, row.key, position, row.label_zh, row.label_en)
            for table in edition.tables
            for position, row in enumerate(table.rows.items, 1)
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
    )


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
