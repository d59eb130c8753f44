"""From the bytes of one customs portal CSV file to checked blocks of columns.

Here: the header, cutting the file into blocks of lines, splitting these, mending or refusing lines
that are not plain, decoding. Not here: the bronze tables made of the blocks (`customs_portal`).

A file is read in blocks of a few megabytes, so that memory does not grow with it. Lines are split
as bytes: no second byte of cp950 is a comma, a quote or a line feed. Only the distinct texts of a
column are decoded, which are few; that is why Big5 costs next to nothing here.

Traps seen in real files: ``?`` stands for a character that cp950 does not have; a comma in an
English name is not quoted. A query without partners has no column 國家: its lines are of the whole
world. Quantities (數量) are not read.
"""

from __future__ import annotations

import mmap
import re
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from isal import isal_zlib
from numpy.typing import NDArray
from pyarrow import csv

from sources.contract import SourceError
from sources.periods import Period, parse_period

ENCODING = "cp950"
HEADER_WITHIN_LINES = 20
BLOCK_BYTES = 4 << 20
AHEAD = 1
"""Blocks that a thread splits while another one is looked at; another file is read beside."""
WITHHELD = "D"
MOST_VALUE = 10**11
"""In thousands: several times what Taiwan makes in a year. A value from here on is a mistake."""
WORLD = "全球"
COMMA = b"\x1f"
"""Stands for a comma inside a name while a line is split."""

TEXT_COLUMNS = {
    "進出口別": "flow",
    "日期": "period_label",
    "貨品號列": "goods_code",
    "中文貨名": "goods_name_zh",
}
OPTIONAL_TEXT_COLUMNS = {"英文貨名": "goods_name_en", "國家": "partner_name"}
PARTNER = "國家"
LABELS = {ours: theirs for theirs, ours in {**TEXT_COLUMNS, **OPTIONAL_TEXT_COLUMNS}.items()}
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

_WORDS = pa.dictionary(pa.int32(), pa.binary())
_WHOLE = re.compile(rb"0*[0-9]{1,11}")
_NUMBER = re.compile(rb"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?")
# A goods code has 2, 4, 6, 8, 10 or 11 digits; a spreadsheet takes off the leading zero, or turns
# 11 digits into 8.54E+10, which would pass for a code with a letter.
_SPOILT_CODE = re.compile(r"[0-9]|[0-9]{3}|[0-9]{5}|[0-9]{7}|[0-9]{9}|.*[.+].*")

Ids = NDArray[np.int32]
Bytes = bytes | memoryview
NAMES = ("goods_name_zh", "goods_name_en")
"""Columns that follow from the goods code: read where it first comes (`Block.names`)."""


@dataclass(frozen=True)
class Header:
    """Where the header stands (`end`: in bytes), and which field is which column of ours."""

    line: int
    end: int
    width: int
    text: dict[str, int]
    values: dict[str, int]
    weight_unit: str | None


