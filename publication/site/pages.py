"""Which pages the site has, and what each is given to show.

Here: one function per kind of page, from rows to what its template needs. Not here: queries
(`book`), markup (templates), words (`wording`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from publication.codes import CODES, VERDICTS, code_word
from publication.errata import ErratumLine
from publication.layout import (
    CellKey,
    LabelCell,
    Language,
    LayoutRow,
    NumberCell,
    TableLayout,
)
from publication.release import PublicationError
from publication.rounding import round_half_away
from publication.site.book import Book, Relation, Row
from publication.site.cells import Section, history
from publication.site.lineage import DRAWN, Picture, ancestors, draw
from publication.site.search import Entry
from publication.site.tables import Grid, cell_ids, is_finding, make_grid
from publication.site.wording import WORDS, words

GLOSSARY = Path(__file__).with_name("glossary.yml")

_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_SECTIONS = (
    *("sources", "quality", "statements", "errata", "estimates", "revisions"),
    *("glossary", "dictionary", "lineage", "search"),
)
NAVIGATION = _SECTIONS[:-1]
"""Pages of the menu after the contents; the search has a field of its own."""

COMPUTED = ("intermediate", "tables", "figures")
"""Stations that two pages can have in common and then show the same data."""

_PICTURES = ("svg", "pdf", "png")


@dataclass(frozen=True)
class Page:
    """A page: its path in a language's folder, its template, its title, what it shows."""

    path: str
    template: str
    title: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Link:
    """Where something can be had: address relative to the release, and what it is called."""

    path: str
    text: str


