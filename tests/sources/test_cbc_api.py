"""Fetching the balance of payments from a stand-in of the bank's service."""

from __future__ import annotations

import polars as pl
import pytest

from sources import get_source, retrying
from sources.contract import SourceError
from sources.fetching import Wish
from sources.http import Client, Earlier
from tests.standin.cbc import PAYMENTS, RECEIPTS, Bank
from tests.standin.fixtures import QUICK
from tests.standin.server import changed, empty_200, html_instead, nothing_204

NEWEST = Wish()


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(retrying, "WAIT_SECONDS", 0.001)


def fetch(client, tmp_path, wish=NEWEST):
    return get_source("cbc_bop").fetcher.fetch(client, wish, tmp_path / "files")


def items_of(fetched):
    return get_source("cbc_bop").read(fetched.files)["item"]


@pytest.mark.parametrize("layout", ["now", "old", "twice"])
def test_every_layout_is_fetched_and_read_the_same(standin, client, tmp_path, layout):
    standin.state["cbc"] = Bank(layout=layout)
    items = items_of(fetch(client, tmp_path)).filter(pl.col("item") == RECEIPTS)
    assert set(items["file_code"]) == {"BPP2Y01", "BPP2Q01"}
    year = items.filter(pl.col("period") == "2025")
    assert year["value_usd_m"].to_list() == [len(RECEIPTS) * 100.0 + 35]


def test_items_that_the_bank_reorders_keep_their_values(standin, client, tmp_path):
    before = items_of(fetch(client, tmp_path))
    standin.state["cbc"] = Bank(items=[PAYMENTS, "新項目-收入", RECEIPTS, "經常帳-淨額"])
    after = items_of(fetch(client, tmp_path))
    of = lambda frame: frame.filter(pl.col("item") == PAYMENTS)["value_usd_m"].to_list()  # noqa: E731
    assert of(before) == of(after)


def test_a_renamed_item_is_refused_rather_than_taken_by_its_place(standin, client, tmp_path):
    standin.state["cbc"] = Bank(items=["經常帳-淨額", "服務-智慧財產權-收入", PAYMENTS])
    with pytest.raises(SourceError, match=f"no value of the item '{RECEIPTS}'"):
        fetch(client, tmp_path)


def test_english_labels_are_refused(standin, client, tmp_path):
    standin.state["cbc"] = Bank(items=["Current account", "Charges for IP: credit", "debit"])
    with pytest.raises(SourceError, match="answered in English"):
        fetch(client, tmp_path)


def test_an_old_reply_is_told_of(standin, client, tmp_path):
    assert fetch(client, tmp_path).note is None
    standin.state["cbc"] = Bank(last=2020)
    assert "newest period is 2019" in fetch(client, tmp_path).note


@pytest.mark.parametrize(
    "habit", [nothing_204(2), empty_200(2), changed(b'""', 2), changed(b"{}", 2)]
)
def test_empty_answers_are_asked_again(standin, client, tmp_path, habit):
    standin.behave("cbc", habit)
    assert len(fetch(client, tmp_path).files) == 2
    assert len(standin.asked("cbc")) == 4


def test_a_bank_that_stays_empty_is_given_up_with_a_word_about_it(standin, client, tmp_path):
    standin.behave("cbc", changed(b'""'))
    with pytest.raises(SourceError, match=r"nothing in it .* fetch again later"):
        fetch(client, tmp_path)


def test_a_web_page_is_refused(standin, client, tmp_path):
    standin.behave("cbc", html_instead())
    with pytest.raises(SourceError, match="web page"):
        fetch(client, tmp_path)


def test_the_vintage_is_the_release_and_when_the_reply_was_made(standin, client, tmp_path):
    assert fetch(client, tmp_path).vintage == "2026-08-20_20260928T181617"


def test_a_reply_made_later_that_says_the_same_is_the_kept_one(standin, client, tmp_path):
    first = fetch(client, tmp_path / "1")
    standin.state["cbc"].prepared = "2026/9/29 上午 09:00:00"
    with asking_with(tmp_path, first.files, standin) as again:
        second = fetch(again, tmp_path / "2")
    assert second.vintage == first.vintage
    assert [p.read_bytes() for p in second.files] == [p.read_bytes() for p in first.files]


def test_a_reply_with_one_changed_value_is_a_new_one(standin, client, tmp_path):
    first = fetch(client, tmp_path / "1")
    standin.state["cbc"].prepared = "2026/9/29 上午 09:00:00"
    standin.state["cbc"].last_updated = "2026-09-29"
    with asking_with(tmp_path, first.files, standin) as again:
        second = fetch(again, tmp_path / "2")
    assert second.vintage == "2026-09-29_20260929T090000"


def asking_with(tmp_path, files, standin) -> Client:
    """A client that knows what was kept of each address."""
    kept = {
        f"{standin.root('cbc')}/Get?FileName={path.stem}": Earlier(path, "0" * 64) for path in files
    }
    return Client(state=tmp_path / "state2", patience=QUICK, earlier=kept)


def test_two_replies_of_one_release_have_vintages_of_their_own(standin, client, tmp_path):
    first = fetch(client, tmp_path).vintage
    standin.state["cbc"].prepared = "2026/9/29 上午 09:00:00"
    second = fetch(client, tmp_path).vintage
    assert first != second
    assert second == "2026-08-20_20260929T090000"
