"""What `whitepaper errata` does: the sheet of the published edition, and drafts of decisions.

Here: choosing the database, and the YAML of findings on which the editor has not decided. Not here:
the sheet itself (publication.errata), what is an erratum (dbt_project).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from editions import Edition
from orchestration import ingest
from orchestration.workspace import Workspace, WorkspaceError
from publication.errata import ErrataSheet, read_errata
from publication.release import read_release

_UNDECIDED_CELLS = """
    select * from reconciliation
    where action in ('block', 'warn') and triage in ('', 'changed')
    order by table_id, hypothesis, row_no, measure, period
"""
_UNDECIDED_CLAIMS = """
    select * from claim_result
    where action in ('block', 'warn') and triage in ('', 'changed')
    order by position
"""


def published_errata(workspace: Workspace, edition_id: str) -> ErrataSheet:
    """Read the errata of the published edition.

    Raises:
        WorkspaceError: nothing is published.
    """
    edition = ingest.edition_of(workspace, edition_id)
    release = read_release(workspace.published, edition.id)
    if release is None:
        raise WorkspaceError(
            f"Edition {edition.id} has not been published yet. Run `whitepaper refresh` first; if "
            "undecided findings stop it, `whitepaper errata --draft` writes their entries."
        )
    return read_errata(
        release.database, edition=edition.id, title_zh=edition.title_zh, title_en=edition.title_en
    )


def draft_of_decisions(workspace: Workspace, edition_id: str) -> str:
    """Return errata.yml entries for all undecided findings, to be completed by the editor.

    They are read from the last stopped refresh if it is newer than what is published.

    Raises:
        WorkspaceError: there is neither.
    """
    edition = ingest.edition_of(workspace, edition_id)
    database = _newest_database(workspace, edition)
    with duckdb.connect(str(database), read_only=True) as connection:
        cells = _rows(connection, _UNDECIDED_CELLS)
        claims = _rows(connection, _UNDECIDED_CLAIMS)
    if not cells and not claims:
        return "# Nothing is undecided.\n"
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for number, cell in enumerate(cells):
        groups.setdefault(str(cell["hypothesis"] or f"#{number}"), []).append(cell)
    used = {line.entry_id for line in edition.triage}
    ids = (f"E-{number:03}" for number in range(1, 10_000) if f"E-{number:03}" not in used)
    entries = [_draft(next(ids), group, "cells", _cell_line) for group in groups.values()]
    entries += [_draft(next(ids), [claim], "claims", _claim_line) for claim in claims]
    return "errata:\n" + "\n".join(entries)


def _newest_database(workspace: Workspace, edition: Edition) -> Path:
    release = read_release(workspace.published, edition.id)
    found = [release.database] if release is not None else []
    found += [path for path in workspace.builds.glob("*/warehouse.duckdb") if _has_errata(path)]
    if not found:
        raise WorkspaceError(
            f"There is nothing to read findings from: edition {edition.id} has not been built. "
            "Run `whitepaper refresh` first."
        )
    return max(found, key=lambda path: path.stat().st_mtime)


def _has_errata(database: Path) -> bool:
    """Whether a stopped build got as far as the errata."""
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            connection.execute("select 1 from erratum limit 1")
    except duckdb.Error:
        return False
    return True


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    cursor = connection.execute(query)
    columns = [column[0] for column in cursor.description or []]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _draft(
    entry_id: str,
    findings: list[Mapping[str, Any]],
    key: str,
    line_of: Any,
) -> str:
    causes = dict.fromkeys(
        str(row.get("cause_en") or row.get("evidence_en") or row["verdict"]) for row in findings
    )
    verdicts = {str(row["verdict"]) for row in findings}
    common = verdicts.pop() if len(verdicts) == 1 else None
    lines = [f"  # {cause}" for cause in causes]
    lines += [
        f"  - id: {entry_id}",
        "    decision:             # confirmed, explained or rejected",
        "    reason_en:",
        "    reason_zh:",
        "    decided_by:",
        "    decided_on:",
    ]
    if common is not None:
        lines.append(f"    verdict: {common}")
    lines.append(f"    {key}:")
    lines += [f"      - {_flow(line_of(row, common))}" for row in findings]
    return "\n".join(lines) + "\n"


def _cell_line(row: Mapping[str, Any], common: str | None) -> list[tuple[str, str]]:
    own = [] if common is not None else [("verdict", str(row["verdict"]))]
    return [
        ("table", row["table_id"]),
        ("row", row["row_key"]),
        ("period", row["period"]),
        ("measure", row["measure"]),
        ("printed", row["printed"]),
        ("computed", row["computed"]),
        *own,
    ]


def _claim_line(row: Mapping[str, Any], common: str | None) -> list[tuple[str, str]]:
    own = [] if common is not None else [("verdict", str(row["verdict"]))]
    return [
        ("claim", row["claim_id"]),
        ("expected", row["expected"] or ""),
        ("found", row["found"] or ""),
        *own,
    ]


def _flow(pairs: Iterable[tuple[str, str]]) -> str:
    """A YAML mapping on one line; all texts in quotes, so that none is read as something else."""
    return "{" + ", ".join(f"{key}: {_quoted(str(text))}" for key, text in pairs) + "}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
