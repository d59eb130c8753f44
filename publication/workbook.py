"""The workbook: every table in the book's layout, in Chinese and English, and where it comes from.

Here: sheets, number formats, widths, print setup. Not here: what stands where (publication.layout),
which files feed a table (publication.provenance).

A number is written unrounded, and its format shows what the book prints: places, thousands, arrow,
年, `*` and the mark of an estimate. Texts are written as texts, whatever they begin with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from math import ceil
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.exceptions import XlsxWriterException  # type: ignore[import-untyped]

from publication.codes import code_word
from publication.files import harmless
from publication.layout import (
    ESTIMATE_MARK,
    LANGUAGES,
    SHEET_HEADER_ROW,
    HeaderCell,
    LabelCell,
    Language,
    NumberCell,
    TableLayout,
    TextCell,
    plain,
    read_layout,
    read_layouts,
    sheet_name,
)
from publication.provenance import TableEstimate, TableSource, table_estimates, table_sources
from publication.release import PublicationError
from publication.rounding import GUARD_PLACES, round_half_away

FILE = "workbook.xlsx"
CONTENTS = "目錄 Contents"
PROVENANCE = "來源 Provenance"
ESTIMATES = "推估 Estimates"

FONT = "Arial"
"""Or its twin Liberation Sans: every office has one. Chinese falls back to the system's font."""

_INK, _QUIET, _LINE, _SHADE = "#1A1A1A", "#555555", "#BFC5CC", "#EEF1F5"
_MOST_LABEL_WIDTH, _MOST_TEXT_WIDTH, _LEAST_NUMBER_WIDTH = 34, 48, 7
_MOST_HEADING_WIDTH = 120
_LINE_HEIGHT, _PADDING = 13.5, 5.0
_PORTRAIT_WIDTH = 100
"""Characters that are still legible across upright A4."""
_LONGEST_TEXT = 32_767
"""Of a cell in Excel; the rest of a longer text would be cut off without a word."""

_CONTENTS_LINK = {"zh": "← 目錄", "en": "← Contents"}

_LEGEND = (
    (
        f"{ESTIMATE_MARK}",
        "編輯推估值，或由推估值計算而得；理由見「推估 Estimates」。",
        "Estimated by the editor, or computed from an estimate; reasons in the sheet of estimates.",
    ),
    ("*", "初步統計數。", "Preliminary."),
    ("N/A", "無資料。", "Not available."),
    ("↑ ↓", "較上期增加、減少；儲存格之值帶正負號。", "Up, down; the cell's value is signed."),
    (
        "1,234",
        "數值未四捨五入，依書中小數位數顯示；點選儲存格可見完整數值。",
        "Numbers are unrounded and shown with the book's places; select a cell to see all digits.",
    ),
    (
        "0.5 → 1",
        "四捨五入採「逢五進位」，與Excel顯示相同。",
        "Halves are rounded away from zero, as Excel shows them.",
    ),
)


