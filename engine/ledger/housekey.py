"""The key by which a house signs, out of its data folder; what is known while it is not there; and the clock that signs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from engine.ledger import tables
from engine.ledger.checkpoints import Checkpoint, Checkpoints, ring_in
from engine.ledger.driver import open_reading
from engine.ledger.keyring import Keyring, ring
from engine.ledger.notes import KeyGone, SigningKey, VerifierKey, given_key, held_key, signing_key, split
from engine.ledger.store import Ledger
from engine.ledger.times import instant
from engine.ledger.witness import NEWEST, SIZE

_AT = "SELECT at FROM checkpoints WHERE size = ?"


@dataclass(frozen=True, slots=True)
class Unsigned:
    """Nothing can be signed: `why` (missing, damaged, other) and in a sentence. The newest checkpoint is of `size` events, made
    `at`, by the key called `key`; `events` followed.
    """

    why: str
    what: str
    key: str
    size: int
    at: datetime
    events: int

    def __str__(self) -> str:
        """Since when, how many events, and the way out."""
        return (
            f"no checkpoint since that of {self.size} events, {self.at:%Y-%m-%d %H:%M} UTC; {self.events} followed: {self.what}"
        )


def house_key(ledger: Ledger, data: Path) -> SigningKey:
    """The key of a `data` folder that is in force; made there only while nothing is signed in the ledger.

    Raises KeyGone where it is not there: a new one would sign as the house what the house's own does not vouch for.
    """
    with ledger.engine.connect() as connection:
        keys = ring_in(connection, None)
        query = select(tables.checkpoints.c.note).order_by(tables.checkpoints.c.size.desc()).limit(1)
        note = connection.execute(query).scalar()
    if note is None and not keys.is_told:
        return signing_key(data)
    return held_key(data, in_force(keys, str(note)), is_first=not keys.changes)


def in_force(keys: Keyring, note: str) -> VerifierKey:
    """The key in force; as the newest note names it, where the ledger does not tell. Raises NotSigned for what is no note."""
    if keys.is_told and keys.newest:
        return keys.newest
    return VerifierKey(next(iter(split(note)[1])), b"")


def unsigned(url: str, data: Path) -> Unsigned | None:
    """That nothing can be signed, and since when; None where the key is there, or nothing was signed yet.

    Raises NotSigned where the newest note is none, and the driver's errors.
    """
    reading = open_reading(url)
    try:
        rows = reading.rows(NEWEST)
        if not rows:
            return None
        size, note = rows[0][0], str(rows[0][2])
        keys = ring(reading, None)
        key = in_force(keys, note)
        try:
            held_key(data, key, is_first=not keys.changes)
        except KeyGone as gone:
            at, head = instant(reading.rows(_AT, size)[0][0]), reading.rows(SIZE)[0][0]
            return Unsigned(gone.why, str(gone), key.name, size, at, head - size)
        return None
    finally:
        reading.close()


def reading_only(ledger: Ledger, data: Path) -> Checkpoints:
    """The checkpoints for whoever only reads: that works while nothing can be signed too."""
    return Checkpoints(ledger, None, given_key(data))


def due_of(ledger: Ledger, data: Path, now: Callable[[], datetime]) -> Callable[[], Checkpoint | None]:
    """What a clock calls again and again: it makes a checkpoint whenever one is due. The key lies in the `data` folder."""
    made = list[tuple[SigningKey, Checkpoints]]()

    def due() -> Checkpoint | None:
        # At each look: one that is gone is told now, not at the next start; another takes over at once.
        key = house_key(ledger, data)
        if not made or made[0][0] != key:
            made[:] = [(key, Checkpoints(ledger, key))]
        return made[0][1].due(now())

    return due
