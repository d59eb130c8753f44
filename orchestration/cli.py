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
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import click

if TYPE_CHECKING:
    from orchestration.workspace import Workspace
    from sources.snapshots import Snapshot

EDITION_OPTION = click.option(
    "--edition", metavar="E", help="Edition id, e.g. 2025-26. Default: the newest in editions/."
)
INTERRUPTED = (
    "Interrupted before it had finished. What is published is whole; `whitepaper status` shows it."
)

FETCH_INTERRUPTED = (
    "Interrupted. Nothing was landed by halves; the next fetch continues what was downloaded."
)


class Command(click.Group):
    """Turns the project's own errors into one message on stderr."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an expected error ends it with exit code 1."""
        import duckdb

        from editions import EditionError
        from orchestration.dbt import DbtError
        from orchestration.refresh import RefreshFailed
        from orchestration.workspace import WorkspaceError
        from publication.confined import QueryError
        from publication.query_output import visible
        from publication.release import PublicationError
        from sources.contract import SourceError

        expected = (
            *(SourceError, EditionError, WorkspaceError),
            *(DbtError, PublicationError, RefreshFailed),
        )
        try:
            return super().invoke(ctx)
        except QueryError as error:
            # DuckDB quotes the query and values of the data, which may be hostile to a terminal.
            raise click.ClickException(visible(str(error), lines=True)) from error
        except duckdb.IOException as error:
            # A database that is damaged, gone, or of a later version of DuckDB.
            raise click.ClickException(
                f"{visible(str(error), lines=True)}\nIf that is what was published, "
                "`whitepaper refresh --force` makes it anew."
            ) from error
        except expected as error:
            raise click.ClickException(str(error)) from error
        except BrokenPipeError:
            raise  # `… | head` has read enough: click ends quietly
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
@click.argument("source", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@EDITION_OPTION
def sources(source: str | None, as_json: bool, edition: str | None) -> None:
    """Tell of each source, or of one SOURCE: what it feeds, how to get it, when the next is due.

    For one source the exact steps are printed too.
    """
    from orchestration.source_sheets import describe_sources
    from orchestration.workspace import Workspace

    workspace = Workspace.here()
    edition = _edition(workspace.root, edition)
    click.echo(describe_sources(workspace, edition, source, as_json=as_json))


@main.command()
@click.argument("source", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Say what would be asked; ask nothing.")
@click.option(
    "--vintage", metavar="V", help="The release wanted, of one SOURCE. Default: the newest."
)
@click.option(
    "--accept-loss",
    metavar="REASON",
    help="Land it although it has less than the vintage before; the reason is kept with it.",
)
@EDITION_OPTION
def fetch(
    source: Sequence[str],
    dry_run: bool,
    vintage: str | None,
    accept_loss: str | None,
    edition: str | None,
) -> None:
    """Fetch SOURCEs from their publishers and land them; without one, all that can be fetched.

    For a source that is handed over by hand the steps are printed. What arrives is proven as by
    `land` before it is kept, and every request is written down beside it. A source that fails does
    not stop the others; the exit code tells. Fetching changes no edition: see `land`.
    """
    if (vintage or accept_loss) and len(source) != 1:
        raise click.UsageError("--vintage and --accept-loss belong to one SOURCE")
    from orchestration.interruption import until_interrupted
    from orchestration.progress import interrupted_message

    def work() -> bool:
        from orchestration.fetching import Manner
        from orchestration.fetching import fetch as fetch_sources
        from orchestration.progress import Bars
        from orchestration.workspace import Workspace

        workspace, bars = Workspace.here(), Bars()
        manner = Manner(vintage, dry_run, accept_loss)
        failed = False
        landed: list[Snapshot] = []
        try:
            for outcome in fetch_sources(
                workspace, source, _edition(workspace.root, edition), manner, bars.listener
            ):
                bars.clear()
                failed |= outcome.status == "failed"
                if outcome.status == "landed" and outcome.snapshot is not None:
                    landed.append(outcome.snapshot)
                told = f"{outcome.source_id}: {outcome.status}\n{outcome.text}"
                click.echo(told, err=outcome.status == "failed")
        finally:
            bars.clear()
        _report_landed(workspace, landed)
        return failed

    if until_interrupted(work, interrupted_message(FETCH_INTERRUPTED)):
        raise SystemExit(1)


@main.command()
@click.argument("source", required=False)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="FILE...")
@click.option(
    "--vintage",
    metavar="V",
    help="Name of this release, e.g. 2025-03. Default: today's date.",
)
@click.option("--drop", is_flag=True, help="Land what lies in data/drop/<source>/[<vintage>/].")
@click.option(
    "--accept-loss",
    metavar="REASON",
    help="Land it although it has less than the vintage before; the reason is kept with it.",
)
@EDITION_OPTION
def land(
    source: str | None,
    files: Sequence[Path],
    vintage: str | None,
    drop: bool,
    accept_loss: str | None,
    edition: str | None,
) -> None:
    """Put hand-downloaded FILEs of a SOURCE into the snapshot store.

    The files are proven first: a container that is whole, content that reads as that publisher's,
    and no less than the vintage before. What cannot be believed is refused. With --drop, the files
    in the drop folder are landed and moved away, or marked as refused with the reason beside them.
    Landing changes no edition: to use a vintage, name it in editions/<edition>/pins.yml and run a
    refresh.
    """
    from orchestration.workspace import Workspace

    if drop == bool(source or files) or (vintage and drop):
        raise click.UsageError("give a SOURCE and its FILEs, or --drop alone")
    workspace = Workspace.here()
    edition = _edition(workspace.root, edition)
    if drop:
        _land_dropped(workspace, edition, accept_loss)
        return
    if not source or not files:
        raise click.UsageError("give the FILEs to land after the SOURCE")
    from orchestration.ingest import land as land_files

    vintage = vintage or date.today().isoformat()
    landed = land_files(workspace, source, list(files), vintage, edition, accept_loss=accept_loss)
    read = ", ".join(f"{count:,} rows of {name}" for name, count in landed.rows.items())
    if landed.snapshot.is_new:
        click.echo(f"Landed {source} {vintage}: {read}.\n  in {landed.snapshot.directory}")
        _report_landed(workspace, [landed.snapshot])
    else:
        click.echo(f"{source} {vintage} had been landed before with the same bytes: {read}.")
    if landed.acceptance is not None:
        click.echo(landed.acceptance.summary)
    click.echo(
        f'To use it: set `{source}: "{vintage}"` in editions/{edition}/pins.yml, then refresh.'
    )


def _report_landed(workspace: Workspace, landed: Sequence[Snapshot]) -> None:
    """Tell Dagster, if it is in use here; `whitepaper ui` then shows how fresh a source is."""
    if landed and workspace.dagster_home.exists():
        from orchestration.landed_events import report_landed

        report_landed(workspace, landed)


def _land_dropped(workspace: Workspace, edition: str, accept_loss: str | None) -> None:
    from orchestration.drop_folder import land_dropped

    report = land_dropped(workspace, edition, accept_loss=accept_loss)
    _report_landed(workspace, report.snapshots)
    click.echo(report.text)
    if report.refused:
        raise SystemExit(1)


@main.command()
@click.argument("source")
@click.argument("file", required=False, type=click.Path(path_type=Path))
def template(source: str, file: Path | None) -> None:
    """Write an empty workbook (or CSV) for a SOURCE that has no public format, to FILE.

    It says what belongs in each column. Filled in, it is landed like a downloaded file. FILE ends
    in .xlsx or .csv; default: <source>_template.xlsx here. An existing file is never overwritten.
    """
    from sources import get_source
    from sources.templates import write_template

    written = write_template(get_source(source), file or Path(f"{source}_template.xlsx"))
    for path in written:
        click.echo(f"Wrote {path}.")
    click.echo(f"Fill it in, then: whitepaper land {source} " + " ".join(map(str, written)))


@main.command()
@EDITION_OPTION
@click.option(
    "--printed",
    type=click.Path(path_type=Path, exists=True),
    metavar="PATH",
    help="Printed cells to compare: a folder like editions/<edition>/printed, or one CSV of it. "
    "Default: those of the edition.",
)
@click.option("--table", metavar="T", help="Only this table, e.g. T1-2-04.")
@click.option("--verdict", metavar="V", help="Only this verdict, e.g. row_interchanged.")
@click.option("--all", "show_all", is_flag=True, help="Show the cells that agree, too.")
@click.option("--zh", is_flag=True, help="Give the causes in Chinese.")
@click.option("--json", "json_", is_flag=True, help="Print every line of the result as JSON.")
@click.option("--check", is_flag=True, help="Exit with 1 when a finding would stop the edition.")
def reconcile(
    edition: str | None,
    printed: Path | None,
    table: str | None,
    verdict: str | None,
    show_all: bool,
    zh: bool,
    json_: bool,
    check: bool,
) -> None:
    """Compare every printed cell with the published edition and with the rest of the book.

    The printed cells are read as they stand in the files now, so that a book about to be printed
    can be tried without a refresh. Findings come worst first, with the likely cause of each.
    """
    from orchestration.reconciling import as_json, describe_reconciliation, reconcile_now
    from orchestration.workspace import Workspace

    workspace = Workspace.here()
    found = reconcile_now(workspace, _edition(workspace.root, edition), printed)
    if json_:
        click.echo(as_json(found))
    else:
        click.echo(
            describe_reconciliation(
                found,
                table=table,
                verdict=verdict,
                show_all=show_all,
                language="zh" if zh else "en",
            )
        )
    if check and "block" in found["action"].to_list():
        raise click.ClickException("Findings that would stop the edition are listed above.")


@main.command()
@click.argument("query", required=False)
@EDITION_OPTION
@click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Read the query from this file.",
)
@click.option("--csv", "form", flag_value="csv", help="Print CSV instead of a table.")
@click.option("--json", "form", flag_value="json", help="Print JSON: one object per row.")
@click.option("--line", "form", flag_value="line", help="Print one value per line, nothing cut.")
@click.option(
    "--parquet", type=click.Path(path_type=Path), metavar="FILE", help="Write a Parquet file."
)
@click.option(
    "--seconds", type=click.FloatRange(min=0.1), default=60, show_default=True, help="Time limit."
)
@click.option(
    "--memory",
    type=click.IntRange(min=64, max=1 << 20),
    default=1024,
    show_default=True,
    metavar="MB",
    help="Memory limit.",
)
def sql(
    query: str | None,
    edition: str | None,
    file: Path | None,
    form: Literal["line", "csv", "json"] | None,
    parquet: Path | None,
    seconds: float,
    memory: int,
) -> None:
    """Run a QUERY on the published database; without one, open a shell.

    The query may also come from --file or through a pipe. It can read the database and nothing
    else: no file, no network, no settings. Views with plain names are in the schemas `en` and `zh`.
    Worked queries: docs/sql.md.
    """
    from orchestration.query import run_query, run_shell, run_to_parquet
    from orchestration.released import published_release
    from orchestration.workspace import Workspace
    from publication.confined import ConfinedDatabase, Limits

    if query is not None and file is not None:
        raise click.UsageError("give a QUERY or --file, not both")
    if form is not None and parquet is not None:
        raise click.UsageError(f"give --parquet or --{form}, not both")
    workspace = Workspace.here()
    edition = _edition(workspace.root, edition)
    limits = Limits(memory, seconds)
    if file is not None:
        query = file.read_text(encoding="utf-8-sig")
    elif query is None and sys.stdin.isatty() and form is None and parquet is None:
        run_shell(workspace, edition, limits)
        return
    text = query if query is not None else sys.stdin.read()
    with ConfinedDatabase(published_release(workspace, edition).database, limits) as database:
        if parquet is not None:
            run_to_parquet(database, text, parquet)
        else:
            run_query(database, text, form or "table")


