"""Made-up PatentsView bulk tables, in the publisher's form and of its size and skew.

Here: five tables that agree with one another, at any scale. At 1.0 they have about 9.08 million
patents, 23 million inventors, 20 million IPC symbols, 146 million citations and 14.5 GB of text.
Not here: zipping (`zipping`), customs files (`made_customs`).

What real releases do and a reader must stand: texts with TABs, line feeds and doubled quotes;
missing locations as `""` and as nothing; patents whose first inventor has no location, whose
sequence starts at 1, who have no inventor at all; locations that are listed twice, have no country,
an unknown one, or are referred to and not listed; withdrawn grants; designs, plants and reissues
(D, PP, RE ...); citations of patents before 1976, of other types, and the same pair twice; symbols
without a technology field; records in no useful order; a patent per line is nowhere promised.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.zipping import Piece

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

TABLES = (
    "g_patent",
    "g_inventor_disambiguated",
    "g_location_disambiguated",
    "g_ipc_at_issue",
    "g_us_patent_citation",
)

PATENTS = 9_080_000
CITATIONS = 146_000_000
INVENTORS_PER_PATENT = 2.53
SYMBOLS_PER_PATENT = 2.4
LOCATIONS = 95_000
FIRST_YEAR = 1976
FIRST_NUMBER = 3_930_271
"""Number of the first utility patent of 1976."""

FIRST_B_DAY = 11_323
"""Grants are of kind B1 or B2, no longer A, from 2001 (days since 1970)."""

UTILITY_GRANTS_THOUSAND = (
    *(70, 65, 66, 49, 62, 66, 58, 57, 67, 72, 71, 83, 78, 96, 90, 97, 97, 98, 102, 101),  # 1976-95
    *(110, 112, 148, 153, 157, 166, 167, 169, 164, 144, 174, 157, 158, 167, 220),  # 1996-2010
    *(225, 253, 278, 301, 298, 303, 319, 308, 354, 352, 327, 323, 312, 324),  # 2011-24
)
"""Roughly the USPTO's counts by calendar year from 1976."""

OTHER_TYPES = (  # type, prefix, first number, share among what is not utility, kind
    ("design", "D", 242_583, 0.917, "S1"),
    ("plant", "PP", 3_987, 0.035, "P2"),
    ("reissue", "RE", 28_671, 0.035, "E1"),
    ("statutory invention registration", "H", 1, 0.008, "H1"),
    ("defensive publication", "T", 942_001, 0.005, "I4"),
)

AREAS = (  # ISO 3166 alpha-2, weight in 1976, weight in 2024
    *(("US", 60.0, 46.0), ("JP", 12.0, 13.5), ("CN", 0.02, 9.0), ("KR", 0.3, 7.4)),
    *(("DE", 8.5, 4.6), ("TW", 0.5, 3.6), ("GB", 4.2, 2.0), ("FR", 3.2, 1.8)),
    *(("CA", 1.9, 2.1), ("IN", 0.05, 2.3), ("IL", 0.3, 1.5), ("NL", 1.0, 0.9)),
    *(("CH", 1.9, 0.8), ("SE", 1.2, 0.9), ("IT", 1.2, 0.9), ("AU", 0.5, 0.5)),
    *(("FI", 0.3, 0.4), ("BE", 0.4, 0.4), ("AT", 0.5, 0.4), ("DK", 0.25, 0.4)),
    *(("SG", 0.01, 0.35), ("ES", 0.15, 0.25), ("NO", 0.15, 0.2), ("IE", 0.04, 0.2)),
    *(("SA", 0.01, 0.25), ("BR", 0.05, 0.12), ("RU", 0.0, 0.15), ("HK", 0.05, 0.15)),
    *(("MX", 0.05, 0.07), ("NZ", 0.05, 0.08), ("PL", 0.03, 0.08), ("CZ", 0.05, 0.08)),
    *(("MY", 0.0, 0.06), ("TR", 0.0, 0.06), ("ZA", 0.1, 0.04), ("HU", 0.1, 0.04)),
    *(("GR", 0.02, 0.03), ("PT", 0.01, 0.03), ("TH", 0.01, 0.03), ("AR", 0.03, 0.02)),
    *(("LU", 0.05, 0.02), ("IS", 0.0, 0.02), ("AE", 0.0, 0.04), ("EG", 0.0, 0.02)),
    *(("CL", 0.01, 0.02), ("CO", 0.01, 0.02), ("PH", 0.01, 0.02), ("VN", 0.0, 0.02)),
    *(("UA", 0.0, 0.02), ("RO", 0.02, 0.02), ("BG", 0.03, 0.02), ("SI", 0.0, 0.01)),
    *(("SU", 0.4, 0.0), ("DD", 0.1, 0.0), ("CS", 0.1, 0.0), ("YU", 0.03, 0.0)),
    *(("XX", 0.01, 0.01), ("", 0.1, 0.05)),  # not a country; no country
)

