"""The bulk tables of granted patents as typed Parquet: what counting grants and citations needs.

Here: which columns of which table, their types, and which records stay out and are counted. Not
here: inflating, counting and parsing as such (`zipped_records`), fetching (`uspto_api`), the source
as a whole (`uspto_bulk`), any statistic (dbt_project).

The form: one TSV per zip, named like the zip; header row; fields parted by TAB, every text in
double quotes, `""` for a quote; TABs and line feeds may stand inside quotes. Optional columns come
and go between releases, so columns are chosen by name.

Utility patents only. Their ids are numbers and kept as such (a text key would cost ten times the
memory); ids of designs (D), plants (PP), reissues (RE) and others are none and are never cast to
one: their records are counted in `record_count`, by what they are, and go no further.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from sources.containers import Limits, inspect_container
from sources.contract import SourceError, Table
from sources.zipped_records import Chunk, ZippedRecords, columns_of, read_all, require_columns

PATENT = Table(
    name="patent",
    columns={
        "patent_id": pl.Int32(),
        "grant_date": pl.Date(),
        "is_withdrawn": pl.Boolean(),
    },
    key=("patent_id",),
    description="A utility patent, with its day of grant.",
    traced=False,
)
INVENTOR = Table(
    name="inventor",
    columns={
        "patent_id": pl.Int32(),
        "inventor_sequence": pl.Int32(),
        "location_key": pl.Int64(),
    },
    key=("patent_id", "inventor_sequence"),
    description="An inventor of a utility patent and the key of where they live; the first-named "
    "has the lowest inventor_sequence, which is 0 or 1.",
    traced=False,
)
LOCATION = Table(
    name="location",
    columns={
        "location_id": pl.String(),
        "location_key": pl.Int64(),
        "country_code": pl.String(),
    },
    key=("location_id",),
    description="A place of inventors, its key and its country, ISO 3166 alpha-2 or a former "
    "state's.",
    traced=False,
)
IPC = Table(
    name="ipc",
    columns={
        "patent_id": pl.Int32(),
        "ipc_sequence": pl.Int32(),
        "ipc_subclass": pl.String(),
        "main_group": pl.Int32(),
    },
    key=("patent_id", "ipc_sequence"),
    description="An IPC symbol of a utility patent at issue: its subclass in four characters "
    "(section, class in two digits, subclass) and its main group.",
    traced=False,
)
CITATION = Table(
    name="citation",
    columns={"citing_patent_id": pl.Int32(), "cited_patent_id": pl.Int32()},
    key=("citing_patent_id", "cited_patent_id"),
    description="A utility patent cites another; the same pair may be listed twice.",
    traced=False,
)
RAW_INVENTOR = Table(
    name="raw_inventor",
    columns={
        "patent_id": pl.Int32(),
        "inventor_sequence": pl.Int32(),
        "raw_location_id": pl.String(),
    },
    key=("patent_id", "inventor_sequence"),
    description="An inventor of a utility patent and the place as it stands on the patent, which "
    "the publisher may have found no location for. Empty where the file was not landed.",
    traced=False,
)
RAW_LOCATION = Table(
    name="raw_location",
    columns={
        "raw_location_id": pl.String(),
        "country_code": pl.String(),
        "state_code": pl.String(),
    },
    key=("raw_location_id",),
    description="A place as it stands on a patent: codes as written there. Empty where the file "
    "was not landed.",
    traced=False,
)
WIPO_FIELD = Table(
    name="wipo_field",
    columns={
        "patent_id": pl.Int32(),
        "field_sequence": pl.Int32(),
        "field_number": pl.Int32(),
    },
    key=("patent_id", "field_number"),
    description="A technology field that the publisher gives a utility patent: to compare with, "
    "never to count from. Empty where the file was not landed.",
    traced=False,
)
RECORD_COUNT = Table(
    name="record_count",
    columns={"table_id": pl.String(), "category": pl.String(), "records": pl.Int64()},
    key=("table_id", "category"),
    description="Records of a file: 'kept', or why they stay out. They add up to the records that "
    "were counted in the file.",
)
TABLES = (
    *(PATENT, INVENTOR, LOCATION, IPC, CITATION),
    *(RAW_INVENTOR, RAW_LOCATION, WIPO_FIELD),
    RECORD_COUNT,
)

KEPT = "kept"
LIMITS = Limits(inflated_bytes=128 << 30, members=1)
"""The longest tables inflate to tens of gigabytes; a bomb still shows in the ratio."""

MOST_INVENTORS = 9_999
"""Of one patent. Models put their numbers and the inventor's country into one number."""

