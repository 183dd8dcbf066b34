"""Raw connections for reading, without SQLAlchemy, which `sop verify` has no time to import."""

from dataclasses import fields
from types import ModuleType
from typing import Any
from urllib.parse import quote

from engine.ledger.entries import Recorded
from engine.ledger.outcomes import UnsafeDatabase

SAFE = (3, 51, 3)
"""Earlier SQLite can corrupt the database when WAL is reset with several connections open."""


def sqlite_driver() -> ModuleType:
    """The newest SQLite at hand. Raises UnsafeDatabase when it is too old."""
    module = _newest()
    if module.sqlite_version_info < SAFE:
        raise UnsafeDatabase("version", module.sqlite_version)
    return module


def _newest() -> ModuleType:
    try:
        from pysqlite3 import dbapi2  # type: ignore[import-untyped]
    except ImportError:  # the wheel exists for Linux only; elsewhere Python's own may be new enough
        from sqlite3 import dbapi2
    return dbapi2  # type: ignore[no-any-return]


# What ``chain.sealed`` makes, made by the database: an event's columns cost more to fetch and join in Python than to hash.
NUMBERS = ("format", "seq", "stream_seq")
SQLITE_ENVELOPE = ('json_quote("{}")', "CASE typeof(body) WHEN 'text' THEN body END", "CAST({} AS BLOB)")
POSTGRES_ENVELOPE = ('to_json("{}")::text', "body", "convert_to({}, 'UTF8')")


def envelope_sql(quoted: str, body: str, encoded: str) -> str:
    """An event's envelope as an SQL expression that yields bytes; the three forms are the database's own."""
    forms = {name: f'"{name}"' for name in NUMBERS} | {"body": body}
    names = sorted(column.name for column in fields(Recorded) if column.name != "hash")
    members = [f""""{name}":', {forms.get(name, quoted.format(name))}""" for name in names]
    return encoded.format("concat('{" + ", ',".join(members) + ", '}')")


class Reading:
    """A read-only connection with one way to ask both databases: ``?`` for parameters, rows as tuples."""

    def __init__(self, url: str) -> None:
        if url.startswith("sqlite:"):
            module = sqlite_driver()
            path = url.partition("///")[2].partition("?")[0]
            self._connection: Any = module.connect(f"file:{quote(path)}?mode=ro", uri=True, isolation_level=None)
            self._mark, self._options, self.error = "?", {}, module.Error
            self.envelope = envelope_sql(*SQLITE_ENVELOPE)
        elif url.startswith("postgresql"):
            import psycopg

            self._connection = psycopg.connect("postgresql" + url[url.index("://") :], autocommit=True)
            self._mark, self._options, self.error = "%s", {"binary": True}, psycopg.Error
            self.envelope = envelope_sql(*POSTGRES_ENVELOPE)
        else:
            raise UnsafeDatabase("backend", url.partition(":")[0])

    def rows(self, sql: str, *parameters: object) -> list[Any]:
        """All rows of a bounded query. Raises ``error`` of the driver, also for text that is not UTF-8."""
        rows: list[Any] = self._connection.execute(sql.replace("?", self._mark), parameters, **self._options).fetchall()
        return rows

    def close(self) -> None:
        self._connection.close()
