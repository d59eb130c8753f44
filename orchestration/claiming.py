"""What `whitepaper claims` tells: the statements of an edition, or of a file on trial.

Here: bringing tables and files together and telling a person the verdicts, worst first. Not here:
the claim language (reconciliation), the register's file (editions).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from editions import EditionError, edition_frames
from editions.claims import claim_lines, groups_of, read_claims_file, setting_lines
from orchestration import ingest
from orchestration.released import published_release
from orchestration.vintages import vintage_frames
from orchestration.workspace import Workspace, WorkspaceError
from reconciliation.claims.errors import ClaimError, nearest
from reconciliation.claims.mart import (
    INPUTS,
    catalogue_of,
    claim_mart,
    computed_of,
    indicators_of,
    settings_of,
)
from reconciliation.claims.telling import VERDICTS
from reconciliation.policy import decide

HEADINGS = {
    "does_not_hold": "Does not hold",
    "holds_only_for_vintage": "Holds only for another vintage",
    "cannot_be_checked": "Cannot be checked",
    "holds": "Holds",
}


@dataclass(frozen=True)
class Trial:
    """The claims of a file with their verdicts, and what is wrong with the others."""

    results: pl.DataFrame
    problems: tuple[EditionError, ...]


def published_claims(workspace: Workspace, edition_id: str) -> pl.DataFrame:
    """The published mart claim_result.

    Raises:
        WorkspaceError: nothing has been published, or not yet with claims.
    """
    release = published_release(workspace, edition_id)
    with duckdb.connect(str(release.database), read_only=True) as connection:
        published = {row[0] for row in connection.execute("show tables").fetchall()}
        if "claim_result" not in published:
            raise WorkspaceError(
                f"Edition {edition_id} was published without claims. Run `whitepaper refresh`."
            )
        return pl.DataFrame(connection.sql("from claim_result order by position").to_arrow_table())


def try_claims(workspace: Workspace, edition_id: str, file: Path) -> Trial:
    """Judge the claims of a file against the published edition, without a refresh.

    Words, groups and figures that the file does not declare are those of the edition.

    Raises:
        WorkspaceError: nothing has been published.
        EditionError: the file as a whole cannot be read.
    """
    release = published_release(workspace, edition_id)
    edition = ingest.edition_of(workspace, edition_id)
    frames = edition_frames(edition)
    with duckdb.connect(str(release.database), read_only=True) as connection:
        tables = _tables(connection, frames | vintage_frames(workspace, edition))
        settings = settings_of(tables["claim_setting"])
        problems: list[EditionError] = []
        register = read_claims_file(
            file,
            catalogue_of(computed_of(tables), settings, indicators_of(tables)),
            panels=groups_of(edition.panels),
            base={line.name: json.loads(line.definition) for line in edition.claim_settings},
            problems=problems,
        )
        tables["claim"] = pl.DataFrame(
            [
                (edition_id, line.id, line.position, line.definition)
                for line in claim_lines(register)
            ],
            schema={
                "edition": pl.String(),
                "claim_id": pl.String(),
                "position": pl.Int32(),
                "definition": pl.String(),
            },
            orient="row",
        )
        tables["claim_setting"] = pl.DataFrame(
            [(line.name, line.definition) for line in setting_lines(register)],
            schema={"name": pl.String(), "definition": pl.String()},
            orient="row",
        )
        troubles: list[tuple[str, ClaimError]] = []
        judged = claim_mart(tables, _runner(connection), troubles)
    problems += [
        EditionError(
            error.what,
            file=file.name,
            key=" > ".join(part for part in ("claims", claim_id, error.key) if part),
            todo=error.todo or None,
        )
        for claim_id, error in troubles
    ]
    policy = frames["edition__policy"]
    triage = frames["edition__triage"].clear()
    return Trial(decide(judged, policy, triage), tuple(problems))


def _tables(
    connection: duckdb.DuckDBPyConnection, frames: Mapping[str, pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    """The tables that claims are judged on; the edition's own files as they are now."""
    published = {row[0] for row in connection.execute("show tables").fetchall()}
    tables = {
        name: pl.DataFrame(connection.sql(f"from {name}").to_arrow_table())
        for name in INPUTS
        if name in published
    }
    own = {name: frames[f"edition__{name}"] for name in ("claim", "claim_setting", "vintage_cell")}
    return tables | own


