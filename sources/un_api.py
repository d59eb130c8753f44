"""Fetching World Population Prospects: one compressed CSV per revision.

Here: the address of a revision, and the proof that the file is whole and has the areas where they
belong. Not here: HTTP (`http`), the columns (`un_wpp`).

Traps. The name of the file holds the year of the revision; the address of another year answers 404
or with a web page. A cut file still opens as gzip, so it is inflated to its end, within limits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from sources.contract import Reader, SourceError
from sources.fetching import Ask, Fetched, Fetcher, Wish
from sources.releases import by_hand
from sources.roots import root

if TYPE_CHECKING:
    from sources.http import Client

REVISION = 2024
"""The revision that is fetched unless another is asked for."""
EVERY_YEARS = 2
FOLDER = "assets/Excel%20Files/1_Indicator%20(Standard)/CSV_FILES"
TAIWAN = ("TWN", 158)
COUNTRY_OR_AREA = 4
MOST_BYTES = 128 << 20
STEPS = (
    "open https://population.un.org/wpp/downloads in a browser, choose CSV format, Demographic "
    "Indicators, medium variant, and land the .csv.gz as it is with `whitepaper land un_wpp FILE "
    "--vintage YYYY`, the year of the revision"
)


def fetcher(read: Reader) -> Fetcher:
    """Return the fetcher; `read` is the reader of `un_wpp`."""

    def plan(wish: Wish) -> Sequence[Ask]:
        return [_ask(_revision(wish))]

    def fetch(client: Client, wish: Wish, directory: Path) -> Fetched:
        revision = _revision(wish)
        ask = _ask(revision)
        path = directory / str(ask.saved_as)
        with by_hand(STEPS):
            client.download(ask, path, max_bytes=MOST_BYTES)
            _check(read([path])["demographic_indicator"], revision, path)
        return Fetched([path], wish.vintage or str(revision), ask.url, _note(wish, revision))

    return Fetcher(plan=plan, fetch=fetch)


def _revision(wish: Wish) -> int:
    """The revision to fetch: the year that a wished vintage begins with."""
    if wish.vintage is None:
        return REVISION
    year = re.match(r"(?:19|20)[0-9]{2}", wish.vintage)
    if year is None:
        raise SourceError(
            f"'{wish.vintage}' names no revision of the World Population Prospects.",
            expected=f"the year of a revision, such as {REVISION}",
            todo=f"fetch with --vintage {REVISION}, or without",
        )
    return int(year[0])


def _check(frame: pl.DataFrame, revision: int, path: Path) -> None:
    """Prove that codes, variant and years are those of the file that was asked for."""
    place = f"line {frame['_source_row'][0]}"
    variants = set(frame["variant"].unique()) - {"Medium"}
    if variants:
        raise SourceError(
            f"The file has the variant '{sorted(map(str, variants))[0]}'.",
            file=path,
            place=place,
            expected="the medium variant, whose estimates precede it",
        )
    code, number = TAIWAN
    taiwan = frame.filter((pl.col("iso3_code") == code) | (pl.col("loc_id") == number))
    wrong = taiwan.filter(
        (pl.col("iso3_code").ne_missing(code))
        | (pl.col("loc_id") != number)
        | (pl.col("loc_type_id") != COUNTRY_OR_AREA)
    )
    if not wrong.is_empty():
        row = wrong.row(0, named=True)
        raise SourceError(
            f"LocID {row['loc_id']}, ISO3 {row['iso3_code']}, LocTypeID {row['loc_type_id']} do "
            "not belong together.",
            file=path,
            place=f"line {row['_source_row']}",
            expected=f"LocID {number}, ISO3 {code}, LocTypeID {COUNTRY_OR_AREA} for Taiwan",
            todo="see whether the columns have moved; do not use the file",
        )
    last = frame.select(pl.col("time").max()).item()
    if last < revision:
        raise SourceError(
            f"The last year is {last}.",
            file=path,
            expected=f"years to {revision} at least: revision {revision} has projections",
            todo="fetch again: the file is incomplete or of an older revision",
        )


def _note(wish: Wish, revision: int) -> str | None:
    newer = revision + EVERY_YEARS
    if wish.vintage is not None or datetime.now(UTC).year < newer:
        return None
    return f"a revision {newer} may be out: `whitepaper fetch un_wpp --vintage {newer}` asks for it"


def _ask(revision: int) -> Ask:
    name = f"WPP{revision}_Demographic_Indicators_Medium.csv.gz"
    return Ask(
        url=f"{root('un_wpp')}/{FOLDER}/{name}",
        purpose=f"demographic indicators, medium variant, revision {revision} (about 16 MB)",
        saved_as=name,
    )
