"""Events: what happened in a run, in the past participle. The record is nothing but these, in order.

Bodies carry whatever a reader needs years later (the limits then in force, the reason, the action asked for), so that folding
them needs neither the procedure nor a clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from engine.procedure.limits import Band
from engine.run.answer import Answer
from engine.run.review_events import ReviewAnswered, ReviewAsked, RunApproved, RunReturned
from engine.run.time_events import (
    AnswerProposed,
    DueMissed,
    DueNeared,
    ExtensionAsked,
    ExtensionRefused,
    ProposalDismissed,
    RunLate,
)  # fmt: skip

Cause = Literal["out_of_limits", "critical", "not_done", "ended_early", "missed_round", "late", "out_of_order", "reported"]
NOTED: frozenset[Cause] = frozenset(("late", "out_of_order", "missed_round"))
"""Causes of what is only noted: recorded and reviewed, but nothing is left to do about it."""
Fields = Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class RunStarted:
    procedure: str
    revision: str
    title: str
    place: str
    inputs: Fields
    facts: Mapping[str, str]
    number: str | None = None
    linked_from: str | None = None
    site: str = ""  # digest of the site's revision: its roles, departments and calendar hold for the whole run


@dataclass(frozen=True, slots=True)
class StepAnswered:
    step: str
    answer: Answer | None = None
    fields: Fields = field(default_factory=dict)
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemTicked:
    step: str
    item: str
    outcome: Literal["done", "not_done"]
    is_last: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PhotosAttached:
    step: str
    photos: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StepMarked:
    step: str
    outcome: Literal["not_done", "not_applicable"]
    reason: str


@dataclass(frozen=True, slots=True)
class StepAmended:
    """`amends` is the run_seq of the event whose value is corrected. Without answer and fields the value was taken back."""

    step: str
    amends: int
    reason: str
    answer: Answer | None = None
    fields: Fields = field(default_factory=dict)
    row: int | None = None

    @property
    def is_withdrawal(self) -> bool:
        """Whether the value was taken back rather than corrected."""
        return self.answer is None and not self.fields


@dataclass(frozen=True, slots=True)
class DeviationRaised:
    """`entry`: the round, row or item it arose in. `blocks`: completion waits for it. `accept_by` empty: whoever may accept."""

    deviation: str
    step: str
    cause: Cause
    blocks: bool
    band: Band | None = None
    entry: str = ""
    text: str = ""
    action: str = ""
    notify: tuple[str, ...] = ()
    accept_by: tuple[str, ...] = ()
    remeasure: bool = False
    remeasure_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class DeviationActedOn:
    deviation: str
    text: str


@dataclass(frozen=True, slots=True)
class StepRemeasured:
    deviation: str
    step: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class DeviationCleared:
    """Closed by a passing reading, by the work being done after all, or by an amendment: `by_event` is its run_seq."""

    deviation: str
    by_event: int


@dataclass(frozen=True, slots=True)
class DeviationAccepted:
    deviation: str
    reason: str


@dataclass(frozen=True, slots=True)
class WaitStarted:
    step: str
    length: timedelta


@dataclass(frozen=True, slots=True)
class WaitEnded:
    step: str
    lasted: timedelta
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RoundsStarted:
    step: str
    every: timedelta


@dataclass(frozen=True, slots=True)
class RoundDone:
    step: str
    round: int
    fields: Fields


@dataclass(frozen=True, slots=True)
class RoundMissed:
    step: str
    round: int  # entries count up from 1, made and missed alike
    due: datetime


@dataclass(frozen=True, slots=True)
class RoundsStopped:
    step: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RowAdded:
    step: str
    row: int
    book: str
    fields: Fields


@dataclass(frozen=True, slots=True)
class RowSettled:
    """A row that the run wrote was closed. What was written then stands in a stream of the row; `digest`, the SHA-256 of that
    event's body, binds the run to it, and so whoever judges the run.
    """

    step: str
    row: int
    book: str
    digest: str


@dataclass(frozen=True, slots=True)
class WorkHanded:
    step: str
    to: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class WorkReceived:
    step: str


@dataclass(frozen=True, slots=True)
class Signed:
    """`version` is the run_seq the signature covers: everything recorded up to there."""

    step: str
    name: str
    meaning: str
    version: int
    drawn: str = ""


@dataclass(frozen=True, slots=True)
class RunLinked:
    step: str
    run: str
    procedure: str


@dataclass(frozen=True, slots=True)
class DueExtended:
    step: str
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One thing that was open, or had happened, when somebody looked. `id` is the same wherever it is listed again."""

    id: str
    kind: Literal["run", "late", "deviation", "rounds", "gate", "row", "done", "begun", "given_up", "missed", "raised", "written"]
    text: str
    run: str
    since: datetime


@dataclass(frozen=True, slots=True)
class ItemsListed:
    """What was open or had happened when the step was read; kept, so that what was handed over is known years later."""

    step: str
    items: tuple[Listed, ...]


@dataclass(frozen=True, slots=True)
class RunHeld:
    reason: str


@dataclass(frozen=True, slots=True)
class RunResumed:
    pass


@dataclass(frozen=True, slots=True)
class RunCompleted:
    is_clean: bool  # no deviation is open


@dataclass(frozen=True, slots=True)
class RunAbandoned:
    reason: str


Event = (
    RunStarted | StepAnswered | ItemTicked | PhotosAttached | StepMarked | StepAmended | DeviationRaised | DeviationActedOn
    | StepRemeasured | DeviationCleared | DeviationAccepted | WaitStarted | WaitEnded | RoundsStarted | RoundDone
    | RoundMissed | RoundsStopped | RowAdded | WorkHanded | WorkReceived | Signed | RunLinked | DueExtended | RunHeld
    | RunResumed | RunCompleted | RunAbandoned | ExtensionAsked | ExtensionRefused | DueNeared | DueMissed | RunLate
    | AnswerProposed | ProposalDismissed | ItemsListed | ReviewAsked | ReviewAnswered | RunReturned | RunApproved | RowSettled
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Happened:
    """An event in its place: who, in which role, on which device, when by the device and by the server."""

    seq: int  # within the run, from 1
    event: Event
    by: str
    role: str
    device: str
    occurred_at: datetime
    recorded_at: datetime
