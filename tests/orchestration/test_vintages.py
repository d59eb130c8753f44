"""Other landed vintages: the book as each would have it, built once per state of its inputs."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from editions.model import Edition
from orchestration import dbt, ingest
from orchestration.vintages import vintage_frames
from orchestration.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
SOURCE = "oecd_msti"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, workspace_at: Any) -> Workspace:
    made: Workspace = workspace_at(tmp_path_factory.mktemp("data"))
    return made


@pytest.fixture(scope="module")
def edition(workspace: Workspace) -> Edition:
    return ingest.edition_of(workspace, "2025-26")


def test_an_edition_with_one_vintage_per_source_has_empty_frames_and_builds_nothing(
    tmp_path: Path, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dbt, "prepare", lambda _: pytest.fail("nothing is to be built"))
    frames = vintage_frames(Workspace(ROOT, tmp_path), edition)
    assert {name: frame.height for name, frame in frames.items()} == {
        "edition__vintage": 0,
        "edition__vintage_cell": 0,
        "edition__vintage_observation": 0,
    }
    for name, schema in ingest.VINTAGE_TABLES.items():
        assert dict(frames[f"edition__{name}"].schema) == dict(schema)


def later_msti(shipped: Path, to: Path) -> Path:
    """The shipped file as a later release: France 2022 ten per cent up, Switzerland 2022 there."""
    rows = list(csv.DictReader(io.StringIO(shipped.read_text(encoding="utf-8-sig"))))
    value = next(name for name in rows[0] if name.lower() in ("obs_value", "value"))
    area = next(name for name in rows[0] if name.lower() == "ref_area")
    year = next(name for name in rows[0] if name.lower() == "time_period")
    later = []
    for row in rows:
        if row[area] == "FRA" and row[year] == "2022":
            row = {**row, value: str(float(row[value]) * 1.1)}
        later.append(row)
        if row[area] == "CHE" and row[year] == "2021":
            later.append({**row, year: "2022"})
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(later)
    to.write_text(out.getvalue(), encoding="utf-8")
    return to


@pytest.fixture(scope="module")
def landed(
    workspace: Workspace, edition: Edition, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, pl.DataFrame]:
    pinned = ingest.pinned_snapshot(workspace.snapshots(edition.id), edition, SOURCE)
    assert pinned is not None
    file = later_msti(pinned.paths[0], tmp_path_factory.mktemp("later") / "msti.csv")
    before = ingest.fingerprint(workspace, edition)
    ingest.land(workspace, SOURCE, [file], "2025-09", edition.id)
    assert ingest.fingerprint(workspace, edition) != before
    return vintage_frames(workspace, edition)


def test_the_book_is_computed_under_the_other_vintage(landed: dict[str, pl.DataFrame]) -> None:
    cells = landed["edition__vintage_cell"]
    assert cells.select("edition", "source_id", "vintage").unique().row(0) == (
        "2025-26",
        SOURCE,
        "2025-09",
    )
    swiss = cells.filter(
        pl.col("table_id") == "T1-2-01", pl.col("row_key") == "CHE", pl.col("period") == "2022"
    )
    assert "E" not in swiss["status"].to_list()
    assert "T1-2-09" in cells["table_id"].to_list()


def test_only_observations_of_estimated_cells_are_kept(landed: dict[str, pl.DataFrame]) -> None:
    found = landed["edition__vintage_observation"]
    assert set(found.select("area_code", "period").unique().rows()) == {("CHE", "2022")}
    assert "gerd_constant_ppp" in found["indicator_id"].to_list()


def test_a_second_look_is_read_from_the_cache(
    workspace: Workspace,
    edition: Edition,
    landed: dict[str, pl.DataFrame],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dbt, "build_marts", lambda *_: pytest.fail("built before"))
    decided_elsewhere = replace(edition, triage=(), policy=(), printed_cells=())
    again = vintage_frames(workspace, decided_elsewhere)
    for name, frame in landed.items():
        assert frame.equals(again[name])


def test_a_vintage_that_cannot_be_computed_with_says_why_and_stops_nothing(
    workspace: Workspace,
    edition: Edition,
    landed: dict[str, pl.DataFrame],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise dbt.DbtError("no such column")

    monkeypatch.setattr(dbt, "build_marts", fail)
    frames = vintage_frames(workspace, replace(edition, estimates=()))
    assert frames["edition__vintage"]["trouble"].to_list() == ["no such column"]
    assert frames["edition__vintage_cell"].is_empty()
