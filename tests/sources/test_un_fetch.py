"""Fetching World Population Prospects: the revision asked for, whole, codes where they belong."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from sources.contract import SourceError
from sources.fetching import Fetched, Wish
from sources.http import Client
from sources.un_wpp import SOURCE, read
from tests.standin.server import StandIn, gzip_unasked, html_instead, reset, status, truncated
from tests.standin.un_wpp import Service, service, write


def fetch(client: Client, directory: Path, vintage: str | None = None) -> Fetched:
    assert SOURCE.fetcher is not None
    (directory / "in").mkdir(exist_ok=True)
    return SOURCE.fetcher.fetch(client, Wish(vintage=vintage), directory / "in")


def test_the_revision_names_the_vintage_and_the_file_stays_as_it_came(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    fetched = fetch(client, tmp_path)
    assert fetched.vintage == "2024"
    assert fetched.files[0].name == "WPP2024_Demographic_Indicators_Medium.csv.gz"
    assert fetched.files[0].read_bytes() == write(Service())
    frame = read(fetched.files)["demographic_indicator"]
    assert frame.filter(iso3_code="TWN", time=2024)["population_1july_thousand"][0] == 1589.375
    assert "Excel%20Files/1_Indicator%20(Standard)" in standin.requests[0].raw_path


def test_a_later_revision_may_be_asked_for_and_the_note_says_so(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    note = fetch(client, tmp_path).note
    assert note is not None and "--vintage 2026" in note
    with pytest.raises(SourceError, match=r"404.*by hand: open https://population\.un\.org"):
        fetch(client, tmp_path, "2026")
    service(standin).revisions.append(2026)
    assert fetch(client, tmp_path, "2026").vintage == "2026"
    with pytest.raises(SourceError, match="'newest' names no revision"):
        fetch(client, tmp_path, "newest")


def test_a_download_that_breaks_off_is_continued_and_whole(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    standin.behave("un_wpp", truncated(0.4, times=1), reset(0.7, times=1))
    assert fetch(client, tmp_path).files[0].read_bytes() == write(Service())


def test_a_gzip_that_the_server_calls_encoded_is_still_the_file(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    standin.behave("un_wpp", gzip_unasked())
    assert fetch(client, tmp_path).files[0].read_bytes() == write(Service())


@pytest.mark.parametrize("fault", [status(403, b"denied"), html_instead()])
def test_a_refusal_or_a_web_page_comes_with_the_way_by_hand(
    standin: StandIn, client: Client, tmp_path: Path, fault
) -> None:
    standin.behave("un_wpp", fault)
    with pytest.raises(SourceError, match=r"(403|web page).*by hand: .*whitepaper land un_wpp"):
        fetch(client, tmp_path)


def test_a_gzip_cut_off_at_the_publisher_is_refused(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    service(standin).body = write(Service())[:-20]
    with pytest.raises(SourceError, match="cut off or damaged"):
        fetch(client, tmp_path)


def test_a_gzip_that_inflates_beyond_reason_is_refused(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    service(standin).body = gzip.compress(bytes(64 << 20))
    with pytest.raises(SourceError, match=r"inflates|times|bomb"):
        fetch(client, tmp_path)


@pytest.mark.parametrize("moved", [(158, "CIV", 4), (158, "", 4), (159, "TWN", 4), (158, "TWN", 1)])
def test_codes_that_do_not_belong_together_mean_moved_columns(
    standin: StandIn, client: Client, tmp_path: Path, moved: tuple[int, str, int]
) -> None:
    service(standin).locations = {(900, "", 1): "World", moved: "Taiwan"}
    with pytest.raises(SourceError, match=r"line 153: .* do not belong together"):
        fetch(client, tmp_path)


def test_another_variant_or_an_older_revision_under_the_name_is_refused(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    service(standin).variant = "High"
    with pytest.raises(SourceError, match="The file has the variant 'High'"):
        fetch(client, tmp_path)
    service(standin).variant, service(standin).last_year = "Medium", 2023
    with pytest.raises(SourceError, match="The last year is 2023"):
        fetch(client, tmp_path)
