"""The process in which SQL from outside runs: reads one database, and can do nothing else.

Here: locking the process and DuckDB down, and answering queries read from stdin with frames on
stdout. Not here: limits of time, restarts and everything that a person sees
(publication.confined, which starts this file with `python -I` and an empty environment).

DuckDB's own memory limit does not count what a function makes of one value
(`repeat('x', 3000000000)`), nor can such a function be interrupted. Therefore a process of its own:
the operating system bounds its memory, forbids it to write files, and can always end it.

Frames on stdout: one byte kind, eight bytes length, payload.

====  ==================================================================
R     the database is open
C     columns of a result: JSON list of [name, DuckDB type]
A     rows: an Arrow stream with one batch
E     end of this result
X     JSON {"kind", "message"}: what went wrong; ends the query
Z     end of the query
====  ==================================================================
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import resource
import struct
import sys
import threading
from typing import BinaryIO

import duckdb
import pyarrow as pa

HEADER = struct.Struct(">cQ")
BATCH_ROWS = 10_000

PROCESS_OVERHEAD = 1536 << 20
"""Address space of Python, DuckDB and Arrow before the first query: 1.1 GiB, with room to work."""

SETTINGS = (
    # Nothing is loaded, installed or kept.
    ("autoinstall_known_extensions", "false"),
    ("autoload_known_extensions", "false"),
    ("allow_community_extensions", "false"),
    ("allow_extension_repositories", "forbidden"),
    ("allow_persistent_secrets", "false"),
    ("secret_directory", ""),
    # What does not fit into memory fails; nothing is spilled to a disk.
    ("temp_directory", ""),
    ("max_temp_directory_size", "0B"),
    # A name in a query is never a variable of Python.
    ("python_enable_replacements", "false"),
    # In this order: the last two make the others final.
    ("enable_external_access", "false"),
    ("lock_configuration", "true"),
)

_STATEMENTS = duckdb.StatementType
ALLOWED = {
    *(_STATEMENTS.SELECT, _STATEMENTS.EXPLAIN, _STATEMENTS.RELATION, _STATEMENTS.CALL),
    *(_STATEMENTS.PRAGMA, _STATEMENTS.PREPARE, _STATEMENTS.EXECUTE, _STATEMENTS.MULTI),
    *(_STATEMENTS.SET, _STATEMENTS.VARIABLE_SET, _STATEMENTS.TRANSACTION, _STATEMENTS.LOGICAL_PLAN),
    # On temporary tables only: the database is opened read-only.
    *(_STATEMENTS.CREATE, _STATEMENTS.CREATE_FUNC, _STATEMENTS.DROP, _STATEMENTS.ALTER),
    *(_STATEMENTS.INSERT, _STATEMENTS.UPDATE, _STATEMENTS.DELETE, _STATEMENTS.MERGE_INTO),
}
ROWS = {
    *(_STATEMENTS.SELECT, _STATEMENTS.EXPLAIN, _STATEMENTS.RELATION, _STATEMENTS.CALL),
    *(_STATEMENTS.PRAGMA, _STATEMENTS.EXECUTE, _STATEMENTS.MULTI, _STATEMENTS.LOGICAL_PLAN),
}
"""Statements whose rows are the answer; of the others DuckDB only says that they succeeded."""


class Refused(Exception):
    """A statement that has no place in a confined session."""


def confine(memory_bytes: int) -> None:
    """Bound this process's memory and take from it the writing of files."""
    limits = {
        "RLIMIT_AS": memory_bytes + PROCESS_OVERHEAD,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": 64,
    }
    for name, limit in limits.items():
        kind = getattr(resource, name)
        _, hard = resource.getrlimit(kind)
        wanted = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        # macOS has no limit on the address space: DuckDB's own then is the only one.
        with contextlib.suppress(ValueError):
            resource.setrlimit(kind, (wanted, wanted))


def open_database(path: str, memory_bytes: int) -> duckdb.DuckDBPyConnection:
    """Open the database so that nothing else can be reached from it."""
    connection = duckdb.connect(path, read_only=True)
    connection.execute(f"set memory_limit = '{memory_bytes}B'")
    for name, value in SETTINGS:
        connection.execute(f"set {name} = '{value}'")
    return connection


