"""Technology trade of Taiwan's manufacturers, from a workbook made after the MOEA factory survey.

Here: reading the template below. Not here: which industries are the ten largest, shares and
balances (dbt_project).

The survey's tables are not published as files, so the editor fills in a workbook. Rows above the
header and notes below the data (註, 資料來源, 說明 ...) are allowed; other columns and sheets too.

| sheet | columns |
|---|---|
| 技術貿易_業別 | 資料年, 行業代碼 (may be absent), 行業, 技術輸出(千元), 技術輸入(千元) |
| 技術貿易_國別 (may be absent) | 資料年, 國家, 技術輸出(千元), 技術輸入(千元) |

資料年 is the reference year, one less than the year of the survey: ROC (112, 112年) or Gregorian
(2023). Amounts are thousands of NT$; ``-``, ``…`` or nothing is a missing one. The row of all
industries is 整體產業. Years of an industry census (2021) have no survey.
"""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from sources.contract import (
    Source,
    SourceError,
    Table,
    Template,
    TemplateColumn,
    TemplateSheet,
)
from sources.excel import Row, Sheet, Workbook, find_header, fold
from sources.periods import ROC_OFFSET

AMOUNTS = {
    "receipts_ntd_thousand": "技術輸出(千元)",
    "payments_ntd_thousand": "技術輸入(千元)",
}

BY_INDUSTRY = Table(
    name="technology_trade_by_industry",
    columns={
        "reference_year": pl.Int32(),
        "industry_code": pl.String(),
        "industry_name": pl.String(),
        "receipts_ntd_thousand": pl.Float64(),
        "payments_ntd_thousand": pl.Float64(),
    },
    key=("reference_year", "industry_name"),
    description="Technology sold and bought by manufacturers of an industry in a year.",
)
BY_PARTNER = Table(
    name="technology_trade_by_partner",
    columns={
        "reference_year": pl.Int32(),
        "partner_name": pl.String(),
        "receipts_ntd_thousand": pl.Float64(),
        "payments_ntd_thousand": pl.Float64(),
    },
    key=("reference_year", "partner_name"),
    description="Technology sold to and bought from an economy in a year.",
)
SHEETS: dict[str, tuple[Table, dict[str, str]]] = {
    "技術貿易_業別": (
        BY_INDUSTRY,
        {
            "reference_year": "資料年",
            "industry_code": "行業代碼",
            "industry_name": "行業",
            **AMOUNTS,
        },
    ),
    "技術貿易_國別": (
        BY_PARTNER,
        {"reference_year": "資料年", "partner_name": "國家", **AMOUNTS},
    ),
}
TEMPLATE_COLUMNS = {
    "資料年": ("Year the numbers are about: ROC (112) or Gregorian (2023).", "2023"),
    "行業代碼": ("Code of the industry (中類); may be empty.", "26"),
    "行業": ("Name of the industry; 整體產業 for all of them.", "電子零組件業"),
    "國家": ("Partner economy.", "美國"),
    "技術輸出(千元)": ("Technology sold, thousands of NT$; - where missing.", "30553265"),
    "技術輸入(千元)": ("Technology bought, thousands of NT$; - where missing.", "22464633"),
}
OPTIONAL_COLUMNS = frozenset({"industry_code"})
MISSING = frozenset({"", "-", "－", "—", "…", "..."})

