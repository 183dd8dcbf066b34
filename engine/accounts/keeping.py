"""Whoever manages people: adding, changing, disabling, giving codes, taking in a table. Decided on the staff as it stands.

A command is done once however often it is sent; codes are told to whoever sent it first, and to nobody after that.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

import orjson

from engine.accounts.codes import VALID_FOR, code_row, new_code
from engine.accounts.importing import intake
from engine.accounts.table import Sheet
from engine.accounts.wanted import Fault, Wanted, faults_of
from engine.directory import STREAM, Directory, Person
from engine.drafting import draft_of
from engine.ledger.log import Batch, Conflict, DuplicateCommand, Misused
from engine.ledger.projections import site_rows
from engine.procedure.site import Site
from engine.run.commands import Actor
from engine.run.site_events import CodeIssued, PersonAdded, PersonChanged, PersonExplained, SiteEvent
from engine.run.visible import is_visible
from engine.service import Engine

_TRIES = 6  # others write to the site's stream too; each loss means that somebody else got on


@dataclass(frozen=True, slots=True)
class Saved:
    """It is recorded. `codes` are those made with it, by person, told this once; a command sent again is answered without."""

    codes: Mapping[str, str] = field(default_factory=dict)
    until: datetime | None = None
    is_repeated: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was recorded: why, by a code of `sentences`; `faults` where single fields are wrong."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


Outcome = Saved | Refused
Decided = Sequence[SiteEvent] | Refused


def managers(people: Mapping[str, Person], site: Site) -> list[Person]:
    """Everybody who may manage people."""
    return [one for one in people.values() if one.is_active and site.may(one.roles, "manage_people")]


def seen_of(person: Person) -> str:
    """What a form shows of somebody, as a short text: another one once anything of it was changed."""
    return sha256(repr(person).encode()).hexdigest()[:16]


class Accounts:
    """The accounts of the staff. Safe to share between threads. Every command may raise Misused and Unavailable."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, wanted: Wanted, actor: Actor, command_id: str, *, with_code: bool = True) -> Outcome:
        """Add somebody, with a one-time code to begin with. Refused with faults."""

        def decide(directory: Directory) -> Decided:
            if faults := faults_of(wanted, directory.people, self._engine.site, is_new=True):
                return Refused(faults[0].code, faults[0].facts, faults)
            added = PersonAdded(wanted.id, wanted.name, wanted.roles, wanted.lang, wanted.place)
            return [added, *([self._code(wanted.id)] if with_code else ())]

        return self._do(actor, command_id, ("add", wanted), decide)

    def change(self, wanted: Wanted, seen: str, reason: str, actor: Actor, command_id: str) -> Outcome:
        """Change name, roles, language or place of somebody whose account was as `seen`; "" where that does not matter.

        Refused with faults, `unknown`, `overtaken`, `nothing_new`, `last_manager`.
        """

        def decide(directory: Directory) -> Decided:
            if (before := directory.people.get(wanted.id)) is None:
                return Refused("unknown")
            if seen and seen != seen_of(before):
                return self._overtaken(directory, wanted.id)
            if faults := faults_of(wanted, directory.people, self._engine.site, is_new=False):
                return Refused(faults[0].code, faults[0].facts, faults)
            if not wanted.differs(before):
                return Refused("nothing_new")
            event = PersonChanged(wanted.id, wanted.name, wanted.roles, wanted.lang, before.is_active, wanted.place)
            return self._unless_last(directory, before, event) or [event, *_explained(wanted.id, reason)]

        return self._do(actor, command_id, ("change", wanted, reason), decide)

    def activate(self, person: str, is_active: bool, reason: str, actor: Actor, command_id: str) -> Outcome:
        """Disable somebody, or enable the account again, with a reason.

        Refused with `unknown`, `reason_needed`, `nothing_new`, `last_manager`.
        """

        def decide(directory: Directory) -> Decided:
            if (before := directory.people.get(person)) is None:
                return Refused("unknown")
            if before.is_active == is_active:
                return Refused("nothing_new")
            if not is_visible(reason):
                return Refused("reason_needed")
            event = PersonChanged(person, before.name, before.roles, before.lang, is_active, before.place)
            return self._unless_last(directory, before, event) or [event, *_explained(person, reason)]

        return self._do(actor, command_id, ("activate", person, is_active, reason), decide)

    def issue(self, people: Sequence[str], actor: Actor, command_id: str) -> Outcome:
        """Give each of these a new one-time code; earlier ones are worth nothing any more. Refused: `unknown`, `is_disabled`."""

        def decide(directory: Directory) -> Decided:
            found = [directory.people.get(one) for one in people]
            if not found or None in found:
                return Refused("unknown")
            disabled = next((one for one in found if one and not one.is_active), None)
            return Refused("is_disabled", {"name": disabled.name}) if disabled else [self._code(one) for one in people]

        return self._do(actor, command_id, ("issue", tuple(people)), decide)

    def take_in(self, sheet: Sheet, seen: str, actor: Actor, command_id: str) -> Outcome:
        """Add and change everybody as a table says, all or nothing; new people get a code. `seen`: the digest of the preview.

        Refused with `rows_wrong`, `nothing_new`, `rows_overtaken` where the staff is not what it was in the preview.
        """

        def decide(directory: Directory) -> Decided:
            found = intake(sheet, directory.people, self._engine.site)
            if wrong := found.counts["wrong"]:
                return Refused("rows_wrong", {"count": wrong})
            if found.digest != seen:
                return Refused("rows_overtaken")
            events = [event for entry in found.entries for event in entry.events()]
            codes = (self._code(event.person) for event in events if isinstance(event, PersonAdded))
            return [*events, *codes] if events else Refused("nothing_new")

        return self._do(actor, command_id, ("take_in", seen), decide)

    # -- deciding and recording --------------------------------------------------------------------------------------------

    def _code(self, person: str) -> CodeIssued:
        return CodeIssued(person, self._engine.clock.now() + VALID_FOR)

    def _overtaken(self, directory: Directory, person: str) -> Refused:
        last = [one for one in directory.changes[person] if one.after][-1]
        by = directory.people.get(last.by)
        at = last.at.astimezone(self._engine.site.zone)
        return Refused("overtaken", {"by": by.name if by else last.by, "at": f"{at:%m-%d %H:%M}"})

    def _unless_last(self, directory: Directory, before: Person, event: PersonChanged) -> Refused | None:
        site = self._engine.site
        after = Person(event.person, event.name, event.roles, event.lang, event.is_active, event.place)
        is_last = managers(directory.people, site) == [before] and not managers({after.id: after}, site)
        return Refused("last_manager", {"name": before.name}) if is_last else None

    def _do(self, actor: Actor, command_id: str, content: tuple[object, ...], decide: Callable[[Directory], Decided]) -> Outcome:
        """Decide on the staff as it stands and record it, if nobody wrote between the two."""
        if "manage_people" not in actor.may:
            return Refused("not_permitted")
        engine, codes = self._engine, _Codes(self._engine)
        digest = sha256(orjson.dumps((actor.person, *content), default=str)).digest()
        if (earlier := engine.ledger.log.receipt(command_id)) is not None:
            if earlier.digest != digest:
                raise Misused(command_id)
            return Saved(is_repeated=True)
        for _ in range(_TRIES):
            directory, now = engine.directory.catch_up(), engine.clock.now()
            decided = decide(directory)
            if isinstance(decided, Refused):
                return decided
            batch = _batch(directory.version, command_id, digest, decided, actor, codes, now)
            try:
                engine.ledger.log.append(batch)
            except Conflict:
                continue
            except DuplicateCommand:
                return Saved(is_repeated=True)
            engine.directory.catch_up()
            return Saved(codes.told, now + VALID_FOR if codes.told else None)
        return Refused("busy")


