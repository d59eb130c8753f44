"""OECD annual national accounts: value added and its components by activity (table 6).

Here: the flow, its columns and what the publisher says of them.
Not here: the CSV layouts (`sdmx_csv`), the value-added rate (dbt_project).

Traps. Taiwan is not in this flow; it comes from DGBAS. Not every country reports every activity.
One request for everything is too large: the vintage is several files, one per country or activity.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from sources import oecd_api
from sources.contract import Source, Table
from sources.sdmx_csv import read_observations
from sources.tabular import require

FLOW = "DSD_NAMAIN10@DF_TABLE6"
DIMENSIONS = (
    "freq",
    "ref_area",
    "sector",
    "counterpart_sector",
    "transaction",
    "instr_asset",
    "activity",
    "expenditure",
    "unit_measure",
    "price_base",
    "transformation",
    "table_identifier",
    "time_period",
)

OBSERVATION = Table(
    name="observation",
    columns={
        "dataflow": pl.String(),
        **dict.fromkeys(DIMENSIONS, pl.String()),
        "obs_value": pl.Float64(),
        "obs_status": pl.String(),
        "unit_mult": pl.Int32(),
        "base_per": pl.String(),
    },
    key=DIMENSIONS,
    description="One value of a national-accounts transaction for an area, activity and period. "
    "The value times 10^unit_mult is in the unit of unit_measure.",
)


def read(files: Sequence[Path]) -> dict[str, pl.DataFrame]:
    """Read table 6 in SDMX-CSV, codes only or with labels in any language."""
    frame = read_observations(
        files,
        flow=FLOW,
        columns=OBSERVATION.columns,
        dimensions=DIMENSIONS,
        period=r"^(19|20)[0-9][0-9](-Q[1-4])?$",
        period_words="a year or a quarter such as 2023 or 2023-Q4",
    )
    # Without it a value in millions would pass for one in units.
    has_scale = pl.col("unit_mult").is_not_null() | pl.col("obs_value").is_null()
    require(frame, "unit_mult", has_scale, "a power of ten beside every value: 0 for units")
    return {"observation": frame}


MANUFACTURING = {
    "freq": "A",
    "activity": "C",
    "unit_measure": "XDC",
    "price_base": "V",
}


def _part(transaction: str, words: str) -> oecd_api.Part:
    """One transaction of manufacturing, all areas: together they would be too large."""
    asked = {**MANUFACTURING, "transaction": transaction}
    key = tuple(asked.get(name, "") for name in DIMENSIONS if name != "time_period")
    return oecd_api.Part(f"table6_C_{transaction}.csv", key, f"manufacturing, {words}, all areas")


API = oecd_api.Flow(
    agency="OECD.SDD.NAD",
    id=FLOW,
    version="1.1",
    parts=(_part("B1G", "gross value added"), _part("P1", "output")),
    steps="open https://data-explorer.oecd.org, choose 'Annual value added and its components by "
    "economic activity', choose manufacturing (C), gross value added and output, current prices "
    "and national currency, download the filtered data as CSV, and land it with `whitepaper land "
    "oecd_national_accounts FILE --vintage YYYY-MM`",
)

SOURCE = Source(
    id="oecd_national_accounts",
    title_en="Annual national accounts: value added and its components by activity (table 6)",
    title_zh="年度國民所得帳：各行業附加價值及其組成（表6）",
    publisher_en="Organisation for Economic Co-operation and Development (OECD)",
    publisher_zh="經濟合作暨發展組織（OECD）",
    homepage="https://data-explorer.oecd.org",
    licence="CC BY 4.0 (OECD terms and conditions since July 2024)",
    citation="OECD, Annual national accounts, dataflow OECD.SDD.NAD:DSD_NAMAIN10@DF_TABLE6.",
    access="open",
    how_to_get="Download https://sdmx.oecd.org/public/rest/data/"
    "OECD.SDD.NAD,DSD_NAMAIN10@DF_TABLE6,1.1/A.<area>...B1G+P1..C..XDC.V..?format=csvfile per "
    "country (several joined by +) and land all files under one vintage. Limit: 60 downloads an "
    "hour.",
    tables=(OBSERVATION,),
    read=read,
    feeds=("F1-2-12",),
    fetcher=oecd_api.fetcher(API, read),
    steps=API.steps,
)
