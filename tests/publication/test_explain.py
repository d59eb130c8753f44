"""Every number of the book is explained, and follows from the raw lines that are shown."""

import copy
import dataclasses
import json
import re
import resource
import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration import explaining
from orchestration.workspace import Workspace
from publication.explanation import RawLine, with_raw_lines
from publication.formulas import FORMULAS
from publication.release import PublicationError
from sources.contract import SourceError
from tests.publication.recomputing import Unexplained, recompute

EDITION = "2025-26"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def workspace(refreshed):
    return Workspace(refreshed.root, refreshed.root / "data")


@pytest.fixture(scope="module")
def connection(workspace):
    with explaining.published_database(workspace, EDITION) as connection:
        yield connection


@pytest.fixture(scope="module")
def book(workspace, connection):
    """All explanations with their raw lines, as `explain TABLE --raw --json` writes them."""
    tables = connection.execute("select table_id from book_table order by position").fetchall()
    cells = []
    for (table,) in tables:
        found = explaining.cells_meant(connection, table, None, None, None)
        found = explaining.with_raw(workspace, EDITION, found)
        cells += json.loads(explaining.told(found, json_=True, language="en"))
    return cells


def key(cell):
    return tuple(cell[name] for name in ("table_id", "row_key", "period", "measure"))


def agrees(cell, seen):
    found = recompute(cell, seen)
    if found is None or cell["value"] is None:
        return found is cell["value"] is None
    return abs(float(found) - cell["value"]) <= max(1e-9 * abs(cell["value"]), 1e-12)


def test_every_cell_of_the_book_is_explained(book, connection):
    known = connection.execute(
        "select table_id, row_key, period, measure, value, printed_as, status from book_cell"
    ).fetchall()
    assert len(known) == 1654
    told = {(*key(cell), cell["value"], cell["printed_as"], cell["status"]) for cell in book}
    assert told == set(known)
    assert {cell["formula"]["id"] for cell in book} <= set(FORMULAS)


def test_every_cell_follows_from_the_raw_lines_that_are_shown(book):
    seen = {}
    wrong = [key(cell) for cell in book if not agrees(cell, seen)]
    assert wrong == []


def test_a_cell_without_a_value_says_why(book):
    missing = [cell for cell in book if cell["value"] is None]
    assert missing
    for cell in missing:
        assert cell["status"] == "M"
        assert [gap["reason_en"] and gap["reason_zh"] for gap in cell["gaps"]], key(cell)


def test_every_estimate_names_rule_reason_and_who_decided(book):
    estimated = [cell for cell in book if cell["status"] == "E"]
    assert estimated
    for cell in estimated:
        estimates = [o["estimate"] for o in observations(cell["inputs"]) if o["estimate"]]
        assert estimates, key(cell)
        for estimate in estimates:
            for name in ("rule", "reason_en", "reason_zh", "decided_by", "decided_on"):
                assert estimate[name], key(cell)


def observations(inputs):
    for line in inputs:
        yield line["observation"]
        yield from observations(line["observation"]["inputs"])


def test_every_observation_leads_to_a_file_with_hash_licence_and_citation(book):
    for cell in book:
        for observation in observations(cell["inputs"]):
            if observation["vintage"] is None:
                assert observation["estimate"], key(cell)
                continue
            (file,) = observation["files"]
            assert all(file[name] for name in ("sha256", "licence", "citation", "obtained_how"))
            assert observation["source"]["publisher_zh"] and observation["source"]["publisher_en"]
            (line,) = observation["raw"]
            assert line["file"] == file["file"] == observation["source_file"]


def fails(cell, seen):
    try:
        return not agrees(cell, dict(seen))
    except Unexplained:
        return True


@pytest.fixture(scope="module")
def labels(book):
    seen = {}
    for cell in book:
        agrees(cell, seen)
    return seen


def one_of_each_formula(book):
    found = {}
    for cell in book:
        if cell["value"] is not None:
            found.setdefault((cell["formula"]["id"], cell["table_id"]), cell)
    return list(found.values())


def test_an_input_that_is_missing_is_noticed(book, labels):
    for cell in one_of_each_formula(book):
        for at in range(len(cell["inputs"])):
            broken = copy.deepcopy(cell)
            role = broken["inputs"].pop(at)["role"]
            own = cell["inputs"][0]["observation"]["value"]
            rival = cell["inputs"][at]["observation"]["value"]
            if role == "ranked_among" and rival < own:
                continue  # whoever stands behind changes no rank
            assert fails(broken, labels), (key(cell), role)


