"""Whether files may become a vintage: whole, readable, and no less than the vintage before.

Here: the container, the reader and the declared tables on the files; then the comparison with the
previous vintage: coverage, units, base years, versions, and which series were created, changed,
vanished or revised. Not here: containers as such (`containers`), parsing (each publisher's module),
keeping the bytes (`snapshots`), choosing what feeds an edition (editions).

Which column plays which part is known by its name (the tables below), so that every source is
compared in the same way and a new one needs nothing but the usual column names.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from sources.bronze import build_bronze
from sources.bulk import build_bulk, digest_of_bytes
from sources.containers import Limits, inspect_container
from sources.contract import PROVENANCE, Source, SourceError, Table
from sources.releases import order_of
from sources.snapshots import Snapshot

__all__ = ["Acceptance", "accept", "inspect_container", "previous_of"]

LEAST_SHARE_OF_ROWS = 0.8
"""A vintage with a smaller share of the rows that the one before had has lost some."""

PERIODS = (
    *("time_period", "period", "year", "time", "grant_year", "reference_year", "report_year"),
    *("period_from", "period_to", "first_year", "last_year"),
)
LABELS_OF_PERIODS = ("period_label",)
"""In a key beside period_from and period_to: the label changes when a month becomes final."""
AREAS = (
    *("ref_area", "area_code", "area_name", "partner_name", "iso3_code", "reporter_code"),
    *("partner_code", "reporter_iso", "partner_iso"),
)
PARTS = ("table_id", "file_code", "table_title", "frequency", "freq")
UNITS = ("unit", "units", "unit_mult", "base_per", "scale", "multiplier", "weight_unit")
VERSIONS = ("dataflow",)
NO_VALUES = (*UNITS, "decimals", "economies", "economies_evaluated", "position", "loc_type_id")
NAMED_BY_CODE = {
    "area_name": "area_code",
    "indicator_name": "indicator_code",
    "units": "indicator_code",
}
"""Columns of a key that say again what a code says, and change with the layout."""

_SHOWN = 10
_VERSION = re.compile(r"\((\d+(?:\.\d+)*)\)")
_YEARS = r"(?:19|20)\d{2}|\b\d{2,3}年"
_FAR = 50.0


@dataclass(frozen=True)
class Change:
    """One revised value; `pct` is the relative change, None from zero."""

    series: str
    period: str
    column: str
    before: float
    now: float
    pct: float | None


@dataclass(frozen=True)
class TableChanges:
    """One table of a vintage beside the same table of the vintage before.

    A series is everything of the key but the period. `changed` counts series in another unit,
    base year or scale; `revised` those with another value for a period that both vintages have.
    The `_before` fields are None when there is nothing to compare with.
    """

    rows: int
    first_period: str | None
    last_period: str | None
    series: int
    rows_before: int | None = None
    first_period_before: str | None = None
    last_period_before: str | None = None
    created: int = 0
    vanished: int = 0
    changed: int = 0
    revised: int = 0
    values_added: int = 0
    values_withdrawn: int = 0
    values_revised: int = 0
    created_series: tuple[str, ...] = ()
    vanished_series: tuple[str, ...] = ()
    changed_series: tuple[str, ...] = ()
    largest: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Acceptance:
    """What was found out about files before they become a vintage.

    `losses` are what the vintage before had and this one has not; without a reason to accept them
    the vintage is refused when that one was the publisher's. `told` is what an editor should know:
    other units, base years, versions, links in a workbook. `frames` leaves out tables of microdata,
    which are compared by what the others say of them; `rows` are of all tables.
    """

    frames: dict[str, pl.DataFrame]
    rows: dict[str, int]
    tables: dict[str, TableChanges]
    compared_with: str | None = None
    compared_basis: str | None = None
    losses: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    accepted_loss: str | None = None

    @property
    def summary(self) -> str:
        """The findings for a person, several lines."""
        lines = ["Nothing to compare with: the first vintage of this source."]
        if self.compared_with is not None:
            lines = [f"Compared with {self.compared_with} ({self.compared_basis}):"]
        for name, table in self.tables.items():
            lines += _describe(name, table, compared=self.compared_with is not None)
        lines += [f"  Note: {text}" for text in self.told]
        lines += [f"  Less than before: {text}" for text in self.losses]
        if self.accepted_loss:
            lines.append(f"  Accepted all the same: {self.accepted_loss}")
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """The findings as the sidecar's JSON object."""
        return {
            "compared_with": self.compared_with,
            "compared_basis": self.compared_basis,
            "losses": list(self.losses),
            "accepted_loss": self.accepted_loss,
            "told": list(self.told),
            "tables": {name: _as_json(table) for name, table in self.tables.items()},
        }


