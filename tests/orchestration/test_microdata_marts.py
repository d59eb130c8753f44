"""Marts from microdata are made when something has changed, or when what was made is gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orchestration import ingest, microdata
from orchestration.microdata import MADE_FROM, make_marts
from orchestration.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]


def test_a_build_serves_again_until_something_changes_or_its_database_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace(ROOT, tmp_path)
    runs: list[str] = []
    digest = ["one"]

    def run_job(workspace: Workspace, edition_id: str, subject: str, made_from: str) -> Path:
        runs.append(subject)
        build = workspace.build(f"run {len(runs)}")
        build.directory.mkdir(parents=True)
        build.database.touch()
        (build.directory / MADE_FROM).write_text(made_from, encoding="utf-8")
        return build.database

    def fingerprint(*_: Any) -> str:
        return digest[0]

    monkeypatch.setattr(microdata, "_run_job", run_job)
    monkeypatch.setattr(ingest, "fingerprint", fingerprint)
    first = make_marts(workspace, "2025-26", "patents")
    assert make_marts(workspace, "2025-26", "patents") == first
    assert make_marts(workspace, "2025-26", "customs") != first
    assert runs == ["patents", "customs"]
    first.unlink()
    second = make_marts(workspace, "2025-26", "patents")
    assert second.is_file()
    digest[0] = "two"
    assert make_marts(workspace, "2025-26", "patents") not in (first, second)
    assert runs == ["patents", "customs", "patents", "patents"]
