"""corrections.yml, reconciliation.yml and errata.yml: read strictly, errors named in place."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import get_args

import pytest

from editions import EditionError, edition_frames, read_edition
from editions.errata import read_policy
from editions.model import CellVerdict, ClaimVerdict, Decision

ROOT = Path(__file__).resolve().parents[2] / "editions"

DECIDED = """
    reason_en: Digits interchanged.
    reason_zh: 數字誤植。
    evidence: Letter of 3 June 2025.
    decided_by: the editor
    decided_on: 2025-06-05
"""
PUBLISHER = f"""
corrections:
  - id: C-1
    source: oecd_msti
    indicator: gerd_constant_ppp
    area: FRA
    period: 2022
    value: 70000.5
    expect: 60000
{DECIDED}
"""
PRINTED = f"""
printed:
  - id: P-1
    table: T1-2-13
    row: USA
    period: 2020
    measure: patents_granted
    printed: "165,186"
    expect: "165,168"
{DECIDED}
"""
ENTRY = """
errata:
  - id: E-1
    decision: confirmed
    reason_en: Misprint.
    reason_zh: 誤植。
    decided_by: the editor
    decided_on: 2025-06-05
    verdict: mismatch
    cells:
      - {table: T1-2-13, row: USA, period: 2020, measure: patents_granted,
         printed: "1", computed: "2"}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The shipped edition without corrections, policy and triage, to be given others."""
    folder = tmp_path / "2025-26"
    shutil.copytree(ROOT / "2025-26", folder, ignore=shutil.ignore_patterns("raw"))
    for name in ("corrections.yml", "reconciliation.yml", "errata.yml"):
        (folder / name).unlink()
    return tmp_path


def frames(root: Path, **files: str):
    for name, text in files.items():
        (root / "2025-26" / f"{name}.yml").write_text(text, encoding="utf-8")
    return edition_frames(read_edition("2025-26", root=root))


def refused(root: Path, **files: str) -> str:
    with pytest.raises(EditionError) as caught:
        frames(root, **files)
    return str(caught.value)


def test_without_the_files_nothing_is_corrected_or_decided_and_every_fault_blocks(root):
    found = frames(root)
    assert found["edition__correction"].is_empty()
    assert found["edition__printed_correction"].is_empty()
    assert found["edition__triage"].is_empty()
    actions = {
        (line["kind"], line["verdict"]): line["action"]
        for line in found["edition__policy"].iter_rows(named=True)
    }
    assert actions["cell", "exact"] == "none"
    assert actions["cell", "mismatch"] == actions["claim", "does_not_hold"] == "block"


def test_a_correction_reaches_the_warehouse_with_reason_evidence_and_guard(root):
    (line,) = frames(root, corrections=PUBLISHER)["edition__correction"].to_dicts()
    assert (line["value"], line["expect"]) == (70000.5, 60000.0)
    assert (line["breakdown"], line["status"]) == ("total", "applied")
    assert line["evidence"] == "Letter of 3 June 2025."


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("area: FRA", "area: FRX", ["corrections > C-1 > area", "FRX"]),
        ("source: oecd_msti", "source: oecd", ["did you mean 'oecd_msti'"]),
        ("    expect: 60000\n", "", ["C-1 > expect", "declare an estimate instead"]),
        ("expect: 60000", "expect: 70000.5", ["changes nothing"]),
        ("    period: 2022", "    periode: 2022", ["period"]),
        ("id: C-1", "id: C-1\n    status: perhaps", ["status", "perhaps"]),
    ],
)
def test_a_slip_in_a_correction_is_named_in_its_place(root, old, new, words):
    (root / "2025-26" / "corrections.yml").write_text(PUBLISHER.replace(old, new), encoding="utf-8")
    with pytest.raises(EditionError) as caught:
        read_edition(
            "2025-26",
            root=root,
            known_sources={s.name for s in (ROOT / "2025-26" / "raw").iterdir()},
        )
    for word in ["corrections.yml", *words]:
        assert word in str(caught.value)


def test_two_corrections_of_one_value_are_refused(root):
    twice = PUBLISHER + PUBLISHER.replace("corrections:\n", "").replace("C-1", "C-2")
    assert "a second correction 'C-2'" in refused(root, corrections=twice)


def printed_cell(found):
    cells = found["edition__printed_cell"].filter(
        table_id="T1-2-13", row_key="USA", period="2020", measure="patents_granted"
    )
    return cells.to_dicts()[0]


def test_a_correction_of_print_changes_text_and_value_and_keeps_what_is_in_the_book(root):
    cell = printed_cell(frames(root, corrections=PRINTED))
    assert (cell["printed"], cell["value"]) == ("165,186", 165186.0)
    assert (cell["correction_id"], cell["printed_in_book"]) == ("P-1", "165,168")


@pytest.mark.parametrize("status", ["proposed", "withdrawn"])
def test_a_correction_of_print_that_is_not_applied_changes_nothing(root, status):
    text = PRINTED.replace("id: P-1", f"id: P-1\n    status: {status}")
    cell = printed_cell(frames(root, corrections=text))
    assert (cell["printed"], cell["correction_id"]) == ("165,168", None)


def test_a_printed_cell_that_was_mended_stops_its_correction(root):
    message = refused(root, corrections=PRINTED.replace('"165,168"', '"165,000"'))
    assert "'165,168', not the expected '165,000'" in message
    assert "printed > P-1 > expect" in message


def test_a_correction_of_a_cell_that_is_not_printed_is_refused(root):
    assert "no cell T1-2-13 XXX" in refused(root, corrections=PRINTED.replace("USA", "XXX"))


def test_the_shipped_policy_speaks_of_every_verdict_and_decision():
    rules = read_policy(ROOT / "2025-26")
    assert {rule.verdict for rule in rules if rule.kind == "cell"} == set(get_args(CellVerdict))
    assert {rule.verdict for rule in rules if rule.kind == "claim"} == set(get_args(ClaimVerdict))
    assert {rule.verdict for rule in rules if rule.kind == "triage"} == set(get_args(Decision))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("  unit_slip: block\n", "", ["cells > unit_slip", "nothing is said"]),
        ("  unit_slip: block\n", "  unit_slip: blocks\n", ["unit_slip", "did you mean 'block'"]),
        ("  holds: none\n", "  holds: none\n  held: none\n", ["claims > held", "not a known key"]),
        ("at_most: 100", "at_most: -1", ["at_most", "less than none"]),
    ],
)
def test_a_slip_in_the_policy_is_named_in_its_place(root, old, new, words):
    shipped = (ROOT / "2025-26" / "reconciliation.yml").read_text(encoding="utf-8")
    assert shipped.count(old) == 1
    message = refused(root, reconciliation=shipped.replace(old, new))
    for word in ["reconciliation.yml", *words]:
        assert word in message


def test_thresholds_of_the_policy_are_read(root):
    shipped = (ROOT / "2025-26" / "reconciliation.yml").read_text(encoding="utf-8")
    text = shipped.replace(
        "  unit_slip: block\n",
        "  unit_slip: {action: block, estimated: inform, near: {steps: 1, action: warn}, "
        "at_most: 5}\n",
    )
    line = frames(root, reconciliation=text)["edition__policy"].filter(verdict="unit_slip")
    read = ("cell", "unit_slip", "block", 1, "warn", 5, "inform")
    assert line.drop("edition").row(0) == read


def test_an_entry_covers_many_cells_and_claims_with_what_was_accepted_of_each(root):
    text = ENTRY + (
        "      - {table: T1-2-13, row: JPN, period: 2020, measure: patents_granted,\n"
        '         printed: "3", computed: "", verdict: unit_slip, should_be: "4"}\n'
        "    claims:\n"
        '      - {claim: c1, expected: "3rd", found: "4th", verdict: does_not_hold}\n'
    )
    lines = frames(root, errata=text)["edition__triage"]
    assert lines["entry_id"].to_list() == ["E-1"] * 3
    assert lines["kind"].to_list() == ["cell", "cell", "claim"]
    assert lines["verdict"].to_list() == ["mismatch", "unit_slip", "does_not_hold"]
    assert lines["printed"].to_list() == ["1", "3", "3rd"]
    assert lines["computed"].to_list() == ["2", "", "4th"]
    assert lines["should_be"].to_list() == ["", "4", ""]
    assert lines["period"].to_list() == ["2020", "2020", ""]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("T1-2-13", "T1-2-99", ["table", "no table 'T1-2-99'"]),
        ("measure: patents_granted", "measure: patents_grant", ["did you mean 'patents_granted'"]),
        ("decision: confirmed", "decision: agreed", ["decision", "agreed"]),
        ("verdict: mismatch", "verdict: mis", ["verdict", "mis"]),
        ("    cells:", "    cels:", ["names no finding"]),
        ("    reason_zh: 誤植。\n", "", ["reason_zh"]),
        ("id: E-1", "id: E-1\n    evidence_en: Seen.", ["one language only"]),
    ],
)
def test_a_slip_in_an_entry_is_named_in_its_place(root, old, new, words):
    message = refused(root, errata=ENTRY.replace(old, new))
    for word in ["errata.yml", *words]:
        assert word in message


def test_a_cell_is_decided_on_once(root):
    again = ENTRY + ENTRY.replace("errata:\n", "").replace("E-1", "E-2")
    assert "decided here and in E-1" in refused(root, errata=again)
