"""Runs whose events cannot be played: the first event that cannot, why, and whether it is as it was written."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from engine.drafting import as_happened
from engine.ledger.chain import envelope, leaf, link
from engine.ledger.codec import UNPLAYABLE
from engine.ledger.entries import Recorded
from engine.ledger.log import Log
from engine.ledger.store import Ledger
from engine.procedure.plan import Plan
from engine.review.queries import Queries
from engine.run.standing import assess
from engine.run.state import State, evolve

PlanOf = Callable[[str, str], Plan]


class UnknownRun(KeyError):
    """There is no such run."""


class Unplayable(ValueError):
    """A run that was recorded and cannot be read. `event`: the first that cannot be played; None where it is none of them."""

    def __init__(self, run: str, event: Recorded | None, what: str) -> None:
        super().__init__(f"{run}: event {event.stream_seq} ({event.kind}): {what}" if event else f"{run}: {what}")
        self.run, self.event, self.what = run, event, what


@contextmanager
def playing(log: Log, plan_of: PlanOf, run: str) -> Iterator[None]:
    """Play the events of a run. Raises Unplayable where they cannot be, UnknownRun and Unavailable as they come."""
    try:
        yield
    except UnknownRun:
        raise
    except UNPLAYABLE as error:
        raise unplayable(log, plan_of, run, error) from error


def unplayable(log: Log, plan_of: PlanOf, run: str, error: Exception) -> Unplayable:
    """Which event it is that a run could not be played for. Raises Unavailable."""
    state: State | None = None
    for one in log.stream(run):
        try:
            state = evolve(state, as_happened(one), run)
            if state.version == 1:
                plan_of(state.started.revision, state.started.site)
        except UNPLAYABLE as found:
            return Unplayable(run, one, told(found))
    return Unplayable(run, None, told(error))


def told(error: Exception) -> str:
    """What a program says of it, in a line."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return ": ".join(filter(None, (".".join(map(str, first["loc"])), first["msg"])))
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"


def is_playable(log: Log, plan_of: PlanOf, run: str) -> bool:
    """Whether a run can be read. Raises Unavailable."""
    try:
        state: State | None = None
        for one in log.stream(run):
            state = evolve(state, as_happened(one), run)
        if state is not None:
            assess(plan_of(state.started.revision, state.started.site), state)
    except UNPLAYABLE:
        return False
    return state is not None


def stored(ledger: Ledger, run: str) -> list[bytes]:
    """The events of a run as canonical JSON, as they are stored and chained, with their hashes. Raises Unavailable.

    None of what is no run. Personal values stand in them as commitments.
    """
    found = ledger.log.stream(run)
    if not found or (found[0].kind != "run_started" and not Queries(ledger).rows([run])):
        return []
    return [envelope(one)[:-1] + b',"hash":"' + one.hash.hex().encode() + b'"}' for one in found]


def is_as_written(log: Log, event: Recorded) -> bool:
    """Whether an event fits into the chain behind the one before it. Raises Unavailable."""
    before = next((one for one in log.events(event.seq - 2)), None) if event.seq > 1 else None
    previous = before.hash if before and before.seq == event.seq - 1 else bytes(32)
    try:
        return link(previous, leaf(envelope(event))) == event.hash
    except ValueError:
        return False
