"""From pinned microdata to the marts that are counted from them: without the gate, unpublished.

Here: which marts those are, and running the Dagster job `microdata_<subject>` in this process. Not
here: the job itself (`definitions`); what a refresh does, which makes these marts with all others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from orchestration.instance import failure_message, open_instance
from orchestration.refresh import RefreshFailed
from orchestration.workspace import Workspace, only_one

MICRODATA_MARTS: Mapping[str, Sequence[str]] = {
    "patents": ("table_1_2_13", "table_1_2_14", "int_patents__highly_cited"),
    "customs": (
        *("table_1_2_09", "table_1_2_10", "table_1_2_11"),
        *("export_by_destination", "int_exports"),
    ),
}
"""Per subject, the models that readers' tables and figures are made of."""


def make_marts(workspace: Workspace, edition_id: str, subject: str) -> Path:
    """Run the job of a subject from start to end.

    Returns:
        The database that it made, in a build that is kept like one of a failed refresh.

    Raises:
        RefreshFailed: a step failed.
        WorkspaceError: a refresh is under way.
    """
    with (
        only_one(workspace.data / ".refresh.lock", "A refresh"),
        open_instance(workspace) as instance,
    ):
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
    return build.database
