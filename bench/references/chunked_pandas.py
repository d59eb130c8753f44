"""USER: what a user of pandas would write, in chunks. For a tenth of the data, not for all."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pandas as pd

from bench.references import results

CHUNK = 1_000_000


def chunks(raw: Path, table: str, columns: list[str]) -> Iterator[pd.DataFrame]:
    yield from pd.read_csv(
        raw / f"{table}.tsv.zip",
        sep="\t",
        usecols=columns,
        dtype=str,
        keep_default_na=False,
        chunksize=CHUNK,
    )


def origins(raw: Path, rules: Path) -> pd.DataFrame:
    """Return id, year and area of the utility grants that are not withdrawn."""
    parts = []
    columns = ["patent_id", "patent_type", "patent_date", "withdrawn"]
    for chunk in chunks(raw, "g_patent", columns):
        chunk = chunk[(chunk.patent_type == "utility") & (chunk.withdrawn == "0")]
        year = chunk.patent_date.str[:4].astype("int32")
        parts.append(pd.DataFrame({"id": chunk.patent_id.astype("int32"), "year": year}))
    patents = pd.concat(parts)
    firsts = []
    columns = ["patent_id", "inventor_sequence", "location_id"]
    for chunk in chunks(raw, "g_inventor_disambiguated", columns):
        chunk = chunk[chunk.patent_id.str.isdigit()]
        chunk = chunk.assign(
            id=chunk.patent_id.astype("int32"), sequence=chunk.inventor_sequence.astype("int32")
        )
        firsts.append(chunk.sort_values("sequence").drop_duplicates("id"))
    first = pd.concat(firsts).sort_values("sequence").drop_duplicates("id")
    places = pd.concat(
        chunks(raw, "g_location_disambiguated", ["location_id", "disambig_country"])
    ).drop_duplicates("location_id")
    country = places.set_index("location_id").disambig_country
    known = pd.read_csv(rules / "areas.csv", keep_default_na=False).set_index("country").area
    area = first.location_id.map(country).map(known)
    found = pd.Series(area.to_numpy(), index=first.id.to_numpy())
    patents["area"] = patents.id.map(found).fillna(results.UNKNOWN)
    return patents.reset_index(drop=True)


def fields(raw: Path, rules: Path, recent: pd.DataFrame) -> list[tuple[object, ...]]:
    wanted = set(recent.id.astype(str))
    rule = pd.read_csv(rules / "fields.csv")
    whole = rule[rule.main_group.isna()].set_index("subclass").field
    split = rule[rule.main_group.notna()].set_index(["subclass", "main_group"]).field
    found = []
    columns = ["patent_id", "section", "ipc_class", "subclass", "main_group"]
    for chunk in chunks(raw, "g_ipc_at_issue", columns):
        chunk = chunk[chunk.patent_id.isin(wanted)]
        code = chunk.section + chunk.ipc_class + chunk.subclass
        group = pd.to_numeric(chunk.main_group, errors="coerce")
        field = code.map(whole)
        of_group = pd.Series(
            split.reindex(pd.MultiIndex.from_arrays([code, group])).to_numpy(), index=chunk.index
        )
        field = field.fillna(of_group).dropna().astype(int)
        found.append(pd.DataFrame({"id": chunk.patent_id[field.index].astype("int32"), "f": field}))
    pairs = pd.concat(found).drop_duplicates()
    pairs["share"] = results.SHARES // pairs.groupby("id").f.transform("size")
    joined = recent.merge(pairs, on="id", how="left")
    joined["f"] = joined.f.fillna(0).astype(int)
    joined["share"] = joined.share.fillna(results.SHARES).astype("int64")
    counted = joined.groupby(["f", "area"]).share.sum().reset_index()
    known = counted[counted.area != results.UNKNOWN]
    counted["rank"] = known.groupby("f").share.rank(method="min", ascending=False)
    return [
        (
            row.f,
            row.area,
            six_decimals(Fraction(row.share, results.SHARES)),
            None if pd.isna(row.rank) else int(row.rank),
        )
        for row in counted.set_axis(["f", "area", "share", "rank"], axis=1).itertuples(
            index=False, name="Row"
        )
    ]


def cited(raw: Path, patents: pd.DataFrame, recent: pd.DataFrame) -> list[tuple[object, ...]]:
    wanted, granted = set(recent.id.astype(str)), set(patents.id.astype(str))
    pairs = []
    for chunk in chunks(raw, "g_us_patent_citation", ["patent_id", "citation_patent_id"]):
        chunk = chunk[chunk.citation_patent_id.isin(wanted)]
        pairs.append(chunk[chunk.patent_id.isin(granted)].drop_duplicates())
    times = pd.concat(pairs).drop_duplicates().groupby("citation_patent_id").size()
    times.index = times.index.astype("int32")
    recent = recent.assign(times=recent.id.map(times).fillna(0).astype(int))
    highly: dict[str, Fraction] = {}
    for _, cohort in recent.groupby("year"):
        left = Fraction(len(cohort), 10)
        for _, equals in sorted(cohort.groupby("times"), reverse=True, key=lambda item: item[0]):
            weight = min(Fraction(1), left / len(equals))
            for area, count in equals.area.value_counts().items():
                highly[area] = highly.get(area, Fraction(0)) + weight * count
            left -= weight * len(equals)
            if not left:
                break
    total = sum(highly.values())
    return [
        (area, six_decimals(patents), six_decimals(100 * patents / total))
        for area, patents in highly.items()
    ]


def six_decimals(value: Fraction) -> str:
    return f"{round(value * 10**6) / 10**6:.6f}"


def main(raw: Path, rules: Path, out: Path) -> None:
    patents = origins(raw, rules)
    recent = patents[patents.year.between(results.FIRST_YEAR, results.LAST_YEAR)]
    grants = patents.groupby(["area", "year"]).size()
    results.write(
        out,
        {
            "grants": [(*key, count) for key, count in grants.items()],
            "fields": fields(raw, rules, recent),
            "cited": cited(raw, patents, recent),
        },
    )


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
