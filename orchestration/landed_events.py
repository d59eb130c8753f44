"""A landed snapshot as Dagster's history tells it, whoever landed it.

Here: the key of the asset `landed/<source>`, its metadata from the sidecar, and reporting what a
command has landed, so that its freshness is true. Not here: landing (`ingest`), the assets
themselves (`fetch_assets`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from orchestration.instance import open_instance
from orchestration.workspace import Workspace
from sources.snapshots import Snapshot

GROUP = "landed"


def landed_key(source_id: str) -> dg.AssetKey:
    """Key of the asset that stands for the newest vintage of a source in the store."""
    return dg.AssetKey([GROUP, source_id])


def report_landed(workspace: Workspace, snapshots: Sequence[Snapshot]) -> None:
    """Write into Dagster's history, if there is one, that a command has landed these."""
    if not snapshots or not workspace.dagster_home.exists():
        return
    with open_instance(workspace) as instance:
        for snapshot in snapshots:
            event = dg.AssetMaterialization(
                landed_key(snapshot.source), metadata=snapshot_metadata(snapshot)
            )
            instance.report_runless_asset_event(event)


def snapshot_metadata(snapshot: Snapshot) -> dict[str, Any]:
    """What a sidecar says: vintage, files, what was found on the way in, requests and outcomes."""
    metadata: dict[str, Any] = {
        "vintage": snapshot.vintage,
        "basis": snapshot.basis,
        "obtained": f"{snapshot.obtained_how}, {snapshot.obtained_at}",
        "files": dg.MetadataValue.md(
            "| file | bytes | sha256 |\n|---|---|---|\n"
            + "\n".join(f"| {f.name} | {f.size_bytes} | `{f.sha256}` |" for f in snapshot.files)
        ),
    }
    if snapshot.url:
        metadata["url"] = dg.MetadataValue.url(snapshot.url)
    if snapshot.requests:
        metadata["requests"] = dg.MetadataValue.md(requests_table(snapshot.requests))
    if snapshot.acceptance is not None:
        metadata["acceptance"] = dg.MetadataValue.json(dict(snapshot.acceptance))
    return metadata


def requests_table(requests: Sequence[Mapping[str, Any]]) -> str:
    """Requests and their outcomes as a Markdown table.

    >>> print(requests_table([{"asked_at": "t", "url": "u|v", "status": 200, "outcome": "saved"}]))
    | asked at | address | status | outcome | bytes |
    |---|---|---|---|---|
    | t | u\\|v | 200 | saved | 0 |
    """
    rows = [
        [
            request.get("asked_at", ""),
            request.get("url", ""),
            request.get("status", ""),
            request.get("outcome", ""),
            request.get("bytes", 0),
        ]
        for request in requests
    ]
    lines = ["| asked at | address | status | outcome | bytes |", "|---|---|---|---|---|"]
    lines += ["| " + " | ".join(str(c).replace("|", "\\|") for c in row) + " |" for row in rows]
    return "\n".join(lines)
