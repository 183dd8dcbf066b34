"""The timers: which runs time will do something to, and when. Whoever takes one holds it for a while, so that servers share them.

A lease only saves work: that nothing is recorded twice is the ledger's doing, which lets one decision on a run through.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, and_, exists, func, or_, select, update

from engine.ledger import tables
from engine.ledger.inserting import inserting
from engine.ledger.store import Ledger

LEASE = timedelta(minutes=1)


def next_timer(ledger: Ledger) -> datetime | None:
    """The earliest moment for which any timer is set."""
    with ledger.engine.connect() as connection:
        return connection.execute(select(func.min(tables.timers.c.fires_at))).scalar()


def take_timers(ledger: Ledger, now: datetime, holder: str, most: int) -> list[str]:
    """Take up to `most` runs whose time has come and that nobody else holds, the longest waiting first."""
    table = tables.timers
    is_free = or_(table.c.held_until.is_(None), table.c.held_until <= now)
    return [
        row["run"] for row in take(ledger, table, and_(table.c.fires_at <= now, is_free), table.c.fires_at, (now, holder, most))
    ]


def take(ledger: Ledger, table: Table, wanted: Any, order: Any, lease: tuple[datetime, str, int]) -> Sequence[Mapping[str, Any]]:
    """Take rows that are wanted, in order, for the length of a lease (now, by whom, at most). Rows that others lock are left."""
    now, holder, most = lease
    keys = list(table.primary_key)
    chosen = select(table).where(wanted).order_by(order).limit(most).with_for_update(skip_locked=True)
    with ledger.write() as connection:
        rows = connection.execute(chosen).mappings().all()
        for row in rows:
            mine = and_(*(key == row[key.name] for key in keys))
            connection.execute(update(table).where(mine).values(held_by=holder, held_until=now + LEASE))
    return [dict(row) for row in rows]


def release_timers(ledger: Ledger, runs: Sequence[str], holder: str) -> None:
    """Give back what was taken and not moved on, so that it is looked at again at once."""
    table = tables.timers
    if runs:
        mine = and_(table.c.run.in_(runs), table.c.held_by == holder)
        with ledger.write() as connection:
            connection.execute(update(table).where(mine).values(held_by=None, held_until=None))


def without_timer(ledger: Ledger) -> list[str]:
    """Open runs that have no timer: written by a version of the product that knew none."""
    runs, timers = tables.runs, tables.timers
    has_none = ~exists().where(timers.c.run == runs.c.run)
    query = select(runs.c.run).where(runs.c.state.in_(("running", "held")), has_none)
    with ledger.engine.connect() as connection:
        return list(connection.execute(query).scalars())


def set_timer(ledger: Ledger, run: str, fires_at: datetime | None, due_at: datetime | None) -> None:
    """Set a timer where there is none. `due_at`: the next deadline, by which lists are ordered."""
    with ledger.write() as connection:
        row = inserting(connection, tables.timers).values(run=run, fires_at=fires_at, due_at=due_at)
        connection.execute(row.on_conflict_do_nothing())


def heartbeat(ledger: Ledger, name: str) -> datetime | None:
    """When something that beats did so last; None where it never did."""
    with ledger.engine.connect() as connection:
        return beaten(connection, name)


def beaten(connection: Connection, name: str) -> datetime | None:
    """The same, inside a transaction."""
    table = tables.heartbeats
    return connection.execute(select(table.c.at).where(table.c.name == name)).scalar()


def beat(ledger: Ledger, name: str, at: datetime) -> None:
    """Note that it did."""
    with ledger.write() as connection:
        note_beat(connection, name, at)


def note_beat(connection: Connection, name: str, at: datetime) -> None:
    """The same, inside a transaction."""
    row = inserting(connection, tables.heartbeats).values(name=name, at=at)
    connection.execute(row.on_conflict_do_update(index_elements=["name"], set_={"at": at}))
