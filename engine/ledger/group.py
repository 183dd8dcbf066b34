"""Deciding, inside one transaction, what becomes of each waiting batch: recorded, repeated, in conflict.

Pure arithmetic over ``Ground``; the writer does the I/O. One batch's refusal never touches another's.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import orjson

from engine.ledger.chain import canonical, is_canonical, leaf, link, sealed
from engine.ledger.entries import Also, Batch, Draft, Head, Receipt, Recorded
from engine.ledger.outcomes import Conflict, DuplicateCommand, Misused, Rejected
from engine.ledger.statements import Upsert, Values, encode
from engine.ledger.times import stamp
from engine.ledger.writer import Ground

Outcome = tuple[Recorded, ...] | Exception


@dataclass(slots=True, eq=False)
class Waiting:
    """A batch on its way, made ready in its own thread so that the leader only counts and hashes."""

    batch: Batch
    parts: tuple[Also, ...]
    times: tuple[tuple[str, str], ...]
    rows: dict[str, list[Values]]
    outcome: Outcome | None = None
    signal: threading.Lock = field(default_factory=threading.Lock)


def prepare(batch: Batch, known: Mapping[str, Upsert]) -> Waiting:
    """Check and encode what can be before the transaction. Rejected for what could never be verified later."""
    parts = batch.parts()
    _admit((batch.command_id, *[part.stream for part in parts]))
    times = [_admitted(draft) for part in parts for draft in part.events]
    return Waiting(batch, parts, tuple(times), encode(batch.rows, known))


def _admitted(draft: Draft) -> tuple[str, str]:
    """When it happened and was recorded, as the ledger writes times."""
    _admit((draft.event_id, draft.kind, draft.by, draft.role, draft.device))
    if not draft.is_encoded:
        _admit_body(draft.body)
    try:
        return stamp(draft.occurred_at), stamp(draft.recorded_at)
    except ValueError as error:
        raise Rejected(str(error)) from error


def _admit(texts: Sequence[str]) -> None:
    joined = "".join(texts)
    if joined.isascii() and "\0" not in joined:
        return  # as nearly always: one look at all of them
    for text in texts:
        if not is_canonical(text):
            raise Rejected(f"not canonical text: {text!r}")


def _admit_body(body: bytes) -> None:
    try:
        value = orjson.loads(body)
        # Floats and other order would verify here and fail with a stranger's JSON library; refuse them while one can.
        if isinstance(value, dict) and canonical(value) == body:
            return
    except ValueError as error:
        raise Rejected(f"body: {error}") from error
    raise Rejected("body is not a canonical JSON object")


@dataclass(slots=True)
class Group:
    """All rows of one transaction, collected batch by batch."""

    ground: Ground
    events: list[Values] = field(default_factory=list)
    receipts: list[Values] = field(default_factory=list)
    rows: dict[str, list[Values]] = field(default_factory=dict)

    def add(self, waiting: Waiting) -> None:
        """Settle one batch's outcome; it is valid only once the transaction is committed."""
        waiting.outcome = self._refusal(waiting) or self._record(waiting)

    def _refusal(self, waiting: Waiting) -> Exception | None:
        batch = waiting.batch
        if known := self.ground.receipts.get(batch.command_id):
            same = known.digest == batch.command_digest
            return DuplicateCommand(known) if same else Misused(batch.command_id)
        for part in waiting.parts:
            found = self.ground.streams[part.stream]
            if part.after is not None and part.after != found:
                return Conflict(part.stream, part.after, found)
        return None

    def _record(self, waiting: Waiting) -> tuple[Recorded, ...]:
        batch, first, stamps = waiting.batch, self.ground.head.size + 1, iter(waiting.times)
        recorded = tuple(
            self._append(part.stream, draft, batch.command_id, *next(stamps)) for part in waiting.parts for draft in part.events
        )
        self._receive(batch, first, len(recorded))
        for table, rows in waiting.rows.items():
            self.rows.setdefault(table, []).extend(rows)
        return recorded

    def _append(self, stream: str, draft: Draft, command_id: str, occurred_at: str, recorded_at: str) -> Recorded:
        ground = self.ground
        seq, stream_seq = ground.head.size + 1, ground.streams[stream] + 1
        columns = (seq, stream, stream_seq, draft.event_id, draft.kind, draft.format, draft.by, draft.role, draft.device)
        body = draft.body.decode()
        digest = link(ground.head.hash, leaf(sealed(*columns, occurred_at, recorded_at, command_id, body)))
        self.events.append((*columns, occurred_at, recorded_at, command_id, body, digest))
        ground.head, ground.streams[stream] = Head(seq, digest), stream_seq
        return Recorded(*columns, draft.occurred_at, draft.recorded_at, command_id, draft.body, digest)

    def _receive(self, batch: Batch, first: int, count: int) -> None:
        ground = self.ground
        ground.receipt_number += 1
        ground.receipts[batch.command_id] = Receipt(batch.command_id, batch.command_digest, batch.receipt)
        self.receipts.append(
            (ground.receipt_number, batch.command_id, batch.command_digest, batch.receipt.decode(), first, count)
        )
