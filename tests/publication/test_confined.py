"""SQL from outside can read the published database, and nothing else."""

import os
import threading
import time
from contextlib import contextmanager

import duckdb
import pytest

from publication.confined import ConfinedDatabase, Limits, QueryError, QueryStopped

SECRET = "the-secret-of-this-machine"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    directory = tmp_path_factory.mktemp("published")
    with duckdb.connect(str(directory / "whitepaper.duckdb")) as connection:
        connection.execute("create table book_cell as select range as row_no from range(1654)")
        connection.execute("create schema en")
        connection.execute("create view en.cells as select row_no as line from main.book_cell")
    with duckdb.connect(str(directory / "other.duckdb")) as connection:
        connection.execute(f"create table secret as select '{SECRET}' as a")
    (directory / "secret.csv").write_text(f"a\n{SECRET}\n")
    (directory / "whitepaper.duckdb").chmod(0o444)
    return directory


@pytest.fixture(scope="module")
def session(place):
    os.environ["WAREHOUSE_SECRET"] = SECRET
    with ConfinedDatabase(place / "whitepaper.duckdb", Limits(256, 60)) as session:
        yield session
    del os.environ["WAREHOUSE_SECRET"]


REFUSED = """
select * from read_csv('{place}/secret.csv')
select * from '{place}/secret.csv'
from read_text('{place}/secret.csv')
from read_blob('{place}/*')
from read_parquet('{place}/x.parquet')
from read_json('{place}/secret.csv')
from read_ndjson_objects('{place}/secret.csv')
from parquet_metadata('{place}/x.parquet')
from parquet_schema('{place}/x.parquet')
from sniff_csv('{place}/secret.csv')
from glob('{place}/*')
from read_csv('/dev/stdin')
from read_csv('/proc/self/environ')
from read_text('file:{place}/secret.csv')
from read_duckdb('{place}/other.duckdb')
attach '{place}/other.duckdb' as other
attach '{place}/other.duckdb' as other (read_only)
from query('select * from read_text(''{place}/secret.csv'')')
from query_table('{place}/secret.csv')
from read_csv('https://example.org/x.csv')
from read_parquet('s3://bucket/x.parquet')
from read_csv('http://127.0.0.1:1/x')
attach '{place}/whitepaper.duckdb' as other
attach '{place}/new.duckdb' as other
attach ':memory:' as other
attach 'https://example.org/x.duckdb' as other
detach whitepaper
use memory
copy book_cell to '{place}/out.csv'
copy book_cell to '{place}/out.parquet' (format parquet)
copy (select 1) to '/dev/stdout'
copy book_cell from '{place}/secret.csv'
copy from database whitepaper to temp
export database '{place}/out'
import database '{place}/out'
install httpfs
force install httpfs
install '{place}/x.duckdb_extension'
load httpfs
load '{place}/x.duckdb_extension'
update extensions
create secret s (type s3, key_id 'a')
create persistent secret s (type http)
set memory_limit = '90GB'
set global memory_limit = '90GB'
set session threads = 64
reset memory_limit
pragma memory_limit = '90GB'
pragma threads = 64
set enable_external_access = true
set lock_configuration = false
set allowed_directories = ['/']
set allowed_paths = ['{place}/secret.csv']
set temp_directory = '{place}/spill'
set max_temp_directory_size = '1GB'
set home_directory = '{place}'
set secret_directory = '{place}'
set extension_directory = '{place}'
set custom_extension_repository = 'http://127.0.0.1:1'
set autoload_known_extensions = true
set python_enable_replacements = true
set log_query_path = '{place}/log'
set profile_output = '{place}/profile'
set logging_storage = 'file'
pragma enable_profiling
pragma enable_profiling = 'json'
pragma profiling_output = '{place}/profile'
call enable_logging(storage = 'file', storage_config = {{'path': '{place}/log'}})
from enable_logging(storage_path = '{place}/log')
set file_search_path = '{place}'
set dialect_compatibility_mode = 'spark'
pragma force_checkpoint
vacuum
create table mine as select 1
create or replace table book_cell as select 1
create schema mine
create view mine as select 1
create sequence mine
create type mine as enum ('a')
create macro mine() as 1
create index mine on book_cell (row_no)
insert into book_cell values (1)
update book_cell set row_no = 1
delete from book_cell
truncate book_cell
drop table book_cell
drop schema en cascade
alter table book_cell add column x integer
alter table book_cell rename to other
comment on table book_cell is 'mine'
merge into book_cell using book_cell b on true when matched then delete
select getenv('WAREHOUSE_SECRET')
select * from secret_frame
from pandas_scan(1)
from arrow_scan(1, 2, 3)
from python_map_function(1)
from sqlite_scan('{place}/x', 'y')
from postgres_scan('', '', '')
select load_extension('x')
call dbgen(sf = 1)
select $1
execute unknown
select 1; attach '{place}/new.duckdb'
select
""".strip().splitlines()


