"""Checkpoints: size and root of the tree over the events, signed (C2SP tlog-checkpoint), kept in a table and anywhere else.

One is made after each act that somebody vouches for, and hourly while anything is recorded. It does not say when it was made, so
that any number of servers that sign the same events sign the same text.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, func, select

from engine.ledger import tables
from engine.ledger.merkle import Frontier, Recall, Tree, frontier_of, grown, recallable, recalled, root_of
from engine.ledger.notes import REPLACED, NotSigned, SigningKey, VerifierKey, kept_signing_key, signing_key, split
from engine.ledger.store import Ledger

EVERY = timedelta(hours=1)
PAGE = 1000
VOUCHED = (
    "signed", "deviation_accepted", "run_completed", "run_abandoned", "run_approved", "run_returned", "row_closed",
    "proposal_approved", "revision_published", "revision_retired", "report_signed",
    "values_erased", "hold_placed", "hold_lifted",
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
    """The checkpoints of a ledger. Not shared between threads."""

    def __init__(self, ledger: Ledger, key: SigningKey) -> None:
        self._ledger, self._key = ledger, key
        self._looked = 0  # up to which event nothing was found that asks for one

    def newest(self) -> Checkpoint | None:
        """The newest one; None where there is none. Raises NotSigned where its row was tampered with."""
        table = tables.checkpoints
        with self._ledger.engine.connect() as connection:
            note = connection.execute(select(table.c.note).order_by(table.c.size.desc()).limit(1)).scalar()
        return Checkpoint.read(note, self._key.verifier) if note else None

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

        Raises NotSigned where the newest one, however much it was made of, does not fit the events any more: nothing is signed
        that follows something forged, or takes its place.
        """
        with self._ledger.engine.connect() as connection:
            newest = self._proven(connection)  # asked for before the head, which other servers put forward meanwhile
            size = _head(connection)
            if newest and newest[0].size == size:
                return newest[0]
            if not size:
                return None
            frontier = _grown(connection, newest, size - 1)
            last = _hashes(connection, size - 1, size)
        made = Checkpoint.make(size, root_of(grown(frontier, size - 1, last)[0]), self._key)
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
            recall = recalling(self._ledger, self._key.verifier)
            tree = Tree(lambda low, high: _hashes(connection, low, high), newer, recall)
            tree.known(grown(nodes(kept[older]), older - 1, last)[0], older)
            return tree.consistency(older)

    def _proven(self, connection: Connection) -> tuple[Checkpoint, Frontier] | None:
        """The newest one of all and its frontier, proven; None where there is none. Raises NotSigned."""
        row = connection.execute(select(tables.checkpoints).order_by(tables.checkpoints.c.size.desc()).limit(1)).one_or_none()
        if row is None:
            return None
        try:
            last = _hashes(connection, row.size - 1, row.size)
            return fits(row.size, row.frontier, row.note, last, self._key.verifier), nodes(row.frontier)
        except NotSigned as error:
            raise NotSigned(
                f"checkpoint of {row.size} events: {error}. Nothing is signed on top of it; see: sop verify"
            ) from error


def house_key(ledger: Ledger, data: Path) -> SigningKey:
    """The key of a `data` folder; made there only while nothing is signed in the ledger.

    Raises NotSigned where it is missing, or another: a new one would sign as the house what the house's own does not vouch for.
    """
    with ledger.engine.connect() as connection:
        query = select(tables.checkpoints.c.note).order_by(tables.checkpoints.c.size.desc()).limit(1)
        note = connection.execute(query).scalar()
    if note is None:
        return signing_key(data)
    key = kept_signing_key(data)
    if key.verifier.name not in split(str(note))[1]:
        raise NotSigned(f"the checkpoints are signed by another key; {REPLACED}")
    return key


def recalling(ledger: Ledger, key: VerifierKey) -> Recall:
    """The roots of complete subtrees, out of the frontiers of kept checkpoints, of those that fit what was signed."""
    table = tables.checkpoints

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
                fits(row.size, row.frontier, row.note, last, key, is_old=True)
            except NotSigned:  # tampered with: `sop verify` tells it, and here the events are asked
                return None
        return recalled(nodes(row.frontier), row.size - 1, low, high)

    return recall


def due_of(ledger: Ledger, data: Path, now: Callable[[], datetime]) -> Callable[[], Checkpoint | None]:
    """What a clock calls again and again: it makes a checkpoint whenever one is due. The key lies in the `data` folder."""
    made: list[Checkpoints] = []

    def due() -> Checkpoint | None:
        if not made:  # not before: a key that is missing is told at each look, until it is put back
            made.append(Checkpoints(ledger, house_key(ledger, data)))
        return made[0].due(now())

    return due


def fits(size: int, frontier: bytes, note: str, last: Sequence[bytes], key: VerifierKey, *, is_old: bool = False) -> Checkpoint:
    """A kept checkpoint, proven: the key signed the root that the frontier and the hash of the last event give.

    Then that hash is the one that was signed, and with it the chain up to there. Raises NotSigned. The signature of an old one,
    which newer ones vouch for, is not looked at: that takes ten times as long as the rest.
    """
    found = Checkpoint.unchecked(split(note)[0], note, key) if is_old else Checkpoint.read(note, key)
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
    from sqlalchemy.dialects import postgresql, sqlite

    table = tables.checkpoints
    with ledger.write() as connection:
        kind = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(kind.insert(table).values(**row).on_conflict_do_nothing())
        found = connection.execute(select(table.c.note).where(table.c.size == row["size"])).scalar_one()
    if found != row["note"]:
        raise NotSigned(f"a checkpoint of {row['size']} events is kept that says something else; see: sop verify")
