"""What goes into the ledger and what comes out, as plain values.

Bodies are canonical JSON already; the ledger neither reads nor changes them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime

Rows = Mapping[str, Sequence[Mapping[str, object]]]


@dataclass(frozen=True, slots=True)
class Draft:
    """One event to be appended. Times are aware; ``body`` is a canonical JSON object (see ``chain.canonical``).

    ``is_encoded``: the body is what ``codec.encode`` gave, which is one, and need not be read again to see that.
    """

    event_id: str
    kind: str
    format: int
    by: str
    role: str
    device: str
    occurred_at: datetime
    recorded_at: datetime
    body: bytes
    is_encoded: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """A stored event. ``seq`` counts the whole ledger 1..n, ``stream_seq`` its stream 1..n, both without a gap."""

    seq: int
    stream: str
    stream_seq: int
    event_id: str
    kind: str
    format: int
    by: str
    role: str
    device: str
    occurred_at: datetime
    recorded_at: datetime
    command_id: str
    body: bytes
    hash: bytes
    held: Mapping[str, str] = field(default_factory=dict)  # the personal values of the body that are still kept, by commitment


EVENT_COLUMNS = ", ".join(f'"{column.name}"' for column in fields(Recorded) if column.name != "held")
"""The columns of the table of events, as SQL; the same names in the same order."""


@dataclass(frozen=True, slots=True)
class Also:
    """Events for one more stream in the same transaction. ``after=None`` appends wherever that stream ends."""

    stream: str
    after: int | None
    events: tuple[Draft, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """What one command writes, all or nothing.

    ``after`` is the ``stream_seq`` the decision was made on (``None``: wherever the stream ends, for commands that are never
    refused). ``rows`` are full projection rows by table name, inserted or replaced by primary key; ``revisions`` rows are kept
    if present. ``command_digest`` is 32 bytes, ``receipt`` canonical JSON returned again when the command is repeated.
    """

    stream: str
    after: int | None
    command_id: str
    command_digest: bytes
    events: tuple[Draft, ...]
    receipt: bytes
    rows: Rows = field(default_factory=dict)
    also: tuple[Also, ...] = ()

    def parts(self) -> tuple[Also, ...]:
        """Every stream this batch writes to, its own first."""
        return (Also(self.stream, self.after, self.events), *self.also)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a command was answered. ``digest`` is the SHA-256 of the command's content."""

    command_id: str
    digest: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The ledger's length and the chain hash of its last event."""

    size: int
    hash: bytes
