"""What others would write gives the same results, to the last digit, and the right ones."""

from __future__ import annotations

import json
import zipfile
from functools import partial

import pytest

from bench.microdata import generate
from bench.references import (
    chunked_pandas,
    customs_duckdb,
    customs_pandas,
    inflate,
    plain_duckdb,
    staged,
)

PATENTS = {
    "staged": staged.main,
    "plain, piped": partial(plain_duckdb.main, feeding="piped"),
    "plain, reframed": partial(plain_duckdb.main, feeding="reframed"),
    "pandas": chunked_pandas.main,
}
CUSTOMS = (customs_duckdb, customs_pandas)
RULES = "subclass,main_group,field\nG06F,,6\nH01L,,8\nH04N,3,2\nH04N,1,3\nA61K,8,14\nA61K,31,16\n"
AREAS = "country,area\nTW,TWN\nJP,JPN\nUS,USA\nNA,NAM\n"

TABLES = {
    "g_patent": (
        "patent_id patent_type patent_date patent_title withdrawn",
        *(f'"{number}" "utility" "2021-03-02" "a ""b"" c" 0' for number in range(11, 31)),
        '"31" "utility" "2021-03-02" "withdrawn" 1',
        '"32" "utility" "2019-03-05" "before the window" 0',
        '"D33" "design" "2021-03-02" "a chair" 0',
    ),
    "g_inventor_disambiguated": (
        "patent_id inventor_sequence location_id",
        *(f'"{number}" 1 "taipei"' for number in range(11, 31)),
        '"11" 0 "tokyo"',  # the lowest sequence decides, wherever it stands
        '"12" 0 ""',  # and if it has no location, the area is unknown
        '"13" 0 ',
        '"31" 0 "tokyo"',
        '"14" 0 "windhoek"',
        '"16" 0 "leningrad"',  # a code of no area that is known
        '"17" 0 "nowhere"',  # a place that is not listed
        '"32" 1 "tokyo"',
        '"D33" 0 "tokyo"',
    ),
    "g_location_disambiguated": (
        "location_id disambig_country",
        '"taipei" "TW"',
        '"taipei" "TW"',
        '"tokyo" "JP"',
        '"windhoek" "NA"',
        '"leningrad" "SU"',
    ),
    "g_ipc_at_issue": (
        "patent_id ipc_sequence section ipc_class subclass main_group",
        '"11" 0 "H" "04" "N" "3"',
        '"11" 1 "G" "06" "F" "17"',
        '"11" 2 "G" "06" "F" "16"',  # the same field again
        '"12" 0 "A" "61" "K" "008"',
        '"13" 0 "A" "61" "K" "99"',  # a main group of no field
        '"D33" 0 "G" "06" "F" "1"',
    ),
    "g_us_patent_citation": (
        "patent_id citation_sequence citation_patent_id",
        '"14" 0 "11"',
        '"14" 1 "11"',  # the same pair twice
        '"15" 0 "11"',
        '"15" 1 "12"',
        '"16" 0 "13"',
        '"31" 0 "18"',  # a withdrawn patent cites
        '"D33" 0 "19"',  # a design cites
        '"14" 2 "D33"',
        '"14" 3 "99999999"',
        '"17" 0 "32"',
    ),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return generate(tmp_path_factory.mktemp("made"), 0.0005, seed=3)


def results(variant, raw, tmp_path, rules=RULES):
    (tmp_path / "fields.csv").write_text(rules)
    (tmp_path / "areas.csv").write_text(AREAS)
    out = tmp_path / "out.json"
    if variant in PATENTS:
        PATENTS[variant](raw, tmp_path, out)
    else:
        variant.main(raw, out)
    return json.loads(out.read_text())


@pytest.mark.parametrize("variant", PATENTS)
def test_a_variant_counts_few_patents_as_one_does_by_hand(variant, tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    for table, lines in TABLES.items():
        header, *records = lines
        text = "\n".join(["\t".join(f'"{name}"' for name in header.split()), *map(tabbed, records)])
        with zipfile.ZipFile(raw / f"{table}.tsv.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{table}.tsv", text + "\n")
    found = results(variant, raw, tmp_path)["lines"]
    assert found["grants"] == [
        *("JPN|2019|1", "JPN|2021|1", "NAM|2021|1", "TWN|2021|14", "UNK|2021|4"),
    ]
    assert found["fields"] == [
        "0|NAM|1.000000|2",
        "0|TWN|14.000000|1",
        "0|UNK|3.000000|",
        "14|UNK|1.000000|",
        "2|JPN|0.500000|1",
        "6|JPN|0.500000|1",
    ]
    # A tenth of twenty is two: 11 is cited by two; 12 and 13, by one each, share the other place.
    assert found["cited"] == ["JPN|1.000000|50.000000", "UNK|1.000000|50.000000"]


def tabbed(record):
    """Put TABs where a record has blanks outside quotes."""
    parts = record.split('"')
    parts[::2] = [part.replace(" ", "\t") for part in parts[::2]]
    return '"'.join(parts)


def test_all_variants_agree_on_made_up_patents(made, tmp_path):
    raw = next(iter(made.patents.values())).parent
    found = [results(variant, raw, tmp_path)["sha256"] for variant in PATENTS]
    assert found[0].keys() == {"grants", "fields", "cited"}
    assert all(digests == found[0] for digests in found)


def test_all_variants_agree_on_made_up_customs_lines(made, tmp_path):
    found = [results(variant, made.customs[0].parent, tmp_path) for variant in CUSTOMS]
    assert found[0]["sha256"] == found[1]["sha256"]
    years = {line.split("|")[0] for line in found[0]["lines"]["partners"]}
    assert years == {str(year) for year in range(2003, 2025)}
    assert not any("資訊" in line for line in found[0]["lines"]["partners"])


@pytest.mark.parametrize("library", ["isal", "zlib"])
def test_the_floor_inflates_every_byte(made, capsys, library):
    inflate.main(next(iter(made.patents.values())).parent, library)
    assert int(capsys.readouterr().out) == sum(made.inflated_bytes.values())


def test_a_damaged_zip_is_seen_by_the_floor(made, tmp_path):
    whole = made.patents["g_location_disambiguated"].read_bytes()
    middle = len(whole) // 2
    broken = whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :]
    (tmp_path / "g_location_disambiguated.tsv.zip").write_bytes(broken)
    with pytest.raises(Exception, match=r"damaged|invalid|Error"):
        inflate.main(tmp_path, "zlib")
