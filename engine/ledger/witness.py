"""Holding a database against the checkpoints that were signed of it: those in its own table, and one that was kept elsewhere.

Needs neither SQLAlchemy nor the log. A checkpoint in the table is proven by its signature in a few hashes; one that came from
elsewhere may need the tree made anew from every event before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.ledger.audit import verify
from engine.ledger.chain import START, Broken, Verified
from engine.ledger.checkpoints import Checkpoint, fits
from engine.ledger.driver import Reading, open_reading
from engine.ledger.entries import Head
from engine.ledger.keyring import Change, Keyring, ring
from engine.ledger.merkle import frontier_of, root_of
from engine.ledger.notes import MISSING, RENEW, NotSigned, VerifierKey

PAGE = 500
_LAST = "(SELECT e.hash FROM events e WHERE e.seq = c.size)"
ALL = f"SELECT c.size, c.frontier, c.note, {_LAST} FROM checkpoints c WHERE c.size > ? ORDER BY c.size LIMIT {PAGE}"  # noqa: S608
NEWEST = f"SELECT c.size, c.frontier, c.note, {_LAST} FROM checkpoints c ORDER BY c.size DESC LIMIT 1"  # noqa: S608
SIGNED = 100
"""So many of the newest checkpoints have their signatures checked."""
RECENT = f"SELECT coalesce(min(size), 0) FROM (SELECT size FROM checkpoints ORDER BY size DESC LIMIT {SIGNED}) AS newest"  # noqa: S608
HASHES = "SELECT hash FROM events WHERE seq > ? AND seq <= ? ORDER BY seq"
SIZE = "SELECT coalesce(max(seq), 0) FROM events"


class MissingEvents(LookupError):
    """Not every event is there; `after`: up to where nothing is known to be missing."""

    def __init__(self, after: int) -> None:
        super().__init__(f"events are missing behind {after}")
        self.after = after


_BEFORE_ALL = -(1 << 62)  # a checkpoint of less than nothing is looked at, and named, like any other


@dataclass(frozen=True, slots=True)
class Kept:
    """How many checkpoints of the table were proven, the newest of them, and how the key that signs was changed."""

    count: int
    newest: Checkpoint | None
    changes: tuple[Change, ...] = ()


def check_kept(url: str, key: VerifierKey | None) -> Kept | Broken:
    """Prove every checkpoint of the table, oldest first; Broken names the first that does not fit its events.

    The signatures of the newest are checked. They vouch for what the older ones say, and so for everything up to the newest.
    `key` is the first one as far as a file beside the database tells it. Where neither it nor the events do, none can be proven.
    """
    reading = open_reading(url)
    try:
        keys = _keys(reading, key)
        if isinstance(keys, Broken):
            return keys
        count, newest, size = 0, None, _BEFORE_ALL
        recent = reading.rows(RECENT)[0][0]
        while rows := reading.rows(ALL, size):
            for row in rows:
                size = row[0]
                found = _proven(row, keys.at(size), is_old=size < recent)
                if isinstance(found, Broken):
                    return found
                count, newest = count + 1, found
        return Kept(count, newest, keys.changes)
    finally:
        reading.close()


@dataclass(frozen=True, slots=True)
class Since:
    """What followed `since` is as it was written, up to `head`."""

    since: Head
    head: Head


def check_since(url: str, key: VerifierKey | None) -> Since | Broken:
    """Check what followed the newest checkpoint; everything, where there is none. What came before is as it was checked then."""
    reading = open_reading(url)
    try:
        keys, rows = _keys(reading, key), reading.rows(NEWEST)
    finally:
        reading.close()
    since = START
    if isinstance(keys, Broken):
        return keys
    if rows:
        proven = _proven(rows[0], keys.at(rows[0][0]))
        if isinstance(proven, Broken):
            return proven
        since = Head(proven.size, bytes(rows[0][3]))
    found = verify(url, since)
    return Since(since, found.head) if isinstance(found, Verified) else found


def _keys(reading: Reading, given: VerifierKey | None) -> Keyring | Broken:
    try:
        return ring(reading, given)
    except NotSigned as error:
        return Broken(0, f"the keys of the checkpoints: {error}")


def _proven(row: Sequence[object], key: VerifierKey | None, *, is_old: bool = False) -> Checkpoint | Broken:
    size, frontier, note, last = row
    assert isinstance(size, int)
    if not isinstance(frontier, bytes) or not isinstance(note, str):
        return Broken(size, f"checkpoint of {size} events: its row is damaged")
    if key is None:
        return Broken(size, f"checkpoint of {size} events cannot be proven: {MISSING}; {RENEW}")
    try:
        return fits(size, frontier, note, [last] if isinstance(last, bytes) else [], key, is_old=is_old)
    except NotSigned as error:
        return Broken(size, f"checkpoint of {size} events: {error}")


def check_elsewhere(url: str, checkpoint: Checkpoint) -> Broken | None:
    """Whether the database goes on from a checkpoint that somebody kept: the tree is made anew from the events before it."""
    reading = open_reading(url)
    try:
        size = reading.rows(SIZE)[0][0]
        if checkpoint.size > size:
            return Broken(size + 1, f"missing: a checkpoint of {checkpoint.size} events was kept elsewhere")
        if root_of(frontier_of(lambda low, high: hashes(reading, low, high), checkpoint.size)) != checkpoint.root:
            return Broken(checkpoint.size, f"the events are not those of the checkpoint of {checkpoint.size} events")
    except MissingEvents as gap:
        return Broken(gap.after + 1, "missing")
    finally:
        reading.close()
    return None


def hashes(reading: Reading, low: int, high: int) -> list[bytes]:
    """The stored hashes of the events behind position `low` up to `high`. Raises MissingEvents."""
    found = [bytes(row[0]) if isinstance(row[0], bytes) else b"" for row in reading.rows(HASHES, low, high)]
    if len(found) != high - low:
        raise MissingEvents(low)
    return found
