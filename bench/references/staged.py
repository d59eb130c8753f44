"""REF: stage the zips to typed Parquet with polars, then plain SQL over it. No checks, no lineage.

The least that has to be done: each member is reframed as gzip and scanned once, only the columns
that are needed are kept, patent numbers are integers.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import duckdb
import polars as pl

from bench.references import results
from bench.references.reframing import reframed

NUMBERS = ("patent_id", "citation_patent_id", "inventor_sequence", "main_group", "withdrawn")
"""Read as Int32 by the CSV reader itself; what is no number (D900001) becomes null."""

TABLES: dict[str, list[pl.Expr]] = {
    "g_patent": [
        pl.col("patent_id").alias("id"),
        pl.col("patent_date").str.head(4).cast(pl.Int32).alias("year"),
        (pl.col("patent_type") == "utility").alias("is_utility"),
        (pl.col("withdrawn") != 0).alias("is_withdrawn"),
    ],
    "g_inventor_disambiguated": [
        pl.col("patent_id").alias("id"),
        pl.col("inventor_sequence").alias("sequence"),
        pl.col("location_id").alias("location"),
    ],
    "g_location_disambiguated": [
        pl.col("location_id").alias("location"),
        pl.col("disambig_country").alias("country"),
    ],
    "g_ipc_at_issue": [
        pl.col("patent_id").alias("id"),
        (pl.col("section") + pl.col("ipc_class") + pl.col("subclass")).alias("subclass"),
        pl.col("main_group"),
    ],
    "g_us_patent_citation": [
        pl.col("patent_id").alias("citing"),
        pl.col("citation_patent_id").alias("cited"),
    ],
}


def stage(raw: Path, work: Path) -> None:
    for table, columns in TABLES.items():
        gzip = reframed(raw / f"{table}.tsv.zip", work)
        text = pl.scan_csv(gzip, separator="\t", infer_schema=False)
        numbers = {name: pl.Int32 for name in NUMBERS if name in text.collect_schema().names()}
        typed = pl.scan_csv(
            gzip,
            separator="\t",
            infer_schema=False,
            schema_overrides=numbers,
            ignore_errors=True,
        )
        typed.select(columns).sink_parquet(
            work / f"{table}.parquet", compression="zstd", compression_level=1, maintain_order=False
        )
        gzip.unlink()


def main(raw: Path, rules: Path, out: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="staged-", dir=out.parent) as temporary:
        work = Path(temporary)
        stage(raw, work)
        with duckdb.connect() as connection:
            connection.execute("set memory_limit = '1GB'; set preserve_insertion_order = false")
            connection.execute(f"set temp_directory = '{work}'")
            staged = {
                "inventor": "g_inventor_disambiguated",
                "place": "g_location_disambiguated",
                "symbol": "g_ipc_at_issue",
                "citation": "g_us_patent_citation",
            }
            for name, table in staged.items():
                connection.execute(f"create view {name} as from '{work}/{table}.parquet'")
            connection.execute(
                f"create view patent as select id, year from '{work}/g_patent.parquet' "
                "where is_utility and not is_withdrawn"
            )
            results.bring_rules(connection, rules)
            results.write(out, results.patent_results(connection))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
