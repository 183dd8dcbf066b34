"""The keys that sign the checkpoints of the record, as the record tells of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CheckpointKeyNamed:
    """The public key by which the first checkpoints are signed, in one line: it can be told later though the file is lost."""

    key: str


@dataclass(frozen=True, slots=True)
class CheckpointKeyChanged:
    """From this event on the key `new` signs, and `old` no more. Both are public keys in one line; `old` is the name alone where
    nobody had the line any more.

    `size`: of how many events the newest checkpoint before was made. `handover` is the note by which the old key says that the
    new one follows; "" where the old key was lost, so that nothing but this event vouches for the new one.
    """

    old: str
    new: str
    reason: str
    size: int
    handover: str = ""
