"""`whitepaper reconcile`: the printed cells as they are in the files now, without a refresh."""

from __future__ import annotations

import json
import shutil

import pytest

CELLS = """
    select table_id, row_key, period, measure, verdict, action from reconciliation order by all
"""


def test_the_shipped_book_is_told_worst_first_with_causes(refreshed):
    result = refreshed.answer("reconcile")
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    assert "1,654 printed cells" in result.stdout
    assert result.stdout.index("To be looked at") < result.stdout.index("For information")
    assert "T1-1-01 RUS 2035 rank: rank_contradicts_values [confirmed]" in result.stdout


def test_what_it_tells_is_what_the_refresh_published(refreshed):
    told = json.loads(refreshed.answer("reconcile", "--json").stdout)
    found = {
        (row["table_id"], row["row_key"], row["period"], row["measure"]): row["verdict"]
        for row in told
    }
    published = {
        row[:4]: row[4]
        for row in refreshed.query(
            "select table_id, row_key, period, measure, verdict from reconciliation"
        )
    }
    assert found == published


def test_a_proof_is_checked_before_it_is_printed(refreshed, tmp_path):
    proof = shutil.copytree(refreshed.root / "editions" / "2025-26" / "printed", tmp_path / "proof")
    path = proof / "T1-2-02.csv"
    path.chmod(0o644)
    text = path.read_text(encoding="utf-8")
    assert ",3.98,3.98," in text
    path.write_text(text.replace(",3.98,3.98,", ",3.89,3.89,"), encoding="utf-8")
    result = refreshed.answer("reconcile", "--printed", str(path), "--check")
    assert result.returncode == 1
    assert "two digits are transposed" in result.stdout
    assert "T1-2-02 TWN 2023 gerd_pct_gdp: mismatch" in result.stdout
    whole = refreshed.answer("reconcile", "--printed", str(proof), "--table", "T1-2-02", "--zh")
    assert "兩位數字對調" in whole.stdout
    assert refreshed.answer("reconcile", "--check").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--verdict", "wrong"], "row_interchanged"),
        (["--table", "T9-9-99"], "T1-2-01"),
        (["--edition", "1999-00"], "2025-26"),
    ],
)
def test_words_that_name_nothing_are_answered_with_what_there_is(refreshed, arguments, says):
    result = refreshed.answer("reconcile", *arguments)
    assert result.returncode == 1
    assert says in result.stderr
    assert "Traceback" not in result.stderr


def test_a_folder_without_printed_cells_is_named(refreshed, tmp_path):
    result = refreshed.answer("reconcile", "--printed", str(tmp_path))
    assert result.returncode == 1
    assert "no file of printed cells" in result.stderr


def test_a_fault_of_the_proof_accuses_no_other_cell(refreshed, tmp_path):
    printed = refreshed.root / "editions" / "2025-26" / "printed"
    for path in printed.iterdir():
        (tmp_path / path.name).write_text(path.read_text("utf-8"), encoding="utf-8")
    file = tmp_path / "T1-2-05.csv"
    lines = file.read_text("utf-8").splitlines(keepends=True)
    levels = {
        row: next(
            n
            for n, line in enumerate(lines)
            if f",{row}," in line and ",2022,researchers_per_1000_employees," in line
        )
        for row in ("DEU", "CHE")
    }
    lines[levels["DEU"]] = lines[levels["DEU"]].replace("10.64,10.64", "10.32,10.32")
    lines[levels["CHE"]] = lines[levels["CHE"]].replace("10.32,10.32", "10.64,10.64")
    file.write_text("".join(lines), encoding="utf-8")
    result = refreshed.answer("reconcile", "--printed", str(tmp_path), "--json")
    names = ("table_id", "row_key", "period", "measure", "verdict", "action")
    found = {tuple(row[name] for name in names) for row in json.loads(result.stdout)}
    measure = "researchers_per_1000_employees"
    assert found - set(refreshed.query(CELLS)) == {
        ("T1-2-05", row, "2022", measure, "row_interchanged", "block") for row in ("DEU", "CHE")
    }
