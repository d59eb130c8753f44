"""The bulk tables of patents become typed rows, and every record is kept or counted."""

from __future__ import annotations

import zipfile
from pathlib import Path

import polars as pl
import pytest

from sources import bulk
from sources.bronze import build_bronze
from sources.bulk import build_bulk, digest_of_bytes, digest_of_code
from sources.contract import SourceError
from sources.uspto_bulk import SOURCE
from sources.uspto_tables import KINDS, READ_FILES, read_file
from tests.standin.uspto import release, zipped


def land(directory: Path, **changed: str) -> list[Path]:
    """A release whose tables are small; `changed` gives other texts for some of them."""
    directory.mkdir(exist_ok=True)
    paths = []
    for name, content in release().items():
        path = directory / name
        path.write_bytes(content)
        table = name.removesuffix(".tsv.zip")
        if table in changed:
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(f"{table}.tsv", changed[table])
        paths.append(path)
    return paths


PATENTS = """"patent_id"\t"patent_type"\t"patent_date"\t"patent_title"\t"withdrawn"
"10000001"\t"utility"\t"2020-01-07"\t"A ""smart""\tcard\nwith lines"\t0
"10000002"\t"utility"\t"2020-01-07"\t"Withdrawn"\t1
"D900001"\t"design"\t"2020-01-07"\t"Chair"\t0
"RE49000"\t"reissue"\t"2020-01-07"\t"Again"\t0
"PP33000"\t"plant"\t"2020-01-07"\t"Rose"\t0
"H2300"\t"statutory invention registration"\t"2020-01-07"\t"Old"\t0
"T942001"\t"defensive publication"\t"2020-01-07"\t"Older"\t0
"""
INVENTORS = """"patent_id"\t"inventor_sequence"\t"location_id"
"10000001"\t1\t""
"10000001"\t2\t"place 1"
"D900001"\t0\t"place 1"
"10000002"\t0\t
"""
LOCATIONS = """"location_id"\t"disambig_country"
"place 1"\t"TW"
"place 2"\t"US"
"""
CITATIONS = """"patent_id"\t"citation_sequence"\t"citation_patent_id"
"10000001"\t0\t"9000001"
"10000001"\t1\t"9000001"
"10000001"\t2\t"D244833"
"D900001"\t0\t"9000001"
"D900001"\t1\t"D244833"
"10000002"\t0\t""
"""


def test_utility_patents_are_kept_and_all_others_are_counted_by_what_they_are(
    tmp_path: Path,
) -> None:
    files = land(
        tmp_path,
        g_patent=PATENTS,
        g_inventor_disambiguated=INVENTORS,
        g_location_disambiguated=LOCATIONS,
        g_us_patent_citation=CITATIONS,
    )
    bronze = build_bronze(SOURCE, files, "v")
    key_of = dict(bronze["location"].select("location_id", "location_key").iter_rows())
    assert bronze["patent"]["patent_id"].to_list() == [10000001, 10000002]
    assert bronze["patent"]["is_withdrawn"].to_list() == [False, True]
    assert bronze["inventor"].rows() == [
        (10000001, 1, None),
        (10000001, 2, key_of["place 1"]),
        (10000002, 0, None),
    ]
    assert len(set(key_of.values())) == 2
    assert bronze["citation"].rows() == [(10000001, 9000001), (10000001, 9000001)]
    counted = {
        (table, category): records
        for table, category, records in bronze["record_count"]
        .select("table_id", "category", "records")
        .rows()
    }
    assert counted["g_patent", "kept"] == 2
    assert {counted["g_patent", kind] for kind in ("design", "reissue", "plant")} == {1}
    assert counted["g_inventor_disambiguated", "no utility patent"] == 1
    assert counted["g_us_patent_citation", "citing patent is no utility patent"] == 2
    assert counted["g_us_patent_citation", "cited patent is no utility patent"] == 2
    sums = bronze["record_count"].group_by("table_id").agg(pl.sum("records")).rows()
    assert dict(sums)["g_patent"] == 7
    assert dict(sums)["g_us_patent_citation"] == 6


