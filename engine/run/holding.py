"""Who has the work of a run: the step that is next, and whoever signed for having received the work and may do that step.

Work that is handed over is taken over by the receipt, and passes on when whoever took it hands it on and that is received. Of
what the giver may do as well, only what is for the very roles it was handed to passes: a report to the supervisor leaves the
desk's own steps with the desk. Where nobody took it over it is for the roles of the step.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.procedure.plan import Placed
from engine.procedure.step import HandTo
from engine.run.deadlines import deadlines
from engine.run.standing import Run
from engine.run.step_state import Mark, StepState
from engine.run.ticking import holders

SOON = timedelta(days=1)
"""A deadline so near goes before the order of the procedure."""
MayDo = Callable[[str, tuple[str, ...]], bool]  # whether a person may do what is for these roles


def taker(run: Run, placed: Placed, may_do: MayDo) -> Mark | None:
    """The receipt of whoever took the work over and may do this step: the first of several that have it. None where the step is
    for anybody in its roles: nobody took it over, or it has just been handed on and waits for its own receipt."""
    step = run.state.step(placed.id)
    if step.handed and run.is_asked(placed.id):
        return None
    roles = holders(placed, step)
    found: dict[str, Mark] = {}
    for one in sorted(_receipts(run), key=lambda one: one.received.seq):
        if set(one.to).isdisjoint(roles) and may_do(one.gave.by, roles):
            continue
        found.pop(one.gave.by, None)
        found.setdefault(one.received.by, one.received)
    return next((mark for mark in found.values() if may_do(mark.by, roles)), None)


@dataclass(frozen=True, slots=True)
class _Receipt:
    """That work for the roles `to` passed from one person to another."""

    gave: Mark
    received: Mark
    to: tuple[str, ...]


def _receipts(run: Run) -> Iterator[_Receipt]:
    for placed in run.plan.steps:
        if isinstance(placed.step, HandTo) and run.applies[placed.id] is True:
            step = run.state.step(placed.id)
            if step.handed and (received := _receipt(step)):
                yield _Receipt(step.handed, received, placed.receivers)


def _receipt(step: StepState) -> Mark | None:
    """The mark of the receipt itself: what was done on the step later, by whomever, is none."""
    return step.acted if step.outcome == "answered" and step.acted and step.acted.seq in step.values else None


def next_step(run: Run, now: datetime) -> Placed | None:
    """The step that the run waits for; None where nothing is asked.

    What was handed over and waits for its receipt goes first, then the part of the procedure whose deadline is near or passed,
    then what follows on what was done last.
    """
    if run.state.is_over:
        return None
    asked = [placed for placed in run.plan.steps if run.is_asked(placed.id)]
    handed = next((placed for placed in asked if run.state.step(placed.id).handed), None)
    if handed is not None:
        return handed
    soon = [(one.due, one.placed.index) for one in deadlines(run) if one.settled_at is None and one.due < now + SOON]
    if soon:
        timed = run.plan.steps[min(soon)[1]]
        before = (one for one in asked if one.section == timed.section and one.index <= timed.index and one.roles == timed.roles)
        return next((one for one in before if one.step.required), timed)
    done = max(((_done(step), name) for name, step in run.state.steps.items()), default=(0, ""))
    return run.after(done[1] if done[0] else "")


def _done(step: StepState) -> int:
    """The event that last did something of the step; 0 where there was none: more time for it does nothing of it."""
    if step.values:
        return step.values[-1]
    return step.seq if step.done_at else 0