_DATE = "%Y-%m-%d"
_AGAIN = "download the file again from the portal"

Columns = Mapping[str, type[pl.DataType]]
Counts = Counter[str]


@dataclass(frozen=True)
class _Place:
    """Where a chunk stands, for what is to be told of it."""

    file: Path
    records: str


@dataclass(frozen=True)
class _Kind:
    """A file: the columns it must have, and how a chunk of it becomes rows of a table."""

    needed: Columns
    table: Table | None = None
    typed: Callable[[pl.DataFrame, Counts, _Place], pl.DataFrame] | None = None
    dictionary: tuple[str, ...] = field(default=())
    is_optional: bool = False


def _patents(frame: pl.DataFrame, counts: Counts, place: _Place) -> pl.DataFrame:
    types = frame["patent_type"].fill_null("no type").str.to_lowercase()
    utility = frame.filter(types == "utility")
    others = types.filter(types != "utility").value_counts()
    counts.update(dict(others.iter_rows()))
    typed = utility.select(
        pl.when(pl.col("patent_id").str.contains(r"^[1-9][0-9]{0,8}$"))
        .then("patent_id")
        .cast(pl.Int32, strict=False),
        pl.col("patent_date").str.to_date(_DATE, strict=False).alias("grant_date"),
        pl.when(pl.col("withdrawn").is_in([0, 1]))
        .then(pl.col("withdrawn") == 1)
        .alias("is_withdrawn"),
    )
    expected = "the number of a utility patent", f"a day such as 2024-12-31 ({_DATE})", "0 or 1"
    for name, given, right in zip(
        typed.columns, utility.columns[:1] + utility.columns[2:], expected, strict=True
    ):
        _refuse_null(typed[name], utility[given], right, place)
    return typed


def _inventors(frame: pl.DataFrame, counts: Counts, place: _Place) -> pl.DataFrame:
    typed = _of_utility(frame, counts)
    typed = _with_inventor_sequence(typed, place)
    return typed.select("patent_id", "inventor_sequence", _location_key())


def _with_inventor_sequence(typed: pl.DataFrame, place: _Place) -> pl.DataFrame:
    given = pl.col("inventor_sequence")
    typed = typed.with_columns(pl.when(given.is_between(0, MOST_INVENTORS)).then(given))
    expected = f"a whole number from 0 to {MOST_INVENTORS:,}"
    _refuse_null(typed["inventor_sequence"], None, expected, place)
    return typed


def _locations(frame: pl.DataFrame, counts: Counts, place: _Place) -> pl.DataFrame:
    typed = frame.select(
        _none_if_empty("location_id"),
        _location_key(),
        _none_if_empty("disambig_country").alias("country_code"),
    )
    counts["no location id"] += typed["location_id"].null_count()
    return typed.drop_nulls("location_id")


def _symbols(frame: pl.DataFrame, counts: Counts, place: _Place) -> pl.DataFrame:
    typed = _of_utility(frame, counts)
    _refuse_null(typed["ipc_sequence"], None, "a whole number", place)
    letters = [pl.col(name).fill_null("") for name in ("section", "ipc_class", "subclass")]
    letters[1] = letters[1].str.zfill(2)
    return typed.select(
        "patent_id",
        "ipc_sequence",
        pl.concat_str(letters).alias("ipc_subclass"),
        "main_group",
    )


def _citations(frame: pl.DataFrame, counts: Counts, place: _Place) -> pl.DataFrame:
    typed = frame.rename({"patent_id": "citing_patent_id", "citation_patent_id": "cited_patent_id"})
    citing, cited = (typed[name].is_null() for name in CITATION.columns)
    counts["citing patent is no utility patent"] += int(citing.sum())
    counts["cited patent is no utility patent"] += int((cited & ~citing).sum())
    return typed.drop_nulls()


def _raw_inventors(frame: pl.DataFrame, counts: Counts, place: _Place) -> pl.DataFrame:
    typed = _of_utility(frame, counts).rename({"rawlocation_id": "raw_location_id"})
    typed = _with_inventor_sequence(typed, place)
    return typed.with_columns(_none_if_empty("raw_location_id"))


