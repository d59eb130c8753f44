"""The SQL shell: reading lines with history and completion, showing answers page by page.

Here: what a person at a terminal types and sees. Not here: running queries (publication.confined),
drawing answers (publication.query_output), which release is read (orchestration).
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click
from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.lexers import PygmentsLexer
from pygments.lexers.sql import PostgresLexer

from publication.confined import ConfinedDatabase, QueryError, QueryStopped, Result
from publication.files import quoted
from publication.query_output import line_by_line, table, visible, write_csv, write_json
from publication.release import literal

PROMPT = "whitepaper> "
CONTINUED = "       ...> "
MODES = ("table", "line", "csv", "json")
SHOWN_ROWS = 1000

_HELP = """\
End a query with `;`, it may have several lines. Tab completes, arrow up brings back earlier ones,
Ctrl+R searches them, Ctrl+C stops a query, Ctrl+D leaves.

.tables [SCHEMA]   tables and views, with what they hold
.describe TABLE    its columns, with what they mean
.schema TABLE      the statement that makes it
.mode [MODE]       how answers are shown: table, line (one value per line), csv, json
.rows [N]          how many rows of an answer are shown (1000)
.reopen            read the newest release; what was temporary is gone
.help              this
.quit              leave

Schemas: `en` and `zh` hold views with plain names, in English and Chinese; `main` the tables.
Everything is read-only, without access to files or the network. docs/sql.md has worked queries."""

_TABLES = """
    select schema_name as "schema", table_name as name, comment
    from duckdb_tables() where not internal
    union all
    select schema_name, view_name, comment from duckdb_views() where not internal
"""
_COLUMNS = """
    select schema_name as "schema", table_name as "table", column_name as "column",
        lower(data_type) as type, comment
    from duckdb_columns() where not internal
"""
_DEFINITIONS = """
    select schema_name as "schema", table_name as name, sql from duckdb_tables() where not internal
    union all
    select schema_name, view_name, sql from duckdb_views() where not internal
"""
_WORDS = """
    select distinct function_name as word, 'function' as kind from duckdb_functions()
    where regexp_full_match(function_name, '[a-z][a-z0-9_]*')
    union all
    select keyword_name, 'keyword' from duckdb_keywords()
