"""From landed bulk tables to the patent tables, against a recount in plain Python.

The recount reads the same zips by Python's csv module into dictionaries: no parser, no SQL of ours.
It knows the declared rules and counts in fractions. The models are built once; another rule is a
change of int_patents__rule and the models behind it run again.
"""

from __future__ import annotations

import csv
import io
import shutil
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from bench.made_crosschecks import CONTRADICTING, add_crosschecks
from bench.microdata import generate
from orchestration import dbt
from orchestration.ingest import edition_of, ingest_edition, ingest_source, land
from orchestration.workspace import Workspace
from sources import SOURCE_IDS, get_source
from sources.wipo_concordance import read as read_wipo

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT / "dbt_project" / "seeds"
WIPO = ROOT.parent / "shared" / "samples" / "wipo" / "ipc_technology.csv"
MARTS = (
    *("table_1_2_13", "table_1_2_14", "int_patents", "patent_coverage", "basis_comparison"),
    "wipo_field_distance",
)
AGAIN = (
    *("int_patents__field_of_patent", "int_patents__field_count", "int_patents__by_field"),
    *("int_patents__times_cited", "int_patents__citations", "int_patents__highly_cited"),
    "int_patents__by_publishers_field",
)
ORIGINS_AGAIN = (
    *("stg_uspto_bulk__location", "int_patents__origin", "int_patents__place"),
    "int_patents__raw_place",
    *("int_patents__granted", "int_patents__by_area_year"),
)
OPTIONAL = ("raw_inventor", "raw_location", "wipo_field")
SPLIT_FIELDS = {2, 3, 4, 10, 11, 14, 16, 18, 23, 24, 29, 35}


@dataclass(frozen=True)
class Rule:
    """The edition's rule for counting patents, as declared by default."""

    first_year: int = 2020
    last_year: int = 2024
    field_counting: str = "fractional"
    fields_counted: str = "all"
    top_cited_pct: int = 10
    cited_cohort: str = "grant_year"
    cited_ties: str = "weighted"
    citation_years: int | None = None
    place_fallback: str = "raw_location"


@dataclass(frozen=True)
class Patent:
    area: str
    basis: str
    """Where the area is from, or why there is none."""
    granted: date
    fields: tuple[int, ...]
    """In the order of the symbols."""