def test_a_line_that_is_another_ones_is_noticed(book, labels):
    lines = {}
    for cell in book:
        for observation in observations(cell["inputs"]):
            for line in observation["raw"]:
                lines[line["file"], line["number"]] = line
    for cell in one_of_each_formula(book):
        for line in cell["inputs"]:
            for record in line["observation"]["raw"]:
                other = lines.get((record["file"], record["number"] + 1)) or lines.get(
                    (record["file"], record["number"] - 1)
                )
                if other is None:
                    continue
                broken = copy.deepcopy(cell)
                for given in broken["inputs"]:
                    if given["observation"]["raw"] == [record]:
                        given["observation"]["raw"] = [{**other, "number": record["number"]}]
                assert fails(broken, labels), (key(cell), record["number"])


def test_two_roles_that_are_interchanged_are_noticed(book, labels):
    symmetric = {"sum"}
    tried = set()
    for cell in one_of_each_formula(book):
        inputs = [line for line in cell["inputs"] if line["role"] != "ranked_among"]
        if len(inputs) < 2 or cell["formula"]["id"] in symmetric:
            continue
        if inputs[0]["observation"]["value"] == inputs[1]["observation"]["value"]:
            continue
        broken = copy.deepcopy(cell)
        first, second = broken["inputs"][0], broken["inputs"][1]
        first["role"], second["role"] = second["role"], first["role"]
        assert fails(broken, labels), key(cell)
        tried.add(cell["formula"]["id"])
    assert tried >= {"growth_pct", "difference", "share_pct", "share_of_total", "quotient"}


def test_a_raw_file_with_other_bytes_than_published_is_refused(refreshed, connection, tmp_path):
    other = tmp_path / "checkout"
    raw = other / "editions" / EDITION / "raw" / "oecd_msti"
    original = refreshed.root / "editions" / EDITION / "raw" / "oecd_msti"
    for path in original.rglob("*"):
        if path.is_file():
            target = raw / path.relative_to(original)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    (file,) = raw.rglob("*.csv")
    file.write_bytes(file.read_bytes().replace(b"59932.45", b"69932.45"))
    found = explaining.cells_meant(connection, "T1-2-01", "TWN", "2023", None)
    with pytest.raises(SourceError, match="not 3b94d87e61df… as published"):
        explaining.with_raw(Workspace(other, other / "data"), EDITION, found)


def test_explaining_answers_at_once(refreshed):
    # Work, not waiting: other tests run beside this one.
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = refreshed.run("explain", "T1-2-01", "TWN", "2023")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert result.returncode == 0, result.stderr
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1.5
    for text in (
        *("599.3245", "59,932.45 USD million ÷ 100", "msti_1.3.csv, line 86"),
        *("CC BY 4.0", "sha256", "cite as"),
    ):
        assert text in result.stdout


@pytest.mark.parametrize(
    ("words", "cells"),
    [
        (("T1-2-01", "TWN", "2023", "gerd_yoy_pct"), 1),
        (("t1-2-1", "taiwan", "2023", None), 2),
        (("1-2-1", "中華民國", None, "年增率"), 2),
        (("表1-2-3", "Business enterprise: amount", "2023", None), 4),
        (("T1-2-12", "national_innovation_competitiveness", "-", None), 2),
        (("T1-2-01", None, "2023", "gerd_yoy_pct"), 19),
    ],
)
def test_a_cell_is_found_by_what_the_book_calls_it(connection, words, cells):
    assert len(explaining.cells_meant(connection, *words)) == cells


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("T1-2-01", "TWM", "2023"), "Did you mean TW, TWN?"),
        (("T1-2-01", "TWN", "2018"), "It has: 2019, 2020, 2021, 2022, 2023."),
        (("T1-9-01", "TWN", "2023"), "The book has no table 'T1-9-01'"),
        (("--claim", "C04l"), "Did you mean C04"),
        (("--indicator", "gerd", "--area", "TWN", "--period", "2023"), "gerd_constant_ppp"),
        (("--indicator", "real_gdp", "--area", "TWN", "--period", "1900"), "Periods there: 2019"),
        (("--at", "T1-2-01!Z99"), "columns A to"),
        (("T1-2-01", "TWN", "2023", "--period", "2022"), "--period goes with"),
        (("--claim", "C041", "--period", "2023"), "--period goes with"),
        ((), "give TABLE"),
    ],
)
def test_what_is_not_there_gets_one_clear_message(workspace, monkeypatch, arguments, said):
    from click.testing import CliRunner

    from orchestration.cli import main

    monkeypatch.chdir(workspace.root)
    result = CliRunner().invoke(main, ["explain", *arguments])
    assert result.exit_code in (1, 2)
    assert said in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("command", [["explain", "T1-2-01"], ["claims"], ["sql", "select 1"]])