"""
_RESERVED = "select keyword_name from duckdb_keywords() where keyword_category = 'reserved'"

_CLOSED = re.compile(
    r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\$(\w*)\$.*?\$\1\$|--[^\n]*(?=\n|\Z)|/\*.*?\*/", re.DOTALL
)
"""Texts, quoted names and comments that end: a `;` within does not end a query."""

_OPENED = ("'", '"', "$$", "/*")


def is_complete(text: str) -> bool:
    """Whether what was typed can be run: a command, or a query up to its `;`.

    >>> is_complete("select 1;"), is_complete("select ';"), is_complete("select 1; -- done")
    (True, False, True)
    >>> is_complete(".tables"), is_complete(""), is_complete("select 1")
    (True, True, False)
    """
    if not text.strip() or _is_command(text):
        return True
    bare = _CLOSED.sub(" ", text).rstrip()
    return bare.endswith(";") and not any(mark in bare for mark in _OPENED)


def _is_command(text: str) -> bool:
    stripped = text.strip()
    return stripped.startswith(".") or stripped.lower().rstrip(";") in ("help", "quit", "exit")


@dataclass(frozen=True)
class Catalogue:
    """What can be completed: tables by schema, columns by table, and words."""

    tables: dict[str, list[str]]
    columns: dict[str, list[str]]
    words: dict[str, str]
    reserved: frozenset[str]

    def quoted(self, name: str) -> str:
        """A name as it must stand in SQL, quoted only where it has to be."""
        if re.fullmatch(r"[^\W\d]\w*", name) and name.lower() not in self.reserved:
            return name
        return quoted(name)

    @classmethod
    def read(cls, session: ConfinedDatabase) -> Catalogue:
        """Read it from the database."""
        tables: dict[str, list[str]] = {}
        columns: dict[str, list[str]] = {}
        for schema, name, _ in session.rows(_TABLES):
            tables.setdefault(schema, []).append(name)
        for schema, name, column, *_ in session.rows(_COLUMNS):
            for table_name in (name, f"{schema}.{name}"):
                known = columns.setdefault(table_name.lower(), [])
                if column not in known:
                    known.append(column)
        words = {word: kind for word, kind in session.rows(_WORDS)}
        reserved = frozenset(word for (word,) in session.rows(_RESERVED))
        return cls(tables, columns, words, reserved)


class SqlCompleter(Completer):
    """Completes columns of the tables named in the query, tables, functions and keywords."""

    _WORD = re.compile(r"[\w.\"]*\Z")
    _NAMED = re.compile(r"\b(?:from|join)\s+([\w.\"]+)(?:\s+(?:as\s+)?(\w+))?", re.IGNORECASE)

    def __init__(self, session: ConfinedDatabase) -> None:
        self._session = session
        self.catalogue: Catalogue | None = None

    def get_completions(self, document: Document, _: CompleteEvent) -> Iterator[Completion]:
        """Give what fits the word before the cursor, likeliest first."""
        if self.catalogue is None:
            self.catalogue = Catalogue.read(self._session)
        before = document.text_before_cursor
        found = self._WORD.search(before)
        word = found.group() if found else ""
        if before.lstrip().startswith("."):
            yield from self._for_command(before.lstrip())
            return
        qualifier, dot, start = word.rpartition(".")
        start = start.lstrip('"')
        if dot:
            candidates = self._members(qualifier.replace('"', "").lower(), document.text)
        elif start:
            candidates = self._words(document.text)
        else:
            return
        length = len(word) - len(qualifier) - len(dot)
        seen = set()
        for name, kind in candidates:
            if name.lower().startswith(start.lower()) and name not in seen:
                seen.add(name)
                is_word = kind in ("function", "keyword")
                text = name if is_word else self.catalogue.quoted(name)
                yield Completion(text, -length, display=visible(name), display_meta=kind)

    def _for_command(self, before: str) -> Iterator[Completion]:
        assert self.catalogue is not None
        command, space, argument = before.partition(" ")
        if not space:
            names = [line.split()[0] for line in _HELP.splitlines() if line.startswith(".")]
            yield from (Completion(n, -len(command)) for n in names if n.startswith(command))
        elif command in (".describe", ".schema"):
            for schema, tables in self.catalogue.tables.items():
                for name in tables:
                    own = self.catalogue.quoted(name)
                    full = own if schema == "main" else f"{schema}.{own}"
                    if argument.lower() in full.lower():
                        yield Completion(full, -len(argument), display=visible(full))
        elif command == ".mode":
            yield from (Completion(m, -len(argument)) for m in MODES if m.startswith(argument))

    def _members(self, qualifier: str, query: str) -> Iterator[tuple[str, str]]:
        assert self.catalogue is not None
        yield from ((name, "table") for name in self.catalogue.tables.get(qualifier, ()))
        aliases = {alias.lower(): name for name, alias in self._NAMED.findall(query) if alias}
        name = aliases.get(qualifier, qualifier).replace('"', "").lower()
        yield from ((column, "column") for column in self.catalogue.columns.get(name, ()))

    def _words(self, query: str) -> Iterator[tuple[str, str]]:
        assert self.catalogue is not None
        for name, _ in self._NAMED.findall(query):
            known = self.catalogue.columns.get(name.replace('"', "").lower(), ())
            yield from ((column, "column") for column in known)
        yield from ((name, "schema") for name in self.catalogue.tables)
        yield from ((name, "table") for name in self.catalogue.tables.get("main", ()))
        yield from self.catalogue.words.items()


@dataclass
class Shell:
    """A conversation with the published database.

    `newest` tells which database is published now: a refresh may publish while the shell is open.
    """

    session: ConfinedDatabase
    newest: Callable[[], Path]
    history: Path
    mode: str = "table"
    shown_rows: int = SHOWN_ROWS
    _told_of: Path | None = None
    _restarts: int = field(default=0)

    def run(self, **terminal: Any) -> None:
        """Read and answer until the person leaves.

        Args:
            terminal: `input` and `output` of prompt_toolkit, where it is not the process's own.
        """
        completer = SqlCompleter(self.session)
        prompt: PromptSession[str] = PromptSession(
            PROMPT,
            lexer=PygmentsLexer(PostgresLexer),
            completer=completer,
            complete_while_typing=False,
            auto_suggest=AutoSuggestFromHistory(),
            history=_history(self.history),
            multiline=Condition(lambda: not is_complete(prompt.default_buffer.text)),
            prompt_continuation=CONTINUED,
            **terminal,
        )
        click.echo("`.help` tells how, `.tables` shows what there is; `.quit` leaves.")
        while True:
            self._tell_of_newer()
            try:
                text = prompt.prompt()
            except KeyboardInterrupt:
                continue
            except EOFError:
                return
            if not self.answer(text):
                return
            completer.catalogue = None if self._changes(text) else completer.catalogue

    def answer(self, text: str) -> bool:
        """Do what was typed; return whether the conversation goes on."""
        try:
            if _is_command(text):
                return self._command(text)
            if text.strip():
                self._query(text)
        except KeyboardInterrupt:
            click.echo("The query was stopped.", err=True)
        except QueryStopped as error:
            click.echo(str(error), err=True)
        except QueryError as error:
            click.echo(visible(str(error), lines=True), err=True)
        except ValueError as error:
            click.echo(str(error), err=True)
        if self.session.restarts > self._restarts:
            self._restarts = self.session.restarts
            click.echo("The session began anew: temporary tables and variables are gone.", err=True)
        return True

    def _changes(self, text: str) -> bool:
        return re.search(r"\b(create|drop|alter)\b|\.reopen", text, re.IGNORECASE) is not None

    def _tell_of_newer(self) -> None:
        newest = self.newest()
        if newest not in (self.session.database, self._told_of):
            self._told_of = newest
            click.echo("A newer release has been published; `.reopen` reads it.", err=True)

    def _command(self, text: str) -> bool:
        name, _, argument = text.strip().rstrip(";").partition(" ")
        argument = argument.strip()
        match name.lower().lstrip("."):
            case "quit" | "exit" | "q":
                return False
            case "help":
                click.echo(_HELP)
            case "tables":
                self._tables(argument)
            case "describe" | "d":
                columns = 'select "schema", "table", "column", type, comment'
                self._about(f"{columns} from ({_COLUMNS})", '"table"', argument)
            case "schema":
                self._definition(argument)
            case "mode":
                self._set_mode(argument)
            case "rows":
                self._set_rows(argument)
            case "reopen":
                self.session.close()
                self.session.database = self.newest()
                click.echo("Reading the newest release.")
            case _:
                raise ValueError(f"There is no command {visible(name)}. `.help` lists them.")
        return True

    def _tables(self, schema: str) -> None:
        wanted = f'where lower("schema") = lower({literal(schema)})' if schema else ""
        order = """order by array_position(['main', 'en', 'zh'], "schema"), name"""
        self._query(f"select * from ({_TABLES}) {wanted} {order}")

    def _about(self, query: str, column: str, name: str) -> None:
        """Show the rows of a look into the catalogue that are about a table."""
        self._query(f"{query} where {self._is_table(column, name)}")

    def _definition(self, name: str) -> None:
        found = self.session.rows(
            f"select sql from ({_DEFINITIONS}) where {self._is_table('name', name)}"
        )
        self._show(line for (sql,) in found for line in visible(sql, lines=True).splitlines())

    def _is_table(self, column: str, name: str) -> str:
        """The condition that a row of the catalogue is about a table.

        Raises:
            ValueError: there is no such table.
        """
        if not name:
            raise ValueError("Name a table, e.g. `.describe book_cell`; `.tables` lists them.")
        schema, _, bare = name.replace('"', "").rpartition(".")
        known = self.session.rows(f'select "schema", name from ({_TABLES})')
        hits = [
            (own_schema, own)
            for own_schema, own in known
            if own.lower() == bare.lower() and schema.lower() in ("", own_schema.lower())
        ]
        if not hits:
            near = get_close_matches(bare, [own for _, own in known], 3)
            hint = f" Did you mean {', '.join(near)}?" if near else " `.tables` lists them."
            raise ValueError(visible(f"There is no table {name}.{hint}"))
        pairs = ", ".join(f"({literal(s)}, {literal(own)})" for s, own in hits)
        return f'("schema", {column}) in ({pairs})'

    def _set_mode(self, mode: str) -> None:
        if mode:
            if mode not in MODES:
                raise ValueError(f"Modes are {', '.join(MODES)}.")
            self.mode = mode
        click.echo(f"Answers are shown as {self.mode}.")

    def _set_rows(self, rows: str) -> None:
        if rows:
            if not rows.isascii() or not rows.isdecimal() or int(rows) < 1:
                raise ValueError("Give a number of rows, e.g. `.rows 200`.")
            self.shown_rows = int(rows)
        click.echo(f"Of an answer, {self.shown_rows:,} rows are shown.")

    def _query(self, sql: str) -> None:
        began = time.monotonic()
        answered = False
        for result in self.session.results(sql):
            answered = True
            if self.mode == "csv":
                write_csv(result, sys.stdout)
            elif self.mode == "json":
                write_json(result, sys.stdout)
            else:
                self._show(self._drawn(result))
        if not answered:
            click.echo(f"Done in {time.monotonic() - began:.2f} s.")

    def _drawn(self, result: Result) -> Iterable[str]:
        drawn = table if self.mode == "table" else line_by_line
        return drawn(result, self.shown_rows)

    def _show(self, found: Iterable[str]) -> None:
        """Print lines, through the pager where they are more or longer than the terminal holds."""
        from rich.cells import cell_len

        lines = list(found)
        size = shutil.get_terminal_size()
        if len(lines) < size.lines and all(cell_len(line) <= size.columns for line in lines):
            for line in lines:
                click.echo(line)
            return
        # Long lines are cut at the edge and scrolled with the arrows, not folded.
        os.environ.setdefault("LESS", "-SRX")
        click.echo_via_pager(f"{line}\n" for line in lines)


def _history(path: Path) -> History:
    """The history kept in a file; where that cannot be written, one that ends with the shell."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(path))
