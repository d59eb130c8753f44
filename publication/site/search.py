"""The search index: what can be found, and where.

Here: the entries and their packing into one script for both languages. Not here: matching, which
happens in the reader's browser (static/site.js): words by their beginning, Chinese by pairs of
characters. One index serves both languages, so that `瑞士` is found on the English pages too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """Something that can be found.

    `kind` is the part of `kind_<kind>` in the site's words; `path` is relative to a language's
    folder; `more` is searched and not shown.
    """

    kind: str
    path: str
    title_zh: str
    title_en: str
    note_zh: str = ""
    note_en: str = ""
    more: str = ""


def search_script(entries: Iterable[Entry]) -> str:
    """Pack the index: a script that hands the entries to `whitepaperIndex`."""
    rows = [
        [e.kind, e.path, e.title_zh, e.title_en, e.note_zh, e.note_en, e.more]
        for e in dict.fromkeys(entries)
    ]
    data = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return f"whitepaperIndex({data.replace('<', chr(92) + 'u003c')});\n"