@dataclass
class _Findings:
    losses: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def previous_of(snapshots: Iterable[Snapshot], vintage: str) -> Snapshot | None:
    """Return the vintage that a new one is held against.

    That is the newest from the publisher whose name comes before the new one's; without one, the
    newest from the publisher (an old release was landed late); else the newest transcribed one.
    """
    others = [snapshot for snapshot in snapshots if snapshot.vintage != vintage]
    own = [snapshot for snapshot in others if snapshot.basis == "publisher"]
    earlier = [snapshot for snapshot in own if order_of(snapshot.vintage) < order_of(vintage)]
    if earlier:
        return max(earlier, key=lambda snapshot: order_of(snapshot.vintage))
    return max(own or others, key=lambda snapshot: snapshot.obtained_at, default=None)


def accept(
    source: Source,
    files: Sequence[Path],
    vintage: str,
    previous: Snapshot | None,
    *,
    accept_loss: str | None = None,
    cache: Path | None = None,
) -> Acceptance:
    """Prove that files may become a vintage of a source.

    Args:
        source: the source.
        files: its files, not yet in the store.
        vintage: the name that the vintage will have.
        previous: the vintage to compare with (`previous_of`); its bytes must have been verified.
        accept_loss: why less coverage than before is right; kept in the sidecar.
        cache: where what files of microdata gave is kept, so that it is read once; else nowhere.

    Raises:
        SourceError: a container that is broken or hostile, whatever the reader refuses, no row,
            or less coverage than the publisher's vintage before without a reason to accept it.
    """
    if accept_loss is not None and not accept_loss.strip():
        raise SourceError(
            "The reason to accept a loss is empty.", expected="a sentence that a reader can follow"
        )
    limits = Limits(inflated_bytes=source.max_inflated_bytes)
    # A bulk reader proves a member's length and CRC itself, in its one pass.
    whole = source.bulk is None
    notes = [note for path in files for note in inspect_container(path, limits, whole=whole).notes]
    with tempfile.TemporaryDirectory() as temporary:
        kept = cache if cache is not None else Path(temporary)
        frames, rows = read_tables(source, files, vintage, kept)
        found = compare(source, frames, previous, files, rows=rows, cache=kept)
    found = replace(found, told=(*notes, *found.told))
    if not found.losses:
        return found
    if accept_loss is not None:
        return replace(found, accepted_loss=accept_loss.strip())
    if found.compared_basis != "publisher":
        # Transcribed numbers are what a book printed, not what the publisher covers.
        return found
    raise SourceError(
        f"{source.id} {vintage} has less than {found.compared_with}: "
        + "; ".join(found.losses)
        + ".",
        file=", ".join(path.name for path in files),
        expected="at least the coverage of the vintage before",
        todo="get the whole release, with all its files, as one vintage; if the publisher really "
        'dropped it, land it with --accept-loss "why"',
    )


def compare(
    source: Source,
    frames: dict[str, pl.DataFrame],
    previous: Snapshot | None,
    files: Sequence[Path] = (),
    *,
    rows: dict[str, int] | None = None,
    cache: Path | None = None,
) -> Acceptance:
    """Hold the tables of a vintage against those of the vintage before; nothing is refused.

    Of microdata the traced tables are compared, which say what came from which file. A source that
    is `compared_by_files` must have every file again, none a fifth smaller.
    """
    before: Mapping[str, pl.DataFrame] = {}
    findings = _Findings()
    if previous is not None:
        try:
            with tempfile.TemporaryDirectory() as temporary:
                kept = cache if cache is not None else Path(temporary)
                before, _ = read_tables(source, previous.paths, previous.vintage, kept)
        except SourceError as error:
            findings.told.append(f"not compared: {previous.vintage} cannot be read ({error})")
    if previous is not None and source.compared_by_files:
        findings.losses += _lost_files(files, previous)
    tables = {
        table.name: _compare(source, table, frames[table.name], before.get(table.name), findings)
        for table in source.tables
        if table.traced
    }
    is_compared = bool(before)
    return Acceptance(
        frames=frames,
        rows=rows or {name: frame.height for name, frame in frames.items()},
        tables=tables,
        compared_with=previous.vintage if previous is not None and is_compared else None,
        compared_basis=previous.basis if previous is not None and is_compared else None,
        losses=tuple(findings.losses),
        told=tuple(findings.told),
    )


