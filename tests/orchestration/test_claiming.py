"""`whitepaper claims` on a published edition."""

import json


def test_every_statement_of_the_register_is_in_the_mart(refreshed):
    rows = refreshed.query("select verdict, action, count(*) from claim_result group by all")
    counts = {verdict: count for verdict, _, count in rows}
    assert sum(counts.values()) == 145
    assert set(counts) == {"holds", "does_not_hold", "cannot_be_checked"}
    silent = refreshed.query(
        "select claim_id from claim_result where "
        "(verdict = 'cannot_be_checked') <> (missing <> '') or evidence_en = '' or evidence_zh = ''"
    )
    assert silent == []


def test_no_claim_of_the_register_needs_mending(refreshed):
    found = refreshed.query("select claim_id from claim_result where missing like '%mending%'")
    assert found == []


def test_the_list_names_the_worst_first_and_one_claim_shows_its_evidence(refreshed):
    listed = refreshed.answer("claims")
    assert listed.returncode == 0
    assert listed.stdout.index("Does not hold") < listed.stdout.index("Cannot be checked")
    one = refreshed.answer("claims", "--claim", "C041")
    assert "would hold           CHN, USA, JPN, DEU, KOR" in one.stdout
    unknown = refreshed.answer("claims", "--claim", "C41")
    assert unknown.returncode == 1
    assert "There is no claim 'C41'" in unknown.stderr


def test_claims_of_a_file_are_tried_without_a_refresh(refreshed, tmp_path):
    file = tmp_path / "mine.yml"
    file.write_text(
        "claims:\n"
        "  - id: G\n    en: x\n    table: T1-2-01\n    measure: gerd_yoy_pct\n"
        "    row: KOR\n    period: 2023\n    is: 3.74\n"
        "  - id: Q\n    en: x\n    sql: select count(*) from book_table\n    value: 20\n",
        encoding="utf-8",
    )
    result = refreshed.answer("claims", "--file", str(file), "--json")
    assert result.returncode == 0, result.stderr
    assert [row["verdict"] for row in json.loads(result.stdout)] == ["holds", "holds"]


def test_a_file_with_a_slip_fails_and_says_where(refreshed, tmp_path):
    file = tmp_path / "mine.yml"
    file.write_text(
        "claims:\n"
        "  - {id: A, en: x, table: T1-2-01, measure: gerd_yoy_pct, row: KOR, perod: 2023, is: 3}\n"
        '  - {id: B, en: x, check: "T1-2-01.gerd_yoy_pct[KOR, 2023]"}\n',
        encoding="utf-8",
    )
    result = refreshed.answer("claims", "--file", str(file))
    assert result.returncode == 1
    assert "mine.yml, claims > A > perod: 'perod' is not a key of a claim" in result.stderr
    assert "did you mean 'period'" in result.stderr
    assert "mine.yml, claims > B: this gives a number or a list, not yes or no" in result.stderr
