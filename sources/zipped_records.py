"""The records of a zipped text table as a stream: inflated once, counted and proven on the way.

Here: a zip's single member of quoted, TAB-parted text, in chunks of whole records; its length and
CRC; an independent count of its records and fields; the chosen columns of a chunk as a frame. Not
here: whether the zip is harmless (`containers`), what the columns mean (the publisher's module).

Nothing is unpacked to disk, and memory is bounded by a few chunks. A thread inflates and counts
while the caller parses: both leave Python's lock to the other.

Why the count. A reader of CSV that is given a stream cut off at the end of a line gives fewer rows
and no error, and none checks the CRC of a zip. So the records are counted on the inflated bytes
themselves, by the parity of the quotes before each line feed, and each chunk must give that many.
"""

from __future__ import annotations

import csv
import io
import itertools
import queue
import threading
import zipfile
import zlib
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
import polars as pl
from isal import isal_zlib
from isal.igzip_lib import IsalError
from numpy.typing import NDArray

from sources.contract import SourceError

CHUNK_BYTES = 16 << 20
LONGEST_RECORD = 64 << 20
LARGEST_PIECE = 16 << 20
_PACKED_PIECE = 1 << 18
_BLOCK = 1 << 18
"""Bytes that are looked at together: they, and what is made of them, stay in the cache."""

_QUOTE, _LINE_FEED, _TAB, _RETURN = 34, 10, 9, 13
_LOCAL_HEADER = 30
_AGAIN = "download the file again from the publisher"
_DAMAGE: tuple[type[Exception], ...] = (
    *(zipfile.BadZipFile, zlib.error, cast(type[Exception], IsalError)),
    *(OSError, EOFError, KeyError),
)
_BOM = b"\xef\xbb\xbf"

Words = NDArray[np.uint64]


@dataclass(frozen=True)
class Chunk:
    """Whole records: their bytes, how many there are, and the number of the first one (from 1)."""

    body: bytes
    records: int
    first_record: int


@dataclass(frozen=True)
class Scan:
    """What the quotes say of a piece of text.

    Attributes:
        records: how many records end in it.
        end: where the last of them ends; 0 if none does.
        separators: how many separate fields, not being in quotes.
        separators_after: how many of these stand behind `end`.
        is_open: whether it ends within quotes.
        is_odd: whether a quote stands elsewhere than around a field or doubled within one.
    """

    records: int
    end: int
    separators: int
    separators_after: int
    is_open: bool
    is_odd: bool


