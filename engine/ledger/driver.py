"""Raw connections for reading, without SQLAlchemy, which `sop verify` has no time to import."""

from dataclasses import fields
from functools import cache
from pathlib import Path
from types import ModuleType, NoneType
from typing import Any, ClassVar
from urllib.parse import quote

from engine.ledger.chain import sealed
from engine.ledger.entries import EVENT_COLUMNS, Recorded
from engine.ledger.outcomes import Unavailable, UnsafeDatabase

SAFE = (3, 51, 3)
"""Earlier SQLite can corrupt the database when WAL is reset with several connections open."""

# By range, not LIMIT: before its first ANALYZE PostgreSQL sorts everything behind the start for each page.
SOME_EVENTS = "FROM events WHERE seq > ? AND seq <= ? ORDER BY seq"


def sqlite_driver() -> ModuleType:
    """The newest SQLite at hand. Raises UnsafeDatabase when it is too old."""
    module = _newest()
    if module.sqlite_version_info < SAFE:
        raise UnsafeDatabase("version", module.sqlite_version)
    return module


@cache
def _newest() -> ModuleType:
    try:
        from pysqlite3 import dbapi2  # type: ignore[import-untyped]
    except ImportError:  # the wheel exists for Linux only; elsewhere Python's own may be new enough
        from sqlite3 import dbapi2
    # What it takes as it is it asks first, in vain, how it wants to be adapted: two errors for each value, while others wait.
    for kind, same in ((NoneType, _nothing), (bool, int), (bytes, bytes)):
        dbapi2.register_adapter(kind, same)
    return dbapi2  # type: ignore[no-any-return]


def _nothing(_: None) -> None:
    return None


def file_of(url: str) -> Path | None:
    """The file of an SQLite address; None where it is a server's."""
    return Path(url.partition("///")[2].partition("?")[0]) if url.startswith("sqlite") else None


def driver_errors(url: str) -> tuple[type[Exception], ...]:
    """What the driver of an address raises."""
    if url.startswith("sqlite"):
        return (sqlite_driver().Error,)
    import psycopg

    return (psycopg.Error,)


def is_away(error: BaseException) -> bool:
    """Whether a database could not be used now: a server that does not answer or is going down, a file that is locked or may not
    be opened. That says nothing of what it holds.
    """
    told = getattr(error, "orig", None) or error
    if isinstance(told, Unavailable):
        return told.__cause__ is None or is_away(told.__cause__)
    if all(kind.__name__ != "OperationalError" for kind in type(told).__mro__):
        return False
    if type(told).__module__.startswith("psycopg"):
        state = getattr(told, "sqlstate", None)
        return state is None or state[:2] in _AWAY
    return getattr(told, "sqlite_errorcode", 0) & 0xFF in _NOT_NOW


_AWAY = ("08", "53", "57")  # PostgreSQL's classes: connection, resources, an operator stepped in; damage has others
_NOT_NOW = (5, 6, 8, 13, 14)  # SQLite's: busy, locked, read-only, full, cannot open


class Reading:
    """A read-only connection with one way to ask both databases: ``?`` for parameters, rows as tuples."""

    error: type[Exception]
    """What the driver raises, also for text that is not UTF-8."""
    _connection: Any
    _mark: str

    def rows(self, sql: str, *parameters: object) -> list[Any]:
        """All rows of a bounded query. Raises ``error``."""
        rows: list[Any] = self._connection.execute(sql.replace("?", self._mark), parameters).fetchall()
        return rows

    def envelopes(self, after: int, last: int) -> list[tuple[int, object, bytes]]:
        """(seq, stored hash, envelope) of the events behind ``after`` up to ``last``, in order. Raises ``error``."""
        raise NotImplementedError

    def close(self) -> None:
        self._connection.close()


class SqliteReading(Reading):
    """Lets SQLite join the envelope: its columns cost more to fetch one by one and join in Python than to hash."""

    # What ``chain.sealed`` makes; a test compares them over every character.
    FORMS: ClassVar = {"body": "CASE typeof(body) WHEN 'text' THEN body END"} | {
        name: f'"{name}"' for name in ("format", "seq", "stream_seq")
    }

    def __init__(self, url: str) -> None:
        module = sqlite_driver()
        self._connection = module.connect(f"file:{quote(str(file_of(url)))}?mode=ro", uri=True, isolation_level=None)
        self._mark, self.error = "?", module.Error
        names = sorted(column.name for column in fields(Recorded) if column.name not in ("hash", "held"))
        members = [f""""{name}":', {self.FORMS.get(name, f'json_quote("{name}")')}""" for name in names]
        envelope = "concat('{" + ", ',".join(members) + ", '}')"
        self._sql = f"SELECT seq, hash, CAST({envelope} AS BLOB) {SOME_EVENTS}"

    def envelopes(self, after: int, last: int) -> list[tuple[int, object, bytes]]:
        return self.rows(self._sql, after, last)


class PostgresReading(Reading):
    """Joins in Python: PostgreSQL's concat and to_json took three times as long. Rows come in binary form: hashes as they are."""

    def __init__(self, url: str) -> None:
        import psycopg

        self._connection = psycopg.connect("postgresql" + url[url.index("://") :], autocommit=True)
        self._mark, self.error = "%s", psycopg.Error

    def rows(self, sql: str, *parameters: object) -> list[Any]:
        rows: list[Any] = self._connection.execute(sql.replace("?", self._mark), parameters, binary=True).fetchall()
        return rows

    def envelopes(self, after: int, last: int) -> list[tuple[int, object, bytes]]:
        rows = self.rows(f"SELECT {EVENT_COLUMNS} {SOME_EVENTS}", after, last)
        return [(columns[0], digest, sealed(*columns)) for *columns, digest in rows]


def open_reading(url: str) -> Reading:
    """Connect by SQLAlchemy's address. Raises UnsafeDatabase, or the driver's error when there is no database."""
    if url.startswith("sqlite:"):
        return SqliteReading(url)
    if url.startswith("postgresql"):
        return PostgresReading(url)
    raise UnsafeDatabase("backend", url.partition(":")[0])
