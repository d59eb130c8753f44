from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.gate import Finding, Verdict, first_message, judge, write_report
from expectations.runner import StatementResult, SuiteResult
from expectations.suites import Statement

AREA_TEST = "test.whitepaper_warehouse.every_area_of_oecd_msti_is_known"
NULL_TEST = "test.whitepaper_warehouse.not_null_area_area_code.abc"
MODEL = "model.whitepaper_warehouse.stg_oecd_msti__observation"
BOOK = "model.whitepaper_warehouse.book_cell"

MANIFEST: dict[str, Any] = {
    "nodes": {
        MODEL: {"name": "stg_oecd_msti__observation", "resource_type": "model"},
        BOOK: {"name": "book_cell", "resource_type": "model"},
        AREA_TEST: {
            "name": "every_area_of_oecd_msti_is_known",
            "resource_type": "test",
            "depends_on": {"nodes": [MODEL]},
        },
        NULL_TEST: {
            "name": "not_null_stg_oecd_msti__observation_area_code",
            "resource_type": "test",
            "attached_node": MODEL,
            "test_metadata": {"name": "not_null", "kwargs": {"column_name": "area_code"}},
        },
    }
}

UNMAPPED = """
    select
        'oecd_msti has the area "XKX", not known here: add it to area_alias.csv.' as message,
        source_file,
        source_row,
        publisher_area_code
    from "warehouse"."main"."stg_oecd_msti__observation"
    where area_code = 'UNK'
"""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Path]:
    """A build whose staging view reads a Parquet file beside it, as dbt's views do."""
    path = tmp_path / "build" / "warehouse.duckdb"
    (path.parent / "bronze").mkdir(parents=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"""
            copy (
                select * from (values
                    ('TWN', 'TWN', 'msti.csv', 2), ('UNK', 'XKX', 'msti.csv', 17),
                    ('UNK', 'XKY', 'msti.csv', 18)
                ) as line(area_code, publisher_area_code, source_file, source_row)
            ) to '{path.parent}/bronze/oecd_msti__observation.parquet'
            """
        )
        connection.execute("set file_search_path = ?", [str(path.parent)])
        connection.execute(
            "create view stg_oecd_msti__observation as "
            "select * from 'bronze/oecd_msti__observation.parquet'"
        )
    yield path


def results(**status: str) -> dict[str, Any]:
    """dbt's run results, everything well but for the statuses given."""
    names = {"area": AREA_TEST, "null": NULL_TEST, "staging": MODEL, "book": BOOK}
    good = {"area": "pass", "null": "pass", "staging": "success", "book": "success"}
    order = ["staging", "null", "area", "book"]
    return {
        "results": [
            {
                "unique_id": names[key],
                "status": {**good, **status}[key],
                "message": f"{key} as dbt tells it",
                "failures": 2 if key == "area" else 0,
                "compiled_code": UNMAPPED if key == "area" else None,
            }
            for key in order
        ]
    }


def suite(success: bool = True, severity: str = "error") -> SuiteResult:
    statement = Statement(
        "Shares lie between 0 and 100 per cent.",
        "占比介於0至100%之間。",
        "ExpectColumnValuesToBeBetween",
        {"column": "value"},
        severity="warn" if severity == "warn" else "error",
    )
    rows = () if success else ({"row_key": "high", "value": 163.5},)
    message = "" if success else "1 row says otherwise, for example 163.5"
    return SuiteResult(
        "book_cell", (StatementResult(statement, success, len(rows), rows, message),)
    )


def test_when_everything_holds_the_verdict_is_pass(database: Path) -> None:
    verdict = judge(results(), MANIFEST, database, [suite()])

    assert verdict.outcome == "pass"
    assert verdict.findings == ()
    assert first_message(verdict) == ""
    assert "Every area of oecd msti is known" in verdict.passed
    assert "stg_oecd_msti__observation.area_code is always given" in verdict.passed


def test_a_failing_test_reports_its_rows_with_file_and_line(database: Path) -> None:
    verdict = judge(results(area="fail"), MANIFEST, database, [suite()])

    (finding,) = verdict.findings
    assert verdict.outcome == "fail"
    assert finding.origin == "dbt test"
    assert finding.severity == "error"
    assert finding.model == "stg_oecd_msti__observation"
    assert finding.count == 2
    assert [row["source_row"] for row in finding.failing_rows] == [17, 18]
    assert finding.where == "msti.csv, line 17"
    assert '"XKX"' in finding.message


