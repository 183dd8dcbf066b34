"""The site as its events tell it: who is on the staff, what is published, which gates are open. Pure; kept by `engine.live`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, TypeVar

from engine.ledger.codec import decode
from engine.ledger.log import Recorded
from engine.procedure.wording import Wording
from engine.review.renamed import Renamed
from engine.revisions import Published
from engine.run.site_events import (
    CardChanged,
    CodeIssued,
    GateClosed,
    GateOpened,
    PersonAdded,
    PersonChanged,
    PersonExplained,
    PinChanged,
    ProcedureRenamed,
    ProposalApproved,
    ProposalPublished,
    ProposalWithdrawn,
    RevisionPublished,
    RevisionRetired,
    RevisionsProposed,
    SignOnRefused,
    SiteEvent,
)  # fmt: skip

STREAM = "site"
Named = TypeVar("Named")
_OfAccount = PersonAdded | PersonChanged | PersonExplained | PinChanged | CodeIssued


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the staff."""

    id: str
    name: str
    roles: tuple[str, ...]
    lang: str
    is_active: bool
    place: str | None


@dataclass(frozen=True, slots=True)
class AccountChange:
    """Something that was done to an account: added, changed from `before` to `after`, a PIN set, a code issued `until` a time."""

    kind: Literal["added", "changed", "pin", "code"]
    by: str
    at: datetime
    before: Person | None = None
    after: Person | None = None
    reason: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether a place may be used: opened by a run until a time, or closed for a reason."""

    place: str
    procedure: str
    run: str
    since: datetime
    until: datetime | None
    reason: str

    def so_since(self, now: datetime) -> datetime:
        """Since when it is as it is: that its time is over counts too."""
        return self.until if self.until is not None and self.until <= now else self.since

    def is_open(self, now: datetime) -> bool:
        """Whether the place is open at `now`: a gate closes by itself when its time is over."""
        return self.until is not None and now < self.until


@dataclass(frozen=True, slots=True)
class RefusedSignOn:
    """The last time somebody's PIN was wrong too often: `failures` in a row on a device."""

    person: str
    failures: int
    device: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Edited:
    """A wording that somebody gave a card, in place of what the files said under the digest `written`."""

    seq: int
    wording: Wording
    written: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Issued:
    """A revision published, in its place among the site's events: what a card says by the files goes by these."""

    seq: int
    digest: str
    note: str
    by: str
    at: datetime
    proposal: int = 0  # what proposed it; 0 where it was published without


