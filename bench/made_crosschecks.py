"""Made-up PatentsView tables that counting can do without, beside those of `made_patents`.

Here: the raw inventors and raw places of the patents of a made-up release, and the publisher's own
technology fields with their defects. Not here: the five tables that are always made
(`made_patents`), which `bench` measures; these are for tests and trials, and held in memory.

What the real tables do: raw codes that are no ISO codes, or none; a state in place of the country;
raw places that contradict the located one, are listed twice or not at all, or belong to others than
inventors; inventors without a raw record; fields of all parts of a split subclass, the three most
frequent ones and their equals; patents without a field.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl

from bench.zipping import Piece, write_zip

SEEDS = Path(__file__).resolve().parents[1] / "dbt_project" / "seeds"

RAW_OF_UNLOCATED = (  # raw country, raw state, whether there is a record, a raw id, a raw place
    ("TW", "", True, True, True),
    ("TWX", "", True, True, True),
    ("", "CA", True, True, True),
    ("ZZX", "", True, True, True),
    ("", "", True, True, True),
    ("", "ON", True, True, True),
    ("jp ", "", True, True, True),
    ("XX", "", True, True, True),
    ("DE", "", True, True, False),
    ("DE", "", True, False, True),
    ("DE", "", False, True, True),
)
"""What stands on the patent of an inventor without a place, in turn."""

CONTRADICTING = "MT"
OTHERS = 0.3
"""Raw places of assignees and others, as a share of the inventors'."""


def add_crosschecks(made: Mapping[str, Path], seed: int = 0) -> dict[str, Path]:
    """Write the zips of the optional tables beside those of a made-up release.

    Args:
        made: the zip of each table of the release.
        seed: other seeds give other data of the same shape.

    Returns:
        The zip of each optional table.
    """
    directory = made["g_patent"].parent
    inventors, places = _raw(made, seed)
    frames = {
        "g_inventor_not_disambiguated": inventors,
        "g_location_not_disambiguated": places,
        "g_wipo_technology": _fields(made),
    }
    paths = {}
    for table, frame in frames.items():
        text = io.BytesIO()
        frame.write_csv(text, separator="\t", quote_style="non_numeric", include_header=False)
        header = "\t".join(f'"{name}"' for name in frame.columns) + "\n"
        paths[table] = directory / f"{table}.tsv.zip"
        write_zip(paths[table], f"{table}.tsv", [Piece.of(header.encode() + text.getvalue())])
    return paths


def _read(made: Mapping[str, Path], table: str, *columns: str) -> pl.DataFrame:
    with zipfile.ZipFile(made[table]) as archive:
        text = archive.read(f"{table}.tsv")
    return pl.read_csv(text, separator="\t", infer_schema=False, columns=list(columns))


