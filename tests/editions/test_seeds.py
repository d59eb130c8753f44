"""The dimensions in dbt_project/seeds name every area, industry, field and unit once.

Here: the content of the seed files against the book and real files. Not here: dbt's own tests.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from editions import read_edition

REPOSITORY = Path(__file__).resolve().parents[2]
SEEDS = REPOSITORY / "dbt_project" / "seeds"
SAMPLES = REPOSITORY.parent / "shared" / "samples"


def _seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _aliases(name: str, key: str) -> dict[tuple[str, str], str]:
    lines = _seed(name)
    aliases = {(line["source_id"], line["alias"]): line[key] for line in lines}
    assert len(aliases) == len(lines), "an alias stands twice"
    return aliases


def test_area_codes_and_two_letter_codes_stand_once() -> None:
    areas = _seed("area")
    codes = [area["area_code"] for area in areas]
    two_letters = [area["iso2"] for area in areas if area["iso2"]]
    assert len(set(codes)) == len(codes)
    assert len(set(two_letters)) == len(two_letters)
    assert {"OECD", "EU27_2020", "WLD", "UNK"} <= set(codes)
    assert sum(area["kind"] == "country" for area in areas) == 250  # ISO 3166-1 and Kosovo


def test_taiwan_has_one_name_in_tables_and_another_in_prose() -> None:
    taiwan = next(area for area in _seed("area") if area["area_code"] == "TWN")
    assert (taiwan["name_zh"], taiwan["name_zh_prose"], taiwan["name_en"]) == (
        "中華民國",
        "臺灣",
        "Taiwan",
    )


def test_areas_are_called_as_the_book_prints_them() -> None:
    names = {area["area_code"]: area["name_zh"] for area in _seed("area")}
    for cell in read_edition("2025-26").printed_cells:
        # T1-2-01 alone prints OECD全體.
        if cell.row_key in names and cell.row_label_zh != "OECD全體":
            assert names[cell.row_key] == cell.row_label_zh


def test_every_alias_leads_to_an_area_or_an_industry() -> None:
    areas = {area["area_code"] for area in _seed("area")}
    industries = {industry["industry_key"] for industry in _seed("industry")}
    assert set(_aliases("area_alias", "area_code").values()) <= areas
    assert set(_aliases("industry_alias", "industry_key").values()) <= industries


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="samples of real files are not at hand")
def test_every_partner_of_the_customs_samples_is_known() -> None:
    aliases = _aliases("area_alias", "area_code")
    partners = set()
    for path in (SAMPLES / "customs").glob("*.csv"):
        text = path.read_bytes().decode("cp950")
        partners |= {line["國家"] for line in csv.DictReader(io.StringIO(text))}
    assert partners
    assert not {name for name in partners if ("customs_portal", name) not in aliases}
    assert aliases["customs_portal", "資訊保護國別"] == "UNK"


def test_every_manufacturing_division_of_the_national_accounts_is_known() -> None:
    divisions = [i for i in _seed("industry") if i["dgbas_name_zh"]]
    aliases = _aliases("industry_alias", "industry_key")
    assert len(divisions) == 26  # CA to CY and manufacturing itself
    for division in divisions:
        alias = aliases["dgbas_national_accounts", division["dgbas_name_zh"]]
        assert alias == division["industry_key"]


def test_every_printed_industry_has_a_key_and_its_printed_name() -> None:
    industries = {industry["industry_key"]: industry["name_zh"] for industry in _seed("industry")}
    aliases = _aliases("industry_alias", "industry_key")
    for cell in read_edition("2025-26").printed_cells:
        if cell.table_id in ("T1-2-15", "T1-2-16"):
            name = cell.row_label_zh.split(".")[-1]
            source = {"T1-2-15": "moea_factory_survey", "T1-2-16": "dgbas_national_accounts"}
            assert cell.row_key in industries
            assert aliases[source[cell.table_id], name] == cell.row_key


def test_divisions_keep_their_leading_zero() -> None:
    divisions = {i["industry_key"]: i["sic_rev11"] for i in _seed("industry")}
    assert divisions["food_and_feed"] == "08"


def test_fields_are_called_as_table_1_2_14_prints_them_and_end_at_32() -> None:
    fields = {field["field_key"]: field for field in _seed("wipo_field")}
    table = next(t for t in read_edition("2025-26").tables if t.id == "T1-2-14")
    for row in table.rows.items:
        assert (fields[row.key]["name_zh"], fields[row.key]["name_en"]) == (
            row.label_zh,
            row.label_en,
        )
    order = [
        (int(fields[row.key]["domain_position"]), int(fields[row.key]["field_number"]))
        for row in table.rows.items
    ]
    assert order == sorted(order)
    outside = [int(f["field_number"]) for f in fields.values() if not f["domain_key"]]
    assert outside == [33, 34, 35]


def test_one_unit_code_has_one_name() -> None:
    indicators = _seed("indicator")
    names = {(i["unit_code"], i["unit_zh"], i["unit_en"]) for i in indicators}
    assert len(names) == len({i["unit_code"] for i in indicators})
    # A bound is left empty where no size of change would be a fault.
    told = [name for name in indicators[0] if not name.startswith("largest_")]
    assert all(indicator[name] for indicator in indicators for name in told)
