"""Fetching from the OECD: v2 with v1, the version pinned and proven, the release told."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sources import oecd_msti, oecd_national_accounts
from sources.contract import SourceError
from sources.fetching import Fetched, Wish
from sources.http import Client
from tests.standin.oecd import MSTI, service
from tests.standin.server import (
    StandIn,
    changed,
    empty_200,
    html_instead,
    nothing_204,
    server_error_503,
    status,
    too_many_429,
    truncated,
    truncated_chunks,
)

ROWS = 9 * 44
"""Nine series of MSTI from 1981 to 2024."""


def fetch(client: Client, directory: Path, vintage: str | None = None) -> Fetched:
    assert oecd_msti.SOURCE.fetcher is not None
    (directory / "in").mkdir(exist_ok=True)
    return oecd_msti.SOURCE.fetcher.fetch(client, Wish(vintage=vintage), directory / "in")


def test_the_vintage_is_the_day_the_data_became_valid_not_today(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    fetched = fetch(client, tmp_path)
    assert fetched.vintage == "2026-09-15"
    frame = oecd_msti.read(fetched.files)["observation"]
    assert frame.height == ROWS
    assert set(frame["dataflow"]) == {"OECD.STI.STP:DSD_MSTI@DF_MSTI(1.3)"}
    assert fetched.note is None
    asked = standin.asked("oecd")
    assert [request.path for request in asked] == [
        "/contentconstraint/OECD.STI.STP/CR_A_DSD_MSTI@DF_MSTI/",
        "/v2/data/dataflow/OECD.STI.STP/DSD_MSTI@DF_MSTI/1.3/*",
    ]
    assert all(request.headers["accept-language"] == "en" for request in asked)


def test_the_plan_names_every_request_without_sending_one(standin: StandIn) -> None:
    assert oecd_msti.SOURCE.fetcher is not None
    plan = oecd_msti.SOURCE.fetcher.plan(Wish())
    assert standin.requests == []
    assert all(ask.url.startswith(standin.root("oecd")) for ask in plan)
    assert "/1.3/" in plan[1].url


@pytest.mark.parametrize(
    "fault",
    [
        status(404, b"no such route", path="/v2/"),
        status(501, b"not implemented", path="/v2/"),
        server_error_503(times=None, path="/v2/"),
        nothing_204(path="/v2/"),
        empty_200(path="/v2/"),
        html_instead(path="/v2/"),
        status(200, b"<GenericData/>", path="/v2/"),
        truncated(path="/v2/"),
    ],
)
def test_where_v2_fails_or_gives_no_data_v1_is_asked(
    standin: StandIn, client: Client, tmp_path: Path, fault
) -> None:
    standin.behave("oecd", fault)
    fetched = fetch(client, tmp_path)
    assert oecd_msti.read(fetched.files)["observation"].height == ROWS
    last = standin.asked("oecd")[-1]
    assert last.path == "/data/OECD.STI.STP,DSD_MSTI@DF_MSTI,1.3/"
    assert last.first("format") == "csvfile"
    assert "/v1" not in fetched.url and "/data/OECD.STI.STP,DSD" in fetched.url


def test_both_routes_and_the_way_by_hand_are_told_when_neither_gives_data(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    standin.behave("oecd", status(404, b"gone", path="/data"))
    with pytest.raises(SourceError, match=r"404.*REST v2 before: .*404.*whitepaper land oecd_msti"):
        fetch(client, tmp_path)


def test_a_frozen_edition_in_place_of_the_version_asked_for_is_refused(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    service(standin).answers_with = "1.0"
    with pytest.raises(SourceError, match=r"answered with OECD\.STI\.STP:DSD_MSTI@DF_MSTI\(1\.0\)"):
        fetch(client, tmp_path)


def test_when_a_newer_version_is_current_ours_is_known_to_be_frozen(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    service(standin).current["DSD_MSTI@DF_MSTI"] = "1.10"
    with pytest.raises(SourceError, match=r"in version 1\.10; version 1\.3, .* frozen edition"):
        fetch(client, tmp_path)
    assert len(standin.requests) == 1


def test_old_data_under_the_right_version_are_refused_by_their_last_year(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    service(standin).last_year = 2021
    with pytest.raises(SourceError, match=r"The last period is 2021, but .* changed on 2026-09-15"):
        fetch(client, tmp_path)


@pytest.mark.parametrize("told", [{"constraint": False}, {"valid_from": None}])
def test_old_data_are_refused_by_the_calendar_where_the_release_is_not_told(
    standin: StandIn, client: Client, tmp_path: Path, told: dict[str, object]
) -> None:
    state = service(standin)
    vars(state).update(told, last_year=datetime.now(UTC).year - 5)
    with pytest.raises(SourceError, match=r"does not tell of which release .* old, frozen edition"):
        fetch(client, tmp_path)


def test_fewer_observations_than_the_constraint_counts_are_an_incomplete_answer(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    service(standin).counts = 2 * ROWS
    with pytest.raises(
        SourceError, match="396 observations came; the content constraint counts 792"
    ):
        fetch(client, tmp_path)


def test_without_a_constraint_the_wished_name_serves_and_the_note_says_why(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    service(standin).constraint = False
    service(standin).last_year = datetime.now(UTC).year - 2
    assert re.fullmatch(r"fetched-20\d\d-\d\d-\d\d", fetch(client, tmp_path).vintage)
    fetched = fetch(client, tmp_path, "2026-09")
    assert fetched.vintage == "2026-09"
    assert fetched.note is not None and "did not tell the release" in fetched.note


def test_another_release_than_the_one_wished_for_is_refused_before_any_download(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    assert fetch(client, tmp_path, "2026-09").vintage == "2026-09"
    before = len(standin.requests)
    with pytest.raises(SourceError, match="serves the release of 2026-09-15, not that of 2025-03"):
        fetch(client, tmp_path, "2025-03")
    assert len(standin.requests) == before + 1


@pytest.mark.parametrize("layout", ["codes", "labels", "both"])
@pytest.mark.parametrize("moved", [False, True])
def test_any_layout_language_and_order_of_columns_gives_the_same_numbers(
    standin: StandIn, client: Client, tmp_path: Path, layout: str, moved: bool
) -> None:
    plain = oecd_msti.read(fetch(client, tmp_path).files)["observation"]
    service(standin).layout, service(standin).moved_columns = layout, moved
    service(standin).always_french = moved
    frame = oecd_msti.read(fetch(client, tmp_path).files)["observation"]
    assert frame.equals(plain)


def test_a_request_that_is_too_large_is_halved_by_years_until_it_fits(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    whole = oecd_msti.read(fetch(client, tmp_path).files)["observation"]
    service(standin).largest = ROWS // 3
    for routes in (("v2", "v1"), ("v1",)):
        service(standin).routes = routes
        fetched = fetch(client, tmp_path)
        assert len(fetched.files) > 2
        frame = oecd_msti.read(fetched.files)["observation"]
        own = ["_source_file", "_source_row"]
        by = list(oecd_msti.DIMENSIONS)
        assert frame.drop(own).sort(by).equals(whole.drop(own).sort(by))
    assert "c%5BTIME_PERIOD%5D=ge:1981%2Ble:2003" in " ".join(r.raw_query for r in standin.requests)


def test_a_request_of_one_year_that_is_still_too_large_is_an_error(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    service(standin).largest = 1
    with pytest.raises(SourceError, match="413"):
        fetch(client, tmp_path)


def test_over_the_limit_it_waits_when_told_briefly_and_says_until_when_otherwise(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    standin.behave("oecd", too_many_429(retry_after=1, path="/v2/"))
    assert fetch(client, tmp_path).vintage == "2026-09-15"
    service(standin).downloads = service(standin).served
    with pytest.raises(SourceError, match=r"may not be asked again before|1800 s"):
        fetch(client, tmp_path)
    assert not [r for r in standin.requests if r.path.startswith("/data/")], "v1 has the same limit"


def test_a_refused_network_is_not_asked_again_by_the_other_route(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    standin.behave("oecd", status(403, b"VPN or anonymised traffic"))
    with pytest.raises(SourceError, match=r"403.*VPN.*by hand: open https://data-explorer"):
        fetch(client, tmp_path)
    assert len(standin.requests) == 1


@pytest.mark.parametrize("fault", [truncated(0.7), truncated_chunks(0.7)])
def test_an_answer_that_always_breaks_off_is_never_landed_in_part(
    standin: StandIn, client: Client, tmp_path: Path, fault
) -> None:
    fault.path = "/data"
    standin.behave("oecd", fault)
    with pytest.raises(SourceError):
        fetch(client, tmp_path)
    assert list((tmp_path / "in").iterdir()) == []


def test_a_header_without_observations_is_no_data(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    standin.behave("oecd", changed(b"DATAFLOW,REF_AREA,TIME_PERIOD,OBS_VALUE\r\n", path="/data"))
    with pytest.raises(SourceError, match=r"lacks the column|There are no rows"):
        fetch(client, tmp_path)
    header = ",".join(["DATAFLOW", *MSTI.dimensions, "TIME_PERIOD", "OBS_VALUE", *MSTI.attributes])
    standin.behave("oecd", changed(f"{header}\r\n".encode(), path="/data"))
    with pytest.raises(SourceError, match="There are no rows below the header"):
        fetch(client, tmp_path)


def test_an_answer_of_changes_only_is_no_edition(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    service(standin).layout = "labels"
    text = fetch(client, tmp_path).files[0].read_bytes().replace(b",I,", b",R,")
    standin.behave("oecd", changed(text, path="/data"))
    with pytest.raises(SourceError, match="column 'ACTION': 'R' cannot be"):
        fetch(client, tmp_path)


def test_national_accounts_ask_one_transaction_at_a_time_of_manufacturing(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    fetcher = oecd_national_accounts.SOURCE.fetcher
    assert fetcher is not None
    for routes in (("v2", "v1"), ("v1",)):
        service(standin).routes = routes
        fetched = fetcher.fetch(client, Wish(), tmp_path)
        assert [path.name for path in fetched.files] == ["table6_C_B1G.csv", "table6_C_P1.csv"]
        frame = oecd_national_accounts.read(fetched.files)["observation"]
        assert set(frame["activity"]) == {"C"} and set(frame["price_base"]) == {"V"}
        assert set(frame["transaction"]) == {"B1G", "P1"}
        assert frame.height == 2 * 2 * 44
    flow = "OECD.SDD.NAD/DSD_NAMAIN10@DF_TABLE6/1.1"
    assert standin.requests[1].path == (f"/v2/data/dataflow/{flow}/A.*.*.*.B1G.*.C.*.XDC.V.*.*")
    assert standin.requests[-1].path == (
        "/data/OECD.SDD.NAD,DSD_NAMAIN10@DF_TABLE6,1.1/A....P1..C..XDC.V.."
    )
