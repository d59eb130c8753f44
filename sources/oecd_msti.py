"""OECD Main Science and Technology Indicators (MSTI), the complete flow or a part of it.

Here: the flow, its columns and what the publisher says of them.
Not here: the CSV layouts (`sdmx_csv`), which series feeds which indicator (dbt_project).

Traps. Asking for an old version is answered with an older, frozen edition: believe the version in
the file. A row without a value and with status B is a break marker, with K a value included
elsewhere. GERD in constant PPP comes as level (`_Z`), growth (`GY`) and index (`IX`) under the same
MEASURE, UNIT_MEASURE and PRICE_BASE. BASE_PER differs between rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from sources import oecd_api
from sources.contract import Source, Table
from sources.sdmx_csv import read_observations
from sources.tabular import require

FLOW = "DSD_MSTI@DF_MSTI"
DIMENSIONS = (
    "ref_area",
    "freq",
    "measure",
    "unit_measure",
    "price_base",
    "transformation",
    "time_period",
)

OBSERVATION = Table(
    name="observation",
    columns={
        "dataflow": pl.String(),
        **dict.fromkeys(DIMENSIONS, pl.String()),
        "obs_value": pl.Float64(),
        "obs_status": pl.String(),
        "obs_status_2": pl.String(),
        "obs_status_3": pl.String(),
        "aux_obs_status": pl.String(),
        "conf_status": pl.String(),
        "unit_mult": pl.Int32(),
        "base_per": pl.String(),
        "decimals": pl.Int32(),
    },
    key=DIMENSIONS,
    description="One value of a series for an area and year, with its flags; null where the OECD "
    "gives a flag only. The value times 10^unit_mult is in the unit of unit_measure.",
)


def read(files: Sequence[Path]) -> dict[str, pl.DataFrame]:
    """Read MSTI in SDMX-CSV, codes only or with labels in any language."""
    frame = read_observations(
        files,
        flow=FLOW,
        columns=OBSERVATION.columns,
        dimensions=DIMENSIONS,
        period=r"^(19|20)[0-9][0-9]$",
        period_words="a year such as 2023",
    )
    require(frame, "freq", pl.col("freq") == "A", "A: MSTI is annual")
    # Without it a level in millions would pass for one in units.
    has_scale = pl.col("unit_mult").is_not_null() | pl.col("obs_value").is_null()
    require(frame, "unit_mult", has_scale, "a power of ten beside every value: 0 for units")
    return {"observation": frame}


API = oecd_api.Flow(
    agency="OECD.STI.STP",
    id=FLOW,
    version="1.3",
    parts=(oecd_api.Part("msti.csv", ("",) * (len(DIMENSIONS) - 1), "all of MSTI"),),
    steps="open https://data-explorer.oecd.org, choose 'Main Science and Technology Indicators', "
    "download the unfiltered data as CSV, and land it with `whitepaper land oecd_msti FILE "
    "--vintage YYYY-MM`",
)

SOURCE = Source(
    id="oecd_msti",
    title_en="Main Science and Technology Indicators",
    title_zh="主要科學技術指標（MSTI）",
    publisher_en="Organisation for Economic Co-operation and Development (OECD)",
    publisher_zh="經濟合作暨發展組織（OECD）",
    homepage="https://www.oecd.org/en/data/datasets/main-science-and-technology-indicators.html",
    licence="CC BY 4.0 (OECD terms and conditions since July 2024)",
    citation="OECD, Main Science and Technology Indicators, dataflow "
    "OECD.STI.STP:DSD_MSTI@DF_MSTI(1.3).",
    access="open",
    how_to_get="Download https://sdmx.oecd.org/public/rest/data/OECD.STI.STP,DSD_MSTI@DF_MSTI,1.3/"
    "?format=csvfile with `Accept-Language: en`, or the unfiltered CSV of the Data Explorer. "
    "Twice a year (March, September). Limit: 60 downloads an hour.",
    tables=(OBSERVATION,),
    read=read,
    feeds=("T1-2-01", "T1-2-02", "T1-2-03", "T1-2-04", "T1-2-05", "F1-2-01"),
    fetcher=oecd_api.fetcher(API, read),
    steps=API.steps,
    release_months=(3, 9),
)
