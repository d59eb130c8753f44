"""BARE, customs: the files decoded to UTF-8, then read and added up by DuckDB."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import duckdb

from bench.references import results
from bench.references.customs_files import PROTECTED_PARTNER, header_line

BLOCK = 16 << 20
COLUMNS = ("flow", "label", "code", "name_zh", "name_en", "partner", "value", "weight")

LINES = r"""
create temp table line as
select file, 1911 + month[1]::integer as year, month[2]::integer as month,
    left(code, 6) as goods6, partner, value::bigint as value
from (
    select parse_filename(filename) as file, code, partner, value,
        regexp_extract(label, '^(\d+)年(\d+)月(\(初步值\))?$', ['1', '2']) as found,
        [found['1'], found['2']] as month
    from read_csv({files}, header = false, delim = ',', quote = '', escape = '', filename = true,
        columns = {columns})
)
where month[2] <> '' and not regexp_matches(code, '[A-Za-z]') and partner <> '{protected}'
"""
NEWEST = """
create temp table newest as
select * from line
semi join (select year, month, max(file) as file from line group by all) using (year, month, file)
"""


def decoded(path: Path, directory: Path) -> Path:
    """Write the lines below the header as UTF-8."""
    out = directory / path.name
    skipped = header_line(path) + 1
    with path.open(encoding="cp950", newline="") as file, out.open("w", newline="") as copy:
        for _ in range(skipped):
            file.readline()
        while text := file.read(BLOCK):
            copy.write(text)
    return out


def main(raw: Path, out: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="duckdb-", dir=out.parent) as temporary:
        work = Path(temporary)
        files = [str(decoded(path, work)) for path in sorted(raw.glob("*.csv"))]
        with duckdb.connect(work / "plain.duckdb") as connection:
            columns = {name: "VARCHAR" for name in COLUMNS}
            connection.execute(
                LINES.format(files=files, columns=columns, protected=PROTECTED_PARTNER)
            )
            connection.execute(NEWEST)
            found = {
                name: connection.execute(
                    f"select year, {name[:-1]}, sum(value) from newest group by all"
                ).fetchall()
                for name in ("goods6s", "partners")
            }
        results.write(out, found)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
