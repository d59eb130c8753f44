"""An edition is published whole or not at all, and what readers have open stays readable."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from publication.files import write_parquet
from publication.release import (
    PublicationError,
    TableDescription,
    is_intact,
    point_current,
    publish,
    read_release,
    remove_orphans,
)

ROOT = Path(__file__).resolve().parents[2]
FACTS = {"run_id": "0123456789", "fingerprint": "f", "pins": {}, "verdict": "pass"}


@pytest.fixture
def build(tmp_path):
    directory = tmp_path / "build"
    (directory / "quality").mkdir(parents=True)
    (directory / "quality" / "gate.json").write_text("{}")
    write_build(directory, 3)
    return directory


def write_build(directory, cells):
    database = directory / "warehouse.duckdb"
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            f"create table book_cell as select range as row_no, 'x' as row_key from range({cells})"
        )
        connection.execute("create table scratch as select 1 as a")


DESCRIBED = TableDescription("cells of the book's tables", {"row_no": "printed line"})


def no_views(connection):
    """A release of one table has no book to lay out."""


def publish_it(
    build, published, tables=("book_cell",), add_views=no_views, write_parts=write_parquet
):
    described = dict.fromkeys(tables, DESCRIBED)
    return publish(
        build / "warehouse.duckdb",
        described,
        build / "quality",
        published,
        "2025-26",
        FACTS,
        add_views=add_views,
        write_parts=write_parts,
    )


def cells(published):
    with duckdb.connect(str(published / "current" / "whitepaper.duckdb"), read_only=True) as read:
        return read.execute("select count(*) from book_cell").fetchone()[0]


def test_a_release_holds_the_promised_tables_their_comments_and_the_report(build, tmp_path):
    published = tmp_path / "published"
    publish_it(build, published)
    edition = published / "2025-26"
    assert edition.is_symlink()
    assert (edition / "quality" / "gate.json").exists()
    assert (edition / "parquet" / "book_cell.parquet").exists()
    with duckdb.connect(str(edition / "whitepaper.duckdb"), read_only=True) as connection:
        tables = connection.execute("select table_name, comment from duckdb_tables()").fetchall()
        columns = connection.execute(
            "select comment from duckdb_columns() where column_name = 'row_no'"
        ).fetchall()
    assert tables == [("book_cell", "cells of the book's tables")]
    assert columns == [("printed line",)]
    assert os.readlink(published / "current") == "2025-26"


def test_a_missing_table_publishes_nothing_and_leaves_the_old_release(build, tmp_path):
    published = tmp_path / "published"
    before = publish_it(build, published)
    with pytest.raises(PublicationError, match="no table nowhere"):
        publish_it(build, published, tables=("book_cell", "nowhere"))
    assert read_release(published, "2025-26").directory == before.directory
    assert [path.name for path in before.directory.parent.iterdir()] == [before.directory.name]


def test_a_part_that_cannot_be_written_publishes_nothing(build, tmp_path):
    published = tmp_path / "published"
    before = publish_it(build, published)

    def half_a_workbook(database, directory):
        (directory / "workbook.xlsx").write_bytes(b"PK")
        raise PublicationError("the workbook has no room for a label")

    with pytest.raises(PublicationError, match="no room for a label"):
        publish_it(build, published, write_parts=half_a_workbook)
    assert read_release(published, "2025-26").directory == before.directory
    assert [path.name for path in before.directory.parent.iterdir()] == [before.directory.name]


def test_views_are_written_into_the_published_database(build, tmp_path):
    def add_views(connection):
        connection.execute("create view last_line as select max(row_no) as row_no from book_cell")

    release = publish_it(build, tmp_path / "published", add_views=add_views)
    with duckdb.connect(str(release.database), read_only=True) as connection:
        assert connection.execute("select row_no from last_line").fetchone() == (2,)


def test_an_empty_book_is_not_published(build, tmp_path):
    write_build(build, 0)
    with pytest.raises(PublicationError, match="book_cell is empty"):
        publish_it(build, tmp_path / "published")
    assert read_release(tmp_path / "published", "2025-26") is None


def test_current_names_the_newest_edition_that_is_published(build, tmp_path):
    published = tmp_path / "published"
    (published / ".releases" / "2031-32" / ".making-dead").mkdir(parents=True)
    publish_it(build, published)
    assert os.readlink(published / "current") == "2025-26"
    (published / "current").unlink()
    point_current(published)
    assert os.readlink(published / "current") == "2025-26"


def test_a_directory_with_a_quote_in_its_name_is_no_obstacle(build, tmp_path):
    assert is_intact(publish_it(build, tmp_path / "editor's data"))


def test_a_reader_keeps_what_it_opened_while_a_new_release_moves_in(build, tmp_path):
    published = tmp_path / "published"
    publish_it(build, published)
    with duckdb.connect(
        str(published / "current" / "whitepaper.duckdb"), read_only=True
    ) as connection:
        write_build(build, 5)
        time.sleep(1.1)  # releases are named by the second
        publish_it(build, published)
        remove_orphans(published)
        assert connection.execute("select count(*) from book_cell").fetchone() == (3,)
    assert cells(published) == 5


def test_an_altered_file_is_noticed(build, tmp_path):
    release = publish_it(build, tmp_path / "published")
    assert is_intact(release)
    parquet = release.directory / "parquet" / "book_cell.parquet"
    parquet.chmod(0o644)
    parquet.write_bytes(parquet.read_bytes()[:-1] + b"?")
    assert not is_intact(release)


def test_published_files_cannot_be_written(build, tmp_path):
    release = publish_it(build, tmp_path / "published")
    assert all(not path.stat().st_mode & 0o222 for path in release.directory.rglob("*.parquet"))


def test_the_published_database_opens_with_the_storage_of_duckdb_1_5(build, tmp_path):
    release = publish_it(build, tmp_path / "published")
    with duckdb.connect(str(release.database), read_only=True) as connection:
        tags = connection.execute(
            "select tags from duckdb_databases() where not internal"
        ).fetchone()[0]
    assert tags["storage_version"].startswith("v1.5")


PUBLISHER = """
import sys, itertools
from pathlib import Path
from publication.files import write_parquet
from publication.release import TableDescription, publish
build, published = Path(sys.argv[1]), Path(sys.argv[2])
tables = {"book_cell": TableDescription("", {})}
for number in itertools.count():
    facts = {"run_id": f"{number:08d}", "fingerprint": "f", "pins": {}, "verdict": "pass"}
    publish(
        build / "warehouse.duckdb", tables, build / "quality", published, "2025-26", facts,
        add_views=lambda connection: None, write_parts=write_parquet,
    )
    print(number, flush=True)
"""


def test_a_publisher_killed_at_any_moment_leaves_a_whole_release(build, tmp_path):
    published = tmp_path / "published"
    for delay in (0.0, 0.007, 0.013, 0.029, 0.041):
        process = subprocess.Popen(
            [sys.executable, "-c", PUBLISHER, str(build), str(published)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        process.stdout.readline()
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        release = read_release(published, "2025-26")
        assert is_intact(release)
        assert cells(published) == 3
    remove_orphans(published)
    left = {path.name for path in (published / ".releases" / "2025-26").iterdir()}
    assert not any(name.startswith(".making") for name in left)
    assert len(left) <= 3
