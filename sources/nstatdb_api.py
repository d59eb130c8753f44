"""Asks DGBAS's nstatdb for whole tables, and does not believe status 200 alone.

Here: the address of a table with its range of years, the replies that are none (`Parameter error `,
nothing at all), and whether the last period is there.
Not here: HTTP (`http`), the layout (`nstatdb`), which tables a source has (`dgbas_*`).

Traps. Without startTime and endTime the reply stops years early, and one that stopped early looks
like any other: the last period is held against the calendar. `meta.prepared` is no ISO time, but
tells one reply from another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from sources.contract import SourceError
from sources.fetching import Ask, Fetched, Fetcher, Wish
from sources.json_text import parse_json, read_text
from sources.nstatdb import is_parameter_error, read_nstatdb
from sources.retrying import YEARS_LATE, download_until
from sources.roots import root
from sources.unchanged import prefer_kept

if TYPE_CHECKING:
    from sources.http import Client

KEYS = ("...A", "//")
"""What follows the table's id: every measure and code, yearly; some tables want the bare form."""

_PREPARED = re.compile(r"(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2}):(\d{2})")


@dataclass(frozen=True)
class NstatdbTable:
    """A table to fetch: its id, and the word that its name must hold."""

    id: str
    named: str


def fetcher(tables: Sequence[NstatdbTable]) -> Fetcher:
    """Return the fetcher of a source that consists of these tables."""

    def plan(wish: Wish) -> Sequence[Ask]:
        return [_ask(table, KEYS[0], wish) for table in tables]

    def fetch(client: Client, wish: Wish, directory: Path) -> Fetched:
        files = [_fetch_table(client, table, wish, directory) for table in tables]
        vintage = max(prepared_at(path) for path in files)
        return Fetched(files, vintage, _address(tables[0], KEYS[0], wish))

    return Fetcher(plan=plan, fetch=fetch)


def prepared_at(path: Path) -> str:
    """When the service made the reply, as a name of a vintage: ``2026-11-21T083543``.

    Today, when the reply does not say it in a form that can be read.
    """
    document = parse_json(read_text(path), path)
    meta = document.get("meta") if isinstance(document, dict) else None
    prepared = meta.get("prepared") if isinstance(meta, dict) else None
    found = _PREPARED.match(prepared.strip()) if isinstance(prepared, str) else None
    if not found:
        return date.today().isoformat()
    year, month, day, hour, minute, second = found.groups()
    return f"{year}-{month}-{day}T{hour}{minute}{second}"


def check_periods(path: Path, wish: Wish) -> None:
    """Hold the years of a reply against the range that was asked.

    Raises:
        SourceError: the last year with a value is earlier than it can be.
    """
    observed = read_nstatdb(path).filter(pl.col("value").is_not_null())
    last = max((int(period[:4]) for period in observed["period"]), default=0)
    needed = min(wish.last_year, date.today().year - YEARS_LATE)
    if last < needed:
        raise SourceError(
            f"The last period with a value is {last or 'none'}: the reply stops early.",
            file=path,
            expected=f"values to {needed} or later",
            todo="ask again; if the service keeps stopping there, see on its web page whether the "
            "table was discontinued under this id",
        )


def _fetch_table(client: Client, table: NstatdbTable, wish: Wish, directory: Path) -> Path:
    for key in KEYS:
        ask = _ask(table, key, wish)
        path = download_until(client, ask, directory / str(ask.saved_as))
        if not is_parameter_error(read_text(path)):
            break
    frame = read_nstatdb(path)
    found_id, name = frame["table_id"][0], frame["table_name"][0]
    if found_id != table.id or (name is not None and table.named not in name):
        raise SourceError(
            f"The reply is table {found_id} '{name}'.",
            file=path,
            expected=f"{table.id} with {table.named} in its name",
            todo="look the table's id up on the service's web page and declare it",
        )
    check_periods(path, wish)
    prefer_kept(client, ask, path, _without_meta)
    return path


def _without_meta(document: object) -> object:
    return document.get("data") if isinstance(document, dict) else document


def _ask(table: NstatdbTable, key: str, wish: Wish) -> Ask:
    return Ask(
        url=_address(table, key, wish),
        purpose=f"table {table.id} ({table.named}), every measure and code, with its range",
        headers={"Accept": "application/json"},
        saved_as=f"{table.id}.json",
    )


def _address(table: NstatdbTable, key: str, wish: Wish) -> str:
    # The address is no ordinary query: table, key and range follow the question mark bare.
    slash = "" if key.startswith("/") else "/"
    return (
        f"{root('nstatdb')}/webMain.aspx?sdmx/{table.id}{slash}{key}"
        f"&startTime={wish.first_year}&endTime={min(wish.last_year, date.today().year)}"
    )
