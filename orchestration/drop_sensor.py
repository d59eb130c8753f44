"""The Dagster sensor that watches the drop folder, and the job that it starts.

Thin: which files lie there, whether they have stopped growing and what becomes of them is
`drop_folder`'s. The sensor runs while `whitepaper ui` does.
"""

import hashlib
import json
import time
from typing import Any

import dagster as dg

from editions import list_editions
from orchestration.drop_folder import dropped, is_settled, land_dropped, marks_of
from orchestration.landed_events import landed_key, snapshot_metadata
from orchestration.workspace import Workspace

JOB = "land_from_drop_folder"
SECONDS = 30


@dg.op(
    description="Accept what lies in data/drop/ as snapshots, or refuse it with the reason beside "
    "the file.\n\n將 data/drop/ 內之檔案查驗後存為版次；不合格者附理由退回。"
)
def land_drop_folder(context: dg.OpExecutionContext) -> None:
    """Land the drop folder; refused files make the run red, after all others were landed."""
    workspace = Workspace.here()
    edition = list_editions(workspace.root / "editions")[-1]
    report = land_dropped(workspace, edition)
    for snapshot in report.snapshots:
        context.log_event(
            dg.AssetMaterialization(
                landed_key(snapshot.source), metadata=snapshot_metadata(snapshot)
            )
        )
    for text in (*report.landed, *report.waiting):
        context.log.info(text)
    metadata: dict[str, Any] = {
        "landed": dg.MetadataValue.md("\n\n".join(report.landed) or "nothing"),
        "refused": dg.MetadataValue.md("\n\n".join(report.refused) or "nothing"),
        "waiting": dg.MetadataValue.md("\n\n".join(report.waiting) or "nothing"),
    }
    context.add_output_metadata(metadata)
    if report.refused:
        raise dg.Failure("\n".join(report.refused), metadata=metadata, allow_retries=False)


@dg.job(
    name=JOB,
    executor_def=dg.in_process_executor,
    description="Land the files that were put into data/drop/<source>/[<vintage>/].",
)
def land_from_drop_folder() -> None:
    """Land the drop folder."""
    land_drop_folder()


@dg.sensor(
    job=land_from_drop_folder,
    minimum_interval_seconds=SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=(
        "Looks into data/drop/ every half minute and starts landing once every file of a source "
        "and vintage has had the same size and time for two looks."
    ),
)
def drop_folder_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Ask for a landing when a group of files has stopped growing."""
    groups = dropped(Workspace.here())
    marks = {str(group.folder): marks_of(group) for group in groups}
    text = json.dumps(marks, sort_keys=True)
    before = json.loads(context.cursor or "{}")
    ready = [
        folder
        for group in groups
        if is_settled(group, time.time())
        and json.loads(json.dumps(marks[folder := str(group.folder)])) == before.get(folder)
    ]
    if not ready:
        context.update_cursor(text)
        return dg.SkipReason(
            "Files are still being written." if groups else "The drop folder is empty."
        )
    key = hashlib.sha256(json.dumps([marks[folder] for folder in ready]).encode()).hexdigest()
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=key[:16])], cursor=text)
