"""The deliveries: one row for each notice and channel, taken for a while by whoever sends, and noted when that is done.

However many servers run, a row exists once and is held by one of them. Rows with the same `message` go out as one and are taken
together; those of a digest have none until they are first taken, and keep it then, so that a repetition is known as one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, and_, exists, or_, select, true, update

from engine.ledger import tables
from engine.ledger.inserting import inserting
from engine.ledger.store import Ledger
from engine.ledger.timers import LEASE
from engine.notices.notice import Notice

WAITING, SENT, GIVEN_UP = "waiting", "sent", "given_up"
COLLECTED = ""  # the message of what waits for a digest
_AT_ONCE = 500  # names in one statement; a digest may hold any number
_table = tables.deliveries


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a notice stands with a channel."""

    notice: str
    channel: str
    state: str
    message: str
    attempts: int
    wanted_at: datetime
    try_at: datetime | None
    sent_at: datetime | None
    error: str | None


def without_delivery(ledger: Ledger, channel: str, since: datetime) -> list[Notice]:
    """Notices told since that the channel has no row for, the oldest first."""
    notices = tables.notices
    has_none = ~exists().where(_table.c.notice == notices.c.notice, _table.c.channel == channel)
    query = select(notices).where(notices.c.told_at >= since, has_none).order_by(notices.c.told_at, notices.c.notice)
    return [Notice.of(row) for row in _read(ledger, query)]


def add(ledger: Ledger, channel: str, times: Mapping[str, tuple[datetime, bool]]) -> None:
    """A row for each notice, with when it goes out and whether it waits for the digest; none where there is one already."""
    if not times:
        return
    rows = [
        {"notice": notice, "channel": channel, "state": WAITING, "message": COLLECTED if is_collected else notice, "attempts": 0,
         "wanted_at": at, "try_at": at}
        for notice, (at, is_collected) in times.items()
    ]  # fmt: skip
    with ledger.write() as connection:
        connection.execute(inserting(connection, _table).on_conflict_do_nothing(), rows)


def next_message(ledger: Ledger, channel: str, now: datetime) -> str | None:
    """The message that has waited longest of those whose time has come and that nobody holds."""
    query = select(_table.c.message).where(_is_due(channel, now)).order_by(_table.c.try_at, _table.c.notice).limit(1)
    found = _read(ledger, query)
    return None if not found else str(found[0]["message"])


def take(ledger: Ledger, channel: str, message: str, now: datetime, holder: str) -> list[Delivery]:
    """Everything of a message that is due, held for the length of a lease; nothing where another was quicker.

    Unlike timers these rows must not be shared out, so whoever comes second waits at the first row and then finds none.
    """
    wanted = and_(_is_due(channel, now), _table.c.message == message)
    query = select(_table).where(wanted).order_by(_table.c.notice).with_for_update()
    with ledger.write() as connection:
        taken = [_delivery(row) for row in connection.execute(query)]
        if taken:
            name = message if message != COLLECTED else _name(channel, taken)
            held = {"held_by": holder, "held_until": now + LEASE, "message": name}
            _update(connection, taken, held)
    return taken


def _is_due(channel: str, now: datetime) -> Any:
    is_free = or_(_table.c.held_until.is_(None), _table.c.held_until <= now)
    return and_(_table.c.channel == channel, _table.c.state == WAITING, _table.c.try_at <= now, is_free)


def _name(channel: str, taken: Iterable[Delivery]) -> str:
    told = "\n".join((channel, *(one.notice for one in taken)))
    return f"digest-{sha256(told.encode()).hexdigest()[:32]}"


def message_of(taken: Sequence[Delivery]) -> str:
    """The name of what was taken together."""
    return taken[0].message if taken[0].message != COLLECTED else _name(taken[0].channel, taken)


