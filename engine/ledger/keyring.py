"""The keys that signed the checkpoints of a ledger, one after the other, as the events of the ledger tell of them.

Needs neither SQLAlchemy nor the log. A checkpoint is checked by the key that was in force at its size: a change of the key is an
event, and the checkpoints from that event on are the new key's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from engine.ledger.driver import Reading
from engine.ledger.notes import NotSigned, SigningKey, VerifierKey

STREAM = "checkpoint keys"  # with a space, so that it is no run's
EVENTS = f"""SELECT seq, kind, body, "by", recorded_at FROM events WHERE stream = '{STREAM}' ORDER BY stream_seq"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Change:
    """From event `seq` on `new` signs; `handover` is what the old key signed of that, "" where it was lost."""

    seq: int
    at: str
    by: str
    reason: str
    old: VerifierKey
    new: VerifierKey
    handover: str

    @property
    def is_handed_over(self) -> bool:
        """Whether the old key itself says that the new one follows."""
        try:
            return self.old.opened(self.handover) == handover_text(self.old, self.new)
        except NotSigned:
            return False


@dataclass(frozen=True, slots=True)
class Keyring:
    """The first key and what followed; `is_told`: the ledger itself tells which it was, rather than a file beside it.

    `events`: of how many events of keys all this is known.
    """

    first: VerifierKey | None
    changes: tuple[Change, ...] = ()
    is_told: bool = False
    events: int = 0

    def at(self, size: int) -> VerifierKey | None:
        """The key in force for a checkpoint of so many events; None where there is none, or its file is missing."""
        return next((one.new for one in reversed(self.changes) if one.seq <= size), self.first)

    @property
    def newest(self) -> VerifierKey | None:
        """The key in force now."""
        return self.changes[-1].new if self.changes else self.first

    def named(self, name: str) -> VerifierKey | None:
        """A key that was in force at any time, by its name."""
        keys = (self.first, *(one.new for one in self.changes))
        return next((key for key in keys if key and key.name == name), None)


def ring_of(rows: Iterable[Sequence[Any]], given: VerifierKey | None) -> Keyring:
    """The keys of the rows of `EVENTS`. `given`: the first key as far as a file beside the ledger tells it.

    Raises NotSigned where the events do not follow one another, or are none.
    """
    try:
        return _read(rows, given)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise error if isinstance(error, NotSigned) else NotSigned("an event of them cannot be read") from error


def _read(rows: Iterable[Sequence[Any]], given: VerifierKey | None) -> Keyring:
    first, changes, is_told, count = given, list[Change](), False, 0
    for count, (seq, kind, body, by, at) in enumerate(rows, 1):  # noqa: B007 - it is what was read
        told = orjson.loads(body)
        if kind == "checkpoint_key_named" and not is_told:
            first, is_told = VerifierKey.read(told["key"]), True
        elif kind == "checkpoint_key_changed":
            old, new = VerifierKey.read(told["old"]), VerifierKey.read(told["new"])
            if not changes and not is_told:
                first, is_told = (given if given and given.name == old.name else old), True
            before = changes[-1].new if changes else first
            if before is None or before.name != old.name or not new.is_known:
                raise NotSigned(f"event {seq} changes another key than the one in force")
            changes.append(Change(seq, str(at), by, told["reason"], before, new, told.get("handover", "")))
    return Keyring(first, tuple(changes), is_told, count)


def ring(reading: Reading, given: VerifierKey | None) -> Keyring:
    """The keys of a database. Raises NotSigned, and the driver's errors."""
    return ring_of(reading.rows(EVENTS), given)


def handover_text(old: VerifierKey, new: VerifierKey) -> str:
    """What the old key signs when a new one follows; its first line is not that of a checkpoint or a manifest."""
    return f"{old.name}/handover\n{new}\n"


def handed_over(old: SigningKey, new: VerifierKey) -> str:
    """The note by which a key says which one follows it."""
    return old.signed(handover_text(old.verifier, new))