def test_a_damaged_database_is_told_in_one_message(refreshed, tmp_path, monkeypatch, command):
    from click.testing import CliRunner

    from orchestration.cli import main

    data = tmp_path / "data"
    shutil.copytree(
        refreshed.published / EDITION,
        data / "published" / EDITION,
        ignore=lambda folder, names: [n for n in names if n not in ("release.json",)],
    )
    (data / "published" / EDITION / "whitepaper.duckdb").write_bytes(b"no database" * 1000)
    monkeypatch.chdir(refreshed.root)
    monkeypatch.setenv("WHITEPAPER_DATA", str(data))
    result = CliRunner().invoke(main, command)
    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    assert "whitepaper.duckdb" in result.stderr


def test_every_key_of_the_json_is_documented(book):
    page = (ROOT / "docs" / "explain.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(\w+)`", page))
    keys = set(book[0]) | set(book[0]["formula"])
    for observation in observations(book[0]["inputs"]):
        keys |= set(observation) | set(observation["files"][0]) | set(observation["raw"][0])
        keys |= set(observation["indicator"])
    assert {key for key in keys if key not in named} == set()


def test_a_statement_is_explained_with_every_cell_that_it_was_held_against(connection):
    (found,) = explaining.statement(connection, "C041")
    told = json.loads(explaining.told([found], json_=True, language="en"))[0]
    assert told["verdict"] == "does_not_hold"
    assert {cell["table_id"] for cell in told["cells"]} == {"T1-2-04"}
    assert {cell["row_key"] for cell in told["cells"]} >= {"CHN", "USA", "JPN", "DEU", "KOR"}


def test_every_statement_that_was_checked_on_cells_names_them(connection):
    without = connection.execute(
        """
        select claim_id from claim_result anti join claim_input using (claim_id)
        where evidence_en like '%Cells: T%'
        """
    ).fetchall()
    assert without == []


def test_a_cell_of_the_workbook_leads_to_its_number(connection):
    from publication.layout import cell_address, read_layout

    layout = read_layout(connection, "T1-2-13", "en")
    for cell in list(layout.numbers())[:3]:
        (found,) = explaining.cell_of_workbook(connection, cell_address(layout, cell.key))
        assert found.key == cell.key


def test_an_observation_is_explained_in_chinese(connection):
    found = explaining.observations_meant(connection, "gerd_constant_ppp", "瑞士", "2023", None)
    told = explaining.told(found, json_=False, language="zh")
    assert "由前一年推估：22,639.5 百萬美元 ×（1 + 1 ÷ 100）" in told
    assert "2022年無資料" not in told and "msti_1.3.csv，第8行" in told


def test_what_other_vintages_say_corrections_and_records_are_told(refreshed, tmp_path):
    """Made-up decisions in a copy of the database: the shipped edition has none of these."""
    copied = tmp_path / "whitepaper.duckdb"
    copied.write_bytes((refreshed.published / EDITION / "whitepaper.duckdb").read_bytes())
    hostile = "=cmd|'/C calc'!A0 <script>\x1b[31m\u202e"
    where = "indicator_id = 'gerd_constant_ppp' and area_code = 'TWN' and period = '2023'"
    with duckdb.connect(str(copied)) as changed:
        changed.execute(
            f"update indicator_observation set correction_id = 'c1', publisher_value = 16234.5 "
            f"where {where}"
        )
        changed.execute(
            "insert into correction values ('2025-26', 'c1', 'oecd_msti', 'gerd_constant_ppp', "
            "'TWN', 'total', '2023', 59932.45, 16234.5, 'Digits interchanged.', ?, 'Letter.', "
            "'the editor', '2025-06-05', 'applied')",
            [hostile],
        )
        changed.execute(
            "insert into revision values ('2025-26', 'T1-2-01', 'TWN', '2023', "
            "'gerd_ppp2015_usd_100m', 'oecd_msti', '2026-03', '2026-03-30', 610.0, '610', '', "
            "599.3245, '599', 10.6755, 1.78)"
        )
        changed.execute(
            "update indicator_observation set source_row = null "
            "where indicator_id = 'population' and area_code = 'TWN'"
        )
    with duckdb.connect(str(copied), read_only=True) as connection:
        (level, _) = found = explaining.cells_meant(connection, "T1-2-01", "TWN", "2023", None)
        text = explaining.told(found, json_=False, language="zh")
        assert "oecd_msti 2026-03: 610 (610; +10.6755)" in text
        assert "16,234.5 → 59,932.45" in text
        assert "\x1b" not in text and "\u202e" not in text
        assert level.as_json()["inputs"][0]["observation"]["correction"]["evidence"] == "Letter."
        assert level.as_json()["revisions"][0]["printed_as"] == "610"
        (counted,) = explaining.observations_meant(connection, "population", "TWN", "2024", None)
        assert counted.is_counted
        assert "counted over its records" in explaining.told([counted], json_=False, language="en")