def test_the_message_for_the_terminal_says_what_where_and_what_to_do(database: Path) -> None:
    verdict = judge(results(area="fail"), MANIFEST, database, [suite()], {"edition": "2025-26"})

    assert first_message(verdict) == (
        'oecd_msti has the area "XKX", not known here: add it to area_alias.csv. '
        "(2 rows in all.)\n"
        "  Where: msti.csv, line 17\n"
        "  Rule:  Every area of oecd msti is known."
    )


def test_a_warning_does_not_block(database: Path) -> None:
    verdict = judge(results(area="warn"), MANIFEST, database, [suite(False, "warn")])

    assert verdict.outcome == "pass"
    assert [finding.severity for finding in verdict.findings] == ["warn", "warn"]
    assert first_message(verdict) == ""


def test_a_broken_statement_blocks_and_shows_its_rows(database: Path) -> None:
    verdict = judge(results(), MANIFEST, database, [suite(False)])

    (finding,) = verdict.findings
    assert verdict.outcome == "fail"
    assert finding.origin == "great expectations"
    assert finding.title == "Shares lie between 0 and 100 per cent"
    assert finding.failing_rows == ({"row_key": "high", "value": 163.5},)


def test_a_missing_mart_is_a_clear_failure(database: Path) -> None:
    verdict = judge(results(), MANIFEST, database, [SuiteResult("dim_area", missing=True)])

    (finding,) = verdict.errors
    assert finding.title == "The mart dim_area exists"
    assert "has no table dim_area" in first_message(verdict)


def test_a_model_that_failed_is_an_error_and_what_it_skipped_is_its_consequence(
    database: Path,
) -> None:
    verdict = judge(
        results(staging="error", null="skipped", area="skipped", book="skipped"),
        MANIFEST,
        database,
        [SuiteResult("book_cell", missing=True)],
    )

    cause, *others = verdict.errors
    assert cause.title == "The model stg_oecd_msti__observation could not be built"
    assert cause.message == "staging as dbt tells it"
    assert others
    assert all(finding.consequence for finding in others)
    assert "more" not in first_message(verdict)


def test_a_skipped_node_blocks_even_without_another_error(database: Path) -> None:
    verdict = judge(results(book="skipped"), MANIFEST, database, [suite()])

    (finding,) = verdict.errors
    assert not finding.consequence
    assert finding.failing_rows == ({"node": "book_cell"},)


def test_a_test_that_did_not_run_has_not_passed(database: Path) -> None:
    run = results()
    run["results"] = [row for row in run["results"] if row["unique_id"] != AREA_TEST]

    verdict = judge(run, MANIFEST, database, [suite()])

    (finding,) = verdict.errors
    assert "every_area_of_oecd_msti_is_known" in finding.message
    assert verdict.outcome == "fail"


def test_a_test_whose_sql_fails_is_an_error_that_names_it(database: Path) -> None:
    verdict = judge(results(area="error"), MANIFEST, database, [suite()])

    (finding,) = verdict.errors
    assert finding.origin == "dbt test"
    assert "every_area_of_oecd_msti_is_known could not be run" in finding.title


def test_rows_that_cannot_be_read_again_do_not_hide_the_failure(database: Path) -> None:
    run = results(area="fail")
    run["results"][2]["compiled_code"] = "select * from nowhere"

    verdict = judge(run, MANIFEST, database, [suite()])

    (finding,) = verdict.errors
    assert finding.failing_rows == ()
    assert finding.message.startswith("area as dbt tells it")
    assert "nowhere" in finding.message


def test_errors_come_before_warnings_and_causes_before_consequences(database: Path) -> None:
    verdict = judge(
        results(area="warn", null="error", book="skipped"), MANIFEST, database, [suite(False)]
    )

    assert [(finding.severity, finding.consequence) for finding in verdict.findings] == [
        ("error", False),
        ("error", False),
        ("error", True),
        ("warn", False),
    ]


def test_an_exposure_that_has_nothing_to_run_is_no_finding(database: Path) -> None:
    run = results()
    run["results"].append(
        {"unique_id": "exposure.whitepaper_warehouse.printed_table_1_2_01", "status": "no-op"}
    )

    assert judge(run, MANIFEST, database, [suite()]).outcome == "pass"