def read_tables(
    source: Source, files: Sequence[Path], vintage: str, cache: Path
) -> tuple[dict[str, pl.DataFrame], dict[str, int]]:
    """Return a vintage's tables, without those of microdata, and the rows of all of them.

    Raises:
        SourceError: what the reader raises.
    """
    if source.bulk is not None:
        digests = {path: digest_of_bytes(path) for path in files}
        built = build_bulk(source, digests, vintage, cache)
        return built.frames, built.rows
    frames = build_bronze(source, files, vintage)
    return frames, {name: frame.height for name, frame in frames.items()}


@dataclass(frozen=True)
class _Roles:
    """Which columns of a table play which part, in both vintages."""

    series: list[str]
    periods: list[str]
    values: list[str]
    units: list[str]
    members: list[str]


def _compare(
    source: Source,
    table: Table,
    now: pl.DataFrame,
    before: pl.DataFrame | None,
    findings: _Findings,
) -> TableChanges:
    frames = [now] if before is None else [now, before]
    roles = _roles(table, frames)
    current = _prepared(now, roles)
    first, last = _span(current)
    series = current.select("_series").n_unique()
    if before is None or (before.is_empty() and now.is_empty()):
        return TableChanges(now.height, first, last, series)
    old = _prepared(before, roles)
    first_before, last_before = _span(old)
    findings.losses += _losses(source, table, roles, current, old)
    findings.told += _versions(table, current, old, findings)
    created, vanished = (
        one.select("_series").unique().join(other.select("_series").unique(), "_series", "anti")
        for one, other in ((current, old), (old, current))
    )
    findings.told += _renamed(table, created["_series"], vanished["_series"])
    both = current.join(old, on=["_series", "_period"], suffix="_before", how="inner")
    changed = _changed_units(table, roles, both, findings)
    revised = _revisions(roles, both)
    _tell_scale(table, roles, both, findings)
    in_same_unit = revised.join(pl.DataFrame({"_series": changed}), "_series", "anti")
    return TableChanges(
        rows=now.height,
        first_period=first,
        last_period=last,
        series=series,
        rows_before=before.height,
        first_period_before=first_before,
        last_period_before=last_before,
        created=created.height,
        vanished=vanished.height,
        changed=len(changed),
        revised=revised["_series"].n_unique(),
        values_added=_count_missing_in(current, old, roles),
        values_withdrawn=_count_missing_in(old, current, roles),
        values_revised=revised.height,
        created_series=tuple(created["_series"].sort().head(_SHOWN)),
        vanished_series=tuple(vanished["_series"].sort().head(_SHOWN)),
        changed_series=tuple(changed.sort().head(_SHOWN)),
        largest=_largest(in_same_unit if in_same_unit.height else revised),
    )


def _lost_files(files: Sequence[Path], previous: Snapshot) -> list[str]:
    sizes = {path.name: path.stat().st_size for path in files}
    lost = [
        f"there is no {file.name} any more" for file in previous.files if file.name not in sizes
    ]
    return lost + [
        f"{file.name} has {sizes[file.name]:,} bytes instead of {file.size_bytes:,}"
        for file in previous.files
        if file.name in sizes and sizes[file.name] < LEAST_SHARE_OF_ROWS * file.size_bytes
    ]


def _roles(table: Table, frames: Sequence[pl.DataFrame]) -> _Roles:
    key = list(table.key)
    if {"period_from", "period_to"} <= table.columns.keys():
        key = [name for name in key if name not in LABELS_OF_PERIODS]
        key += [name for name in ("period_from", "period_to") if name not in key]
        if not set(table.key) & {*LABELS_OF_PERIODS, "period_from", "period_to"}:
            key = list(table.key)  # the span is what is said of a row, not when it is
    short = [
        name
        for name in key
        if NAMED_BY_CODE.get(name) not in key
        or any(frame[NAMED_BY_CODE[name]].null_count() for frame in frames)
    ]
    if not any(frame.select(short).is_duplicated().any() for frame in frames):
        key = short
    periods = [name for name in key if name in PERIODS]
    values = [
        name
        for name, dtype in table.columns.items()
        if dtype.is_numeric() and name not in {*table.key, *NO_VALUES}
    ]
    members = [
        name
        for name in (*AREAS, *PARTS)
        if name in table.columns
        and not any(frame[name].null_count() == frame.height for frame in frames if frame.height)
    ]
    # Names differ between layouts, but are what there is where a layout has no codes.
    by_code = {name for name in members if NAMED_BY_CODE.get(name) in {*key} & {*members}}
    members = [name for name in members if name not in by_code]
    return _Roles(
        series=[name for name in key if name not in periods],
        periods=periods,
        values=values,
        units=[name for name in UNITS if name in table.columns and name not in key],
        members=members,
    )


