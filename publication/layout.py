"""The tables of the book as a reader sees them: header levels, labels, and what stands where.

Here: reading a published database into an immutable `TableLayout` for one language, and the way
between a cell's key and its place in the workbook. Not here: how a layout is drawn (workbook, site,
views), what the numbers are (dbt_project).

A layout is a grid. Every book cell of the table has exactly one place in it:

- Columns with the same header are one printed column, read on different rows (Table 1-2-3).
- Where the book prints several numbers inside one text (Table 1-4-7), each gets a column of its own
  under the shared header, named after its measure, beside the text.
- A table of side-by-side lists (Tables 1-1-1 and 1-1-4) has one block of columns per period, each
  with its own column of labels, which stands after the rank.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal, NamedTuple, TypeAlias

import duckdb

from publication.release import PublicationError

Language: TypeAlias = Literal["zh", "en"]
LANGUAGES: tuple[Language, Language] = ("zh", "en")

LEVEL_SEPARATOR = " > "
"""Between the levels of a header or label in the marts."""

ESTIMATE_MARK = "E"
"""Stands after a number that rests on the editor's estimate."""

_UNIT_WORD = {"zh": "單位：", "en": "Unit: "}
_SOURCE_WORD = {"zh": "資料來源：", "en": "Source: "}
_NOTE_WORD = {"zh": "註：", "en": "Note: "}
_ESTIMATE_NOTE = {
    "zh": f"{ESTIMATE_MARK}：編輯依宣告之規則推估，或由推估值計算而得。",
    "en": f"{ESTIMATE_MARK} = estimated by the editor by a declared rule, or computed from an "
    "estimate.",
}
_PRELIMINARY_NOTE = {"zh": "*：初步統計數。", "en": "* = preliminary."}
_MISSING_NOTE = {"zh": "N/A：無資料。", "en": "N/A = not available."}


class CellKey(NamedTuple):
    """What names a cell of the book, in every table of the database."""

    table_id: str
    row_key: str
    period: str
    measure: str


@dataclass(frozen=True, slots=True)
class NumberCell:
    """A numeric cell of the book.

    `value` is unrounded, in `unit`; None where `printed_as` is N/A. `style` is number, plain or
    arrow; `printed_as` is the string of the book, without the mark of an estimate and in English
    without a Chinese suffix (2045年 is 2045).
    """

    key: CellKey
    row_no: int
    value: float | None
    unit: str
    decimals: int
    style: str
    suffix: str
    printed_as: str
    status: str

    @property
    def is_estimate(self) -> bool:
        """Whether the number rests on an estimate of the editor."""
        return self.status == "E"

    @property
    def is_preliminary(self) -> bool:
        """Whether the book marks the number as preliminary."""
        return self.printed_as.endswith("*")

    @property
    def shown_as(self) -> str:
        """The printed string with the mark of an estimate, as every output of ours shows it."""
        return f"{self.printed_as} {ESTIMATE_MARK}" if self.is_estimate else self.printed_as


@dataclass(frozen=True, slots=True)
class TextCell:
    """A cell of the book that holds words: an evaluator, a period, a target."""

    key: CellKey
    row_no: int
    text: str


@dataclass(frozen=True, slots=True)
class LabelCell:
    """A label of a row. `row_span` 0: the label above goes on here, nothing is to be drawn."""

    text: str
    row_key: str
    row_span: int = 1


Cell: TypeAlias = NumberCell | TextCell | LabelCell | None
"""None: nothing stands at this place of the table."""

ColumnKind: TypeAlias = Literal["label", "number", "text"]


@dataclass(frozen=True, slots=True)
class LayoutColumn:
    """A printed column.

    `path` is its header from the top level down; `contents` are the (measure, period) pairs that
    stand in it, on different rows; `units` are theirs, each once; `block` counts side-by-side
    blocks from 0.
    """

    kind: ColumnKind
    path: tuple[str, ...]
    contents: tuple[tuple[str, str], ...] = ()
    units: tuple[str, ...] = ()
    block: int = 0

    @property
    def name(self) -> str:
        """The header on one line."""
        return LEVEL_SEPARATOR.join(self.path)


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """A header cell: text, leftmost column (from 0), how many columns and header rows it takes."""

    text: str
    column: int
    column_span: int
    row_span: int
    kind: ColumnKind


