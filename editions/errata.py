"""Reads reconciliation.yml, what a verdict does to a refresh, and errata.yml, the editor's triage.

Here: their keys, and whether they name verdicts, tables, measures and rows that exist. Not here:
matching an entry with today's findings (reconciliation.policy), whether a claim exists (its mart).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import cast, get_args

from editions.model import (
    Action,
    BookTable,
    CellVerdict,
    ClaimVerdict,
    Decision,
    PolicyKind,
    PolicyRule,
    TriageLine,
)
from editions.strict_yaml import Section, read_yaml, suggest

POLICY_FILE = "reconciliation.yml"
TRIAGE_FILE = "errata.yml"

_GROUPS: Mapping[str, tuple[PolicyKind, tuple[str, ...]]] = {
    "cells": ("cell", get_args(CellVerdict)),
    "claims": ("claim", get_args(ClaimVerdict)),
    "triaged": ("triage", get_args(Decision)),
}
_HARMLESS = ("exact", "within_rounding", "holds", "rejected")


def read_policy(folder: Path) -> tuple[PolicyRule, ...]:
    """Return one rule per verdict; without reconciliation.yml, all that is not harmless blocks.

    Raises:
        EditionError: an unknown verdict or action, or a verdict of which nothing is said.
    """
    if not (folder / POLICY_FILE).is_file():
        return tuple(
            PolicyRule(kind, verdict, _strictest(kind, verdict))
            for kind, verdicts in _GROUPS.values()
            for verdict in verdicts
        )
    top = read_yaml(folder, POLICY_FILE)
    rules: list[PolicyRule] = []
    for group, (kind, verdicts) in _GROUPS.items():
        section = top.section(group)
        for verdict in verdicts:
            if not section.has(verdict):
                raise section.error(
                    f"nothing is said of '{verdict}'",
                    key=verdict,
                    todo=f"write `{verdict}: ...` with " + ", ".join(get_args(Action)),
                )
            rules.append(_read_rule(section, kind, verdict))
        section.finish()
    top.finish()
    return tuple(rules)


def _strictest(kind: PolicyKind, verdict: str) -> Action:
    if verdict in _HARMLESS:
        return "none"
    return "inform" if kind == "triage" else "block"


def _read_rule(section: Section, kind: PolicyKind, verdict: str) -> PolicyRule:
    if section.is_text(verdict):
        return PolicyRule(kind, verdict, _read_action(section, verdict))
    detail = section.section(verdict)
    action = _read_action(detail, "action")
    near_steps, near_action = None, None
    if detail.has("near"):
        near = detail.section("near")
        near_steps, near_action = near.integer("steps"), _read_action(near, "action")
        near.finish()
    at_most = detail.integer("at_most") if detail.has("at_most") else None
    estimated = _read_action(detail, "estimated") if detail.has("estimated") else None
    for key, number in (("near > steps", near_steps), ("at_most", at_most)):
        if number is not None and number < 0:
            raise detail.error(f"{number} is less than none", key=key, todo="write 0 or more")
    detail.finish()
    return PolicyRule(kind, verdict, action, near_steps, near_action, at_most, estimated)


def _read_action(section: Section, key: str) -> Action:
    return cast(Action, section.choice(key, get_args(Action)))


def read_triage(folder: Path, tables: Iterable[BookTable]) -> tuple[TriageLine, ...]:
    """Return one line per cell or claim that the editor has decided on.

    Args:
        folder: the edition's folder; without errata.yml nothing has been decided.
        tables: the tables of the edition.

    Raises:
        EditionError: unknown table, measure or verdict, an entry without cells and claims, or a
            cell or claim that is decided twice.
    """
    if not (folder / TRIAGE_FILE).is_file():
        return ()
    by_id = {table.id: table for table in tables}
    top = read_yaml(folder, TRIAGE_FILE)
    lines: list[TriageLine] = []
    seen: dict[tuple[str, ...], str] = {}
    ids: set[str] = set()
    for entry in top.sections("errata", name_key="id"):
        found = _read_entry(entry, by_id)
        entry_id = found[0].entry_id
        if entry_id in ids:
            raise entry.error(f"the id '{entry_id}' stands twice", todo="give each its own")
        ids.add(entry_id)
        for line in found:
            key = (line.table_id, line.row_key, line.period, line.measure, line.claim_id)
            if key in seen:
                raise entry.error(
                    f"{' '.join(part for part in key if part)} is decided here and in {seen[key]}",
                    todo="decide each finding once",
                )
            seen[key] = entry_id
        lines += found
    top.finish()
    return tuple(lines)


def _read_entry(entry: Section, tables: Mapping[str, BookTable]) -> list[TriageLine]:
    common = {
        "entry_id": entry.text("id"),
        "decision": entry.choice("decision", get_args(Decision)),
        "reason_en": entry.text("reason_en"),
        "reason_zh": entry.text("reason_zh"),
        "evidence_en": entry.text("evidence_en", default="-"),
        "evidence_zh": entry.text("evidence_zh", default="-"),
        "decided_by": entry.text("decided_by"),
        "decided_on": entry.date("decided_on"),
    }
    for key in ("evidence_en", "evidence_zh"):
        common[key] = "" if common[key] == "-" else common[key]
    if (common["evidence_en"] == "") != (common["evidence_zh"] == ""):
        raise entry.error(
            "evidence is given in one language only", key="evidence_en", todo="write both or none"
        )
    verdict = entry.text("verdict") if entry.has("verdict") else None
    lines = [_read_cell(cell, common, verdict, tables) for cell in entry.sections("cells")]
    lines += [_read_claim(claim, common, verdict) for claim in entry.sections("claims")]
    if not lines:
        raise entry.error(
            "it names no finding",
            key="cells",
            todo="list cells or claims; see `whitepaper errata --draft`",
        )
    entry.finish()
    return lines


def _read_cell(
    cell: Section,
    common: Mapping[str, str],
    verdict: str | None,
    tables: Mapping[str, BookTable],
) -> TriageLine:
    table_id = cell.text("table")
    if table_id not in tables:
        raise cell.error(
            f"there is no table '{table_id}'", key="table", todo=suggest(table_id, sorted(tables))
        )
    table = tables[table_id]
    measure = cell.text("measure")
    known = [*(m.name for m in table.measures), *(m.name for m in table.text_measures)]
    if measure not in known:
        raise cell.error(
            f"{table_id} has no measure '{measure}'", key="measure", todo=suggest(measure, known)
        )
    line = _line(
        cell,
        common,
        kind="cell",
        table_id=table_id,
        row_key=_as_it_stands(cell, "row"),
        period=_as_it_stands(cell, "period"),
        measure=measure,
        printed=_as_it_stands(cell, "printed"),
        computed=_as_it_stands(cell, "computed"),
        verdict=_read_verdict(cell, verdict, get_args(CellVerdict)),
    )
    cell.finish()
    return line


def _read_claim(claim: Section, common: Mapping[str, str], verdict: str | None) -> TriageLine:
    line = _line(
        claim,
        common,
        kind="claim",
        claim_id=claim.text("claim"),
        printed=_as_it_stands(claim, "expected"),
        computed=_as_it_stands(claim, "found"),
        verdict=_read_verdict(claim, verdict, get_args(ClaimVerdict)),
    )
    claim.finish()
    return line


def _line(section: Section, common: Mapping[str, str], **own: str) -> TriageLine:
    empty = dict.fromkeys(("table_id", "row_key", "period", "measure", "claim_id"), "")
    should_be = _as_it_stands(section, "should_be")
    return TriageLine(**{**empty, **common, **own, "should_be": should_be})  # type: ignore[arg-type]


def _as_it_stands(section: Section, key: str) -> str:
    """Return a text as it is printed, empty where there is none; a whole number may go unquoted."""
    return section.scalar_text(key) if section.has(key) and not section.is_empty(key) else ""


def _read_verdict(section: Section, default: str | None, known: tuple[str, ...]) -> str:
    return section.choice("verdict", known, default)
