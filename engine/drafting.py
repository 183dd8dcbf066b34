"""Between the ledger's stored events and the core's: a draft to be appended, an event in its place as it was stored."""

import secrets
from datetime import datetime

from engine.ledger.codec import FORMAT, Body, decode, encode, kind_of
from engine.ledger.log import Draft, Recorded
from engine.ledger.projections import happened
from engine.run import commands
from engine.run.decide import Decided
from engine.run.events import Event, Happened


def draft_of(event: Body, by: str, role: str, device: str, occurred_at: datetime, recorded_at: datetime) -> Draft:
    """An event to be appended, under a fresh id."""
    return Draft(secrets.token_hex(16), kind_of(event), FORMAT, by, role, device, occurred_at, recorded_at, encode(event))


def as_happened(recorded: Recorded) -> Happened:
    """A stored event of a run, in its place."""
    return happened(recorded, event_of(recorded))


def event_of(recorded: Recorded) -> Event:
    """A stored event of a run."""
    return decode(recorded.kind, recorded.format, recorded.body)  # type: ignore[return-value]


def happenings(decided: Decided, command: commands.Command, after: int, now: datetime) -> tuple[Happened, ...]:
    """The events of a decision in the places they will have behind `after`; recorded `now`, whenever they happened."""
    actor, times = command.actor, decided.at or (command.occurred_at,) * len(decided.events)
    pairs = zip(decided.events, times, strict=True)
    return tuple(
        Happened(after + number, event, actor.person, decided.role, actor.device, at, now)
        for number, (event, at) in enumerate(pairs, 1)
    )
