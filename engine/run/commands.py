"""Commands: what a person asks for. Each is an act inside an envelope that says who, on which device, when, seeing what.

Nothing here is decided; `decide` turns a command into events or a refusal.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from engine.run.answer import Typed
from engine.run.events import Listed

Fields = Mapping[str, Typed]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `roles` includes every role held or included; `may` are the permissions these give."""

    person: str
    name: str
    roles: tuple[str, ...]
    may: frozenset[str] = frozenset()
    device: str = ""


@dataclass(frozen=True, slots=True)
class StartRun:
    """Start a run of a revision at a place."""

    procedure: str
    revision: str
    place: str
    inputs: Fields = field(default_factory=dict)
    number: str | None = None
    linked_from: str | None = None
    site: str = ""


@dataclass(frozen=True, slots=True)
class AnswerStep:
    """Answer a step: one value, or the fields of a form. `photos` are digests of evidence already stored.

    `listed` is what was open at that moment, for a step that reads it: filled in by the engine, never by whoever asks.
    """

    step: str
    typed: Typed = ""
    fields: Fields = field(default_factory=dict)
    photos: tuple[str, ...] = ()
    listed: tuple[Listed, ...] = ()


@dataclass(frozen=True, slots=True)
class TickItem:
    """Tick one item of a list, or say what is wrong with it."""

    step: str
    item: str
    outcome: Literal["done", "not_done"] = "done"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AttachPhotos:
    """Add pictures to a step as evidence; `photos` are digests of pictures already stored."""

    step: str
    photos: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MarkStep:
    """Say that a step was not done, or does not apply here and now, and why."""

    step: str
    outcome: Literal["not_done", "not_applicable"]
    reason: str


@dataclass(frozen=True, slots=True)
class AmendStep:
    """Correct an answer, or take it back (`withdraw`), with a reason; both values are kept."""

    step: str
    reason: str
    typed: Typed = ""
    fields: Fields = field(default_factory=dict)
    withdraw: bool = False
    row: int | None = None


@dataclass(frozen=True, slots=True)
class ActOn:
    """Say what was done about a deviation, here and now."""

    deviation: str
    text: str


@dataclass(frozen=True, slots=True)
class Remeasure:
    """A new reading for a deviation."""

    deviation: str
    typed: Typed


@dataclass(frozen=True, slots=True)
class AcceptDeviation:
    """Accept a deviation as it is, with a reason."""

    deviation: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReportDeviation:
    """Report something wrong that no step asks for."""

    text: str


@dataclass(frozen=True, slots=True)
class Begin:
    """Start a wait or rounds."""

    step: str


@dataclass(frozen=True, slots=True)
class End:
    """End a wait or rounds; `reason` where it is earlier than it should be."""

    step: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RecordRound:
    """One entry of a series of rounds."""

    step: str
    fields: Fields


@dataclass(frozen=True, slots=True)
class AddRow:
    """One row of a register."""

    step: str
    fields: Fields


@dataclass(frozen=True, slots=True)
class Hand:
    """Pass the work on."""

    step: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Receive:
    """Acknowledge receipt of work passed on."""

    step: str


@dataclass(frozen=True, slots=True)
class Sign:
    """Sign. `verified`: the PIN was given again, just now, and was right. Step "" signs the closing of a case."""

    step: str
    verified: bool
    drawn: str = ""  # digest of the picture of a drawn signature, already stored


@dataclass(frozen=True, slots=True)
class LinkRun:
    """Another run was started from this step."""

    step: str
    run: str
    procedure: str


@dataclass(frozen=True, slots=True)
class Extend:
    """Grant more time for a step."""

    step: str
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class AskExtension:
    """Ask for more time for a step."""

    step: str
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class RefuseExtension:
    """Say no to more time that was asked for."""

    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class DismissProposal:
    """Leave a choice as it is although another option was proposed."""

    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Stop work on the run for now."""

    reason: str


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on with a run on hold."""


@dataclass(frozen=True, slots=True)
class Complete:
    """Finish the run; a case is closed by it."""


@dataclass(frozen=True, slots=True)
class Abandon:
    """Give the run up."""

    reason: str


@dataclass(frozen=True, slots=True)
class AskReview:
    """Ask those who did a run something; `step` where it is about one."""

    question: str
    step: str = ""


@dataclass(frozen=True, slots=True)
class AnswerReview:
    """Answer what was asked about a run, or say that what was returned is put right."""

    text: str


@dataclass(frozen=True, slots=True)
class ReturnRun:
    """Return a run for correction. `digest`: the run's, filled in by the engine, never by whoever asks."""

    reason: str
    step: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class ApproveRun:
    """Approve a run as it stands. `verified`: the PIN was given again, just now, and was right. `digest`: as of `ReturnRun`."""

    verified: bool
    comment: str = ""
    digest: str = ""


Act = (
    StartRun | AnswerStep | TickItem | AttachPhotos | MarkStep | AmendStep | ActOn | Remeasure | AcceptDeviation | ReportDeviation
    | Begin | End | RecordRound | AddRow | Hand | Receive | Sign | LinkRun | Extend | AskExtension | RefuseExtension
    | DismissProposal | Hold | Resume | Complete | Abandon | AskReview | AnswerReview | ReturnRun | ApproveRun
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Command:
    """An act and its envelope. `version` is the run_seq the person had seen; None: not known, no conflict check."""

    command_id: str
    run: str
    actor: Actor
    occurred_at: datetime
    act: Act
    version: int | None = None
