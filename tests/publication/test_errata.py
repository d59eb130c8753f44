"""The errata sheet: table, cell, printed, should be, evidence, in both languages."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import duckdb
import pytest
from openpyxl import load_workbook

from publication.errata import (
    CSV_COLUMNS,
    HEADERS,
    as_csv,
    as_html,
    as_text,
    read_errata,
    write_sheets,
    write_workbook,
)

ERRATUM = (
    *("erratum_id", "kind", "table_id", "row_key", "period", "measure", "claim_id"),
    *("printed", "should_be", "verdict", "triage", "hypothesis", "evidence_en", "evidence_zh"),
    *("note_en", "note_zh", "decided_by", "decided_on"),
)


def erratum(triage="confirmed", **facts):
    line = dict.fromkeys(ERRATUM, "") | {
        "erratum_id": "E-1",
        "kind": "cell",
        "table_id": "T1-2-04",
        "row_key": "SGP",
        "period": "2019",
        "measure": "level",
        "printed": "4.00",
        "should_be": "4.25",
        "verdict": "row_interchanged",
        "evidence_en": "It belongs to <Finland>.",
        "evidence_zh": "應屬芬蘭。",
        "note_en": "Interchanged.",
        "note_zh": "互換。",
        "decided_by": "the editor",
        "decided_on": "2025-06-30",
    }
    return line | {"triage": triage} | facts


LINES = [
    erratum(),
    erratum(row_key="FIN", printed="4.25", should_be="4.00"),
    erratum("explained", erratum_id="E-2", period="2020"),
    erratum("", erratum_id="", period="2021", should_be="", note_en="", note_zh="", decided_on=""),
    erratum(
        erratum_id="E-3",
        kind="claim",
        row_key="",
        period="",
        measure="",
        claim_id="C1",
        printed="=我國居第3。",
        should_be="我國居第4。",
    ),
]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "whitepaper.duckdb"
    with duckdb.connect(str(path)) as connection:
        columns = ", ".join(f"{name} text" for name in ERRATUM)
        connection.execute(f"create table erratum (edition text, {columns})")
        marks = ", ".join("?" for _ in ERRATUM)
        connection.executemany(
            f"insert into erratum values ('2025-26', {marks})",
            [[line[name] for name in ERRATUM] for line in LINES],
        )
        connection.execute("""
            create table book_table as select '2025-26' as edition, 'T1-2-04' as table_id,
                4 as position, '表1-2-4' as number_zh, 'Table 1-2-4' as number_en, 36 as page;
            create table book_measure as select '2025-26' as edition, 'T1-2-04' as table_id,
                'level' as measure, '規模' as label_zh, 'Level' as label_en;
            create table book_column as
                select '2025-26' as edition, 'T1-2-04' as table_id, 'level' as measure, period,
                    year as position, '規模 > ' || period || '年' as header_zh,
                    'Level > ' || period as header_en
                from (select unnest(['2019', '2020', '2021']) as period, unnest([1, 2, 3]) as year);
            create table book_row as
                select '2025-26' as edition, 'T1-2-04' as table_id, unnest([1, 2, 3]) as row_no,
                    unnest(['SGP', 'SGP', 'FIN']) as row_key,
                    unnest(['新加坡 金額', '新加坡 占比', '芬蘭']) as label_zh,
                    unnest(['Singapore: amount', 'Singapore: share', 'Finland']) as label_en;
            create table printed_cell as
                select '2025-26' as edition, 'T1-2-04' as table_id, unnest([2, 2, 2, 3]) as row_no,
                    unnest(['SGP', 'SGP', 'SGP', 'FIN']) as row_key,
                    unnest(['2019', '2020', '2021', '2019']) as period, 'level' as measure;
        """)
    return path


@pytest.fixture
def sheet(database: Path):
    return read_errata(database, edition="2025-26", title_zh="白皮書", title_en="White Paper")


def test_a_cell_is_named_by_table_page_row_and_column_as_the_reader_of_the_book_sees_them(sheet):
    line = next(line for line in sheet.lines if line.row_key == "SGP" and line.period == "2019")
    assert (line.table_zh, line.table_en, line.page) == ("表1-2-4", "Table 1-2-4", "36")
    # The second of two printed lines with this key.
    assert (line.row_zh, line.row_en) == ("新加坡 占比", "Singapore: share")
    assert (line.column_zh, line.column_en) == ("規模 > 2019年", "Level > 2019")


def test_no_line_is_lost_or_doubled_by_its_labels(sheet):
    assert len(sheet.lines) == len(LINES)


def test_the_printers_sheet_has_what_is_confirmed_and_nothing_else(sheet):
    lines = sheet.only_confirmed().lines
    assert {line.erratum_id for line in lines} == {"E-1", "E-3"}
    assert len(lines) == 3


def test_states_stand_in_order_and_numbers_run_through(sheet):
    sections = sheet.sections()
    assert [state for state, _ in sections] == ["confirmed", "", "explained"]
    assert [number for _, lines in sections for number, _ in lines] == [1, 2, 3, 4, 5]


def test_the_text_has_one_line_per_cell_and_says_the_evidence_of_a_group_once(sheet):
    text = as_text(sheet.only_confirmed())
    assert "1.  表1-2-4 | 新加坡 占比 | 規模 > 2019年: 4.00 -> 4.25" in text
    assert "2.  表1-2-4 | 芬蘭 | 規模 > 2019年: 4.25 -> 4.00" in text
    group = text[text.index("   1.") : text.index("   3.")]
    assert group.count("It belongs to <Finland>.") == 1
    assert "3 to correct. 應更正3處。" in text


def test_without_errata_the_sheet_says_so(sheet):
    assert "No errata. 無勘誤。" in as_text(sheet.with_states(()))


def test_csv_has_one_line_per_cell_with_keys_and_labels(sheet):
    lines = list(csv.DictReader(io.StringIO(as_csv(sheet))))
    assert tuple(lines[0]) == CSV_COLUMNS
    assert len(lines) == len(LINES)
    assert (lines[0]["row_key"], lines[0]["row_zh"]) == ("SGP", "新加坡 占比")
    assert lines[0]["should_be"] == "4.25"


def test_html_is_one_page_in_both_languages_with_everything_escaped(sheet):
    page = as_html(sheet)
    for english, chinese in HEADERS:
        assert english in page and chinese in page
    assert "It belongs to &lt;Finland&gt;." in page and "應屬芬蘭。" in page
    assert "<Finland>" not in page
    assert "http" not in page
    assert '<td rowspan="2">' in page


def test_the_workbook_has_a_worksheet_per_state_and_no_formula(sheet, tmp_path):
    path = tmp_path / "errata.xlsx"
    write_workbook(sheet, path)
    book = load_workbook(path)
    assert len(book.sheetnames) == 3
    page = book[book.sheetnames[0]]
    assert [cell.value for cell in page[3]] == [f"{zh}\n{en}" for en, zh in HEADERS]
    assert [cell.value for cell in page[4]][:7] == [
        1,
        "表1-2-4\nTable 1-2-4",
        "36",
        "新加坡 占比\nSingapore: share",
        "規模 > 2019年\nLevel > 2019",
        "4.00",
        "4.25",
    ]
    claim = page[6]
    assert (claim[5].value, claim[5].data_type) == ("=我國居第3。", "s")
    assert {str(merged) for merged in page.merged_cells.ranges} == {"H4:H5", "I4:I5"}
    assert page.page_setup.orientation == "landscape"
    assert page.print_title_rows == "$3:$3"


def test_files_asked_for_are_written_and_named(sheet, tmp_path):
    paths = {kind: tmp_path / f"errata.{kind}" for kind in ("xlsx", "html", "csv")}
    told = write_sheets(sheet, **paths)
    for path in paths.values():
        assert path.stat().st_size > 0
        assert f"Wrote {path}" in told
    assert paths["csv"].read_bytes().startswith(b"\xef\xbb\xbf")
