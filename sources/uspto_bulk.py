"""Bulk tables of US granted patents (PatentsView), as zips of the USPTO's Open Data Portal.

Here: which tables, and proof that each zip is whole and holds the table with the columns needed.
Not here: fetching them (`uspto_api`); reading them into typed tables, which waits until a table of
the book is counted from them (`tables` is empty); the published counts (`uspto_counts`).

The form, second hand: one TSV per zip, named like the zip; header row; fields parted by TAB, every
text in double quotes, `""` for a quote; TABs and line feeds may stand inside quotes. Optional
columns come and go between releases; a needed column that is missing is refused.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import IO

import polars as pl

from sources.containers import Limits, inspect_container
from sources.contract import Source, SourceError
from sources.uspto_api import FETCHER, TABLES

NEEDED_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "g_patent": ("patent_id", "patent_type", "patent_date", "withdrawn"),
    "g_application": ("patent_id", "filing_date"),
    "g_inventor_disambiguated": ("patent_id", "inventor_sequence", "location_id"),
    "g_inventor_not_disambiguated": ("patent_id", "inventor_sequence", "rawlocation_id"),
    "g_location_disambiguated": ("location_id", "disambig_country"),
    "g_location_not_disambiguated": ("rawlocation_id", "raw_country"),
    "g_assignee_disambiguated": ("patent_id", "assignee_sequence", "location_id"),
    "g_wipo_technology": ("patent_id", "wipo_field_sequence", "wipo_field_id"),
    "g_ipc_at_issue": (
        *("patent_id", "ipc_sequence", "section"),
        *("ipc_class", "subclass", "main_group", "subgroup"),
    ),
    "g_cpc_current": ("patent_id", "cpc_sequence", "cpc_subclass", "cpc_group"),
    "g_us_patent_citation": ("patent_id", "citation_sequence", "citation_patent_id"),
}
"""Tables that may be landed, and the columns without which one is of no use."""

LIMITS = Limits(inflated_bytes=128 << 30, members=1)
"""The longest tables inflate to tens of gigabytes; a bomb still shows in the ratio."""

RECORDS_LOOKED_AT = 100
_LONGEST_RECORD = 16 << 20


def check_tables(files: Sequence[Path]) -> dict[str, pl.DataFrame]:
    """Prove that each file is a whole zip with its table and the needed columns.

    Returns:
        No table: the source has none yet.

    Raises:
        SourceError: not a table that is known, a damaged or foreign zip, another member, a needed
            column missing, no record, or a record with another number of fields than the header.
    """
    if not files:
        raise SourceError("The snapshot has no file.", expected="zips such as g_patent.tsv.zip")
    for path in files:
        _check_table(path)
    return {}


def _check_table(path: Path) -> None:
    table = path.name.removesuffix(".zip").removesuffix(".tsv")
    if table not in NEEDED_COLUMNS or path.name != f"{table}.tsv.zip":
        raise SourceError(
            "The file has no name of a granted-patent table.",
            file=path,
            expected=", ".join(f"{name}.tsv.zip" for name in NEEDED_COLUMNS),
            todo="land the zip under the name that the portal gives it",
        )
    container = inspect_container(path, LIMITS)
    member = f"{table}.tsv"
    if container.kind != "zip" or set(container.members) != {member}:
        raise SourceError(
            f"The zip holds {', '.join(container.members) or 'nothing'}.",
            file=path,
            expected=member,
            todo="download the file again from the portal",
        )
    with zipfile.ZipFile(path) as archive, archive.open(member) as stream:
        _check_records(stream, table, path)


def _check_records(stream: IO[bytes], table: str, path: Path) -> None:
    """Look at the header and the first records; quotes may hold tabs and line feeds."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    reader = csv.reader(_short_lines(text, path), delimiter="\t", strict=True)
    try:
        header = next(reader, [])
        missing = [name for name in NEEDED_COLUMNS[table] if name not in header]
        if missing:
            raise SourceError(
                f"{table}.tsv lacks the column {', '.join(missing)}.",
                file=path,
                place="line 1",
                expected=", ".join(NEEDED_COLUMNS[table]),
                todo="see the product's data dictionary; if a column was renamed, declare it",
            )
        records = 0
        for record in islice(reader, RECORDS_LOOKED_AT):
            records += 1
            if len(record) != len(header):
                raise SourceError(
                    f"Record {records} of {table}.tsv has {len(record)} fields.",
                    file=path,
                    place=f"line {reader.line_num}",
                    expected=f"{len(header)}, as in the header",
                    todo="download the file again from the portal",
                )
    except (csv.Error, UnicodeDecodeError) as error:
        raise SourceError(
            f"{table}.tsv is not the quoted text that it should be ({error}).",
            file=path,
            expected="UTF-8, fields parted by TAB, quotes doubled inside quotes",
            todo="download the file again from the portal",
        ) from error
    if not records:
        raise SourceError(
            f"{table}.tsv has a header and no record.", file=path, expected="at least one record"
        )


def _short_lines(text: io.TextIOWrapper, path: Path) -> Iterator[str]:
    """Yield lines, but no line so long that it is no table."""
    while line := text.readline(_LONGEST_RECORD):
        if len(line) == _LONGEST_RECORD:
            raise SourceError(
                "A line is longer than any record can be.",
                file=path,
                expected=f"less than {_LONGEST_RECORD:,} characters",
            )
        yield line


SOURCE = Source(
    id="uspto_bulk",
    title_en="US granted patents: bulk tables (PatentsView, PVGPATDIS)",
    title_zh="美國核准專利大量資料（PatentsView）",
    publisher_en="United States Patent and Trademark Office (USPTO)",
    publisher_zh="美國專利商標局（USPTO）",
    homepage="https://data.uspto.gov/bulkdata/datasets/pvgpatdis",
    licence="CC BY 4.0 (PatentsView)",
    citation="U.S. Patent and Trademark Office, PatentsView granted patent disambiguated data "
    "(PVGPATDIS), Open Data Portal.",
    access="open",
    how_to_get=(
        "A key of the Open Data Portal (USPTO.gov account with ID.me) in the environment variable "
        "USPTO_API_KEY, then `whitepaper fetch uspto_bulk`: some gigabytes, and at most 20 "
        "downloads of a file in a year, which are counted. Or sign in at data.uspto.gov, download "
        "the zips of PVGPATDIS by hand and land them under their own names, all of one release as "
        "one vintage.\n"
        "需申請金鑰；同一檔案每年至多下載 20 次。亦可登入網站下載後，以原檔名存入。"
    ),
    tables=(),
    read=check_tables,
    fetcher=FETCHER,
    feeds=(),
    steps="sign in at https://data.uspto.gov (USPTO.gov account), open the product "
    "PVGPATDIS of Bulk Data and download the zips of one release under their own names: "
    + ", ".join(f"{table}.tsv.zip" for table in TABLES),
    max_inflated_bytes=LIMITS.inflated_bytes,
    compared_by_files=True,
)
