"""Fetching Taiwan's open trade files: the owner's address, the catalogue, the periods."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

import polars as pl
import pytest

from sources import data_gov_tw, get_source, retrying
from sources.contract import SourceError
from sources.data_gov_tw import OpenFile, choose, percent_encoded
from sources.fetching import Wish
from tests.standin.server import changed, html_instead, status
from tests.standin.taiwan_trade import LAST, catalogue_of, customs_csv, database_csv

WISH = Wish(first_year=2001)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(retrying, "WAIT_SECONDS", 0.001)


def fetch(client, tmp_path, source, wish=WISH):
    return get_source(source).fetcher.fetch(client, wish, tmp_path / "files")


def test_the_database_is_asked_in_roc_years_and_tables_get_their_titles(standin, client, tmp_path):
    fetched = fetch(client, tmp_path, "mof_trade_statistics")
    asked = standin.asked("mof_web02")[0]
    assert asked.first("ym") == "9001"
    assert asked.first("ymt") == f"{date.today().year - 1911}12"
    frame = get_source("mof_trade_statistics").read(fetched.files)["statistic"]
    totals = frame.filter(
        pl.col("table_title").str.contains("出口值")
        & (pl.col("item") == "按新臺幣計算(百萬元)/ 總計")
        & (pl.col("period") == "2026-05")
    )
    assert totals.select("value", "unit", "frequency").rows() == [(2126.5, "百萬元", "M")]
    assert fetched.vintage == f"{LAST[0]}-{LAST[1]:02d}"
    assert "by hand" in fetched.note


def test_years_before_the_tables_begin_are_not_asked_for(standin, client, tmp_path):
    fetch(client, tmp_path, "mof_trade_statistics", Wish(first_year=1981))
    assert {asked.first("ym") for asked in standin.asked("mof_web02")} == {"9001"}


def test_the_newest_year_in_place_of_those_asked_for_is_refused(standin, client, tmp_path):
    standin.state["mof_web02_first"] = 2010
    with pytest.raises(SourceError, match="has the year 2026 only"):
        fetch(client, tmp_path, "mof_trade_statistics")


def test_an_answer_that_stopped_years_ago_is_told_of(standin, client, tmp_path):
    standin.behave("mof_web02", changed(database_csv("i8121", 2001, 2019), path="i8121"))
    fetched = fetch(client, tmp_path, "mof_trade_statistics")
    assert "newest period is 2019-12" in fetched.note


def test_another_table_under_the_id_is_refused(standin, client, tmp_path):
    wrong = database_csv("i8123", 2001, 2026).replace("電子零組件".encode(), "皮革".encode())
    standin.behave("mof_web02", changed(wrong, path="i8123"))
    with pytest.raises(SourceError, match="No column of i8123 speaks of 電子零組件"):
        fetch(client, tmp_path, "mof_trade_statistics")


def test_amounts_in_place_of_shares_are_refused_though_their_labels_are_the_same(
    standin, client, tmp_path
):
    standin.behave("mof_web02", changed(database_csv("i8121", 2001, 2026), path="i8123"))
    with pytest.raises(SourceError, match="The values of i8123 are amounts"):
        fetch(client, tmp_path, "mof_trade_statistics")
    assert standin.asked("data_gov_tw") == []


def test_the_catalogue_helps_out_when_the_database_has_moved(standin, client, tmp_path):
    standin.behave("mof_web02", status(404, times=1))
    fetched = fetch(client, tmp_path, "mof_trade_statistics")
    assert len(standin.asked("data_gov_tw")) == 1
    assert "moved=%E6%98%AF" in standin.asked("mof_web02")[1].raw_query
    assert len(fetched.files) == 2


def test_customs_totals_come_from_their_owner_without_the_catalogue(standin, client, tmp_path):
    fetched = fetch(client, tmp_path, "customs_totals")
    assert standin.asked("data_gov_tw") == []
    assert fetched.vintage == "2026-10"
    frame = get_source("customs_totals").read(fetched.files)["monthly_total"]
    newest = frame.row(0, named=True)
    assert (newest["period"], newest["exports_total_ntd_thousand"]) == ("2026-10", 2_007_026)
    assert newest["_source_row"] == 2


@pytest.mark.parametrize("habit", [status(404, path="6053/csv"), html_instead(path="6053/csv")])
def test_when_the_owner_fails_the_catalogue_tells_the_new_address(standin, client, tmp_path, habit):
    standin.behave("customs_opendata", habit)
    fetched = fetch(client, tmp_path, "customs_totals")
    moved = standin.asked("customs_opendata")[-1]
    # Raw Chinese and a blank in the catalogue's address go over the wire percent-encoded.
    assert moved.raw_path == "/" + quote("搬家") + "/" + quote("進出口 總值") + ".csv"
    assert fetched.url.endswith(moved.raw_path)
    assert get_source("customs_totals").read(fetched.files)["monthly_total"].height > 100


def test_a_file_of_the_owner_that_cannot_be_read_sends_us_to_the_catalogue(
    standin, client, tmp_path
):
    renamed = customs_csv().replace("出口總值(新臺幣千元)".encode(), "出口總值(美元)".encode())
    standin.behave("customs_opendata", changed(renamed, path="csv.csv"))
    assert fetch(client, tmp_path, "customs_totals").files
    assert len(standin.asked("data_gov_tw")) == 1


def test_when_both_ways_fail_both_reasons_are_told(standin, client, tmp_path):
    standin.behave("customs_opendata", status(404))
    standin.behave("data_gov_tw", status(403))
    with pytest.raises(SourceError, match=r"answered 404.*By the catalogue: .*answered 403"):
        fetch(client, tmp_path, "customs_totals")


def test_a_resource_is_chosen_whatever_its_place(standin):
    file = OpenFile(6053, lambda: "", "x", "y.csv", described=("進出口",))
    resources = catalogue_of(standin)["6053"]
    for order in (resources, resources[::-1], resources[1:] + resources[:1]):
        document = {"success": True, "result": {"distribution": order}}
        assert choose(document, file).endswith("%E7%B8%BD%E5%80%BC.csv")


def test_of_two_files_of_one_format_the_described_one_is_taken():
    file = OpenFile(1, lambda: "", "x", "y.csv", described=("進出口", "不在其中"))
    resources = [
        {
            "resourceFormat": "CSV",
            "resourceDescription": "稅收",
            "resourceDownloadUrl": "https://a",
        },
        {
            "resourceFormat": ["csv"],
            "resourceDescription": "進出口總值",
            "resourceDownloadUrl": "https://b",
        },
    ]
    assert choose({"result": {"distribution": resources}}, file) == "https://b"


@pytest.mark.parametrize(
    ("resources", "message"),
    [
        ([], "has no resources that fit"),
        ([{"resourceFormat": "PDF", "resourceDownloadUrl": "https://a/b"}], "no resources"),
        (
            [
                {
                    "resourceFormat": "CSV",
                    "resourceDescription": "甲",
                    "resourceDownloadUrl": "https://a",
                },
                {
                    "resourceFormat": "csv",
                    "resourceDescription": "乙",
                    "resourceDownloadUrl": "https://b",
                },
            ],
            "has 2 resources that fit",
        ),
        ("x", "has no distribution"),
    ],
)
def test_a_choice_that_is_not_clear_is_an_error_that_lists_what_there_is(resources, message):
    file = OpenFile(1, lambda: "", "x", "y.csv", described=("進出口",))
    with pytest.raises(SourceError, match=message):
        choose({"success": True, "result": {"distribution": resources}}, file)


def test_an_address_in_the_catalogue_that_is_no_web_address_is_not_asked(standin, client, tmp_path):
    standin.behave("customs_opendata", status(404))
    standin.state["data_gov_tw"] = {
        "6053": [{"resourceFormat": "CSV", "resourceDownloadUrl": "file:///etc/passwd"}]
    }
    with pytest.raises(SourceError, match="no web address"):
        fetch(client, tmp_path, "customs_totals")


def test_what_is_encoded_already_is_not_encoded_twice():
    assert percent_encoded("https://h/%E7%B6%93/經?q=a b&c=1") == (
        "https://h/%E7%B6%93/%E7%B6%93?q=a%20b&c=1"
    )
    assert data_gov_tw.percent_encoded(" https://h/a ") == "https://h/a"


def test_the_plan_tells_the_way_by_the_catalogue():
    asks = get_source("customs_totals").fetcher.plan(WISH)
    assert [ask.url for ask in asks] == [
        "https://opendata.customs.gov.tw/data/6053/csv.csv",
        "https://data.gov.tw/api/v2/rest/dataset/6053",
    ]
    assert "only if" in asks[1].after
