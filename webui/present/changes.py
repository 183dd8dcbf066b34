"""What one act changed on the page: the step it was about, the next one opened, and whatever depends on it."""

from collections.abc import Container, Iterable
from typing import NamedTuple

from engine.procedure.plan import Placed
from engine.procedure.step import Register
from engine.run.standing import Run
from engine.run.view import StepView, view_step
from webui.present.looking import Look
from webui.present.opening import is_the_shift, next_after, wants_me
from webui.present.runs import Bar, Progress, bar_of, progress_of
from webui.present.steps import Pane, pane, pane_of


class Changes(NamedTuple):
    """What changed on the page: the step an act was about first, then the one opened, then whatever else moved."""

    first: Pane | None
    opened: Pane | None
    moved: tuple[Pane, ...]
    progress: tuple[Progress, ...]  # that of the step's own part first
    bar: Bar


def changes_after(look: Look, step: str, before: Run | None, seen: int | None = None) -> Changes:
    """What to send back after an act on `step`: the step, the next one opened, and every step whose applicability changed.

    `seen` is what the page had seen before; where others did something meanwhile, the page is left to ask for that.
    """
    view = view_step(look.run, look.run.plan.by_id[step], look.actor, look.now)
    is_troubled = view.has_open_deviation and not view.is_settled
    stays = is_troubled or wants_me(look, view) or _takes_more(view) or is_the_shift(look.run, view)
    following = None if stays else next_after(look, step)
    opened = following.placed.id if following else ""
    moved = [name for name in _moved(look.run, before, step) if name != opened]
    parts = {look.run.plan.by_id[name].section: None for name in (step, *moved)}
    is_missing_some = seen is not None and before is not None and seen < before.state.version
    return Changes(
        first=pane(look, view, is_open=stays),
        opened=pane(look, following, is_open=True, is_oob=True) if following else None,
        moved=tuple(pane_of(look, name, is_oob=True) for name in moved),
        progress=tuple(progress_of(look, part, is_oob=True) for part in parts),
        bar=bar_of(look, is_oob=True, seen=seen if is_missing_some else None),
    )


def _moved(run: Run, before: Run | None, step: str) -> list[str]:
    """The steps downstream of `step` whose applicability is another than before, and those that take over what it lists."""
    found: dict[str, None] = {}
    waiting = list(run.plan.dependents.get(step, ()))
    while waiting:
        name = waiting.pop()
        is_other = before is None or before.applies[name] != run.applies[name] or step in run.plan.by_id[name].lists
        if name not in found and is_other:
            found[name] = None
            waiting.extend(run.plan.dependents.get(name, ()))
    return list(found)


def changes_since(look: Look, seen: int, at: str = "", due: Container[str] = ()) -> Changes:
    """What others changed since `seen`, and whatever depends on it; beside that the steps in `due`, whose time has come
    or did something.

    The step open on the page, `at`, stays open while there is something left to do on it.
    """
    run = look.run
    touched = [
        one.id for one in run.plan.steps if run.state.step(one.id).seq > seen or one.id in due or _raised(run, one.id, seen)
    ]
    if touched and at in run.plan.by_id and _hears_of(run.plan.by_id[at], touched):
        touched.append(at)
    names = dict.fromkeys(name for step in touched for name in (step, *_moved(run, None, step)))
    panes = _refreshed(look, names, at)
    parts = {run.plan.by_id[name].section: None for name in names}
    return Changes(
        first=None,
        opened=next((one for one in panes if one.inside), None),
        moved=tuple(one for one in panes if not one.inside),
        progress=tuple(progress_of(look, part, is_oob=True) for part in parts),
        bar=bar_of(look, is_oob=True),
    )


def _hears_of(placed: Placed, touched: Iterable[str]) -> bool:
    """Whether an open step says something else now: a signature waits for all that stands before it, and a step that two
    people share tells who did the other ones.
    """
    return placed.step.kind == "sign" or not frozenset(placed.apart).isdisjoint(touched)


def _refreshed(look: Look, names: Iterable[str], at: str) -> list[Pane]:
    views = (view_step(look.run, look.run.plan.by_id[name], look.actor, look.now) for name in names)
    return [pane(look, view, is_open=view.placed.id == at and _has_something_open(view), is_oob=True) for view in views]


def _has_something_open(view: StepView) -> bool:
    return not view.is_settled or view.has_open_deviation or view.state.proposed is not None or _takes_more(view)


def _takes_more(view: StepView) -> bool:
    """Whether the next row may come at any moment: the next guest is at the door."""
    return isinstance(view.placed.step, Register) and "add_row" in view.acts


def _raised(run: Run, step: str, seen: int) -> bool:
    marks = ((d.raised, d.acted, d.closed) for d in run.state.deviations.values() if run.plan.owner.get(d.step) == step)
    return any(mark.seq > seen for found in marks for mark in found if mark)
