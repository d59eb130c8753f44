"""Criteria of the IMD World Competitiveness Yearbook, from a workbook exported by hand.

Here: reading ranks and values from the layouts below. Not here: which criterion is which measure
of the book, under its name of that year (staging), or the peer group (the edition's panels).

Accepted layouts, one or more sheets per workbook, one or more workbooks per vintage:

| part | what is read |
|---|---|
| title block | any rows above the header; may say ``Data type: Ranks`` (in one cell or two) |
| header | the first row with ``Country`` and ``Year``; ``Country Key`` and ``Economies`` if there |
| wide | one column per criterion, its name ending in ``(WCY)`` or ``(DIGITAL)`` |
| long | ``Criterion`` (with its tag) and ``Rank`` and/or ``Value`` (or ``Score``) |
| data rows | an area and a year; ``-`` or nothing is a missing value |
| notes | rows below the data of which only the first cell is filled (the real export has two) |

Ranks or values: a ``Rank`` column holds ranks; otherwise a ``Data type`` column (``Rank`` or
``Value``) says which, or else the title block, or else a word of the sheet's name (``Ranks``,
``Values``, ``Scores``). A sheet that leaves it open is refused: 6 could be either.
"""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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

CRITERION = Table(
    name="criterion",
    columns={
        "criterion_name": pl.String(),
        "ranking": pl.String(),
        "area_name": pl.String(),
        "area_key": pl.String(),
        "year": pl.Int32(),
        "data_type": pl.String(),
        "value": pl.Float64(),
        "economies": pl.Int32(),
    },
    key=("criterion_name", "ranking", "area_name", "year", "data_type"),
    description="Rank (1 = best) or value of an area in one criterion of one ranking and year.",
)

RANKINGS = ("WCY", "DIGITAL")
MISSING = frozenset({"", "-", "–", "—"})
FIRST_YEAR, LAST_YEAR = 1989, 2100

COLUMN_NAMES = {
    "area": ("Country", "Economy", "Country Name"),
    "key": ("Country Key", "Key", "Country Code"),
    "year": ("Year",),
    "economies": ("Economies", "Number of economies"),
    "data_type": ("Data type",),
    "criterion": ("Criterion", "Criteria"),
    "rank": ("Rank",),
    "value": ("Value", "Score"),
}
DATA_TYPES = {
    "rank": "rank",
    "ranks": "rank",
    "value": "value",
    "values": "value",
    "score": "value",
    "scores": "value",
}

CRITERIA = (
    "Scientific research legislation",
    "Intellectual property rights",
    "Knowledge transfer",
    "Digital/Technological skills",
    "Qualified engineers",
    "Public-private partnerships",
    "Funding for technological development",
    "Development & application of tech.",
    "Banking and financial services",
    "Entrepreneurship",
    "Attracting and retaining talents",
    "Foreign highly-skilled personnel",
    "Digital transformation in companies",
    "Use of digital tools and technologies",
)
"""Names of the criteria in the editions of 2022 to 2024, for the template only."""

