"""What a run does to the gates of its site: a clean completion opens one, what goes wrong closes it. Records nothing.

A procedure may say that it closes a place, as it starts or is completed. A critical reading closes the gate of the place it was
taken at, whatever is being done there. In a run that could open the gate whatever must be settled first closes it too: the latest
look at a place counts (docs/decisions/0009).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from engine.directory import Gate
from engine.run.dues import later
from engine.run.events import DeviationRaised, Event, RunCompleted, RunStarted
from engine.run.site_events import GateClosed, GateOpened
from engine.run.standing import Run

_TOUCHING = (RunStarted, RunCompleted, DeviationRaised)
_MOMENTS: Mapping[str, type[Event]] = {"start": RunStarted, "completion": RunCompleted}


def may_touch(events: Sequence[Event]) -> bool:
    """Whether `events` of a run can open or close a gate, so that the gates must be looked at."""
    return any(isinstance(event, _TOUCHING) for event in events)


def gate_events(run: Run, events: Sequence[Event], gates: Mapping[str, Gate], now: datetime) -> Iterator[GateOpened | GateClosed]:
    """What `events` do to gates: at most one opened, and each that is open closed at most once."""
    opens, started = run.plan.procedure.opens, run.state.started
    closed: dict[str, str] = {}
    for event in events:
        if (closes := run.plan.procedure.closes) is not None and isinstance(event, _MOMENTS[closes.at]):
            closed.setdefault(closes.place, "")
        if isinstance(event, RunCompleted) and opens is not None and event.is_clean:
            yield GateOpened(opens.place, started.procedure, run.state.run, later(now, opens.valid_for, run.plan.site))
        elif isinstance(event, DeviationRaised):
            closed |= {place: event.step for place in _closes(run, event) if place not in closed}
    for place, step in closed.items():
        if (gate := gates.get(place)) is not None and gate.is_open(now):
            yield GateClosed(place, started.procedure, run.state.run, step)


def _closes(run: Run, event: DeviationRaised) -> Iterator[str]:
    opens, here = run.plan.procedure.opens, run.state.started.place
    if event.cause == "critical" and here:
        yield here
    if event.blocks and opens is not None:
        yield opens.place
