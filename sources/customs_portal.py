"""Taiwan's exports and imports by goods code and partner, from the customs portal's CSV files.

Here: reading the files that the query page GA30 gives (cp950, no quotes, commas only between
fields, up to a few lines of notice above the header). Not here: which lines may be added up
(staging leaves out ranges and protected lines), partner names to areas (dbt_project).

Traps seen in real files: a year-to-date range stands beside full years; goods codes with letters
(``28ZZZZ``), the partner 資訊保護國別 and the value ``D`` hide protected trade; ``?`` stands for a
character that cp950 does not have; a comma in an English name is not quoted. A query without
partners has no column 國家: its lines are of the whole world. Quantities (數量) are not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

import polars as pl

from sources.contract import Source, SourceError, Table
from sources.periods import parse_period

ENCODING = "cp950"
HEADER_WITHIN_LINES = 20
BLOCK_BYTES = 16 << 20
WITHHELD = "D"
_COMMA = "\x1f"
PROTECTED_PARTNER = "資訊保護國別"
WORLD = "全球"

TEXT_COLUMNS = {
    "進出口別": "flow",
    "日期": "period_label",
    "貨品號列": "goods_code",
    "中文貨名": "goods_name_zh",
}
OPTIONAL_TEXT_COLUMNS = {"英文貨名": "goods_name_en", "國家": "partner_name"}
PARTNER = "國家"
WORKBOOKS = {
    b"PK\x03\x04": "a workbook or zip (ODS, XLSX)",
    bytes.fromhex("D0CF11E0A1B11AE1"): "a workbook (XLS)",
    b"<": "a web page or a table for Excel (HTML, XML)",
}
"""How the portal's other outputs begin, and its web page."""
VALUE_COLUMNS = {
    "美元(千元)": "value_usd_thousand",
    "新臺幣(千元)": "value_ntd_thousand",
    "新台幣(千元)": "value_ntd_thousand",
}
WEIGHT_COLUMNS = {"重量(公噸)": "公噸", "重量(公斤)": "公斤"}
QUANTITY_COLUMNS = ("數量", "數量(限11碼貨品)", "數量單位", "重量單位")
KNOWN_COLUMNS = frozenset(
    (*TEXT_COLUMNS, *OPTIONAL_TEXT_COLUMNS, *VALUE_COLUMNS, *WEIGHT_COLUMNS, *QUANTITY_COLUMNS, "")
)
MEASURED = ("美元", "新臺幣", "新台幣", "重量")
"""A column that starts with one of these and has another unit is refused, not passed over."""

TRADE_LINE = Table(
    name="trade_line",
    columns={
        "flow": pl.String(),
        "period_label": pl.String(),
        "period_from": pl.String(),
        "period_to": pl.String(),
        "period_kind": pl.String(),
        "is_preliminary": pl.Boolean(),
        "goods_code": pl.String(),
        "goods_name_zh": pl.String(),
        "goods_name_en": pl.String(),
        "partner_name": pl.String(),
        "value_usd_thousand": pl.Int64(),
        "value_ntd_thousand": pl.Int64(),
        "weight": pl.Float64(),
        "weight_unit": pl.String(),
        "is_withheld": pl.Boolean(),
        "is_information_protected": pl.Boolean(),
    },
    key=("flow", "period_label", "goods_code", "partner_name"),
    description="Trade in one class of goods with one partner in one period, as queried.",
)


@dataclass(frozen=True)
class _Header:
    """Where the header stands and which field is which column of ours."""

    line: int
    width: int
    text: dict[str, int]
    values: dict[str, int]
    weight_unit: str | None


def read_trade_lines(files: Sequence[Path]) -> dict[str, pl.DataFrame]:
    """Read customs CSV files, in blocks, so that memory does not grow with the raw text.

    Returns:
        ``{"trade_line": frame}`` with the columns of `TRADE_LINE`, `_source_file` and
        `_source_row` (the line). Values that the form did not ask for are null; so is a withheld
        one (``D``), with `is_withheld`. Weights are in `weight_unit` (公噸 or 公斤).

    Raises:
        SourceError: not cp950, no header, a value column in an unknown unit, a line with too many
            or too few fields, a period or value that cannot be read, a file that breaks off.
    """
    frames = [frame for path in files for frame in _read_file(path)]
    if not frames:
        schema = {**TRADE_LINE.columns, "_source_file": pl.String(), "_source_row": pl.Int64()}
        return {TRADE_LINE.name: pl.DataFrame(schema=schema)}
    return {TRADE_LINE.name: pl.concat(frames)}


