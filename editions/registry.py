"""Reads tables.yml: the numeric tables of the book, their rows, measures and columns.

Here: its keys and templates. Not here: figures.yml (`figures`), the other files of an edition
(`reader`).
"""

from __future__ import annotations

import string
from dataclasses import replace
from pathlib import Path
from typing import cast, get_args

from editions.model import (
    BookTable,
    Column,
    ColumnOrder,
    Measure,
    RowKind,
    RowLabel,
    Rows,
    Style,
    TextMeasure,
    TopOf,
)
from editions.strict_yaml import Section, read_yaml

FILE = "tables.yml"


def read_tables(folder: Path) -> tuple[BookTable, ...]:
    """Return the tables of an edition in the order of tables.yml.

    Raises:
        EditionError: unknown or missing key, repeated id, unknown row key, bad template.
    """
    top = read_yaml(folder, FILE)
    tables: list[BookTable] = []
    for section in top.sections("tables", name_key="id"):
        table = _read_table(section)
        if any(table.id == other.id or table.model == other.model for other in tables):
            raise section.error(
                f"the table id '{table.id}' or its model '{table.model}' stands twice",
                todo="give every table its own id and model",
            )
        tables.append(table)
    top.finish()
    return tuple(tables)


def _read_table(section: Section) -> BookTable:
    rows = _read_rows(section.section("rows"))
    common = section.common("every_measure")
    by_name = section.section("measures")
    measures = tuple(
        _read_measure(by_name.merged_over(name, common), name, rows) for name in by_name.names()
    )
    notes_zh, notes_en = read_notes(section, {"base_period"})
    table = BookTable(
        id=section.text("id"),
        model=section.text("model"),
        number_zh=section.text("number_zh"),
        number_en=section.text("number_en"),
        title_zh=section.text("title_zh"),
        title_en=section.text("title_en"),
        unit_zh=section.text("unit_zh"),
        unit_en=section.text("unit_en"),
        source_zh=section.text("source_zh"),
        source_en=section.text("source_en"),
        notes_zh=notes_zh,
        notes_en=notes_en,
        page=section.integer("page"),
        row_order_zh=section.text("row_order_zh"),
        row_order_en=section.text("row_order_en"),
        rows=rows,
        column_order=cast(
            ColumnOrder,
            section.choice("column_order", get_args(ColumnOrder), default="by_measure"),
        ),
        text_measures=_read_text_measures(section),
        measures=measures,
    )
    section.finish()
    return table


def _read_rows(section: Section) -> Rows:
    kind = cast(RowKind, section.choice("kind", get_args(RowKind)))
    if kind == "panel":
        rows = Rows(kind=kind, panel=section.text("panel"))
    elif kind == "top":
        rows = Rows(
            kind=kind,
            of=cast(TopOf, section.choice("of", get_args(TopOf))),
            count=section.integer("count"),
            first=section.text("first") if section.has("first") else None,
        )
    else:
        count = section.integer("count") if kind == "ranked" else None
        rows = Rows(kind=kind, count=count, items=_read_row_labels(section))
    rows = replace(
        rows,
        header_zh=section.text("header_zh", default=""),
        header_en=section.text("header_en", default=""),
        side_by_side=section.flag("side_by_side"),
    )
    section.finish()
    return rows


def _read_text_measures(section: Section) -> tuple[TextMeasure, ...]:
    if not section.has("text_measures"):
        return ()
    by_name = section.section("text_measures")
    measures = []
    for name in by_name.names():
        own = by_name.section(name)
        english: tuple[tuple[str, str], ...] = ()
        if own.has("english"):
            texts = own.section("english")
            english = tuple((chinese, texts.text(chinese)) for chinese in texts.names())
            texts.finish()
        measures.append(TextMeasure(name, own.text("header_zh"), own.text("header_en"), english))
        own.finish()
    by_name.finish()
    return tuple(measures)


def _read_row_labels(section: Section) -> tuple[RowLabel, ...]:
    labels: list[RowLabel] = []
    for item in section.sections("items", name_key="key"):
        label = RowLabel(item.text("key"), item.text("zh"), item.text("en"))
        item.finish()
        if any(label.key == other.key for other in labels):
            raise item.error(f"the row key '{label.key}' stands twice", todo="list it once")
        labels.append(label)
    if not labels:
        raise section.error("no rows are listed", key="items", todo="write key, zh and en per row")
    return _grouped(section, labels)


