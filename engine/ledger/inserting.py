"""The INSERT of a database that knows what to do where the row is there already."""

from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

_KINDS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def inserting(connection: Connection, table: Table) -> Any:
    """An INSERT into `table` with `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return _KINDS[connection.dialect.name](table)
