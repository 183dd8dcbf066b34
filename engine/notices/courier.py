"""A courier brings the notices of one channel to the other side, again and again until it has them or a day is over.

A notice reaches a channel once, however many servers run; after a crash between sending and noting it once more, with the same
id. What could not be delivered stays in the row with its reason. Sending happens outside every transaction.
"""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

import structlog

from engine.directory import Person
from engine.ledger.timers import LEASE
from engine.notices import queue
from engine.notices.channels import AnyChannel, Email
from engine.notices.holding import held
from engine.notices.hooks import post
from engine.notices.hours import after_quiet, digest_of, goes_out_at
from engine.notices.message import SECONDS, Answered, Message, Undelivered
from engine.notices.notice import Notice
from engine.notices.queue import Delivery
from engine.notices.wording import Words, digested, worded
from engine.playing import Unplayable
from engine.procedure.plan import Plan
from engine.procedure.text import Language
from engine.revisions import SITE
from engine.run.holding import next_step
from engine.service import Engine, UnknownRun
from engine.wording import Names

log = structlog.get_logger()
EVERY = 2.0  # seconds from one pass to the next
KEPT_TRYING = timedelta(days=1)
TRIES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60))  # after each failure; the last again and again
_WORDED = 100  # notices that a message tells; of the others it says how many, and where they stand
_RESTS = TRIES[0]  # of a channel that is down: one message finds that out, not each of a hundred
_MOST = 20  # messages of a pass; then it is looked for new ones
_LOOKS_BACK = timedelta(minutes=10)  # what another server told a moment ago may become visible only now

assert LEASE.total_seconds() > SECONDS * 2, "what is being sent must still be held when that is noted"


@dataclass(frozen=True, slots=True)
class Pass:
    """What one pass did."""

    sent: int = 0
    failed: int = 0


class Courier:
    """One channel's courier. Not shared between threads."""

    def __init__(self, engine: Engine, name: str, channel: AnyChannel) -> None:
        self._engine, self._name, self._channel = engine, name, channel
        self._holder = secrets.token_hex(8)
        self._looked_at: datetime | None = None
        self._rests_until: datetime | None = None

    def look(self) -> Pass:
        """One pass. Raises Unavailable; then nothing is lost, and the next pass does the work."""
        if SITE not in self._engine.directory.catch_up().published:
            return Pass()
        self._fan_out()
        sent = failed = 0
        for _ in range(_MOST):
            now = self._engine.clock.now()
            if self._rests_until is not None and now < self._rests_until:
                break
            message = queue.next_message(self._engine.ledger, self._name, now)
            if message is None:
                break
            taken = queue.take(self._engine.ledger, self._name, message, now, self._holder)
            if taken and self._deliver(taken):
                sent += 1
            elif taken:
                failed += 1
        return Pass(sent, failed)

    def _fan_out(self) -> None:
        """A row for every notice of the last day that the channel tells and has none for."""
        engine, now = self._engine, self._engine.clock.now()
        since = now - KEPT_TRYING if self._looked_at is None else max(now - KEPT_TRYING, self._looked_at - _LOOKS_BACK)
        found = [for_others(engine, notice) for notice in queue.without_delivery(engine.ledger, self._name, since)]
        zone, people = engine.site.zone, engine.directory.now().people
        times = {
            notice.notice: (goes_out_at(self._channel, notice.kind, now, zone), digest_of(self._channel, notice.kind) is not None)
            for notice in found
            if (notice.roles or notice.person) and is_told(self._channel, notice, people.get(notice.person))
        }
        queue.add(engine.ledger, self._name, times)
        self._looked_at = now

    def _deliver(self, taken: Sequence[Delivery]) -> bool:
        ledger = self._engine.ledger
        try:
            refused = [told for one in self._messages(taken) if (told := send(self._channel, one).refused)]
        except Undelivered as failure:
            self._failed(taken, failure)
            return False
        self._rests_until = None
        if reason := "; ".join(refused):
            log.warning("delivery_refused_in_part", channel=self._name, message=queue.message_of(taken), reason=reason)
        queue.note_sent(ledger, taken, self._engine.clock.now(), reason or None)
        return True

    def _messages(self, taken: Sequence[Delivery]) -> Iterator[Message]:
        """What goes out: of a digest by mail a letter for all to whom the same notices go, so that each gets one, with theirs."""
        engine, name = self._engine, queue.message_of(taken)
        found = [for_others(engine, notice) for notice in queue.notices(engine.ledger, [one.notice for one in taken])]
        people = engine.directory.now().people
        each = {one.notice: addresses_of(self._channel, [(one, people.get(one.person))]) for one in found}
        addresses = dict.fromkeys(address for some in each.values() for address in some)
        letters: dict[tuple[str, ...], list[str]] = {}
        for address in addresses:
            letters.setdefault(tuple(one for one, some in each.items() if address in some), []).append(address)
        for names, some in (letters or {tuple(each): []}).items():
            told = [one for one in found if one.notice in names]
            id_ = name if len(letters) < 2 else f"{name}-{sha256(' '.join(some).encode()).hexdigest()[:8]}"
            yield Message(
                id_, self._name, words_of(engine, told, self._channel), engine.clock.now(), tuple(told),
                tuple(some), engine.site.name.into(self._channel.language),
            )  # fmt: skip

    def _failed(self, taken: Sequence[Delivery], failure: Undelivered) -> None:
        engine, now = self._engine, self._engine.clock.now()
        if failure.is_down:
            self._rests_until = now + _RESTS
        told = {"channel": self._name, "message": queue.message_of(taken), "attempts": taken[0].attempts + 1}
        if now - min(one.wanted_at for one in taken) >= KEPT_TRYING:
            log.error("delivery_given_up", **told, reason=failure.reason)
            queue.note_failed(engine.ledger, taken, self._holder, failure.reason, None)
            return
        kinds = {notice.kind for notice in queue.notices(engine.ledger, [one.notice for one in taken])}
        again = now + TRIES[min(taken[0].attempts, len(TRIES) - 1)]
        at = min((after_quiet(self._channel, kind, again, engine.site.zone) for kind in kinds), default=again)
        log.warning("delivery_failed", **told, reason=failure.reason, again_at=at.isoformat())
        queue.note_failed(engine.ledger, taken, self._holder, failure.reason, at)


