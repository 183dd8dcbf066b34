"""Answers as they are sent: canonical JSON, and a tag that stays the same while what is answered does."""

from hashlib import sha256

from pydantic import BaseModel

from engine.ledger.chain import canonical


def written(answer: BaseModel) -> bytes:
    """An answer as canonical JSON."""
    return canonical(answer.model_dump())


def tag_of(answer: BaseModel) -> str:
    """A digest of what is answered and not of `as_of`, which every event moves on."""
    return sha256(canonical({**answer.model_dump(), "as_of": 0})).hexdigest()[:32]
