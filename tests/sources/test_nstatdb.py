"""Replies of nstatdb, small but of the real form; the real ones where they are at hand."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sources.contract import SourceError
from sources.nstatdb import read_nstatdb

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "samples" / "dgbas"
OUTPUT = "生產總額_當期價格(新臺幣百萬元)"
VOLUME = "國內生產毛額_連鎖實質值(2021為參考年_新臺幣百萬元)"


def reply() -> dict[str, Any]:
    """Two measures, two industries, a year and its last quarter and month."""
    return {
        "meta": {
            "prepared": "2022-09-10 08:35:43 8270",
            "links": [{"href": "https://nstatdb.dgbas.gov.tw/x.aspx?sdmx/a018103010/1+2..A&s=1"}],
        },
        "data": {
            "dataSets": [
                {
                    "action": "Information",
                    "series": {
                        "0:1": {"observations": {"0": [269102], "1": [70000.5]}},
                        "1:0": {"observations": {"2": [None], "0": [12]}},
                    },
                }
            ],
            "structure": {
                "links": [{"href": "https://nstatdb.dgbas.gov.tw/x.aspx?sdmx/A018103010/all"}],
                "name": "國內各業生產及平減指數-年",
                "dimensions": {
                    "series": [
                        {
                            "keyPosition": 0,
                            "id": "fldid",
                            "name": "指標",
                            "values": [{"id": "1", "name": OUTPUT}, {"id": "4", "name": VOLUME}],
                        },
                        {
                            "keyPosition": 1,
                            "id": "code1",
                            "name": "行業",
                            "values": [
                                {"id": "7", "name": "C.製造業"},
                                {"id": "25", "name": " CR.電子零組件製造業"},
                            ],
                        },
                    ],
                    "observation": [
                        {
                            "id": "ym",
                            "name": "統計期",
                            "values": [
                                {"id": "2015", "name": "104年"},
                                {"id": "2015-Q4", "name": "104年第4季"},
                                {"id": "2015-M12", "name": "104年12月"},
                            ],
                        }
                    ],
                },
            },
        },
    }


def series_of(document: dict[str, Any]) -> dict[str, Any]:
    series: dict[str, Any] = document["data"]["dataSets"][0]["series"]
    return series


def dimensions_of(document: dict[str, Any]) -> dict[str, Any]:
    dimensions: dict[str, Any] = document["data"]["structure"]["dimensions"]
    return dimensions


def write(folder: Path, document: object, name: str = "reply.json") -> Path:
    path = folder / name
    text = document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")
    return path


def test_positions_become_names_and_periods_of_three_frequencies(tmp_path: Path) -> None:
    rows = read_nstatdb(write(tmp_path, reply())).rows()
    electronics, manufacturing = "CR.電子零組件製造業", "C.製造業"
    name = ("A018103010", "國內各業生產及平減指數-年")
    more = (None, None, "行業", "新臺幣百萬元")
    assert rows == [
        (*name, OUTPUT, electronics, *more, "A", "2015", 269102.0, "reply.json", 1),
        (*name, OUTPUT, electronics, *more, "Q", "2015-Q4", 70000.5, "reply.json", 2),
        (*name, VOLUME, manufacturing, *more, "M", "2015-12", None, "reply.json", 3),
        (*name, VOLUME, manufacturing, *more, "A", "2015", 12.0, "reply.json", 4),
    ]


def test_a_month_of_one_digit_gets_its_zero(tmp_path: Path) -> None:
    document = reply()
    dimensions_of(document)["observation"][0]["values"][2]["id"] = "2015-M2"
    assert "2015-02" in read_nstatdb(write(tmp_path, document))["period"].to_list()


def test_the_row_number_does_not_depend_on_pretty_printing(tmp_path: Path) -> None:
    pretty = write(tmp_path, json.dumps(reply(), indent=4))
    assert read_nstatdb(pretty)["_source_row"].to_list() == [1, 2, 3, 4]


def test_a_series_key_follows_key_position_and_not_the_order_of_the_list(tmp_path: Path) -> None:
    document = reply()
    dimensions_of(document)["series"].reverse()
    assert read_nstatdb(write(tmp_path, document)).equals(read_nstatdb(write(tmp_path, reply())))


def test_of_equal_names_each_one_carries_its_id(tmp_path: Path) -> None:
    document = reply()
    for value in dimensions_of(document)["series"][1]["values"]:
        value["name"] = "其他"
    items = read_nstatdb(write(tmp_path, document))["item"].unique(maintain_order=True)
    assert items.to_list() == ["其他 [25]", "其他 [7]"]


def test_a_blank_name_is_a_visible_member(tmp_path: Path) -> None:
    document = reply()
    dimensions_of(document)["series"][1]["values"][0]["name"] = "　"
    assert "(no label)" in read_nstatdb(write(tmp_path, document))["item"].to_list()


def test_without_an_address_the_table_is_named_after_the_file(tmp_path: Path) -> None:
    document = reply()
    del document["meta"]["links"]
    path = write(tmp_path, document, "A9.json")
    assert read_nstatdb(path)["table_id"].unique().to_list() == ["A018103010"]
    del document["data"]["structure"]["links"]
    assert read_nstatdb(write(tmp_path, document, "A9.json"))["table_id"].unique().to_list() == [
        "A9"
    ]


def rename_series(old: str, new: str) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        series_of(document)[new] = series_of(document).pop(old)

    return change


def set_cell(cell: object) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        series_of(document)["0:1"]["observations"]["0"] = cell

    return change


def set_period(code: str) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        dimensions_of(document)["observation"][0]["values"][1]["id"] = code

    return change


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (rename_series("0:1", "0:2"), "'0:2' lies outside the dimension 'code1'"),
        (rename_series("0:1", "0:-1"), "'0:-1' lies outside the dimension 'code1'"),
        (rename_series("0:1", "0"), "has 1 positions"),
        (rename_series("0:1", "0:1:0"), "has 3 positions"),
        (lambda d: series_of(d)["0:1"]["observations"].update({"3": [1]}), "'3' lies outside"),
        (lambda d: dimensions_of(d).pop("observation"), "'observation' is missing"),
        (lambda d: dimensions_of(d)["observation"].clear(), "0 dimensions of observation"),
        (lambda d: dimensions_of(d)["series"].pop(0), "key positions"),
        (lambda d: dimensions_of(d)["series"][0].update(id="x"), "single dimension of measures"),
        (lambda d: d["data"].pop("structure"), "'structure' is missing"),
        (lambda d: series_of(d)["0:1"].pop("observations"), "'observations' is missing"),
        (lambda d: d["data"]["dataSets"].clear(), "no observation"),
        (lambda d: d.update(outdata1=[]), "outmode=8"),
        (set_cell(["12"]), "['12']"),
        (set_cell([True]), "[True]"),
        (set_cell([]), "[]"),
        (set_cell(12), "'12'"),
        (set_period("2015-M13"), "'2015-M13' is of no known form"),
        (set_period("2015"), "2015 stands twice"),
    ],
)
def test_what_does_not_fit_the_structure_is_refused(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], says: str
) -> None:
    document = reply()
    change(document)
    with pytest.raises(SourceError) as caught:
        read_nstatdb(write(tmp_path, document))
    assert says in str(caught.value)
    assert "reply.json" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"Parameter error ", "refused the query: 'Parameter error'"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b'{"meta": {"id"', "truncated"),
        (b'{"meta": {"id": "abc', "truncated"),
        (b'{"meta": NaN}', "NaN"),
        (b'{"meta": 1, "meta": 2}', "'meta' stands twice"),
        (b"{]", "line 1, column 2"),
        (b"[]", "A list stands where a dict belongs"),
        ('{\n"名": 1}'.encode("cp950"), "line 2: Byte 0xA6 at offset 3 is not UTF-8"),
    ],
)
def test_a_reply_that_is_no_json_is_named_for_what_it_is(
    tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "reply.json"
    path.write_bytes(content)
    with pytest.raises(SourceError) as caught:
        read_nstatdb(path)
    assert says in str(caught.value)


def test_every_truncation_of_a_reply_is_refused(tmp_path: Path) -> None:
    whole = json.dumps(reply(), ensure_ascii=False).encode()
    path = tmp_path / "reply.json"
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        with pytest.raises(SourceError):
            read_nstatdb(path)


@pytest.mark.skipif(not SAMPLES.exists(), reason="the real samples are not at hand")
def test_the_real_table_of_industries_is_read_whole_and_fast() -> None:
    start = time.perf_counter()
    frame = read_nstatdb(SAMPLES / "A018103010.json")
    assert time.perf_counter() - start < 2  # 0.05 s alone; the limit only catches a blunder
    assert frame.height == 5 * 86 * 37
    electronics = frame.filter(
        measure="國內生產毛額_當期價格(新臺幣百萬元)", item="CR.電子零組件製造業", period="2017"
    ).row(0, named=True)
    assert electronics["value"] == 2214979
    assert electronics["_source_row"] == 7289
    assert electronics["unit"] == "新臺幣百萬元"
    deflator = frame.filter(measure="國內生產毛額_平減指數(2016年=100)")
    assert deflator["unit"].unique().to_list() == ["2016年=100"]


@pytest.mark.skipif(not SAMPLES.exists(), reason="the real samples are not at hand")
def test_the_real_table_of_one_dimension_keeps_years_and_months_apart() -> None:
    frame = read_nstatdb(SAMPLES / "A130201010.json").filter(measure="人口數(人)")
    assert frame.height == 265
    assert frame.filter(period="2015-12")["value"].to_list() == [23492074]
    assert frame.filter(period="2015")["frequency"].to_list() == ["A"]
    assert frame["item"].null_count() == 265
