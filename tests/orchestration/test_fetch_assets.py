"""Fetching in Dagster: a new vintage is a materialisation, an old one is not, a failure is red."""

from __future__ import annotations

import json

import dagster as dg
import pytest

from orchestration import fetch_assets
from orchestration.fetch_assets import fetch_job, landed_assets
from orchestration.instance import open_instance
from orchestration.landed_events import landed_key, report_landed, requests_table
from orchestration.workspace import Workspace
from tests.standin import server as habits

KEY = landed_key("cbc_bop")


@pytest.fixture
def run(standin, tmp_path, monkeypatch):
    """Run the job for one source, in this process, with data/ in the test's own directory."""
    monkeypatch.setenv("WHITEPAPER_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(fetch_assets, "RETRIES", dg.RetryPolicy(max_retries=2))
    defs = dg.Definitions(
        assets=landed_assets("2025-26"), jobs=[fetch_job()], executor=dg.in_process_executor
    )
    job = defs.resolve_job_def("fetch_sources")

    def run():
        with dg.DagsterInstance.ephemeral() as instance:
            return job.execute_in_process(
                instance=instance, asset_selection=[KEY], raise_on_error=False
            )

    return run


def test_a_new_vintage_is_shown_with_its_files_and_requests(run, tmp_path):
    result = run()
    assert result.success
    [materialised] = result.asset_materializations_for_node("fetch_cbc_bop")
    metadata = materialised.metadata
    raw = Workspace.here().raw / "cbc_bop"
    [snapshot] = [path for path in raw.iterdir() if not path.name.startswith(".")]
    assert metadata["vintage"].value == snapshot.name
    sidecar = json.loads((snapshot / "snapshot.json").read_text(encoding="utf-8"))
    for request in sidecar["requests"]:
        assert request["outcome"] in metadata["requests"].value
    assert sidecar["files"][0]["sha256"] in metadata["files"].value
    assert metadata["acceptance"].value["compared_with"] is None


def test_what_a_command_has_landed_is_in_the_history_that_the_ui_shows(run):
    workspace = Workspace.here()
    assert run().success
    snapshots = workspace.snapshots("2025-26").list("cbc_bop")
    report_landed(workspace, snapshots)
    assert not workspace.dagster_home.exists()  # nobody has used Dagster here
    workspace.dagster_home.mkdir()
    report_landed(workspace, snapshots)
    with open_instance(workspace) as instance:
        event = instance.get_latest_materialization_event(KEY)
        assert event.asset_materialization.metadata["vintage"].value == snapshots[-1].vintage


def test_nothing_new_makes_no_vintage_fresher(run):
    assert run().success
    again = run()
    assert again.success
    assert again.asset_materializations_for_node("fetch_cbc_bop") == []
    [observed] = again.get_asset_observation_events()
    assert observed.asset_observation_data.asset_observation.asset_key == KEY


def test_what_is_refused_is_red_and_not_tried_again(run, standin):
    standin.behave("cbc", habits.status(403, b"no robots"))
    result = run()
    assert not result.success
    [failure] = [event for event in result.all_events if event.is_step_failure]
    assert "no robots" in failure.step_failure_data.user_failure_data.description
    assert not any(event.event_type_value == "STEP_UP_FOR_RETRY" for event in result.all_events)
    assert len(standin.asked("cbc")) == 1


def test_a_publisher_that_wants_to_be_left_alone_is_tried_again_later(run, standin):
    standin.behave("cbc", habits.too_many_429(retry_after=3600))
    result = run()
    assert not result.success
    retries = [e for e in result.all_events if e.event_type_value == "STEP_UP_FOR_RETRY"]
    assert len(retries) == 2
    # It was not asked again before its time: the ledger remembers between the attempts.
    assert len(standin.asked("cbc")) == 1


def test_an_address_cannot_break_the_table_of_requests():
    assert requests_table([{"url": "http://h/?a|b", "outcome": "saved"}]).splitlines()[2] == (
        "|  | http://h/?a\\|b |  | saved | 0 |"
    )
