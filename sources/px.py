"""Reads a PX file (PC-Axis) as Taiwan's statistics offices write it.

Here: the format itself: encoding, keywords, axes and cells.
Not here: which tables the book needs (`dgbas_national_accounts`, `dgbas_productivity`).

Peculiarities seen in real files: `CHARSET="ANSI"` over UTF-8 or cp950 bytes; keywords given twice;
notes of odd quoting; cells parted by blanks or TABs; labels with a leading blank; a variable or a
label with an empty name. Where the printed labels of time are no periods (100年度), CODES and
TIMEVAL may tell them. With KEYS only some rows of cells are written, each after its labels or
codes; those that are not written are left out here too, for nothing says what they hold.

`_source_row` is the physical line on which the cell's value stands.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from sources.contract import SourceError
from sources.cube import (
    NO_LABEL,
    Cube,
    Dimension,
    Period,
    distinct_labels,
    observations,
    period_of_code,
    period_of_label,
    unit_in_label,
)

MEASURE_VARIABLES = ("指標", "統計指標")
"""Names of a variable whose values are measures; else the table has one measure, its CONTENTS."""

TIME_VARIABLES = ("統計期", "期間", "年月底別", "年月別", "年別", "季別", "月別", "年", "時間")
"""Which variable is time when the labels of several could be periods."""

NO_VALUE = ("-", ".", "..", "...", "....", ".....", "......")
"""What PX writes, with or without quotes, where there is no value."""

SEE_THE_ITEM = ("請看", "請見", "見項目", "詳見")
"""Beginnings of a UNITS text that names no unit but points to the items."""

ENCODINGS = ("utf-8-sig", "cp950")

_NUMBER = r"^-?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
_KEYWORD = re.compile(
    r'\s*([A-Z][A-Z0-9_-]*)\s*(?:\[([^\]"]*)\])?\s*(?:\(((?:"[^"]*"|[^")])*)\))?\s*='
)
_STRICT_END = re.compile(r'(?:"[^"]*+"|[^";]++)*+;')
_NEXT_KEYWORD = re.compile(r";[ \t]*\r?\n(?=[A-Z][A-Z0-9_-]*[ \t]*[\[(=])")
_CELLS = re.compile(r'(?:"[^"\n]*+"|[^";]++)*+')
_KEYED_ROW = r'\s*((?:"[^"]*"\s*,\s*){%d})(\S.*)$'
_TLIST = re.compile(r"TLIST\(([AQM])1\)", re.IGNORECASE)
_PIECE = re.compile(r'"([^"]*)"|([^\s",]+)|(,)')


@dataclass
class _Header:
    """The keywords before DATA, without those of other languages, and where the cells begin."""

    path: Path
    values: dict[tuple[str, str], list[list[str]]] = field(default_factory=dict)
    lines: dict[tuple[str, str], int] = field(default_factory=dict)
    cells_start: int = 0

    def texts(self, keyword: str, subkey: str = "") -> list[str] | None:
        given = self.values.get((keyword, subkey))
        return given[0] if given else None

    def text(self, keyword: str, subkey: str = "") -> str | None:
        return "".join(self.texts(keyword, subkey) or []).strip() or None


@dataclass(frozen=True)
class _Variable:
    """An axis; `key` is None, or what names a row of sparse cells: its codes or printed labels."""

    name: str
    printed: tuple[str, ...]
    labels: tuple[str, ...]
    codes: tuple[str, ...] = ()
    key: tuple[str, ...] | None = None


def is_px(path: Path) -> bool:
    """Return whether the file begins as a PX file does, with a keyword and an equals sign."""
    with path.open("rb") as file:
        start = file.read(2048)
    return bool(_KEYWORD.match(start.removeprefix(b"\xef\xbb\xbf").decode("latin-1")))


def read_px(path: Path) -> pl.DataFrame:
    """Return the cells of one PX file as observations.

    The measures are the values of the variable that CONTVARIABLE names, else of 指標, else the
    table has a single one, its CONTENTS. Time is the variable whose labels are all periods.

    Returns:
        Columns `cube.OBSERVATION_COLUMNS`, `_source_file`, `_source_row`; a cell without a value
        is a row with a null `value`.

    Raises:
        SourceError: the bytes are neither UTF-8 nor cp950, a needed keyword is missing, the number
            of cells is not the product of the variables' sizes, or a cell is not a number.
    """
    text = _decode(path)
    header = _header(text, path)
    variables = _variables(header)
    measure_at = _measure_variable(header, variables)
    time_at, periods = _time_variable(header, variables, measure_at)
    values, rows, cells = _cells(text, header, variables)

    positions = _positions([len(variable.labels) for variable in variables], cells)
    item_at = [at for at in range(len(variables)) if at not in (measure_at, time_at)]
    table_id = header.text("MATRIX") or path.stem
    printed: tuple[str, ...]
    if measure_at is None:
        contents = header.text("CONTENTS") or header.text("TITLE") or table_id
        measure, printed = Dimension("CONTENTS", (contents,)), (contents,)
        measure_positions = pl.zeros(len(values), dtype=pl.UInt32, eager=True)
    else:
        variable = variables[measure_at]
        measure, printed = Dimension(variable.name, variable.labels), variable.printed
        measure_positions = positions[measure_at]
    cube = Cube(
        file=path,
        table_id=table_id,
        table_name=header.text("DESCRIPTION") or header.text("CONTENTS") or header.text("TITLE"),
        measure=measure,
        units=tuple(_unit(header, label) for label in printed),
        items=tuple(Dimension(variables[at].name, variables[at].labels) for at in item_at),
        periods=periods,
    )
    return observations(
        cube,
        measure=measure_positions,
        items=[positions[at] for at in item_at],
        period=positions[time_at],
        value=values,
        source_row=rows,
    )


def _decode(path: Path) -> str:
    """Return the file as text; CHARSET is not asked, for it says ANSI whatever the bytes are."""
    content = path.read_bytes()
    if not content.strip():
        raise SourceError("The file is empty.", file=path, expected="a PX file")
    failures: list[UnicodeDecodeError] = []
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            failures.append(error)
    # The encoding that came furthest is the one that was meant.
    furthest = max(failures, key=lambda error: error.start)
    raise SourceError(
        f"Byte 0x{content[furthest.start]:02X} at offset {furthest.start} is neither UTF-8 nor "
        "cp950 (Big5).",
        file=path,
        place=content.count(b"\n", 0, furthest.start) + 1,
        expected="a PX file in UTF-8 or cp950",
        todo="land the file as downloaded, without opening and saving it in an editor",
    ) from furthest


def _header(text: str, path: Path) -> _Header:
    """Read the keywords up to DATA."""
    header = _Header(path)
    # Looked up once: searched anew for each keyword, a file of many keywords would take hours.
    lines = [found.start() for found in re.finditer("\n", text)]
    ends = [found.start() + 1 for found in _NEXT_KEYWORD.finditer(text)]
    start = 0
    while True:
        found = _KEYWORD.match(text, start)
        if not found:
            rest = text[start:].strip()
            raise SourceError(
                f"There is no keyword where one belongs: {rest[:40]!r}."
                if rest
                else "The file ends before the keyword DATA.",
                file=path,
                place=_line(text, start),
                expected='KEYWORD="..."; and at last DATA=',
                todo="download the file again; it may be truncated",
            )
        keyword, language, subkey = found[1], found[2], found[3]
        if keyword == "DATA":
            header.cells_start = found.end()
            return header
        end = _end_of_statement(text, found.end(), ends)
        if end is None:
            raise SourceError(
                f"The keyword {keyword} is not closed by a semicolon.",
                file=path,
                place=_line(text, found.start(1)),
                todo="download the file again; it may be truncated",
            )
        if language is None:
            # The names within VALUES("...") keep their blanks: they are what STUB says.
            name = ",".join(_strings(subkey or ""))
            header.values.setdefault((keyword, name), []).append(
                _strings(text[found.end() : end - 1])
            )
            header.lines.setdefault((keyword, name), bisect_left(lines, found.start(1)) + 1)
        start = end


def _end_of_statement(text: str, start: int, before_keywords: Sequence[int]) -> int | None:
    """Return the place after the closing semicolon, or None when there is none.

    In a note a quote may stand alone, and would swallow what follows; so a statement also ends at
    a semicolon that closes a line before a line with a keyword, if that comes first.
    """
    outside_quotes = _STRICT_END.match(text, start)
    following = bisect_right(before_keywords, start)
    if following == len(before_keywords):
        return outside_quotes.end() if outside_quotes else None
    lenient = before_keywords[following]
    if outside_quotes and _KEYWORD.match(text, outside_quotes.end()):
        return min(outside_quotes.end(), lenient)
    return lenient


def _strings(text: str) -> list[str]:
    """Return the values of a keyword: quoted pieces without a comma between them are one value.

    >>> _strings('"a","b "\\n"c",2')
    ['a', 'b c', '2']
    """
    values: list[str] = []
    open_value = False
    for quoted, bare, comma in _PIECE.findall(text):
        if comma:
            open_value = False
            continue
        piece = bare or re.sub(r"\s*\n\s*", " ", quoted)
        if open_value:
            values[-1] += piece
        else:
            values.append(piece)
        open_value = True
    return values


def _variables(header: _Header) -> list[_Variable]:
    """Return the variables in the order of the cells: the last one moves fastest."""
    path = header.path
    if header.texts("KEYS") is not None:
        raise SourceError(
            "The cells are sparse (KEYS), but no variable is named whose values begin the rows.",
            file=path,
            place=header.lines["KEYS", ""],
            expected='KEYS("...")=VALUES or CODES',
        )
    for keyword in ("STUB", "HEADING"):
        if len(header.values.get((keyword, ""), [])) > 1:
            raise SourceError(f"{keyword} is given twice.", file=path, expected="each once")
    names = (header.texts("STUB") or []) + (header.texts("HEADING") or [])
    if not names:
        raise SourceError("STUB and HEADING are missing or empty.", file=path)
    strangers = [name for word, name in header.values if word == "VALUES" and name not in names]
    if strangers:
        raise SourceError(
            f"VALUES are given for {strangers[0]!r}, which STUB and HEADING do not name.",
            file=path,
            place=header.lines["VALUES", strangers[0]],
            expected="one of " + ", ".join(repr(name) for name in names),
        )
    shown = distinct_labels(names)
    variables = []
    for number, name in enumerate(names):
        given = header.values.get(("VALUES", name), [])
        if len(given) != names.count(name):
            raise SourceError(
                f"The variable {name!r} has VALUES {len(given)} times.",
                file=path,
                place=header.lines.get(("VALUES", name)),
                expected=f"{names.count(name)}, as often as STUB and HEADING name it",
            )
        nth = names[:number].count(name)
        printed = given[nth]
        if not printed:
            raise SourceError(f"The variable {name!r} has no values.", file=path)
        given_codes = header.values.get(("CODES", name), [])
        codes = given_codes[nth] if nth < len(given_codes) else []
        codes = codes if len(codes) == len(printed) else []
        variables.append(
            _Variable(
                name="(no name)" if shown[number] == NO_LABEL else shown[number],
                printed=tuple(printed),
                labels=distinct_labels(printed, codes or None),
                codes=tuple(codes),
                key=_key_of_rows(header, name, printed, codes),
            )
        )
    return variables


def _key_of_rows(
    header: _Header, name: str, printed: Sequence[str], codes: Sequence[str]
) -> tuple[str, ...] | None:
    """Return what names a row of sparse cells on this variable, or None without KEYS."""
    given = header.text("KEYS", name)
    if given is None:
        return None
    key = codes if given.upper() == "CODES" else printed if given.upper() == "VALUES" else ()
    if not key or len(set(key)) != len(key):
        raise SourceError(
            f"KEYS of the variable {name!r} is {given!r}, which names no row.",
            file=header.path,
            place=header.lines["KEYS", name],
            expected="CODES or VALUES, each different from the others",
        )
    return tuple(key)


def _measure_variable(header: _Header, variables: Sequence[_Variable]) -> int | None:
    declared = header.text("CONTVARIABLE")
    for name in (declared, *MEASURE_VARIABLES):
        for number, variable in enumerate(variables):
            if variable.name == name:
                return number
    return None


def _time_variable(
    header: _Header, variables: Sequence[_Variable], measure_at: int | None
) -> tuple[int, tuple[Period, ...]]:
    """Return which variable is time, and its periods."""
    found: dict[int, tuple[Period, ...]] = {}
    nearly: tuple[int, str, str] = (0, "", "")
    for number, variable in enumerate(variables):
        if number == measure_at:
            continue
        periods = _periods(header, variable)
        known = [period for period in periods if period is not None]
        if len(known) == len(periods):
            found[number] = tuple(known)
        elif len(known) > nearly[0]:
            nearly = (len(known), variable.name, variable.printed[periods.index(None)])
    for name in [key for word, key in header.values if word == "TIMEVAL"] + list(TIME_VARIABLES):
        if len(found) > 1:
            named = [number for number in found if variables[number].name == name.strip()]
            found = {number: found[number] for number in named} or found
    if len(found) == 1:
        return next(iter(found.items()))
    if found:
        raise SourceError(
            "Several variables could be time: "
            + ", ".join(variables[number].name for number in found)
            + ".",
            file=header.path,
            expected="one variable whose labels are periods",
        )
    raise SourceError(
        f"The label {nearly[2]!r} of the variable '{nearly[1]}' is no period."
        if nearly[0]
        else "No variable is time.",
        file=header.path,
        expected="one variable with labels like 1998, 100年, 100年第1季 or 100年1月",
    )


def _periods(header: _Header, variable: _Variable) -> list[Period | None]:
    """Return the periods that the labels mean, else those that TIMEVAL or the codes tell."""
    periods = [period_of_label(label) for label in variable.printed]
    if None not in periods:
        return periods
    timeval = header.texts("TIMEVAL", variable.name)
    unit, *told = timeval or [""]
    form = _TLIST.fullmatch(unit)
    if form and len(told) == len(periods):
        by_timeval = [_period_of_timeval(value, form[1].upper()) for value in told]
        if None not in by_timeval:
            return by_timeval
    # A code counts only for what is called time: anything may have codes of four digits.
    if variable.codes and (timeval or variable.name in TIME_VARIABLES):
        by_code = [period_of_label(code) for code in variable.codes]
        if None not in by_code:
            return by_code
    return periods


def _period_of_timeval(value: str, unit: str) -> Period | None:
    found = re.fullmatch(r"([0-9]{4})([0-9]{0,2})", value.strip())
    if not found:
        return None
    mark = {"A": "", "Q": "Q", "M": "M"}[unit]
    return period_of_code(f"{found[1]}{mark}{found[2]}") if bool(mark) == bool(found[2]) else None


def _cells(
    text: str, header: _Header, variables: Sequence[_Variable]
) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Return each cell's value, its physical line and its number in the whole table."""
    path = header.path
    sizes = [len(variable.labels) for variable in variables]
    end = _end_of_cells(text, header.cells_start)
    first_line = _line(text, header.cells_start)
    body = text[header.cells_start : end if end >= 0 else len(text)]
    expected = " x ".join(str(size) for size in sizes)
    if any(variable.key for variable in variables):
        tokens, rows, cells = _sparse_cells(body, first_line, header, variables)
    else:
        tokens, rows = _tokens(body, first_line)
        cells = list(range(len(tokens)))
    if end < 0:
        raise _not_closed(header, rows[-1] if rows else first_line, len(tokens), expected)
    if text[end + 1 :].strip(" \t\r\n\x00\x1a"):
        raise SourceError(
            f"Something follows the cells: {text[end + 1 :].strip()[:40]!r}.",
            file=path,
            place=_line(text, end),
            expected="the end of the file after DATA",
        )

    raw = pl.Series("cell", tokens, dtype=pl.String)
    bare = raw.str.strip_chars('"')
    missing = bare.is_in(list(NO_VALUE))
    wrong = ~(missing | raw.str.contains(_NUMBER))
    if wrong.any():
        at = wrong.arg_true()[0]
        raise SourceError(
            f"The cell {raw[at]!r} is not a number.",
            file=path,
            place=rows[at],
            expected='a number, or "..." or "-" where there is none',
        )
    if len(tokens) != math.prod(sizes) and not any(variable.key for variable in variables):
        raise SourceError(
            f"The table holds {len(tokens)} cells.",
            file=path,
            place=f"lines {first_line} to {rows[-1] if rows else first_line}",
            expected=f"{math.prod(sizes)} ({expected})",
            todo="download the file again",
        )
    values = raw.set(missing, None).cast(pl.Float64, strict=True)
    if values.is_infinite().any():
        at = values.is_infinite().arg_true()[0]
        raise SourceError(f"The cell {raw[at]!r} is too large.", file=path, place=rows[at])
    return values, pl.Series(rows, dtype=pl.Int64), pl.Series(cells, dtype=pl.UInt32)


