"""What an analyst finds in a published edition: views, worked queries, the notebook, `sql`."""

import csv
import importlib.util
import io
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import duckdb
import polars as pl
import pytest
from click.testing import CliRunner

from orchestration.cli import main
from publication.confined import ConfinedDatabase
from publication.views import LONG_VIEWS, write_views

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "docs" / "notebooks" / "research_spending.py"
WORKED_QUERIES = re.findall(r"```sql\n(.*?)```", (ROOT / "docs" / "sql.md").read_text(), re.DOTALL)
MAY_BE_EMPTY = ("correction", "revision")
"""In the shipped edition, which corrects nothing and has one vintage per source."""
WIDE = {"en": "table_", "zh": "表"}


@pytest.fixture(scope="module")
def database(refreshed):
    return (refreshed.published / "current" / "whitepaper.duckdb").resolve()


@pytest.fixture(scope="module")
def connection(database):
    with duckdb.connect(str(database), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def session(database):
    with ConfinedDatabase(database) as session:
        yield session


def views(connection, language):
    found = connection.execute(
        "select view_name, comment from duckdb_views() where schema_name = ? order by 1", [language]
    ).fetchall()
    assert found
    return dict(found)


def columns(connection, language, view):
    return connection.execute(
        "select column_name, comment, data_type from duckdb_columns() "
        "where schema_name = ? and table_name = ? order by column_index",
        [language, view],
    ).fetchall()


@pytest.mark.parametrize("query", WORKED_QUERIES)
def test_every_worked_query_of_the_documentation_gives_rows(session, query):
    assert len(session.frame(query)) > 0


def test_the_documentation_names_only_views_that_there_are(connection):
    text = (ROOT / "docs" / "sql.md").read_text()
    for language in ("en", "zh"):
        named = set(re.findall(rf"\b{language}\.(\w+)", text))
        assert named and named <= set(views(connection, language))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_view_and_column_says_what_it_is_in_its_language(connection, language):
    chinese = re.compile(r"[\u4e00-\u9fff]")
    for view, comment in views(connection, language).items():
        assert comment, view
        described = columns(connection, language, view)
        for name, text, _ in described:
            assert text, (view, name)
            assert bool(chinese.search(name)) is (language == "zh") or name[0].isdecimal()
        if language == "zh":
            assert chinese.search(comment)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_names_need_no_quotes_unless_they_begin_with_a_digit(connection, language):
    for view in views(connection, language):
        names = [name for name, *_ in columns(connection, language, view)]
        bare = ", ".join(f'"{n}"' if n[0].isdecimal() else n for n in names)
        found = connection.execute(f"select {bare} from {language}.{view} limit 1")
        assert [column[0] for column in found.description] == names


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("view", LONG_VIEWS, ids=lambda view: view.table)
def test_a_long_view_has_every_row_of_its_table_once(connection, view, language):
    rows = connection.execute(
        f"select (select count(*) from {language}.{view.name.of(language)}), "
        f"(select count(*) from main.{view.table})"
    ).fetchone()
    assert rows[0] == rows[1]
    assert rows[0] > 0 or view.table in MAY_BE_EMPTY


@pytest.mark.parametrize("language", ["en", "zh"])
def test_wide_views_hold_every_number_of_the_book_once_and_unrounded(connection, language):
    tables = connection.execute("select table_id from book_table order by 1").fetchall()
    wide = [view for view in views(connection, language) if re.match(WIDE[language] + r"\d", view)]
    assert len(wide) == len(tables) == 20
    for (table_id,) in tables:
        view = WIDE[language] + table_id[1:].replace("-", "_")
        numbers = [
            name for name, _, kind in columns(connection, language, view) if kind == "DOUBLE"
        ]
        listed = ", ".join(f'"{name}"' for name in numbers)
        shown = connection.execute(f"select {listed} from {language}.{view}").fetchall()
        cells = connection.execute(
            "select value from book_cell where table_id = ? and value is not null", [table_id]
        ).fetchall()
        assert Counter(v for row in shown for v in row if v is not None) == Counter(
            value for (value,) in cells
        )
        *_, (marks, _, _) = columns(connection, language, view)
        marked = connection.execute(f"select {marks} from {language}.{view}").fetchall()
        statuses = connection.execute(
            "select count(*) from book_cell where table_id = ? and status <> ''", [table_id]
        ).fetchone()
        assert sum(len(text.split(", ")) for (text,) in marked if text) == statuses[0]


def test_wide_views_put_a_number_where_the_book_prints_it(connection):
    chinese = connection.execute(
        "select 名稱, \"研發經費支出金額_2023年\", 註記 from zh.表1_2_01 where 列代碼 = 'CHE'"
    ).fetchone()
    assert chinese[0] == "瑞士" and chinese[1] == pytest.approx(228.65895)
    assert "研發經費支出金額_2023年 E" in chinese[2]
    first = connection.execute(
        "select ten_most_populous_countries_2024_country_name, "
        "ten_most_populous_countries_2035_country_name, "
        "ten_most_populous_countries_2024_population_million from en.table_1_1_01 where line_no = 2"
    ).fetchone()
    assert first == ("China", "China", 1421.0)
    stages = connection.execute("select * from en.table_1_4_07").fetchall()
    assert [row[2] for row in stages] == ["Stage 1", "Stage 2", "Stage 3"]


HOSTILE = (
    "=cmd|'/C calc'!A0",
    "<script>alert(1)</script>",
    "x'; drop table main.book_cell; --",
    '"; drop schema main cascade; --',
    "\u202egnp.exe\u2066",
    "\x1b]0;owned\x07",
    "{0} {language} %s $1",
    "> > >",
    "",
    "表" * 500,
)


def test_hostile_labels_give_plain_names_and_are_only_told(database, tmp_path):
    copy = tmp_path / "whitepaper.duckdb"
    shutil.copy(database, copy)
    copy.chmod(0o644)
    with duckdb.connect(str(copy)) as connection:
        connection.execute("drop schema en cascade; drop schema zh cascade")
        for column in ("header_zh", "header_en"):
            connection.executemany(
                f"update book_column set {column} = ? where position % {len(HOSTILE)} = ?",
                [[text, number] for number, text in enumerate(HOSTILE)],
            )
        connection.execute(
            "update book_column set header_zh = header_zh || position || measure, "
            "header_en = header_en || position || measure"
        )
        connection.execute("update book_row set label_zh = ?, label_en = ?", HOSTILE[:2])
        connection.execute("update book_table set title_zh = ?, title_en = ?", HOSTILE[2:4])
        cells = connection.execute("select count(*) from book_cell").fetchone()
        write_views(connection)
        for language in ("en", "zh"):
            for view in views(connection, language):
                for name, comment, _ in columns(connection, language, view):
                    assert re.fullmatch(r"\w{1,90}", name) and comment
                connection.execute(f'select * from {language}."{view}"').fetchall()
        assert connection.execute("select count(*) from book_cell").fetchone() == cells
        comment = views(connection, "en")["table_1_2_01"]
        assert HOSTILE[3] in comment


def test_an_estimate_of_the_publisher_is_not_told_as_the_editors(database, tmp_path):
    copy = tmp_path / "whitepaper.duckdb"
    shutil.copy(database, copy)
    copy.chmod(0o644)
    taiwan = "indicator_id = 'gerd_constant_ppp' and area_code = 'TWN' and period = '2023'"
    with duckdb.connect(str(copy)) as connection:
        connection.execute(f"update main.indicator_observation set status = 'E' where {taiwan}")
        told = connection.execute(
            f"select status_meaning from en.observations where {taiwan} union all "
            "select 狀態說明 from zh.指標值 where 指標代碼 = 'gerd_constant_ppp' "
            "and 地區代碼 = 'TWN' and 期間 = '2023'"
        ).fetchall()
        assert told == [("estimated by the publisher",), ("發布機關推估",)]
        own = connection.execute(
            "select distinct status_meaning from en.observations where estimate_rule is not null"
        ).fetchall()
        assert own == [("the editor's estimate",)]
        assert connection.execute(
            "select distinct status_meaning from en.cells where status = '' "
        ).fetchall() == [("normal",)]


def run_notebook():
    spec = importlib.util.spec_from_file_location("notebook", NOTEBOOK)
    notebook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(notebook)
    return notebook.app.run()


def test_the_notebook_answers_its_question_from_the_published_edition(
    refreshed, session, monkeypatch
):
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.setenv("WHITEPAPER_DATA", str(refreshed.root / "data"))
    monkeypatch.chdir(refreshed.root)
    _, found = run_notebook()
    gained = session.rows(
        "select max(value) filter (period = '2023') - max(value) filter (period = '2019') "
        "from main.book_cell where table_id = 'T1-2-02' and row_key = 'TWN' "
        "and measure = 'gerd_pct_gdp'"
    )[0][0]
    assert f"Taiwan gained {gained:.2f} percentage points of GDP: place 3 of 19" in found["answer"]
    assert len(found["figure"].axes[0].lines) == 2 * 4


def test_the_notebook_says_so_when_nothing_is_published(refreshed, tmp_path):
    result = subprocess.run(
        [sys.executable, str(NOTEBOOK)],
        cwd=refreshed.root,
        env={**refreshed.environment, "WHITEPAPER_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "Run `whitepaper refresh` first" in result.stderr and "Traceback" not in result.stderr


@pytest.fixture
def sql(refreshed, monkeypatch):
    """`whitepaper sql`, in this process."""
    monkeypatch.setenv("WHITEPAPER_DATA", str(refreshed.root / "data"))
    monkeypatch.chdir(refreshed.root)

    def run(*arguments, **options):
        return CliRunner().invoke(main, ["sql", *map(str, arguments)], **options)

    return run


def test_a_query_comes_as_argument_file_or_through_a_pipe(sql, tmp_path):
    query = "select row_name, value from en.cells where table_id = 'T1-2-01' limit 2"
    (tmp_path / "query.sql").write_text(query, encoding="utf-8-sig")
    piped = list(csv.DictReader(io.StringIO(sql("--csv", input=query).stdout)))
    assert [row["row_name"] for row in piped] == ["United States"] * 2
    from_file = json.loads(sql("--json", "--file", tmp_path / "query.sql").stdout)
    assert [row["value"] for row in from_file] == [6860.0, 7299.0]
    target = tmp_path / "x.parquet"
    assert "Wrote 2 rows" in sql(query, "--parquet", target).stdout
    assert len(pl.read_parquet(target)) == 2
    assert "row_name = United States" in sql(query, "--line").stdout


@pytest.mark.parametrize(
    ("arguments", "message", "code"),
    [
        (["select nothing"], "not found", 1),
        (["copy book_cell to 'x.csv'"], "COPY is not possible here", 1),
        (["select error(chr(27) || '[31m')"], "\\x1b[31m", 1),
        (["select length(repeat('x', 3000000000))", "--memory", 64], "more than its 64 MB", 1),
        (["select pg_sleep(600)", "--seconds", 0.2], "longer than 0.2 seconds", 1),
        (["select 1; select 2", "--json"], "holds one result", 1),
        (["set variable x = 1", "--csv"], "no rows", 1),
        (["select 1", "--parquet", "nowhere/x.parquet"], "nowhere", 1),
        (["select 1", "--csv", "--edition", "2031-32"], "no edition", 1),
        (["select 1", "--csv", "--parquet", "x"], "not both", 2),
        (["select 1", "--file", "pyproject.toml"], "not both", 2),
    ],
)
def test_what_cannot_be_answered_is_one_message(sql, arguments, message, code):
    result = sql(*arguments)
    assert result.exit_code == code
    assert message in result.stderr and "Traceback" not in result.stderr
    assert "\x1b" not in result.stderr


def test_a_reader_of_the_pipe_that_has_read_enough_ends_it_quietly(refreshed):
    command = " ".join(map(shlex.quote, refreshed.command("sql", "--csv", "from range(300000)")))
    result = subprocess.run(
        f"{command} | head -n 1",
        shell=True,
        cwd=refreshed.root,
        env=refreshed.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.stdout, result.stderr) == ("range\n", "")
