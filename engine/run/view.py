"""What there is to do now, for whom, and why not: one step at a time, or the whole run. Pages and terminals show nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Literal, NamedTuple

from engine.procedure.field import FIELD_KINDS, Check, Photo, Step
from engine.procedure.plan import Placed
from engine.procedure.step import Form, HandTo, Read, Register, Rounds, Sign, Start, Wait
from engine.run.apart import kept_away
from engine.run.closing import InTheWay, in_the_way
from engine.run.commands import Actor
from engine.run.dues import due_at
from engine.run.lists import items_of
from engine.run.standing import Run, Tally, undecided_for
from engine.run.state import Deviation, StepState
from engine.run.timing import granters, last_covered, round_now

Status = Literal["not_asked", "undecided", "open", "begun", "handed", "answered", "not_done", "not_applicable"]
_VALUES = (*FIELD_KINDS.values(), Form, Read)


@dataclass(frozen=True, slots=True)
class DeviationView:
    """A deviation and what may be done about it by this person now."""

    deviation: Deviation
    acts: frozenset[str]  # act_on, remeasure, accept
    ready_at: datetime | None  # a re-measure counts from here


class StepView(NamedTuple):
    """One step for one person at one moment. `acts` are the names of the commands that may be given.

    As frozen as a dataclass and made in half the time: a tick makes two, a page one for each step.
    """

    placed: Placed
    state: StepState
    status: Status
    acts: frozenset[str]
    due: datetime | None
    is_overdue: bool
    ready_at: datetime | None  # when a running wait has lasted long enough, or the next round is due
    round: int
    waits_for: tuple[str, ...]  # undecided: the names not yet known
    deviations: tuple[DeviationView, ...]
    kept_away: str = ""  # the step of this person because of which another one does this

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is asked here."""
        return self.status in ("answered", "not_done", "not_applicable", "not_asked")

    @property
    def has_open_deviation(self) -> bool:
        """Whether a deviation of this step is open."""
        return any(view.deviation.is_open for view in self.deviations)


@dataclass(frozen=True, slots=True)
class RunView:
    """A run for one person at one moment."""

    run: Run
    steps: tuple[StepView, ...]
    current: str | None  # the step to open
    tally: Tally
    in_the_way: InTheWay
    reported: tuple[DeviationView, ...]

    @property
    def is_completable(self) -> bool:
        """Whether the run can be completed now."""
        return not self.run.state.is_over and not self.in_the_way


def view_step(run: Run, placed: Placed, actor: Actor, now: datetime) -> StepView:
    """One step as `actor` may see and do it at `now`."""
    state = run.state.step(placed.id)
    status = _status(run, placed, state)
    due = due_at(run, placed) if placed.due else None
    found = run.state.deviations.values()
    deviations = tuple(view_deviation(run, d, actor, now) for d in found if d.step in placed.names) if found else ()
    away = kept_away(run, placed, actor.person) if placed.apart else ""
    return StepView(
        placed=placed,
        state=state,
        status=status,
        acts=_acts(run, placed, state, status, actor, due, is_away=bool(away)),
        due=due,
        is_overdue=due is not None and now > due and status in ("open", "begun", "handed"),
        ready_at=_ready(placed, state, now),
        round=max(1, round_now(state, now)) if state.begun_at and isinstance(placed.step, Rounds) else 0,
        waits_for=undecided_for(run, placed.id) if status == "undecided" else (),
        deviations=deviations,
        kept_away=away,
    )


def _status(run: Run, placed: Placed, state: StepState) -> Status:
    applies = run.applies[placed.id]
    if applies is False:
        return "not_asked"
    if state.outcome in ("not_done", "not_applicable"):
        return state.outcome
    if placed.id in run.settled:
        return "answered"
    if applies is None:
        return "undecided"
    if state.handed:
        return "handed"
    return "begun" if state.begun_at or state.items or state.rows else "open"


_NONE: frozenset[str] = frozenset()
_CORRECTING = frozenset(("amend", "attach"))


def _acts(
    run: Run, placed: Placed, state: StepState, status: Status, actor: Actor, due: datetime | None, *, is_away: bool
) -> frozenset[str]:
    if run.applies[placed.id] is not True:  # also of what was answered before that was taken back on which it depends
        return _NONE
    is_mine = not is_away and any(role in actor.roles for role in placed.roles)
    is_wanted = run.is_wanted_anew(placed.id)
    if run.state.review.is_back and is_mine and not is_wanted:
        return _CORRECTING & _own_acts(run, placed, state, status)
    if run.state.status != "running" and not is_wanted:
        return _NONE
    acts = _own_acts(run, placed, state, status) if is_mine else _NONE
    if status == "handed" and isinstance(placed.step, HandTo):
        is_receiver = any(role in actor.roles for role in placed.receivers)
        if is_receiver and state.handed and state.handed.by != actor.person:
            acts |= {"receive"}
    has_time = (placed.due or state.proposed) and not run.state.is_over
    return acts | _timely_acts(run, placed, state, actor, due) if has_time else acts


