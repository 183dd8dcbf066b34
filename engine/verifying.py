"""The record verified as a whole from within the running product, and every verification kept: who, when, what came of it.

It is what `sop verify` looks at, told stage by stage.
"""

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, cast

from sqlalchemy import select

from engine.drafting import draft_of
from engine.evidence.holdings import check_holdings
from engine.ledger import tables, witness
from engine.ledger.chain import Broken
from engine.ledger.codec import decode
from engine.ledger.log import Batch
from engine.ledger.notes import signing_key
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


def verified(engine: Engine, data: Path, tell: Tell, *, is_since: bool) -> RecordVerified:
    """Look at everything, or at what followed the newest checkpoint; the first thing that is wrong ends it.

    `data` is the folder of the photos and the key. The lists are compared only where everything is looked at.
    """
    begun = time.monotonic()
    found = _since(engine, data, tell) if is_since else _whole(engine, data, tell)
    return replace(found, took=round((time.monotonic() - begun) * 1000))


def _since(engine: Engine, data: Path, tell: Tell) -> RecordVerified:
    tell("chain")
    url = _url(engine)
    found = witness.check_since(url, signing_key(data).verifier)
    if isinstance(found, Broken):
        return _broken(engine, found)
    tell("holdings")
    broken = check_holdings(url, data / "photos", found.since.size)
    return _broken(engine, broken) if broken else _fine(found.head.size, found.head.hash, found.since.size, 0)


def _whole(engine: Engine, data: Path, tell: Tell) -> RecordVerified:
    tell("chain")
    found = engine.ledger.verify()
    if isinstance(found, Broken):
        return _broken(engine, found)
    tell("checkpoints")
    kept = witness.check_kept(_url(engine), signing_key(data).verifier)
    if isinstance(kept, Broken):
        return _broken(engine, kept)
    tell("holdings")
    if broken := check_holdings(_url(engine), data / "photos"):
        return _broken(engine, broken)
    tell("lists")
    fine = _fine(found.head.size, found.head.hash, 0, kept.count)
    try:
        return replace(fine, lists=engine.differing_lists())
    except (KeyError, ValueError, AssertionError) as error:
        return replace(fine, what=f"the events cannot be played again ({type(error).__name__}: {error})")


def _url(engine: Engine) -> str:
    return engine.ledger.url.render_as_string(hide_password=False)


def _fine(size: int, head: bytes, since: int, checkpoints: int) -> RecordVerified:
    return RecordVerified(since, size, head.hex(), checkpoints, 0)


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
