"""Answers as they are sent: canonical JSON, and a tag that stays the same while what is answered does."""

from hashlib import sha256

from pydantic import BaseModel

from engine.ledger.chain import canonical


def written(answer: BaseModel) -> bytes:
    """An answer as canonical JSON."""
    return canonical(answer.model_dump())


def tag_of(body: bytes) -> str:
    """A digest of what is answered, from the answer as it is written, and not of `as_of`, which every event moves on.

    Keys are sorted, and none of an answer's comes before `as_of`: it ends with the first comma.
    """
    return sha256(body.partition(b",")[2]).hexdigest()[:32]