class ZippedRecords:
    """A zip with one table, open for reading.

    Args:
        path: the zip, which `containers.inspect_container` has passed.
        member: the name of its member.

    Attributes:
        header: the column names of the first record.
        records: the records that were read so far, without the header.
    """

    def __init__(self, path: Path, member: str) -> None:
        self.path, self.member = path, member
        self.records = 0
        self.header: list[str] = []
        self._chunks = self._in_background()

    def __enter__(self) -> ZippedRecords:
        first = next(self._chunks, None)
        self.header = [] if first is None else next(_rows(first.body, self.path, self.member), [])
        return self

    def __exit__(self, *_: object) -> None:
        self._chunks.close()

    def chunks(self) -> Iterator[Chunk]:
        """Yield the records below the header.

        Raises:
            SourceError: the member is cut off or damaged, ends within quotes, has a chunk with more
                or fewer fields than its records should have, or no record at all.
        """
        for chunk in self._chunks:
            self.records += chunk.records
            yield chunk
        if not self.records:
            raise SourceError(
                f"{self.member} has a header and no record.",
                file=self.path,
                expected="at least one record",
                todo=_AGAIN,
            )

    def _in_background(self) -> Generator[Chunk]:
        """Yield what `_cut` yields, which runs in a thread a few chunks ahead."""
        ready: queue.Queue[Chunk | BaseException | None] = queue.Queue(maxsize=2)
        given_up = threading.Event()

        def put(item: Chunk | BaseException | None) -> None:
            while not given_up.is_set():
                try:
                    ready.put(item, timeout=0.5)
                except queue.Full:
                    continue
                return

        def work() -> None:
            try:
                for chunk in self._cut():
                    put(chunk)
                    if given_up.is_set():
                        return
                put(None)
            except BaseException as error:  # noqa: BLE001 - told to the caller, whose error it is
                put(error)

        thread = threading.Thread(target=work, name=f"inflate {self.path.name}", daemon=True)
        thread.start()
        try:
            while (item := ready.get()) is not None:
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            given_up.set()
            thread.join()

    def _cut(self) -> Iterator[Chunk]:
        """Yield the header alone, then the records in chunks."""
        pieces = inflate(self.path, self.member)
        header, rest = self._header(pieces)
        yield Chunk(header, 1, 0)
        fields = scan(header).separators
        held: list[bytes] = []
        size = records = separators = 0
        number, is_open, previous = 1, False, _LINE_FEED
        for piece in itertools.chain([rest] if rest else [], pieces):
            found = scan(piece, is_open=is_open, previous=previous)
            is_open, previous = found.is_open, piece[-1]
            if found.is_odd:
                raise self._odd_quotes(number, number + records + found.records)
            size += len(piece)
            records += found.records
            separators += found.separators
            if size < CHUNK_BYTES or not found.end:
                held.append(piece)
                if size > LONGEST_RECORD:
                    raise self._too_long(number + records)
                continue
            body = b"".join((*held, piece[: found.end]))
            separators -= found.separators_after
            yield self._chunk(body, records, separators, fields, number)
            number += records
            held, size = [piece[found.end :]], len(piece) - found.end
            records, separators = 0, found.separators_after
        if is_open:
            raise SourceError(
                f"{self.member} ends within quotes.",
                file=self.path,
                place=f"record {number + records:,}",
                expected="a whole record at its end",
                todo=_AGAIN,
            )
        if body := b"".join(held):
            records += not body.endswith(b"\n")
            yield self._chunk(body, records, separators, fields, number)

    def _header(self, pieces: Iterator[bytes]) -> tuple[bytes, bytes]:
        """The first record, and what was inflated behind it."""
        text = b""
        for piece in pieces:
            text += piece
            if end := _end_of_first(text):
                return text[:end].removeprefix(_BOM), text[end:]
            if len(text) > LONGEST_RECORD:
                raise self._too_long(0)
        return text.removeprefix(_BOM), b""

    def _odd_quotes(self, first: int, last: int) -> SourceError:
        return SourceError(
            f"{self.member} is not the quoted text that it should be.",
            file=self.path,
            place=f"records {first:,} to {last:,}",
            expected="fields parted by TAB; quotes around a whole field, and doubled inside",
            todo=_AGAIN,
        )

    def _too_long(self, number: int) -> SourceError:
        return SourceError(
            "A record is longer than any record can be.",
            file=self.path,
            place=f"record {number:,}",
            expected=f"less than {LONGEST_RECORD:,} bytes; a quote that is never closed looks like "
            "this",
            todo=_AGAIN,
        )

    def _chunk(
        self, body: bytes, records: int, separators: int, in_header: int, number: int
    ) -> Chunk:
        if separators != records * in_header:
            rows = enumerate(_rows(body, self.path, self.member), number)
            at = next((at for at, row in rows if len(row) != in_header + 1), None)
            raise SourceError(
                f"{f'Record {at:,}' if at else 'A record'} of {self.member} has another number of "
                "fields than the header.",
                file=self.path,
                place=f"records {number:,} to {number + records - 1:,}",
                expected=f"{in_header + 1} in each record",
                todo=_AGAIN,
            )
        return Chunk(body, records, number)


def inflate(path: Path, member: str) -> Iterator[bytes]:
    """Yield a member's text in pieces of at most `LARGEST_PIECE`, and prove it at the end.

    Raises:
        SourceError: the stream is damaged, goes on or stops early, or has another length or CRC
            than the zip's directory says.
    """
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as packed:
            info = archive.getinfo(member)
            yield from _inflate(packed, info, path)
    except _DAMAGE as error:
        raise _damaged(path, str(error)) from error