class Recount:
    """The same questions put to the files by plain Python."""

    def __init__(self, files: dict[str, Path], *, looks_up_raw_places: bool = True) -> None:
        self.files, self.looks_up_raw_places = files, looks_up_raw_places

    def rows(self, table: str) -> Iterator[dict[str, str]]:
        with zipfile.ZipFile(self.files[table]) as archive, archive.open(f"{table}.tsv") as raw:
            yield from csv.DictReader(io.TextIOWrapper(raw, "utf-8", newline=""), delimiter="\t")

    @cached_property
    def areas(self) -> dict[str, str]:
        with (SEEDS / "area.csv").open(encoding="utf-8") as handle:
            areas = {row["iso2"]: row["area_code"] for row in csv.DictReader(handle) if row["iso2"]}
        del areas["XX"]
        return areas | {"TWX": "TWN"}

    @cached_property
    def raw(self) -> dict[tuple[str, int], str]:
        """The country as written, by patent and sequence; those without a raw place are not in."""
        written: dict[str, str] = {}
        for row in self.rows("g_location_not_disambiguated"):
            # Of the states that are made up, CA alone is one of the United States.
            code = row["raw_country"].strip().upper() or ("US" if row["raw_state"] == "CA" else "")
            key = row["rawlocation_id"]
            written[key] = max(written.get(key, ""), code)
        return {
            (row["patent_id"], int(row["inventor_sequence"])): written[row["rawlocation_id"]]
            for row in self.rows("g_inventor_not_disambiguated")
            if row["rawlocation_id"] in written
        }

    def origin(self, patent: str, first: tuple[int, str], country: dict[str, str]) -> Patent:
        sequence, place = first
        code = country.get(place, "")
        if code:
            known = self.areas.get(code)
            return Patent(
                known or "UNK", "area known" if known else "country code not known", date.min, ()
            )
        if self.looks_up_raw_places and (patent, sequence) in self.raw:
            raw = self.raw[patent, sequence]
            if raw in self.areas:
                return Patent(self.areas[raw], "area known by the raw place", date.min, ())
            basis = f"raw country code not known: {raw}" if raw else "raw place without a country"
            return Patent("UNK", basis, date.min, ())
        why = "inventor without a place"
        if sequence < 0:
            why = "no inventor"
        elif place:
            why = "place without a country" if place in country else "place not listed"
        return Patent("UNK", why, date.min, ())

    @cached_property
    def patents(self) -> dict[str, Patent]:
        country: dict[str, str] = {}
        for row in self.rows("g_location_disambiguated"):
            known = country.get(row["location_id"], "")
            country[row["location_id"]] = max(known, row["disambig_country"])
        first: dict[str, tuple[int, str]] = {}
        for row in self.rows("g_inventor_disambiguated"):
            found = int(row["inventor_sequence"]), row["location_id"]
            first[row["patent_id"]] = min(first.get(row["patent_id"], found), found)
        whole, split = {}, {}
        with (SEEDS / "wipo_field_ipc.csv").open(encoding="utf-8") as handle:
            for row in csv.DictReader(handle):
                key, field = row["ipc_subclass"], int(row["field_number"])
                if row["main_group"]:
                    split[key, int(row["main_group"])] = field
                else:
                    whole[key] = field
        symbols: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for row in self.rows("g_ipc_at_issue"):
            subclass = row["section"] + row["ipc_class"].zfill(2) + row["subclass"]
            field = whole.get(subclass) or split.get((subclass, int(row["main_group"] or 0)))
            if field:
                symbols[row["patent_id"]].append((int(row["ipc_sequence"]), field))
        return {
            row["patent_id"]: replace(
                self.origin(row["patent_id"], first.get(row["patent_id"], (-1, "")), country),
                granted=date.fromisoformat(row["patent_date"]),
                fields=tuple(
                    dict.fromkeys(field for _, field in sorted(symbols[row["patent_id"]]))
                ),
            )
            for row in self.rows("g_patent")
            if row["patent_type"] == "utility" and row["withdrawn"] == "0"
        }

    @cached_property
    def citations(self) -> list[tuple[str, str]]:
        return [
            (row["patent_id"], row["citation_patent_id"])
            for row in self.rows("g_us_patent_citation")
        ]

    def window(self, rule: Rule) -> dict[str, Patent]:
        return {
            number: patent
            for number, patent in self.patents.items()
            if rule.first_year <= patent.granted.year <= rule.last_year
        }

    def by_area_year(self) -> Counter[tuple[int, str]]:
        return Counter((patent.granted.year, patent.area) for patent in self.patents.values())

    @cached_property
    def publishers_fields(self) -> dict[str, tuple[int, ...]]:
        fields: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for row in self.rows("g_wipo_technology"):
            fields[row["patent_id"]].append(
                (int(row["wipo_field_sequence"]), int(row["wipo_field_id"]))
            )
        return {
            patent: tuple(field for _, field in sorted(found)) for patent, found in fields.items()
        }

    def by_field(
        self, rule: Rule, *, of_publisher: bool = False
    ) -> dict[tuple[int, str], Fraction]:
        counted: dict[tuple[int, str], Fraction] = defaultdict(Fraction)
        for number, patent in self.window(rule).items():
            own = self.publishers_fields.get(number, ()) if of_publisher else patent.fields
            fields = own or (0,)
            if rule.fields_counted == "first":
                fields = fields[:1]
            for field in fields:
                one = Fraction(1, len(fields) if rule.field_counting == "fractional" else 1)
                counted[field, patent.area] += one
        return counted

    def highly_cited(self, rule: Rule) -> dict[str, Fraction]:
        window = self.window(rule)
        citing: dict[str, set[str]] = defaultdict(set)
        for one, other in self.citations:
            if one in self.patents and other in window:
                cited, by = window[other].granted, self.patents[one].granted
                limit = rule.citation_years
                if limit is None or by < cited.replace(year=cited.year + limit):
                    citing[other].add(one)
        cohorts: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for number, patent in window.items():
            year = patent.granted.year if rule.cited_cohort == "grant_year" else 0
            cohorts[year].append((len(citing[number]), patent.area))
        counted: dict[str, Fraction] = defaultdict(Fraction)
        for members in cohorts.values():
            wanted = Fraction(len(members) * rule.top_cited_pct, 100)
            for times in sorted({times for times, _ in members}, reverse=True):
                block = [area for cited, area in members if cited == times]
                more = sum(cited > times for cited, _ in members)
                if more >= wanted:
                    break
                weight = min(Fraction(1), (wanted - more) / len(block))
                for area in block:
                    counted[area] += 1 if rule.cited_ties == "inclusive" else weight
        return counted