def _raw(made: Mapping[str, Path], seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    country = (
        _read(made, "g_location_disambiguated", "location_id", "disambig_country")
        .group_by("location_id")
        .agg(pl.max("disambig_country").alias("country"))
    )
    frame = (
        _read(made, "g_inventor_disambiguated", "patent_id", "inventor_sequence", "location_id")
        .with_columns(pl.col("inventor_sequence").cast(pl.Int32))
        .join(country, on="location_id", how="left")
        .sort("patent_id", "inventor_sequence", "location_id")
    )
    rng = np.random.default_rng([seed, 5])
    case = pl.DataFrame(
        RAW_OF_UNLOCATED,
        schema=["raw_country", "raw_state", "has_record", "has_id", "has_place"],
        orient="row",
    ).with_row_index("case")
    unlocated = pl.col("country").fill_null("") == ""
    luck = pl.Series("luck", rng.random(frame.height))
    frame = (
        frame.with_columns(
            luck,
            _ids(rng, frame.height).alias("rawlocation_id"),
            pl.when(unlocated)
            .then((unlocated.cum_sum() - 1) % len(RAW_OF_UNLOCATED))
            .cast(pl.UInt32)
            .alias("case"),
        )
        .join(case, on="case", how="left", maintain_order="left")
        .with_columns(
            pl.when(pl.col("case").is_not_null())
            .then("raw_country")
            .when(luck < 0.1)
            .then(pl.lit(CONTRADICTING))
            .when((luck < 0.6) & (pl.col("country") == "US"))
            .then(pl.lit(None, pl.String))
            .otherwise("country")
            .alias("raw_country"),
            pl.when(pl.col("case").is_not_null())
            .then("raw_state")
            .when(pl.col("country") == "US")
            .then(pl.lit("CA"))
            .otherwise(pl.lit(""))
            .alias("raw_state"),
            pl.col("has_record", "has_id", "has_place").fill_null(True),
        )
    )
    inventors = frame.filter("has_record").select(
        "patent_id",
        "inventor_sequence",
        pl.lit("fl:a_ln:b-1").alias("inventor_id"),
        pl.lit('Robert "Bob"').alias("raw_inventor_name_first"),
        pl.lit("Jr.\nO\tNeil").alias("raw_inventor_name_last"),
        pl.lit(0).alias("deceased_flag"),
        pl.when("has_id").then("rawlocation_id").otherwise(pl.lit("")).alias("rawlocation_id"),
    )
    of_inventors = frame.filter("has_place").select(
        "rawlocation_id", "location_id", "raw_state", "raw_country"
    )
    again = of_inventors.filter(pl.col("raw_country") == "TWX").head(2)
    others = round(frame.height * OTHERS)
    places = pl.concat(
        [
            of_inventors,
            again.with_columns(pl.lit("").alias("raw_country")),
            pl.DataFrame({"rawlocation_id": _ids(rng, others)}).with_columns(
                pl.lit("").alias("location_id"),
                pl.lit("").alias("raw_state"),
                pl.lit("QQ").alias("raw_country"),
            ),
        ]
    ).select(
        "rawlocation_id",
        "location_id",
        pl.lit('San "J"\tose').alias("raw_city"),
        "raw_state",
        "raw_country",
    )
    return inventors[rng.permutation(inventors.height)], places[rng.permutation(places.height)]


def _ids(rng: np.random.Generator, rows: int) -> pl.Series:
    first, second = (rng.integers(0, 1 << 32, rows).tolist() for _ in range(2))
    return pl.Series(
        [
            f"{a:08x}-0b7e-11ee-{b >> 16:04x}-{b & 65535:04x}a1b2c3d4"
            for a, b in zip(first, second, strict=True)
        ]
    )


def _fields(made: Mapping[str, Path]) -> pl.DataFrame:
    """The publisher's way: every field of the subclass, split or not; the most frequent three."""
    rule = pl.read_csv(SEEDS / "wipo_field_ipc.csv").select("ipc_subclass", "field_number").unique()
    title = pl.read_csv(SEEDS / "wipo_field.csv").select(
        "field_number",
        pl.col("sector_en").alias("wipo_sector_title"),
        pl.col("name_en").alias("wipo_field_title"),
    )
    symbols = _read(made, "g_ipc_at_issue", "patent_id", "section", "ipc_class", "subclass")
    return (
        symbols.select(
            "patent_id",
            pl.concat_str(
                "section", pl.col("ipc_class").str.zfill(2), pl.col("subclass").fill_null("")
            ).alias("ipc_subclass"),
        )
        # Some have no CPC symbol, and so no field.
        .filter(pl.col("patent_id").str.slice(-2) != "37")
        .join(rule, on="ipc_subclass")
        .group_by("patent_id", "field_number")
        .agg(pl.len().alias("symbols"))
        .filter(pl.col("symbols").rank("min", descending=True).over("patent_id") <= 3)
        .join(title, on="field_number")
        .sort("patent_id", "field_number")
        .select(
            "patent_id",
            (pl.int_range(pl.len()).over("patent_id")).alias("wipo_field_sequence"),
            pl.col("field_number").cast(pl.String).alias("wipo_field_id"),
            "wipo_sector_title",
            "wipo_field_title",
        )
    )