def _prepared(frame: pl.DataFrame, roles: _Roles) -> pl.DataFrame:
    """Add `_series` and `_period`, one text each, and `_has_value`."""

    def joined(names: Sequence[str], separator: str) -> pl.Expr:
        texts = [pl.col(name).cast(pl.String).fill_null("") for name in names]
        return pl.concat_str(texts, separator=separator) if texts else pl.lit("")

    has_value = [pl.col(name).is_not_null() for name in roles.values]
    ends = [pl.col(name).cast(pl.String) for name in roles.periods]
    is_one = ends[0] == ends[-1] if ends else pl.lit(False)
    named = {*roles.series, *roles.periods}
    return frame.drop(set(PROVENANCE) - named, strict=False).with_columns(
        _series=joined(roles.series, " | "),
        # From a month to itself is that month.
        _period=pl.when(is_one)
        .then(ends[0] if ends else None)
        .otherwise(joined(roles.periods, " to ")),
        _has_value=pl.any_horizontal(has_value) if has_value else pl.lit(True),
    )


def _span(frame: pl.DataFrame) -> tuple[str | None, str | None]:
    filled = frame.filter(pl.col("_has_value") & (pl.col("_period") != ""))["_period"]
    if filled.is_empty():
        return None, None
    return str(filled.min()), str(filled.max())


def _losses(
    source: Source, table: Table, roles: _Roles, now: pl.DataFrame, before: pl.DataFrame
) -> list[str]:
    filled, filled_before = now.filter("_has_value"), before.filter("_has_value")
    found = []
    for name in roles.members:
        gone = sorted(set(filled_before[name].drop_nulls()) - set(filled[name].drop_nulls()))
        if gone:
            found.append(f"{table.name} has no {name} {_listed(gone)} any more")
    is_span = pl.col("period_kind") == "range" if "period_kind" in now.columns else pl.lit(False)
    # A year-to-date range ends and is replaced: it is no coverage.
    periods, periods_before = (
        set(frame.filter(~is_span & (pl.col("_period") != ""))["_period"])
        for frame in (filled, filled_before)
    )
    gone = sorted(periods_before - periods)
    if source.rolling and periods and gone:
        gone = [period for period in gone if period > max(periods)]
    if gone:
        found.append(f"{table.name} has no period {_listed(gone)} any more")
    if filled.height < LEAST_SHARE_OF_ROWS * filled_before.height:
        found.append(
            f"{table.name} has {filled.height:,} rows with a value instead of "
            f"{filled_before.height:,}"
        )
    return found


def _versions(
    table: Table, now: pl.DataFrame, before: pl.DataFrame, findings: _Findings
) -> list[str]:
    told = []
    for name in VERSIONS:
        if name not in table.columns or now.is_empty() or before.is_empty():
            continue
        new, old = (set(frame[name].drop_nulls()) for frame in (now, before))
        if new == old:
            continue
        told.append(f"{table.name} is of {_listed(sorted(new))}, before of {_listed(sorted(old))}")
        if _newest(new) < _newest(old):
            findings.losses.append(
                f"{table.name} is of an older version of its flow ({_listed(sorted(new))}, before "
                f"{_listed(sorted(old))})"
            )
    return told


def _newest(references: Iterable[str]) -> tuple[int, ...]:
    numbers = [
        tuple(int(part) for part in found[1].split("."))
        for reference in references
        if (found := _VERSION.search(reference))
    ]
    return max(numbers, default=())


def _renamed(table: Table, created: pl.Series, vanished: pl.Series) -> list[str]:
    """Tell of series that differ from a vanished one in a year of their names only."""

    def masked(series: pl.Series) -> pl.DataFrame:
        return pl.DataFrame({"name": series, "mask": series.str.replace_all(_YEARS, "#")})

    pairs = masked(vanished).join(masked(created), on="mask", how="inner", suffix="_now")
    if pairs.is_empty():
        return []
    old, _, new = pairs.sort("name").row(0)
    count = pairs["name"].n_unique()
    return [
        f"{table.name}: {count} series came back under another base or reference year, such as "
        f"'{old}', now '{new}'"
    ]


