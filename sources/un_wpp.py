"""United Nations World Population Prospects: demographic indicators, as CSV, gzip or zip.

Here: unpacking, the columns and what the publisher says of them.
Not here: ranks of countries by population (dbt_project).

Traps. The population is in thousands, once for 1 January and once for 1 July. The file has regions
and income groups beside countries; LocTypeID 4 is a country or area. A cut download still opens
as gzip, so the container is read to its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from sources import un_api
from sources.containers import inspect_container, read_gzip, read_member
from sources.contract import Source, SourceError, Table
from sources.tabular import cast_strict, read_csv, require

COLUMNS_OF_THE_FILE = {
    "LocID": "loc_id",
    "ISO3_code": "iso3_code",
    "LocTypeID": "loc_type_id",
    "Location": "location",
    "Variant": "variant",
    "Time": "time",
    "TPopulation1Jan": "population_1jan_thousand",
    "TPopulation1July": "population_1july_thousand",
}

DEMOGRAPHIC_INDICATOR = Table(
    name="demographic_indicator",
    columns={
        "loc_id": pl.Int32(),
        "iso3_code": pl.String(),
        "loc_type_id": pl.Int32(),
        "location": pl.String(),
        "variant": pl.String(),
        "time": pl.Int32(),
        "population_1jan_thousand": pl.Float64(),
        "population_1july_thousand": pl.Float64(),
    },
    key=("loc_id", "variant", "time"),
    description="Population of a location on 1 January and 1 July of a year, in thousands, by "
    "projection variant; estimates up to the year before the revision.",
)


def read(files: Sequence[Path]) -> dict[str, pl.DataFrame]:
    """Read the demographic indicators; each file is a CSV, its gzip or a zip with one CSV."""
    if not files:
        raise SourceError("The snapshot has no files.", expected="the CSV, its .gz or .zip")
    dtypes = {
        name: DEMOGRAPHIC_INDICATOR.columns[column] for name, column in COLUMNS_OF_THE_FILE.items()
    }
    frames = []
    for path in files:
        raw = read_csv(unpack(path), list(dtypes), file=path.name)
        filled = ("LocID", "Location", "Time")
        frame = cast_strict(raw, dtypes, path.name, never_empty=filled)
        for name in ("TPopulation1Jan", "TPopulation1July"):
            is_possible = (pl.col(name) >= 0) | pl.col(name).is_null()
            require(frame, name, is_possible, "a population from 0")
        frames.append(frame.rename(COLUMNS_OF_THE_FILE))
    return {"demographic_indicator": pl.concat(frames)}


def unpack(path: Path) -> Path | bytes:
    """Return the CSV in a container, or the path itself when it is no container.

    Raises:
        SourceError: the container is cut off or damaged, or holds not exactly one CSV.
    """
    container = inspect_container(path)
    if container.kind == "gzip":
        return read_gzip(path)
    if container.kind != "zip":
        return path
    names = [name for name in container.members if name.lower().endswith(".csv")]
    if len(names) != 1:
        raise SourceError(
            f"The zip holds {len(names)} CSV files.",
            file=path,
            expected="one: the demographic indicators of one variant",
        )
    return read_member(path, names[0])


SOURCE = Source(
    id="un_wpp",
    title_en="World Population Prospects: demographic indicators",
    title_zh="世界人口展望：人口指標",
    publisher_en="United Nations, Department of Economic and Social Affairs, Population Division",
    publisher_zh="聯合國經濟和社會事務部人口司",
    homepage="https://population.un.org/wpp/",
    licence="CC BY 3.0 IGO",
    citation="United Nations, Department of Economic and Social Affairs, Population Division "
    "(2024). World Population Prospects 2024, Online Edition.",
    access="open",
    how_to_get="On https://population.un.org/wpp/downloads choose CSV format, Demographic "
    "Indicators, medium variant (WPP2024_Demographic_Indicators_Medium.csv.gz, about 16 MB); land "
    "the .csv.gz as it is. A new revision appears every second year.",
    tables=(DEMOGRAPHIC_INDICATOR,),
    read=read,
    feeds=("T1-1-01",),
    fetcher=un_api.fetcher(read),
    steps=un_api.STEPS,
    release_months=(7,),
)
