"""What an edition of the book is, as data: pins, panels, tables, estimates, printed cells.

Here: one folder per edition with YAML and CSV files an editor writes, and the reader that turns
them into typed objects and frames. Not here: how a number is computed (dbt_project), where the
publishers' files come from (sources), in which order things run (orchestration).
"""

from __future__ import annotations

from editions.frames import edition_frames, promised_cells
from editions.model import Edition, EditionError
from editions.reader import list_editions, read_edition

__all__ = [
    "Edition",
    "EditionError",
    "edition_frames",
    "list_editions",
    "promised_cells",
    "read_edition",
]
