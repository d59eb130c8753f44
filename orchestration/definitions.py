"""The Dagster definitions: every station of a number as an asset, every rule as a check.

Thin by rule: each asset calls one plain function of this package or of another room and reports
what it returned. The graph, left to right::

    landed/<source> -> raw/<source> -> bronze/<source>__<table> -> staging/... -> intermediate/...
    -> marts/..., book/table_... -> marts/book_cell -> published/edition
    edition/<file> -> (wherever the editor's declarations enter)

One plan for everybody: the command line, the schedule and the UI run the job `annual_refresh`.
What comes before it, new vintages in the store, is the jobs' of `fetch_assets` and `drop_sensor`.
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster import AssetCheckExecutionContext, AssetExecutionContext

from editions import list_editions
from orchestration import dbt, ingest, quality
from orchestration.dbt_assets import (
    OWNERS,
    dbt_specs,
    events_of_run,
    key_of_model,
    materializations,
    nodes_of_keys,
    source_ids_of,
)
from orchestration.drop_sensor import drop_folder_sensor, land_from_drop_folder
from orchestration.fetch_assets import fetch_job, landed_assets
from orchestration.landed_events import GROUP, landed_key, snapshot_metadata
from orchestration.microdata import MICRODATA_MARTS
from orchestration.publishing import PUBLISHED_KEY, publish_build, published_tables
from orchestration.workspace import Build, Workspace
from sources import SOURCE_IDS, get_source
from sources.contract import SourceError

WORKSPACE = Workspace.here()
PREPARED = dbt.prepare(WORKSPACE)
DBT_SPECS, DBT_CHECKS = dbt_specs(PREPARED)
EDITIONS = dg.StaticPartitionsDefinition(list_editions(WORKSPACE.root / "editions"))


def raw_key(source_id: str) -> dg.AssetKey:
    """Key of the asset that stands for a source's pinned snapshot."""
    return dg.AssetKey(["raw", source_id])


def _source_specs() -> Iterator[dg.AssetSpec]:
    for source_id in SOURCE_IDS:
        source = get_source(source_id)
        yield dg.AssetSpec(
            raw_key(source_id),
            deps=[landed_key(source_id)],
            description=(
                f"{source.publisher_en}: {source.title_en}\n\n"
                f"{source.publisher_zh}：{source.title_zh}\n\n"
                f"The publisher's bytes, untouched. {source.how_to_get}"
            ),
            group_name="raw",
            kinds={"file"},
            owners=OWNERS,
            metadata={
                "homepage": dg.MetadataValue.url(source.homepage),
                "licence": source.licence,
                "citation": source.citation,
                "access": source.access,
                "feeds": ", ".join(source.feeds),
            },
            skippable=True,
        )
        for table in source.tables:
            columns = [
                dg.TableColumn(name, str(dtype), constraints=dg.TableColumnConstraints())
                for name, dtype in table.columns.items()
            ]
            yield dg.AssetSpec(
                dg.AssetKey(["bronze", f"{source_id}__{table.name}"]),
                deps=[raw_key(source_id)],
                description=f"{table.description}\n\nIdentified by {', '.join(table.key)}.",
                group_name="bronze",
                kinds={"parquet", "polars"},
                owners=OWNERS,
                metadata={"dagster/column_schema": dg.TableSchema(columns=columns)},
                skippable=True,
            )


def _edition_specs() -> Iterator[dg.AssetSpec]:
    for name in ingest.EDITION_TABLES:
        yield dg.AssetSpec(
            dg.AssetKey(["edition", name]),
            description=_edition_description(name),
            group_name="edition",
            kinds={"yaml", "parquet"},
            owners=OWNERS,
            skippable=True,
        )


def _edition_description(name: str) -> str:
    node = PREPARED.manifest["sources"].get(f"source.whitepaper_warehouse.edition.{name}", {})
    return str(node.get("description") or f"The edition's own file: {name}.")


def _open_build(run_id: str) -> Build:
    return WORKSPACE.build(run_id).open()