_log = logging.getLogger(__name__)
_TAGGED = re.compile(r"(?P<name>.*\S)\s*\((?P<tag>[A-Z]+)\)")
_NUMBER = re.compile(r"[+-]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_STATED_TYPE = re.compile(r"data\s*type\s*[:：]?\s*(?P<type>\w*)", re.I)


@dataclass(frozen=True)
class _Layout:
    """Which cell of a row is what; `criteria` maps a column to its criterion and ranking."""

    columns: dict[str, int]
    criteria: dict[int, tuple[str, str]]
    data_type: str | None


def read_criteria(files: Sequence[Path]) -> dict[str, pl.DataFrame]:
    """Read exported workbooks.

    Returns:
        ``{"criterion": frame}`` with the columns of `CRITERION`, `_source_file` and `_source_row`
        (the row of the sheet). A missing value is a row whose `value` is null. `economies` is
        null unless the workbook says how many economies were ranked.

    Raises:
        SourceError: no workbook, no sheet with a header, ranks and values not told apart, a
            criterion without its tag, or a cell that cannot be read.
    """
    rows: list[tuple[object, ...]] = []
    for path in files:
        workbook = Workbook(path)
        found = False
        for sheet in workbook.sheets():
            header = find_header(sheet, ["Year"])
            if header is None or _column(sheet.rows[header], "area") is None:
                _pass_over(sheet)
                continue
            found = True
            rows += _read_sheet(sheet, header)
        if not found:
            raise SourceError(
                "No sheet has a header with the columns Country and Year.",
                file=path,
                place="sheets " + ", ".join(f"'{name}'" for name in workbook.sheet_names),
                expected="a criteria export of World Competitiveness Online",
                todo="see the accepted layouts at the top of sources/imd_wcy.py",
            )
    schema = {**CRITERION.columns, "_source_file": pl.String(), "_source_row": pl.Int64()}
    return {CRITERION.name: pl.DataFrame(rows, schema=schema, orient="row")}


def _pass_over(sheet: Sheet) -> None:
    """Leave out a sheet of notes; a sheet of numbers without a header is an error."""
    for row in sheet.rows:
        if sum(bool(_NUMBER.fullmatch(cell)) for cell in row.cells) > 1:
            raise _error(
                sheet,
                row,
                None,
                "Numbers on a sheet that has no header with Country and Year.",
                "the header of the export on every sheet of numbers",
            )
        _log_note(sheet, row)


def _read_sheet(sheet: Sheet, header: int) -> Iterator[tuple[object, ...]]:
    layout = _layout(sheet, header)
    data, notes = _split_off_notes(sheet.rows[header + 1 :], layout)
    areas = {row.cells[layout.columns["area"]] for row in data}
    for row in notes:
        if row.cells[row.filled[0]] in areas:
            raise _error(sheet, row, None, "The row names an area and nothing else.", "a whole row")
        _log_note(sheet, row)
    for row in data:
        yield from _read_row(sheet, row, layout)


def _layout(sheet: Sheet, header: int) -> _Layout:
    row = sheet.rows[header]
    columns = {name: index for name in COLUMN_NAMES if (index := _column(row, name)) is not None}
    criteria: dict[int, tuple[str, str]] = {}
    is_long = "criterion" in columns
    for index in range(len(row.cells)):
        if index in columns.values():
            continue
        name, tag = _split_tag(row.cells[index])
        if tag in RANKINGS and not is_long:
            criteria[index] = (name, tag)
        elif tag is None and not is_long and _holds_numbers(sheet, header, index):
            raise _error(
                sheet,
                row,
                index,
                f"The column '{name}' does not say of which ranking it is.",
                "a criterion's name ending in (WCY) or (DIGITAL)",
            )
        elif row.cells[index]:
            _log.info("%s, %s: column not read", sheet.file, sheet.place(row, index))
    measured = {"rank", "value"} & columns.keys()
    if is_long != bool(measured) or not (is_long or criteria):
        raise _error(
            sheet,
            row,
            None,
            "The header is neither of the wide nor of the long layout.",
            "columns named '<criterion> (WCY)', or Criterion with Rank and/or Value",
        )
    if len(set(criteria.values())) < len(criteria):
        raise _error(sheet, row, None, "A criterion is there twice.", "every criterion once")
    if "rank" in columns and "data_type" in columns:
        raise _error(
            sheet,
            row,
            columns["data_type"],
            "A column Data type beside a column Rank: they may contradict each other.",
            "one of them",
        )
    return _Layout(columns, criteria, _stated_type(sheet, header))


def _column(header: Row, name: str) -> int | None:
    wanted = {fold(label) for label in COLUMN_NAMES[name]}
    return next((i for i, cell in enumerate(header.cells) if fold(cell) in wanted), None)


def _split_tag(label: str) -> tuple[str, str | None]:
    plain = " ".join(label.split())
    found = _TAGGED.fullmatch(plain)
    return (found["name"], found["tag"]) if found else (plain, None)


def _holds_numbers(sheet: Sheet, header: int, index: int) -> bool:
    cells = [row.cells[index] for row in sheet.rows[header + 1 :] if row.cells[index]]
    return any(_NUMBER.fullmatch(cell) for cell in cells)


def _stated_type(sheet: Sheet, header: int) -> str | None:
    """Return what the title block, or else the sheet's name, says the numbers are."""
    for row in sheet.rows[:header]:
        text = " ".join(row.cells[index] for index in row.filled)
        if (found := _STATED_TYPE.search(text)) and found["type"].lower() in DATA_TYPES:
            return DATA_TYPES[found["type"].lower()]
    words = {DATA_TYPES.get(word.lower()) for word in re.split(r"[\W\d_]+", sheet.name)} - {None}
    return words.pop() if len(words) == 1 else None


def _split_off_notes(rows: Sequence[Row], layout: _Layout) -> tuple[list[Row], list[Row]]:
    """Part the rows below the header into data and the notes below them."""
    first = layout.columns["area"]
    end = len(rows)
    while end and (rows[end - 1].filled == [first] or rows[end - 1].filled == [0]):
        end -= 1
    return list(rows[:end]), list(rows[end:])


def _log_note(sheet: Sheet, row: Row) -> None:
    text = " ".join(row.cells[index] for index in row.filled)
    _log.info("%s, %s: note: %s", sheet.file, sheet.place(row), text)


def _read_row(sheet: Sheet, row: Row, layout: _Layout) -> Iterator[tuple[object, ...]]:
    columns = layout.columns
    area = row.cells[columns["area"]]
    if not area:
        raise _error(sheet, row, columns["area"], "The row names no country.", "a country")
    key = row.cells[columns["key"]] if "key" in columns else ""
    year = _whole(sheet, row, columns["year"], FIRST_YEAR, LAST_YEAR)
    if year is None:
        raise _error(sheet, row, columns["year"], "The row has no year.", "a year, or a note alone")
    economies = _whole(sheet, row, columns["economies"], 1, 300) if "economies" in columns else None
    for index, (criterion, ranking), data_type in _cells(sheet, row, layout):
        if data_type == "rank":
            value: float | None = _whole(sheet, row, index, 1, economies or 300)
        else:
            value = _number(sheet, row, index)
        yield (
            criterion,
            ranking,
            area,
            key or None,
            year,
            data_type,
            None if value is None else float(value),
            economies,
            sheet.file,
            row.number,
        )


def _cells(sheet: Sheet, row: Row, layout: _Layout) -> Iterator[tuple[int, tuple[str, str], str]]:
    """Yield (column, (criterion, ranking), 'rank' or 'value') for each number of a row."""
    if "criterion" not in layout.columns:
        data_type = _data_type(sheet, row, layout)
        for index, criterion in layout.criteria.items():
            yield index, criterion, data_type
        return
    at = layout.columns["criterion"]
    name, tag = _split_tag(row.cells[at])
    if tag not in RANKINGS:
        raise _error(
            sheet,
            row,
            at,
            f"'{row.cells[at]}' does not say of which ranking it is.",
            "a criterion's name ending in (WCY) or (DIGITAL)",
        )
    if "rank" in layout.columns:
        yield layout.columns["rank"], (name, tag), "rank"
    if "value" in layout.columns:
        data_type = "value" if "rank" in layout.columns else _data_type(sheet, row, layout)
        yield layout.columns["value"], (name, tag), data_type


def _data_type(sheet: Sheet, row: Row, layout: _Layout) -> str:
    index = layout.columns.get("data_type")
    found = DATA_TYPES.get(row.cells[index].lower()) if index is not None else layout.data_type
    if found is None:
        raise _error(
            sheet,
            row,
            index,
            "Nothing says whether the numbers are ranks or values.",
            "a column 'Data type' with Rank or Value, a title 'Data type: Ranks', or a sheet "
            "named Ranks or Values",
        )
    return found


def _number(sheet: Sheet, row: Row, index: int) -> float | None:
    text = row.cells[index]
    if text in MISSING:
        return None
    value = float(text.replace(",", "")) if _NUMBER.fullmatch(text) else math.inf
    if not math.isfinite(value):
        raise _error(sheet, row, index, f"'{text}' is no number.", "a number, or - where missing")
    return value


def _whole(sheet: Sheet, row: Row, index: int, least: int, most: int) -> int | None:
    number = _number(sheet, row, index)
    if number is None:
        return None
    if number != int(number) or not least <= number <= most:
        raise _error(
            sheet,
            row,
            index,
            f"{row.cells[index]} cannot be right here.",
            f"a whole number from {least} to {most}",
        )
    return int(number)


def _error(sheet: Sheet, row: Row, column: int | None, what: str, expected: str) -> SourceError:
    return SourceError(
        what,
        file=sheet.file,
        place=sheet.place(row, column),
        expected=expected,
        todo="see the accepted layouts at the top of sources/imd_wcy.py",
    )


def _template_sheet(name: str, purpose: str, meaning: str, example: str) -> TemplateSheet:
    return TemplateSheet(
        name,
        purpose,
        (
            TemplateColumn("Country", "The economy, as IMD names it.", "Denmark"),
            TemplateColumn("Country Key", "IMD's key of it; may be empty.", "DK"),
            TemplateColumn("Year", "Year of the yearbook.", "2025", is_text=False),
            TemplateColumn("Economies", "How many were ranked; may be empty.", "69", is_text=False),
            *(
                TemplateColumn(f"{criterion} (WCY)", meaning, example, is_text=False)
                for criterion in CRITERIA
            ),
        ),
    )


TEMPLATE = Template(
    sheets=(
        _template_sheet("Ranks", "Ranks, 1 = best.", "Rank from 1; - where missing.", "6"),
        _template_sheet("Values", "Scores or statistics.", "Value; - where missing.", "7.45"),
    ),
    notes=(
        "The export itself may be landed as it is; this workbook is for numbers typed by hand. "
        "Rename, add or remove criteria as the yearbook has them; keep the ranking, (WCY) or "
        "(DIGITAL), at the end of each name. A sheet that is not needed may stay empty.",
    ),
    as_csv=False,
)

SOURCE = Source(
    id="imd_wcy",
    title_en="IMD World Competitiveness Yearbook: criteria",
    title_zh="IMD 世界競爭力年報：細項指標",
    publisher_en="IMD World Competitiveness Center",
    publisher_zh="瑞士洛桑國際管理發展學院（IMD）世界競爭力中心",
    homepage="https://worldcompetitiveness.imd.org",
    licence="By subscription, all rights reserved: the workbook stays in the local store and is "
    "not passed on; only what the subscription allows may be printed (訂閱授權，原始檔不得散布)",
    citation="IMD World Competitiveness Center, IMD World Competitiveness Yearbook",
    access="by hand",
    how_to_get=(
        "Log in to World Competitiveness Online with the institute's subscription, choose a "
        "custom selection: ranking, criteria, the fourteen or so criteria of the book's tables, "
        "all countries, the last two years; download ranks and values as Excel workbooks. Name "
        "the sheets Ranks and Values, change nothing else. The terms do not allow automated "
        "download. "
        "以所訂閱之帳號登入 World Competitiveness Online，於 custom selection 選擇所需細項指標、"
        "全部經濟體、最近兩年，分別下載排名與分數之 Excel；工作表請命名為 Ranks 與 Values，"
        "其餘勿更動。服務條款不允許自動下載。"
    ),
    tables=(CRITERION,),
    read=read_criteria,
    feeds=("T1-2-06", "T1-2-07", "F1-2-02", "F1-2-03"),
    template=TEMPLATE,
    rolling=True,
)
