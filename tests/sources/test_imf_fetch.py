"""Fetching the WEO: the right agency, the edition told by its date, whole, in persons."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sources import imf_api
from sources.contract import SourceError
from sources.fetching import Fetched, Wish
from sources.http import Client
from sources.imf_weo import SOURCE, read
from tests.standin.imf import Edition, service
from tests.standin.server import (
    StandIn,
    changed,
    html_instead,
    nothing_204,
    server_error_503,
    status,
    truncated,
)


def fetch(client: Client, directory: Path, vintage: str | None = None) -> Fetched:
    assert SOURCE.fetcher is not None
    (directory / "in").mkdir(exist_ok=True)
    return SOURCE.fetcher.fetch(client, Wish(vintage=vintage), directory / "in")


def test_the_edition_is_told_by_its_publication_not_by_its_version(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    fetched = fetch(client, tmp_path)
    assert (fetched.vintage, fetched.note) == ("2026-04", None)
    assert [path.name for path in (tmp_path / "in").iterdir()] == ["weo_population.csv"]
    service(standin).flows["WEO"] = Edition("2025-10-14T13:00:00Z", "2025-10-14T13:00:00Z")
    assert fetch(client, tmp_path).vintage == "2025-10", "the same version, 9.0.0"


def test_values_are_persons_and_the_last_actual_year_comes_along(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    frame = read(fetch(client, tmp_path).files)["observation"]
    taiwan = frame.filter(area_code="TWN", period="2024").row(0, named=True)
    assert (taiwan["value"], taiwan["multiplier"]) == (23_400_000.0, 1.0)
    assert taiwan["latest_actual_period"] == "2024"
    assert frame.filter(area_code="TUV")["latest_actual_period"][0] == "FY2024/25"
    assert frame["period"].max() == "2031"
    assert "/IMF.RES/WEO/+/*.LP.A" in standin.asked("imf")[-1].path
    assert all("csv" in asked.headers["accept"] for asked in standin.asked("imf"))


def test_a_correction_within_an_edition_is_a_vintage_of_its_own(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    service(standin).flows["WEO"] = Edition("2025-10-14T13:00:00Z", "2025-11-19T21:00:00Z")
    assert fetch(client, tmp_path).vintage == "2025-10-updated-2025-11-19"


def test_a_past_edition_is_asked_of_its_own_flow(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    fetched = fetch(client, tmp_path, "2025-10")
    assert fetched.vintage == "2025-10"
    assert "/WEO_2025_OCT_VINTAGE/+/" in standin.asked("imf")[-1].path
    assert read(fetched.files)["observation"]["period"].max() == "2030"
    with pytest.raises(SourceError, match=r"204.*whitepaper land imf_weo"):
        fetch(client, tmp_path, "2019-10")


def test_the_wrong_agency_is_a_silent_success_that_is_not_believed(
    standin: StandIn, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imf_api, "AGENCY", "IMF")
    with pytest.raises(SourceError, match=r"204.*check agency, flow and version"):
        fetch(client, tmp_path)


def test_without_publication_date_the_countries_last_update_tells_the_edition(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    standin.behave("imf", status(400, b"{}", path="attributes="))
    service(standin).default_attributes += ("LATEST_ACTUAL_ANNUAL_DATA",)
    fetched = fetch(client, tmp_path)
    assert fetched.vintage == "2026-04"
    assert fetched.note is not None and "did not tell the date" in fetched.note


def test_without_any_date_the_day_of_the_fetch_is_said_to_be_one(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    service(standin).dates = False
    assert re.fullmatch(r"fetched-20\d\d-\d\d-\d\d", fetch(client, tmp_path).vintage)
    assert fetch(client, tmp_path, "2026-04").vintage == "2026-04"
    with pytest.raises(SourceError, match="2031, so this is hardly the edition of 2025-10"):
        fetch(client, tmp_path, "2025-10")


def test_without_last_actual_years_the_note_says_that_estimates_are_not_told(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    service(standin).attributes = False
    fetched = fetch(client, tmp_path)
    assert fetched.note is not None and "estimates cannot be told" in fetched.note


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (
            status(403, b"Access Denied"),
            r"403.*Access Denied.*by hand: open https://data\.imf\.org",
        ),
        (status(404, b"Resource not found"), r"404.*by hand: open https://data\.imf\.org"),
        (html_instead(), r"a web page, not data.*by hand: open https://data\.imf\.org"),
        (nothing_204(), r"204.*by hand"),
        (server_error_503(times=None), r"503.*by hand"),
        (truncated(), r"by hand"),
        (changed(b'{"data":{}}'), r"not that of an SDMX-CSV file.*by hand"),
    ],
)
def test_what_is_no_data_is_refused_with_the_way_by_hand(
    standin: StandIn, client: Client, tmp_path: Path, fault, message: str
) -> None:
    standin.behave("imf", fault)
    with pytest.raises(SourceError, match=message):
        fetch(client, tmp_path)


@pytest.mark.parametrize(
    "reference",
    ["IMF.STA:WEO(9.0.0)", "IMF.RES:WEO(9.0)", "IMF.RES:WEO_2024_APR_VINTAGE(1.0.0)"],
)
def test_another_agency_flow_or_version_in_the_file_is_refused(
    standin: StandIn, client: Client, tmp_path: Path, reference: str
) -> None:
    service(standin).answers_with = reference
    with pytest.raises(SourceError, match=f"answered with {re.escape(reference)}"):
        fetch(client, tmp_path)


def test_millions_that_pass_for_persons_are_refused(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    service(standin).divided_by = 1_000_000
    with pytest.raises(SourceError, match=r"column 'value': '.*' cannot be.*persons"):
        fetch(client, tmp_path)


def test_an_answer_that_ends_before_the_forecasts_is_refused(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    service(standin).last_year = 2025
    with pytest.raises(SourceError, match="The last period is 2025, but the edition is of 2026-04"):
        fetch(client, tmp_path)


def test_the_plan_says_what_a_past_edition_depends_on(standin: StandIn) -> None:
    assert SOURCE.fetcher is not None
    edition, data = SOURCE.fetcher.plan(Wish(vintage="2025-10"))
    assert "TWN.LP.A?attributes=dataset" in edition.url
    assert data.after is not None and "if it is not 2025-10" in data.after
    assert standin.requests == []