@main.command()
@click.argument("table", required=False)
@click.argument("row_key", required=False)
@click.argument("period", required=False)
@click.option("--measure", metavar="M", help="Only this measure; default: all of the row.")
@click.option("--at", "address", metavar="A", help="By cell of the workbook, e.g. 'T1-2-01!D9'.")
@click.option("--indicator", metavar="I", help="An observation, with --area and --period.")
@click.option("--area", metavar="A", help="Code or name of the area, e.g. TWN or Taiwan.")
@click.option("--period", "period_option", metavar="P", help="Its period, e.g. 2023.")
@click.option("--breakdown", metavar="B", help="Its breakdown; default: all.")
@click.option("--claim", "claim_id", metavar="ID", help="A statement of the prose, e.g. C041.")
@click.option("--raw", is_flag=True, help="Show the raw lines, from files proven by their sha256.")
@click.option("--json", "json_", is_flag=True, help="Print JSON (docs/explain.md) instead of text.")
@click.option("--zh", is_flag=True, help="Tell it in Chinese.")
@EDITION_OPTION
def explain(
    table: str | None,
    row_key: str | None,
    period: str | None,
    measure: str | None,
    address: str | None,
    indicator: str | None,
    area: str | None,
    period_option: str | None,
    breakdown: str | None,
    claim_id: str | None,
    raw: bool,
    json_: bool,
    zh: bool,
    edition: str | None,
) -> None:
    """Tell where a number comes from: TABLE ROW_KEY PERIOD, e.g. T1-2-01 TWN 2023.

    What would be printed, the unrounded value, the formula with its inputs, estimates and
    corrections with their reason, what other vintages say, and each observation with publisher,
    vintage, file, line, hash, licence and citation. ROW_KEY may be the printed label (中華民國,
    Taiwan); without PERIOD, all periods of the row, and without ROW_KEY the whole table; - is the
    period of a row that prints none.
    """
    from orchestration import explaining
    from orchestration.workspace import Workspace

    ways = [table is not None, bool(address), bool(indicator), bool(claim_id)]
    if sum(ways) != 1:
        raise click.UsageError(
            "give TABLE [ROW_KEY [PERIOD]], or one of --at, --claim, --indicator with --area and "
            "--period"
        )
    if bool(indicator) != bool(area) or (indicator and not period_option):
        raise click.UsageError("--indicator, --area and --period belong together")
    if (measure and table is None) or (breakdown and not indicator):
        raise click.UsageError("--measure goes with a TABLE, --breakdown with --indicator")
    if period_option and (period is not None or not (table or indicator)):
        raise click.UsageError("--period goes with a TABLE without PERIOD, or with --indicator")
    workspace = Workspace.here()
    edition = _edition(workspace.root, edition)
    with explaining.published_database(workspace, edition) as connection:
        if table is not None:
            period = period if period is not None else period_option
            found = explaining.cells_meant(connection, table, row_key, period, measure)
        elif address:
            found = explaining.cell_of_workbook(connection, address)
        elif indicator and area and period_option:
            found = explaining.observations_meant(
                connection, indicator, area, period_option, breakdown
            )
        else:
            found = explaining.statement(connection, str(claim_id))
    if raw:
        found = explaining.with_raw(workspace, edition, found)
    click.echo(explaining.told(found, json_=json_, language="zh" if zh else "en"))


