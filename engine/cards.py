"""Reference cards as they read now: as the files say, or as somebody worded them at the desk since; and how they came to.

Whichever is newer holds: an edit, or a file whose words for this card were changed after it. Nothing of either is lost.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Literal

from engine.directory import STREAM, Directory, Edited, Issued
from engine.drafting import draft_of
from engine.ledger.log import Batch, Conflict, DuplicateCommand, Misused
from engine.procedure.plan import Plan
from engine.procedure.procedure import Card
from engine.procedure.wording import Wording, wording_of
from engine.revisions import SITE
from engine.run.commands import Actor
from engine.run.site_events import CardChanged
from engine.service import Engine

_TRIES = 6  # others write to the site's stream too; each loss means that somebody else got on
Reworded = Literal["saved", "overtaken", "gone", "busy"]


@dataclass(frozen=True, slots=True)
class LiveCard:
    """A card as it reads now. `name` is its id for a card of the site, and `procedure/id` for a procedure's own."""

    name: str
    wording: Wording
    written: str  # the digest of what the files say of it
    edited: Edited | None  # the edit in force; None where the files' words are

    @property
    def source(self) -> str:
        """Whose card it is: a procedure's, or the site's."""
        return _whose(self.name)[0]


@dataclass(frozen=True, slots=True)
class Change:
    """A wording a card was given, by an edit at the desk or by the files; `seq` names it among those of this card."""

    seq: int
    wording: Wording
    by: str
    at: datetime
    reason: str
    is_edit: bool


