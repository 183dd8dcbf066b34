"""The triggers that refuse every change of what is append-only: whether they are there as they were made, and made again."""

from collections.abc import Iterator

from sqlalchemy import Connection

from engine.ledger.driver import Reading, open_reading
from engine.ledger.store import Ledger
from engine.ledger.tables import APPEND_ONLY

GUARDED = (*APPEND_ONLY, "checkpoints")
_SQLITE = "CREATE TRIGGER {table}_refuse_{act} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
_FUNCTION = " BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END "
_POSTGRES = (
    "CREATE TRIGGER {table}_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
)
_KEPT = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
# 58: before an update, a delete, a truncate, once for a statement; O and A: it runs in every session of an application.
_RUNNING = """
SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE t.tgrelid = to_regclass(c.relname) AND t.tgname = c.relname || '_refuse' AND t.tgtype = 58 AND t.tgqual IS NULL
AND t.tgenabled IN ('O', 'A') AND p.proname = 'refuse_change' AND p.prosrc = ?
"""


def missing(url: str) -> tuple[str, ...]:
    """The triggers that are not there, are others, or are switched off; by name."""
    reading = open_reading(url)
    try:
        return tuple(_missing_of_sqlite(reading) if url.startswith("sqlite") else _missing_of_postgres(reading))
    finally:
        reading.close()


def _missing_of_sqlite(reading: Reading) -> Iterator[str]:
    kept = {name: " ".join(str(sql).split()) for name, sql in reading.rows(_KEPT)}
    for name, sql in _triggers():
        if kept.get(name) != sql:
            yield name


def _missing_of_postgres(reading: Reading) -> Iterator[str]:
    running = {row[0] for row in reading.rows(_RUNNING, _FUNCTION)}
    yield from (f"{table}_refuse" for table in GUARDED if f"{table}_refuse" not in running)


def _triggers() -> Iterator[tuple[str, str]]:
    for table in GUARDED:
        for act in ("UPDATE", "DELETE"):
            yield f"{table}_refuse_{act}", _SQLITE.format(table=table, act=act)


def restore(ledger: Ledger) -> tuple[str, ...]:
    """Make again what is missing, and tell what was. Raises DBAPIError where this database's user may not."""
    names = missing(ledger.url.render_as_string(hide_password=False))
    if names:
        with ledger.write() as connection:
            if connection.dialect.name == "sqlite":
                _restore_sqlite(connection, names)
            else:
                _restore_postgres(connection, names)
    return names


def _restore_sqlite(connection: Connection, names: tuple[str, ...]) -> None:
    for name, sql in _triggers():
        if name in names:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            connection.exec_driver_sql(sql)


def _restore_postgres(connection: Connection, names: tuple[str, ...]) -> None:
    function = _FUNCTION.replace("%", "%%")
    connection.exec_driver_sql(f"CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $${function}$$")
    for table in GUARDED:
        if f"{table}_refuse" in names:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_refuse ON {table}")
            connection.exec_driver_sql(_POSTGRES.format(table=table))
