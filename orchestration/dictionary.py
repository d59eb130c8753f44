"""The data dictionary, written from the models' own descriptions to docs/dictionary.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestration.dbt import prepare
from orchestration.publishing import published_tables
from orchestration.workspace import Workspace
from publication.release import TableDescription


def dictionary(manifest: Mapping[str, Any], tables: Mapping[str, TableDescription]) -> str:
    """Describe every published table and column, with its type, as Markdown."""
    types = {
        (node["name"], column["name"]): column.get("data_type") or ""
        for node in manifest["nodes"].values()
        for column in node["columns"].values()
    }
    lines = [
        "# Data dictionary",
        "",
        "Written by `make docs` from the models; change the descriptions there.",
    ]
    for table, description in tables.items():
        lines += ["", f"## {table}", "", description.text, ""]
        lines += ["| column | type | 說明 / description |", "|---|---|---|"]
        lines += [
            f"| {column} | {types[table, column]} | {_one_line(text)} |"
            for column, text in description.columns.items()
        ]
    return "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main() -> None:
    """Write docs/dictionary.md of this checkout."""
    workspace = Workspace.here()
    prepared = prepare(workspace)
    target = workspace.root / "docs" / "dictionary.md"
    target.write_text(dictionary(prepared.manifest, published_tables(prepared)), encoding="utf-8")


if __name__ == "__main__":
    main()
