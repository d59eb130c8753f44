"""The lines of the marts from the warehouse's own tables, for dbt and for the command line alike.

Here: `reconciliation_mart`, which picks from the tables what `reconcile` looks at and adds what the
edition's policy makes of each finding. Not here: any comparison (`source`, `consistency`), reading
or writing a database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import polars as pl

from reconciliation.cells import CellKey
from reconciliation.consistency import BookFinding, check_printed_book
from reconciliation.policy import decide
from reconciliation.printed import read_printed
from reconciliation.relations import read_relations
from reconciliation.source import OtherVintage
from reconciliation.verdicts import RECONCILIATION_SCHEMA, Evidence, denied_by_source, reconcile

INPUTS = (
    *("printed_cell", "book_cell", "book_measure", "book_row", "source_snapshot", "dim_source"),
    *("estimate", "relation", "policy", "triage", "vintage_cell"),
)
"""Tables that `reconciliation_mart` reads: marts, and the edition's frames by their short name."""
MART_SCHEMA = {**RECONCILIATION_SCHEMA, "action": pl.String(), "triage": pl.String()}


def reconciliation_mart(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the mart `reconciliation`.

    Args:
        tables: the tables named in `INPUTS`.

    Returns:
        Columns `MART_SCHEMA`; one row per printed numeric cell, and those that `reconcile` adds.
        Empty before the book is printed.
    """
    measures = tables["book_measure"]
    numeric = tables["printed_cell"].join(
        measures.select("table_id", "measure"), on=["table_id", "measure"], how="semi"
    )
    if numeric.is_empty():
        return pl.DataFrame(schema=dict(MART_SCHEMA))
    evidence = Evidence(
        edition=numeric["edition"][0],
        printed=numeric,
        computed=tables["book_cell"],
        measures=measures.select("table_id", "measure", "unit_zh", "unit_en"),
        labels={
            (table, row): (english, chinese)
            for table, row, english, chinese in tables["book_row"]
            .select("table_id", "row_key", "label_en", "label_zh")
            .iter_rows()
        },
        transcribed=transcribed_tables(tables["source_snapshot"], tables["dim_source"]),
        estimates=_estimates(measures, tables["estimate"]),
        other_vintages=_other_vintages(tables["vintage_cell"]),
    )
    findings = _book_findings(evidence, tables["relation"])
    return decide(reconcile(evidence, findings), tables["policy"], tables["triage"])


def _book_findings(evidence: Evidence, relations: pl.DataFrame) -> list[BookFinding]:
    """What the book's own cells say, once the source has said which of them are misprinted.

    Where even a source that was made from the book has another figure, that cell alone is to blame
    for its contradictions: the others are judged with the source's figure in its place.
    """
    found = check_printed_book(evidence.printed, relations, evidence.labels)
    misprinted = _misprinted(evidence, _derived_measures(relations))
    if not misprinted:
        return found
    cells = evidence.printed.select(
        "table_id", "row_key", pl.col("period").fill_null(""), "measure", "printed"
    )
    texts = [misprinted.get(CellKey(*key), text) for *key, text in cells.iter_rows()]
    mended = evidence.printed.with_columns(pl.Series("printed", texts, dtype=pl.String()))
    excused = {finding.hypothesis for finding in found if finding.cell not in misprinted} - {""}
    return [
        *(f for f in found if f.cell in misprinted and f.hypothesis not in excused),
        *(
            replace(finding, suspects=tuple(s for s in finding.suspects if s not in misprinted))
            for finding in check_printed_book(mended, relations, evidence.labels)
            if finding.cell not in misprinted
        ),
    ]


def _misprinted(evidence: Evidence, derived: frozenset[tuple[str, str]]) -> dict[CellKey, str]:
    """Cells of which the source has another figure, and that figure.

    Estimates, and what is computed from other figures, are only as right as these: there the source
    is believed where one act explains all that differs in the rows concerned.
    """
    denied = denied_by_source(evidence)
    estimated = {
        CellKey(*key)
        for *key, status in evidence.computed.select(
            "table_id", "row_key", pl.col("period").fill_null(""), "measure", "status"
        ).iter_rows()
        if status == "E"
    }
    indirect = {key for key in denied if key in estimated or (key.table_id, key.measure) in derived}
    differing = Counter((key.table_id, key.row_key) for key in denied)
    unexplained = {
        (key.table_id, key.row_key)
        for key in indirect
        if not denied[key][1] and differing[key.table_id, key.row_key] > 1
    }
    doubted = {denied[key][1] for key in indirect if (key.table_id, key.row_key) in unexplained}
    return {
        key: right
        for key, (right, hypothesis) in denied.items()
        if key not in indirect
        or ((key.table_id, key.row_key) not in unexplained and hypothesis not in doubted - {""})
    }


def _derived_measures(relations: pl.DataFrame) -> frozenset[tuple[str, str]]:
    """Measures that follow from others in the book: growth, change, share, rank."""
    return frozenset(
        (cells.table_id, cells.measure)
        for relation in read_relations(relations)
        for cells in relation.cells.get(relation.kind, ())
    )


def transcribed_tables(snapshots: pl.DataFrame, sources: pl.DataFrame) -> frozenset[str]:
    """Return the tables that rest, at least in part, on a snapshot made from the printed book."""
    transcribed = snapshots.filter(pl.col("basis") == "transcribed").select("source_id").unique()
    feeds = sources.join(transcribed, on="source_id", how="semi")["feeds"].to_list()
    return frozenset(table for line in feeds for table in line.split(", ") if table)


def _estimates(
    measures: pl.DataFrame, estimates: pl.DataFrame
) -> dict[CellKey, tuple[str, str, str]]:
    """Rule and reason of each estimated cell, in every measure read from the indicator."""
    joined = measures.select("table_id", "measure", "indicator_id").join(
        estimates, on="indicator_id"
    )
    return {
        CellKey(row["table_id"], row["area_code"], row["period"], row["measure"]): (
            row["rule"],
            row["reason_en"],
            row["reason_zh"],
        )
        for row in joined.iter_rows(named=True)
    }


def _other_vintages(cells: pl.DataFrame) -> list[OtherVintage]:
    found: dict[tuple[str, str], dict[CellKey, Decimal | None]] = {}
    for row in cells.iter_rows(named=True):
        key = CellKey(row["table_id"], row["row_key"], row["period"] or "", row["measure"])
        printed = read_printed(row["printed_as"]).value
        found.setdefault((row["source_id"], row["vintage"]), {})[key] = printed
    return [OtherVintage(source, vintage, cells) for (source, vintage), cells in found.items()]
