"""Balance of payments of Taiwan (Central Bank), by item.

Here: the three layouts in which the bank's statistics service has answered, and what the
publication is.
Not here: which items the book shows (dbt_project binds them by their exact label).

The layouts: `{meta, data: {dataSets, structure}}` (now); `{filename, headerSet, data}` (2020); and
the latter once more inside a JSON string. `_source_row` is the 1-based number of the value in
document order, periods first, labels within.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path, PurePosixPath

import polars as pl

from sources.cbc_api import fetcher
from sources.contract import Source, SourceError, Table
from sources.cube import JOINT, period_of_code
from sources.json_text import parse_json, read_text

NO_VALUE = ("-", "─")
"""None, not available or less than half a unit; the bank does not say which."""

UNIT_KEY = 10
"""Under which key META of the old layout names the unit."""

ITEM = Table(
    name="item",
    columns={
        "file_code": pl.String(),
        "period": pl.String(),
        "frequency": pl.String(),
        "item": pl.String(),
        "value_usd_m": pl.Float64(),
        "value_text": pl.String(),
    },
    key=("file_code", "period", "item"),
    description=(
        "Balance of payments as published, USD million: one row per file, period and item; "
        "value_text is what the bank wrote ('-' = none or under half a unit). / "
        "國際收支原始值（百萬美元）：每檔、每期、每項目一列；value_text 為原文，"
        "「-」表示無數值或不及半單位。"
    ),
)

MOST_LABELS = 1_000_000
_NUMBER = r"^-?[0-9]+(\.[0-9]+)?$"
_DOLLARS = re.compile(
    r"(美金|美元)百萬|百萬(美金|美元)|(?i:\bU\.?S\.?(D\b|\$|\b).*million|million.*\bU\.?S)"
)


@dataclass(frozen=True)
class _Reply:
    """A reply of either layout: one label for each value after the period that opens a row."""

    file_code: str
    labels: tuple[str, ...]
    rows: list[object]
    place: str


def read_cbc_bop(files: Sequence[Path]) -> dict[str, pl.DataFrame]:
    """Return the items of all files, in their order.

    Returns:
        `{"item": frame}` with the columns of `ITEM`, `_source_file`, `_source_row`.

    Raises:
        SourceError: there is no file, or a reply has another layout, a label twice, a row of
            another length, a period of unknown form or a value that is no number.
    """
    if not files:
        raise SourceError("The snapshot has no file.", expected="replies BPP2Q01 or BPP2Y01")
    return {"item": pl.concat([_read_reply(path) for path in files])}


def _read_reply(path: Path) -> pl.DataFrame:
    document = parse_json(read_text(path), path)
    if isinstance(document, str):
        document = parse_json(document, path)
    reply = _reply(document, path)
    repeated = [label for label, times in Counter(reply.labels).items() if times > 1]
    if repeated:
        raise SourceError(
            f"The item {repeated[0]!r} stands twice among the labels.",
            file=path,
            expected="labels that name one item each",
            todo="use the file with Chinese labels (without 'en'), whose labels carry the full "
            "path",
        )
    periods: list[str] = []
    frequencies: list[str] = []
    texts: list[str] = []
    for number, row in enumerate(reply.rows):
        values, period, frequency = _row(row, f"{reply.place}[{number}]", reply, path)
        periods += [period] * len(values)
        frequencies += [frequency] * len(values)
        texts += values
    if not texts:
        raise SourceError(
            "The reply has no period.",
            file=path,
            place=reply.place,
            todo="ask the service again; it sometimes answers without data",
        )
    text = pl.Series(texts, dtype=pl.String)
    missing = text.str.strip_chars().is_in(list(NO_VALUE))
    amount = text.cast(pl.Float64, strict=False)
    wrong = ~(missing | (text.str.contains(_NUMBER) & amount.is_finite().fill_null(value=False)))
    if wrong.any():
        at = wrong.arg_true()[0]
        raise SourceError(
            f"The value {text[at]!r} is not a number.",
            file=path,
            place=f"period {periods[at]}, item '{reply.labels[at % len(reply.labels)]}'",
            expected="digits with a decimal point, or '-' where there is none",
        )
    return pl.DataFrame(
        {
            "file_code": pl.repeat(reply.file_code, len(texts), eager=True),
            "period": periods,
            "frequency": frequencies,
            "item": list(reply.labels) * len(reply.rows),
            "value_usd_m": amount.set(missing, None),
            "value_text": text,
            "_source_file": pl.repeat(path.name, len(texts), eager=True),
            "_source_row": pl.int_range(1, len(texts) + 1, eager=True),
        }
    )


def _row(row: object, place: str, reply: _Reply, path: Path) -> tuple[list[str], str, str]:
    """Return a row's values as written, its period and its frequency."""
    if not isinstance(row, list) or not row or not isinstance(row[0], str):
        raise SourceError(
            f"The row {str(row)[:40]!r} does not begin with a period.", file=path, place=place
        )
    period = period_of_code(row[0])
    if period is None or period.frequency not in ("A", "Q"):
        raise SourceError(
            f"The period {row[0]!r} is of no known form.",
            file=path,
            place=place,
            expected="a year (2024) or a quarter (2024Q3)",
        )
    values = row[1:]
    if len(values) != len(reply.labels):
        raise SourceError(
            f"The period {row[0]} has {len(values)} values.",
            file=path,
            place=place,
            expected=f"{len(reply.labels)}, one for each label",
            todo="ask the service again; values cannot be told apart without their labels",
        )
    for label, value in zip(reply.labels, values, strict=True):
        if not isinstance(value, str):
            raise SourceError(
                f"The value {value!r} is not text.",
                file=path,
                place=f"period {row[0]}, item '{label}'",
                expected="values as text, as the service writes them",
            )
    return values, period.period, period.frequency