@main.command()
@EDITION_OPTION
@click.option("--claim", "claim_id", metavar="ID", help="One statement with all of its evidence.")
@click.option("--verdict", metavar="V", help="Only this verdict, e.g. does_not_hold.")
@click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Try the claims of this file on the published edition; nothing is refreshed.",
)
@click.option("--zh", is_flag=True, help="Give the statements in Chinese.")
@click.option("--json", "json_", is_flag=True, help="Print the result as JSON.")
def claims(
    edition: str | None,
    claim_id: str | None,
    verdict: str | None,
    file: Path | None,
    zh: bool,
    json_: bool,
) -> None:
    """Say which statements of the prose hold, worst first.

    A statement holds, holds only for another vintage, does not hold (then with what would), or
    cannot be checked (then with what is missing). How to write one: docs/how-to-write-a-claim.md.
    With --file, the exit code is 0 only when every claim in the file is well written.
    """
    from orchestration.claiming import (
        as_json,
        describe_claim,
        describe_claims,
        published_claims,
        try_claims,
    )
    from orchestration.workspace import Workspace

    workspace = Workspace.here()
    edition = _edition(workspace.root, edition)
    trial = try_claims(workspace, edition, file) if file is not None else None
    found = published_claims(workspace, edition) if trial is None else trial.results
    if json_:
        click.echo(as_json(found, claim_id, verdict))
    elif claim_id is not None:
        click.echo(describe_claim(found, claim_id))
    else:
        click.echo(describe_claims(found, verdict=verdict, language="zh" if zh else "en"))
    if trial is not None and trial.problems:
        for problem in trial.problems:
            click.echo(str(problem), err=True)
        raise click.ClickException(f"{len(trial.problems)} claims need mending (above).")


