"""From pinned snapshots to the bronze files of one build.

Here: which snapshot feeds the edition, whether its bytes are still those that were landed, and
handing the typed tables to the build. Not here: parsing (sources) or Dagster (definitions).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from editions import Edition, edition_frames, read_edition
from editions.frames import SCHEMAS as EDITION_SCHEMAS
from orchestration.fingerprint import digest_of_inputs, digest_of_tree
from orchestration.workspace import Build, Workspace
from sources import SOURCE_IDS, get_source
from sources.acceptance import Acceptance, accept, previous_of, read_tables
from sources.bronze import build_bronze, empty_bronze, write_bronze
from sources.bulk import build_bulk
from sources.contract import Source, SourceError, Table
from sources.snapshots import Snapshot, SnapshotStore


@dataclass(frozen=True)
class Ingested:
    """What one source brought into a build.

    `snapshot` is None for a source that the edition does not pin: its tables are there, but empty.
    `reused` says that the bronze files were already there, made from the same bytes.
    """

    source_id: str
    snapshot: Snapshot | None
    rows: Mapping[str, int]
    reused: bool


def edition_of(workspace: Workspace, edition_id: str) -> Edition:
    """Read an edition's files, with the sources that its pins may name.

    Raises:
        EditionError: the first thing in its files that cannot be.
    """
    return read_edition(
        edition_id, root=workspace.root / "editions", known_sources=frozenset(SOURCE_IDS)
    )


def pinned_snapshot(store: SnapshotStore, edition: Edition, source_id: str) -> Snapshot | None:
    """The snapshot that the edition's pin names, or None without a pin.

    Raises:
        SourceError: the pinned vintage has not been landed.
    """
    vintage = edition.pins.get(source_id)
    return store.find(source_id, vintage) if vintage is not None else None


def pinned_snapshots(workspace: Workspace, edition: Edition) -> dict[str, Snapshot]:
    """All snapshots that the edition pins, by source."""
    store = workspace.snapshots(edition.id)
    found = {source_id: pinned_snapshot(store, edition, source_id) for source_id in SOURCE_IDS}
    return {source_id: snapshot for source_id, snapshot in found.items() if snapshot is not None}


def other_snapshots(workspace: Workspace, edition: Edition) -> list[Snapshot]:
    """The publishers' snapshots of pinned sources that have been landed and are not pinned.

    Snapshots transcribed from the book are left out: the book would be held against itself.
    Oldest first within a source.
    """
    store = workspace.snapshots(edition.id)
    return [
        snapshot
        for source_id in SOURCE_IDS
        if source_id in edition.pins
        for snapshot in sorted(store.list(source_id), key=lambda s: (s.obtained_at, s.vintage))
        if snapshot.vintage != edition.pins[source_id] and snapshot.basis == "publisher"
    ]


def ingest_source(workspace: Workspace, edition: Edition, build: Build, source_id: str) -> Ingested:
    """Verify, parse (unless done before) and link one source's tables into the build.

    Raises:
        SourceError: the snapshot is missing, was altered, or cannot be read as that publisher's.
    """
    source = get_source(source_id)
    store = workspace.snapshots(edition.id)
    snapshot = pinned_snapshot(store, edition, source_id)
    build.bronze.mkdir(parents=True, exist_ok=True)
    if snapshot is None:
        directory = workspace.bronze / source_id / "_not_landed"
        write_bronze(empty_bronze(source), directory)
        for table in source.tables:
            _link([directory / f"{table.name}.parquet"], build, source_id, table)
        return Ingested(source_id, None, {table.name: 0 for table in source.tables}, reused=False)
    store.verify(snapshot)
    if source.bulk is not None:
        return _ingest_bulk(workspace, build, source, snapshot)
    directory = workspace.bronze / source_id / snapshot.vintage
    made_from = {
        "files": {file.name: file.sha256 for file in snapshot.files},
        "reader": digest_of_tree(workspace.root / "sources", base=workspace.root),
    }
    stamp = directory / ".made_from.json"
    tables = [table.name for table in source.tables]
    rows = _rows_made_before(stamp, made_from)
    reused = rows is not None and all((directory / f"{name}.parquet").exists() for name in tables)
    if rows is None or not reused:
        frames = build_bronze(source, snapshot.paths, snapshot.vintage)
        stamp.unlink(missing_ok=True)
        write_bronze(frames, directory)
        rows = {name: frame.height for name, frame in frames.items()}
        # Last, and by replacing: a stamp that is there speaks of whole files.
        written = stamp.with_suffix(".tmp")
        written.write_text(json.dumps({"made_from": made_from, "rows": rows}, indent=1))
        os.replace(written, stamp)
    for table in source.tables:
        _link([directory / f"{table.name}.parquet"], build, source_id, table)
    return Ingested(source_id, snapshot, rows, reused)


def _ingest_bulk(
    workspace: Workspace, build: Build, source: Source, snapshot: Snapshot
) -> Ingested:
    """Read the files of a snapshot of microdata that were not read before, and link their parts."""
    files = {snapshot.directory / file.name: file.sha256 for file in snapshot.files}
    built = build_bulk(source, files, snapshot.vintage, bulk_cache(workspace, source.id))
    directory = workspace.bronze / source.id / snapshot.vintage
    paths = write_bronze(built.frames, directory)
    for table in source.tables:
        parts = [paths[table.name]] if table.traced else built.parts[table.name]
        _link(parts, build, source.id, table)
    return Ingested(source.id, snapshot, built.rows, reused=not built.read_now)


def bulk_cache(workspace: Workspace, source_id: str) -> Path:
    """Where what the files of a source of microdata gave is kept, by their content."""
    return workspace.bronze / source_id / "_by_content"


def bronze_of(build: Build, source_id: str, table: Table) -> Path:
    """Where a build has a bronze table: a Parquet file, or for microdata a directory of them."""
    return build.bronze / f"{source_id}__{table.name}{'.parquet' if table.traced else ''}"


def _rows_made_before(stamp: Path, made_from: Mapping[str, object]) -> dict[str, int] | None:
    """Rows per table of the bronze files that are there, if these inputs made them; else None."""
    if not stamp.exists():
        return None
    recorded = json.loads(stamp.read_text())
    return dict(recorded["rows"]) if recorded["made_from"] == made_from else None


def _link(parts: Sequence[Path], build: Build, source_id: str, table: Table) -> None:
    target = bronze_of(build, source_id, table)
    if table.traced:
        _link_file(parts[0], target)
        return
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    for number, part in enumerate(parts):
        _link_file(part, target / f"{number:04d}-{part.name}")


def _link_file(part: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    try:
        os.link(part, target)
    except OSError:  # another file system: a copy serves as well
        shutil.copyfile(part, target)


SOURCE_COLUMNS: Mapping[str, pl.DataType] = dict.fromkeys(
    (
        "source_id",
        "title_en",
        "title_zh",
        "publisher_en",
        "publisher_zh",
        "homepage",
        "licence",
        "citation",
        "access",
        "feeds",
    ),
    pl.String(),
)
SNAPSHOT_COLUMNS: Mapping[str, pl.DataType] = {
    "edition": pl.String(),
    "source_id": pl.String(),
    "vintage": pl.String(),
    "file": pl.String(),
    "sha256": pl.String(),
    "size_bytes": pl.Int64(),
    "obtained_how": pl.String(),
    "obtained_at": pl.String(),
    "basis": pl.String(),
    "url": pl.String(),
    "licence": pl.String(),
    "citation": pl.String(),
    "note": pl.String(),
}
VINTAGE_TABLES: Mapping[str, Mapping[str, pl.DataType]] = {
    "vintage": dict.fromkeys(
        ("edition", "source_id", "vintage", "obtained_at", "trouble"), pl.String()
    ),
    "vintage_cell": {
        **dict.fromkeys(("edition", "source_id", "vintage"), pl.String()),
        **dict.fromkeys(("table_id", "row_key", "period", "measure"), pl.String()),
        "value": pl.Float64(),
        **dict.fromkeys(("printed_as", "status"), pl.String()),
    },
    "vintage_observation": {
        **dict.fromkeys(("edition", "source_id", "vintage"), pl.String()),
        **dict.fromkeys(("indicator_id", "area_code", "period"), pl.String()),
        "value": pl.Float64(),
        **dict.fromkeys(("status", "base_period"), pl.String()),
    },
}
"""What other landed vintages of the pinned sources say; filled by `vintages`."""
EDITION_TABLES: Mapping[str, Mapping[str, pl.DataType]] = {
    **EDITION_SCHEMAS,
    "source": SOURCE_COLUMNS,
    "source_snapshot": SNAPSHOT_COLUMNS,
    **VINTAGE_TABLES,
}
"""Bronze tables made from the edition's own files rather than from a publisher's."""


def bronze_columns() -> dict[tuple[str, str], list[str]]:
    """Columns of every bronze table, by source (or 'edition') and table name."""
    columns = {
        (source_id, table.name): list(table.bronze_columns)
        for source_id in SOURCE_IDS
        for table in get_source(source_id).tables
    }
    return columns | {("edition", name): list(schema) for name, schema in EDITION_TABLES.items()}


def ingest_edition(
    workspace: Workspace, edition: Edition, build: Build, *, with_other_vintages: bool = True
) -> dict[str, int]:
    """Write the edition's registry, panels, estimates, printed cells and provenance as Parquet.

    Args:
        workspace: the checkout and its data.
        edition: the edition.
        build: where to.
        with_other_vintages: compute the book under the other landed vintages, too.

    Returns:
        Rows per table.
    """
    build.bronze.mkdir(parents=True, exist_ok=True)
    frames = {
        **edition_frames(edition),
        "edition__source": _source_frame(),
        "edition__source_snapshot": _snapshot_frame(workspace, edition),
    }
    if with_other_vintages:
        from orchestration.vintages import vintage_frames

        frames |= vintage_frames(workspace, edition)
    for name, frame in frames.items():
        frame.write_parquet(build.bronze / f"{name}.parquet")
    return {name.removeprefix("edition__"): frame.height for name, frame in frames.items()}


def ensure_inputs(
    workspace: Workspace,
    edition: Edition,
    build: Build,
    source_ids: Collection[str] = SOURCE_IDS,
) -> None:
    """Bring in what a build still lacks, so that dbt alone can be materialised from the UI."""
    for source_id in source_ids:
        tables = get_source(source_id).tables
        if not all(bronze_of(build, source_id, table).exists() for table in tables):
            ingest_source(workspace, edition, build, source_id)
    if not all((build.bronze / f"edition__{name}.parquet").exists() for name in EDITION_TABLES):
        ingest_edition(workspace, edition, build)


def _source_frame() -> pl.DataFrame:
    rows = []
    for source in map(get_source, SOURCE_IDS):
        facts = {"source_id": source.id, "feeds": ", ".join(source.feeds)}
        rows.append([facts.get(name, getattr(source, name, "")) for name in SOURCE_COLUMNS])
    return pl.DataFrame(rows, schema=SOURCE_COLUMNS, orient="row")


def _snapshot_frame(workspace: Workspace, edition: Edition) -> pl.DataFrame:
    rows = [
        (
            edition.id,
            source_id,
            snapshot.vintage,
            file.name,
            file.sha256,
            file.size_bytes,
            snapshot.obtained_how,
            snapshot.obtained_at,
            snapshot.basis,
            snapshot.url,
            snapshot.licence,
            snapshot.citation,
            snapshot.note,
        )
        for source_id, snapshot in pinned_snapshots(workspace, edition).items()
        for file in snapshot.files
    ]
    return pl.DataFrame(rows, schema=SNAPSHOT_COLUMNS, orient="row")


@dataclass(frozen=True)
class Landed:
    """A snapshot that was landed, or was there already with the same bytes (`is_new` False).

    `acceptance` is what was found on the way in; None for a snapshot that was there already.
    """

    snapshot: Snapshot
    rows: Mapping[str, int]
    acceptance: Acceptance | None


def land(
    workspace: Workspace,
    source_id: str,
    files: Sequence[Path],
    vintage: str,
    edition: str,
    *,
    accept_loss: str | None = None,
    **facts: Any,
) -> Landed:
    """Accept files as a vintage of a source, then put them into the store.

    Args:
        workspace: where the store is.
        source_id: the source.
        files: its files.
        vintage: the release's name.
        edition: whose shipped snapshots belong to the store.
        accept_loss: why less coverage than the vintage before is right.
        facts: what `SnapshotStore.land` keeps in the sidecar: obtained_how, url, note, ...

    Raises:
        SourceError: the files cannot be accepted, or the vintage exists with other bytes.
    """
    source = get_source(source_id)
    for file in files:
        if not file.is_file():
            raise SourceError(
                f"There is no file {file}.", todo="check the path; a folder cannot be landed"
            )
    store = workspace.snapshots(edition)
    cache = bulk_cache(workspace, source_id)
    existing = store.already_landed(source_id, files, vintage)
    if existing is not None:
        _, rows = read_tables(source, existing.paths, vintage, cache)
        return Landed(existing, rows, None)
    previous = previous_of(store.list(source_id), vintage)
    if previous is not None:
        store.verify(previous)
    found = accept(source, files, vintage, previous, accept_loss=accept_loss, cache=cache)
    snapshot = store.land(source_id, files, vintage, acceptance=found.as_json(), **facts)
    return Landed(snapshot, found.rows, found)


def record_fingerprint(workspace: Workspace, edition: Edition, build: Build) -> str:
    """Write down, once per build and before anything is read, what the build is made from."""
    recorded = build.directory / "fingerprint"
    if not recorded.exists():
        recorded.write_text(fingerprint(workspace, edition))
    return recorded.read_text()


def fingerprint(workspace: Workspace, edition: Edition) -> str:
    """Digest of all code, edition files and snapshots that decide this edition.

    Vintages that are landed but not pinned are held against the book, so they count too.
    """
    snapshots = [
        *pinned_snapshots(workspace, edition).values(),
        *other_snapshots(workspace, edition),
    ]
    directories = [snapshot.directory for snapshot in snapshots]
    return digest_of_inputs(workspace.root, edition.id, directories)
