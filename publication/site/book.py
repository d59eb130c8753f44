"""What the site shows, read from a published database.

Here: one query per kind of thing, as plain rows. Not here: how a table is laid out (layout), what a
page looks like (templates), which page has what (pages).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import duckdb

from publication.errata import ErratumLine, read_errata
from publication.explanation import Explanation, explain_cells
from publication.layout import LANGUAGES, CellKey, Language, TableLayout, read_layouts
from publication.provenance import table_estimates

Row: TypeAlias = dict[str, Any]

GATE = "quality/gate.json"


@dataclass(frozen=True)
class Relation:
    """A table or view of the published database with its own comments."""

    schema: str
    name: str
    comment: str
    is_view: bool
    rows: int | None
    columns: tuple[Row, ...]

    @property
    def shown_name(self) -> str:
        """The name as it is written in a query."""
        return self.name if self.schema == "main" else f"{self.schema}.{self.name}"


class Book:
    """A published edition, each part read when it is first asked for.

    Args:
        connection: an open `whitepaper.duckdb`.
        database: its file.
        directory: the release that is being made; its files are offered as downloads.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, database: Path, directory: Path
    ) -> None:
        self.connection = connection
        self.database = database
        self.directory = directory

    def rows(self, query: str, parameters: Sequence[object] = ()) -> list[Row]:
        """The rows of a query as mappings by column."""
        cursor = self.connection.execute(query, list(parameters))
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    @cached_property
    def edition(self) -> str:
        """Edition id."""
        return str(self.rows("select min(edition) as edition from book_table")[0]["edition"])

    @cached_property
    def layouts(self) -> dict[Language, tuple[TableLayout, ...]]:
        """All tables in both languages, in the order of the book."""
        return {language: read_layouts(self.connection, language) for language in LANGUAGES}

    @cached_property
    def table_ids(self) -> tuple[str, ...]:
        """All tables in the order of the book."""
        return tuple(layout.table_id for layout in self.layouts["zh"])

    @cached_property
    def models(self) -> dict[str, str]:
        """The model that computes each table."""
        found = self.rows("select table_id, model_name from book_table")
        return {row["table_id"]: row["model_name"] for row in found}

    @cached_property
    def measures(self) -> dict[str, list[Row]]:
        """The measures of each table in their order."""
        return _by(
            "table_id", self.rows("select * from book_measure order by table_id, position, measure")
        )

    @cached_property
    def reconciliation(self) -> dict[str, list[Row]]:
        """Every printed number of each table with its verdict, in printed order."""
        return _by(
            "table_id",
            self.rows(
                "select * from reconciliation order by table_id, row_no, measure, period, row_key"
            ),
        )

    @cached_property
    def verdict_of(self) -> dict[CellKey, Row]:
        """The verdict on a printed number, by cell."""
        return {
            CellKey(row["table_id"], row["row_key"], row["period"], row["measure"]): row
            for found in self.reconciliation.values()
            for row in found
        }

    @cached_property
    def explanations(self) -> dict[CellKey, Explanation]:
        """Where every number comes from; asked for at once, for one query serves all tables."""
        keys = [cell.key for layout in self.layouts["zh"] for cell in layout.numbers()]
        return {cell.key: cell for cell in explain_cells(self.connection, keys)}

    @cached_property
    def claims_of_cell(self) -> dict[CellKey, list[Row]]:
        """The statements of the prose that were held against each cell."""
        claims = {row["claim_id"]: row for row in self.claims}
        found: dict[CellKey, list[Row]] = defaultdict(list)
        for row in self.rows(
            "select distinct table_id, row_key, period, measure, claim_id from claim_input "
            "order by all"
        ):
            found[CellKey(row["table_id"], row["row_key"], row["period"], row["measure"])].append(
                claims[row["claim_id"]]
            )
        return dict(found)

    @cached_property
    def claims(self) -> list[Row]:
        """Every statement of the prose with its verdict, in the order of the book."""
        found = self.rows("select * from claim_result order by position, claim_id")
        for row in found:
            row["tables"] = [name.strip() for name in row["table_ids"].split(",") if name.strip()]
        return found

    @cached_property
    def errata(self) -> tuple[ErratumLine, ...]:
        """The lines of the errata sheet."""
        return read_errata(self.database, edition=self.edition, title_zh="", title_en="").lines

    @cached_property
    def sources(self) -> list[Row]:
        """Every source with the snapshots that this edition uses, those used first."""
        files = _by(
            "source_id",
            self.rows("select * from source_snapshot order by source_id, vintage, file"),
        )
        found = self.rows("select * from dim_source order by source_id")
        for row in found:
            row["files"] = files.get(row["source_id"], [])
            row["feeds"] = [name.strip() for name in (row["feeds"] or "").split(",") if name]
        return sorted(found, key=lambda row: not row["files"])

    @cached_property
    def estimates(self) -> list[Row]:
        """Every estimate of the editor with its subject and what has been published since."""
        found = self.rows(
            """
            select
                estimate.*,
                indicator.name_zh as indicator_zh, indicator.name_en as indicator_en,
                indicator.unit_zh, indicator.unit_en,
                area.name_zh as area_zh, area.name_en as area_en
            from estimate_check as estimate
            left join dim_indicator as indicator using (indicator_id)
            left join dim_area as area using (area_code)
            order by estimate.indicator_id, area.name_en, estimate.period, estimate.estimate_id
            """
        )
        declared = {row["estimate_id"]: row for row in self.rows("select * from estimate")}
        for row in found:
            row["declared"] = declared.get(row["estimate_id"], {})
        return found

    @cached_property
    def estimates_of_table(self) -> dict[str, list[Row]]:
        """The estimates that numbers of each table rest on, as the workbook lists them."""
        used: dict[str, set[str]] = defaultdict(set)
        for estimate in table_estimates(self.connection):
            used[estimate.table_id].add(estimate.estimate_id)
        return {
            table_id: [row for row in self.estimates if row["estimate_id"] in ids]
            for table_id, ids in used.items()
        }

    @cached_property
    def figures(self) -> list[Row]:
        """Every figure with its points and the picture files of the release."""
        points = _by(
            "figure_id",
            self.rows(
                "select * from figure_point "
                "order by figure_id, series_no, series_key, point_no, point_key, measure"
            ),
        )
        found = self.rows("select * from book_figure order by position, figure_id")
        for row in found:
            row["points"] = points.get(row["figure_id"], [])
        return found

    @cached_property
    def revisions(self) -> list[Row]:
        """What other landed vintages say of the same cells, where it differs."""
        return self.rows(
            """
            select * from revision
            where printed_as is distinct from pinned_printed_as
            order by table_id, source_id, vintage, row_key, measure, period
            """
        )

    @cached_property
    def indicators(self) -> list[Row]:
        """Every indicator with its definition."""
        return self.rows("select * from dim_indicator order by indicator_id")

    @cached_property
    def lineage(self) -> tuple[dict[str, Row], list[tuple[str, str]]]:
        """The stations by name, and the pairs of what is made from which."""
        nodes = {row["node"]: row for row in self.rows("select * from lineage_node order by node")}
        edges = self.rows("select from_node, to_node from lineage_edge order by all")
        return nodes, [(row["from_node"], row["to_node"]) for row in edges]

    @cached_property
    def relations(self) -> list[Relation]:
        """Every table and view with its comments, those of schema main first."""
        columns = _by_pair(
            self.rows(
                """
                select schema_name, table_name, column_name, data_type, comment
                from duckdb_columns()
                where database_name = current_database() and not internal
                order by schema_name, table_name, column_index
                """
            )
        )
        found = self.rows(
            """
            select schema_name, table_name as name, comment, false as is_view, estimated_size as n
            from duckdb_tables() where database_name = current_database() and not internal
            union all
            select schema_name, view_name, comment, true, null
            from duckdb_views() where database_name = current_database() and not internal
            order by is_view, schema_name, name
            """
        )
        return [
            Relation(
                row["schema_name"],
                row["name"],
                row["comment"] or "",
                row["is_view"],
                row["n"],
                tuple(columns.get((row["schema_name"], row["name"]), ())),
            )
            for row in found
        ]

    @cached_property
    def gate(self) -> dict[str, Any] | None:
        """The gate's report of this release; None where the database stands alone."""
        for directory in (self.directory, self.database.parent):
            path = directory / GATE
            if path.is_file():
                report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
                return report
        return None

    def has_file(self, name: str) -> bool:
        """Whether the release holds this file."""
        return (self.directory / name).is_file()


def _by(key: str, rows: Iterable[Row]) -> dict[str, list[Row]]:
    return _grouped(rows, lambda row: str(row[key]))


def _by_pair(rows: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    return _grouped(rows, lambda row: (row["schema_name"], row["table_name"]))


def _grouped(rows: Iterable[Row], key: Callable[[Row], Any]) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return dict(found)
