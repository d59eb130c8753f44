"""From pinned microdata to the marts that are counted from them: without the gate, unpublished.

Here: which marts those are, and running the Dagster job `microdata_<subject>` in this process. Not
here: the job itself (`definitions`); what a refresh does, which makes these marts with all others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from orchestration import ingest
from orchestration.instance import failure_message, open_instance
from orchestration.refresh import KEPT_RED_BUILDS, RefreshFailed
from orchestration.workspace import Workspace, only_one, remove_dead_builds

MICRODATA_MARTS: Mapping[str, Sequence[str]] = {
    "patents": ("table_1_2_13", "table_1_2_14", "int_patents__highly_cited"),
    "customs": (
        *("table_1_2_09", "table_1_2_10", "table_1_2_11"),
        *("export_by_destination", "int_exports"),
    ),
}
"""Per subject, the models that readers' tables and figures are made of."""

MADE_FROM = "made_from"
"""A file of a build: the subject and the digest of all that decided it."""


def make_marts(workspace: Workspace, edition_id: str, subject: str) -> Path:
    """Run the job of a subject from start to end, unless nothing has changed since last time.

    Returns:
        The database that it made, in a build that is kept like one of a failed refresh.

    Raises:
        RefreshFailed: a step failed.
        SourceError: a pinned snapshot is missing or was altered.
        WorkspaceError: a refresh is under way.
    """
    with only_one(workspace.data / ".refresh.lock", "A refresh"):
        edition = ingest.edition_of(workspace, edition_id)
        store = workspace.snapshots(edition.id)
        for snapshot in ingest.pinned_snapshots(workspace, edition).values():
            store.verify(snapshot)
        made_from = f"{subject} {ingest.fingerprint(workspace, edition)}\n"
        for path in workspace.builds.glob(f"*/{MADE_FROM}"):
            database = workspace.build(path.parent.name).database
            if path.read_text(encoding="utf-8") == made_from and database.is_file():
                return database
        return _run_job(workspace, edition_id, subject, made_from)


def _run_job(workspace: Workspace, edition_id: str, subject: str, made_from: str) -> Path:
    with open_instance(workspace) as instance:
        remove_dead_builds(workspace.builds, keep=KEPT_RED_BUILDS)
        from orchestration.definitions import defs

        result = defs.resolve_job_def(f"microdata_{subject}").execute_in_process(
            instance=instance,
            partition_key=edition_id,
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
        build = workspace.build(result.run_id)
        build.close(keep=True)
        if not result.success:
            raise RefreshFailed(failure_message(result.all_events))
    (build.directory / MADE_FROM).write_text(made_from, encoding="utf-8")
    return build.database
