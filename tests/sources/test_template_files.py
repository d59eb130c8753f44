"""Templates: what `whitepaper template` writes is read by the source's own reader once filled."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from sources import SOURCE_IDS, get_source
from sources.acceptance import accept
from sources.bronze import build_bronze
from sources.contract import Source, SourceError, TemplateSheet
from sources.tabular import README
from sources.templates import write_template

WITH_TEMPLATE = [name for name in SOURCE_IDS if get_source(name).template is not None]
AS_CSV = [
    name
    for name in WITH_TEMPLATE
    if (template := get_source(name).template) is not None and template.as_csv
]


def sheets_of(source: Source) -> tuple[TemplateSheet, ...]:
    assert source.template is not None
    return source.template.sheets


@pytest.mark.parametrize("source_id", WITH_TEMPLATE)
def test_a_workbook_filled_with_the_examples_is_accepted(source_id: str, tmp_path: Path) -> None:
    source = get_source(source_id)
    (path,) = write_template(source, tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(path)
    for sheet in sheets_of(source):
        for number, column in enumerate(sheet.columns, start=1):
            value = column.example
            is_number = not column.is_text and value not in ("", "-")
            book[sheet.name].cell(2, number).value = float(value) if is_number else value
    book.save(path)
    found = accept(source, [path], "v", None)
    assert {name: frame.height > 0 for name, frame in found.frames.items()} == dict.fromkeys(
        found.frames, True
    )


@pytest.mark.parametrize("source_id", AS_CSV)
def test_csv_files_filled_with_the_examples_are_accepted(source_id: str, tmp_path: Path) -> None:
    source = get_source(source_id)
    paths = write_template(source, tmp_path / "t.csv")
    assert len(paths) == len(sheets_of(source))
    for path, sheet in zip(paths, sheets_of(source), strict=True):
        with path.open("a", encoding="utf-8", newline="") as handle:
            csv.writer(handle).writerow([column.example for column in sheet.columns])
    frames = accept(source, paths, "v", None).frames
    assert [frame.height for frame in frames.values()] == [1] * len(paths)
    lines = paths[0].read_text(encoding="utf-8-sig").splitlines()
    assert next(iter(frames.values()))["_source_row"].to_list() == [len(lines)]


@pytest.mark.parametrize("source_id", WITH_TEMPLATE)
def test_an_empty_template_is_refused(source_id: str, tmp_path: Path) -> None:
    source = get_source(source_id)
    with pytest.raises(SourceError, match=r"no row|Not one row"):
        build_bronze(source, write_template(source, tmp_path / "t.xlsx"), "v")


@pytest.mark.parametrize("source_id", WITH_TEMPLATE)
def test_a_template_explains_every_column(source_id: str, tmp_path: Path) -> None:
    source = get_source(source_id)
    (path,) = write_template(source, tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(path)
    explained = {
        (row[0], row[1]): row[2] for row in book[README].iter_rows(values_only=True) if row[1]
    }
    for sheet in sheets_of(source):
        header = [cell.value for cell in book[sheet.name][1]]
        assert header == [column.name for column in sheet.columns]
        for name in header:
            assert explained[sheet.name, name]


def test_a_wrong_value_in_a_workbook_is_named_with_its_sheet_and_row(tmp_path: Path) -> None:
    source = get_source("wef_grr")
    (path,) = write_template(source, tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(path)
    book["risk_rank"].append([2025, "short_term_2y", "first", "a", "A", "甲"])
    book.save(path)
    with pytest.raises(SourceError, match=r"sheet 'risk_rank', row \d+, column 'rank': 'first'"):
        source.read([path])


def test_a_sheet_that_no_table_knows_is_refused_and_not_passed_over(tmp_path: Path) -> None:
    source = get_source("wef_grr")
    (path,) = write_template(source, tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(path)
    book["risk_rank"].append([2025, "short_term_2y", 1, "a", "A", "甲"])
    book.create_sheet("more").append([2025, "long_term_10y", 1, "b", "B", "乙"])
    book.save(path)
    with pytest.raises(SourceError, match="sheet 'more' is the header of a table"):
        source.read([path])


def test_a_template_never_overwrites_a_file_and_needs_a_known_ending(tmp_path: Path) -> None:
    source = get_source("uspto_counts")
    (tmp_path / "t_grants_by_area_year.csv").write_text("mine")
    with pytest.raises(SourceError, match="is there already"):
        write_template(source, tmp_path / "t.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["t_grants_by_area_year.csv"]
    with pytest.raises(SourceError, match=r"ending in \.xlsx or \.csv"):
        write_template(source, tmp_path / "t.ods")
    with pytest.raises(SourceError, match=r"ending in \.xlsx"):
        write_template(get_source("imd_wcy"), tmp_path / "t.csv")
    with pytest.raises(SourceError, match="There is no folder"):
        write_template(source, tmp_path / "nowhere" / "t.xlsx")


def test_a_source_with_a_public_format_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="needs no template") as caught:
        write_template(get_source("oecd_msti"), tmp_path / "t.xlsx")
    assert "moea_factory_survey" in str(caught.value)