def _timely_acts(run: Run, placed: Placed, state: StepState, actor: Actor, due: datetime | None) -> set[str]:
    """What may be done about the deadline, and about what time proposed."""
    acts: set[str] = set()
    roles = granters(placed)
    may_grant = any(r in actor.roles for r in roles) or (not roles and "grant_extensions" in actor.may)
    runs_out = due is not None and placed.id not in run.settled
    if runs_out and may_grant:
        acts.add("extend")
    elif runs_out and has_part(run, placed, actor):
        acts.add("ask")
    if state.asked and may_grant:
        acts.add("refuse")
    if state.proposed and any(role in actor.roles for role in placed.roles):
        acts.add("dismiss")
    return acts


def has_part(run: Run, placed: Placed, actor: Actor) -> bool:
    """Whether somebody does this step, receives it, or does another step of the run."""
    return any(role in actor.roles for role in (*placed.receivers, *placed.roles, *run.plan.doers))


def _own_acts(run: Run, placed: Placed, state: StepState, status: Status) -> frozenset[str]:
    """What whoever does the step may do."""
    is_list = bool(items_of(placed, run.state))
    is_wrong = "not_done" in state.items.values()
    return _acts_of(type(placed.step), status, state.begun_at is not None, is_list, bool(state.items), is_wrong)


@cache  # a few hundred at most: worked out once for each, and the same set every time
def _acts_of(kind: type[Step], status: Status, has_begun: bool, is_list: bool, has_items: bool, is_wrong: bool) -> frozenset[str]:
    acts = {"attach"}
    if status == "answered":
        acts |= _AFTERWARDS.get(kind, set()) | ({"amend"} if kind not in (Sign, HandTo) else set())
        return frozenset(acts | ({"tick"} if kind is Check and is_wrong else set()))  # what was found wrong may be put right
    acts |= _opening_acts(kind, has_begun, is_list)
    if has_items or status in ("not_done", "not_applicable"):
        acts.add("amend")
    return frozenset(acts if status in ("not_done", "not_applicable") else acts | {"mark"})


_AFTERWARDS: Mapping[type[Step], set[str]] = {Register: {"add_row"}, Photo: {"answer"}, Start: {"start"}}
_OPENING: Mapping[type[Step], set[str]] = {Register: {"add_row"}, HandTo: {"hand"}, Sign: {"sign"}, Start: {"start"}}


def _opening_acts(kind: type[Step], has_begun: bool, is_list: bool) -> set[str]:
    if kind in (Wait, Rounds):
        further = {"end"} if kind is Wait else {"round", "end"}
        return further if has_begun else {"begin"}
    return {"tick"} if kind is Check and is_list else _OPENING.get(kind, {"answer"})


def _ready(placed: Placed, state: StepState, now: datetime) -> datetime | None:
    if state.begun_at is None or state.length is None or state.ended_at is not None:
        return None
    if isinstance(placed.step, Wait):
        return state.begun_at + state.length
    due = max(last_covered(state) + 1, round_now(state, now))
    return state.begun_at + state.length * due


def view_deviation(run: Run, deviation: Deviation, actor: Actor, now: datetime) -> DeviationView:
    """A deviation and what `actor` may do about it at `now`."""
    is_left = run.state.status == "completed" or run.state.review.is_back  # as `decide` takes it of a run that is over
    if not deviation.is_open or not (run.state.status == "running" or is_left):
        return DeviationView(deviation, frozenset(), None)
    event = deviation.event
    owner = run.plan.owner.get(deviation.step, "")
    roles = run.plan.by_id[owner].roles if owner else run.plan.procedure.done_by
    is_mine = any(role in actor.roles for role in (*roles, *event.accept_by))
    acts = {"act_on"} if is_mine else set()
    ready = (deviation.acted or deviation.raised).at + (event.remeasure_after or timedelta())
    is_limit = deviation.cause in ("out_of_limits", "critical")
    can_measure = (
        is_limit and (not run.state.is_over or run.state.review.is_back) and not (event.action and deviation.acted is None)
    )
    is_another = not owner or not kept_away(run, run.plan.by_id[owner], actor.person)
    if is_mine and is_another and can_measure and now >= ready:
        acts.add("remeasure")
    if any(r in actor.roles for r in event.accept_by) or (not event.accept_by and "accept_deviations" in actor.may):
        acts.add("accept")
    return DeviationView(deviation, frozenset(acts), ready if can_measure else None)


def view_run(run: Run, actor: Actor, now: datetime) -> RunView:
    """The whole run as `actor` may see and do it at `now`."""
    steps = tuple(view_step(run, placed, actor, now) for placed in run.plan.steps)
    mine = [s for s in steps if not s.is_settled and s.acts]
    waiting = [
        s for s in mine if not (s.ready_at and now < s.ready_at) and not (s.status == "handed" and "receive" not in s.acts)
    ]
    first = next(iter(waiting or mine), None)
    reported = tuple(view_deviation(run, d, actor, now) for d in run.state.deviations.values() if not d.step)
    return RunView(run, steps, first.placed.id if first else None, run.tally, in_the_way(run), reported)