SYMBOLS = (  # IPC subclass, weight, highest main group (0: any of a few)
    *(("G06F", 95, 21), ("H01L", 80, 51), ("H04L", 62, 29), ("H04W", 45, 92), ("G06Q", 30, 50)),
    *(("H04N", 48, 21), ("A61K", 40, 51), ("A61B", 42, 50), ("G01N", 26, 37), ("B01D", 12, 71)),
    *(("C12N", 18, 15), ("C07D", 22, 521), ("C08L", 12, 101), ("C07K", 13, 19), ("A61P", 28, 43)),
    *(("G02B", 22, 27), ("G11B", 14, 33), ("G03G", 12, 21), ("B41J", 10, 35), ("H04B", 15, 17)),
    *(("H04M", 12, 19), ("G06K", 16, 19), ("G06T", 20, 19), ("G06N", 12, 20), ("H03K", 10, 23)),
    *(("H01M", 14, 16), ("H02J", 10, 50), ("H05K", 12, 13), ("H01R", 14, 43), ("H01H", 7, 89)),
    *(("B60W", 6, 60), ("B60R", 9, 25), ("F16H", 9, 63), ("F02D", 7, 45), ("F01D", 8, 25)),
    *(("B65D", 12, 90), ("B65H", 7, 85), ("B29C", 12, 73), ("B32B", 10, 43), ("C23C", 8, 30)),
    *(("A61M", 16, 39), ("A61F", 16, 13), ("A61N", 7, 7), ("A61Q", 4, 90), ("A23L", 6, 35)),
    *(("E21B", 10, 49), ("E04B", 5, 9), ("E05B", 6, 85), ("E01F", 1, 15), ("C13B", 1, 50)),
    *(("B01J", 9, 49), ("C01B", 5, 39), ("C08F", 9, 301), ("C08G", 8, 85), ("C10L", 2, 10)),
    *(("B82Y", 3, 40), ("B81B", 2, 7), ("G01R", 9, 35), ("G05B", 9, 24), ("G08B", 8, 31)),
    *(("A63B", 6, 71), ("A63F", 7, 13), ("A47C", 4, 31), ("A47L", 4, 15), ("A01H", 5, 17)),
    *(("B23K", 6, 37), ("B23Q", 2, 41), ("B24B", 4, 57), ("D06F", 3, 105), ("D21H", 2, 27)),
    *(("F24F", 5, 13), ("F25B", 4, 49), ("B64C", 5, 39), ("B62D", 6, 67), ("F16L", 5, 59)),
    *(("C22C", 4, 49), ("C03C", 3, 27), ("C02F", 4, 103), ("F01N", 4, 13), ("G09G", 9, 5)),
    *(("A99Z", 1, 99), ("G99Z", 1, 99)),  # 'not otherwise provided for': no technology field
)

_SYLLABLES = "ka mi ro ten shi lo ber gra von del mar tin son chi wei yu han kim par ler sen ov"
_WORDS = (
    "method apparatus system device semiconductor memory circuit wireless communication optical "
    "display control vehicle battery composition treatment polymer surface image signal data "
    "processing network sensor medical assembly structure layer electrode compound inhibitor "
    "antibody engine valve pump turbine container tool machine fabric printing laser antenna "
    "for and of with using in having same including therefor thereof based improved"
)
_HARD_TITLES = (
    'Method of making a "smart" card',
    'Apparatus\twith a tab and "" two quotes',
    "System for reading\nlines within a field",
    'Device\r\nwith "quoted\ttab"\nand line feed',
    '"',
    '""',
    "\n",
    "Kompositionsverfahren für Öl, 半導體裝置及其製造方法",
    'Ends with a quote"',
    '"Starts with a quote',
    "NULL",
    "Comma, 'apostrophe' and \\ backslash \\t \\",
)
_HARD_NAMES = ('O"Neil', "Anne\tMarie", 'Robert "Bob"', "Jr.\nSmith", "D'Été", "王", "NA")


