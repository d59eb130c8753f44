"""Fetching tables of nstatdb from a stand-in: what status 200 does not tell."""

from __future__ import annotations

import json
from datetime import date

import pytest

from sources import get_source, retrying
from sources.contract import SourceError
from sources.fetching import Wish
from sources.nstatdb_api import prepared_at
from tests.standin import nstatdb as _registers  # noqa: F401
from tests.standin.nstatdb import national_accounts
from tests.standin.server import (
    Behaviour,
    Reply,
    changed,
    empty_200,
    html_instead,
    parameter_error_200,
    too_many_429,
    truncated,
)

THIS_YEAR = date.today().year

NEWEST = Wish()


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(retrying, "WAIT_SECONDS", 0.001)


def fetch(client, tmp_path, source="dgbas_national_accounts", wish=NEWEST):
    return get_source(source).fetcher.fetch(client, wish, tmp_path / "files")


def test_every_table_is_asked_for_with_a_range_and_lands_readable(standin, client, tmp_path):
    fetched = fetch(client, tmp_path)
    assert [path.name for path in fetched.files] == ["A018101010.json", "A018103010.json"]
    for asked in standin.asked("nstatdb"):
        assert f"&startTime=1981&endTime={THIS_YEAR}" in asked.raw_query
    frame = get_source("dgbas_national_accounts").read(fetched.files)["observation"]
    assert set(frame["table_id"]) == {"A018101010", "A018103010"}
    assert frame["period"].max() == "2025"


def test_the_plan_names_the_requests_without_a_network():
    asks = get_source("dgbas_productivity").fetcher.plan(Wish(first_year=2015, last_year=2020))
    assert [ask.url for ask in asks] == [
        "https://nstatdb.dgbas.gov.tw/dgbasAll/webMain.aspx?sdmx/A040206010/...A"
        "&startTime=2015&endTime=2020"
    ]


def test_the_vintage_is_when_the_service_prepared_the_newest_reply(standin, client, tmp_path):
    tables = standin.state["nstatdb"] = national_accounts()
    tables["A018103010"].prepared = "2026-11-22 01:02:03 99"
    assert fetch(client, tmp_path).vintage == "2026-11-22T010203"


@pytest.mark.parametrize(
    ("prepared", "vintage"),
    [
        ("2022-09-10 08:35:43 8270", "2022-09-10T083543"),
        ("2026-11-21T08:35:43", "2026-11-21T083543"),
        ("昨日", date.today().isoformat()),
        (None, date.today().isoformat()),
    ],
)
def test_a_prepared_time_that_is_not_iso_is_read_or_left(tmp_path, prepared, vintage):
    path = tmp_path / "t.json"
    path.write_text(json.dumps({"meta": {"prepared": prepared}}))
    assert prepared_at(path) == vintage


def test_a_reply_that_stops_years_early_is_refused(standin, client, tmp_path):
    tables = standin.state["nstatdb"] = national_accounts()
    tables["A018101010"].last = 2017
    with pytest.raises(SourceError, match=r"last period with a value is 2017: .* stops early"):
        fetch(client, tmp_path)


def test_empty_last_years_do_not_pass_for_periods(standin, client, tmp_path):
    tables = standin.state["nstatdb"] = national_accounts()
    reply = tables["A018101010"].reply("A018101010", 1981, 2025)
    for series in reply["data"]["dataSets"][0]["series"].values():
        for at in series["observations"]:
            if int(at) > 30:
                series["observations"][at] = [None]
    standin.behave("nstatdb", changed(json.dumps(reply).encode()))
    with pytest.raises(SourceError, match="last period with a value is 2011"):
        fetch(client, tmp_path)


def test_years_before_the_calendar_allows_are_enough_when_no_later_ones_are_wished(
    standin, client, tmp_path
):
    tables = standin.state["nstatdb"] = national_accounts()
    tables["A018101010"].last = tables["A018103010"].last = 2017
    assert fetch(client, tmp_path, wish=Wish(last_year=2017)).files


def test_a_table_that_wants_the_bare_key_is_asked_once_more_in_that_form(standin, client, tmp_path):
    standin.state["nstatdb"] = national_accounts()
    standin.state["nstatdb"]["A018101010"].only_bare_key = True
    fetch(client, tmp_path)
    first, second = standin.asked("nstatdb")[:2]
    assert "A018101010/...A&" in first.raw_query
    assert "A018101010//&startTime=1981" in second.raw_query


def test_a_parameter_error_that_stays_is_told_and_leaves_no_snapshot(standin, client, tmp_path):
    standin.behave("nstatdb", parameter_error_200())
    with pytest.raises(SourceError, match="refused the query: 'Parameter error'"):
        fetch(client, tmp_path)


@pytest.mark.parametrize("body", [b"   \r\n", b'""', b"{}", b"\xef\xbb\xbf", b"null"])
def test_a_reply_with_nothing_in_it_is_asked_for_again(standin, client, tmp_path, body):
    standin.behave("nstatdb", changed(body, times=2))
    assert fetch(client, tmp_path).files
    assert len(standin.asked("nstatdb")) == 4


def test_a_service_that_stays_empty_is_given_up(standin, client, tmp_path):
    standin.behave("nstatdb", changed(b" \n"))
    with pytest.raises(SourceError, match="answered 4 times with success and nothing in it"):
        fetch(client, tmp_path)
    assert len(standin.asked("nstatdb")) == 4


@pytest.mark.parametrize("habit", [empty_200(1), too_many_429(1), truncated(times=1)])
def test_what_passes_is_waited_out(standin, client, tmp_path, habit):
    standin.behave("nstatdb", habit)
    assert len(fetch(client, tmp_path).files) == 2


def test_a_web_page_is_no_table(standin, client, tmp_path):
    standin.behave("nstatdb", html_instead())
    with pytest.raises(SourceError, match="web page"):
        fetch(client, tmp_path)


def test_another_table_under_the_id_is_refused_by_its_name(standin, client, tmp_path):
    standin.state["nstatdb"] = national_accounts()
    standin.state["nstatdb"]["A040206010"].name = "製造業受僱員工人數"
    with pytest.raises(SourceError, match="A040206010 '製造業受僱員工人數'"):
        fetch(client, tmp_path, "dgbas_productivity")


def test_another_table_in_the_reply_is_refused_by_its_id(standin, client, tmp_path):
    other = json.dumps(national_accounts()["A018103010"].reply("A018103010", 1981, 2025)).encode()
    standin.behave("nstatdb", Behaviour(lambda asked, reply, s: Reply(200, {}, other)))
    with pytest.raises(SourceError, match="The reply is table A018103010"):
        fetch(client, tmp_path)
