"""Containers that are broken or hostile are refused before anything in them is believed."""

from __future__ import annotations

import gzip
import io
import resource
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from sources.containers import Limits, inspect_container, read_gzip
from sources.contract import SourceError
from sources.excel import Workbook
from sources.un_wpp import unpack


def zip_of(members: dict[str, bytes], **facts: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = facts.get("method", zipfile.ZIP_DEFLATED)
            info.external_attr = facts.get("external_attr", 0)
            archive.writestr(info, content)
    return target.getvalue()


def workbook(change: Callable[[dict[str, bytes]], None] = lambda parts: None) -> bytes:
    """A small workbook, its parts changed and packed again with right lengths and CRC."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "Ranks"
    page.append(["Country", "Year", "Entrepreneurship (WCY)"])
    page.append(["Denmark", 2025, 6])
    target = io.BytesIO()
    book.save(target)
    with zipfile.ZipFile(target) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    return zip_of(parts)


def land(folder: Path, data: bytes, name: str = "a.bin") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def refusal(folder: Path, data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(SourceError) as caught:
        inspect_container(land(folder, data), limits or Limits())
    assert "a.bin" in str(caught.value)
    return str(caught.value)


def test_what_is_whole_and_harmless_passes_and_is_named(tmp_path: Path) -> None:
    kinds = {
        b"a,b\n1,2\n": "other",
        zip_of({"a.csv": b"a\n1\n", "folder/b.csv": b"2"}): "zip",
        gzip.compress(b"a\n1\n"): "gzip",
        b'<?xml version="1.0"?><a/>': "xml",
        workbook(): "workbook",
        b"<!DOCTYPE html><html></html>": "other",
    }
    for data, kind in kinds.items():
        assert inspect_container(land(tmp_path, data)).kind == kind
    assert inspect_container(land(tmp_path, gzip.compress(b"12345"))).members == {"a": 5}


def test_a_zip_that_was_cut_off_or_has_a_wrong_byte_is_refused(tmp_path: Path) -> None:
    whole = zip_of({"a.csv": bytes(range(256)) * 40})
    for cut in (len(whole) - 1, len(whole) - 30, len(whole) // 2, 40):
        assert "cut off or damaged" in refusal(tmp_path, whole[:cut])
    damaged = bytearray(zip_of({"a.csv": b"12345678" * 20}, method=zipfile.ZIP_STORED))
    damaged[60] ^= 1
    assert "CRC" in refusal(tmp_path, bytes(damaged))


def test_a_gzip_that_was_cut_off_or_has_a_wrong_crc_is_refused(tmp_path: Path) -> None:
    whole = gzip.compress(b"LocID,Location\n" * 500)
    for part in (whole[:-1], whole[:-8], whole[: len(whole) // 2]):
        assert "cut off or damaged" in refusal(tmp_path, part)
    wrong = whole[:-8] + struct.pack("<I", 1) + whole[-4:]
    assert "cut off or damaged" in refusal(tmp_path, wrong)
    assert "cut off or damaged" in refusal(tmp_path, whole + b"more")


@pytest.mark.parametrize("path", ["../a.csv", "/a.csv", "x/../../a.csv", "C:\\a.csv", "..\\a.csv"])
def test_a_member_whose_name_leads_out_of_the_container_is_refused(
    tmp_path: Path, path: str
) -> None:
    assert "leads out of the container" in refusal(tmp_path, zip_of({path: b"1"}))


def test_a_member_that_is_a_link_is_refused(tmp_path: Path) -> None:
    data = zip_of({"a.csv": b"/etc/passwd"}, external_attr=0o120777 << 16)
    assert "is a link" in refusal(tmp_path, data)


def test_a_member_that_is_there_twice_is_refused_whatever_its_case(tmp_path: Path) -> None:
    assert "twice" in refusal(tmp_path, zip_of({"a.csv": b"1", "A.csv": b"2"}))


@pytest.mark.parametrize(("method", "name"), [(9, "Deflate64"), (12, "bzip2"), (93, "Zstandard")])
def test_a_compression_that_is_not_read_is_refused_by_its_name(
    tmp_path: Path, method: int, name: str
) -> None:
    data = bytearray(zip_of({"a.csv": b"1" * 100}))
    central = data.index(b"PK\x01\x02")
    data[8:10] = data[central + 10 : central + 12] = struct.pack("<H", method)
    message = refusal(tmp_path, bytes(data))
    assert f"compressed by {name}" in message
    assert "Deflate" in message.split("Expected")[1]


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    data = bytearray(zip_of({"a.csv": b"1" * 100}))
    central = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[central + 8] |= 1
    assert "encrypted" in refusal(tmp_path, bytes(data))


@pytest.mark.parametrize(
    "pack", [gzip.compress, lambda data: zip_of({"inner.csv": data})], ids=["in gzip", "in zip"]
)
@pytest.mark.parametrize(
    "inner",
    [gzip.compress(b"1"), zip_of({"a": b"1"}), b"7z\xbc\xaf\x27\x1c"],
    ids=["gzip", "zip", "7z"],
)
def test_a_container_in_a_container_is_refused(
    tmp_path: Path, pack: Callable[[bytes], bytes], inner: bytes
) -> None:
    assert "in the container is a" in refusal(tmp_path, pack(inner))


def test_a_bomb_is_refused_by_its_declared_size_before_it_is_inflated(tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    bomb = zip_of({"a.csv": bytes(40 << 20)})
    inspected = refusal(tmp_path, bomb)
    assert "swells from" in inspected
    assert "Expected: at most" in inspected
    growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert growth < 200 << 10


def test_a_bomb_whose_directory_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    data = bytearray(zip_of({"a.csv": bytes(40 << 20)}))
    central = data.index(b"PK\x01\x02")
    data[22:26] = data[central + 24 : central + 28] = struct.pack("<I", 1000)
    assert "cut off or damaged" in refusal(tmp_path, bytes(data))


def test_a_gzip_bomb_is_refused_while_it_is_inflated(tmp_path: Path) -> None:
    path = land(tmp_path, gzip.compress(bytes(64 << 20), 9), "a.csv.gz")
    with pytest.raises(SourceError, match="swells"):
        inspect_container(path)
    with pytest.raises(SourceError, match="swells"):
        read_gzip(path)
    with pytest.raises(SourceError, match="swells"):
        unpack(path)


def test_an_absolute_limit_holds_whatever_the_ratio(tmp_path: Path) -> None:
    message = refusal(tmp_path, zip_of({"a": b"12345678" * 20}), Limits(inflated_bytes=100))
    assert "at most 100 bytes" in message


def test_members_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    data = bytearray(zip_of({"a.csv": b"12345" * 40, "b.csv": b"12345" * 40}))
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    data[second + 42 : second + 46] = struct.pack("<I", 0)
    assert "share their bytes" in refusal(tmp_path, bytes(data))


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml", "xl/styles.xml"]
)
def test_a_document_type_in_any_part_of_a_workbook_is_refused(tmp_path: Path, part: str) -> None:
    def declare(parts: dict[str, bytes]) -> None:
        entity = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        head, mark, rest = parts[part].rpartition(b"?>")
        parts[part] = head + mark + entity + rest

    data = workbook(declare)
    assert "declares a document type" in refusal(tmp_path, data)
    with pytest.raises(SourceError, match="document type"):
        Workbook(land(tmp_path, data))


def test_a_document_type_in_utf_16_is_seen_too(tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'

    def declare(parts: dict[str, bytes]) -> None:
        parts["xl/worksheets/sheet1.xml"] = text.encode("utf-16")

    assert "document type" in refusal(tmp_path, workbook(declare))
    assert "document type" in refusal(tmp_path, text.encode("utf-16"))
    assert "document type" in refusal(tmp_path, text.replace("utf-16", "utf-8").encode())


def test_a_sheet_whose_xml_breaks_off_is_refused_though_its_zip_is_whole(tmp_path: Path) -> None:
    def cut(parts: dict[str, bytes]) -> None:
        name = "xl/worksheets/sheet1.xml"
        parts[name] = parts[name][: parts[name].index(b"</sheetData>") - 6]

    assert "XML is cut off or damaged" in refusal(tmp_path, workbook(cut))


@pytest.mark.parametrize("name", ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml"])
def test_macros_are_refused(tmp_path: Path, name: str) -> None:
    data = workbook(lambda parts: parts.update({name: b"<a/>"}))
    assert "macros" in refusal(tmp_path, data)


def test_macros_of_an_old_workbook_are_refused(tmp_path: Path) -> None:
    data = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(512) + "_VBA_PROJECT".encode("utf-16-le")
    assert "macros" in refusal(tmp_path, data)


def test_links_to_other_workbooks_are_told_and_not_followed(tmp_path: Path) -> None:
    data = workbook(lambda parts: parts.update({"xl/externalLinks/externalLink1.xml": b"<a/>"}))
    path = land(tmp_path, data)
    assert inspect_container(path).notes == (
        "a.bin has links to other workbooks; they are not followed.",
    )
    assert Workbook(path).sheet("Ranks").rows[1].cells == ("Denmark", "2025", "6")


def test_one_cell_far_away_cannot_ask_for_all_memory(tmp_path: Path) -> None:
    def far(parts: dict[str, bytes]) -> None:
        name = "xl/worksheets/sheet1.xml"
        cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        parts[name] = parts[name].replace(b"</sheetData>", cell)

    assert "spans 1,048,576 rows and 16,384 columns" in refusal(tmp_path, workbook(far))


def test_the_cells_of_all_sheets_are_counted_together(tmp_path: Path) -> None:
    def double(parts: dict[str, bytes]) -> None:
        name = "xl/worksheets/sheet{}.xml"
        parts[name.format(2)] = parts[name.format(1)]

    assert inspect_container(land(tmp_path, workbook(double)), Limits(workbook_cells=12))
    message = refusal(tmp_path, workbook(double), Limits(workbook_cells=11))
    assert "the sheets before 6 cells" in message


def test_a_long_text_shared_by_many_cells_cannot_ask_for_all_memory(tmp_path: Path) -> None:
    def share(parts: dict[str, bytes]) -> None:
        rows = b"".join(
            b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(1, 2001)
        )
        parts["xl/worksheets/sheet1.xml"] = (
            b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            b"<sheetData>" + rows + b"</sheetData></worksheet>"
        )
        parts["xl/sharedStrings.xml"] = (
            b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>'
            + b"a" * 200_000
            + b"</t></si></sst>"
        )

    assert "add up to 400,000,000 letters" in refusal(tmp_path, workbook(share))


@pytest.mark.parametrize(
    ("old", "new"), [(b'r="B2"', b'r="A2"'), (b'<row r="2"', b'<row r="1"'), (b'r="A2"', b'r="A3"')]
)
def test_a_cell_that_stands_twice_or_elsewhere_than_its_row_is_refused(
    tmp_path: Path, old: bytes, new: bytes
) -> None:
    def move(parts: dict[str, bytes]) -> None:
        name = "xl/worksheets/sheet1.xml"
        assert old in parts[name]
        parts[name] = parts[name].replace(old, new)

    assert "in their order" in refusal(tmp_path, workbook(move))