@dataclass(frozen=True)
class Utility:
    """Numbers and days (since 1970) of the utility patents, oldest first."""

    numbers: Integers
    days: NDArray[np.int32]
    year_ends: Integers
    """How many were granted up to the end of each year."""


@dataclass(frozen=True)
class Others:
    """Designs, plants, reissues ... in the order of their ids as text."""

    ids: pl.Series
    types: pl.Series
    kinds: pl.Series
    days: NDArray[np.int32]


@dataclass(frozen=True)
class Locations:
    """Ids in order of area, where the ids of each area begin, and each location's area."""

    ids: pl.Series
    begins: Integers
    area: Integers


class Made:
    """The world that all tables of one scale and seed are views of."""

    def __init__(self, scale: float, seed: int) -> None:
        self.scale, self.seed = scale, seed
        grants = np.array(UTILITY_GRANTS_THOUSAND, dtype=np.float64) * 1000
        self.utility = self._utility(grants)
        self.others = self._others(grants)
        self.patents = len(self.utility.numbers) + len(self.others.days)
        # As text, 10000000 stands before 3930271.
        self.eight_digits = int(np.searchsorted(self.utility.numbers, 10_000_000))
        per_year = np.diff(self.utility.year_ends, prepend=0)
        growth = 5 + 0.55 * np.arange(len(per_year))
        wanted = CITATIONS * scale * len(self.utility.numbers) / self.patents
        self.citations_in_year = growth * wanted / max(1.0, float((growth * per_year).sum()))
        self.block = 1 << int(np.clip(np.log2(max(64.0, len(self.utility.numbers) / 60)), 6, 12))

    def rng(self, *purpose: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, *purpose])

    def _utility(self, grants: Floats) -> Utility:
        ends = np.round(np.cumsum(grants) * self.scale).astype(np.int64)
        at = np.arange(ends[-1])
        numbers = FIRST_NUMBER + np.floor(at / min(self.scale, 1.0)).astype(np.int64)
        days = np.empty(len(at), dtype=np.int32)
        start = 0
        for year, end in enumerate(ends, start=FIRST_YEAR):
            tuesdays = _tuesdays(year)
            days[start:end] = tuesdays[
                np.arange(end - start) * len(tuesdays) // max(1, end - start)
            ]
            start = int(end)
        return Utility(numbers, days, ends)

    def _others(self, grants: Floats) -> Others:
        total = max(len(OTHER_TYPES), round((PATENTS - grants.sum()) * self.scale))
        rng = self.rng(1)
        years = rng.choice(len(grants), total, p=grants / grants.sum())
        kind = rng.choice(len(OTHER_TYPES), total, p=[share for *_, share, _ in OTHER_TYPES])
        kind[: len(OTHER_TYPES)] = np.arange(len(OTHER_TYPES))
        frame = pl.DataFrame({"kind": kind, "year": years}).sort("kind", "year")
        at = frame["kind"].to_numpy()
        tuesdays = np.stack([_tuesdays(FIRST_YEAR + year)[:52] for year in range(len(grants))])
        days = tuesdays[frame["year"].to_numpy(), rng.integers(0, 52, total)]
        frame = frame.select(
            (
                pl.Series([prefix for _, prefix, *_ in OTHER_TYPES]).gather(at)
                + (
                    pl.int_range(pl.len()).over("kind")
                    + pl.Series([first for _, _, first, *_ in OTHER_TYPES]).gather(at)
                ).cast(pl.String)
            ).alias("id"),
            pl.Series([name for name, *_ in OTHER_TYPES]).gather(at).alias("type"),
            pl.Series([wipo for *_, wipo in OTHER_TYPES]).gather(at).alias("wipo"),
            pl.Series("day", days),
        ).sort("id")
        return Others(frame["id"], frame["type"], frame["wipo"], frame["day"].to_numpy())

    @cached_property
    def locations(self) -> Locations:
        weights = np.array([new + old for _, old, new in AREAS])
        counts = np.maximum(1, LOCATIONS * min(1.0, self.scale**0.5) * weights / weights.sum())
        counts = counts.astype(np.int64)
        area = np.repeat(np.arange(len(AREAS)), counts)
        head = _mixed(np.arange(len(area)), self.seed + 77) >> np.uint64(32)
        ids = pl.Series([f"{value:08x}-16c8-11ed-9b5f-1234bf3897fb" for value in head.tolist()])
        return Locations(ids, np.concatenate([[0], np.cumsum(counts)]), area)

    def slots(self, start: int, stop: int) -> tuple[Integers, pl.Series, NDArray[np.int32]]:
        """Patents `start` to `stop` in the order of their ids as text: index, id, day.

        The index is that of `utility`, or -1 for a patent of another type.
        """
        utilities = len(self.utility.numbers)
        position = np.arange(start, min(stop, self.patents))
        eight = utilities - self.eight_digits
        at = np.where(position < eight, position + self.eight_digits, position - eight)
        at = np.where(position < utilities, at, -1)
        plain, other = at[at >= 0], position[at < 0] - utilities
        ids = pl.concat(
            [
                pl.Series(self.utility.numbers[plain]).cast(pl.String),
                self.others.ids.gather(other),
            ]
        )
        return at, ids, np.concatenate([self.utility.days[plain], self.others.days[other]])


