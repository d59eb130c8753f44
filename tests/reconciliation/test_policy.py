"""What follows from a verdict, and what the editor's word changes about it."""

from __future__ import annotations

import polars as pl
import pytest

from reconciliation.policy import POLICY_SCHEMA, TRIAGE_SCHEMA, decide, stale_entries

CELL = {"table_id": "T1", "row_key": "TWN", "period": "2023", "measure": "share_pct"}


def cell(verdict="mismatch", printed="1.5", computed="1.6", **other):
    return {**CELL, "printed": printed, "computed": computed, "verdict": verdict, **other}


def claim(verdict="does_not_hold", expected="3rd", found="4th", claim_id="c1"):
    return {"claim_id": claim_id, "expected": expected, "found": found, "verdict": verdict}


def policy(*lines):
    standard = [
        ("cell", "exact", "none", None, None, None),
        ("cell", "implausible_jump", "warn", None, None, None),
        ("claim", "does_not_hold", "block", None, None, None),
        ("claim", "holds", "none", None, None, None),
        ("triage", "confirmed", "inform", None, None, None),
        ("triage", "explained", "inform", None, None, None),
        ("triage", "rejected", "none", None, None, None),
    ]
    lines = lines or (("cell", "mismatch", "block", None, None, None),)
    full = [(*line, None) for line in (*standard, *lines)]
    return pl.DataFrame(full, schema=dict(POLICY_SCHEMA), orient="row")


def entry(decision="confirmed", kind="cell", **accepted):
    line = dict.fromkeys(TRIAGE_SCHEMA, "") | {"entry_id": "E-1", "kind": kind}
    if kind == "cell":
        line |= CELL | {"printed": "1.5", "computed": "1.6", "verdict": "mismatch"}
    else:
        line |= {"claim_id": "c1", "printed": "3rd", "computed": "4th", "verdict": "does_not_hold"}
    return line | {"decision": decision} | accepted


def triage(*entries):
    return pl.DataFrame(list(entries), schema=dict(TRIAGE_SCHEMA))


def decided(finding, *entries, rules=None):
    found = decide(
        pl.DataFrame([finding]), rules if rules is not None else policy(), triage(*entries)
    )
    return found["action"].item(), found["triage"].item()


def test_a_verdict_does_what_the_policy_says():
    assert decided(cell()) == ("block", "")
    assert decided(cell("implausible_jump")) == ("warn", "")
    assert decided(cell("exact", computed="1.5")) == ("none", "")


def test_a_verdict_of_which_the_policy_says_nothing_blocks():
    assert decided(cell("never_heard_of")) == ("block", "")


def test_a_claim_has_its_own_policy():
    rules = policy(("cell", "holds", "block", None, None, None))
    assert decided(claim("holds"), rules=rules) == ("none", "")
    assert decided(claim()) == ("block", "")


@pytest.mark.parametrize(
    ("decision", "action"), [("confirmed", "inform"), ("explained", "inform"), ("rejected", "none")]
)
def test_what_the_editor_decided_on_no_longer_blocks(decision, action):
    assert decided(cell(), entry(decision)) == (action, decision)
    assert decided(claim(), entry(decision, "claim")) == (action, decision)


def test_a_decision_never_makes_a_finding_worse():
    rules = policy(("cell", "mismatch", "none", None, None, None))
    assert decided(cell(), entry("confirmed"), rules=rules) == ("none", "confirmed")


@pytest.mark.parametrize(
    "change", [{"printed": "1.7"}, {"computed": "1.9"}, {"verdict": "implausible_jump"}]
)
def test_an_accepted_cell_that_changes_in_any_way_blocks_again(change):
    assert decided(cell(**change), entry("explained")) == ("block", "changed")


@pytest.mark.parametrize("change", [{"expected": "2nd"}, {"found": "5th"}])
def test_an_accepted_claim_that_changes_in_any_way_blocks_again(change):
    assert decided(claim(**change), entry("explained", "claim")) == ("block", "changed")


def test_a_finding_that_has_gone_leaves_its_entry_stale_and_does_not_block():
    found = decide(
        pl.DataFrame([cell("exact", printed="1.6", computed="1.6")]), policy(), triage(entry())
    )
    assert found["action"].item() == "none"
    assert found["triage"].item() == ""
    assert stale_entries(found, triage(entry()))["entry_id"].to_list() == ["E-1"]


