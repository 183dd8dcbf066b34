"""The deadlines of a run as they stand: those that run or have passed, and those whose step is settled. Asks no clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.procedure.plan import Placed
from engine.run.dues import due_at
from engine.run.standing import Run
from engine.run.ticking import holders


@dataclass(frozen=True, slots=True)
class Deadline:
    """The deadline of one step, in UTC. `settled_at`: when the step was first settled; None while it is asked."""

    placed: Placed
    due: datetime
    holders: tuple[str, ...]  # the roles that must do it now; of a settled one those that had to
    settled_at: datetime | None


def deadlines(run: Run) -> Iterator[Deadline]:
    """Every deadline that is known, in the order of the procedure. There is none for a step that does not apply, or that was
    still to be done when the run ended."""
    for placed in run.plan.timed:
        if not placed.due or run.applies[placed.id] is not True or (run.state.is_over and run.is_asked(placed.id)):
            continue
        due, step = due_at(run, placed), run.state.step(placed.id)
        if due is not None:
            yield Deadline(placed, due, holders(placed, step), None if run.is_asked(placed.id) else step.done_at)


def next_due(run: Run) -> datetime | None:
    """The earliest deadline of what is still to be done, passed or not; None where there is none, or the run is over."""
    if not run.plan.timed or run.state.is_over:
        return None
    asked = (placed for placed in run.plan.timed if placed.due and run.is_asked(placed.id))
    return min((due for placed in asked if (due := due_at(run, placed)) is not None), default=None)
