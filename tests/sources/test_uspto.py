"""The USPTO's bulk tables: asking a stand-in of the portal."""

from __future__ import annotations

import json

import pytest

from sources.bronze import build_bronze
from sources.contract import SourceError
from sources.fetching import Wish
from sources.http import Client, Earlier
from sources.limits import LIMITS, Limit
from sources.uspto_api import DOWNLOADS_A_YEAR, TABLES, read_release
from sources.uspto_bulk import SOURCE
from tests.standin.fixtures import QUICK
from tests.standin.server import (
    Behaviour,
    Reply,
    reset,
    status,
    too_many_429,
    truncated,
)
from tests.standin.uspto import KEY, Portal

URL = "datasets/products/files/PVGPATDIS"

NEWEST = Wish()


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("USPTO_API_KEY", KEY)


@pytest.fixture
def portal(standin) -> Portal:
    standin.state["uspto"] = Portal()
    return standin.state["uspto"]


def asking(tmp_path, **more) -> Client:
    limits = {"uspto": Limit(((1000, 1.0),))}
    return Client(state=tmp_path / "state", patience=QUICK, **{"limits": limits, **more})


def fetch(client, tmp_path, wish=NEWEST):
    return SOURCE.fetcher.fetch(client, wish, tmp_path / "files")


def downloads(standin):
    return [asked.path for asked in standin.asked("uspto") if "/files/" in asked.path]


# --- asking ---------------------------------------------------------------------------------------


def test_the_metadata_come_first_then_every_table_once_behind_its_link(standin, portal, tmp_path):
    with asking(tmp_path) as client:
        fetched = fetch(client, tmp_path)
    assert standin.requests[0].path == "/datasets/products/pvgpatdis"
    assert standin.requests[0].query == {}
    assert downloads(standin) == [f"/{URL}/{table}.tsv.zip" for table in TABLES]
    assert fetched.vintage == "2026-08-14T101112"
    bronze = build_bronze(SOURCE, fetched.files, fetched.vintage)
    assert bronze["patent"].height == bronze["citation"].height == 3


def test_the_key_goes_to_the_portal_but_not_to_the_signed_link(standin, portal, tmp_path):
    with asking(tmp_path) as client:
        fetch(client, tmp_path)
        told = json.dumps([exchange.as_json() for exchange in client.exchanges])
    links = standin.asked("_link")
    assert links
    assert all("x-api-key" not in asked.headers for asked in links)
    assert KEY not in told
    assert "X-Signature=sig" not in told


def test_a_key_is_not_sent_to_an_address_that_the_metadata_name_elsewhere(
    standin, portal, tmp_path
):
    bag = portal.metadata("https://elsewhere.example/api/v1")["bulkDataProductBag"]
    release = read_release({"bulkDataProductBag": bag})
    assert release.files["g_patent.tsv.zip"].url.startswith(standin.root("uspto"))


def test_a_release_that_we_keep_is_copied_and_not_downloaded_again(standin, portal, tmp_path):
    with asking(tmp_path) as client:
        first = fetch(client, tmp_path)
    store = tmp_path / "store" / first.vintage
    store.mkdir(parents=True)
    kept = {}
    for path in first.files:
        (store / path.name).write_bytes(path.read_bytes())
        address = f"{standin.root('uspto')}/{URL}/{path.name}"
        kept[address] = Earlier(store / path.name, "0" * 64)
    before = len(downloads(standin))
    with asking(tmp_path, earlier=kept) as client:
        second = SOURCE.fetcher.fetch(client, Wish(), tmp_path / "again")
    assert len(downloads(standin)) == before
    assert [p.read_bytes() for p in second.files] == [p.read_bytes() for p in first.files]

    portal.last_modified = "2026-11-14 10:11:12"
    with asking(tmp_path, earlier=kept) as client:
        third = SOURCE.fetcher.fetch(client, Wish(), tmp_path / "newer")
    assert len(downloads(standin)) == before + len(TABLES)
    assert third.vintage == "2026-11-14T101112"


def test_a_file_is_downloaded_twenty_times_a_year_and_not_once_more(standin, portal, tmp_path):
    for number in range(DOWNLOADS_A_YEAR):
        portal.last_modified = f"2026-08-14 10:11:{number:02d}"
        with asking(tmp_path) as client:
            fetch(client, tmp_path)
    portal.last_modified = "2026-08-15 10:11:12"
    before = len(downloads(standin))
    with asking(tmp_path) as client, pytest.raises(SourceError, match="at most 20 requests"):
        fetch(client, tmp_path)
    assert len(downloads(standin)) == before


def test_what_came_before_another_file_failed_is_not_downloaded_again(standin, portal, tmp_path):
    standin.behave("uspto", status(403, b"{}", path="g_wipo_technology"))
    with asking(tmp_path) as client, pytest.raises(SourceError, match="403"):
        fetch(client, tmp_path)
    standin.behave("uspto")
    with asking(tmp_path) as client:
        fetch(client, tmp_path / "again")
    asked = downloads(standin)
    assert asked.count(f"/{URL}/g_patent.tsv.zip") == 1
    assert asked.count(f"/{URL}/g_wipo_technology.tsv.zip") == 2


