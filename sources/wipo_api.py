"""Fetching WIPO's concordance, whose address has moved before.

Here: the addresses it is known to have had, tried in turn, and the release by its newest rule.
Not here: HTTP (`http`), the rules (`wipo_concordance`).

Traps. The address that everybody cites has answered 404 since September 2026; WIPO's pages answer
programs with a web page. The file says nothing of its release but the dates of its newest rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sources.contract import Reader, SourceError
from sources.fetching import Ask, Fetched, Fetcher, Wish
from sources.releases import by_hand, day_fetched, name_vintage
from sources.roots import root

if TYPE_CHECKING:
    from sources.http import Client

FOLDER = "export/sites/www/ipstats/en/statistics/patents/xls"
NAMES = ("ipc_technology.xlsx", "ipc_technology.xls")
GONE = (404, 410)
MOST_BYTES = 32 << 20
DATES = ("%B %d, %Y", "%b %d, %Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d")
STEPS = (
    "open https://www.wipo.int/en/web/ip-statistics in a browser, search for 'IPC and Technology "
    "Concordance Table', download the workbook ipc_technology, and land it as it is with "
    "`whitepaper land wipo_concordance FILE --vintage YYYY-MM-DD`, the newest date in its column "
    "Updated_on"
)


def fetcher(read: Reader) -> Fetcher:
    """Return the fetcher; `read` is the reader of `wipo_concordance`."""

    def plan(wish: Wish) -> Sequence[Ask]:
        first, *others = (_ask(name) for name in NAMES)
        return [
            first,
            *(Ask(**{**vars(ask), "after": "404 at the address before"}) for ask in others),
        ]

    def fetch(client: Client, wish: Wish, directory: Path) -> Fetched:
        with by_hand(STEPS):
            ask, path = _download(client, directory)
            newest = max(
                map(_day, read([path])["ipc_field"]["updated_on"].drop_nulls()), default=""
            )
            vintage = name_vintage(wish.vintage, newest or None, publisher="WIPO")
        return Fetched([path], vintage or day_fetched(), ask.url)

    return Fetcher(plan=plan, fetch=fetch)


def _download(client: Client, directory: Path) -> tuple[Ask, Path]:
    for name in NAMES:
        ask = _ask(name)
        path = directory / name
        try:
            return ask, client.download(ask, path, max_bytes=MOST_BYTES)
        except SourceError:
            if not client.exchanges or client.exchanges[-1].status not in GONE:
                raise
    raise SourceError(
        "WIPO's concordance is at none of the addresses that it is known to have had (404).",
        expected=" or ".join(_ask(name).url for name in NAMES),
        todo="if it has been landed before, nothing: it changes once in some years",
    )


def _day(text: str) -> str:
    """A date of the column Updated_on as 2019-07-10, '' for anything else.

    >>> _day("July 10, 2019"), _day("2019-07-10 00:00:00"), _day("soon")
    ('2019-07-10', '2019-07-10', '')
    """
    for form in DATES:
        try:
            return f"{datetime.strptime(text.strip(), form):%Y-%m-%d}"
        except ValueError:
            continue
    return ""


def _ask(name: str) -> Ask:
    return Ask(
        url=f"{root('wipo')}/{FOLDER}/{name}",
        purpose="IPC and technology concordance table",
        saved_as=name,
    )