class Server:
    """Answers the queries that come on stdin, one after the other."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, out: BinaryIO) -> None:
        self._connection = connection
        self._out = out
        self._queries: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._stopped = threading.Event()

    def listen(self, requests: BinaryIO) -> None:
        """Take requests, also while a query runs; without anyone to ask, end at once."""
        for line in requests:
            request = json.loads(line)
            if request.get("stop"):
                self._stopped.set()
                self._connection.interrupt()
            else:
                self._stopped.clear()
                self._queries.put(request["sql"])
        os._exit(0)

    def serve(self) -> None:
        """Answer until the process is ended."""
        while True:
            sql = self._queries.get()
            try:
                for statement in self._connection.extract_statements(sql):
                    if self._stopped.is_set():
                        break
                    self._answer(statement)
            except Refused as error:
                self._failed("refused", str(error))
            except duckdb.InterruptException:
                self._failed("stopped", "")
            except (duckdb.OutOfMemoryException, MemoryError) as error:
                self._failed("memory", str(error))
            except OSError as error:
                # This is how Arrow's reader hands on what DuckDB says while rows are read.
                kind = "stopped" if str(error).startswith("INTERRUPT") else "query"
                kind = "memory" if "Out of Memory" in str(error) else kind
                self._failed(kind, str(error))
            except (duckdb.Error, pa.ArrowException, RuntimeError, ValueError) as error:
                self._failed("query", str(error))
            self._send(b"Z", b"")

    def _answer(self, statement: duckdb.Statement) -> None:
        if statement.type not in ALLOWED:
            raise Refused(
                f"{statement.type.name.replace('_', ' ')} is not possible here: the published "
                "database is only read, without access to files or the network."
            )
        relation = self._connection.sql(statement.query)
        if relation is None or statement.type not in ROWS or relation.columns == ["Success"]:
            return
        columns = [
            [name, str(kind)] for name, kind in zip(relation.columns, relation.types, strict=True)
        ]
        self._send(b"C", json.dumps(columns).encode())
        reader = relation.to_arrow_reader(BATCH_ROWS)
        for field, (name, kind) in zip(reader.schema, columns, strict=True):
            _can_be_handed_on(field.type, f"{name} ({kind})")
        self._send_rows(pa.RecordBatch.from_pylist([], schema=reader.schema))
        for batch in reader:
            if self._stopped.is_set():
                break
            self._send_rows(batch)
        self._send(b"E", b"")

    def _send_rows(self, batch: pa.RecordBatch) -> None:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        self._send(b"A", sink.getvalue())

    def _failed(self, kind: str, message: str) -> None:
        self._send(b"X", json.dumps({"kind": kind, "message": message}).encode())

    def _send(self, kind: bytes, payload: bytes | pa.Buffer) -> None:
        self._out.write(HEADER.pack(kind, len(payload)))
        self._out.write(payload)
        self._out.flush()


def _can_be_handed_on(kind: pa.DataType, column: str) -> None:
    """Try whether Arrow can make values of a type.

    Raises:
        Refused: it cannot, and says no more than a word of its own.
    """
    try:
        pa.array([], kind)
    except (pa.ArrowException, NotImplementedError):
        raise Refused(
            f"The values of column {column} cannot be handed on: cast them to varchar."
        ) from None


def main(path: str, memory_bytes: int) -> None:
    """Open the database and answer queries until stdin ends."""
    # Whatever a library prints goes nowhere: stdout carries frames only.
    out = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    confine(memory_bytes)
    try:
        connection = open_database(path, memory_bytes)
    except duckdb.Error as error:
        message = json.dumps({"kind": "open", "message": str(error)}).encode()
        out.write(HEADER.pack(b"X", len(message)) + message)
        out.flush()
        return
    server = Server(connection, out)
    server._send(b"R", b"")
    threading.Thread(target=server.listen, args=(sys.stdin.buffer,), daemon=True).start()
    server.serve()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