def _raw_locations(frame: pl.DataFrame, counts: Counts, place: _Place) -> pl.DataFrame:
    typed = frame.select(
        _none_if_empty("rawlocation_id").alias("raw_location_id"),
        _none_if_empty("raw_country").alias("country_code"),
        _none_if_empty("raw_state").alias("state_code"),
    )
    counts["no raw location id"] += typed["raw_location_id"].null_count()
    return typed.drop_nulls("raw_location_id")


def _fields(frame: pl.DataFrame, counts: Counts, place: _Place) -> pl.DataFrame:
    typed = _of_utility(frame, counts).rename(
        {"wipo_field_sequence": "field_sequence", "wipo_field_id": "field_number"}
    )
    _refuse_null(typed["field_sequence"], None, "a whole number", place)
    counts["no technology field"] += typed["field_number"].null_count()
    return typed.drop_nulls("field_number")


def _of_utility(frame: pl.DataFrame, counts: Counts) -> pl.DataFrame:
    counts["no utility patent"] += frame["patent_id"].null_count()
    return frame.drop_nulls("patent_id")


def _location_key() -> pl.Expr:
    """The hash of a place's id: 20 million of the 36 letters would cost as much as all the rest.

    That no two ids of a release share one is tested at every refresh; `bulk.digest_of_code` sees to
    it that the files of a release are hashed alike.
    """
    return pl.when(pl.col("location_id") != "").then(
        pl.col("location_id").hash().reinterpret(signed=True).alias("location_key")
    )


def _none_if_empty(name: str) -> pl.Expr:
    return pl.when(pl.col(name) != "").then(name)


def _refuse_null(typed: pl.Series, given: pl.Series | None, expected: str, place: _Place) -> None:
    if not typed.null_count():
        return
    at = typed.is_null().arg_max() or 0
    value = "" if given is None else f" '{given[at]}'"
    raise SourceError(
        f"{typed.null_count():,} values of {typed.name if given is None else given.name} cannot be "
        f"read, such as{value or ' an empty one'}.",
        file=place.file,
        place=place.records,
        expected=expected,
        todo="see whether the release has another form, or " + _AGAIN,
    )


TEXT, NUMBER = pl.String, pl.Int32
KINDS: Mapping[str, _Kind] = {
    "g_patent": _Kind(
        {"patent_id": TEXT, "patent_type": TEXT, "patent_date": TEXT, "withdrawn": NUMBER},
        PATENT,
        _patents,
    ),
    "g_inventor_disambiguated": _Kind(
        {"patent_id": NUMBER, "inventor_sequence": NUMBER, "location_id": TEXT},
        INVENTOR,
        _inventors,
        ("location_key",),
    ),
    "g_location_disambiguated": _Kind(
        {"location_id": TEXT, "disambig_country": TEXT}, LOCATION, _locations, ("country_code",)
    ),
    "g_ipc_at_issue": _Kind(
        {
            **{"patent_id": NUMBER, "ipc_sequence": NUMBER, "section": TEXT},
            **{"ipc_class": TEXT, "subclass": TEXT, "main_group": NUMBER},
        },
        IPC,
        _symbols,
        ("ipc_subclass",),
    ),
    "g_us_patent_citation": _Kind(
        {"patent_id": NUMBER, "citation_patent_id": NUMBER}, CITATION, _citations
    ),
    "g_inventor_not_disambiguated": _Kind(
        {"patent_id": NUMBER, "inventor_sequence": NUMBER, "rawlocation_id": TEXT},
        RAW_INVENTOR,
        _raw_inventors,
        is_optional=True,
    ),
    "g_location_not_disambiguated": _Kind(
        {"rawlocation_id": TEXT, "raw_country": TEXT, "raw_state": TEXT},
        RAW_LOCATION,
        _raw_locations,
        ("country_code", "state_code"),
        is_optional=True,
    ),
    "g_wipo_technology": _Kind(
        {"patent_id": NUMBER, "wipo_field_sequence": NUMBER, "wipo_field_id": NUMBER},
        WIPO_FIELD,
        _fields,
        is_optional=True,
    ),
    "g_application": _Kind({"patent_id": TEXT, "filing_date": TEXT}),
    "g_assignee_disambiguated": _Kind(
        {"patent_id": TEXT, "assignee_sequence": TEXT, "location_id": TEXT}
    ),
    "g_cpc_current": _Kind(
        {"patent_id": TEXT, "cpc_sequence": TEXT, "cpc_subclass": TEXT, "cpc_group": TEXT}
    ),
}
"""The files that may be landed; those without a table are proven and counted, and no more."""

