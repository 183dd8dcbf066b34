"""The engine: load, fold, decide, append. The web and the terminal are clients of this one object, and of nothing below it.

No answer says saved before the commit is on disk. The same command again gets its original receipt.
"""

import re
import secrets
import threading
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime

import structlog

from engine.binding import UNBOUND, Binding
from engine.clock import Clock
from engine.directory import STREAM, Person
from engine.drafting import Given, as_happened, draft_of, drafted, happenings
from engine.filling import closer, filled
from engine.gates import gate_events, may_touch
from engine.ledger.codec import kind_of
from engine.ledger.log import Also, Batch, Conflict, DuplicateCommand, Misused
from engine.ledger.projections import rows_of, site_rows
from engine.ledger.rebuild import differing
from engine.ledger.store import Ledger
from engine.live import LiveDirectory
from engine.numbering import numbered
from engine.openruns import OpenRuns, Slot
from engine.people import Pins
from engine.playing import UnknownRun as UnknownRun
from engine.procedure.plan import Plan
from engine.procedure.report import ReportingSite
from engine.procedure.text import Language
from engine.receipts import Outcome, Receipt, digest_of
from engine.repeating import again, earlier
from engine.review.queries import Queries
from engine.review.renamed import Renamed
from engine.revisions import SITE, NoSiteError, Revision, Shelf
from engine.run import commands
from engine.run.decide import Decided, decide, start
from engine.run.events import Happened, RunStarted
from engine.run.refusal import Refusal
from engine.run.site_events import RevisionPublished, SiteEvent
from engine.run.standing import Run, assess
from engine.run.state import evolve, fold
from engine.run.ticking import CLOCK, pass_time
from engine.staff import stranger_in
from engine.stock import Stock
from engine.unplayed import Unplayed

log = structlog.get_logger()
_RUN = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TRIES = 6  # other processes may write the same run; each loss means somebody else got on


