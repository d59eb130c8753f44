"""USER, customs: the files in chunks with pandas, of each month the newest file's lines."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from bench.references import results
from bench.references.customs_files import PROTECTED_PARTNER, header_line

CHUNK = 1_000_000


def months_of(path: Path) -> pd.DataFrame:
    """Return year, month, goods6, partner, value of what may be added up in one file."""
    chunks = pd.read_csv(
        path,
        encoding="cp950",
        skiprows=header_line(path),
        usecols=["日期", "貨品號列", "國家", "新臺幣(千元)"],
        dtype=str,
        keep_default_na=False,
        chunksize=CHUNK,
    )
    parts = []
    for chunk in chunks:
        chunk = chunk.set_axis(["label", "code", "partner", "value"], axis=1)
        month = chunk.label.str.extract(r"^(?P<year>\d+)年(?P<month>\d+)月(?:\(初步值\))?$")
        chunk = pd.concat([chunk, month], axis=1).dropna(subset="month")
        chunk = chunk[~chunk.code.str.contains("[A-Za-z]") & (chunk.partner != PROTECTED_PARTNER)]
        chunk = chunk.assign(
            year=chunk.year.astype(int) + 1911,
            month=chunk.month.astype(int),
            goods6=chunk.code.str[:6],
            value=chunk.value.astype("int64"),
        )
        parts.append(
            chunk.groupby(["year", "month", "goods6", "partner"], as_index=False).value.sum()
        )
    return pd.concat(parts)


def main(raw: Path, out: Path) -> None:
    files = sorted(raw.glob("*.csv"))
    found = pd.concat([months_of(path).assign(file=path.name) for path in files])
    newest = found.groupby(["year", "month"]).file.transform("max")
    found = found[found.file == newest]
    results.write(
        out,
        {
            name: found.groupby(["year", name[:-1]])
            .value.sum()
            .reset_index()
            .itertuples(index=False)
            for name in ("goods6s", "partners")
        },
    )


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
