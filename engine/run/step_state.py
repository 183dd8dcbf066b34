"""What is recorded of one step, and how each event changes it. Knows nothing of the run around it, nor of the procedure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from engine.run.answer import Answer
from engine.run.changing import changed
from engine.run.events import (
    DueExtended,
    Event,
    Fields,
    ItemsListed,
    ItemTicked,
    Listed,
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
from engine.run.time_events import AnswerProposed, DueMissed, DueNeared, ExtensionAsked, ExtensionRefused, ProposalDismissed

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
class Asked:
    """More time that was asked for, and is neither granted nor refused yet."""

    until: datetime
    reason: str
    mark: Mark
    granters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """That a deadline neared or passed, as it was recorded, and the roles that were told."""

    due: datetime
    level: int
    roles: tuple[str, ...]


NEARED = -1
"""The level of a warning before the deadline; 0 is the deadline itself, then come the steps of the escalation."""


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
    acted: Mark | None = None  # the last that did something of it: not more time granted, nor a photo put beside
    begun_at: datetime | None = None
    length: timedelta | None = None
    ended_at: datetime | None = None
    handed: Mark | None = None
    note: str = ""
    linked: tuple[str, ...] = ()
    amendments: int = 0
    extended_to: datetime | None = None
    told: tuple[Told, ...] = ()
    asked: Asked | None = None
    listed: tuple[Listed, ...] = ()
    proposed: AnswerProposed | None = None
    was_proposed: frozenset[str] = frozenset()
    done_at: datetime | None = None  # when it was first answered or marked; deadlines count from here
    values: tuple[int, ...] = ()  # run_seqs of the events that gave what counts now: one, or one for each tick
    hands: frozenset[tuple[str, int]] = frozenset()  # who did something of what stands, and in which row; 0: in the whole

    @property
    def doers(self) -> frozenset[str]:
        """Who answered, ticked, marked or corrected something of what stands: not who received it or granted it more time."""
        return frozenset(person for person, _ in self.hands)

    @property
    def seq(self) -> int:
        """The run_seq of the last act on this step; 0 where nothing happened."""
        return self.mark.seq if self.mark else 0

    @property
    def is_left_out(self) -> bool:
        """Whether it, or something in it, was marked not done or not applicable."""
        return self.outcome in ("not_done", "not_applicable") or "not_done" in self.items.values()

    @property
    def current(self) -> Answer | None:
        """The answer that counts now: the newest reading."""
        return self.remeasured or self.answer


NOTHING = StepState()
_VALUED = (StepAnswered, StepMarked, WaitEnded, RoundsStopped, WorkReceived, Signed, RunLinked)


def step_after(step: StepState, event: Event, mark: Mark) -> StepState:
    """What is recorded of the step after one more event on it."""
    if isinstance(event, _OF_TIME):
        return replace(step, **_timed(step, event, mark))  # nobody's answer changed, so nobody's page is stale
    if isinstance(event, StepAmended) and event.is_withdrawal and event.row is None:
        step, changes = _withdrawn(step), Changes(reason=event.reason)
    else:
        changes = _changes(step, event, mark)
    if isinstance(event, _VALUED):
        changes["values"] = (mark.seq,)
    if step.done_at is None and _is_done(step, changes):
        changes["done_at"] = mark.at
    if not isinstance(event, _BESIDE):
        changes["acted"] = mark
    changes["hands"] = _hands(step, event, mark)
    return changed(step, mark=mark, **changes)  # once: every tick pays for each copy


def _hands(step: StepState, event: Event, mark: Mark) -> frozenset[tuple[str, int]]:
    """Whose hands it is in after `event`. Who takes something back has done nothing of it; what is gone is in nobody's hands."""
    if isinstance(event, StepAmended) and event.is_withdrawal:
        return step.hands if event.row is None else frozenset(one for one in step.hands if one[1] != event.row)
    hand = (mark.by, _row_of(event))
    return step.hands if not mark.by or isinstance(event, _BY_OTHERS) or hand in step.hands else step.hands | {hand}


def _row_of(event: Event) -> int:
    match event:
        case RowAdded() | StepAmended():
            return event.row or 0
        case RoundDone():
            return event.round
        case _:
            return 0