def test_a_symbol_has_its_subclass_in_four_characters_however_the_class_is_written(
    tmp_path: Path,
) -> None:
    header = '"patent_id"\t"ipc_sequence"\t"section"\t"ipc_class"\t"subclass"\t"main_group"\n'
    rows = '"10000001"\t0\t"H"\t"1"\t"L"\t"21"\n"10000001"\t1\t"A"\t"61"\t"K"\t""\n'
    bronze = build_bronze(SOURCE, land(tmp_path, g_ipc_at_issue=header + rows), "v")
    assert bronze["ipc"].rows() == [(10000001, 0, "H01L", 21), (10000001, 1, "A61K", None)]


RAW_INVENTORS = """"patent_id"\t"inventor_sequence"\t"raw_inventor_name_last"\t"rawlocation_id"
"10000001"\t0\t"O""Neil\n"\t"raw 1"
"10000001"\t1\t"B"\t""
"D900001"\t0\t"C"\t"raw 2"
"""
RAW_LOCATIONS = """"rawlocation_id"\t"location_id"\t"raw_city"\t"raw_state"\t"raw_country"
"raw 1"\t""\t"San\tJose"\t"CA"\t
"raw 2"\t""\t"Hsinchu"\t""\t"TWX"
""\t""\t"Nowhere"\t""\t"JP"
"""
FIELDS = """"patent_id"\t"wipo_field_sequence"\t"wipo_field_id"\t"wipo_sector_title"
"10000001"\t0\t"8"\t"Electrical engineering"
"10000001"\t1\t""\t""
"D900001"\t0\t"34"\t"Other fields"
"""


def test_the_optional_tables_are_kept_or_counted_by_why_they_are_not(tmp_path: Path) -> None:
    paths = land(tmp_path)
    for table, text in {
        "g_inventor_not_disambiguated": RAW_INVENTORS,
        "g_location_not_disambiguated": RAW_LOCATIONS,
        "g_wipo_technology": FIELDS,
    }.items():
        paths.append(tmp_path / f"{table}.tsv.zip")
        with zipfile.ZipFile(paths[-1], "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{table}.tsv", text)
    bronze = build_bronze(SOURCE, paths, "v")
    assert bronze["raw_inventor"].rows() == [(10000001, 0, "raw 1"), (10000001, 1, None)]
    assert bronze["raw_location"].rows() == [("raw 1", None, "CA"), ("raw 2", "TWX", None)]
    assert bronze["wipo_field"].rows() == [(10000001, 0, 8)]
    counted = bronze["record_count"].select("table_id", "category", "records").rows()
    assert set(counted) >= {
        ("g_inventor_not_disambiguated", "kept", 2),
        ("g_inventor_not_disambiguated", "no utility patent", 1),
        ("g_location_not_disambiguated", "kept", 2),
        ("g_location_not_disambiguated", "no raw location id", 1),
        ("g_wipo_technology", "kept", 1),
        ("g_wipo_technology", "no technology field", 1),
        ("g_wipo_technology", "no utility patent", 1),
    }


def test_without_the_optional_files_their_tables_are_there_and_empty(tmp_path: Path) -> None:
    bronze = build_bronze(SOURCE, land(tmp_path), "v")
    for table in ("raw_inventor", "raw_location", "wipo_field"):
        assert bronze[table].height == 0
        assert dict(bronze[table].schema) == dict(
            next(declared.columns for declared in SOURCE.tables if declared.name == table)
        )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"10000002"', '"1000000x"', "patent_id cannot be read, such as '1000000x'"),
        ('"2020-01-07"\t"Withdrawn"', '"2020-13-07"\t"Withdrawn"', "'2020-13-07'.*2024-12-31"),
        ('Withdrawn"\t1', 'Withdrawn"\t2', "withdrawn cannot be read, such as '2'"),
        ('Withdrawn"\t1', 'Withdrawn"\t', "withdrawn cannot be read"),
        ('"patent_date"', '"date"', "lacks the column patent_date"),
        ('"patent_title"', '"patent_id"', "patent_id, or has it twice"),
    ],
)
def test_a_value_that_cannot_be_is_refused_and_not_counted_away(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(SourceError, match=message):
        build_bronze(SOURCE, land(tmp_path, g_patent=PATENTS.replace(old, new, 1)), "v")


@pytest.mark.parametrize("table", KINDS)
def test_every_known_table_passes_with_quoted_tabs_and_line_feeds(
    tmp_path: Path, table: str
) -> None:
    path = tmp_path / f"{table}.tsv.zip"
    path.write_bytes(zipped(table))
    counts = read_file(path, tmp_path)["record_count"]
    assert counts["records"].sum() == 3
    assert counts["category"].to_list() == (["kept"] if table in READ_FILES else ["not read"])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("patents.zip", zipped("g_patent"), "no name of a granted-patent table"),
        ("g_figures.tsv.zip", zipped("g_patent"), "no name of a granted-patent table"),
        ("g_patent.tsv.zip", zipped("g_patent", member="g_patents.tsv"), "The zip holds"),
        ("g_patent.tsv.zip", zipped("g_patent", member="../g_patent.tsv"), "leads out"),
        ("g_patent.tsv.zip", zipped("g_patent")[:-30], "cut off or damaged"),
        ("g_patent.tsv.zip", b"<Error>AccessDenied</Error>", "The zip holds nothing"),
    ],
)
def test_a_file_that_is_not_the_table_is_refused(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError, match=message):
        read_file(path, tmp_path)


