"""What the report says of the book besides rules that hold or not: cells, sentences, estimates.

Here: the sections of the report read from the build's marts, worst first, one line each, then the
evidence. Not here: how a finding comes about (dbt_project, reconciliation), whether it stops the
edition (`gate`), how the report looks (`report`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

_ORDER = """
    case
        when action = 'block' then 0
        when action = 'warn' then 1
        when triage = 'confirmed' then 2
        when triage = 'explained' then 3
        when action = 'inform' then 4
        else 5
    end
"""
"""Worst first: what stops the edition, what wants a look, what is known to be wrong, the rest."""

_CELLS = f"""
    select
        action, triage, verdict, table_id, row_key, period, measure, printed, computed, low, high,
        hypothesis, cause_en, cause_zh
    from reconciliation
    where action <> 'none' or triage <> ''
    order by {_ORDER}, triage, explains desc, table_id, hypothesis, row_no, measure, period
"""
_CLAIMS = f"""
    select
        action, triage, verdict, claim_id, statement_en, statement_zh, expected, found,
        would_hold, evidence_en, evidence_zh
    from claim_result
    where action <> 'none' or triage <> ''
    order by {_ORDER}, triage, verdict = 'cannot_be_checked', position
"""
_ESTIMATES = """
    select
        outcome, estimate_id, rule, estimated_value, published_value, error, error_pct, unit_code,
        source_id, vintage, published_status
    from estimate_check
    where outcome <> 'not_yet_published'
    order by abs(error_pct) desc nulls last, estimate_id
"""
_CORRECTIONS = """
    select
        correction_id,
        concat_ws(' ', indicator_id, area_code, period, nullif(breakdown, 'total')) as subject,
        cast(publisher_value as varchar) as was,
        cast(value as varchar) as is_now,
        source_file,
        source_row
    from indicator_observation
    where correction_id is not null
    union all
    select
        correction_id,
        concat_ws(' ', table_id, row_key, nullif(period, ''), measure) as subject,
        printed_in_book as was,
        printed as is_now,
        cast(null as varchar) as source_file,
        cast(null as bigint) as source_row
    from printed_cell
    where correction_id is not null
    order by correction_id
"""


@dataclass(frozen=True)
class Section:
    """One part of the report.

    Args:
        title: its heading.
        lead: one sentence that says how things stand.
        lines: one line per finding, worst first.
        rows: the evidence, column by column.
    """

    title: str
    lead: str
    lines: tuple[str, ...] = ()
    rows: tuple[Mapping[str, object], ...] = ()


def sections_of(database: Path) -> tuple[Section, ...]:
    """Return the sections for which the build has marts; none if there is no build."""
    if not database.exists():
        return ()
    sections: list[Section] = []
    with duckdb.connect(str(database), read_only=True) as connection:
        # A build stopped early has only some of its marts.
        built = {str(row[0]) for row in connection.execute("show tables").fetchall()}
        if "reconciliation" in built:
            sections.append(_cells(connection))
        if "claim_result" in built:
            sections.append(_claims(connection))
        if "estimate_check" in built:
            sections.append(_estimates(connection))
        if {"indicator_observation", "printed_cell"} <= built:
            sections += _corrections(connection)
    return tuple(sections)


def _cells(connection: duckdb.DuckDBPyConnection) -> Section:
    rows = _rows(connection, _CELLS)
    counts = _counts(connection, "reconciliation")
    return Section(
        "The printed book against the evidence",
        _lead(counts, "printed cell", rows),
        tuple(_lines_of_cells(rows)),
        tuple(rows),
    )


def _lines_of_cells(rows: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    """One line per act: the cells that it explains stand together, with the first one's cause.

    What is only for information, such as declared estimates, has one line per table and verdict.
    """
    groups: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for number, row in enumerate(rows):
        act = str(row["hypothesis"] or f"#{number}")
        if row["action"] == "inform" and not row["triage"] and not row["hypothesis"]:
            act = f"{row['table_id']} {row['verdict']}"
        groups.setdefault((str(row["action"]), str(row["triage"]), act), []).append(row)
    for group in groups.values():
        first, more = group[0], group[1:]
        line = f"{_state(first)} {_place(first)}: {_words(first['verdict'])}. {first['cause_en']}"
        if more:
            places = "; ".join(_place(other) for other in more)
            line = f"{line.strip()} Likewise {places}."
        yield line.strip()


def _place(row: Mapping[str, Any]) -> str:
    return " ".join(
        str(row[name]) for name in ("table_id", "row_key", "period", "measure") if row[name]
    )


def _claims(connection: duckdb.DuckDBPyConnection) -> Section:
    rows = _rows(connection, _CLAIMS)
    counts = _counts(connection, "claim_result")
    lines = [
        f"{_state(row)} {row['claim_id']}: {_words(row['verdict'])}. {row['statement_en']} "
        f"{row['evidence_en'] or ''}".strip()
        for row in rows
    ]
    return Section(
        "The statements of the prose", _lead(counts, "statement", rows), tuple(lines), tuple(rows)
    )


def _estimates(connection: duckdb.DuckDBPyConnection) -> Section:
    rows = _rows(connection, _ESTIMATES)
    counts = _counts(connection, "estimate_check", "outcome")
    lines = []
    for row in rows:
        off = (
            "in prices of another base year"
            if row["error_pct"] is None
            else f"off by {row['error_pct']:+.2f} %"
        )
        lines.append(
            f"{row['estimate_id']}: estimated {row['estimated_value']:.6g}, published "
            f"{row['published_value']:.6g} in {row['source_id']} {row['vintage']}; {off}"
        )
    told = ", ".join(f"{count} {_words(outcome)}" for outcome, count in counts)
    return Section(
        "Estimates against what has been published since",
        f"{sum(count for _, count in counts)} checks of estimates: {told}." if counts else "None.",
        tuple(lines),
        tuple(rows),
    )


def _corrections(connection: duckdb.DuckDBPyConnection) -> list[Section]:
    rows = _rows(connection, _CORRECTIONS)
    if not rows:
        return []
    lines = tuple(
        f"{row['correction_id']}: {row['subject']}, {row['was']} -> {row['is_now']}" for row in rows
    )
    return [Section("Corrections applied", f"{len(rows)} in all.", lines, tuple(rows))]


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    cursor = connection.execute(query)
    columns = [str(column[0]) for column in cursor.description or []]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _counts(
    connection: duckdb.DuckDBPyConnection, mart: str, by: str = "verdict"
) -> list[tuple[str, int]]:
    found = connection.execute(
        f"select {by}, count(*) from {mart} group by all order by 2 desc, 1"
    ).fetchall()
    return [(str(name), int(count)) for name, count in found]


def _lead(counts: Sequence[tuple[str, int]], noun: str, rows: Sequence[Mapping[str, Any]]) -> str:
    total = sum(count for _, count in counts)
    if not total:
        return f"No {noun} to check."
    told = ", ".join(f"{count:,} {_words(verdict)}" for verdict, count in counts)
    open_ones = sum(
        row["action"] in ("block", "warn") and row["triage"] in ("", "changed") for row in rows
    )
    decided = sum(row["triage"] not in ("", "changed") for row in rows)
    return (
        f"{total:,} {noun}{'' if total == 1 else 's'}: {told}. "
        f"The editor has decided on {decided}; {open_ones or 'none'} await a decision."
    )


def _state(row: Mapping[str, Any]) -> str:
    return f"[{row['action']}{', ' + row['triage'] if row['triage'] else ''}]"


def _words(name: object) -> str:
    return str(name).replace("_", " ")
