"""What other landed vintages of the pinned sources say: the book's cells, and estimated values.

Here: which vintages those are, building the marts under each, keeping the result per state of what
decides it. Not here: what follows from a difference (reconciliation, the mart estimate_check). An
edition whose pinned sources have one vintage each, as the shipped one, costs nothing.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from editions import Edition, edition_frames
from orchestration import dbt, ingest
from orchestration.fingerprint import digest_of_tree
from orchestration.ingest import VINTAGE_TABLES
from orchestration.workspace import Build, Workspace
from sources import SOURCE_IDS
from sources.contract import SourceError
from sources.snapshots import Snapshot

WANTED = ("book_cell", "indicator_observation")
"""The marts that are built under another vintage, with all that they are made from."""

LABELS = 3
"""The first columns of both frames are said of all rows: edition, source, vintage."""

_CELLS = """
    select table_id, row_key, period, measure, value, printed_as, status
    from book_cell order by all
"""
_OBSERVATIONS = """
    select indicator_id, area_code, period, value, status, base_period
    from indicator_observation
    where source_id = ? and estimate_id is null and breakdown = 'total' and value is not null
    order by all
"""
_log = logging.getLogger(__name__)


def vintage_frames(workspace: Workspace, edition: Edition) -> dict[str, pl.DataFrame]:
    """Return edition__vintage, edition__vintage_cell and edition__vintage_observation.

    A vintage under which the book cannot be computed has no cells; edition__vintage says why, and a
    dbt test tells the editor.
    """
    parts: dict[str, list[pl.DataFrame]] = {name: [] for name in VINTAGE_TABLES}
    kept: set[Path] = set()
    for snapshot in ingest.other_snapshots(workspace, edition):
        trouble = ""
        try:
            cells, observations, directory = _under(workspace, edition, snapshot)
        except (SourceError, dbt.DbtError, duckdb.Error) as error:
            trouble = " ".join(str(error).split())[:400]
            _log.warning("%s %s: %s", snapshot.source, snapshot.vintage, trouble)
        else:
            kept.add(directory)
            labels = _labels(edition, snapshot)
            parts["vintage_cell"].append(_labelled(cells, labels, "vintage_cell"))
            parts["vintage_observation"].append(
                _labelled(_of_estimates(observations, edition), labels, "vintage_observation")
            )
        parts["vintage"].append(
            pl.DataFrame(
                [
                    (
                        edition.id,
                        snapshot.source,
                        snapshot.vintage,
                        snapshot.obtained_at,
                        trouble,
                    )
                ],
                schema=dict(VINTAGE_TABLES["vintage"]),
                orient="row",
            )
        )
    _remove_old(_caches(workspace), kept)
    return {
        f"edition__{name}": pl.concat([pl.DataFrame(schema=dict(schema)), *parts[name]])
        for name, schema in VINTAGE_TABLES.items()
    }


def _labels(edition: Edition, snapshot: Snapshot) -> dict[str, str]:
    return {
        "edition": edition.id,
        "source_id": snapshot.source,
        "vintage": snapshot.vintage,
    }


def _labelled(frame: pl.DataFrame, labels: Mapping[str, str], name: str) -> pl.DataFrame:
    schema = VINTAGE_TABLES[name]
    return frame.with_columns(pl.lit(text).alias(key) for key, text in labels.items()).select(
        pl.col(column).cast(dtype) for column, dtype in schema.items()
    )


def _of_estimates(observations: pl.DataFrame, edition: Edition) -> pl.DataFrame:
    """Keep the observations of cells that the edition estimates."""
    keys = ("indicator_id", "area_code", "period")
    estimated = pl.DataFrame(
        [(e.indicator_id, e.area_code, e.period) for e in edition.estimates],
        schema=dict.fromkeys(keys, pl.String()),
        orient="row",
    )
    return observations.join(estimated, on=list(keys), how="semi")


def _caches(workspace: Workspace) -> Path:
    return workspace.cache / "vintages"


def _under(
    workspace: Workspace, edition: Edition, snapshot: Snapshot
) -> tuple[pl.DataFrame, pl.DataFrame, Path]:
    """Cells and observations under one other vintage, from the cache if nothing has changed."""
    prepared = dbt.prepare(workspace)
    graph = _Graph.of(prepared.manifest)
    repinned = replace(edition, pins={**edition.pins, snapshot.source: snapshot.vintage})
    directory = _caches(workspace) / _state(workspace, repinned, graph)[:16]
    cells, observations = directory / "cells.parquet", directory / "observations.parquet"
    if not (cells.exists() and observations.exists()):
        _caches(workspace).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=_caches(workspace), prefix=".making-") as temporary:
            _build(workspace, prepared, repinned, Build("vintage", Path(temporary)), snapshot)
            (Path(temporary) / "made").rename(directory)
    directory.touch()
    return pl.read_parquet(cells), pl.read_parquet(observations), directory


def _build(
    workspace: Workspace,
    prepared: dbt.PreparedDbt,
    edition: Edition,
    build: Build,
    snapshot: Snapshot,
) -> None:
    for source_id in SOURCE_IDS:
        ingest.ingest_source(workspace, edition, build, source_id)
    ingest.ingest_edition(workspace, edition, build, with_other_vintages=False)
    run = dbt.build_marts(workspace, prepared, build, WANTED)
    for result in run.results:
        if result["status"] != "success":
            raise dbt.DbtError(f"{result['unique_id'].split('.')[-1]}: {result['message']}")
    made = build.directory / "made"
    made.mkdir()
    with duckdb.connect(str(build.database), read_only=True) as connection:
        cells = connection.execute(_CELLS).fetchall()
        observations = connection.execute(_OBSERVATIONS, [snapshot.source]).fetchall()
    _frame(cells, "vintage_cell").write_parquet(made / "cells.parquet")
    _frame(observations, "vintage_observation").write_parquet(made / "observations.parquet")


def _frame(rows: list[Any], name: str) -> pl.DataFrame:
    schema = list(VINTAGE_TABLES[name].items())[LABELS:]
    return pl.DataFrame(rows, schema=schema, orient="row")


@dataclass(frozen=True)
class _Graph:
    """What the wanted marts are made from: checksums of nodes, names of edition tables."""

    checksums: tuple[str, ...]
    edition_tables: tuple[str, ...]

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> _Graph:
        nodes = {**manifest["nodes"], **manifest["sources"]}
        todo = [
            unique_id
            for unique_id, node in nodes.items()
            if node["resource_type"] == "model" and node["name"] in WANTED
        ]
        seen: set[str] = set()
        while todo:
            unique_id = todo.pop()
            if unique_id in seen:
                continue
            seen.add(unique_id)
            todo += nodes[unique_id].get("depends_on", {}).get("nodes", [])
        return cls(
            tuple(
                f"{unique_id} {nodes[unique_id]['checksum']['checksum']}"
                for unique_id in sorted(seen)
                if unique_id in manifest["nodes"]
            ),
            tuple(
                sorted(
                    str(nodes[unique_id]["name"])
                    for unique_id in seen
                    if nodes[unique_id].get("source_name") == "edition"
                )
            ),
        )


def _state(workspace: Workspace, edition: Edition, graph: _Graph) -> str:
    """Digest of all that decides the cells under an edition's pins, and of nothing else.

    Claims, triage and the printed cells may change without a new build.
    """
    digest = hashlib.sha256("\n".join(graph.checksums).encode())
    code = [workspace.root / "sources", workspace.dbt_project / "macros"]
    digest.update(digest_of_tree(*code, base=workspace.root).encode())
    frames = edition_frames(edition)
    for name in graph.edition_tables:
        frame = frames.get(f"edition__{name}")  # sources and snapshots follow from the files below
        digest.update(f"{name}\0{frame.write_json() if frame is not None else ''}\n".encode())
    for source_id, snapshot in ingest.pinned_snapshots(workspace, edition).items():
        files = " ".join(f"{file.name} {file.sha256}" for file in snapshot.files)
        digest.update(f"{source_id} {snapshot.vintage} {files}\n".encode())
    return digest.hexdigest()


def _remove_old(caches: Path, kept: Iterable[Path]) -> None:
    """Remove what no refresh has asked for in a while; another edition may need the rest."""
    if not caches.is_dir():
        return
    for path in set(caches.iterdir()) - set(kept):
        if time.time() - path.stat().st_mtime > dbt.KEPT_SECONDS:
            shutil.rmtree(path, ignore_errors=True)
