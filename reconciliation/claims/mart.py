"""The lines of the mart claim_result: every statement of an edition with its verdict.

Here: `claim_mart` for dbt and the command line, `judge` for one statement. Not here: the language
(`forms`, `expression`, `evaluate`), databases.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import polars as pl

from reconciliation.claims.checking import Catalogue, check_claim
from reconciliation.claims.errors import ClaimError, MissingEvidence
from reconciliation.claims.evaluate import Context, Evaluator
from reconciliation.claims.evidence import Evidence, Place, computed_evidence, printed_evidence
from reconciliation.claims.expression import parse
from reconciliation.claims.forms import Claim, read_claim_line
from reconciliation.claims.telling import (
    FAILS,
    HOLDS,
    ONLY_VINTAGE,
    UNCHECKED,
    Answer,
    Story,
    tell,
)
from reconciliation.claims.values import Truth, certain, exact
from reconciliation.claims.words import Settings, read_settings

INPUTS = (
    *("book_cell", "printed_cell", "book_measure", "indicator_observation", "dim_indicator"),
    *("claim", "claim_setting", "vintage_cell"),
)
"""Tables that `claim_mart` reads: marts, and the edition's frames by their short name."""

TEXT = pl.String()
SCHEMA: Mapping[str, pl.DataType] = {
    "edition": TEXT,
    "claim_id": TEXT,
    "position": pl.Int32(),
    "kind": TEXT,
    "statement_en": TEXT,
    "statement_zh": TEXT,
    "table_ids": TEXT,
    "verdict": TEXT,
    "printed_verdict": TEXT,
    "expected": TEXT,
    "found": TEXT,
    "would_hold": TEXT,
    "vintage": TEXT,
    "missing": TEXT,
    "evidence_en": TEXT,
    "evidence_zh": TEXT,
    "cells": pl.List(
        pl.Struct(dict.fromkeys(("table_id", "row_key", "period", "measure"), pl.String()))
    ),
}
RunSql = Callable[[str], object]
Changes = Mapping[tuple[str, str], Mapping[Place, float | None]]


def claim_mart(
    tables: Mapping[str, pl.DataFrame],
    run_sql: RunSql | None = None,
    troubles: list[tuple[str, ClaimError]] | None = None,
) -> pl.DataFrame:
    """Return the mart claim_result without `action` and `triage`, which the policy adds.

    Args:
        tables: the tables named in `INPUTS`.
        run_sql: runs a claim's query and returns its one value; without it such claims cannot be
            checked.
        troubles: where to put the claims that turn out to be badly written.

    Returns:
        Columns `SCHEMA`, one row per claim in the order of the register. A claim that turns out to
        be badly written cannot be checked; its line says what to mend.
    """
    settings = settings_of(tables["claim_setting"])
    computed = computed_of(tables)
    printed = printed_evidence(tables["printed_cell"], computed, settings.exact_units)
    catalogue = catalogue_of(computed, settings, indicators_of(tables))
    changes = _changes(tables["vintage_cell"])
    rows = []
    for line in tables["claim"].sort("position").iter_rows(named=True):
        claim = read_claim_line(line["definition"])
        try:
            result = judge(claim, computed, printed, catalogue, changes, run_sql)
        except ClaimError as error:
            if troubles is not None:
                troubles.append((claim.id, error))
            result = _badly_written(claim, error)
        rows.append({**result, "edition": line["edition"], "position": line["position"]})
    return pl.DataFrame(rows, schema=dict(SCHEMA))


def indicators_of(tables: Mapping[str, pl.DataFrame]) -> frozenset[str]:
    """Return the ids of the indicators that there are, landed or not."""
    return frozenset(tables["dim_indicator"]["indicator_id"])


def computed_of(tables: Mapping[str, pl.DataFrame]) -> Evidence:
    """Return the computed book from the tables named in `INPUTS`."""
    return computed_evidence(
        tables["book_cell"],
        tables["indicator_observation"],
        tables["book_measure"],
        printed_cell=tables["printed_cell"],
    )


def _badly_written(claim: Claim, error: ClaimError) -> dict[str, object]:
    remedy = f"; {error.todo}" if error.todo else ""
    missing = f"the claim itself needs mending: {error.what}{remedy}"
    return {
        **dict.fromkeys(SCHEMA, ""),
        "cells": [],
        "claim_id": claim.id,
        "kind": claim.kind,
        "statement_en": claim.statement_en,
        "statement_zh": claim.statement_zh,
        "verdict": UNCHECKED,
        "missing": missing,
        "evidence_en": f"Cannot be checked: {missing}.",
        "evidence_zh": f"無法查核：敘述之查核式需修正（{error.what}）。",
    }


def settings_of(frame: pl.DataFrame) -> Settings:
    """Return the settings from the frame edition__claim_setting (name, definition as JSON)."""
    return read_settings(
        {name: json.loads(text) for name, text in frame.select("name", "definition").iter_rows()}
    )


def catalogue_of(
    computed: Evidence, settings: Settings, indicators: frozenset[str] = frozenset()
) -> Catalogue:
    """Return what claims may name, from the computed book."""
    measures: dict[str, dict[str, tuple[str, ...]]] = {}
    for (table, measure), periods in computed.columns.items():
        measures.setdefault(table, {})[measure] = periods
    return Catalogue(measures, computed.rows, indicators, settings)


