from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from expectations.runner import StatementResult, SuiteResult, run_suites
from expectations.suites import (
    BOOK_CELL,
    DIM_AREA,
    INDICATOR_OBSERVATION,
    SOURCE_SNAPSHOT,
    SUITES,
    Statement,
    Suite,
)

ROOT = Path(__file__).resolve().parents[2]

BOOK_CELL_ROWS = """
    create table book_cell as
    select '2025-26' as edition, * from (values
        ('T1-2-01', 1, 'USA', '2023', 'gerd_usd_100m', 'USD 100m', 8234.4, 0, '8,234', ''),
        ('T1-2-01', 2, 'GBR', '2023', 'gerd_usd_100m', 'USD 100m', null, 0, 'N/A', 'M'),
        ('T1-2-03', 1, 'TWN', '2023', 'gerd_change', 'USD 100m', -0.56, 2, '↓ 0.56', ''),
        ('T1-2-08', 1, 'gdp', '2024', 'growth_pct', '%', 4.59, 2, '4.59*', 'P'),
        ('T1-2-09', 1, 'high', '2024', 'export_share_pct', '%', 63.48, 2, '63.48', ''),
        ('T1-1-02', 1, 'x', 'pre', 'year_x', 'year', 2027.0, 0, '2027年', ''),
        ('T1-4-07', 1, 'a', '2030', 'capacity_gw', 'GW', 40.0, 0, '40 GW', '')
    ) as cell(
        table_id, row_no, row_key, period, measure, unit, value, decimals, printed_as, status
    )
    union all
    select
        '2025-26', 'T1-2-13', cast(line + 1 as integer), 'area ' || line, '2024', 'patents_granted',
        'patents', 1234.0, 0, '1,234', ''
    from range(40) as other(line)
"""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(BOOK_CELL_ROWS)
    yield path


def change(database: Path, sql: str) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute(sql)


def broken(result: SuiteResult) -> list[StatementResult]:
    return [found for found in result.results if not found.success]


def test_a_sound_mart_contradicts_no_statement(database: Path) -> None:
    (result,) = run_suites(database, [BOOK_CELL])

    assert [(found.statement.en, found.message) for found in broken(result)] == []
    assert result.success
    assert len(result.results) == len(BOOK_CELL.statements)


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("update book_cell set table_id = 'Table 3' where row_key = 'USA'", "Table ids read"),
        ("update book_cell set value = 163.48 where row_key = 'high'", "Printed shares lie"),
        ("update book_cell set value = null where row_key = 'USA'", "not marked missing has a"),
        ("update book_cell set printed_as = 'N/A' where row_key = 'USA'", "Only a missing cell"),
        ("update book_cell set printed_as = '-' where row_key = 'GBR'", "A missing cell prints"),
        ("update book_cell set printed_as = 'nan' where row_key = 'USA'", "is one number"),
        ("update book_cell set printed_as = '8,234 8,235' where row_key = 'USA'", "one number"),
        ("update book_cell set status = 'X' where row_key = 'USA'", "normal, preliminary"),
        ("update book_cell set row_no = 0 where row_key = 'USA'", "1 to 60 lines"),
        ("update book_cell set decimals = 9 where row_key = 'USA'", "0 to 4 decimals"),
    ],
)
def test_a_broken_cell_contradicts_the_statement_about_it_and_is_shown(
    database: Path, sql: str, sentence: str
) -> None:
    change(database, sql)

    (result,) = run_suites(database, [BOOK_CELL])

    assert not result.success
    found = next(found for found in broken(result) if sentence in found.statement.en)
    assert found.rows
    assert {row["row_key"] for row in found.rows} <= {"USA", "high", "GBR"}
    assert found.count == len(found.rows)


def test_growth_out_of_the_ordinary_warns_and_does_not_fail(database: Path) -> None:
    change(database, "update book_cell set value = 400 where measure = 'growth_pct'")

    (result,) = run_suites(database, [BOOK_CELL])

    assert "No yearly growth printed" in " ".join(found.statement.en for found in broken(result))
    assert {found.statement.severity for found in broken(result)} == {"warn"}
    assert result.success


def test_a_book_resting_on_estimates_is_put_before_the_editor(database: Path) -> None:
    change(database, "update book_cell set status = 'E' where row_no < 10 and status = ''")

    (result,) = run_suites(database, [BOOK_CELL])

    assert "At most one cell in ten rests on an estimate." in {
        found.statement.en for found in broken(result)
    }
    assert result.success


