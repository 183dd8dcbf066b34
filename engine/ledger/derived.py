"""Lists that the database keeps from other lists, by trigger: how many runs were in time, and SQLite's indexes of words.

They are held against the lists they come from, which are held against the events; made anew with them, also without triggers.
"""

from typing import Any

from sqlalchemy import Connection

# ruff: noqa: S608 - SQL put together from this file's own constants

_KEY = "procedure, place, month, week, outcome"
_COUNTED = f"SELECT {_KEY}, count(*) AS number FROM occurrences GROUP BY {_KEY}"
_COUNTS = f"SELECT {_KEY}, number FROM punctuality WHERE number <> 0"
DERIVED = {
    "punctuality": (_COUNTED, _COUNTS),
    "notes_found": ("SELECT words, run, seq, part FROM notes", "SELECT words, run, seq, part FROM notes_found"),
    "marks_found": ("SELECT marks, run FROM marks", "SELECT marks, run FROM marks_found"),
}
"""What each list should be, and how it is read."""
_COLUMNS = {"punctuality": f"{_KEY}, number", "notes_found": "words, run, seq, part", "marks_found": "marks, run"}
_INDEXES = ("notes_found", "marks_found")
"""Full-text indexes of SQLite, with rows of their own; PostgreSQL's are indexes, and see to themselves."""


def derived(connection: Connection) -> tuple[str, ...]:
    """The lists of this kind that the database has."""
    return tuple(name for name in DERIVED if name not in _INDEXES or connection.dialect.name == "sqlite")


def differs(connection: Connection, name: str) -> bool:
    """Whether a list is another than what it comes from gives; also where an index does not fit its own rows.

    Raises the driver's errors.
    """
    due, kept = DERIVED[name]
    count, there = (_one(connection, f"SELECT count(*) FROM ({query}) AS q") for query in (due, kept))
    if count != there or _one(connection, f"SELECT count(*) FROM ({due} EXCEPT {kept}) AS q"):
        return True
    return name in _INDEXES and not _is_whole(connection, name)


def _is_whole(connection: Connection, name: str) -> bool:
    return bool(_one(connection, f"PRAGMA integrity_check({name})") == "ok")


def mend(connection: Connection, name: str) -> None:
    """Make a list anew that its triggers did not."""
    if differs(connection, name):
        connection.exec_driver_sql(f"DELETE FROM {name}")
        connection.exec_driver_sql(f"INSERT INTO {name} ({_COLUMNS[name]}) {DERIVED[name][0]}")


def _one(connection: Connection, sql: str) -> Any:
    return connection.exec_driver_sql(sql).scalar()