class Pages:
    """The pages of one language.

    Args:
        book: the edition.
        language: of the words and of the book's texts.
    """

    def __init__(self, book: Book, language: Language) -> None:
        self.book = book
        self.language = language
        self.words = words(language)

    def __iter__(self) -> Iterator[Page]:
        yield self._index()
        for number, layout in enumerate(self.layouts):
            yield self._table(number, layout)
        for number, figure in enumerate(self.book.figures):
            yield self._figure(number, figure)
        yield self._sources()
        yield self._quality()
        yield self._statements()
        yield self._errata()
        yield self._estimates()
        yield self._revisions()
        yield self._glossary()
        yield from self._dictionary()
        yield self._lineage()
        yield Page("search.html", "search.html", self.words["search"])

    # What several pages need

    @property
    def layouts(self) -> tuple[TableLayout, ...]:
        """The tables in this language."""
        return self.book.layouts[self.language]

    @cached_property
    def grids(self) -> dict[str, Grid]:
        """The tables with the ids of their cells."""
        return {layout.table_id: make_grid(layout, self.book.verdict_of) for layout in self.layouts}

    def text(self, row: Mapping[str, Any], name: str) -> str:
        """The column `<name>_zh` or `<name>_en` of a row."""
        return str(row.get(f"{name}_{self.language}") or "")

    def cell_path(self, key: CellKey) -> str:
        """Where a cell stands: page and fragment; only the page where no such cell is computed."""
        page = page_of(key.table_id)
        fragment = self.grids[key.table_id].ids.get(key) if key.table_id in self.grids else None
        return f"{page}#{fragment}" if fragment else page

    @cached_property
    def names(self) -> dict[str, str]:
        """Numbers of tables and figures by id: 表1-2-1."""
        found = {layout.table_id: layout.number or layout.table_id for layout in self.layouts}
        for figure in self.book.figures:
            found[figure["figure_id"]] = self.text(figure, "number") or figure["figure_id"]
        return found

    def pointers(self, ids: Iterable[str]) -> list[tuple[str, str]]:
        """(name, path) of tables and figures; an empty path where there is no page."""
        return [(self.names.get(i, i), page_of(i) if i in self.names else "") for i in ids]

    @cached_property
    def labels(self) -> dict[CellKey, tuple[str, str]]:
        """Row and column of every number as the page prints them."""
        found = {}
        for layout in self.layouts:
            for row in layout.body:
                for column, cell in zip(layout.columns, row.cells, strict=True):
                    if isinstance(cell, NumberCell):
                        label = _label_of(layout, row, column.block)
                        found[cell.key] = (label, " › ".join(filter(None, column.path)))
        return found

    def label(self, key: CellKey) -> tuple[str, str]:
        """Row and column of a cell in words; its key where it is not computed."""
        return self.labels.get(
            key, (key.row_key, " ".join(filter(None, (key.measure, key.period))))
        )

    # Pages

    def _index(self) -> Page:
        chapters = [
            (chapter, list(found))
            for chapter, found in groupby(
                self.layouts,
                key=lambda layout: "-".join(layout.table_id.lstrip("T").split("-")[:2]),
            )
        ]
        judged = [
            row for rows in self.book.reconciliation.values() for row in rows if _is_number(row)
        ]
        agreeing = sum(not is_finding(row) for row in judged)
        return Page(
            "index.html",
            "index.html",
            self.words["home"],
            {
                "chapters": chapters,
                "counts": {
                    layout.table_id: sum(1 for _ in layout.numbers()) for layout in self.layouts
                },
                "figures": [(figure, self._picture(figure, "svg")) for figure in self.book.figures],
                "judged": len(judged),
                "agreeing": agreeing,
                "claims": Counter(row["verdict"] for row in self.book.claims),
                "errata": len(self.book.errata),
                "estimates": len(self.book.estimates),
                "gate": self.book.gate,
                "downloads": self._existing(
                    Link("workbook.xlsx", self.words["download_workbook"]),
                    Link("datapackage.json", self.words["download_datapackage"]),
                    Link("sdmx/BOOK.csv", self.words["download_sdmx"]),
                    Link(self.book.database.name, self.words["download_database"]),
                    Link("quality/report.html", self.words["download_report"]),
                ),
            },
        )

    def _table(self, number: int, layout: TableLayout) -> Page:
        table_id = layout.table_id
        judged = self.book.reconciliation.get(table_id, [])
        model = self.book.models[table_id]
        return Page(
            page_of(table_id),
            "table.html",
            layout.heading,
            {
                "layout": layout,
                "grid": self.grids[table_id],
                "judged": sum(map(_is_number, judged)),
                "agreeing": sum(_is_number(row) and not is_finding(row) for row in judged),
                "findings": [self._finding(row) for row in judged if is_finding(row)],
                "claims": [row for row in self.book.claims if table_id in row["tables"]],
                "measures": self.book.measures.get(table_id, []),
                "sources": self._sources_of(table_id),
                "estimates": self.book.estimates_of_table.get(table_id, []),
                "revisions": [
                    self._revision(r) for r in self.book.revisions if r["table_id"] == table_id
                ],
                "picture": self._lineage_of(model),
                "made_from": self._made_from(model),
                "downloads": self._existing(
                    Link(f"csv/{table_id}.csv", self.words["download_csv"]),
                    Link(f"parquet/{model}.parquet", self.words["download_parquet"]),
                    Link("workbook.xlsx", self.words["download_workbook"]),
                ),
                "related": self.pointers(self._related(model, "figures")),
                "neighbours": self._neighbours([page.table_id for page in self.layouts], number),
            },
        )

    def _figure(self, number: int, figure: Row) -> Page:
        figure_id, model = figure["figure_id"], figure["model_name"]
        files = self._existing(
            *(
                Link(f"figures/{figure_id}.{self.language}.{kind}", kind.upper())
                for kind in _PICTURES
            ),
            Link(f"figures/{figure_id}.csv", self.words["download_csv"]),
        )
        return Page(
            page_of(figure_id),
            "figure.html",
            f"{self.names[figure_id]} {self.text(figure, 'title')}",
            {
                "figure": figure,
                "picture_file": self._picture(figure, "svg") or self._picture(figure, "png"),
                "wanting": _wanting(figure),
                "data": _pivot(figure["points"], self.language),
                "claims": [row for row in self.book.claims if figure_id in row["tables"]],
                "sources": self._sources_of(figure_id),
                "picture": self._lineage_of(model),
                "made_from": self._made_from(model),
                "downloads": files,
                "related": self.pointers(self._related(model, "tables")),
                "neighbours": self._neighbours([f["figure_id"] for f in self.book.figures], number),
            },
        )

    def _sources(self) -> Page:
        return Page("sources.html", "sources.html", self.words["sources"])

    def _quality(self) -> Page:
        judged = [row for rows in self.book.reconciliation.values() for row in rows]
        counts = Counter(row["verdict"] for row in judged)
        return Page(
            "quality.html",
            "quality.html",
            self.words["quality"],
            {
                "gate": self.book.gate,
                "counts": [(verdict, counts[verdict]) for verdict in VERDICTS if counts[verdict]]
                + [(v, n) for v, n in sorted(counts.items()) if v not in VERDICTS],
                "judged": len(judged),
                "by_table": [
                    (table_id, [self._finding(row) for row in rows if is_finding(row)])
                    for table_id, rows in self.book.reconciliation.items()
                    if any(map(is_finding, rows))
                ],
                "claims": Counter(row["verdict"] for row in self.book.claims),
                "report": self.book.has_file("quality/report.html"),
            },
        )

    def _statements(self) -> Page:
        order = list(CODES["claim_verdict"])
        return Page(
            "statements.html",
            "statements.html",
            self.words["statements"],
            {
                "sections": [
                    (verdict, [row for row in self.book.claims if row["verdict"] == verdict])
                    for verdict in ["does_not_hold", *(v for v in order if v != "does_not_hold")]
                ]
            },
        )

    def _errata(self) -> Page:
        order = {state: number for number, state in enumerate(CODES["triage"])}
        lines = sorted(self.book.errata, key=lambda line: order.get(line.state, len(order)))
        sections = [
            (
                state,
                [
                    self._erratum(list(group))
                    for _, group in groupby(of_state, key=lambda line: _erratum_group(line))
                ],
            )
            for state, of_state in groupby(lines, key=lambda line: line.state)
        ]
        return Page("errata.html", "errata.html", self.words["errata"], {"sections": sections})

    def _estimates(self) -> Page:
        groups = [
            (indicator, list(rows))
            for indicator, rows in groupby(
                self.book.estimates,
                key=lambda row: self.text(row, "indicator") or row["indicator_id"],
            )
        ]
        return Page("estimates.html", "estimates.html", self.words["estimates"], {"groups": groups})

    def _revisions(self) -> Page:
        groups = [
            (table_id, [self._revision(row) for row in rows])
            for table_id, rows in groupby(self.book.revisions, key=lambda row: str(row["table_id"]))
        ]
        return Page("revisions.html", "revisions.html", self.words["revisions"], {"groups": groups})

    def _glossary(self) -> Page:
        return Page(
            "glossary.html",
            "glossary.html",
            self.words["glossary"],
            {
                "terms": sorted(read_glossary(), key=lambda term: str(term["en"]).lower()),
                "verdicts": VERDICTS,
                "codes": CODES,
            },
        )

    def _dictionary(self) -> Iterator[Page]:
        w, relations = self.words, self.book.relations
        printed = set(self.book.models.values())
        groups = (
            ("", [r for r in relations if not r.is_view and r.name not in printed]),
            (w["printed_tables"], [r for r in relations if r.name in printed]),
        )
        views = [r for r in relations if r.is_view]
        for path, title, shown in (
            ("dictionary.html", w["dictionary"], groups),
            ("views.html", w["views"], (("", views),)),
        ):
            yield Page(
                path,
                "dictionary.html",
                title,
                {
                    "groups": [(heading, _without_repetition(found)) for heading, found in shown],
                    "views": len(views),
                },
            )

    def _lineage(self) -> Page:
        nodes, edges = self.book.lineage
        ends = [name for name, row in nodes.items() if row["station"] in ("tables", "figures")]
        rests_on = []
        for table_id, model in self.book.models.items():
            below = ancestors(edges, [model])
            found = {nodes[n]["source_id"] for n in below if n in nodes}
            rests_on.append(
                (table_id, [row for row in self.book.sources if row["source_id"] in found])
            )
        order = {table_id: number for number, table_id in enumerate(self.book.table_ids)}
        rests_on.sort(key=lambda pair: order[pair[0]])
        return Page(
            "lineage.html",
            "lineage.html",
            self.words["lineage"],
            {
                "picture": draw(self._drawn(ends), edges),
                "rests_on": rests_on,
                "parents": _parents(edges),
            },
        )

    # Parts of pages

    def _finding(self, row: Row) -> Row:
        key = CellKey(row["table_id"], row["row_key"], row["period"], row["measure"])
        label, column = self.label(key) if row["row_key"] else ("", row["measure"])
        if not row["row_key"]:
            measures = self.book.measures.get(key.table_id, [])
            column = next(
                (self.text(m, "label") for m in measures if m["measure"] == key.measure), column
            )
        return {**row, "path": self.cell_path(key), "row": label, "column": column}

    def _revision(self, row: Row) -> Row:
        key = CellKey(row["table_id"], row["row_key"], row["period"], row["measure"])
        label, column = self.label(key)
        return {**row, "path": self.cell_path(key), "row": label, "column": column}

    def _erratum(self, lines: list[ErratumLine]) -> Row:
        cells = []
        for line in lines:
            key = CellKey(line.table_id, line.row_key, line.period, line.measure)
            known = line.kind == "cell" and line.table_id in self.grids
            cells.append((line, self.cell_path(key) if known else ""))
        evidence = dict.fromkeys(str(getattr(line, f"evidence_{self.language}")) for line in lines)
        first = lines[0]
        row = getattr(first, f"row_{self.language}")
        label = (first.erratum_id, self.names.get(first.table_id, ""), first.claim_id, row)
        return {
            "cells": cells,
            "first": first,
            "label": " ".join(filter(None, label)),
            "evidence": [text for text in evidence if text],
        }

    def _sources_of(self, book_id: str) -> list[Row]:
        """The sources of a table or figure: those that its model is made from and that are used."""
        nodes, edges = self.book.lineage
        model = self._model_of(book_id)
        below = ancestors(edges, [model]) if model else set()
        wanted = {nodes[n]["source_id"] for n in below if n in nodes}
        return [row for row in self.book.sources if row["source_id"] in wanted and row["files"]]

    def _model_of(self, book_id: str) -> str | None:
        if book_id in self.book.models:
            return self.book.models[book_id]
        for figure in self.book.figures:
            if figure["figure_id"] == book_id:
                return str(figure["model_name"])
        return None

    def _lineage_of(self, model: str) -> Picture | None:
        drawn = self._drawn([model])
        return draw(drawn, self.book.lineage[1]) if drawn else None

    def _drawn(self, ends: Iterable[str]) -> dict[str, str]:
        """The stations of a picture: what publishers' numbers pass on their way to these ends."""
        nodes, edges = self.book.lineage
        begins = [name for name, row in nodes.items() if row["station"] == "bronze"]
        # Along reversed edges the ancestors are what is made from a thing.
        reached = ancestors([(child, parent) for parent, child in edges], begins)
        below = ancestors(edges, ends) & reached & nodes.keys()
        return {n: nodes[n]["station"] for n in sorted(below) if nodes[n]["station"] in DRAWN}

    def _made_from(self, model: str) -> list[tuple[Row, list[str]]]:
        """The stations of a table from the table down, each with what it is made from."""
        nodes, edges = self.book.lineage
        parents = _parents(edges)
        found: list[tuple[Row, list[str]]] = []
        seen, waiting = {model}, [model]
        while waiting:
            node = waiting.pop(0)
            if node in nodes and parents.get(node):
                found.append((nodes[node], parents[node]))
            for parent in parents.get(node, []):
                if parent not in seen:
                    seen.add(parent)
                    waiting.append(parent)
        return found

    def _related(self, model: str, station: str) -> list[str]:
        """Ids of figures (or tables) made from one of the computations behind this model."""
        nodes, edges = self.book.lineage
        parents = _parents(edges)

        def computations(name: str) -> set[str]:
            return {
                n
                for n in parents.get(name, [])
                if nodes[n]["station"] in ("intermediate", "tables")
            }

        own = computations(model) | {model}
        models = (
            self.book.models
            if station == "tables"
            else {f["figure_id"]: f["model_name"] for f in self.book.figures}
        )
        return [
            i for i in models if own & (computations(models[i]) | {models[i]}) and i in self.names
        ]

    def _neighbours(self, ids: Sequence[str], number: int) -> tuple[Link | None, Link | None]:
        def link(at: int) -> Link | None:
            return Link(page_of(ids[at]), self.names[ids[at]]) if 0 <= at < len(ids) else None

        return link(number - 1), link(number + 1)

    def _picture(self, figure: Row, kind: str) -> str:
        name = f"figures/{figure['figure_id']}.{self.language}.{kind}"
        return name if self.book.has_file(name) else ""

    def _existing(self, *links: Link) -> list[Link]:
        return [link for link in links if self.book.has_file(link.path)]

    def cell_sections(self, layout: TableLayout) -> dict[str, list[Section]]:
        """What a reader is told of each number of a table, by the cell's id in the page."""
        ids = self.grids[layout.table_id].ids
        explained, claims = self.book.explanations, self.book.claims_of_cell
        return {
            ids[cell.key]: history(
                explained[cell.key], cell.shown_as, claims.get(cell.key, ()), self.language
            )
            for cell in layout.numbers()
        }


