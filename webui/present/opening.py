"""Which step a page opens by itself: the next that is required, in the order of the procedure, and what waits for this person.

What may be left out never opens by itself. A register that may stay empty does once its part has begun, until something later is
done: it is the work of the shift, and comes before what ends it. So do rounds under way, between two of them.
"""

from engine.procedure.plan import Placed
from engine.procedure.step import Register
from engine.run.standing import Run
from engine.run.view import StepView, view_step
from webui.present.deadlines import TIMELY
from webui.present.looking import Look
from webui.present.troubles import stage_of


def current(look: Look) -> str:
    """The step to open; "" where there is none."""
    run = look.run
    asked = (placed for placed in run.plan.steps if run.applies[placed.id] is True)
    return next((placed.id for placed in asked if _opened(look, placed)), "")


def next_after(look: Look, step: str) -> StepView | None:
    """The next step to open, from `step` on and round from the start; None where there is none."""
    run, steps = look.run, look.run.plan.steps
    start = run.plan.by_id[step].index + 1 if step in run.plan.by_id else 0
    for place in range(start, start + len(steps)):
        placed = steps[place % len(steps)]
        is_other = placed.id != step and (run.is_asked(placed.id) or may_stay_empty(run, placed))
        if is_other and (view := _opened(look, placed)):
            return view
    return None


def _opened(look: Look, placed: Placed) -> StepView | None:
    view = view_step(look.run, placed, look.actor, look.now)
    return view if _opens(look, view) else None


def _opens(look: Look, view: StepView) -> bool:
    if may_stay_empty(look.run, view.placed):
        return "add_row" in view.acts and _is_its_turn(look.run, view.placed)
    is_under_way = view.status in ("begun", "handed") or view.has_open_deviation
    is_to_decide = not view.acts.isdisjoint(("dismiss", "refuse"))
    return (view.placed.step.required or is_under_way or is_to_decide) and (wants_me(look, view) or is_the_shift(look.run, view))


def may_stay_empty(run: Run, placed: Placed) -> bool:
    """Whether it is a register in which nothing was entered yet, and nothing need be, though looking after it is required."""
    is_such = isinstance(placed.step, Register) and placed.step.at_least == 0 and placed.step.required
    return is_such and run.applies[placed.id] is True and not run.state.step(placed.id).rows


def _is_its_turn(run: Run, placed: Placed) -> bool:
    steps, state = run.plan.steps, run.state
    if _is_passed(run, placed):
        return False
    here = run.plan.parts[placed.section].steps
    has_begun = any(state.step(name).acted for name in here)
    return has_begun or not any(run.is_asked(earlier.id) and earlier.step.required for earlier in steps[: placed.index])


def _is_passed(run: Run, placed: Placed) -> bool:
    return any(run.state.step(later.id).acted for later in run.plan.steps[placed.index + 1 :])


def is_the_shift(run: Run, view: StepView) -> bool:
    """Whether it is rounds under way and nothing later was done yet: what comes after them ends the shift."""
    return "round" in view.acts and not _is_passed(run, view.placed)


def wants_me(look: Look, view: StepView) -> bool:
    """Whether there is something this person can do here right now."""
    for one in view.deviations:
        if not one.deviation.is_open or not one.acts:
            continue
        stage = stage_of(one, look.now)
        if (stage == "act" and "act_on" in one.acts) or stage == "remeasure" or (stage == "accept" and "accept" in one.acts):
            return True
    if "dismiss" in view.acts:
        return True
    if view.is_settled:
        return False
    if "refuse" in view.acts:
        return True
    if not view.acts - TIMELY:
        return False
    if view.status == "handed":
        return "receive" in view.acts
    return not (view.ready_at and look.now < view.ready_at)