def _changed_units(
    table: Table, roles: _Roles, both: pl.DataFrame, findings: _Findings
) -> pl.Series:
    """Return the series whose unit, base year or scale is another one."""
    changed: list[pl.Series] = []
    for name in roles.units:
        differs = both.filter(
            pl.col(name).ne_missing(pl.col(f"{name}_before")) & pl.col("_has_value")
        )
        if differs.is_empty():
            continue
        changed.append(differs["_series"])
        pairs = differs.select(
            pl.format(
                "{} instead of {}",
                *(
                    pl.col(column).cast(pl.String).fill_null("nothing")
                    for column in (name, f"{name}_before")
                ),
            )
        ).to_series()
        findings.told.append(
            f"{table.name}: {name} is another one in {differs['_series'].n_unique()} series "
            f"({_listed(pairs.unique().sort().to_list())}), such as {differs['_series'][0]}"
        )
    empty = pl.Series("_series", [], dtype=pl.String)
    return pl.concat([empty, *changed]).unique()


def _revisions(roles: _Roles, both: pl.DataFrame) -> pl.DataFrame:
    """Return a row per value that both vintages have and that differs."""
    parts = [
        both.select(
            "_series",
            "_period",
            pl.lit(name).alias("column"),
            pl.col(f"{name}_before").cast(pl.Float64).alias("before"),
            pl.col(name).cast(pl.Float64).alias("now"),
        ).filter(pl.col("before") != pl.col("now"))
        for name in roles.values
    ]
    schema = {
        "_series": pl.String,
        "_period": pl.String,
        "column": pl.String,
        "before": pl.Float64,
        "now": pl.Float64,
    }
    return pl.concat([pl.DataFrame(schema=schema), *parts])


def _largest(revised: pl.DataFrame) -> tuple[Change, ...]:
    relative = (pl.col("now") - pl.col("before")) / pl.col("before").abs() * 100
    by_size = (
        revised.with_columns(pct=relative)
        .with_columns(size=pl.col("pct").abs())
        .sort("size", "_series", "_period", descending=[True, False, False])
        .head(_SHOWN)
    )
    return tuple(
        Change(series, period, column, old, new, None if old == 0 else pct)
        for series, period, column, old, new, pct, _ in by_size.rows()
    )


def _tell_scale(table: Table, roles: _Roles, both: pl.DataFrame, findings: _Findings) -> None:
    """Tell when most values are far larger or smaller than before: the unit, not the world."""
    for name in roles.values:
        ratio = (
            both.filter((pl.col(f"{name}_before") != 0) & (pl.col(name) != 0))
            .select((pl.col(name) / pl.col(f"{name}_before")).abs().median())
            .item()
        )
        if ratio is not None and (ratio >= _FAR or ratio <= 1 / _FAR):
            findings.told.append(
                f"{table.name}: half of the values of {name} are {ratio:,.6g} times those before "
                "or more; the unit seems to be another one"
            )


def _count_missing_in(one: pl.DataFrame, other: pl.DataFrame, roles: _Roles) -> int:
    """Count the rows with a value in `one` for which `other` has none."""
    filled = other.filter("_has_value").select("_series", "_period")
    return one.filter("_has_value").join(filled, on=["_series", "_period"], how="anti").height


def _listed(names: Sequence[object]) -> str:
    shown = ", ".join(map(str, names[:_SHOWN]))
    return shown + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")


def _describe(name: str, table: TableChanges, *, compared: bool) -> list[str]:
    span = _span_text(table.first_period, table.last_period)
    head = f"  {name}: {table.rows:,} rows{span}, {table.series:,} series"
    if not compared or table.rows_before is None:
        return [head]
    before = _span_text(table.first_period_before, table.last_period_before)
    lines = [
        f"{head} (before: {table.rows_before:,} rows{before})",
        f"    series  {table.created:,} created, {table.changed:,} changed, "
        f"{table.vanished:,} vanished, {table.revised:,} revised",
        f"    values  {table.values_added:,} added, {table.values_withdrawn:,} withdrawn, "
        f"{table.values_revised:,} revised",
    ]
    for word, names in (("created", table.created_series), ("vanished", table.vanished_series)):
        lines += [f"    {word}  {text}" for text in names[:3]]
    lines += [
        f"    revised  {change.series} {change.period}: {change.before:,.10g} -> "
        f"{change.now:,.10g}" + ("" if change.pct is None else f" ({change.pct:+,.2f} %)")
        for change in table.largest[:5]
    ]
    return lines


def _span_text(first: str | None, last: str | None) -> str:
    return f", {first} to {last}" if first is not None else ""


def _as_json(table: TableChanges) -> dict[str, Any]:
    facts = {name: value for name, value in vars(table).items() if value not in (None, ())}
    if table.largest:
        facts["largest"] = [vars(change) for change in table.largest]
    return {name: list(v) if isinstance(v, tuple) else v for name, v in facts.items()}
