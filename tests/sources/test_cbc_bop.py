"""Replies of the Central Bank's service in its three layouts; the real one where at hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sources.cbc_bop import SOURCE
from sources.contract import PROVENANCE, SourceError

SAMPLE = Path(__file__).resolve().parents[2].parent / "shared" / "samples" / "cbc" / "BPP2Q01.json"
RECEIPTS = "服務-其他服務-智慧財產權使用費-收入"
PAYMENTS = "服務-其他服務-智慧財產權使用費-支出"
LABELS = [{"data": RECEIPTS}, {"data": PAYMENTS}]
ROWS = [["2023Q4", "401.000", "-"], ["2024Q1", "-416.5", "─"]]


def now() -> dict[str, Any]:
    return {
        "meta": {"title": "國際收支統計", "filename": "BPP2Q01.px"},
        "data": {"dataSets": json.loads(json.dumps(ROWS)), "structure": {"Table1": list(LABELS)}},
    }


def in_2020() -> dict[str, Any]:
    return {
        "filename": "BPP2Q01.px",
        "headerSet": {"Table1": list(LABELS)},
        "data": json.loads(json.dumps(ROWS)),
        "META": [{"Key": 10, "Value": "美金百萬元"}],
    }


def read(folder: Path, document: object) -> pl.DataFrame:
    path = folder / "bop.json"
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return SOURCE.read([path])["item"]


@pytest.mark.parametrize(
    "document",
    [now(), in_2020(), json.dumps(in_2020()), json.dumps(now(), ensure_ascii=False)],
    ids=["now", "2020", "2020 in a string", "now in a string"],
)
def test_each_layout_gives_the_same_items(tmp_path: Path, document: object) -> None:
    frame = read(tmp_path, document)
    assert dict(frame.schema) == {
        **SOURCE.table("item").columns,
        **{name: kind for name, kind in PROVENANCE.items() if name != "_vintage"},
    }
    assert frame.rows() == [
        ("BPP2Q01", "2023-Q4", "Q", RECEIPTS, 401.0, "401.000", "bop.json", 1),
        ("BPP2Q01", "2023-Q4", "Q", PAYMENTS, None, "-", "bop.json", 2),
        ("BPP2Q01", "2024-Q1", "Q", RECEIPTS, -416.5, "-416.5", "bop.json", 3),
        ("BPP2Q01", "2024-Q1", "Q", PAYMENTS, None, "─", "bop.json", 4),
    ]


def test_an_item_keeps_its_value_when_the_bank_reorders_the_labels(tmp_path: Path) -> None:
    document = now()
    document["data"]["structure"]["Table1"].reverse()
    for row in document["data"]["dataSets"]:
        row[1:] = reversed(row[1:])
    assert read(tmp_path, document).filter(item=RECEIPTS)["value_usd_m"].to_list() == [401, -416.5]


def test_a_yearly_file_has_years(tmp_path: Path) -> None:
    document = now()
    document["meta"]["filename"] = "BPP2Y01.px"
    document["data"]["dataSets"] = [["2024", "1", "2"]]
    frame = read(tmp_path, document)
    assert frame.select("file_code", "period", "frequency").unique().rows() == [
        ("BPP2Y01", "2024", "A")
    ]


def rows_of(document: dict[str, Any]) -> list[Any]:
    rows: list[Any] = document["data"]["dataSets"]
    return rows


def labels_of(document: dict[str, Any]) -> list[Any]:
    labels: list[Any] = document["data"]["structure"]["Table1"]
    return labels


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: rows_of(d)[1].append("3"), "The period 2024Q1 has 3 values. Expected: 2"),
        (lambda d: rows_of(d)[1].pop(), "The period 2024Q1 has 1 values. Expected: 2"),
        (lambda d: rows_of(d)[0].__setitem__(0, "2023Q5"), "'2023Q5' is of no known form"),
        (lambda d: rows_of(d)[0].__setitem__(0, "2023M05"), "'2023M05' is of no known form"),
        (lambda d: rows_of(d)[0].__setitem__(0, 2023), "does not begin with a period"),
        (lambda d: rows_of(d)[0].__setitem__(1, "1,401"), f"2023-Q4, item '{RECEIPTS}'"),
        (lambda d: rows_of(d)[1].__setitem__(2, ""), f"2024-Q1, item '{PAYMENTS}'"),
        (lambda d: rows_of(d)[0].__setitem__(1, "nan"), "'nan' is not a number"),
        (lambda d: rows_of(d)[0].__setitem__(1, 401), "401 is not text"),
        (lambda d: rows_of(d)[0].__setitem__(1, None), "None is not text"),
        (lambda d: rows_of(d).clear(), "no period"),
        (lambda d: labels_of(d).append({"data": RECEIPTS}), f"'{RECEIPTS}' stands twice"),
        (lambda d: labels_of(d).append({"data": " "}), "label is missing or blank"),
        (lambda d: labels_of(d).clear(), "label is missing or blank"),
        (lambda d: d["data"]["structure"].clear(), "no labels"),
        (lambda d: d["data"].pop("structure"), "no layout"),
        (lambda d: d.pop("data"), "no layout"),
    ],
)
def test_what_does_not_fit_the_layout_is_refused(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], says: str
) -> None:
    document = now()
    change(document)
    with pytest.raises(SourceError) as caught:
        read(tmp_path, document)
    assert says in str(caught.value)
    assert "bop.json" in str(caught.value)


@pytest.mark.parametrize("unit", ["新臺幣百萬元", "NT$ thousand million", "美元"])
def test_another_unit_than_millions_of_dollars_is_refused(tmp_path: Path, unit: str) -> None:
    document = in_2020()
    document["META"][0]["Value"] = unit
    with pytest.raises(SourceError, match="The unit is"):
        read(tmp_path, document)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b'""', "empty"),
        (b"<html>", "web page"),
        (b'"{\\"filename\\": ', "truncated"),
        (b'"{\\"filename\\": "', "truncated"),
        ('{"meta": "央行"}'.encode("cp950"), "not UTF-8"),
    ],
)
def test_a_reply_that_is_no_json_is_named_for_what_it_is(
    tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "bop.json"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=says):
        SOURCE.read([path])


def test_a_snapshot_without_files_is_an_error() -> None:
    with pytest.raises(SourceError, match="no file"):
        SOURCE.read([])


@pytest.mark.skipif(not SAMPLE.exists(), reason="the real sample is not at hand")
def test_in_the_real_file_receipts_less_payments_are_the_net_value() -> None:
    frame = SOURCE.read([SAMPLE])["item"]
    assert frame.height == 145 * 402
    assert not frame.select(SOURCE.table("item").key).is_duplicated().any()
    assert frame["value_usd_m"].null_count() == 23080
    charges = frame.filter(pl.col("item").str.contains("智慧財產權使用費")).pivot(
        "item", index="period", values="value_usd_m"
    )
    # '-' is none or under half a unit: as zero it keeps the identity in every quarter.
    net, receipts, payments = (
        charges[f"服務-其他服務-智慧財產權使用費-{side}"].fill_null(0)
        for side in ("淨額", "收入", "支出")
    )
    assert (net - (receipts - payments)).abs().max() == 0
    assert charges.filter(period="2020-Q1").row(0) == ("2020-Q1", -416, 401, 817)


@pytest.mark.parametrize("units", ["百萬美元", "美金百萬元", "USD million", "US$ Million", ""])
def test_a_reply_of_today_in_dollars_or_without_a_unit_is_read(tmp_path: Path, units: str) -> None:
    document = now()
    document["meta"]["units"] = units
    assert read(tmp_path, document).height == 4


def test_a_reply_of_today_in_another_unit_is_refused(tmp_path: Path) -> None:
    document = now()
    document["meta"]["units"] = "新台幣百萬元,%"
    with pytest.raises(SourceError, match=r"meta\.units: The unit is '新台幣百萬元,%'"):
        read(tmp_path, document)
