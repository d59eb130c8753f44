"""Asks the finance ministry's and the customs' open services for trade statistics.

Here: which tables, their addresses and the way round by the catalogue, and whether the periods in
an answer are those that were asked for.
Not here: HTTP (`http`), the catalogue (`data_gov_tw`), the layouts (`webmain`, `customs_totals`).

Trap: asked for years that a table does not have, the database answers with the newest year it has,
status 200, as if nothing were wrong; so the periods are read from the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from sources.contract import SourceError
from sources.data_gov_tw import OpenFile, asks_of, fetch_open_file
from sources.fetching import Ask, Fetched, Fetcher, Wish
from sources.periods import ROC_OFFSET
from sources.retrying import note_if_old
from sources.roots import root

if TYPE_CHECKING:
    from sources.http import Client

Read = Callable[[Sequence[Path]], dict[str, pl.DataFrame]]

FIRST_YEAR = 2001
"""Where the tables begin (民國90年)."""


@dataclass(frozen=True)
class TradeTable:
    """A table of the database: its function id, its title, its dataset in the catalogue.

    `holds` are words of which each must stand in some column label. Amounts and shares have the
    same labels: `is_share` tells which of them the values must be.
    """

    funid: str
    title: str
    dataset: int | None
    holds: tuple[str, ...]
    is_share: bool = False


TABLES = (
    TradeTable("i8121", "出口值－按主要貨品分", 8380, ("總計",)),
    TradeTable("i8123", "出口結構比－按主要貨品分", None, ("電子零組件",), is_share=True),
)
LARGEST_SHARE = 100.5


def database_fetcher(read: Read) -> Fetcher:
    """The fetcher of the trade statistics database; `read` is its reader."""

    def plan(wish: Wish) -> Sequence[Ask]:
        return [ask for table in TABLES for ask in asks_of(_table_file(table, wish))]

    def fetch(client: Client, wish: Wish, directory: Path) -> Fetched:
        files, periods = [], []
        for table in TABLES:
            file = _table_file(table, wish)

            def check(path: Path, table: TradeTable = table) -> None:
                check_table(read([path])["statistic"], table, wish, path)

            path, _ = fetch_open_file(client, file, directory, check)
            periods.append(_months(read([path])["statistic"], path)[-1])
            files.append(path)
        old = note_if_old(min(periods), wish)
        note = (
            "Fetched: totals and shares by commodity. The shares by technology level, capital and "
            "skill intensity have no known open address; land them with these files by hand."
            + (f" {old}" if old else "")
        )
        return Fetched(files, max(periods), _database_url(TABLES[0], wish), note)

    return Fetcher(plan=plan, fetch=fetch)


def check_table(frame: pl.DataFrame, table: TradeTable, wish: Wish, path: Path) -> None:
    """Hold an answer against what was asked.

    Raises:
        SourceError: a column is missing, shares stand for amounts or the other way round, or the
            periods are not the range that was asked for.
    """
    labels = frame["item"].unique().to_list()
    for word in table.holds:
        if not any(word in label for label in labels):
            raise SourceError(
                f"No column of {table.funid} speaks of {word}.",
                file=path,
                expected=f"the table {table.title}",
                todo="look the table's id up in the database and declare it",
            )
    are_shares = (frame["value"].drop_nulls().abs() <= LARGEST_SHARE).all()
    if are_shares != table.is_share:
        raise SourceError(
            f"The values of {table.funid} are {'shares' if are_shares else 'amounts'}.",
            file=path,
            expected=f"the table {table.title}",
            todo="look the table's id up in the database and declare it",
        )
    months = _months(frame, path)
    years = {month[:4] for month in months}
    if len(years) == 1 and str(max(wish.first_year, FIRST_YEAR)) not in years:
        raise SourceError(
            f"The answer about {table.funid} has the year {years.pop()} only.",
            file=path,
            expected=f"the years from {max(wish.first_year, FIRST_YEAR)}, as asked",
            todo="the database answers so when it does not have the years; see it in a browser",
        )


def _months(frame: pl.DataFrame, path: Path) -> list[str]:
    """The months with a value, in order."""
    seen = frame.filter((pl.col("frequency") == "M") & pl.col("value").is_not_null())["period"]
    if seen.is_empty():
        raise SourceError("The table has no month with a value.", file=path)
    return sorted(set(seen))


def _table_file(table: TradeTable, wish: Wish) -> OpenFile:
    return OpenFile(
        dataset=table.dataset,
        owner_url=lambda: _database_url(table, wish),
        purpose=f"trade statistics database, {table.funid} {table.title}",
        # The database writes no title; the reader takes it from the file's name.
        saved_as=f"{table.funid}_{table.title}.csv",
        described=(table.title, table.title.partition("－")[0]),
    )


def _database_url(table: TradeTable, wish: Wish) -> str:
    first = max(wish.first_year, FIRST_YEAR) - ROC_OFFSET
    last = min(wish.last_year, date.today().year) - ROC_OFFSET
    return (
        f"{root('mof_web02')}/webMain.aspx?sys=220&ym={first}01&ymt={last}12&kind=21&type=1"
        f"&funid={table.funid}&cycle=41&outmode=12&compmode=00&outkind=1&utf=1"
    )


def customs_totals_fetcher(read: Read) -> Fetcher:
    """The fetcher of the monthly totals (dataset 6053); `read` is their reader."""
    file = OpenFile(
        dataset=6053,
        owner_url=lambda: f"{root('customs_opendata')}/6053/csv.csv",
        purpose="monthly totals of exports and imports, NT$ thousand",
        saved_as="customs_6053.csv",
        described=("進出口",),
    )

    def plan(wish: Wish) -> Sequence[Ask]:
        return asks_of(file)

    def fetch(client: Client, wish: Wish, directory: Path) -> Fetched:
        def check(path: Path) -> None:
            read([path])

        path, url = fetch_open_file(client, file, directory, check)
        newest = str(max(read([path])["monthly_total"]["period"]))
        return Fetched([path], newest, url, note_if_old(newest, wish))

    return Fetcher(plan=plan, fetch=fetch)
