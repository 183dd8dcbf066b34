"""A past run as its stored events tell it, step by step; each distinct event is decoded once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import cast

from engine.ledger.codec import decode
from engine.procedure.plan import Plan
from engine.review.backtest.report import RunRef
from engine.run.events import (
    DeviationAccepted,
    DeviationCleared,
    DeviationRaised,
    DueExtended,
    Event,
    RunAbandoned,
    RunCompleted,
    RunStarted,
    Signed,
)  # fmt: skip
from engine.run.state import RunStatus

KEPT = 30_000
"""Distinct events, and histories of steps, that are kept ready: so memory stays flat."""
_UNHEEDED = ("late", "out_of_order")  # facts about time and order, which completion never waits for

Stored = tuple[str, str, int, str, str, str, str]
"""run, kind, format, body, recorded_at, role, by: as the table of events has them."""


class Entry:
    """A decoded event; two entries are the same only when they are one object."""

    __slots__ = ("deviation", "event", "step")

    def __init__(self, event: Event) -> None:
        self.event = event
        self.step: str | None = getattr(event, "step", None)
        self.deviation: str = getattr(event, "deviation", "")


@lru_cache(KEPT)
def entry(kind: str, form: int, body: str) -> Entry:
    """The event of a stored body. Raises UnknownKind, ValidationError."""
    return Entry(cast(Event, decode(kind, form, body)))


UNNEEDED = (
    "due_neared", "due_missed", "run_late", "extension_asked", "extension_refused", "answer_proposed", "proposal_dismissed",
    "run_held", "run_resumed", "row_settled",
)  # fmt: skip
"""Kinds that change no answer and no verdict; they need not be read at all."""


@dataclass(slots=True)
class Past:
    """A run up to its end. `histories` by the step that records them, `times` beside them as they are stored."""

    ref: RunRef
    started: RunStarted
    histories: dict[str, list[Entry]] = field(default_factory=dict)
    times: dict[str, list[str]] = field(default_factory=dict)
    acts: list[tuple[str, str, Event]] = field(default_factory=list)  # of all steps in order: which, who, what
    closing: tuple[str, ...] = ()  # the roles that signed the closing
    reported: set[str] = field(default_factory=set)  # what was reported and never settled
    status: RunStatus = "running"
    finished_at: str = ""


def past_of(ref: RunRef, rows: Iterable[Stored], plan: Plan) -> Past:
    """The run of these stored events, in order; what came after its completion does not count."""
    rows = iter(rows)
    first = next(rows)
    started = entry(*first[1:4]).event
    assert isinstance(started, RunStarted)
    past, owner = Past(ref, started), plan.owner
    owners: dict[str, str] = {}
    for _, kind, form, body, at, role, by in rows:
        found = entry(kind, form, body)
        if found.deviation:
            step = _of_deviation(past, owners, owner, found)
        else:
            step = owner.get(found.step, found.step) if found.step else ""
        if step:
            past.acts.append((step, by, found.event))
        if step in past.histories:
            past.histories[step].append(found)
            past.times[step].append(at)
        elif step:
            past.histories[step], past.times[step] = [found], [at]
        elif not found.deviation and _of_run(past, found.event, at, role):
            break
    return past


def _of_deviation(past: Past, owners: dict[str, str], owner: Mapping[str, str], found: Entry) -> str:
    """The step whose history an event about a deviation belongs to; none where it is a consequence or concerns the run."""
    event = found.event
    if isinstance(event, DeviationRaised):
        if event.cause == "reported":
            past.reported.add(event.deviation)
        elif event.cause not in _UNHEEDED:
            owners[event.deviation] = owner.get(event.step, event.step)
    elif isinstance(event, DeviationAccepted | DeviationCleared):
        past.reported.discard(event.deviation)
    return "" if isinstance(event, DeviationCleared) else owners.get(found.deviation, "")


def _of_run(past: Past, event: Event, at: str, role: str) -> bool:
    """Take up what concerns the run as a whole; whether it is over."""
    match event:
        case Signed():
            past.closing = (*past.closing, role)
        case RunCompleted():
            past.status, past.finished_at = "completed", at
        case RunAbandoned():
            past.status, past.finished_at = "abandoned", at
        case _:
            pass
    return past.status != "running"


def extensions(past: Past) -> dict[str, datetime]:
    """Until when more time was granted, by step."""
    return {
        step: one.event.until for step, history in past.histories.items() for one in history if isinstance(one.event, DueExtended)
    }
