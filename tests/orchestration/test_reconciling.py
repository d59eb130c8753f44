"""`whitepaper reconcile` on a published edition, as an editor calls it."""

import json

CELLS = """
    select table_id, row_key, period, measure, verdict, action from reconciliation order by all
"""


def test_the_command_finds_now_what_the_refresh_has_published(refreshed):
    result = refreshed.run("reconcile", "--json")
    assert (result.returncode, result.stderr) == (0, "")
    names = ("table_id", "row_key", "period", "measure", "verdict", "action")
    found = sorted(tuple(row[name] for name in names) for row in json.loads(result.stdout))
    assert found == sorted(refreshed.query(CELLS))


def test_a_proof_is_compared_without_a_refresh_and_its_fault_is_named(refreshed, tmp_path):
    printed = refreshed.root / "editions" / "2025-26" / "printed"
    for path in printed.iterdir():
        (tmp_path / path.name).write_text(path.read_text("utf-8"), encoding="utf-8")
    file = tmp_path / "T1-2-01.csv"
    shipped = file.read_text("utf-8")
    file.write_text(shipped.replace('"7,299",7299', '"7,269",7269'), encoding="utf-8")
    result = refreshed.run("reconcile", "--printed", str(tmp_path), "--check")
    assert result.returncode == 1
    assert "T1-2-01 USA 2020 gerd_ppp2015_usd_100m: mismatch" in result.stdout


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
    result = refreshed.run("reconcile", "--printed", str(tmp_path), "--json")
    names = ("table_id", "row_key", "period", "measure", "verdict", "action")
    found = {tuple(row[name] for name in names) for row in json.loads(result.stdout)}
    measure = "researchers_per_1000_employees"
    assert found - set(refreshed.query(CELLS)) == {
        ("T1-2-05", row, "2022", measure, "row_interchanged", "block") for row in ("DEU", "CHE")
    }