@lru_cache(maxsize=1)
def world(scale: float, seed: int) -> Made:
    return Made(scale, seed)


PATENTS_PER_PIECE = {
    "g_patent": 150_000,
    "g_inventor_disambiguated": 80_000,
    "g_location_disambiguated": 1 << 40,
    "g_ipc_at_issue": 80_000,
    "g_us_patent_citation": 25_000,
}


def pieces_of(scale: float, seed: int, table: str) -> int:
    """Return the number of pieces that a table is made in, whatever the workers."""
    return -(-world(scale, seed).patents // PATENTS_PER_PIECE[table])


def piece(task: tuple[float, int, str, int]) -> Piece:
    """Make one deflated piece of a table; the first begins with the header."""
    scale, seed, table, number = task
    made = world(scale, seed)
    size = PATENTS_PER_PIECE[table]
    rng = made.rng(10 + TABLES.index(table), number)
    frame = _MAKERS[table](made, number * size, (number + 1) * size, rng)
    text = io.BytesIO()
    frame.write_csv(text, separator="\t", quote_style="non_numeric", include_header=False)
    header = "\t".join(f'"{name}"' for name in frame.columns) + "\n" if number == 0 else ""
    return Piece.of(header.encode() + text.getvalue())


def _patents(made: Made, start: int, stop: int, rng: np.random.Generator) -> pl.DataFrame:
    at, ids, days = made.slots(start, stop)
    rows = len(at)
    titles = _titles(made.seed)
    hard = rng.random(rows) < 0.004
    pick = np.where(
        hard,
        rng.integers(0, len(_HARD_TITLES), rows),
        rng.integers(len(_HARD_TITLES), len(titles), rows),
    )
    if start == 0:  # at any scale, each of them is there
        pick[: len(_HARD_TITLES)] = np.arange(len(_HARD_TITLES))[:rows]
    other = np.flatnonzero(at < 0) + start - len(made.utility.numbers)
    utility = pl.Series("u", at >= 0)
    types = pl.concat(
        [pl.repeat("utility", rows - len(other), eager=True), made.others.types.gather(other)]
    )
    kinds = pl.concat(
        [
            pl.Series(["A", "B1", "B2"]).gather(
                np.where(
                    days[: rows - len(other)] < FIRST_B_DAY,
                    0,
                    rng.integers(1, 3, rows - len(other)),
                )
            ),
            made.others.kinds.gather(other),
        ]
    )
    claims = rng.integers(1, 31, rows)
    return pl.DataFrame({"d": pl.Series(days).cast(pl.Date), "claims": claims}).select(
        ids.alias("patent_id"),
        types.alias("patent_type"),
        pl.col("d").alias("patent_date"),
        titles.gather(pick).alias("patent_title"),
        kinds.alias("wipo_kind"),
        pl.when(pl.Series(rng.random(rows) < 0.999)).then("claims").alias("num_claims"),
        (_luck(rng, rows, 0.0) < 0.001).cast(pl.Int8).alias("withdrawn"),
        (
            pl.when(utility & (pl.col("d").dt.year() > 2004))
            .then(pl.lit("ipg"))
            .otherwise(pl.lit("pftaps"))
            + pl.col("d").dt.strftime("%y%m%d")
            + ".xml"
        ).alias("filename"),
    )


def _inventors(made: Made, start: int, stop: int, rng: np.random.Generator) -> pl.DataFrame:
    at, ids, days = made.slots(start, stop)
    year = days / 365.2425 + 1970
    mean = INVENTORS_PER_PATENT - 1 + (year - 2006) * 0.035
    count = 1 + rng.poisson(np.maximum(0.3, mean) * rng.gamma(1.6, 1 / 1.6, len(at)))
    count[_luck(rng, len(at), 0.0).to_numpy() < 0.001] = 0
    owner = np.repeat(np.arange(len(at)), count)
    rows = len(owner)
    sequence = np.arange(rows) - np.repeat(np.cumsum(count) - count, count)
    sequence += (rng.random(len(at)) < 0.01)[owner]
    home = _home(made, year, rng)
    area = np.where(rng.random(rows) < 0.88, home[owner], _home(made, year[owner], rng))
    places = made.locations
    width = places.begins[area + 1] - places.begins[area]
    location = places.ids.gather(
        places.begins[area] + (width * rng.random(rows) ** 3).astype(np.int64)
    )
    luck = _luck(rng, rows, 0.003, 0.006, 0.0072)
    people = _people(made.seed)
    person = people[rng.integers(0, people.height, rows)]
    order = rng.permutation(rows)
    frame = person.select(
        ids.gather(owner).alias("patent_id"),
        pl.Series(sequence).alias("inventor_sequence"),
        pl.col("inventor_id"),
        pl.col("first").alias("disambig_inventor_name_first"),
        pl.col("last").alias("disambig_inventor_name_last"),
        pl.col("gender").alias("gender_code"),
        pl.when(luck < 0.004)
        .then(pl.lit(""))
        .when(luck < 0.007)
        .then(pl.lit(None, pl.String))
        .when(luck < 0.0075)
        .then(pl.lit("00000000-0000-11ed-9b5f-1234bf3897fb"))
        .otherwise(location)
        .alias("location_id"),
    )
    return frame[order]


def _locations(made: Made, _: int, __: int, rng: np.random.Generator) -> pl.DataFrame:
    places = made.locations
    again = rng.choice(len(places.ids), max(3, len(places.ids) // 500), replace=False)
    at = rng.permutation(np.concatenate([np.arange(len(places.ids)), again]))
    cities = _people(made.seed)["last"]
    code = pl.Series([code for code, *_ in AREAS]).gather(places.area[at])
    rows = len(at)
    return pl.DataFrame({"country": code}).select(
        places.ids.gather(at).alias("location_id"),
        cities.gather(rng.integers(0, len(cities), rows)).alias("disambig_city"),
        pl.when(pl.col("country") == "US")
        .then(pl.lit("CA"))
        .otherwise(pl.lit(""))
        .alias("disambig_state"),
        pl.col("country").alias("disambig_country"),
        pl.Series(np.round(rng.uniform(-60, 70, rows), 4)).alias("latitude"),
        pl.Series(np.round(rng.uniform(-180, 180, rows), 4)).alias("longitude"),
        pl.lit("").alias("county"),
        pl.lit(None, pl.Int32).alias("state_fips"),
        pl.lit(None, pl.Int32).alias("county_fips"),
    )


def _symbols(made: Made, start: int, stop: int, rng: np.random.Generator) -> pl.DataFrame:
    at, ids, days = made.slots(start, stop)
    count = np.minimum(40, rng.geometric(1 / SYMBOLS_PER_PATENT, len(at)))
    count[(at < 0) | (rng.random(len(at)) < 0.004)] = 0
    owner = np.repeat(np.arange(len(at)), count)
    rows = len(owner)
    sequence = np.arange(rows) - np.repeat(np.cumsum(count) - count, count)
    weight = np.array([weight for _, weight, _ in SYMBOLS], dtype=np.float64)
    weight /= weight.sum()
    main = rng.choice(len(SYMBOLS), len(at), p=weight)
    symbol = np.where(rng.random(rows) < 0.6, main[owner], rng.choice(len(SYMBOLS), rows, p=weight))
    highest = np.array([highest for *_, highest in SYMBOLS])
    group = 1 + (highest[symbol] * rng.random(rows) ** 1.5).astype(np.int64)
    codes = pl.Series([code for code, *_ in SYMBOLS]).gather(symbol)
    luck = _luck(rng, rows, 0.0005, 0.002)
    old = pl.Series(days[owner] < 13_149)
    order = rng.permutation(rows)
    frame = pl.DataFrame({"code": codes, "group": group, "day": days[owner]}).select(
        ids.gather(owner).alias("patent_id"),
        pl.Series(sequence).alias("ipc_sequence"),
        pl.when(old).then(pl.lit("")).otherwise(pl.lit("A")).alias("classification_level"),
        pl.col("code").str.head(1).alias("section"),
        pl.col("code").str.slice(1, 2).alias("ipc_class"),
        # A few symbols break off after the class; a few main groups have leading zeros or none.
        pl.when(luck < 0.001)
        .then(pl.lit(""))
        .otherwise(pl.col("code").str.tail(1))
        .alias("subclass"),
        pl.when(luck < 0.001)
        .then(pl.lit(None, pl.String))
        .when(luck < 0.003)
        .then(pl.col("group").cast(pl.String).str.zfill(3))
        .otherwise(pl.col("group").cast(pl.String))
        .alias("main_group"),
        pl.Series(rng.integers(0, 100, rows)).cast(pl.String).str.zfill(2).alias("subgroup"),
        pl.lit("F").alias("symbol_position"),
        pl.when(luck < 0.7).then(pl.lit("I")).otherwise(pl.lit("N")).alias("classification_value"),
        pl.lit("B").alias("classification_status"),
        pl.lit("H").alias("classification_data_source"),
        pl.col("day").cast(pl.Date).alias("action_date"),
        pl.lit("2006-01-01").alias("ipc_version_indicator"),
    )
    return frame[order]


def _citations(made: Made, start: int, stop: int, rng: np.random.Generator) -> pl.DataFrame:
    at, ids, days = made.slots(start, stop)
    year = days / 365.2425 + 1970
    known = np.clip(year.astype(np.int64) - FIRST_YEAR, 0, len(made.citations_in_year) - 1)
    spread = rng.lognormal(-0.6, 1.095, len(at))  # mean 1: many cite few, a few cite hundreds
    count = np.minimum(3000, rng.poisson(made.citations_in_year[known] * spread))
    owner = np.repeat(np.arange(len(at)), count)
    rows = len(owner)
    sequence = np.arange(rows) - np.repeat(np.cumsum(count) - count, count)
    when = year[owner] - rng.lognormal(1.9, 0.85, rows)
    ends = made.utility.year_ends
    around = np.interp(when - FIRST_YEAR, np.arange(len(ends) + 1), np.concatenate([[0], ends]))
    # Few of many are cited often: within a block, the chance falls with the place.
    place = around.astype(np.int64) // made.block * made.block
    place += (made.block * rng.random(rows) ** 2.5).astype(np.int64)
    newest = np.where(at >= 0, at, np.searchsorted(made.utility.days, days))[owner] - 1
    place = np.minimum(place, newest)
    before = (when < FIRST_YEAR) | (place < 0)
    place = np.maximum(place, 0)
    number = np.where(
        before,
        np.maximum(1, FIRST_NUMBER - 1 - (np.abs(FIRST_YEAR - when) * 62_000).astype(np.int64)),
        made.utility.numbers[place],
    )
    cited_day = np.where(
        before, ((when - 1970) * 365.2425).astype(np.int32), made.utility.days[place]
    )
    luck = _luck(rng, rows, 0.004)
    other = made.others.ids.gather(rng.integers(0, len(made.others.ids), rows))
    names = _record_names(made.seed)
    said = np.where(
        year[owner] < 2001,
        3,
        np.where(
            year[owner] < 2013,
            np.where(rng.random(rows) < 0.3, 1, 3),
            rng.choice(3, rows, p=[0.72, 0.26, 0.02]),
        ),
    )
    category = pl.Series(["cited by applicant", "cited by examiner", "cited by other", ""])
    return pl.DataFrame({"number": number, "day": cited_day.astype(np.int32)}).select(
        ids.gather(owner).alias("patent_id"),
        pl.Series(sequence).alias("citation_sequence"),
        pl.when(luck < 0.008)
        .then(other)
        .otherwise(pl.col("number").cast(pl.String))
        .alias("citation_patent_id"),
        pl.col("day").cast(pl.Date).dt.truncate("1mo").alias("citation_date"),
        names.gather(rng.integers(0, len(names), rows)).alias("record_name"),
        pl.when(pl.col("day") < FIRST_B_DAY)
        .then(pl.lit("A"))
        .otherwise(pl.lit("B2"))
        .alias("wipo_kind"),
        category.gather(said).alias("citation_category"),
    )


_MAKERS = {
    "g_patent": _patents,
    "g_inventor_disambiguated": _inventors,
    "g_location_disambiguated": _locations,
    "g_ipc_at_issue": _symbols,
    "g_us_patent_citation": _citations,
}


def _luck(rng: np.random.Generator, rows: int, *first: float) -> pl.Series:
    """Draw from 0 to 1; the first rows get `first`, so that what is rare is there at any scale."""
    luck = rng.random(rows)
    luck[: len(first)] = first[:rows]
    return pl.Series(luck)


def _home(made: Made, year: Floats, rng: np.random.Generator) -> Integers:
    """Choose each patent's area: the weights move from those of 1976 to those of 2024."""
    old, new = (np.array([area[at] for area in AREAS]) for at in (1, 2))
    rows = len(year)
    late = rng.random(rows) < (year - FIRST_YEAR) / (2024 - FIRST_YEAR)
    return np.where(
        late,
        np.searchsorted(np.cumsum(new / new.sum()), rng.random(rows)),
        np.searchsorted(np.cumsum(old / old.sum()), rng.random(rows)),
    ).clip(0, len(AREAS) - 1)


def _tuesdays(year: int) -> NDArray[np.int32]:
    """Days since 1970 of the Tuesdays of a year: patents are granted on Tuesdays."""
    days = np.arange(f"{year}-01-01", f"{year + 1}-01-01", dtype="datetime64[D]")
    tuesdays: NDArray[np.int32] = days[(days.astype(np.int32) - 5) % 7 == 0].astype(np.int32)
    return tuesdays  # 1970-01-06 was a Tuesday


def _mixed(values: Integers, seed: int) -> NDArray[np.uint64]:
    """Hash integers (splitmix64): the same for the same seed, in any order."""
    start = (seed + 1) * 0x9E3779B97F4A7C15 % (1 << 64)
    state = values.astype(np.uint64) + np.uint64(start)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        state = (state ^ (state >> np.uint64(shift))) * np.uint64(factor)
    return state ^ (state >> np.uint64(31))


POOL = 60_000


@lru_cache(maxsize=1)
def _titles(seed: int) -> pl.Series:
    rng = np.random.default_rng([seed, 2])
    words = np.array(_WORDS.split())
    lengths = rng.integers(3, 15, POOL)
    chosen = words[rng.integers(0, len(words), int(lengths.sum()))].tolist()
    ends = np.cumsum(lengths)
    made = (
        " ".join(chosen[end - length : end]).capitalize()
        for end, length in zip(ends.tolist(), lengths.tolist(), strict=True)
    )
    return pl.Series([*_HARD_TITLES, *made])


@lru_cache(maxsize=1)
def _people(seed: int) -> pl.DataFrame:
    rng = np.random.default_rng([seed, 3])
    syllables = np.array(_SYLLABLES.split())
    parts = syllables[rng.integers(0, len(syllables), (POOL, 6))]
    first = ["".join(row[:2]).capitalize() + " " + row[2][0].upper() + "." for row in parts]
    last = ["".join(row[3:]).capitalize() for row in parts]
    for at, hard in enumerate(_HARD_NAMES):
        first[at], last[at] = f"{hard} X.", hard
    numbers = rng.integers(1, 400, POOL)
    ids = [
        f"fl:{a[:2].lower()}_ln:{b.lower()}-{n}"
        for a, b, n in zip(first, last, numbers.tolist(), strict=True)
    ]
    gender = pl.Series(["M", "F", None]).gather(rng.choice(3, POOL, p=[0.8, 0.15, 0.05]))
    return pl.DataFrame({"inventor_id": ids, "first": first, "last": last, "gender": gender})


@lru_cache(maxsize=1)
def _record_names(seed: int) -> pl.Series:
    last = _people(seed)["last"]
    several = np.random.default_rng([seed, 4]).random(len(last)) < 0.6
    short = last.str.head(6)
    names = pl.select(
        pl.when(pl.Series(several)).then(short + " et al.").otherwise(short)
    ).to_series()
    names[100] = None
    names[101] = ""
    return names
