"""What `whitepaper sources` tells: when the next vintage is due, and the steps to get it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from orchestration.source_sheets import describe_sources, due_of, steps_of
from orchestration.workspace import Workspace
from sources import SOURCE_IDS, get_source
from sources.contract import SourceError
from sources.snapshots import Snapshot

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 21)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(ROOT, tmp_path / "data")


def vintage(name: str, obtained: str = "2026-11-20", basis: str = "publisher") -> Snapshot:
    return Snapshot(
        source="oecd_msti",
        vintage=name,
        directory=Path(name),
        obtained_how="landed by hand",
        url=None,
        obtained_at=f"{obtained}T00:00:00Z",
        basis=basis,
        note=None,
        licence="",
        citation="",
        files=(),
    )


@pytest.mark.parametrize(
    ("last", "month", "is_overdue"),
    [
        (vintage("2026-09"), "2027-03", False),
        (vintage("2025-03"), "2025-09", True),
        (vintage("2026-03-31"), "2026-09", True),
        (vintage("v7", "2026-10-02"), "2027-03", False),
        (vintage("v7", "2026-08-31"), "2026-09", True),
        (vintage("book-2025-26", basis="transcribed"), "2026-11", True),
        (None, "2026-11", True),
    ],
)
def test_the_next_is_due_in_the_first_release_month_after_the_last_vintage(
    last: Snapshot | None, month: str, is_overdue: bool
) -> None:
    source = replace(get_source("oecd_msti"), release_months=(3, 9))
    due = due_of(source, last, TODAY)
    assert (due.month, due.is_overdue) == (month, is_overdue)


def test_an_unknown_release_month_is_said_to_be_unknown() -> None:
    due = due_of(replace(get_source("oecd_msti"), release_months=()), vintage("2026-09"), TODAY)
    assert (due.month, due.is_overdue) == (None, False)
    assert due.text.startswith("unknown")


def test_every_source_tells_what_it_feeds_how_it_is_got_and_its_licence(
    workspace: Workspace,
) -> None:
    text = describe_sources(workspace, "2025-26", None)
    blocks = text.split("    next due  ")
    assert len(blocks) == len(SOURCE_IDS) + 1
    for source_id in SOURCE_IDS:
        assert f"\n{source_id}  " in "\n" + text
    for word in ("feeds", "obtained", "licence", "vintage"):
        assert text.count(f"\n    {word}") == len(SOURCE_IDS)


def test_one_source_tells_its_exact_steps(workspace: Workspace) -> None:
    text = describe_sources(workspace, "2025-26", "moea_factory_survey")
    assert "whitepaper template moea_factory_survey" in text
    assert "whitepaper land moea_factory_survey FILE... --vintage V" in text
    assert "data/drop/moea_factory_survey/V/" in text
    assert 'set moea_factory_survey: "V" in editions/2025-26/pins.yml' in text
    with pytest.raises(SourceError, match="no source 'nobody'"):
        describe_sources(workspace, "2025-26", "nobody")


def test_the_same_is_told_as_json(workspace: Workspace) -> None:
    every = json.loads(describe_sources(workspace, "2025-26", None, as_json=True))
    assert [facts["id"] for facts in every] == list(SOURCE_IDS)
    one = json.loads(describe_sources(workspace, "2025-26", "oecd_msti", as_json=True))
    assert one["pinned"] == one["last_vintage"] == "book-2025-26"
    assert one["last_basis"] == "transcribed"
    assert one["steps"] == list(steps_of(get_source("oecd_msti"), "2025-26"))


def test_a_source_that_is_fetched_names_the_command_and_its_secrets() -> None:
    fetched = [get_source(name) for name in SOURCE_IDS if get_source(name).fetcher is not None]
    for source in fetched:
        steps = steps_of(source, "2025-26")
        assert f"whitepaper fetch {source.id}" in steps
        assert source.fetcher is not None
        for secret in source.fetcher.secrets:
            assert f"Set {secret} in the environment." in steps


def test_what_has_no_public_format_has_a_template() -> None:
    have = {name for name in SOURCE_IDS if get_source(name).template is not None}
    assert have >= {
        *("imd_wcy", "moea_factory_survey", "rankings", "wef_grr", "mckinsey_ai", "eu_hydrogen"),
        *("uspto_counts", "mof_goods_classification"),
    }
