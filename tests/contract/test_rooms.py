"""The rooms of the house keep to themselves: who may import whom."""

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = {
    *("sources", "editions", "dbt_project", "reconciliation"),
    *("expectations", "publication", "orchestration"),
}
MAY_IMPORT = {
    "sources": set(),
    # The transcription writes what the sources read; claims.yml is read in the claim language.
    "editions": {"sources", "reconciliation"},
    "dbt_project": {"reconciliation"},  # Python models are thin adapters
    "reconciliation": {"publication"},  # the one rounding rule
    "expectations": set(),
    "publication": set(),
    "orchestration": ROOMS,
}
HEAVY = {
    "sources": {"dagster", "dbt", "duckdb", "great_expectations"},
    "editions": {"dagster", "dbt", "duckdb", "great_expectations"},
    "publication": {"dagster", "dbt", "great_expectations"},
    "reconciliation": {"dagster", "dbt", "duckdb", "great_expectations"},
    "expectations": {"dagster", "dbt"},
}


def imports_of(room):
    for path in sorted((ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            else:
                continue
            yield from ((path.relative_to(ROOT), name) for name in names)


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_a_room_imports_only_the_rooms_it_may(room):
    found = list(imports_of(room))
    assert found
    allowed = MAY_IMPORT[room] | {room}
    strangers = [
        f"{path} imports {name}"
        for path, name in found
        if name.split(".")[0] in ROOMS and name.split(".")[0] not in allowed
    ]
    assert strangers == []


@pytest.mark.parametrize("room", sorted(HEAVY))
def test_a_room_does_not_know_the_tools_of_another(room):
    strangers = [
        f"{path} imports {name}"
        for path, name in imports_of(room)
        if name.split(".")[0] in HEAVY[room]
    ]
    assert strangers == []


def test_the_reader_of_editions_knows_no_source():
    known = [
        name
        for path, name in imports_of("editions")
        if path.name == "reader.py" and "sources" in name
    ]
    assert known == []


def test_a_source_knows_no_other_source():
    from sources import SOURCE_IDS

    strangers = [
        f"{path} imports {name}"
        for path, name in imports_of("sources")
        if name.startswith("sources.")
        and name.split(".")[1] in SOURCE_IDS
        and path.stem in SOURCE_IDS
    ]
    assert strangers == []


def committed_texts():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if (
            path.suffix in {".py", ".sql", ".yml", ".toml", ".md", ".lock", ".json", ""}
            and path.exists()
        ):
            yield name, path.read_text(encoding="utf-8", errors="replace")


def test_nothing_committed_names_a_machine_path_or_a_package_registry():
    forbidden = [
        "/" + "root/",
        "/" + "work/",
        "/" + "home/",
        "--" + "index-url",
        "pypi" + ".org/simple",
    ]
    found = [(name, word) for name, text in committed_texts() for word in forbidden if word in text]
    assert found == []
