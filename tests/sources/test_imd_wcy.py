"""All numbers here are invented: the yearbook's own may not be passed on."""

import logging
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from sources.bronze import build_bronze
from sources.contract import SourceError
from sources.imd_wcy import SOURCE, read_criteria

HEADER = ["Country", "Country Key", "Year", "Entrepreneurship (WCY)", "Qualified engineers (WCY)"]
ROWS = [["Denmark", "DK", 2024, 5, 11], ["Taiwan (Chinese Taipei)", "TW", 2024, "-", 3]]
LONG = ["Country", "Year", "Criterion"]

Cells = Sequence[Sequence[object]]


def land(directory: Path, sheets: dict[str, Cells], name: str = "export.xlsx") -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    path = directory / name
    book.save(path)
    return path


def read(path: Path) -> list[dict[str, object]]:
    return read_criteria([path])["criterion"].to_dicts()


def test_a_wide_sheet_of_ranks_gives_one_row_per_area_and_criterion(tmp_path: Path) -> None:
    rows = read(land(tmp_path, {"Ranks": [HEADER, *ROWS]}))

    assert rows[0] == {
        "criterion_name": "Entrepreneurship",
        "ranking": "WCY",
        "area_name": "Denmark",
        "area_key": "DK",
        "year": 2024,
        "data_type": "rank",
        "value": 5.0,
        "economies": None,
        "_source_file": "export.xlsx",
        "_source_row": 2,
    }
    assert [(r["area_name"], r["criterion_name"], r["value"]) for r in rows[2:]] == [
        ("Taiwan (Chinese Taipei)", "Entrepreneurship", None),
        ("Taiwan (Chinese Taipei)", "Qualified engineers", 3.0),
    ]


def test_the_tag_keeps_two_rankings_of_one_criterion_apart(tmp_path: Path) -> None:
    header = ["Country", "Year", "Knowledge transfer (WCY)", "Knowledge  transfer (DIGITAL)"]
    rows = read(land(tmp_path, {"Ranks": [header, ["Denmark", 2024, 1, 2]]}))
    assert [(r["criterion_name"], r["ranking"]) for r in rows] == [
        ("Knowledge transfer", "WCY"),
        ("Knowledge transfer", "DIGITAL"),
    ]


@pytest.mark.parametrize(
    ("title", "rows", "expected"),
    [
        ("Values", [HEADER], "value"),
        ("WCY 2024 scores", [HEADER], "value"),
        ("Sheet1", [["World Competitiveness Ranking"], ["Data type: Ranks"], [], HEADER], "rank"),
        ("Sheet1", [["Data type", "Values"], HEADER], "value"),
        ("Ranks", [["Data type: Values"], HEADER], "value"),
    ],
)
def test_the_title_block_or_the_sheets_name_tells_ranks_from_values(
    tmp_path: Path, title: str, rows: Cells, expected: str
) -> None:
    found = read(land(tmp_path, {title: [*rows, *ROWS]}))
    assert {row["data_type"] for row in found} == {expected}
    assert found[0]["_source_row"] == len(rows) + 1


def test_a_data_type_column_tells_row_by_row(tmp_path: Path) -> None:
    header = ["Country", "Year", "Data type", "Economies", "Entrepreneurship (WCY)"]
    data = [["Denmark", 2024, "Rank", 67, 5], ["Denmark", 2024, "Value", 67, 6.25]]
    rows = read(land(tmp_path, {"Sheet1": [header, *data]}))
    assert [(r["data_type"], r["value"], r["economies"]) for r in rows] == [
        ("rank", 5.0, 67),
        ("value", 6.25, 67),
    ]


@pytest.mark.parametrize(
    ("title", "header", "row", "expected"),
    [
        (
            "x",
            [*LONG, "Rank", "Value"],
            [5, 6.123456789012],
            [("rank", 5), ("value", 6.123456789012)],
        ),
        ("x", [*LONG, "Rank"], [5], [("rank", 5)]),
        ("Ranks", [*LONG, "Value"], [5], [("rank", 5)]),
        ("x", [*LONG, "Data type", "Score"], ["Value", 6.5], [("value", 6.5)]),
    ],
)
def test_a_long_sheet_is_read(
    tmp_path: Path, title: str, header: list[str], row: list[object], expected: object
) -> None:
    line = ["Denmark", 2024, "Entrepreneurship (WCY)", *row]
    found = read(land(tmp_path, {title: [header, line]}))
    assert [(r["data_type"], r["value"]) for r in found] == expected
    assert {(r["criterion_name"], r["ranking"]) for r in found} == {("Entrepreneurship", "WCY")}


