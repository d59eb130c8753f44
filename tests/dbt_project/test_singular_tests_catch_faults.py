"""Every singular dbt test is silent on the shipped edition and speaks when its rule is broken.

The edition is built once; each case breaks a copy of the build and runs the compiled test on it.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.shared import Built

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def built(edition_built: Built) -> Built:
    return edition_built


def rows_of(directory: Path, sql: str, break_it: str = "") -> list[dict[str, Any]]:
    with duckdb.connect(str(directory / "warehouse.duckdb")) as connection:
        connection.execute("set file_search_path = ?", [str(directory)])
        if break_it:
            connection.execute(break_it)
        cursor = connection.execute(sql)
        columns = [column[0] for column in cursor.description or []]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def of_parquet(table: str, change: str) -> str:
    """SQL that rewrites one bronze file of the build; `change` completes a select from it."""
    return f"""
        create temp table changed as {change.format(table=f"'bronze/{table}.parquet'")};
        copy changed to '{{directory}}/bronze/{table}.parquet';
    """


def observation(change: str, where: str) -> str:
    return f"update indicator_observation set {change} where {where}"


def cell(change: str, where: str) -> str:
    return f"update book_cell set {change} where {where}"


GERD_FRANCE = "indicator_id = 'gerd_constant_ppp' and area_code = 'FRA' and period = '2022'"
CHIPS_TAIWAN = "area_code = 'TWN' and breakdown = '8' and period = '2020-2024'"

UNKNOWN_CODES = {
    "every_area_of_oecd_msti_is_known": ("oecd_msti__observation", "ref_area", "FRA"),
    "every_area_of_imd_wcy_is_known": ("imd_wcy__criterion", "area_name", "Norway"),
    "every_area_of_uspto_grants_by_year_is_known": (
        "uspto_counts__grants_by_area_year",
        "area_code",
        "JP",
    ),
    "every_area_of_uspto_grants_by_field_is_known": (
        "uspto_counts__grants_by_area_field",
        "area_code",
        "JP",
    ),
    "every_area_of_the_international_rankings_is_known": (
        "rankings__evaluation",
        "area_code",
        "TWN",
    ),
    "every_industry_of_the_factory_survey_is_known": (
        "moea_factory_survey__technology_trade_by_industry",
        "industry_name",
        "電子零組件業",
    ),
    "every_manufacturing_industry_of_the_value_added_is_known": (
        "dgbas_national_accounts__observation",
        "item",
        "CR.電子零組件製造業",
    ),
}


@pytest.mark.parametrize("name", UNKNOWN_CODES)
def test_a_code_that_nobody_knows_is_named_with_its_file_and_line(
    built: Built, tmp_path: Path, name: str
) -> None:
    table, column, code = UNKNOWN_CODES[name]
    directory = shutil.copytree(built.directory, tmp_path / "build")
    break_it = of_parquet(
        table,
        f"select * replace (replace({column}, '{code}', 'C.Atlantis') as {column}) from {{table}}",
    ).format(directory=directory)
    (directory / "bronze" / f"{table}.parquet").chmod(0o644)

    found = rows_of(directory, built.results[name]["compiled_code"], break_it)

    assert found
    assert all("Atlantis" in row["message"] for row in found)
    assert found[0]["source_file"]
    assert found[0]["source_row"] >= 1


CUSTOMS_YEAR = """
    insert into int_customs__year values ('2024', 12, 'month', true);
    insert into int_customs__goods by name select
        '2024-0' || month as period, '854231' as goods_code, 10 as line_count,
        0 as withheld_lines, {without_ntd} as lines_without_ntd, 50 as value_ntd_thousand
    from unnest([1, 2]) as month (month);
    insert into int_exports__by_class by name select
        '2024' as year, 'capital_intensity' as class_scheme,
        'high_capital_intensity' as goods_class, {classified} as value_ntd_thousand
    union all by name select
        '2024' as year, 'capital_intensity' as class_scheme,
        'unclassified' as goods_class, {unclassified} as value_ntd_thousand;
    update int_chosen_basis set basis = 'microdata', classification = 'capital_intensity'
    where table_id = 'T1-2-10';