READ_FILES = tuple(name for name, kind in KINDS.items() if kind.table is not None)
NEEDED_FILES = tuple(name for name in READ_FILES if not KINDS[name].is_optional)


def read_file(path: Path, directory: Path) -> dict[str, pl.DataFrame]:
    """Read one zip into ``<directory>/<table>/0.parquet``, in one pass with bounded memory.

    Returns:
        record_count: how many records were kept, and how many stay out and why.

    Raises:
        SourceError: not a table that is known, a damaged or foreign zip, a column missing, a record
            with another number of fields than the header, a value that cannot be.
    """
    name, member = _member_of(path)
    kind = KINDS[name]
    counts: Counts = Counter()
    if kind.table is None or kind.typed is None:
        with ZippedRecords(path, member) as source:
            require_columns(source, list(kind.needed))
        counts["not read"] = read_all(path, member)
    else:
        with ZippedRecords(path, member) as source:
            require_columns(source, list(kind.needed))
            kept = _write(source, kind, kind.table, counts, directory)
            counts[KEPT] = kept
            _check_sum(counts, source)
    return {"record_count": _count_frame(name, counts)}


def _write(
    source: ZippedRecords, kind: _Kind, table: Table, counts: Counts, directory: Path
) -> int:
    """Write the table; return its rows."""
    assert kind.typed is not None
    (directory / table.name).mkdir()
    schema = pl.DataFrame(schema=dict(table.columns)).to_arrow().schema
    kept = 0
    with pq.ParquetWriter(
        directory / table.name / "0.parquet",
        schema,
        compression="lz4",  # a fifth larger than by zstd, and written and read in half the time
        # Numbers of patents hardly repeat; a dictionary of them would be thrown away again.
        use_dictionary=list(kind.dictionary),
        dictionary_pagesize_limit=8 << 20,
        write_statistics=False,
    ) as writer:
        for chunk in source.chunks():
            frame = kind.typed(
                columns_of(source, chunk, kind.needed), counts, _place(source, chunk)
            )
            kept += frame.height
            writer.write_table(frame.to_arrow().cast(schema))
    return kept


def _place(source: ZippedRecords, chunk: Chunk) -> _Place:
    last = chunk.first_record + chunk.records - 1
    return _Place(source.path, f"records {chunk.first_record:,} to {last:,}")


def _check_sum(counts: Counts, source: ZippedRecords) -> None:
    """What was kept and what stays out is all that was counted: nothing got lost between."""
    if counts.total() == source.records:
        return
    raise SourceError(
        f"{source.records:,} records were counted, and {counts.total():,} are accounted for.",
        file=source.path,
        todo="mend sources/uspto_tables.py",
    )


def _count_frame(name: str, counts: Counts) -> pl.DataFrame:
    rows = [(name, category, n, 1) for category, n in sorted(counts.items()) if n]
    schema = {**RECORD_COUNT.columns, "_source_row": pl.Int64()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _member_of(path: Path) -> tuple[str, str]:
    """Prove the zip's name and directory; return the table's name and its member's."""
    name = path.name.removesuffix(".zip").removesuffix(".tsv")
    if name not in KINDS or path.name != f"{name}.tsv.zip":
        raise SourceError(
            "The file has no name of a granted-patent table.",
            file=path,
            expected=", ".join(f"{known}.tsv.zip" for known in KINDS),
            todo="land the zip under the name that the portal gives it",
        )
    container = inspect_container(path, LIMITS, whole=False)
    member = f"{name}.tsv"
    if container.kind != "zip" or set(container.members) != {member}:
        raise SourceError(
            f"The zip holds {', '.join(container.members) or 'nothing'}.",
            file=path,
            expected=member,
            todo=_AGAIN,
        )
    return name, member


def check_snapshot(frames: Mapping[str, pl.DataFrame]) -> None:
    """Refuse a snapshot without the tables that counting needs.

    Raises:
        SourceError: that is so; it names what is missing.
    """
    missing = sorted(set(NEEDED_FILES) - set(frames["record_count"]["table_id"]))
    if missing:
        raise SourceError(
            f"The snapshot lacks {', '.join(f'{name}.tsv.zip' for name in missing)}.",
            expected="all of one release: " + ", ".join(f"{name}.tsv.zip" for name in NEEDED_FILES),
            todo="land them together, as one vintage",
        )
