"""The engine: load, fold, decide, append. The web and the terminal are clients of this one object, and of nothing below it.

No answer says saved before the commit is on disk. The same command again gets its original receipt.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from engine.clock import Clock
from engine.directory import STREAM, LiveDirectory, Person
from engine.ledger.codec import FORMAT, Body, decode, encode, kind_of
from engine.ledger.log import Also, Batch, Conflict, Draft, DuplicateCommand, Misused, Recorded
from engine.ledger.projections import happened, rows_of, site_rows
from engine.ledger.store import Ledger
from engine.openruns import OpenRuns, Slot
from engine.people import Pins
from engine.procedure.plan import Plan
from engine.procedure.site import Site
from engine.receipts import Outcome, Receipt, digest_of
from engine.revisions import SITE, NoSiteError, Revision, Shelf
from engine.run import commands
from engine.run.decide import Decided, decide, start
from engine.run.dues import later
from engine.run.events import DeviationRaised, Event, Happened, RunCompleted
from engine.run.refusal import Refusal
from engine.run.site_events import GateClosed, GateOpened, NumberGiven, RevisionPublished, SiteEvent
from engine.run.standing import Run, assess
from engine.run.state import evolve, fold

log = structlog.get_logger()
_TRIES = 6  # other processes may write the same run; each loss means somebody else got on


class UnknownRun(KeyError):
    """There is no such run."""


class Engine:
    """Everything the product does. Safe to share between threads."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self.ledger, self.clock = ledger, clock
        self.pins = Pins(ledger)
        self.shelf = Shelf(ledger)
        self._directory = LiveDirectory(ledger.log)
        self._open = OpenRuns()

    # -- the site ----------------------------------------------------------------------------------------------------------

    @property
    def directory(self) -> LiveDirectory:
        """People, published revisions and gates."""
        return self._directory

    @property
    def site(self) -> Site:
        """The site in force. Raises NoSiteError before anything is published."""
        return self.shelf.site(self._site_digest())

    def _site_digest(self) -> str:
        published = self._directory.now().published.get(SITE)
        if published is None:
            raise NoSiteError
        return published.digest

    def plan(self, procedure: str) -> Plan | None:
        """The plan in force of a procedure; None where none is published."""
        published = self._directory.now().published.get(procedure)
        return self.shelf.plan(published.digest, self._site_digest()) if published and procedure != SITE else None

    def plan_of(self, revision: str) -> Plan:
        """The plan of any revision that was ever published. Raises KeyError."""
        return self.shelf.plan(revision, self._site_digest())

    def actor(self, person: Person, device: str = "") -> commands.Actor:
        """A person as whoever acts, with every role and permission that person holds."""
        site = self.site
        roles = site.all_roles(person.roles)
        may = frozenset(permission for role in roles for permission in site.roles[role].may)
        return commands.Actor(person.id, person.name, roles, may, device)

    def note(
        self, event: SiteEvent, by: str, *, role: str = "", command_id: str = "", revisions: Sequence[Revision] = ()
    ) -> None:
        """Record an event of the site."""
        self.note_all((event,), by, role=role, command_id=command_id, revisions=revisions)

    def note_all(
        self, events: Iterable[SiteEvent], by: str, *, role: str = "", command_id: str = "", revisions: Sequence[Revision] = ()
    ) -> None:
        """Record events of the site, all or nothing."""
        now = self.clock.now()
        drafts = tuple(_draft(event, by, role, "", now, now) for event in events)
        rows: dict[str, list[dict[str, object]]] = {"revisions": [revision.row for revision in revisions]} if revisions else {}
        for event in events:
            for table, found in site_rows(event, now).items():
                rows.setdefault(table, []).extend(dict(row) for row in found)
        command_id = command_id or secrets.token_hex(16)
        self.ledger.log.append(Batch(STREAM, None, command_id, bytes(32), drafts, b"{}", rows))
        self._directory.catch_up()

    def publish(self, revisions: Sequence[Revision], by: str, note: str = "") -> list[Revision]:
        """Publish those whose content differs from what is in force; open runs stay on theirs. Returns what was published."""
        published = self._directory.catch_up().published
        changed = [r for r in revisions if r.procedure not in published or published[r.procedure].digest != r.digest]
        if changed:
            events = tuple(RevisionPublished(revision.procedure, revision.digest, note) for revision in changed)
            self.note_all(events, by, revisions=self.shelf.missing(changed))
        return changed

    # -- runs --------------------------------------------------------------------------------------------------------------

    def start(self, command: commands.Command) -> Outcome:
        """Start a run of the procedure named in the command, on the revision in force."""
        assert isinstance(command.act, commands.StartRun)
        published = self._directory.now().published.get(command.act.procedure)
        plan = self.plan(command.act.procedure)
        if plan is None or published is None:
            return Refusal("not_published", facts={"procedure": command.act.procedure})
        run = command.run or secrets.token_hex(8)
        digest = digest_of(command)
        for _ in range(_TRIES):
            number, counted = self._number(plan, run)
            act = replace(command.act, revision=published.digest, number=number)
            decided = start(plan, replace(command, run=run, act=act), self.clock.now())
            if isinstance(decided, Refusal):
                return self._earlier(command) or decided
            try:
                with self._open.held(run) as slot:
                    return self._append(slot, plan, replace(command, run=run), decided, digest, counted)
            except Conflict:
                continue  # somebody took the number; take the next
            except DuplicateCommand as duplicate:
                return Receipt.of(command.command_id, duplicate.receipt.body)
        return Refusal("busy")

    def _number(self, plan: Plan, run: str) -> tuple[str | None, tuple[Also, ...]]:
        """The next number of the year for procedures that number their runs: counted in a stream of its own, so never twice."""
        prefix = plan.procedure.number
        if prefix is None:
            return None, ()
        now = self.clock.now()
        year = now.astimezone(plan.site.zone).year
        stream = f"number {prefix}-{year}"
        count = len(self.ledger.log.stream(stream))
        draft = _draft(NumberGiven(run), "", "", "", now, now)
        return f"{prefix}-{year}-{count + 1:04d}", (Also(stream, count, (draft,)),)

    def give(self, command: commands.Command) -> Outcome:
        """Decide a command on a run and make it durable. Raises UnknownRun, Misused, Unavailable."""
        digest = digest_of(command)
        with self._open.held(command.run) as slot:
            for _ in range(_TRIES):
                run = self._loaded(slot, command.run)
                decided = decide(run, command, self.clock.now())
                if isinstance(decided, Refusal):
                    return self._earlier(command) or decided
                try:
                    return self._append(slot, run.plan, command, decided, digest)
                except Conflict:
                    slot.run = None  # another process moved it on
                except DuplicateCommand as duplicate:
                    return Receipt.of(command.command_id, duplicate.receipt.body)
        return Refusal("busy", getattr(command.act, "step", ""))

    def _earlier(self, command: commands.Command) -> Receipt | None:
        """The original receipt of a command that was recorded before: a double tap, a lost answer, a retry."""
        receipt = self.ledger.log.receipt(command.command_id)
        if receipt is None:
            return None
        if receipt.digest != digest_of(command):
            log.warning("command_id_misused", command=command.command_id, person=command.actor.person)
            raise Misused(command.command_id)
        return Receipt.of(command.command_id, receipt.body)

    def _append(
        self,
        slot: Slot,
        plan: Plan,
        command: commands.Command,
        decided: Decided,
        digest: bytes,
        also: tuple[Also, ...] = (),
    ) -> Receipt:
        now = self.clock.now()
        run, before = command.run, slot.run
        after = before.state.version if before else 0
        news = tuple(_happened(event, after + n, decided.role, command, now) for n, event in enumerate(decided.events, 1))
        moved = before.advance(news) if before else assess(plan, evolve(None, news[0], run))
        site = tuple(self._gate_events(moved, decided.events, now))
        rows = dict(rows_of(moved, news))
        for event in site:
            rows |= site_rows(event, now)
        receipt = Receipt(
            command.command_id,
            run,
            moved.state.version,
            getattr(command.act, "step", ""),
            tuple(kind_of(e) for e in decided.events),
        )
        drafts = tuple(
            _draft(e, command.actor.person, decided.role, command.actor.device, command.occurred_at, now) for e in decided.events
        )
        if site:
            also = (*also, Also(STREAM, None, tuple(_draft(e, command.actor.person, decided.role, "", now, now) for e in site)))
        self.ledger.log.append(Batch(run, after, command.command_id, digest, drafts, receipt.body(), rows, also))
        slot.run = moved
        if site:
            self._directory.catch_up()
        return receipt

    def _gate_events(self, run: Run, events: Sequence[Event], now: datetime) -> Iterable[SiteEvent]:
        """A gate opens when its run completes clean, and closes when a critical reading arrives at its place."""
        opens, started = run.plan.procedure.opens, run.state.started
        for event in events:
            if isinstance(event, RunCompleted) and opens is not None and event.is_clean:
                yield GateOpened(opens.place, started.procedure, run.state.run, later(now, opens.valid_for, run.plan.site))
            if isinstance(event, DeviationRaised) and event.cause == "critical":
                gate = self._directory.catch_up().gates.get(started.place)
                if gate is not None and gate.is_open(now):
                    yield GateClosed(gate.place, started.procedure, run.state.run, event.step)

    def run(self, run: str, *, is_fresh: bool = True) -> Run:
        """A run as it stands, caught up with other processes unless `is_fresh` is off. Raises UnknownRun."""
        with self._open.held(run) as slot:
            return self._loaded(slot, run, is_fresh=is_fresh)

    def record(self, run: str) -> tuple[Happened, ...]:
        """Everything that happened in a run, in order. Raises UnknownRun."""
        history = tuple(self._history(run, 0))
        if not history:
            raise UnknownRun(run)
        return history

    def _history(self, run: str, after: int) -> Iterable[Happened]:
        for recorded in self.ledger.log.stream(run, after):
            yield happened(recorded, _event(recorded))

    def _loaded(self, slot: Slot, run: str, *, is_fresh: bool = False) -> Run:
        if slot.run is None:
            history = tuple(self._history(run, 0))
            state = fold(run, history)
            if state is None or run == STREAM:
                raise UnknownRun(run)
            slot.run = assess(self.shelf.plan(state.started.revision, self._site_digest()), state)
        elif is_fresh:
            news = tuple(self._history(run, slot.run.state.version))
            slot.run = slot.run.advance(news) if news else slot.run
        return slot.run


def _event(recorded: Recorded) -> Event:
    return decode(recorded.kind, recorded.format, recorded.body)  # type: ignore[return-value]


def _happened(event: Event, seq: int, role: str, command: commands.Command, now: datetime) -> Happened:
    return Happened(seq, event, command.actor.person, role, command.actor.device, command.occurred_at, now)


def _draft(event: Body, by: str, role: str, device: str, occurred_at: datetime, recorded_at: datetime) -> Draft:
    return Draft(secrets.token_hex(16), kind_of(event), FORMAT, by, role, device, occurred_at, recorded_at, encode(event))