def _is_number(judged: Row) -> bool:
    """Whether a line of the mart reconciliation is of a number, and not of a unit label."""
    return bool(judged["row_key"])


def page_of(book_id: str) -> str:
    """The page of a table (T…) or figure (F…)."""
    return f"{'figures' if book_id.startswith('F') else 'tables'}/{book_id}.html"


def check_names(book: Book) -> None:
    """Refuse ids that cannot be the name of a file or part of an address.

    Raises:
        PublicationError: naming the id.
    """
    ids = [*book.table_ids, *(figure["figure_id"] for figure in book.figures)]
    for book_id in ids:
        if not _SAFE_NAME.fullmatch(book_id):
            raise PublicationError(
                f"The site cannot have a page for {book_id!r}: an id consists of letters, digits, "
                "dots, hyphens and underscores."
            )


def read_glossary() -> list[dict[str, str]]:
    """The terms of glossary.yml."""
    terms: list[dict[str, str]] = yaml.safe_load(GLOSSARY.read_text(encoding="utf-8"))
    return terms


def web_address(text: str | None) -> str:
    """The address if it is one of the web, else nothing: no other scheme becomes a link."""
    address = (text or "").strip()
    return address if urlsplit(address).scheme in ("http", "https") else ""


def search_entries(book: Book) -> Iterator[Entry]:
    """Everything that can be found on the site."""
    zh, en = book.layouts["zh"], book.layouts["en"]
    for chinese, english in zip(zh, en, strict=True):
        page = page_of(chinese.table_id)
        yield Entry("table", page, chinese.heading, english.heading, more=chinese.table_id)
        yield from _entries_of_table(book, chinese, english)
    for figure in book.figures:
        yield Entry(
            "figure",
            page_of(figure["figure_id"]),
            f"{figure['number_zh']} {figure['title_zh']}",
            f"{figure['number_en']} {figure['title_en']}",
            more=figure["figure_id"],
        )
    for row in book.sources:
        yield Entry(
            "source",
            f"sources.html#{row['source_id']}",
            row["title_zh"],
            row["title_en"],
            row["publisher_zh"],
            row["publisher_en"],
            row["source_id"],
        )
    for row in book.indicators:
        yield Entry(
            "term",
            f"glossary.html#{row['indicator_id']}",
            row["name_zh"],
            row["name_en"],
            row["definition_zh"] or "",
            row["definition_en"] or "",
            row["indicator_id"],
        )
    for term in read_glossary():
        yield Entry(
            "term",
            f"glossary.html#{term_id(term)}",
            term["zh"],
            term["en"],
            term["definition_zh"],
            term["definition_en"],
            term.get("short", ""),
        )
    for row in book.claims:
        yield Entry(
            "statement",
            f"statements.html#{row['claim_id']}",
            row["statement_zh"],
            row["statement_en"],
            code_word("claim_verdict", row["verdict"], "zh"),
            code_word("claim_verdict", row["verdict"], "en"),
            row["claim_id"],
        )
    for relation in book.relations:
        chinese_text, english_text = both(relation.comment)
        yield Entry(
            "dictionary",
            f"{'views' if relation.is_view else 'dictionary'}.html#{relation.shown_name}",
            relation.shown_name,
            relation.shown_name,
            chinese_text,
            english_text,
            "" if relation.is_view else " ".join(c["column_name"] for c in relation.columns),
        )
    for name in _SECTIONS[:-1]:
        yield Entry("page", f"{name}.html", *WORDS[name])


