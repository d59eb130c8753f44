from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from sources.bronze import build_bronze
from sources.contract import SourceError
from sources.moea_factory_survey import SOURCE, read_technology_trade

INDUSTRY = ["資料年", "行業代碼", "行業", "技術輸出(千元)", "技術輸入(千元)"]
PARTNER = ["資料年", "國家", "技術輸出(千元)", "技術輸入(千元)"]
ROW = [112, "26", "電子零組件業", 1234.5, "2,000"]

Cells = Sequence[Sequence[object]]


def land(directory: Path, industry: Cells | None, partner: Cells | None = None) -> Path:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "說明"
    for title, rows in (("技術貿易_業別", industry), ("技術貿易_國別", partner)):
        if rows is not None:
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(list(row))
    path = directory / "factory.xlsx"
    book.save(path)
    return path


def test_both_sheets_are_read_with_their_rows(tmp_path: Path) -> None:
    title = ["工廠校正及營運調查"]
    path = land(
        tmp_path,
        [title, INDUSTRY, [112, "", "整體產業", 72049, 69656], ROW, ["註：略"]],
        [PARTNER, ["2023", "美國", "-", "…"]],
    )
    bronze = build_bronze(SOURCE, [path], "v")

    by_industry = bronze["technology_trade_by_industry"].drop("_vintage", "_source_file")
    assert by_industry.rows() == [
        (2023, None, "整體產業", 72049.0, 69656.0, 3),
        (2023, "26", "電子零組件業", 1234.5, 2000.0, 4),
    ]
    assert bronze["technology_trade_by_partner"].row(0)[:4] == (2023, "美國", None, None)


@pytest.mark.parametrize("year", [112, "112", "112年", 2023, "2023年"])
def test_a_year_is_roc_or_gregorian(tmp_path: Path, year: object) -> None:
    path = land(tmp_path, [INDUSTRY, [year, *ROW[1:]]])
    frame = read_technology_trade([path])["technology_trade_by_industry"]
    assert frame["reference_year"].to_list() == [2023]


def test_the_sheet_by_partner_and_the_industry_code_may_be_absent(tmp_path: Path) -> None:
    path = land(tmp_path, [[INDUSTRY[0], *INDUSTRY[2:]], [ROW[0], *ROW[2:]]])
    bronze = build_bronze(SOURCE, [path], "v")
    assert bronze["technology_trade_by_industry"]["industry_code"].to_list() == [None]
    assert bronze["technology_trade_by_partner"].height == 0


@pytest.mark.parametrize(
    ("industry", "message"),
    [
        (None, "There is no sheet '技術貿易_業別'.*'說明'"),
        ([[*INDUSTRY[:4], "技術輸入(百萬元)"], ROW], r"No row has all.*技術輸入\(千元\)"),
        (
            [[*INDUSTRY, INDUSTRY[3]], [*ROW, 3]],
            "cell F1: The column '技術輸出.千元.' is there twice",
        ),
        ([INDUSTRY, [112, "26", "", 1, 2]], "cell C2: The cell is empty"),
        ([INDUSTRY, [112, "26", "甲", "D", 2]], "cell D2: 'D' is no amount"),
        ([INDUSTRY, [112, "26", "甲", 1, -2]], "cell E2: '-2' is no amount"),
        ([INDUSTRY, ["", "26", "甲", 1, 2]], "cell A2: '' is no year"),
        ([INDUSTRY, [20, "26", "甲", 1, 2]], "cell A2: '20' is no year"),
        ([INDUSTRY, ROW, ["小計"]], "cell A3: '小計' is no year"),
    ],
)
def test_a_workbook_that_cannot_be_believed_is_refused_with_its_cell(
    tmp_path: Path, industry: Cells | None, message: str
) -> None:
    with pytest.raises(SourceError, match=message):
        read_technology_trade([land(tmp_path, industry)])


def test_an_industry_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"line 2; factory\.xlsx, line 3"):
        build_bronze(SOURCE, [land(tmp_path, [INDUSTRY, ROW, ["2023", *ROW[1:]]])], "v")


def test_a_template_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="Not one row"):
        build_bronze(SOURCE, [land(tmp_path, [INDUSTRY], [PARTNER])], "v")
