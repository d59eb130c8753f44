"""Workbooks as text: every cell of a sheet as it stands, with its row number.

Here: exact text of the cells of a workbook. Not here: whether its container is whole and harmless
(`containers`), what the cells mean (each publisher's module), delimited text (`tabular`). Workbooks
are only read; macros are refused, links and embedded objects are never followed.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import fastexcel
import polars as pl

from sources.containers import inspect_container, read_member
from sources.contract import SourceError

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
OLD_WORKBOOK_SECONDS, OLD_WORKBOOK_BYTES = 9, 1 << 30
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
    """An Excel workbook (.xlsx, .xls) or an OpenDocument one, by its content.

    Raises:
        SourceError: the file is no workbook, is encrypted, or was cut off or damaged.
    """

    def __init__(self, path: Path) -> None:
        self.file = path.name
        self._read: dict[str, tuple[Row, ...]] | None = None
        self.sheet_names: tuple[str, ...]
        if _check_container(path) == "old workbook":
            self._read = _read_apart(path)
            self.sheet_names = tuple(self._read)
            return
        with _refused(self.file, "The workbook cannot be opened"):
            self._reader = fastexcel.read_excel(path.read_bytes())
        self.sheet_names = tuple(self._reader.sheet_names)

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
        if self._read is not None:
            return Sheet(self.file, name, self._read[name])
        with _refused(self.file, f"The sheet '{name}' cannot be read"):
            return Sheet(self.file, name, tuple(_rows(self._reader, name)))

    def sheets(self) -> list[Sheet]:
        """Return all sheets, in the order of the workbook."""
        return [self.sheet(name) for name in self.sheet_names]


@contextmanager
def _refused(file: str, what: str) -> Iterator[None]:
    """Turn what the library below says of a bad workbook, its panics too, into a SourceError."""
    try:
        yield
    except fastexcel.FastExcelError as error:
        raise SourceError(
            f"{what} ({str(error).splitlines()[0]}).", file=file, todo=_AGAIN
        ) from error
    except BaseException as error:
        # A panic of the Rust library is no Exception, and its class has no name to import.
        if type(error).__name__ != "PanicException":
            raise
        raise SourceError(f"{what} ({error}).", file=file, todo=_AGAIN) from error


def _rows(reader: fastexcel.ExcelReader, name: str) -> Iterator[Row]:
    # Without header and with skip_rows=0 the first frame row is row 1 of the sheet.
    loaded = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
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
    numbers = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="float").to_polars()
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


def _read_apart(path: Path) -> dict[str, tuple[Row, ...]]:
    """Read an old workbook (.xls) in a process of its own, with limits on memory and time.

    Sizes in such a file cannot be proven beforehand, and wrong ones make the library ask for so
    much memory that its process is ended without an error to catch.
    """
    root = str(Path(__file__).resolve().parents[1])
    code = "import sys; sys.path.insert(0, sys.argv[1]); from sources.excel import dump"
    try:
        done = subprocess.run(
            [sys.executable, "-c", f"{code}; dump(sys.argv[2])", root, str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=OLD_WORKBOOK_SECONDS * 6,
            check=True,
        )
        found = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise SourceError(
            "The workbook cannot be opened: reading it took too much memory or time, or broke off.",
            file=path,
            expected="a whole workbook",
            todo=_AGAIN,
        ) from error
    if "error" in found:
        raise SourceError(found["error"], file=path, todo=_AGAIN)
    return {
        name: tuple(Row(number, tuple(cells)) for number, cells in rows)
        for name, rows in found["sheets"]
    }


def dump(path: str) -> None:
    """Write an old workbook's sheets to stdout as JSON; what `_read_apart` runs in its process."""
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (OLD_WORKBOOK_SECONDS, OLD_WORKBOOK_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    data = Path(path).read_bytes()
    resource.setrlimit(resource.RLIMIT_DATA, (OLD_WORKBOOK_BYTES, OLD_WORKBOOK_BYTES))
    found: dict[str, object]
    try:
        with _refused(Path(path).name, "The workbook cannot be opened"):
            reader = fastexcel.read_excel(data)
            found = {
                "sheets": [
                    (name, [(row.number, row.cells) for row in _rows(reader, name)])
                    for name in reader.sheet_names
                ]
            }
    except SourceError as error:
        found = {"error": error.what}
    sys.stdout.write(json.dumps(found))


def _check_container(path: Path) -> str:
    """Prove the container, then that it can be read as a workbook whose formulas have results."""
    container = inspect_container(path)
    if container.kind == "old workbook":
        if _ENCRYPTED in path.read_bytes():
            raise SourceError(
                "The workbook is encrypted.",
                file=path,
                todo="open it with its password and save it without one",
            )
        return container.kind
    if container.kind not in ("workbook", "zip"):
        with path.open("rb") as stream:
            start = stream.read(12)
        raise SourceError(
            f"The file is no workbook; it starts with {start!r}.",
            file=path,
            expected="an Excel workbook (.xlsx or .xls)",
            todo="land the workbook itself; a web page or text under its name is none",
        )
    for name in container.members:
        if name.startswith("xl/worksheets/"):
            _check_part(name, read_member(path, name), path.name)
    return container.kind


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
