"""BARE: what a user of DuckDB would write, with the zips' members fed to its CSV reader."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import duckdb

from bench.references import results
from bench.references.reframing import reframed

TABLES = {
    "g_patent": """
        create table patent as
        select try_cast(patent_id as integer) as id, year(patent_date::date) as year
        from {rows} where patent_type = 'utility' and withdrawn = '0'
    """,
    "g_inventor_disambiguated": """
        create table inventor as
        select
            try_cast(patent_id as integer) as id, inventor_sequence::integer as sequence,
            location_id as location
        from {rows} where try_cast(patent_id as integer) is not null
    """,
    "g_location_disambiguated": """
        create table place as
        select location_id as location, disambig_country as country from {rows}
    """,
    "g_ipc_at_issue": """
        create table symbol as
        select
            try_cast(patent_id as integer) as id, section || ipc_class || subclass as subclass,
            try_cast(main_group as integer) as main_group
        from {rows} where try_cast(patent_id as integer) is not null
    """,
    "g_us_patent_citation": """
        create table citation as
        select
            try_cast(patent_id as integer) as citing,
            try_cast(citation_patent_id as integer) as cited
        from {rows}
        where try_cast(patent_id as integer) is not null
            and try_cast(citation_patent_id as integer) is not null
    """,
}


def main(raw: Path, rules: Path, out: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="duckdb-", dir=out.parent) as temporary:
        work = Path(temporary)
        with duckdb.connect(work / "plain.duckdb") as connection:
            for table, sql in TABLES.items():
                gzip = reframed(raw / f"{table}.tsv.zip", work)
                rows = (
                    f"read_csv('{gzip}', delim = '\t', header = true, all_varchar = true, "
                    "quote = '\"', escape = '\"')"
                )
                connection.execute(sql.format(rows=rows))
                gzip.unlink()
            results.bring_rules(connection, rules)
            results.write(out, results.patent_results(connection))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