def test_verdicts_and_rules_are_told_in_the_readers_language(connection):
    found = explaining.cells_meant(connection, "T1-2-04", "CHE", "2023", "researchers_fte")
    told = explaining.told(found, json_=False, language="zh")
    assert "列序錯誤" in told and "應更正" in told and "沿用成長率" in told
    (statement,) = explaining.statement(connection, "c041")
    told = explaining.told([statement], json_=False, language="zh")
    assert "不成立" in told and "; 另有4個。" in told and " more" not in told


def test_a_cell_without_a_value_shows_no_formula_over_nothing(connection):
    found = explaining.cells_meant(connection, "T1-2-04", "ISR", "2023", None)
    for language, said in (("en", "no observation to compute it from"), ("zh", "無可供計算")):
        told = explaining.told(found, json_=False, language=language)
        assert told.count(said) == 2
        assert "(none)" not in told and "（無）" not in told


def test_of_rows_in_several_sheets_the_one_with_the_value_is_shown(connection):
    (found,) = explaining.observations_meant(
        connection, "gerd_constant_ppp", "TWN", "2023", "total"
    )
    # 0.3 / 0.1 is 2.9999999999999996.
    found = dataclasses.replace(found, value=0.3, multiplier=0.1)
    seven, three = (
        RawLine("x.xlsx", 5, "sheet row", f"sheet '{text}'", text, (("", text),))
        for text in ("7", "3")
    )
    place = (found.source["id"], found.vintage, found.source_file, found.source_row)
    assert with_raw_lines(found, {place: (seven, three)}).raw == (three,)


def test_a_cell_whose_observation_is_not_there_is_told_so(refreshed, tmp_path):
    copied = tmp_path / "whitepaper.duckdb"
    copied.write_bytes((refreshed.published / EDITION / "whitepaper.duckdb").read_bytes())
    with duckdb.connect(str(copied)) as changed:
        changed.execute(
            "delete from indicator_observation where indicator_id = 'gerd_constant_ppp' "
            "and area_code = 'TWN' and period = '2022'"
        )
    with (
        duckdb.connect(str(copied), read_only=True) as connection,
        pytest.raises(PublicationError, match="lacks the observation gerd_constant_ppp TWN"),
    ):
        explaining.cells_meant(connection, "T1-2-01", "TWN", "2023", None)


def test_json_on_a_terminal_steers_nothing(refreshed, tmp_path):
    copied = tmp_path / "whitepaper.duckdb"
    copied.write_bytes((refreshed.published / EDITION / "whitepaper.duckdb").read_bytes())
    hostile = "\x1b[31m\x9b\u202e臺灣"
    with duckdb.connect(str(copied)) as changed:
        changed.execute("update book_table set title_zh = ?", [hostile])
    with duckdb.connect(str(copied), read_only=True) as connection:
        found = explaining.cells_meant(connection, "T1-2-01", "TWN", "2023", None)
    told = explaining.told(found, json_=True, language="en")
    assert not set(told) & set("\x1b\x9b\u202e")
    assert "臺灣" in told and json.loads(told)[0]["labels"]["title_zh"] == hostile


def test_a_rank_among_every_area_names_all_that_compete(refreshed, tmp_path):
    """Made up: the shipped edition is given these ranks, for it does not know the other areas."""
    copied = tmp_path / "whitepaper.duckdb"
    copied.write_bytes((refreshed.published / EDITION / "whitepaper.duckdb").read_bytes())
    key_ = ["2025-26", "patent_rank_by_field", "TWN", "8", "2020-2024"]
    counted = ["patents_granted_by_field", "TWN", "8", "2020-2024"]
    everyone = ["patents_granted_by_field", "*", "8", "2020-2024"]
    with duckdb.connect(str(copied)) as changed:
        changed.execute(
            "insert into observation_formula values (?, ?, ?, ?, ?, 'rank', null)", key_
        )
        for position, (role, made_from) in enumerate(
            (("value", counted), ("ranked_among", everyone)), 1
        ):
            changed.execute(
                "insert into observation_input values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [*key_, position, role, *made_from],
            )
    with duckdb.connect(str(copied), read_only=True) as connection:
        found = explaining.observations_meant(
            connection, "patent_rank_by_field", "Taiwan", "2020-2024", "8"
        )
        told = json.loads(explaining.told(found, json_=True, language="en"))[0]
    rivals = [
        line["observation"]["area"]["id"]
        for line in told["inputs"]
        if line["role"] == "ranked_among"
    ]
    # The whole world competes with nobody.
    assert sorted(rivals) == ["DEU", "JPN", "KOR", "TWN", "USA"]
    assert "areas, the largest first" in told["formula"]["words_en"]
