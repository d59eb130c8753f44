"""Taiwan's exports and imports by goods code and partner, from the customs portal's CSV files.

Here: the bronze tables of one file, written as its lines are read, and what cannot be within one
file. Not here: the bytes of the files (`customs_csv`); which of two files is right for a month,
which lines may be added up, partner names to areas (all in dbt_project).

Traps seen in real files: a year-to-date range stands beside full years; goods codes with letters
(``28ZZZZ``), the partner 資訊保護國別 and the value ``D`` hide protected trade.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sources.contract import BulkReader, Source, SourceError, Table
from sources.customs_csv import WORLD, Block, Header, Ids, Words, period, read_blocks, read_header

PROTECTED_PARTNER = "資訊保護國別"
ROWS_PER_GROUP = 1 << 17
MOST_PARTNERS = 1 << 12
MOST_GOODS = 1 << 20
MOST_DIGITS = 31

TRADE_LINE = Table(
    name="trade_line",
    columns={
        "flow": pl.String(),
        "period_from": pl.String(),
        "period_to": pl.String(),
        "period_kind": pl.String(),
        "is_preliminary": pl.Boolean(),
        "goods_code": pl.String(),
        "partner_name": pl.String(),
        "value_usd_thousand": pl.Int64(),
        "value_ntd_thousand": pl.Int64(),
        "weight": pl.Float64(),
        "weight_unit": pl.String(),
        "is_withheld": pl.Boolean(),
        "is_information_protected": pl.Boolean(),
    },
    key=("flow", "period_from", "period_to", "goods_code", "partner_name"),
    description=(
        "Trade in one class of goods with one partner in one period, as queried; the name of the "
        "Parquet file begins with the file_key of `file_period`."
    ),
    traced=False,
)
FILE_PERIOD = Table(
    name="file_period",
    columns={
        "file_key": pl.String(),
        "flow": pl.String(),
        "period_from": pl.String(),
        "period_to": pl.String(),
        "period_kind": pl.String(),
        "is_preliminary": pl.Boolean(),
        "has_partners": pl.Boolean(),
        "lines": pl.Int64(),
    },
    key=("file_key", "flow", "period_from", "period_to", "is_preliminary"),
    description="What one file holds: the lines of one flow in one period, from its first line.",
)
GOODS_NAME = Table(
    name="goods_name",
    columns={
        "file_key": pl.String(),
        "goods_code": pl.String(),
        "goods_name_zh": pl.String(),
        "goods_name_en": pl.String(),
    },
    key=("file_key", "goods_code"),
    description="How one file names a class of goods, in its first line about it.",
)

_PERIOD_COLUMNS = {
    "flow": pl.String(),
    "period_from": pl.String(),
    "period_to": pl.String(),
    "period_kind": pl.String(),
    "is_preliminary": pl.Boolean(),
}
_SUM_COLUMNS = {
    "is_information_protected": pl.Boolean(),
    "line_count": pl.Int64(),
    "withheld_lines": pl.Int64(),
    "value_usd_thousand": pl.Int64(),
    "value_ntd_thousand": pl.Int64(),
}
GOODS_TOTAL = Table(
    name="goods_total",
    columns={**_PERIOD_COLUMNS, "goods_code": pl.String(), **_SUM_COLUMNS},
    key=("flow", "period_from", "period_to", "goods_code", "is_information_protected"),
    description=(
        "Control totals of a file's lines about one goods code in one period, noted while they "
        "were read; a key may come in several parts, to be added. File names as for trade_line."
    ),
    traced=False,
)
PARTNER_TOTAL = Table(
    name="partner_total",
    columns={
        **_PERIOD_COLUMNS,
        "goods_digits": pl.Int32(),
        "partner_name": pl.String(),
        **_SUM_COLUMNS,
    },
    key=("flow", "period_from", "period_to", "goods_digits", "partner_name"),
    description=(
        "Control totals of a file's lines about one partner in one period, by the length of the "
        "goods code; a key may come in several parts, to be added. File names as for trade_line."
    ),
    traced=False,
)

_TEXT = pa.dictionary(pa.int32(), pa.string())


def read_file(path: Path, directory: Path) -> dict[str, pl.DataFrame]:
    """Read one CSV file; its lines go to ``<directory>/trade_line/<file_key>-<year>.parquet``.

    Values that the form did not ask for are null; so is a withheld one (``D``), with `is_withheld`.
    Weights are in `weight_unit` (公噸 or 公斤). Memory grows by four bytes a line.

    Returns:
        The frames of `FILE_PERIOD` and `GOODS_NAME`, with `_source_row`, the first line.

    Raises:
        SourceError: what `read_blocks` raises, or two lines of one file about the same trade.
    """
    header = read_header(path)
    words: dict[str, Words] = {}
    content = hashlib.sha256(repr(header).encode())
    seen = _Seen(path, header)
    texts = _Texts(words, path)
    with (
        _YearWriter(directory / TRADE_LINE.name, header) as writer,
        _TotalsWriter(directory, header) as totals,
    ):
        for block in read_blocks(path, words):
            content.update(block.digest)
            texts.grow()
            seen.note(block)
            writer.write(block, texts)
            totals.write(block, texts)
    seen.refuse_repeated(words)
    key = content.hexdigest()[:16]
    for part in sorted(directory.glob("*/*.parquet")):
        part.rename(part.with_name(f"{key}-{part.name}"))
    return {
        FILE_PERIOD.name: seen.file_period(key, words),
        GOODS_NAME.name: seen.goods_name(key, words),
    }


class _Texts:
    """The distinct texts of the columns so far, and what follows from each, made when it grows."""

    def __init__(self, words: Mapping[str, Words], path: Path) -> None:
        self._words, self._path = words, path
        self._arrays: dict[str, pa.Array] = {}
        self._marks: dict[str, NDArray[np.bool_]] = {}
        self.years = np.zeros(0, np.int32)
        self.digits = np.zeros(0, np.int32)

    def grow(self) -> None:
        """Take in the texts that came with the last block."""
        for column, words in self._words.items():
            if len(self._arrays.get(column, ())) == len(words.texts):
                continue
            self._arrays[column] = pa.array(words.texts, pa.string())
            if column == "goods_code":
                self._marks[column] = np.array([not code.isdigit() for code in words.texts])
                self.digits = np.array([min(len(c), MOST_DIGITS) for c in words.texts], np.int32)
            elif column == "partner_name":
                self._marks[column] = np.array([n == PROTECTED_PARTNER for n in words.texts])
            elif column == "period_label":
                found = [period(text, 0, self._path) for text in words.texts]
                self._arrays["period_from"] = pa.array([each.start for each in found])
                self._arrays["period_to"] = pa.array([each.end for each in found])
                self._arrays["period_kind"] = pa.array([each.kind for each in found])
                self._marks[column] = np.array([each.is_preliminary for each in found])
                self.years = np.array([int(each.start[:4]) for each in found], np.int32)

    def column(self, name: str, ids: Ids) -> pa.DictionaryArray:
        """The texts of a column, by their positions."""
        return pa.DictionaryArray.from_arrays(pa.array(ids), self._arrays[name])

    def marked(self, column: str, ids: Ids) -> NDArray[np.bool_]:
        """Whether a goods code has letters, a partner is the protected, a period preliminary."""
        return self._marks[column][ids]

    def protected(self, block: Block) -> NDArray[np.bool_]:
        """Whether a line repeats what others hold, to protect information."""
        found = self.marked("goods_code", block.texts["goods_code"])
        if "partner_name" in block.texts:
            found |= self.marked("partner_name", block.texts["partner_name"])
        return found


class _YearWriter:
    """Writes lines to one Parquet file per year, some hundred thousand at a time."""

    def __init__(self, directory: Path, header: Header) -> None:
        self.directory, self._header = directory, header
        self._writers: dict[int, pq.ParquetWriter] = {}
        self._waiting: dict[int, list[pa.Table]] = {}
        self._schema = _schema(TRADE_LINE)
        self._pool = ThreadPoolExecutor(1)
        self._writing: Future[None] | None = None

    def __enter__(self) -> _YearWriter:
        self.directory.mkdir()
        return self

    def __exit__(self, *_: object) -> None:
        with self._pool:
            for year in sorted(self._waiting):
                self._flush(year)
            self._wait()
        for writer in self._writers.values():
            writer.close()

    def write(self, block: Block, texts: _Texts) -> None:
        """Take the lines of a block."""
        labels = block.texts["period_label"]
        table = self._table(block, texts)
        here = set(texts.years[np.flatnonzero(np.bincount(labels))].tolist())
        for year in sorted(here):
            of_year = None if len(here) == 1 else pa.array((texts.years == year)[labels])
            lines = table if of_year is None else table.filter(of_year)
            waiting = self._waiting.setdefault(year, [])
            waiting.append(lines)
            if sum(map(len, waiting)) >= ROWS_PER_GROUP:
                self._flush(year)

    def _table(self, block: Block, texts: _Texts) -> pa.Table:
        labels, goods = block.texts["period_label"], block.texts["goods_code"]
        columns: dict[str, pa.Array] = {
            name: texts.column(name, labels) for name in ("period_from", "period_to", "period_kind")
        }
        columns["is_preliminary"] = pa.array(texts.marked("period_label", labels))
        columns["flow"] = texts.column("flow", block.texts["flow"])
        columns["goods_code"] = texts.column("goods_code", goods)
        if "partner_name" in block.texts:
            columns["partner_name"] = texts.column("partner_name", block.texts["partner_name"])
        else:
            columns["partner_name"] = _always(WORLD, block.height)
        columns["is_information_protected"] = pa.array(texts.protected(block))
        columns["is_withheld"] = pa.array(_withheld(block))
        columns |= block.values
        if self._header.weight_unit is not None:
            columns["weight_unit"] = _always(self._header.weight_unit, block.height)
        return pa.table(
            [columns.get(field.name, pa.nulls(block.height, field.type)) for field in self._schema],
            schema=self._schema,
        )

    def _flush(self, year: int) -> None:
        waiting = self._waiting.pop(year, [])
        if not waiting:
            return
        if year not in self._writers:
            path = self.directory / f"{year:04d}.parquet"
            self._writers[year] = _writer(path, self._schema)
        self._wait()  # one at a time, so that no more than one waits in memory
        self._writing = self._pool.submit(_write, self._writers[year], waiting)

    def _wait(self) -> None:
        if self._writing is not None:
            self._writing.result()
            self._writing = None


def _write(writer: pq.ParquetWriter, waiting: list[pa.Table]) -> None:
    table = pa.concat_tables(waiting).unify_dictionaries().combine_chunks()
    writer.write_table(table, row_group_size=ROWS_PER_GROUP * 2)


class _TotalsWriter:
    """Adds up the lines of each block by goods code and by partner, and writes the sums.

    Values are below `MOST_VALUE` of `customs_csv`, so a block's sums are exact in double precision.
    """

    def __init__(self, directory: Path, header: Header) -> None:
        self._directory = directory
        self._has_partners = "partner_name" in header.text
        self._waiting: dict[str, list[pa.Table]] = {GOODS_TOTAL.name: [], PARTNER_TOTAL.name: []}
        self._writers: dict[str, pq.ParquetWriter] = {}

    def __enter__(self) -> _TotalsWriter:
        return self

    def __exit__(self, *_: object) -> None:
        for name in self._waiting:
            self._flush(name)
        for writer in self._writers.values():
            writer.close()

    def write(self, block: Block, texts: _Texts) -> None:
        """Take the lines of a block."""
        goods = block.texts["goods_code"]
        partners = block.texts.get("partner_name", np.zeros(block.height, np.int32))
        protected = texts.protected(block).astype(np.int64)
        group = block.texts["flow"].astype(np.int64) << 16 | block.texts["period_label"]
        groups, of_line = group[:1], np.zeros(1, np.int64)
        if (group != group[0]).any():
            groups, of_line = np.unique(group, return_inverse=True)
        withheld = _withheld(block)
        for name, member in ((GOODS_TOTAL.name, goods), (PARTNER_TOTAL.name, partners)):
            lengths = MOST_DIGITS + 1 if name == PARTNER_TOTAL.name else 1
            digits = texts.digits[goods] if name == PARTNER_TOTAL.name else 0
            size = int(member.max()) + 1
            code = ((of_line * lengths + digits) * size + member) * 2 + protected
            kept = np.arange(len(groups) * lengths * size * 2)
            if len(kept) > 4 * block.height:  # few of many: lines in no order
                kept, code = np.unique(code, return_inverse=True)
            count = np.bincount(code, minlength=len(kept))
            at = np.flatnonzero(count)
            none = pa.array(np.zeros(len(at), np.int64))
            sums = {
                "line_count": pa.array(count[at]),
                "withheld_lines": _sums(code, at, withheld) if withheld.any() else none,
            }
            for column in ("value_usd_thousand", "value_ntd_thousand"):
                if column in block.values:
                    values = pc.fill_null(block.values[column], 0).to_numpy()
                    sums[column] = _sums(code, at, values)
            found = kept[at]
            of_group, of_digits = found // (2 * size * lengths), found // (2 * size) % lengths
            of_member, is_protected = found // 2 % size, found % 2
            self._add(name, texts, groups[of_group], of_member, of_digits, is_protected, sums)

    def _add(
        self,
        name: str,
        texts: _Texts,
        group: NDArray[np.int64],
        member: NDArray[np.int64],
        digits: NDArray[np.int64],
        is_protected: NDArray[np.int64],
        sums: Mapping[str, pa.Array],
    ) -> None:
        flows, labels = (group >> 16).astype(np.int32), (group & 0xFFFF).astype(np.int32)
        members = member.astype(np.int32)
        columns: dict[str, pa.Array] = {
            **{key: texts.column(key, labels) for key in ("period_from", "period_to")},
            "period_kind": texts.column("period_kind", labels),
            "flow": texts.column("flow", flows),
            "is_preliminary": pa.array(texts.marked("period_label", labels)),
            "is_information_protected": pa.array(is_protected.astype(bool)),
            **sums,
        }
        if name == GOODS_TOTAL.name:
            columns["goods_code"] = texts.column("goods_code", members)
        else:
            columns["goods_digits"] = pa.array(digits.astype(np.int32))
            columns["partner_name"] = (
                texts.column("partner_name", members)
                if self._has_partners
                else _always(WORLD, len(members))
            )
        schema = _schema(GOODS_TOTAL if name == GOODS_TOTAL.name else PARTNER_TOTAL)
        height = len(members)
        waiting = self._waiting[name]
        waiting.append(
            pa.table(
                [columns.get(field.name, pa.nulls(height, field.type)) for field in schema],
                schema=schema,
            )
        )
        if sum(map(len, waiting)) >= ROWS_PER_GROUP:
            self._flush(name)

    def _flush(self, name: str) -> None:
        waiting, self._waiting[name] = self._waiting[name], []
        if not waiting:
            return
        if name not in self._writers:
            (self._directory / name).mkdir()
            self._writers[name] = _writer(self._directory / name / "all.parquet", waiting[0].schema)
        _write(self._writers[name], waiting)


def _sums(code: NDArray[Any], at: NDArray[Any], weights: NDArray[Any]) -> pa.Array:
    return pa.array(np.bincount(code, weights=weights)[at].astype(np.int64))


def _withheld(block: Block) -> NDArray[np.bool_]:
    found = np.zeros(block.height, bool)
    for values in block.values.values():
        if values.null_count:
            found |= pc.is_null(values).to_numpy(zero_copy_only=False)
    return found


def _schema(table: Table) -> pa.Schema:
    arrow = {
        pl.String(): _TEXT,
        pl.Boolean(): pa.bool_(),
        pl.Int64(): pa.int64(),
        pl.Int32(): pa.int32(),
        pl.Float64(): pa.float64(),
    }
    return pa.schema([(name, arrow[dtype]) for name, dtype in table.columns.items()])


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        compression_level=1,
        store_schema=False,
        use_dictionary=[field.name for field in schema if field.type == _TEXT],
        write_statistics=["flow", "period_from"],  # the others cost more than they spare
    )


def _always(text: str, height: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(height, np.int32)), pa.array([text]))


class _Seen:
    """What a file has been seen to hold: per flow and period, and which names goods have."""

    def __init__(self, path: Path, header: Header) -> None:
        self._path, self._header = path, header
        self._lines: dict[tuple[int, int], list[NDArray[np.uint32]]] = {}
        self._first: dict[tuple[int, int], int] = {}
        self._names: list[tuple[str | None, str | None, int]] = []

    def note(self, block: Block) -> None:
        """Take the lines of a block."""
        goods, labels = block.texts["goods_code"], block.texts["period_label"]
        partners = block.texts.get("partner_name", np.zeros(block.height, np.int32))
        if int(partners.max()) >= MOST_PARTNERS or int(goods.max()) >= MOST_GOODS:
            raise SourceError(
                "The file has too many different partners or goods codes.",
                file=self._path,
                expected=f"at most {MOST_PARTNERS:,} partners and {MOST_GOODS:,} goods codes",
                todo="see whether the columns are in the order of their header",
            )
        trade = goods.astype(np.uint32) * np.uint32(MOST_PARTNERS) + partners.astype(np.uint32)
        group = block.texts["flow"].astype(np.int64) << 32 | labels
        lines = np.arange(block.first_line, block.first_line + block.height)
        if np.count_nonzero(group[1:] != group[:-1]) > 64:
            order = np.argsort(group, kind="stable")
            trade, group, lines = trade[order], group[order], lines[order]
        bounds = [0, *(np.flatnonzero(group[1:] != group[:-1]) + 1).tolist(), len(group)]
        for start, end in pairwise(bounds):
            key = (int(group[start]) >> 32, int(group[start]) & 0xFFFFFFFF)
            self._lines.setdefault(key, []).append(trade[start:end].copy())
            self._first.setdefault(key, int(lines[start]))
        seen = np.unique(goods)
        fresh = seen[seen >= len(self._names)]
        if len(fresh):  # positions are given as the codes come: the new ones are the highest
            first = np.full(int(goods.max()) + 1, -1)
            first[goods[::-1]] = np.arange(block.height - 1, -1, -1)
            places = first[fresh].tolist()
            for place, names in zip(places, block.names(places), strict=True):
                self._names.append((*names, block.first_line + place))

    def refuse_repeated(self, words: Mapping[str, Words]) -> None:
        """Refuse a file that has two lines about the same trade: one would be counted twice.

        Raises:
            SourceError: with both lines.
        """
        for (flow, label), parts in self._lines.items():
            trade = np.sort(np.concatenate(parts))
            twice = trade[1:][trade[1:] == trade[:-1]]
            if len(twice):
                goods, partner = divmod(int(twice[0]), MOST_PARTNERS)
                wanted = {"flow": flow, "period_label": label, "goods_code": goods}
                if "partner_name" in words:
                    wanted["partner_name"] = partner
                self._refuse({name: words[name].texts[at] for name, at in wanted.items()})

    def _refuse(self, trade: Mapping[str, str]) -> None:
        words: dict[str, Words] = {}
        lines: list[int] = []
        for block in read_blocks(self._path, words):
            same = np.ones(block.height, bool)
            for name, text in trade.items():
                texts = words[name].texts
                same &= block.texts[name] == (texts.index(text) if text in texts else -1)
            lines += (block.first_line + np.flatnonzero(same)).tolist()
        said = ", ".join(f"{name}={text!r}" for name, text in trade.items())
        raise SourceError(
            f"The same trade is there twice, in lines {lines[0]} and {lines[1]}: {said}.",
            file=self._path,
            expected="one line per flow, period, goods code and partner",
            todo="download the file again; put no two downloads into one file",
        )

    def file_period(self, key: str, words: Mapping[str, Words]) -> pl.DataFrame:
        """The frame of `FILE_PERIOD`, in the order of the first lines."""
        rows = []
        for (flow, label), parts in self._lines.items():
            line = self._first[flow, label]
            said = period(words["period_label"].texts[label], line, self._path)
            rows.append(
                (
                    *(key, words["flow"].texts[flow], said.start, said.end, said.kind),
                    *(said.is_preliminary, "partner_name" in self._header.text),
                    *(sum(map(len, parts)), line),
                )
            )
        schema = {**FILE_PERIOD.columns, "_source_row": pl.Int64()}
        return pl.DataFrame(rows, schema=schema, orient="row").sort("_source_row")

    def goods_name(self, key: str, words: Mapping[str, Words]) -> pl.DataFrame:
        """The frame of `GOODS_NAME`, in the order of the first lines."""
        codes = words["goods_code"].texts
        rows = [(key, code, *named) for code, named in zip(codes, self._names, strict=True)]
        schema = {**GOODS_NAME.columns, "_source_row": pl.Int64()}
        return pl.DataFrame(rows, schema=schema, orient="row").sort("_source_row")


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
    tables=(TRADE_LINE, GOODS_TOTAL, PARTNER_TOTAL, FILE_PERIOD, GOODS_NAME),
    bulk=BulkReader(read_file),
    feeds=("T1-2-09", "T1-2-10", "T1-2-11", "F1-2-05"),
    release_months=tuple(range(1, 13)),
)
