"""Whether the clock may be believed where something is erased by it: a clock that is suddenly years ahead would erase everything.

A server that was off for a while looks the same as a clock that was put ahead. Both are waited out, for as long as the gap was,
a week at most: in that time every screen shows the wrong day, and somebody can put the clock right.
"""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from engine.ledger import tables
from engine.ledger.store import Ledger
from engine.ledger.timers import beat, heartbeat

log = structlog.get_logger()
CLOCK = "retention clock"
"""The heartbeat that says up to when the clock was seen running."""
LONGEST = timedelta(days=7)
_WAITS = "retention waits"
_STEP = timedelta(days=1)


def waits_until(ledger: Ledger, now: datetime) -> datetime | None:
    """Until when nothing is erased by time; None where the clock may be believed."""
    until = heartbeat(ledger, _WAITS)
    return until if until is not None and now < until <= now + LONGEST else None


def seen(ledger: Ledger, now: datetime) -> None:
    """Note that the clock runs; where it is more than a day past what was seen last, that it is waited for."""
    last = heartbeat(ledger, CLOCK) or _newest(ledger)
    if last is not None and now - last > _STEP:
        until = now + min(now - last, LONGEST)
        log.warning("clock_jumped", last=last.isoformat(), now=now.isoformat(), erases_nothing_until=until.isoformat())
        beat(ledger, _WAITS, until)
    beat(ledger, CLOCK, now)


def _newest(ledger: Ledger) -> datetime | None:
    """When the last event was recorded."""
    events = tables.events
    with ledger.engine.connect() as connection:
        found: datetime | None = connection.execute(select(events.c.recorded_at).order_by(events.c.seq.desc()).limit(1)).scalar()
    return found
