"""relations.yml: what it may say, and how a slip in it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from editions import EditionError, edition_frames, read_edition
from editions.reader import read_printed_folder
from editions.registry import read_tables
from editions.relations import KINDS, read_relations

SHIPPED = Path(__file__).resolve().parents[2] / "editions" / "2025-26"
TABLES = read_tables(SHIPPED)
PRINTED = read_printed_folder(SHIPPED / "printed" / "T1-2-03.csv", TABLES)
GROWTH = """
relations:
  - id: growth
    kind: growth
    growth: T1-2-01.gerd_yoy_pct
    level: T1-2-01.gerd_ppp2015_usd_100m of TWN in 2023
"""
SUM = """
relations:
  - id: sources
    kind: sum
    total: 100
    parts: T1-2-03.gerd_source_share_pct
    rows: [business_enterprise, government]
"""


def write(folder: Path, text: str) -> Path:
    (folder / "relations.yml").write_text(text, encoding="utf-8")
    return folder


def refusal(folder: Path, text: str) -> EditionError:
    with pytest.raises(EditionError) as caught:
        read_relations(write(folder, text), TABLES, PRINTED)
    assert caught.value.file == "relations.yml"
    assert caught.value.todo, "an error says what to do"
    return caught.value


def test_cells_are_taken_apart_into_table_measure_row_and_period(tmp_path: Path) -> None:
    growth, level = read_relations(write(tmp_path, GROWTH), TABLES, PRINTED)
    assert (growth.role, growth.measure, growth.row_key) == ("growth", "gerd_yoy_pct", "")
    assert (level.measure, level.row_key, level.period) == ("gerd_ppp2015_usd_100m", "TWN", "2023")


def test_numbers_and_rows_are_kept_as_text_one_line_each(tmp_path: Path) -> None:
    lines = read_relations(write(tmp_path, SUM), TABLES, PRINTED)
    assert [(line.role, line.value) for line in lines] == [
        ("total", "100"),
        ("parts", ""),
        ("rows", "business_enterprise"),
        ("rows", "government"),
    ]


def test_an_edition_without_relations_has_none(tmp_path: Path) -> None:
    assert read_relations(tmp_path, TABLES, PRINTED) == ()


@pytest.mark.parametrize(
    ("text", "old", "new", "finding", "remedy"),
    [
        (GROWTH, "kind: growth", "kind: grwth", "'grwth'", "growth"),
        (GROWTH, "    growth: T1", "    grow: T1", "no value", "growth"),
        (GROWTH, "    level:", "    note: x\n    level:", "'note'", "use one of"),
        (GROWTH, "T1-2-01.gerd_yoy_pct", "T1-2-99.gerd_yoy_pct", "T1-2-99", "T1-2-"),
        (GROWTH, "gerd_yoy_pct", "gerd_yoy", "'gerd_yoy'", "gerd_yoy_pct"),
        (GROWTH, "in 2023", "in 2031", "'2031'", "2023"),
        (GROWTH, "T1-2-01.gerd_yoy_pct", "gerd yoy pct", "does not name cells", "TABLE.measure"),
        (SUM, "total: 100", "total: yes", "True", "number"),
        (SUM, "government]", "goverment]", "'goverment'", "government"),
    ],
)
def test_a_slip_is_refused_with_its_remedy(
    tmp_path: Path, text: str, old: str, new: str, finding: str, remedy: str
) -> None:
    error = refusal(tmp_path, text.replace(old, new, 1))
    assert finding in error.what
    assert remedy in (error.todo or "")


def test_two_relations_of_one_name_are_refused(tmp_path: Path) -> None:
    assert "second relation" in refusal(tmp_path, GROWTH + GROWTH.split("relations:")[1]).what


def test_the_shipped_relations_use_every_kind_and_reach_the_warehouse() -> None:
    frame = edition_frames(read_edition("2025-26"))["edition__relation"]
    assert set(frame["kind"]) == set(KINDS)
    assert set(frame["edition"]) == {"2025-26"}