@dataclass(frozen=True)
class Built:
    directory: Path
    recount: Recount
    code: dict[str, str]

    def rows(
        self,
        sql: str,
        rule: Rule | None = None,
        models: tuple[str, ...] = AGAIN,
        bronze: Path | None = None,
    ) -> list[tuple[Any, ...]]:
        """Ask the build; under another rule, the models that depend on it are made again.

        `bronze`: a directory with other bronze tables than those of the build.
        """
        database = self.directory / ("warehouse.duckdb" if rule is None else "other.duckdb")
        if rule is not None:
            shutil.copyfile(self.directory / "warehouse.duckdb", database)
        with duckdb.connect(str(database)) as connection:
            # The views name their relations by the file's stem.
            if rule is not None:
                connection.execute("attach ':memory:' as warehouse")
                for name, value in vars(rule).items():
                    connection.execute(f"update other.int_patents__rule set {name} = ?", [value])
                connection.execute("update other.int_patents__rule set period = '-'")
            connection.execute("set file_search_path = ?", [str(bronze or self.directory)])
            if rule is not None:
                views = {
                    row[0]
                    for row in connection.sql("select view_name from duckdb_views()").fetchall()
                }
                for name in models:
                    code = self.code[name].replace('"warehouse"."main"', '"other"."main"')
                    kind = "view" if name in views else "table"
                    connection.execute(f"create or replace {kind} other.main.{name} as {code}")
            return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, workspace_at: Any) -> Built:
    """The patent tables of a made-up release, without a landed concordance."""
    data = tmp_path_factory.mktemp("data")
    made = generate(data / "made", 0.0005, customs=False).patents
    made |= add_crosschecks(made)
    workspace: Workspace = workspace_at(data)
    land(workspace, "uspto_bulk", list(made.values()), "v", "2025-26")
    edition = edition_of(workspace, "2025-26")
    edition = replace(
        edition,
        pins={**edition.pins, "uspto_bulk": "v"},
        basis={**edition.basis, "T1-2-13": "microdata", "T1-2-14": "microdata"},
    )
    build = workspace.build("patents").open()
    for source_id in SOURCE_IDS:
        ingest_source(workspace, edition, build, source_id)
    ingest_edition(workspace, edition, build, with_other_vintages=False)
    run = dbt.build_marts(workspace, dbt.prepare(workspace), build, MARTS)
    assert run.faults() == []
    code = {r["unique_id"].split(".")[-1]: r["compiled_code"] for r in run.results}
    return Built(build.directory, Recount(made), code)


def test_grants_by_area_and_year_are_those_of_a_plain_recount(built: Built) -> None:
    found = built.rows(
        "select grant_year, area_code, grants from int_patents__by_area_year "
        "where area_code <> 'WLD'"
    )
    assert {(year, area): grants for year, area, grants in found} == built.recount.by_area_year()
    whole = built.rows(
        "select grant_year, grants from int_patents__by_area_year where area_code = 'WLD'"
    )
    assert sum(grants for _, grants in whole) == len(built.recount.patents)