_BESIDE = (DueExtended, PhotosAttached)
_BY_OTHERS = (DueExtended, WorkReceived)
_OF_TIME = (DueNeared, DueMissed, ExtensionAsked, ExtensionRefused, AnswerProposed, ProposalDismissed)
Changes = dict[str, Any]
"""Fields of a state that an event changes, by name."""


def _timed(step: StepState, event: Event, mark: Mark) -> Changes:
    match event:
        case DueNeared():
            return Changes(told=(*step.told, Told(event.due, NEARED, event.holders)))
        case DueMissed():
            roles = (*event.notify, *(event.holders if event.level == 0 else ()))
            return Changes(told=(*step.told, Told(event.due, event.level, roles)))
        case ExtensionAsked():
            return Changes(asked=Asked(event.until, event.reason, mark, event.granters))
        case AnswerProposed():
            return Changes(proposed=event, was_proposed=step.was_proposed | {event.option})
        case ProposalDismissed():
            return Changes(proposed=None)
        case _:
            return Changes(asked=None)


def _is_done(step: StepState, changes: Changes) -> bool:
    has_begun = changes.get("begun_at", step.begun_at) is not None
    return bool(changes.get("outcome", step.outcome) or (changes.get("rows", step.rows) and not has_begun))


def _changes(step: StepState, event: Event, mark: Mark) -> Changes:
    match event:
        case StepAnswered():
            photos = (*step.photos, *event.photos)
            return Changes(
                outcome="answered", answer=event.answer, remeasured=None, fields=event.fields, photos=photos, reason=""
            )  # fmt: skip
        case ItemTicked():
            items = {**step.items, event.item: event.outcome}
            outcome: Outcome | None = "answered" if event.is_last else step.outcome
            return Changes(items=items, outcome=outcome, values=(*step.values, mark.seq))
        case ItemsListed():
            return Changes(listed=event.items)
        case StepMarked():
            return Changes(outcome=event.outcome, reason=event.reason)
        case PhotosAttached():
            return Changes(photos=(*step.photos, *event.photos))
        case StepRemeasured():
            return Changes(remeasured=event.answer, values=(*step.values, mark.seq))
        case StepAmended():
            return Changes(amendments=step.amendments + 1, **_amended(step, event, mark))
        case WaitStarted():
            return Changes(begun_at=mark.at, length=event.length)
        case WaitEnded() | RoundsStopped():
            return Changes(outcome="answered", ended_at=mark.at, reason=event.reason)
        case RoundsStarted():
            return Changes(begun_at=mark.at, length=event.every)
        case RoundDone():
            return Changes(rows=(*step.rows, Row(event.round, event.fields, mark, mark.at)))
        case RowAdded():  # a register is judged by its rows: one that was marked not done is not any more
            return Changes(rows=(*step.rows, Row(event.row, event.fields, mark, mark.at)), outcome=None, reason="")
        case RoundMissed():
            return Changes(rows=(*step.rows, Row(event.round, {}, mark, event.due, is_missed=True)))
        case WorkHanded():
            return Changes(handed=mark, note=event.note)
        case RunLinked():
            return Changes(outcome="answered", linked=(*step.linked, event.run))
        case DueExtended():
            return Changes(extended_to=event.until, asked=None)
        case WorkReceived() | Signed():
            return Changes(outcome="answered")
        case _:  # pragma: no cover - the other kinds are not about a step
            return {}


def _amended(step: StepState, event: StepAmended, mark: Mark) -> Changes:
    if event.row is not None:
        return Changes(rows=tuple(replace(r, fields=event.fields, mark=mark) if r.number == event.row else r for r in step.rows))
    given = Changes(
        answer=event.answer, remeasured=None, fields=event.fields, proposed=None
    )  # what is corrected is the newest reading
    return Changes(outcome="answered", reason=event.reason, values=(mark.seq,), **given)


def _withdrawn(step: StepState) -> StepState:
    """The step with its value taken back. Rounds go on where they stopped; everything else starts again."""
    standing = {row.number for row in step.rows if row.fields}
    kept = StepState(
        rows=step.rows, amendments=step.amendments + 1, extended_to=step.extended_to, told=step.told, asked=step.asked,
        was_proposed=step.was_proposed, hands=frozenset(one for one in step.hands if one[1] in standing),
    )  # fmt: skip
    return replace(kept, begun_at=step.begun_at, length=step.length) if step.begun_at and step.rows else kept
