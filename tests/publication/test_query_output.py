"""Answers as tables, CSV, JSON and Parquet: whole, exact, and harmless to whoever looks at them."""

import csv
import io
import json
from decimal import Decimal

import duckdb
import polars as pl
import pytest

from publication.confined import ConfinedDatabase, QueryError
from publication.query_output import (
    line_by_line,
    table,
    visible,
    write_csv,
    write_json,
    write_parquet,
)


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    database = tmp_path_factory.mktemp("published") / "whitepaper.duckdb"
    duckdb.connect(str(database)).close()
    with ConfinedDatabase(database) as session:
        yield session


@pytest.fixture
def ask(session):
    held = []

    def asked(sql):
        held.append(session.results(sql))
        return next(held[-1])

    return asked


HOSTILE = {
    "escape sequence": "\x1b]0;owned\x07\x1b[2J",
    "8-bit escape sequence": "\x9b31m",
    "right to left": "abc\u202egnp.exe",
    "isolate": "\u2066x\u2069",
    "zero width": "a\u200bb",
    "carriage return": "right\rwrong",
    "line end": "one\ntwo",
    "line separator": "one\u2028two",
    "delete": "x\x7f",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_nothing_in_a_value_or_name_steers_the_terminal(ask, text):
    quoted = text.replace("'", "''")
    query = f"select '{quoted}' as \"{quoted}\""
    shown = [*table(ask(query), 10), *line_by_line(ask(query), 10)]
    out = Terminal()
    write_csv(ask(query), out)
    shown += out.getvalue().splitlines()
    out = Terminal()
    write_json(ask(query), out)
    shown += out.getvalue().split("\n")
    assert all(line.isprintable() for line in shown)
    assert json.loads(out.getvalue()) == [{text: text}]


def test_what_people_read_stays_as_it_is():
    assert visible("表1-2-1　研發經費（億美元）→ “é”") == "表1-2-1　研發經費（億美元）→ “é”"


def test_columns_stand_below_each_other_also_with_chinese(ask):
    from rich.cells import cell_len

    lines = list(table(ask("select * from (values ('臺灣', 1), ('CHE', 20)) t(地區, n)"), 10))
    assert {cell_len(line) for line in lines} == {len(lines[0])}
    assert lines[4:6] == ["│ 臺灣    │       1 │", "│ CHE     │      20 │"]


def test_a_table_tells_what_it_does_not_show(ask):
    assert list(table(ask("from range(5)"), 3))[-1] == "The first 3 rows; there are more."
    assert "more" not in list(table(ask("from range(3)"), 3))[-1]
    cut = list(table(ask("select repeat('x', 500) as long"), 3))
    assert "…" in cut[4] and len(cut[4]) < 120 and "cut" in cut[-1]
    assert list(line_by_line(ask("select repeat('x', 500) as long"), 3)) == [f"long = {'x' * 500}"]


def test_a_plan_is_shown_as_it_is_drawn(ask):
    plan = list(table(ask("explain select 42"), 100))
    assert len(plan) > 2 and all("\\n" not in line for line in plan)


def test_csv_is_read_back_whole_and_starts_no_formula(ask):
    formula = "=cmd|'/C calc'!A0"
    query = """
        select '=cmd|''/C calc''!A0' as f, '@sum(1)' as at, '＝1' as wide, '-0.28' as printed,
            -1e-5::double as d, null as n, 'a,"b"' as q, 1.10::decimal(4, 2) as x, [1, 2] as l,
            true as b, date '2025-06-30' as day
    """
    out = io.StringIO()
    write_csv(ask(query), out)
    assert list(csv.DictReader(io.StringIO(out.getvalue()))) == [
        {
            **{"f": "'" + formula, "at": "'@sum(1)", "wide": "'＝1", "printed": "-0.28"},
            **{"d": "-1e-05", "n": "", "q": 'a,"b"', "x": "1.10", "l": "[1, 2]"},
            **{"b": "true", "day": "2025-06-30"},
        }
    ]


def test_json_keeps_every_digit(ask):
    out = io.StringIO()
    write_json(
        ask(
            "select 170141183460469231731687303715884105727::hugeint as h, "
            "0.1::double as d, 1.10::decimal(4, 2) as x, 'nan'::double as n, "
            "{'a': [1, null]} as s, 'ab'::blob as b, null as e, "
            "interval '1 year 2 days 0.5 seconds' as i"
        ),
        out,
    )
    found = json.loads(out.getvalue(), parse_float=Decimal)
    assert found == [
        {
            **{"h": 170141183460469231731687303715884105727, "d": Decimal("0.1")},
            **{"x": Decimal("1.10"), "n": "NaN", "s": {"a": [1, None]}, "b": "6162", "e": None},
            "i": "P12M2DT0.500000000S",
        }
    ]


def test_json_without_rows_is_an_empty_list(ask):
    out = io.StringIO()
    write_json(ask("select 1 as a where false"), out)
    assert json.loads(out.getvalue()) == []


def test_parquet_holds_the_types_and_rows(ask, tmp_path):
    target = tmp_path / "x.parquet"
    assert write_parquet(
        ask("select range as a, 1.5::decimal(4, 2) as d from range(25000)"), target
    )
    frame = pl.read_parquet(target)
    assert frame.shape == (25000, 2) and frame["a"].sum() == sum(range(25000))
    assert str(frame.dtypes[1]) == "Decimal(precision=4, scale=2)"
    assert [path.name for path in tmp_path.iterdir()] == ["x.parquet"]


@pytest.mark.parametrize(
    "query",
    [
        "select case when range > 20000 then error('late') else 'a' end as a from range(30000)",
        "select 1 as a, 2 as a",
    ],
)
def test_parquet_that_cannot_be_finished_leaves_the_old_file(ask, tmp_path, query):
    target = tmp_path / "x.parquet"
    target.write_bytes(b"old")
    with pytest.raises(QueryError):
        write_parquet(ask(query), target)
    assert [path.name for path in tmp_path.iterdir()] == ["x.parquet"]
    assert target.read_bytes() == b"old"