"""
FAULTS = [
    (
        "figures_and_tables_of_the_same_statistic_agree",
        "update figure_point set value = value * 1.001 where figure_id = 'F1-2-11'"
        " and measure = 'value_added_rate_pct' and point_key = '2023'",
        "F1-2-11 shows 34.8448",
    ),
    (
        "every_figure_is_declared_and_every_point_stands_once",
        "insert into figure_point from figure_point where figure_id = 'F1-2-07'"
        " and point_key = '2023' and measure = 'tech_balance_ratio'",
        "F1-2-07 has 2 values for (TWN, 2023, tech_balance_ratio)",
    ),
    (
        "every_figure_is_declared_and_every_point_stands_once",
        "delete from book_figure where figure_id = 'F1-2-08'",
        "The model figure_1_2_08 computes F1-2-08, which the edition does not declare",
    ),
    (
        "no_declared_gap_of_a_figure_has_a_value",
        "update figure_point set value = 600 where figure_id = 'F1-2-07'"
        " and point_key = '2020' and measure = 'tech_export_ntd_100m'",
        "where the edition declares a gap (no survey was held in 2021)",
    ),
    (
        "partners_do_not_exceed_the_total_of_technology_trade",
        "update figure_point set value = -12.5 where figure_id = 'F1-2-09'"
        " and series_key = 'other' and point_key = '2023' and measure = 'tech_export_ntd_100m'",
        "the partners shown for 2023 exceed the total by 12.5",
    ),
    (
        "customs_files_that_differ_have_an_order",
        "insert into int_customs__contested by name select '2024-06' as period, "
        "'854231' as goods_code, 'a.csv' as source_file, 'b.csv' as chosen_source_file, "
        "true as is_contradicted",
        "a.csv and b.csv differ for 1 goods codes in 2024-06, the first 854231",
    ),
    (
        "classes_and_destinations_add_up_to_customs_exports",
        CUSTOMS_YEAR.format(without_ntd=0, classified=90, unclassified=9),
        "by capital_intensity add up to NTD 99 thousand instead of 100",
    ),
    (
        "every_customs_line_is_counted_once",
        "insert into customs_coverage by name select '2025-26' as edition, '2024' as period, "
        "'added_up' as what, 7 as line_count",
        "The customs files hold 0 lines of 2024, and customs_coverage tells of 7",
    ),
    (
        "exports_printed_from_customs_are_complete_and_classified",
        CUSTOMS_YEAR.format(without_ntd=0, classified=94, unclassified=6),
        "Of the exports of 2024 94.00 % have a class of capital_intensity, less than the",
    ),
    (
        "exports_printed_from_customs_are_complete_and_classified",
        CUSTOMS_YEAR.format(without_ntd=3, classified=96, unclassified=4),
        "6 sums of 2024 have no value in 新臺幣",
    ),
    (
        "exports_printed_from_customs_are_complete_and_classified",
        CUSTOMS_YEAR.format(without_ntd=0, classified=96, unclassified=4),
        "of 2023 only 0 months of 出口總值(含復出口) have been landed",
    ),
    (
        "exports_printed_from_customs_are_complete_and_classified",
        CUSTOMS_YEAR.format(without_ntd=0, classified=98000, unclassified=2000),
        "those of 2024 add up to NTD 100 million, and the published total is ",
    ),
    (
        "every_partner_of_customs_portal_is_known",
        "insert into int_customs__by_partner values "
        "('2024', 'UNK', '亞特蘭提斯', false, 5, null, false)",
        'the partner "亞特蘭提斯" (NTD 5 thousand in 2024-2024)',
    ),
    (
        "every_observation_comes_from_a_pinned_file",
        observation("source_file = 'other.csv; another.csv', source_row = null", GERD_FRANCE),
        "another.csv",
    ),
    (
        "every_mart_has_one_row_per_key",
        f"insert into indicator_observation from indicator_observation where {GERD_FRANCE}",
        "2 rows for (gerd_constant_ppp, FRA, total, 2022)",
    ),
    (
        "every_observation_names_a_known_indicator_area_and_source",
        observation("area_code = 'XYZ'", GERD_FRANCE),
        "area not in dim_area",
    ),
    (
        "every_cell_says_which_observations_it_is_made_from",
        "update cell_input set input_period = '1901' where table_id = 'T1-2-01' "
        "and row_key = 'FRA' and period = '2022' and role = 'previous'",
        "names as its previous an observation that is not there (gerd_constant_ppp, FRA, total, "
        "1901)",
    ),
    (
        "every_cell_says_which_observations_it_is_made_from",
        "delete from cell_input where table_id = 'T1-2-01' and row_key = 'FRA'",
        "T1-2-01 FRA 2022 gerd_yoy_pct has a value and names no observation",
    ),
    (
        "every_observation_is_read_from_a_line_or_says_how_it_is_made",
        observation("source_row = null", GERD_FRANCE),
        "gerd_constant_ppp, FRA, total, 2022 stands in no line of a file",
    ),
    (
        "every_observation_is_read_from_a_line_or_says_how_it_is_made",
        "update observation_input set input_area_code = 'XYZ' where area_code = 'SGP'",
        "an observation that is not there (gerd_constant_ppp, XYZ, total, 2022)",
    ),
    (
        "every_observation_comes_from_a_pinned_file",
        observation("source_file = 'other.csv'", GERD_FRANCE),
        "other.csv",
    ),
    (
        "every_indicator_has_one_unit_and_one_base_year",
        observation("base_period = '2015'", GERD_FRANCE),
        "mixes the base years 2015 and 2020",
    ),
    (
        "every_indicator_has_one_unit_and_one_base_year",
        observation("unit_code = 'usd'", GERD_FRANCE),
        "declared in usd_m but has rows in usd",
    ),
    (
        "every_indicator_has_one_unit_and_one_base_year",
        observation("base_period = null", GERD_FRANCE),
        "do not say of which year",
    ),
    (
        "every_value_is_possible_for_its_unit",
        observation("value = -1", GERD_FRANCE),
        "is negative",
    ),
    (
        "every_value_is_possible_for_its_unit",
        observation("value = 101", "indicator_id = 'export_share' and breakdown = 'high_tech'"),
        "outside 0 to 100",
    ),
    (
        "every_value_is_possible_for_its_unit",
        observation("value = 1.5", f"indicator_id = 'patent_rank_by_field' and {CHIPS_TAIWAN}"),
        "is not a rank",
    ),
    (
        "every_value_is_possible_for_its_unit",
        observation("value = 7000", f"indicator_id = 'patent_rank_by_field' and {CHIPS_TAIWAN}"),
        "is more than there are economies",
    ),
    (
        "every_value_is_possible_for_its_unit",
        observation("value = 'inf'", GERD_FRANCE),
        "not a finite number",
    ),
    (
        "every_value_is_possible_for_its_unit",
        observation("value = 23.4", "indicator_id = 'population'"),
        "is less than a thousand persons",
    ),
    (
        "every_value_is_possible_for_its_unit",
        observation("value = value * 1000", "indicator_id = 'population_1jan'"),
        "is more than the people of the world",
    ),
    (
        "no_level_slips_by_a_unit",
        observation("value = value * 1000", GERD_FRANCE),
        "gerd_constant_ppp of FRA is",
    ),
    (
        "no_level_slips_by_a_unit",
        observation("value = value * 1000", "indicator_id = 'value_added' and period = '2023'"),
        "value_added of TWN",
    ),
    *(
        (
            "levels_that_belong_together_are_of_one_size",
            observation(f"value = value {slip}", f"indicator_id = '{indicator}'"),
            says,
        )
        for indicator, slip, says in (
            ("population", "/ 1000", "population_1jan of CHN in 2024"),
            ("population", "/ 1000", "patents_granted of CHE in 2023"),
            ("exports_total", "* 1000", "exports_total of TWN in 2023"),
            ("national_income_per_capita", "/ 1000", "real_monthly_wage of TWN in 2023"),
            ("technology_receipts", "* 1000", "technology_receipts of TWN in 2023"),
            ("gerd_constant_ppp", "/ 1e6", "gerd_constant_ppp of FRA in 2022"),
        )
    ),
    (
        "export_shares_of_a_classification_sum_to_100",
        observation("value = value + 0.03", "breakdown = 'low_tech' and period = '2023'"),
        "behind T1-2-09",
    ),
    (
        "parts_do_not_exceed_their_total",
        observation(
            "value = value / 2",
            "indicator_id = 'technology_receipts' and breakdown = 'all_industries'",
        ),
        "parts of technology_receipts (TWN) in 2023",
    ),
    (
        "parts_do_not_exceed_their_total",
        observation(
            "value = value / 9",
            "indicator_id = 'patents_granted_by_field' and area_code = 'WLD' and breakdown = '8'",
        ),
        "parts of patents_granted_by_field (8)",
    ),
    (
        "research_expenditure_by_source_of_funds_adds_up",
        observation(
            "value = value + 10",
            "indicator_id = 'gerd_constant_ppp_by_source' and breakdown = 'government' "
            "and period = '2022'",
        ),
        "sources of funds of TWN in 2022",
    ),
    (
        "technology_trade_balance_is_receipts_less_payments",
        cell("value = -value", "measure = 'tech_trade_balance_ntd_100m' and row_no = 3"),
        "do not give the balance",
    ),
    (
        "value_added_does_not_exceed_gross_output",
        observation(
            "value = value / 10",
            "indicator_id = 'gross_output' and breakdown = 'manufacturing' and period = '2023'",
        ),
        "manufacturing in 2023",
    ),
    (
        "every_estimate_is_declared_once_and_applied",
        "delete from indicator_observation where estimate_id is not null and area_code = 'GBR' "
        "and indicator_id = 'gerd_pct_gdp'",
        "gerd_pct_gdp, GBR, 2023, carry_growth) was not applied",
    ),
    (
        "no_declared_gap_or_estimate_is_superseded_by_an_observation",
        observation(
            "estimate_id = null, source_file = 'msti.csv'",
            "indicator_id = 'gerd_pct_gdp' and area_code = 'GBR' and period = '2023'",
        ),
        "remove the declaration",
    ),
    (
        "every_provisional_mark_meets_an_observation",
        observation("status = ''", "indicator_id = 'real_gdp'"),
        "declares real_gdp of 2024 provisional",
    ),
    (
        "given_patent_ranks_follow_the_given_counts",
        observation("value = 1", f"indicator_id = 'patent_rank_by_field' and {CHIPS_TAIWAN}"),
        "In field 8 (Semiconductors) TWN",
    ),
    (
        "computed_ranks_follow_the_values",
        cell("value = 0", "table_id = 'T1-2-13' and measure = 'patents_granted' and row_no = 3"),
        "In T1-2-13 row 3",
    ),
    (
        "rows_of_a_table_are_numbered_from_1_without_a_gap",
        cell("row_no = 99", "table_id = 'T1-2-07' and row_key = 'TWN'"),
        "T1-2-07 has 8 row numbers from 1 to 99",
    ),
    (
        "every_economy_of_a_panel_has_its_row",
        "delete from book_cell where table_id = 'T1-2-04' and row_key = 'ISR'",
        "T1-2-04 has no row for ISR",
    ),
    (
        "every_promised_cell_has_a_value_or_a_declared_gap",
        cell("value = null", "table_id = 'T1-2-02' and row_key = 'FRA' and period = '2021'"),
        "T1-2-02 promises gerd_pct_gdp of FRA for 2021",
    ),
    (
        "every_promised_cell_has_a_value_or_a_declared_gap",
        cell("value = null", "table_id = 'T1-2-14' and measure = 'rank_twn' and row_no = 5"),
        "T1-2-14 promises patent_rank_by_field of TWN (basic_communication_processes)",
    ),
    (
        "every_promised_cell_has_a_value_or_a_declared_gap",
        cell(
            "value = null", "table_id = 'T1-2-06' and period = '2025' and measure like '%digital%'"
        ),
        "has not one value of it",
    ),
    (
        "every_promised_cell_has_a_value_or_a_declared_gap",
        cell("period = '2018'", "table_id = 'T1-2-09' and period = '2020'"),
        "which the edition does not promise",
    ),
    (
        "no_leading_area_or_industry_vanishes",
        "delete from indicator_observation where indicator_id = 'patents_granted' "
        "and area_code = 'CAN' and period = '2024'",
        "has CAN (total) in 2023 but not in 2024",
    ),
    (
        "no_period_has_fewer_values_than_the_one_before",
        "delete from indicator_observation where indicator_id = 'imd_rank' and area_code = 'NOR' "
        "and period = '2025'",
        "imd_rank has 84 values in 2025 after 96 in 2024",
    ),
    (
        "no_level_jumps_implausibly_within_a_year",
        observation("value = value * 2", GERD_FRANCE),
        "gerd_constant_ppp of FRA goes from",
    ),
    (
        "every_quarterly_year_has_four_quarters",
        "insert into indicator_observation "
        "select * exclude (quarter) replace (quarter as period) from indicator_observation, "
        "(select unnest(['2020-Q1', '2021-Q1', '2022-Q1']) as quarter) as quarters "
        f"where {GERD_FRANCE}",
        "has 1 quarters in 2021",
    ),
    (
        "every_printed_cell_has_a_book_cell",
        "delete from book_cell where table_id = 'T1-2-13' and row_key = 'CAN'",
        "in T1-2-13, row CAN",
    ),
    (
        "no_undecided_finding_stops_the_edition",
        "update erratum set action = 'block', triage = 'changed', table_id = 'T9-9' "
        "where kind = 'cell'",
        "T9-9",
    ),
    (
        "no_undecided_finding_asks_for_a_look",
        "update erratum set action = 'warn', claim_id = 'C999' where kind = 'claim'",
        "The statement C999: ",
    ),
    (
        "every_decision_of_the_editor_meets_a_finding",
        "update reconciliation set triage = '' where table_id = 'T1-1-01'",
        "nothing is found any more of T1-1-01",
    ),
    (
        "every_decision_of_the_editor_meets_a_finding",
        "update claim_result set triage = ''",
        "nothing is found any more of the statement",
    ),
    (
        "no_estimate_stands_where_a_landed_vintage_has_the_value",
        "update estimate_check set outcome = 'arrived', source_id = 'oecd_msti', "
        "vintage = '2025-09', published_value = 1, error_pct = 2.5",
        "vintage 2025-09 has 1.0: the estimate is off by 2.5 %",
    ),
    (
        "patents_by_field_and_area_add_up_to_those_granted",
        "insert into int_patents__granted values (10000000, date '2024-01-02', 2024, 1, false)",
        "Of 1 patents, the areas of 2024 add up to 0",
    ),
]


@pytest.mark.parametrize(("name", "break_it", "says"), FAULTS)
def test_a_broken_rule_is_reported_in_a_sentence(
    built: Built, tmp_path: Path, name: str, break_it: str, says: str
) -> None:
    directory = shutil.copytree(built.directory, tmp_path / "build")
    sql = built.results[name]["compiled_code"]
    before = {row["message"] for row in rows_of(directory, sql)}

    found = rows_of(directory, sql, break_it)

    new = [row["message"] for row in found if row["message"] not in before]
    assert any(says in message for message in new), new
    assert {"source_file", "source_row"} <= set(found[0])


EDITION_FAULTS = [
    (
        "every_correction_meets_the_value_that_it_expects",
        of_parquet(
            "edition__correction",
            "from {table} union all select '2025-26', 'C-1', 'oecd_msti', 'gerd_constant_ppp', "
            "'FRA', 'total', '2022', 1.0, 2.0, '', '', '', '', '', 'applied'",
        ),
        "was expected to be 2.0, but the publisher now has",
    ),
    (
        "every_landed_vintage_of_a_pinned_source_can_be_compared",
        of_parquet(
            "edition__vintage",
            "from {table} union all select '2025-26', 'oecd_msti', '2025-09', '', 'no column'",
        ),
        "the book cannot be computed with it",
    ),
    (
        "every_edition_file_names_known_areas_and_indicators",
        of_parquet(
            "edition__publisher_gap",
            "select * replace ('researcher_fte' as indicator_id) from {table}",
        ),
        '"researcher_fte"',
    ),
    (
        "every_edition_file_names_known_areas_and_indicators",
        of_parquet("edition__panel", "select * replace ('UK' as area_code) from {table}"),
        'area "UK"',
    ),
    (
        "every_estimate_is_declared_once_and_applied",
        of_parquet(
            "edition__estimate", "from {table} union all (from {table} order by all limit 1)"
        ),
        "shares its id",
    ),
    (
        "every_technology_field_is_one_of_wipos",
        of_parquet(
            "uspto_counts__grants_by_area_field",
            "select * replace (wipo_field + 10 as wipo_field) from {table}",
        ),
        "WIPO field 36",
    ),
    (
        "every_patent_rule_is_one_that_the_models_know",
        of_parquet(
            "edition__parameter",
            "select * replace (case when name = 'patents.cited_ties' then 'lenient' else value end "
            "as value) from {table}",
        ),
        "patents.cited_ties: lenient",
    ),
    (
        "every_patent_rule_is_one_that_the_models_know",
        of_parquet(
            "edition__parameter",
            "select * replace (case when name = 'patents.place_fallback' then 'assignee' "
            "else value end as value) from {table}",
        ),
        "patents.place_fallback: assignee",
    ),
    (
        "every_patent_rule_is_one_that_the_models_know",
        of_parquet(
            "edition__parameter",
            "select * replace (case when name = 'patents.cited_cohort' then 'patents.cohort' "
            "else name end as name) from {table}",
        ),
        "patents.cohort: grant_year",
    ),
    (
        "exports_printed_from_customs_are_complete_and_classified",
        of_parquet(
            "edition__parameter",
            "select * from {table} where name <> 'exports.least_classified_pct'",
        )
        + CUSTOMS_YEAR.format(without_ntd=0, classified=99, unclassified=1),
        "99.00 % have a class of capital_intensity, less than the declared (none) %",
    ),
    (
        "the_landed_wipo_concordance_says_what_ours_says",
        of_parquet(
            "wipo_concordance__ipc_field",
            "from {table} union all select 9, '', '', 'A01B%', '', '', 'v', 'w.csv', 2",
        ),
        "WIPO puts A01B into 9, dbt_project/seeds/wipo_field_ipc.csv into 29",
    ),
    (
        "no_two_places_share_a_key",
        """
        copy (from (values ('a', 1::bigint, 'TW'), ('b', 1, 'US')) as
              places (location_id, location_key, country_code))
        to '{directory}/bronze/uspto_bulk__location/twice.parquet'
        """,
        "The places a and b have the same key",
    ),
    (
        "every_kept_record_of_the_patent_files_is_there",
        """
        copy (select 10000000::integer as citing_patent_id, 9999999::integer as cited_patent_id)
        to '{directory}/bronze/uspto_bulk__citation/more.parquet'
        """,
        "0 records were kept of g_us_patent_citation, and 1 are there",
    ),
    (
        "every_utility_patent_is_listed_once",
        """
        copy (select 10000000::integer as patent_id, date '2024-01-02' as grant_date,
                     false as is_withdrawn from range(2))
        to '{directory}/bronze/uspto_bulk__patent/twice.parquet'
        """,
        "2 utility patents under 1 numbers",
    ),
]


@pytest.mark.parametrize(("name", "break_it", "says"), EDITION_FAULTS)
def test_a_slip_in_a_declared_file_is_reported_in_a_sentence(
    built: Built, tmp_path: Path, name: str, break_it: str, says: str
) -> None:
    directory = shutil.copytree(built.directory, tmp_path / "build")

    found = rows_of(
        directory, built.results[name]["compiled_code"], break_it.format(directory=directory)
    )

    assert any(says in row["message"] for row in found), found


def test_the_shipped_edition_fails_no_test_and_is_warned_of_what_is_odd_in_the_book(
    built: Built,
) -> None:
    told = {
        name: result["status"]
        for name, result in built.results.items()
        if result["status"] not in ("pass", "success", "no-op")
    }

    assert told == {
        "no_level_jumps_implausibly_within_a_year": "warn",
        "no_undecided_finding_asks_for_a_look": "warn",
    }
    jumps = built.found_by("no_level_jumps_implausibly_within_a_year")
    assert {(row["indicator_id"], row["area_code"], row["period"]) for row in jumps} == {
        ("patents_granted", "CHE", "2024"),
        ("patents_granted", "CAN", "2024"),
        ("population", "CHE", "2024"),
    }


def test_every_singular_test_has_a_case_here_that_breaks_its_rule() -> None:
    written = {path.stem for path in (ROOT / "dbt_project" / "tests").glob("*.sql")}
    broken = {name for name, *_ in [*FAULTS, *EDITION_FAULTS]} | set(UNKNOWN_CODES)
    # Sources that the shipped edition does not pin have no row to break; these tests are the same
    # macro on another relation.
    same_macro = {
        "every_area_of_imf_weo_is_known",
        "every_area_of_oecd_national_accounts_is_known",
        "every_area_of_un_wpp_is_known",
        "every_partner_of_the_factory_survey_is_known",
    }

    assert written - broken == same_macro


def test_every_test_in_the_project_says_what_one_returned_row_means() -> None:
    for path in (ROOT / "dbt_project" / "tests").glob("*.sql"):
        assert "-- One returned row: " in path.read_text(encoding="utf-8"), path.name