@dataclass(frozen=True, slots=True)
class LayoutRow:
    """A printed line; `cells` has one entry per column."""

    row_no: int
    cells: tuple[Cell, ...]

    @property
    def label(self) -> str:
        """The first label of the line, all levels of it."""
        texts: list[str] = []
        for cell in self.cells:
            if not isinstance(cell, LabelCell):
                if texts:
                    break
                continue
            texts.append(cell.text)
        return " ".join(dict.fromkeys(texts))


@dataclass(frozen=True)
class TableLayout:
    """A table of the book in one language.

    `header` has one tuple per header row; spans fill the grid without gap or overlap. `body` has
    one entry per printed line, in printed order.
    """

    edition: str
    table_id: str
    position: int
    language: Language
    number: str
    title: str
    unit: str
    source: str
    notes: tuple[str, ...]
    page: int | None
    columns: tuple[LayoutColumn, ...]
    header: tuple[tuple[HeaderCell, ...], ...]
    body: tuple[LayoutRow, ...]
    _places: Mapping[CellKey, tuple[int, int]] = field(repr=False, compare=False)

    @property
    def heading(self) -> str:
        """Number and title on one line."""
        return f"{self.number} {self.title}" if self.number else self.title

    @property
    def unit_line(self) -> str:
        """The unit line, empty where the table has no unit."""
        return _UNIT_WORD[self.language] + self.unit if self.unit else ""

    @property
    def source_line(self) -> str:
        """The source line, empty where the table has none."""
        return _SOURCE_WORD[self.language] + self.source if self.source else ""

    @property
    def note_lines(self) -> tuple[str, ...]:
        """The book's notes, then what the marks mean that no note explains."""
        lines = (*self.notes, *self.footnotes)
        word = _NOTE_WORD[self.language]
        return tuple(word + line if number == 0 else line for number, line in enumerate(lines))

    @property
    def footnotes(self) -> tuple[str, ...]:
        """What E, * and N/A mean, where they occur and the book's own notes do not say it."""
        numbers = list(self.numbers())
        said = "\n".join(self.notes)
        notes = []
        if any(cell.is_preliminary for cell in numbers) and "*" not in said:
            notes.append(_PRELIMINARY_NOTE[self.language])
        if any(cell.value is None for cell in numbers) and "N/A" not in said:
            notes.append(_MISSING_NOTE[self.language])
        if any(cell.is_estimate for cell in numbers):
            notes.append(_ESTIMATE_NOTE[self.language])
        return tuple(notes)

    @property
    def label_columns(self) -> int:
        """How many columns of labels stand at the left, before anything else."""
        count = 0
        for column in self.columns:
            if column.kind != "label":
                break
            count += 1
        return count

    def numbers(self) -> Iterator[NumberCell]:
        """All numeric cells, line by line."""
        for row in self.body:
            for cell in row.cells:
                if isinstance(cell, NumberCell):
                    yield cell

    def place(self, key: CellKey) -> tuple[int, int]:
        """Line and column, both from 0, where a cell stands in the body.

        Raises:
            KeyError: the table has no such cell.
        """
        return self._places[key]


def read_layouts(
    connection: duckdb.DuckDBPyConnection, language: Language
) -> tuple[TableLayout, ...]:
    """Read all tables of a published database, in the order of the book.

    Args:
        connection: an open `whitepaper.duckdb` (or a database of a build that has the marts).
        language: of labels, headers, units and notes.

    Raises:
        PublicationError: a cell has no declared column or no label, or two cells claim one place.
    """
    return tuple(_read(connection, language, None))


def read_layout(
    connection: duckdb.DuckDBPyConnection, table_id: str, language: Language
) -> TableLayout:
    """Read one table of a published database.

    Raises:
        PublicationError: there is no such table, or as `read_layouts`.
    """
    for layout in _read(connection, language, table_id):
        return layout
    known = [str(row["table_id"]) for row in _rows(connection, _TABLE_IDS, "position")]
    raise PublicationError(f"There is no table {table_id}. Tables: {', '.join(known)}.")


