"""dbt's nodes as Dagster assets and checks: keys, groups, lineage, and what a run reports.

Here: the translation between dbt's manifest and Dagster. Not here: running dbt (`dbt`) or judging
its tests (`quality`). Written by hand rather than taken from dagster-dbt, of which nothing else
would be used: importing that costs more than all other definitions together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
import duckdb

from expectations.gate import Verdict
from orchestration.dbt import DbtRun, PreparedDbt
from orchestration.workspace import Build

Manifest = Mapping[str, Any]
Node = Mapping[str, Any]
OWNERS = ["team:statistics"]
RAN = {"success", "pass"}
STATIONS = ["reference", "staging", "intermediate", "book", "figures", "marts"]
SHOWN_ROWS = 10


def station(node: Node) -> str:
    """The station of a dbt node: staging, intermediate, book (the printed tables), figures ..."""
    if node["resource_type"] == "source":
        return "edition" if node["source_name"] == "edition" else "bronze"
    if node["resource_type"] == "seed":
        return "reference"
    layer: str = node["fqn"][1]
    return "book" if layer == "tables" else layer


def asset_key(node: Node) -> dg.AssetKey:
    """`staging/stg_...`, `book/table_...`; dbt's sources are the bronze and edition assets."""
    name = node["name"]
    if station(node) == "bronze":
        name = f"{node['source_name']}__{name}"
    return dg.AssetKey([station(node), name])


def key_of_model(manifest: Manifest, name: str) -> dg.AssetKey:
    """Asset key of the model or seed with this name."""
    return asset_key(next(n for n in _asset_nodes(manifest).values() if n["name"] == name))


def nodes_of_keys(manifest: Manifest, keys: Collection[dg.AssetKey]) -> list[Node]:
    """The models and seeds with these asset keys."""
    return [node for node in _asset_nodes(manifest).values() if asset_key(node) in keys]


def source_ids_of(manifest: Manifest, nodes: Iterable[Node]) -> set[str]:
    """The publishers' sources that some nodes read themselves."""
    read = {parent for node in nodes for parent in node.get("depends_on", {}).get("nodes", [])}
    sources = manifest["sources"]
    return {str(sources[parent]["source_name"]) for parent in read & sources.keys()} - {"edition"}


def _asset_nodes(manifest: Manifest) -> dict[str, Node]:
    return {
        unique_id: node
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "seed")
    }


def dbt_specs(prepared: PreparedDbt) -> tuple[list[dg.AssetSpec], list[dg.AssetCheckSpec]]:
    """Asset and check specs of the whole project."""
    manifest = prepared.manifest
    assets = _asset_nodes(manifest)
    parents = {**assets, **manifest["sources"]}
    specs = [
        dg.AssetSpec(
            asset_key(node),
            deps=[
                asset_key(parents[parent])
                for parent in node.get("depends_on", {}).get("nodes", [])
                if parent in parents
            ],
            description=_description(prepared, unique_id, node),
            group_name=station(node),
            kinds={"dbt", "duckdb"},
            owners=OWNERS,
            code_version=str(node["checksum"]["checksum"])[:12],
            metadata={
                "dagster/column_schema": _column_schema(node),
                "dagster/table_name": node["relation_name"].replace('"', ""),
            },
            skippable=True,
        )
        for unique_id, node in assets.items()
    ]
    checks = [
        dg.AssetCheckSpec(
            name=check_name(test),
            asset=asset_key(assets[model]),
            description=test.get("description") or _rule(test),
            metadata={"severity": test["config"]["severity"].lower()},
        )
        for test in manifest["nodes"].values()
        if test["resource_type"] == "test" and (model := attached_model(manifest, test))
    ]
    return specs, checks


def _column_schema(node: Node) -> dg.TableSchema:
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=column["name"],
                type=column.get("data_type") or "?",
                description=column.get("description"),
            )
            for column in node["columns"].values()
        ]
    )


def _description(prepared: PreparedDbt, unique_id: str, node: Node) -> str:
    """What the model is, the columns each of its columns is made from, and its SQL.

    The open-source UI draws no column lineage, so it stands here for people to read; the
    materialization carries it as `dagster/column_lineage` for programs.
    """
    sql = node.get("raw_code")
    blocks = [
        node.get("description") or "",
        _origins(prepared.column_lineage.get(unique_id, {})),
        f"```sql\n{sql.strip()}\n```" if sql else "",
    ]
    return "\n\n".join(block for block in blocks if block)


def _origins(columns: Mapping[str, list[list[str]]]) -> str:
    if not columns:
        return ""
    rows = [
        f"| {column} | {', '.join(_spelled(*pair) for pair in pairs)} |"
        for column, pairs in columns.items()
    ]
    return "\n".join(["| column | made from |", "|---|---|", *rows])


