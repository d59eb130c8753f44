"""Microdata are read file by file, once per content, into tables that are proven as declared."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from sources import bulk
from sources.acceptance import accept
from sources.bronze import build_bronze, empty_bronze
from sources.bulk import build_bulk, digest_of_bytes, digest_of_code
from sources.contract import BulkReader, Source, SourceError, Table
from sources.uspto_counts import SOURCE as COUNTS

RECORD = Table("record", {"number": pl.Int32()}, ("number",), "records", traced=False)
CONTENT = Table(
    "content",
    {"series": pl.String(), "records": pl.Int64()},
    ("series", "_source_file"),
    "what a file holds",
)
READ: list[str] = []


def read_file(path: Path, directory: Path) -> dict[str, pl.DataFrame]:
    """One number per line; a file of several lines gives a part for each."""
    READ.append(path.name)
    numbers = [int(line) for line in path.read_text().split()]
    for number in numbers:
        (directory / "record").mkdir(exist_ok=True)
        frame = pl.DataFrame({"number": [number]}, schema=dict(RECORD.columns))
        frame.write_parquet(directory / "record" / f"{number}.parquet")
    return {
        "content": pl.DataFrame(
            {"series": ["numbers"], "records": [len(numbers)], "_source_row": [1]},
            schema={**CONTENT.columns, "_source_row": pl.Int64()},
        )
    }


SOURCE: Source = replace(
    COUNTS, id="numbers", tables=(RECORD, CONTENT), bulk=BulkReader(read_file), template=None
)


@pytest.fixture(autouse=True)
def nothing_read() -> None:
    READ.clear()


def write(directory: Path, **files: str) -> dict[Path, str]:
    directory.mkdir(exist_ok=True)
    paths = {}
    for name, text in files.items():
        path = directory / f"{name}.txt"
        path.write_text(text)
        paths[path] = digest_of_bytes(path)
    return paths


def test_rows_of_all_files_are_there_and_the_traced_table_says_which_came_from_which(
    tmp_path: Path,
) -> None:
    built = build_bulk(SOURCE, write(tmp_path / "in", a="1 2", b="3"), "v1", tmp_path / "kept")
    assert pl.concat(map(pl.read_parquet, built.parts["record"]))["number"].to_list() == [1, 2, 3]
    assert built.frames["content"].drop("series").rows() == [
        (2, "v1", "a.txt", 1),
        (1, "v1", "b.txt", 1),
    ]
    assert built.rows == {"record": 3, "content": 2}


def test_a_file_that_was_read_is_not_read_again_under_another_name_or_vintage(
    tmp_path: Path,
) -> None:
    build_bulk(SOURCE, write(tmp_path / "in", a="1 2", b="3"), "v1", tmp_path / "kept")
    READ.clear()
    again = write(tmp_path / "next", renamed="1 2", b="3", c="4")
    built = build_bulk(SOURCE, again, "v2", tmp_path / "kept")
    assert READ == ["c.txt"]
    assert built.read_now == ("c.txt",)
    assert built.rows["record"] == 4
    assert built.frames["content"]["_source_file"].to_list() == ["renamed.txt", "b.txt", "c.txt"]
    assert set(built.frames["content"]["_vintage"]) == {"v2"}


def test_other_code_reads_everything_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = write(tmp_path / "in", a="1")
    build_bulk(SOURCE, files, "v1", tmp_path / "kept")
    monkeypatch.setattr("sources.bulk.digest_of_code", lambda function: "other code")
    build_bulk(SOURCE, files, "v1", tmp_path / "kept")
    assert READ == ["a.txt", "a.txt"]


def test_the_code_that_counts_is_the_reader_with_all_that_it_imports_and_nothing_else() -> None:
    told = {path.name for path in bulk._imported(Path(bulk.__file__).parent / "customs_portal.py")}
    assert {"customs_portal.py", "contract.py", "periods.py"} <= told
    assert not {"uspto_api.py", "imd_wcy.py", "fetching.py"} & told
    assert digest_of_code(read_file) == digest_of_code(read_file)


def test_a_reader_that_dies_leaves_nothing_behind_and_is_asked_again(tmp_path: Path) -> None:
    files = write(tmp_path / "in", a="1", b="no number")
    with pytest.raises(ValueError, match="invalid literal"):
        build_bulk(SOURCE, files, "v1", tmp_path / "kept")
    assert [entry for entry in (tmp_path / "kept").iterdir() if entry.name[0] == "."] == []
    next(path for path in files if path.name == "b.txt").write_text("5")
    again = {path: digest_of_bytes(path) for path in files}
    assert build_bulk(SOURCE, again, "v1", tmp_path / "kept").rows["record"] == 2


def test_a_table_without_a_row_has_its_columns_and_a_snapshot_without_one_is_refused(
    tmp_path: Path,
) -> None:
    built = build_bulk(SOURCE, write(tmp_path / "in", a=""), "v1", tmp_path / "kept")
    assert [pl.read_parquet(path).schema for path in built.parts["record"]] == [RECORD.columns]
    assert empty_bronze(SOURCE)["record"].columns == ["number"]
    silent = replace(SOURCE, tables=(RECORD,), bulk=BulkReader(lambda path, directory: {}))
    with pytest.raises(SourceError, match="Not one row for numbers"):
        build_bulk(silent, write(tmp_path / "in", a="1"), "v1", tmp_path / "other")


def test_tables_that_are_not_as_declared_are_refused(tmp_path: Path) -> None:
    wide = Table("record", {"number": pl.Int64()}, ("number",), "records", traced=False)
    with pytest.raises(SourceError, match=r"record/1.parquet is .*Int32.*declared .*Int64"):
        build_bulk(
            replace(SOURCE, tables=(wide, CONTENT)),
            write(tmp_path / "in", a="1"),
            "v1",
            tmp_path / "kept",
        )


def test_files_that_make_no_whole_together_are_refused(tmp_path: Path) -> None:
    def check(frames: object) -> None:
        raise SourceError("The files overlap.")

    checked = replace(SOURCE, bulk=BulkReader(read_file, check))
    with pytest.raises(SourceError, match="overlap"):
        build_bulk(checked, write(tmp_path / "in", a="1"), "v1", tmp_path / "kept")


def test_small_files_can_be_had_in_memory_and_large_ones_are_told_where_to_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = list(write(tmp_path / "in", a="1 2"))
    assert build_bronze(SOURCE, files, "v1")["record"]["number"].to_list() == [1, 2]
    monkeypatch.setattr("sources.bulk.TO_MEMORY", 2)
    with pytest.raises(SourceError, match="too large to be read into memory"):
        build_bronze(SOURCE, files, "v1")


def test_acceptance_compares_what_the_traced_tables_say_and_counts_all_rows(
    tmp_path: Path,
) -> None:
    found = accept(SOURCE, list(write(tmp_path / "in", a="1 2")), "v1", None)
    assert found.rows == {"record": 2, "content": 1}
    assert set(found.tables) == set(found.frames) == {"content"}


def test_a_result_that_is_forgotten_is_never_seen_in_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = write(tmp_path / "in", a="1 2")
    build_bulk(SOURCE, files, "v1", tmp_path / "kept")
    (result,) = (entry for entry in (tmp_path / "kept").iterdir() if entry.is_dir())
    os.utime(result, (0, 0))

    def killed(directory: Path, ignore_errors: bool) -> None:
        (Path(directory) / "record" / "2.parquet").unlink()

    monkeypatch.setattr("sources.bulk.shutil.rmtree", killed)
    bulk._forget_old(tmp_path / "kept")
    monkeypatch.undo()
    assert build_bulk(SOURCE, files, "v2", tmp_path / "kept").rows["record"] == 2
