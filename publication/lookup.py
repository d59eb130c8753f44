"""Finding a cell of the book by what a person types.

Here: tables by id or printed number, rows by key or printed label, measures by id or label, with
suggestions for what is nearly right. Not here: explaining the cell (`explanation`).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

import duckdb

from publication.layout import CellKey, locate
from publication.release import PublicationError

_TABLE = re.compile(r"(?:table|表|t)?\s*[-_]?\s*(\d+)[-_](\d+)[-_](\d+)", re.I)
_NUMBERED = re.compile(r"\d+[.、]\s*")


def find_cells(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    row: str | None = None,
    period: str | None = None,
    measure: str | None = None,
) -> list[CellKey]:
    """Return the cells of the book that these words mean.

    Args:
        connection: a published database.
        table: id or printed number: ``T1-2-01``, ``1-2-1``, ``表1-2-1``.
        row: key or label of the row: ``TWN``, ``Taiwan``, ``中華民國``; None for the whole table.
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
    where = table_id
    if row is not None:
        row_key = _find_row(connection, table_id, row)
        cells = [cell for cell in cells if cell.row_key == row_key]
        where = f"{table_id} {row_key}"
    if period is not None:
        wanted = "" if period == "-" else period.strip()
        there = list(dict.fromkeys(cell.period for cell in cells))
        if wanted not in there:
            shown = ", ".join(each or "- (none printed)" for each in there)
            raise PublicationError(
                f"{where} has no cell for the period '{period}'. It has: {shown}."
            )
        cells = [cell for cell in cells if cell.period == wanted]
    if measure is not None:
        name = _find_measure(connection, table_id, measure)
        cells = [cell for cell in cells if cell.measure == name]
        if not cells:
            raise PublicationError(f"{where} has no cell of {name} in that period.")
    return cells


def cell_at(connection: duckdb.DuckDBPyConnection, address: str) -> CellKey:
    """Return the numeric cell at an address of the workbook.

    Raises:
        PublicationError: the address is none, or no number of the book stands there.
    """
    key = locate(connection, address)
    known = connection.execute(
        "select count(*) from book_cell "
        "where table_id = ? and row_key = ? and period = ? and measure = ?",
        list(key),
    ).fetchone()
    if not known or not known[0]:
        raise PublicationError(
            f"At {address} the book has a text, as the edition declares it, and no number."
        )
    return key


def find_table(connection: duckdb.DuckDBPyConnection, typed: str) -> str:
    """Return the id of a table of the book.

    Raises:
        PublicationError: there is none; lists those that there are.
    """
    ids = [
        row[0]
        for row in connection.execute(
            "select table_id from book_table order by position"
        ).fetchall()
    ]
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
    names = _Names()
    for code, *others in connection.execute(
        "select area_code, iso_alpha2_code, name_zh, name_zh_prose, name_en from dim_area "
        "order by area_code"
    ).fetchall():
        names.add(code, code, *others)
    if (found := names.get(typed)) is None:
        raise PublicationError(f"There is no area '{typed}'.{nearest(typed, names.labels())}")
    return found


def find_indicator(connection: duckdb.DuckDBPyConnection, typed: str) -> str:
    """Return the id of an indicator, by its id or name in either language.

    Raises:
        PublicationError: there is none; says what is near.
    """
    names = _Names()
    for indicator_id, *others in connection.execute(
        "select indicator_id, name_zh, name_en from dim_indicator order by indicator_id"
    ).fetchall():
        names.add(indicator_id, indicator_id, *others)
    if (found := names.get(typed)) is None:
        raise PublicationError(f"There is no indicator '{typed}'.{nearest(typed, names.labels())}")
    return found


def find_claim(connection: duckdb.DuckDBPyConnection, typed: str) -> str:
    """Return the id of a statement of the prose.

    Raises:
        PublicationError: there is none; says what is near.
    """
    names = _Names()
    for (claim_id,) in connection.execute(
        "select claim_id from claim_result order by claim_id"
    ).fetchall():
        names.add(claim_id, claim_id)
    if (found := names.get(typed)) is None:
        raise PublicationError(f"There is no statement {typed}.{nearest(typed, names.labels())}")
    return found


class _Names:
    """What a person may type, and the key that it means; the first meaning of a name counts."""

    def __init__(self) -> None:
        self._keys: dict[str, tuple[str, str]] = {}

    def add(self, key: str, *names: str | None) -> None:
        for name in filter(None, names):
            self._keys.setdefault(fold(name), (key, name))

    def get(self, typed: str) -> str | None:
        return self._keys.get(fold(typed), (None, ""))[0]

    def labels(self) -> list[str]:
        return [name for _, name in self._keys.values()]

    def keys(self) -> list[str]:
        return list(dict.fromkeys(key for key, _ in self._keys.values()))


def _find_row(connection: duckdb.DuckDBPyConnection, table_id: str, typed: str) -> str:
    labelled = connection.execute(
        """
        select book_row.row_key, book_row.label_zh, book_row.label_en,
            dim_area.name_zh, dim_area.name_zh_prose, dim_area.name_en, dim_area.iso_alpha2_code
        from book_row
        left join dim_area on book_row.row_key = dim_area.area_code
        where book_row.table_id = ?
        order by book_row.row_no, book_row.row_key
        """,
        [table_id],
    ).fetchall()
    names = _Names()
    for key, *_ in labelled:
        names.add(key, key)
    for key, *labels in labelled:
        names.add(key, *labels)
        names.add(key, *(_NUMBERED.sub("", label, count=1) for label in labels if label))
    if (found := names.get(typed)) is None:
        near = nearest(typed, names.labels()) or f" Its rows: {', '.join(names.keys())}."
        raise PublicationError(f"{table_id} has no row '{typed}'.{near}")
    return found


def _find_measure(connection: duckdb.DuckDBPyConnection, table_id: str, typed: str) -> str:
    names = _Names()
    for measure, *labels in connection.execute(
        "select measure, label_zh, label_en from book_measure where table_id = ? order by position",
        [table_id],
    ).fetchall():
        names.add(measure, measure, *labels)
    if (found := names.get(typed)) is None:
        near = nearest(typed, names.labels())
        there = ", ".join(names.keys())
        raise PublicationError(f"{table_id} has no measure '{typed}'.{near} It has: {there}.")
    return found


def fold(text: str) -> str:
    """Return a text for comparing: without case, blanks and underscores.

    >>> fold(" Business Enterprise ") == fold("business_enterprise")
    True
    """
    return "".join(text.split()).replace("_", "").casefold()


def nearest(typed: str, known: Iterable[str], most: int = 4) -> str:
    """Return ' Did you mean …?' with what contains the word or is spelt alike, or nothing.

    >>> nearest("C04l", ["C041", "C900"])
    ' Did you mean C041?'
    """
    folded: dict[str, str] = {}
    for name in known:
        folded.setdefault(fold(name), name)
    wanted = fold(typed)
    containing = [name for key, name in folded.items() if len(wanted) > 1 and wanted in key]
    alike = difflib.get_close_matches(wanted, list(folded), n=most, cutoff=0.6)
    near = list(dict.fromkeys([*containing, *(folded[key] for key in alike)]))[:most]
    return f" Did you mean {', '.join(near)}?" if near else ""
