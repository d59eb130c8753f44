"""SQL on the published database, for the command and for notebooks: which release, which form.

Here: finding the release, choosing between shell and one query. Not here: how a query is confined
(publication.confined), how answers look (publication.query_output), the shell (publication.shell).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeAlias

import click

from orchestration.released import published_release
from orchestration.workspace import Workspace
from publication.confined import ConfinedDatabase, Limits, QueryError, Result
from publication.query_output import line_by_line, table, write_csv, write_json

Form: TypeAlias = Literal["table", "line", "csv", "json"]
SHOWN_ROWS = 1000


def open_published(edition: str | None = None, limits: Limits | None = None) -> ConfinedDatabase:
    """Open the published database of the checkout that the current directory belongs to.

    For notebooks and scripts; read-only and confined as `publication.confined` says.

    >>> with open_published() as database:  # doctest: +SKIP
    ...     database.frame("select * from en.cells limit 3")

    Raises:
        WorkspaceError: not in a checkout, or nothing is published.
    """
    return ConfinedDatabase(published_release(Workspace.here(), edition).database, limits)


def run_query(database: ConfinedDatabase, query: str, form: Form) -> None:
    """Print what a query answers.

    Raises:
        QueryError: DuckDB refuses the query, it goes beyond the limits, or CSV or JSON is wanted
            and there is not exactly one result.
    """
    answered = 0
    for result in database.results(query):
        answered += 1
        if form in ("table", "line"):
            for line in _lines(result, form):
                click.echo(line)
        elif answered > 1:
            raise QueryError(f"{form.upper()} holds one result, and this query gives several.")
        elif form == "csv":
            write_csv(result, sys.stdout)
        else:
            write_json(result, sys.stdout)
    if not answered and form in ("csv", "json"):
        raise QueryError(f"The query gives no rows to write as {form.upper()}.")


def _lines(result: Result, form: Form) -> Iterator[str]:
    drawn = table if form == "table" else line_by_line
    return drawn(result, SHOWN_ROWS)


def run_to_parquet(database: ConfinedDatabase, query: str, file: Path) -> None:
    """Write the rows of a query to a Parquet file, whole or not at all.

    Raises:
        QueryError: as `run_query`.
        OSError: the file cannot be written.
    """
    from publication.query_output import write_parquet

    answered = 0
    for result in database.results(query):
        answered += 1
        if answered > 1:
            raise QueryError("Parquet holds one result, and this query gives several.")
        rows = write_parquet(result, file)
    if not answered:
        raise QueryError("The query gives no rows to write.")
    click.echo(f"Wrote {rows:,} rows to {file}.")


def run_shell(workspace: Workspace, edition: str, limits: Limits) -> None:
    """Open the shell on an edition's published database.

    Raises:
        WorkspaceError: nothing is published.
        QueryError: the database cannot be opened.
    """
    from publication.shell import Shell

    def newest() -> Path:
        return published_release(workspace, edition).database

    release = published_release(workspace, edition)
    facts = release.facts
    click.echo(f"Edition {facts['edition']}, published {facts['published_at'][:10]}, read-only.")
    with ConfinedDatabase(release.database, limits) as database:
        Shell(database, newest, workspace.cache / "sql_history").run()