@main.command()
@EDITION_OPTION
@click.option("--all", "every", is_flag=True, help="Also what is explained, rejected, undecided.")
@click.option(
    "--xlsx", metavar="FILE", type=click.Path(path_type=Path), help="Write an Excel workbook."
)
@click.option(
    "--html", metavar="FILE", type=click.Path(path_type=Path), help="Write one page for printing."
)
@click.option("--csv", "as_csv", metavar="FILE", type=click.Path(path_type=Path), help="Write CSV.")
@click.option("--draft", is_flag=True, help="Print errata.yml entries for undecided findings.")
def errata(
    edition: str | None,
    every: bool,
    xlsx: Path | None,
    html: Path | None,
    as_csv: Path | None,
    draft: bool,
) -> None:
    """Show what the printed book has wrong: table, cell, printed, should be, evidence.

    Without --all, only what the editor has confirmed in editions/<edition>/errata.yml: the sheet
    for the printer, in Chinese and English. With --draft, what the editor has not yet decided, as
    entries for that file, from the last refresh even if it was stopped.
    """
    from orchestration.errata import draft_of_decisions, published_errata
    from orchestration.workspace import Workspace
    from publication.errata import write_sheets

    workspace = Workspace.here()
    edition = _edition(workspace.root, edition)
    if draft:
        click.echo(draft_of_decisions(workspace, edition), nl=False)
        return
    sheet = published_errata(workspace, edition)
    if not every:
        sheet = sheet.only_confirmed()
    click.echo(write_sheets(sheet, xlsx=xlsx, html=html, csv=as_csv))