_TABLE_IDS = "select table_id, position from book_table"
_TABLES = (
    "select edition, table_id, position, number_{0} as number, title_{0} as title, "
    "unit_{0} as unit, source_{0} as source, notes_{0} as notes, page, "
    "label_header_{0} as label_header, "
    "is_side_by_side from book_table"
)
_LABELS = "select table_id, row_no, row_key, label_levels_{0} as label from book_row"
_TEXTS = """
    select table_id, row_no, row_key, period, measure, header_{0} as header, text_{0} as text,
        position
    from book_text
"""
_CELLS = """
    select
        cell.table_id,
        cell.row_no,
        cell.row_key,
        cell.period,
        cell.measure,
        cell.value,
        cell.printed_as,
        cell.status,
        measure.decimals,
        measure.style,
        measure.suffix,
        measure.unit_{0} as unit,
        measure.label_{0} as measure_label,
        book_column.header_{0} as header,
        book_column.position
    from book_cell as cell
    left join book_measure as measure
        on cell.table_id = measure.table_id and cell.measure = measure.measure
    left join book_column
        on
            cell.table_id = book_column.table_id
            and cell.measure = book_column.measure
            and cell.period = book_column.period
"""


def _rows(
    connection: duckdb.DuckDBPyConnection, query: str, order: str, table_id: str | None = None
) -> list[dict[str, object]]:
    """The rows of a query in an order, of one table if it is given."""
    condition = "" if table_id is None else "where table_id = ?"
    try:
        cursor = connection.execute(
            f"select * from ({query}) {condition} order by {order}",
            [] if table_id is None else [table_id],
        )
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise PublicationError(
            "The database was published by an earlier version and lacks what a layout needs. "
            f"Run `whitepaper refresh --force` first. ({error})"
        ) from error
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _read(
    connection: duckdb.DuckDBPyConnection, language: Language, table_id: str | None
) -> Iterator[TableLayout]:
    tables = _rows(connection, _TABLES.format(language), "position", table_id)
    by_line = "position, row_no, row_key"
    labels = _by_table(_rows(connection, _LABELS.format(language), "row_no", table_id))
    texts = _by_table(_rows(connection, _TEXTS.format(language), by_line, table_id))
    cells = _by_table(_rows(connection, _CELLS.format(language), by_line, table_id))
    for table in tables:
        own = str(table["table_id"])
        entries = [
            *(_text_entry(row, language) for row in texts.get(own, ())),
            *(_number_entry(row, language) for row in cells.get(own, ())),
        ]
        if not entries:
            raise PublicationError(f"{own} has no cell: there is nothing to lay out.")
        yield _layout(table, entries, labels.get(own, ()), language)


def _by_table(rows: Iterable[Mapping[str, object]]) -> dict[str, list[Mapping[str, object]]]:
    by_table: dict[str, list[Mapping[str, object]]] = {}
    for row in rows:
        by_table.setdefault(str(row["table_id"]), []).append(row)
    return by_table


@dataclass(frozen=True, slots=True)
class _Entry:
    """A cell with the header that it stands under."""

    cell: NumberCell | TextCell
    path: tuple[str, ...]
    measure_label: str
    unit: str


