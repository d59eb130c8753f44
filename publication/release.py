"""Publishing an edition: whole or not at all.

A release is written beside the published ones, audited, made durable, and moved into place by
replacing a symbolic link; whoever reads keeps reading what he opened. Layout under
data/published/::

    .releases/<edition>/<release>/   whitepaper.duckdb, quality/, release.json, and the parts that
                                     publication.export lists
    <edition>  -> .releases/<edition>/<release>
    current    -> the newest edition

Not here: what must be true before publishing (expectations), when to publish (orchestration).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

STORAGE_VERSION = "v1.5.0"
"""DuckDB's storage format of the published file: clients from 1.5 on can read it."""

DATABASE = "whitepaper.duckdb"
RELEASES = ".releases"
KEPT_RELEASES = 2


class PublicationError(RuntimeError):
    """The release would not be what was promised; nothing was published."""


@dataclass(frozen=True)
class TableDescription:
    """What a published table and its columns mean, kept as comments in the database itself."""

    text: str
    columns: Mapping[str, str]


@dataclass(frozen=True)
class Release:
    """A published release: where it is, and what `release.json` says of it."""

    directory: Path
    facts: dict[str, Any]

    @property
    def database(self) -> Path:
        """The database that readers open."""
        return self.directory / DATABASE


def read_release(published: Path, edition: str) -> Release | None:
    """The published release of an edition, or None when there is none."""
    link = published / edition
    facts = link / "release.json"
    if not facts.exists():
        return None
    return Release(link.resolve(), json.loads(facts.read_text(encoding="utf-8")))


def is_intact(release: Release) -> bool:
    """Whether every published file still has the bytes it was published with."""
    return all(
        (release.directory / name).is_file() and _sha256(release.directory / name) == digest
        for name, digest in release.facts["files"].items()
    )


def publish(
    build_database: Path,
    tables: Mapping[str, TableDescription],
    quality: Path,
    published: Path,
    edition: str,
    facts: dict[str, Any],
    *,
    add_views: Callable[[duckdb.DuckDBPyConnection], None],
    write_parts: Callable[[Path, Path], None],
) -> Release:
    """Write a release of `tables` and move it into place as the edition's published one.

    Args:
        build_database: the finished build database; opened read-only.
        tables: tables of its schema `main` to publish, with what they mean.
        quality: directory with the gate's report, copied into the release.
        published: data/published.
        edition: edition id.
        facts: what else `release.json` records (run id, fingerprint, pins, verdict).
        add_views: adds views to the release's database while it is written.
        write_parts: given the finished database and the release's directory, writes what readers
            get besides the database.

    Raises:
        PublicationError: a promised table is missing, the book is empty, the copy differs from the
            build, or a part cannot be written.
    """
    releases = published / RELEASES / edition
    releases.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    name = f"{now:%Y%m%dT%H%M%S}-{str(facts['run_id'])[:8]}"
    making = releases / f".making-{name}"
    making.mkdir()
    try:
        counts = _write_tables(build_database, tables, making, add_views)
        shutil.copytree(quality, making / "quality")
        _audit(making / DATABASE, counts)
        write_parts(making / DATABASE, making)
        files = {
            str(path.relative_to(making)): _sha256(path)
            for path in sorted(making.rglob("*"))
            if path.is_file()
        }
        record = {
            "edition": edition,
            "release": name,
            "published_at": now.isoformat(timespec="seconds"),
            **facts,
            "rows": counts,
            "files": files,
        }
        (making / "release.json").write_text(
            json.dumps(record, indent=1, ensure_ascii=False), encoding="utf-8"
        )
        _make_durable(making)
        os.rename(making, releases / name)
        _fsync(releases)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    _point(published / edition, f"{RELEASES}/{edition}/{name}")
    point_current(published)
    return Release(releases / name, record)


def point_current(published: Path) -> None:
    """Let `current` name the newest published edition, also after a kill has left it behind."""
    editions = [path.name for path in (published / RELEASES).iterdir()]
    newest = max(name for name in editions if (published / name).is_symlink())
    current = published / "current"
    if not current.is_symlink() or os.readlink(current) != newest:
        _point(current, newest)


def remove_orphans(published: Path) -> None:
    """Remove what a killed process left: half-made releases, stray links, superseded releases.

    The published release and the one before it stay.
    """
    for stray in published.glob(".link-*"):
        stray.unlink()
    for releases in (published / RELEASES).glob("*"):
        link = published / releases.name
        live = link.resolve().name if link.is_symlink() else None
        finished = sorted(
            (p for p in releases.iterdir() if not p.name.startswith(".")), reverse=True
        )
        keep = {live, *(path.name for path in finished[:KEPT_RELEASES])} if live else set()
        for path in releases.iterdir():
            if path.name not in keep:
                shutil.rmtree(path)


def _write_tables(
    build_database: Path,
    tables: Mapping[str, TableDescription],
    making: Path,
    add_views: Callable[[duckdb.DuckDBPyConnection], None],
) -> dict[str, int]:
    counts: dict[str, int] = {}
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(str(build_database))} as build (read_only)")
        connection.execute(
            f"attach {literal(str(making / DATABASE))} as release "
            f"(storage_version '{STORAGE_VERSION}')"
        )
        present = {
            name
            for (name,) in connection.execute(
                "select table_name from duckdb_tables() "
                "where database_name = 'build' and schema_name = 'main'"
            ).fetchall()
        }
        if missing := sorted(set(tables) - present):
            raise PublicationError(f"The build has no table {', '.join(missing)}.")
        for table, description in tables.items():
            # The same rows in the same order every time: keys stand first in every table.
            connection.execute(
                f"create table release.main.{table} as from build.main.{table} order by all"
            )
            counted = connection.execute(
                f"select (select count(*) from release.main.{table}), "
                f"(select count(*) from build.main.{table})"
            ).fetchone()
            if counted is None or counted[0] != counted[1]:
                raise PublicationError(f"{table} was not copied whole: {counted}.")
            counts[table] = counted[0]
            for statement in _comments(table, description):
                connection.execute(statement)
        connection.execute("use release")
        add_views(connection)
        connection.execute("use memory")
        connection.execute("checkpoint release")
        connection.execute("detach release")
    return counts


def _comments(table: str, description: TableDescription) -> list[str]:
    return [
        f"comment on table release.main.{table} is {literal(description.text)}",
        *(
            f"comment on column release.main.{table}.{column} is {literal(text)}"
            for column, text in description.columns.items()
        ),
    ]


def literal(text: str) -> str:
    """A text as it must stand in SQL."""
    return "'" + text.replace("'", "''") + "'"


def _audit(database: Path, counts: dict[str, int]) -> None:
    if database.with_name(database.name + ".wal").exists():
        raise PublicationError(f"{database.name} was left with a write-ahead log.")
    with duckdb.connect(str(database), read_only=True) as connection:
        for table, expected in counts.items():
            row = connection.execute(f"select count(*) from {table}").fetchone()
            if row is None or row[0] != expected:
                raise PublicationError(
                    f"{table} has {row} rows on reading, {expected} were written."
                )
    if not counts.get("book_cell"):
        raise PublicationError("book_cell is empty: there is no book to publish.")


def _make_durable(directory: Path) -> None:
    for path in sorted(directory.rglob("*"), reverse=True):
        if path.is_file():
            path.chmod(0o444)
        _fsync(path)
    _fsync(directory)


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _point(link: Path, target: str) -> None:
    temporary = link.with_name(f".link-{link.name}-{os.getpid()}")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    os.replace(temporary, link)
    _fsync(link.parent)


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
