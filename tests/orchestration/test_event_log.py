"""Dagster's history keeps its connections open, and holds what the default storage would hold."""

from dagster import DagsterInstance, asset, materialize

from orchestration.event_log import OPEN_SHARDS, PooledSqliteEventLogStorage
from orchestration.instance import open_instance
from orchestration.workspace import Workspace


def test_the_instance_of_the_command_line_uses_the_pooled_storage(tmp_path, monkeypatch):
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    with open_instance(Workspace(tmp_path, tmp_path / "data")) as instance:
        assert isinstance(instance.event_log_storage, PooledSqliteEventLogStorage)
        assert not instance.telemetry_enabled


def test_runs_stored_through_kept_connections_are_read_by_the_default_storage(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))

    @asset
    def grants():
        return 1

    workspace = Workspace(tmp_path, tmp_path / "data")
    with open_instance(workspace) as instance:
        results = [materialize([grants], instance=instance) for _ in range(OPEN_SHARDS + 2)]
        assert len(instance.event_log_storage._engines) == OPEN_SHARDS
    (workspace.dagster_home / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    with DagsterInstance.from_config(str(workspace.dagster_home)) as plain:
        assert not isinstance(plain.event_log_storage, PooledSqliteEventLogStorage)
        for result in results:
            stored = plain.all_logs(result.run_id)
            kinds = [entry.dagster_event_type.value for entry in stored if entry.dagster_event]
            assert "ASSET_MATERIALIZATION" in kinds
            assert kinds[-1] == "PIPELINE_SUCCESS"
