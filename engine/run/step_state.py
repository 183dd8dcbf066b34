"""What is recorded of one step, and how each event changes it. Knows nothing of the run around it, nor of the procedure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from engine.run.answer import Answer
from engine.run.events import (
    DueExtended,
    Event,
    Fields,
    ItemTicked,
    PhotosAttached,
    RoundDone,
    RoundMissed,
    RoundsStarted,
    RoundsStopped,
    RowAdded,
    RunLinked,
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
    at: datetime  # when it was first written; for a missed round, when it was due
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
    values: tuple[int, ...] = ()  # run_seqs of the events that gave what counts now: one, or one for each tick

    @property
    def seq(self) -> int:
        """The run_seq of the last act on this step; 0 where nothing happened."""
        return self.mark.seq if self.mark else 0

    @property
    def current(self) -> Answer | None:
        """The answer that counts now: the newest reading."""
        return self.remeasured or self.answer


NOTHING = StepState()
_VALUED = (StepAnswered, StepMarked, WaitEnded, RoundsStopped, WorkReceived, Signed, RunLinked)


def step_after(step: StepState, event: Event, mark: Mark) -> StepState:
    """What is recorded of the step after one more event on it."""
    changed = replace(_changed(step, event, mark), mark=mark)
    if isinstance(event, _VALUED):
        changed = replace(changed, values=(mark.seq,))
    if changed.done_at is None and (changed.outcome or (changed.rows and changed.begun_at is None)):
        changed = replace(changed, done_at=mark.at)
    return changed


def _changed(step: StepState, event: Event, mark: Mark) -> StepState:
    match event:
        case StepAnswered():
            return replace(
                step,
                outcome="answered",
                answer=event.answer,
                remeasured=None,
                fields=event.fields,
                photos=(*step.photos, *event.photos),
                reason="",
            )
        case ItemTicked():
            items = {**step.items, event.item: event.outcome}
            outcome: Outcome | None = "answered" if event.is_last else step.outcome
            return replace(step, items=items, outcome=outcome, values=(*step.values, mark.seq))
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
        case RoundDone():
            return replace(step, rows=(*step.rows, Row(event.round, event.fields, mark, mark.at)))
        case RowAdded():  # a register is judged by its rows: one that was marked not done is not any more
            return replace(step, rows=(*step.rows, Row(event.row, event.fields, mark, mark.at)), outcome=None, reason="")
        case RoundMissed():
            return replace(step, rows=(*step.rows, Row(event.round, {}, mark, event.due, is_missed=True)))
        case WorkHanded():
            return replace(step, handed=mark, note=event.note)
        case RunLinked():
            return replace(step, outcome="answered", linked=(*step.linked, event.run))
        case DueExtended():
            return replace(step, extended_to=event.until)
        case WorkReceived() | Signed():
            return replace(step, outcome="answered")
        case _:  # pragma: no cover - the other kinds are not about a step
            return step


def _amended(step: StepState, event: StepAmended, mark: Mark) -> StepState:
    step = replace(step, amendments=step.amendments + 1)
    if event.row is not None:
        rows = tuple(replace(r, fields=event.fields, mark=mark) if r.number == event.row else r for r in step.rows)
        return replace(step, rows=rows)
    if event.is_withdrawal:
        kept = StepState(rows=step.rows, amendments=step.amendments, extended_to=step.extended_to, reason=event.reason)
        # Rounds go on where they stopped; everything else starts again.
        return replace(kept, begun_at=step.begun_at, length=step.length) if step.begun_at and step.rows else kept
    amended = replace(step, outcome="answered", answer=event.answer, fields=event.fields, reason=event.reason)
    return replace(amended, values=(mark.seq,))
