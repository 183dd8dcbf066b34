"""What was found when the record was looked at as a whole: by a verification, and by tablets that keep its checkpoints."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RecordVerified:
    """The record was verified: `since` which event (0: from the first) up to `events`, in `took` milliseconds.

    `what` is the first thing that was wrong, "" where all was whole, at event `seq` where it is one, of the stream `stream`;
    `lists` are the projections that differed.
    """

    since: int
    events: int
    head: str
    checkpoints: int
    took: int
    what: str = ""
    seq: int = 0
    stream: str = ""
    lists: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckpointDoubted:
    """A tablet kept a checkpoint that the server's record does not go on from: `why` (shorter, forked, key, unsigned).

    Both are the signed notes as the tablet had them; `seen` is "" where the server gave none.
    """

    why: str
    kept: str
    seen: str = ""


@dataclass(frozen=True, slots=True)
class DoubtTold:
    """The roles `tell` are told that a tablet doubts: its id and title, where it stands, and who was signed on there."""

    device: str
    title: str
    place: str
    person: str
    why: str
    tell: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckpointAccepted:
    """Somebody looked at a tablet's doubt, said why the record is as it is, and let the tablet go on from `size` events."""

    why: str
    reason: str
    size: int
