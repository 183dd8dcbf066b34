"""What a run does to the gate of its place: a clean completion opens it, a critical reading closes it. Records nothing."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from engine.directory import Gate
from engine.run.dues import later
from engine.run.events import DeviationRaised, Event, RunCompleted
from engine.run.site_events import GateClosed, GateOpened
from engine.run.standing import Run


def may_touch(events: Sequence[Event]) -> bool:
    """Whether `events` of a run can open or close a gate, so that the gates must be looked at."""
    return any(_is_critical(event) or (isinstance(event, RunCompleted) and event.is_clean) for event in events)


def gate_events(run: Run, events: Sequence[Event], gates: Mapping[str, Gate], now: datetime) -> Iterator[GateOpened | GateClosed]:
    """What `events` do to gates: at most one opened, at most one that is open closed."""
    opens, started = run.plan.procedure.opens, run.state.started
    for event in events:
        if isinstance(event, RunCompleted) and opens is not None and event.is_clean:
            yield GateOpened(opens.place, started.procedure, run.state.run, later(now, opens.valid_for, run.plan.site))
    critical = next((event for event in events if isinstance(event, DeviationRaised) and _is_critical(event)), None)
    gate = gates.get(started.place)
    if critical is not None and gate is not None and gate.is_open(now):
        yield GateClosed(gate.place, started.procedure, run.state.run, critical.step)


def _is_critical(event: Event) -> bool:
    return isinstance(event, DeviationRaised) and event.cause == "critical"
