"""Workbooks as text: every cell of a sheet as it stands, with its row number.

Here: opening a workbook that may be broken, and exact text of its cells. Not here: what the cells
mean (each publisher's module); delimited text (`tabular`). Workbooks are only read.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import fastexcel
import polars as pl

from sources.contract import SourceError

_ZIP, _OLE = b"PK\x03\x04", bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ERROR = re.compile(r"Error\((\w+)\)")
_ERROR_TEXT = {
    "Div0": "#DIV/0!",
    "NA": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
    "GettingData": "#GETTING_DATA",
}
_FORMULA_WITHOUT_RESULT = re.compile(
    rb'<c [^>]*?\br="([A-Z]+[0-9]+)"[^>]*><f\b[^>]*(?:/>|>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>'
)
_AGAIN = "get the workbook again, or open it in Excel and save it as .xlsx"


@dataclass(frozen=True)
class Row:
    """A row that is not blank: its number in the sheet (from 1) and its cells, column A first.

    Cells are stripped text; '' is an empty cell. Numbers are written so that they read back as
    the very number in the workbook; an Excel error stands as its name, such as ``#N/A``.
    """

    number: int
    cells: tuple[str, ...]

    @property
    def filled(self) -> list[int]:
        """Indices of the cells that are not empty."""
        return [index for index, cell in enumerate(self.cells) if cell]


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook; all its rows have equally many cells."""

    file: str
    name: str
    rows: tuple[Row, ...]

    def place(self, row: Row, column: int | None = None) -> str:
        """Word the place of a row, or of one of its cells, for a SourceError."""
        if column is None:
            return f"sheet '{self.name}', row {row.number}"
        return f"sheet '{self.name}', cell {column_letters(column)}{row.number}"


class Workbook:
    """An Excel workbook (.xlsx, .xlsm, .xls) or an OpenDocument one, by its content.

    Raises:
        SourceError: the file is no workbook, is encrypted, or was cut off or damaged.
    """

    def __init__(self, path: Path) -> None:
        self.file = path.name
        data = path.read_bytes()
        _check_container(data, path.name)
        try:
            self._reader = fastexcel.read_excel(data)
        except fastexcel.FastExcelError as error:
            raise SourceError(
                f"The workbook cannot be opened ({str(error).splitlines()[0]}).",
                file=self.file,
                todo=_AGAIN,
            ) from error
        self.sheet_names: tuple[str, ...] = tuple(self._reader.sheet_names)

    def sheet(self, name: str) -> Sheet:
        """Return a sheet's cells as text.

        Raises:
            SourceError: there is no such sheet, or it cannot be read.
        """
        if name not in self.sheet_names:
            raise SourceError(
                f"There is no sheet '{name}'.",
                file=self.file,
                expected=f"'{name}' among the sheets, which are "
                + ", ".join(f"'{sheet}'" for sheet in self.sheet_names),
                todo="name the sheet as expected",
            )
        try:
            return Sheet(self.file, name, tuple(self._rows(name)))
        except fastexcel.FastExcelError as error:
            raise SourceError(
                f"The sheet '{name}' cannot be read ({str(error).splitlines()[0]}).",
                file=self.file,
                todo=_AGAIN,
            ) from error

    def sheets(self) -> list[Sheet]:
        """Return all sheets, in the order of the workbook."""
        return [self.sheet(name) for name in self.sheet_names]

    def _rows(self, name: str) -> Iterator[Row]:
        # Without header and with skip_rows=0 the first frame row is row 1 of the sheet.
        loaded = self._reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        columns = loaded.selected_columns
        if not columns:
            return
        first_column = columns[0].absolute_index or 0
        batch, problems = loaded.to_arrow_with_errors()
        errors = {
            problem.position: _ERROR_TEXT.get(found[1], f"#{found[1]}")
            for problem in (problems.errors if problems else [])
            if (found := _ERROR.search(problem.detail))
        }
        texts = pl.DataFrame(batch)
        # As text, calamine rounds numbers to nine decimals; the numbers themselves are exact.
        numbers = self._reader.load_sheet(
            name, header_row=None, skip_rows=0, dtypes="float"
        ).to_polars()
        blank = ("",) * first_column
        for at, (cells, exact) in enumerate(zip(texts.rows(), numbers.rows(), strict=True)):
            row = tuple(
                errors.get((at, index)) or _exact_text(text, number)
                for index, (text, number) in enumerate(zip(cells, exact, strict=True))
            )
            if any(row):
                yield Row(at + 1, blank + row)


def column_letters(index: int) -> str:
    """Return a column's letters.

    >>> column_letters(0), column_letters(25), column_letters(26)
    ('A', 'Z', 'AA')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def find_header(sheet: Sheet, needed: Sequence[str], *, within: int = 40) -> int | None:
    """Return the index in `sheet.rows` of the first row that has all the needed labels.

    Blanks and case do not matter; only the first `within` rows are looked at.
    """
    wanted = {fold(label) for label in needed}
    for index, row in enumerate(sheet.rows[:within]):
        if wanted <= {fold(cell) for cell in row.cells}:
            return index
    return None


def fold(label: str) -> str:
    """Return a label without blanks and case, for comparing.

    >>> fold(" Country  Key") == fold("country key")
    True
    """
    return "".join(label.split()).casefold().translate(str.maketrans("（）", "()"))


def _exact_text(text: str | None, number: float | None) -> str:
    if text is None:
        return ""
    text = text.strip()
    if number is None:
        return text
    try:
        rounded = float(text)
    except ValueError:  # a truth value or a date
        return text
    return text if rounded == number else repr(number)


def _check_container(data: bytes, file: str) -> None:
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise SourceError(
                "The workbook is encrypted.",
                file=file,
                todo="open it with its password and save it without one",
            )
        return
    if not data.startswith(_ZIP):
        raise SourceError(
            f"The file is no workbook; it starts with {data[:12]!r}.",
            file=file,
            expected="an Excel workbook (.xlsx or .xls)",
            todo="land the workbook itself; a web page or text under its name is none",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                _check_part(name, archive.read(name), file)  # read() checks length and CRC
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise SourceError(
            f"The workbook is cut off or damaged ({error}).", file=file, todo=_AGAIN
        ) from error
    except RuntimeError as error:  # zipfile's word for a member with a password
        raise SourceError(
            f"The workbook is encrypted ({error}).",
            file=file,
            todo="open it with its password and save it without one",
        ) from error


def _check_part(name: str, content: bytes, file: str) -> None:
    if not name.startswith("xl/worksheets/"):
        return
    if found := _FORMULA_WITHOUT_RESULT.search(content):
        raise SourceError(
            "A formula was saved without its result.",
            file=file,
            place=f"{Path(name).stem}, cell {found[1].decode()}",
            expected="every formula with its value, as Excel saves it",
            todo="open the workbook in Excel and save it",
        )
