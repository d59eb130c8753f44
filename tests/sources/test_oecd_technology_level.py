"""The public stand-in for the ministry's technology levels."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from sources.contract import SourceError
from sources.oecd_technology_level import (
    HEADER,
    HS_COLUMN,
    ISIC_COLUMN,
    level_of,
    read_concordance,
    seed_rows,
)

ROOT = Path(__file__).resolve().parents[2]
SEED = ROOT / "dbt_project" / "seeds" / "oecd_technology_level.csv"
SAMPLE = ROOT.parent / "shared/samples/concordance/JobID-64_Concordance_HS_to_I3.CSV"


@pytest.mark.parametrize(
    ("isic", "level"),
    [
        ("2423", "high_tech"),  # pharmaceuticals, though chemicals are of the level below
        ("2411", "medium_high_tech"),
        ("3530", "high_tech"),  # aircraft; ships, railways and cycles are not
        ("3511", "medium_low_tech"),
        ("3520", "medium_high_tech"),
        ("3210", "high_tech"),
        ("1711", "low_tech"),
        ("0111", None),
        ("4010", None),
    ],
)
def test_the_longest_industry_decides_the_level(isic: str, level: str | None) -> None:
    assert level_of(isic) == level


def test_a_heading_of_one_level_stands_for_its_codes_and_others_stand_code_by_code() -> None:
    rows = seed_rows(
        {
            "854211": "3210",
            "854219": "3220",
            "844312": "3000",
            "844319": "2929",
            "010110": "0121",
            "060410": "0200",
            "060491": "3699",
        }
    )
    assert rows == [
        ("060491", "low_tech", "3699"),
        ("844312", "high_tech", "3000"),
        ("844319", "medium_high_tech", "2929"),
        ("8542", "high_tech", "3210 3220"),
    ]


def test_a_concordance_of_another_form_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("HS,ISIC\n854211,3210\n")
    with pytest.raises(SourceError, match="not those of WITS"):
        read_concordance(path)
    path.write_text(f"{HS_COLUMN},{ISIC_COLUMN}\n10110,0121\n")
    with pytest.raises(SourceError, match="line 2: '10110' and '0121' cannot be"):
        read_concordance(path)
    path.write_text(f"{HS_COLUMN},{ISIC_COLUMN}\n010110,0121\n010110,0122\n")
    with pytest.raises(SourceError, match="010110 is of 0121 and of 0122"):
        read_concordance(path)


@pytest.mark.skipif(not SAMPLE.exists(), reason="no samples of real files here")
def test_the_seed_is_what_the_published_concordance_gives() -> None:
    with SEED.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert tuple(header) == HEADER
    assert [tuple(row) for row in rows] == seed_rows(read_concordance(SAMPLE))
