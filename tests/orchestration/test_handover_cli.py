"""Handing files over at the command line: land, land --drop, template, sources."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orchestration.cli import main

ROOT = Path(__file__).resolve().parents[2]
MSTI = ROOT / "editions/2025-26/raw/oecd_msti/book-2025-26/msti_1.3.csv"


@pytest.fixture
def whitepaper(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("WHITEPAPER_DATA", str(tmp_path / "data"))

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments])

    return run


def test_landing_prints_what_changed_and_refuses_a_loss_without_a_reason(whitepaper, tmp_path):
    first = whitepaper("land", "oecd_msti", MSTI, "--vintage", "2025-03")
    assert first.exit_code == 0, first.output
    assert "Landed oecd_msti 2025-03: 356 rows of observation" in first.output
    assert "Compared with book-2025-26 (transcribed)" in first.output
    text = MSTI.read_text(encoding="utf-8")
    changed = tmp_path / "m.csv"
    changed.write_text(
        "".join(line for line in text.splitlines(True) if ",TWN," not in line).replace(
            "34500", "35000"
        ),
        encoding="utf-8",
    )
    refused = whitepaper("land", "oecd_msti", changed, "--vintage", "2025-09")
    assert refused.exit_code == 1
    assert "no ref_area TWN any more" in refused.output
    assert "--accept-loss" in refused.output
    assert not (tmp_path / "data/raw/oecd_msti/2025-09").exists()
    accepted = whitepaper(
        "land", "oecd_msti", changed, "--vintage", "2025-09", "--accept-loss", "a test"
    )
    assert accepted.exit_code == 0, accepted.output
    assert "8 vanished, 1 revised" in accepted.output
    assert "34,500 -> 35,000 (+1.45 %)" in accepted.output
    sidecar = json.loads((tmp_path / "data/raw/oecd_msti/2025-09/snapshot.json").read_text())
    assert sidecar["acceptance"]["accepted_loss"] == "a test"
    again = whitepaper("land", "oecd_msti", changed, "--vintage", "2025-09")
    assert "had been landed before with the same bytes" in again.output
    other = whitepaper("land", "oecd_msti", MSTI, "--vintage", "2025-09")
    assert other.exit_code == 1
    assert "other bytes" in other.output


def test_the_drop_folder_is_landed_and_a_refusal_makes_the_exit_code_one(whitepaper, tmp_path):
    assert "Nothing lies in the drop folder" in whitepaper("land", "--drop").output
    folder = tmp_path / "data/drop/oecd_msti/2025-03"
    folder.mkdir(parents=True)
    (folder / "m.csv").write_bytes(b"PK\x03\x04 cut off")
    refused = whitepaper("land", "--drop")
    assert refused.exit_code == 1
    assert "Refused: m.csv" in refused.output
    assert (folder / "m.csv.refused.txt").exists()
    (folder / "m.csv").write_bytes(MSTI.read_bytes())
    landed = whitepaper("land", "--drop")
    assert landed.exit_code == 0, landed.output
    assert "Landed oecd_msti 2025-03" in landed.output


@pytest.mark.parametrize(
    "arguments",
    [["land"], ["land", "oecd_msti"], ["land", "--drop", "oecd_msti", "x"]],
)
def test_wrong_words_are_answered_with_the_right_ones(whitepaper, arguments):
    result = whitepaper(*arguments)
    assert result.exit_code == 2
    assert "FILE" in result.output


def test_a_template_is_written_and_says_how_to_hand_it_over(whitepaper, tmp_path):
    path = tmp_path / "risks.xlsx"
    result = whitepaper("template", "wef_grr", path)
    assert result.exit_code == 0, result.output
    assert path.stat().st_size > 0
    assert f"whitepaper land wef_grr {path}" in result.output
    again = whitepaper("template", "wef_grr", path)
    assert again.exit_code == 1
    assert "is there already" in again.output


def test_the_sources_are_told_in_text_and_json(whitepaper):
    assert "next due" in whitepaper("sources").output
    facts = json.loads(whitepaper("sources", "imd_wcy", "--json").output)
    assert facts["obtained"] == "by hand, with a template"
    assert whitepaper("sources", "nobody").exit_code == 1