def write_workbook(database: Path, directory: Path, *, table_id: str | None = None) -> None:
    """Write `workbook.xlsx`: contents, tables in Chinese, tables in English, sources, estimates.

    Args:
        database: a published `whitepaper.duckdb`.
        directory: the release or export being made.
        table_id: this table alone, as `<table>.xlsx`.

    Raises:
        PublicationError: a table cannot be laid out or its name cannot name a sheet.
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        layouts = [
            layout
            for language in LANGUAGES
            for layout in (
                read_layouts(connection, language)
                if table_id is None
                else (read_layout(connection, table_id, language),)
            )
        ]
        sources = [s for s in table_sources(connection) if table_id in (None, s.table_id)]
        estimates = [e for e in table_estimates(connection) if table_id in (None, e.table_id)]
        titles = connection.execute(
            "select distinct edition from book_table order by edition"
        ).fetchall()
    path = directory / (FILE if table_id is None else f"{table_id}.xlsx")
    try:
        _write(path, layouts, sources, estimates, ", ".join(str(row[0]) for row in titles))
    except XlsxWriterException as error:
        raise PublicationError(f"The workbook cannot be written: {error}") from error


def _write(
    path: Path,
    layouts: Sequence[TableLayout],
    sources: Sequence[TableSource],
    estimates: Sequence[TableEstimate],
    edition: str,
) -> None:
    # Nothing is taken for a formula, a link or a number because of what it looks like.
    book = _Book(
        xlsxwriter.Workbook(
            str(path),
            {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
        )
    )
    obtained = max((source.obtained_at for source in sources), default="")
    book.file.set_properties(
        {
            "title": f"產業技術白皮書 {edition} / Industrial Technology White Paper {edition}",
            # The newest of the data: the time of writing would differ from run to run.
            "created": _day(obtained),
        }
    )
    _write_contents(book, layouts, with_estimates=bool(estimates))
    for layout in layouts:
        _write_table(book, layout)
    _write_provenance(book, sources, layouts)
    if estimates:
        _write_estimates(book, estimates, layouts)
    book.file.close()


def _day(moment: str) -> datetime:
    try:
        return datetime.fromisoformat(moment).astimezone(UTC).replace(tzinfo=None)
    except ValueError:
        return datetime(1980, 1, 1)


class _Book:
    """An xlsxwriter workbook whose formats are made once per set of properties."""

    def __init__(self, file: Any) -> None:
        self.file = file
        self._formats: dict[tuple[tuple[str, object], ...], Any] = {}

    def style(self, **properties: object) -> Any:
        """A format with the project's font and these properties."""
        merged = {"font_name": FONT, "font_size": 10, "font_color": _INK, **properties}
        key = tuple(sorted(merged.items(), key=lambda item: item[0]))
        if key not in self._formats:
            self._formats[key] = self.file.add_format(merged)
        return self._formats[key]

    def text(self, sheet: Any, row: int, column: int, text: str, **properties: object) -> None:
        """Write a text as a text; one that looks like a formula stays one when it is edited."""
        text = plain(text)
        if harmless(text) != text:
            properties["quote_prefix"] = True
        if len(text) > _LONGEST_TEXT:
            raise PublicationError(
                f"The workbook cannot be written: a cell holds {_LONGEST_TEXT:,} characters at "
                f"most, and '{text[:60]}…' has {len(text):,}. Shorten it."
            )
        if text:
            sheet.write_string(row, column, text, self.style(**properties))
        else:
            sheet.write_blank(row, column, None, self.style(**properties))

    def over(
        self,
        sheet: Any,
        area: tuple[int, int, int, int],
        text: str,
        **properties: object,
    ) -> None:
        """Write a text over several cells: first row, first column, last row, last column."""
        if area[:2] != area[2:]:
            sheet.merge_range(*area, "", self.style(**properties))
        self.text(sheet, area[0], area[1], text, **properties)

    def link(self, sheet: Any, row: int, column: int, target: str, text: str) -> None:
        """Write a link to the top of another sheet."""
        sheet.write_url(
            row,
            column,
            f"internal:'{target}'!A1",
            self.style(font_color="#0B5394", underline=1, valign="top", text_wrap=True),
            string=plain(text),
        )


def displayed_width(text: str) -> int:
    """Width of a text in digits of the default font, rounded up.

    A Chinese character takes nearly two; Latin letters are on average narrower than digits.
    """
    return ceil(sum(1.85 if ord(character) > 0x2E7F else 0.92 for character in text))


def lines_needed(text: str, width: float) -> int:
    """Lines that a wrapped text takes in a column of this width."""
    room = max(width - 1, 1)
    return sum(max(1, ceil(displayed_width(line) / room)) for line in text.split("\n"))


