"""Publishing as people do it: proposed by one, approved by another where the site asks for four eyes, in effect at once or later,
taken back, rolled back, retired, renamed. Every step is an event, decided on the site as it stood when it was recorded.

What is proposed was compiled from a draft when it was proposed, and is in the ledger from then on: what an approver sees is,
to the byte, what takes effect. Open runs stay on the revision they began with.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

import orjson

from engine.directory import STREAM, Directory, Proposal
from engine.drafting import draft_of
from engine.ledger.log import Batch, Conflict, DuplicateCommand, Misused
from engine.receipts import Outcome, Receipt
from engine.revisions import SITE, Revision
from engine.run.commands import Actor
from engine.run.refusal import Refusal
from engine.run.site_events import (
    ProcedureRenamed,
    ProposalApproved,
    ProposalPublished,
    ProposalWithdrawn,
    RevisionPublished,
    RevisionRetired,
    RevisionsProposed,
    SiteEvent,
)  # fmt: skip
from engine.run.visible import is_visible
from engine.service import Engine

_TRIES = 6  # others write to the site's stream too; each loss means that somebody else got on
CLOCK = "clock"
Decided = Sequence[SiteEvent] | Refusal


@dataclass(frozen=True, slots=True)
class Wanted:
    """Revisions to be published together. `base`: what was in force, by procedure, when the author began; "" for a new one."""

    revisions: Sequence[Revision]
    base: Mapping[str, str]
    note: str
    takes_effect: datetime | None = None
    draft: str = ""


@dataclass(frozen=True, slots=True)
class _Attempt:
    """Somebody's command on what is published; `content` is what its id stands for."""

    actor: Actor
    command_id: str
    content: tuple[object, ...]
    rows: Mapping[str, list[dict[str, object]]] = field(default_factory=dict)

    @property
    def digest(self) -> bytes:
        return sha256(orjson.dumps((self.actor.person, *self.content), default=str)).digest()


