"""Retention: personal values are erased when their time is over, or when somebody asks for it, unless a hold keeps them.

An erasure is one event that names every value by its commitment. With it, in one transaction, go the value, its salt, and every
copy in the lists; the events stay as they are. Files of pictures go after that, and again with the next look if that failed.
What the database itself leaves behind of a row in its file goes when the watch has written it anew.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

from engine.clock_jumps import seen, waits_until
from engine.copies import KEPT, drop_copies, drop_orphans
from engine.drafting import as_happened, draft_of
from engine.holds import STREAM as HOLDS
from engine.holds import Holds
from engine.ledger.codec import decode
from engine.ledger.entries import Recorded
from engine.ledger.log import Also, Batch, Conflict, DuplicateCommand
from engine.ledger.pictures import named
from engine.ledger.projections import rows_of, site_rows
from engine.ledger.timers import beat, heartbeat
from engine.ledger.vault import emptied, kept_of
from engine.periods import Periods
from engine.photos import Photos
from engine.playing import is_playable
from engine.receipts import Receipt
from engine.review.personal import Due, Personal, Place
from engine.run.answer import Answer
from engine.run.commands import Actor
from engine.run.refusal import Refusal
from engine.run.retention_events import ValuesErased
from engine.run.site_events import SiteEvent
from engine.run.standing import assess
from engine.run.state import fold
from engine.run.visible import is_visible
from engine.service import Engine

STREAM = "retention erasures"  # with a space, so that it is no run's
REQUEST = "request"
MOST_GROUPS = 50  # rows and runs that one request erases
_TRIES = 6
_EVERY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_BEAT = "retention"
_COMPACTED = "retention compacted"
_SMALL = 256 << 20  # bytes of a database that is written anew at once, in a second or two; a larger one waits for the night
_NIGHT = range(2, 5)  # hours at the site
_COPIES = ("row_closings", "book_rows", "answers", "notes")  # lists with values in them, in the order in which they are written
Row = dict[str, Any]
T = TypeVar("T")
ANSWER = TypeAdapter(Answer)


@dataclass(frozen=True, slots=True)
class Erased:
    """What was asked for: who, which rule, why; and the name of the command."""

    by: str
    role: str
    device: str
    rule: str
    reason: str
    command: str
    until: datetime | None = None


class Retention:
    """Erases. `photos`: where pictures are kept; None where this process has none of them."""

    def __init__(self, engine: Engine, photos: Photos | None = None) -> None:
        self._engine, self._photos = engine, photos
        self._personal, self._holds = Personal(engine.ledger), Holds(engine)
        self._seen, self._compacted, self._looked_at = -1, -1, cast(datetime | None, None)
        self._ran_at: datetime | None = None

    # -- on request ------------------------------------------------------------------------------------------------------------

    def request(self, places: Sequence[Place], reason: str, actor: Actor, command_id: str) -> Receipt | Refusal:
        """Erase what stands at these places. Refused where a hold keeps some of it, or nothing is left to erase."""
        if not is_visible(reason):
            return Refusal("reason_needed")
        if (known := self._engine.ledger.log.receipt(command_id)) is not None:
            return Receipt.of(command_id, known.body)
        rows = [row for row in kept_of(self._engine.ledger, {one.run for one in places}) if _stands_at(row, places)]
        rows = [row for row in rows if row["erased_at"] is None]
        if not rows:
            return Refusal("nothing_to_erase")
        if not all(map(self._is_playable, {row["run"] for row in rows})):
            return Refusal("unplayable")
        role = next((one for one in actor.roles if "erase" in self._engine.site.roles[one].may), "")
        act = Erased(actor.person, role, actor.device, REQUEST, reason.strip(), command_id)
        outcome = self._erased(rows, act)
        if isinstance(outcome, Receipt) and self._photos:
            drop_copies(self._photos.folder.parent)  # they may hold it: nobody reads them through
        return outcome

    # -- by time ---------------------------------------------------------------------------------------------------------------

    def look(self) -> int:
        """Erase some of what is over its time, once a day until none is left; and forget what others erased. How many values."""
        self._forget()
        now = self._engine.clock.now()
        self._run(now)
        self._compact(now)
        if self._looked_at is not None and timedelta() <= now - self._looked_at < _EVERY:
            return 0
        last = heartbeat(self._engine.ledger, _BEAT)
        if last is not None and timedelta() <= now - last < _EVERY:
            self._looked_at = last
            return 0
        for due in Periods(self._engine).due(now) if waits_until(self._engine.ledger, now) is None else ():
            if rows := [row for row in self._personal.over(due, self._holds.standing()) if self._is_playable(row["run"])]:
                return self._pass(due, rows)
        self._sweep(now)
        beat(self._engine.ledger, _BEAT, now)
        self._looked_at = now
        return 0

    def _is_playable(self, run: str) -> bool:
        """Whether a run can be read; what stands in one that cannot is kept until it can, and keeps nothing else waiting."""
        return is_playable(self._engine.ledger.log, self._engine.plan_of, run)

    def _run(self, now: datetime) -> None:
        """Note now and then that the clock runs, and at once where it jumped."""
        if self._ran_at is None or not timedelta() <= now - self._ran_at < _MINUTE:
            seen(self._engine.ledger, now)
            self._ran_at = now

    def _pass(self, due: Due, rows: list[Row]) -> int:
        name = sha256(",".join(row["commitment"] for row in rows).encode()).hexdigest()[:32]
        rule = f"book {due.book}" if due.book else f"procedure {due.procedure}"
        outcome = self._erased(rows, Erased("", "", "", rule, "", f"retention {name}", due.before))
        return len(rows) if isinstance(outcome, Receipt) else 0

    def _forget(self) -> None:
        """Another process may have erased what this one still has in memory, or what a reader kept in the log of writes."""
        seen = self._personal.size(STREAM)
        if seen == self._seen:
            return
        if self._seen != -1:
            self._engine.forget()
        if self._engine.ledger.settle():  # a reader was in the way: the next look tries again
            self._seen = seen

    def _compact(self, now: datetime) -> None:
        """Write the database anew after an erasure, once however many servers look."""
        if self._compacted == self._seen:
            return
        last, done = next(acts(self._engine, 0, 1), None), heartbeat(self._engine.ledger, _COMPACTED)
        if last is not None and (done is None or done < last.at):
            hour, size = now.astimezone(self._engine.site.zone).hour, self._engine.ledger.bytes
            if (size > _SMALL and hour not in _NIGHT) or not self._engine.ledger.compact():
                return
            beat(self._engine.ledger, _COMPACTED, now)
        self._compacted = self._seen

    # -- the act ---------------------------------------------------------------------------------------------------------------

    def _erased(self, rows: list[Row], act: Erased) -> Receipt | Refusal:
        receipt = Receipt(act.command, "", 0, "", ("values_erased",))
        for _ in range(_TRIES):
            held = self._holds.version()
            if hold := self._holds.keeping(rows):
                return Refusal("held", facts={"reason": hold.reason})
            try:
                self._engine.ledger.log.append(self._batch(rows, act, receipt, held))
            except DuplicateCommand:
                return receipt  # another server was first, and does the rest
            except Conflict:
                continue  # somebody wrote to one of the runs, or placed a hold
            self._engine.forget()
            self._engine.ledger.settle()
            self._drop(rows)
            return receipt
        return Refusal("busy")

    def _batch(self, rows: list[Row], act: Erased, receipt: Receipt, held: int) -> Batch:
        now = self._engine.clock.now()
        gone = frozenset(row["commitment"] for row in rows)
        runs = tuple(sorted({row["run"] for row in rows}))
        event = ValuesErased(act.rule, tuple(sorted(gone)), runs, act.reason, act.until)
        draft = draft_of(event, act.by, act.role, act.device, act.until or now, now)
        told: dict[str, list[Row]] = {name: [] for name in _COPIES}
        unchanged = [Also(HOLDS, held, ())]
        for run in runs:
            version, found = self._without(run, gone)
            unchanged.append(Also(run, version, ()))
            for name, some in found:
                told[name] += some
        told["vault"] = [emptied(row, now) for row in rows]
        lists = {name: some for name, some in told.items() if some}
        return Batch(STREAM, None, act.command, bytes(32), (draft,), receipt.body(), lists, tuple(unchanged))

    def _without(self, run: str, gone: frozenset[str]) -> tuple[int, list[tuple[str, list[Row]]]]:
        """How long a run's stream is, and the rows with values as they are without those that are gone."""
        stored = [_left(one, gone) for one in self._engine.ledger.log.stream(run)]
        history = [as_happened(one) for one in stored]
        state = fold(run, history)
        assert state is not None, "a value stands in a run"
        found = rows_of(assess(self._engine.plan_of(state.started.revision, state.started.site), state), history)
        lists = [(name, [dict(row) for row in found.get(name, ())]) for name in _COPIES]
        return len(stored), [*self._closings(run, found.get("book_rows", ()), gone), *lists]

    def _closings(self, run: str, rows: Iterable[Any], gone: frozenset[str]) -> Iterator[tuple[str, list[Row]]]:
        for row in rows:
            for one in self._engine.ledger.log.stream(f"row {run} {row['step']} {row['row']}"):
                left = _left(one, gone)
                event = cast(SiteEvent, decode(left.kind, left.format, left.body, left.held))
                found = site_rows(event, one.recorded_at, one.by)
                yield from ((name, [dict(row) for row in found.get(name, ())]) for name in _COPIES)

    # -- pictures --------------------------------------------------------------------------------------------------------------

    def _sweep(self, now: datetime) -> None:
        """Delete what an erasure left behind, and pictures that came a day ago with something that was never taken."""
        if self._photos is None:
            return
        self._drop(self._personal.pictured())
        came = self._photos.came_before(now - _EVERY)
        for name in self._unnamed(came):
            self._photos.drop(name)
        for name in came:
            self._photos.settle(name)
        self._photos.drop_parts(now - _EVERY)
        drop_copies(self._photos.folder.parent, KEPT)
        drop_orphans(self._photos.folder.parent)

    def _drop(self, rows: Iterable[Row]) -> None:
        """Delete the files of erased pictures that nothing else names: no event, and no value that is still kept."""
        if self._photos is None:
            return
        names = {name for row in rows for name in (row["pictures"] or "").split(",") if name}
        for name in self._unnamed([name for name in names if self._photos.path(name)]):
            self._photos.drop(name)

    def _unnamed(self, names: Collection[str]) -> set[str]:
        return set(names) - named(self._engine.ledger, names)


