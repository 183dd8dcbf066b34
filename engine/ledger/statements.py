"""The prepared SQL of the hot path, made from the tables once per backend.

Prepared text through the driver costs a third of SQLAlchemy's executemany per row (see bench/ledger.py), and every tick pays it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, Table

from engine.ledger import tables
from engine.ledger.columns import Instant
from engine.ledger.outcomes import Rejected
from engine.ledger.times import stamp

Values = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Upsert:
    """One table's insert-or-replace, and the way from a row to its parameters."""

    table: str
    sql: str
    columns: tuple[str, ...]
    times: tuple[int, ...]
    read: Callable[[Mapping[str, object]], tuple[Any, ...]]  # the columns of a row, all at once

    def values(self, row: Mapping[str, object]) -> Values:
        """Parameters in column order. Rejected when the row has not exactly the table's columns or a time has no zone."""
        if len(row) != len(self.columns):
            raise Rejected(f"{self.table}: columns {sorted(set(row) ^ set(self.columns))}")
        try:
            values = list(self.read(row))
            for place in self.times:
                if (at := values[place]) is not None:
                    values[place] = stamp(at)
        except (KeyError, ValueError, AttributeError) as error:
            raise Rejected(f"{self.table}: {type(error).__name__} {error}") from error
        return tuple(values)


def insert(table: Table, mark: str) -> str:
    """A plain INSERT of all columns; ``mark`` is the driver's placeholder."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    return f'INSERT INTO "{table.name}" ({names}) VALUES ({", ".join([mark] * len(table.columns))})'  # noqa: S608


@cache
def many(sql: str, count: int) -> str:
    """The INSERT of one row as one of `count` rows."""
    head, values, rest = sql.partition(" VALUES ")
    row, end, tail = rest.partition(")")
    return f"{head}{values}{', '.join([row + end] * count)}{tail}"


def upsert(table: Table, mark: str) -> Upsert:
    """Insert or replace by primary key; append-only tables keep the row that is there, others those columns that stay."""
    keys = ", ".join(f'"{column.name}"' for column in table.primary_key)
    others = [f'"{column.name}" = {_replaced(table, column)}' for column in table.columns if not column.primary_key]
    action = "NOTHING" if table.name in tables.APPEND_ONLY else f"UPDATE SET {', '.join(others)}"
    sql = f"{insert(table, mark)} ON CONFLICT ({keys}) DO {action}"
    times = tuple(place for place, column in enumerate(table.columns) if isinstance(column.type, Instant))
    names = tuple(column.name for column in table.columns)
    return Upsert(table.name, sql, names, times, itemgetter(*names))


def _replaced(table: Table, column: Column[Any]) -> str:
    """What a column of a row that is there becomes; one that stays `unless_null` keeps its value where that other one is told."""
    told, new = column.info.get("unless_null"), f'excluded."{column.name}"'
    return f'CASE WHEN excluded."{told}" IS NULL THEN {new} ELSE "{table.name}"."{column.name}" END' if told else new


@cache
def upserts(mark: str) -> Mapping[str, Upsert]:
    """For every table that a batch may fill with rows."""
    written = [table for table in tables.metadata.sorted_tables if table.name not in ("events", "receipts")]
    return {table.name: upsert(table, mark) for table in written}


def encode(rows: Mapping[str, Sequence[Mapping[str, object]]], known: Mapping[str, Upsert]) -> dict[str, list[Values]]:
    """A batch's rows as parameters by table. Rejected for an unknown table."""
    if not rows.keys() <= known.keys():
        raise Rejected(f"no projection table {sorted(rows.keys() - known.keys())}")
    return {name: [known[name].values(row) for row in some] for name, some in rows.items()}
