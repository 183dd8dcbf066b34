"""The state of a run: the fold of its events. `evolve` never refuses, never asks a clock, and needs no procedure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from engine.run.answer import Answer
from engine.run.events import (
    Cause,
    DeviationAccepted,
    DeviationActedOn,
    DeviationCleared,
    DeviationRaised,
    DueExtended,
    Event,
    Fields,
    Happened,
    ItemTicked,
    PhotosAttached,
    RoundDone,
    RoundMissed,
    RoundsStarted,
    RoundsStopped,
    RowAdded,
    RunAbandoned,
    RunCompleted,
    RunHeld,
    RunLinked,
    RunResumed,
    RunStarted,
    Signed,
    StepAmended,
    StepAnswered,
    StepMarked,
    StepRemeasured,
    WaitEnded,
    WaitStarted,
    WorkHanded,
    WorkReceived,
)  # fmt: skip

Outcome = Literal["answered", "not_done", "not_applicable"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Who did something, when (server), as event number `seq`."""

    by: str
    role: str
    at: datetime
    seq: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a register, or one round: its fields, who and when; `fields` is empty for a missed round or a row taken back."""

    number: int
    fields: Fields
    mark: Mark
    is_missed: bool = False


@dataclass(frozen=True, slots=True)
class StepState:
    """What is recorded of one step."""

    outcome: Outcome | None = None
    answer: Answer | None = None
    remeasured: Answer | None = None  # the newest reading of a re-measure
    fields: Fields = field(default_factory=dict)
    photos: tuple[str, ...] = ()
    items: Mapping[str, Literal["done", "not_done"]] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    reason: str = ""
    mark: Mark | None = None  # the last recorded act on this step
    begun_at: datetime | None = None
    length: timedelta | None = None
    ended_at: datetime | None = None
    handed: Mark | None = None
    note: str = ""
    linked: tuple[str, ...] = ()
    amendments: int = 0
    extended_to: datetime | None = None
    done_at: datetime | None = None  # when it was first answered or marked; deadlines count from here

    @property
    def seq(self) -> int:
        """The run_seq of the last act on this step; 0 where nothing happened."""
        return self.mark.seq if self.mark else 0

    @property
    def current(self) -> Answer | None:
        """The answer that counts now: the newest reading."""
        return self.remeasured or self.answer


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
    readings: tuple[Answer, ...] = ()
    closed: Mark | None = None
    closing: Literal["cleared", "accepted"] | None = None
    reason: str = ""

    @property
    def is_open(self) -> bool:
        """Whether nobody has cleared or accepted it."""
        return self.closed is None


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature and what it covers. `is_amended`: something it covers was changed afterwards."""

    step: str
    name: str
    meaning: str
    mark: Mark
    covers: int
    is_amended: bool = False


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

    def step(self, step: str) -> StepState:
        """What is recorded of a step; an empty state where nothing is."""
        return self.steps.get(step, NOTHING)

    @property
    def is_over(self) -> bool:
        """Whether the run was completed or abandoned."""
        return self.status in ("completed", "abandoned")

    def open_deviations(self) -> tuple[Deviation, ...]:
        """Deviations nobody has cleared or accepted, oldest first."""
        return tuple(deviation for deviation in self.deviations.values() if deviation.is_open)


NOTHING = StepState()


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
        return State(run, happened.seq, "running", happened.event, mark, updated_at=mark.at)
    last = getattr(happened.event, "step", "") or state.last_step
    return replace(_after(state, happened.event, mark), version=happened.seq, updated_at=mark.at, last_step=last)


def _after(state: State, event: Event, mark: Mark) -> State:
    match event:
        case RunStarted():
            return state
        case DeviationRaised() | DeviationActedOn() | StepRemeasured() | DeviationCleared() | DeviationAccepted():
            return _with_deviation(state, event, mark)
        case Signed():
            signature = Signature(event.step, event.name, event.meaning, mark, event.version)
            signed = _with_step(state, event, mark) if event.step else state
            return replace(signed, signatures=(*state.signatures, signature))
        case RunHeld():
            return replace(state, status="held", reason=event.reason)
        case RunResumed():
            return replace(state, status="running", reason="")
        case RunCompleted():
            return replace(state, status="completed", finished=mark)
        case RunAbandoned():
            return replace(state, status="abandoned", finished=mark, reason=event.reason)
        case StepAmended():
            return _with_step(replace(state, signatures=_touched(state.signatures, event)), event, mark)
        case _:
            return _with_step(state, event, mark)