def number_format(cell: NumberCell, *, pad_estimate: bool, pad_preliminary: bool) -> str:
    """The format that shows a number as the book prints it, then the mark of an estimate.

    Args:
        cell: a cell with a value.
        pad_estimate: leave the width of that mark where a neighbour above or below has it.
        pad_preliminary: likewise for `*`.
    """
    places = "." + "0" * cell.decimals if cell.decimals else ""
    digits = ("0" if cell.style == "plain" else "#,##0") + places
    tail = _quoted(cell.suffix)
    if cell.is_preliminary:
        tail += '"*"'
    elif pad_preliminary:
        tail += "_*"
    if cell.is_estimate:
        tail += f'" {ESTIMATE_MARK}"'
    elif pad_estimate:
        tail += f"_ _{ESTIMATE_MARK}"
    tail += _RIGHT_MARGIN
    if cell.value is not None and round_half_away(cell.value, cell.decimals) == 0:
        # Neither an arrow nor a minus stands before what is printed as zero.
        return f"{digits}{tail};{digits}{tail}"
    if cell.style == "arrow":
        return f'"↑ "{digits}{tail};"↓ "{digits}{tail}'
    return digits + tail


_RIGHT_MARGIN = "_)"
"""In the format: LibreOffice forgets an indent in a row that has a format of two sections."""


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '"\\""') + '"' if text else ""


_SIGNIFICANT = 15
"""Digits of a number that spreadsheets look at."""


def written_value(value: float, decimals: int) -> float:
    """The number to write, so that a spreadsheet's rounding shows what the book prints.

    That is the value itself but where it lies within 1e-10 of a half: the book's rule takes it for
    the half there, and so the half is written.
    """
    shown = Decimal(f"{value:.{_SIGNIFICANT}g}").quantize(
        Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP
    )
    if shown == round_half_away(value, decimals):
        return value
    return float(Decimal(repr(value)).quantize(GUARD_PLACES, rounding=ROUND_HALF_UP))


_BODY = {"border": 1, "border_color": _LINE, "valign": "vcenter"}


def _write_table(book: _Book, layout: TableLayout) -> None:
    sheet = book.file.add_worksheet(sheet_name(layout.table_id, layout.language))
    widths = _column_widths(layout)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width, book.style())
    last = len(layout.columns) - 1
    heading: dict[str, object] = {"bold": True, "font_size": 13, "text_wrap": True}
    book.over(sheet, (0, 0, 0, last), layout.heading, valign="vcenter", **heading)
    sheet.set_row(0, 18 * lines_needed(layout.heading, sum(widths) / 1.35) + 6)
    book.link(sheet, 1, 0, CONTENTS, _CONTENTS_LINK[layout.language])
    if last > 0:
        book.text(sheet, 1, last, layout.unit_line, align="right", font_color=_QUIET)
    top = SHEET_HEADER_ROW + len(layout.header)
    _write_header(book, sheet, layout, widths)
    _write_body(book, sheet, layout, widths, top)
    row = top + len(layout.body)
    lines = [*layout.note_lines, layout.source_line]
    if last == 0:
        lines.insert(0, layout.unit_line)
    for line in filter(None, lines):
        wrapped: dict[str, object] = {"text_wrap": True, "valign": "top", "font_size": 9}
        book.over(sheet, (row, 0, row, last), line, font_color=_QUIET, **wrapped)
        sheet.set_row(row, _LINE_HEIGHT * lines_needed(line, sum(widths)) + 2)
        row += 1
    sheet.freeze_panes(top, layout.label_columns)
    _set_up_print(sheet, wide=sum(widths) > _PORTRAIT_WIDTH)
    sheet.repeat_rows(SHEET_HEADER_ROW, top - 1)
    sheet.print_area(0, 0, row - 1, last)


def _column_widths(layout: TableLayout) -> list[float]:
    widths: list[float] = []
    for number, column in enumerate(layout.columns):
        cells = [row.cells[number] for row in layout.body]
        if column.kind == "number":
            shown = [displayed_width(c.shown_as) for c in cells if isinstance(c, NumberCell)]
            # A word of the header is not broken.
            words = [displayed_width(w) for w in _own_header(layout, number).split()]
            word = min(max(words, default=0), 14)
            widths.append(max(*shown, word, _LEAST_NUMBER_WIDTH) + 3.5)
            continue
        texts = [cell.text for cell in cells if isinstance(cell, LabelCell | TextCell)]
        most = _MOST_LABEL_WIDTH if column.kind == "label" else _MOST_TEXT_WIDTH
        needed = max(displayed_width(text) for text in texts)
        widths.append(max(min(needed, most), 8) + 3.5)
    return widths


