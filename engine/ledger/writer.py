"""What the log needs of a database: one writing connection, one transaction at a time.

A writer turns every driver error into ``Unavailable`` (cause may pass: try later) or ``Refused`` (this data, never).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.ledger.entries import Head, Receipt
from engine.ledger.statements import Upsert, Values


class Refused(Exception):
    """The database does not admit some row of the transaction; ``reason`` is the driver's."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Ground:
    """What a transaction starts from, and what it has come to while batches are added."""

    head: Head
    receipt_number: int
    receipts: dict[str, Receipt]
    streams: dict[str, int]


class Writer(Protocol):
    """Not thread-safe: the log calls it from one thread at a time."""

    @property
    def upserts(self) -> Mapping[str, Upsert]: ...

    def begin(self, commands: Sequence[str], streams: Sequence[str]) -> Ground:
        """Start a transaction no other writer can pass; a stale connection is replaced once. Raises Unavailable."""

    def insert(self, events: Sequence[Values], receipts: Sequence[Values], rows: Mapping[str, Sequence[Values]]) -> None:
        """Add everything to the open transaction. Raises Unavailable, Refused."""

    def commit(self) -> None:
        """Returns when durable. Raises Unavailable, Refused."""

    def abandon(self) -> None:
        """Undo the open transaction; never raises. A connection in doubt is closed."""

    def close(self) -> None:
        """Release the connection; the next ``begin`` opens another."""
