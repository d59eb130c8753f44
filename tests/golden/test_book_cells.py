"""What we compute against what the book prints, cell by cell."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from publication.rounding import round_half_away

PRINTED = Path(__file__).resolve().parents[2] / "editions" / "2025-26" / "printed"

CONTRADICTIONS = {
    # The populations printed beside these ranks put Ethiopia (165) before Russia (141).
    ("T1-1-01", "RUS", "2035", "rank"),
    ("T1-1-01", "ETH", "2035", "rank"),
    # The levels of Singapore and Finland are interchanged in print, their growth rates are not.
    ("T1-2-04", "SGP", "2023", "researchers_fte"),
    ("T1-2-04", "SGP", "2022", "researchers_fte_yoy_pct"),
    ("T1-2-04", "FIN", "2022", "researchers_fte_yoy_pct"),
    ("T1-2-04", "FIN", "2023", "researchers_fte_yoy_pct"),
}
"""Cells in which the book contradicts itself: nothing can agree with all of its cells."""

# T1-2-03 prints an amount line and a share line for the same source of funds.
LINE_TELLS_THE_ROW = {"T1-2-03"}


def printed_numbers():
    for path in sorted(PRINTED.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as handle:
            yield from (row for row in csv.DictReader(handle) if row["unit"] != "text")


@pytest.fixture(scope="module")
def computed(refreshed):
    cells = defaultdict(list)
    for table, line, row, period, measure, text in refreshed.query(
        "select table_id, row_no, row_key, period, measure, printed_as from book_cell"
    ):
        cells[table, row, period, measure].append((line, text))
    return cells


def test_every_printed_number_has_exactly_one_book_cell_and_there_are_no_others(computed):
    keys = {
        (row["table_id"], row["row_key"], row["period"], row["measure"])
        for row in printed_numbers()
    }
    assert keys == set(computed)
    assert sum(map(len, computed.values())) == 1654
    assert all(len(cells) == 1 for cells in computed.values())


def test_every_cell_is_printed_as_in_the_book_but_for_the_books_contradictions(computed):
    different = {
        key
        for row in printed_numbers()
        if computed[key := (row["table_id"], row["row_key"], row["period"], row["measure"])][0][1]
        != row["printed"]
    }
    assert different == CONTRADICTIONS


def test_amounts_and_shares_of_research_by_source_stand_on_their_own_lines(computed):
    for row in printed_numbers():
        if row["table_id"] in LINE_TELLS_THE_ROW:
            key = (row["table_id"], row["row_key"], row["period"], row["measure"])
            assert computed[key][0][0] == int(row["row_no"])


def test_estimated_cells_and_what_is_computed_from_them_carry_their_status(refreshed):
    estimated = refreshed.query(
        "select row_key, period, measure from book_cell "
        "where table_id = 'T1-2-01' and status = 'E' order by all"
    )
    assert estimated == [
        ("CHE", "2020", "gerd_ppp2015_usd_100m"),
        ("CHE", "2022", "gerd_ppp2015_usd_100m"),
        ("CHE", "2022", "gerd_yoy_pct"),
        ("CHE", "2023", "gerd_ppp2015_usd_100m"),
        ("CHE", "2023", "gerd_yoy_pct"),
        ("GBR", "2023", "gerd_ppp2015_usd_100m"),
        ("GBR", "2023", "gerd_yoy_pct"),
        ("SGP", "2023", "gerd_ppp2015_usd_100m"),
        ("SGP", "2023", "gerd_yoy_pct"),
    ]


def test_what_the_publisher_lacks_and_nobody_estimated_is_not_available(refreshed):
    missing = refreshed.query(
        "select distinct table_id, row_key, printed_as, value from book_cell where status = 'M'"
    )
    assert sorted(missing) == [
        ("T1-2-04", "ISR", "N/A", None),
        ("T1-2-05", "ISR", "N/A", None),
    ]


def test_preliminary_figures_are_marked_where_the_book_marks_them(refreshed):
    marked = refreshed.query("select row_key, period from book_cell where printed_as like '%*'")
    assert sorted(marked) == [
        ("economic_growth_rate", "2024"),
        ("national_income_per_capita", "2024"),
    ]


def test_the_base_year_in_the_unit_is_read_from_the_file(refreshed):
    units = refreshed.query(
        "select distinct unit from book_cell where measure = 'gerd_ppp2015_usd_100m'"
    )
    assert units == [("USD 100m (2020 constant PPP)",)]


def test_every_observation_can_be_traced_to_a_file_and_line_of_a_pinned_snapshot(refreshed):
    untraced = refreshed.query(
        """
        select count(*) from indicator_observation as o
        left join source_snapshot as s
            on o.source_id = s.source_id and o.vintage = s.vintage and o.source_file = s.file
        where o.estimate_id is null and (s.sha256 is null or o.source_row is null)
        """
    )
    assert untraced == [(0,)]


# What the prose says of a figure: (figure, series, point, measure) and the number in print.
PROSE = {
    ("F1-2-01", "CHN", "2023", "gerd_ppp2015_usd_100m"): ("7807", 0),
    ("F1-2-07", "TWN", "2023", "tech_export_ntd_100m"): ("720", 0),
    ("F1-2-07", "TWN", "2023", "tech_import_ntd_100m"): ("697", 0),
    ("F1-2-11", "manufacturing", "2023", "value_added_rate_pct"): ("34.81", 2),
    ("F1-2-12", "TWN", "2023", "value_added_rate_pct"): ("34.81", 2),
}


def test_figures_show_the_numbers_that_the_prose_names(refreshed):
    shown = {
        tuple(key): value
        for *key, value in refreshed.query(
            "select figure_id, series_key, point_key, measure, value from figure_point"
        )
    }
    for key, (printed, decimals) in PROSE.items():
        assert str(round_half_away(shown[key], decimals)) == printed, key
    china, japan = (
        shown["F1-2-01", area, "2023", "gerd_ppp2015_usd_100m"] for area in ("CHN", "JPN")
    )
    assert round(china / japan) == 4
    assert shown["F1-2-07", "TWN", "2023", "tech_balance_ratio"] > 1
    assert (
        str(
            round_half_away(
                shown["F1-2-11", "manufacturing", "2023", "value_added_ntd_100m"] / 1e4, 0
            )
        )
        == "8"
    )


def test_the_shipped_edition_says_which_figures_lack_data_and_what_would_fill_them(refreshed):
    found = {
        figure: (landed, there, missing)
        for figure, landed, there, missing in refreshed.query(
            "select figure_id, is_landed, values_there, values_missing from book_figure"
        )
    }
    assert len(found) == 12
    assert {figure for figure, (landed, *_) in found.items() if landed} == {
        *("F1-2-01", "F1-2-07", "F1-2-11", "F1-2-12"),
    }
    assert found["F1-2-01"] == (True, 50, 0)
    assert found["F1-2-07"] == (True, 3, 15)
    assert not refreshed.query(
        "select figure_id from book_figure, unnest(string_split(land_sources, ', ')) as wanted(id)"
        " where wanted.id not in (select source_id from dim_source)"
    )
