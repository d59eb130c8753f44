"""What `whitepaper explain` does: finding what a person means, and the raw lines where wanted.

Here: choosing the release, bringing explanations and the snapshot store together. Not here: what an
explanation holds and how it reads (publication), what a raw record is (sources).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import duckdb

from orchestration.released import published_release
from orchestration.workspace import Workspace
from publication.explanation import (
    ClaimExplanation,
    Explanation,
    Observation,
    RawLine,
    RawPlace,
    cell_with_raw_lines,
    claim_with_raw_lines,
    explain_cells,
    explain_claim,
    explain_observation,
    with_raw_lines,
)
from publication.explanation_text import as_json, as_text
from publication.layout import Language
from publication.lookup import cell_at, find_area, find_cells, find_claim, find_indicator
from publication.query_output import escaped_json
from publication.release import PublicationError

Found = Sequence[Explanation | Observation | ClaimExplanation]


@contextmanager
def published_database(
    workspace: Workspace, edition_id: str
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an edition's published database.

    Raises:
        WorkspaceError: nothing is published.
    """
    release = published_release(workspace, edition_id)
    with duckdb.connect(str(release.database), read_only=True) as connection:
        yield connection


def cells_meant(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    row: str | None,
    period: str | None,
    measure: str | None,
) -> Found:
    """Explain the cells that these words mean.

    Raises:
        PublicationError: there is no such cell; says what is near.
    """
    return explain_cells(connection, find_cells(connection, table, row, period, measure))


def cell_of_workbook(connection: duckdb.DuckDBPyConnection, address: str) -> Found:
    """Explain the cell at an address of the workbook, such as ``T1-2-01!D9``.

    Raises:
        PublicationError: no number of the book stands there.
    """
    return explain_cells(connection, [cell_at(connection, address)])


def observations_meant(
    connection: duckdb.DuckDBPyConnection,
    indicator: str,
    area: str,
    period: str,
    breakdown: str | None,
) -> Found:
    """Explain the observations that these words mean.

    Raises:
        PublicationError: there is none.
    """
    indicator_id, area_code = find_indicator(connection, indicator), find_area(connection, area)
    found = explain_observation(connection, indicator_id, area_code, period, breakdown)
    if not found:
        periods = connection.execute(
            "select string_agg(distinct period, ', ' order by period) from indicator_observation "
            "where indicator_id = ? and area_code = ?",
            [indicator_id, area_code],
        ).fetchone()
        there = periods[0] if periods and periods[0] else "none"
        of = f" and breakdown {breakdown}" if breakdown else ""
        raise PublicationError(
            f"There is no observation of {indicator_id} for {area_code}, {period}{of}. "
            f"Periods there: {there}."
        )
    return found


def statement(connection: duckdb.DuckDBPyConnection, claim_id: str) -> Found:
    """Explain a statement of the prose with the cells that it was held against.

    Raises:
        PublicationError: there is no such statement.
    """
    return [explain_claim(connection, find_claim(connection, claim_id))]


def with_raw(workspace: Workspace, edition_id: str, found: Found) -> Found:
    """Add the raw lines, from the snapshot store, each file proven by its sha256 before.

    Raises:
        SourceError: a file is not there, has other bytes than published, or lacks the line.
    """
    if not found:
        return found
    lines = _raw_lines(workspace, edition_id, _observations(found))
    return [_with_raw(each, lines) for each in found]


def _with_raw(
    found: Explanation | Observation | ClaimExplanation,
    lines: dict[RawPlace, tuple[RawLine, ...]],
) -> Explanation | Observation | ClaimExplanation:
    if isinstance(found, Explanation):
        return cell_with_raw_lines(found, lines)
    if isinstance(found, ClaimExplanation):
        return claim_with_raw_lines(found, lines)
    return with_raw_lines(found, lines)


def told(found: Found, *, json_: bool, language: Language) -> str:
    """Return what was found as JSON (a list), or as text in ``en`` or ``zh``."""
    if json_:
        written = json.dumps([as_json(each) for each in found], ensure_ascii=False, indent=1)
        return escaped_json(written)
    return as_text(found, language)


def _observations(found: Found) -> Iterator[Observation]:
    for each in found:
        if isinstance(each, Observation):
            yield from each.walk()
        elif isinstance(each, Explanation):
            yield from each.observations()
        else:
            for cell in each.cells:
                yield from cell.observations()


def _raw_lines(
    workspace: Workspace, edition_id: str, observations: Iterable[Observation]
) -> dict[RawPlace, tuple[RawLine, ...]]:
    from sources.raw_records import prove, read_raw_records

    wanted: dict[tuple[str, str, str, str], set[int]] = {}
    for observation in observations:
        if observation.vintage is None or observation.source_row is None:
            continue
        # The line is one of one file, whose hash was published.
        (file,) = observation.files
        place = (observation.source["id"], observation.vintage, file.file, file.sha256)
        wanted.setdefault(place, set()).add(observation.source_row)
    store = workspace.snapshots(edition_id)
    found: dict[RawPlace, tuple[RawLine, ...]] = {}
    for (source_id, vintage, name, sha256), numbers in sorted(wanted.items()):
        path = store.find(source_id, vintage).directory / name
        prove(path, sha256)
        for number, records in read_raw_records(path, source_id, numbers).items():
            found[source_id, vintage, name, number] = tuple(
                RawLine(r.file, r.number, r.counted_as, r.place, r.text, r.fields) for r in records
            )
    return found
