"""The record that stands at a row's `_source_row` is the one that the row was read from."""

from __future__ import annotations

import gzip
import json
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from sources import get_source
from sources.bronze import build_bronze
from sources.contract import SourceError
from sources.raw_records import prove, read_raw_records
from tests.sources.test_fuzz import NSTATDB, SEEDS
from tests.sources.test_px import SPARSE

READ = {
    name: seed
    for name, seed in {
        **SEEDS,
        "sparse px": ("dgbas_productivity", {"s.px": SPARSE.encode()}),
        "dgbas in a csv": (
            "mol_wages",
            {
                "w.csv": (
                    "實質薪資,\n單位：元,\n統計期,總薪資(元)\n113年,56583\n註：初步,\n"
                ).encode("cp950")
            },
        ),
    }.items()
    if get_source(seed[0]).tables
}
NUMBER = re.compile(r"[-+]?(?:\d[\d,]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


def numbers_in(text: str) -> set[Decimal]:
    return {
        Decimal(found.replace(",", "").rstrip(".") or "0")
        for found in NUMBER.findall(text.replace('"', " ").replace("\t", " "))
    } | {Decimal(part) for part in re.findall(r"[-+]?\d+(?:\.\d+)?", text)}


def bronze(source_id: str, files: dict[str, bytes], folder: Path) -> dict[str, pl.DataFrame]:
    paths = []
    for name, content in files.items():
        (folder / name).write_bytes(content)
        paths.append(folder / name)
    frames = build_bronze(get_source(source_id), paths, "v")
    return {name: frame for name, frame in frames.items() if "_source_row" in frame.columns}


@pytest.mark.parametrize("name", READ)
def test_every_number_of_a_row_stands_in_its_raw_record(name: str, tmp_path: Path) -> None:
    source_id, files = READ[name]
    checked = 0
    for frame in bronze(source_id, dict(files), tmp_path).values():
        amounts = [
            column
            for column, dtype in frame.schema.items()
            if dtype == pl.Float64() and column != "multiplier"
        ]
        for file in frame["_source_file"].unique().to_list():
            rows = frame.filter(pl.col("_source_file") == file)
            records = read_raw_records(tmp_path / file, source_id, rows["_source_row"].to_list())
            for row in rows.iter_rows(named=True):
                written = set().union(
                    *(numbers_in(record.text) for record in records[row["_source_row"]])
                )
                for column in amounts:
                    if row[column] is not None:
                        assert Decimal(repr(row[column])) in written, (row, written)
                        checked += 1
    whole_numbers_only = {"wipo", "goods classes", "customs totals", "uspto_counts", "wef_grr"}
    whole_numbers_only |= {"customs", "bulk patents"}  # of what is traced; lines are not
    assert checked or name in whole_numbers_only | {"rankings", "mckinsey_ai", "eu_hydrogen"}


def test_a_neighbouring_record_is_another_one(tmp_path: Path) -> None:
    """Counting one line more or less, the records would be other ones: that would be seen."""
    for name in ("oecd_msti", "nstatdb", "cbc", "comtrade", "imd_wcy", "customs"):
        source_id, files = READ[name]
        (frame,) = [f for f in bronze(source_id, dict(files), tmp_path).values() if len(f) > 1][:1]
        first = frame.filter(pl.col("_source_file") == frame["_source_file"][0])
        rows = sorted(set(first["_source_row"].to_list()))[:2]
        found = read_raw_records(tmp_path / frame["_source_file"][0], source_id, rows)
        one, other = (found[number][0] for number in rows)
        assert (one.text, one.place) != (other.text, other.place), name


def test_columns_are_labelled_by_the_header_below_titles_and_comments(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes('標題,,\n# note\n統計期,出口(百萬元),"a,b"\n113年,"1,234",5\n'.encode("cp950"))
    (record,) = read_raw_records(path, "mof_trade_statistics", [4])[4]
    assert record.fields == (("統計期", "113年"), ("出口(百萬元)", "1,234"), ("a,b", "5"))
    assert record.text == '113年,"1,234",5'


def test_a_record_that_goes_on_in_the_next_line_is_shown_whole(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('key,text\na,"one\ntwo"\nb,three\n', encoding="utf-8")
    found = read_raw_records(path, "rankings", [2, 4])
    assert found[2][0].text == 'a,"one\ntwo"'
    assert found[4][0].fields == (("key", "b"), ("text", "three"))


@pytest.mark.parametrize("packed", ["gzip", "zip"])
def test_lines_of_a_container_are_counted_in_what_it_holds(tmp_path: Path, packed: str) -> None:
    path = tmp_path / ("t.csv.gz" if packed == "gzip" else "t.zip")
    content = b"LocID,Time,TPopulation1Jan\n356,2024,1444000\n"
    if packed == "gzip":
        path.write_bytes(gzip.compress(content))
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("t.csv", content)
    (record,) = read_raw_records(path, "un_wpp", [2])[2]
    assert dict(record.fields)["TPopulation1Jan"] == "1444000"


def test_a_row_of_a_workbook_is_given_of_each_sheet_that_has_it(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "Ranks"
    for row in (["Data type: Ranks"], ["Country", "Year", "A (WCY)"], ["Taiwan", 2024, 6]):
        page.append(row)
    other = book.create_sheet("Values")
    for row in (
        ["Data type: Values"],
        ["Country", "Year", "A (WCY)"],
        ["Taiwan", 2024, 6.123456789012],
    ):
        other.append(row)
    path = tmp_path / "w.xlsx"
    book.save(path)
    ranks, values = read_raw_records(path, "imd_wcy", [3])[3]
    assert (ranks.place, dict(ranks.fields)["A (WCY)"]) == ("sheet 'Ranks'", "6")
    assert (values.place, dict(values.fields)["A (WCY)"]) == ("sheet 'Values'", "6.123456789012")
    assert ranks.counted_as == "sheet row"


def test_a_value_of_a_json_reply_comes_with_its_place_and_labels_as_written(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text(NSTATDB.replace("70000.5", "70000.50"), encoding="utf-8")
    (record,) = read_raw_records(path, "dgbas_productivity", [2])[2]
    assert record.place == 'data.dataSets[0].series["0:1"].observations["1"]'
    assert record.text == '"1": [70000.50]'
    assert [text for _, text in record.fields] == [
        "生產總額(百萬元)",
        "C.製造業",
        "104年第4季",
        "70000.50",
    ]


def test_a_key_is_read_by_the_positions_that_the_reply_declares(tmp_path: Path) -> None:
    document = json.loads(NSTATDB)
    axes = document["data"]["structure"]["dimensions"]["series"]
    for position, axis in enumerate(axes):
        axis["keyPosition"] = position
    axes.reverse()
    path = tmp_path / "t.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    (record,) = read_raw_records(path, "dgbas_productivity", [1])[1]
    assert [text for _, text in record.fields][:2] == ["生產總額(百萬元)", "C.製造業"]


def test_a_row_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(SourceError, match="There is no record 99"):
        read_raw_records(path, "rankings", [2, 99])


def test_a_file_with_other_bytes_or_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"a,b\n1,2\n")
    good = "b1e4e5cf0b1a0e8a1e8b6d5a0f4c6f1c3a0a5b0e0c1d2e3f4a5b6c7d8e9f0a1b"
    with pytest.raises(SourceError, match="as published"):
        prove(path, good)
    with pytest.raises(SourceError, match="not in the snapshot store"):
        prove(tmp_path / "gone.csv", good)
