"""What time does to a run by itself: deadlines that near and pass, rounds that are missed, options it proposes. Nobody acts here.

Everything that is to come is one list of moments; what has come is recorded, the rest says when to look again. Nothing is ever
completed by time (docs/decisions/0010).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.procedure.field import Choose
from engine.procedure.plan import Placed
from engine.procedure.step import Rounds
from engine.run.commands import Actor, Command, Resume
from engine.run.decide import Decided
from engine.run.desk import Desk
from engine.run.dues import due_at, moment_of
from engine.run.events import Event, RoundMissed
from engine.run.standing import Run
from engine.run.step_state import StepState
from engine.run.time_events import AnswerProposed, DueMissed, DueNeared, RunLate
from engine.run.timing import last_covered, round_now

CLOCK = Actor("", "", ())
"""Nobody: time itself, which has no person, role or device."""
_LONGEST_WARNING = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Coming:
    """Something that time does at `at`, unless somebody acts before."""

    at: datetime
    event: Event


def pass_time(run: Run, now: datetime) -> Decided:
    """Everything that has come by `now` and is not recorded yet, in order, each with the moment at which it happened."""
    command = Command("", run.state.run, CLOCK, now, Resume())
    desk = Desk(run, command, now)
    times: list[datetime] = []
    for coming in sorted((one for one in _coming(run, now) if one.at <= now), key=lambda one: one.at):
        if isinstance(coming.event, DueNeared) and coming.event.due <= now:
            continue  # nobody looked in time: what passed is told, not that it was near
        _record(desk, coming.event)
        times += [max(coming.at, run.state.started_by.at)] * (len(desk.events) - len(times))
    return Decided(tuple(desk.events), "", tuple(times))


def _record(desk: Desk, event: Event) -> None:
    desk.add(event)
    if isinstance(event, RoundMissed):
        desk.deviate(desk.run.plan.by_id[event.step], "missed_round", entry=str(event.round))


def next_at(run: Run) -> datetime | None:
    """When time will next do something to the run; None where there is nothing it will do."""
    if not (run.plan.timed or run.finish_by) or run.state.is_over:
        return None
    return min((one.at for one in _coming(run, run.state.started_by.at)), default=None)


def _coming(run: Run, now: datetime) -> Iterator[Coming]:
    if run.state.is_over:
        return
    if run.finish_by is not None and run.state.late_since is None:
        yield Coming(run.finish_by, RunLate(run.finish_by, run.late_tells))
    for placed in run.plan.timed:
        step = run.state.step(placed.id)
        if placed.due and run.is_asked(placed.id):
            yield from _deadline(run, placed, step)
        if isinstance(placed.step, Rounds):
            yield from _rounds(placed, step, now)
        if isinstance(placed.step, Choose):
            yield from _proposals(run, placed.step, step)


def holders(placed: Placed, step: StepState) -> tuple[str, ...]:
    """The roles that must do the step now: whoever it was handed to, or whoever it is for. Never none."""
    return placed.receivers if step.handed else placed.roles


def _deadline(run: Run, placed: Placed, step: StepState) -> Iterator[Coming]:
    due = due_at(run, placed)
    if due is None:
        return
    held, told = holders(placed, step), {one.level for one in step.told if one.due == due}
    warned = due - _warning(run, placed, due)
    if warned < due and not told:
        yield Coming(warned, DueNeared(placed.id, due, held))
    levels = list(placed.overdue.levels()) if placed.overdue else [(timedelta(), ())]
    for level, (after, roles) in enumerate(levels):
        if level not in told:
            yield Coming(due + after, DueMissed(placed.id, due, level, held, roles))


def _warning(run: Run, placed: Placed, due: datetime) -> timedelta:
    """How long before: as written; else a quarter of the time there was, at most a day, and nothing where there was none."""
    if placed.overdue and placed.overdue.warn:
        return placed.overdue.warn.least
    return max(timedelta(), min(_LONGEST_WARNING, (due - run.state.started_by.at) / 4))


def _rounds(placed: Placed, step: StepState, now: datetime) -> Iterator[Coming]:
    """Every round that fell out by `now`, and the next that will unless it is made: each is due until the next one is."""
    if step.begun_at is None or step.length is None or step.ended_at is not None or step.outcome is not None:
        return
    first, number = last_covered(step) + 1, len(step.rows)
    for missed in range(first, max(first, round_now(step, now)) + 1):
        number += 1
        due = step.begun_at + step.length * missed
        yield Coming(due + step.length, RoundMissed(placed.id, number, due))


def _proposals(run: Run, choose: Choose, step: StepState) -> Iterator[Coming]:
    if step.outcome != "answered" or step.current is None:
        return
    for proposal in choose.propose:
        at = moment_of(run, (proposal.due,)) if proposal.option not in step.was_proposed else None
        if at is not None and proposal.option not in step.current.options:
            yield Coming(at, AnswerProposed(choose.id, proposal.option, proposal.because.zh, proposal.notify))