def _layout(
    table: Mapping[str, object],
    entries: Sequence[_Entry],
    label_rows: Iterable[Mapping[str, object]],
    language: Language,
) -> TableLayout:
    table_id = str(table["table_id"])
    labels = {
        (int(str(row["row_no"])), str(row["row_key"])): _levels(row["label"]) for row in label_rows
    }
    entries = _under_headers_of_their_own(entries)
    unlabelled = {(e.cell.row_no, e.cell.key.row_key) for e in entries} - set(labels)
    if unlabelled:
        raise PublicationError(f"{table_id}: no label for row {min(unlabelled)}.")
    columns, grid = _grid(
        table_id, entries, labels, plain(table["label_header"]), bool(table["is_side_by_side"])
    )
    lines = sorted({row_no for row_no, _ in grid})
    body = tuple(
        LayoutRow(row_no, tuple(grid.get((row_no, column)) for column in range(len(columns))))
        for row_no in lines
    )
    places = {
        cell.key: (line, column)
        for line, row in enumerate(body)
        for column, cell in enumerate(row.cells)
        if isinstance(cell, NumberCell | TextCell)
    }
    notes = str(table["notes"] or "")
    return TableLayout(
        edition=str(table["edition"]),
        table_id=table_id,
        position=int(str(table["position"])),
        language=language,
        number=plain(table["number"]),
        title=plain(table["title"]),
        unit=plain(table["unit"]),
        source=plain(table["source"]),
        notes=tuple(plain(line) for line in notes.split("\n") if line),
        page=None if table["page"] is None else int(str(table["page"])),
        columns=columns,
        header=_header(columns),
        body=body,
        _places=places,
    )


_TEXT_LABEL = {"zh": "內容", "en": "Text"}


def _key(row: Mapping[str, object]) -> CellKey:
    return CellKey(*(str(row[name]) for name in CellKey._fields))


def _text_entry(row: Mapping[str, object], language: Language) -> _Entry:
    cell = TextCell(_key(row), int(str(row["row_no"])), plain(row["text"]))
    return _Entry(cell, _levels(row["header"]), _TEXT_LABEL[language], "")


def _number_entry(row: Mapping[str, object], language: Language) -> _Entry:
    key = _key(row)
    if row["header"] is None:
        raise PublicationError(f"{key.table_id}: no column is declared for {'/'.join(key[1:])}.")
    value = row["value"]
    suffix, printed_as = plain(row["suffix"]), plain(row["printed_as"])
    if language == "en" and _IDEOGRAPH.search(suffix):
        suffix, printed_as = "", printed_as.replace(suffix, "")
    cell = NumberCell(
        key=key,
        row_no=int(str(row["row_no"])),
        value=value if isinstance(value, float) else None,
        unit=plain(row["unit"]),
        decimals=int(str(row["decimals"])),
        style=str(row["style"]),
        suffix=suffix,
        printed_as=printed_as,
        status=str(row["status"]),
    )
    return _Entry(cell, _levels(row["header"]), plain(row["measure_label"]), cell.unit)


_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_NO_CHARACTERS = "\ufffe\uffff"
"""Of no category of their own, and no XML may hold them."""

_IDEOGRAPH = re.compile("[\u2e80-\u9fff\uf900-\ufaff]")
"""A suffix such as 年 belongs to the Chinese book; in English the header or unit line says it."""


def plain(text: object) -> str:
    """A text without characters that are not seen but change what is seen.

    Control characters and marks of writing direction: a label with one could show its neighbour's
    digits in another order. A tab becomes a blank, None the empty text; line ends stay.

    >>> plain("a\\u202eb\\x00c\\td")
    'abc d'
    """
    told = "" if text is None else str(text)
    if told.isprintable():
        return told
    return "".join(
        character
        for character in told.replace("\t", " ")
        if character == "\n"
        or (unicodedata.category(character) not in _UNSEEN and character not in _NO_CHARACTERS)
    )


def _levels(text: object) -> tuple[str, ...]:
    return tuple(part.strip() for part in plain(text).split(LEVEL_SEPARATOR))


def _under_headers_of_their_own(entries: Sequence[_Entry]) -> list[_Entry]:
    """Give cells of one row that share a header a further level: the label of their measure."""
    taken: dict[tuple[int, str, tuple[str, ...]], int] = {}
    for entry in entries:
        place = (entry.cell.row_no, entry.cell.key.row_key, entry.path)
        taken[place] = taken.get(place, 0) + 1
    shared = {path for (_, _, path), count in taken.items() if count > 1}
    return [
        _Entry(e.cell, (*e.path, e.measure_label), e.measure_label, e.unit)
        if e.path in shared
        else e
        for e in entries
    ]


_Grid: TypeAlias = dict[tuple[int, int], Cell]