class _Codes:
    """The codes that a command issues; each is made and hashed once, however often the command has to be decided anew."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.told: dict[str, str] = {}
        self._rows: dict[str, Mapping[str, object]] = {}

    def row(self, person: str, now: datetime) -> Mapping[str, object]:
        """The row that keeps the code of `person`."""
        if person not in self.told:
            self.told[person] = new_code()
            self._rows[person] = code_row(self._engine, person, self.told[person], now)
        return {**self._rows[person], "changed_at": now}


def _batch(
    version: int, command_id: str, digest: bytes, events: Sequence[SiteEvent], actor: Actor, codes: _Codes, now: datetime
) -> Batch:
    """What a command writes."""
    rows: dict[str, list[Mapping[str, object]]] = {}
    for event in events:
        for table, found in site_rows(event, now, actor.person).items():
            rows.setdefault(table, []).extend(found)
        if isinstance(event, CodeIssued):
            rows.setdefault("credentials", []).append(codes.row(event.person, now))
    role = next(iter(actor.roles), "")
    drafts = tuple(draft_of(event, actor.person, role, actor.device, now, now) for event in events)
    return Batch(STREAM, version, command_id, digest, drafts, b"{}", rows)


def _explained(person: str, reason: str) -> list[SiteEvent]:
    return [PersonExplained(person, reason.strip())] if is_visible(reason) else []