def _read_file(path: Path) -> Iterator[pl.DataFrame]:
    with path.open("rb") as handle:
        header = _find_header(handle, path)
        for first_line, lines in _blocks(handle, header.line + 1, path):
            yield _type(_split(first_line, lines, header, path), header, path)


def _find_header(handle: BufferedReader, path: Path) -> _Header:
    for number in range(1, HEADER_WITHIN_LINES + 1):
        raw = handle.readline()
        for mark, name in WORKBOOKS.items():
            if number == 1 and raw.lstrip().startswith(mark):
                raise SourceError(
                    f"The file is {name}, which is not read.",
                    file=path,
                    expected="the portal's CSV in Big5",
                    todo="query again with the output CSV; do not save a workbook as CSV",
                )
        if raw.startswith(b"\xef\xbb\xbf"):
            raise SourceError(
                "The file is UTF-8; the portal's files are Big5.",
                file=path,
                todo="land the file as it was downloaded, not a copy saved by a program",
            )
        names = _decode(raw, number, path).rstrip("\r\n").split(",")
        if names[0].strip() == "進出口別":
            return _bind(names, number, path)
    raise SourceError(
        f"No line of the first {HEADER_WITHIN_LINES} starts with 進出口別.",
        file=path,
        expected="the header 進出口別,日期,貨品號列,中文貨名,英文貨名,國家,美元(千元)",
        todo="land the CSV of the Chinese query page GA30 as it was downloaded",
    )


def _bind(names: Sequence[str], line: int, path: Path) -> _Header:
    at: dict[str, int] = {}
    for index, name in enumerate(names):
        plain = name.strip().translate(str.maketrans("（）", "()"))
        if plain in at:
            raise SourceError(f"The column '{plain}' is there twice.", file=path, place=line)
        at[plain] = index
    missing = [name for name in TEXT_COLUMNS if name not in at]
    if PARTNER not in at and set(at) - KNOWN_COLUMNS:
        missing.append(PARTNER)  # perhaps under another name: these are no lines of the world
    if missing:
        raise SourceError(
            f"The header has no column {', '.join(missing)}.",
            file=path,
            place=line,
            expected=", ".join((*TEXT_COLUMNS, PARTNER)),
        )
    strange = [
        name
        for name in at
        if name.startswith(MEASURED) and name not in {**VALUE_COLUMNS, **WEIGHT_COLUMNS}
    ]
    weights = [name for name in WEIGHT_COLUMNS if name in at]
    values = {ours: at[name] for name, ours in VALUE_COLUMNS.items() if name in at}
    if strange or len(weights) > 1 or not (values or weights):
        found = ", ".join([*strange, *weights]) or "no value"
        raise SourceError(
            f"The header has {found} where values should be.",
            file=path,
            place=line,
            expected="one or more of "
            + ", ".join((*VALUE_COLUMNS, *WEIGHT_COLUMNS))
            + ", weight in one unit",
            todo="query again with values in thousands, and weight in 公噸 or 公斤",
        )
    if weights:
        values["weight"] = at[weights[0]]
    wanted = {**TEXT_COLUMNS, **OPTIONAL_TEXT_COLUMNS}
    text = {ours: at[name] for name, ours in wanted.items() if name in at}
    return _Header(line, len(names), text, values, WEIGHT_COLUMNS[weights[0]] if weights else None)


