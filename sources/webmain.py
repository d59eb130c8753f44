"""CSV of the statistics databases that run webMain.aspx (finance, labour and other ministries).

Here: finding the header among title, notes and footnotes, and melting the table to one row per
period and column. Not here: what the columns mean (each publisher's module, then dbt_project).

Accepted form: UTF-8 with or without byte order mark, or cp950; fields quoted or not; any number
of title and note lines; one header line; rows whose first field is a period label
(`sources.periods`); then footnotes. `-`, `－`, `…`, `...` and an empty field are missing values.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sources.contract import SourceError, Table
from sources.periods import Period, is_period, parse_period
from sources.tabular import AS_DOWNLOADED, decode, ends_open, read_records

TABLE = Table(
    name="statistic",
    columns={
        "table_title": pl.String(),
        "period_label": pl.String(),
        "period": pl.String(),
        "frequency": pl.String(),
        "item": pl.String(),
        "unit": pl.String(),
        "value": pl.Float64(),
    },
    key=("table_title", "period", "item"),
    description="One value of a statistics database: a period and a column of the query's table.",
)

ENCODINGS = ("utf-8", "cp950")
MISSING = frozenset({"", "-", "－", "—", "─", "…", "...", "--"})
FREQUENCIES = {"year": "A", "quarter": "Q", "month": "M"}

_NUMBER = re.compile(r"[+-]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?")
_NOTE = re.compile(
    r"[*＊※#(（\[【]|附?註|備註|說明|資料|單位|更新|製表|查詢|note|source|[1-9][.、]", re.I
)
_DAMAGED_ROW = re.compile(r"\D{0,3}[0-9]{1,4}\D{0,2}年?[^\u4e00-\u9fff]*[0-9][^\u4e00-\u9fff]*")
"""A period and numbers that a lost comma has joined, without a word of a note."""
_TITLE_IS_A_NOTE = re.compile(r"附?註|備註|說明|資料|單位|更新|製表|查詢|note|source", re.I)
_PARENTHESES = re.compile(r"[(（]([^()（）]*)[)）]")
_UNIT = re.compile(r"[(（]?單位\s*[:：]\s*(?P<unit>[^)）]+)[)）]?")
_CORNER = re.compile(r"(?P<title>[^(（]*)[(（]\s*unit\s*[:：]\s*(?P<unit>[^)）]+)[)）]", re.I)
_MAGNITUDES = {"千元": "thousand", "百萬元": "million"}
_TAG = re.compile(r"</?[a-zA-Z]+>")


@dataclass(frozen=True)
class _Record:
    line: int
    fields: list[str]

    @property
    def is_blank(self) -> bool:
        return not any(self.fields)

    @property
    def starts_with_period(self) -> bool:
        return is_period(self.fields[0])


def read_webmain(files: Sequence[Path]) -> dict[str, pl.DataFrame]:
    """Read webMain.aspx tables into the table `statistic`.

    Returns:
        ``{"statistic": frame}`` with the columns of `TABLE`, `_source_file` and `_source_row` (the
        physical line). `table_title` is the first line above the header unless that is a note;
        `unit` is the text in parentheses of the column's group (before ``/``), or else of the
        whole label, for ``按美元計算(百萬美元)/ (1)電子零組件`` counts in 百萬美元; or else what a
        line ``單位：…`` above the header, or the corner of the table, says.

    Raises:
        SourceError: wrong encoding, no header or rows, a row whose fields do not fit the header,
            a period label or a value that cannot be read, a column that is there twice.
    """
    rows = [row for path in files for row in _read_file(path)]
    schema = {**TABLE.columns, "_source_file": pl.String(), "_source_row": pl.Int64()}
    return {TABLE.name: pl.DataFrame(rows, schema=schema, orient="row")}


def unit_of(label: str) -> str | None:
    """Return the unit that a column label carries in parentheses, if any.

    >>> unit_of("按新臺幣計算(百萬元)/ 總計"), unit_of("總薪資(元)"), unit_of("指數")
    ('百萬元', '元', None)
    """
    for part in (label.partition("/")[0], label):
        # A bare number in parentheses counts the items: '(1)電子零組件'.
        found = [text.strip() for text in _PARENTHESES.findall(part) if not text.strip().isdigit()]
        if found:
            return found[-1] or None
    return None


def _unit(item: str, common: str | None) -> str | None:
    """Return a column's unit: 千元 below 'Unit: US$ Thousand' is that, not NT$ thousand."""
    own = unit_of(item)
    if own is None or (common and _MAGNITUDES.get(own, own) in common.lower()):
        return common
    return own