class Cards:
    """The cards of the site and of the procedures in force. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._written: dict[str, Mapping[str, Wording]] = {}  # by the digest of a revision, which never changes
        self._known: tuple[tuple[object, ...], Mapping[str, LiveCard]] = ((), {})
        self._seen: tuple[Directory, Mapping[str, LiveCard]] | None = None  # what was asked for last
        self._retitled: dict[int, tuple[Plan, Mapping[str, LiveCard], Plan]] = {}

    def now(self) -> Mapping[str, LiveCard]:
        """Every card by name: the site's, then each procedure's own. The same object for as long as nothing changed."""
        return self._book(self._engine.directory.now())

    def history(self, name: str) -> tuple[Change, ...]:
        """Every wording a card was given, newest first; the first of them is in force."""
        return tuple(self._changes(self._engine.directory.now(), name))[::-1]

    def reword(self, name: str, seen: str, wording: Wording, reason: str, actor: Actor, command_id: str) -> Reworded:
        """Give a card other words, durably, in place of those whose digest was `seen`; nothing is done if somebody was quicker.

        Raises Misused, Unavailable.
        """
        digest = sha256(f"{actor.person} {name} {wording.digest} {reason}".encode()).digest()
        if (earlier := self._engine.ledger.log.receipt(command_id)) is not None:
            if earlier.digest != digest:
                raise Misused(command_id)
            return "saved"
        for _ in range(_TRIES):
            directory = self._engine.directory.catch_up()
            card = self._book(directory).get(name)
            if card is None or card.wording == wording:
                return "gone" if card is None else "saved"
            if card.wording.digest != seen:
                return "overtaken"
            event, now = CardChanged(name, wording, card.written, reason), self._engine.clock.now()
            draft = draft_of(event, actor.person, next(iter(actor.roles), ""), actor.device, now, now)
            try:
                self._engine.ledger.log.append(Batch(STREAM, directory.version, command_id, digest, (draft,), b"{}"))
            except DuplicateCommand:
                return "saved"
            except Conflict:
                continue  # something happened at the site; perhaps to this very card
            self._engine.directory.catch_up()
            return "saved"
        return "busy"

    def seen_from(self, procedure: str, plan: Plan, id_: str) -> LiveCard | None:
        """The card that a procedure calls `id_`, in its newest words; as `plan` has it where nothing in force has it any more."""
        written = plan.procedure.cards.get(id_) or plan.site.cards.get(id_)
        if written is None:
            return None
        name, words = _name(procedure, plan, id_), wording_of(written)
        return self.now().get(name) or LiveCard(name, words, words.digest, None)

    def retitled(self, procedure: str, plan: Plan) -> Plan:
        """The plan with its cards under their newest titles: the very same one for as long as no title has changed."""
        book = self.now()
        kept = self._retitled.get(id(plan))
        if kept is None or kept[1] is not book:  # the plan is kept beside, so that its id is not used again
            before = kept[2] if kept else plan
            after = _with_titles(plan, _own(procedure, plan, book), _of_site(plan, book))
            is_same = (after.site.cards, after.procedure.cards) == (before.site.cards, before.procedure.cards)
            kept = self._retitled[id(plan)] = (plan, book, before if is_same else after)
        return kept[2]

    def _book(self, directory: Directory) -> Mapping[str, LiveCard]:
        seen = self._seen
        if seen is None or seen[0] is not directory:
            seen = self._seen = (directory, self._read(directory))
        return seen[1]

    def _read(self, directory: Directory) -> Mapping[str, LiveCard]:
        now = (directory.edits, directory.issued, directory.published)
        known, book = self._known
        if len(known) != len(now) or any(new is not old for new, old in zip(now, known, strict=True)):
            book = {card.name: card for card in self._cards(directory)}
            self._known = (now, book)
        return book

    def _cards(self, directory: Directory) -> Iterator[LiveCard]:
        for source in sorted(directory.published, key=lambda name: (name != SITE, name)):
            for id_, words in self._words(directory.published[source].digest).items():
                name = id_ if source == SITE else f"{source}/{id_}"
                edited = self._edit(directory, source, id_, name)
                yield LiveCard(name, edited.wording if edited else words, words.digest, edited)

    def _edit(self, directory: Directory, source: str, id_: str, name: str) -> Edited | None:
        """The last edit, unless the files have said anything else since than what it took the place of."""
        if not (edits := directory.edits.get(name)):
            return None
        last = edits[-1]
        later = (self._words(one.digest).get(id_) for one in directory.issued.get(source, ()) if one.seq > last.seq)
        return None if any(words is None or words.digest != last.written for words in later) else last

    def _changes(self, directory: Directory, name: str) -> Iterator[Change]:
        source, id_ = _whose(name)
        said: Wording | None = None
        all_: list[Issued | Edited] = [*directory.issued.get(source, ()), *directory.edits.get(name, ())]
        for one in sorted(all_, key=lambda one: one.seq):
            if isinstance(one, Edited):
                yield Change(one.seq, one.wording, one.by, one.at, one.reason, is_edit=True)
                continue
            before, said = said, self._words(one.digest).get(id_)
            if said is not None and said != before:
                yield Change(one.seq, said, one.by, one.at, one.note, is_edit=False)

    def _words(self, digest: str) -> Mapping[str, Wording]:
        if digest not in self._written:
            self._written[digest] = {id_: wording_of(card) for id_, card in self._engine.shelf.cards(digest).items()}
        return self._written[digest]


def _whose(name: str) -> tuple[str, str]:
    """The source of a card, the site or a procedure, and its id there."""
    procedure, _, id_ = name.rpartition("/")
    return procedure or SITE, id_


def _name(procedure: str, plan: Plan, id_: str) -> str:
    return f"{procedure}/{id_}" if id_ in plan.procedure.cards else id_


def _own(procedure: str, plan: Plan, book: Mapping[str, LiveCard]) -> dict[str, Card]:
    return {id_: _titled(card, book.get(f"{procedure}/{id_}")) for id_, card in plan.procedure.cards.items()}


def _of_site(plan: Plan, book: Mapping[str, LiveCard]) -> dict[str, Card]:
    return {id_: _titled(card, book.get(id_)) for id_, card in plan.site.cards.items()}


def _titled(card: Card, live: LiveCard | None) -> Card:
    return card if live is None or live.wording.heading == card.title else card.model_copy(update={"title": live.wording.heading})


def _with_titles(plan: Plan, own: dict[str, Card], of_site: dict[str, Card]) -> Plan:
    if own == plan.procedure.cards and of_site == plan.site.cards:
        return plan
    procedure = plan.procedure.model_copy(update={"cards": own})
    return replace(plan, procedure=procedure, site=plan.site.model_copy(update={"cards": of_site}))