@pytest.mark.parametrize("statement", REFUSED)
def test_a_hostile_statement_is_refused_and_tells_nothing(session, place, statement):
    secret_frame = duckdb.sql("select 1 as a")  # what a query must not find in Python
    assert secret_frame is not None
    with pytest.raises(QueryError) as refusal:
        session.rows(statement.format(place=place))
    assert SECRET not in str(refusal.value)


def test_after_all_of_them_nothing_is_written_and_the_database_is_as_it_was(session, place):
    for statement in REFUSED:
        with pytest.raises(QueryError):
            session.rows(statement.format(place=place))
    left = sorted(path.name for path in place.iterdir())
    assert left == ["other.duckdb", "secret.csv", "whitepaper.duckdb"]
    assert session.rows("select count(*), max(line) from en.cells") == [(1654, 1653)]
    assert session.restarts == 0


@pytest.mark.parametrize(
    "query",
    [
        "select name, value from duckdb_settings()",
        "from duckdb_variables()",
        "from duckdb_secrets()",
        "from duckdb_databases()",
        "from duckdb_logs()",
        "from duckdb_temporary_files()",
        "pragma database_list",
    ],
)
def test_what_may_be_looked_at_holds_no_secret(session, query):
    assert SECRET not in str(session.rows(query))


def test_the_process_knows_no_variable_of_the_environment(session):
    session.rows("select 1")
    with open(f"/proc/{session._worker._process.pid}/environ", "rb") as environment:
        assert SECRET.encode() not in environment.read()


def test_the_process_itself_may_write_no_file(session):
    session.rows("select 1")
    with open(f"/proc/{session._worker._process.pid}/limits") as limits:
        bounds = {line[:26].strip(): line[26:47].strip() for line in limits}
    assert bounds["Max file size"] == "0"
    assert int(bounds["Max address space"]) == (256 << 20) + (1536 << 20)


def test_temporary_tables_views_and_variables_live_in_memory_and_end_with_the_session(place):
    with ConfinedDatabase(place / "whitepaper.duckdb", Limits(256, 10)) as own:
        own.rows("create temp table mine as select 7 as a; select 1")
        own.rows("set variable n = 3; create temp macro twice(x) as 2 * x; select 1")
        assert own.rows("select twice(a) + getvariable('n') from mine") == [(17,)]
        own.close()
        with pytest.raises(QueryError, match="mine does not exist"):
            own.rows("from mine")


BEYOND_MEMORY = [
    "select length(repeat('x', 3000000000))",
    "select len(range(1000000000))",
    "select list(range) from range(100000000)",
    "create temp table big as select repeat(range::varchar, 50) from range(100000000)",
]


@pytest.mark.parametrize("query", BEYOND_MEMORY)
def test_a_query_beyond_its_memory_ends_and_the_session_goes_on(session, query):
    before = session.restarts
    with pytest.raises(QueryError, match="more than its 256 MB"):
        session.rows(query)
    assert session.rows("select 42") == [(42,)]
    assert session.restarts == before + 1


@contextmanager
def impatient(session):
    """A time limit that ordinary queries of a busy machine would not keep."""
    patient, session.limits = session.limits, Limits(256, 0.2)
    yield
    session.limits = patient


ENDLESS = [
    "select count(*) from range(1000000000000)",
    "with recursive t(a) as (select 1 union all select a + 1 from t) select count(*) from t",
    "select pg_sleep(600)",
]


@pytest.mark.parametrize("query", ENDLESS)
def test_a_query_beyond_its_time_is_stopped_and_the_session_goes_on(session, query):
    before = session.restarts
    with impatient(session), pytest.raises(QueryStopped, match=r"longer than 0\.2 seconds"):
        session.rows(query)
    assert session.rows("select 42") == [(42,)]
    assert session.restarts == before


def test_a_query_that_cannot_be_interrupted_is_ended_with_its_process(session, monkeypatch):
    monkeypatch.setattr("publication.confined.GRACE_SECONDS", 0.3)
    before = session.restarts
    with impatient(session), pytest.raises(QueryStopped):
        session.rows("select levenshtein(repeat('a', 1000000), repeat('b', 1000000))")
    assert session.restarts == before + 1
    assert session.rows("select 42") == [(42,)]


