"""Comparing what a scenario expects with how a run stands. Only what is written is looked at."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from engine.procedure.problem import Path
from engine.procedure.scenario import Expect
from engine.run.closing import in_the_way
from engine.run.dues import due_at, is_overdue
from engine.run.lists import items_of
from engine.run.standing import Run

Difference = tuple[Path, Any, Any]


def unmet(expect: Expect, run: Run, now: datetime) -> Iterator[Difference]:
    """(key path, expected, found) for everything that is not as expected."""
    yield from _whole(expect, run, now)
    yield from _steps(expect, run)
    yield from _times(expect, run)


def blocking_steps(run: Run) -> tuple[str, ...]:
    """The steps that block completion: asked, undecided, or with a deviation that blocks."""
    found = in_the_way(run)
    return tuple(dict.fromkeys((*found.steps, *found.undecided, *(d.step for d in found.deviations if d.step))))


def _whole(expect: Expect, run: Run, now: datetime) -> Iterator[Difference]:
    status = "closed" if run.state.status == "completed" and expect.state == "closed" else run.state.status
    if expect.state is not None and status != expect.state:
        yield ("state",), expect.state, run.state.status
    found: dict[str, Callable[[], set[str]]] = {
        "deviations": lambda: {deviation.step for deviation in run.state.open_deviations()},
        "cannot_complete": lambda: set(blocking_steps(run)),
        "missed": lambda: {name for name, step in run.state.steps.items() if any(one.level >= 0 for one in step.told)},
        "overdue": lambda: {placed.id for placed in run.plan.steps if is_overdue(run, placed, now)},
    }
    for key, look in found.items():
        expected = getattr(expect, key)
        if expected is not None and set(expected) != (there := look()):
            yield (key,), sorted(expected), sorted(there)
    if expect.gate is not None and expect.gate != _gate(run):
        yield ("gate",), expect.gate, _gate(run)


def _gate(run: Run) -> str:
    is_open = run.plan.procedure.opens is not None and run.state.status == "completed" and not run.state.open_deviations()
    return "open" if is_open else "closed"


def _steps(expect: Expect, run: Run) -> Iterator[Difference]:
    blocking = blocking_steps(run) if expect.blocked_by else ()
    for index, step in enumerate(expect.blocked_by):
        if step not in blocking:
            yield ("blocked_by", index), step, list(blocking)
    for key, truth in (("asked", True), ("not_asked", False), ("undecided", None)):
        for index, step in enumerate(getattr(expect, key)):
            if run.applies.get(step) is not truth:
                yield (key, index), key, {True: "asked", False: "not_asked", None: "undecided"}[run.applies.get(step)]
    for step, items in expect.items.items():
        listed = (
            [str(text) for text in items_of(run.plan.by_id[step], run.state, run.plan.fields).values()]
            if step in run.plan.by_id
            else []
        )
        if sorted(items) != sorted(listed):
            yield ("items", step), list(items), listed
    for step, band in expect.band.items():
        found = run.state.newest(step, run.plan.owner.get(step, step))
        if (found.band if found else None) != band:
            yield ("band", step), str(band), str(found.band) if found and found.band else None


def _times(expect: Expect, run: Run) -> Iterator[Difference]:
    for step, moment in expect.due.items():
        due = due_at(run, run.plan.by_id[step]) if step in run.plan.by_id else None
        found = due.astimezone(run.plan.site.zone).replace(tzinfo=None, second=0) if due else None
        if found != moment:
            yield ("due", step), f"{moment:%Y-%m-%dT%H:%M}", f"{found:%Y-%m-%dT%H:%M}" if found else None
    for step, roles in expect.told.items():
        told = {role for one in run.state.step(step).told for role in one.roles}
        if set(roles) != told:
            yield ("told", step), sorted(roles), sorted(told)
    for step, option in expect.proposed.items():
        proposed = run.state.step(step).proposed
        if proposed is None or proposed.option != option:
            yield ("proposed", step), option, proposed.option if proposed else None
    for step, count in expect.missed_rounds.items():
        missed = sum(1 for row in run.state.step(step).rows if row.is_missed)
        if missed != count:
            yield ("missed_rounds", step), count, missed
