"""What follows from a finding: the edition's policy, and what the editor has said of it.

Here: the action per verdict, the editor's entries matched against today's findings, and the entries
that no finding matches any more. Not here: how a verdict comes about (`verdicts`, `claims`), the
files that declare policy and entries (editions), the gate itself (expectations).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

import polars as pl

from reconciliation.source import AGREEING

ACTIONS = ("none", "inform", "warn", "block")
"""Mildest first."""

DECISIONS = ("confirmed", "explained", "rejected")
CHANGED = "changed"

TEXT = pl.String()
POLICY_SCHEMA: Mapping[str, pl.DataType] = {
    "kind": TEXT,
    "verdict": TEXT,
    "action": TEXT,
    "near_steps": pl.Int32(),
    "near_action": TEXT,
    "at_most": pl.Int32(),
    "estimated_action": TEXT,
}
"""One line per kind ('cell', 'claim', 'triage') and verdict. For kind 'triage' the verdict is a
decision of the editor, and the action is the most that a finding so decided may still do."""

TRIAGE_SCHEMA: Mapping[str, pl.DataType] = dict.fromkeys(
    (
        *("entry_id", "kind", "table_id", "row_key", "period", "measure", "claim_id"),
        *("decision", "printed", "computed", "verdict", "should_be"),
        *("reason_en", "reason_zh", "evidence_en", "evidence_zh", "decided_by", "decided_on"),
    ),
    TEXT,
)
"""One line per cell or claim; a group of cells that one entry covers shares its `entry_id`."""

CELL_KEY = ("table_id", "row_key", "period", "measure")
CLAIM_KEY = ("claim_id",)
_ACCEPTED = ("printed", "computed", "verdict")


def decide(findings: pl.DataFrame, policy: pl.DataFrame, triage: pl.DataFrame) -> pl.DataFrame:
    """Return the findings with two more columns: `action` and `triage`.

    Works for cells and for claims: a frame with a column `claim_id` is read as claims.

    action: 'block' | 'warn' | 'inform' | 'none'. What the policy says of the verdict, softened by
    the editor's decision. A verdict that the policy does not name blocks.
    triage: 'confirmed' | 'explained' | 'rejected', if the editor has an entry for the finding and
    accepted just what is found today, or decided that the cell should be what is computed for it
    today (a better source has borne the decision out); 'changed', if what is found today is
    something else (then it blocks); '' without an entry. A finding whose verdict has come to do no
    harm (action 'none' or 'inform') and is not the one that was accepted has '' too: its entry is
    stale (`stale_entries`).

    Args:
        findings: for cells table_id, row_key, period, measure, printed, computed, verdict (and low,
            high where a policy line uses near_steps, status where one uses estimated_action); for
            claims claim_id, expected, found,
            verdict. What was accepted is compared as text: printed, computed, verdict of a cell,
            expected, found, verdict of a claim. Other columns pass through untouched; any column
            `action` or `triage` is replaced.
        policy: the frame edition__policy (`POLICY_SCHEMA`; more columns do no harm).
        triage: the frame edition__triage (`TRIAGE_SCHEMA`); lines of the other kind do no harm.

    Returns:
        As many rows in the same order.
    """
    kind, key = ("claim", CLAIM_KEY) if "claim_id" in findings.columns else ("cell", CELL_KEY)
    rules = {line["verdict"]: line for line in policy.iter_rows(named=True) if line["kind"] == kind}
    softened = {
        line["verdict"]: line["action"]
        for line in policy.iter_rows(named=True)
        if line["kind"] == "triage"
    }
    entries = {
        _texts(line, key): line for line in triage.iter_rows(named=True) if line["kind"] == kind
    }
    actions, decisions = [], []
    for row in findings.iter_rows(named=True):
        action = _action_of_verdict(row, rules)
        entry = entries.get(_texts(row, key))
        decision = ""
        if entry is not None:
            if _accepted_of(entry) == _found_in(row, kind) or _has_come_true(entry, row):
                decision = str(entry["decision"])
                action = _milder(action, softened.get(decision, "inform"))
            elif action in ("warn", "block") and row["verdict"] not in AGREEING:
                decision, action = CHANGED, "block"
        actions.append(action)
        decisions.append(decision)
    _block_where_too_many(findings["verdict"].to_list(), decisions, actions, rules)
    return findings.with_columns(
        pl.Series("action", actions, dtype=pl.String),
        pl.Series("triage", decisions, dtype=pl.String),
    )


def stale_entries(decided: pl.DataFrame, triage: pl.DataFrame) -> pl.DataFrame:
    """Return the editor's entries that no finding matches any more.

    Args:
        decided: what `decide` returned, of cells or of claims.
        triage: the frame edition__triage.

    Returns:
        The stale lines of `triage`, of the same kind as `decided`.
    """
    kind, key = ("claim", CLAIM_KEY) if "claim_id" in decided.columns else ("cell", CELL_KEY)
    matched = decided.filter(pl.col("triage") != "").select(key).unique()
    return triage.filter(pl.col("kind") == kind).join(matched, on=list(key), how="anti")


def _action_of_verdict(row: Mapping[str, object], rules: Mapping[str, Mapping[str, object]]) -> str:
    rule = rules.get(str(row["verdict"]))
    if rule is None:
        return "block"
    if row.get("status") == "E" and rule.get("estimated_action") is not None:
        return str(rule["estimated_action"])
    near = rule.get("near_steps")
    if near is not None and _is_near(row, int(str(near))):
        return str(rule["near_action"])
    return str(rule["action"])


def _is_near(row: Mapping[str, object], steps: int) -> bool:
    """Whether the printed value misses the interval by at most so many units of its last place."""
    printed = _number(row.get("printed"))
    low, high = _number(row.get("low")), _number(row.get("high"))
    if printed is None or low is None or high is None:
        return False  # not known to be near
    exponent = printed.as_tuple().exponent
    step = Decimal(1).scaleb(min(int(exponent), 0))
    miss = max(low - printed, printed - high, Decimal(0))
    return miss <= steps * step


def _number(value: object) -> Decimal | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else repr(value) if isinstance(value, float) else value
    digits = re.sub(r"[,\s*%]|[^\x00-\x7f]+$", "", str(text))
    try:
        return Decimal(digits)
    except InvalidOperation:
        return None


def _block_where_too_many(
    verdicts: Iterable[str],
    decisions: list[str],
    actions: list[str],
    rules: Mapping[str, Mapping[str, object]],
) -> None:
    """Let all undecided findings of a verdict block once there are more than the policy allows."""
    open_rows: dict[str, list[int]] = {}
    for position, verdict in enumerate(verdicts):
        if decisions[position] == "" and actions[position] != "none":
            open_rows.setdefault(str(verdict), []).append(position)
    for verdict, positions in open_rows.items():
        limit = rules.get(verdict, {}).get("at_most")
        if limit is not None and len(positions) > int(str(limit)):
            for position in positions:
                actions[position] = "block"


def _milder(one: str, other: str) -> str:
    return min(one, other, key=ACTIONS.index)


def _has_come_true(entry: Mapping[str, object], row: Mapping[str, object]) -> bool:
    """Whether the cell still prints what was accepted, and is now computed as decided."""
    should_be = entry.get("should_be")
    return (
        bool(should_be)
        and entry["printed"] == row.get("printed")
        and row.get("printed") != row.get("computed") == should_be
    )


def _found_in(row: Mapping[str, object], kind: str) -> tuple[str, ...]:
    names = ("expected", "found", "verdict") if kind == "claim" else _ACCEPTED
    return _texts(row, names)


def _accepted_of(entry: Mapping[str, object]) -> tuple[str, ...]:
    return _texts(entry, _ACCEPTED)


def _texts(row: Mapping[str, object], names: Iterable[str]) -> tuple[str, ...]:
    return tuple("" if row[name] is None else str(row[name]) for name in names)