def _spelled(unique_id: str, column: str) -> str:
    parts = unique_id.split(".")
    table = "__".join(parts[2:]) if parts[0] == "source" else parts[-1]
    return f"`{table}.{column}`"


def attached_model(manifest: Manifest, test: Mapping[str, Any]) -> str | None:
    """Unique id of the asset that a dbt test is shown at.

    A generic test names it; a test written as a sentence may read many models and is shown at the
    last of them in the order of the stations.
    """
    assets = _asset_nodes(manifest)
    attached = test.get("attached_node")
    if attached in assets:
        return str(attached)
    read = [node for node in test["depends_on"]["nodes"] if node in assets]
    if not read:
        return None
    last: str = max(read, key=lambda node: STATIONS.index(station(assets[node])))
    return last


def check_name(test: Mapping[str, Any]) -> str:
    """Name of the check that shows a dbt test."""
    return str(test["name"])[:200]


def _rule(test: Mapping[str, Any]) -> str:
    """The test's name as a sentence, and what its file says that one returned row means."""
    name = str(test["name"]).replace("_", " ")
    if test.get("test_metadata"):
        return f"{name}."
    comment = [line[2:].strip() for line in test["raw_code"].splitlines() if line[:2] == "--"]
    return f"{name[:1].upper()}{name[1:]}.\n\n{' '.join(comment)}"


def events_of_run(
    prepared: PreparedDbt, build: Build, run: DbtRun, verdict: Verdict
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """What a dbt build did, as Dagster events: rows, column lineage, failing rows of checks."""
    yield from materializations(prepared, build, run)
    nodes = prepared.manifest["nodes"]
    findings = {finding.name: finding for finding in verdict.findings}
    for result in run.results:
        node = nodes[result["unique_id"]]
        if node["resource_type"] != "test" or result["status"] == "skipped":
            continue
        model = attached_model(prepared.manifest, node)
        if model is None:
            continue
        evidence: dict[str, Any] = {"failing rows": result["failures"] or 0}
        if (finding := findings.get(result["unique_id"])) is not None:
            evidence["evidence"] = dg.MetadataValue.md(markdown_rows(finding.failing_rows))
        warns = node["config"]["severity"].lower() == "warn"
        yield dg.AssetCheckResult(
            asset_key=asset_key(nodes[model]),
            check_name=check_name(node),
            passed=result["status"] == "pass",
            severity=dg.AssetCheckSeverity.WARN if warns else dg.AssetCheckSeverity.ERROR,
            metadata=evidence,
        )


def materializations(
    prepared: PreparedDbt, build: Build, run: DbtRun
) -> Iterator[dg.MaterializeResult[Any]]:
    """The models and seeds that a dbt build made, with rows and column lineage."""
    nodes = prepared.manifest["nodes"]
    row_counts = _row_counts(build)
    for result in run.results:
        node = nodes[result["unique_id"]]
        if node["resource_type"] in ("model", "seed") and result["status"] in RAN:
            yield dg.MaterializeResult(
                asset_key=asset_key(node),
                metadata=_materialization(prepared, result, node, row_counts),
            )


def _materialization(
    prepared: PreparedDbt, result: Mapping[str, Any], node: Node, row_counts: Mapping[str, int]
) -> dict[str, Any]:
    metadata: dict[str, Any] = {"seconds": round(result["execution_time"], 3)}
    if node["name"] in row_counts:  # a view has none
        metadata["dagster/row_count"] = row_counts[node["name"]]
    if lineage := _column_lineage(prepared, result["unique_id"]):
        metadata["dagster/column_lineage"] = lineage
    return metadata


def markdown_rows(rows: Sequence[Mapping[str, Any]]) -> str:
    """The first failing rows as a Markdown table."""
    if not rows:
        return "no rows"
    columns = list(rows[0])
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += [
        "| " + " | ".join(str(row[column]).replace("|", "\\|") for column in columns) + " |"
        for row in rows[:SHOWN_ROWS]
    ]
    return "\n".join(lines)


def _row_counts(build: Build) -> dict[str, int]:
    if not build.database.exists():
        return {}
    with duckdb.connect(str(build.database), read_only=True) as connection:
        return dict(
            connection.execute(
                "select table_name, estimated_size from duckdb_tables() where schema_name = 'main'"
            ).fetchall()
        )


def _column_lineage(prepared: PreparedDbt, unique_id: str) -> dg.TableColumnLineage | None:
    columns = prepared.column_lineage.get(unique_id)
    if not columns:
        return None
    nodes = {**prepared.manifest["nodes"], **prepared.manifest["sources"]}
    return dg.TableColumnLineage(
        {
            column: [
                dg.TableColumnDep(asset_key=asset_key(nodes[parent]), column_name=name)
                for parent, name in parents
            ]
            for column, parents in columns.items()
        }
    )
