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
