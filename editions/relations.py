"""Reads relations.yml: what must hold between the printed cells of a book.

Here: its keys, and whether the tables, measures and rows it names exist. Not here: what a relation
means in numbers (reconciliation.relations).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from editions.model import BookTable, PrintedCell, RelationLine
from editions.strict_yaml import Section, read_yaml, suggest

FILE = "relations.yml"

KeyType = Literal["cells", "cells or number", "number", "text", "texts"]
_NAMES: Mapping[str, KeyType] = {"name_en": "text", "name_zh": "text"}
_LIMITS: Mapping[str, KeyType] = {
    "lowest_pct": "number",
    "highest_pct": "number",
    "except_rows": "texts",
}

KINDS: Mapping[str, Mapping[str, KeyType]] = {
    "growth": {"growth": "cells", "level": "cells"},
    "change": {"change": "cells", "level": "cells"},
    "share": {"share": "cells", "part": "cells", "whole": "cells"},
    "apportioned": {"amount": "cells", "whole": "cells", "share": "cells"},
    "sum": {
        "total": "cells or number",
        "parts": "cells",
        "minus": "cells",
        "rows": "texts",
        "shares": "cells",
    },
    "at_most": {"parts": "cells", "whole": "cells or number", "rows": "texts"},
    "same_value": {"one": "cells", "others": "cells"},
    "implied": {"over": "cells", "by": "cells", **_NAMES, **_LIMITS},
    "step": {"level": "cells", **_LIMITS},
    "rank": {"rank": "cells", "value": "cells", "universe": "text", "whole": "cells"},
    "numbered": {"rank": "cells"},
    "range": {"of": "cells", "lowest": "cells or number", "highest": "cells or number"},
    "order": {"by": "cells", "direction": "text", "except_rows": "texts"},
    "mark": {"derived": "cells", "made_from": "cells"},
}
"""The keys of each kind of relation."""

OPTIONAL = frozenset(
    {
        *("minus", "rows", "shares", "except_rows", "whole"),
        *("lowest", "highest", "lowest_pct", "highest_pct"),
    }
)
CHOICES: Mapping[str, tuple[str, ...]] = {
    "universe": ("complete", "partial"),
    "direction": ("descending", "ascending"),
}
_NEEDED = {("share", "whole"), ("apportioned", "whole"), ("at_most", "whole")}
_CELLS = re.compile(
    r"(?P<table>[^.\s]+)\.(?P<measure>\w+)(?: of (?P<row>\S+))?(?: in (?P<period>\S+))?"
)


def read_relations(
    folder: Path, tables: tuple[BookTable, ...], printed_cells: Iterable[PrintedCell]
) -> tuple[RelationLine, ...]:
    """Return the relations of an edition, one line per word of each; none without the file.

    Args:
        folder: the edition's folder.
        tables: the tables of the edition.
        printed_cells: the cells of printed/; rows are checked once the table is printed.

    Raises:
        EditionError: an unknown kind or key, or a table, measure or row that does not exist.
    """
    if not (folder / FILE).is_file():
        return ()
    top = read_yaml(folder, FILE)
    lines: list[RelationLine] = []
    ids: set[str] = set()
    rows: dict[str, set[str]] = {}
    for cell in printed_cells:
        rows.setdefault(cell.table_id, set()).add(cell.row_key)
    for section in top.sections("relations", name_key="id"):
        relation_id = section.text("id")
        if relation_id in ids:
            raise section.error(f"a second relation '{relation_id}'", todo="give it its own id")
        ids.add(relation_id)
        found = _read_relation(section, relation_id, {table.id: table for table in tables})
        _check_rows(section, found, rows)
        lines += found
    top.finish()
    return tuple(lines)


def _read_relation(
    section: Section, relation_id: str, tables: Mapping[str, BookTable]
) -> list[RelationLine]:
    kind = section.choice("kind", tuple(KINDS))
    lines: list[RelationLine] = []
    for key, key_type in KINDS[kind].items():
        if key in OPTIONAL and (kind, key) not in _NEEDED and not section.has(key):
            continue
        for word in _words(section, key, key_type):
            line = RelationLine(relation_id, kind, key, len(lines) + 1)
            if key_type in ("cells", "cells or number") and not isinstance(word, float):
                lines.append(_cells(section, key, word, tables, line))
            else:
                lines.append(
                    RelationLine(relation_id, kind, key, len(lines) + 1, value=_plain(word))
                )
    section.finish()
    return lines


def _check_rows(
    section: Section, lines: list[RelationLine], printed: Mapping[str, set[str]]
) -> None:
    """Refuse a row that is printed in none of the relation's tables: it would check nothing."""
    tables = {line.table_id for line in lines if line.table_id}
    everywhere = {row for table in tables for row in printed.get(table, ())}
    for line in lines:
        if line.table_id:
            row, known = line.row_key, printed.get(line.table_id, set())
        elif line.role in ("rows", "except_rows"):
            row, known = line.value, everywhere
        else:
            continue
        if row and known and row not in known:
            raise section.error(
                f"no row '{row}' is printed there", key=line.role, todo=suggest(row, sorted(known))
            )


def _words(section: Section, key: str, key_type: KeyType) -> list[str | float]:
    if key_type == "number" or (key_type == "cells or number" and not section.is_text(key)):
        number = section.number(key)
        if number is None:
            raise section.error("there is no value", key=key, todo="write a number")
        return [number]
    if key in CHOICES:
        return [section.choice(key, CHOICES[key])]
    if section.is_text(key) or key_type == "text":
        return [section.text(key)]
    words = section.texts(key)
    if not words:
        raise section.error("there is no value", key=key, todo=f"write `{key}: ...`")
    return list(words)


def _cells(
    section: Section, key: str, word: str, tables: Mapping[str, BookTable], line: RelationLine
) -> RelationLine:
    found = _CELLS.fullmatch(word)
    if found is None:
        raise section.error(
            f"'{word}' does not name cells",
            key=key,
            todo="write TABLE.measure, TABLE.measure of ROW, or TABLE.measure of ROW in PERIOD",
        )
    table = tables.get(found["table"])
    if table is None:
        raise section.error(
            f"there is no table '{found['table']}'",
            key=key,
            todo=suggest(found["table"], sorted(tables)),
        )
    measures = {measure.name: measure for measure in table.measures}
    if found["measure"] not in measures:
        raise section.error(
            f"table {table.id} has no measure '{found['measure']}'",
            key=key,
            todo=suggest(found["measure"], sorted(measures)),
        )
    periods = {column.period for column in measures[found["measure"]].columns}
    if found["period"] is not None and found["period"] not in periods:
        raise section.error(
            f"{found['measure']} is not printed for '{found['period']}'",
            key=key,
            todo=suggest(found["period"], sorted(periods)),
        )
    return RelationLine(
        line.relation_id,
        line.kind,
        key,
        line.position,
        table_id=table.id,
        measure=found["measure"],
        row_key=found["row"] or "",
        period=found["period"] or "",
    )


def _plain(word: str | float) -> str:
    return word if isinstance(word, str) else f"{word:.12g}"