def erasures(engine: Engine) -> int:
    """How many erasures there were. Raises Unavailable."""
    return Personal(engine.ledger).size(STREAM)


def unerased(engine: Engine, making: Callable[[], T]) -> T:
    """What is made of the record, into a file; anew where something was erased meanwhile, which it may hold."""
    while True:
        before, made = erasures(engine), making()
        if erasures(engine) == before:
            return made
        engine.forget()


def _left(one: Recorded, gone: frozenset[str]) -> Recorded:
    return replace(one, held={name: value for name, value in one.held.items() if name not in gone}) if one.held else one


def _stands_at(row: Row, places: Sequence[Place]) -> bool:
    return any((one.run, one.step, one.entry) == place_of(row) for one in places)


def place_of(row: Row) -> tuple[str, str, str]:
    """What a value is chosen with: its row, or all of its run that stands in no row."""
    return (row["run"], row["step"], row["entry"]) if row["entry"] else (row["run"], "", "")


@dataclass(frozen=True, slots=True)
class Act:
    """An erasure that was done; `position` among them, from 1."""

    event: ValuesErased
    by: str
    at: datetime
    position: int


def acts(engine: Engine, before: int, most: int) -> Iterator[Act]:
    """What was erased, the newest first, in front of a position; 0 for the newest of all."""
    for row in Personal(engine.ledger).acts(STREAM, before, most):
        event = decode(row["kind"], row["format"], row["body"])
        if isinstance(event, ValuesErased):
            yield Act(event, row["by"], row["recorded_at"], row["stream_seq"])


def grouped(engine: Engine, rows: Sequence[Row]) -> dict[Place, list[Row]]:
    """Everything that would be erased together with these values, by place; each row with its value as an `answer`."""
    wanted = dict.fromkeys(Place(*place_of(row)) for row in rows)
    groups: dict[Place, list[Row]] = {place: [] for place in wanted}
    for row in Personal(engine.ledger).of(list(dict.fromkeys(place.run for place in wanted))) if wanted else ():
        if (place := Place(*place_of(row))) in groups:
            groups[place].append({**row, "answer": ANSWER.validate_json(row["value"])})
    return {place: some for place, some in groups.items() if some}
