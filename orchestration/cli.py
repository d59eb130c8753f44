"""The `whitepaper` command: what the editor, the analyst and the engineer type.

Each command parses its words, calls one function, and prints for a person. Errors go to stderr in
one message, without a traceback; the exit code is 0 only on success. Heavy libraries are imported
where they are needed: `whitepaper --help` answers at once.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

EDITION_OPTION = click.option(
    "--edition", metavar="E", help="Edition id, e.g. 2025-26. Default: the newest in editions/."
)
INTERRUPTED = (
    "Interrupted before it had finished. What is published is whole; `whitepaper status` shows it."
)


class Command(click.Group):
    """Turns the project's own errors into one message on stderr."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an expected error ends it with exit code 1."""
        from editions import EditionError
        from orchestration.dbt import DbtError
        from orchestration.refresh import RefreshFailed
        from orchestration.workspace import WorkspaceError
        from publication.release import PublicationError
        from sources.contract import SourceError

        expected = (
            *(SourceError, EditionError, WorkspaceError),
            *(DbtError, PublicationError, RefreshFailed),
        )
        try:
            return super().invoke(ctx)
        except expected as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            # A full disk, a file that may not be read: the system's words name file and reason.
            raise click.ClickException(str(error)) from error


@click.group(cls=Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="whitepaper-warehouse")
def main() -> None:
    """The indicator warehouse behind Taiwan's Industrial Technology White Paper.

    Works on the checkout of the current directory; WHITEPAPER_DATA moves data/ elsewhere.
    """


@main.command()
@EDITION_OPTION
@click.option("--force", is_flag=True, help="Build and publish even when nothing has changed.")
def refresh(edition: str | None, force: bool) -> None:
    """Build an edition from its pinned snapshots and publish it.

    Every snapshot is verified and read, dbt computes the tables, the gate judges, and the edition
    is published whole; when anything fails, what was published stays as it was.
    """
    from orchestration.interruption import until_interrupted

    def work() -> str:
        from orchestration.refresh import refresh as run_refresh
        from orchestration.workspace import Workspace

        workspace = Workspace.here()
        return str(run_refresh(workspace, _edition(workspace.root, edition), force=force))

    click.echo(until_interrupted(work, INTERRUPTED))


@main.command()
@EDITION_OPTION
def status(edition: str | None) -> None:
    """Show the edition: pins and their age, last run, verdict, estimates, what is missing."""
    from orchestration.status import describe_status
    from orchestration.workspace import Workspace

    workspace = Workspace.here()
    click.echo(describe_status(workspace, _edition(workspace.root, edition)))


@main.command()
@EDITION_OPTION
def sources(edition: str | None) -> None:
    """List the sources: what each feeds, how it is obtained, licence, vintages."""
    from orchestration.status import describe_sources
    from orchestration.workspace import Workspace

    workspace = Workspace.here()
    click.echo(describe_sources(workspace, _edition(workspace.root, edition)))


@main.command()
@click.argument("source")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@click.option(
    "--vintage",
    metavar="V",
    help="Name of this release, e.g. 2025-03. Default: today's date.",
)
@EDITION_OPTION
def land(source: str, files: Sequence[Path], vintage: str | None, edition: str | None) -> None:
    """Put hand-downloaded FILEs of a SOURCE into the snapshot store.

    The files are read first; what cannot be read as that publisher's is refused. Landing changes
    no edition: to use a vintage, name it in editions/<edition>/pins.yml and run a refresh.
    """
    from orchestration.ingest import land as land_files
    from orchestration.workspace import Workspace

    workspace = Workspace.here()
    edition = _edition(workspace.root, edition)
    vintage = vintage or date.today().isoformat()
    snapshot, rows = land_files(workspace, source, list(files), vintage, edition)
    read = ", ".join(f"{count:,} rows of {name}" for name, count in rows.items())
    if snapshot.is_new:
        click.echo(f"Landed {source} {vintage}: {read}.\n  in {snapshot.directory}")
    else:
        click.echo(f"{source} {vintage} had been landed before with the same bytes: {read}.")
    click.echo(
        f'To use it: set `{source}: "{vintage}"` in editions/{edition}/pins.yml, then refresh.'
    )


@main.command()
@click.argument("query", required=False)
@EDITION_OPTION
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV instead of a table.")
def sql(query: str | None, edition: str | None, as_csv: bool) -> None:
    """Run a QUERY on the published database, read-only; without one, read it from stdin."""
    from orchestration.query import run_query
    from orchestration.workspace import Workspace

    workspace = Workspace.here()
    text = query if query is not None else sys.stdin.read()
    run_query(workspace, _edition(workspace.root, edition), text, as_csv=as_csv)


@main.command()
@click.option("--port", default=3000, show_default=True, help="Port on the loopback interface.")
def ui(port: int) -> None:
    """Open the Dagster UI on loopback: lineage, checks, runs, the yearly schedule."""
    from orchestration.instance import serve_ui
    from orchestration.workspace import Workspace

    click.echo(f"Dagster UI: http://127.0.0.1:{port} (stop with Ctrl+C)")
    raise SystemExit(serve_ui(Workspace.here(), port))


@main.command(hidden=True)
def prepare() -> None:
    """Parse the dbt project now, so that the first refresh does not have to."""
    from orchestration.dbt import prepare as prepare_dbt
    from orchestration.workspace import Workspace

    prepare_dbt(Workspace.here())


def _edition(root: Path, edition: str | None) -> str:
    from editions import EditionError, list_editions

    known = list_editions(root / "editions")
    if edition is None and known:
        return known[-1]
    if edition not in known:
        raise EditionError(
            f"there is no edition '{edition}'",
            file="editions",
            todo=f"use one of {', '.join(known)}",
        )
    return edition


if __name__ == "__main__":
    main(prog_name="whitepaper")