def test_a_better_source_that_bears_a_decision_out_does_not_block():
    decided_before = triage(entry(should_be="1.9"))
    now = decide(pl.DataFrame([cell("row_interchanged", computed="1.9")]), policy(), decided_before)
    assert (now["action"].item(), now["triage"].item()) == ("inform", "confirmed")
    other = decide(pl.DataFrame([cell(computed="1.8")]), policy(), decided_before)
    assert (other["action"].item(), other["triage"].item()) == ("block", "changed")
    reprinted = decide(
        pl.DataFrame([cell(printed="1.4", computed="1.9")]), policy(), decided_before
    )
    assert reprinted["action"].item() == "block"


def test_an_estimate_that_differs_from_print_is_taken_as_the_policy_says_of_estimates():
    line = ("cell", "mismatch", "block", None, None, None, "warn")
    rules = pl.DataFrame([line], schema=dict(POLICY_SCHEMA), orient="row")
    assert decided(cell(status="E"), rules=rules) == ("warn", "")
    assert decided(cell(status=""), rules=rules) == ("block", "")


def test_a_finding_that_has_become_harmless_does_not_block():
    rules = policy(("cell", "estimate_declared", "inform", None, None, None))
    now = cell("estimate_declared", printed="1.6", computed="1.6")
    assert decided(now, entry(), rules=rules) == ("inform", "")


def test_a_cell_that_has_come_to_agree_as_an_estimate_leaves_its_entry_stale():
    rules = policy(("cell", "estimate_declared", "inform", None, None, None))
    assert decided(cell("estimate_declared"), entry(), rules=rules) == ("inform", "")


def test_an_entry_for_a_cell_that_there_is_not_is_stale():
    elsewhere = entry(row_key="JPN")
    found = decide(pl.DataFrame([cell()]), policy(), triage(elsewhere))
    assert found["action"].item() == "block"
    assert stale_entries(found, triage(elsewhere))["row_key"].to_list() == ["JPN"]


def test_an_entry_that_is_met_or_changed_is_not_stale():
    for finding in (cell(), cell(computed="9.9")):
        found = decide(pl.DataFrame([finding]), policy(), triage(entry()))
        assert stale_entries(found, triage(entry())).is_empty()


def test_entries_for_cells_are_not_taken_for_entries_for_claims():
    found = decide(pl.DataFrame([claim()]), policy(), triage(entry()))
    assert found["triage"].item() == ""
    assert stale_entries(found, triage(entry())).is_empty()


@pytest.mark.parametrize(
    ("printed", "low", "high", "action"),
    [
        ("1.5", 1.55, 1.6, "warn"),  # one unit of the last place is 0.1
        ("1.5", 1.61, 1.7, "block"),
        ("1.70", 1.60, 1.68, "block"),  # here it is 0.01
        ("1.69", 1.60, 1.68, "warn"),
        ("1,501*", 1502.0, 1503.0, "warn"),
        ("N/A", 1.0, 2.0, "block"),
        ("1.5", None, None, "block"),
    ],
)
def test_print_that_misses_by_little_is_taken_more_lightly_if_the_policy_says_so(
    printed, low, high, action
):
    rules = policy(("cell", "mismatch", "block", 1, "warn", None))
    finding = cell(printed=printed, low=low, high=high)
    assert decided(finding, rules=rules) == (action, "")


def test_more_undecided_findings_than_the_policy_allows_all_block():
    rules = policy(("cell", "mismatch", "warn", None, None, 2))
    three = [cell(row_key=key) for key in ("TWN", "JPN", "KOR")]
    found = decide(pl.DataFrame(three), rules, triage())
    assert found["action"].to_list() == ["block"] * 3
    found = decide(pl.DataFrame(three), rules, triage(entry()))
    assert found["action"].to_list() == ["inform", "warn", "warn"]


def test_rows_keep_their_order_and_other_columns():
    rows = [cell(row_key=key, note=key.lower()) for key in ("USA", "TWN", "DEU")]
    found = decide(pl.DataFrame(rows), policy(), triage(entry()))
    assert found["row_key"].to_list() == ["USA", "TWN", "DEU"]
    assert found["note"].to_list() == ["usa", "twn", "deu"]
    assert found["triage"].to_list() == ["", "confirmed", ""]
    assert found.drop("action", "triage").columns == list(rows[0])


def test_no_findings_give_no_rows_with_both_columns():
    found = decide(pl.DataFrame([cell()]).clear(), policy(), triage())
    assert found.is_empty()
    assert found.schema["action"] == found.schema["triage"] == pl.String()
