"""SQLite as a ledger: a version that keeps its promises, the settings that make it keep them, and its writer.

FULL is not negotiable: with NORMAL simulated power cuts lost acknowledged rows. WAL lets readers never wait for the writer.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import URL, Connection, Engine, FromClause, PoolProxiedConnection, create_engine, event
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler

from engine.ledger import tables
from engine.ledger.chain import START
from engine.ledger.driver import sqlite_driver
from engine.ledger.entries import Head, Receipt
from engine.ledger.outcomes import Unavailable, UnsafeDatabase
from engine.ledger.statements import Upsert, Values, insert, many, upserts
from engine.ledger.writer import Ground, Refused

BUSY_MS = 10_000
# The driver lets other threads run at every row it steps to, while this one holds everybody's turn. So the ground is one row,
# and rows are inserted many at a time.
GROUND = """
SELECT (SELECT max(number) FROM receipts),
       (SELECT json_group_array(json_array(command_id, hex(digest), body)) FROM receipts
        WHERE command_id IN (SELECT value FROM json_each(?))),
       (SELECT json_group_object(value, (SELECT max(stream_seq) FROM events WHERE stream = value)) FROM json_each(?)),
       head.seq, head.hash
FROM (SELECT 1) LEFT JOIN (SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1) AS head
"""
AT_ONCE = 64  # rows of one statement


def engines(url: URL) -> tuple[Engine, Engine]:
    """(readers, writers). Readers are a pool and cannot write; writers begin IMMEDIATE, so they never fail halfway."""
    if url.database in (None, "", ":memory:"):
        raise UnsafeDatabase("memory", str(url))
    return _engine(url, "BEGIN", True), _engine(url, "BEGIN IMMEDIATE", False)


class _Compiler(SQLiteCompiler):
    """With the hints that a query gives for a table, which SQLAlchemy leaves out for SQLite."""

    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:  # noqa: ARG002
        """INDEXED BY, as the query says it."""
        return text


def _engine(url: URL, begin: str, is_reader: bool) -> Engine:
    arguments = {"check_same_thread": False, "timeout": BUSY_MS / 1000}
    engine = create_engine(url, module=sqlite_driver(), pool_size=8, max_overflow=56, connect_args=arguments)
    engine.dialect.statement_compiler = _Compiler

    def connected(connection: Any, _: object) -> None:
        configure(connection, is_reader)

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
    return engine


def configure(connection: Any, is_reader: bool) -> None:
    """Settings of every connection. Raises UnsafeDatabase when one does not take."""
    connection.isolation_level = None  # the driver's own BEGIN would be deferred
    if (mode := _write_ahead(connection)) != "wal":
        raise UnsafeDatabase("wal", mode)
    connection.execute("PRAGMA synchronous=FULL")
    if (level := connection.execute("PRAGMA synchronous").fetchone()[0]) != 2:
        raise UnsafeDatabase("synchronous", str(level))
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA recursive_triggers=ON")  # else REPLACE deletes without asking the triggers
    connection.execute("PRAGMA secure_delete=ON")  # what is erased or rewritten is overwritten with zeros
    connection.execute(f"PRAGMA query_only={int(is_reader)}")


def _write_ahead(connection: Any) -> str:
    """The journal mode after asking for WAL. SQLite does not wait by itself when others switch a new database too."""
    patience = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            return str(connection.execute("PRAGMA journal_mode=WAL").fetchone()[0])
        except sqlite_driver().OperationalError:
            if time.monotonic() > patience:
                raise
            time.sleep(0.01)


class SqliteWriter:
    """Keeps one connection from the writers' pool between transactions."""

    def __init__(self, engine: Engine) -> None:
        self.upserts: Mapping[str, Upsert] = upserts("?")
        self._engine = engine
        self._errors: Any = engine.dialect.loaded_dbapi
        self._kept: PoolProxiedConnection | None = None
        self._insert_event = insert(tables.events, "?")
        self._insert_receipt = insert(tables.receipts, "?")

    def begin(self, commands: Sequence[str], streams: Sequence[str]) -> Ground:
        try:
            return self._ground(self._connection(), orjson.dumps(commands).decode(), orjson.dumps(streams).decode())
        except Exception as error:
            raise self._judged(error) from error

    def insert(self, events: Sequence[Values], receipts: Sequence[Values], rows: Mapping[str, Sequence[Values]]) -> None:
        connection = self._connection()
        try:
            _insert(connection, self._insert_event, events)
            _insert(connection, self._insert_receipt, receipts)
            for table, values in rows.items():
                _insert(connection, self.upserts[table].sql, values)
        except Exception as error:
            raise self._judged(error) from error

    def commit(self) -> None:
        try:
            self._connection().execute("COMMIT")
        except Exception as error:
            raise self._judged(error) from error

    def abandon(self) -> None:
        # Closing undoes the transaction whatever state a full or failing disk left the connection in.
        self.close()

    def close(self) -> None:
        if self._kept:
            self._kept.invalidate()
            self._kept = None

    def _connection(self) -> Any:
        if not self._kept:
            self._kept = self._engine.raw_connection()
        return self._kept.driver_connection

    def _ground(self, connection: Any, commands: str, streams: str) -> Ground:
        connection.execute("BEGIN IMMEDIATE")
        number, known, ends, *head = connection.execute(GROUND, (commands, streams)).fetchone()
        receipts = (Receipt(name, bytes.fromhex(digest), body.encode()) for name, digest, body in orjson.loads(known))
        return Ground(
            Head(*head) if head[0] else START,
            number or 0,
            {receipt.command_id: receipt for receipt in receipts},
            {stream: end or 0 for stream, end in orjson.loads(ends).items()},
        )

    def _judged(self, error: Exception) -> Exception:
        if isinstance(error, self._errors.OperationalError | self._errors.InternalError):
            return Unavailable(str(error))
        if isinstance(error, self._errors.Error | OverflowError):
            return Refused(f"{type(error).__name__}: {error}")
        return error


def _insert(connection: Any, sql: str, rows: Sequence[Values]) -> None:
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        connection.execute(many(sql, len(some)), [value for row in some for value in row])