def _touched(signatures: tuple[Signature, ...], event: StepAmended) -> tuple[Signature, ...]:
    return tuple(replace(s, is_amended=True) if event.amends <= s.covers else s for s in signatures)


def _with_step(state: State, event: Event, mark: Mark) -> State:
    step: str = event.step  # type: ignore[union-attr]
    changed = replace(_step_after(state.step(step), event, mark), mark=mark)
    if changed.done_at is None and (changed.outcome or changed.rows):
        changed = replace(changed, done_at=mark.at)
    return replace(state, steps={**state.steps, step: changed})


def _step_after(step: StepState, event: Event, mark: Mark) -> StepState:
    match event:
        case StepAnswered():
            return replace(
                step,
                outcome="answered",
                answer=event.answer,
                fields=event.fields,
                photos=(*step.photos, *event.photos),
                reason="",
            )
        case ItemTicked():
            items = {**step.items, event.item: event.outcome}
            return replace(step, items=items, outcome="answered" if event.is_last else step.outcome)
        case StepMarked():
            return replace(step, outcome=event.outcome, reason=event.reason)
        case PhotosAttached():
            return replace(step, photos=(*step.photos, *event.photos))
        case StepRemeasured():
            return replace(step, remeasured=event.answer)
        case StepAmended():
            return _amended(step, event, mark)
        case WaitStarted():
            return replace(step, begun_at=mark.at, length=event.length)
        case WaitEnded() | RoundsStopped():
            return replace(step, outcome="answered", ended_at=mark.at, reason=event.reason)
        case RoundsStarted():
            return replace(step, begun_at=mark.at, length=event.every)
        case RoundDone() | RowAdded():
            number = event.round if isinstance(event, RoundDone) else event.row
            return replace(step, rows=(*step.rows, Row(number, event.fields, mark)))
        case RoundMissed():
            return replace(step, rows=(*step.rows, Row(event.round, {}, replace(mark, at=event.due), is_missed=True)))
        case WorkHanded():
            return replace(step, handed=mark, note=event.note)
        case RunLinked():
            return replace(step, outcome="answered", linked=(*step.linked, event.run))
        case DueExtended():
            return replace(step, extended_to=event.until)
        case WorkReceived() | Signed():
            return replace(step, outcome="answered")
        case _:
            return step


def _amended(step: StepState, event: StepAmended, mark: Mark) -> StepState:
    step = replace(step, amendments=step.amendments + 1)
    if event.row is not None:
        rows = tuple(Row(r.number, event.fields, mark) if r.number == event.row else r for r in step.rows)
        return replace(step, rows=rows)
    if event.is_withdrawal:
        return replace(StepState(rows=step.rows, amendments=step.amendments, extended_to=step.extended_to), reason=event.reason)
    return replace(step, outcome="answered", answer=event.answer, fields=event.fields, reason=event.reason)


def _with_deviation(state: State, event: Event, mark: Mark) -> State:
    match event:
        case DeviationRaised():
            changed = Deviation(event.deviation, event.step, event.cause, mark, event)
        case DeviationActedOn():
            changed = replace(state.deviations[event.deviation], acted=mark, action=event.text)
        case StepRemeasured():
            found = state.deviations[event.deviation]
            state = _with_step(state, event, mark)
            changed = replace(found, readings=(*found.readings, event.answer), acted=None)
        case DeviationCleared():
            changed = replace(state.deviations[event.deviation], closed=mark, closing="cleared")
        case DeviationAccepted():
            changed = replace(state.deviations[event.deviation], closed=mark, closing="accepted", reason=event.reason)
        case _:
            return state
    return replace(state, deviations={**state.deviations, changed.id: changed})
