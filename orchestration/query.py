"""SQL on the published database: read-only, without access to files or the network."""

from __future__ import annotations

import csv
import shutil
import sys

import click
import duckdb

from orchestration.workspace import Workspace
from publication.release import DATABASE, read_release

SHOWN_ROWS = 1000


def run_query(workspace: Workspace, edition: str, query: str, *, as_csv: bool) -> None:
    """Print the result of a query on an edition's published database.

    Raises:
        click.ClickException: nothing is published, or DuckDB refuses the query.
    """
    release = read_release(workspace.published, edition)
    if release is None:
        raise click.ClickException(
            f"Edition {edition} has not been published yet. Run `whitepaper refresh` first."
        )
    confined: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": "false",
        "lock_configuration": "true",
    }
    try:
        with duckdb.connect(
            str(release.directory / DATABASE), read_only=True, config=confined
        ) as connection:
            relation = connection.sql(query)
            if relation is None:
                return
            if as_csv:
                writer = csv.writer(sys.stdout)
                writer.writerow(relation.columns)
                writer.writerows(relation.fetchall())
            else:
                width = shutil.get_terminal_size().columns
                relation.show(max_rows=SHOWN_ROWS, max_width=max(width, 160))
    except duckdb.Error as error:
        raise click.ClickException(str(error)) from error
