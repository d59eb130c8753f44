"""UNSD's workbooks between editions of the Harmonized System."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from sources.bronze import build_bronze
from sources.contract import SourceError
from sources.unsd_hs_correlation import SOURCE

SAMPLE = (
    Path(__file__).resolve().parents[2].parent
    / "shared/samples/concordance/HS2022toHS2017ConversionAndCorrelationTables.xlsx"
)
CONVERSIONS = [("010121", "010121"), ("851771", "851770"), ("851779", "851770")]
CORRELATIONS = [
    ("010121", "010121", "1:1"),
    ("851771", "851770", "n:1"),
    ("851779", "851770", "n:1"),
]


def workbook(
    path: Path,
    conversions: list[tuple[str, str]] = CONVERSIONS,
    correlations: list[tuple[str, str, str]] = CORRELATIONS,
    editions: tuple[str, str] = ("HS2022", "HS2017"),
) -> Path:
    """Write a workbook in the form of UNSD's."""
    newer, older = editions
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = f"{newer}-{older} Conversions"
    for row in ((f"From {newer}", f"To {older}"), *conversions):
        sheet.append(row)
    sheet = book.create_sheet(f"{newer}-{older} Correlations")
    for line in (("Between", None, None), (newer, f" {older}", "Relationship"), *correlations):
        sheet.append(line)
    book.save(path)
    return path


def test_both_sheets_are_read_with_their_rows_and_leading_zeros(tmp_path: Path) -> None:
    tables = build_bronze(SOURCE, [workbook(tmp_path / "a.xlsx")], "2026")
    first = tables["conversion"].row(0)
    assert first == ("HS2022", "010121", "HS2017", "010121", "2026", "a.xlsx", 2)
    assert tables["correlation"]["relationship"].to_list() == ["1:1", "n:1", "n:1"]
    assert tables["correlation"]["_source_row"].to_list() == [3, 4, 5]


def test_workbooks_of_several_editions_make_one_vintage(tmp_path: Path) -> None:
    older = workbook(tmp_path / "b.xlsx", editions=("HS2017", "HS2012"))
    tables = build_bronze(SOURCE, [workbook(tmp_path / "a.xlsx"), older], "2026")
    assert sorted(set(tables["conversion"]["to_edition"])) == ["HS2012", "HS2017"]


def test_a_code_that_lost_its_zero_and_an_unknown_relationship_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", conversions=[("10121", "010121")])
    with pytest.raises(SourceError, match=r"sheet 'HS2022-HS2017 Conversions', row 2: '10121 "):
        build_bronze(SOURCE, [path], "2026")
    path = workbook(tmp_path / "a.xlsx", correlations=[("010121", "010121", "2:2")])
    with pytest.raises(SourceError, match=r"one of 1:1, 1:n, n:1, n:n"):
        build_bronze(SOURCE, [path], "2026")


def test_a_workbook_of_something_else_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(SourceError, match="has 0 sheets of conversions"):
        build_bronze(SOURCE, [tmp_path / "a.xlsx"], "2026")


@pytest.mark.skipif(not SAMPLE.exists(), reason="no samples of real files here")
def test_the_real_workbook_is_read_whole() -> None:
    tables = build_bronze(SOURCE, [SAMPLE], "2026")
    assert (tables["conversion"].height, tables["correlation"].height) == (5613, 15657)
    pairs = dict(tables["conversion"].select("from_code", "to_code").rows())
    assert (pairs["854142"], pairs["851779"]) == ("854140", "851770")
