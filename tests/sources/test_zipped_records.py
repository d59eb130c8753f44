"""A zipped table is read whole and right, or not at all: every way to lose records is an error."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from sources import zipped_records
from sources.containers import inspect_container
from sources.contract import SourceError
from sources.zipped_records import Chunk, Scan, ZippedRecords, columns_of, inflate, scan

HARD = (
    *("plain", "", "a\ttab", "a\nline", "cr\r\nlf", 'a "quote"', '"', '""', "\n", '"\n"', "\t"),
    *("半導體裝置", "NULL", "\u2028", "x" * 300, '"\t"\n"'),
)
TEXT = {"id": pl.String, "text": pl.String}


def zip_of(
    path: Path, text: bytes, method: int = zipfile.ZIP_DEFLATED, member: str = "t.tsv"
) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr(member, text)
    return path


def table(rows: list[list[str]], ending: str = "\n") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", quoting=csv.QUOTE_ALL, lineterminator=ending)
    writer.writerows([["id", "text", "more"], *rows])
    return text.getvalue().encode()


def read(path: Path) -> list[tuple[str, str]]:
    with ZippedRecords(path, "t.tsv") as source:
        frames = [columns_of(source, chunk, TEXT) for chunk in source.chunks()]
    return pl.concat(frames).rows()


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
@pytest.mark.parametrize("chunk", [1, 50, 1000, 1 << 24])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_every_record_comes_out_as_it_stands_wherever_the_chunks_are_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: int, chunk: int, ending: str
) -> None:
    rng = random.Random(chunk)
    rows = [[str(n), rng.choice(HARD), rng.choice(HARD)] for n in range(400)]
    monkeypatch.setattr(zipped_records, "CHUNK_BYTES", chunk)
    monkeypatch.setattr(zipped_records, "LARGEST_PIECE", 37)
    monkeypatch.setattr(zipped_records, "_PACKED_PIECE", 11)
    monkeypatch.setattr(zipped_records, "_BLOCK", 128)
    path = zip_of(tmp_path / "t.zip", table(rows, ending), method)
    assert read(path) == [(row[0], row[1]) for row in rows]


def test_the_last_record_needs_no_line_feed_and_the_first_may_have_a_mark(tmp_path: Path) -> None:
    text = b"\xef\xbb\xbf" + table([["1", "a", ""], ["2", "b", ""]]).rstrip()
    assert read(zip_of(tmp_path / "t.zip", text)) == [("1", "a"), ("2", "b")]


@pytest.mark.parametrize("seed", range(20))
def test_the_scan_agrees_with_pythons_reader(seed: int) -> None:
    rng = random.Random(seed)
    rows = [[rng.choice(HARD) for _ in range(3)] for _ in range(rng.randrange(1, 200))]
    text = table(rows)
    found = scan(text)
    assert (found.records, found.separators) == (len(rows) + 1, 2 * (len(rows) + 1))
    assert (found.end, found.is_open, found.is_odd) == (len(text), False, False)


def looked_at_byte_by_byte(text: bytes, is_open: bool, previous: int) -> Scan:
    records = end = separators = after = 0
    is_odd = False
    for at, byte in enumerate(text):
        if byte == ord('"'):
            is_open = not is_open
            is_odd |= is_open and previous not in b'"\n\t'
        elif previous == ord('"') and not is_open and byte not in b"\n\t\r":
            is_odd = True
        if byte == ord("\n") and not is_open:
            records, end, after = records + 1, at + 1, 0
        elif byte == ord("\t") and not is_open:
            separators, after = separators + 1, after + 1
        previous = byte
    return Scan(records, end, separators, after, is_open, is_odd)


@pytest.mark.parametrize("block", [64, 100, 128, 1 << 18])
def test_the_scan_of_any_bytes_is_that_of_one_byte_after_the_other(
    monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(zipped_records, "_BLOCK", block)
    rng = random.Random(block)
    alphabets = (b'"\t\nab\r', b'"\t\n', b"aaaaaaaaaaaa\t\n", b'aaaaaaaaaaaaaa"', b'\t\n\t\n"')
    for _ in range(300):
        alphabet = rng.choice(alphabets)
        length = rng.choice([0, 1, 7, 8, 63, 64, 65, 128, 129, 300])
        text = bytes(rng.choice(alphabet) for _ in range(length))
        is_open, previous = rng.random() < 0.5, rng.choice(b'"\n\ta\r')
        found = scan(text, is_open=is_open, previous=previous)
        assert found == looked_at_byte_by_byte(text, is_open, previous), text


def test_columns_are_chosen_by_name_and_others_may_come_and_go(tmp_path: Path) -> None:
    text = b'"new"\t"text"\t"id"\n"x"\t"a"\t"1"\n'
    assert read(zip_of(tmp_path / "t.zip", text)) == [("1", "a")]


def test_what_is_no_number_is_null_and_never_another_number(tmp_path: Path) -> None:
    ids = ["10000000", "D900001", "RE49000", "99999999999", "", "1e5", "1.5", "2147483648", "0x1"]
    path = zip_of(tmp_path / "t.zip", table([[name, "", ""] for name in ids]))
    with ZippedRecords(path, "t.tsv") as source:
        frames = [columns_of(source, chunk, {"id": pl.Int32}) for chunk in source.chunks()]
    assert pl.concat(frames)["id"].to_list() == [10000000, *[None] * 8]


GOOD = table([[str(n), "some text", "more"] for n in range(1000)])


def test_a_producer_that_dies_at_a_line_boundary_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = zip_of(tmp_path / "t.zip", GOOD)
    half = GOOD[: GOOD.index(b"\n", len(GOOD) // 2) + 1]
    monkeypatch.setattr(zipped_records, "_deflated", lambda *_: iter([half]))
    with pytest.raises(SourceError, match=r"bytes, CRC .* instead of"):
        read(path)


def test_a_parser_that_loses_records_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = pl.read_csv
    monkeypatch.setattr(pl, "read_csv", lambda *args, **more: whole(*args, **more).slice(1))
    with pytest.raises(SourceError, match=r"1,000 records of t\.tsv were counted; 999 read"):
        read(zip_of(tmp_path / "t.zip", GOOD))


def test_wrong_bytes_of_the_right_length_are_noticed_by_the_crc(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "t.zip", GOOD, zipfile.ZIP_STORED)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"some text", b"some tent", 1))
    with pytest.raises(SourceError, match="CRC"):
        read(path)


@pytest.mark.parametrize("at", [0.3, 0.6, 0.99])
def test_a_zip_that_is_cut_off_is_damaged(tmp_path: Path, at: float) -> None:
    path = zip_of(tmp_path / "t.zip", GOOD)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * at)])
    with pytest.raises(SourceError, match="cut off or damaged"):
        read(path)


def test_flipped_bits_of_the_stream_are_damage(tmp_path: Path) -> None:
    content = bytearray(zip_of(tmp_path / "t.zip", GOOD).read_bytes())
    rng = random.Random(1)
    for _ in range(30):
        broken = bytearray(content)
        broken[rng.randrange(60, len(content) // 2)] ^= 1 << rng.randrange(8)
        (tmp_path / "b.zip").write_bytes(broken)
        with pytest.raises(SourceError):
            read(tmp_path / "b.zip")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b'"id"\t"text"\n"1"\t"a', "ends within quotes"),
        (b'"id"\t"text"\n"1"\t"a"\n"2"\n', "Record 2 of t.tsv has another number of fields"),
        (b'"id"\t"text"\n"1"\t"a"\t"b"\n', "another number of fields"),
        (b'"id"\t"text"\n"1"x\t"a"\n', "not the quoted text"),
        (b'"id"\t"text"\n1"x"\t"a"\n', "not the quoted text"),
        (b'"id"\t"text"\n"1"\t"a" \n', "not the quoted text"),
        (b'"id"\t"text"\n', "a header and no record"),
        (b"", "a header and no record"),
        (b'"id"\t"text"\n"1"\t"\xff\xfe"\n', "not the quoted text"),
    ],
)
def test_text_that_is_not_the_table_is_refused(tmp_path: Path, text: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        read(zip_of(tmp_path / "t.zip", text))


def test_a_quote_that_is_never_closed_takes_no_more_than_a_record_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zipped_records, "LONGEST_RECORD", 1 << 16)
    monkeypatch.setattr(zipped_records, "LARGEST_PIECE", 1 << 12)
    text = b'"id"\t"text"\n"1"\t"' + b"a\n" * (1 << 17) + b'"\n'
    with pytest.raises(SourceError, match="longer than any record"):
        read(zip_of(tmp_path / "t.zip", text))


def test_a_member_by_deflate64_is_refused_with_a_way_out(tmp_path: Path) -> None:
    content = bytearray(zip_of(tmp_path / "t.zip", GOOD).read_bytes())
    for at in (8, content.rindex(b"PK\x01\x02") + 10):  # its method, in both headers
        content[at] = 9
    (tmp_path / "t.zip").write_bytes(content)
    with pytest.raises(SourceError, match=r"Deflate64.*compress it again"):
        inspect_container(tmp_path / "t.zip", whole=False)


def test_a_stream_that_goes_on_beyond_its_declared_length_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(*_: object) -> Iterator[bytes]:
        while True:
            yield bytes(1000)

    monkeypatch.setattr(zipped_records, "_deflated", endless)
    with pytest.raises(SourceError, match="instead of"):
        list(inflate(zip_of(tmp_path / "t.zip", GOOD), "t.tsv"))


def test_a_caller_who_gives_up_leaves_no_thread_behind(tmp_path: Path) -> None:
    import threading

    path = zip_of(tmp_path / "t.zip", GOOD * 50)
    before = threading.active_count()
    with ZippedRecords(path, "t.tsv") as source:
        assert isinstance(next(source.chunks()), Chunk)
    assert threading.active_count() == before