def _tokens(body: str, first_line: int) -> tuple[list[str], list[int]]:
    """Return the cells as written and the physical line of each."""
    tokens: list[str] = []
    rows: list[int] = []
    for number, line in enumerate(body.split("\n"), start=first_line):
        in_line = line.split()
        tokens += in_line
        rows += [number] * len(in_line)
    return tokens, rows


def _sparse_cells(
    body: str, first_line: int, header: _Header, variables: Sequence[_Variable]
) -> tuple[list[str], list[int], list[int]]:
    """Return the cells of rows that begin with their keys, and the number of each cell."""
    keyed = [variable.key for variable in variables if variable.key is not None]
    if [variable.key is not None for variable in variables] != sorted(
        (variable.key is not None for variable in variables), reverse=True
    ):
        raise SourceError(
            "KEYS are given for variables that do not come first.",
            file=header.path,
            expected="KEYS for the variables of STUB",
        )
    width = math.prod(len(variable.labels) for variable in variables[len(keyed) :])
    row = re.compile(_KEYED_ROW % len(keyed))
    places = [{text: at for at, text in enumerate(key)} for key in keyed]
    tokens: list[str] = []
    rows: list[int] = []
    cells: list[int] = []
    seen: set[int] = set()
    for number, line in enumerate(body.split("\n"), start=first_line):
        if not line.strip():
            continue
        found = row.match(line)
        names = re.findall(r'"([^"]*)"', found[1]) if found else []
        in_line = found[2].split() if found else []
        at = 0
        for name, place in zip(names, places, strict=False):
            at = at * len(place) + place[name] if name in place and at >= 0 else -1
        if not found or at < 0 or at in seen or len(in_line) != width:
            raise SourceError(
                f"The row {line.strip()[:60]!r} does not begin with its keys, or repeats a row, or "
                f"has other than {width} cells.",
                file=header.path,
                place=number,
                expected=f"{len(keyed)} keys in quotes, then {width} cells",
                todo="download the file again",
            )
        seen.add(at)
        tokens += in_line
        rows += [number] * width
        cells += range(at * width, (at + 1) * width)
    return tokens, rows, cells


def _end_of_cells(text: str, start: int) -> int:
    """Return the place of the semicolon that ends the cells, or -1; one in a key is none."""
    found = _CELLS.match(text, start)
    end = found.end() if found else start
    if text[end : end + 1] == '"':  # a quote that does not close
        return text.find(";", start)
    return end if end < len(text) else -1


def _not_closed(header: _Header, line: int, count: int, expected: str) -> SourceError:
    return SourceError(
        f"The cells are not closed by a semicolon; {count} were read.",
        file=header.path,
        place=line,
        expected=f"cells of {expected} and a semicolon",
        todo="download the file again; it is truncated",
    )


def _positions(sizes: Sequence[int], cell: pl.Series) -> list[pl.Series]:
    """Return, per variable, the position of each cell on it; the last variable moves fastest."""
    return [(cell // math.prod(sizes[number + 1 :])) % size for number, size in enumerate(sizes)]


def _unit(header: _Header, label: str) -> str | None:
    """Return the unit of a measure: its own UNITS, the table's, else what its name ends with."""
    own = header.text("UNITS", label)
    if own:
        return own
    general = header.text("UNITS")
    if general and not general.startswith(SEE_THE_ITEM):
        return general
    return unit_in_label(label)


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
