"""Asks the Central Bank's statistics service, which often answers with nothing.

Here: the files asked for, the repetition of empty answers, the items that must be there, the
release that a reply belongs to.
Not here: HTTP (`http`), the layouts (`cbc_bop`).

Items are bound by their exact label, never by place: the bank has reordered them before. So a reply
in which a needed label is missing (or in English) is refused here already.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from sources.contract import SourceError
from sources.fetching import Ask, Fetched, Fetcher, Wish
from sources.json_text import parse_json, read_text
from sources.retrying import download_until, note_if_old
from sources.roots import root
from sources.unchanged import prefer_kept

if TYPE_CHECKING:
    from sources.http import Client

FILES = ("BPP2Y01", "BPP2Q01")
"""Yearly and quarterly, with Chinese labels."""

NEEDED_ITEMS = (
    "服務-其他服務-智慧財產權使用費-收入",
    "服務-其他服務-智慧財產權使用費-支出",
)

_DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})")


def fetcher(read: Callable[[Sequence[Path]], dict[str, pl.DataFrame]]) -> Fetcher:
    """Return the fetcher; `read` is the reader of `cbc_bop`."""

    def plan(wish: Wish) -> Sequence[Ask]:
        return [_ask(file) for file in FILES]

    def fetch(client: Client, wish: Wish, directory: Path) -> Fetched:
        files, newest = [], []
        for ask in plan(wish):
            path = download_until(client, ask, directory / str(ask.saved_as))
            newest.append(check_items(read([path])["item"], path))
            prefer_kept(client, ask, path, _without_time)
            files.append(path)
        vintage = max(release_of(path) for path in files)
        url = f"{root('cbc')}/Get?FileName={FILES[0]}"
        return Fetched(files, vintage, url, note_if_old(min(newest), wish))

    return Fetcher(plan=plan, fetch=fetch)


def check_items(items: pl.DataFrame, path: Path) -> str:
    """Return the newest period of the needed items.

    Raises:
        SourceError: a needed item is missing or has no value.
    """
    newest = []
    for item in NEEDED_ITEMS:
        periods = items.filter((pl.col("item") == item) & pl.col("value_usd_m").is_not_null())
        if periods.is_empty():
            raise SourceError(
                f"There is no value of the item '{item}'.",
                file=path,
                expected="the Chinese labels of the full path",
                todo="see whether the bank has renamed the item, or answered in English",
            )
        newest.append(str(max(periods["period"])))
    return min(newest)


def release_of(path: Path) -> str:
    """The day of the bank's release, and when the reply was made, as the name of a vintage.

    Two replies of one release differ in `meta.prepared` alone; with the release's day only, the
    second would pass for changed bytes of the first. Old layouts tell nothing: then it is today.
    """
    document = parse_json(read_text(path), path)
    if isinstance(document, str):
        document = parse_json(document, path)
    meta = document.get("meta") if isinstance(document, dict) else None
    if not isinstance(meta, dict):
        return date.today().isoformat()
    released, prepared = str(meta.get("last_updated", "")), str(meta.get("prepared", ""))
    days = [_day(text) for text in (released, prepared)]
    clock = _CLOCK.search(prepared)
    if days[0] and days[1] and clock:
        hour = int(clock[1]) % 12 + 12 if "下午" in prepared or "PM" in prepared else int(clock[1])
        made = f"{days[1].replace('-', '')}T{hour:02d}{clock[2]}{clock[3]}"
        return f"{days[0]}_{made}"
    return days[0] or days[1] or date.today().isoformat()


def _without_time(document: object) -> object:
    """The reply without when it was made; the day of the release stays."""
    meta = document.get("meta") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(meta, dict):
        return document
    return {**document, "meta": {k: v for k, v in meta.items() if k != "prepared"}}


def _day(text: str) -> str:
    found = _DAY.search(text)
    return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}" if found else ""


def _ask(file: str) -> Ask:
    return Ask(
        url=f"{root('cbc')}/Get?FileName={file}",
        purpose=f"balance of payments, {'yearly' if 'Y' in file else 'quarterly'}, Chinese labels",
        headers={"Accept": "application/json", "Accept-Language": "zh-TW"},
        saved_as=f"{file}.json",
    )