def send(channel: AnyChannel, message: Message) -> Answered:
    """Send one message now. Raises Undelivered."""
    if not isinstance(channel, Email):
        return post(channel, message)
    if not message.addresses:
        raise Undelivered("nobody is named any more to whom it could go")
    from engine.notices.mail import mail  # most houses are told otherwise, and need none of what mail is made of

    return mail(channel, message)


def is_told(channel: AnyChannel, notice: Notice, person: Person | None) -> bool:
    """Whether a channel tells a notice: its kind, and one of its roles."""
    if channel.kinds and notice.kind not in channel.kinds:
        return False
    return not channel.roles or not set(channel.roles).isdisjoint(_roles(notice, person))


def _roles(notice: Notice, person: Person | None) -> tuple[str, ...]:
    """The roles of a notice; where it is for one person only, the roles that person holds: people have no addresses."""
    return notice.roles or (person.roles if person else ())


def for_others(engine: Engine, notice: Notice) -> Notice:
    """The notice without the roles that only its doer holds: nobody is told of what they did themselves."""
    doer = queue.doer_of(engine.ledger, notice)
    if not doer:
        return notice
    site, active = engine.site, [one for one in engine.directory.now().people.values() if one.is_active]
    held = {one.id: site.all_roles(one.roles) for one in active}
    own = {role for role in notice.roles if {person for person, roles in held.items() if role in roles} == {doer}}
    return replace(notice, roles=tuple(role for role in notice.roles if role not in own))


def addresses_of(channel: AnyChannel, notices: Sequence[tuple[Notice, Person | None]]) -> tuple[str, ...]:
    """Everybody that a message with these notices goes to, each once."""
    if not isinstance(channel, Email):
        return ()
    roles = dict.fromkeys(role for notice, person in notices for role in _roles(notice, person))
    return tuple(dict.fromkeys(address for role in roles for address in channel.tells.get(role, ())))


def words_of(engine: Engine, notices: Sequence[Notice], channel: AnyChannel) -> Words:
    """Notices in the channel's language, as one message."""
    site, people = engine.site, engine.directory.now().people
    names = Names(channel.language, site, None, people)
    each = [
        worded(
            notice, Names(channel.language, site, plan_of(engine, notice), people), holder_of(engine, notice, channel.language)
        )
        for notice in notices[:_WORDED]
    ]
    return each[0] if len(each) == 1 else digested(each, names, notices[_WORDED:])


def holder_of(engine: Engine, notice: Notice, language: Language) -> str:
    """Who has the work whose time a notice tells of, as things stand now; "" where that is not the question or nobody can say."""
    if notice.run is None or notice.kind not in ("near", "overdue", "late"):
        return ""
    try:
        run = engine.run(notice.run)
    except (UnknownRun, KeyError, Unplayable):
        log.warning("notice_without_run", notice=notice.notice, run=notice.run)
        return ""
    placed = run.plan.by_id.get(notice.step) if notice.step else next_step(run, engine.clock.now())
    return held(run, placed, Names(language, engine.site, run.plan, engine.directory.now().people)) if placed else ""


def plan_of(engine: Engine, notice: Notice) -> Plan | None:
    """The plan that a notice's step stands in: that of its run's revision, or of the procedure as it is, or was last."""
    revision = queue.revision_of(engine.ledger, notice.run) if notice.run else None
    try:
        return engine.plan_of(revision) if revision else engine.last_plan(notice.procedure)
    except KeyError:
        log.warning("notice_without_plan", notice=notice.notice, revision=revision)
        return None