class Proposals:
    """What is proposed, published, retired and renamed. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def now(self) -> Mapping[int, Proposal]:
        """Every proposal there ever was, by its place among the site's events."""
        return self._engine.directory.now().proposals

    def propose(self, wanted: Wanted, actor: Actor, command_id: str) -> Outcome:
        """Propose revisions; where the site asks for no second pair of eyes they are approved by that very act.

        Refused with `overtaken` where something else was published since the author began, `nothing_new`, `no_note`,
        `in_the_past`, `not_permitted`, `name_taken` where another procedure once had a name. Raises Misused, Unavailable.
        """
        digests = {one.procedure: one.digest for one in wanted.revisions}

        def decide(directory: Directory) -> Decided:
            now = self._engine.clock.now()
            if "publish" not in actor.may:
                return Refusal("not_permitted", facts={"permission": "publish"})
            if refusal := _unfit(directory, digests, wanted, now):
                return refusal
            proposed = RevisionsProposed(digests, dict(wanted.base), wanted.note.strip(), wanted.takes_effect, wanted.draft)
            return [proposed, *([] if self._asks_four_eyes() else self._accepted(directory.version + 1, proposed, now))]

        rows = {"revisions": [one.row for one in self._engine.shelf.missing(wanted.revisions)]}
        content = ("propose", digests, wanted.note, wanted.takes_effect)
        return self._do(_Attempt(actor, command_id, content, rows if rows["revisions"] else {}), decide)

    def approve(self, number: int, actor: Actor, command_id: str) -> Outcome:
        """Approve a proposal: never the author's to do where the site asks for four eyes.

        Refused with `not_open`, `own_proposal`, `overtaken`, `not_permitted`. Raises Misused, Unavailable.
        """

        def decide(directory: Directory) -> Decided:
            one = directory.proposals.get(number)
            if "approve_publishing" not in actor.may:
                return Refusal("not_permitted", facts={"permission": "approve_publishing"})
            if one is None or one.state != "open":
                return Refusal("not_open")
            if one.by == actor.person and self._asks_four_eyes():
                return Refusal("own_proposal")
            if changed := _overtaken(directory, one.base):
                return Refusal("overtaken", facts={"procedure": changed})
            proposed = RevisionsProposed(one.revisions, one.base, one.note, one.takes_effect)
            return self._accepted(number, proposed, self._engine.clock.now())

        return self._do(_Attempt(actor, command_id, ("approve", number)), decide)

    def withdraw(self, number: int, reason: str, actor: Actor, command_id: str) -> Outcome:
        """Take a proposal back, or turn it down, also one that is approved and waits for its time. Refused as `approve`."""

        def decide(directory: Directory) -> Decided:
            one = directory.proposals.get(number)
            if one is None or one.state not in ("open", "approved"):
                return Refusal("not_open")
            if one.by != actor.person and "approve_publishing" not in actor.may:
                return Refusal("not_permitted", facts={"permission": "approve_publishing"})
            return [ProposalWithdrawn(number, reason.strip())] if is_visible(reason) else Refusal("reason_needed")

        return self._do(_Attempt(actor, command_id, ("withdraw", number, reason)), decide)

    def retire(self, procedure: str, reason: str, actor: Actor, command_id: str) -> Outcome:
        """Take a procedure out of use; its open runs go on, its record stays."""

        def decide(directory: Directory) -> Decided:
            published = directory.published.get(procedure)
            if "publish" not in actor.may:
                return Refusal("not_permitted", facts={"permission": "publish"})
            if published is None or procedure == SITE:
                return Refusal("not_published", facts={"procedure": procedure})
            return (
                [RevisionRetired(procedure, published.digest, reason.strip())] if is_visible(reason) else Refusal("reason_needed")
            )

        return self._do(_Attempt(actor, command_id, ("retire", procedure, reason)), decide)

    def rename(self, procedure: str, name: str, reason: str, actor: Actor, command_id: str) -> Outcome:
        """Let a procedure go by another name, or by one it had before; its runs, revisions and schedule go with it."""

        def decide(directory: Directory) -> Decided:
            former = {old for names in directory.former.values() for old in names}
            taken = {*directory.published, *directory.retired, *former} - {*directory.renamed.names(procedure)[1:]}
            if "publish" not in actor.may:
                return Refusal("not_permitted", facts={"permission": "publish"})
            if procedure not in directory.published or procedure == SITE:
                return Refusal("not_published", facts={"procedure": procedure})
            return Refusal("name_taken", facts={"name": name}) if name in taken else [ProcedureRenamed(procedure, name, reason)]

        return self._do(_Attempt(actor, command_id, ("rename", procedure, name, reason)), decide)

    def put_into_effect(self) -> int:
        """Publish what was approved for a time that has come; how many proposals. What was overtaken is withdrawn and says so."""
        now = self._engine.clock.now()
        due = [one for one in self.now().values() if one.state == "approved" and one.takes_effect and one.takes_effect <= now]
        return sum(self._put_into_effect(one) for one in sorted(due, key=lambda one: (one.takes_effect or now, one.id)))

    def _put_into_effect(self, one: Proposal) -> bool:
        def decide(directory: Directory) -> Decided:
            found = directory.proposals[one.id]
            if found.state != "approved":
                return Refusal("not_open")
            if changed := _overtaken(directory, found.base):
                return [ProposalWithdrawn(one.id, f"overtaken: {changed}")]
            return _published(one.id, RevisionsProposed(found.revisions, found.base, found.note))

        clock = Actor(CLOCK, CLOCK, (), frozenset())
        return isinstance(self._do(_Attempt(clock, f"effect {one.id}", ("effect", one.id)), decide), Receipt)

    # -- deciding and recording --------------------------------------------------------------------------------------------

    def _asks_four_eyes(self) -> bool:
        """By the site as it is, not as a proposal would have it. Before there is one, nothing is asked."""
        return SITE in self._engine.directory.now().published and self._engine.site.four_eyes

    def _accepted(self, number: int, proposed: RevisionsProposed, now: datetime) -> list[SiteEvent]:
        is_later = proposed.takes_effect is not None and proposed.takes_effect > now
        return [ProposalApproved(number), *([] if is_later else _published(number, proposed))]

    def _do(self, attempt: _Attempt, decide: Callable[[Directory], Decided]) -> Outcome:
        """Decide on the site as it stands and record it, if nobody wrote between the two."""
        engine, command_id = self._engine, attempt.command_id
        receipt = Receipt(command_id, "", 0, "", ())
        if (earlier := engine.ledger.log.receipt(command_id)) is not None:
            if earlier.digest != attempt.digest:
                raise Misused(command_id)
            return receipt
        for _ in range(_TRIES):
            directory, now = engine.directory.catch_up(), engine.clock.now()
            decided = decide(directory)
            if isinstance(decided, Refusal):
                return decided
            by, role = attempt.actor, next(iter(attempt.actor.roles), "")
            drafts = tuple(draft_of(event, by.person, role, by.device, now, now) for event in decided)
            batch = Batch(STREAM, directory.version, command_id, attempt.digest, drafts, receipt.body(), dict(attempt.rows))
            try:
                engine.ledger.log.append(batch)
            except Conflict:
                continue
            except DuplicateCommand:  # sent twice at once: the other one was recorded
                engine.directory.catch_up()
                return receipt
            engine.directory.catch_up()
            return receipt
        return Refusal("busy")


def _published(number: int, proposed: RevisionsProposed) -> list[SiteEvent]:
    published = (RevisionPublished(name, digest, proposed.note) for name, digest in proposed.revisions.items())
    return [ProposalPublished(number), *published]


def _overtaken(directory: Directory, base: Mapping[str, str]) -> str:
    """A procedure that is not what it was when the author began; "" where all are."""
    return next((name for name, digest in base.items() if _in_force(directory, name) != digest), "")


def _in_force(directory: Directory, name: str) -> str:
    return directory.published[name].digest if name in directory.published else ""


def _unfit(directory: Directory, digests: Mapping[str, str], wanted: Wanted, now: datetime) -> Refusal | None:
    if changed := _overtaken(directory, {name: wanted.base.get(name, "") for name in digests}):
        return Refusal("overtaken", facts={"procedure": changed})
    if not is_visible(wanted.note):
        return Refusal("no_note")
    if strange := next((name for name in digests if directory.renamed.present(name) != name), ""):
        return Refusal(
            "name_taken", facts={"name": strange}
        )  # it was another's once, and what was run under it is that one's past
    if all(_in_force(directory, name) == digest for name, digest in digests.items()):
        return Refusal("nothing_new")
    if wanted.takes_effect is not None and wanted.takes_effect <= now:
        return Refusal("in_the_past")
    return None