def _entries_of_table(book: Book, chinese: TableLayout, english: TableLayout) -> Iterator[Entry]:
    page = page_of(chinese.table_id)
    rows = make_grid(chinese, {}).row_ids
    seen: set[str] = set()
    for one, other in zip(chinese.body, english.body, strict=True):
        for block in sorted({column.block for column in chinese.columns}):
            label = _label_of(chinese, one, block)
            if not label or label in seen:
                continue
            seen.add(label)
            key = next(
                cell.row_key
                for column, cell in zip(chinese.columns, one.cells, strict=True)
                if isinstance(cell, LabelCell) and column.block == block
            )
            fragment = rows.get((one.row_no, key), "")
            yield Entry(
                "row",
                f"{page}#{fragment}" if fragment else page,
                label,
                _label_of(english, other, block),
                chinese.heading,
                english.heading,
                key,
            )
    for measure in book.measures.get(chinese.table_id, []):
        yield Entry(
            "column",
            f"{page}#measures",
            measure["label_zh"],
            measure["label_en"],
            chinese.heading,
            english.heading,
            measure["measure"],
        )


def term_id(term: Mapping[str, str]) -> str:
    """The fragment of a term in the glossary."""
    return "term-" + re.sub(r"[^a-z0-9]+", "-", term["en"].lower()).strip("-")


