"""When somebody was last at work and on which tablet, by the last thing recorded of them; and who has set a PIN."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from engine.ledger import tables
from engine.ledger.store import Ledger

LOOKED_BACK = 20_000  # events; whoever did nothing within these is not told of


@dataclass(frozen=True, slots=True)
class Seen:
    """The last time something was recorded of somebody, and the tablet it was done on."""

    at: datetime
    device: str


def last_seen(ledger: Ledger) -> Mapping[str, Seen]:
    """By person, whoever did something within the last twenty thousand events."""
    events = tables.events.c
    after = ledger.log.head().size - LOOKED_BACK
    last = select(func.max(events.seq)).where(events.seq > after, events.device != "").group_by(events.by)
    query = select(events.by, events.recorded_at, events.device).where(events.seq.in_(last))
    with ledger.engine.connect() as connection:
        return {row.by: Seen(row.recorded_at, row.device) for row in connection.execute(query)}


def with_pin(ledger: Ledger) -> frozenset[str]:
    """Everybody who has set a PIN."""
    with ledger.engine.connect() as connection:
        return frozenset(connection.execute(select(tables.credentials.c.person)).scalars())
