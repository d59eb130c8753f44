"""The last step of a run: publish what the gate has passed."""

from __future__ import annotations

import json

import dagster as dg

from editions import Edition
from orchestration.dbt import PreparedDbt
from orchestration.workspace import Build, Workspace, only_one
from publication.export import write_parts
from publication.release import Release, TableDescription, publish, remove_orphans
from publication.views import write_views

PUBLISHED_KEY = dg.AssetKey(["published", "edition"])
PUBLISHED_LAYERS = ("marts", "tables")


def published_tables(prepared: PreparedDbt) -> dict[str, TableDescription]:
    """The models that readers get, the marts and the printed tables, with their descriptions."""
    return {
        node["name"]: TableDescription(
            node["description"],
            {column["name"]: column["description"] for column in node["columns"].values()},
        )
        for node in sorted(prepared.manifest["nodes"].values(), key=lambda node: str(node["name"]))
        if node["resource_type"] == "model" and node["fqn"][1] in PUBLISHED_LAYERS
    }


def publish_build(
    workspace: Workspace, prepared: PreparedDbt, build: Build, edition: Edition
) -> Release:
    """Publish a build whose verdict, read from the report itself, is 'pass'.

    Raises:
        dagster.Failure: there is no verdict in this build, or it is not 'pass'.
    """
    report = build.quality / "gate.json"
    if not report.exists():
        raise dg.Failure(
            "This run has no verdict of the gate, so nothing was published. Run the whole job "
            "`annual_refresh`.",
            allow_retries=False,
        )
    gate = json.loads(report.read_text(encoding="utf-8"))
    if gate["verdict"] != "pass":
        raise dg.Failure(
            f"The gate's verdict is '{gate['verdict']}': nothing was published. "
            f"Read {build.quality / 'report.md'}.",
            allow_retries=False,
        )
    workspace.published.mkdir(parents=True, exist_ok=True)
    with only_one(workspace.published / ".lock", "Publishing"):
        remove_orphans(workspace.published)
        return publish(
            build.database,
            published_tables(prepared),
            build.quality,
            workspace.published,
            edition.id,
            {
                "run_id": build.run_id,
                "fingerprint": (build.directory / "fingerprint").read_text(),
                "pins": dict(edition.pins),
                "verdict": gate["verdict"],
            },
            add_views=write_views,
            write_parts=write_parts,
        )
