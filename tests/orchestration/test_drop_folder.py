"""Files that are dropped into a folder: landed when whole, refused beside with the reason."""

from __future__ import annotations

import json
import os
import shutil
import time
from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from orchestration import drop_folder
from orchestration.drop_folder import DropReport, dropped, land_dropped
from orchestration.workspace import Workspace, WorkspaceError, only_one

ROOT = Path(__file__).resolve().parents[2]
RISKS = (
    "report_year,horizon,rank,risk_key,risk_name_en,risk_name_zh\n"
    "2025,short_term_2y,1,misinformation,Misinformation,錯誤資訊\n"
    "2025,long_term_10y,1,extreme_weather_events,Extreme weather,極端氣候\n"
)
COUNTS = {
    "year.csv": "area_code,area_name,grant_year,grants\nTW,Taiwan,2024,12340\n",
    "field.csv": "area_code,area_name,wipo_field,first_year,last_year,grants,"
    "rank_among_all_areas\nTW,Taiwan,8,2020,2024,20111,4\n",
}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    for room in ("editions/2025-26",):
        (tmp_path / room).mkdir(parents=True)
    return Workspace(tmp_path, tmp_path / "data")


def drop(workspace: Workspace, place: str, text: str, *, age: float = 60) -> Path:
    path = workspace.data / "drop" / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def run(workspace: Workspace, **options: object) -> DropReport:
    return land_dropped(workspace, "2025-26", sleep=lambda _: None, **options)  # type: ignore[arg-type]


def vintages(workspace: Workspace, source_id: str) -> list[str]:
    return [snapshot.vintage for snapshot in workspace.snapshots("2025-26").list(source_id)]


def files_in(workspace: Workspace) -> list[str]:
    root = workspace.data / "drop"
    return sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file())


def test_a_dropped_file_is_landed_under_its_folders_vintage_and_moved_away(
    workspace: Workspace,
) -> None:
    path = drop(workspace, "wef_grr/2025/risks.csv", RISKS)
    content = path.read_bytes()
    report = run(workspace)
    assert report.refused == report.waiting == []
    assert "Landed wef_grr 2025: 2 rows of risk_rank" in report.text
    snapshot = workspace.snapshots("2025-26").find("wef_grr", "2025")
    assert snapshot.paths[0].read_bytes() == content
    assert snapshot.obtained_how == "landed from the drop folder"
    assert snapshot.acceptance is not None
    assert files_in(workspace) == [".landed/wef_grr/2025/risks.csv", ".lock"]
    assert run(workspace).text == "Nothing lies in the drop folder."


def test_files_of_one_folder_are_one_vintage_named_by_the_day_without_a_folder(
    workspace: Workspace,
) -> None:
    for name, text in COUNTS.items():
        drop(workspace, f"uspto_counts/{name}", text)
    run(workspace)
    assert vintages(workspace, "uspto_counts") == [date.today().isoformat()]
    assert len(workspace.snapshots("2025-26").list("uspto_counts")[0].files) == 2


def test_a_refused_file_stays_with_the_reason_beside_it_and_can_be_tried_again(
    workspace: Workspace,
) -> None:
    path = drop(workspace, "wef_grr/2025/risks.csv", RISKS.replace(",1,ext", ",0,ext"))
    good = drop(workspace, "uspto_counts/v1/year.csv", COUNTS["year.csv"])
    drop(workspace, "uspto_counts/v1/field.csv", COUNTS["field.csv"])
    report = run(workspace)
    assert len(report.refused) == 1
    assert vintages(workspace, "wef_grr") == []
    assert vintages(workspace, "uspto_counts") == ["v1"]
    assert not good.exists()
    refused = path.with_name("risks.csv.refused")
    reason = path.with_name("risks.csv.refused.txt").read_text(encoding="utf-8")
    assert "risks.csv, line 3, column 'rank': '0' cannot be" in reason
    assert run(workspace).text == "Nothing lies in the drop folder."
    refused.write_text(RISKS, encoding="utf-8")
    os.utime(refused, (0, 0))
    refused.rename(path)
    assert run(workspace).landed
    assert vintages(workspace, "wef_grr") == ["2025"]


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("nobody/2025/a.csv", "There is no source 'nobody'"),
        ("a.csv", "do not lie in the folder of a source"),
        ("wef_grr/2025/deeper/a.csv", "is no file of the folder itself"),
        ("wef_grr/20 25/a.csv", "cannot name a vintage"),
    ],
)
def test_a_file_in_a_wrong_place_is_refused_there(
    workspace: Workspace, place: str, message: str
) -> None:
    path = drop(workspace, place, RISKS)
    assert message in run(workspace).refused[0]
    assert path.with_name(path.name + ".refused").read_text(encoding="utf-8") == RISKS


