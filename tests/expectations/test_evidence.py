"""What the report says of the book: worst first, one line each, then the evidence."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from expectations.evidence import sections_of
from expectations.report import as_html, as_markdown
from expectations.verdict import Finding, Verdict

CELLS = [
    # action, triage, verdict, row_key, hypothesis, explains
    ("none", "", "exact", "USA", "", 0),
    ("inform", "", "estimate_declared", "CHE", "", 0),
    ("inform", "", "estimate_declared", "SGP", "", 0),
    ("warn", "", "implausible_jump", "CAN", "", 0),
    ("block", "", "mismatch", "JPN", "", 0),
    ("inform", "confirmed", "row_interchanged", "FIN", "swap", 2),
    ("inform", "confirmed", "row_interchanged", "NOR", "swap", 2),
    ("block", "changed", "mismatch", "KOR", "", 0),
]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("""
            create table reconciliation (
                action text, triage text, verdict text, table_id text, row_no int, row_key text,
                period text, measure text, printed text, computed text, low double, high double,
                hypothesis text, explains int, cause_en text, cause_zh text
            )
        """)
        for number, (action, triage, verdict, row, hypothesis, explains) in enumerate(CELLS):
            connection.execute(
                "insert into reconciliation values "
                "(?, ?, ?, 'T1', ?, ?, '2023', 'x_pct', '1.0', '2.0', 1.95, 2.05, ?, ?, ?, '因')",
                [action, triage, verdict, number, row, hypothesis, explains, f"Cause of {row}."],
            )
        connection.execute("""
            create table claim_result as select
                1 as position, 'C1' as claim_id, 'does_not_hold' as verdict, 'block' as action,
                '' as triage, 'Taiwan is <3rd>.' as statement_en, '第3' as statement_zh,
                '3rd' as expected, '4th' as found, '4th' as would_hold,
                'Found: 4th.' as evidence_en, '' as evidence_zh
        """)
        connection.execute("""
            create table estimate_check as
            select * from (values
                ('arrived', 'a.CHE.2022', 'given', 105.0, 100.0, 5.0, 5.0),
                ('arrived', 'a.CHE.2021', 'given', 90.0, 100.0, -10.0, -10.0),
                ('not_yet_published', 'a.SGP.2023', 'given', 1.0, null, null, null)
            ) as check_of(
                outcome, estimate_id, rule, estimated_value, published_value, error, error_pct
            ), (select 'usd' as unit_code, 'msti' as source_id, '2025-09' as vintage,
                '' as published_status)
        """)
    return path


def section(database: Path, title: str):
    return next(s for s in sections_of(database) if title in s.title)


def test_findings_stand_worst_first_and_what_agrees_is_only_counted(database: Path) -> None:
    found = section(database, "printed book")
    assert [line.split("]")[0] for line in found.lines] == [
        "[block",
        "[block, changed",
        "[warn",
        "[inform, confirmed",
        "[inform",
    ]
    assert found.lead.startswith("8 printed cells: ")
    assert "1 exact" in found.lead
    assert "The editor has decided on 2; 3 await a decision." in found.lead
    assert len(found.rows) == len(CELLS) - 1


def test_cells_that_one_act_explains_share_a_line(database: Path) -> None:
    line = section(database, "printed book").lines[3]
    assert line == (
        "[inform, confirmed] T1 FIN 2023 x_pct: row interchanged. Cause of FIN. "
        "Likewise T1 NOR 2023 x_pct."
    )


def test_what_is_only_for_information_has_one_line_per_table_and_verdict(database: Path) -> None:
    line = section(database, "printed book").lines[4]
    assert "CHE" in line and "Likewise T1 SGP 2023 x_pct." in line


def test_estimates_that_missed_by_most_come_first(database: Path) -> None:
    found = section(database, "Estimates")
    assert [line.split(":")[0] for line in found.lines] == ["a.CHE.2021", "a.CHE.2022"]
    assert "off by -10.00 %" in found.lines[0]
    assert "1 not yet published" in found.lead


def test_a_build_that_has_none_of_the_marts_has_no_sections(tmp_path: Path) -> None:
    assert sections_of(tmp_path / "absent.duckdb") == ()
    with duckdb.connect(str(tmp_path / "empty.duckdb")):
        pass
    assert sections_of(tmp_path / "empty.duckdb") == ()


def test_both_reports_and_the_json_carry_the_sections(database: Path) -> None:
    verdict = Verdict((), sections=sections_of(database))
    markdown, page = as_markdown(verdict), as_html(verdict)
    for text in (markdown, page):
        assert "The printed book against the evidence" in text
        assert "Cause of JPN." in text
    assert "Taiwan is &lt;3rd&gt;." in page and "<3rd>" not in page
    assert '<b class="error">[block]</b>' in page
    assert "| block |  | mismatch | T1 | JPN |" in markdown
    content = json.loads(verdict.to_json())
    assert content["sections"][0]["title"] == "The printed book against the evidence"


def test_every_failing_row_of_a_finding_has_its_own_line() -> None:
    rows = ({"message": "First."}, {"message": "Second <b>."})
    finding = Finding("dbt test", "t", "Rule", "error", "m", "First. (2 rows in all.)", 2, rows)
    markdown, page = as_markdown(Verdict((finding,))), as_html(Verdict((finding,)))
    assert "    - Second <b>." in markdown
    assert "<li>Second &lt;b&gt;.</li>" in page
    assert "<li>First.</li>" not in page