@main.command()
@click.argument("what", nargs=-1)
@EDITION_OPTION
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to write. Default: data/export/<edition>.",
)
@click.option("--table", metavar="T", help="Only this table of the book, e.g. T1-2-04.")
@click.option("--list", "show_list", is_flag=True, help="Tell what can be exported.")
def export(
    what: Sequence[str], edition: str | None, out: Path | None, table: str | None, show_list: bool
) -> None:
    """Write WHAT of the published edition as files; without WHAT, everything.

    `whitepaper export --list` tells what there is. With --table, only what can be written for one
    table. Files of an earlier export are replaced. See docs/exports.md.
    """
    from orchestration.exporting import describe_parts, export_edition
    from orchestration.workspace import Workspace

    if show_list:
        click.echo(describe_parts())
        return
    workspace = Workspace.here()
    edition = _edition(workspace.root, edition)
    click.echo(export_edition(workspace, edition, what, out=out, table_id=table))


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


def run() -> NoReturn:
    """What `whitepaper` starts: the command as a process of its own."""
    from orchestration.collector import leave, spare_what_stays

    spare_what_stays()
    try:
        main(prog_name="whitepaper")
    except SystemExit as end:
        leave(end.code if isinstance(end.code, int) else int(end.code is not None))
    leave(0)


if __name__ == "__main__":
    run()
