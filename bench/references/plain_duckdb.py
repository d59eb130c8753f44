"""BARE: what a user of DuckDB would write, with the zips' members fed to its CSV reader.

DuckDB reads no zip. `piped`, as most would: another process unpacks into a pipe that DuckDB reads.
`reframed`, for who knows that a zip's member is a gzip file but for its frame: from such a file
DuckDB reads in three fifths of the time.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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


UNPACK = """
import shutil, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive, archive.open(archive.namelist()[0]) as member:
    shutil.copyfileobj(member, sys.stdout.buffer, 1 << 20)
"""


@contextmanager
def fed(path: Path, work: Path, feeding: str) -> Iterator[str]:
    """What DuckDB is to read for a zip."""
    if feeding == "reframed":
        gzip = reframed(path, work)
        yield str(gzip)
        gzip.unlink()
        return
    command = [sys.executable, "-c", UNPACK, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield f"/dev/fd/{process.stdout.fileno()}"
    if process.returncode:
        raise SystemExit(f"{path} could not be unpacked.")


def main(raw: Path, rules: Path, out: Path, feeding: str) -> None:
    with tempfile.TemporaryDirectory(prefix="duckdb-", dir=out.parent) as temporary:
        work = Path(temporary)
        with duckdb.connect(work / "plain.duckdb") as connection:
            for table, sql in TABLES.items():
                with fed(raw / f"{table}.tsv.zip", work, feeding) as file:
                    rows = (
                        f"read_csv('{file}', delim = '\t', header = true, all_varchar = true, "
                        "quote = '\"', escape = '\"')"
                    )
                    connection.execute(sql.format(rows=rows))
            results.bring_rules(connection, rules)
            results.write(out, results.patent_results(connection))


if __name__ == "__main__":
    given_raw, given_rules, given_out = map(Path, sys.argv[1:4])
    main(given_raw, given_rules, given_out, feeding=sys.argv[4])
