"""Opening a ledger: the right engine for the address, the newest schema, the log over both."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError

from engine.ledger import audit, schema
from engine.ledger.chain import START, Broken, Verified
from engine.ledger.entries import Head
from engine.ledger.log import Log
from engine.ledger.outcomes import Unavailable, UnsafeDatabase
from engine.ledger.turns import FileTurn, Turn
from engine.ledger.writer import Writer


@dataclass(frozen=True, slots=True)
class Ledger:
    """An open database. ``engine`` is for reading projections only; on SQLite it refuses to write."""

    url: URL
    engine: Engine
    log: Log
    _writers: Engine

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction for what is not event-sourced (credentials, devices, attempts), in turn with the appends."""
        with self.log.turn, self._writers.begin() as connection:
            yield connection

    def settle(self) -> bool:
        """Empty SQLite's log of writes, so that nothing erased stays in it; whether no reader was in the way."""
        if self.engine.dialect.name != "sqlite":
            return True
        with self.log.turn, closing(self._writers.raw_connection()) as connection:
            row = connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()  # type: ignore[union-attr]
        return bool(row[0] == 0)

    def compact(self) -> bool:
        """Write SQLite's file anew, without what moving rows about left in the gaps of its pages; whether that was possible.

        Nobody writes meanwhile. PostgreSQL has its own way (docs/retention.md).
        """
        if self.engine.dialect.name != "sqlite":
            return True
        with self.log.turn, closing(self._writers.raw_connection()) as connection:
            connection.driver_connection.execute("VACUUM")  # type: ignore[union-attr]
        return self.settle()

    @property
    def bytes(self) -> int:
        """How large SQLite's file is; 0 for another database."""
        return Path(str(self.url.database)).stat().st_size if self.engine.dialect.name == "sqlite" else 0

    def verify(self, since: Head = START, known: Sequence[Head] = ()) -> Verified | Broken:
        """Check the database (see ``audit.verify``)."""
        return audit.verify(self.url.render_as_string(hide_password=False), since, known)

    def close(self) -> None:
        """Release every connection; what was appended is durable already."""
        self.log.close()
        self.engine.dispose()
        self._writers.dispose()


def open_ledger(url: str) -> Ledger:
    """Open, and bring to the newest schema. Raises UnsafeDatabase, Unavailable; ``url`` is SQLAlchemy's, e.g. ``sqlite:///sop.db``."""
    try:
        address = make_url(url)
    except ArgumentError:
        raise UnsafeDatabase("backend", "what was given (sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME)") from None
    readers, writers, writer, turn = _connect(address)
    schema.upgrade(readers, writers, turn)
    return Ledger(address, readers, Log(writer, readers, turn), writers)


def _connect(url: URL) -> tuple[Engine, Engine, Writer, Turn]:
    backend = url.get_backend_name()
    if backend == "sqlite":
        from engine.ledger import sqlite

        readers, writers = sqlite.engines(url)
        return readers, writers, sqlite.SqliteWriter(writers), _turn(Path(f"{url.database}-turn"))
    if backend == "postgresql":
        from engine.ledger import postgres

        readers, writers = postgres.engines(url)
        return readers, writers, postgres.PostgresWriter(writers), threading.Lock()
    raise UnsafeDatabase("backend", backend)


def _turn(path: Path) -> Turn:
    """The first file that is written to: a folder that takes none is told of here."""
    try:
        return FileTurn(path)
    except OSError as error:
        raise Unavailable(f"{path} cannot be written to ({error.strerror})") from error
