"""Another key for the checkpoints: a deliberate act with a reason, recorded, and signed by the old key where that is at hand."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from engine.drafting import draft_of
from engine.ledger import tables
from engine.ledger.checkpoints import Checkpoint, Checkpoints, ring_in
from engine.ledger.housekey import due_of, house_key, in_force
from engine.ledger.keyfile import written_once
from engine.ledger.keyring import STREAM, Keyring, handed_over
from engine.ledger.log import Batch, Conflict
from engine.ledger.notes import KeyGone, SigningKey, VerifierKey, given_key, renewed
from engine.run.key_events import CheckpointKeyChanged, CheckpointKeyNamed
from engine.service import Engine


class NotRenewed(Exception):
    """The key was not changed: `why` is unsigned (nothing was signed yet), at_hand (it is not lost), another (the old public key
    that was given is not the one in force), overtaken (somebody else changed it at the same time).
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Renewed:
    """What was done: both keys, whether the old one signed it, the file of the new one, and the first checkpoint by it."""

    old: VerifierKey
    new: VerifierKey
    is_handed_over: bool
    file: Path
    first: Checkpoint


def renew(engine: Engine, data: Path, reason: str, by: str, *, is_lost: bool, old_line: str = "") -> Renewed:
    """Make a new key in a `data` folder, record that it is in force, and sign with it.

    `is_lost`: the old one is not at hand, and will not be; it is never taken to be. `old_line`: its public key, where that is
    known from elsewhere and not here. The newest checkpoint is proven first. The key is in force when the event is recorded, all
    at once: killed before that, the old one is; behind it, the new one, whose file is there already.

    Raises NotRenewed; KeyGone where the old key is not at hand and it was not said that it is lost; NotSigned where the newest
    checkpoint does not fit the events; Unavailable.
    """
    keys, newest = _standing(engine, data)
    old = _old(engine, data, is_lost=is_lost)
    public = _public(in_force(keys, newest.note), keys, old_line)
    Checkpoints(engine.ledger, None, public).proven()
    made = SigningKey(os.urandom(32))
    new, file = made.verifier, data / renewed(made.verifier)
    written_once(file, made.seed.hex())
    event = CheckpointKeyChanged(str(public), str(new), reason, newest.size, handed_over(old, new) if old else "")
    try:
        _record(engine, event, by, keys.events)
    except Conflict:  # nothing was recorded; where that is not known the file stays, as it may be the one in force
        file.unlink()
        raise NotRenewed("overtaken") from None
    first = Checkpoints(engine.ledger, made).make(engine.clock.now())
    assert first is not None
    return Renewed(public, new, old is not None, file, first)


def _standing(engine: Engine, data: Path) -> tuple[Keyring, Checkpoint]:
    """The keys, and the newest checkpoint. Raises NotRenewed where nothing was signed yet."""
    with engine.ledger.engine.connect() as connection:
        keys = ring_in(connection, given_key(data))
        table = tables.checkpoints
        row = connection.execute(select(table.c.size, table.c.note).order_by(table.c.size.desc()).limit(1)).one_or_none()
    if row is None:
        raise NotRenewed("unsigned")
    return keys, Checkpoint(row.size, b"", row.note)


def _old(engine: Engine, data: Path, *, is_lost: bool) -> SigningKey | None:
    try:
        old = house_key(engine.ledger, data)
    except KeyGone:
        if not is_lost:
            raise
        return None
    if is_lost:
        raise NotRenewed("at_hand")
    return old


def _public(old: VerifierKey, keys: Keyring, line: str) -> VerifierKey:
    """The old public key, as far as anything tells it. Raises NotRenewed where another was given."""
    known = keys.named(old.name) or old
    if not line:
        return known
    given = VerifierKey.read(line)
    if given.name != old.name:
        raise NotRenewed("another")
    return given


def _record(engine: Engine, event: CheckpointKeyNamed | CheckpointKeyChanged, by: str, after: int) -> None:
    now = engine.clock.now()
    draft = draft_of(event, by, "", "", now, now)
    engine.ledger.log.append(Batch(STREAM, after, secrets.token_hex(16), bytes(32), (draft,), b"{}"))


def signing(engine: Engine, data: Path) -> Callable[[], Checkpoint | None]:
    """What the clock calls: a checkpoint whenever one is due. The record tells the first key once, so that what it signed can be
    checked though its file is lost.
    """
    due, named = due_of(engine.ledger, data, engine.clock.now), list[bool]()

    def look() -> Checkpoint | None:
        made = due()
        if not named and name_key(engine, data):
            named.append(True)
        return made

    return look


def name_key(engine: Engine, data: Path) -> bool:
    """Have the record tell the key of a `data` folder, unless it tells of keys already; whether it does now."""
    with engine.ledger.engine.connect() as connection:
        if ring_in(connection, None).is_told:
            return True
        if connection.execute(select(tables.checkpoints.c.size).limit(1)).scalar() is None:
            return False
    try:
        _record(engine, CheckpointKeyNamed(str(house_key(engine.ledger, data).verifier)), "", 0)
    except Conflict:
        return False  # another server was first
    return True
