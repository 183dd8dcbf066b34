"""What a run asks of one person now: not what their roles would allow, but what is theirs to do next."""

from collections.abc import Iterator

from engine.notices.holding import taken
from engine.procedure.plan import Placed
from engine.run.deadlines import deadlines
from engine.run.holding import SOON, next_step
from engine.run.ticking import holders
from engine.run.view import StepView, view_step
from webui.present.deadlines import TIMELY
from webui.present.looking import Look
from webui.present.opening import wants_me


def next_for_me(look: Look) -> str:
    """The step this person is asked to do next; "" where none: what the run waits for, then what is due within a day, then what
    this person took over or has to decide."""
    return "" if look.run.state.is_over else next((placed.id for placed in _candidates(look) if _asks(look, placed)), "")


def is_mine(look: Look, view: StepView) -> bool:
    """Whether it is this person who must do the step now: not what somebody else took over, nor to grant more time for it."""
    if not view.acts - TIMELY or set(holders(view.placed, view.state)).isdisjoint(look.actor.roles):
        return False
    took = taken(look.run, view.placed, look.names)
    return took is None or took.by == look.actor.person


def is_asked(look: Look, view: StepView) -> bool:
    """Whether this person is asked for something at the step: to do it, decide on a wish or proposal, settle a deviation."""
    if not wants_me(look, view):
        return False
    if view.is_settled:
        return "dismiss" in view.acts or any(one.deviation.is_open and one.deviation.event.blocks for one in view.deviations)
    return "refuse" in view.acts or is_mine(look, view)


def _candidates(look: Look) -> Iterator[Placed]:
    run = look.run
    first = next_step(run, look.now)
    if first is not None:
        yield first
    soon = sorted((one.due, one.placed.index) for one in deadlines(run) if one.settled_at is None)
    yield from (run.plan.steps[index] for due, index in soon if due < look.now + SOON)
    yield from (placed for placed in run.plan.steps if run.applies[placed.id] is True and _is_personal(look, placed))


def _is_personal(look: Look, placed: Placed) -> bool:
    """Whether a step may ask for somebody before its turn has come: by what was handed over, asked, proposed or found there."""
    run, state = look.run, look.run.state.step(placed.id)
    if state.asked or state.proposed or (state.handed and run.is_asked(placed.id)):
        return True
    if any(one.step in placed.names for one in run.state.deviations.values() if one.is_open):
        return True
    took = taken(run, placed, look.names) if run.is_asked(placed.id) else None
    return took is not None and took.by == look.actor.person


def _asks(look: Look, placed: Placed) -> bool:
    return is_asked(look, view_step(look.run, placed, look.actor, look.now))
