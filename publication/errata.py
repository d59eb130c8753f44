"""The errata sheet: what an editor hands to the printer, from the published marts.

Here: reading the mart `erratum` with the labels of tables, rows and columns, and the sheet as text,
CSV, one HTML page or a workbook, in both languages. Not here: what is an erratum (dbt_project),
the editor's decisions (editions), choosing the database (orchestration).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from csv import writer as csv_writer
from dataclasses import dataclass
from html import escape
from pathlib import Path

import duckdb
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

CONFIRMED = "confirmed"
STATES = {
    "confirmed": ("To correct", "應更正"),
    "": ("Undecided", "尚未裁定"),
    "changed": ("Changed since it was decided", "裁定後已變動"),
    "explained": ("Differs for a known reason", "有已知原因"),
    "rejected": ("Stands as printed", "維持原印刷"),
}
"""The editor's decisions in the order of the sheet."""

HEADERS = (
    ("No.", "序號"),
    ("Table", "表"),
    ("Page", "頁"),
    ("Row", "列"),
    ("Column", "欄"),
    ("Printed", "原印"),
    ("Should be", "應為"),
    ("Evidence", "證據"),
    ("Note", "說明"),
)
_VALUES, _SHOULD_BE = (6, 7), 7
"""Columns of the sheet that hold numbers, and the one to be printed anew."""
_NUMBER = re.compile(r"[↑↓]? ?[-–]?[\d.,]+(?:–[\d.,]+)?[%*]?")

CSV_COLUMNS = (
    *("no", "erratum_id", "state", "kind", "table_id", "table_zh", "table_en", "page"),
    *("row_key", "row_zh", "row_en", "period", "measure", "column_zh", "column_en", "claim_id"),
    *("printed", "should_be", "verdict", "evidence_zh", "evidence_en", "note_zh", "note_en"),
    *("decided_by", "decided_on"),
)

_LINES = """
    select
        erratum.erratum_id,
        erratum.triage as state,
        erratum.kind,
        erratum.table_id,
        coalesce(book_table.number_zh, erratum.table_id) as table_zh,
        coalesce(book_table.number_en, erratum.table_id) as table_en,
        coalesce(cast(book_table.page as varchar), '') as page,
        erratum.row_key,
        coalesce(own_row.label_zh, any_row.label_zh, erratum.row_key) as row_zh,
        coalesce(own_row.label_en, any_row.label_en, erratum.row_key) as row_en,
        erratum.period,
        erratum.measure,
        coalesce(book_column.header_zh, book_measure.label_zh, erratum.measure) as column_zh,
        coalesce(book_column.header_en, book_measure.label_en, erratum.measure) as column_en,
        erratum.claim_id,
        erratum.printed,
        erratum.should_be,
        erratum.verdict,
        erratum.evidence_zh,
        erratum.evidence_en,
        erratum.note_zh,
        erratum.note_en,
        erratum.decided_by,
        erratum.decided_on
    from erratum
    left join book_table using (edition, table_id)
    left join book_measure using (edition, table_id, measure)
    left join book_column using (edition, table_id, measure, period)
    left join printed_cell using (edition, table_id, row_key, period, measure)
    left join book_row as own_row
        on
            erratum.edition = own_row.edition
            and erratum.table_id = own_row.table_id
            and erratum.row_key = own_row.row_key
            and printed_cell.row_no = own_row.row_no
    left join (
        select edition, table_id, row_key,
            min_by(label_zh, row_no) as label_zh, min_by(label_en, row_no) as label_en
        from book_row group by all
    ) as any_row
        on
            erratum.edition = any_row.edition
            and erratum.table_id = any_row.table_id
            and erratum.row_key = any_row.row_key
    order by
        erratum.kind, book_table.page, book_table.position, erratum.table_id,
        erratum.hypothesis, printed_cell.row_no, erratum.row_key,
        book_column.position, erratum.measure, erratum.period, erratum.claim_id
"""


@dataclass(frozen=True)
class ErratumLine:
    """One cell or statement of the sheet, with the words that a reader of the book knows it by."""

    erratum_id: str
    state: str
    kind: str
    table_id: str
    table_zh: str
    table_en: str
    page: str
    row_key: str
    row_zh: str
    row_en: str
    period: str
    measure: str
    column_zh: str
    column_en: str
    claim_id: str
    printed: str
    should_be: str
    verdict: str
    evidence_zh: str
    evidence_en: str
    note_zh: str
    note_en: str
    decided_by: str
    decided_on: str


