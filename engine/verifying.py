"""The record looked at as a whole, stage by stage, for `sop verify` and the proof page alike; and what the page keeps of it."""

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, cast

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from engine.binding import FILE
from engine.drafting import draft_of
from engine.evidence.holdings import check_holdings
from engine.evidence.judging import check_runs
from engine.evidence.vaulted import check_vault
from engine.ledger import guards, tables, witness
from engine.ledger.chain import Broken
from engine.ledger.checkpoints import Checkpoint
from engine.ledger.codec import UNPLAYABLE, decode
from engine.ledger.driver import driver_errors, is_away
from engine.ledger.entries import Head
from engine.ledger.housekey import Unsigned, unsigned
from engine.ledger.keyring import Change
from engine.ledger.log import Batch
from engine.ledger.notes import given_key
from engine.ledger.outcomes import Unavailable
from engine.ledger.projected import PlanOf
from engine.run.commands import Actor
from engine.run.proof_events import RecordVerified
from engine.run.site_events import SiteEvent
from engine.service import Engine

STREAM = "proof"
Stage = Literal["chain", "checkpoints", "holdings", "lists"]
STAGES: tuple[Stage, ...] = ("chain", "checkpoints", "holdings", "lists")
Tell = Callable[[Stage], None]


@dataclass(frozen=True, slots=True)
class Past:
    """A verification that was done: what came of it, by whom, when."""

    found: RecordVerified
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything is as it was written. `lists`: those that differ from the events, which can be made anew.

    `strays`: files among the photos that are not what they are named after, and that nothing names. `changes`: of the key that
    signs checkpoints; `unsigned`: that nothing can be signed, as it is lost.
    """

    head: Head
    checkpoints: int
    lists: tuple[str, ...]
    strays: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    unsigned: Unsigned | None = None


@dataclass(frozen=True, slots=True)
class Unplayable:
    """The record is as it was written, and yet its events cannot be played again."""

    what: str


def look_through(engine: Engine, data: Path, tell: Tell, elsewhere: Checkpoint | None = None) -> Whole | Broken | Unplayable:
    """Look at everything; the first thing that is wrong ends it. `elsewhere`: a checkpoint that somebody kept.

    `data` is the folder of the photos and the key. What cannot be read at all is found wrong like anything else.
    Raises Unavailable where the database is not to be had: that says nothing of the record.
    """
    url = _url(engine)
    try:
        found = _record(engine, url, data, tell, elsewhere)
    except unreadable(url) as error:
        return Broken(0, not_read(error))
    if isinstance(found, Broken):
        return found
    tell("lists")
    try:
        judged = check_runs(url, lambda digest: str(engine.shelf.row(digest)["compiled"]))
        return judged or _guarded(url) or _bound(engine) or replace(found, lists=engine.differing_lists())
    except UNPLAYABLE as error:
        return Unplayable(f"the events cannot be played again ({type(error).__name__}: {error})")
    except unreadable(url) as error:
        return Broken(0, not_read(error))


def _record(engine: Engine, url: str, data: Path, tell: Tell, elsewhere: Checkpoint | None) -> Whole | Broken:
    """The record itself, and what stands beside it, without the lists."""
    tell("chain")
    found = engine.ledger.verify()
    if isinstance(found, Broken):
        return found
    tell("checkpoints")
    kept = witness.check_kept(url, given_key(data))
    if isinstance(kept, Broken):
        return kept
    if elsewhere and (broken := witness.check_elsewhere(url, elsewhere)):
        return broken
    tell("holdings")
    strays = _holdings(url, data, plan_of=engine.plan_of)
    if isinstance(strays, Broken):
        return strays
    return Whole(found.head, kept.count, (), strays, kept.changes, unsigned(url, data))


def _guarded(url: str) -> Broken | None:
    gone = guards.missing(url)
    return Broken(0, f"the database does not refuse changes any more, without {', '.join(gone)}") if gone else None


def _bound(engine: Engine) -> Broken | None:
    """PINs are no part of the record, but whoever exchanged one could have acted as somebody else."""
    strangers = engine.pins.foreign()
    told = f"the PIN of {', '.join(strangers)} was not kept with this data folder's {FILE}; set another: sop user pin"
    return Broken(0, told) if strangers else None


def look_since(url: str, data: Path, tell: Tell) -> witness.Since | Broken:
    """Look at what followed the newest checkpoint, or at everything where there is none; not at the lists. Raises Unavailable."""
    try:
        tell("chain")
        found = witness.check_since(url, given_key(data))
        if isinstance(found, Broken):
            return found
        tell("holdings")
        beside = _holdings(url, data, found.since.size)
    except unreadable(url) as error:
        return Broken(0, not_read(error))
    return beside if isinstance(beside, Broken) else found


def unreadable(url: str) -> tuple[type[Exception], ...]:
    """What is raised where a database, or what lies beside it, is not as the product made it."""
    return (*driver_errors(url), DBAPIError, Unavailable, OSError, *UNPLAYABLE)


def not_read(error: Exception) -> str:
    """That something could not be read, and what: the first line of it. Raises Unavailable where there is no database to read."""
    told = str(getattr(error, "orig", None) or error).partition("\n")[0]
    if is_away(error):
        raise Unavailable(told) from error
    return f"the record cannot be read ({type(error).__name__}: {told})"


def _holdings(url: str, data: Path, since: int = 0, plan_of: PlanOf | None = None) -> Broken | tuple[str, ...]:
    """What is kept beside the events: photos, texts, revisions, and the personal values of the vault."""
    found = check_holdings(url, data / "photos", since)
    return found if isinstance(found, Broken) else check_vault(url, data / "photos", since, plan_of) or found


def verified(engine: Engine, data: Path, tell: Tell, *, is_since: bool) -> RecordVerified:
    """What was found, as the event that keeps it."""
    begun = time.monotonic()
    found = look_since(_url(engine), data, tell) if is_since else look_through(engine, data, tell)
    return replace(_event_of(engine, found), took=round((time.monotonic() - begun) * 1000))


def _event_of(engine: Engine, found: Whole | witness.Since | Broken | Unplayable) -> RecordVerified:
    match found:
        case Broken():
            return _broken(engine, found)
        case Unplayable():
            return RecordVerified(0, 0, "", 0, 0, what=found.what)
        case Whole():
            what = str(found.unsigned) if found.unsigned else ""
            return replace(_fine(found.head, 0, found.checkpoints), what=what, lists=found.lists)
        case _:
            return _fine(found.head, found.since.size, 0)


def _url(engine: Engine) -> str:
    return engine.ledger.url.render_as_string(hide_password=False)


def _fine(head: Head, since: int, checkpoints: int) -> RecordVerified:
    return RecordVerified(since, head.size, head.hash.hex(), checkpoints, 0)


def _broken(engine: Engine, found: Broken) -> RecordVerified:
    with engine.ledger.engine.connect() as connection:
        query = select(tables.events.c.stream).where(tables.events.c.seq == found.seq)
        stream = connection.execute(query).scalar() or ""
    return RecordVerified(0, found.seq, "", 0, 0, what=found.what, seq=found.seq, stream=str(stream))


def keep(engine: Engine, event: SiteEvent, actor: Actor) -> None:
    """Record what was found. Raises Unavailable."""
    now = engine.clock.now()
    draft = draft_of(event, actor.person, "", actor.device, now, now)
    engine.ledger.log.append(Batch(STREAM, None, secrets.token_hex(16), bytes(32), (draft,), b"{}"))


def past(engine: Engine, most: int) -> Iterator[Past]:
    """The newest verifications, the last one first."""
    table = tables.events
    query = select(table.c.format, table.c.body, table.c.by, table.c.recorded_at)
    query = query.where(table.c.stream == STREAM, table.c.kind == "record_verified").order_by(table.c.stream_seq.desc())
    with engine.ledger.engine.connect() as connection:
        for row in connection.execute(query.limit(most)):
            yield Past(cast(RecordVerified, decode("record_verified", row.format, row.body)), row.by, row.recorded_at)
