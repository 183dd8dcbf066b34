"""Events of the site rather than of a run: revisions, people, tablets, gates, cards, and what its schedules wanted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.procedure.wording import Wording
from engine.run.events import Fields
from engine.run.export_events import DataExported
from engine.run.key_events import CheckpointKeyChanged, CheckpointKeyNamed
from engine.run.proof_events import CheckpointAccepted, CheckpointDoubted, DoubtTold, RecordVerified
from engine.run.report_events import ReportMade, ReportOverdue, ReportSigned
from engine.run.retention_events import HoldLifted, HoldPlaced, ValuesErased
from engine.run.token_events import TokenMade, TokenRevoked


@dataclass(frozen=True, slots=True)
class RevisionPublished:
    """`digest` is the SHA-256 of the compiled content. The site itself is published under the name "site"."""

    procedure: str
    digest: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class RevisionRetired:
    procedure: str
    digest: str
    reason: str


@dataclass(frozen=True, slots=True)
class RevisionsProposed:
    """Revisions to be published together, by name of the procedure; `base`: what was in force when they were made, "" for none.

    They take effect at once when they are approved, or at `takes_effect` where that is later.
    """

    revisions: Mapping[str, str]
    base: Mapping[str, str]
    note: str
    takes_effect: datetime | None = None
    draft: str = ""  # the draft they were made from


@dataclass(frozen=True, slots=True)
class ProposalApproved:
    proposal: int


@dataclass(frozen=True, slots=True)
class ProposalPublished:
    """What was proposed takes effect; the revisions themselves follow, recorded with it."""

    proposal: int


@dataclass(frozen=True, slots=True)
class ProposalWithdrawn:
    """Taken back by its author, turned down by an approver, or overtaken by what was published meanwhile."""

    proposal: int
    reason: str


@dataclass(frozen=True, slots=True)
class ProcedureRenamed:
    """A procedure goes by another name from now on; what happened under the old one is its past."""

    procedure: str
    name: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PersonAdded:
    person: str
    name: str
    roles: tuple[str, ...]
    lang: str = "zh"
    place: str | None = None


@dataclass(frozen=True, slots=True)
class PersonChanged:
    person: str
    name: str
    roles: tuple[str, ...]
    lang: str
    is_active: bool
    place: str | None = None


@dataclass(frozen=True, slots=True)
class PersonExplained:
    """Why somebody was changed; recorded with the change."""

    person: str
    reason: str


@dataclass(frozen=True, slots=True)
class CodeIssued:
    """That somebody was given a one-time code to set a PIN with, good until `expires_at`; never the code."""

    person: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class EnrolmentOffered:
    """That a code was made with which one tablet may be enrolled at a place; never the code. Without a place: a wall screen."""

    place: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class DeviceEnrolled:
    """A tablet stands at a place from now on, or a wall screen shows them all where `place` is empty.

    It is recorded of whoever made the code that was used up.
    """

    device: str
    place: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class DeviceMoved:
    """An enrolled tablet stands elsewhere now."""

    device: str
    place: str
    title: str
    enrolled_at: datetime


@dataclass(frozen=True, slots=True)
class DeviceRevoked:
    """A tablet works no more until it is enrolled again; `place` is where it stood, if anywhere."""

    device: str
    place: str | None
    title: str
    enrolled_at: datetime


@dataclass(frozen=True, slots=True)
class GateOpened:
    place: str
    procedure: str
    run: str
    until: datetime


@dataclass(frozen=True, slots=True)
class GateClosed:
    place: str
    procedure: str
    run: str
    reason: str


@dataclass(frozen=True, slots=True)
class PinChanged:
    """That a PIN was set, never the PIN."""

    person: str


@dataclass(frozen=True, slots=True)
class SignOnRefused:
    """Wrong PINs on one device; `failures` in a row."""

    person: str
    failures: int


@dataclass(frozen=True, slots=True)
class NumberGiven:
    """The next number of a series was given to a run; the number is this event's place in its stream."""

    run: str


@dataclass(frozen=True, slots=True)
class ScheduledRunDue:
    """A procedure is to be run now and nobody has begun; it falls to `roles`, or to `person` where somebody was assigned."""

    procedure: str
    place: str
    starts_at: datetime
    roles: tuple[str, ...]
    finish_by: datetime | None = None
    person: str = ""


@dataclass(frozen=True, slots=True)
class ScheduledRunOverdue:
    """The time by which it was to be finished is over, and nobody has begun."""

    procedure: str
    place: str
    starts_at: datetime
    finish_by: datetime
    roles: tuple[str, ...]
    notify: tuple[str, ...] = ()
    person: str = ""


@dataclass(frozen=True, slots=True)
class ScheduledRunMissed:
    """Nobody began in time, and now it is too late."""

    procedure: str
    place: str
    starts_at: datetime
    missed_at: datetime
    roles: tuple[str, ...]
    notify: tuple[str, ...] = ()
    person: str = ""


@dataclass(frozen=True, slots=True)
class RunUnreviewed:
    """A run was over for as long as the site allows, `due`, and was not approved by then."""

    run: str
    procedure: str
    place: str
    number: str
    due: datetime
    tell: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunUnreviewedAgain:
    """A run that changed after it was approved, at `approved_at`, lay so for as long as the site allows, until `due`."""

    run: str
    procedure: str
    place: str
    number: str
    approved_at: datetime
    due: datetime
    tell: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScheduledRunAssigned:
    """One time of a schedule was given to somebody; an empty `person` takes it back."""

    procedure: str
    starts_at: datetime
    person: str


@dataclass(frozen=True, slots=True)
class RowClosed:
    """What a row of a book stood open for is done. The row is named by the run and step that wrote it, and its number there."""

    run: str
    step: str
    row: int
    book: str
    fields: Fields


@dataclass(frozen=True, slots=True)
class CardChanged:
    """A reference card was worded anew at the desk. `written` is the digest of what the procedures' files said of it then.

    A card of the site goes by its id, a procedure's own by `procedure/id`.
    """

    card: str
    wording: Wording
    written: str
    reason: str = ""


SiteEvent = (
    RevisionPublished | RevisionRetired | PersonAdded | PersonChanged | GateOpened | GateClosed | PinChanged
    | SignOnRefused | NumberGiven | ScheduledRunDue | ScheduledRunOverdue | ScheduledRunMissed | ScheduledRunAssigned | RowClosed
    | RunUnreviewed | RunUnreviewedAgain | CardChanged
    | RevisionsProposed | ProposalApproved | ProposalPublished | ProposalWithdrawn
    | ProcedureRenamed | PersonExplained | CodeIssued | EnrolmentOffered | DeviceEnrolled | DeviceMoved | DeviceRevoked
    | RecordVerified | CheckpointDoubted | DoubtTold | CheckpointAccepted | ReportMade | ReportSigned | ReportOverdue
    | DataExported | ValuesErased | HoldPlaced | HoldLifted | TokenMade | TokenRevoked
    | CheckpointKeyNamed | CheckpointKeyChanged
)  # fmt: skip
