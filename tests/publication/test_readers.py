"""Several readers at once, while a refresh publishes."""

import itertools

import duckdb
import pytest

from publication.confined import ConfinedDatabase, Limits
from publication.files import write_parquet
from publication.release import TableDescription, publish, remove_orphans

EDITION = "2025-26"


@pytest.fixture
def publish_cells(tmp_path):
    (tmp_path / "quality").mkdir()
    numbers = itertools.count()

    def published(cells):
        build = tmp_path / "warehouse.duckdb"
        build.unlink(missing_ok=True)
        with duckdb.connect(str(build)) as connection:
            connection.execute(f"create table book_cell as select range as a from range({cells})")
        tables = {"book_cell": TableDescription("cells", {})}
        # Releases are named by second and run.
        facts = {"run_id": f"{next(numbers):08d}", "pins": {}, "verdict": "pass"}
        release = publish(
            build,
            tables,
            tmp_path / "quality",
            tmp_path / "data",
            EDITION,
            facts,
            add_views=lambda connection: None,
            write_parts=write_parquet,
        )
        remove_orphans(tmp_path / "data")
        return release

    return published


def count(reader):
    return reader.rows("select count(*) from book_cell")[0][0]


def test_readers_keep_the_release_that_they_opened_and_new_ones_get_the_newest(
    publish_cells, tmp_path
):
    publish_cells(30_000)
    current = tmp_path / "data" / "current" / "whitepaper.duckdb"
    limits = Limits(128, 60)
    with ConfinedDatabase(current, limits) as first, ConfinedDatabase(current, limits) as reading:
        assert count(first) == 30_000
        results = reading.results("select a from book_cell order by a")
        rows = next(results).rows()
        assert next(rows) == (0,)
        # Three more: the release that both have open is removed from the disk.
        releases = [publish_cells(cells) for cells in (10, 20, 40)]
        assert not first.database.exists()
        with (
            ConfinedDatabase(current, limits) as second,
            duckdb.connect(str(current), read_only=True) as client,
        ):
            assert count(second) == 40
            assert client.execute("select count(*) from book_cell").fetchone() == (40,)
            assert count(first) == 30_000
            assert sum(1 for _ in rows) == 29_999
            assert second.database == releases[-1].database