def test_a_release_without_a_table_that_counting_needs_is_refused(tmp_path: Path) -> None:
    files = [path for path in land(tmp_path) if "ipc" not in path.name]
    with pytest.raises(SourceError, match=r"lacks g_ipc_at_issue\.tsv\.zip"):
        build_bronze(SOURCE, files, "v")


def test_fetching_is_no_part_of_the_code_that_decides_what_is_read() -> None:
    used = {path.name for path in bulk._imported(Path(bulk.__file__).parent / "uspto_tables.py")}
    assert used == {"uspto_tables.py", "zipped_records.py", "containers.py", "contract.py"}
    assert digest_of_code(read_file)


def test_large_files_are_read_in_processes_of_their_own_with_the_same_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {path: digest_of_bytes(path) for path in land(tmp_path / "in")}
    here = build_bulk(SOURCE, files, "v", tmp_path / "here")
    monkeypatch.setattr(bulk, "APART", 700)
    apart = build_bulk(SOURCE, files, "v", tmp_path / "apart")
    assert apart.frames["record_count"].equals(here.frames["record_count"])
    for name, parts in here.parts.items():
        assert [p.read_bytes() for p in parts] == [p.read_bytes() for p in apart.parts[name]]


def test_a_refusal_in_another_process_is_told_as_it_is_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = land(tmp_path / "in", g_patent=PATENTS.replace("2020-01-07", "yesterday", 1))
    files = {path: digest_of_bytes(path) for path in paths}
    with pytest.raises(SourceError) as here:
        build_bulk(SOURCE, files, "v", tmp_path / "here")
    monkeypatch.setattr(bulk, "APART", 0)
    with pytest.raises(SourceError) as apart:
        build_bulk(SOURCE, files, "v", tmp_path / "apart")
    assert str(apart.value) == str(here.value)
    assert "g_patent.tsv.zip, records 1 to 7" in str(apart.value)


def test_files_named_from_elsewhere_are_found_by_other_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = land(tmp_path / "in")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(bulk, "APART", 0)
    files = {path.relative_to(tmp_path): digest_of_bytes(path) for path in paths}
    assert build_bulk(SOURCE, files, "v", Path("kept")).rows["patent"]


def test_a_process_that_dies_is_told_of_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = next(path for path in land(tmp_path / "in") if path.name == "g_patent.tsv.zip")
    with (
        pytest.raises(
            SourceError, match=r"g_patent\.tsv\.zip: The process .* ended with -9\..* memory"
        ),
        bulk._Worker(SOURCE, tmp_path) as worker,
    ):
        (tmp_path / f".making-{worker._process.pid}-half").mkdir()
        worker._process.kill()
        worker._process.wait()
        worker.read(path, tmp_path / "kept")
    assert [entry.name for entry in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize("sequence", ["-1", "10000", "first", ""])
def test_an_inventor_without_a_place_in_the_order_stops_the_landing(
    tmp_path: Path, sequence: str
) -> None:
    inventors = INVENTORS.replace('"10000001"\t1', f'"10000001"\t{sequence}')
    with pytest.raises(SourceError, match=r"inventor_sequence cannot be read") as error:
        build_bronze(SOURCE, land(tmp_path, g_inventor_disambiguated=inventors), "v")
    assert "a whole number from 0 to 9,999" in str(error.value)
