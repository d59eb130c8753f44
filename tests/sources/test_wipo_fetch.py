"""Fetching WIPO's concordance, whose address has moved."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sources.contract import SourceError
from sources.fetching import Fetched, Wish
from sources.http import Client
from sources.wipo_concordance import SOURCE, read
from tests.standin.server import StandIn, html_instead, status
from tests.standin.wipo import service, workbook


def fetch(client: Client, directory: Path, vintage: str | None = None) -> Fetched:
    assert SOURCE.fetcher is not None
    (directory / "in").mkdir(exist_ok=True)
    return SOURCE.fetcher.fetch(client, Wish(vintage=vintage), directory / "in")


def test_the_moved_address_is_told_with_the_exact_steps(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    with pytest.raises(SourceError) as caught:
        fetch(client, tmp_path)
    text = str(caught.value)
    assert "none of the addresses that it is known to have had (404)" in text
    assert "open https://www.wipo.int/en/web/ip-statistics" in text
    assert "whitepaper land wipo_concordance FILE --vintage YYYY-MM-DD" in text
    assert len(standin.asked("wipo")) == 2


@pytest.mark.parametrize("name", ["ipc_technology.xlsx", "ipc_technology.xls"])
def test_whichever_address_answers_gives_the_release_of_its_newest_rule(
    standin: StandIn, client: Client, tmp_path: Path, name: str
) -> None:
    service(standin).files[name] = workbook()
    fetched = fetch(client, tmp_path)
    assert (fetched.vintage, fetched.files[0].name) == ("2019-07-10", name)
    assert read(fetched.files)["ipc_field"].height == 37
    with pytest.raises(SourceError, match="serves the release of 2019-07-10, not that of 2018-01"):
        fetch(client, tmp_path, "2018-01")


def test_a_text_that_is_no_date_does_not_name_the_release_but_a_wish_may(
    standin: StandIn, client: Client, tmp_path: Path
) -> None:
    service(standin).files["ipc_technology.xlsx"] = workbook("soon")
    assert fetch(client, tmp_path).vintage == "2013-01-01", "the other rule has a date"
    assert fetch(client, tmp_path, "my-copy").vintage == "my-copy"


@pytest.mark.parametrize("fault", [status(403, b"denied"), html_instead()])
def test_a_refusal_is_not_taken_for_a_moved_file(
    standin: StandIn, client: Client, tmp_path: Path, fault
) -> None:
    standin.behave("wipo", fault)
    with pytest.raises(SourceError, match=r"(403|web page).*by hand"):
        fetch(client, tmp_path)
    assert len(standin.requests) == 1


def test_an_old_workbook_is_read_as_one_and_a_damaged_one_refused(tmp_path: Path) -> None:
    path = tmp_path / "ipc_technology.xls"
    path.write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600))
    with pytest.raises(SourceError, match=re.escape("ipc_technology.xls: The workbook cannot")):
        read([path])
