"""What `whitepaper reconcile` tells: the printed cells as they stand now against what is published.

Here: bringing the tables together and telling a person the findings, worst first. Not here: any
comparison (reconciliation), the policy's files (editions).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from editions import edition_frames
from editions.reader import read_printed_folder
from orchestration import ingest
from orchestration.released import published_release
from orchestration.vintages import vintage_frames
from orchestration.workspace import Workspace, WorkspaceError
from reconciliation.mart import INPUTS, reconciliation_mart
from reconciliation.source import AGREEING
from reconciliation.verdicts import VERDICTS

WORST_FIRST = ("block", "warn", "inform", "none")
HEADINGS = {
    "block": "Stops the edition",
    "warn": "To be looked at",
    "inform": "For information",
    "none": "Agrees",
}


def reconcile_now(workspace: Workspace, edition_id: str, printed: Path | None) -> pl.DataFrame:
    """Compare printed cells with the published edition, without a refresh.

    Args:
        workspace: the checkout.
        edition_id: the edition whose computed cells are compared with.
        printed: a file or folder in the form of editions/<edition>/printed; None for that one.

    Returns:
        The lines of the mart `reconciliation`, from the edition's files as they are now.
    """
    edition = ingest.edition_of(workspace, edition_id)
    if printed is not None:
        edition = replace(edition, printed_cells=read_printed_folder(printed, edition.tables))
    release = published_release(workspace, edition_id)
    frames = edition_frames(edition) | vintage_frames(workspace, edition)
    with duckdb.connect(str(release.database), read_only=True) as connection:
        published = {row[0] for row in connection.execute("show tables").fetchall()}
        tables = {
            name: pl.DataFrame(connection.sql(f"from {name}").to_arrow_table())
            for name in INPUTS
            if name in published and f"edition__{name}" not in frames
        }
    tables |= {name: frames[f"edition__{name}"] for name in INPUTS if f"edition__{name}" in frames}
    return reconciliation_mart(tables)


def describe_reconciliation(
    found: pl.DataFrame, *, table: str | None, verdict: str | None, show_all: bool, language: str
) -> str:
    """The findings for a terminal: how many of each verdict, then each finding, worst first.

    Raises:
        WorkspaceError: there is no such verdict, or no such table in print.
    """
    chosen = found
    if table is not None:
        chosen = _of(chosen, "table_id", table, sorted(set(found["table_id"])))
    if verdict is not None:
        chosen = _of(chosen, "verdict", verdict, VERDICTS)
    lines = [_counts(chosen), ""]
    for action in WORST_FIRST:
        part = chosen.filter(pl.col("action") == action)
        if action in ("inform", "none") and not (show_all or verdict):
            # What agrees is told by its number: it would bury what does not.
            part = part.filter(~pl.col("verdict").is_in(list(AGREEING)) | (pl.col("triage") != ""))
        if part.is_empty():
            continue
        lines.append(f"{HEADINGS[action]} ({part.height})")
        lines += _findings(part.iter_rows(named=True), language)
        lines.append("")
    return "\n".join(lines).rstrip()


def _of(found: pl.DataFrame, column: str, wanted: str, known: Sequence[str]) -> pl.DataFrame:
    if wanted not in known:
        noun = column.removesuffix("_id")
        raise WorkspaceError(f"There is no {noun} '{wanted}' here; use one of {', '.join(known)}.")
    return found.filter(pl.col(column) == wanted)


def as_json(found: pl.DataFrame) -> str:
    """All lines as JSON."""
    return json.dumps(found.to_dicts(), ensure_ascii=False, indent=1)


def _counts(found: pl.DataFrame) -> str:
    if found.is_empty():
        return "No printed cell to compare."
    counts = found.group_by("verdict").len().sort("len", "verdict", descending=[True, False])
    width = max(len(verdict) for verdict in counts["verdict"])
    cells = found.filter(pl.col("row_key") != "").height
    return f"{cells:,} printed cells\n" + "\n".join(
        f"  {verdict.ljust(width)} {count:>6,}" for verdict, count in counts.iter_rows()
    )


def _findings(rows: Iterable[Mapping[str, Any]], language: str) -> list[str]:
    """One line each; the cells that one act explains stand together under it."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for number, row in enumerate(rows):
        groups.setdefault(row["hypothesis"] or f"#{number}", []).append(row)
    lines = []
    for hypothesis, group in groups.items():
        if len(group) > 1:
            lines.append(f"  {group[0]['verdict']}: {hypothesis} ({len(group)} cells)")
        lines += [("    " if len(group) > 1 else "  ") + _one(row, language) for row in group]
    return lines


def _one(row: Mapping[str, Any], language: str) -> str:
    cell = " ".join(
        part for part in (row["table_id"], row["row_key"], row["period"], row["measure"]) if part
    )
    triage = f" [{row['triage']}]" if row["triage"] else ""
    cause = row[f"cause_{language}"] or f"printed {row['printed']}, computed {row['computed']}"
    return f"{cell}: {row['verdict']}{triage}. {cause}"