def _own_header(layout: TableLayout, number: int) -> str:
    """The lowest header text that stands over one column alone."""
    for cell in (cell for row in reversed(layout.header) for cell in row):
        if cell.column == number and cell.column_span == 1:
            return cell.text
    return ""


def _write_header(book: _Book, sheet: Any, layout: TableLayout, widths: Sequence[float]) -> None:
    for level, row in enumerate(layout.header):
        for cell in row:
            first = SHEET_HEADER_ROW + level
            area = (
                first,
                cell.column,
                first + cell.row_span - 1,
                cell.column + cell.column_span - 1,
            )
            book.over(
                sheet,
                area,
                cell.text,
                bold=True,
                bg_color=_SHADE,
                text_wrap=True,
                align="center",
                **_BODY,
            )
        sheet.set_row(
            SHEET_HEADER_ROW + level,
            _LINE_HEIGHT * max([1, *(_lines_of(cell, widths) for cell in row)]) + _PADDING,
        )


def _lines_of(cell: HeaderCell, widths: Sequence[float]) -> int:
    width = sum(widths[cell.column : cell.column + cell.column_span])
    return -(-lines_needed(cell.text, width) // cell.row_span)


def _write_body(
    book: _Book, sheet: Any, layout: TableLayout, widths: Sequence[float], top: int
) -> None:
    marks = [
        (
            any(isinstance(c, NumberCell) and c.is_estimate for c in cells),
            any(isinstance(c, NumberCell) and c.is_preliminary for c in cells),
        )
        for cells in zip(*(row.cells for row in layout.body), strict=True)
    ]
    for line, row in enumerate(layout.body):
        place = top + line
        lines = 1
        for column, cell in enumerate(row.cells):
            if cell is None:
                sheet.write_blank(place, column, None, book.style(**_BODY))
            elif isinstance(cell, NumberCell):
                _write_number(book, sheet, place, column, cell, marks[column])
            elif isinstance(cell, TextCell) or cell.row_span:
                span = cell.row_span if isinstance(cell, LabelCell) else 1
                area = (place, column, place + span - 1, column)
                book.over(sheet, area, cell.text, text_wrap=True, align="left", indent=1, **_BODY)
                lines = max(lines, -(-lines_needed(cell.text, widths[column] - 1) // span))
        sheet.set_row(place, _LINE_HEIGHT * lines + _PADDING)


def _write_number(
    book: _Book, sheet: Any, row: int, column: int, cell: NumberCell, marks: tuple[bool, bool]
) -> None:
    if cell.value is None:
        book.text(
            sheet,
            row,
            column,
            cell.shown_as,
            align="right",
            num_format=f"@{_RIGHT_MARGIN}",
            **_BODY,
        )
        return
    shown = number_format(cell, pad_estimate=marks[0], pad_preliminary=marks[1])
    sheet.write_number(
        row,
        column,
        written_value(cell.value, cell.decimals),
        book.style(num_format=shown, align="right", **_BODY),
    )


def _set_up_print(sheet: Any, *, wide: bool, pages: int = 0) -> None:
    sheet.set_paper(9)  # A4
    if wide:
        sheet.set_landscape()
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.fit_to_pages(1, pages)
    sheet.center_horizontally()
    sheet.set_footer("&L&A&R&P / &N")
    sheet.hide_gridlines(2)


def _write_contents(book: _Book, layouts: Sequence[TableLayout], *, with_estimates: bool) -> None:
    sheet = book.file.add_worksheet(CONTENTS)
    editions = ", ".join(dict.fromkeys(layout.edition for layout in layouts))
    title = f"產業技術白皮書 {editions} Industrial Technology White Paper"
    book.text(sheet, 0, 0, title, bold=True, font_size=13)
    sheet.set_row(0, 24)
    # As wide as the longest heading: LibreOffice does not break the text of a link.
    longest = {
        language: max(displayed_width(x.heading) for x in layouts if x.language == language) + 2.0
        for language in LANGUAGES
    }
    widths = (
        12.0,
        min(max(62.0, longest["zh"]), _MOST_HEADING_WIDTH),
        min(max(76.0, longest["en"]), _MOST_HEADING_WIDTH),
        8.0,
    )
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width, book.style())
    _write_heads(book, sheet, 2, ("表 Table", "中文", "English", "頁 Page"))
    row = 3
    by_table: dict[str, dict[Language, TableLayout]] = {}
    for layout in layouts:
        by_table.setdefault(layout.table_id, {})[layout.language] = layout
    for table_id, own in by_table.items():
        book.text(sheet, row, 0, table_id, valign="top")
        lines = 1
        for column, language in enumerate(LANGUAGES, start=1):
            heading = own[language].heading
            book.link(sheet, row, column, sheet_name(table_id, language), heading)
            lines = max(lines, lines_needed(heading, widths[column]))
        page = own["zh"].page
        if page is not None:
            sheet.write_number(row, 3, page, book.style(valign="top", align="right"))
        sheet.set_row(row, _LINE_HEIGHT * lines + 2)
        row += 1
    row += 1
    others = [(PROVENANCE, "各表之資料來源、檔案與授權", "Sources, files and licences")]
    if with_estimates:
        others.append(
            (ESTIMATES, "編輯推估值及其理由", "Estimates of the editor and their reasons")
        )
    for name, chinese, english in others:
        book.link(sheet, row, 1, name, chinese)
        book.link(sheet, row, 2, name, english)
        row += 1
    row += 1
    book.text(sheet, row, 0, "說明 How to read", bold=True)
    for mark, chinese, english in _LEGEND:
        row += 1
        book.text(sheet, row, 0, mark, valign="top")
        book.text(sheet, row, 1, chinese, valign="top", text_wrap=True)
        book.text(sheet, row, 2, english, valign="top", text_wrap=True)
        needed = max(lines_needed(chinese, widths[1]), lines_needed(english, widths[2]))
        sheet.set_row(row, _LINE_HEIGHT * needed + 2)
    sheet.freeze_panes(3, 0)
    _set_up_print(sheet, wide=True, pages=1)
    sheet.print_area(0, 0, row, len(widths) - 1)


def _write_heads(book: _Book, sheet: Any, row: int, heads: Iterable[str]) -> None:
    for column, head in enumerate(heads):
        book.text(sheet, row, column, head, bold=True, bg_color=_SHADE, text_wrap=True, **_BODY)


def _in_words(kind: str, code: str) -> str:
    return _both(code_word(kind, code, "zh"), code_word(kind, code, "en"))


def _both(chinese: str, english: str) -> str:
    return "\n".join(dict.fromkeys(text for text in (chinese, english) if text))


def _write_provenance(
    book: _Book, sources: Sequence[TableSource], layouts: Sequence[TableLayout]
) -> None:
    numbers = _numbers(layouts)
    columns: dict[str, float] = {
        "表\nTable": 11,
        "來源\nSource": 22,
        "發布機關\nPublisher": 34,
        "資料\nData": 40,
        "版本\nVintage": 14,
        "檔案\nFile": 34,
        "性質\nBasis": 24,
        "SHA-256": 38,
        "授權\nLicence": 52,
        "引用\nCitation": 52,
    }
    rows: list[_ListRow] = [
        (
            numbers[source.table_id],
            source.source_id,
            _both(source.publisher_zh, source.publisher_en),
            _both(source.title_zh, source.title_en),
            source.vintage,
            source.file,
            _in_words("basis", source.basis),
            source.sha256,
            source.licence,
            source.citation,
        )
        for source in sources
    ]
    sheet = _write_list(book, PROVENANCE, "各表之資料來源 Sources of the tables", columns, rows)
    _write_notes(book, sheet, len(rows) + 4, sources, list(columns.values()))


def _write_notes(
    book: _Book, sheet: Any, row: int, sources: Sequence[TableSource], widths: Sequence[float]
) -> None:
    """How each file was obtained, and what its sidecar says of it, each note once."""
    by_note: dict[str, list[str]] = {}
    for source in sources:
        obtained = ", ".join(filter(None, (source.obtained_how, source.obtained_at[:10])))
        lines = "\n".join(filter(None, (obtained, source.url, source.note)))
        if lines:
            names = by_note.setdefault(lines, [])
            names.append(f"{source.source_id} {source.vintage} {source.file}")
    if not by_note:
        return
    book.text(sheet, row, 0, "檔案之取得與附註 How the files were obtained", bold=True)
    for note, names in by_note.items():
        row += 1
        text = ", ".join(dict.fromkeys(names)) + "\n" + note
        wrapped: dict[str, object] = {"text_wrap": True, "valign": "top"}
        book.over(sheet, (row, 0, row, len(widths) - 1), text, **wrapped)
        sheet.set_row(row, _LINE_HEIGHT * lines_needed(text, sum(widths)) + _PADDING)


def _write_estimates(
    book: _Book, estimates: Sequence[TableEstimate], layouts: Sequence[TableLayout]
) -> None:
    numbers = _numbers(layouts)
    _write_list(
        book,
        ESTIMATES,
        "編輯推估值 Estimates of the editor",
        {
            "表\nTable": 11,
            "指標\nIndicator": 34,
            "地區\nArea": 18,
            "期間\nPeriod": 9,
            "數值\nValue": 16,
            "單位\nUnit": 24,
            "規則\nRule": 26,
            "理由\nReason": 60,
            "決定者\nDecided by": 22,
            "日期\nOn": 12,
        },
        [
            (
                numbers[estimate.table_id],
                _both(estimate.indicator_zh, estimate.indicator_en),
                _both(estimate.area_zh, estimate.area_en),
                estimate.period,
                estimate.value,
                _both(estimate.unit_zh, estimate.unit_en),
                _in_words("rule", estimate.rule),
                _both(estimate.reason_zh, estimate.reason_en),
                estimate.decided_by,
                estimate.decided_on,
            )
            for estimate in estimates
        ],
    )


def _numbers(layouts: Sequence[TableLayout]) -> dict[str, str]:
    return {layout.table_id: layout.number for layout in layouts if layout.language == "zh"}


_ListRow: TypeAlias = tuple[str | float | None, ...]


def _write_list(
    book: _Book,
    name: str,
    title: str,
    columns: Mapping[str, float],
    rows: Sequence[_ListRow],
) -> Any:
    sheet = book.file.add_worksheet(name)
    for column, width in enumerate(columns.values()):
        sheet.set_column(column, column, width, book.style())
    book.text(sheet, 0, 0, title, bold=True, font_size=13)
    sheet.set_row(0, 24)
    book.link(sheet, 1, 0, CONTENTS, "← 目錄 Contents")
    _write_heads(book, sheet, 2, columns)
    sheet.set_row(2, _LINE_HEIGHT * 2 + _PADDING)
    for number, values in enumerate(rows, start=3):
        lines = 1
        for column, (value, width) in enumerate(zip(values, columns.values(), strict=True)):
            if isinstance(value, float):
                sheet.write_number(number, column, value, book.style(**{**_BODY, "valign": "top"}))
                continue
            text = plain(value)
            book.text(sheet, number, column, text, text_wrap=True, **{**_BODY, "valign": "top"})
            lines = max(lines, lines_needed(text, width))
        sheet.set_row(number, min(_LINE_HEIGHT * lines + _PADDING, 400))
    sheet.freeze_panes(3, 1)
    _set_up_print(sheet, wide=True)
    sheet.repeat_rows(2)
    return sheet