RULES = [
    Rule(),
    Rule(field_counting="whole", cited_cohort="pooled"),
    Rule(fields_counted="first", cited_ties="inclusive"),
    Rule(fields_counted="first", field_counting="whole", citation_years=2),
    Rule(first_year=1990, last_year=2003, top_cited_pct=1),
    Rule(first_year=2016, last_year=2016, cited_cohort="pooled", cited_ties="inclusive"),
]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_patents_by_field_and_the_most_cited_are_those_of_a_plain_recount(
    built: Built, rule: Rule
) -> None:
    changed = None if rule == Rule() else rule
    fields = built.rows(
        "select field_number, area_code, grants from int_patents__by_field "
        "where area_code <> 'WLD'",
        changed,
    )
    expected = built.recount.by_field(rule)
    assert {row[:2] for row in fields} == set(expected)
    assert all(abs(grants - expected[f, area]) < 1e-8 for f, area, grants in fields)

    publishers = built.rows(
        "select field_number, area_code, grants from int_patents__by_publishers_field "
        "where area_code <> 'WLD'",
        changed,
    )
    expected = built.recount.by_field(rule, of_publisher=True)
    assert {row[:2] for row in publishers} == set(expected)
    assert all(abs(grants - expected[f, area]) < 1e-8 for f, area, grants in publishers)

    cited = built.rows(
        "select area_code, patents from int_patents__highly_cited "
        "where area_code <> 'WLD' and patents > 0",
        changed,
    )
    most = {area: weight for area, weight in built.recount.highly_cited(rule).items() if weight}
    assert {area for area, _ in cited} == set(most)
    assert all(abs(patents - most[area]) < 1e-8 for area, patents in cited)


def test_the_most_cited_are_exactly_a_tenth_and_their_shares_are_of_all_of_them(
    built: Built,
) -> None:
    rows = built.rows("select area_code, patents, share_pct from int_patents__highly_cited")
    world = {area: (patents, share) for area, patents, share in rows}.pop("WLD")
    assert world == (pytest.approx(len(built.recount.window(Rule())) / 10, abs=1e-6), 100.0)
    assert sum(share for area, _, share in rows if area != "WLD") == pytest.approx(100, abs=1e-6)


def test_an_area_is_ranked_among_all_and_the_unknown_is_there_without_a_rank(built: Built) -> None:
    rows = built.rows(
        "select area_code, grants, rank_among_all_areas from int_patents__by_field "
        "where field_number = 6"
    )
    known = {area: grants for area, grants, _ in rows if area not in ("WLD", "UNK")}
    for area, grants, rank in rows:
        if area in known:
            assert rank == 1 + sum(other > grants for other in known.values()), area
        else:
            assert rank is None
    assert {"WLD", "TWN"} <= {area for area, *_ in rows}
    unknown = built.rows(
        "select count(*), count(rank_among_all_areas) from int_patents__by_field "
        "where area_code = 'UNK'"
    )
    assert unknown[0][0] > 0 == unknown[0][1]


def test_the_tables_print_the_microdata_and_no_cell_is_left(built: Built) -> None:
    ranked = Counter(
        {
            area: grants
            for (year, area), grants in built.recount.by_area_year().items()
            if year == 2024 and area != "UNK"
        }
    )
    rows = built.rows(
        "select row_key, value from table_1_2_13 "
        "where period = '2024' and measure = 'patents_granted' order by row_no"
    )
    assert [value for _, value in rows] == [n for _, n in ranked.most_common(10)]
    missing = built.rows(
        "select row_key, cast(period as integer) from table_1_2_13 "
        "where measure = 'patents_granted' and value is null"
    )
    counts = built.recount.by_area_year()
    assert all(counts[year, area] == 0 for area, year in missing)
    expected = built.recount.by_field(Rule())[8, "TWN"]
    (found,) = built.rows(
        "select value from table_1_2_14 "
        "where row_key = 'semiconductors' and measure = 'patents_granted_twn'"
    )
    assert found[0] == pytest.approx(float(expected), abs=1e-8)


def test_both_routes_are_compared_cell_by_cell(built: Built) -> None:
    rows = built.rows(
        "select table_id, published_value, microdata_value, difference, basis "
        "from basis_comparison where table_id in ('T1-2-13', 'T1-2-14')"
    )
    assert {row[0] for row in rows} == {"T1-2-13", "T1-2-14"}
    assert all(mine - theirs == difference for _, theirs, mine, difference, _ in rows)
    assert {row[4] for row in rows} == {"microdata"}


def test_an_observation_names_its_file_and_no_line_and_stands_once(built: Built) -> None:
    rows = built.rows(
        "select indicator_id, source_id, max(source_file), count(source_row), "
        "count(*) - count(distinct (area_code, breakdown, period)) from int_patents group by all"
    )
    assert {row[0]: row[1:3] for row in rows} == {
        "patents_granted": ("uspto_bulk", "g_patent.tsv.zip"),
        "patents_granted_by_field": ("uspto_bulk", "g_ipc_at_issue.tsv.zip"),
        "patent_rank_by_field": ("uspto_bulk", "g_ipc_at_issue.tsv.zip"),
        "highly_cited_patents": ("uspto_bulk", "g_us_patent_citation.tsv.zip"),
        "highly_cited_share": ("uspto_bulk", "g_us_patent_citation.tsv.zip"),
    }
    assert {row[3:] for row in rows} == {(0, 0)}


