"""Heads of the record that others keep: the newest signed checkpoint, the proof that the record goes on from an older one, and
what was recorded of tablets that did not believe it.
"""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import cast

from sqlalchemy import select

from engine.drafting import draft_of
from engine.ledger import tables
from engine.ledger.checkpoints import Checkpoint, Checkpoints
from engine.ledger.codec import decode
from engine.ledger.log import Batch, DuplicateCommand
from engine.ledger.notes import NotSigned, signing_key
from engine.run.proof_events import CheckpointAccepted, CheckpointDoubted
from engine.service import Engine
from engine.verifying import STREAM

WHYS = ("shorter", "forked", "key", "unsigned", "unproven")
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
        """The public key in one line."""
        return str(signing_key(self._data).verifier)

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
        return Checkpoints(self._engine.ledger, signing_key(self._data))

    def doubt(self, event: CheckpointDoubted, device: str, by: str) -> None:
        """Record what a tablet doubts; once, however often it tells it. Raises Unavailable."""
        told = "\x00".join((device, event.why, event.kept, event.seen)).encode()
        self._append(event, device, by, f"doubt {sha256(told).hexdigest()}")

    def accept(self, event: CheckpointAccepted, device: str, by: str, command: str) -> None:
        """Record that a tablet goes on, and why. Raises Unavailable."""
        self._append(event, device, by, command)

    def _append(self, event: CheckpointDoubted | CheckpointAccepted, device: str, by: str, command: str) -> None:
        now = self._engine.clock.now()
        draft = draft_of(event, by, "", device, now, now)
        try:
            self._engine.ledger.log.append(Batch(STREAM, None, command, bytes(32), (draft,), b"{}"))
        except DuplicateCommand:
            return  # told again

    def doubts(self, most: int) -> Iterator[Doubt]:
        """The newest doubts and what became of them, the last one first."""
        table = tables.events
        query = select(table).where(table.c.stream == STREAM, table.c.kind.in_(("checkpoint_doubted", "checkpoint_accepted")))
        with self._engine.ledger.engine.connect() as connection:
            for row in connection.execute(query.order_by(table.c.stream_seq.desc()).limit(most)):
                event = cast(CheckpointDoubted | CheckpointAccepted, decode(row.kind, row.format, row.body))
                yield Doubt(event, row.device, row.by, row.recorded_at)