def test_what_waited_of_an_older_release_is_dropped(standin, portal, tmp_path):
    with asking(tmp_path) as client:
        fetch(client, tmp_path)
    portal.last_modified = "2026-11-14 10:11:12"
    with asking(tmp_path) as client:
        fetch(client, tmp_path)
    waiting = sorted(path.name for path in (tmp_path / "state" / "uspto").iterdir())
    assert waiting == ["2026-11-14T101112"]


def test_an_attempt_that_broke_counts_as_a_download(standin, portal, tmp_path):
    standin.behave("uspto", Behaviour(_expired_link, times=3, path="g_patent.tsv.zip"))
    with asking(tmp_path) as client:
        fetch(client, tmp_path)
    ledger = json.loads((tmp_path / "state/uspto_files/g_patent.tsv.zip.json").read_text())
    assert len(ledger["sent"]) == 4


def _expired_link(asked, reply, standin):
    return Reply(302, {"Location": standin.link(reply, -1.0)})


def test_a_link_that_has_expired_is_asked_for_anew_from_the_portal(standin, portal, tmp_path):
    standin.behave("uspto", Behaviour(_expired_link, times=1, path="g_patent.tsv.zip"))
    with asking(tmp_path) as client:
        assert len(fetch(client, tmp_path).files) == len(TABLES)
    assert downloads(standin).count(f"/{URL}/g_patent.tsv.zip") == 2


def test_a_zip_of_another_size_than_the_metadata_say_is_refused(standin, portal, tmp_path):
    portal.wrong_sizes["g_patent.tsv.zip"] = 10_000_000
    with asking(tmp_path) as client, pytest.raises(SourceError, match="metadata say 10,000,000"):
        fetch(client, tmp_path)
    assert not (tmp_path / "files" / "g_patent.tsv.zip").exists()


@pytest.mark.parametrize("habit", [truncated(times=1, path="files"), reset(times=1, path="files")])
def test_a_broken_download_is_taken_up_again(standin, portal, tmp_path, habit):
    portal.redirects = False
    standin.behave("uspto", habit)
    with asking(tmp_path) as client:
        assert len(fetch(client, tmp_path).files) == len(TABLES)


def test_after_429_five_seconds_pass_at_least(standin, portal, tmp_path):
    slept: list[float] = []
    now = [1_000_000_000.0]

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    standin.behave("uspto", too_many_429(retry_after=None, path="pvgpatdis"))
    limits = {"uspto": LIMITS["uspto"]}
    with asking(tmp_path, limits=limits, sleep=sleep, clock=lambda: now[0]) as client:
        client._ledger._longest_wait = 60.0
        fetch(client, tmp_path)
    assert slept[0] >= 5.0


@pytest.mark.parametrize(
    ("code", "body", "message"),
    [
        (401, b'{"message":"Unauthorized"}', "answered 401"),
        (403, b'{"message":"Missing Authentication Token"}', "answered 403.*Missing"),
        (404, b'{"code":404,"message":"Not Found"}', "answered 404.*Not Found"),
    ],
)
def test_the_portals_refusals_are_told_at_once_in_its_words(
    standin, portal, tmp_path, code, body, message
):
    standin.behave("uspto", status(code, body))
    with asking(tmp_path) as client, pytest.raises(SourceError, match=message):
        fetch(client, tmp_path)
    assert len(standin.requests) == 1


def test_without_a_key_nothing_is_asked(standin, portal, tmp_path, monkeypatch):
    monkeypatch.delenv("USPTO_API_KEY")
    with asking(tmp_path) as client, pytest.raises(SourceError, match="USPTO_API_KEY is not set"):
        fetch(client, tmp_path)
    assert standin.requests == []


def test_a_table_that_is_missing_from_the_release_stops_before_any_download(
    standin, portal, tmp_path
):
    del portal.files["g_ipc_at_issue.tsv.zip"]
    with asking(tmp_path) as client, pytest.raises(SourceError, match=r"no g_ipc_at_issue\.tsv"):
        fetch(client, tmp_path)
    assert downloads(standin) == []


def test_an_older_release_cannot_be_wished_for(standin, portal, tmp_path):
    with asking(tmp_path) as client, pytest.raises(SourceError, match="only, not 2026-05-01"):
        fetch(client, tmp_path, Wish(vintage="2026-05-01"))


@pytest.mark.parametrize(
    ("product", "message"),
    [
        ({"productIdentifier": "OTHER"}, "no product PVGPATDIS"),
        ({"productIdentifier": "PVGPATDIS"}, "lastModifiedDateTime is 'None'"),
        (
            {
                "productIdentifier": "PVGPATDIS",
                "lastModifiedDateTime": "2026-08-14 10:11:12",
                "productFileBag": {"fileDataBag": [{"fileName": "a.zip", "fileSize": "big"}]},
            },
            "The size of a.zip is 'big'",
        ),
    ],
)
def test_metadata_that_do_not_say_what_is_needed_are_refused(product, message):
    with pytest.raises(SourceError, match=message):
        read_release({"bulkDataProductBag": [product]})


def test_a_file_name_that_leads_out_of_the_directory_is_no_file():
    product = {
        "productIdentifier": "PVGPATDIS",
        "lastModifiedDateTime": "2026-08-14",
        "productFileBag": {"fileDataBag": [{"fileName": "../../x.zip", "fileSize": 3}]},
    }
    assert read_release({"bulkDataProductBag": [product]}).files == {}
