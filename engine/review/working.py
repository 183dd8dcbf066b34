"""Who is at work where, as far as that can be known: whoever did something in a run lately, at the place of the last one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from engine.ledger import tables
from engine.ledger.store import Ledger

_AT_A_DESK = ("review_asked", "run_returned", "run_approved")  # a record is judged from anywhere: that says nothing of the place
_LOOKED_AT = 3000  # the newest events; what a site does in an hour is far less


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody, and when they last did something."""

    person: str
    at: datetime


def at_work(ledger: Ledger, since: datetime) -> Mapping[str, tuple[Seen, ...]]:
    """By place, whoever did something there by a tablet since a moment, the last seen first; who judges a record is not there."""
    events, runs = tables.events.c, tables.runs.c
    is_lately = (events.seq > ledger.log.head().size - _LOOKED_AT) & (events.recorded_at >= since) & (events.device != "")
    query = (
        select(events.by, runs.place, func.max(events.recorded_at).label("at"))
        .join_from(tables.events, tables.runs, events.stream == runs.run)
        .where(is_lately, events.kind.not_in(_AT_A_DESK), runs.place.is_not(None))
        .group_by(events.by, runs.place)
    )
    with ledger.engine.connect() as connection:
        rows = sorted(connection.execute(query), key=lambda row: row.at, reverse=True)
    found: dict[str, list[Seen]] = {}
    for row in {row.by: row for row in reversed(rows)}.values():  # of each person the last place
        found.setdefault(str(row.place), []).append(Seen(row.by, row.at))
    return {place: tuple(sorted(seen, key=lambda one: one.at, reverse=True)) for place, seen in found.items()}
