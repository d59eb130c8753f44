"""Answers of queries as text and files: a table for the terminal, CSV, JSON, Parquet.

Here: how a value is written in each. Not here: running the query (publication.confined), the files
of a release (publication.files).

What stands in a database may be hostile to a terminal: control characters, escape sequences and
marks that turn the direction of writing are shown by their escapes (`\\x1b`, `\\u202e`).
"""

from __future__ import annotations

import csv
import json
import math
import os
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import Any, TextIO

from publication.confined import Column, QueryError, Result, unrepeated_names
from publication.files import harmless

CELL_WIDTH = 100
"""Terminal columns after which a value in a table is cut."""

_NUMBERS = ("TINY", "SMALL", "BIG", "HUGE", "INT", "U", "DECIMAL", "DOUBLE", "FLOAT")


def visible(text: str, *, lines: bool = False) -> str:
    """Show what would steer a terminal by its escapes; with `lines`, line ends stay.

    >>> print(visible("a" + chr(27) + "[31m 臺灣　b" + chr(0x202E)))
    a\\x1b[31m 臺灣　b\\u202e
    """
    if text.isprintable():
        return text
    return "".join(
        char if (lines and char == "\n") or not _steers(char) else _escape(char) for char in text
    )


def _steers(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def text_of(value: Any) -> str:
    """A value as text, with all digits that it has.

    >>> text_of(0.1), text_of(Decimal("1E+2")), text_of(True), text_of([1, None, "a"])
    ('0.1', '100', 'true', '[1, null, "a"]')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    found = json_of(value)
    return found[1:-1] if found.startswith('"') else found


def json_of(value: Any) -> str:
    """A value as JSON, numbers with all their digits; what JSON has no word for as a string.

    >>> json_of({"a": [1, 2.50, Decimal("2.50")], "b": math.inf, "c": b"\\x01"})
    '{"a": [1, 2.5, 2.50], "b": "Infinity", "c": "01"}'
    """
    if value is None or isinstance(value, bool | int):
        return json.dumps(value)
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else json_of(json.dumps(value))
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, str):
        return escaped_json(json.dumps(value, ensure_ascii=False))
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json_of(k)}: {json_of(v)}" for k, v in value.items()) + "}"
    if hasattr(value, "nanoseconds"):  # pyarrow's interval, also a tuple
        return f'"P{value.months}M{value.days}DT{Decimal(value.nanoseconds).scaleb(-9):f}S"'
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(json_of, value)) + "]"
    if isinstance(value, bytes):
        return f'"{value.hex()}"'
    return json_of(value.isoformat() if hasattr(value, "isoformat") else str(value))


def escaped_json(written: str) -> str:
    """JSON with what would steer a terminal by its escapes: JSON's own rules leave some.

    >>> escaped_json('["' + chr(0x9B) + '臺灣' + chr(0x202E) + '"]')
    '["\\\\u009b臺灣\\\\u202e"]'
    """
    return "".join(
        # A line end stands between values only: within a text it is escaped already.
        f"\\u{ord(char):04x}" if char != "\n" and ord(char) < 0x10000 and _steers(char) else char
        for char in written
    )


def table(result: Result, rows: int) -> Iterator[str]:
    """Draw at most so many rows of a result as lines of a table.

    An execution plan (`explain`) comes as it is drawn.
    """
    found = list(islice(result.rows(), rows + 1))
    if [column.name for column in result.columns] == ["explain_key", "explain_value"]:
        yield from "\n".join(visible(str(row[1]), lines=True) for row in found).split("\n")
        return
    yield from _drawn(result.columns, found[:rows])
    if len(found) > rows:
        yield f"The first {rows:,} rows; there are more."


def _drawn(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    from rich.cells import cell_len, set_cell_size

    texts = [
        [visible(column.name) for column in columns],
        [visible(_short_type(column)) for column in columns],
        *([visible("NULL" if value is None else text_of(value)) for value in row] for row in rows),
    ]
    # One by one: a width per text, asked for once.
    sizes = [[cell_len(text) for text in line] for line in texts]
    widths = [min(max(column), CELL_WIDTH) for column in zip(*sizes, strict=True)]
    right = [column.type.startswith(_NUMBERS) and column.type[-1] != "]" for column in columns]

    def fitted(text: str, size: int, width: int, to_right: bool) -> str:
        if size > width:
            return set_cell_size(text, width - 1) + "…"
        return " " * (width - size) + text if to_right else text + " " * (width - size)

    def line(left: str, middle: str, end: str) -> str:
        return left + middle.join("─" * (width + 2) for width in widths) + end

    yield line("┌", "┬", "┐")
    for number, (cells, lengths) in enumerate(zip(texts, sizes, strict=True)):
        fields = map(fitted, cells, lengths, widths, right)
        yield "│ " + " │ ".join(fields) + " │"
        if number == 1:
            yield line("├", "┼", "┤")
    yield line("└", "┴", "┘")
    if any(size > CELL_WIDTH for lengths in sizes for size in lengths):
        yield "Long values are cut (…); line by line, as CSV or as JSON they are whole."


def _short_type(column: Column) -> str:
    return column.type.lower() if len(column.type) <= 20 else column.type.split("(")[0].lower()


def line_by_line(result: Result, rows: int) -> Iterator[str]:
    """Show at most so many rows of a result with one value per line, nothing cut."""
    width = max(len(visible(column.name)) for column in result.columns)
    found = list(islice(result.rows(), rows + 1))
    for number, row in enumerate(found[:rows]):
        if number:
            yield ""
        for column, value in zip(result.columns, row, strict=True):
            text = visible("NULL" if value is None else text_of(value))
            yield f"{visible(column.name):>{width}} = {text}"
    if len(found) > rows:
        yield f"The first {rows:,} rows; there are more."


def write_csv(result: Result, out: TextIO) -> None:
    """Write a result as CSV with a header; a missing value is an empty field.

    A text that a spreadsheet would run as a formula stands behind an apostrophe. On a terminal,
    what would steer it is shown by its escapes.
    """
    writer = csv.writer(out, lineterminator="\n")
    clean = visible if out.isatty() else str
    writer.writerow([clean(harmless(column.name)) for column in result.columns])
    for row in result.rows():
        writer.writerow([clean(_csv_field(value)) for value in row])


def _csv_field(value: Any) -> str:
    if value is None:
        return ""
    return harmless(value) if isinstance(value, str) else text_of(value)


def write_json(result: Result, out: TextIO) -> None:
    """Write a result as a JSON list with one object per row and line.

    Raises:
        QueryError: two columns share a name.
    """
    names = [json_of(name) for name in unrepeated_names(result.columns)]
    separator = "[\n"
    for row in result.rows():
        fields = (f"{name}: {json_of(value)}" for name, value in zip(names, row, strict=True))
        out.write(separator + "{" + ", ".join(fields) + "}")
        separator = ",\n"
    out.write("[]\n" if separator == "[\n" else "\n]\n")


def write_parquet(result: Result, path: Path) -> int:
    """Write a result as a Parquet file, whole or not at all; return how many rows it has.

    Raises:
        QueryError: two columns share a name, or Parquet has no such type.
        OSError: the file cannot be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    unrepeated_names(result.columns)
    making = path.with_name(f".making-{os.getpid()}-{path.name}")
    rows = 0
    try:
        batches = result.batches()
        first = next(batches)
        with pq.ParquetWriter(making, first.schema, compression="zstd") as writer:
            for batch in chain([first], batches):
                writer.write_batch(batch)
                rows += batch.num_rows
        os.replace(making, path)
    except pa.ArrowException as error:
        raise QueryError(f"This answer cannot be written as Parquet: {error}") from error
    finally:
        making.unlink(missing_ok=True)
    return rows