def _runner(connection: duckdb.DuckDBPyConnection) -> Callable[[str], object]:
    def run(query: str) -> object:
        try:
            found = connection.execute(query).fetchone()
        except duckdb.Error as error:
            raise ClaimError(
                str(error).splitlines()[0], key="sql", todo="mend the query"
            ) from error
        return found[0] if found else None

    return run


def describe_claims(found: pl.DataFrame, *, verdict: str | None, language: str) -> str:
    """The statements for a terminal: how many of each verdict, then each, worst first.

    Raises:
        WorkspaceError: there is no such verdict.
    """
    if verdict is not None and verdict not in VERDICTS:
        raise WorkspaceError(f"There is no verdict '{verdict}': {nearest(verdict, VERDICTS)}.")
    lines = [f"{found.height} statements"]
    for name in VERDICTS:
        count = found.filter(pl.col("verdict") == name).height
        lines.append(f"  {name.ljust(22)} {count:>5}")
    for name in VERDICTS if verdict is None else (verdict,):
        part = found.filter(pl.col("verdict") == name).sort("position")
        if part.is_empty():
            continue
        lines += ["", f"{HEADINGS[name]} ({part.height})"]
        for row in part.iter_rows(named=True):
            lines.append(f"  {row['claim_id']}  {row[f'statement_{language}']}")
            if name != "holds" or verdict == "holds":
                lines.append(f"        {_why(row)}")
    return "\n".join(lines)


def _why(row: Mapping[str, Any]) -> str:
    if row["verdict"] == "cannot_be_checked":
        return f"missing: {row['missing']}"
    text = f"stated {row['expected']}; found {row['found']}"
    if row["vintage"]:
        return f"{text}; holds for {row['vintage']}"
    if row["would_hold"] and row["would_hold"] not in text:
        text += f"; would hold: {row['would_hold']}"
    return text + (f" [{row['triage']}]" if row["triage"] else "")


def describe_claim(found: pl.DataFrame, claim_id: str) -> str:
    """One statement with all of its evidence.

    Raises:
        WorkspaceError: there is no such statement.
    """
    rows = found.filter(pl.col("claim_id") == claim_id).to_dicts()
    if not rows:
        known = found["claim_id"].to_list()
        raise WorkspaceError(f"There is no claim '{claim_id}': {nearest(claim_id, known)}.")
    row = rows[0]
    facts = [
        ("kind", row["kind"]),
        ("tables", row["table_ids"]),
        ("verdict", row["verdict"]),
        ("on the printed cells", row["printed_verdict"]),
        ("stated", row["expected"]),
        ("found", row["found"]),
        ("would hold", row["would_hold"]),
        ("holds for", row["vintage"]),
        ("missing", row["missing"]),
        ("action", row["action"]),
        ("triage", row["triage"]),
    ]
    lines = [f"{row['claim_id']}  {row['statement_en']}", f"      {row['statement_zh']}", ""]
    lines += [f"{name.ljust(20)} {value}" for name, value in facts if value]
    return "\n".join([*lines, "", row["evidence_en"], row["evidence_zh"]])


def as_json(found: pl.DataFrame, claim_id: str | None, verdict: str | None) -> str:
    """The lines as JSON."""
    if claim_id is not None:
        found = found.filter(pl.col("claim_id") == claim_id)
    if verdict is not None:
        found = found.filter(pl.col("verdict") == verdict)
    return json.dumps(found.to_dicts(), ensure_ascii=False, indent=1)
