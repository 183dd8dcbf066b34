"""What one act changed on the page: the step it was about, the next one opened, and whatever depends on it."""

from dataclasses import dataclass

from engine.run.standing import Run
from engine.run.view import view_step
from webui.present.looking import Look
from webui.present.runs import Bar, Progress, bar_of, progress_of
from webui.present.steps import Pane, next_after, pane, pane_of, tone_of, wants_me


@dataclass(frozen=True, slots=True)
class Changes:
    """What an act changed on the page: the step it was about first, then whatever else moved."""

    first: Pane | None
    panes: tuple[Pane, ...]
    progress: tuple[Progress, ...]
    bar: Bar
    said: str = ""


def changes_after(look: Look, step: str, before: Run | None, *, said: str = "") -> Changes:
    """What to send back after an act on `step`: the step, the next one opened, and every step whose applicability changed."""
    view = view_step(look.run, look.run.plan.by_id[step], look.actor, look.now)
    stays = wants_me(look, view) or (tone_of(look, view)[0] == "deviation" and not view.is_settled)
    following = None if stays else next_after(look, step)
    opened = following.placed.id if following else ""
    moved = [name for name in _moved(look.run, before, step) if name != opened]
    panes = [pane_of(look, name, is_oob=True) for name in moved]
    if following:
        panes.insert(0, pane(look, following, is_open=True, is_oob=True))
    parts = {look.run.plan.by_id[name].section: None for name in (step, *moved)}
    return Changes(
        first=pane(look, view, is_open=stays),
        panes=tuple(panes),
        progress=tuple(progress_of(look, part, is_oob=True) for part in parts),
        bar=bar_of(look, is_oob=True),
        said=said,
    )


def _moved(run: Run, before: Run | None, step: str) -> list[str]:
    """The steps downstream of `step` whose applicability is another than before."""
    found: dict[str, None] = {}
    waiting = list(run.plan.dependents.get(step, ()))
    while waiting:
        name = waiting.pop()
        if name not in found and (before is None or before.applies[name] != run.applies[name]):
            found[name] = None
            waiting.extend(run.plan.dependents.get(name, ()))
    return list(found)


def changes_since(look: Look, seen: int) -> Changes:
    """What others changed since `seen`: their steps, and whatever depends on these."""
    run = look.run
    touched = [placed.id for placed in run.plan.steps if run.state.step(placed.id).seq > seen or _raised(run, placed.id, seen)]
    names = dict.fromkeys(name for step in touched for name in (step, *_moved(run, None, step)))
    parts = {run.plan.by_id[name].section: None for name in names}
    return Changes(
        first=None,
        panes=tuple(pane_of(look, name, is_oob=True) for name in names),
        progress=tuple(progress_of(look, part, is_oob=True) for part in parts),
        bar=bar_of(look, is_oob=True),
    )


def _raised(run: Run, step: str, seen: int) -> bool:
    marks = ((d.raised, d.acted, d.closed) for d in run.state.deviations.values() if run.plan.owner.get(d.step) == step)
    return any(mark.seq > seen for found in marks for mark in found if mark)
