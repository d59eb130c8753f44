"""Which columns each model column is made from, read off the compiled SQL once per project state.

dagster-dbt can do this in every run, at 5-8 s; the answer only changes when the SQL does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope
from sqlglot.schema import MappingSchema

DIALECT = "duckdb"
ColumnLineage = dict[str, dict[str, list[list[str]]]]


def column_lineage(
    compiled_manifest: Mapping[str, Any], bronze_columns: Mapping[tuple[str, str], list[str]]
) -> ColumnLineage:
    """Trace every column of every model to the columns of the model's parents.

    Args:
        compiled_manifest: dbt's manifest.json after `dbt compile`.
        bronze_columns: columns of the dbt sources, by source and table name.

    Returns:
        unique id -> column -> list of [parent's unique id, parent's column].
    """
    nodes: dict[str, Any] = {**compiled_manifest["nodes"], **compiled_manifest["sources"]}
    columns = {unique_id: list(node.get("columns", {})) for unique_id, node in nodes.items()}
    for unique_id, node in compiled_manifest["sources"].items():
        columns[unique_id] = bronze_columns[node["source_name"], node["name"]]
    found: ColumnLineage = {}
    for unique_id, node in compiled_manifest["nodes"].items():
        if node["resource_type"] != "model" or not node.get("compiled_code"):
            continue
        if not node["depends_on"]["nodes"]:
            continue  # made from no other table: nothing to trace
        if node["language"] == "python":
            found[unique_id] = _declared_lineage(node, nodes)
        else:
            found[unique_id] = _lineage_of_model(node, nodes, columns)
    return found


def _declared_lineage(
    node: Mapping[str, Any], nodes: Mapping[str, Any]
) -> dict[str, list[list[str]]]:
    """What a Python model says of its columns in its YAML: ``meta: {made_from: [model.column]}``.

    SQL can be traced, Python cannot.
    """
    parents = {nodes[parent]["name"]: parent for parent in node["depends_on"]["nodes"]}
    found: dict[str, list[list[str]]] = {}
    for name, column in node["columns"].items():
        meta = column.get("meta") or (column.get("config") or {}).get("meta") or {}
        for origin in meta.get("made_from", ()):
            parent, parent_column = origin.split(".")
            found.setdefault(name, []).append([parents[parent], parent_column])
    return found


def _lineage_of_model(
    node: Mapping[str, Any], nodes: Mapping[str, Any], columns: Mapping[str, list[str]]
) -> dict[str, list[list[str]]]:
    parents = [parent for parent in node["depends_on"]["nodes"] if parent in nodes]
    # External Parquet files stand in the SQL as a quoted path; give them a table's name.
    placeholders: dict[str, str] = {}
    sql = node["compiled_code"]
    for number, parent in enumerate(parents):
        relation = nodes[parent].get("relation_name") or ""
        external = _external_relation(nodes[parent])
        name = f"parent_{number}"
        for spelling in filter(None, (external, relation)):
            if spelling in sql:
                sql = sql.replace(spelling, name)
                placeholders[name] = parent
    known = {name: columns[parent] for name, parent in placeholders.items() if columns[parent]}
    if not known:
        return {}
    schema = MappingSchema(
        {name: dict.fromkeys(names, "text") for name, names in known.items()}, dialect=DIALECT
    )
    try:
        query = qualify(
            sqlglot.parse_one(sql, dialect=DIALECT),
            schema=schema,
            dialect=DIALECT,
            validate_qualify_columns=False,
            identify=False,
        )
    except sqlglot.errors.SqlglotError:
        # SQL that DuckDB runs and sqlglot cannot read: the model goes without a picture, not
        # without a refresh. A contract test says which model it is.
        return {}
    roots = lineage(None, query, schema, dialect=DIALECT, scope=build_scope(query), copy=False)
    result: dict[str, list[list[str]]] = {}
    for column, root in roots.items():
        sources: list[list[str]] = []
        for leaf in root.walk():
            if isinstance(leaf.source, exp.Table) and leaf.source.name in placeholders:
                pair = [placeholders[leaf.source.name], leaf.name.split(".")[-1].strip('"')]
                if pair not in sources:
                    sources.append(pair)
        if sources:
            result[column] = sources
    return result


def _external_relation(node: Mapping[str, Any]) -> str | None:
    location = (node.get("meta") or {}).get("external_location") or (
        (node.get("source_meta") or {}).get("external_location")
    )
    if not location:
        return None
    spelled = str(location).format_map(node)
    return spelled if "(" in spelled else f"'{spelled}'"
