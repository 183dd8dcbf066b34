"""Bringing a database to the newest schema, once, under a lock. Alembic is imported only when the database is behind."""

from sqlalchemy import Connection, Engine, inspect, text

from engine.ledger.outcomes import UnsafeDatabase
from engine.ledger.tables import SCHEMA
from engine.ledger.turns import Turn

MIGRATION_LOCK = 7_266_433


def upgrade(readers: Engine, writers: Engine, turn: Turn) -> None:
    """Migrate when behind. Raises UnsafeDatabase for a schema newer than this program.

    Looking needs no turn: another server may be at work for minutes. Whoever migrates waits for as long as that takes.
    """
    with readers.connect() as connection:
        if found(connection) == SCHEMA:
            return
    with turn, writers.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        if found(connection) != SCHEMA:  # another process may have been first
            _migrate(connection)


def found(connection: Connection) -> str | None:
    """The schema the database has; None when it is new. Raises UnsafeDatabase when it is newer than ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if version is not None and version > SCHEMA:
        raise UnsafeDatabase("schema", version)
    return str(version) if version else None


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "engine.ledger:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, SCHEMA)
