"""The state of a run: the fold of its events. `evolve` never refuses, never asks a clock, and needs no procedure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Literal, assert_never

from engine.run.answer import Answer
from engine.run.changing import changed
from engine.run.events import (
    NOTED,
    Cause,
    DeviationAccepted,
    DeviationActedOn,
    DeviationCleared,
    DeviationRaised,
    Event,
    Happened,
    ItemTicked,
    RowSettled,
    RunAbandoned,
    RunCompleted,
    RunHeld,
    RunResumed,
    RunStarted,
    Signed,
    StepAmended,
    StepAnswered,
    StepRemeasured,
)  # fmt: skip
from engine.run.review_events import REVIEWING, ReviewAnswered, ReviewAsked, RunApproved, RunReturned
from engine.run.review_state import NOT_REVIEWED, Review
from engine.run.step_state import NOTHING, Changes, Mark, Outcome, Row, StepState, step_after
from engine.run.time_events import RunLate

__all__ = ["NOTHING", "Deviation", "Mark", "Outcome", "Row", "RunStatus", "Signature", "State", "StepState", "evolve", "fold"]


@dataclass(frozen=True, slots=True)
class Deviation:
    """A limit missed, a step not done, late, out of order, or something reported."""

    id: str
    step: str
    cause: Cause
    raised: Mark
    event: DeviationRaised
    acted: Mark | None = None
    action: str = ""
    reading: Answer | None = None  # the one that raised it, whatever it is corrected to later
    readings: tuple[Answer, ...] = ()  # of re-measures
    closed: Mark | None = None
    closing: Literal["cleared", "accepted"] | None = None
    reason: str = ""

    @property
    def is_open(self) -> bool:
        """Whether nobody has cleared or accepted it."""
        return self.closed is None

    @property
    def is_noted(self) -> bool:
        """Whether it is only noted: recorded and reviewed, but nothing is left to do about it."""
        return self.cause in NOTED and not self.event.blocks

    @property
    def is_unsettled(self) -> bool:
        """Whether it still wants something."""
        return self.is_open and not self.is_noted


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature and what it covers. `is_amended`: something it covers was changed afterwards."""

    step: str
    name: str
    meaning: str
    mark: Mark
    covers: int
    is_amended: bool = False
    drawn: str = ""  # digest of the picture, where it was also drawn


RunStatus = Literal["running", "held", "completed", "abandoned"]


@dataclass(frozen=True, slots=True)
class State:
    """A run as it stands after `version` events."""

    run: str
    version: int
    status: RunStatus
    started: RunStarted
    started_by: Mark
    steps: Mapping[str, StepState] = field(default_factory=dict)
    deviations: Mapping[str, Deviation] = field(default_factory=dict)
    signatures: tuple[Signature, ...] = ()
    finished: Mark | None = None
    reason: str = ""
    updated_at: datetime | None = None
    last_step: str = ""
    hands: frozenset[str] = frozenset()  # whoever recorded anything in it, or answered for it: everything but judging it
    changed_at: int = 1  # run_seq of the last event that is not its review
    review: Review = NOT_REVIEWED
    remeasures: Mapping[tuple[int, str], str] = field(default_factory=dict)  # by run_seq and step: the deviation a reading is for
    late_since: datetime | None = None  # the time its schedule wanted it finished, once that was recorded as passed
    amendments: int = 0  # of all steps together, counted along: a tick asks for them, however many steps there are
    left_out: int = 0  # steps that are

    def step(self, step: str) -> StepState:
        """What is recorded of a step; an empty state where nothing is."""
        return self.steps.get(step, NOTHING)

    def newest(self, name: str, owner: str) -> Answer | None:
        """What counts now of a step, or of a field of the step that owns it: its newest reading."""
        step = self.step(owner)
        return step.current if name == owner else self.step(name).remeasured or step.fields.get(name)

    @property
    def is_over(self) -> bool:
        """Whether the run was completed or abandoned."""
        return self.status in ("completed", "abandoned")

    def open_deviations(self) -> tuple[Deviation, ...]:
        """Deviations nobody has cleared or accepted, oldest first."""
        return tuple(deviation for deviation in self.deviations.values() if deviation.is_open)


def fold(run: str, history: Iterable[Happened]) -> State | None:
    """The state after all of `history`; None where there is none."""
    state: State | None = None
    for happened in history:
        state = evolve(state, happened, run)
    return state


def evolve(state: State | None, happened: Happened, run: str = "") -> State:
    """The state after one more event. The first event of a run must be RunStarted."""
    mark = Mark(happened.by, happened.role, happened.recorded_at, happened.seq)
    if state is None:
        assert isinstance(happened.event, RunStarted), "a run begins with RunStarted"
        hands = frozenset({mark.by} - {""})
        return State(run, happened.seq, "running", happened.event, mark, updated_at=mark.at, hands=hands)
    if isinstance(happened.event, REVIEWING):
        hands = state.hands | {mark.by} if isinstance(happened.event, ReviewAnswered) else state.hands
        review = state.review.after(happened.event, mark)
        return replace(state, version=happened.seq, updated_at=mark.at, review=review, hands=hands)
    is_elsewhere = not mark.by or isinstance(happened.event, RowSettled)  # what time did is no place to go on from
    last = state.last_step if is_elsewhere else getattr(happened.event, "step", "") or state.last_step
    changes = _changes(state, happened.event, mark)
    if mark.by and mark.by not in state.hands:
        changes["hands"] = state.hands | {mark.by}
    if state.review is not NOT_REVIEWED:
        changes["review"] = state.review.changed()
    return changed(state, version=happened.seq, changed_at=happened.seq, updated_at=mark.at, last_step=last, **changes)