def both(comment: str) -> tuple[str, str]:
    """Chinese and English of a comment `中文 / English`; the whole for both where it is not so."""
    chinese, found, english = comment.partition(" / ")
    return (chinese, english) if found else (comment, comment)


def number_text(value: float | None, decimals: int = 6) -> str:
    """A number for reading: at most so many decimals, thousands separated, no trailing zeros."""
    if value is None:
        return ""
    text = f"{round_half_away(value, decimals):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _label_of(layout: TableLayout, row: LayoutRow, block: int) -> str:
    texts = [
        cell.text
        for column, cell in zip(layout.columns, row.cells, strict=True)
        if isinstance(cell, LabelCell) and column.block == block
    ]
    return " ".join(dict.fromkeys(filter(None, texts)))


def _erratum_group(line: ErratumLine) -> tuple[str, str]:
    return (line.state, line.erratum_id or f"{line.table_id} {line.row_key} {line.claim_id}")


def _parents(edges: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for parent, child in edges:
        found[child].append(parent)
    return dict(found)


def _without_repetition(relations: Sequence[Relation]) -> list[tuple[Relation, str]]:
    """Relations, each with the name of an earlier one that has the very same columns."""
    seen: dict[tuple[tuple[str, str, str], ...], str] = {}
    found = []
    for relation in relations:
        columns = tuple(
            (c["column_name"], c["data_type"], c["comment"] or "") for c in relation.columns
        )
        first = seen.setdefault(columns, relation.shown_name)
        found.append((relation, "" if first == relation.shown_name else first))
    return found


@dataclass(frozen=True)
class PointTable:
    """The data of a figure as a table: one line per series and point, one column per measure."""

    measures: tuple[str, ...]
    lines: tuple[tuple[str, str, tuple[str, ...]], ...]
    has_series: bool


def _wanting(figure: Row) -> str:
    """What is said of a figure whose data are not all landed: a name in the site's words, or ''."""
    if not figure["is_landed"]:
        return "figure_not_landed"
    # Where there can be no value the gap says why, and there is nothing to land.
    some = any(point["value"] is None and not point["gap_en"] for point in figure["points"])
    return "figure_partly_landed" if some else ""


def _pivot(points: Sequence[Row], language: Language) -> PointTable:
    measures: dict[str, str] = {}
    lines: dict[tuple[str, str], tuple[str, str]] = {}
    values: dict[tuple[tuple[str, str], str], str] = {}
    for point in points:
        unit = point[f"unit_{language}"]
        label = point[f"measure_label_{language}"]
        measures.setdefault(point["measure"], f"{label} ({unit})" if unit else label)
        place = (point["series_key"], point["point_key"])
        lines.setdefault(
            place, (point[f"series_label_{language}"] or "", point[f"point_label_{language}"] or "")
        )
        if point["value"] is not None:
            shown = f"{round_half_away(point['value'], point['decimals'] or 0):,f}"
            mark = f" {point['status']}" if point["status"] else ""
            values[place, point["measure"]] = shown + mark
        else:
            values[place, point["measure"]] = point.get(f"gap_{language}") or "–"
    return PointTable(
        tuple(measures.values()),
        tuple(
            (*labels, tuple(values.get((place, m), "") for m in measures))
            for place, labels in lines.items()
        ),
        any(labels[0] for labels in lines.values()),
    )


__all__ = ["Pages", "cell_ids", "check_names", "search_entries"]
