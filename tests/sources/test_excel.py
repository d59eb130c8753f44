import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest

from sources.contract import SourceError
from sources.excel import Workbook, find_header


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "資料"
    sheet["B4"], sheet["C4"], sheet["D4"] = "Country", "Year", "值"
    sheet["B6"], sheet["C6"], sheet["D6"] = "Taiwan", 2024, 1 / 3
    sheet["B7"], sheet["C7"], sheet["D7"] = " Japan ", "007", "-"
    sheet["B8"], sheet["D8"] = "Korea", "#N/A"
    sheet["D8"].data_type = "e"
    book.create_sheet("空")
    path = tmp_path / "book.xlsx"
    book.save(path)
    return path


def test_cells_are_exact_text_at_their_own_row_and_column(workbook: Path) -> None:
    sheet = Workbook(workbook).sheet("資料")
    assert [(row.number, row.cells) for row in sheet.rows] == [
        (4, ("", "Country", "Year", "值")),
        (6, ("", "Taiwan", "2024", "0.3333333333333333")),
        (7, ("", "Japan", "007", "-")),
        (8, ("", "Korea", "", "#N/A")),
    ]
    assert sheet.place(sheet.rows[1], 3) == "sheet '資料', cell D6"
    assert sheet.rows[3].filled == [1, 3]


def test_an_empty_sheet_has_no_rows(workbook: Path) -> None:
    assert [len(sheet.rows) for sheet in Workbook(workbook).sheets()] == [4, 0]


def test_a_header_is_found_below_other_rows_whatever_its_blanks(workbook: Path) -> None:
    sheet = Workbook(workbook).sheet("資料")
    assert find_header(sheet, ["year ", "COUNTRY"]) == 0
    assert find_header(sheet, ["Criterion"]) is None


def test_a_missing_sheet_is_named_with_those_there_are(workbook: Path) -> None:
    with pytest.raises(SourceError, match=r"book\.xlsx: There is no sheet '甲'.*'資料', '空'"):
        Workbook(workbook).sheet("甲")


def test_a_workbook_that_was_cut_off_or_damaged_is_refused(workbook: Path) -> None:
    data = workbook.read_bytes()
    for part in (data[:-200], data[: len(data) // 2]):
        workbook.write_bytes(part)
        with pytest.raises(SourceError, match="cut off or damaged"):
            Workbook(workbook)
    with zipfile.ZipFile(workbook, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>" * 50)
    data = bytearray(workbook.read_bytes())
    data[80] ^= 0xFF
    workbook.write_bytes(data)
    with pytest.raises(SourceError, match=r"cut off or damaged \(Bad CRC"):
        Workbook(workbook)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<html>Access Denied</html>", "no workbook; it starts with b'<html>Access'"),
        (b"", "no workbook"),
        (
            bytes.fromhex("D0CF11E0A1B11AE1") + "EncryptedPackage".encode("utf-16-le"),
            "encrypted",
        ),
        (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(2000), "cannot be opened"),
    ],
)
def test_what_is_no_readable_workbook_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=message):
        Workbook(path)


def test_a_zip_without_a_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "1")
    with pytest.raises(SourceError, match="cannot be opened"):
        Workbook(path)


def test_a_formula_without_its_result_is_not_taken_for_an_empty_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"], book.active["B2"] = 1, "=A1+1"
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(SourceError, match="sheet1, cell B2: A formula was saved without"):
        Workbook(tmp_path / "a.xlsx")


def record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def old_workbook(*, last_cell: tuple[int, int] = (2, 2)) -> bytes:
    """An .xls of one sheet of numbers: BIFF8 records in the one stream of an OLE container."""

    def begin(kind: int) -> bytes:
        return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 1997, 0, 0))

    def sheet_at(offset: int) -> bytes:
        return record(0x85, struct.pack("<IBBBB", offset, 0, 0, 2, 0) + b"S1")

    head = begin(5) + record(0x42, struct.pack("<H", 1200))
    places = [(row, column) for row in range(2) for column in range(2)] + [last_cell]
    numbers = (
        record(0x203, struct.pack("<HHHd", row, column, 0, row + 0.5)) for row, column in places
    )
    end = record(0x0A, b"")
    offset = len(head + sheet_at(0) + end)
    stream = head + sheet_at(offset) + end + begin(0x10) + b"".join(numbers) + end
    stream = stream.ljust(4096, b"\0")
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 10), 0xFFFFFFFE]
    table = struct.pack("<128I", *chain, *[0xFFFFFFFF] * (128 - len(chain)))

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        label = (name + "\0").encode("utf-16-le")
        links = struct.pack("<HBBIII", len(label), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        return label.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, 0xFFFFFFFF, 2, 4096)
    header = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<I", 0) + b"\xff" * 432
    return header + table + directory.ljust(512, b"\0") + stream


def test_an_old_workbook_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(old_workbook())
    (sheet,) = Workbook(path).sheets()
    assert sheet.name == "S1"
    assert [row.cells for row in sheet.rows] == [
        ("0.5", "0.5", ""),
        ("1.5", "1.5", ""),
        ("", "", "2.5"),
    ]


def test_an_old_workbook_that_asks_for_all_memory_is_refused_and_ends_nothing(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(old_workbook(last_cell=(65_000, 60_000)))
    with pytest.raises(SourceError, match=r"a\.xls: The workbook cannot be opened"):
        Workbook(path)


@pytest.mark.parametrize("at", [44, 48, 76, 1024 + 116, 2048 + 4])
def test_a_damaged_old_workbook_is_an_error_or_a_whole_sheet(tmp_path: Path, at: int) -> None:
    data = bytearray(old_workbook())
    data[at : at + 4] = b"\xfe\xff\xff\x7f"
    path = tmp_path / "a.xls"
    path.write_bytes(data)
    try:
        sheets = Workbook(path).sheets()
    except SourceError as error:
        assert "a.xls" in str(error)
    else:
        assert len(sheets) == 1