@dg.multi_asset(
    name="land_and_type_sources",
    specs=list(_source_specs()),
    partitions_def=EDITIONS,
    can_subset=True,
)
def source_assets(context: AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
    """Verify each pinned snapshot and turn it into typed Parquet."""
    edition = ingest.edition_of(WORKSPACE, context.partition_key)
    build = _open_build(context.run.run_id)
    ingest.record_fingerprint(WORKSPACE, edition, build)
    wanted = {key.path[1].split("__")[0] for key in context.selected_asset_keys}
    errors: list[str] = []
    for source_id in (source_id for source_id in SOURCE_IDS if source_id in wanted):
        try:
            ingested = ingest.ingest_source(WORKSPACE, edition, build, source_id)
        except SourceError as error:
            errors.append(f"{source_id}: {error}")
            continue
        if raw_key(source_id) in context.selected_asset_keys:
            yield dg.MaterializeResult(
                asset_key=raw_key(source_id), metadata=_snapshot_metadata(ingested)
            )
        for table, rows in ingested.rows.items():
            key = dg.AssetKey(["bronze", f"{source_id}__{table}"])
            if key in context.selected_asset_keys:
                yield dg.MaterializeResult(
                    asset_key=key,
                    metadata={"dagster/row_count": rows, "reused from cache": ingested.reused},
                )
    if errors:
        raise dg.Failure("\n".join(errors), allow_retries=False)


def _snapshot_metadata(ingested: ingest.Ingested) -> dict[str, Any]:
    snapshot = ingested.snapshot
    if snapshot is None:
        return {"vintage": "not pinned in this edition: nothing landed is used"}
    return snapshot_metadata(snapshot)


@dg.multi_asset(
    name="declare_edition", specs=list(_edition_specs()), partitions_def=EDITIONS, can_subset=True
)
def edition_assets(context: AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
    """Read the edition's registry, panels, pins, estimates and printed cells."""
    edition = ingest.edition_of(WORKSPACE, context.partition_key)
    build = _open_build(context.run.run_id)
    ingest.record_fingerprint(WORKSPACE, edition, build)
    rows = ingest.ingest_edition(WORKSPACE, edition, build)
    for key in sorted(context.selected_asset_keys):
        yield dg.MaterializeResult(asset_key=key, metadata={"dagster/row_count": rows[key.path[1]]})


@dg.multi_asset(
    name="build_models",
    specs=DBT_SPECS,
    check_specs=DBT_CHECKS,
    partitions_def=EDITIONS,
    can_subset=True,
)
def dbt_models(context: AssetExecutionContext) -> Iterator[Any]:
    """Run every dbt seed, model and test into the run's private database; or some models, untested.

    Only the whole is judged, and only what was judged can be published.
    """
    edition = ingest.edition_of(WORKSPACE, context.partition_key)
    build = _open_build(context.run.run_id)
    if context.selected_asset_keys != {spec.key for spec in DBT_SPECS}:
        nodes = nodes_of_keys(PREPARED.manifest, context.selected_asset_keys)
        ingest.ensure_inputs(WORKSPACE, edition, build, source_ids_of(PREPARED.manifest, nodes))
        names = [str(node["name"]) for node in nodes]
        run = dbt.build_selected(WORKSPACE, PREPARED, build, names)
        yield from materializations(PREPARED, build, run)
        if faults := run.faults():
            raise dg.Failure("\n".join(faults), allow_retries=False)
        return
    ingest.ensure_inputs(WORKSPACE, edition, build)
    run = dbt.build_models(WORKSPACE, PREPARED, build)
    verdict = quality.judge_models(PREPARED, build, run, edition)
    yield from events_of_run(PREPARED, build, run, verdict)
    if verdict.outcome != "pass":
        raise dg.Failure(quality.message_of(verdict), allow_retries=False)


SUITE_CHECKS = [
    dg.AssetCheckSpec(
        name=quality.check_name(name),
        asset=key_of_model(PREPARED.manifest, name),
        description=description,
        blocking=True,
    )
    for name, description in quality.suites()
]


@dg.multi_asset_check(name="great_expectations_gate", specs=SUITE_CHECKS)
def editor_checks(context: AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
    """Run the Great Expectations suites and write the gate's one verdict with its report."""
    edition = ingest.edition_of(WORKSPACE, context.partition_key)
    build = _open_build(context.run.run_id)
    yield from quality.check_marts(PREPARED, build, edition)


@dg.asset(
    key=PUBLISHED_KEY,
    deps=[key_of_model(PREPARED.manifest, name) for name in published_tables(PREPARED)],
    partitions_def=EDITIONS,
    group_name="published",
    kinds={"duckdb", "parquet"},
    owners=OWNERS,
    description=(
        "What readers open: data/published/<edition>/ with whitepaper.duckdb, parquet/ and the "
        "gate's report in quality/. Written beside the old release and moved into place, only "
        "when the gate's verdict is 'pass'.\n\n讀者使用的版本：整體發布，或完全不發布。"
    ),
)
def published_edition(context: AssetExecutionContext) -> dg.MaterializeResult[Any]:
    """Publish the edition: whole or not at all."""
    edition = ingest.edition_of(WORKSPACE, context.partition_key)
    build = _open_build(context.run.run_id)
    release = publish_build(WORKSPACE, PREPARED, build, edition)
    build.close(keep=False)
    return dg.MaterializeResult(
        metadata={
            "release": release.facts["release"],
            "directory": dg.MetadataValue.path(str(release.directory)),
            "tables": len(release.facts["rows"]),
            "book cells": release.facts["rows"]["book_cell"],
            "report": dg.MetadataValue.md(
                (release.directory / "quality" / "report.md").read_text(encoding="utf-8")
            ),
        }
    )


ANNUAL_REFRESH = "annual_refresh"
annual_refresh = dg.define_asset_job(
    ANNUAL_REFRESH,
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups(GROUP),
    description="From pinned raw snapshots to the published edition: verify, build, gate, publish.",
)


MICRODATA_JOBS = {
    f"microdata_{subject}": dg.define_asset_job(
        f"microdata_{subject}",
        selection=(
            dg.AssetSelection.assets(*(key_of_model(PREPARED.manifest, name) for name in marts))
            .upstream()
            .without_checks()
            - dg.AssetSelection.groups(GROUP)
        ),
        description="From pinned microdata to the marts that are counted from them, without the "
        "gate: to try or to measure, not to publish.",
    )
    for subject, marts in MICRODATA_MARTS.items()
}


@dg.schedule(
    job_name=ANNUAL_REFRESH,
    cron_schedule="0 9 1 6 *",
    execution_timezone="Asia/Taipei",
    description=(
        "Every 1 June at nine, Taipei time, before the book is set: refresh the newest edition "
        "from the vintages its pins name."
    ),
)
def every_june(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Ask for a refresh of the newest edition."""
    return dg.RunRequest(partition_key=EDITIONS.get_last_partition_key())


defs = dg.Definitions(
    assets=[
        *landed_assets(list_editions(WORKSPACE.root / "editions")[-1]),
        *(source_assets, edition_assets, dbt_models, published_edition),
    ],
    asset_checks=[editor_checks],
    jobs=[annual_refresh, *MICRODATA_JOBS.values(), fetch_job(), land_from_drop_folder],
    schedules=[every_june],
    sensors=[drop_folder_sensor],
    # One process: DuckDB has one writer, and the build's lock belongs to the process.
    executor=dg.in_process_executor,
)
