"""UNSD's tables between editions of the Harmonized System (HS): which code became which.

Here: the workbooks "HS2022toHS2017ConversionAndCorrelationTables.xlsx" and its older sisters, each
with a sheet of conversions (one target for every code) and one of correlations (all relations).
Not here: what is carried over a bridge, and what a code with several counterparts means
(dbt_project).

Traps: the header of the correlations stands below a line of its own and has a blank in `` HS2017``;
999999 is a code like others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from sources.contract import Source, SourceError, Table
from sources.excel import Sheet, Workbook

CODE = re.compile(r"[0-9]{6}")
EDITION = re.compile(r"(?:From |To )?\s*HS\s?((?:19|20)[0-9]{2})")
RELATIONSHIPS = ("1:1", "1:n", "n:1", "n:n")
HEADER_WITHIN = 5

_CODES = {
    "from_edition": pl.String(),
    "from_code": pl.String(),
    "to_edition": pl.String(),
    "to_code": pl.String(),
}
CONVERSION = Table(
    name="conversion",
    columns=_CODES,
    key=("from_edition", "from_code", "to_edition"),
    description="The one older code that UNSD converts a newer one to.",
)
CORRELATION = Table(
    name="correlation",
    columns={**_CODES, "relationship": pl.String()},
    key=("from_edition", "from_code", "to_edition", "to_code"),
    description="Two codes that have goods in common, and whether they have others besides.",
)


def read(files: Sequence[Path]) -> dict[str, pl.DataFrame]:
    """Read one or more workbooks, each between two editions.

    Raises:
        SourceError: a workbook without one of the two sheets, a code that is not six digits, an
            unknown relationship.
    """
    parts: dict[str, list[pl.DataFrame]] = {"conversion": [], "correlation": []}
    for path in files:
        book = Workbook(path)
        for name, kind in (("conversion", "Conversion"), ("correlation", "Correlation")):
            sheets = [sheet for sheet in book.sheet_names if kind.casefold() in sheet.casefold()]
            if len(sheets) != 1:
                raise SourceError(
                    f"The workbook has {len(sheets)} sheets of {kind.lower()}s.",
                    file=path,
                    expected=f"one sheet named like 'HS2022-HS2017 {kind}s'",
                    todo="land the workbook of UNSD's page of correspondence tables",
                )
            parts[name].append(_read_sheet(book.sheet(sheets[0]), name, path))
    return {name: pl.concat(frames) for name, frames in parts.items()}


def _read_sheet(sheet: Sheet, name: str, path: Path) -> pl.DataFrame:
    width = 3 if name == "correlation" else 2
    editions: list[str] = []
    rows: list[tuple[str | int, ...]] = []
    for number, row in enumerate(sheet.rows):
        cells = [cell.strip() for cell in row.cells[:width]]
        if not editions:
            found = [EDITION.fullmatch(cell) for cell in cells[:2]]
            editions = [f"HS{match[1]}" for match in found if match]
            if len(editions) == 2:
                continue
            editions = []
            if number >= HEADER_WITHIN:
                break
            continue
        codes_fit = all(CODE.fullmatch(cell) for cell in cells[:2])
        if len(cells) < width or not codes_fit or (width == 3 and cells[2] not in RELATIONSHIPS):
            raise SourceError(
                f"'{' '.join(cells)}' cannot be.",
                file=path,
                place=sheet.place(row),
                expected="two codes of six digits"
                + (f" and one of {', '.join(RELATIONSHIPS)}" if width == 3 else ""),
                todo="land the workbook as it was downloaded",
            )
        rows.append((editions[0], cells[0], editions[1], *cells[1:], path.name, row.number))
    if not editions:
        raise SourceError(
            "No row names two editions of the HS.",
            file=path,
            place=f"sheet '{sheet.name}'",
            expected="a header such as 'From HS2022', 'To HS2017'",
            todo="land the workbook of UNSD's page of correspondence tables",
        )
    table = CONVERSION if name == "conversion" else CORRELATION
    schema = {**table.columns, "_source_file": pl.String(), "_source_row": pl.Int64()}
    return pl.DataFrame(rows, schema=schema, orient="row")


SOURCE = Source(
    id="unsd_hs_correlation",
    title_en="Conversion and correlation tables between editions of the Harmonized System",
    title_zh="國際商品統一分類制度（HS）各版本轉換及對應表",
    publisher_en="United Nations Statistics Division (UNSD)",
    publisher_zh="聯合國統計司（UNSD）",
    homepage="https://unstats.un.org/unsd/classifications/Econ",
    licence="© United Nations; reuse with attribution under https://data.un.org/Host.aspx?Content=UNdataUse",
    citation="United Nations Statistics Division, HS conversion and correlation tables",
    access="by hand",
    how_to_get=(
        "Download the workbooks between neighbouring editions (HS2022 to HS2017, HS2017 to HS2012) "
        "from UNSD's page of correspondence tables and land them together as one vintage. They "
        "are needed only where the ministry's classification of goods is of another edition of "
        "the HS than the customs lines. "
        "自聯合國統計司對應表頁面下載相鄰版本之活頁簿，合為一版次；僅當貨品分類表與海關資料"
        "之 HS 版本不同時需要。"
    ),
    tables=(CONVERSION, CORRELATION),
    read=read,
    feeds=("T1-2-09", "T1-2-10", "T1-2-11"),
)