def _blocks(handle: BufferedReader, line: int, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield (number of the first line, lines); blank lines at the end of the file are left out."""
    rest = b""
    while block := handle.read(BLOCK_BYTES):
        # cp950's second bytes start at 0x40: a line feed is never half of a character.
        whole, feed, tail = (rest + block).rpartition(b"\n")
        rest = tail
        if feed:
            lines = _decode(whole, line, path).replace("\r\n", "\n").split("\n")
            lines[-1] = lines[-1].removesuffix("\r")
            following = line + len(lines)
            while lines and not lines[-1] and not rest and not handle.peek(1):
                lines.pop()
            if lines:
                yield line, lines
            line = following
    if rest:
        raise SourceError(
            "The last line does not end: the file was cut off.",
            file=path,
            place=line,
            expected="a line feed at the end of the file",
            todo="download the file again",
        )


def _decode(raw: bytes, line: int, path: Path) -> str:
    try:
        return raw.decode(ENCODING)
    except UnicodeDecodeError as error:
        raise SourceError(
            f"Byte 0x{raw[error.start]:02X} is not Big5 (cp950).",
            file=path,
            place=line + raw.count(b"\n", 0, error.start),
            todo="land the file as it was downloaded, not a copy saved by a program",
        ) from error


def _split(first_line: int, lines: list[str], header: _Header, path: Path) -> pl.DataFrame:
    frame = pl.DataFrame({"line": [_without_surplus_commas(line, header) for line in lines]})
    frame = frame.with_row_index("_source_row", offset=first_line)
    commas = frame["line"].str.count_matches(",", literal=True)
    if not (fits := commas == header.width - 1).all():
        place, line = frame.row((~fits).arg_max() or 0)
        raise SourceError(
            f"The line has {line.count(',') + 1} fields: '{line[:60]}'.",
            file=path,
            place=place,
            expected=f"{header.width} fields, as in the header",
            todo="download the file again; if a name has a comma in it, tell who keeps this reader",
        )
    fields = frame["line"].str.split_exact(",", header.width - 1).struct.unnest()
    wanted = {**header.text, **header.values}
    return fields.select(
        pl.nth(index).str.strip_chars().str.replace_all(_COMMA, ",", literal=True).alias(name)
        for name, index in wanted.items()
    ).with_columns(frame["_source_row"].cast(pl.Int64))


def _without_surplus_commas(line: str, header: _Header) -> str:
    """Return a line in which the commas of the English name are hidden, if it must be these.

    It must be when there are too many, the partner stands right after the name, and what is then
    the name has no Chinese: with a comma of thousands, or one in a Chinese name, it would have.
    """
    name, partner = header.text.get("goods_name_en"), header.text.get("partner_name")
    surplus = line.count(",") - header.width + 1
    if surplus <= 0 or name is None or partner != name + 1:
        return line
    fields = line.split(",")
    after = fields[name + 1 + surplus :]
    hidden = _COMMA.join(fields[name : name + 1 + surplus])
    if not hidden.isascii():
        return line
    return ",".join([*fields[:name], hidden, *after])


def _type(frame: pl.DataFrame, header: _Header, path: Path) -> pl.DataFrame:
    if "partner_name" not in header.text:
        frame = frame.with_columns(pl.lit(WORLD).alias("partner_name"))
    for ours in ("flow", "goods_code", "partner_name"):
        _require(frame, pl.col(ours) != "", ours, "a text", path)
    # A goods code has 2, 4, 6, 8, 10 or 11 digits; a spreadsheet takes off the leading zero, or
    # turns 11 digits into 8.54E+10, which would pass for a code with a letter.
    _require(
        frame,
        ~pl.col("goods_code").str.contains(
            r"^[0-9]$|^[0-9]{3}$|^[0-9]{5}$|^[0-9]{7}$|^[0-9]{9}$|[.+]"
        ),
        "goods_code",
        "2, 4, 6, 8, 10 or 11 digits; did a spreadsheet take the leading zero or round it?",
        path,
    )
    typed: list[pl.Expr] = []
    for ours in header.values:
        dtype = TRADE_LINE.columns[ours]
        value = pl.col(ours).cast(dtype, strict=False)
        readable = (value >= 0) & (value.is_finite() if dtype.is_float() else True)
        _require(
            frame,
            (pl.col(ours) == WITHHELD) | readable.fill_null(False),
            ours,
            f"a {'number' if dtype.is_float() else 'whole number'} from 0, or D for a withheld one",
            path,
        )
        typed.append(value)
    nothing = {
        ours: pl.lit(None, dtype)
        for ours, dtype in TRADE_LINE.columns.items()
        if ours in (*VALUE_COLUMNS.values(), "weight", "goods_name_en")
        and ours not in {**header.values, **header.text}
    }
    names = [ours for ours in ("goods_name_zh", "goods_name_en") if ours in header.text]
    return (
        frame.with_columns(
            *typed,
            pl.col(names).replace("", None),
            pl.any_horizontal(*(pl.col(ours) == WITHHELD for ours in header.values)).alias(
                "is_withheld"
            ),
            (
                pl.col("goods_code").str.contains("[A-Za-z]")
                | (pl.col("partner_name") == PROTECTED_PARTNER)
            ).alias("is_information_protected"),
            pl.lit(header.weight_unit, pl.String).alias("weight_unit"),
            pl.lit(path.name, pl.String).alias("_source_file"),
            **nothing,
        )
        .join(_periods(frame, path), on="period_label", how="left", maintain_order="left")
        .select(*TRADE_LINE.columns, "_source_file", "_source_row")
    )


def _periods(frame: pl.DataFrame, path: Path) -> pl.DataFrame:
    rows = []
    labels = frame.group_by("period_label", maintain_order=True).agg(pl.col("_source_row").min())
    for label, line in labels.iter_rows():
        period = parse_period(label, file=path, place=line)
        if period.kind == "quarter":
            raise SourceError(
                f"'{label}' is a quarter.",
                file=path,
                place=line,
                expected="a year, a month or a range of months",
            )
        rows.append((label, period.start, period.end, period.kind, period.is_preliminary))
    names = ("period_label", "period_from", "period_to", "period_kind", "is_preliminary")
    schema = {name: TRADE_LINE.columns[name] for name in names}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _require(frame: pl.DataFrame, holds: pl.Expr, column: str, expected: str, path: Path) -> None:
    broken = frame.filter(~holds)
    if broken.height:
        value, line = broken.select(column, "_source_row").row(0)
        name = {**TEXT_COLUMNS, **OPTIONAL_TEXT_COLUMNS}
        label = next((theirs for theirs, ours in name.items() if ours == column), column)
        raise SourceError(
            f"'{value}' in column {label} cannot be right.",
            file=path,
            place=line,
            expected=expected,
            todo="download the file again and land it untouched",
        )


SOURCE = Source(
    id="customs_portal",
    title_en="Customs portal: exports and imports by goods code and partner",
    title_zh="關港貿單一窗口統計資料查詢平台：進出口貨品量值",
    publisher_en="Customs Administration, Ministry of Finance, Taiwan",
    publisher_zh="財政部關務署",
    homepage="https://portal.sw.nat.gov.tw/APGA/GA30",
    licence="Open Government Data License, version 1.0 (政府資料開放授權條款－第1版), "
    "compatible with CC BY 4.0",
    citation="財政部關務署，統計資料查詢平台 (Customs Administration, Taiwan, Trade Statistics)",
    access="by hand",
    how_to_get=(
        "The query page GA30 (Chinese version) is guarded by a CAPTCHA, so it is asked by hand: "
        "出口總值(含復出口), by month or year, goods codes as needed, 國家 each, values in "
        "新臺幣(千元) or 美元(千元), weight if wanted, output CSV. Land the files as they come, "
        "without opening them in a spreadsheet. Recent months are preliminary (初步值): query "
        "them again next year and land them as a new vintage. Do not add the lettered goods "
        "codes or 資訊保護國別 to a query; they would count twice. "
        "GA30 查詢頁有圖形驗證碼，須人工查詢：出口總值(含復出口)，按月或按年、逐國，"
        "金額以千元計，輸出 CSV；下載後勿以試算表開啟另存。近月為初步值，"
        "翌年應重新查詢並存為新版次；勿加選英文字母號列與資訊保護國別，以免重複計算。"
    ),
    tables=(TRADE_LINE,),
    read=read_trade_lines,
    feeds=("T1-2-09", "T1-2-10", "T1-2-11", "F1-2-05"),
    release_months=tuple(range(1, 13)),
)
