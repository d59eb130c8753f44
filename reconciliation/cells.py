"""How a cell of a book is named.

Here: `CellKey`. Not here: what a cell holds (`printed_cell`, `book_cell`).
"""

from __future__ import annotations

from typing import NamedTuple


class CellKey(NamedTuple):
    """A cell by the keys that printed and computed cells share."""

    table_id: str
    row_key: str
    period: str
    measure: str

    def __str__(self) -> str:
        parts = (self.table_id, self.row_key, self.period, self.measure)
        return " ".join(part for part in parts if part)
