"""PostgreSQL as a ledger: its engines and its writer. Several servers may share one database.

Writers take turns by an advisory lock for the length of one transaction; only then is the head read, so the chain never forks.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from sqlalchemy import URL, Engine, PoolProxiedConnection, create_engine
from sqlalchemy.exc import OperationalError as ConnectFailed

from engine.ledger import tables
from engine.ledger.entries import Head, Receipt
from engine.ledger.outcomes import Unavailable, UnsafeDatabase
from engine.ledger.statements import Upsert, Values, insert, upserts
from engine.ledger.writer import Ground, Refused

# A server that hangs with the lock is cut off, one that waits for it gives up: neither stops the others for ever.
# Compiling a query takes longer than what is asked here for a page.
READING = "-c jit=off"
WRITING = "-c synchronous_commit=on -c lock_timeout=10s -c idle_in_transaction_session_timeout=30s"
LOCK = "SELECT pg_advisory_xact_lock(7266432)"
HEAD = "SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1"
NUMBER = "SELECT max(number) FROM receipts"
RECEIPTS = "SELECT command_id, digest, body FROM receipts WHERE command_id = ANY(%s)"
STREAMS = "SELECT s, (SELECT max(stream_seq) FROM events WHERE stream = s) FROM unnest(%s::text[]) AS s"


def engines(url: URL) -> tuple[Engine, Engine]:
    """(readers, writers). Raises UnsafeDatabase unless the database keeps text as UTF-8, Unavailable when it is not there."""
    url = url.set(drivername="postgresql+psycopg")
    readers = _engine(url, {"connect_timeout": 5, "options": READING})
    writers = _engine(url, {"connect_timeout": 5, "tcp_user_timeout": 10_000, "options": WRITING})
    try:
        with readers.connect() as connection:
            encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
    except ConnectFailed as error:
        raise Unavailable(str(error.orig)) from error
    if encoding != "UTF8":
        raise UnsafeDatabase("encoding", str(encoding))
    return readers, writers


def _engine(url: URL, arguments: dict[str, object]) -> Engine:
    # The ping costs a tenth of a millisecond and hides a restart of the database from whoever reads next.
    return create_engine(url, pool_size=8, max_overflow=56, pool_pre_ping=True, connect_args=arguments)


class PostgresWriter:
    """Keeps one connection from the writers' pool between transactions."""

    def __init__(self, engine: Engine) -> None:
        self.upserts: Mapping[str, Upsert] = upserts("%s")
        self._engine = engine
        self._kept: PoolProxiedConnection | None = None
        self._insert_event = insert(tables.events, "%s")
        self._insert_receipt = insert(tables.receipts, "%s")

    def begin(self, commands: Sequence[str], streams: Sequence[str]) -> Ground:
        is_old = self._kept is not None
        try:
            return self._ground(self._connection(), list(commands), list(streams))
        except Exception as error:
            if is_old and self._is_lost():  # the database was restarted since; nothing is written yet, so try once more
                self.close()
                return self.begin(commands, streams)
            raise _judged(error) from error

    def insert(self, events: Sequence[Values], receipts: Sequence[Values], rows: Mapping[str, Sequence[Values]]) -> None:
        connection = self._connection()
        try:
            with connection.pipeline(), connection.cursor() as cursor:
                cursor.executemany(self._insert_event, events)
                cursor.executemany(self._insert_receipt, receipts)
                for table, values in rows.items():
                    cursor.executemany(self.upserts[table].sql, values)
        except Exception as error:
            raise _judged(error) from error

    def commit(self) -> None:
        try:
            self._connection().commit()
        except Exception as error:
            raise _judged(error) from error

    def abandon(self) -> None:
        # Closing undoes the transaction whatever state the fault left the connection in.
        self.close()

    def close(self) -> None:
        if self._kept:
            self._kept.invalidate()
            self._kept = None

    def _connection(self) -> "psycopg.Connection[Any]":
        if not self._kept:
            self._kept = self._engine.raw_connection()
        connection = self._kept.driver_connection
        assert isinstance(connection, psycopg.Connection)
        return connection

    def _is_lost(self) -> bool:
        return self._kept is None or self._connection().closed

    def _ground(self, connection: "psycopg.Connection[Any]", commands: list[str], streams: list[str]) -> Ground:
        with connection.pipeline():
            connection.execute(LOCK)
            head = connection.execute(HEAD)
            number = connection.execute(NUMBER)
            receipts = connection.execute(RECEIPTS, (commands,))
            ends = connection.execute(STREAMS, (streams,))
        return Ground(
            Head(*(head.fetchone() or (0, bytes(32)))),
            (number.fetchone() or (0,))[0] or 0,
            {row[0]: Receipt(row[0], row[1], row[2].encode()) for row in receipts},
            {stream: end or 0 for stream, end in ends},
        )


def _judged(error: Exception) -> Exception:
    if isinstance(error, ConnectFailed):
        return Unavailable(str(error.orig))
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError | psycopg.InternalError):
        return Unavailable(str(error))
    if isinstance(error, psycopg.Error | OverflowError):
        return Refused(f"{type(error).__name__}: {error}")
    return error
