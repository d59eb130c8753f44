"""Asks UN Comtrade for yearly trade of a few reporters, and holds its replies against the request.

Here: the requests (with the filters that keep breakdowns away), the layout that every reply must
have, what a reply must contain to be an answer to the question.
Not here: HTTP (`http`), the columns (`comtrade`).

The key goes into a header, never into the address. Wrong parameters are answered with status 200
and no line, so an empty reply is a failure. A reply as long as the service's limit may have been
cut at it and is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from sources.contract import SourceError
from sources.fetching import Ask, Fetched, Fetcher, Wish
from sources.json_text import parse_json, read_text
from sources.roots import root
from sources.unchanged import prefer_kept

if TYPE_CHECKING:
    from sources.http import Client

KEY = "COMTRADE_API_KEY"
KEY_HEADER = "Ocp-Apim-Subscription-Key"
RECORD_LIMIT = 100_000
"""Lines in one reply to a free key; more are cut off without a word."""

OTHER_ASIA = 490
"""'Other Asia, nes': near to Taiwan, which the UN does not name; a proxy, to be labelled so."""
YEARLY = 52
"""What `refMonth` is in a yearly line."""

REPORTERS = {
    OTHER_ASIA: "Other Asia, nes (proxy for Taiwan)",
    156: "China",
    392: "Japan",
    410: "Rep. of Korea",
    702: "Singapore",
    276: "Germany",
    842: "USA",
}
FLOWS = ("X", "M")
GOODS = "TOTAL"
"""All goods."""
YEARS_PER_REQUEST = 12
FIRST_YEAR = 1988
"""The Harmonized System begins."""

TOTALS_ONLY = {
    "partnerCode": "0",
    "partner2Code": "0",
    "customsCode": "C00",
    "motCode": "0",
    "includeDesc": "true",
}
"""Without these, breakdowns stand beside their totals and double the value."""


def plan(wish: Wish) -> Sequence[Ask]:
    """One request per span of years."""
    return [ask for ask, _ in _requests(wish)]


def fetch(client: Client, wish: Wish, directory: Path) -> Fetched:
    """Ask for every span of years; each reply is checked before the next is asked for.

    Raises:
        SourceError: HTTP fails; a reply is empty, cut off, or has lines that were not asked for.
    """
    files = []
    for ask, years in _requests(wish):
        path = client.download(ask, directory / str(ask.saved_as), media=("application/json",))
        lines = lines_of(parse_json(read_text(path), path), path)
        check_answer(lines, years, path)
        prefer_kept(client, ask, path, _without_elapsed_time)
        files.append(path)
    note = (
        "Taiwan stands in these data only as 490, 'Other Asia, nes': a proxy, never to be printed "
        "as Taiwan without saying so."
    )
    # The service names no release and revises at any time.
    vintage = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%S")
    return Fetched(files, vintage, f"{root('comtrade')}/data/v1/get/C/A/HS", note)


def lines_of(document: object, path: Path) -> list[dict[str, object]]:
    """Return the lines of a reply, when it is whole and has any.

    Raises:
        SourceError: another layout, an error text, no line, or another number than `count`.
    """
    if not isinstance(document, dict) or not isinstance(document.get("data"), list):
        raise SourceError(
            "The reply has no layout of UN Comtrade.",
            file=path,
            expected="{count, data: [...], error}",
            todo="check the address: .../data/v1/get/C/A/HS, with a key",
        )
    if document.get("error"):
        raise SourceError(
            f"The service answered with an error: {str(document['error'])[:120]!r}.",
            file=path,
            todo="check the parameters of the request",
        )
    lines: list[Any] = document["data"]
    if not lines:
        raise SourceError(
            "The reply has no line (count 0); the service says nothing else to wrong parameters.",
            file=path,
            expected="at least one line",
            todo="check every parameter of the request; Taiwan is 490, all goods TOTAL, all "
            "partners 0",
        )
    if document.get("count") != len(lines):
        raise SourceError(
            f"The reply has {len(lines)} lines but says {document.get('count')!r}.",
            file=path,
            place="count",
            expected="the number of lines",
            todo="ask again; the reply may have been cut off",
        )
    for number, line in enumerate(lines, start=1):
        if not isinstance(line, dict):
            raise SourceError(
                f"The line is {str(line)[:40]!r}.",
                file=path,
                place=f"data line {number}",
                expected="an object with refYear, reporterCode, ...",
            )
    return lines


def _without_elapsed_time(document: object) -> object:
    return document.get("data") if isinstance(document, dict) else document


def check_answer(lines: Sequence[dict[str, object]], years: Sequence[int], path: Path) -> None:
    """Hold the lines of a reply against what was asked.

    Raises:
        SourceError: as many lines as the service's limit, or a line that is a breakdown, another
            reporter, flow or year, or other goods.
    """
    if len(lines) >= RECORD_LIMIT:
        raise SourceError(
            f"The reply has {len(lines):,} lines, the service's limit: it may have been cut off.",
            file=path,
            todo="ask for fewer years at once",
        )
    wanted: dict[str, Sequence[object]] = {
        "freqCode": ("A",),
        "refYear": years,
        "refMonth": (YEARLY,),
        "reporterCode": tuple(REPORTERS),
        "flowCode": FLOWS,
        "cmdCode": (GOODS,),
        "partnerCode": (0,),
        "partner2Code": (0,),
        "customsCode": ("C00",),
        "motCode": (0,),
    }
    for number, line in enumerate(lines, start=1):
        wrong = [name for name, values in wanted.items() if line.get(name) not in values]
        if wrong:
            raise SourceError(
                f"The line has {wrong[0]} {line.get(wrong[0])!r}, which was not asked for.",
                file=path,
                place=f"data line {number}",
                expected="totals only: partner2Code 0, customsCode C00, motCode 0, refMonth 52, "
                "and the reporters, flows, years and goods of the request",
                todo="see whether the service has renamed a parameter; it ignores those it does "
                "not know",
            )


def _requests(wish: Wish) -> Iterator[tuple[Ask, list[int]]]:
    last = min(wish.last_year, date.today().year - 1)
    first = max(wish.first_year, FIRST_YEAR)
    if first > last:
        raise SourceError(
            f"There are no yearly data from {wish.first_year} to {wish.last_year}.",
            expected=f"years from {FIRST_YEAR} to {last}",
        )
    for start in range(first, last + 1, YEARS_PER_REQUEST):
        years = list(range(start, min(start + YEARS_PER_REQUEST, last + 1)))
        parameters = {
            "reporterCode": ",".join(map(str, REPORTERS)),
            "period": ",".join(map(str, years)),
            "cmdCode": GOODS,
            "flowCode": ",".join(FLOWS),
            **TOTALS_ONLY,
        }
        span = f"{years[0]}-{years[-1]}"
        address = f"{root('comtrade')}/data/v1/get/C/A/HS?"
        ask = Ask(
            url=address + urlencode(parameters, safe=","),
            purpose=f"yearly trade with the world, all goods, {span}",
            headers={"Accept": "application/json"},
            secret_header={KEY_HEADER: KEY},
            saved_as=f"C_A_HS_{GOODS}_{span}.json",
        )
        yield ask, years


FETCHER = Fetcher(plan=plan, fetch=fetch, secrets=(KEY,))