def _reply(document: object, path: Path) -> _Reply:
    """Recognise the layout."""
    if isinstance(document, dict):
        data = document.get("data")
        if isinstance(data, dict) and {"dataSets", "structure"} <= data.keys():
            meta = document.get("meta")
            name = meta.get("filename") if isinstance(meta, dict) else None
            if isinstance(meta, dict) and meta.get("units"):
                _check_dollars(str(meta["units"]), "meta.units", path)
            return _checked(name, data["structure"], data["dataSets"], "data.dataSets", path)
        if "headerSet" in document and "data" in document:
            _check_unit(document.get("META"), path)
            return _checked(document.get("filename"), document["headerSet"], data, "data", path)
    raise SourceError(
        "The reply has no layout of the bank's balance of payments.",
        file=path,
        expected="{meta, data: {dataSets, structure}} or {filename, headerSet, data}",
        todo="check the address: .../API/DataAPI/Get?FileName=BPP2Q01",
    )


def _checked(name: object, tables: object, rows: object, place: str, path: Path) -> _Reply:
    if not isinstance(rows, list):
        raise SourceError("The rows are no list.", file=path, place=place)
    parts = []
    for key, heads in tables.items() if isinstance(tables, dict) else ():
        labels = [
            head.get("data") if isinstance(head, dict) else None
            for head in (heads if isinstance(heads, list) else [None])
        ]
        texts = [label.strip() for label in labels if isinstance(label, str) and label.strip()]
        if not texts or len(texts) != len(labels):
            raise SourceError(
                "A label is missing or blank.",
                file=path,
                place=str(key),
                expected='a list of {"data": label}',
            )
        parts.append(texts)
    if not parts:
        raise SourceError("There are no labels (Table1).", file=path)
    if (width := math.prod(map(len, parts))) > MOST_LABELS:
        raise SourceError(
            f"The {len(parts)} tables of labels make {width:,} columns.",
            file=path,
            expected=f"at most {MOST_LABELS:,}",
            todo="ask the service again",
        )
    return _Reply(
        file_code=PurePosixPath(name).stem if isinstance(name, str) and name else path.stem,
        # With several header tables the bank lays out their product.
        labels=tuple(JOINT.join(combination) for combination in product(*parts)),
        rows=rows,
        place=place,
    )


def _check_unit(meta: object, path: Path) -> None:
    for entry in meta if isinstance(meta, list) else []:
        if isinstance(entry, dict) and entry.get("Key") == UNIT_KEY:
            _check_dollars(str(entry.get("Value")), f"META, key {UNIT_KEY}", path)


def _check_dollars(unit: str, place: str, path: Path) -> None:
    if not _DOLLARS.search(unit):
        raise SourceError(
            f"The unit is {unit!r}.", file=path, place=place, expected="USD million (美金百萬元)"
        )


SOURCE = Source(
    id="cbc_bop",
    title_en="Balance of Payments of Taiwan (BPM6)",
    title_zh="國際收支統計",
    publisher_en="Central Bank of the Republic of China (Taiwan)",
    publisher_zh="中央銀行",
    homepage="https://cpx.cbc.gov.tw/Range/RangeSelect?pxfilename=BPP2Q01.px",
    licence=(
        "政府資料開放授權條款－第1版 / Open Government Data License, Taiwan, version 1.0 "
        "(https://data.gov.tw/license; compatible with CC BY 4.0); the source must be named"
    ),
    citation=(
        "中央銀行，國際收支統計。 / Central Bank of the Republic of China (Taiwan), "
        "Balance of Payments statistics."
    ),
    access="open",
    how_to_get=(
        "JSON without a key:\n"
        "https://cpx.cbc.gov.tw/API/DataAPI/Get?FileName=BPP2Y01 (year) and "
        "https://cpx.cbc.gov.tw/API/DataAPI/Get?FileName=BPP2Q01 (quarter).\n"
        "Take the files with Chinese labels: items are bound by their exact label, e.g. "
        "服務-其他服務-智慧財產權使用費-收入. The service often answers empty: ask again.\n"
        "中文標籤檔 BPP2Y01（年）與 BPP2Q01（季）；項目以完整名稱對應；回應為空時請重試。"
    ),
    tables=(ITEM,),
    read=read_cbc_bop,
    fetcher=fetcher(read_cbc_bop),
    release_months=(2, 5, 8, 11),
    feeds=("F1-2-08",),
)
