"""The Dagster graph that editors and engineers browse: whole, described, and gated."""

from pathlib import Path

import dagster as dg
import pytest

from orchestration.dbt_assets import key_of_model
from orchestration.dictionary import dictionary
from orchestration.fetching import FETCH_JOB
from orchestration.landed_events import landed_key
from orchestration.publishing import PUBLISHED_KEY, published_tables
from sources import SOURCE_IDS, get_source

ROOT = Path(__file__).resolve().parents[2]
STATIONS = {"raw", "bronze", "staging", "intermediate"}


@pytest.fixture(scope="module")
def definitions(prepared):
    from orchestration import definitions

    return definitions


@pytest.fixture(scope="module")
def graph(definitions):
    return definitions.defs.resolve_asset_graph()


def upstream(graph, key):
    found, waiting = set(), [key]
    while waiting:
        for parent in graph.get(waiting.pop()).parent_keys:
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found


def book_tables(graph):
    return [key for key in graph.get_all_asset_keys() if key.path[0] == "book"]


def test_there_is_an_asset_for_each_of_the_twenty_printed_tables(graph):
    assert len(book_tables(graph)) == 20


def test_every_printed_table_is_traced_through_all_stations_to_a_raw_file(graph):
    for table in book_tables(graph):
        stations = {key.path[0] for key in upstream(graph, table)}
        assert stations >= STATIONS, table.to_user_string()


def test_a_table_is_traced_to_its_own_publishers_only(graph):
    raw = {
        key.path[1]
        for key in upstream(graph, dg.AssetKey(["book", "table_1_2_01"]))
        if key.path[0] == "raw"
    }
    assert raw == {"oecd_msti"}


def test_publishing_depends_directly_on_every_table_that_is_published(graph, definitions):
    published = {
        key_of_model(definitions.PREPARED.manifest, name)
        for name in published_tables(definitions.PREPARED)
    }
    assert graph.get(PUBLISHED_KEY).parent_keys == published
    assert set(book_tables(graph)) <= published


def test_every_asset_is_described_owned_and_has_editions_as_partitions(graph, definitions):
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description, key.to_user_string()
        assert node.owners == ["team:statistics"], key.to_user_string()
        # What a publisher has released belongs to no edition; a pin makes it so.
        partitions = None if key.path[0] == "landed" else definitions.EDITIONS
        assert node.partitions_def == partitions, key.to_user_string()


def test_every_source_has_a_freshness_policy_and_those_that_are_fetched_retry(graph, definitions):
    fetched = set()
    for source_id in SOURCE_IDS:
        key = landed_key(source_id)
        assert graph.get(key).freshness_policy is not None, source_id
        assert key in graph.get(definitions.raw_key(source_id)).parent_keys
        if get_source(source_id).fetcher:
            assert definitions.defs.get_assets_def(key).op.retry_policy.max_retries > 0
            fetched.add(key)
    job = definitions.defs.resolve_job_def(FETCH_JOB)
    assert set(job.asset_layer.selected_asset_keys) == fetched


def test_a_refresh_asks_no_publisher(definitions):
    job = definitions.defs.resolve_job_def(definitions.ANNUAL_REFRESH)
    asked = [key for key in job.asset_layer.selected_asset_keys if key.path[0] == "landed"]
    assert asked == []


def test_every_dbt_test_and_every_suite_is_a_check_in_the_ui(graph, definitions):
    tests = [
        node
        for node in definitions.PREPARED.manifest["nodes"].values()
        if node["resource_type"] == "test"
    ]
    assert len(graph.asset_check_keys) == len(tests) + len(definitions.SUITE_CHECKS)


def test_descriptions_are_in_both_languages(definitions):
    for node in definitions.PREPARED.manifest["nodes"].values():
        if node["resource_type"] not in ("model", "seed"):
            continue
        texts = [node["description"], *(c["description"] for c in node["columns"].values())]
        for text in texts:
            assert " / " in text, (node["name"], text)
            assert any("\u4e00" <= letter <= "\u9fff" for letter in text), (node["name"], text)


def test_every_model_column_is_described_and_every_description_has_its_column(
    definitions, refreshed
):
    for name in published_tables(definitions.PREPARED):
        made = {row[0] for row in refreshed.query(f"select column_name from (describe {name})")}
        node = next(
            node
            for node in definitions.PREPARED.manifest["nodes"].values()
            if node["name"] == name and node["resource_type"] == "model"
        )
        assert made == set(node["columns"]), name


def test_the_value_of_a_table_is_traced_by_column_to_the_value_in_the_publishers_file(definitions):
    lineage = definitions.PREPARED.column_lineage
    seen, waiting = set(), [("model.whitepaper_warehouse.table_1_2_01", "value")]
    while waiting:
        model, column = waiting.pop()
        for pair in lineage.get(model, {}).get(column, []):
            if tuple(pair) not in seen:
                seen.add(tuple(pair))
                waiting.append(tuple(pair))
    assert ("source.whitepaper_warehouse.oecd_msti.observation", "obs_value") in seen


def test_every_model_has_column_lineage(definitions):
    without = [
        model for model, columns in definitions.PREPARED.column_lineage.items() if not columns
    ]
    assert without == []


def test_the_published_database_explains_its_tables_and_columns(refreshed):
    assert refreshed.query("select count(*) from duckdb_tables() where comment is null") == [(0,)]
    undescribed = refreshed.query(
        "select table_name, column_name from duckdb_columns() "
        "where comment is null and not internal"
    )
    assert undescribed == []


def test_the_yearly_schedule_asks_for_the_newest_edition(definitions):
    context = dg.build_schedule_context()
    request = definitions.every_june(context)
    assert request.partition_key == "2025-26"
    assert definitions.every_june.job_name == definitions.ANNUAL_REFRESH


def test_the_dictionary_in_docs_is_the_one_that_the_models_describe(definitions):
    prepared = definitions.PREPARED
    written = (ROOT / "docs" / "dictionary.md").read_text(encoding="utf-8")
    assert written == dictionary(prepared.manifest, published_tables(prepared)), "run `make docs`"


def test_the_drop_folder_is_watched_while_the_ui_runs(definitions):
    repository = definitions.defs.get_repository_def()
    sensor = repository.get_sensor_def("drop_folder_sensor")
    assert sensor.job_name == "land_from_drop_folder"
    assert sensor.default_status == dg.DefaultSensorStatus.RUNNING


def test_the_jobs_of_microdata_make_marts_from_pinned_files_and_publish_nothing(definitions):
    for name in definitions.MICRODATA_JOBS:
        nodes = definitions.defs.resolve_job_def(name).asset_layer
        stations = {key.path[0] for key in nodes.selected_asset_keys}
        assert {"raw", "bronze", "edition", "staging", "intermediate", "book"} <= stations
        assert not {"published", "landed"} & stations
