"""Deadlines of past runs on two plans: which of them were kept or missed, and would have been."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from engine.ledger.times import instant
from engine.procedure.occurrence import EARLY, Occurrence, counts_from, occurrences, reach
from engine.procedure.plan import Plan
from engine.review.backtest.past import Past, extensions
from engine.review.backtest.report import Change, Finding
from engine.review.backtest.runs import Side
from engine.review.backtest.steps import Judged
from engine.run.deadlines import deadlines
from engine.run.standing import assess
from engine.run.state import Mark, State
from engine.run.step_state import StepState

Due = tuple[datetime, bool]
"""A deadline, and whether it was missed."""


def is_timed_alike(old: Plan, new: Plan) -> bool:
    """Whether both plans have the same deadlines for their steps."""
    return _dues(old) == _dues(new) and (not _dues(old) or old.site == new.site)


def _dues(plan: Plan) -> dict[str, object]:
    return {placed.id: placed.due for placed in plan.steps if placed.due}


def dues(side: Side, past: Past, judged: Mapping[str, Judged]) -> dict[str, Due]:
    """The deadlines of the steps that were settled, by the times at which they were. More time that was granted stays granted."""
    begun = Mark("", "", past.ref.started_at, 1)
    timed = {step: _timed(step, found, past) for step, found in judged.items()}
    state: State = replace(side.state(past, judged, side.inputs(past.started)), started_by=begun)
    state = replace(state, steps={**state.steps, **timed, **_extended(state, timed, past)})
    state = replace(state, status=past.status)
    run = assess(side.timeless, state)
    return {one.placed.id: (one.due, one.settled_at > one.due) for one in deadlines(run) if one.settled_at is not None}


def _timed(step: str, judged: Judged, past: Past) -> StepState:
    """The step's state with the times at which things really happened."""
    times, state = past.times[step], judged.states[step]
    done = None if judged.done is None else instant(times[judged.done])
    rows = tuple(replace(row, at=instant(times[at])) for row, at in zip(state.rows, judged.rows, strict=True))
    return replace(state, done_at=done, rows=rows)


def _extended(state: State, timed: Mapping[str, StepState], past: Past) -> dict[str, StepState]:
    granted = extensions(past)
    return {step: replace(timed.get(step, state.step(step)), extended_to=until) for step, until in granted.items()}


@dataclass(frozen=True, slots=True)
class Calendar:
    """The times of a plan's schedule over a period, found once for all runs."""

    plan: Plan
    times: tuple[Occurrence, ...]
    starts: tuple[datetime, ...]

    @classmethod
    def of(cls, plan: Plan, since: datetime, until: datetime) -> "Calendar":
        """The times that runs begun in the period may have been begun for."""
        lines = plan.procedure.schedule
        found = occurrences(lines, plan.site, since - reach(lines), until + EARLY * 2) if lines else []
        return cls(plan, tuple(found), tuple(one.starts_at for one in found))

    def finish_by(self, begun_at: datetime) -> datetime | None:
        """By when a run was wanted finished: as ``occurrence_for`` finds it."""
        last = bisect_left(self.starts, begun_at + EARLY)
        near = list(self.times[max(0, last - 2) : last])
        while near and begun_at < counts_from(near):
            near.pop()
            last -= 1
            near = list(self.times[max(0, last - 2) : last]) if near else near
        finish = near[-1].finish_by if near else None
        return finish if finish is not None and finish > begun_at else None


def differing(old: Mapping[str, Due], new: Mapping[str, Due], past: Past) -> Iterator[Change]:
    """The deadlines that would have been missed or kept; "" is the whole run."""
    for step in dict.fromkeys((*new, *old)):
        then, now = old.get(step), new.get(step)
        was, would_be = then is not None and then[1], now is not None and now[1]
        if was != would_be:
            finding = Finding("missed" if would_be else "kept", step)
            yield Change(past.ref, finding, old_due=then[0] if then else None, new_due=now[0] if now else None)


def whole(calendar: Calendar, past: Past) -> dict[str, Due]:
    """By when the whole run was wanted finished, and whether that was missed."""
    finish = calendar.finish_by(past.ref.started_at) if past.status == "completed" else None
    return {} if finish is None else {"": (finish, instant(past.finished_at) > finish)}