def test_an_error_with_a_line_to_look_at_comes_before_one_without(database: Path) -> None:
    run = results(area="fail", book="success")
    run["results"].insert(
        0, {"unique_id": NULL_TEST, "status": "fail", "message": "Got 1 result", "failures": 1}
    )

    verdict = judge(run, MANIFEST, database, [suite()])

    assert [finding.where for finding in verdict.errors] == [
        "msti.csv, line 17",
        "model stg_oecd_msti__observation",
    ]


@pytest.mark.parametrize(
    ("file", "row", "where"),
    [
        ("msti.csv", 17, "msti.csv, line 17"),
        ("survey.xlsx", 3, "survey.xlsx, row 3"),
        ("A018103010.json", 5, "A018103010.json, observation 5"),
        ("estimates.yml", None, "estimates.yml"),
    ],
)
def test_where_counts_as_the_file_does(file: str, row: int | None, where: str) -> None:
    finding = Finding(
        origin="dbt test",
        name="x",
        title="t",
        severity="error",
        model="m",
        message="m",
        failing_rows=({"source_file": None}, {"source_file": file, "source_row": row}),
    )

    assert finding.where == where


def test_dbt_files_are_read_from_disk(database: Path, tmp_path: Path) -> None:
    (tmp_path / "run_results.json").write_text(json.dumps(results(area="fail")), encoding="utf-8")
    (tmp_path / "manifest.json").write_text(json.dumps(MANIFEST), encoding="utf-8")

    verdict = judge(tmp_path / "run_results.json", tmp_path / "manifest.json", database, [suite()])

    assert verdict.outcome == "fail"


def test_the_json_holds_the_verdict_the_context_and_every_statement(database: Path) -> None:
    verdict = judge(
        results(area="fail"), MANIFEST, database, [suite()], {"run_id": "r1", "pins": {"a": "b"}}
    )

    content = json.loads(verdict.to_json())

    assert content["verdict"] == "fail"
    assert content["context"] == {"run_id": "r1", "pins": {"a": "b"}}
    assert content["findings"][0]["failing_rows"][0]["source_row"] == 17
    assert content["statements"][0]["zh"] == "占比介於0至100%之間。"


def test_the_reports_lead_with_the_worst_and_show_the_rows(database: Path, tmp_path: Path) -> None:
    verdict = judge(
        results(area="fail"),
        MANIFEST,
        database,
        [suite(False, "warn")],
        {"run_id": "r1", "edition": "2025-26", "pins": {"oecd_msti": "2025-03"}, "sha256": "ab"},
    )

    paths = write_report(verdict, tmp_path / "quality")

    assert [path.name for path in paths] == ["gate.json", "report.md", "report.html"]
    markdown = paths[1].read_text(encoding="utf-8")
    assert "# Quality report: fail" in markdown
    assert "| pins | oecd_msti 2025-03 |" in markdown
    assert markdown.index("**error** Every area") < markdown.index("**warn** Shares lie")
    assert "| msti.csv | 17 | XKX |" in markdown
    html = paths[2].read_text(encoding="utf-8")
    assert '<b class="fail">fail</b>' in html
    assert "<td>msti.csv</td><td>17</td><td>XKX</td>" in html
    assert "http" not in html and "<script" not in html


def test_a_value_from_a_file_cannot_break_the_page(tmp_path: Path) -> None:
    finding = Finding(
        origin="dbt test",
        name="x",
        title="<script>alert(1)</script>",
        severity="error",
        model="m",
        message="a | b",
        failing_rows=({"message": "<b>bold</b> | pipe"},),
    )

    write_report(Verdict((finding,)), tmp_path)

    assert "<script>" not in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<b>bold</b> \\| pipe" in (tmp_path / "report.md").read_text(encoding="utf-8")


def test_only_columns_that_say_something_are_shown(tmp_path: Path) -> None:
    finding = Finding(
        origin="dbt test",
        name="x",
        title="t",
        severity="warn",
        model="m",
        message="m",
        failing_rows=({"message": "one", "source_file": None, "area": "TWN"},),
    )

    write_report(Verdict((finding,)), tmp_path)

    markdown = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "| message | area |" in markdown
    assert "source_file" not in markdown
