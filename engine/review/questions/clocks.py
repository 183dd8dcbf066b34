"""Devices whose clock was off: what they say about when something happened is then no evidence of it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Text, func, select, type_coerce

from engine.ledger import tables
from engine.ledger.store import Ledger
from engine.review.questions.rules import is_off

LOOKED_AT = 200_000
"""Events, the newest of the period."""
RUNS = 10  # named for each device
_events = tables.events
_MINUTE = 16  # letters of a time up to its minute


@dataclass(frozen=True, slots=True)
class Off:
    """A device that said otherwise than the server so many times; `most`: by how much at most, negative where it was behind."""

    device: str
    times: int
    most: timedelta
    last_at: datetime
    runs: tuple[str, ...]


def clocks_off(ledger: Ledger, since: datetime, until: datetime) -> tuple[tuple[Off, ...], bool]:
    """Devices whose clock was off in [since, until), the most first; and whether there were more events than are looked at.

    Times that lie in the same minute are left out by the database. What the clock itself records happened when it was due.
    """
    with ledger.engine.connect() as connection:
        first, last = _since(connection, since), _since(connection, until)
        start = max(first, last - LOOKED_AT)
        occurred, recorded = (type_coerce(one, Text) for one in (_events.c.occurred_at, _events.c.recorded_at))
        query = select(_events.c.device, _events.c.stream, _events.c.occurred_at, _events.c.recorded_at).where(
            _events.c.seq >= start,
            _events.c.seq < last,
            _events.c.device != "",
            func.substr(occurred, 1, _MINUTE) != func.substr(recorded, 1, _MINUTE),
        )
        rows = connection.execute(query.order_by(_events.c.seq)).all()
    found: dict[str, Off] = {}
    for device, run, device_time, server_time in rows:
        if is_off(device_time, server_time):
            found[device] = _more(found.get(device), device, run, device_time - server_time, server_time)
    return tuple(sorted(found.values(), key=lambda one: -abs(one.most))), start > first


def _more(known: Off | None, device: str, run: str, by: timedelta, at: datetime) -> Off:
    if known is None:
        return Off(device, 1, by, at, (run,))
    runs = known.runs if run in known.runs else (run, *known.runs)[:RUNS]
    return replace(known, times=known.times + 1, most=max(known.most, by, key=abs), last_at=at, runs=runs)


def _since(connection: Connection, moment: datetime) -> int:
    """The first event that was recorded at a moment or later: found by halves, for they are recorded in order."""
    low, high = 1, (connection.execute(select(func.max(_events.c.seq))).scalar() or 0) + 1
    while low < high:
        middle = (low + high) // 2
        at = connection.execute(select(_events.c.recorded_at).where(_events.c.seq == middle)).scalar()
        if at is None or at < moment:
            low = middle + 1
        else:
            high = middle
    return low
