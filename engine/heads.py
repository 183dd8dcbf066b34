"""Heads of the record that others keep: the newest signed checkpoint, the proof that the record goes on from an older one, and
what was recorded of tablets that did not believe it.
"""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import cast

from sqlalchemy import select

from engine.drafting import draft_of
from engine.ledger import tables
from engine.ledger.checkpoints import Checkpoint, Checkpoints, ring_in
from engine.ledger.codec import decode
from engine.ledger.housekey import Unsigned, house_key, reading_only, unsigned
from engine.ledger.keyring import Keyring
from engine.ledger.log import Batch, DuplicateCommand
from engine.ledger.notes import NotSigned, given_key
from engine.ledger.projections import site_rows
from engine.revisions import SITE
from engine.run.proof_events import CheckpointAccepted, CheckpointDoubted, DoubtTold
from engine.service import Engine
from engine.verifying import STREAM

WHYS = ("shorter", "forked", "key", "unsigned", "unproven")
_KINDS = ("checkpoint_doubted", "checkpoint_accepted")
LONGEST = 1000
"""Characters of a note that a tablet reports; ours have about 250."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a tablet doubted, or that somebody accepted it, on which device, by whom, when."""

    event: CheckpointDoubted | CheckpointAccepted
    device: str
    by: str
    at: datetime


class Heads:
    """The heads of a site. Safe to share between threads: one proof is worked out at a time."""

    def __init__(self, engine: Engine, data: Path) -> None:
        self._engine, self._data = engine, data
        self._lock = Lock()

    @property
    def key(self) -> str:
        """The public key in force, in one line; "" where neither the record nor the data folder has it."""
        keys = self.keys
        if keys.is_told and keys.newest:
            return str(keys.newest) if keys.newest.is_known else ""
        try:
            return str(house_key(self._engine.ledger, self._data).verifier)
        except NotSigned:
            return ""

    @property
    def keys(self) -> Keyring:
        """The keys that signed, one after the other; none where the record of them was tampered with."""
        try:
            with self._engine.ledger.engine.connect() as connection:
                return ring_in(connection, given_key(self._data))
        except NotSigned:
            return Keyring(None)

    @property
    def unsigned(self) -> Unsigned | None:
        """That nothing can be signed, and since when; None where the key is there, or the newest note is none."""
        try:
            return unsigned(self._engine.ledger.url.render_as_string(hide_password=False), self._data)
        except NotSigned:
            return None

    def newest(self) -> Checkpoint | None:
        """The newest checkpoint; None where there is none, or the one there is was tampered with."""
        try:
            return self._checkpoints().newest()
        except NotSigned:
            return None

    def covering(self, seq: int) -> Checkpoint | None:
        """The newest checkpoint where it covers an event by its place in the record; None until one does."""
        head = self.newest()
        return head if head is not None and head.size >= seq else None

    def proof(self, older: int, newer: int) -> tuple[str, ...] | None:
        """The proof, in Base64, that the record of `newer` events begins with that of `older`; None where there is none."""
        with self._lock:
            try:
                return tuple(b64encode(node).decode() for node in self._checkpoints().consistency(older, newer))
            except NotSigned:
                return None

    def _checkpoints(self) -> Checkpoints:
        return reading_only(self._engine.ledger, self._data)

    def doubt(self, event: CheckpointDoubted, device: str, by: str, title: str = "", place: str = "") -> None:
        """Record what a tablet doubts, and tell those who review: once, however often it says so. Raises Unavailable.

        `title` and `place`: what the tablet is called, and where it stands.
        """
        told = "\x00".join((device, event.why, event.kept, event.seen)).encode()
        tell = () if self.is_doubted(device) else self._reviewers()
        also = DoubtTold(device, title, place, by, event.why, tell)
        self._append((event, also) if tell else (event,), device, by, f"doubt {sha256(told).hexdigest()}")

    def is_doubted(self, device: str) -> bool:
        """Whether a tablet has a doubt that nobody has settled."""
        table = tables.events
        query = select(table.c.kind).where(table.c.stream == STREAM, table.c.kind.in_(_KINDS), table.c.device == device)
        with self._engine.ledger.engine.connect() as connection:
            return connection.execute(query.order_by(table.c.stream_seq.desc()).limit(1)).scalar() == "checkpoint_doubted"

    def _reviewers(self) -> tuple[str, ...]:
        """Those who may settle it."""
        if SITE not in self._engine.directory.catch_up().published:
            return ()
        return tuple(name for name, role in self._engine.site.roles.items() if "review" in role.may)

    def accept(self, event: CheckpointAccepted, device: str, by: str, command: str) -> None:
        """Record that a tablet goes on, and why. Raises Unavailable."""
        self._append((event,), device, by, command)

    def _append(
        self, events: Sequence[CheckpointDoubted | DoubtTold | CheckpointAccepted], device: str, by: str, command: str
    ) -> None:
        now = self._engine.clock.now()
        drafts = tuple(draft_of(event, by, "", device, now, now) for event in events)
        rows = {table: found for event in events for table, found in site_rows(event, now).items()}
        try:
            self._engine.ledger.log.append(Batch(STREAM, None, command, bytes(32), drafts, b"{}", rows))
        except DuplicateCommand:
            return  # told again

    def doubts(self, most: int) -> Iterator[Doubt]:
        """The newest doubts and what became of them, the last one first."""
        table = tables.events
        query = select(table).where(table.c.stream == STREAM, table.c.kind.in_(_KINDS))
        with self._engine.ledger.engine.connect() as connection:
            for row in connection.execute(query.order_by(table.c.stream_seq.desc()).limit(most)):
                event = cast(CheckpointDoubted | CheckpointAccepted, decode(row.kind, row.format, row.body))
                yield Doubt(event, row.device, row.by, row.recorded_at)