@dataclass(frozen=True)
class ErrataSheet:
    """The lines of a sheet, in the order of `STATES` and, within, of the book."""

    edition: str
    title_zh: str
    title_en: str
    lines: tuple[ErratumLine, ...]

    def only_confirmed(self) -> ErrataSheet:
        """Return the sheet for the printer: what the editor has confirmed."""
        return self.with_states((CONFIRMED,))

    def with_states(self, states: Sequence[str]) -> ErrataSheet:
        """Return the sheet with the lines in these states only."""
        kept = tuple(line for line in self.lines if line.state in states)
        return ErrataSheet(self.edition, self.title_zh, self.title_en, kept)

    def sections(self) -> list[tuple[str, list[tuple[int, ErratumLine]]]]:
        """Return the states that have lines, with their numbered lines."""
        number, sections = 0, []
        for state in STATES:
            numbered = []
            for line in self.lines:
                if line.state == state:
                    number += 1
                    numbered.append((number, line))
            if numbered:
                sections.append((state, numbered))
        return sections


def read_errata(database: Path, *, edition: str, title_zh: str, title_en: str) -> ErrataSheet:
    """Read all errata of a database that has the marts.

    Args:
        database: a published `whitepaper.duckdb`, or the database of a build.
        edition: the edition's id.
        title_zh: the book's title in Chinese.
        title_en: the book's title in English.

    Raises:
        duckdb.Error: the database has no mart `erratum`.
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(_LINES).fetchall()
    return ErrataSheet(edition, title_zh, title_en, tuple(ErratumLine(*row) for row in rows))


def summary(sheet: ErrataSheet) -> tuple[str, str]:
    """Return one sentence in English and one in Chinese: how many, of what."""
    counts = [(state, len(lines)) for state, lines in sheet.sections()]
    if not counts:
        return "No errata.", "無勘誤。"
    english = ", ".join(f"{count} {STATES[state][0].lower()}" for state, count in counts)
    chinese = "、".join(f"{STATES[state][1]}{count}處" for state, count in counts)
    return f"{english[:1].upper()}{english[1:]}.", f"{chinese}。"


def write_sheets(
    sheet: ErrataSheet, *, xlsx: Path | None, html: Path | None, csv: Path | None
) -> str:
    """Write the sheet to the files asked for; without any, return it as text.

    Returns:
        What to tell the person: the sheet itself, or which files were written.
    """
    if xlsx is not None:
        write_workbook(sheet, xlsx)
    if html is not None:
        html.write_text(as_html(sheet), encoding="utf-8")
    if csv is not None:
        # With a byte order mark: Excel takes a file without one for the system's own encoding.
        csv.write_text(as_csv(sheet), encoding="utf-8-sig")
    written = [path for path in (xlsx, html, csv) if path is not None]
    if not written:
        return as_text(sheet)
    return "\n".join([summary(sheet)[0], *(f"Wrote {path}" for path in written)])


def as_text(sheet: ErrataSheet) -> str:
    """Return the sheet for a terminal: one line per cell, its evidence below."""
    blocks = [f"{sheet.title_zh} 勘誤表 / {sheet.title_en}: errata", " ".join(summary(sheet))]
    for state, numbered in sheet.sections():
        blocks.append(f"== {STATES[state][0]} {STATES[state][1]} ({len(numbered)})")
        for group in _groups(numbered):
            lines = [_one_line(number, line) for number, line in group]
            lines += [f"       {text}" for text in (*_evidence(group), *_note(group[0][1]))]
            blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def _groups(numbered: list[tuple[int, ErratumLine]]) -> list[list[tuple[int, ErratumLine]]]:
    """Lines that stand together and share one entry of the editor."""
    groups: list[list[tuple[int, ErratumLine]]] = []
    for item in numbered:
        entry = item[1].erratum_id
        if groups and entry and groups[-1][0][1].erratum_id == entry:
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


_MOST_TEXTS = 4
"""A group whose cells have more different evidence than this says the same of each: one stands for
all. CSV has every one."""


def _evidence(group: list[tuple[int, ErratumLine]]) -> tuple[str, ...]:
    """What is known of the lines of a group, each text once."""
    pairs = list(dict.fromkeys((line.evidence_zh, line.evidence_en) for _, line in group))
    if len(pairs) > _MOST_TEXTS:
        pairs = pairs[:1]
    texts = tuple(dict.fromkeys(text for pair in pairs for text in pair if text))
    return texts if len(pairs) > 1 or len(group) == 1 else (*texts, *_likewise(group))


def _likewise(group: list[tuple[int, ErratumLine]]) -> tuple[str, ...]:
    if len({(line.evidence_zh, line.evidence_en) for _, line in group}) == 1:
        return ()
    return ("其餘各格同理。", "Likewise for the other cells.")


def _note(line: ErratumLine) -> tuple[str, ...]:
    decided = ", ".join(part for part in (line.erratum_id, line.decided_on) if part)
    return (*_both(line.note_zh, line.note_en), *((decided,) if line.erratum_id else ()))


def _one_line(number: int, line: ErratumLine) -> str:
    if line.kind == "claim":
        wanted = f" -> {line.should_be}" if line.should_be else ""
        return f"{number:>4}.  {line.claim_id}: {line.printed}{wanted}"
    place = " | ".join(part for part in (line.row_zh, line.column_zh) if part)
    wanted = line.should_be or "?"
    return f"{number:>4}.  {line.table_zh} | {place}: {line.printed or '(blank)'} -> {wanted}"


def as_csv(sheet: ErrataSheet) -> str:
    """Return the sheet as CSV with `CSV_COLUMNS`, for a program."""
    out = io.StringIO()
    writer = csv_writer(out, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for _, numbered in sheet.sections():
        for number, line in numbered:
            writer.writerow([number, *(getattr(line, name) for name in CSV_COLUMNS[1:])])
    return out.getvalue()


def _cells(number: int, line: ErratumLine) -> tuple[tuple[str, ...], ...]:
    """The cells of one line up to `Should be`, each as its lines of text: Chinese, then English.

    Evidence and note are those of its group (`_evidence`, `_note`).
    """
    if line.kind == "claim":
        place: tuple[tuple[str, ...], ...] = (_both("敘述", "statement"), (line.claim_id,))
    else:
        row = _both(line.row_zh, line.row_en) or ("整欄", "whole column")
        place = (row, _both(line.column_zh, line.column_en))
    return (
        (str(number),),
        _both(line.table_zh, line.table_en),
        (line.page,),
        *place,
        (line.printed or "—",),
        (line.should_be or "—",),
    )


def _both(chinese: str, english: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in (chinese, english) if text))


_STYLE = """
@page{size:A4 landscape;margin:12mm}
body{font:13px/1.45 system-ui,"Noto Sans TC","Noto Sans CJK TC","Microsoft JhengHei",sans-serif;
margin:2em auto;max-width:110em;padding:0 1em;color:#1a1a1a}
h1{font-size:20px;margin:0}h1 small{display:block;font-weight:normal;color:#555;font-size:14px}
h2{font-size:15px;margin:1.6em 0 .4em}
table{border-collapse:collapse;width:100%;table-layout:fixed}
td,th{border:1px solid #bbb;padding:.3em .5em;text-align:left;vertical-align:top;
overflow-wrap:anywhere}
th{background:#eef1f5}th small{display:block;font-weight:normal}
thead{display:table-header-group}tr{break-inside:avoid}
td.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.wanted{font-weight:600}
td p{margin:0}td p+p{color:#555;font-size:12px}
"""
_WIDTHS = (3.5, 7, 4, 9, 14, 10.5, 12, 22, 18)
"""Of the columns, in percent of the page."""


def as_html(sheet: ErrataSheet) -> str:
    """Return the sheet as one HTML page that needs nothing from elsewhere and prints on A4."""
    english, chinese = summary(sheet)
    body = [
        f"<h1>{escape(sheet.title_zh)} 勘誤表<small>{escape(sheet.title_en)}: errata</small></h1>",
        f"<p>{escape(chinese)} {escape(english)}</p>",
    ]
    columns = "".join(f'<col style="width:{width}%">' for width in _WIDTHS)
    head = "".join(
        f"<th>{escape(chinese)}<small>{escape(english)}</small></th>"
        for english, chinese in HEADERS
    )
    for state, numbered in sheet.sections():
        title_en, title_zh = STATES[state]
        rows = "".join(row for group in _groups(numbered) for row in _html_rows(group))
        body.append(
            f"<h2>{escape(title_zh)} {escape(title_en)} ({len(numbered)})</h2>"
            f"<table><colgroup>{columns}</colgroup>"
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        )
    return (
        '<!doctype html>\n<html lang="zh-Hant"><head><meta charset="utf-8">'
        f"<title>{escape(sheet.title_zh)} 勘誤表</title><style>{_STYLE}</style></head>\n<body>\n"
        + "\n".join(body)
        + "\n</body></html>\n"
    )


def _html_rows(group: list[tuple[int, ErratumLine]]) -> Iterable[str]:
    """The lines of one group; evidence and note stand once, beside all of them."""
    for position, (number, line) in enumerate(group):
        own = _cells(number, line)
        cells = [
            _html_cell(texts, _html_class(column, texts)) for column, texts in enumerate(own, 1)
        ]
        if position == 0:
            span = f' rowspan="{len(group)}"' if len(group) > 1 else ""
            cells += [_html_cell(texts, span) for texts in (_evidence(group), _note(line))]
        yield f"<tr>{''.join(cells)}</tr>"


def _html_class(column: int, texts: tuple[str, ...]) -> str:
    names = []
    if column in _VALUES and _is_number(texts):
        names.append("number")
    if column == _SHOULD_BE:
        names.append("wanted")
    return f' class="{" ".join(names)}"' if names else ""


def _is_number(texts: tuple[str, ...]) -> bool:
    return len(texts) == 1 and _NUMBER.fullmatch(texts[0]) is not None


def _html_cell(texts: Iterable[str], attributes: str) -> str:
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in texts)
    return f"<td{attributes}>{paragraphs}</td>"


def write_workbook(sheet: ErrataSheet, path: Path) -> None:
    """Write the sheet as an Excel workbook: one worksheet per state, ready to print on A4.

    Args:
        sheet: the errata.
        path: the .xlsx to write; its folder must exist.
    """
    book = Workbook()
    del book[book.sheetnames[0]]
    for state, numbered in sheet.sections() or [(CONFIRMED, [])]:
        _fill_worksheet(book, sheet, state, numbered)
    book.properties.title = f"{sheet.title_zh} 勘誤表"
    book.save(path)


_SHEET_WIDTHS = (6, 13, 6, 17, 30, 22, 24, 48, 38)
_LEADING_ROWS = 3
_FONT = "Calibri"


def _fill_group(
    page: Worksheet, first_row: int, group: list[tuple[int, ErratumLine]], border: Border
) -> None:
    """Write the lines of a group; evidence and note are merged over all of them."""
    last_row = first_row + len(group) - 1
    common = (_evidence(group), _note(group[0][1]))
    lines_taken = 0
    for row, (number, line) in enumerate(group, start=first_row):
        own = _cells(number, line)
        for column, texts in enumerate((*own, *common), start=1):
            cell = page.cell(row, column)
            is_value = column in _VALUES and _is_number(texts)
            cell.alignment = Alignment(
                wrap_text=True,
                vertical="top",
                horizontal="right" if is_value else "left",
                indent=1 if is_value else 0,
            )
            cell.border = border
            cell.font = Font(name=_FONT, size=11, bold=column == _SHOULD_BE)
            if column <= len(own) or row == first_row:
                cell.value = number if column == 1 else "\n".join(texts)
                cell.data_type = "n" if column == 1 else "s"  # a leading = or + is no formula
        needed = max(
            _lines_needed(texts, width) for texts, width in zip(own, _SHEET_WIDTHS, strict=False)
        )
        if row == last_row:
            left = max(map(_lines_needed, common, _SHEET_WIDTHS[-2:])) - lines_taken
            needed = max(needed, left)
        lines_taken += needed
        page.row_dimensions[row].height = 15.5 * needed + 3
    if last_row > first_row:
        for column in (len(HEADERS) - 1, len(HEADERS)):
            page.merge_cells(
                start_row=first_row, end_row=last_row, start_column=column, end_column=column
            )


def _fill_worksheet(
    book: Workbook, sheet: ErrataSheet, state: str, numbered: list[tuple[int, ErratumLine]]
) -> None:
    title_en, title_zh = STATES[state]
    page = book.create_sheet(f"{title_zh} {title_en}"[:31])
    page["A1"] = f"{sheet.title_zh} 勘誤表"
    page["A1"].font = Font(name=_FONT, size=15, bold=True)
    page["A2"] = f"{sheet.title_en}: errata. {title_zh} {title_en}: {len(numbered)}."
    thin = Side(style="thin", color="BBBBBB")
    border = Border(left=thin, right=thin, top=thin, bottom=thin)
    for column, ((english, chinese), width) in enumerate(
        zip(HEADERS, _SHEET_WIDTHS, strict=True), start=1
    ):
        cell = page.cell(_LEADING_ROWS, column, f"{chinese}\n{english}")
        cell.font, cell.border = Font(name=_FONT, size=11, bold=True), border
        cell.fill = PatternFill("solid", fgColor="EEF1F5")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        page.column_dimensions[get_column_letter(column)].width = width
    page.row_dimensions[_LEADING_ROWS].height = 32
    row = _LEADING_ROWS + 1
    for group in _groups(numbered):
        _fill_group(page, row, group, border)
        row += len(group)
    page.freeze_panes = f"A{_LEADING_ROWS + 1}"
    page.print_title_rows = f"{_LEADING_ROWS}:{_LEADING_ROWS}"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


def _lines_needed(texts: Iterable[str], width: float) -> int:
    """Lines that wrapped texts take in a column; a Chinese character is two wide."""
    fits = width - 2
    return sum(
        max(1, -(-sum(2 if ord(char) > 0x2E7F else 1 for char in text) // int(fits)))
        for text in texts
    )