class Engine:
    """Everything the product does. Safe to share between threads."""

    def __init__(self, ledger: Ledger, clock: Clock, binding: Binding = UNBOUND) -> None:
        self.ledger, self.clock = ledger, clock
        self.pins, self.shelf = Pins(ledger, binding), Shelf(ledger)
        self.directory = LiveDirectory(ledger.log)
        self._open, self._numbering, self.unplayed = OpenRuns(), threading.Lock(), Unplayed()

    # -- the site ----------------------------------------------------------------------------------------------------------

    @property
    def renamed(self) -> Renamed:
        """The procedures that were renamed, for whatever looks back."""
        return self.directory.now().renamed

    @property
    def site(self) -> ReportingSite:
        """The site in force. Raises NoSiteError before anything is published."""
        return self.shelf.site(self._site_digest())

    def _site_digest(self) -> str:
        published = self.directory.now().published.get(SITE)
        if published is None:
            raise NoSiteError
        return published.digest

    def plan(self, procedure: str) -> Plan | None:
        """The plan in force of a procedure, by any of its names; None where none is published."""
        published = self.directory.now().published.get(self.renamed.present(procedure))
        return self.shelf.plan(published.digest, self._site_digest()) if published and procedure != SITE else None

    def last_plan(self, procedure: str) -> Plan | None:
        """The plan of a procedure, by any of its names: in force, or as it was last; None where it never was."""
        digest = self.directory.now().last(procedure)
        return self.plan_of(digest) if digest and procedure != SITE else None

    def plan_of(self, revision: str, site: str = "") -> Plan:
        """The plan of any revision that was ever published, at that revision of the site or the one in force. Raises KeyError."""
        return self.shelf.plan(revision, site or self._site_digest())

    def differing_lists(self) -> tuple[str, ...]:
        """The projections that do not say what the events say, by table; none when all is well."""
        return differing(self.ledger, self.plan_of)

    def actor(self, person: Person, device: str = "") -> commands.Actor:
        """A person as whoever acts, with every role and permission that person holds."""
        site, roles = self.site, self.site.all_roles(person.roles)
        may = frozenset(permission for role in roles for permission in site.roles[role].may)
        return commands.Actor(person.id, person.name, roles, may, device)

    def note(self, event: SiteEvent, by: str, *, role: str = "", device: str = "", command_id: str = "") -> None:
        """Record an event of the site."""
        self.note_all((event,), by, role=role, device=device, command_id=command_id)

    def note_all(
        self, events: Iterable[SiteEvent], by: str, *, role: str = "", device: str = "", command_id: str = "",
        revisions: Sequence[Revision] = (),
    ) -> None:  # fmt: skip
        """Record events of the site, all or nothing."""
        now, events = self.clock.now(), tuple(events)
        drafts = tuple(draft_of(event, by, role, device, now, now) for event in events)
        rows: dict[str, list[dict[str, object]]] = {"revisions": [one.row for one in revisions]} if revisions else {}
        for event in events:
            for table, found in site_rows(event, now, by).items():
                rows.setdefault(table, []).extend(dict(row) for row in found)
        self.ledger.log.append(Batch(STREAM, None, command_id or secrets.token_hex(16), bytes(32), drafts, b"{}", rows))
        self.directory.catch_up()

    def publish(self, revisions: Sequence[Revision], by: str, note: str = "") -> list[Revision]:
        """Publish those whose content differs from what is in force; open runs stay on theirs. Returns what was published."""
        published = self.directory.catch_up().published
        changed = [r for r in revisions if r.procedure not in published or published[r.procedure].digest != r.digest]
        if changed:
            events = (RevisionPublished(one.procedure, one.digest, note) for one in changed)
            self.note_all(events, by, revisions=self.shelf.missing(changed))
        return changed

    # -- runs --------------------------------------------------------------------------------------------------------------

    def start(self, command: commands.Command) -> Outcome:
        """Start a run of the procedure named in the command, by any of its names, on the revision in force."""
        assert isinstance(command.act, commands.StartRun)
        directory = self.directory.now()
        procedure = directory.renamed.present(command.act.procedure)
        published = directory.published.get(procedure) if procedure != SITE else None
        plan = self.plan_of(published.digest) if published else None
        digest = digest_of(command, plan.personal if plan else frozenset())
        if plan is None or published is None:
            return earlier(self.ledger, command, digest) or Refusal("not_published", facts={"procedure": command.act.procedure})
        run = _run_id(command.run or secrets.token_hex(8))
        act = replace(command.act, procedure=procedure, revision=published.digest, site=self._site_digest())
        # Threads that start numbered runs take turns, or all but one would find the number taken.
        with self._numbering if plan.procedure.number else nullcontext():
            return self._begin(plan, replace(command, run=run), act, command, digest)

    def _begin(
        self, plan: Plan, command: commands.Command, act: commands.StartRun, given: commands.Command, digest: bytes
    ) -> Outcome:
        for _ in range(_TRIES):
            now = self.clock.now()
            number, counted = numbered(self.ledger.log, plan, command.run, now)
            decided = self._stranger(plan, act) or start(plan, replace(command, act=replace(act, number=number)), now)
            if isinstance(decided, Refusal):
                return earlier(self.ledger, given, digest) or decided
            with self._open.slot(command.run) as slot:
                try:
                    if slot.run is None:
                        return self._append(slot, plan, command, decided, digest, now, counted, given)
                except DuplicateCommand as duplicate:
                    return again(self.ledger, given, duplicate.receipt.body)
                except Conflict as conflict:
                    if conflict.stream != command.run:
                        continue  # another process took the number; take the next
                return earlier(self.ledger, given, digest) or Refusal("already_started", facts={"run": command.run})
        return Refusal("busy")

    def give(self, command: commands.Command) -> Outcome:
        """Decide a command on a run and make it durable. Raises UnknownRun, Misused, Unavailable."""
        with self._open.slot(_run_id(command.run)) as slot:
            for _ in range(_TRIES):
                run, now = self._loaded(slot, command.run), self.clock.now()
                digest = digest_of(command, run.plan.personal)
                wanted = filled(run, command, self.stock, self.ledger.log)
                decided = self._stranger(run.plan, command.act) or closer(command, self.ledger) or decide(run, wanted, now)
                if isinstance(decided, Refusal):
                    if self._loaded(slot, command.run, is_fresh=True) is not run:
                        continue  # refused for what another process has changed since
                    return earlier(self.ledger, command, digest) or decided
                try:
                    return self._append(slot, run.plan, command, decided, digest, now)
                except Conflict:
                    self._loaded(slot, command.run, is_fresh=True)  # another process moved it on
                except DuplicateCommand as duplicate:
                    return again(self.ledger, command, duplicate.receipt.body)
        return Refusal("busy", getattr(command.act, "step", ""))

    def stock(self, language: Language = "zh") -> Stock:
        """What is open at the site now, to be looked through."""
        now, directory = self.clock.now(), self.directory.catch_up()
        return Stock(Queries(self.ledger, directory.renamed), directory, self.site, self.last_plan, self._peek, now, language)

    def _peek(self, run: str, version: int) -> Run:
        """A run at least as new as `version`, without its lock: whoever takes stock holds one already."""
        found = self._open.known(run)
        return found if found and found.state.version >= version else self._caught_up(found, run)

    def pass_time(self, run: str) -> Receipt | None:
        """Record what time itself has done to a run by now, once however many processes ask; None where that is nothing."""
        with self._open.slot(_run_id(run)) as slot:
            for _ in range(_TRIES):
                found, now = self._loaded(slot, run, is_fresh=True), self.clock.now()
                decided = pass_time(found, now)
                if not decided.events:
                    return None
                command = commands.Command(f"time {run} {found.state.version}", run, CLOCK, now, commands.Resume())
                try:
                    return self._append(slot, found.plan, command, decided, bytes(32), now)
                except (Conflict, DuplicateCommand):
                    continue  # somebody acted meanwhile, or another process was first
        return None

    def _stranger(self, plan: Plan, act: commands.Act) -> Refusal | None:
        return stranger_in(act, plan, self.site, self.directory.now().people) if plan.people else None

    def _append(
        self,
        slot: Slot,
        plan: Plan,
        command: commands.Command,
        decided: Decided,
        digest: bytes,
        now: datetime,
        also: tuple[Also, ...] = (),
        given: commands.Command | None = None,
    ) -> Receipt:
        run, before = command.run, slot.run
        after = before.state.version if before else 0
        news = happenings(decided, command, after, now)
        moved = before.advance(news) if before else assess(plan, evolve(None, news[0], run))
        gates = self.directory.catch_up().gates if may_touch(decided.events) else {}
        site = tuple(gate_events(moved, decided.events, gates, now))
        rows = dict(rows_of(moved, news, before))
        for event in site:
            rows |= site_rows(event, now)
        kinds, step = tuple(map(kind_of, decided.events)), getattr(command.act, "step", "")
        receipt = Receipt(command.command_id, run, moved.state.version, step, kinds)
        told = Given(command.command_id, digest_of(given or command) if plan.personal else digest)
        drafts, kept = drafted(moved, news, told, now)
        if kept:
            rows["vault"] = kept
        if site:
            also = (*also, Also(STREAM, None, tuple(draft_of(e, command.actor.person, decided.role, "", now, now) for e in site)))
        try:
            self.ledger.log.append(Batch(run, after, command.command_id, digest, drafts, receipt.body(), rows, also))
        except Misused:
            log.warning("command_id_misused", command=command.command_id, person=command.actor.person)
            raise
        slot.run = moved
        if site:
            self.directory.catch_up()
        return receipt

    def run(self, run: str, *, is_fresh: bool = True) -> Run:
        """A run as it stands, caught up with other processes unless `is_fresh` is off. Raises UnknownRun, Unplayable."""
        if not is_fresh and (known := self._open.known(run)):
            return known
        with self._open.slot(_run_id(run)) as slot:
            return self._loaded(slot, run, is_fresh=is_fresh)

    def forget(self) -> None:
        """Keep nothing of any run in memory: something was erased."""
        self._open.forget()

    def record(self, run: str) -> tuple[Happened, ...]:
        """Everything that happened in a run, in order. Raises UnknownRun, Unplayable."""
        with self.unplayed.playing(self.ledger.log, self.plan_of, _run_id(run)):
            if history := tuple(map(as_happened, self.ledger.log.stream(run))):
                return history
        raise UnknownRun(run)

    def _loaded(self, slot: Slot, run: str, *, is_fresh: bool = False) -> Run:
        if slot.run is None or is_fresh:
            slot.run = self._caught_up(slot.run, run)
        return slot.run

    def _caught_up(self, found: Run | None, run: str) -> Run:
        with self.unplayed.playing(self.ledger.log, self.plan_of, run):
            news = tuple(map(as_happened, self.ledger.log.stream(run, found.state.version if found else 0)))
            if found is not None:
                return found.advance(news) if news else found
            if not news or (not isinstance(news[0].event, RunStarted) and Queries(self.ledger).run_version(run) is None):
                raise UnknownRun(run)  # or it is another stream
            state = evolve(fold(run, news[:-1]), news[-1], run)
            whole = assess(self.plan_of(state.started.revision, state.started.site), state)
        self.unplayed.discard(run)
        return whole


def _run_id(run: str) -> str:
    """The id of a run, and of no other stream. Raises UnknownRun."""
    if run == STREAM or not _RUN.fullmatch(run):
        raise UnknownRun(run)
    return run