@dataclass(frozen=True)
class Block:
    """Lines of a file as columns: positions in `Words` for texts, numbers for values.

    A withheld value (``D``) is null. `first_line` is the number of the first line in the file;
    `digest` tells the block's bytes from others.
    """

    first_line: int
    digest: bytes
    texts: dict[str, Ids]
    values: dict[str, pa.Array]
    raw: Bytes
    header: Header
    path: Path

    @property
    def height(self) -> int:
        """How many lines there are."""
        return len(self.texts["flow"])

    def names(self, positions: Sequence[int]) -> list[tuple[str | None, str | None]]:
        """Return the Chinese and the English name of the goods of some lines, null if empty.

        Raises:
            SourceError: bytes that are not Big5.
        """
        feeds = np.flatnonzero(np.frombuffer(self.raw, np.uint8) == ord("\n"))
        starts = np.concatenate([[0], feeds[:-1] + 1])
        columns = [self.header.text.get(name) for name in NAMES]
        raw: list[bytes] = []
        for at in positions:
            line = _without_surplus_commas(bytes(self.raw[starts[at] : feeds[at]]), self.header)
            fields = line.split(b",")
            raw += [b"" if column is None else fields[column] for column in columns]
        try:  # at once: one by one it would cost as much as all the rest
            texts = b"\n".join(raw).decode(ENCODING).split("\n")
        except UnicodeDecodeError:
            for number, name in enumerate(raw):
                decode(name, self.first_line + positions[number // len(NAMES)], self.path)
            raise
        plain = [text.replace(COMMA.decode(), ",").strip() or None for text in texts]
        found = list(zip(plain[::2], plain[1::2], strict=True))
        return found


@dataclass
class Words:
    """The distinct texts of one column, in the order in which they came."""

    column: str
    texts: list[str] = field(default_factory=list)
    _of_text: dict[str, int] = field(default_factory=dict)
    _of_bytes: dict[bytes, int] = field(default_factory=dict)

    def ids(self, found: pa.DictionaryArray, first_line: int, path: Path) -> Ids:
        """Return the position in `texts` of every line of a block.

        Raises:
            SourceError: bytes that are not Big5, or a text that the column cannot have.
        """
        positions: Ids = found.indices.to_numpy()
        here: Ids = np.empty(len(found.dictionary), np.int32)
        for index, raw in enumerate(found.dictionary.to_pylist()):
            known = self._of_bytes.get(raw)
            if known is None:
                try:
                    known = self._add(raw, 0, path)
                except SourceError:  # once more with the line, which takes a search
                    self._add(raw, first_line + int(np.argmax(positions == index)), path)
                    raise
            here[index] = known
        lines: Ids = here[positions]
        return lines

    def _add(self, raw: bytes, line: int, path: Path) -> int:
        text = decode(raw, line, path).strip()
        if self.column in ("flow", "goods_code", "partner_name") and not text:
            raise _cannot_be(text, self.column, "a text", line, path)
        if self.column == "goods_code" and _SPOILT_CODE.fullmatch(text):
            expected = (
                "2, 4, 6, 8, 10 or 11 digits; did a spreadsheet take the leading zero or round it?"
            )
            raise _cannot_be(text, self.column, expected, line, path)
        if self.column == "period_label":
            period(text, line, path)
        known = self._of_text.setdefault(text, len(self.texts))
        if known == len(self.texts):
            self.texts.append(text)
        self._of_bytes[raw] = known
        return known


def period(label: str, line: int, path: Path) -> Period:
    """Return what a label of the column 日期 says.

    Raises:
        SourceError: it cannot be read, or is a quarter, which the query page does not offer.
    """
    found = parse_period(label, file=path, place=line)
    if found.kind == "quarter":
        raise SourceError(
            f"'{label}' is a quarter.",
            file=path,
            place=line,
            expected="a year, a month or a range of months",
        )
    return found


def read_header(path: Path) -> Header:
    """Find and bind the header of a file.

    Raises:
        SourceError: another output of the portal, no header, or columns that cannot be.
    """
    with path.open("rb") as handle:
        return _find_header(handle, path)


def read_blocks(path: Path, words: dict[str, Words]) -> Iterator[Block]:
    """Yield the lines of a file in order, some megabytes at a time.

    Args:
        path: the file.
        words: filled with the distinct texts of each text column.

    Raises:
        SourceError: not cp950, no header, a value column in an unknown unit, a line with too many
            or too few fields, a text, period or value that cannot be, a file that breaks off.
    """
    header = read_header(path)
    for name in header.text:
        if name not in NAMES:
            words.setdefault(name, Words(name))
    begun: deque[tuple[int, Bytes, Future[_Split]]] = deque()
    with path.open("rb") as handle, ThreadPoolExecutor(1) as pool:
        # Mapped, not read: a copy of each block would cost as much as splitting it.
        mapped = mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ)
        done = 0
        for line, raw in _cut(mapped, header, path):
            begun.append((line, raw, pool.submit(_read, raw, header)))
            if len(begun) > AHEAD:
                done += len(begun[0][1])
                yield _check(*begun.popleft(), header, words, path)
                # What has been read must not count as memory in use.
                mapped.madvise(mmap.MADV_DONTNEED, 0, done // mmap.PAGESIZE * mmap.PAGESIZE)
        while begun:
            yield _check(*begun.popleft(), header, words, path)


def _cut(mapped: mmap.mmap, header: Header, path: Path) -> Iterator[tuple[int, Bytes]]:
    """Yield (number of the first line, whole lines); blank lines at the end are left out."""
    view, size = memoryview(mapped), len(mapped)
    end = size
    while end > header.end and mapped[end - 1] in b"\r\n":
        end -= 1
    if end == header.end:
        return
    end = mapped.find(b"\n", end) + 1
    if end == 0:
        raise SourceError(
            "The last line does not end: the file was cut off.",
            file=path,
            place=header.line + 1 + _lines_in(view[header.end :]),
            expected="a line feed at the end of the file",
            todo="download the file again",
        )
    line, start = header.line + 1, header.end
    while start < end:
        stop = mapped.rfind(b"\n", start, min(start + BLOCK_BYTES, end)) + 1
        stop = stop or mapped.find(b"\n", start) + 1  # a line longer than a block
        yield line, view[start:stop]
        line += _lines_in(view[start:stop])
        start = stop


def _lines_in(raw: Bytes) -> int:
    return int(np.count_nonzero(np.frombuffer(raw, np.uint8) == ord("\n")))


_Split = tuple[bytes, pa.Table | None]


def _read(raw: Bytes, header: Header) -> _Split:
    digest = isal_zlib.crc32(raw).to_bytes(4) + len(raw).to_bytes(8)
    return digest, _split(raw, header)


def _split(raw: Bytes, header: Header) -> pa.Table | None:
    """Return the wanted columns of plain lines; None if one of them is not plain."""
    names = [str(index) for index in range(header.width)]
    wanted = {str(at): _WORDS for ours, at in header.text.items() if ours not in NAMES}
    for ours, index in header.values.items():
        wanted[str(index)] = pa.float64() if ours == "weight" else pa.int64()
    try:
        table = csv.read_csv(
            pa.BufferReader(pa.py_buffer(raw)),
            csv.ReadOptions(column_names=names, use_threads=False, block_size=len(raw) + 1),
            csv.ParseOptions(quote_char=False, ignore_empty_lines=False),
            csv.ConvertOptions(
                check_utf8=False,
                column_types=wanted,
                include_columns=list(wanted),
                null_values=[WITHHELD],
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    # A second count of the lines, so that none is lost between the bytes and the table.
    if table.num_rows != _lines_in(raw):
        return None
    for index in header.values.values():
        extremes = pc.min_max(table[str(index)]).as_py()
        lowest, highest = extremes["min"], extremes["max"]
        most = float("inf") if wanted[str(index)] == pa.float64() else MOST_VALUE
        if lowest is not None and not (lowest >= 0 and highest < most):
            return None
        if wanted[str(index)] == pa.float64() and pc.any(pc.is_nan(table[str(index)])).as_py():
            return None
    return table


def _check(
    first_line: int,
    raw: Bytes,
    begun: Future[_Split],
    header: Header,
    words: dict[str, Words],
    path: Path,
) -> Block:
    digest, table = begun.result()
    if table is None:
        table = _split(_mend(first_line, bytes(raw), header, path), header)
    if table is None:
        raise SourceError(
            "The lines from here on cannot be split into fields.",
            file=path,
            place=first_line,
            todo="download the file again; if it stays so, tell who keeps this reader",
        )
    texts = {
        ours: words[ours].ids(table[str(index)].combine_chunks(), first_line, path)
        for ours, index in header.text.items()
        if ours not in NAMES
    }
    values = {ours: table[str(at)].combine_chunks() for ours, at in header.values.items()}
    return Block(first_line, digest, texts, values, raw, header, path)


def _mend(first_line: int, raw: bytes, header: Header, path: Path) -> bytes:
    """Return lines whose fields are plain, or refuse the first that cannot be made so."""
    mended = []
    for line, text in enumerate(raw.removesuffix(b"\n").split(b"\n"), first_line):
        decode(text, line, path)
        fields = _without_surplus_commas(text.removesuffix(b"\r"), header).split(b",")
        if len(fields) != header.width:
            raise SourceError(
                f"The line has {len(fields)} fields: '{decode(text, line, path)[:60]}'.",
                file=path,
                place=line,
                expected=f"{header.width} fields, as in the header",
                todo="download the file again; if a name has a comma in it, "
                "tell who keeps this reader",
            )
        for ours, index in header.values.items():
            fields[index] = value = fields[index].strip()
            shape = _NUMBER if ours == "weight" else _WHOLE
            if value != WITHHELD.encode() and not shape.fullmatch(value):
                kind = "number" if ours == "weight" else "whole number"
                expected = f"a {kind} from 0, or {WITHHELD} for a withheld one"
                raise _cannot_be(decode(value, line, path), ours, expected, line, path)
        mended.append(b",".join(fields).replace(b"\r", b" "))
    return b"\n".join(mended) + b"\n"


def _without_surplus_commas(line: bytes, header: Header) -> bytes:
    """Return a line in which the commas of the English name are hidden, if it must be these.

    It must be when there are too many, the partner stands right after the name, and what is then
    the name has no Chinese: with a comma of thousands, or one in a Chinese name, it would have.
    """
    name, partner = header.text.get("goods_name_en"), header.text.get("partner_name")
    surplus = line.count(b",") - header.width + 1
    if surplus <= 0 or name is None or partner != name + 1:
        return line
    fields = line.split(b",")
    hidden = COMMA.join(fields[name : name + 1 + surplus])
    if not hidden.isascii():
        return line
    return b",".join([*fields[:name], hidden, *fields[name + 1 + surplus :]])


def _find_header(handle: BufferedReader, path: Path) -> Header:
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
        names = decode(raw, number, path).rstrip("\r\n").split(",")
        if names[0].strip() == "進出口別":
            return _bind(names, number, handle.tell(), path)
    raise SourceError(
        f"No line of the first {HEADER_WITHIN_LINES} starts with 進出口別.",
        file=path,
        expected="the header 進出口別,日期,貨品號列,中文貨名,英文貨名,國家,美元(千元)",
        todo="land the CSV of the Chinese query page GA30 as it was downloaded",
    )


def _bind(names: Sequence[str], line: int, end: int, path: Path) -> Header:
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
    text = {ours: at[theirs] for ours, theirs in LABELS.items() if theirs in at}
    unit = WEIGHT_COLUMNS[weights[0]] if weights else None
    return Header(line, end, len(names), text, values, unit)


def decode(raw: bytes, line: int, path: Path) -> str:
    """Return the text of some bytes of a file.

    Raises:
        SourceError: they are not Big5 (cp950).
    """
    try:
        return raw.decode(ENCODING)
    except UnicodeDecodeError as error:
        raise SourceError(
            f"Byte 0x{raw[error.start]:02X} is not Big5 (cp950).",
            file=path,
            place=line + raw.count(b"\n", 0, error.start),
            todo="land the file as it was downloaded, not a copy saved by a program",
        ) from error


def _cannot_be(value: str, column: str, expected: str, line: int, path: Path) -> SourceError:
    return SourceError(
        f"'{value}' in column {LABELS.get(column, column)} cannot be right.",
        file=path,
        place=line,
        expected=expected,
        todo="download the file again and land it untouched",
    )
