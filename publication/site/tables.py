"""A table of the book as HTML wants it: ids of headers and cells, spans, marks.

Here: from a `TableLayout` to header cells and body cells with the ids by which a screen reader ties
a number to its headers, and by which other pages point at it. Not here: reading the layout
(publication.layout), the markup (templates/_table.html).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from publication.codes import AGREEING
from publication.layout import (
    CellKey,
    HeaderCell,
    LabelCell,
    NumberCell,
    TableLayout,
    TextCell,
)
from publication.site.book import Row

_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]")


@dataclass(frozen=True)
class HeadCell:
    """A header cell: its text and id, and the ids of the headers above it."""

    id: str
    text: str
    column_span: int
    row_span: int
    kind: str
    above: str

    @property
    def scope(self) -> str:
        """`col`, or `colgroup` where it stands over several columns."""
        return "colgroup" if self.column_span > 1 else "col"


@dataclass(frozen=True)
class BodyCell:
    """A cell of the body.

    `kind` is label, number, text or empty; `headers` are ids of header cells, separated by spaces;
    `finding` is the verdict on the printed number where it does not agree.
    """

    kind: str
    id: str
    headers: str
    text: str
    row_span: int = 1
    is_estimate: bool = False
    finding: str = ""


@dataclass(frozen=True)
class Grid:
    """The whole table, and where its cells and rows are in the page."""

    head: tuple[tuple[HeadCell, ...], ...]
    body: tuple[tuple[BodyCell, ...], ...]
    ids: Mapping[CellKey, str]
    row_ids: Mapping[tuple[int, str], str]

    @property
    def has_findings(self) -> bool:
        """Whether any number is marked as not agreeing with print."""
        return any(cell.finding for row in self.body for cell in row)


def is_finding(verdict: Row | None) -> bool:
    """Whether the verdict on a printed number is one that a reader should see."""
    return verdict is not None and (
        verdict["action"] in ("block", "warn")
        or verdict["triage"] != ""
        or (verdict["verdict"] not in AGREEING and verdict["verdict"] != "preliminary")
    )


def cell_ids(layout: TableLayout) -> dict[CellKey, str]:
    """An id in the page for every number, made of its key; the same in both languages."""
    ids: dict[CellKey, str] = {}
    taken: set[str] = set()
    for cell in sorted(layout.numbers(), key=lambda cell: cell.key):
        wanted = ".".join(
            _UNSAFE.sub("_", part) for part in (cell.key.row_key, cell.key.period, cell.key.measure)
        )
        name, number = wanted, 1
        while name in taken:
            number += 1
            name = f"{wanted}.{number}"
        taken.add(name)
        ids[cell.key] = name
    return ids


def make_grid(layout: TableLayout, verdicts: Mapping[CellKey, Row]) -> Grid:
    """Give every header and cell of a layout its id and its headers."""
    ids = cell_ids(layout)
    head, over = _head(layout)
    body: list[tuple[BodyCell, ...]] = []
    row_ids: dict[tuple[int, str], str] = {}
    carried: dict[int, str] = {}
    for row in layout.body:
        labels = _label_ids(layout, row.cells, row.row_no, carried)
        cells = []
        for column, cell in enumerate(row.cells):
            if isinstance(cell, LabelCell):
                if not cell.row_span:
                    continue
                label_id = labels[column]
                row_ids.setdefault((row.row_no, cell.row_key), label_id)
                cells.append(
                    BodyCell("label", label_id, over[column], cell.text, row_span=cell.row_span)
                )
                continue
            block = layout.columns[column].block
            own = [
                label_id
                for at, label_id in sorted(labels.items())
                if layout.columns[at].block == block
            ]
            headers = " ".join([*dict.fromkeys(own), over[column]]).strip()
            if isinstance(cell, NumberCell):
                verdict = verdicts.get(cell.key)
                cells.append(
                    BodyCell(
                        "number",
                        ids[cell.key],
                        headers,
                        cell.printed_as,
                        is_estimate=cell.is_estimate,
                        finding=str(verdict["verdict"]) if verdict and is_finding(verdict) else "",
                    )
                )
            elif isinstance(cell, TextCell):
                cells.append(BodyCell("text", "", headers, cell.text))
            else:
                cells.append(BodyCell("empty", "", "", ""))
        body.append(tuple(cells))
    return Grid(head, tuple(body), ids, row_ids)


def _head(layout: TableLayout) -> tuple[tuple[tuple[HeadCell, ...], ...], dict[int, str]]:
    """Header cells with ids, and per column the ids of all headers over it."""
    over: dict[int, list[str]] = {column: [] for column in range(len(layout.columns))}
    rows = []
    for level, cells in enumerate(layout.header):
        row = []
        for cell in cells:
            name = f"h{level}-{cell.column}"
            above = " ".join(over[cell.column])
            row.append(
                HeadCell(name, cell.text, cell.column_span, cell.row_span, _kind(cell), above)
            )
            for column in range(cell.column, cell.column + cell.column_span):
                over[column].append(name)
        rows.append(tuple(row))
    return tuple(rows), {column: " ".join(names) for column, names in over.items()}


def _kind(cell: HeaderCell) -> str:
    return "label" if cell.kind == "label" else "over"


def _label_ids(
    layout: TableLayout, cells: tuple[object, ...], row_no: int, carried: dict[int, str]
) -> dict[int, str]:
    """The ids of the labels that hold for a line, those that go on from above among them."""
    found: dict[int, str] = {}
    for column, cell in enumerate(cells):
        if layout.columns[column].kind != "label" or not isinstance(cell, LabelCell):
            continue
        if cell.row_span:
            carried[column] = f"r{row_no}-{column}"
        found[column] = carried[column]
    return found
