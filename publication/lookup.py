"""Finding a cell of the book by what a person types.

Here: tables by id or printed number, rows by key or printed label, measures by id or label, with
suggestions for what is nearly right. Not here: explaining the cell (`explanation`).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

import duckdb

from publication.explanation import CellKey
from publication.release import PublicationError

_TABLE = re.compile(r"(?:table|表|t)?\s*[-_]?\s*(\d+)[-_](\d+)[-_](\d+)", re.I)
_NUMBERED = re.compile(r"\d+[.、]\s*")


def find_cells(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    row: str,
    period: str | None = None,
    measure: str | None = None,
) -> list[CellKey]:
    """Return the cells of the book that these words mean.

    Args:
        connection: a published database.
        table: id or printed number: ``T1-2-01``, ``1-2-1``, ``表1-2-1``.
        row: key or label of the row: ``TWN``, ``Taiwan``, ``中華民國``.
        period: ``2023``; None for all that the row has.
        measure: id or label; None for all.

    Raises:
        PublicationError: there is no such table, row, period or measure; says what is near.
    """
    table_id = find_table(connection, table)
    cells = [
        CellKey(*found)
        for found in connection.execute(
            "select table_id, row_key, period, measure from book_cell where table_id = ? "
            "order by row_no, period, measure",
            [table_id],
        ).fetchall()
    ]
    row_key = _find_row(connection, table_id, row)
    cells = [cell for cell in cells if cell.row_key == row_key]
    if period is not None:
        wanted = "" if period == "-" else period.strip()
        there = list(dict.fromkeys(cell.period for cell in cells))
        if wanted not in there:
            shown = ", ".join(each or "- (none printed)" for each in there)
            raise PublicationError(
                f"{table_id} {row_key} has no cell for the period '{period}'. It has: {shown}."
            )
        cells = [cell for cell in cells if cell.period == wanted]
    if measure is not None:
        name = _find_measure(connection, table_id, measure)
        cells = [cell for cell in cells if cell.measure == name]
        if not cells:
            raise PublicationError(f"{table_id} has no cell of {name} in this row and period.")
    return cells


def find_table(connection: duckdb.DuckDBPyConnection, typed: str) -> str:
    """Return the id of a table of the book.

    Raises:
        PublicationError: there is none; lists those that there are.
    """
    ids = [row[0] for row in connection.execute(
        "select table_id from book_table order by position"
    ).fetchall()]
    if found := _TABLE.fullmatch(typed.strip()):
        part, chapter, number = (int(digits) for digits in found.groups())
        for table_id in ids:
            if [int(digits) for digits in re.findall(r"\d+", table_id)] == [part, chapter, number]:
                return str(table_id)
    raise PublicationError(f"The book has no table '{typed}'. It has: {', '.join(ids)}.")


def find_area(connection: duckdb.DuckDBPyConnection, typed: str) -> str:
    """Return the code of an area, by its code or name in either language.

    Raises:
        PublicationError: there is none; says what is near.
    """
    names: dict[str, str] = {}
    for code, *others in connection.execute(
        "select area_code, iso_alpha2_code, name_zh, name_zh_prose, name_en from dim_area"
    ).fetchall():
        for name in (code, *others):
            if name:
                names.setdefault(fold(name), code)
    if fold(typed) in names:
        return names[fold(typed)]
    raise PublicationError(f"There is no area '{typed}'.{nearest(typed, names)}")


def find_indicator(connection: duckdb.DuckDBPyConnection, typed: str) -> str:
    """Return the id of an indicator, by its id or name in either language.

    Raises:
        PublicationError: there is none; says what is near.
    """
    names: dict[str, str] = {}
    for indicator_id, *others in connection.execute(
        "select indicator_id, name_zh, name_en from dim_indicator order by all"
    ).fetchall():
        for name in (indicator_id, *others):
            names.setdefault(fold(name), indicator_id)
    if fold(typed) in names:
        return names[fold(typed)]
    raise PublicationError(f"There is no indicator '{typed}'.{nearest(typed, names)}")


def _find_row(connection: duckdb.DuckDBPyConnection, table_id: str, typed: str) -> str:
    names: dict[str, str] = {}
    labelled = connection.execute(
        """
        select book_row.row_key, book_row.label_zh, book_row.label_en,
            dim_area.name_zh, dim_area.name_zh_prose, dim_area.name_en, dim_area.iso_alpha2_code
        from book_row
        left join dim_area on book_row.row_key = dim_area.area_code
        where book_row.table_id = ?
        order by book_row.row_no
        """,
        [table_id],
    ).fetchall()
    for key, *_ in labelled:
        names[fold(key)] = key
    for key, *labels in labelled:
        for label in filter(None, labels):
            names.setdefault(fold(label), key)
            names.setdefault(fold(_NUMBERED.sub("", label, count=1)), key)
    if fold(typed) in names:
        return names[fold(typed)]
    near = nearest(typed, names)
    shown = near or f" Its rows: {', '.join(dict.fromkeys(key for key, *_ in labelled))}."
    raise PublicationError(f"{table_id} has no row '{typed}'.{shown}")


def _find_measure(connection: duckdb.DuckDBPyConnection, table_id: str, typed: str) -> str:
    names: dict[str, str] = {}
    declared = connection.execute(
        "select measure, label_zh, label_en from book_measure where table_id = ? order by position",
        [table_id],
    ).fetchall()
    for measure, *labels in declared:
        for name in (measure, *labels):
            names.setdefault(fold(name), measure)
    if fold(typed) in names:
        return names[fold(typed)]
    there = ", ".join(measure for measure, *_ in declared)
    raise PublicationError(
        f"{table_id} has no measure '{typed}'.{nearest(typed, names)} It has: {there}."
    )


def fold(text: str) -> str:
    """Return a text for comparing: without case, blanks and underscores.

    >>> fold(" Business Enterprise ") == fold("business_enterprise")
    True
    """
    return "".join(text.split()).replace("_", "").casefold()


def nearest(typed: str, known: Iterable[str], most: int = 3) -> str:
    """Return ' Did you mean …?' with what is near, or nothing.

    >>> nearest("C04l", ["C041", "C900"])
    ' Did you mean C041?'
    """
    names: Sequence[str] = list(known)
    folded = {fold(name): name for name in names}
    near = difflib.get_close_matches(fold(typed), list(folded), n=most, cutoff=0.6)
    return f" Did you mean {', '.join(folded[name] for name in near)}?" if near else ""