def judge(
    claim: Claim,
    computed: Evidence,
    printed: Evidence,
    catalogue: Catalogue,
    changes: Changes | None = None,
    run_sql: RunSql | None = None,
) -> dict[str, object]:
    """Return the verdict of one statement with its evidence, as a row without edition and position.

    The computed book decides (or the printed one, where the claim says so). Where all evidence is
    itself transcribed from the print and rounding leaves the answer open, the printed digits
    decide: the transcription knows no more than they do.

    Raises:
        ClaimError: the claim names something that the warehouse does not have.
    """
    settings = catalogue.settings
    tables = check_claim(claim, catalogue)
    by_source = answer(claim, computed, settings, run_sql)
    by_print = answer(claim, printed, settings, None) if not claim.sql else by_source
    first, other = (by_source, by_print)
    if claim.judged_on == "printed":
        first, other = by_print, by_source
    verdict, vintage, remark = first.verdict, "", ""
    truth = first.truth
    if truth is not None and other.truth is not None and claim.judged_on == "computed":
        open_in_print = other.truth.is_open
        if not truth.holds and first.is_transcribed and open_in_print and other.truth.at_face:
            verdict, remark = HOLDS, "print"
        elif other.truth.is_open:
            remark = "open"
    if truth is not None and verdict == FAILS:
        vintage = _holding_vintage(claim, computed, settings, changes or {})
        verdict = ONLY_VINTAGE if vintage else FAILS
    told = truth if truth is not None else Truth(False, False, False, False)
    if remark == "print" and other.truth is not None:
        told = other.truth
    evidence_en, evidence_zh = tell(Story(claim, first, other, computed, printed, verdict, remark))
    return {
        "claim_id": claim.id,
        "kind": claim.kind,
        "statement_en": claim.statement_en,
        "statement_zh": claim.statement_zh,
        "table_ids": ", ".join(tables),
        "verdict": verdict,
        "printed_verdict": _printed_verdict(by_print),
        "expected": told.expected,
        "found": told.found,
        "would_hold": "" if verdict == HOLDS else told.would_hold,
        "vintage": vintage,
        "missing": first.missing,
        "evidence_en": evidence_en,
        "evidence_zh": evidence_zh,
        "cells": [
            {
                "table_id": place.table,
                "row_key": place.row,
                "period": place.period,
                "measure": place.measure,
            }
            for place in first.places
            if place in computed
        ],
    }


def answer(claim: Claim, evidence: Evidence, settings: Settings, run_sql: RunSql | None) -> Answer:
    """Evaluate a claim on one reading of the book.

    Raises:
        ClaimError: the claim cannot be read.
    """
    context = Context(claim.table, claim.measure, claim.row, claim.period, claim.facts)
    evaluator = Evaluator(evidence, settings, context)
    truth, missing = None, ""
    try:
        if claim.sql:
            _bind_sql(claim, evaluator, run_sql)
        truth = evaluator.truth(parse(claim.expression))
    except MissingEvidence as reason:
        missing = str(reason)
    measures = {(place.table, place.measure) for place in evaluator.places.values()}
    return Answer(
        truth,
        missing,
        dict(evaluator.used),
        tuple(dict.fromkeys(evaluator.left_out)),
        measures <= evidence.transcribed and not evaluator.not_print and not claim.sql,
        tuple(dict.fromkeys(evaluator.places.values())),
    )


def _bind_sql(claim: Claim, evaluator: Evaluator, run_sql: RunSql | None) -> None:
    if run_sql is None:
        raise MissingEvidence("a query", "no database is at hand to run it on")
    found = run_sql(claim.sql)
    if found is None:
        raise MissingEvidence("the query's result", "the query returns no value")
    if isinstance(found, bool):
        word = "true" if found else "false"
        evaluator.bound["result"] = certain(found, "true", word, word)
        return
    try:
        from decimal import Decimal
        from fractions import Fraction

        evaluator.bound["result"] = exact(Fraction(Decimal(str(found))))
    except ArithmeticError as error:
        raise ClaimError(
            f"the query returns {found!r}", key="sql", todo="return one number or one boolean"
        ) from error


def _changes(frame: pl.DataFrame) -> Changes:
    found: dict[tuple[str, str], dict[Place, float | None]] = {}
    for row in frame.iter_rows(named=True):
        place = Place(row["table_id"], row["measure"], row["row_key"], row["period"])
        found.setdefault((row["source_id"], row["vintage"]), {})[place] = row["value"]
    return found


def _holding_vintage(claim: Claim, computed: Evidence, settings: Settings, changes: Changes) -> str:
    for (source, vintage), values in sorted(changes.items()):
        found = answer(claim, computed.with_changes(values), settings, None)
        if found.verdict == HOLDS:
            return f"{source} {vintage}"
    return ""


def _printed_verdict(by_print: Answer) -> str:
    """Empty where the statement does not rest on printed cells."""
    return "" if by_print.truth is None else by_print.verdict