def test_an_empty_mart_fails_its_first_statement(database: Path) -> None:
    change(database, "delete from book_cell")

    (result,) = run_suites(database, [BOOK_CELL])

    assert [(found.statement.en, found.message) for found in broken(result)] == [
        ("The book has cells.", "found 0")
    ]


def test_a_missing_mart_is_a_result_and_not_an_exception(database: Path) -> None:
    (cells, areas) = run_suites(database, [BOOK_CELL, DIM_AREA])

    assert cells.success
    assert areas.missing
    assert not areas.success


def test_a_missing_column_is_named(database: Path) -> None:
    change(database, "alter table book_cell drop column decimals")

    (result,) = run_suites(database, [BOOK_CELL])

    assert [found.message for found in broken(result)] == ["the mart has no column decimals"]


def test_a_missing_column_in_a_subset_is_named(database: Path) -> None:
    change(database, "alter table book_cell drop column status")

    (result,) = run_suites(database, [BOOK_CELL])

    messages = {found.message for found in broken(result)}
    assert any('"status" not found' in message for message in messages)
    assert "the mart has no column status" in messages


def test_a_required_member_that_is_absent_fails_with_what_was_found(tmp_path: Path) -> None:
    database = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "create table dim_area as select * from (values ('TWN', '中華民國', 'Taiwan')) "
            "as area(area_code, name_zh, name_en)"
        )

    (result,) = run_suites(database, [DIM_AREA])

    (found,) = broken(result)
    assert "are members" in found.statement.en
    assert found.message == "lacks EU27_2020, OECD, UNK, WLD"


def test_a_fingerprint_that_is_no_sha256_is_shown_with_its_file(tmp_path: Path) -> None:
    database = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            """
            create table source_snapshot as
            select
                '2025-26' as edition, 'oecd_msti' as source_id, '2025-03' as vintage,
                'msti.csv' as file, 'abc' as sha256, 10 as size_bytes, 'landed' as obtained_how,
                'publisher' as basis, 'CC BY' as licence, 'OECD' as citation
            """
        )

    (result,) = run_suites(database, [SOURCE_SNAPSHOT])

    (found,) = broken(result)
    assert found.rows[0]["file"] == "msti.csv"
    assert "'abc'" in found.message


def test_every_statement_names_an_expectation_that_exists_and_says_it_in_two_languages() -> None:
    import great_expectations.expectations as known

    for suite in SUITES:
        for statement in suite.statements:
            assert hasattr(known, statement.expectation), statement
            assert statement.en.endswith("."), statement
            assert statement.zh.endswith("。"), statement


def test_results_keep_the_order_of_the_statements_whatever_subset_they_are_about(
    database: Path,
) -> None:
    suite = Suite(
        "book_cell",
        (
            Statement("B.", "乙。", "ExpectColumnToExist", {"column": "value"}, "row_no = 2"),
            Statement("A.", "甲。", "ExpectColumnToExist", {"column": "value"}),
            Statement("C.", "丙。", "ExpectColumnToExist", {"column": "value"}, "row_no = 1"),
        ),
    )

    (result,) = run_suites(database, [suite])

    assert [found.statement.en for found in result.results] == ["B.", "A.", "C."]


def test_without_a_database_the_message_names_it(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"warehouse\.duckdb"):
        run_suites(tmp_path / "warehouse.duckdb")


def test_running_the_suites_writes_no_file(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(database.parent)
    before = {path: path.stat().st_mtime_ns for path in database.parent.rglob("*")}

    run_suites(database, [BOOK_CELL])

    assert {path: path.stat().st_mtime_ns for path in database.parent.rglob("*")} == before


def test_great_expectations_is_not_imported_before_it_is_needed() -> None:
    code = (
        "import sys, expectations.gate, expectations.runner; "
        "print('great_expectations' in sys.modules)"
    )

    outcome = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert outcome.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("status", "holds"), [("", True), ("D", True), ("K", True), ("W", True), ("A", False)]
)
def test_an_observation_may_carry_any_letter_that_sdmx_has_for_its_status(
    tmp_path: Path, status: str, holds: bool
) -> None:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create table indicator_observation as select '{status}' as status")
    statements = tuple(
        statement
        for statement in INDICATOR_OBSERVATION.statements
        if statement.arguments.get("column") == "status"
    )
    (result,) = run_suites(path, [Suite("indicator_observation", statements)])
    assert [found.success for found in result.results] == [holds]