def _grid(
    table_id: str,
    entries: Sequence[_Entry],
    labels: Mapping[tuple[int, str], tuple[str, ...]],
    label_header: str,
    side_by_side: bool,
) -> tuple[tuple[LayoutColumn, ...], _Grid]:
    """Arrange entries, in the order of their columns, with their labels."""
    by_path: dict[tuple[str, ...], list[_Entry]] = {}
    for entry in entries:
        by_path.setdefault(entry.path, []).append(entry)
    columns: list[LayoutColumn] = []
    grid: _Grid = {}
    blocks = groupby(by_path, lambda path: by_path[path][0].cell.key.period if side_by_side else "")
    for block, (_, block_paths) in enumerate(blocks):
        paths = list(block_paths)
        header = _label_path(paths, label_header) if side_by_side else (label_header,)
        own = {(e.cell.row_no, e.cell.key.row_key) for path in paths for e in by_path[path]}
        # A ranked list is read as "1 India 1,444".
        ranked = side_by_side and by_path[paths[0]][0].cell.key.measure == "rank"
        for number, path in enumerate(paths):
            if number == (1 if ranked else 0):
                _add_labels(table_id, columns, grid, header, own, labels, block)
            _add_column(table_id, columns, grid, path, by_path[path], block)
        if ranked and len(paths) == 1:
            _add_labels(table_id, columns, grid, header, own, labels, block)
    return tuple(columns), grid


def _label_path(paths: Sequence[tuple[str, ...]], label_header: str) -> tuple[str, ...]:
    """The header of the labels of a block: below what all headers of the block have in common."""
    common = []
    for level in zip(*paths, strict=False):
        if len(set(level)) > 1:
            break
        common.append(level[0])
    depth = max(map(len, paths))
    return tuple(common) if len(common) == depth else (*common, label_header)


def _add_labels(
    table_id: str,
    columns: list[LayoutColumn],
    grid: _Grid,
    path: tuple[str, ...],
    rows: set[tuple[int, str]],
    labels: Mapping[tuple[int, str], tuple[str, ...]],
    block: int,
) -> None:
    ordered = sorted(rows)
    if len({row_no for row_no, _ in ordered}) < len(ordered):
        raise PublicationError(f"{table_id}: two rows stand on one line under the same columns.")
    depth = max(len(labels[row]) for row in ordered)
    for level in range(depth):
        column = len(columns)
        columns.append(LayoutColumn("label", path, block=block))
        previous: tuple[str, ...] | None = None
        for index, row in enumerate(ordered):
            path_of_row = _padded(labels[row], depth)
            upper = path_of_row[: level + 1]
            if level < depth - 1 and upper == previous:
                grid[row[0], column] = LabelCell(path_of_row[level], row[1], row_span=0)
                continue
            span = 1
            if level < depth - 1:
                following = (_padded(labels[r], depth)[: level + 1] for r in ordered[index + 1 :])
                span += sum(1 for _ in _while_equal(following, upper))
            grid[row[0], column] = LabelCell(path_of_row[level], row[1], row_span=span)
            previous = upper