def test_what_is_not_counted_is_told_and_adds_up(built: Built) -> None:
    rows = built.rows("select subject, part, category, records from patent_coverage")
    files = Counter[str]()
    for subject, part, _, records in rows:
        if subject == "file":
            files[part] += int(records)
    for table in built.recount.files:
        assert files[table] == sum(1 for _ in built.recount.rows(table)), table
    inventors = {
        category: records
        for subject, part, category, records in rows
        if part == "first_named_inventor" and not category.startswith("among")
    }
    assert inventors == Counter(patent.basis for patent in built.recount.patents.values())
    assert {
        *("area known", "area known by the raw place", "country code not known", "no inventor"),
        *("inventor without a place", "raw place without a country"),
        *("raw country code not known: ZZX", "raw country code not known: XX"),
    } <= set(inventors)
    unknown = sum(patent.area == "UNK" for patent in built.recount.patents.values())
    known = inventors["area known"] + inventors["area known by the raw place"]
    assert unknown == sum(inventors.values()) - known > 0


def test_the_raw_place_is_taken_where_there_is_no_other_and_never_against_it(built: Built) -> None:
    plain = Recount(built.recount.files, looks_up_raw_places=False)
    changed = {
        number
        for number, patent in built.recount.patents.items()
        if patent.area != plain.patents[number].area
    }
    assert {built.recount.patents[number].area for number in changed} == {"TWN", "USA", "JPN"}
    contradicted = {
        number for (number, _), raw in built.recount.raw.items() if raw == CONTRADICTING
    }
    rows = built.rows(
        "select granted.patent_id, origin.area_code from int_patents__granted as granted "
        "inner join int_patents__origin as origin using (origin_number)"
    )
    found = {str(number): area for number, area in rows}
    assert found == {number: patent.area for number, patent in built.recount.patents.items()}
    assert all(plain.patents[number].area == "UNK" for number in changed)
    located = [
        number for number in contradicted & set(found) if plain.patents[number].area != "UNK"
    ]
    assert len(located) > 100
    assert all(found[number] == plain.patents[number].area for number in located)


COUNTED = (
    "select grant_year, area_code, grants from int_patents__by_area_year where area_code <> 'WLD'"
)


def test_by_the_rule_none_no_raw_place_is_looked_up(built: Built) -> None:
    found = built.rows(COUNTED, Rule(place_fallback="none"), ORIGINS_AGAIN)
    plain = Recount(built.recount.files, looks_up_raw_places=False).by_area_year()
    assert {(year, area): grants for year, area, grants in found} == plain
    assert plain != built.recount.by_area_year()


@pytest.fixture
def without_optional(built: Built, tmp_path: Path) -> Path:
    """The bronze tables of the same release without the files that counting can do without."""
    bronze = tmp_path / "bronze"
    bronze.mkdir()
    for entry in (built.directory / "bronze").iterdir():
        (bronze / entry.name).symlink_to(entry)
    for table in OPTIONAL:
        directory = bronze / f"uspto_bulk__{table}"
        directory.unlink()
        directory.mkdir()
        schema = next(t for t in get_source("uspto_bulk").tables if t.name == table).columns
        pl.DataFrame(schema=schema).write_parquet(directory / "0.parquet")
    return tmp_path


def test_without_the_optional_files_nothing_is_looked_up_or_compared(
    built: Built, without_optional: Path
) -> None:
    found = built.rows(COUNTED, Rule(), ORIGINS_AGAIN, without_optional)
    plain = Recount(built.recount.files, looks_up_raw_places=False).by_area_year()
    assert {(year, area): grants for year, area, grants in found} == plain
    sql = (
        "select (select count(*) from int_patents__origin where origin_number > 994), "
        "(select count(*) from wipo_field_distance)"
    )
    again = (*ORIGINS_AGAIN, "int_patents__by_publishers_field", "wipo_field_distance")
    assert built.rows(sql, Rule(), again, without_optional) == [(0, 0)]