def test_ranks_and_values_of_one_vintage_stand_side_by_side(tmp_path: Path) -> None:
    values = [["Denmark", "DK", 2024, 7.5, 6.5]]
    path = land(
        tmp_path, {"Ranks": [HEADER, ROWS[0]], "Values": [HEADER, *values], "About": [["x"]]}
    )
    frame = build_bronze(SOURCE, [path], "2024")["criterion"]
    assert sorted(frame["data_type"].to_list()) == ["rank", "rank", "value", "value"]


def test_notes_below_the_data_are_recognised_and_logged_not_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    notes = [["Source: somebody"], ["Exported on a day"]]
    with caplog.at_level(logging.INFO):
        rows = read(land(tmp_path, {"Ranks": [HEADER, *ROWS, *notes]}))
    assert len(rows) == 4
    assert "row 4: note: Source: somebody" in caplog.text
    assert "row 5: note: Exported on a day" in caplog.text


@pytest.mark.parametrize(
    ("sheets", "message"),
    [
        ({"Sheet1": [HEADER, *ROWS]}, "Nothing says whether the numbers are ranks or values"),
        ({"Ranks and values": [HEADER, *ROWS]}, "Nothing says whether"),
        ({"Ranks": [HEADER, *ROWS, ["Denmark"]]}, "row 4: The row names an area and nothing else"),
        ({"Ranks": [HEADER, ["Note"], *ROWS]}, "cell C2: The row has no year"),
        ({"Ranks": [HEADER, ["", "DK", 2024, 5, 11]]}, "cell A2: The row names no country"),
        ({"Ranks": [HEADER, ["Denmark", "DK", 24, 5, 11]]}, "cell C2: 24 cannot be right"),
        ({"Ranks": [HEADER, ["Denmark", "DK", 2024, 5.5, 11]]}, r"cell D2: 5\.5 cannot be right"),
        ({"Ranks": [HEADER, ["Denmark", "DK", 2024, 0, 11]]}, "cell D2: 0 cannot be right"),
        ({"Ranks": [HEADER, ["Denmark", "DK", 2024, "n/a", 11]]}, "cell D2: 'n/a' is no number"),
        (
            {"Ranks": [["Country", "Year", "Economies", "A (WCY)"], ["Denmark", 2024, 5, 6]]},
            "cell D2: 6 cannot be right here. Expected: a whole number from 1 to 5",
        ),
        (
            {"Ranks": [["Country", "Year", "Entrepreneurship"], ["Denmark", 2024, 5]]},
            "cell C1: The column 'Entrepreneurship' does not say of which ranking",
        ),
        (
            {"Ranks": [[*HEADER[:4], ""], ["Denmark", "DK", 2024, 5, 11]]},
            "cell E1: The column '' does not say",
        ),
        ({"Ranks": [[*LONG, "Rank"], ["Denmark", 2024, "A", 5]]}, "cell C2: 'A' does not say"),
        ({"Ranks": [LONG, ["Denmark", 2024, "A (WCY)"]]}, "neither of the wide nor of the long"),
        ({"Ranks": [["Country", "Year", "A (TALENT)"], ["Denmark", 2024, 5]]}, "neither of the"),
        (
            {"Ranks": [["Country", "Year", "A (WCY)", "A (WCY)"], ["Denmark", 2024, 5, 6]]},
            "criterion is there twice",
        ),
        ({"x": [[*LONG, "Data type", "Rank"], ["Denmark", 2024, "A (WCY)", "Rank", 5]]}, "beside"),
        ({"Notes": [["nothing"]]}, "No sheet has a header"),
        ({"Ranks": [HEADER, *ROWS], "Values": ROWS}, "sheet 'Values', row 1: Numbers on a sheet"),
    ],
)
def test_a_sheet_that_cannot_be_believed_is_refused_with_its_cell(
    tmp_path: Path, sheets: dict[str, Cells], message: str
) -> None:
    with pytest.raises(SourceError, match=message):
        read(land(tmp_path, sheets))


def test_a_column_of_words_and_another_rankings_criterion_are_passed_over(tmp_path: Path) -> None:
    header = ["Region", "Country", "Year", "A (WCY)", "B (TALENT)"]
    rows = read(land(tmp_path, {"Ranks": [header, ["Europe", "Denmark", 2024, 5, 6]]}))
    assert [(r["criterion_name"], r["area_name"]) for r in rows] == [("A", "Denmark")]


def test_the_same_year_in_two_workbooks_is_refused(tmp_path: Path) -> None:
    files = [land(tmp_path, {"Ranks": [HEADER, ROWS[0]]}, name) for name in ("a.xlsx", "b.xlsx")]
    with pytest.raises(SourceError, match=r"same key twice.*a\.xlsx, line 2; b\.xlsx, line 2"):
        build_bronze(SOURCE, files, "v")


def test_the_licence_forbids_passing_the_workbook_on() -> None:
    assert SOURCE.access == "by hand"
    assert "not passed on" in SOURCE.licence