def test_a_link_is_not_followed(workspace: Workspace, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(RISKS)
    drop(workspace, "wef_grr/2025/keep.txt", "x").unlink()
    (workspace.data / "drop/wef_grr/2025/a.csv").symlink_to(secret)
    assert "is no file of the folder itself" in run(workspace).refused[0]
    assert secret.read_text() == RISKS
    assert vintages(workspace, "wef_grr") == []


def test_a_file_that_is_still_growing_waits(workspace: Workspace) -> None:
    path = drop(workspace, "wef_grr/2025/risks.csv", RISKS[:80], age=0)

    def grow(_: float) -> None:
        path.write_text(RISKS, encoding="utf-8")

    report = land_dropped(workspace, "2025-26", sleep=grow)
    assert "still being written" in report.text
    assert report.refused == []
    assert path.exists()
    assert run(workspace).landed


@pytest.mark.parametrize("name", ["risks.csv.part", "risks.csv.crdownload", "risks.TMP"])
def test_a_transfer_under_way_is_told_and_left(workspace: Workspace, name: str) -> None:
    path = drop(workspace, f"wef_grr/2025/{name}", RISKS)
    drop(workspace, "wef_grr/2025/~$risks.csv", "lock of a program")
    assert "still being written" in run(workspace).text
    assert path.exists()


def test_the_same_bytes_again_are_no_new_vintage_and_nothing_is_overwritten(
    workspace: Workspace,
) -> None:
    drop(workspace, "wef_grr/2025/risks.csv", RISKS)
    run(workspace)
    drop(workspace, "wef_grr/risks.csv", RISKS)
    assert "had been landed before with the same bytes" in run(workspace).text
    assert vintages(workspace, "wef_grr") == ["2025"]
    drop(workspace, "wef_grr/2025/risks.csv", RISKS.replace("Extreme", "Very extreme"))
    assert "other bytes" in run(workspace).refused[0]
    assert files_in(workspace) == [
        ".landed/wef_grr/2025/risks.2.csv",
        ".landed/wef_grr/2025/risks.csv",
        ".lock",
        "wef_grr/2025/risks.csv.refused",
        "wef_grr/2025/risks.csv.refused.txt",
    ]


def test_less_than_before_is_refused_and_accepted_with_a_reason(workspace: Workspace) -> None:
    shipped = ROOT / "editions/2025-26/raw/oecd_msti/book-2025-26/msti_1.3.csv"
    text = shipped.read_text(encoding="utf-8")
    drop(workspace, "oecd_msti/2025-03/m.csv", text)
    run(workspace)
    without = "".join(line for line in text.splitlines(True) if ",TWN," not in line)
    path = drop(workspace, "oecd_msti/2025-09/m.csv", without)
    assert "ref_area TWN" in run(workspace).refused[0]
    path.with_name("m.csv.refused").rename(path)
    assert run(workspace, accept_loss="dropped by the OECD").landed
    acceptance = workspace.snapshots("2025-26").find("oecd_msti", "2025-09").acceptance
    assert acceptance is not None
    assert acceptance["accepted_loss"] == "dropped by the OECD"


def test_two_landings_at_once_are_one(workspace: Workspace) -> None:
    drop(workspace, "wef_grr/2025/risks.csv", RISKS)
    with only_one(workspace.data / "drop" / ".lock", "x"), pytest.raises(WorkspaceError):
        run(workspace)
    assert len(dropped(workspace)) == 1


def test_a_full_disk_leaves_the_files_where_they_are(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(workspace, "wef_grr/2025/risks.csv", RISKS)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(drop_folder, "land", full)
    assert "No space left" in run(workspace).text
    assert path.read_text(encoding="utf-8") == RISKS


def test_the_sensor_asks_once_when_a_file_has_stopped_growing(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orchestration import drop_sensor

    monkeypatch.setattr(Workspace, "here", classmethod(lambda _: workspace))

    def tick(cursor: str | None) -> tuple[list[str | None], str | None]:
        context = dg.build_sensor_context(cursor=cursor)
        result = drop_sensor.drop_folder_sensor(context)
        if isinstance(result, dg.SkipReason):
            return [], context.cursor
        assert isinstance(result, dg.SensorResult)
        return [request.run_key for request in result.run_requests or []], result.cursor

    asked, cursor = tick(None)
    assert asked == []
    path = drop(workspace, "wef_grr/2025/risks.csv", RISKS[:50], age=0)
    asked, cursor = tick(cursor)
    assert asked == []
    drop(workspace, "wef_grr/2025/risks.csv", RISKS)
    asked, cursor = tick(cursor)
    assert asked == [], "its size has changed since the last look"
    first, cursor = tick(cursor)
    again, cursor = tick(cursor)
    assert len(first) == 1
    assert first == again, "the same files give the same run key, which Dagster runs once"
    shutil.copytree(
        ROOT / "editions" / "2025-26", workspace.root / "editions" / "2025-26", dirs_exist_ok=True
    )
    outcome = drop_sensor.land_from_drop_folder.execute_in_process()
    told = [event for event in outcome.all_events if event.is_step_materialization]
    assert [event.asset_key.path[0] for event in told] == ["landed"]
    assert outcome.success
    assert not path.exists()
    assert vintages(workspace, "wef_grr")[0] == "2025"
    assert json.loads(cursor or "{}")