def _while_equal(
    items: Iterable[tuple[str, ...]], wanted: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    for item in items:
        if item != wanted:
            return
        yield item


def _padded(levels: tuple[str, ...], depth: int) -> tuple[str, ...]:
    return (*levels, *[""] * (depth - len(levels)))


def _add_column(
    table_id: str,
    columns: list[LayoutColumn],
    grid: _Grid,
    path: tuple[str, ...],
    entries: Sequence[_Entry],
    block: int,
) -> None:
    contents = dict.fromkeys((e.cell.key.measure, e.cell.key.period) for e in entries)
    kind: ColumnKind = "text" if isinstance(entries[0].cell, TextCell) else "number"
    units = dict.fromkeys(e.unit for e in entries if e.unit)
    columns.append(LayoutColumn(kind, path, tuple(contents), tuple(units), block))
    for entry in entries:
        place = (entry.cell.row_no, len(columns) - 1)
        if place in grid:
            raise PublicationError(
                f"{table_id}: two cells stand on line {place[0]} under '{' > '.join(path)}'."
            )
        grid[place] = entry.cell


def _header(columns: Sequence[LayoutColumn]) -> tuple[tuple[HeaderCell, ...], ...]:
    """Merge equal headers side by side; a header of few levels reaches down to the body."""
    depth = max(len(column.path) for column in columns)
    rows: list[tuple[HeaderCell, ...]] = []
    for level in range(depth):
        row = []
        for _, group in groupby(range(len(columns)), _header_at(columns, level)):
            members = list(group)
            first = columns[members[0]]
            if len(first.path) <= level:
                continue  # covered from above
            last_level = len(first.path) == level + 1
            row.append(
                HeaderCell(
                    text=first.path[level],
                    column=members[0],
                    column_span=len(members),
                    row_span=depth - level if last_level else 1,
                    kind=first.kind,
                )
            )
        rows.append(tuple(row))
    return tuple(rows)


def _header_at(
    columns: Sequence[LayoutColumn], level: int
) -> Callable[[int], tuple[tuple[str, ...], bool]]:
    """What neighbouring columns must share to share a header cell of a level."""

    def shared(number: int) -> tuple[tuple[str, ...], bool]:
        path = columns[number].path
        return path[: level + 1], len(path) <= level + 1

    return shared


SHEET_HEADER_ROW = 2
"""Rows above the header in a sheet of the workbook: title, unit line."""

_SHEET_SUFFIX = {"zh": "", "en": " en"}
_ADDRESS = re.compile(r"'?(?P<sheet>[^'!]+?)'?!\$?(?P<column>[A-Za-z]{1,3})\$?(?P<row>[0-9]{1,7})")


def sheet_name(table_id: str, language: Language) -> str:
    """The sheet of the workbook that holds a table: `T1-2-01`, in English `T1-2-01 en`."""
    return table_id + _SHEET_SUFFIX[language]


def table_of_sheet(sheet: str) -> tuple[str, Language]:
    """Table and language of a sheet of the workbook; the inverse of `sheet_name`."""
    suffix = _SHEET_SUFFIX["en"]
    if sheet.lower().endswith(suffix):
        return sheet[: -len(suffix)].upper(), "en"
    return sheet.upper(), "zh"


def cell_address(layout: TableLayout, key: CellKey) -> str:
    """Where the workbook has a cell, e.g. `T1-2-01!D9` or `'T1-2-01 en'!D9`.

    Raises:
        KeyError: the table has no such cell.
    """
    line, column = layout.place(key)
    sheet = sheet_name(layout.table_id, layout.language)
    quoted = f"'{sheet}'" if " " in sheet else sheet
    row = SHEET_HEADER_ROW + len(layout.header) + line + 1
    return f"{quoted}!{_column_letters(column)}{row}"


def locate(connection: duckdb.DuckDBPyConnection, address: str) -> CellKey:
    """Which cell of the book stands at an address of the workbook.

    Args:
        connection: an open `whitepaper.duckdb`.
        address: sheet and cell as a spreadsheet writes them: `T1-2-01!D9`, `'T1-2-01 en'!$D$9`.

    Raises:
        PublicationError: it is no address, there is no such sheet, or no book cell stands there.
    """
    match = _ADDRESS.fullmatch(address.strip())
    if match is None:
        raise PublicationError(
            f"'{address}' is no address in the workbook. Write sheet and cell, e.g. T1-2-01!D9."
        )
    table_id, language = table_of_sheet(match["sheet"].strip())
    layout = read_layout(connection, table_id, language)
    line = int(match["row"]) - 1 - SHEET_HEADER_ROW - len(layout.header)
    column = _column_number(match["column"])
    if 0 <= line < len(layout.body) and column < len(layout.columns):
        cell = layout.body[line].cells[column]
        if isinstance(cell, NumberCell | TextCell):
            return cell.key
        if isinstance(cell, LabelCell):
            raise PublicationError(f"{address} is the label '{cell.text}', not a cell of the book.")
    top = SHEET_HEADER_ROW + len(layout.header) + 1
    raise PublicationError(
        f"Nothing of {layout.heading} stands at {address}. Its lines are rows {top} to "
        f"{top + len(layout.body) - 1}, columns A to {_column_letters(len(layout.columns) - 1)}."
    )


def _column_letters(number: int) -> str:
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