def _changes(state: State, event: Event, mark: Mark) -> Changes:
    match event:
        case StepAnswered():
            return _with_step(state, event, mark, _without_remeasures(state, event.fields))
        case RunStarted() | RowSettled():
            return {}
        case DeviationRaised() | DeviationActedOn() | StepRemeasured() | DeviationCleared() | DeviationAccepted():
            return _with_deviation(state, event, mark)
        case Signed():
            signature = Signature(event.step, event.name, event.meaning, mark, event.version, drawn=event.drawn)
            signed = _with_step(state, event, mark) if event.step else {}
            return Changes(signatures=(*state.signatures, signature), **signed)
        case RunLate():
            return Changes(late_since=event.finish_by)
        case RunHeld():
            return Changes(status="held", reason=event.reason)
        case RunResumed():
            return Changes(status="running", reason="")
        case RunCompleted():
            return Changes(status="completed", finished=mark)
        case RunAbandoned():
            return Changes(status="abandoned", finished=mark, reason=event.reason)
        case StepAmended():
            lost = () if event.row is not None else event.fields or state.step(event.step).fields
            signatures = _touched(state, event, event.amends)
            steps = _with_step(state, event, mark, _without_remeasures(state, lost, is_withdrawn=event.is_withdrawal))
            return Changes(signatures=signatures, remeasures=_corrected(state, event, mark), **steps)
        case ItemTicked() if event.outcome == "not_done" and event.item in state.step(event.step).items:
            return Changes(signatures=_touched(state, event, mark.seq), **_with_step(state, event, mark))
        case ReviewAsked() | ReviewAnswered() | RunReturned() | RunApproved():  # pragma: no cover - taken up by evolve
            return {}
        case _:
            return _with_step(state, event, mark)


def _touched(state: State, event: StepAmended | ItemTicked, amends: int) -> tuple[Signature, ...]:
    """The signatures; those that cover what `event` takes back are marked. Of ticks, the first one counts."""
    row = event.row if isinstance(event, StepAmended) else None
    since = amends if row is not None else min((*state.step(event.step).values, amends))
    return tuple(replace(s, is_amended=True) if since <= s.covers else s for s in state.signatures)


def _without_remeasures(state: State, fields: Iterable[str], *, is_withdrawn: bool = False) -> dict[str, StepState]:
    """The fields of a form that is taken back, or filled in anew, lose their newer readings, as a single step does."""
    found = {name: replace(state.steps[name], remeasured=None) for name in fields if name in state.steps}
    return {name: replace(step, hands=frozenset()) for name, step in found.items()} if is_withdrawn else found


def _corrected(state: State, event: StepAmended, mark: Mark) -> Mapping[tuple[int, str], str]:
    """What is corrected is the newest reading. The correction of a re-measure belongs to it, and so does the next one."""
    if event.row is not None:
        return state.remeasures
    found: dict[tuple[int, str], str] = {}
    for name in (event.step, *(event.fields or state.step(event.step).fields)):
        kept = state.step(name)
        seq = kept.values[-1] if kept.remeasured and kept.values else event.amends
        if (seq, name) in state.remeasures:
            found[mark.seq, name] = state.remeasures[seq, name]
    return {**state.remeasures, **found} if found else state.remeasures


def _with_step(state: State, event: Event, mark: Mark, others: Mapping[str, StepState] = MappingProxyType({})) -> Changes:
    step: str = event.step  # type: ignore[union-attr]
    before = state.step(step)
    after = step_after(before, event, mark)
    return Changes(
        steps={**state.steps, **others, step: after},
        amendments=state.amendments + after.amendments - before.amendments,
        left_out=state.left_out + after.is_left_out - before.is_left_out,
    )


def _read(state: State, event: DeviationRaised) -> Answer | None:
    """The reading a deviation is raised for: of the step that was just recorded, of its field, or of the field of its row."""
    if event.cause not in ("out_of_limits", "critical"):
        return None
    owner = state.step(state.last_step)
    if event.step == state.last_step:
        return owner.current
    rows = (row.fields for row in owner.rows if str(row.number) == event.entry)
    return next(rows, owner.fields).get(event.step)


_OfDeviation = DeviationRaised | DeviationActedOn | StepRemeasured | DeviationCleared | DeviationAccepted


def _with_deviation(state: State, event: _OfDeviation, mark: Mark) -> Changes:
    changes = _with_step(state, event, mark) if isinstance(event, StepRemeasured) else Changes()
    match event:
        case DeviationRaised():
            changed = Deviation(event.deviation, event.step, event.cause, mark, event, reading=_read(state, event))
        case DeviationActedOn():
            changed = replace(state.deviations[event.deviation], acted=mark, action=event.text)
        case StepRemeasured():
            found = state.deviations[event.deviation]
            changed = replace(found, readings=(*found.readings, event.answer), acted=None)
            changes["remeasures"] = {**state.remeasures, (mark.seq, event.step): event.deviation}
        case DeviationCleared():
            changed = replace(state.deviations[event.deviation], closed=mark, closing="cleared")
        case DeviationAccepted():
            changed = replace(state.deviations[event.deviation], closed=mark, closing="accepted", reason=event.reason)
        case _:
            assert_never(event)  # pragma: no cover - every kind stands above
    return Changes(deviations={**state.deviations, changed.id: changed}, **changes)
