"""Projections made anew from the events, and compared with them. Both need nothing but the ledger and the plan of a revision.

Everything is read in one pass, stream by stream, in flat memory; what is read is one moment of the ledger.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from typing import Any, cast

from sqlalchemy import Connection, Row, Select, and_, delete, insert, select

from engine.ledger import tables
from engine.ledger.booking import as_written
from engine.ledger.codec import Body, decode
from engine.ledger.projections import rows_of, site_rows
from engine.ledger.sealing import Held
from engine.ledger.store import Ledger
from engine.ledger.times import stamp
from engine.ledger.vault import held_of
from engine.procedure.plan import Plan
from engine.run.events import Event, Happened, RunStarted
from engine.run.site_events import SiteEvent
from engine.run.standing import assess
from engine.run.state import fold

PROJECTIONS = (
    "runs",
    "readings",
    "deviations",
    "book_rows",
    "handovers",
    "gates",
    "people",
    "timers",
    "notices",
    "assignments",
    "row_closings",
    "signatures",
    "devices",
    "tokens",
    "hands",
    "answers",
    "notes",
    "marks",
    "paces",
    "occurrences",
    "reports",
    "report_signatures",
)
_OLDER = "devices"  # has rows from before there were events of them: those stay as they are, and are not compared
_LEASE = ("held_by", "held_until")  # who is at work on a timer now is no part of what the events say
PAGE = 1000

PlanOf = Callable[[str, str], Plan]
"""The plan of a revision of a procedure at a revision of the site, both by digest. Raises KeyError."""

ProjectedRow = tuple[str, Mapping[str, Any]]


def rebuild(ledger: Ledger, plan_of: PlanOf) -> None:
    """Replace every projection by what the events say, in one transaction: all or nothing. Raises KeyError, UnknownKind."""
    with ledger.write() as connection:
        if connection.dialect.name == "postgresql":
            from engine.ledger.postgres import LOCK

            connection.exec_driver_sql(LOCK)  # other servers wait, as they do for each other
        for table in PROJECTIONS:
            if table != _OLDER:
                connection.execute(delete(tables.metadata.tables[table]))
        waiting: dict[str, list[Mapping[str, Any]]] = {table: [] for table in PROJECTIONS}
        for table, row in _projected(connection, plan_of):
            waiting[table].append(row)
            if len(waiting[table]) == PAGE:
                _insert(connection, table, waiting)
        for table in PROJECTIONS:
            _insert(connection, table, waiting)


def _insert(connection: Connection, table: str, waiting: dict[str, list[Mapping[str, Any]]]) -> None:
    if waiting[table]:
        if table == _OLDER:
            told = [row["device"] for row in waiting[table]]
            connection.execute(delete(tables.devices).where(tables.devices.c.device.in_(told)))
        connection.execute(insert(tables.metadata.tables[table]), waiting[table])
        waiting[table] = []


def differing(ledger: Ledger, plan_of: PlanOf) -> tuple[str, ...]:
    """The projections, by table, whose rows are not those that the events give; none when all is well."""
    with ledger.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        expected, told = {table: _Sum() for table in PROJECTIONS}, set()
        for table, row in _projected(connection, plan_of):
            expected[table].add(row)
            told.add(row["device"] if table == _OLDER else "")
        found = {table: _summed(connection, table, told) for table in PROJECTIONS}
    return tuple(table for table in PROJECTIONS if expected[table].digest != found[table])


def _summed(connection: Connection, table: str, told: Collection[str]) -> tuple[int, int] | None:
    """The digest of a list as it is kept; None where something stands in it that cannot be read."""
    found = _Sum()
    try:
        for kept in _kept(connection, table):
            if table != _OLDER or kept["device"] in told:
                found.add(kept)
    except (ValueError, TypeError):
        return None
    return found.digest


def _kept(connection: Connection, table: str) -> Iterator[Mapping[str, Any]]:
    """The rows of a projection; those of books without what closing them added."""
    if table != "book_rows":
        yield from (dict(row._mapping) for row in _pages(connection, select(tables.metadata.tables[table])))
        return
    rows, closed = tables.book_rows, tables.row_closings
    is_same = and_(rows.c.run == closed.c.run, rows.c.step == closed.c.step, rows.c.row == closed.c.row)
    query = select(rows, closed.c.words.label("closing")).outerjoin(closed, is_same)
    yield from (as_written(dict(row._mapping)) for row in _pages(connection, query))


class _Sum:
    """A digest of rows that does not depend on their order: the sum of their hashes, and how many there are."""

    def __init__(self) -> None:
        self._sum = self._count = 0

    def add(self, row: Mapping[str, Any]) -> None:
        told = ((name, value) for name, value in row.items() if name not in _LEASE)
        plain = sorted((name, stamp(value) if isinstance(value, datetime) else value) for name, value in told)
        self._sum += int.from_bytes(sha256(repr(plain).encode()).digest())
        self._count += 1

    @property
    def digest(self) -> tuple[int, int]:
        return self._count, self._sum


def _projected(connection: Connection, plan_of: PlanOf) -> Iterator[ProjectedRow]:
    """Every row of every projection, as the events give it."""
    events = tables.events
    query = select(events).order_by(events.c.stream, events.c.stream_seq)
    for stream, rows in groupby(_pages(connection, query), key=lambda row: str(row.stream)):
        whole = list(rows)
        held = held_of(connection, (row.body for row in whole))
        is_run = isinstance(_body(whole[0], held), RunStarted)
        yield from _run_rows(stream, whole, plan_of, held) if is_run else _site_rows(whole, held)


def _pages(connection: Connection, query: Select[Any]) -> Iterator[Row[Any]]:
    return iter(connection.execute(query.execution_options(yield_per=PAGE)))


def _body(row: Row[Any], held: Held) -> Body:
    return decode(row.kind, row.format, row.body, held)


def _run_rows(run: str, rows: Iterable[Row[Any]], plan_of: PlanOf, held: Held) -> Iterator[ProjectedRow]:
    history = [_happened(row, held) for row in rows]
    state = fold(run, history)
    assert state is not None
    found = rows_of(assess(plan_of(state.started.revision, state.started.site), state), history)
    yield from ((table, row) for table, some in found.items() for row in some)


def _happened(row: Row[Any], held: Held) -> Happened:
    event = cast(Event, _body(row, held))
    return Happened(row.stream_seq, event, row.by, row.role, row.device, row.occurred_at, row.recorded_at)


def _site_rows(rows: Iterable[Row[Any]], held: Held) -> Iterator[ProjectedRow]:
    """Rows of people, gates, schedules: the last one for each."""
    latest: dict[tuple[str, tuple[Any, ...]], Mapping[str, Any]] = {}
    for row in rows:
        for table, some in site_rows(cast(SiteEvent, _body(row, held)), row.recorded_at, row.by).items():
            keys = [column.name for column in tables.metadata.tables[table].primary_key]
            latest |= {(table, tuple(one[key] for key in keys)): one for one in some}
    yield from ((table, row) for (table, _), row in latest.items())
