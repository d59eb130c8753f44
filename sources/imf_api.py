"""Fetching the World Economic Outlook from the IMF's SDMX 3.0 service.

Here: addresses, the edition that the service serves, the flow of a past edition, the proof that
what came is the flow asked for, complete and in units.
Not here: HTTP (`http`), the layouts of the WEO (`imf_weo`), other indicators than population.

Traps. The agency is IMF.RES; IMF gives 204, a silent success. A version is complete or ``+``. The
version does not tell the edition; the attribute PUBLICATION_DATE of the data set does, and where it
is missing, the newest COUNTRY_UPDATE_DATE. A past edition is a flow of its own. Which attributes
come without being asked for differs between versions, so the last actual year is asked for. The
web pages refuse programs with 403 or a page in place of data.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from sources.contract import Reader, SourceError
from sources.fetching import Ask, Fetched, Fetcher, Wish
from sources.releases import by_hand, day_fetched, name_vintage
from sources.roots import root
from sources.sdmx_csv import FLOW_REFERENCE, read_concepts

if TYPE_CHECKING:
    from sources.http import Client

AGENCY, CURRENT, NEWEST = "IMF.RES", "WEO", "+"
KEY = "*.LP.A"
"""COUNTRY.INDICATOR.FREQUENCY: population of every area, annual."""
ACTIONS = ("I", "R")
LAST_ACTUAL = "LATEST_ACTUAL_ANNUAL_DATA"
HEADERS = {"Accept": "application/vnd.sdmx.data+csv", "Accept-Language": "en"}
FILE = "weo_population.csv"
MOST_BYTES = 256 << 20
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
STEPS = (
    "open https://data.imf.org/en/datasets/IMF.RES:WEO in a browser, download the entire dataset "
    "in Excel, and land it with `whitepaper land imf_weo FILE --vintage YYYY-MM`, the month of the "
    "edition"
)
FINAL = (403, 429)
YEARS_AHEAD = 5

_AMERICAN_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/((19|20)[0-9]{2})")
_DAY = re.compile(r"(?P<month>(19|20)[0-9]{2}-[0-9]{2})(-[0-9]{2})?")


@dataclass(frozen=True)
class _Facts:
    """What an answer says of itself: its flow, and the edition if it tells."""

    agency: str
    flow: str
    version: str
    edition: str | None


def fetcher(read: Reader) -> Fetcher:
    """Return the fetcher; `read` is the reader of `imf_weo`."""

    def plan(wish: Wish) -> Sequence[Ask]:
        data = _data_ask(CURRENT, LAST_ACTUAL)
        if wish.vintage is None:
            return [_edition_ask(), data]
        past = f"the edition; if it is not {wish.vintage}, the flow of that edition is asked"
        return [_edition_ask(), Ask(**{**vars(data), "after": past})]

    def fetch(client: Client, wish: Wish, directory: Path) -> Fetched:
        with by_hand(STEPS):
            served, note = _served_edition(client, directory)
            flow = _flow_for(wish.vintage, served)
            path = _download(client, flow, read, directory)
            facts = _facts(path)
            _check_flow(facts, flow, path)
            served = _edition_of_flow(flow) or served or facts.edition
            vintage = name_vintage(wish.vintage, served, publisher="The IMF") or day_fetched()
            frame = read([path])["observation"]
            _check_reach(frame, served, wish.vintage, path)
        if frame["latest_actual_period"].null_count() == frame.height:
            note = "; ".join(
                filter(None, (note, "no last actual year: estimates cannot be told from values"))
            )
        return Fetched([path], vintage, _data_ask(flow, LAST_ACTUAL).url, note)

    return Fetcher(plan=plan, fetch=fetch)


def _served_edition(client: Client, directory: Path) -> tuple[str | None, str | None]:
    """The edition that the current flow serves, or None and a note where it does not tell."""
    path = directory / ".edition.csv"
    try:
        client.download(_edition_ask(), path, max_bytes=MOST_BYTES)
        edition = _facts(path).edition
        return edition, None if edition else "the IMF did not tell the date of its edition"
    except SourceError as error:
        if client.exchanges and client.exchanges[-1].status in (None, *FINAL):
            raise
        return None, f"the IMF did not tell the date of its edition: {error.what}"
    finally:
        path.unlink(missing_ok=True)


def _flow_for(asked: str | None, served: str | None) -> str:
    """The flow that holds an edition: the current one, or the one kept for a past edition."""
    month = re.match(r"(?P<year>(19|20)[0-9]{2})-(?P<month>0[1-9]|1[0-2])", asked or "")
    if month is None or served is None or served.startswith(month[0]):
        return CURRENT
    return f"{CURRENT}_{month['year']}_{MONTHS[int(month['month']) - 1]}_VINTAGE"


def _edition_of_flow(flow: str) -> str | None:
    named = re.fullmatch(r"WEO_([0-9]{4})_([A-Z]{3})_VINTAGE", flow)
    if named is None or named[2] not in MONTHS:
        return None
    return f"{named[1]}-{MONTHS.index(named[2]) + 1:02d}"


def _download(client: Client, flow: str, read: Reader, directory: Path) -> Path:
    """Download the data with the last actual years; without where they are not to be had."""
    path = directory / FILE
    try:
        client.download(_data_ask(flow, LAST_ACTUAL), path, max_bytes=MOST_BYTES)
        if read([path])["observation"]["latest_actual_period"].is_not_null().any():
            return path
    except SourceError:
        if client.exchanges and client.exchanges[-1].status in (None, *FINAL):
            raise
    client.download(_data_ask(flow, None), path, max_bytes=MOST_BYTES)
    return path


def _facts(path: Path) -> _Facts:
    """What an answer in SDMX-CSV says of itself."""
    dates = ("PUBLICATION_DATE", "UPDATE_DATE", "COUNTRY_UPDATE_DATE")
    frame = read_concepts(path, flow=".+", concepts=(), optional=dates, actions=ACTIONS)
    reference = re.match(FLOW_REFERENCE, frame["dataflow"][0])
    assert reference is not None  # read_concepts has checked it
    published, updated = (_months(frame[name]) for name in dates[:2])
    edition = max(published, default=None)
    if edition and updated and max(updated) > edition:
        edition += f"-updated-{max(frame['UPDATE_DATE'])[:10]}"
    if edition is None:
        edition = max(map(_edition_by_update, frame["COUNTRY_UPDATE_DATE"]), default="") or None
    return _Facts(reference["agency"], reference["flow"], reference["version"], edition)


def _months(dates: pl.Series) -> set[str]:
    return {found["month"] for date in dates.unique() if (found := _DAY.match(date))}


def _edition_by_update(day: str) -> str:
    """The edition that a country's last update belongs to: spring to June, autumn after.

    >>> _edition_by_update("9/30/2025"), _edition_by_update("2026-04-02"), _edition_by_update("")
    ('2025-10', '2026-04', '')
    """
    if american := _AMERICAN_DAY.match(day):
        year, month = american[3], int(american[1])
    elif iso := _DAY.match(day):
        year, month = iso["month"][:4], int(iso["month"][5:])
    else:
        return ""
    return f"{year}-04" if month <= 6 else f"{year}-10"


def _check_flow(facts: _Facts, flow: str, path: Path) -> None:
    is_complete = re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", facts.version)
    if (facts.agency, facts.flow) != (AGENCY, flow) or is_complete is None:
        raise SourceError(
            f"The IMF answered with {facts.agency}:{facts.flow}({facts.version}).",
            file=path,
            expected=f"{AGENCY}:{flow} in a complete version such as 9.0.0",
            todo="do not use the file: it is not what was asked for",
        )


def _check_reach(frame: pl.DataFrame, served: str | None, asked: str | None, path: Path) -> None:
    """Every edition forecasts five years beyond its own; what ends before is cut short or older.

    Where the IMF does not tell the edition, the last year must be exactly that of the one asked
    for: this tells years apart, though not April from October.
    """
    last = int(str(frame["period"].max())[:4])
    if served is not None and last <= int(served[:4]):
        raise SourceError(
            f"The last period is {last}, but the edition is of {served[:7]}.",
            file=path,
            expected=f"forecasts beyond {served[:4]}",
            todo="fetch again: the answer is incomplete or of an older edition",
        )
    year = re.match(r"(19|20)[0-9]{2}-[0-9]{2}", asked or "")
    if served is None and year is not None and last != int(year[0][:4]) + YEARS_AHEAD:
        raise SourceError(
            f"The last period is {last}, so this is hardly the edition of {year[0]}; the IMF does "
            "not tell which it is.",
            file=path,
            expected=f"forecasts to {int(year[0][:4]) + YEARS_AHEAD}",
            todo="fetch without --vintage",
        )


def _edition_ask() -> Ask:
    query = "attributes=dataset&lastNObservations=1"
    return Ask(
        url=f"{root('imf')}/data/dataflow/{AGENCY}/{CURRENT}/{NEWEST}/TWN.LP.A?{query}",
        purpose="which edition of the WEO is the current one",
        headers=HEADERS,
    )


def _data_ask(flow: str, attributes: str | None) -> Ask:
    query = f"?attributes={attributes}" if attributes else ""
    return Ask(
        url=f"{root('imf')}/data/dataflow/{AGENCY}/{flow}/{NEWEST}/{KEY}{query}",
        purpose="WEO population of every area, annual, in persons",
        headers=HEADERS,
        saved_as=FILE,
    )
