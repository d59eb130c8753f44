"""The published tables as plain files: CSV for people and spreadsheets, Parquet for programs.

Here: which CSV files there are, their columns, and how a value is written. Not here: what a data
package says of them (publication.datapackage), SDMX-CSV (publication.sdmx).

CSV is UTF-8 with a byte order mark (without one Excel takes Chinese for its own encoding), lines
end with LF, a missing value is an empty field, numbers are unrounded. A text that a spreadsheet
would run as a formula stands behind an apostrophe.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from publication.release import literal

CSV_FOLDER = "csv"
ENCODING = "utf-8-sig"
_AT_ONCE = 10_000

_NUMBER = re.compile(r"[-+]?[0-9][0-9,]*(\.[0-9]+)?\*?")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A CSV file of the export.

    `query` gives its rows in order; `described_by` names, per column, the published table and
    column whose comment describes it.
    """

    name: str
    query: str
    parameters: dict[str, str]
    described_by: dict[str, tuple[str, str]]


_BOOK_TABLE_COLUMNS: dict[str, tuple[str, str]] = {
    "edition": ("book_cell", "edition"),
    "table_id": ("book_cell", "table_id"),
    "row_no": ("book_cell", "row_no"),
    "row_key": ("book_cell", "row_key"),
    "period": ("book_cell", "period"),
    "measure": ("book_cell", "measure"),
    "row_label_zh": ("book_row", "label_zh"),
    "row_label_en": ("book_row", "label_en"),
    "column_header_zh": ("book_column", "header_zh"),
    "column_header_en": ("book_column", "header_en"),
    "unit_zh": ("book_measure", "unit_zh"),
    "unit_en": ("book_measure", "unit_en"),
    "value": ("book_cell", "value"),
    "decimals": ("book_cell", "decimals"),
    "printed_as": ("book_cell", "printed_as"),
    "status": ("book_cell", "status"),
}
"""Columns of the CSV of a table of the book: key, labels, number; one row per cell."""

_BOOK_TABLE = """
    with

    number as (
        select
            cell.edition,
            cell.table_id,
            cell.row_no,
            cell.row_key,
            cell.period,
            cell.measure,
            1 as part,
            book_column.position,
            book_column.header_zh,
            book_column.header_en,
            measure.unit_zh,
            measure.unit_en,
            cell.value,
            cell.decimals,
            cell.printed_as,
            cell.status
        from book_cell as cell
        left join book_column
            on
                cell.table_id = book_column.table_id
                and cell.measure = book_column.measure
                and cell.period = book_column.period
        left join book_measure as measure
            on cell.table_id = measure.table_id and cell.measure = measure.measure
        where cell.table_id = $table_id
    ),

    words as (
        select
            edition,
            table_id,
            row_no,
            row_key,
            period,
            measure,
            0 as part,
            position,
            header_zh,
            header_en,
            'text' as unit_zh,
            'text' as unit_en,
            cast(null as double) as value,
            cast(null as integer) as decimals,
            text_zh as printed_as,
            '' as status
        from book_text
        where table_id = $table_id
    ),

    cell as (
        select * from words
        union all
        select * from number
    )

    select
        cell.edition,
        cell.table_id,
        cell.row_no,
        cell.row_key,
        cell.period,
        cell.measure,
        book_row.label_zh,
        book_row.label_en,
        cell.header_zh,
        cell.header_en,
        cell.unit_zh,
        cell.unit_en,
        cell.value,
        cell.decimals,
        cell.printed_as,
        cell.status
    from cell
    left join book_row
        on
            cell.table_id = book_row.table_id
            and cell.row_no = book_row.row_no
            and cell.row_key = book_row.row_key
    order by cell.row_no, cell.part, cell.position, cell.row_key
"""


def csv_files(
    connection: duckdb.DuckDBPyConnection, table_id: str | None = None
) -> tuple[CsvFile, ...]:
    """The CSV files of a published database: each table of the book, then each mart.

    The marts that a table's CSV already holds are left out: book_cell, and the model of the table.

    Args:
        connection: an open `whitepaper.duckdb`.
        table_id: this table of the book alone.
    """
    books = connection.execute(
        "select table_id, model_name from book_table order by position"
    ).fetchall()
    files = [
        CsvFile(name, _BOOK_TABLE, {"table_id": str(name)}, _BOOK_TABLE_COLUMNS)
        for name, _ in books
        if table_id in (None, name)
    ]
    if table_id is not None:
        return tuple(files)
    held = {"book_cell", *(model for _, model in books)}
    for table in published_tables(connection):
        if table not in held:
            columns = table_columns(connection, table)
            files.append(
                CsvFile(
                    table,
                    f"select * from {quoted(table)} order by all",
                    {},
                    {column: (table, column) for column in columns},
                )
            )
    return tuple(files)


def published_tables(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Names of the tables of a published database, sorted."""
    rows = connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'main' order by table_name"
    ).fetchall()
    return tuple(str(row[0]) for row in rows)


def table_columns(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[str, ...]:
    """Names of the columns of a published table, in order."""
    rows = connection.execute(
        "select column_name from duckdb_columns() "
        "where schema_name = 'main' and table_name = ? order by column_index",
        [table],
    ).fetchall()
    return tuple(str(row[0]) for row in rows)


def quoted(name: str) -> str:
    """An SQL identifier that may hold any character."""
    return '"' + name.replace('"', '""') + '"'


def write_csv(database: Path, directory: Path, *, table_id: str | None = None) -> None:
    """Write `csv/<name>.csv` for each of `csv_files`.

    Args:
        database: a published `whitepaper.duckdb`.
        directory: the release or export being made.
        table_id: this table of the book alone.
    """
    folder = directory / CSV_FOLDER
    folder.mkdir(exist_ok=True)
    with duckdb.connect(str(database), read_only=True) as connection:
        for file in csv_files(connection, table_id):
            cursor = connection.execute(file.query, file.parameters)
            with (folder / f"{file.name}.csv").open("w", encoding=ENCODING, newline="") as out:
                writer = csv.writer(out, lineterminator="\n")
                writer.writerow(file.described_by)
                while rows := cursor.fetchmany(_AT_ONCE):
                    writer.writerows(map(written_row, rows))


def written_row(values: Iterable[object]) -> Sequence[str]:
    """A row as it stands in CSV."""
    return [written(value) for value in values]


def written(value: object) -> str:
    """A value as it stands in CSV: floats with as many digits as they need, texts harmless.

    >>> written(0.1), written(None), written(True), written("-0.28"), written("=1+1")
    ('0.1', '', 'true', '-0.28', "'=1+1")
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return harmless(value)
    return repr(value) if isinstance(value, float) else harmless(str(value))


def harmless(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula.

    Numbers with a sign stay as they are.
    """
    if text.startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


def write_parquet(database: Path, directory: Path) -> None:
    """Write `parquet/<table>.parquet` for every published table, as a release has them.

    Args:
        database: a published `whitepaper.duckdb`.
        directory: the export being made.
    """
    folder = directory / "parquet"
    folder.mkdir(exist_ok=True)
    with duckdb.connect(str(database), read_only=True) as connection:
        for table in published_tables(connection):
            target = literal(str(folder / f"{table}.parquet"))
            connection.execute(
                f"copy {quoted(table)} to {target} (format parquet, compression zstd)"
            )
