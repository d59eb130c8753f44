"""The made-up microdata are in the publishers' form, agree with one another, and are repeatable."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections import Counter

import polars as pl
import pytest

from bench import made_customs, made_patents
from bench.microdata import generate, next_customs_month
from bench.zipping import crc32_of_joined
from sources import get_source
from sources.bulk import bulk_frames

SCALE = 0.0002


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return generate(tmp_path_factory.mktemp("made"), SCALE, seed=7)


def records(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        text = archive.read(archive.namelist()[0]).decode()
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter="\t", strict=True))


@pytest.fixture(scope="module")
def tables(made):
    return {table: records(path) for table, path in made.patents.items()}


def test_the_sources_read_every_record(made, tables):
    patents = bulk_frames(get_source("uspto_bulk"), list(made.patents.values()), "made-up")
    counted = patents["record_count"].group_by("table_id").agg(pl.col("records").sum())
    for table, count in counted.iter_rows():
        assert count == len(tables[table])
    customs = bulk_frames(get_source("customs_portal"), list(made.customs), "made-up")
    assert customs["trade_line"].height == made.customs_lines


def test_sizes_are_those_of_the_real_tables(made, tables):
    rows = {table: len(found) / SCALE / 1e6 for table, found in tables.items()}
    assert rows["g_patent"] == pytest.approx(9.08, rel=0.02)
    assert rows["g_inventor_disambiguated"] == pytest.approx(23, rel=0.1)
    assert rows["g_us_patent_citation"] == pytest.approx(146, rel=0.1)
    without_locations = (
        sum(made.inflated_bytes.values()) - made.inflated_bytes["g_location_disambiguated"]
    )
    assert without_locations / SCALE == pytest.approx(14.5e9, rel=0.1)


def test_other_workers_write_the_same_bytes_and_another_seed_others(made, tmp_path):
    again = generate(tmp_path / "again", SCALE, seed=7, workers=2)
    other = generate(tmp_path / "other", SCALE, seed=8, customs=False)
    for table, path in made.patents.items():
        assert path.read_bytes() == again.patents[table].read_bytes()
        assert path.read_bytes() != other.patents[table].read_bytes()
    assert [path.read_bytes() for path in made.customs] == [
        path.read_bytes() for path in again.customs
    ]


def test_the_patents_have_what_a_reader_must_stand(tables):
    patents = tables["g_patent"]
    titles = [row["patent_title"] for row in patents]
    for hard in ("\t", "\n", "\r\n", '"'):
        assert any(hard in title for title in titles)
    assert {row["withdrawn"] for row in patents} == {"0", "1"}
    assert {row["patent_type"] for row in patents} >= {"utility", "design", "plant", "reissue"}
    ids = [row["patent_id"] for row in patents]
    assert len(set(ids)) == len(ids)
    assert ids == sorted(ids)
    assert all(row["patent_id"].isdigit() == (row["patent_type"] == "utility") for row in patents)


def test_the_inventors_have_what_a_reader_must_stand(tables):
    first: dict[str, int] = {}
    for row in tables["g_inventor_disambiguated"]:
        at = int(row["inventor_sequence"])
        first[row["patent_id"]] = min(at, first.get(row["patent_id"], at))
    assert set(first.values()) == {0, 1}
    assert len(first) < len(tables["g_patent"])
    listed = Counter(row["location_id"] for row in tables["g_location_disambiguated"])
    assert max(listed.values()) > 1
    asked = {row["location_id"] for row in tables["g_inventor_disambiguated"]}
    assert "" in asked
    assert asked - set(listed) - {""}
    countries = {row["disambig_country"] for row in tables["g_location_disambiguated"]}
    assert {"", "XX", "TW", "SU"} <= countries


def test_the_citations_are_skewed_and_have_what_a_reader_must_stand(tables):
    pairs = Counter(
        (row["patent_id"], row["citation_patent_id"]) for row in tables["g_us_patent_citation"]
    )
    assert max(pairs.values()) > 1
    cited = Counter(to for _, to in pairs)
    assert any(not to.isdigit() for to in cited)
    assert any(int(to) < made_patents.FIRST_NUMBER for to in cited if to.isdigit())
    received = sorted((count for _, count in cited.items()), reverse=True)
    assert sum(received[: len(received) // 10]) > 0.25 * sum(received)
    granted = {row["patent_id"]: row["patent_date"] for row in tables["g_patent"]}
    assert all(granted[of] >= granted[to] for of, to in pairs if to.isdigit() and to in granted)


def test_the_customs_files_are_the_portals(made):
    seen: Counter[tuple[str, ...]] = Counter()
    lines = 0
    for path in made.customs:
        text = path.read_bytes().decode("cp950")
        header = text.index("進出口別")
        assert text[:header].count("\n") in (0, 2)
        found = [line.split(",") for line in text[header:].splitlines()]
        assert found[0] == made_customs.COLUMNS.split(",")
        assert {len(line) for line in found} == {8}
        assert len({(line[1], line[2], line[5]) for line in found}) == len(found)
        seen.update(line[1] for line in found[1:])
        lines += len(found) - 1
    assert lines == made.customs_lines == pytest.approx(25_000_000 * SCALE, rel=0.35)
    assert {
        "92年1月",
        "113年12月",
        "113年8月",
        "113年8月(初步值)",
        "113年1月~113年3月(初步值)",
    } <= set(seen)
    assert [path.name for path in made.customs] == sorted(path.name for path in made.customs)


def test_a_final_month_differs_from_its_preliminary_one_and_the_next_month_is_new(made, tmp_path):
    def values(path, label):
        lines = path.read_bytes().decode("cp950").splitlines()
        found = [line.split(",") for line in lines if f",{label}," in line]
        return {(line[2], line[5]): line[6] for line in found}

    early, late = made.customs[-2:]
    assert values(early, "113年6月") == values(late, "113年6月")
    before, after = values(early, "113年8月(初步值)"), values(late, "113年8月")
    assert before.keys() == after.keys()
    assert before != after
    following = next_customs_month(tmp_path, SCALE, seed=7)
    assert values(following, "114年1月(初步值)")
    assert following.name > late.name


def test_the_crc_of_joined_pieces_is_that_of_the_whole():
    for first, second in ((b"", b"a"), (b"white", b"paper"), (b"x" * 70_001, b"\x00" * 65_537)):
        joined = crc32_of_joined(zlib.crc32(first), zlib.crc32(second), len(second))
        assert joined == zlib.crc32(first + second)


@pytest.mark.parametrize("scale", [0, -1, 1.5])
def test_a_scale_that_cannot_be_is_refused(tmp_path, scale):
    with pytest.raises(ValueError, match="scale"):
        generate(tmp_path, scale)
