"""One verdict for each printed cell, from the sources and from the book itself.

Here: `reconcile`, which turns the edition's frames into the lines of the mart. Not here: either
comparison (`source`, `consistency`), what follows from a verdict (`policy`).

Which of both counts: a source that was not made from this book outweighs the book's own cells. A
source transcribed from the book cannot confirm it, so there the book's contradictions stand. What
is wrong with the order of the lines or with a missing mark is wrong whatever the numbers say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from reconciliation.cells import CellKey
from reconciliation.consistency import BookFinding
from reconciliation.printed import Printed, read_printed
from reconciliation.source import (
    AGREEING,
    Labels,
    OtherVintage,
    Pair,
    SourceVerdict,
    compare_with_source,
)

TEXT, FLOAT, INT = pl.String(), pl.Float64(), pl.Int32()
RECONCILIATION_SCHEMA: Mapping[str, pl.DataType] = {
    "edition": TEXT,
    "table_id": TEXT,
    "row_no": INT,
    "row_key": TEXT,
    "period": TEXT,
    "measure": TEXT,
    "unit": TEXT,
    "printed": TEXT,
    "computed": TEXT,
    "computed_value": FLOAT,
    "status": TEXT,
    "low": FLOAT,
    "high": FLOAT,
    "verdict": TEXT,
    "source_verdict": TEXT,
    "book_verdict": TEXT,
    "cause_en": TEXT,
    "cause_zh": TEXT,
    "hypothesis": TEXT,
    "explains": INT,
}
VERDICTS = (
    *("exact", "within_rounding", "other_rounding_rule", "estimate_declared"),
    *("estimate_undeclared", "other_vintage", "preliminary", "unit_slip", "row_interchanged"),
    *("copied_from_other_period", "sort_order_broken", "rank_contradicts_values"),
    *("parts_do_not_add", "implausible_jump", "mismatch", "not_reproducible"),
)
OF_THE_PRINT = frozenset({"sort_order_broken", "preliminary"})
"""Verdicts on how the book is set: no source can contradict them."""
LESS_TELLING = OF_THE_PRINT | {"mismatch", "implausible_jump"}
"""Verdicts of the book that say less of a cell than a source that has another number."""
_POWERS = (
    # Longest first: 百萬 is not 萬, 100m is not m.
    *(
        ("100 million", 8),
        ("100m", 8),
        ("10,000", 4),
        ("1,000", 3),
        ("million", 6),
        ("thousand", 3),
        ("billion", 9),
    ),
    *(("十億", 9), ("百萬", 6), ("千萬", 7), ("億", 8), ("萬", 4), ("千", 3), ("仟", 3)),
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


@dataclass(frozen=True)
class Evidence:
    """What `reconcile` looks at, as frames.

    Args:
        printed: table_id, row_no, row_key, period, measure, unit, printed, value (text cells are
            left out by whoever calls).
        computed: `book_cell`: the same keys with unit, value, decimals, printed_as, status.
        measures: table_id, measure, unit_zh, unit_en of every numeric measure.
        labels: names of the rows.
        transcribed: ids of tables whose sources were made from this very book.
        estimates: rule and reason (English, Chinese) of each declared estimate, by measure's
            table, row, period and measure.
        other_vintages: the book under other landed vintages.
    """

    edition: str
    printed: pl.DataFrame
    computed: pl.DataFrame
    measures: pl.DataFrame
    labels: Labels
    transcribed: Collection[str] = ()
    estimates: Mapping[CellKey, tuple[str, str, str]] = field(default_factory=dict)
    other_vintages: Sequence[OtherVintage] = ()


def reconcile(evidence: Evidence, book_findings: Sequence[BookFinding] = ()) -> pl.DataFrame:
    """Compare every printed cell with the sources and with the rest of the book.

    Returns:
        One row per printed numeric cell, per cell that is computed and not printed, and per
        measure whose printed unit label is wrong (row_key and period empty); columns
        `RECONCILIATION_SCHEMA`, ordered by table and line.
    """
    printed, computed, units = _found_in(evidence)
    by_source = _by_source(evidence)
    for key, declared in evidence.estimates.items():
        if key in by_source and by_source[key].verdict == "estimate_declared":
            rule, reason_en, reason_zh = declared
            by_source[key] = replace(
                by_source[key],
                cause_en=f"Estimate declared by the editor ({rule}): {reason_en}",
                cause_zh=f"編者申明之推估（{rule}）：{reason_zh}",
            )
    by_book = {finding.cell: finding for finding in book_findings if not finding.clean}
    explained_by_method = {finding.cell: finding for finding in book_findings if finding.clean}
    for key, note in explained_by_method.items():
        if key in by_source and by_source[key].verdict == "exact":
            by_source[key] = replace(by_source[key], cause_en=note.cause_en, cause_zh=note.cause_zh)
    denied = {key for key, found in by_source.items() if found.verdict not in AGREEING}
    contradicted = {finding.hypothesis for key, finding in by_book.items() if key in denied}
    lines = [
        _line(
            evidence,
            row,
            computed.get(key),
            by_source[key],
            by_book.get(key),
            is_decided_by_source=_source_decides(
                by_source[key],
                by_book.get(key),
                transcribed=key.table_id in evidence.transcribed,
                denied=denied,
                contradicted=contradicted,
            ),
        )
        for key, row in printed.items()
    ]
    tables = {key.table_id for key in printed}
    lines += [
        _unprinted(evidence, row)
        for key, row in computed.items()
        if key not in printed and key.table_id in tables
    ]
    lines += _unit_lines(evidence, printed.values(), computed.values(), units)
    frame = pl.DataFrame(lines, schema=dict(RECONCILIATION_SCHEMA), orient="row")
    return frame.sort("table_id", "row_no", "row_key", "measure", "period", maintain_order=True)


def denied_by_source(evidence: Evidence) -> dict[CellKey, tuple[str, str]]:
    """Return the printed cells that a source contradicts: the figure it has, and the hypothesis."""
    _, computed, _ = _found_in(evidence)
    return {
        key: (computed[key]["printed_as"], found.hypothesis)
        for key, found in _by_source(evidence).items()
        if found.verdict not in AGREEING and key in computed
    }


Rows = dict[CellKey, dict[str, Any]]


def _found_in(evidence: Evidence) -> tuple[Rows, Rows, dict[tuple[str, str], tuple[str, str]]]:
    """Printed cells, computed cells, and the unit of each measure in Chinese and English."""
    printed = {_key(row): row for row in evidence.printed.iter_rows(named=True)}
    computed = {_key(row): row for row in evidence.computed.iter_rows(named=True)}
    units = {
        (row["table_id"], row["measure"]): (row["unit_zh"], row["unit_en"])
        for row in evidence.measures.iter_rows(named=True)
    }
    return printed, computed, units


def _by_source(evidence: Evidence) -> dict[CellKey, SourceVerdict]:
    printed, computed, units = _found_in(evidence)
    read, unreadable = _read(printed)
    pairs = [
        _pair(key, cell, computed.get(key), units.get((key.table_id, key.measure), ("", "")))
        for key, cell in read.items()
    ]
    found = compare_with_source(pairs, evidence.labels, evidence.other_vintages)
    return found | unreadable


def _key(row: Mapping[str, Any]) -> CellKey:
    return CellKey(row["table_id"], row["row_key"], row["period"] or "", row["measure"])


def _read(
    printed: Mapping[CellKey, Mapping[str, Any]],
) -> tuple[dict[CellKey, Printed], dict[CellKey, SourceVerdict]]:
    """Read the printed texts; what cannot be read, or is not what the file says, has a verdict."""
    read: dict[CellKey, Printed] = {}
    unreadable: dict[CellKey, SourceVerdict] = {}
    for key, row in printed.items():
        try:
            cell = read_printed(row["printed"])
        except ValueError as error:
            unreadable[key] = SourceVerdict(
                "mismatch", f"No number can be read: {error}.", f"無法讀出數值：{row['printed']}。"
            )
            continue
        stated = row.get("value")
        if stated is not None and cell.value is not None and Decimal(repr(stated)) != cell.value:
            unreadable[key] = SourceVerdict(
                "mismatch",
                f"The text reads {cell.text}, the value beside it in the file of printed cells "
                f"is {stated:g}.",
                f"印刷文字為{cell.text}，惟印刷儲存格檔案之數值欄為{stated:g}。",
            )
            continue
        read[key] = cell
    return read, unreadable


def _pair(
    key: CellKey, cell: Printed, computed: Mapping[str, Any] | None, units: tuple[str, str]
) -> Pair:
    value = computed["value"] if computed is not None else None
    return Pair(
        key=key,
        printed=cell,
        computed=computed["printed_as"] if computed is not None else "",
        computed_value=Fraction(Decimal(repr(value))) if value is not None else None,
        decimals=computed["decimals"] if computed is not None else cell.decimals,
        status=computed["status"] if computed is not None else "",
        is_rank=units[1] == "rank",
    )


def _source_decides(
    source: SourceVerdict,
    book: BookFinding | None,
    *,
    transcribed: bool,
    denied: AbstractSet[CellKey],
    contradicted: Collection[str],
) -> bool:
    if book is None:
        return True
    if source.verdict in AGREEING:
        # Another cell of the same contradiction is wrong by the source: that one is to blame.
        if book.verdict != "row_interchanged" and (
            book.hypothesis in contradicted or not denied.isdisjoint(book.suspects)
        ):
            return True
        return book.verdict not in OF_THE_PRINT and not transcribed
    if book.verdict in LESS_TELLING:
        return True
    if source.verdict in ("mismatch", "not_reproducible"):
        return False
    # Two ranks in each other's place: it is the values beside them that say so.
    return source.explains >= book.explains and book.verdict != "rank_contradicts_values"


def _line(
    evidence: Evidence,
    row: Mapping[str, Any],
    computed: Mapping[str, Any] | None,
    source: SourceVerdict,
    book: BookFinding | None,
    *,
    is_decided_by_source: bool,
) -> tuple[object, ...]:
    value = computed["value"] if computed is not None else None
    low = high = value
    settled = (source.verdict, source.cause_en, source.cause_zh, source.hypothesis, source.explains)
    if book is not None and (value is None or not is_decided_by_source):
        low = float(book.low) if book.low is not None else low
        high = float(book.high) if book.high is not None else high
    if book is not None and not is_decided_by_source:
        settled = (book.verdict, book.cause_en, book.cause_zh, book.hypothesis, book.explains)
    verdict, cause_en, cause_zh, hypothesis, explains = settled
    return (
        evidence.edition,
        row["table_id"],
        row["row_no"],
        row["row_key"],
        row["period"] or "",
        row["measure"],
        row["unit"],
        row["printed"],
        computed["printed_as"] if computed is not None else "",
        value,
        computed["status"] if computed is not None else "",
        low,
        high,
        verdict,
        source.verdict,
        book.verdict if book is not None else "",
        cause_en,
        cause_zh,
        hypothesis,
        explains,
    )


def _unprinted(evidence: Evidence, row: Mapping[str, Any]) -> tuple[object, ...]:
    return (
        evidence.edition,
        *(row[name] for name in ("table_id", "row_no", "row_key", "period", "measure", "unit")),
        "",
        row["printed_as"],
        row["value"],
        row["status"],
        row["value"],
        row["value"],
        "mismatch",
        "mismatch",
        "",
        f"{row['printed_as']} is computed for this cell, and the book does not print it.",
        f"此格計算結果為{row['printed_as']}，惟書中未印。",
        "",
        0,
    )


def _unit_lines(
    evidence: Evidence,
    printed: Collection[Mapping[str, Any]],
    computed: Collection[Mapping[str, Any]],
    units: Mapping[tuple[str, str], tuple[str, str]],
) -> list[tuple[object, ...]]:
    """One line per measure whose printed unit is another power of ten or another base year."""
    computed_units = {(row["table_id"], row["measure"]): row["unit"] for row in computed}
    printed_units = {(row["table_id"], row["measure"]): row["unit"] or "" for row in printed}
    lines: list[tuple[object, ...]] = []
    for (table, measure), unit in printed_units.items():
        unit_zh, unit_en = units.get((table, measure), ("", ""))
        wanted = computed_units.get((table, measure), unit_en)
        if unit in (wanted, unit_zh, unit_en):
            continue
        fault = _unit_fault(unit, wanted)
        if fault is None:
            continue
        english, chinese = fault
        lines.append(
            (
                *(evidence.edition, table, 0, "", "", measure, unit, unit, wanted),
                *(None, "", None, None, "unit_slip", "unit_slip", ""),
                f"The unit is printed as {unit}; the figures are in {wanted}: {english}.",
                f"單位印為「{unit}」，惟數值單位為「{unit_zh or wanted}」：{chinese}。",
                f"{table} {measure}: unit label",
                0,
            )
        )
    return lines


def _unit_fault(printed: str, wanted: str) -> tuple[str, str] | None:
    power, right = _power_of_ten(printed), _power_of_ten(wanted)
    if power is not None and right is not None and power != right:
        return f"the label is off by 10^{power - right}", f"標示相差10^{power - right}倍"
    years, right_years = _YEAR.findall(printed), _YEAR.findall(wanted)
    if years and right_years and years != right_years:
        return (
            f"the base year is {', '.join(right_years)}",
            f"基期應為{'、'.join(right_years)}年",
        )
    return None


def _power_of_ten(unit: str) -> int | None:
    """The power of ten that a unit's words name; None where they name none."""
    plain = unicodedata.normalize("NFKC", unit).lower()
    return next((power for word, power in _POWERS if word in plain), None)
