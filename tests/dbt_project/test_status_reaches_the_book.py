"""What a publisher or the editor says of a value stands in every book cell that depends on it.

The edition is built once; each case marks one input in a copy of the build and runs the compiled
models from there to the table.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from tests.shared import Built


def marked_cells(
    edition_built: Built, target: Path, mark: str, models: list[str]
) -> set[tuple[str, str, str, str]]:
    """Row, period, measure and status of the cells of the last model that carry a status."""
    directory = shutil.copytree(edition_built.directory, target / "build")
    with duckdb.connect(str(directory / "warehouse.duckdb")) as connection:
        connection.execute("set file_search_path = ?", [str(directory)])
        connection.execute(mark)
        for model in models:
            compiled = edition_built.results[model]["compiled_code"]
            connection.execute(f"create or replace table {model} as {compiled}")
        return set(
            connection.execute(
                f"select row_key, period, measure, status from {models[-1]} where status <> ''"
            ).fetchall()
        )


TRADE = ["int_technology_trade__by_industry", "table_1_2_15"]
VALUE_ADDED = ["int_industry_value_added__manufacturing", "table_1_2_16"]


@pytest.mark.parametrize(
    ("mark", "status"), [("status = 'P'", "P"), ("status = 'E', estimate_id = 'guess'", "E")]
)
def test_a_mark_on_an_industrys_receipts_reaches_what_is_computed_from_them_and_nothing_else(
    edition_built: Built, tmp_path: Path, mark: str, status: str
) -> None:
    found = marked_cells(
        edition_built,
        tmp_path,
        f"""
            update int_technology_trade set {mark}
            where indicator_id = 'technology_receipts' and breakdown = 'electronic_components'
        """,
        TRADE,
    )

    assert found == {
        ("electronic_components", "2023", measure, status)
        for measure in (
            "tech_export_ntd_100m",
            "tech_export_share_pct",
            "tech_trade_balance_ntd_100m",
            "tech_trade_scale_ntd_100m",
        )
    }


def test_the_total_of_the_survey_marks_the_shares_of_every_industry(
    edition_built: Built, tmp_path: Path
) -> None:
    found = marked_cells(
        edition_built,
        tmp_path,
        """
            update int_technology_trade set status = 'P'
            where indicator_id = 'technology_payments' and breakdown = 'all_industries'
        """,
        TRADE,
    )

    by_measure: dict[str, set[str]] = {}
    for row_key, _, measure, _ in found:
        by_measure.setdefault(measure, set()).add(row_key)
    assert len(by_measure.pop("tech_import_share_pct")) == 11
    assert by_measure == {
        measure: {"all_industries"}
        for measure in (
            "tech_import_ntd_100m",
            "tech_trade_balance_ntd_100m",
            "tech_trade_scale_ntd_100m",
        )
    }


def test_manufacturings_own_status_marks_the_shares_of_every_industry(
    edition_built: Built, tmp_path: Path
) -> None:
    found = marked_cells(
        edition_built,
        tmp_path,
        """
            update int_industry_value_added set status = 'P'
            where indicator_id = 'value_added' and breakdown = 'manufacturing' and period = '2023'
        """,
        VALUE_ADDED,
    )

    assert {status for *_, status in found} == {"P"}
    shares = {row_key for row_key, _, measure, _ in found if measure == "value_added_share_pct"}
    others = {row_key for row_key, _, measure, _ in found if measure != "value_added_share_pct"}
    assert len(shares) == 11
    assert others == {"manufacturing"}
    assert {period for _, period, *_ in found} == {"2023"}


def test_a_provisional_gross_output_marks_the_rate_but_not_the_value_added(
    edition_built: Built, tmp_path: Path
) -> None:
    found = marked_cells(
        edition_built,
        tmp_path,
        """
            update int_industry_value_added set status = 'P'
            where indicator_id = 'gross_output' and breakdown = 'manufacturing' and period = '2023'
        """,
        VALUE_ADDED,
    )

    assert found == {("manufacturing", "2023", "value_added_rate_pct", "P")}


def test_what_the_edition_declares_provisional_is_marked_in_the_book_for_every_publisher(
    edition_built: Built, tmp_path: Path
) -> None:
    target = tmp_path / "build" / "bronze" / "edition__provisional.parquet"
    declare = f"""
        create temp table declared as
        select * replace (
            'moea_factory_survey' as source_id,
            'technology_receipts' as indicator_id,
            '2023' as period
        )
        from 'bronze/edition__provisional.parquet' limit 1;
        copy declared to '{target}';
    """

    found = marked_cells(edition_built, tmp_path, declare, ["int_technology_trade", *TRADE])

    assert {status for *_, status in found} == {"P"}
    assert len({row_key for row_key, *_ in found}) == 11


def test_the_notes_name_the_base_year_of_the_file(edition_built: Built) -> None:
    notes = {
        row["table_id"]: row["notes"]
        for row in edition_built.rows(
            "select table_id, notes_zh || notes_en as notes from book_table where notes_en <> ''"
        )
    }

    assert not [text for text in notes.values() if "{" in text]
    assert "資料以2020年" in notes["T1-2-01"]
    assert "at 2020 prices" in notes["T1-2-01"]
    assert "Reference year of real GDP is 2021" in notes["T1-2-08"]