def note_sent(ledger: Ledger, taken: Sequence[Delivery], now: datetime, error: str | None) -> None:
    """They are with the other side; `error` says of whom that is not true."""
    with ledger.write() as connection:
        known = {"state": SENT, "attempts": taken[0].attempts + 1, "try_at": None, "sent_at": now, "error": error}
        _update(connection, taken, known | {"held_by": None, "held_until": None})


def note_failed(ledger: Ledger, taken: Sequence[Delivery], holder: str, error: str, try_at: datetime | None) -> None:
    """They are not; tried again at `try_at`, or given up. What another has sent since the lease ended stays sent."""
    known = {"state": WAITING if try_at else GIVEN_UP, "attempts": taken[0].attempts + 1, "try_at": try_at, "error": error}
    with ledger.write() as connection:
        _update(connection, taken, known | {"held_by": None, "held_until": None}, holder)


def _update(connection: Connection, taken: Sequence[Delivery], values: Mapping[str, Any], holder: str | None = None) -> None:
    """Deliveries of one channel."""
    is_held = true() if holder is None else _table.c.held_by == holder
    for some in _batched([one.notice for one in taken]):
        mine = and_(_table.c.channel == taken[0].channel, _table.c.notice.in_(some))
        connection.execute(update(_table).where(mine, is_held).values(**values))


def _batched(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """Names in their order, so many at a time as a statement takes."""
    return (names[start : start + _AT_ONCE] for start in range(0, len(names), _AT_ONCE))


def notices(ledger: Ledger, wanted: Iterable[str]) -> list[Notice]:
    """Notices by id, the oldest first."""
    table = tables.notices
    queries = (select(table).where(table.c.notice.in_(some)) for some in _batched(list(wanted)))
    found = [Notice.of(row) for query in queries for row in _read(ledger, query)]
    return sorted(found, key=lambda one: (one.told_at, one.notice))


def doer_of(ledger: Ledger, notice: Notice) -> str:
    """Who did what a notice tells; "" where nobody did: time passed, or it is of a schedule."""
    _, _, place = notice.notice.rpartition(":")
    if notice.run is None or not place.isdecimal():
        return ""
    events = tables.events
    found = _read(ledger, select(events.c.by).where(events.c.stream == notice.run, events.c.stream_seq == int(place)))
    return str(found[0]["by"]) if found else ""


def revision_of(ledger: Ledger, run: str) -> str | None:
    """The revision of the procedure that a run is pinned to."""
    found = _read(ledger, select(tables.runs.c.revision).where(tables.runs.c.run == run))
    return str(found[0]["revision"]) if found else None


def latest(ledger: Ledger, limit: int) -> list[tuple[Notice, list[Delivery]]]:
    """The last notices and how they were delivered, the newest first."""
    table = tables.notices
    rows = _read(ledger, select(table).order_by(table.c.told_at.desc(), table.c.notice.desc()).limit(limit))
    found = [Notice.of(row) for row in rows]
    query = select(_table).where(_table.c.notice.in_([notice.notice for notice in found])).order_by(_table.c.channel)
    deliveries: dict[str, list[Delivery]] = {}
    with ledger.engine.connect() as connection:
        for row in connection.execute(query):
            deliveries.setdefault(row.notice, []).append(_delivery(row))
    return [(notice, deliveries.get(notice.notice, [])) for notice in found]


def undelivered(ledger: Ledger, since: datetime) -> list[Delivery]:
    """What a channel tried to deliver since, and could not, or not to everybody: for the board. The newest first."""
    query = select(_table).where(_table.c.error.is_not(None), _table.c.wanted_at >= since).order_by(_table.c.wanted_at.desc())
    with ledger.engine.connect() as connection:
        return [_delivery(row) for row in connection.execute(query)]


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        row.notice, row.channel, row.state, row.message, row.attempts, row.wanted_at, row.try_at, row.sent_at, row.error
    )


def _read(ledger: Ledger, query: Any) -> Sequence[Mapping[str, Any]]:
    with ledger.engine.connect() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]
