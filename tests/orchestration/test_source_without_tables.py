"""A source whose files are proven but not yet read into tables goes through every station."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from orchestration import ingest
from orchestration.source_sheets import describe_sources
from orchestration.status import describe_status
from orchestration.workspace import Workspace
from sources import uspto_bulk
from tests.standin.uspto import zipped

ROOT = Path(__file__).resolve().parents[2]
EDITION = "2025-26"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(ROOT, tmp_path / "data")


def land(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "g_patent.tsv.zip"
    path.write_bytes(zipped("g_patent"))
    ingest.land(workspace, "uspto_bulk", [path], "2026-08-14", EDITION)


def test_it_is_landed_ingested_once_and_not_proven_again_while_nothing_changes(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(workspace, tmp_path)
    edition = ingest.edition_of(workspace, EDITION)
    edition = replace(edition, pins={**edition.pins, "uspto_bulk": "2026-08-14"})
    build = workspace.build("run").open()
    try:
        first = ingest.ingest_source(workspace, edition, build, "uspto_bulk")
        monkeypatch.setattr(uspto_bulk, "_check_table", lambda path: pytest.fail("proven again"))
        second = ingest.ingest_source(workspace, edition, build, "uspto_bulk")
    finally:
        build.close(keep=False)
    assert (first.reused, second.reused) == (False, True)
    assert dict(first.rows) == dict(second.rows) == {}
    assert first.snapshot is not None


def test_it_is_ingested_without_a_pin(workspace: Workspace) -> None:
    edition = ingest.edition_of(workspace, EDITION)
    build = workspace.build("run").open()
    try:
        assert dict(ingest.ingest_source(workspace, edition, build, "uspto_bulk").rows) == {}
    finally:
        build.close(keep=False)


def test_status_and_sources_tell_of_it(workspace: Workspace, tmp_path: Path) -> None:
    land(workspace, tmp_path)
    assert "uspto_bulk" in describe_status(workspace, EDITION)
    told = describe_sources(workspace, EDITION, "uspto_bulk")
    assert "uspto_bulk" in told
    assert "2026-08-14" in told
