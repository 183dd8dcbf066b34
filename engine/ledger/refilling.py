"""Lists emptied and filled anew inside one transaction, as quickly as each database can.

SQLite gets its indexes after the rows, and its indexes of words made anew: taking out their rows one by one takes longer than all
the rest. What is put aside comes back as the database had it written; a transaction that ends early brings everything back.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, delete

from engine.ledger import tables
from engine.ledger.statements import Values, insert

CACHE = 256 * 1024  # kibibytes
_WORDS = ("notes_found", "marks_found")
_COUNTED = "punctuality"  # by triggers on another list
_OF_LISTS = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"


@contextmanager
def emptied(connection: Connection, lists: Collection[str]) -> Iterator[None]:
    """The lists are empty for whatever the caller puts in; their indexes are whole again at the end."""
    if connection.dialect.name == "postgresql":
        _empty(connection, (*lists, _COUNTED))
        yield
        return
    (size,) = connection.exec_driver_sql("PRAGMA cache_size").one()
    connection.exec_driver_sql(f"PRAGMA cache_size = {-CACHE}")
    try:
        indexes = _put_aside(connection, lists)
        yield
        _run(connection, indexes)
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size = {size}")


def _put_aside(connection: Connection, lists: Collection[str]) -> list[str]:
    """Empty the lists without their triggers; how their indexes are to be made afterwards."""
    kept = connection.exec_driver_sql(_OF_LISTS).all()
    triggers = [one for one in kept if one.type == "trigger" and one.tbl_name in lists]
    indexes = [one for one in kept if one.type == "index" and one.tbl_name in lists]
    words = [one for one in kept if one.type == "table" and one.name in _WORDS]
    _run(connection, (f'DROP {one.type} "{one.name}"' for one in (*triggers, *indexes, *words)))
    _empty(connection, (*lists, _COUNTED))
    _run(connection, (one.sql for one in (*words, *triggers)))
    return [str(one.sql) for one in indexes]


def _empty(connection: Connection, lists: Iterable[str]) -> None:
    for name in lists:
        connection.execute(delete(tables.metadata.tables[name]))


def _run(connection: Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)


def put(connection: Connection, name: str, rows: Sequence[Values]) -> None:
    """Put rows into a list."""
    table = tables.metadata.tables[name]
    cursor: Any = connection.connection.cursor()
    if connection.dialect.name == "sqlite":
        cursor.executemany(insert(table, "?"), rows)
        return
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    with cursor.copy(f'COPY "{name}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)
