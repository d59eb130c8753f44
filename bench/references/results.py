"""The results of a variant as text, so that they can be compared to the last digit.

Here: writing them and their hash; the SQL that is common to the variants that speak SQL, which
tells them apart only by how the text gets into DuckDB. Not here: reading (each variant's own).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb

FIRST_YEAR, LAST_YEAR = 2020, 2024
UNKNOWN = "UNK"
SHARES = 720_720
"""Divisible by every number up to 16: a patent's share of a field is a whole number of these."""

PREPARED = f"""
-- Relations that the variant brings:
--   patent(id integer, year integer)             utility grants, not withdrawn
--   inventor(id integer, sequence integer, location varchar)
--   place(location varchar, country varchar)     may list a location twice
--   symbol(id integer, subclass varchar, main_group integer)
--   citation(citing integer, cited integer)      numbers of utility patents
--   rule(subclass varchar, main_group integer, field integer)
--   known(country varchar, area varchar)
create temp table origin as
with first_inventor as (
    -- arg_min would pass over an inventor without a location
    select id, unnest(min(struct_pack(sequence := sequence, location := location))) from inventor
    group by id
), country as (
    select location, max(country) as country from place group by location
)
select patent.id, patent.year, coalesce(known.area, '{UNKNOWN}') as area
from patent
left join first_inventor on patent.id = first_inventor.id
left join country on first_inventor.location = country.location
left join known on country.country = known.country
"""

RESULTS = {
    "grants": "select area, year, count(*) from origin group by all",
    "fields": f"""
        with recent as (
            select * from origin where year between {FIRST_YEAR} and {LAST_YEAR}
        ), field_of as (
            select distinct symbol.id, rule.field
            from symbol
            join rule
                on symbol.subclass = rule.subclass
                and (rule.main_group is null or symbol.main_group = rule.main_group)
            where symbol.id in (select id from recent)
        ), share as (
            select id, field, {SHARES} // count(*) over (partition by id) as share from field_of
        ), counted as (
            select coalesce(field, 0) as field, area, sum(coalesce(share, {SHARES})) as shares
            from recent left join share on recent.id = share.id
            group by all
        )
        select
            field, area, printf('%.6f', shares / {SHARES}),
            case
                when area <> '{UNKNOWN}'
                then rank() over (partition by field, area = '{UNKNOWN}' order by shares desc)
            end
        from counted
    """,
    "cited": f"""
        with recent as (
            select * from origin where year between {FIRST_YEAR} and {LAST_YEAR}
        ), received as (
            select cited, count(distinct citing) as times
            from citation
            where cited in (select id from recent) and citing in (select id from patent)
            group by cited
        ), placed as (
            select
                area, year, coalesce(times, 0) as times,
                count(*) over (partition by year) / 10 as tenth,
                rank() over (partition by year order by coalesce(times, 0) desc) - 1 as above,
                count(*) over (partition by year, coalesce(times, 0)) as equals
            from recent left join received on recent.id = received.cited
        ), highly_cited as (
            select area, sum(least(1.0::double, greatest(0.0::double, (tenth - above) / equals)))
                as patents
            from placed
            group by area
        )
        select
            area, printf('%.6f', patents), printf('%.6f', 100 * patents / sum(patents) over ())
        from highly_cited
        where patents > 0
    """,
}


def bring_rules(connection: duckdb.DuckDBPyConnection, rules: Path) -> None:
    """Bring the relations `rule` and `known` from the directory of rules."""
    for name, file in (("rule", "fields.csv"), ("known", "areas.csv")):
        # NA is Namibia
        connection.execute(
            f"create view {name} as from read_csv('{rules / file}', nullstr = '', header = true)"
        )


def patent_results(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    """Compute the three results from the relations named in `PREPARED`."""
    connection.execute(PREPARED)
    return {name: connection.execute(sql).fetchall() for name, sql in RESULTS.items()}


def as_text(rows: Iterable[Sequence[object]]) -> list[str]:
    """Return rows as sorted lines, `|` between fields, nothing for a missing one."""
    return sorted("|".join("" if value is None else str(value) for value in row) for row in rows)


def digest_of(lines: Sequence[str]) -> str:
    """Return the sha256 of a result's lines."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def write(out: Path, results: Mapping[str, Iterable[Sequence[object]]]) -> None:
    """Write the lines of each result and their sha256 as JSON."""
    lines = {name: as_text(rows) for name, rows in results.items()}
    digest = {name: digest_of(found) for name, found in lines.items()}
    out.write_text(json.dumps({"sha256": digest, "lines": lines}), encoding="utf-8")
