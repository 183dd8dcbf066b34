"""Projections made anew from the events, and compared with them. What is read is one moment of the ledger."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import Connection, and_, select
from sqlalchemy.exc import DBAPIError

from engine.ledger import tables
from engine.ledger.beside import Encoded, Opened, encoded, encoded_beside, processes
from engine.ledger.booking import as_written
from engine.ledger.derived import derived, differs, mend
from engine.ledger.projected import PROJECTIONS, Part, PlanOf, pages, parts, projected
from engine.ledger.refilling import emptied, put
from engine.ledger.store import Ledger
from engine.ledger.timers import beaten, note_beat
from engine.ledger.times import stamp

_LEASE = ("held_by", "held_until")  # who is at work on a timer now is no part of what the events say
PART = 2000
"""Events that are worked on at a time."""

Stage = Literal["waiting", "events", "indexes", "done"]


_TELLING = 5 * PART
"""So many events tell how long the rest takes; the first ones wait for the processes to start, and do not count."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the lists are: `events` of `total`, after so many seconds; how many are `left`, None where nobody can tell."""

    stage: Stage
    events: int
    total: int
    seconds: float
    left: float | None = None


Tell = Callable[[Progress], None]


def quietly(progress: Progress) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Making:
    """What making the lists anew needs: plans, whom to tell how far it is, and how other processes open the ledger.

    Without `opened` everything is done in this process.
    """

    plan_of: PlanOf
    opened: Opened | None = None
    tell: Tell = quietly


def rebuild(ledger: Ledger, plan_of: PlanOf, opened: Opened | None = None, tell: Tell = quietly) -> None:
    """Replace every projection by what the events say, in one transaction: all or nothing. Raises KeyError, ValueError."""
    _Rebuild(ledger, Making(plan_of, opened, tell)).run()


def renew(ledger: Ledger, making: Making, name: str, at: datetime) -> bool:
    """The same unless it was noted under this name, by now or by another server meanwhile; noted with it. Whether it was done."""
    return _Rebuild(ledger, making).run(name, at)


class _Rebuild:
    """One rebuild, with its clock."""

    def __init__(self, ledger: Ledger, making: Making) -> None:
        self._ledger, self._making = ledger, making
        self._total, self._since = ledger.log.head().size, time.monotonic()
        self._first: tuple[int, float] | None = None  # how many events the first part had, and when it was done

    def run(self, name: str = "", at: datetime | None = None) -> bool:
        """Do it, and note it under the name; False where that was done already."""
        self._tell("waiting", 0)
        with _alone(self._ledger) as connection:
            if name and beaten(connection, name) is not None:
                self._tell("done", self._total)
                return False
            self._since = time.monotonic()
            self._refill(connection)
            if name and at:
                note_beat(connection, name, at)
        self._tell("done", self._total)
        return True

    def _tell(self, stage: Stage, events: int) -> None:
        now = time.monotonic()
        self._making.tell(Progress(stage, events, self._total, now - self._since, self._left(events, now)))

    def _left(self, events: int, now: float) -> float | None:
        if self._first is None:
            self._first = (events, now) if events else None
            return None
        done, began = events - self._first[0], self._first[1]
        return (now - began) / done * (self._total - events) if done >= _TELLING else None

    def _refill(self, connection: Connection) -> None:
        done = 0
        self._tell("events", done)
        with emptied(connection, PROJECTIONS):
            for part, rows in self._rows(connection):
                for table, some in rows.items():
                    put(connection, table, some)
                done += part.events
                self._tell("events", done)
            self._tell("indexes", done)
        for table in derived(connection):
            mend(connection, table)

    def _rows(self, connection: Connection) -> Iterator[tuple[Part, Encoded]]:
        making, found = self._making, list(parts(connection, PART))
        count = processes(self._total) if making.opened else 0
        if making.opened and count:
            url = self._ledger.url.render_as_string(hide_password=False)
            yield from encoded_beside(making.opened, url, found, count)
        else:
            yield from ((part, encoded(connection, making.plan_of, part)) for part in found)


@contextmanager
def _alone(ledger: Ledger) -> Iterator[Connection]:
    """A transaction during which nobody else writes, however long it takes; others wait, as they do for each other."""
    with ledger.write() as connection:
        if connection.dialect.name == "postgresql":
            from engine.ledger.postgres import LOCK

            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
            connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
            connection.exec_driver_sql(LOCK)
        yield connection


def differing(ledger: Ledger, plan_of: PlanOf) -> tuple[str, ...]:
    """The projections, by table, whose rows are not those that the events give; none when all is well."""
    with ledger.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        expected = {table: _Sum() for table in PROJECTIONS}
        for table, row in projected(connection, plan_of):
            expected[table].add(row)
        wrong = [table for table in PROJECTIONS if _summed(connection, table) != expected[table].digest]
        return (*wrong, *(table for table in derived(connection) if _is_other(connection, table)))


def _summed(connection: Connection, table: str) -> tuple[int, int] | None:
    """The digest of a list as it is kept; None where something stands in it that cannot be read, or it cannot be read at all."""
    found = _Sum()
    try:
        with connection.begin_nested():
            for kept in _kept(connection, table):
                found.add(kept)
    except (ValueError, TypeError, DBAPIError):
        return None
    return found.digest


def _is_other(connection: Connection, table: str) -> bool:
    try:
        with connection.begin_nested():
            return differs(connection, table)
    except DBAPIError:
        return True


def _kept(connection: Connection, table: str) -> Iterator[Mapping[str, Any]]:
    """The rows of a projection; those of books without what closing them added."""
    if table != "book_rows":
        yield from (dict(row._mapping) for row in pages(connection, select(tables.metadata.tables[table])))
        return
    rows, closed = tables.book_rows, tables.row_closings
    is_same = and_(rows.c.run == closed.c.run, rows.c.step == closed.c.step, rows.c.row == closed.c.row)
    query = select(rows, closed.c.words.label("closing")).outerjoin(closed, is_same)
    yield from (as_written(dict(row._mapping)) for row in pages(connection, query))


def _plain(value: object) -> object:
    """A value as both databases keep it: times as text, and -0.0, which SQLite keeps as 0.0, without its sign."""
    if isinstance(value, datetime):
        return stamp(value)
    return value + 0.0 if isinstance(value, float) else value


class _Sum:
    """A digest of rows that does not depend on their order: the sum of their hashes, and how many there are."""

    def __init__(self) -> None:
        self._sum = self._count = 0

    def add(self, row: Mapping[str, Any]) -> None:
        told = ((name, value) for name, value in row.items() if name not in _LEASE)
        plain = sorted((name, _plain(value)) for name, value in told)
        self._sum += int.from_bytes(sha256(repr(plain).encode()).digest())
        self._count += 1

    @property
    def digest(self) -> tuple[int, int]:
        return self._count, self._sum