_log = logging.getLogger(__name__)
_NUMBER = re.compile(r"([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_YEAR = re.compile(r"(?P<year>[0-9]{2,4})\s*年?")
_NOTE = re.compile(r"附?註|備註|資料來源|說明|單位|Note|Source|[*＊※]", re.I)


def read_technology_trade(files: Sequence[Path]) -> dict[str, pl.DataFrame]:
    """Read the survey workbooks, one or more (such as one per year).

    Returns:
        The tables by industry and by partner, each with `_source_file` and `_source_row` (the
        row of the sheet). The second is empty where no workbook has its sheet.

    Raises:
        SourceError: no workbook, no sheet 技術貿易_業別, a column missing or in another unit, or a
            cell that cannot be read.
    """
    rows: dict[str, list[tuple[object, ...]]] = {table.name: [] for table, _ in SHEETS.values()}
    for path in files:
        workbook = Workbook(path)
        for name, (table, columns) in SHEETS.items():
            if table is BY_PARTNER and name not in workbook.sheet_names:
                continue
            rows[table.name] += _read_sheet(workbook.sheet(name), columns)
    return {
        table.name: pl.DataFrame(
            rows[table.name],
            schema={**table.columns, "_source_file": pl.String(), "_source_row": pl.Int64()},
            orient="row",
        )
        for table, _ in SHEETS.values()
    }


def _read_sheet(sheet: Sheet, columns: dict[str, str]) -> Iterator[tuple[object, ...]]:
    needed = [label for ours, label in columns.items() if ours not in OPTIONAL_COLUMNS]
    header = find_header(sheet, needed)
    if header is None:
        raise SourceError(
            "No row has all the column labels.",
            file=sheet.file,
            place=f"sheet '{sheet.name}'",
            expected=", ".join(needed),
            todo="see the template at the top of sources/moea_factory_survey.py",
        )
    labels = [fold(cell) for cell in sheet.rows[header].cells]
    for label in columns.values():
        if labels.count(fold(label)) > 1:
            column = len(labels) - 1 - labels[::-1].index(fold(label))
            found = f"The column '{label}' is there twice."
            raise _error(sheet, sheet.rows[header], column, found, "every column once")
    at = {
        ours: labels.index(fold(label)) for ours, label in columns.items() if fold(label) in labels
    }
    for row in sheet.rows[header + 1 :]:
        if len(row.filled) == 1 and _NOTE.match(text := row.cells[row.filled[0]]):
            _log.info("%s, %s: note: %s", sheet.file, sheet.place(row), text)
            continue
        values = (_cell(sheet, row, ours, at.get(ours)) for ours in columns)
        yield (*values, sheet.file, row.number)


def _cell(sheet: Sheet, row: Row, ours: str, index: int | None) -> object:
    text = row.cells[index] if index is not None else ""
    if ours in AMOUNTS:
        if text in MISSING:
            return None
        value = float(text.replace(",", "")) if _NUMBER.fullmatch(text) else math.inf
        if not math.isfinite(value):
            raise _error(sheet, row, index, f"'{text}' is no amount.", "thousands of NT$, or -")
        return value
    if ours == "reference_year":
        found = _YEAR.fullmatch(text)
        year = int(found["year"]) if found else 0
        year += ROC_OFFSET if 0 < year < 1000 else 0
        if not 1980 <= year <= 2100:
            raise _error(sheet, row, index, f"'{text}' is no year.", "a year such as 112 or 2023")
        return year
    if not text and ours not in OPTIONAL_COLUMNS:
        raise _error(sheet, row, index, "The cell is empty.", "a name in every row")
    return text or None


def _error(sheet: Sheet, row: Row, column: int | None, what: str, expected: str) -> SourceError:
    return SourceError(
        what,
        file=sheet.file,
        place=sheet.place(row, column),
        expected=expected,
        todo="see the template at the top of sources/moea_factory_survey.py",
    )


TEMPLATE = Template(
    sheets=tuple(
        TemplateSheet(
            name,
            table.description,
            tuple(
                TemplateColumn(label, *TEMPLATE_COLUMNS[label], is_text=ours not in AMOUNTS)
                for ours, label in columns.items()
            ),
        )
        for name, (table, columns) in SHEETS.items()
    ),
    as_csv=False,
)

SOURCE = Source(
    id="moea_factory_survey",
    title_en="Factory Adjustment and Operation Survey: technology trade of manufacturing",
    title_zh="工廠校正及營運調查：製造業技術貿易",
    publisher_en="Department of Statistics, Ministry of Economic Affairs, Taiwan",
    publisher_zh="經濟部統計處",
    homepage="https://service.moea.gov.tw/EE520/investigate/InvestigateG.aspx",
    licence="Survey results as provided by the ministry; published tables under the Open "
    "Government Data License, version 1.0 (政府資料開放授權條款－第1版)",
    citation="經濟部統計處，工廠校正及營運調查 "
    "(Ministry of Economic Affairs, Taiwan, Factory Adjustment and Operation Survey)",
    access="by hand",
    how_to_get=(
        "Ask the department for the tables of technology sold and bought (技術輸出, 技術輸入) by "
        "industry (中類) and by partner economy, or read them from the survey's report, and fill "
        "in the workbook: sheet 技術貿易_業別 with 資料年, 行業代碼, 行業, 技術輸出(千元), "
        "技術輸入(千元), and sheet 技術貿易_國別 with 資料年, 國家 and the same amounts. 資料年 is "
        "the year the numbers are about, one less than the year of the survey. There is no "
        "survey in an industry-census year (資料年 2021). "
        "向經濟部統計處索取或自調查報告摘錄技術輸出入表，依範本填入「技術貿易_業別」及"
        "「技術貿易_國別」兩工作表，金額單位新臺幣千元；資料年為資料所屬年（調查年減一），"
        "工業及服務業普查年不辦理本調查（無 2021 年資料）。"
    ),
    tables=(BY_INDUSTRY, BY_PARTNER),
    read=read_technology_trade,
    feeds=("T1-2-15", "F1-2-07", "F1-2-09", "F1-2-10"),
    template=TEMPLATE,
)
