"""The canonical form of events and the chain of hashes over them: pure, without a database.

Canonical JSON is UTF-8 in NFC with sorted keys, no spaces, decimals as strings and no floats. A leaf is
SHA-256(0x00 || envelope), RFC 6962's leaf prefix; link n is SHA-256(0x01 || link n-1 || leaf n), starting from 32 zero bytes.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from unicodedata import is_normalized, normalize

import orjson

from engine.ledger.entries import Head, Recorded
from engine.ledger.times import stamp

START = Head(0, bytes(32))


class Uncanonical(ValueError):
    """A value that has no canonical form; ``what`` says which."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True, slots=True)
class Verified:
    """Everything up to ``head`` is as it was written."""

    head: Head


@dataclass(frozen=True, slots=True)
class Broken:
    """The first event that is not as it was written, by position, and what is wrong with it."""

    seq: int
    what: str


def canonical(value: object) -> bytes:
    """Canonical JSON. Raises Uncanonical for floats, other types, keys that are not text, integers over 64 bits."""
    return dumped(plain(value))


def dumped(value: object) -> bytes:
    """Canonical JSON of what is `plain`. Raises Uncanonical for half a surrogate pair, integers over 64 bits."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise Uncanonical(str(error)) from error


def is_canonical(text: str) -> bool:
    """Whether a text may stand in an envelope: NFC, and without NUL, which PostgreSQL cannot keep."""
    return "\0" not in text and (text.isascii() or is_normalized("NFC", text))


def plain(value: object) -> object:
    """The value as JSON has it: texts in NFC, decimals and times as text. Raises Uncanonical."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return composed(value)
    if isinstance(value, dict):
        return mapping(value, plain)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return _scalar(value)


def composed(value: str) -> str:
    """A text in NFC."""
    return value if value.isascii() else normalize("NFC", value)


def mapping(value: Mapping[Any, object], of: Callable[[object], object]) -> dict[str, object]:
    """A mapping whose values are made plain by `of`. Raises Uncanonical for keys that are not text, or the same in NFC."""
    found = {_key(key): of(item) for key, item in value.items()}
    if len(found) != len(value):
        raise Uncanonical("two keys are the same in NFC")
    return found


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise Uncanonical(f"key of type {type(key).__name__}")
    return composed(key)


def _scalar(value: object) -> object:
    if isinstance(value, int):
        return value
    if isinstance(value, Decimal) and value.is_finite():
        return format(value, "f")
    if isinstance(value, datetime):
        return stamp(value)
    raise Uncanonical(f"{type(value).__name__} {value!r}")


def envelope(event: Recorded) -> bytes:
    """The canonical JSON of everything an event carries except its hash; the body stands in it as it is."""
    return sealed(
        event.seq, event.stream, event.stream_seq, event.event_id, event.kind, event.format, event.by, event.role,
        event.device, stamp(event.occurred_at), stamp(event.recorded_at), event.command_id, event.body,
    )  # fmt: skip


def sealed(
    seq: int, stream: str, stream_seq: int, event_id: str, kind: str, form: int, by: str, role: str,
    device: str, occurred_at: str, recorded_at: str, command_id: str, body: bytes | str,
) -> bytes:  # fmt: skip
    """The envelope from a row's columns. Keys stand in sorted order here, so orjson need not sort."""
    return orjson.dumps({
        "body": orjson.Fragment(body), "by": by, "command_id": command_id, "device": device, "event_id": event_id,
        "format": form, "kind": kind, "occurred_at": occurred_at, "recorded_at": recorded_at, "role": role,
        "seq": seq, "stream": stream, "stream_seq": stream_seq,
    })  # fmt: skip


def leaf(envelope: bytes) -> bytes:
    """The Merkle leaf of an event (RFC 6962 section 2.1)."""
    return sha256(b"\x00" + envelope).digest()


def link(previous: bytes, leaf: bytes) -> bytes:
    """The chain hash after one more leaf."""
    return sha256(b"\x01" + previous + leaf).digest()


def verify(events: Iterable[Recorded], since: Head = START) -> Verified | Broken:
    """Check a sequence of events that should follow ``since`` immediately: order, numbering, content, links."""
    head, streams = since, dict[str, int]()
    for event in events:
        expected = streams.get(event.stream, event.stream_seq - 1 if since.size else 0) + 1
        what = finding(event.seq, head, link(head.hash, leaf(envelope(event))), event.hash)
        if not what and event.stream_seq != expected:
            what = f"{event.stream} goes on with {event.stream_seq} where {expected} is due"
        if what:
            return Broken(min(event.seq, head.size + 1), what)
        streams[event.stream] = event.stream_seq
        head = Head(event.seq, event.hash)
    return Verified(head)


def run_digest(events: Iterable[Recorded]) -> bytes:
    """What a judgement or signature of a run binds to: SHA-256 over the leaves of its events, in order (21 CFR 11.70)."""
    return sha256(b"".join(leaf(envelope(event)) for event in events)).digest()


def finding(seq: int, head: Head, computed: bytes, stored: bytes) -> str:
    """What is wrong with the event that follows ``head``; empty when nothing is."""
    if seq > head.size + 1:
        return "missing"
    if seq <= head.size:
        return "out of order or twice"
    return "" if computed == stored else "content or link changed"


def revision_digest(compiled: str, source: str) -> str:
    """The name of a published revision: SHA-256 over its compiled content and the text it came from, in hex."""
    return sha256(compiled.encode() + b"\x00" + source.encode()).hexdigest()
