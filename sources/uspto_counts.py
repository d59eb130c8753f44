"""Published counts of US utility patents granted, by area of the first-named inventor.

Here: two CSV templates, counts by area and year and by area and technology field.
Not here: counting from the bulk tables of granted patents (`uspto_bulk`), density and shares
(dbt_project), the technology concordance (`wipo_concordance`).

The counts stand in for the bulk tables while those have not been landed. A count by field is of a
window of years, and its rank is among all areas, which cannot be computed from a few areas: it is
taken as published.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from sources.contract import Source, Table
from sources.tabular import read_templates, require
from sources.templates import template_of

GRANTS_BY_AREA_YEAR = Table(
    name="grants_by_area_year",
    columns={
        "area_code": pl.String(),
        "area_name": pl.String(),
        "grant_year": pl.Int32(),
        "grants": pl.Int64(),
    },
    key=("area_code", "grant_year"),
    description="Utility patents granted in a calendar year to first-named inventors of an area; "
    "area_code in two letters (WIPO ST.3), ALL for all areas.",
)
GRANTS_BY_AREA_FIELD = Table(
    name="grants_by_area_field",
    columns={
        "area_code": pl.String(),
        "area_name": pl.String(),
        "wipo_field": pl.Int32(),
        "first_year": pl.Int32(),
        "last_year": pl.Int32(),
        "grants": pl.Int64(),
        "rank_among_all_areas": pl.Int32(),
    },
    key=("area_code", "wipo_field", "first_year", "last_year"),
    description="Utility patents granted from first_year to last_year by area and WIPO technology "
    "field (1 to 35), with the area's rank among all areas where it is published.",
)


def read(files: Sequence[Path]) -> dict[str, pl.DataFrame]:
    """Read both templates; a file's table is known by its header."""
    tables = read_templates(
        files, (GRANTS_BY_AREA_YEAR, GRANTS_BY_AREA_FIELD), optional=("rank_among_all_areas",)
    )
    is_area = pl.col("area_code").str.contains(r"^([A-Z]{2}|ALL)$")
    rank = pl.col("rank_among_all_areas")
    for frame in tables.values():
        require(frame, "area_code", is_area, "two letters (WIPO ST.3) or ALL")
        require(frame, "grants", pl.col("grants") >= 0, "a count from 0")
    fields = tables["grants_by_area_field"]
    require(fields, "wipo_field", pl.col("wipo_field").is_between(1, 35), "a field from 1 to 35")
    in_order = pl.col("first_year") <= pl.col("last_year")
    require(fields, "last_year", in_order, "a year not before first_year")
    is_rank = rank.is_null() | (rank >= 1)
    require(fields, "rank_among_all_areas", is_rank, "a rank from 1 or an empty field")
    return tables


TEMPLATE_COLUMNS: dict[str, tuple[str, str]] = {
    "area_code": (
        "Area of the first-named inventor, two letters (WIPO ST.3); ALL for all areas.",
        "TW",
    ),
    "area_name": (
        "Its name.",
        "Taiwan",
    ),
    "grant_year": (
        "Calendar year of grant.",
        "2024",
    ),
    "grants": (
        "Utility patents granted, a whole number without grouping.",
        "12340",
    ),
    "wipo_field": (
        "WIPO technology field, 1 to 35.",
        "8",
    ),
    "first_year": (
        "First year of the count.",
        "2020",
    ),
    "last_year": (
        "Last year of the count.",
        "2024",
    ),
    "rank_among_all_areas": (
        "Place among all areas where it is published, else empty.",
        "4",
    ),
}

SOURCE = Source(
    id="uspto_counts",
    title_en="US utility patents granted: counts by area, year and technology field",
    title_zh="美國發明專利核准件數：依國別、年度及技術領域",
    publisher_en="United States Patent and Trademark Office (USPTO)",
    publisher_zh="美國專利商標局（USPTO）",
    homepage="https://www.uspto.gov/web/offices/ac/ido/oeip/taf/reports.htm",
    licence="Work of the United States government, not under copyright in the United States "
    "(17 U.S.C. 105)",
    citation="U.S. Patent and Trademark Office, utility patents granted by origin of the "
    "first-named inventor.",
    access="by hand",
    how_to_get="Fill in the two CSV templates (UTF-8) "
    "area_code,area_name,grant_year,grants and "
    "area_code,area_name,wipo_field,first_year,last_year,grants,rank_among_all_areas "
    "from the office's counts by country and year, and land both under one vintage.",
    tables=(GRANTS_BY_AREA_YEAR, GRANTS_BY_AREA_FIELD),
    read=read,
    feeds=("T1-2-13", "T1-2-14"),
    template=template_of((GRANTS_BY_AREA_YEAR, GRANTS_BY_AREA_FIELD), TEMPLATE_COLUMNS),
    rolling=True,
)
