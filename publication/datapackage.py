"""The Frictionless data package: what the CSV files hold, for programs and people.

Here: `datapackage.json` with a schema per file, keys, licences, sources and hashes. Not here: the
files (publication.files). What a column means is the comment that the published database carries.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from publication.files import CSV_FOLDER, CsvFile, csv_files
from publication.release import PublicationError

FILE = "datapackage.json"

_KEYS: Mapping[str, tuple[str, ...]] = {
    "book_column": ("edition", "table_id", "measure", "period"),
    "book_figure": ("edition", "figure_id"),
    "book_figure_measure": ("edition", "figure_id", "measure"),
    "book_measure": ("edition", "table_id", "measure"),
    "book_row": ("edition", "table_id", "row_no", "row_key"),
    "book_table": ("edition", "table_id"),
    "book_text": ("edition", "table_id", "row_key", "measure"),
    "claim_result": ("edition", "claim_id"),
    "dim_area": ("area_code",),
    "dim_indicator": ("indicator_id",),
    "dim_source": ("source_id",),
    "estimate": ("edition", "estimate_id"),
    "figure_point": ("edition", "figure_id", "series_key", "point_key", "measure"),
    "indicator_observation": ("edition", "indicator_id", "area_code", "breakdown", "period"),
    "printed_cell": ("edition", "table_id", "row_key", "period", "measure"),
    "source_snapshot": ("edition", "source_id", "vintage", "file"),
}
"""What is unique in a mart. A mart that is not named has no key here."""

_TABLE_KEY = ("edition", "table_id", "row_key", "period", "measure")
"""What is unique in the CSV of a table of the book."""

_REFERENCES: Mapping[str, tuple[str, str]] = {
    "area_code": ("dim_area", "area_code"),
    "indicator_id": ("dim_indicator", "indicator_id"),
    "source_id": ("dim_source", "source_id"),
}
"""Columns that name a row of a dimension, wherever they stand."""

_MAY_NAME_OTHERS = {"dim_area", "dim_indicator", "dim_source"}
"""Marts whose own key these are, or that hold sources which the edition does not use."""

_TYPES: Mapping[str, str] = {
    "VARCHAR": "string",
    "DOUBLE": "number",
    "FLOAT": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    **dict.fromkeys(
        (
            *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"),
            *("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"),
        ),
        "integer",
    ),
}


def write_datapackage(database: Path, directory: Path) -> None:
    """Write `datapackage.json` for the CSV files that `write_csv` has put into the directory.

    Args:
        database: a published `whitepaper.duckdb`.
        directory: the release or export being made; holds `csv/`.

    Raises:
        PublicationError: a CSV file is missing, or a column has a type that CSV cannot hold.
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        columns = _described_columns(connection)
        descriptions = dict(
            connection.execute(
                "select table_name, coalesce(comment, '') from duckdb_tables() "
                "where schema_name = 'main'"
            ).fetchall()
        )
        books = {
            str(row[0]): (f"{row[1]} {row[2]}", f"{row[3]} {row[4]}")
            for row in connection.execute(
                "select table_id, number_zh, title_zh, number_en, title_en from book_table"
            ).fetchall()
        }
        files = csv_files(connection)
        resources = [
            _resource(directory, file, columns, books.get(file.name), descriptions)
            for file in files
        ]
        package = {
            "$schema": "https://datapackage.org/profiles/1.0/datapackage.json",
            "profile": "data-package",
            "name": _package_name(connection),
            "title": "產業技術白皮書指標資料 / Indicators of the Industrial Technology White Paper",
            "description": (
                "Every table of the book's indicator chapter, every observation behind it and what "
                "was found when it was checked. Numbers are unrounded. A text behind an apostrophe "
                "began with a character that spreadsheets take for a formula."
            ),
            "licenses": _licences(connection),
            "sources": _sources(connection),
            "resources": resources,
        }
    (directory / FILE).write_text(
        json.dumps(package, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


def _package_name(connection: duckdb.DuckDBPyConnection) -> str:
    rows = connection.execute("select distinct edition from book_table order by 1").fetchall()
    return "-".join(("whitepaper", *(str(row[0]).lower() for row in rows)))


def _described_columns(
    connection: duckdb.DuckDBPyConnection,
) -> dict[tuple[str, str], tuple[str, str]]:
    """Type and description, by table and column."""
    rows = connection.execute(
        "select table_name, column_name, data_type, coalesce(comment, '') from duckdb_columns() "
        "where schema_name = 'main'"
    ).fetchall()
    return {
        (table, column): (str(data_type), " ".join(str(comment).split()))
        for table, column, data_type, comment in rows
    }


def _resource(
    directory: Path,
    file: CsvFile,
    columns: Mapping[tuple[str, str], tuple[str, str]],
    title: tuple[str, str] | None,
    descriptions: Mapping[str, str],
) -> dict[str, object]:
    path = directory / CSV_FOLDER / f"{file.name}.csv"
    if not path.is_file():
        raise PublicationError(f"{path} is missing: write the CSV files before the data package.")
    content = path.read_bytes()
    fields = []
    for name, origin in file.described_by.items():
        data_type, description = columns[origin]
        fields.append({"name": name, **_field(origin, data_type), "description": description})
    schema: dict[str, object] = {"fields": fields, "missingValues": [""]}
    key = _TABLE_KEY if title is not None else _KEYS.get(file.name)
    if key is not None:
        schema["primaryKey"] = list(key)
    references = _foreign_keys(file, is_book_table=title is not None)
    if references:
        schema["foreignKeys"] = references
    return {
        "name": file.name.lower(),
        "path": f"{CSV_FOLDER}/{file.name}.csv",
        "profile": "tabular-data-resource",
        "title": " / ".join(title) if title is not None else file.name,
        "description": descriptions.get(file.name if title is None else "book_cell", ""),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "doubleQuote": True, "header": True},
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": schema,
    }


def _field(origin: tuple[str, str], data_type: str) -> dict[str, object]:
    found = "number" if data_type.startswith("DECIMAL") else _TYPES.get(data_type)
    if found is None:
        raise PublicationError(f"{'.'.join(origin)} is {data_type}, which CSV cannot hold.")
    return {"type": found}


def _foreign_keys(file: CsvFile, *, is_book_table: bool) -> list[dict[str, object]]:
    if file.name in _MAY_NAME_OTHERS:
        return []
    names = set(file.described_by)
    references = [
        _reference((column,), table, (target,))
        for column, (table, target) in _REFERENCES.items()
        if column in names
    ]
    book = ("edition", "table_id")
    if is_book_table:
        references.append(_reference(book, "book_table", book))
        row = (*book, "row_no", "row_key")
        references.append(_reference(row, "book_row", row))
    elif file.name in ("book_column", "book_measure", "book_row", "book_text"):
        references.append(_reference(book, "book_table", book))
    return references


def _reference(fields: Sequence[str], resource: str, target: Sequence[str]) -> dict[str, object]:
    return {
        "fields": list(fields),
        "reference": {"resource": resource, "fields": list(target)},
    }


def _licences(connection: duckdb.DuckDBPyConnection) -> list[dict[str, str]]:
    """The publishers' terms, each once; a licence of ours would not be ours to give."""
    rows = connection.execute(
        "select distinct licence from source_snapshot where coalesce(licence, '') <> '' order by 1"
    ).fetchall()
    return [{"name": f"terms-{number}", "title": str(row[0])} for number, row in enumerate(rows, 1)]


def _sources(connection: duckdb.DuckDBPyConnection) -> list[dict[str, str]]:
    rows = connection.execute(
        """
        select
            source.publisher_zh || ' / ' || source.publisher_en,
            source.title_zh || ' / ' || source.title_en,
            source.homepage,
            string_agg(distinct snapshot.vintage, ', ' order by snapshot.vintage)
        from source_snapshot as snapshot
        inner join dim_source as source on snapshot.source_id = source.source_id
        group by all
        order by all
        """
    ).fetchall()
    return [
        {
            "title": f"{publisher}: {title} ({vintages})",
            **({"path": str(homepage)} if str(homepage or "").startswith("http") else {}),
        }
        for publisher, title, homepage, vintages in rows
    ]
