"""What a reader is told of one number when he selects it, and the file that carries it.

Here: the sections of a number's history as label and text, and packing those of a table into one
script. A page under file:// may load a script but not fetch a file, and the pages stay small. Not
here: where a number comes from (publication.explanation).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass
class Section:
    """A headed list of (label, text) or (label, text, address) entries."""

    heading: str
    entries: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, label: str, text: object, address: str = "") -> None:
        """Add an entry unless there is nothing to say."""
        shown = "" if text is None else str(text)
        if shown:
            self.entries.append((label, shown, address) if address else (label, shown))


def cells_script(cells: Mapping[str, Sequence[Section]]) -> str:
    """Pack the sections of all cells of a table; every string stands in it once.

    Args:
        cells: by the cell's id in the page.

    Returns:
        A script that calls `whitepaperCells` with the strings and, per cell, the numbers of them.
    """
    strings: dict[str, int] = {}

    def number(text: str) -> int:
        return strings.setdefault(text, len(strings))

    packed = {
        name: [
            [
                number(section.heading),
                [[number(part) for part in entry] for entry in section.entries],
            ]
            for section in sections
            if section.entries
        ]
        for name, sections in cells.items()
    }
    data = json.dumps(
        {"strings": list(strings), "cells": packed}, ensure_ascii=False, separators=(",", ":")
    )
    # A script file is no HTML, but one pasted into a page must not end it.
    return f"whitepaperCells({data.replace('<', chr(92) + 'u003c')});\n"
