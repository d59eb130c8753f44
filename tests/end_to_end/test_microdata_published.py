"""Microdata that are landed and pinned reach the published edition beside the published counts."""

from __future__ import annotations

import pytest

from bench.microdata import generate
from sources import SOURCE_IDS, get_source

VINTAGE = "made-up"


@pytest.fixture(scope="module")
def published(refreshed, tmp_path_factory):
    """A checkout whose edition pins made-up microdata, with the tables on published counts."""
    directory = tmp_path_factory.mktemp("microdata")
    made = generate(directory / "made", 0.0005)
    checkout = refreshed.copy(directory / "checkout")
    landing = {"uspto_bulk": made.patents.values(), "customs_portal": made.customs}
    pins = checkout.root / "editions" / "2025-26" / "pins.yml"
    for source, files in landing.items():
        landed = checkout.answer("land", source, *map(str, files), "--vintage", VINTAGE)
        assert landed.returncode == 0, landed.stderr
        pins.write_text(f'{pins.read_text("utf-8")}\n{source}: "{VINTAGE}"\n', "utf-8")
    result = checkout.run("refresh")
    assert result.returncode == 0, result.stderr
    return checkout


def test_what_is_counted_from_records_is_published_beside_the_published_counts(published):
    compared = dict(
        published.query("select table_id, count(*) from basis_comparison group by table_id")
    )
    assert {"T1-2-09", "T1-2-13", "T1-2-14"} <= compared.keys()
    assert published.query(
        "select distinct figure_id from figure_point where figure_id in ('F1-2-05', 'F1-2-06') "
        "and value is not null order by 1"
    ) == [("F1-2-05",), ("F1-2-06",)]
    figures = published.published / "current" / "figures"
    assert {path.name for path in figures.glob("F1-2-0[56].zh.png")} == {
        "F1-2-05.zh.png",
        "F1-2-06.zh.png",
    }


def test_a_number_counted_from_records_is_explained_by_its_file(published):
    told = published.answer(
        *("explain", "--indicator", "highly_cited_share", "--area", "TWN"),
        *("--period", "2020-2024"),
    )
    assert told.returncode == 0, told.stderr
    assert "g_us_patent_citation.tsv.zip, counted over its records" in told.stdout
    ((sha256,),) = published.query(
        "select sha256 from source_snapshot where file = 'g_us_patent_citation.tsv.zip'"
    )
    assert sha256 in told.stdout


def test_observations_without_a_line_are_those_of_sources_that_keep_none(published):
    without = published.query(
        "select distinct source_id from indicator_observation "
        "where source_row is null and estimate_id is null order by 1"
    )
    untraced = {
        source for source in SOURCE_IDS if not all(t.traced for t in get_source(source).tables)
    }
    assert {source for (source,) in without} == untraced