def _inflate(packed: BinaryIO, info: zipfile.ZipInfo, path: Path) -> Iterator[bytes]:
    packed.seek(info.header_offset)
    local = packed.read(_LOCAL_HEADER)
    if len(local) < _LOCAL_HEADER or local[:4] != b"PK\x03\x04":
        raise _damaged(path, "no member begins where the directory says")
    lengths = local[26:28], local[28:30]
    packed.seek(sum(int.from_bytes(length, "little") for length in lengths), 1)
    pieces = (
        _stored(packed, info.compress_size)
        if info.compress_type == zipfile.ZIP_STORED
        else _deflated(packed, info.compress_size, path)
    )
    length = crc = 0
    for piece in pieces:
        length += len(piece)
        crc = isal_zlib.crc32(piece, crc)
        if length > info.file_size:
            break
        if piece:
            yield piece
    if length != info.file_size or crc != info.CRC:
        found, declared = f"{length:,} bytes, CRC {crc:08x}", f"{info.file_size:,}, {info.CRC:08x}"
        raise _damaged(path, f"{found} instead of {declared}")


def _stored(packed: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0 and (piece := packed.read(min(_PACKED_PIECE, size))):
        size -= len(piece)
        yield piece


def _deflated(packed: BinaryIO, size: int, path: Path) -> Iterator[bytes]:
    stream = isal_zlib.decompressobj(-15)
    for piece in _stored(packed, size):
        yield stream.decompress(piece, LARGEST_PIECE)
        while stream.unconsumed_tail:
            yield stream.decompress(stream.unconsumed_tail, LARGEST_PIECE)
        if stream.eof:
            break
    yield stream.flush()
    if not stream.eof:
        raise _damaged(path, "the compressed stream has no end")


def _damaged(path: Path, why: str) -> SourceError:
    return SourceError(
        f"The zip is cut off or damaged ({why}).",
        file=path,
        expected="a whole zip, its member of the declared length and CRC",
        todo=_AGAIN,
    )


def scan(text: bytes, *, is_open: bool = False, previous: int = _LINE_FEED) -> Scan:
    r"""Find the ends of records and the separators of fields, by the parity of quotes before them.

    Args:
        text: some bytes.
        is_open: whether they begin within quotes.
        previous: the byte before them.

    >>> scan(b'"a\nb"\t1\n"c')
    Scan(records=1, end=8, separators=1, separators_after=0, is_open=True, is_odd=False)
    """
    records = end = separators = after = 0
    is_odd = False
    view = np.frombuffer(text, dtype=np.uint8)
    for start in range(0, len(view), _BLOCK):
        block = view[start : start + _BLOCK]
        stop = start + len(block)
        is_feed = block == _LINE_FEED
        is_break = is_feed | (block == _TAB)
        quotes, breaks = _bits(block == _QUOTE), _bits(is_break)
        inside = _parity(quotes, is_open)
        is_open = bool(inside[-1] >> np.uint64(63))
        # A quote opens behind a separator (or doubles the one before); behind one that closes
        # stands a separator.
        after_quote = _behind(quotes, previous == _QUOTE)
        after_break = _behind(breaks, previous in (_LINE_FEED, _TAB))
        opens_late = quotes & inside & ~(after_break | after_quote)
        goes_on = _within(after_quote & ~(inside | quotes | breaks), len(block))
        if goes_on.any():
            goes_on &= ~_bits(block == _RETURN)
        is_odd |= bool(opens_late.any()) or bool(goes_on.any())
        previous = int(block[-1])
        if not (breaks & inside).any():  # the usual: every break parts something
            found = int(np.count_nonzero(is_feed))
            records += found
            separators += int(np.count_nonzero(is_break)) - found
            if found:
                end, after = text.rindex(b"\n", start, stop) + 1, 0
            after += text.count(b"\t", max(end, start), stop)
            continue
        feeds = _bits(is_feed)
        ends, splits = feeds & ~inside, breaks & ~(inside | feeds)
        found, seen = _ones(ends), _ones(splits)
        separators += seen
        if not found:
            after += seen
            continue
        records += found
        word = int(np.flatnonzero(ends)[-1])
        bit = int(ends[word]).bit_length()
        end = start + word * 64 + bit
        after = (int(splits[word]) >> bit).bit_count() + _ones(splits[word + 1 :])
    return Scan(records, end, separators, after, is_open, is_odd)


def _parity(quotes: Words, is_open: bool) -> Words:
    """Bit by bit, whether the number of quotes up to it is odd: whether it stands in quotes."""
    parity = quotes.copy()
    for shift in (1, 2, 4, 8, 16, 32):
        parity ^= parity << np.uint64(shift)
    carried = np.bitwise_xor.accumulate(parity >> np.uint64(63))
    parity[1:] ^= np.uint64(0) - carried[:-1]
    return ~parity if is_open else parity


def _behind(words: Words, first: bool) -> Words:
    """Every bit one place later; the first place gets `first`."""
    moved = words << np.uint64(1)
    moved[1:] |= words[:-1] >> np.uint64(63)
    moved[0] |= np.uint64(first)
    return moved


def _within(words: Words, length: int) -> Words:
    """The bits of `length` bytes, without those that fill the last word."""
    if length % 64:
        words[-1] &= np.uint64((1 << length % 64) - 1)
    return words[: -(-length // 64)]


def _ones(words: Words) -> int:
    return int(np.bitwise_count(words).sum())


def _bits(found: NDArray[np.bool_]) -> Words:
    """One bit per byte, the first in the lowest place."""
    packed = np.packbits(found, bitorder="little")
    if over := -len(packed) % 8:
        packed = np.concatenate([packed, np.zeros(over, dtype=np.uint8)])
    return packed.view("<u8")


def _end_of_first(text: bytes) -> int:
    """Where the first record ends; 0 if it does not."""
    at = text.find(b"\n")
    while at >= 0:
        if text.count(b'"', 0, at) % 2 == 0:
            return at + 1
        at = text.find(b"\n", at + 1)
    return 0


def _rows(body: bytes, path: Path, member: str) -> Iterator[list[str]]:
    """Read some bytes by Python's own reader: for headers, and to tell where a fault is."""
    try:
        lines = io.StringIO(body.decode("utf-8"), newline="")
        yield from csv.reader(lines, delimiter="\t", strict=True)
    except (csv.Error, UnicodeDecodeError) as error:
        raise SourceError(
            f"{member} is not the quoted text that it should be ({error}).",
            file=path,
            expected="UTF-8, fields parted by TAB, quotes doubled inside quotes",
            todo=_AGAIN,
        ) from error


def columns_of(
    source: ZippedRecords, chunk: Chunk, wanted: Mapping[str, type[pl.DataType]]
) -> pl.DataFrame:
    """Return the wanted columns of a chunk, one row per record; no value that is no such type.

    Args:
        source: whose header names the columns.
        chunk: some of its records.
        wanted: names, all in the header, with String, or Int32: what is no whole number that fits
            is null there.

    Raises:
        SourceError: not as many rows as records were counted, or bytes that are no text.
    """
    schema = {f"column_{at}": wanted.get(name, pl.String) for at, name in enumerate(source.header)}
    places = {name: f"column_{source.header.index(name)}" for name in wanted}
    try:
        frame = pl.read_csv(
            chunk.body,
            separator="\t",
            has_header=False,
            schema=schema,
            columns=list(places.values()),
            ignore_errors=True,  # a number that is none becomes null
            extra_columns="raise",
            missing_columns="raise",
        )
    except pl.exceptions.PolarsError as error:
        raise SourceError(
            f"{source.member} is not the quoted text that it should be ({error}).",
            file=source.path,
            place=f"records {chunk.first_record:,} to {chunk.first_record + chunk.records - 1:,}",
            expected="UTF-8, fields parted by TAB, quotes doubled inside quotes",
            todo=_AGAIN,
        ) from error
    if frame.height != chunk.records:
        raise SourceError(
            f"{chunk.records:,} records of {source.member} were counted; {frame.height:,} read.",
            file=source.path,
            place=f"from record {chunk.first_record:,}",
            expected="the same number both ways",
            todo="see whether texts stand in quotes, with quotes doubled inside; " + _AGAIN,
        )
    return frame.select(pl.col(place).alias(name) for name, place in places.items())


def require_columns(source: ZippedRecords, needed: Sequence[str]) -> None:
    """Refuse a table that lacks a needed column, or names one twice.

    Raises:
        SourceError: that is so.
    """
    missing = [name for name in needed if source.header.count(name) != 1]
    if not missing:
        return
    raise SourceError(
        f"{source.member} lacks the column {', '.join(missing)}, or has it twice.",
        file=source.path,
        place="line 1",
        expected=", ".join(needed),
        todo="see the product's data dictionary; if a column was renamed, declare it",
    )


def read_all(path: Path, member: str) -> int:
    """Prove a member that no table is made of, and return its number of records.

    Raises:
        SourceError: see `ZippedRecords.chunks`.
    """
    with ZippedRecords(path, member) as source:
        return sum(chunk.records for chunk in source.chunks())
