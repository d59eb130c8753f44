"""UN Comtrade: asking a stand-in, and reading replies."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from sources import comtrade_api, get_source
from sources.bronze import build_bronze
from sources.comtrade import SOURCE, read_comtrade
from sources.contract import SourceError
from sources.fetching import Wish
from sources.http import Client, Earlier
from tests.standin.comtrade import KEY, document, line
from tests.standin.fixtures import QUICK
from tests.standin.server import Behaviour, Reply, changed, too_many_429

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "samples" / "comtrade"
WISH = Wish(first_year=2010, last_year=2024)


@pytest.fixture
def asking(tmp_path, monkeypatch):
    monkeypatch.setenv("COMTRADE_API_KEY", KEY)
    with Client(state=tmp_path / "state", patience=QUICK, limits={}) as client:
        yield client


def fetch(client, tmp_path, wish=WISH):
    return SOURCE.fetcher.fetch(client, wish, tmp_path / "files")


def land(tmp_path, *lines, **envelope) -> Path:
    path = tmp_path / "reply.json"
    body = json.loads(document(list(lines)))
    path.write_text(json.dumps({**body, **envelope}), encoding="utf-8")
    return path


def test_totals_are_asked_for_with_every_filter_and_the_key_in_a_header(standin, asking, tmp_path):
    fetched = fetch(asking, tmp_path)
    first, second = standin.asked("comtrade")
    filters = ("partnerCode", "partner2Code", "motCode", "customsCode", "cmdCode")
    assert [first.first(name) for name in filters] == ["0", "0", "0", "C00", "TOTAL"]
    assert first.first("period").split(",")[0] == "2010"
    assert second.first("period").split(",")[-1] == "2024"
    assert KEY not in first.raw_query
    assert KEY not in repr(asking.exchanges)
    frame = build_bronze(SOURCE, fetched.files, "v")["trade"]
    assert frame.height == 7 * 15 * 2
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d{6}", fetched.vintage)


def test_an_answer_that_took_another_time_but_says_the_same_is_nothing_new(
    standin, asking, tmp_path, monkeypatch
):
    first = fetch(asking, tmp_path, Wish(first_year=2020, last_year=2024)).files[0]
    kept = tmp_path / "kept.json"
    kept.write_bytes(first.read_bytes().replace(b"0.21 secs", b"0.99 secs"))
    url = standin.root("comtrade") + "/" + standin.requests[0].path.lstrip("/")
    url += "?" + standin.requests[0].raw_query
    with Client(
        state=tmp_path / "s2", patience=QUICK, limits={}, earlier={url: Earlier(kept, "0" * 64)}
    ) as again:
        second = fetch(again, tmp_path / "2", Wish(first_year=2020, last_year=2024)).files[0]
    assert second.read_bytes() == kept.read_bytes()


def test_taiwan_stands_in_as_490_and_says_that_it_is_a_proxy(standin, asking, tmp_path):
    fetched = fetch(asking, tmp_path)
    frame = read_comtrade(fetched.files)["trade"]
    noted = frame.filter(frame["proxy_note"].is_not_null())
    assert set(noted["reporter_code"]) == {490}
    assert "proxy for Taiwan" in noted["proxy_note"][0]
    assert "proxy" in fetched.note
    assert "TWN" not in set(frame["reporter_iso"])


def test_parameters_that_the_service_does_not_like_are_no_empty_success(
    standin, asking, tmp_path, monkeypatch
):
    monkeypatch.setitem(comtrade_api.TOTALS_ONLY, "motcode", "0")
    with pytest.raises(SourceError, match=r"no line \(count 0\)"):
        fetch(asking, tmp_path)


def test_breakdowns_that_come_all_the_same_are_refused(standin, asking, tmp_path):
    doubled = document([line(392, 2010, "X"), line(392, 2010, "X", motCode=1000)])
    standin.behave("comtrade", changed(doubled))
    with pytest.raises(SourceError, match="data line 2: The line has motCode 1000"):
        fetch(asking, tmp_path)


def test_a_reply_as_long_as_the_limit_is_refused(standin, asking, tmp_path, monkeypatch):
    monkeypatch.setattr("sources.comtrade_api.RECORD_LIMIT", 168)
    with pytest.raises(SourceError, match="168 lines, the service's limit"):
        fetch(asking, tmp_path)


def test_without_a_key_nothing_is_asked(standin, asking, tmp_path, monkeypatch):
    monkeypatch.delenv("COMTRADE_API_KEY")
    with pytest.raises(SourceError, match="COMTRADE_API_KEY is not set"):
        fetch(asking, tmp_path)
    assert standin.requests == []


def test_a_wrong_key_is_refused_without_showing_it(standin, asking, tmp_path, monkeypatch):
    monkeypatch.setenv("COMTRADE_API_KEY", "a-wrong-and-secret-key")
    with pytest.raises(SourceError, match="401") as told:
        fetch(asking, tmp_path)
    assert "a-wrong-and-secret-key" not in str(told.value)
    assert len(standin.requests) == 1


def test_too_many_requests_are_waited_out(standin, asking, tmp_path):
    standin.behave("comtrade", too_many_429(retry_after=None))
    assert len(fetch(asking, tmp_path).files) == 2


def test_an_error_text_with_status_200_is_told(standin, asking, tmp_path):
    body = json.dumps({"count": 0, "data": [], "error": "Request timeout"}).encode()
    standin.behave("comtrade", Behaviour(lambda a, r, s: Reply(200, {}, body)))
    with pytest.raises(SourceError, match="Request timeout"):
        fetch(asking, tmp_path)


def test_years_that_are_not_over_are_not_asked_for():
    asks = SOURCE.fetcher.plan(Wish(first_year=1981))
    assert f"{date.today().year - 1}&" in asks[-1].url
    assert str(date.today().year) not in asks[-1].url
    assert "period=1988" in asks[0].url


def test_breakdowns_and_totals_are_kept_apart_by_their_codes(tmp_path):
    path = land(tmp_path, line(392, 2020, "X"), line(392, 2020, "X", partner2Code=344))
    frame = build_bronze(SOURCE, [path], "v")["trade"]
    assert frame["partner2_code"].to_list() == [0, 344]


def test_the_same_line_twice_is_refused(tmp_path):
    with pytest.raises(SourceError, match="same key twice"):
        build_bronze(SOURCE, [land(tmp_path, line(392, 2020, "X"), line(392, 2020, "X"))], "v")


def test_goods_codes_keep_their_zeros_and_months_are_months(tmp_path):
    monthly = line(
        392, 2020, "X", freqCode="M", refMonth=3, period="202003", cmdCode="0101", mosCode=0
    )
    row = read_comtrade([land(tmp_path, monthly)])["trade"].row(0, named=True)
    assert (row["goods_code"], row["frequency"], row["period"]) == ("0101", "M", "2020-03")
    assert row["supply_code"] == "0"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"refMonth": 12}, "do not name a period"),
        ({"period": "2019"}, "do not name a period"),
        ({"primaryValue": "1,000"}, "primaryValue is '1,000'"),
        ({"primaryValue": None}, "primaryValue is 'None'"),
        ({"cmdCode": 101}, "cmdCode is '101'"),
        ({"reporterCode": None}, "reporterCode is 'None'"),
        ({"reporterCode": True}, "reporterCode is 'True'"),
        ({"isReported": "yes"}, "isReported is 'yes'"),
    ],
)
def test_a_line_that_cannot_be_is_refused_with_its_number(tmp_path, changes, message):
    path = land(tmp_path, line(392, 2020, "X"), line(410, 2020, "X", **changes))
    with pytest.raises(SourceError, match=f"data line 2: .*{message}|{message}"):
        read_comtrade([path])


@pytest.mark.parametrize(
    ("envelope", "message"),
    [
        ({"count": 5}, "1 lines but says 5"),
        ({"data": [], "count": 0}, "no line"),
        ({"data": None}, "no layout of UN Comtrade"),
        ({"data": [3]}, "The line is '3'"),
        ({"error": "bad"}, "answered with an error"),
    ],
)
def test_a_reply_that_is_not_whole_is_refused(tmp_path, envelope, message):
    with pytest.raises(SourceError, match=message):
        read_comtrade([land(tmp_path, line(392, 2020, "X"), **envelope)])


@pytest.mark.skipif(not SAMPLES.exists(), reason="the real replies are not at hand")
def test_a_real_reply_is_read_and_a_real_empty_one_refused():
    frame = read_comtrade([SAMPLES / "get_C_A_HS_china_2010.json"])["trade"]
    assert frame.height == 4
    assert frame["primary_value_usd"].to_list()[0] == 6804128143.0
    with pytest.raises(SourceError, match="no line"):
        read_comtrade([SAMPLES / "get_S_A_EB_empty.json"])


def test_the_source_is_registered():
    assert get_source("comtrade") is SOURCE
