"""Between the ledger's stored events and the core's: a draft to be appended, an event in its place as it was stored."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from engine.ledger.codec import FORMAT, Body, decode, encode, kind_of
from engine.ledger.log import Draft, Recorded
from engine.ledger.projections import happened
from engine.ledger.sealing import seal
from engine.ledger.vault import Place, Row, vault_rows
from engine.procedure.field import Step, is_personal
from engine.procedure.step import Register
from engine.run import commands
from engine.run.decide import Decided
from engine.run.events import Event, Happened
from engine.run.site_events import RowClosed
from engine.run.standing import Run


def draft_of(event: Body, by: str, role: str, device: str, occurred_at: datetime, recorded_at: datetime) -> Draft:
    """An event to be appended, under a fresh id."""
    # An id begins with the time, so that of many events the index grows at its end, and not in a page of its own for each.
    event_id = f"{int(recorded_at.timestamp() * 1000):012x}{secrets.token_hex(10)}"
    return Draft(event_id, kind_of(event), FORMAT, by, role, device, occurred_at, recorded_at, encode(event), is_encoded=True)


@dataclass(frozen=True, slots=True)
class Given:
    """A command that led to events: its id, and the digest of all that it asked for."""

    id: str
    digest: bytes


def drafted(run: Run, news: Iterable[Happened], given: Given, now: datetime) -> tuple[tuple[Draft, ...], list[Row]]:
    """The events of a run to be appended, and the rows of the personal values that were taken out of them."""
    drafts: list[Draft] = []
    rows: list[Row] = []
    for one in news:
        draft, found = sealed(run, draft_of(one.event, one.by, one.role, one.device, one.occurred_at, now), one.event, given)
        drafts.append(draft)
        rows += found
    return tuple(drafts), rows


def sealed(run: Run, draft: Draft, event: Event, given: Given) -> tuple[Draft, list[Row]]:
    """A draft of a run without its personal values, and the rows that hold these."""
    body, found = seal(draft.body, run.plan.personal)
    if not found:
        return replace(draft, body=body) if body is not draft.body else draft, []
    rows = vault_rows(found, _place(run, event), draft.recorded_at, given.id, given.digest, run.plan.fields)
    return replace(draft, body=body), list(rows)


def _place(run: Run, event: Event) -> Place:
    step, number = getattr(event, "step", ""), getattr(event, "row", None) or getattr(event, "round", None)
    placed = run.plan.by_id[step].step if step in run.plan.by_id else None
    book = placed.book if isinstance(placed, Register) else ""
    return Place(run.state.run, run.state.started.procedure, step, str(number or ""), book)


def closing_drafted(
    event: RowClosed, closing: tuple[Step, ...], procedure: str, draft: Draft, command: str
) -> tuple[Draft, list[Row]]:
    """The event that closes a row, and the personal values that were taken out of it; `closing`: what its book asks."""
    body, found = seal(draft.body, {field.id for field in closing if is_personal(field)})
    place = Place(event.run, procedure, event.step, str(event.row), event.book)
    fields = {field.id: field for field in closing}
    return replace(draft, body=body), list(vault_rows(found, place, draft.recorded_at, command, bytes(32), fields))


def as_happened(recorded: Recorded) -> Happened:
    """A stored event of a run, in its place."""
    return happened(recorded, event_of(recorded))


def event_of(recorded: Recorded) -> Event:
    """A stored event of a run."""
    return decode(recorded.kind, recorded.format, recorded.body, recorded.held)  # type: ignore[return-value]


def happenings(decided: Decided, command: commands.Command, after: int, now: datetime) -> tuple[Happened, ...]:
    """The events of a decision in the places they will have behind `after`; recorded `now`, whenever they happened."""
    actor, times = command.actor, decided.at or (command.occurred_at,) * len(decided.events)
    pairs = zip(decided.events, times, strict=True)
    return tuple(
        Happened(after + number, event, actor.person, decided.role, actor.device, at, now)
        for number, (event, at) in enumerate(pairs, 1)
    )