def test_an_edition_that_does_not_say_how_to_count_counts_by_the_defaults(
    built: Built, tmp_path: Path
) -> None:
    shutil.copytree(built.directory / "bronze", tmp_path / "bronze")
    parameters = tmp_path / "bronze" / "edition__parameter.parquet"
    said = pl.read_parquet(parameters).filter(pl.col("name").str.ends_with("_year"))
    parameters.unlink()
    said.write_parquet(parameters)
    told = ", ".join(vars(Rule()))
    sql = f"select {told} from int_patents__rule"
    assert built.rows(sql, Rule(), ("int_patents__rule",), tmp_path) == [
        tuple(vars(Rule()).values())
    ]


def test_every_kept_record_is_there(built: Built) -> None:
    kept = dict(
        built.rows(
            "select file_table, records from stg_uspto_bulk__record_count where category = 'kept'"
        )
    )
    assert kept["g_us_patent_citation"] == sum(
        pl.read_parquet(path).height
        for path in (built.directory / "bronze" / "uspto_bulk__citation").iterdir()
    )


def test_the_distance_to_the_publishers_fields_is_told_per_field_and_area(built: Built) -> None:
    own = built.recount.by_field(Rule())
    publishers = built.recount.by_field(Rule(), of_publisher=True)
    rows = built.rows(
        "select field_number, area_code, own_grants, publisher_grants, difference, "
        "relative_difference_pct, has_split_subclass, known_cause_en from wipo_field_distance"
    )
    assert len({row[:2] for row in rows}) == len(rows)
    assert {row[:2] for row in rows if row[1] != "WLD"} == set(own) | set(publishers)
    for field, area, mine, theirs, difference, relative, is_split, cause in rows:
        assert difference == mine - theirs
        assert relative == (pytest.approx(100 * difference / theirs) if theirs else None)
        assert is_split == (field in SPLIT_FIELDS)
        assert ("split subclass" in cause) == is_split
        if area != "WLD":
            assert mine == pytest.approx(float(own.get((field, area), 0)), abs=1e-8)
            assert theirs == pytest.approx(float(publishers.get((field, area), 0)), abs=1e-8)
    whole = [(mine, theirs) for _, area, mine, theirs, *_ in rows if area == "WLD"]
    patents = len(built.recount.window(Rule()))
    assert [sum(side) for side in zip(*whole, strict=True)] == pytest.approx([patents] * 2)
    # A61K is split between 14 and 16: the publisher gives its patents both.
    split = {row[0]: row[4] for row in rows if row[1] == "WLD" and row[6]}
    assert any(abs(difference) > 1 for difference in split.values())


def test_a_first_named_inventor_without_a_place_is_not_passed_over() -> None:
    """What arg_min does, which passes over NULL, and a filter on sequence 0."""
    inventors = "(values (1, 0, null), (1, 1, 'JP'), (2, 1, 'TW')) as i(patent, sequence, area)"
    wrong = duckdb.sql(f"select arg_min(area, sequence) from {inventors} where patent = 1")
    assert wrong.fetchall() == [("JP",)]
    assert duckdb.sql(f"select * from {inventors} where sequence = 0").fetchall() == [(1, 0, None)]


def test_polars_sums_of_32_bits_wrap_and_ours_do_not(built: Built) -> None:
    assert pl.Series([2**31 - 1, 1], dtype=pl.Int32).sum() < 0
    types = built.rows("select distinct typeof(grants) from int_patents__by_area_year")
    assert types == [("BIGINT",)]


@pytest.mark.skipif(not WIPO.exists(), reason="WIPO's file lies beside the repository")
def test_our_statement_of_the_fields_is_wipos() -> None:
    landed = read_wipo([WIPO])["ipc_field"].select("ipc_code", "field_number").rows()
    own = pl.read_csv(SEEDS / "wipo_field_ipc.csv").rows()
    assert sorted(landed) == sorted(
        (f"{subclass}{'' if group is None else f'{group:>4}/'}%", field)
        for subclass, group, field in own
    )
    fields = {row["field_number"] for row in csv.DictReader((SEEDS / "wipo_field.csv").open())}
    assert {str(field) for *_, field in own} == fields
