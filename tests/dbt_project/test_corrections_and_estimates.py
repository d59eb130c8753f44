"""Corrections reach the book, keep their provenance and are guarded; estimates meet what arrives.

The shipped edition is built once more, with corrections and with another vintage's observations
put in by hand.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from editions.model import Correction, PrintedCorrection
from orchestration.dbt import build_marts, prepare
from orchestration.ingest import VINTAGE_TABLES, edition_of, ingest_edition, ingest_source
from orchestration.workspace import Workspace
from sources import SOURCE_IDS
from tests.shared import Built

MARTS = (
    *("book_cell", "estimate_check", "printed_cell", "cell_input", "observation_input"),
    *("observation_formula", "correction", "revision"),
)
GUARD = "every_correction_meets_the_value_that_it_expects"
WHY = {
    "reason_en": "Digits interchanged.",
    "reason_zh": "數字誤植。",
    "evidence": "Letter of 3 June 2025.",
    "decided_by": "the editor",
    "decided_on": "2025-06-05",
    "status": "applied",
}


def correction(own_id: str, area: str, period: str, value: float, expect: float, **other: Any):
    facts = {
        "id": own_id,
        "source_id": "oecd_msti",
        "indicator_id": "gerd_constant_ppp",
        "area_code": area,
        "breakdown": "total",
        "period": period,
        "value": value,
        "expect": expect,
        **WHY,
    }
    return Correction(**{**facts, **other})


OTHER_CELLS = [
    ("2025-26", "oecd_msti", "2025-09", *cell, 700.0, "700", "")
    for cell in (
        ("T1-2-01", "FRA", "2022", "gerd_ppp2015_usd_100m"),
        ("T1-2-13", "JPN", "2024", "rank"),
    )
]
"""What another vintage of MSTI would have the book say; the second is none of its business."""


def published(period: str, value: float, base_period: str | None = "2015") -> dict[str, Any]:
    return {
        "edition": "2025-26",
        "source_id": "oecd_msti",
        "vintage": "2025-09",
        "indicator_id": "gerd_constant_ppp",
        "area_code": "CHE",
        "period": period,
        "value": value,
        "status": "P",
        "base_period": base_period,
    }


@pytest.fixture(scope="module")
def before(edition_built: Built) -> Built:
    """The shipped edition as it is."""
    return edition_built


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, workspace_at: Any, before: Built) -> Built:
    """The same with corrections and with what a later vintage has."""
    value = {
        (row["area_code"], row["period"]): row["value"]
        for row in before.rows(
            "select area_code, period, value from indicator_observation "
            "where indicator_id = 'gerd_constant_ppp' and estimate_id is null"
        )
    }
    corrections = (
        correction("right", "FRA", "2022", 2 * value["FRA", "2022"], value["FRA", "2022"]),
        correction("before-estimate", "SGP", "2022", 10000.0, value["SGP", "2022"]),
        correction("mended", "JPN", "2022", 5.0, value["JPN", "2022"] + 1),
        correction("nowhere", "JPN", "1950", 5.0, 4.0),
        correction("proposed", "DEU", "2022", 5.0, value["DEU", "2022"], status="proposed"),
        correction("withdrawn", "KOR", "2022", 5.0, 4.0, status="withdrawn"),
    )
    base = before.rows(
        "select max(base_period) as base from indicator_observation "
        "where indicator_id = 'gerd_constant_ppp'"
    )[0]["base"]
    observations = [
        published("2020", 20000.0, base),
        published("2022", 20000.0, base),
        published("2023", 20000.0, "1950"),
    ]
    workspace: Workspace = workspace_at(tmp_path_factory.mktemp("after"))
    edition = edition_of(workspace, "2025-26")
    cell = next(c for c in edition.printed_cells if (c.table_id, c.row_key) == ("T1-2-01", "FRA"))
    facts = {name: getattr(cell, name) for name in ("table_id", "row_key", "period", "measure")}
    printed = PrintedCorrection(
        **facts, id="P-1", printed="1,234.5", value=1234.5, flag="", expect=cell.printed, **WHY
    )
    edition = replace(edition, corrections=corrections, printed_corrections=(printed,))
    target = workspace.build("corrections").open()
    for source_id in SOURCE_IDS:
        ingest_source(workspace, edition, target, source_id)
    ingest_edition(workspace, edition, target)
    for name, rows in (("vintage_observation", observations), ("vintage_cell", OTHER_CELLS)):
        frame = pl.DataFrame(rows, schema=dict(VINTAGE_TABLES[name]), orient="row")
        frame.write_parquet(target.bronze / f"edition__{name}.parquet")
    # Without the tests: the guards fail on purpose, and dbt skips what follows.
    run = build_marts(workspace, prepare(workspace), target, MARTS)
    assert run.faults() == []
    return Built(target.directory)


def observation(built: Built, area: str, period: str) -> dict[str, Any]:
    return built.rows(
        "select * from indicator_observation where indicator_id = 'gerd_constant_ppp' "
        f"and area_code = '{area}' and period = '{period}' and breakdown = 'total'"
    )[0]


def book_value(built: Built, area: str, period: str, measure: str) -> float:
    return built.rows(
        f"select value from book_cell where table_id = 'T1-2-01' and row_key = '{area}' "
        f"and period = '{period}' and measure = '{measure}'"
    )[0]["value"]


def test_a_correction_replaces_the_value_and_keeps_file_line_and_what_the_publisher_says(
    before: Built, built: Built
) -> None:
    was, now = observation(before, "FRA", "2022"), observation(built, "FRA", "2022")
    assert now["value"] == 2 * was["value"]
    assert now["publisher_value"] == was["value"]
    assert (now["correction_id"], now["basis"]) == ("right", "corrected")
    for column in ("status", "source_file", "source_row", "vintage", "unit_code"):
        assert now[column] == was[column]
    assert (was["correction_id"], was["publisher_value"]) == (None, None)


def test_a_correction_reaches_the_book(before: Built, built: Built) -> None:
    (measure,) = {
        row["measure"]
        for row in before.rows(
            "select measure from book_measure where table_id = 'T1-2-01' "
            "and indicator_id = 'gerd_constant_ppp' and unit_en not like '%\\%%' escape '\\'"
        )
    }
    assert book_value(built, "FRA", "2022", measure) == pytest.approx(
        2 * book_value(before, "FRA", "2022", measure)
    )


def test_an_estimate_builds_on_the_corrected_value(built: Built) -> None:
    estimated = observation(built, "SGP", "2023")
    assert (estimated["status"], estimated["correction_id"]) == ("E", None)
    assert estimated["value"] == pytest.approx(10000.0 * 1.01)


def test_an_estimate_names_the_corrected_value_as_its_input(built: Built) -> None:
    (made_from,) = built.rows(
        "select * from observation_input where indicator_id = 'gerd_constant_ppp' "
        "and area_code = 'SGP' and period = '2023'"
    )
    assert (made_from["role"], made_from["input_period"]) == ("previous", "2022")
    assert observation(built, "SGP", "2022")["correction_id"] == "before-estimate"


def test_what_another_vintage_says_is_told_of_the_cells_that_its_source_feeds(
    built: Built,
) -> None:
    (revision,) = built.rows("select * from revision")
    pinned = book_value(built, "FRA", "2022", "gerd_ppp2015_usd_100m")
    assert (revision["table_id"], revision["row_key"], revision["vintage"]) == (
        *("T1-2-01", "FRA", "2025-09"),
    )
    assert (revision["value"], revision["pinned_value"]) == (700.0, pinned)
    assert revision["change"] == pytest.approx(700.0 - pinned)
    assert revision["change_pct"] == pytest.approx(100 * (700.0 / pinned - 1))


@pytest.mark.parametrize("area", ["DEU", "KOR"])
def test_a_correction_that_is_not_applied_changes_nothing(
    before: Built, built: Built, area: str
) -> None:
    assert observation(built, area, "2022") == observation(before, area, "2022")


def test_the_guard_names_the_corrections_whose_publisher_says_something_else(
    before: Built, built: Built, workspace_at: Any, tmp_path: Path
) -> None:
    found = built.rows(before.results[GUARD]["compiled_code"])
    by_id = {row["correction_id"]: row for row in found}
    assert set(by_id) == {"mended", "nowhere"}
    assert "the publisher now has" in by_id["mended"]["message"]
    assert by_id["mended"]["source_file"] and by_id["mended"]["source_row"]
    assert "nothing to correct" in by_id["nowhere"]["message"]
    tests = prepare(workspace_at(tmp_path)).manifest["nodes"].values()
    assert [t["config"]["severity"] for t in tests if t["name"] == GUARD] == ["ERROR"]


def test_a_correction_of_print_stands_in_the_printed_cells_beside_what_is_in_the_book(
    built: Built,
) -> None:
    (cell,) = built.rows("select * from printed_cell where correction_id is not null")
    assert (cell["printed"], cell["value"]) == ("1,234.5", 1234.5)
    assert cell["printed_in_book"] not in (None, "1,234.5")


def checks(built: Built) -> dict[str, dict[str, Any]]:
    rows = built.rows("select * from estimate_check where indicator_id = 'gerd_constant_ppp'")
    return {f"{row['area_code']} {row['period']}": row for row in rows}


def test_before_anything_arrives_every_estimate_awaits_its_value(before: Built) -> None:
    rows = before.rows("select * from estimate_check")
    declared = before.rows("select count(*) as n from 'bronze/edition__estimate.parquet'")
    assert len(rows) == declared[0]["n"] > 0
    assert {row["outcome"] for row in rows} == {"not_yet_published"}
    assert all(row["estimated_value"] is not None and row["error"] is None for row in rows)


def test_an_estimate_whose_value_has_arrived_is_reported_with_its_error(
    before: Built, built: Built
) -> None:
    check = checks(built)["CHE 2022"]
    assert (check["outcome"], check["vintage"]) == ("arrived", "2025-09")
    assert check["error"] == pytest.approx(check["estimated_value"] - 20000.0)
    assert check["error_pct"] == pytest.approx(100 * check["error"] / 20000.0)
    test = before.results["no_estimate_stands_where_a_landed_vintage_has_the_value"]
    messages = built.rows(test["compiled_code"])
    assert len(messages) == 3
    assert any("off by" in row["message"] for row in messages)


def test_constant_prices_of_another_base_year_are_not_compared(built: Built) -> None:
    check = checks(built)["CHE 2023"]
    assert check["outcome"] == "other_base_year"
    assert check["error"] is None
