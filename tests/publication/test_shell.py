"""The SQL shell, as typed by a person."""

import shutil

import duckdb
import pytest
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from publication.confined import ConfinedDatabase, Limits
from publication.shell import Shell, SqlCompleter, is_complete


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    path = tmp_path_factory.mktemp("published") / "whitepaper.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create table book_cell as select 'TWN' as row_key, 2.5::double as value"
        )
        connection.execute('create table main.other as select 1 as "order"')
        connection.execute("comment on table book_cell is 'cells of the book'")
        connection.execute("comment on column book_cell.value is 'unrounded'")
        connection.execute("create schema zh")
        connection.execute(
            'create view zh.表格數值 as select value as 數值, 1 as "2020" from book_cell'
        )
    return path


@pytest.fixture(scope="module")
def session(database):
    with ConfinedDatabase(database, Limits(256, 60)) as session:
        yield session


@pytest.fixture
def shell(session, database, tmp_path):
    session.database = database
    return Shell(session, lambda: database, tmp_path / "cache" / "history")


def typed(shell, text):
    with create_pipe_input() as pipe:
        pipe.send_text(text)
        shell.run(input=pipe, output=DummyOutput())


def completions(session, text):
    found = SqlCompleter(session).get_completions(Document(text), None)
    return [completion.text for completion in found]


def test_a_query_may_have_several_lines_and_is_remembered(shell, capsys):
    typed(shell, "select row_key,\rvalue from book_cell;\r.quit\r")
    assert "│ TWN     │    2.5 │" in capsys.readouterr().out
    history = shell.history.read_text()
    assert "+select row_key,\n+value from book_cell;" in history
    assert shell.history.stat().st_mode & 0o077 == 0


def test_the_conversation_ends_with_control_d_and_survives_control_c(shell, capsys):
    typed(shell, "select 1\x03select 7 as seven;\r\x04")
    assert "seven" in capsys.readouterr().out


def test_a_mistake_is_told_and_the_conversation_goes_on(shell, capsys):
    assert shell.answer("select nothing;")
    assert shell.answer("select error(chr(27) || '[31mred');")
    assert shell.answer("attach 'x.db';")
    assert shell.answer(".nonsense")
    said = capsys.readouterr()
    assert "not found" in said.err and "\\x1b[31mred" in said.err and "\x1b" not in said.err
    assert "ATTACH is not possible here" in said.err and "no command .nonsense" in said.err


def test_tables_and_columns_are_told_with_what_they_mean(shell, capsys):
    for command in (".tables", ".tables zh", ".describe BOOK_CELL", ".schema zh.表格數值"):
        assert shell.answer(command)
    said = capsys.readouterr().out
    assert "cells of the book" in said and "unrounded" in said
    assert "CREATE VIEW zh." in said


def test_a_name_that_is_not_there_is_answered_with_those_nearby(shell, capsys):
    shell.answer(".describe book_cells")
    shell.answer(".describe x'; attach 'y")
    said = capsys.readouterr().err
    assert "Did you mean book_cell?" in said and "There is no table x'; attach 'y." in said


def test_modes_and_rows_change_how_answers_are_shown(shell, capsys):
    for text in (".mode csv", "from book_cell;", ".mode json", "from book_cell;", ".mode line"):
        shell.answer(text)
    shell.answer(".rows 2")
    shell.answer("from range(5);")
    shell.answer(".mode wild")
    shell.answer(".rows -1")
    said = capsys.readouterr()
    assert "row_key,value\nTWN,2.5\n" in said.out and '{"row_key": "TWN", "value": 2.5}' in said.out
    assert "range = 1\nThe first 2 rows; there are more." in said.out
    assert "Modes are" in said.err and "Give a number of rows" in said.err


def test_a_long_answer_goes_through_the_pager(shell, monkeypatch):
    paged = []
    monkeypatch.setattr("click.echo_via_pager", lambda lines: paged.extend(lines))
    shell.answer("from range(500);")
    assert len(paged) > 500 and paged[-2].startswith("│    499 │")


def test_a_newer_release_is_told_once_and_read_when_asked(session, database, tmp_path, capsys):
    newer = tmp_path / "newer.duckdb"
    shutil.copy(database, newer)
    with duckdb.connect(str(newer)) as connection:
        connection.execute("update book_cell set value = 9")
    published = [database]
    shell = Shell(session, lambda: published[-1], tmp_path / "history")
    published.append(newer)
    typed(shell, "from book_cell;\rselect 1;\r.reopen\rfrom book_cell;\r\x04")
    said = capsys.readouterr()
    assert said.err.count("A newer release") == 1
    assert said.out.index("2.5") < said.out.index("Reading the newest") < said.out.index("9.0")


def test_a_session_that_was_replaced_says_what_is_gone(shell, capsys):
    shell.answer("create temp table mine as select 1;")
    shell.answer("select length(repeat('x', 3000000000));")
    assert "temporary tables and variables are gone" in capsys.readouterr().err


def test_names_are_completed_where_they_belong(session):
    assert completions(session, "select * from book_c") == ["book_cell"]
    assert completions(session, "select * from zh.") == ["表格數值"]
    assert completions(session, "select b.va from book_cell b where b.va") == ["value"]
    assert completions(session, "select * from zh.表格數值 order by 數") == ["數值"]
    assert completions(session, "select * from zh.表格數值 v where v.20") == ['"2020"']
    assert completions(session, "select o.o from other o where o.o") == ['"order"']
    assert "select" in completions(session, "sel")
    assert "round_even" in completions(session, "select round_e")
    assert completions(session, ".des") == [".describe"]
    assert completions(session, ".describe 表") == ["zh.表格數值"]


@pytest.mark.parametrize(
    ("text", "complete"),
    [
        ("select 1;", True),
        ("select 1; -- why", True),
        ("select 1", False),
        ("select ';'", False),
        ("select 'it''s';", True),
        ('select ";" ', False),
        ("select $$;$$;", True),
        ("select $$;", False),
        ("select /* ; ", False),
        ("-- only; a comment", False),
        (".tables", True),
        ("quit", True),
        ("  ", True),
    ],
)
def test_a_query_ends_with_a_semicolon_outside_of_texts_and_comments(text, complete):
    assert is_complete(text) is complete
