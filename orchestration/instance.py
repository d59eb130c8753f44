"""The Dagster instance under data/dagster: its settings, stale runs, and the UI on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.workspace import Workspace, is_abandoned

if TYPE_CHECKING:
    from dagster import DagsterEvent, DagsterInstance

INTERRUPTED = "DagsterExecutionInterruptedError"
GRACE = timedelta(minutes=10)
GRACE_WITHOUT_BUILD = timedelta(days=1)
REFRESH_JOBS = (
    *("annual_refresh", "__ASSET_JOB"),
    *("microdata_patents", "microdata_customs"),
)
"""The jobs whose runs have a build: the refresh, parts of it, assets materialised in the UI."""
RUNS_LOOKED_AT = 100
SETTINGS = """\
# Written by the whitepaper command; changes here are lost.
telemetry:
  enabled: false
run_coordinator:
  module: dagster._core.run_coordinator
  class: DefaultRunCoordinator
run_monitoring:
  enabled: false
freshness:
  enabled: true
event_log_storage:
  module: orchestration.event_log
  class: PooledSqliteEventLogStorage
  config:
    base_dir: {history}
"""


def dagster_home(workspace: Workspace) -> Path:
    """Make data/dagster with our settings, and name it as DAGSTER_HOME for this process."""
    home = workspace.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    settings = home / "dagster.yaml"
    wanted = SETTINGS.format(history=json.dumps(str(home / "history" / "runs")))
    if not settings.exists() or settings.read_text() != wanted:
        settings.write_text(wanted)
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    return home


def open_instance(workspace: Workspace) -> DagsterInstance:
    """The instance that the command line and the UI share."""
    from dagster import DagsterInstance

    return DagsterInstance.from_config(str(dagster_home(workspace)))


def close_stale_runs(instance: DagsterInstance, workspace: Workspace) -> None:
    """Report as failed the runs that a killed process left at 'started'.

    A refresh holds its build's lock from its first step on; before that it is given `GRACE`. Other
    runs (fetching, landing) have no build.
    """
    from dagster import DagsterRunStatus, RunsFilter

    open_states = [DagsterRunStatus.STARTED, DagsterRunStatus.STARTING]
    for record in instance.get_run_records(RunsFilter(statuses=open_states)):
        build = workspace.build(record.dagster_run.run_id).directory
        grace = GRACE if record.dagster_run.job_name in REFRESH_JOBS else GRACE_WITHOUT_BUILD
        is_young = datetime.now(UTC) - record.create_timestamp < grace
        if is_abandoned(build) and (build.exists() or not is_young):
            reason = "The process that executed this run was killed."
            instance.report_run_failed(record.dagster_run, reason)


def failure_message(events: Iterable[DagsterEvent]) -> str:
    """The messages of the steps that failed by themselves, not because another one did."""
    messages: list[str] = []
    for event in events:
        if not event.is_step_failure:
            continue
        data = event.step_failure_data
        if data.user_failure_data is not None and data.user_failure_data.description:
            messages.append(data.user_failure_data.description)
        elif data.error is not None and data.error.cls_name == INTERRUPTED:
            messages.append("Interrupted before it had finished.")
        elif data.error is not None:
            cause = data.error.cause or data.error
            messages.append(f"{event.step_key}: {cause.message.strip()}")
    return "\n".join(messages) or "The run failed before any step began; see `whitepaper ui`."


@dataclass(frozen=True)
class LastRun:
    """The newest refresh, from the command line or the UI; `message` only when it failed."""

    run_id: str
    started_at: str
    outcome: str
    message: str

    @property
    def first_line(self) -> str:
        """The failure in one line, ready to follow the outcome; empty without one."""
        return f": {self.message.splitlines()[0]}" if self.message else ""


def last_run(workspace: Workspace) -> LastRun | None:
    """The newest run in Dagster's history, or None before the first."""
    if not workspace.dagster_home.exists():
        return None
    from dagster import DagsterEventType, DagsterRunStatus

    with open_instance(workspace) as instance:
        for record in instance.get_run_records(limit=RUNS_LOOKED_AT):
            run = record.dagster_run
            if run.job_name not in REFRESH_JOBS:
                continue
            message = ""
            if run.status == DagsterRunStatus.FAILURE:
                entries = instance.all_logs(run.run_id, of_type=DagsterEventType.STEP_FAILURE)
                events = [entry.dagster_event for entry in entries if entry.dagster_event]
                message = failure_message(events)
            started = record.create_timestamp.isoformat(timespec="seconds")
            outcome = run.status.value.lower()
            if not run.is_finished and is_abandoned(workspace.build(run.run_id).directory):
                outcome = "stopped before it had finished"
            return LastRun(run.run_id, started, outcome, message)
    return None


def serve_ui(workspace: Workspace, port: int) -> int:
    """Serve the UI and the schedule's daemon on loopback until stopped.

    Returns:
        The exit code of `dagster dev`.
    """
    home = dagster_home(workspace)
    command = [sys.executable, "-m", "dagster", "dev", "--host", "127.0.0.1", "--port", str(port)]
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(home),
        "PYTHONPATH": str(workspace.root),
        # `dagster dev` recommends its successor at every start; the successor wants another layout.
        "PYTHONWARNINGS": "ignore",
    }
    try:
        return subprocess.run(command, cwd=workspace.root, env=environment, check=False).returncode
    except KeyboardInterrupt:
        return 0