def _grouped(section: Section, labels: list[RowLabel]) -> tuple[RowLabel, ...]:
    """Give rows the group that begins with them or before them."""
    starts: dict[str, tuple[str, str]] = {}
    for group in section.sections("groups") if section.has("groups") else ():
        first = group.text("from")
        if not any(label.key == first for label in labels):
            raise group.error(
                f"'{first}' is not a row of this table",
                key="from",
                todo="use the key of the row that the group begins with",
            )
        starts[first] = (group.text("zh"), group.text("en"))
        group.finish()
    grouped = []
    chinese, english = "", ""
    for label in labels:
        chinese, english = starts.get(label.key, (chinese, english))
        grouped.append(replace(label, group_zh=chinese, group_en=english))
    return tuple(grouped)


def _read_measure(section: Section, name: str, rows: Rows) -> Measure:
    label_zh, label_en = section.text("label_zh"), section.text("label_en")
    limited_to = _read_row_limit(section, rows)
    columns = [
        column
        for entry in section.sections("columns")
        for column in _read_columns(entry, label_zh, label_en, rows, limited_to)
    ]
    periods = [column.period for column in columns]
    if not columns:
        raise section.error("no column is promised", key="columns", todo="write header and periods")
    if len(set(periods)) != len(periods):
        raise section.error(
            f"a period is promised twice: {', '.join(periods)}",
            key="columns",
            todo="promise every period of a measure once",
        )
    unit_zh, unit_en = section.text("unit_zh"), section.text("unit_en")
    check_template(section, "unit_zh", unit_zh, {"base_period"})
    check_template(section, "unit_en", unit_en, {"base_period"})
    measure = Measure(
        name=name,
        label_zh=label_zh,
        label_en=label_en,
        unit_zh=unit_zh,
        unit_en=unit_en,
        decimals=section.integer("decimals"),
        style=cast(Style, section.choice("style", get_args(Style), default="number")),
        suffix=section.raw_text("suffix"),
        mark_preliminary=section.flag("mark_preliminary"),
        formula_en=section.text("formula_en"),
        indicator_id=section.text("indicator") if section.has("indicator") else None,
        columns=tuple(columns),
    )
    section.finish()
    return measure


def _read_columns(
    section: Section,
    label_zh: str,
    label_en: str,
    rows: Rows,
    limited_to: tuple[str, ...] | None,
) -> list[Column]:
    header_zh, header_en = section.text("header_zh"), section.text("header_en")
    for key, header in (("header_zh", header_zh), ("header_en", header_en)):
        check_template(section, key, header, {"period", "label_zh", "label_en"})
    own_limit = _read_row_limit(section, rows)
    columns = [
        Column(
            period=period,
            header_zh=header_zh.format(period=period, label_zh=label_zh, label_en=label_en),
            header_en=header_en.format(period=period, label_zh=label_zh, label_en=label_en),
            rows=own_limit or limited_to,
        )
        for period in section.periods()
    ]
    section.finish()
    return columns


def _read_row_limit(section: Section, rows: Rows) -> tuple[str, ...] | None:
    if not section.has("rows"):
        return None
    limit = section.texts("rows")
    known = [item.key for item in rows.items]
    for key in limit:
        if key not in known:
            raise section.error(
                f"'{key}' is not a row of this table",
                key="rows",
                todo="use keys listed under the table's rows > items",
            )
    return limit


def read_notes(section: Section, allowed: set[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the notes in Chinese and in English; `allowed` are names to be filled in.

    Raises:
        EditionError: a note stands in one language only, or names something else in braces.
    """
    notes_zh, notes_en = section.texts("notes_zh"), section.texts("notes_en")
    if len(notes_zh) != len(notes_en):
        raise section.error(
            f"{len(notes_zh)} notes in Chinese but {len(notes_en)} in English",
            key="notes_en",
            todo="write every note in both languages",
        )
    for key, notes in (("notes_zh", notes_zh), ("notes_en", notes_en)):
        for note in notes:
            check_template(section, key, note, allowed)
    return notes_zh, notes_en


def check_template(section: Section, key: str, text: str, allowed: set[str]) -> None:
    """Refuse a text whose braces name something that will not be filled in."""
    try:
        used = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise section.error(
            f"the braces in '{text}' do not match", key=key, todo="write e.g. {period}"
        ) from error
    for name in sorted(used - allowed):
        raise section.error(
            f"'{{{name}}}' cannot be filled in here",
            key=key,
            todo="use only " + ", ".join(f"{{{name}}}" for name in sorted(allowed)),
        )
