"""Checkpoints: size and root of the tree over the events, signed (C2SP tlog-checkpoint), kept in a table and anywhere else.

One is made after each act that somebody vouches for, and hourly while anything is recorded. It does not say when it was made, so
that any number of servers that sign the same events sign the same text.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from engine.ledger import tables
from engine.ledger.inserting import inserting
from engine.ledger.keyring import EVENTS, Keyring, ring_of
from engine.ledger.merkle import Frontier, Recall, Tree, frontier_of, grown, recallable, recalled, root_of
from engine.ledger.notes import MISSING, NotSigned, SigningKey, VerifierKey, split
from engine.ledger.store import Ledger

EVERY = timedelta(hours=1)
PAGE = 1000
VOUCHED = (
    "signed", "deviation_accepted", "run_completed", "run_abandoned", "run_approved", "run_returned", "row_closed",
    "proposal_approved", "revision_published", "revision_retired", "report_signed",
    "values_erased", "hold_placed", "hold_lifted", "checkpoint_key_changed",
)  # fmt: skip
"""The kinds of events after which a checkpoint is made at once."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree of `size` events with this root, and the note that says so."""

    size: int
    root: bytes
    note: str

    @classmethod
    def read(cls, note: str, key: VerifierKey) -> "Checkpoint":
        """A checkpoint from its note. Raises NotSigned where the key did not sign it, or it is not one."""
        return cls.unchecked(key.opened(note), note, key)

    @classmethod
    def unchecked(cls, text: str, note: str, key: VerifierKey) -> "Checkpoint":
        """A checkpoint from the text of its note, whoever signed it. Raises NotSigned where it is not one."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[0] != key.name:
            raise NotSigned("not a checkpoint: origin, size and root are expected, and nothing else")
        try:
            size, root = int(lines[1]), b64decode(lines[2], validate=True)
        except (NotBase64, ValueError):
            raise NotSigned("not a checkpoint: the size is no number or the root no Base64") from None
        return cls(size, root, note)

    @classmethod
    def make(cls, size: int, root: bytes, key: SigningKey) -> "Checkpoint":
        """Sign a tree."""
        text = f"{key.verifier.name}\n{size}\n{b64encode(root).decode()}\n"
        return cls(size, root, key.signed(text))


class Checkpoints:
    """The checkpoints of a ledger. Not shared between threads.

    `key` signs; None for whoever only reads, with what a file beside the ledger tells of the `public` key.
    """

    def __init__(self, ledger: Ledger, key: SigningKey | None, public: VerifierKey | None = None) -> None:
        self._ledger, self._key = ledger, key
        self._given = key.verifier if key else public
        self._looked = 0  # up to which event nothing was found that asks for one

    def newest(self) -> Checkpoint | None:
        """The newest one; None where there is none. Raises NotSigned where its row was tampered with."""
        table = tables.checkpoints
        with self._ledger.engine.connect() as connection:
            row = connection.execute(select(table.c.size, table.c.note).order_by(table.c.size.desc()).limit(1)).one_or_none()
            if row is None:
                return None
            key = key_at(ring_in(connection, self._given), row.size)
        return Checkpoint.read(row.note, key) if key.is_known else Checkpoint.unchecked(split(row.note)[0], row.note, key)

    def due(self, now: datetime) -> Checkpoint | None:
        """Make one where somebody vouched for something since the last, or an hour is over in which anything was recorded."""
        with self._ledger.engine.connect() as connection:
            size, at = _last(connection)
            head = _head(connection)
            if head <= size:
                return None
            is_time = at is None or now - at >= EVERY
            if not is_time and not _is_vouched(connection, max(size, self._looked)):
                self._looked = head
                return None
        return self.make(now)

    def make(self, now: datetime) -> Checkpoint | None:
        """Sign what is recorded by now, and keep it; the one there is where nothing was added. None for an empty ledger.

        Raises NotSigned where another key is in force, or the newest one, however much it was made of, does not fit the events
        any more: nothing is signed that follows something forged, or takes its place.
        """
        with self._ledger.engine.connect() as connection:
            newest = self._proven(connection)  # asked for before the head, which other servers put forward meanwhile
            size = _head(connection)
            if newest and newest[0].size == size:
                return newest[0]
            if not size:
                return None
            key = self._in_force(connection, size)  # asked for behind the head, so that every change up to it is known
            frontier = _grown(connection, newest, size - 1)
            last = _hashes(connection, size - 1, size)
        made = Checkpoint.make(size, root_of(grown(frontier, size - 1, last)[0]), key)
        _keep(self._ledger, {"size": size, "frontier": b"".join(frontier), "note": made.note, "at": now})
        return made

    def consistency(self, older: int, newer: int) -> tuple[bytes, ...]:
        """The proof that the record of `newer` events begins with that of `older` (RFC 6962 section 2.1.2).

        What the checkpoints between them know is not read. Raises NotSigned where no checkpoint of either size is kept: what
        nobody signed is not proven, and whoever holds a signed one of that size has found a record that was set back.
        """
        table = tables.checkpoints
        with self._ledger.engine.connect() as connection:
            query = select(table.c.size, table.c.frontier).where(table.c.size.in_((older, newer)))
            kept = {row.size: row.frontier for row in connection.execute(query)}
            if not 0 < older <= newer or kept.keys() != {older, newer}:
                raise NotSigned(f"there are no checkpoints of {older} and of {newer} events")
            last = _hashes(connection, older - 1, older)
            recall = recalling(self._ledger, self._given)
            tree = Tree(lambda low, high: _hashes(connection, low, high), newer, recall)
            tree.known(grown(nodes(kept[older]), older - 1, last)[0], older)
            return tree.consistency(older)

    def _in_force(self, connection: Connection, size: int) -> SigningKey:
        wanted = ring_in(connection, self._given).at(size)
        if self._key is None or wanted is None or wanted.name != self._key.verifier.name:
            raise NotSigned(f"another key is in force for a checkpoint of {size} events")
        return self._key

    def proven(self) -> Checkpoint | None:
        """The newest one, proven; None where there is none. Raises NotSigned."""
        with self._ledger.engine.connect() as connection:
            found = self._proven(connection)
        return found[0] if found else None

    def _proven(self, connection: Connection) -> tuple[Checkpoint, Frontier] | None:
        """The newest one of all and its frontier, proven; None where there is none. Raises NotSigned."""
        row = connection.execute(select(tables.checkpoints).order_by(tables.checkpoints.c.size.desc()).limit(1)).one_or_none()
        if row is None:
            return None
        try:
            last = _hashes(connection, row.size - 1, row.size)
            key = key_at(ring_in(connection, self._given), row.size)
            return fits(row.size, row.frontier, row.note, last, key), nodes(row.frontier)
        except NotSigned as error:
            raise NotSigned(
                f"checkpoint of {row.size} events: {error}. Nothing is signed on top of it; see: sop verify"
            ) from error


def ring_in(connection: Connection, given: VerifierKey | None) -> Keyring:
    """The keys of a ledger; `given`: the first one as far as a file beside it tells. Raises NotSigned."""
    return ring_of(connection.exec_driver_sql(EVENTS).all(), given)


def key_at(keys: Keyring, size: int) -> VerifierKey:
    """The key in force for a checkpoint of so many events. Raises NotSigned where nothing tells which."""
    found = keys.at(size)
    if found is None:
        raise NotSigned(MISSING)
    return found


def recalling(ledger: Ledger, given: VerifierKey | None) -> Recall:
    """The roots of complete subtrees, out of the frontiers of kept checkpoints, of those that fit what was signed.

    `given`: the first key as far as a file beside the ledger tells it.
    """
    table, known = tables.checkpoints, list[Keyring]()

    def recall(low: int, high: int) -> bytes | None:
        sizes = recallable(low, high)
        if sizes is None:
            return None
        query = select(table).where(table.c.size > sizes[0], table.c.size <= sizes[1]).order_by(table.c.size).limit(1)
        with ledger.engine.connect() as connection:
            row = connection.execute(query).one_or_none()
            if row is None:
                return None
            try:
                last = _hashes(connection, row.size - 1, row.size)
                if not known:
                    known.append(ring_in(connection, given))
                key = key_at(known[0], row.size)
                fits(row.size, row.frontier, row.note, last, key, is_old=True)
            except NotSigned:  # tampered with: `sop verify` tells it, and here the events are asked
                return None
        return recalled(nodes(row.frontier), row.size - 1, low, high)

    return recall


def fits(size: int, frontier: bytes, note: str, last: Sequence[bytes], key: VerifierKey, *, is_old: bool = False) -> Checkpoint:
    """A kept checkpoint, proven: the key signed the root that the frontier and the hash of the last event give.

    Then that hash is the one that was signed, and with it the chain up to there. Raises NotSigned. The signature of an old one,
    which newer ones vouch for, is not looked at: that takes ten times as long as the rest; nor is that of a key of which only the
    name is known, whose checkpoints the first one of the next key vouches for.
    """
    found = Checkpoint.unchecked(split(note)[0], note, key) if is_old or not key.is_known else Checkpoint.read(note, key)
    if found.size != size:
        raise NotSigned(f"it was made of {found.size} events")
    if len(last) != 1 or len(nodes(frontier)) != (size - 1).bit_count():
        raise NotSigned("its last event is missing" if not last else "its frontier is damaged")
    if root_of(grown(nodes(frontier), size - 1, last)[0]) != found.root:
        raise NotSigned("the events up to it are not those that were signed")
    return found


def nodes(frontier: bytes) -> Frontier:
    """A frontier as it is kept."""
    return tuple(frontier[at : at + 32] for at in range(0, len(frontier), 32))


def _grown(connection: Connection, newest: tuple[Checkpoint, Frontier] | None, size: int) -> Frontier:
    """The frontier of the first `size` events: from the newest checkpoint on, or from all events where there is none."""
    if newest is None:
        return frontier_of(lambda low, high: _hashes(connection, low, high), size)
    frontier, before = newest[1], newest[0].size - 1
    for low in range(before, size, PAGE):
        frontier, before = grown(frontier, before, _hashes(connection, low, min(low + PAGE, size)))
    return frontier


def _head(connection: Connection) -> int:
    return connection.execute(select(func.max(tables.events.c.seq))).scalar() or 0


def _last(connection: Connection) -> tuple[int, datetime | None]:
    table = tables.checkpoints
    row = connection.execute(select(table.c.size, table.c.at).order_by(table.c.size.desc()).limit(1)).one_or_none()
    return (row.size, row.at) if row else (0, None)


def _is_vouched(connection: Connection, after: int) -> bool:
    table = tables.events
    query = select(table.c.seq).where(table.c.seq > after, table.c.kind.in_(VOUCHED)).limit(1)
    return connection.execute(query).first() is not None


def _hashes(connection: Connection, low: int, high: int) -> list[bytes]:
    """The hashes of the events behind position `low` up to `high`. Raises NotSigned where any is missing."""
    table = tables.events
    query = select(table.c.hash).where(table.c.seq > low, table.c.seq <= high).order_by(table.c.seq)
    found = [bytes(found) for found in connection.execute(query).scalars()]
    if len(found) != high - low:
        raise NotSigned("its last event is missing" if high - low == 1 else f"events behind {low} are missing")
    return found


def _keep(ledger: Ledger, row: dict[str, object]) -> None:
    """Insert unless another server was first; it signed the same. Raises NotSigned where it did not."""
    table = tables.checkpoints
    with ledger.write() as connection:
        connection.execute(inserting(connection, table).values(**row).on_conflict_do_nothing())
        found = connection.execute(select(table.c.note).where(table.c.size == row["size"])).scalar_one()
    if found != row["note"]:
        raise NotSigned(f"a checkpoint of {row['size']} events is kept that says something else; see: sop verify")
