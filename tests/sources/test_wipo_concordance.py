"""The IPC-technology concordance as CSV and as the workbook with a title above the header."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from sources.contract import SourceError
from sources.wipo_concordance import read

SAMPLE = (
    Path(__file__).resolve().parents[2].parent / "shared" / "samples" / "wipo/ipc_technology.csv"
)
HEADER = (
    "Field_number,Sector_en,Sector_fr,Sector_es,Field_en,Field_fr,Field_es,IPC_code,Updated_on,"
    "Remark"
)
RULES = [
    f'{field},Electrical engineering,Électrotechnique,Electricidad,"Field, {field}",x,y,H01L%,,'
    for field in range(1, 36)
] + ['2,Electrical engineering,a,b,Audio-visual,x,y,H04N   3/%,"January 1, 2013",Newly added']
CSV = "\r\n".join([HEADER, *RULES]) + "\r\n"


def land(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "ipc_technology.csv"
    path.write_bytes(text.encode("utf-8-sig"))
    return path


def land_workbook(tmp_path: Path, text: str) -> Path:
    workbook = openpyxl.Workbook()
    workbook.create_sheet("35 Fields of Technology")
    page = workbook["35 Fields of Technology"]
    page.append(["IPC and Technology Concordance Table"])
    for row in (2, 3, 4, 5, 6):
        page.cell(row, 1, "note" if row != 4 else None)
    for offset, record in enumerate(csv.reader(text.splitlines())):
        for column, cell in enumerate(record, 1):
            is_number = cell.isdigit()
            page.cell(7 + offset, column, int(cell) if is_number else cell or None)
    path = tmp_path / "ipc_technology.xlsx"
    workbook.save(path)
    return path


def test_the_rule_keeps_its_blanks_and_its_line(tmp_path: Path) -> None:
    frame = read([land(tmp_path, CSV)])["ipc_field"]
    assert frame.height == 36
    assert frame.row(35) == (
        *(2, "Electrical engineering", "Audio-visual", "H04N   3/%", "January 1, 2013"),
        *("Newly added", "ipc_technology.csv", 37),
    )


def test_six_lines_above_the_header_are_passed_over_in_csv_and_workbook(tmp_path: Path) -> None:
    plain = read([land(tmp_path, CSV)])["ipc_field"].drop("_source_file")
    titled = read([land(tmp_path, "Title,,\r\n" * 6 + CSV)])["ipc_field"]
    assert titled["_source_row"].to_list() == [line + 6 for line in plain["_source_row"]]
    workbook = read([land_workbook(tmp_path, CSV)])["ipc_field"]
    assert workbook["_source_row"].to_list() == [line + 6 for line in plain["_source_row"]]
    own = ["_source_file", "_source_row"]
    assert workbook.drop(own).equals(plain.drop("_source_row"))
    assert titled.drop(own).equals(plain.drop("_source_row"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("\r\n7,", "\r\n7O,", "(line 8|row 14), column 'Field_number': '7O' cannot be"),
        ("\r\n7,", "\r\n77,", "(line 8|row 14), column 'Field_number': '77' cannot be"),
        ("\r\n7,", "\r\n6,", "There is no rule for field 7"),
        ("H04N   3/%", "H04N   3/", "(line 37|row 43), column 'IPC_code': 'H04N   3/' cannot be"),
        ("IPC_code", "IPC", "lacks the column IPC_code|No sheet has the header"),
    ],
)
@pytest.mark.parametrize("write", [land, land_workbook])
def test_a_changed_file_is_refused_with_its_place(
    tmp_path: Path, write, old: str, new: str, message: str
) -> None:
    with pytest.raises(SourceError, match=message):
        read([write(tmp_path, CSV.replace(old, new, 1))])


@pytest.mark.skipif(not SAMPLE.exists(), reason="the shared samples are not at hand")
def test_the_real_file_has_764_rules_and_no_rule_twice() -> None:
    frame = read([SAMPLE])["ipc_field"]
    assert frame.height == 764
    assert frame.select("field_number", "ipc_code").is_unique().all()
    split = frame.filter(frame["ipc_code"].str.starts_with("H04N"))
    assert set(split["field_number"]) == {2, 3, 4}
