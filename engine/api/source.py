"""Where answers come from, and how a list is read page by page: behind a key, never by counting rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Select, tuple_

from engine.api.refused import wrong_cursor
from engine.heads import Heads
from engine.ledger.times import instant, stamp
from engine.service import Engine

T = TypeVar("T")
SEPARATOR = "~"


@dataclass(frozen=True, slots=True)
class Source:
    """What is read."""

    engine: Engine
    heads: Heads

    @property
    def as_of(self) -> int:
        """The position of the last event. Asked before anything is read: what is read holds at least up to there."""
        return self.engine.ledger.log.head().size

    def rows(self, query: Select[Any]) -> Sequence[Mapping[str, Any]]:
        """The rows of a query."""
        with self.engine.ledger.engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]


def behind(query: Select[Any], order: Sequence[Column[Any]], after: str, limit: int) -> Select[Any]:
    """The page of a query behind a key, in ascending order: one row more than `limit`, to know whether it is the last.

    The first column is a time, the others text. Raises Refused for a key that is none.
    """
    if after:
        query = query.where(beyond(order, parts_of(after, len(order))))
    return query.order_by(*order).limit(limit + 1)


def beyond(order: Sequence[Column[Any]], key: Sequence[Any]) -> ColumnElement[bool]:
    """That a row comes later in an order than a key."""
    return tuple_(*order) > tuple_(*key, types=[column.type for column in order])


def parts_of(after: str, count: int) -> list[Any]:
    """A key as it was written: a time and texts, `count` of them in all. Raises Refused for anything else."""
    at, *names = after.split(SEPARATOR, count - 1)
    try:
        found = instant(at)
    except (ValueError, OverflowError):
        raise wrong_cursor(after) from None
    if len(names) != count - 1 or not after.isprintable():
        raise wrong_cursor(after)
    return [found, *names]


def key_of(row: Mapping[str, Any], order: Sequence[Column[Any]]) -> str:
    """The key of a row, as `behind` reads it."""
    values = (row[column.name] for column in order)
    return SEPARATOR.join(stamp(value) if isinstance(value, datetime) else str(value) for value in values)


def page_of(rows: Sequence[T], limit: int, key: Callable[[T], str]) -> tuple[Sequence[T], str | None]:
    """The things of a page of at most `limit`, of which one more was read; and the key the next begins behind."""
    return rows[:limit], key(rows[limit - 1]) if len(rows) > limit else None


def pick(row: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Some of a row's columns."""
    return {name: row[name] for name in names}