ProposalState = Literal["open", "approved", "published", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Revisions that somebody proposed to publish together; `id` is its place among the site's events."""

    id: int
    revisions: Mapping[str, str]
    base: Mapping[str, str]
    note: str
    takes_effect: datetime | None
    by: str
    at: datetime
    draft: str = ""
    state: ProposalState = "open"
    decided_by: str = ""  # who approved or withdrew it
    decided_at: datetime | None = None
    published_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Retired:
    """A procedure that is in use no more; `digest` is what it was last."""

    digest: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Directory:
    """Everything the site's events say, after `version` of them."""

    version: int = 0
    people: Mapping[str, Person] = field(default_factory=dict)
    published: Mapping[str, Published] = field(default_factory=dict)
    gates: Mapping[str, Gate] = field(default_factory=dict)
    changes: Mapping[str, tuple[AccountChange, ...]] = field(default_factory=dict)  # of each account, oldest first
    refused: Mapping[str, RefusedSignOn] = field(default_factory=dict)  # the last of each person
    issued: Mapping[str, tuple[Issued, ...]] = field(default_factory=dict)  # every revision published, oldest first
    edits: Mapping[str, tuple[Edited, ...]] = field(default_factory=dict)  # of each card, oldest first
    proposals: Mapping[int, Proposal] = field(default_factory=dict)
    retired: Mapping[str, Retired] = field(default_factory=dict)
    former: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # the names a procedure had before, oldest first

    @property
    def renamed(self) -> Renamed:
        """The procedures that were renamed."""
        return Renamed(self.former)

    def last(self, procedure: str) -> str | None:
        """The digest of a procedure, by any of its names: as it is in force, or as it was last; None where it never was."""
        present = self.renamed.present(procedure)
        found = self.published.get(present) or self.retired.get(present)
        return found.digest if found else None

    def pins_set(self, person: str) -> int:
        """How often a PIN of theirs was set: a sign-on holds for as long as that stays."""
        return sum(change.kind == "pin" for change in self.changes.get(person, ()))

    def after(self, recorded: Recorded) -> "Directory":
        """The directory after one more event."""
        event = decode(recorded.kind, recorded.format, recorded.body)
        return replace(_after(self, event, recorded), version=recorded.stream_seq)  # type: ignore[arg-type]


def _after(directory: Directory, event: SiteEvent, recorded: Recorded) -> Directory:
    match event:
        case PersonAdded() | PersonChanged() | PersonExplained() | PinChanged() | CodeIssued():
            return _account(directory, event, recorded)
        case RevisionPublished():
            before = directory.published.get(event.procedure)
            first_at = before.first_at if before else recorded.recorded_at
            published = Published(event.digest, recorded.recorded_at, recorded.by, event.note, first_at)
            issued = (*directory.issued.get(event.procedure, ()), _issued(directory, event, recorded))
            return replace(
                directory,
                published={**directory.published, event.procedure: published},
                issued={**directory.issued, event.procedure: issued},
                retired=_without(directory.retired, event.procedure),
                former=_former(directory, event.procedure),
            )
        case RevisionRetired():
            retired = Retired(event.digest, event.reason, recorded.by, recorded.recorded_at)
            left, gone = _without(directory.published, event.procedure), {**directory.retired, event.procedure: retired}
            return replace(directory, published=left, retired=gone)
        case RevisionsProposed():
            by, at, number = recorded.by, recorded.recorded_at, recorded.stream_seq
            one = Proposal(number, event.revisions, event.base, event.note, event.takes_effect, by, at, event.draft)
            return replace(directory, proposals={**directory.proposals, number: one})
        case ProposalApproved() | ProposalPublished() | ProposalWithdrawn():
            return replace(directory, proposals=_decided(directory, event, recorded))
        case ProcedureRenamed():
            return _renamed(directory, event.procedure, event.name)
        case GateOpened() | GateClosed():
            until, reason = (event.until, "") if isinstance(event, GateOpened) else (None, event.reason)
            gate = Gate(event.place, event.procedure, event.run, recorded.recorded_at, until, reason)
            return replace(directory, gates={**directory.gates, gate.place: gate})
        case SignOnRefused():
            refused = RefusedSignOn(event.person, event.failures, recorded.device, recorded.recorded_at)
            return replace(directory, refused={**directory.refused, event.person: refused})
        case CardChanged():
            edited = Edited(recorded.stream_seq, event.wording, event.written, event.reason, recorded.by, recorded.recorded_at)
            edits = (*directory.edits.get(event.card, ()), edited)
            return replace(directory, edits={**directory.edits, event.card: edits})
        case _:
            return directory


def _account(directory: Directory, event: _OfAccount, recorded: Recorded) -> Directory:
    past, by, at = directory.changes.get(event.person, ()), recorded.by, recorded.recorded_at
    people, before = directory.people, directory.people.get(event.person)
    match event:
        case PersonAdded() | PersonChanged():
            is_active = event.is_active if isinstance(event, PersonChanged) else True
            after = Person(event.person, event.name, event.roles, event.lang, is_active, event.place)
            people = {**people, after.id: after}
            past = (*past, AccountChange("changed" if before else "added", by, at, before, after))
        case PersonExplained():
            past = (*past[:-1], *(replace(last, reason=event.reason) for last in past[-1:]))
        case PinChanged():
            past = (*past, AccountChange("pin", by, at))
        case CodeIssued():
            past = (*past, AccountChange("code", by, at, until=event.expires_at))
    return replace(directory, people=people, changes={**directory.changes, event.person: past})


def _issued(directory: Directory, event: RevisionPublished, recorded: Recorded) -> Issued:
    by, at = recorded.by, recorded.recorded_at
    known = reversed(tuple(directory.proposals.values()))
    held = (one.id for one in known if one.published_at == at and one.revisions.get(event.procedure) == event.digest)
    return Issued(recorded.stream_seq, event.digest, event.note, by, at, next(held, 0))


def _decided(
    directory: Directory, event: ProposalApproved | ProposalPublished | ProposalWithdrawn, recorded: Recorded
) -> Mapping[int, Proposal]:
    if (one := directory.proposals.get(event.proposal)) is None:
        return directory.proposals
    by, at = recorded.by, recorded.recorded_at
    match event:
        case ProposalPublished():  # who approved it stays, whoever or whatever puts it into effect
            decided = replace(one, state="published", published_at=at)
        case ProposalApproved():
            decided = replace(one, state="approved", reason="", decided_by=by, decided_at=at)
        case ProposalWithdrawn():
            decided = replace(one, state="withdrawn", reason=event.reason, decided_by=by, decided_at=at)
    return {**directory.proposals, one.id: decided}


def _renamed(directory: Directory, old: str, new: str) -> Directory:
    """Everything that goes by the old name goes by the new one, also what is proposed and how its cards were reworded."""

    def moved(known: Mapping[str, Named]) -> Mapping[str, Named]:
        return {**_without(known, old), new: known[old]} if old in known else known

    waiting = {number: one for number, one in directory.proposals.items() if one.state in ("open", "approved")}
    named = {number: replace(one, revisions=moved(one.revisions), base=moved(one.base)) for number, one in waiting.items()}
    own = {card: edits for card, edits in directory.edits.items() if card.rpartition("/")[0] == old}
    edits = {card: edits for card, edits in directory.edits.items() if card not in own}
    return replace(
        directory,
        published=moved(directory.published),
        issued=moved(directory.issued),
        retired=moved(directory.retired),
        former={**_without(_former(directory, new, old), old), new: (*directory.former.get(old, ()), old)},
        proposals={**directory.proposals, **named},
        edits={**edits, **{f"{new}/{card.rpartition('/')[2]}": some for card, some in own.items()}},
    )


def _former(directory: Directory, name: str, but: str = "") -> Mapping[str, tuple[str, ...]]:
    """The former names, without `name` where another procedure than `but` had it: whoever has a name now is meant by it."""
    left = {now: tuple(one for one in names if one != name or now == but) for now, names in directory.former.items()}
    return {now: names for now, names in left.items() if names} if name not in directory.former else directory.former


def _without(known: Mapping[str, Named], name: str) -> Mapping[str, Named]:
    return {key: one for key, one in known.items() if key != name} if name in known else known
