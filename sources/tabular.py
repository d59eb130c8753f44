"""Strict reading of delimited text: nothing is guessed, dropped or filled in.

Here: decoding with declared encodings, CSV records as text with their physical line numbers, the
strict cast to declared types, and the CSV templates that an editor fills in by hand.
Not here: what a column means (each publisher's module), workbooks (`excel`), SDMX-CSV (`sdmx_csv`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import polars as pl

from sources.contract import SourceError, Table

AS_DOWNLOADED = "land the publisher's file as it was downloaded, not a copy saved by a program"
ROWS_PER_BATCH = 50_000
MOST_FIELDS = 10_000
README = "README"
"""Name of the sheet of a template that explains; it is not read."""


def decode(data: bytes, encodings: Sequence[str], *, file: str) -> str:
    """Return the text of a file, without its byte order mark.

    Args:
        data: the whole file.
        encodings: what the publisher is known to use, the likeliest first. ``utf-16`` is tried
            only on data that is UTF-16 by its mark or its zero bytes, and is little-endian when
            there is no mark.
        file: name for the error.

    Raises:
        SourceError: no declared encoding fits; names the offset and line of the first bad byte.

    >>> decode("台灣".encode("cp950"), ("utf-8", "cp950"), file="a.csv")
    '台灣'
    """
    if not data:
        raise SourceError("The file is empty.", file=file, todo=AS_DOWNLOADED)
    has_mark = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if "utf-16" in encodings and (has_mark or data[1:2] == b"\0"):
        encodings = ("utf-16",) if has_mark else ("utf-16-le",)
    else:
        encodings = [name for name in encodings if name != "utf-16"]
    failures: list[UnicodeDecodeError] = []
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            failures.append(error)
            continue
        if (zero := text.find("\0")) >= 0:
            raise SourceError(
                "Zero bytes in the text: the file looks like UTF-16, or is no text at all.",
                file=file,
                place=text.count("\n", 0, zero) + 1,
                expected=" or ".join(encodings),
                todo=AS_DOWNLOADED,
            )
        return text.removeprefix("\ufeff")
    first = failures[0]
    before = data[: first.start].decode(first.encoding, errors="replace")
    raise SourceError(
        f"Byte 0x{data[first.start]:02X} at offset {first.start} is not {first.encoding}.",
        file=file,
        place=before.count("\n") + 1,
        expected="text in " + " or ".join(encodings),
        todo=AS_DOWNLOADED,
    )


def read_records(text: str, *, file: str, separator: str = ",") -> Iterator[tuple[int, list[str]]]:
    """Yield (physical line of the record's start, fields) for every record that is not blank.

    Raises:
        SourceError: quotes that do not close or do not stand at the edge of a field.
    """
    # Only \n ends a line here: a lone \r is then refused by the strict reader, not read as one.
    reader = csv.reader(io.StringIO(text, newline="\n"), delimiter=separator, strict=True)
    start = 1
    try:
        for record in reader:
            if len(record) > MOST_FIELDS:
                raise SourceError(
                    f"The record has {len(record):,} fields.",
                    file=file,
                    place=start,
                    expected=f"at most {MOST_FIELDS:,}",
                    todo=AS_DOWNLOADED,
                )
            if record:
                yield start, record
            start = reader.line_num + 1
    except csv.Error as error:
        raise SourceError(
            f"The record is not well-formed ({error}).",
            file=file,
            place=start,
            expected="fields whose quotes open, close and are doubled as in RFC 4180",
            todo=AS_DOWNLOADED,
        ) from error


def read_header(source: Path | bytes, *, file: str, separator: str = ",") -> list[str]:
    """Return the fields of a UTF-8 file's first line; [] when that line is blank."""
    with _open(source) as stream:
        line = decode(stream.readline(), ("utf-8",), file=file)
    records = read_records(line, file=file, separator=separator)
    return next((fields for _, fields in records), [])


def read_csv(
    source: Path | bytes,
    columns: Sequence[str],
    *,
    file: str,
    encodings: Sequence[str] = ("utf-8",),
    separator: str = ",",
    header_within: int = 1,
    may_end_open: bool = False,
) -> pl.DataFrame:
    """Read the named columns of a delimited file, all as text.

    Args:
        source: the file, or its bytes where it came out of a container.
        columns: header names wanted; the file may have others, even unnamed or equal ones.
        file: name for errors.
        encodings: see `decode`.
        separator: one character.
        header_within: the header stands in one of this many first records; what is above it is
            the publisher's title.
        may_end_open: the publisher ends the last line without a line feed, and its last column
            holds no number that could have been cut short.

    Returns:
        The columns as strings ('' for an empty field) and `_source_row` (i64), the physical line
        on which the record starts, counting from 1.

    Raises:
        SourceError: wrong encoding, a column missing or named twice, a record with more or fewer
            fields than the header, no records, a last value that may have been cut short.

    >>> read_csv(b"a,b\\n1,x\\n", ["b"], file="t.csv").rows()
    [('x', 2)]
    """
    frame = _read_plain(source, columns, separator) if tuple(encodings) == ("utf-8",) else None
    if frame is None:
        data = source if isinstance(source, bytes) else source.read_bytes()
        text = decode(data, encodings, file=file)
        frame = _read_exactly(text, columns, file, separator, header_within)
    if frame.is_empty():
        raise SourceError(
            "There are no rows below the header.",
            file=file,
            expected="at least one row",
            todo="get the file again; some services answer with a bare header when asked wrongly",
        )
    if not may_end_open and _last_byte(source) != b"\n":
        header = read_header(source, file=file, separator=separator) if header_within == 1 else []
        if not header or header[-1] in columns:
            raise ends_open(file, int(frame["_source_row"][-1]))
    return frame


def ends_open(file: str, line: int) -> SourceError:
    """Return the error for a last line without a line feed: its last number may lack digits."""
    return SourceError(
        "The last line does not end: the file may have been cut off within its last value.",
        file=file,
        place=line,
        expected="a line feed at the end of the file",
        todo="get the file again; if it is whole, add an empty line at its end",
    )


def cast_strict(
    frame: pl.DataFrame,
    columns: Mapping[str, pl.DataType],
    file: str,
    *,
    never_empty: Collection[str] = (),
    keep_empty: Collection[str] = (),
    row_word: str = "line",
) -> pl.DataFrame:
    """Turn a frame of text into the declared types; an empty field becomes null.

    Args:
        frame: text columns and `_source_row`.
        columns: declared types (String, Float64, Int32 or Int64); columns that have their type
            already are taken as they are.
        file: name for `_source_file` and errors.
        never_empty: columns in which an empty field is an error.
        keep_empty: text columns in which '' is a value and stays ''.
        row_word: what `_source_row` counts, for errors.

    Returns:
        The declared columns in their order, `_source_file` and `_source_row`.

    Raises:
        SourceError: a field that does not parse, with line, column and value.
    """
    frame = frame.with_columns(_source_file=pl.lit(file, dtype=pl.String))
    for name in never_empty:
        require(frame, name, pl.col(name) != "", "a value", row_word=row_word)
    casts = []
    for name, dtype in columns.items():
        text = pl.col(name)
        if frame.schema[name] == dtype and dtype != pl.String:
            casts.append(text)
            continue
        if dtype == pl.String:
            empty_is_null = name not in keep_empty
            casts.append(pl.when(text != "").then(text).alias(name) if empty_is_null else text)
            continue
        filled = pl.when(text != "").then(text)
        number = filled.cast(dtype, strict=False)
        fits = number.is_not_null()
        if dtype.is_float():
            fits &= number.is_finite()
        is_right = filled.is_null() | fits
        require(frame, name, is_right, _describe(dtype), row_word=row_word)
        casts.append(number.alias(name))
    return frame.select(*casts, "_source_file", pl.col("_source_row").cast(pl.Int64))


def require(
    frame: pl.DataFrame, column: str, holds: pl.Expr, expected: str, *, row_word: str = "line"
) -> None:
    """Raise a SourceError for the first row of `frame` in which `holds` is false or null.

    Args:
        frame: has `_source_file` and `_source_row`.
        column: the column to blame.
        holds: what must be true of a row.
        expected: the same in words.
        row_word: what `_source_row` counts.

    >>> rows = {"rank": [1, 0], "_source_file": ["r.csv"] * 2, "_source_row": [2, 3]}
    >>> try:
    ...     require(pl.DataFrame(rows), "rank", pl.col("rank") > 0, "a rank from 1")
    ... except SourceError as error:
    ...     print(error)
    r.csv, line 3, column 'rank': '0' cannot be. Expected: a rank from 1.
    """
    bad = frame.filter(~holds.fill_null(value=False)).head(1)
    if bad.is_empty():
        return
    value = bad[column][0]
    raise SourceError(
        "There is no value." if value in (None, "") else f"'{value}' cannot be.",
        file=bad["_source_file"][0],
        place=f"{row_word} {bad['_source_row'][0]}, column '{column}'",
        expected=expected,
    )


def read_templates(
    files: Sequence[Path],
    tables: Sequence[Table],
    *,
    optional: Collection[str] = (),
    keep_empty: Collection[str] = (),
) -> dict[str, pl.DataFrame]:
    """Read filled-in templates (`templates`); a file's or sheet's table is known by its header.

    A CSV file is UTF-8, its header the column names; lines above that begin with ``#`` explain. In
    a workbook every sheet but ``README`` holds a table, below any lines of title.

    Args:
        files: the snapshot's files, in any order, several per table allowed.
        tables: the tables, each of which must be there.
        optional: columns that may be empty (null).
        keep_empty: text columns in which '' is a value.

    Raises:
        SourceError: a header that fits no table, a table without a file, any bad row.
    """
    parts: dict[str, list[pl.DataFrame]] = {table.name: [] for table in tables}
    for path in files:
        for table, raw, row_word in _template_parts(path, tables):
            required = [name for name in table.columns if name not in {*optional, *keep_empty}]
            parts[table.name].append(
                cast_strict(
                    raw,
                    table.columns,
                    path.name,
                    never_empty=required,
                    keep_empty=keep_empty,
                    row_word=row_word,
                )
            )
    for table in tables:
        if not parts[table.name]:
            raise SourceError(
                f"The snapshot has no file for the table '{table.name}'.",
                expected="a CSV file or a sheet with the header " + ",".join(table.columns),
                todo="land that file under the same vintage",
            )
    return {name: pl.concat(frames) for name, frames in parts.items()}


def _template_parts(
    path: Path, tables: Sequence[Table]
) -> Iterator[tuple[Table, pl.DataFrame, str]]:
    """Yield (table, its columns as text with `_source_row`, what a row is called in errors)."""
    with path.open("rb") as stream:
        start = stream.read(8)
    if start.startswith((b"PK", bytes.fromhex("D0CF11E0"))):
        yield from _template_sheets(path, tables)
        return
    above, header = _header_below_comments(path)
    table = min(tables, key=lambda table: len(set(table.columns) - set(header)))
    names = list(table.columns)
    yield table, read_csv(path, names, file=path.name, header_within=above + 1), "line"


def _header_below_comments(path: Path) -> tuple[int, list[str]]:
    """Return how many records explain (they begin with '#'), and the first that does not."""
    with path.open("rb") as stream:
        first = stream.readline()
    if not first.removeprefix(b"\xef\xbb\xbf").startswith((b"#", b'"#')):
        return 0, read_header(path, file=path.name)
    text = decode(path.read_bytes(), ("utf-8",), file=path.name)
    for above, (_, fields) in enumerate(read_records(text, file=path.name)):
        if not fields[0].startswith("#"):
            return above, fields
    return 0, []


def _template_sheets(
    path: Path, tables: Sequence[Table]
) -> Iterator[tuple[Table, pl.DataFrame, str]]:
    from sources.excel import Workbook, find_header

    found: list[str] = []
    for sheet in Workbook(path).sheets():
        if sheet.name.startswith(README) or not sheet.rows:
            continue
        fitting = (
            (table, at)
            for table in tables
            if (at := find_header(sheet, list(table.columns))) is not None
        )
        table, at = next(fitting, (None, 0))
        if table is None:
            raise SourceError(
                f"No row of the sheet '{sheet.name}' is the header of a table.",
                file=path.name,
                expected=" or ".join(", ".join(table.columns) for table in tables),
                todo=f"take the header from the template, or name a sheet of notes {README}",
            )
        labels = list(sheet.rows[at].cells)
        for name in table.columns:
            if labels.count(name) != 1:
                raise SourceError(
                    f"The header names the column '{name}' {labels.count(name)} times.",
                    file=path.name,
                    place=sheet.place(sheet.rows[at]),
                    expected="every column once, spelt as in the template",
                )
        indexes = [labels.index(name) for name in table.columns]
        rows = [(*(row.cells[i] for i in indexes), row.number) for row in sheet.rows[at + 1 :]]
        if rows:
            found.append(table.name)
            schema = {**dict.fromkeys(table.columns, pl.String), "_source_row": pl.Int64}
            frame = pl.DataFrame(rows, schema=schema, orient="row")
            yield table, frame, f"sheet '{sheet.name}', row"
    if not found:
        raise SourceError(
            "The workbook holds no row.",
            file=path.name,
            expected="at least one row below the header " + ",".join(tables[0].columns),
            todo="fill in the template before landing it",
        )


def _read_plain(
    source: Path | bytes, columns: Sequence[str], separator: str
) -> pl.DataFrame | None:
    """The quick way, for files in which each line is one whole record; None for all others.

    polars fills short records with nulls, and with a projection also passes over long ones, so
    the lines are counted and measured first (wrong UTF-8 it refuses in any column). Whatever is
    not plain is left to `_read_exactly`, which alone judges and words errors.
    """
    with _open(source) as stream:
        try:
            first = stream.readline().decode("utf-8-sig")
            header = next(csv.reader([first], delimiter=separator, strict=True), [])
        except (UnicodeDecodeError, csv.Error):
            return None
        if len(header) < 2 or any(header.count(name) != 1 for name in columns):
            return None
        lines = _count_plain_lines(stream, separator, len(header))
    if lines is None:
        return None
    names = [f"column_{index}" for index in range(len(header))]
    wanted = {names[header.index(name)]: name for name in columns}
    try:
        frame = pl.read_csv(
            source,
            columns=list(wanted),
            has_header=False,
            skip_lines=1,
            separator=separator,
            schema=dict.fromkeys(names, pl.String),
            empty_string_is_null=False,
            raise_if_empty=False,
            glob=False,
        )
    except pl.exceptions.PolarsError:
        return None
    if frame.height != lines:
        return None
    return (
        frame.rename(wanted)
        .select(columns)
        .with_columns(pl.int_range(2, lines + 2, dtype=pl.Int64).alias("_source_row"))
    )


def _count_plain_lines(stream: BinaryIO, separator: str, width: int) -> int | None:
    """Count the lines left in a stream; None unless each is one record of `width` fields."""
    mark, separators = separator.encode(), width - 1
    count = 0
    for line in stream:
        bare = _outside_quotes(line, mark) if b'"' in line else line
        if (
            bare.count(mark) != separators
            or b"\0" in line
            or line.count(b"\r") > line.endswith(b"\r\n")
        ):
            return None
        count += 1
    return count


def _outside_quotes(line: bytes, mark: bytes) -> bytes:
    """Return a line without its quoted fields; b"" unless every quote is at a field's edge."""
    if line.count(b'"') % 2:
        return b""
    first, *middle, last = line.split(b'"')[::2]
    at_edges = (
        (not first or first.endswith(mark))
        and all(not part or (part.startswith(mark) and part.endswith(mark)) for part in middle)
        and (last.startswith(mark) or not last.rstrip(b"\r\n"))
    )
    return b"".join((first, *middle, last)) if at_edges else b""


def _read_exactly(
    text: str, columns: Sequence[str], file: str, separator: str, header_within: int
) -> pl.DataFrame:
    """The careful way: one record at a time; words every error."""
    records = read_records(text, file=file, separator=separator)
    header_line, header = _find_header(records, columns, file, header_within)
    indexes = [header.index(name) for name in columns]
    schema = {**dict.fromkeys(columns, pl.String()), "_source_row": pl.Int64()}

    def rows() -> Iterator[tuple[str | int, ...]]:
        for line, fields in records:
            if len(fields) != len(header):
                raise SourceError(
                    f"The record has {len(fields)} fields.",
                    file=file,
                    place=line,
                    expected=f"{len(header)} fields as in the header (line {header_line})",
                    todo="get the file again; it may have been cut off or edited",
                )
            yield *(fields[index] for index in indexes), line

    remaining, batches = rows(), [pl.DataFrame(schema=schema)]
    while batch := list(islice(remaining, ROWS_PER_BATCH)):
        batches.append(pl.DataFrame(batch, schema=schema, orient="row"))
    return pl.concat(batches)


def _find_header(
    records: Iterator[tuple[int, list[str]]], columns: Sequence[str], file: str, within: int
) -> tuple[int, list[str]]:
    best: tuple[int, list[str]] | None = None
    for _, (line, fields) in zip(range(within), records, strict=False):
        missing = [name for name in columns if name not in fields]
        if not missing:
            for name in columns:
                if fields.count(name) > 1:
                    raise SourceError(
                        f"The header names the column '{name}' twice.",
                        file=file,
                        place=line,
                        todo=AS_DOWNLOADED,
                    )
            return line, fields
        if best is None or len(missing) < len(best[1]):
            best = (line, missing)
    line, missing = best or (1, list(columns))
    raise SourceError(
        "The header lacks the column"
        + ("s " if len(missing) > 1 else " ")
        + ", ".join(missing)
        + ".",
        file=file,
        place=line,
        expected="a header with " + ", ".join(columns),
        todo="check that this is the right file; if the publisher renamed a column, declare it",
    )


def _describe(dtype: pl.DataType) -> str:
    if dtype.is_float():
        return "a number with a decimal point and without grouping, or an empty field"
    return "a whole number without grouping, or an empty field"


def _last_byte(source: Path | bytes) -> bytes:
    if isinstance(source, bytes):
        return source[-1:]
    with source.open("rb") as stream:
        stream.seek(-1, io.SEEK_END)
        return stream.read(1)


def _open(source: Path | bytes) -> BinaryIO:
    return io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")
