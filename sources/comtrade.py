"""International trade in goods by reporter, partner and code, from UN Comtrade.

Here: the JSON replies of `data/v1/get/C/{A|M}/HS`, read line by line and kept whole.
Not here: asking for them (`comtrade_api`), which lines are totals and may be added up (staging).

Traps. Wrong parameters give HTTP 200 with count 0 and no error. Lines by second partner, customs
procedure or means of transport stand beside their totals and would double a sum: the codes are
part of the key. `refMonth` is 52 in a yearly line. Values are in USD, not thousands; exports FOB,
imports CIF. Taiwan is no reporter and no partner: 'Other Asia, nes' (490) stands near it and may
serve as a proxy only, so every such line says so in `proxy_note`.

`_source_row` is the 1-based number of the line in the reply.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from sources.comtrade_api import FETCHER, OTHER_ASIA, YEARLY, lines_of
from sources.contract import Source, SourceError, Table
from sources.json_text import parse_json, read_text

PROXY_NOTE = (
    "Other Asia, nes (490) is a proxy for Taiwan, not Taiwan / 其他亞洲地區，僅為臺灣之近似"
)

TRADE = Table(
    name="trade",
    columns={
        "frequency": pl.String(),
        "period": pl.String(),
        "reporter_code": pl.Int64(),
        "reporter_iso": pl.String(),
        "reporter_name": pl.String(),
        "flow_code": pl.String(),
        "partner_code": pl.Int64(),
        "partner_iso": pl.String(),
        "partner_name": pl.String(),
        "partner2_code": pl.Int64(),
        "classification_code": pl.String(),
        "goods_code": pl.String(),
        "goods_name": pl.String(),
        "customs_code": pl.String(),
        "supply_code": pl.String(),
        "transport_code": pl.Int64(),
        "net_weight_kg": pl.Float64(),
        "cif_value_usd": pl.Float64(),
        "fob_value_usd": pl.Float64(),
        "primary_value_usd": pl.Float64(),
        "is_reported": pl.Boolean(),
        "is_aggregate": pl.Boolean(),
        "proxy_note": pl.String(),
    },
    key=(
        "frequency",
        "period",
        "reporter_code",
        "flow_code",
        "partner_code",
        "partner2_code",
        "classification_code",
        "goods_code",
        "customs_code",
        "supply_code",
        "transport_code",
    ),
    description=(
        "Trade of a reporter with a partner in one class of goods and one period, in USD; "
        "breakdowns stand beside totals, and 490 is a proxy for Taiwan. / "
        "申報國與夥伴國之貨品貿易值（美元）；細項與合計並列，代碼 490 僅為臺灣之近似。"
    ),
)


@dataclass(frozen=True)
class _Field:
    """A member of a line: what it is called there, and how its value must look."""

    theirs: str
    parse: Callable[[object], Any]
    expected: str
    may_be_absent: bool = False


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value.strip() or None
    raise TypeError


def _code(value: object) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9:
        return value
    raise TypeError


def _number(value: object) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    raise TypeError


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise TypeError


def _code_as_text(value: object) -> str | None:
    # mosCode is "0" in some replies and 0 in others.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else _text(value)


FIELDS: Mapping[str, _Field] = {
    "reporter_code": _Field("reporterCode", _code, "a code such as 392"),
    "reporter_iso": _Field("reporterISO", _text, "a text or null", may_be_absent=True),
    "reporter_name": _Field("reporterDesc", _text, "a text or null", may_be_absent=True),
    "flow_code": _Field("flowCode", _text, "a code such as X or M"),
    "partner_code": _Field("partnerCode", _code, "a code, 0 for the world"),
    "partner_iso": _Field("partnerISO", _text, "a text or null", may_be_absent=True),
    "partner_name": _Field("partnerDesc", _text, "a text or null", may_be_absent=True),
    "partner2_code": _Field("partner2Code", _code, "a code, 0 for all"),
    "classification_code": _Field("classificationCode", _text, "a code such as H6"),
    "goods_code": _Field("cmdCode", _text, "a code as text such as TOTAL or 8542"),
    "goods_name": _Field("cmdDesc", _text, "a text or null", may_be_absent=True),
    "customs_code": _Field("customsCode", _text, "a code, C00 for all"),
    "supply_code": _Field("mosCode", _code_as_text, "a code, 0 for all"),
    "transport_code": _Field("motCode", _code, "a code, 0 for all"),
    "net_weight_kg": _Field("netWgt", _number, "a number or null", may_be_absent=True),
    "cif_value_usd": _Field("cifvalue", _number, "a number or null", may_be_absent=True),
    "fob_value_usd": _Field("fobvalue", _number, "a number or null", may_be_absent=True),
    "primary_value_usd": _Field("primaryValue", _number, "a number of USD"),
    "is_reported": _Field("isReported", _flag, "true, false or null", may_be_absent=True),
    "is_aggregate": _Field("isAggregate", _flag, "true, false or null", may_be_absent=True),
}


def read_comtrade(files: Sequence[Path]) -> dict[str, pl.DataFrame]:
    """Read the replies of one snapshot.

    Returns:
        ``{"trade": frame}`` with the columns of `TRADE`, `_source_file`, `_source_row`. Values are
        in USD. `period` is a year or, for `frequency` M, like ``2024-05``.

    Raises:
        SourceError: no layout of the service, no line, a count that is not the number of lines, an
            error told with status 200, or a line with a member that cannot be.
    """
    if not files:
        raise SourceError("The snapshot has no file.", expected="replies of data/v1/get/C/A/HS")
    schema = {**TRADE.columns, "_source_file": pl.String(), "_source_row": pl.Int64()}
    rows = [row for path in files for row in _read_reply(path)]
    return {TRADE.name: pl.DataFrame(rows, schema=schema, orient="row")}


def _read_reply(path: Path) -> list[tuple[object, ...]]:
    rows = []
    for number, line in enumerate(lines_of(parse_json(read_text(path), path), path), start=1):
        frequency, period = _period(line, number, path)
        values = {ours: _value(line, field, number, path) for ours, field in FIELDS.items()}
        is_proxy = OTHER_ASIA in (values["reporter_code"], values["partner_code"])
        values |= {"frequency": frequency, "period": period}
        values["proxy_note"] = PROXY_NOTE if is_proxy else None
        rows.append((*(values[name] for name in TRADE.columns), path.name, number))
    return rows


def _value(line: Mapping[str, object], field: _Field, number: int, path: Path) -> object:
    given = line.get(field.theirs)
    try:
        value = None if given is None else field.parse(given)
    except (TypeError, ValueError, OverflowError):
        pass
    else:
        if value is not None or field.may_be_absent:
            return value
    raise SourceError(
        f"{field.theirs} is {str(given)[:60]!r}.",
        file=path,
        place=f"data line {number}",
        expected=field.expected,
    )


def _period(line: Mapping[str, object], number: int, path: Path) -> tuple[str, str]:
    frequency, year, month = (line.get(name) for name in ("freqCode", "refYear", "refMonth"))
    if isinstance(year, int) and 1900 < year < 2100 and isinstance(month, int):
        if frequency == "A" and month == YEARLY and line.get("period") in (str(year), year):
            return "A", str(year)
        code = f"{year}{month:02d}"
        if frequency == "M" and 1 <= month <= 12 and str(line.get("period")) == code:
            return "M", f"{year}-{month:02d}"
    raise SourceError(
        f"freqCode {frequency!r}, refYear {year!r}, refMonth {month!r} and period "
        f"{line.get('period')!r} do not name a period.",
        file=path,
        place=f"data line {number}",
        expected="A with refMonth 52, or M with a month from 1 to 12",
    )


SOURCE = Source(
    id="comtrade",
    title_en="UN Comtrade: trade in goods by reporter, partner and HS code",
    title_zh="聯合國商品貿易統計資料庫：依申報國、夥伴國及HS貨品別",
    publisher_en="United Nations Statistics Division (UNSD)",
    publisher_zh="聯合國統計司（UNSD）",
    homepage="https://comtradeplus.un.org",
    licence="UN Comtrade terms (https://comtrade.un.org/licenseagreement.html): use with "
    "attribution; re-dissemination of the data itself needs UNSD's permission",
    citation="United Nations, UN Comtrade Database. Taiwan: 'Other Asia, nes' (490) as a proxy.",
    access="open",
    how_to_get=(
        "A free key (comtradedeveloper.un.org) in the environment variable COMTRADE_API_KEY, then "
        "`whitepaper fetch comtrade`; or save replies of\n"
        "https://comtradeapi.un.org/data/v1/get/C/A/HS?reporterCode=490&period=2024&partnerCode=0"
        "&partner2Code=0&cmdCode=TOTAL&flowCode=X&customsCode=C00&motCode=0&includeDesc=true\n"
        "(header Ocp-Apim-Subscription-Key) and land them. Wrong parameters give an empty reply "
        "with status 200. Taiwan is not a reporter: 490, 'Other Asia, nes', is a proxy.\n"
        "需免費金鑰；臺灣非申報國，代碼 490（其他亞洲地區）僅為近似，須標示。"
    ),
    tables=(TRADE,),
    read=read_comtrade,
    fetcher=FETCHER,
    feeds=(),
)