def _read_file(path: Path) -> list[tuple[object, ...]]:
    text = decode(path.read_bytes(), ENCODINGS, file=path.name)
    records = [
        _Record(line, [_clean(field) for field in fields])
        for line, fields in read_records(text, file=path.name)
    ]
    records = [record for record in records if not record.is_blank]
    first = next((i for i, record in enumerate(records) if record.starts_with_period), None)
    if first is None:
        raise SourceError(
            "No row starts with a period.",
            file=path,
            expected="rows such as 109年 or 115年 5月 below a header line",
            todo="download the table as CSV with its periods as rows",
        )
    if first == 0:
        raise SourceError(
            "The first line is a row of data; the header is missing.",
            file=path,
            place=records[0].line,
            expected="a line with the column labels above the first period",
        )
    items = _items(records[first - 1], path)
    corner = _CORNER.fullmatch(records[first - 1].fields[0])
    title = _title(records[: first - 1]) or (corner["title"].strip() or None if corner else None)
    common_unit = _common_unit(records[: first - 1]) or (corner["unit"].strip() if corner else None)
    data = _data(records[first:], path)
    if len(data) == len(records) - first and not text.endswith("\n"):
        raise ends_open(path.name, data[-1].line)
    rows: list[tuple[object, ...]] = []
    for record in data:
        period = parse_period(record.fields[0], file=path, place=record.line)
        values = _fit(record, items, path)
        rows += [
            (
                title,
                period.label,
                period.start,
                _frequency(period, record, path),
                item,
                _unit(item, common_unit),
                _number(value, item, record.line, path),
                path.name,
                record.line,
            )
            for item, value in zip(items, values, strict=True)
        ]
    return rows


def _clean(field: str) -> str:
    # The finance ministry's labels come with leftovers of the web page: '<b>總計'.
    return _TAG.sub("", field).strip()


def _items(header: _Record, path: Path) -> list[str]:
    items = header.fields[1:]
    while items and not items[-1]:  # a comma at the end of the line
        items.pop()
    if not items or not all(items):
        raise SourceError(
            "The line above the first period is no header: it has columns without a label.",
            file=path,
            place=header.line,
            expected="a label for every column, such as 按新臺幣計算(百萬元)/ 總計",
        )
    if all(item in MISSING or _NUMBER.fullmatch(item) for item in items):
        raise SourceError(
            f"The line above the first period is no header: it holds numbers, and it begins with "
            f"'{header.fields[0]}', which is no period.",
            file=path,
            place=header.line,
            expected="column labels, or a period such as 109年 or 115年 5月",
            todo=AS_DOWNLOADED,
        )
    repeated = sorted(item for item, times in Counter(items).items() if times > 1)
    if repeated:
        raise SourceError(
            f"The column '{repeated[0]}' is there twice.",
            file=path,
            place=header.line,
            expected="every column once",
            todo="query the table again",
        )
    return items


def _title(above: Sequence[_Record]) -> str | None:
    """Return the first line above the header that is not a note; it alone stands in its line."""
    for record in above:
        text = record.fields[0]
        if text and not any(record.fields[1:]) and not _TITLE_IS_A_NOTE.match(text):
            return text
    return None


def _common_unit(above: Sequence[_Record]) -> str | None:
    found = [_UNIT.fullmatch(record.fields[0]) for record in above]
    units = {match["unit"] for match in found if match}
    return units.pop() if len(units) == 1 else None


def _data(records: Sequence[_Record], path: Path) -> list[_Record]:
    """Return the rows up to the footnotes; only notes may follow, and no period after them."""
    end = next((i for i, r in enumerate(records) if not r.starts_with_period), len(records))
    for record in records[end:]:
        if record.starts_with_period or not _is_note(record):
            raise SourceError(
                f"A row that starts with '{record.fields[0]}' stands among the data.",
                file=path,
                place=record.line,
                expected="a period such as 109年 or 115年 5月, or a footnote below the last row",
                todo="if the publisher has a new form of label, teach it to sources/periods.py",
            )
    return list(records[:end])


def _is_note(record: _Record) -> bool:
    """Whether a row is text: one cell, or a marked note that its own commas have cut up."""
    texts = [field for field in record.fields if field]
    if len(texts) == 1:
        return not (_NUMBER.fullmatch(texts[0]) or _DAMAGED_ROW.fullmatch(texts[0][:200]))
    return bool(_NOTE.match(texts[0])) and not any(_NUMBER.fullmatch(text) for text in texts)


def _fit(record: _Record, items: Sequence[str], path: Path) -> list[str]:
    values = record.fields[1:]
    surplus = values[len(items) :]
    if len(values) < len(items) or any(surplus):
        raise SourceError(
            f"The row has {len(values)} values below {len(items)} column labels.",
            file=path,
            place=record.line,
            expected=f"{len(items)} values; thousands commas only inside quotes",
            todo="download the table again",
        )
    return values[: len(items)]


def _frequency(period: Period, record: _Record, path: Path) -> str:
    if period.kind == "range":
        raise SourceError(
            f"'{period.label}' is a range of periods.",
            file=path,
            place=record.line,
            expected="single years, quarters or months",
            todo="query the table without accumulated periods",
        )
    return FREQUENCIES[period.kind]


def _number(text: str, item: str, line: int, path: Path) -> float | None:
    if text in MISSING:
        return None
    value = float(text.replace(",", "")) if _NUMBER.fullmatch(text) else math.inf
    if not math.isfinite(value):
        raise SourceError(
            f"'{text}' in column '{item}' is no number.",
            file=path,
            place=line,
            expected="a number, or - or … for a missing value",
        )
    return value
