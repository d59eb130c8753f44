from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from sources.bronze import build_bronze, empty_bronze, write_bronze
from sources.contract import Reader, Source, SourceError, Table

OBSERVATION = Table(
    name="observation",
    columns={"area": pl.String(), "item": pl.String(), "value": pl.Float64()},
    key=("area", "item"),
    description="One value.",
)


def frame(
    area: Sequence[str],
    item: Sequence[str | None],
    file: str = "a.csv",
    first_row: int = 2,
) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "area": area,
            "item": item,
            "value": [1.5] * len(area),
            "_source_file": [file] * len(area),
            "_source_row": range(first_row, first_row + len(area)),
        },
        schema_overrides={
            "area": pl.String,
            "item": pl.String,
            "value": pl.Float64,
            "_source_file": pl.String,
            "_source_row": pl.Int64,
        },
    )


def source(*frames: pl.DataFrame, read: Reader | None = None) -> Source:
    return Source(
        id="tiny",
        title_en="Tiny",
        title_zh="小",
        publisher_en="P",
        publisher_zh="社",
        homepage="https://example.org",
        licence="L",
        citation="C",
        access="open",
        how_to_get="ask",
        tables=(OBSERVATION,),
        read=read or (lambda files: {"observation": pl.concat(frames)}),
    )


FILES = [Path("a.csv")]


def test_bronze_has_the_declared_columns_in_order_and_the_provenance() -> None:
    given = frame(["TWN", "JPN"], ["x", "x"])
    built = build_bronze(source(given.select(sorted(given.columns))), FILES, "2025-03")

    observation = built["observation"]
    assert observation.columns == [
        "area", "item", "value", "_vintage", "_source_file", "_source_row",
    ]  # fmt: skip
    assert observation["_vintage"].to_list() == ["2025-03", "2025-03"]
    assert observation["_source_row"].to_list() == [2, 3]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: f.drop("item"), "item is absent, declared String"),
        (lambda f: f.with_columns(extra=1), "extra is Int32, declared nowhere"),
        (lambda f: f.with_columns(pl.col("value").cast(pl.Float32)), "value is Float32, declared"),
        (lambda f: f.with_columns(_vintage=pl.lit("v")), "_vintage is String, declared nowhere"),
        (lambda f: f.with_columns(_source_row=pl.lit(None, pl.Int64)), "do not say from which"),
    ],
)
def test_a_frame_that_is_not_as_declared_is_refused(spoil, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(SourceError, match=message):
        build_bronze(source(spoil(frame(["TWN"], ["x"]))), FILES, "v")


def test_a_table_that_is_missing_or_undeclared_is_refused() -> None:
    with pytest.raises(SourceError, match=r"tables none\. Expected: observation"):
        build_bronze(source(read=lambda files: {}), FILES, "v")
    both = {"observation": frame(["TWN"], ["x"]), "other": frame(["TWN"], ["x"])}
    with pytest.raises(SourceError, match="observation, other"):
        build_bronze(source(read=lambda files: both), FILES, "v")


def test_no_row_at_all_is_refused_but_one_of_two_tables_may_be_empty() -> None:
    with pytest.raises(SourceError, match=r"a\.csv: Not one row for tiny"):
        build_bronze(source(frame([], [])), FILES, "v")
    second = replace(OBSERVATION, name="second")
    two = replace(
        source(),
        tables=(OBSERVATION, second),
        read=lambda files: {"observation": frame(["TWN"], ["x"]), "second": frame([], [])},
    )
    assert build_bronze(two, FILES, "v")["second"].height == 0


def test_a_second_row_with_the_same_key_names_both_places_and_the_key() -> None:
    clash = source(frame(["JPN", "TWN"], ["x", "x"]), frame(["TWN"], ["x"], "b.csv", 17))
    with pytest.raises(SourceError) as error:
        build_bronze(clash, FILES, "v")
    assert "area='TWN', item='x' (a.csv, line 3; b.csv, line 17)" in str(error.value)


def test_a_missing_key_part_counts_as_equal_to_a_missing_one() -> None:
    with pytest.raises(SourceError, match=r"item=None \(a\.csv, line 2; a\.csv, line 4\)"):
        build_bronze(source(frame(["TWN", "TWN", "TWN"], [None, "x", None])), FILES, "v")


def test_written_tables_read_back_equal_and_leave_no_temporary_file(tmp_path: Path) -> None:
    built = build_bronze(source(frame(["TWN"], ["x"])), FILES, "v")
    paths = write_bronze(built, tmp_path / "bronze")

    assert_frame_equal(pl.read_parquet(paths["observation"]), built["observation"])
    assert [path.name for path in (tmp_path / "bronze").iterdir()] == ["observation.parquet"]


def test_a_failed_write_keeps_the_old_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = build_bronze(source(frame(["TWN"], ["x"])), FILES, "v")
    path = write_bronze(built, tmp_path)["observation"]
    before = path.read_bytes()

    def fail(self: pl.DataFrame, target: object, **options: object) -> None:
        target.write(b"half")  # type: ignore[attr-defined]
        raise OSError("disk full")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", fail)
    with pytest.raises(OSError, match="disk full"):
        write_bronze(built, tmp_path)
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["observation.parquet"]


def test_an_unpinned_source_has_typed_tables_without_rows() -> None:
    empty = empty_bronze(source())["observation"]
    built = build_bronze(source(frame(["TWN"], ["x"])), FILES, "v")["observation"]
    assert empty.height == 0
    assert empty.schema == built.schema