def test_rows_are_read_as_they_come_and_reading_can_be_left(session):
    results = session.results("select range as a from range(1000000000000)")
    rows = next(results).rows()
    assert [next(rows), next(rows)] == [(0,), (1,)]
    assert session.rows("select 42") == [(42,)]
    with pytest.raises(QueryError, match="This answer is gone"):
        list(rows)


def test_an_answer_whose_query_was_left_is_gone_and_nobody_waits_for_it(session):
    rows = next(session.results("select range as a from range(1000000)")).rows()
    with pytest.raises(QueryError, match="This answer is gone"):
        next(rows)


def test_an_answer_too_large_for_a_frame_is_refused_not_collected(place):
    with (
        ConfinedDatabase(place / "whitepaper.duckdb", Limits(64, 30)) as own,
        pytest.raises(QueryError, match="larger than 64 MB"),
    ):
        own.frame("select range as a from range(1000000000000)")


def test_time_that_the_asker_takes_does_not_count(place):
    with ConfinedDatabase(place / "whitepaper.duckdb", Limits(256, 10)) as own:
        results = own.results("select 1; select 2")
        assert list(next(results).rows()) == [(1,)]
        own._seconds_left = 1.0
        time.sleep(1.1)
        assert list(next(results).rows()) == [(2,)]


def test_the_process_ends_with_whoever_started_it(place):
    own = ConfinedDatabase(place / "whitepaper.duckdb")
    own.rows("select 1")
    process = own._worker._process
    waiting = threading.Thread(target=lambda: own._worker.tell({"sql": "select pg_sleep(600)"}))
    waiting.start()
    waiting.join()
    process.stdin.close()
    assert process.wait(timeout=5) == 0
    process.stdin = None
    own.close()


def test_a_frame_has_the_types_of_the_database_also_without_rows(session):
    frame = session.frame("select row_no, 1.5::decimal(4, 2) as d from book_cell where false")
    assert frame.shape == (0, 2)
    assert [str(kind) for kind in frame.dtypes] == ["Int64", "Decimal(precision=4, scale=2)"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("select 1 as a, 2 as a", "Two columns are called a"),
        ("select 1; select 2", "gives 2 results"),
        ("set variable x = 1", "gives 0 results"),
    ],
)
def test_a_frame_wants_one_result_with_names_of_their_own(session, query, message):
    with pytest.raises(QueryError, match=message):
        session.frame(query)


def test_a_type_without_a_value_in_python_is_told_not_altered(session):
    with pytest.raises(QueryError, match=r"column t \(TIME WITH TIME ZONE\).*cast"):
        session.rows("select '10:00:01+08'::timetz as t")
    with pytest.raises(QueryError, match="cast"):
        session.rows("select 'infinity'::date as d")
    for altered in (
        *("{'x': '101'::bit}", "map {'a': '10:00:01+08'::timetz}", "['101'::bit]"),
        *("[1::bignum]", "union_value(k := 1)", "'01:02:03.123456789'::time_ns"),
    ):
        with pytest.raises(QueryError, match=r"column v \(.*cast"):
            session.rows(f"select {altered} as v")
    assert session.rows("""select {'BIT': 2, 'orbit': 3} as v""") == [({"BIT": 2, "orbit": 3},)]


def test_a_query_that_is_no_text_is_told_so(session):
    restarts = session.restarts
    # So bytes that are no UTF-8 come from a command line or a terminal.
    with pytest.raises(QueryError, match="no text in UTF-8"):
        session.rows("select '\udcff'")
    assert session.rows("select 1") == [(1,)]
    assert session.restarts == restarts


def test_a_process_that_ends_for_another_reason_is_not_told_as_a_want_of_memory(
    place, tmp_path, monkeypatch
):
    broken = tmp_path / "worker.py"
    broken.write_text(
        "import os, struct, sys\n"
        "os.write(1, struct.pack('>cQ', b'R', 0))\n"
        "sys.stdin.readline()\n"
        "raise TypeError('of its own making')\n"
    )
    with ConfinedDatabase(place / "whitepaper.duckdb", Limits(256, 10)) as own:
        with monkeypatch.context() as patched:
            patched.setattr("publication.confined.WORKER", broken)
            with pytest.raises(QueryError, match="ended: TypeError: of its own making"):
                own.rows("select 1")
        assert own.rows("select 2") == [(2,)]


def test_a_file_that_is_no_database_is_told_in_one_message(tmp_path):
    (tmp_path / "x.duckdb").write_bytes(b"no database" * 1000)
    with ConfinedDatabase(tmp_path / "x.duckdb") as own, pytest.raises(QueryError, match="opened"):
        own.rows("select 1")
    with ConfinedDatabase(tmp_path / "none") as own, pytest.raises(QueryError, match="opened"):
        own.rows("select 1")
