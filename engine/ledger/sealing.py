"""Personal values out of an event's body and back into it: in the body stands a commitment; value and salt are kept apart.

The commitment is SHA-256 over 32 random bytes and the value's canonical JSON. Once value and salt are gone nobody can tell from
it what the value was, not even by guessing; while they are there, anybody can check that they are what was recorded.
"""

import re
import secrets
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson

from engine.ledger.chain import canonical

_SALT = 32
_MARK = b'"sealed":"'
_SEALED = re.compile(rb'\{"sealed":"([0-9a-f]{64})"\}')  # in a text of somebody the quotes would be escaped
Held = Mapping[str, str]
"""Values that are still kept, as JSON, by their commitment."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value taken out of a body, as canonical JSON, and what its commitment is made of."""

    commitment: str
    salt: bytes
    value: bytes
    field: str


def commitment(salt: bytes, value: bytes) -> str:
    """What stands in the body for a value, in hex."""
    return sha256(salt + value).hexdigest()


def seal(body: bytes, personal: Collection[str]) -> tuple[bytes, tuple[Sealed, ...]]:
    """The body without its `personal` values, and these. One that was erased before keeps the commitment it has."""
    if not personal and _MARK not in body:
        return body, ()
    told: dict[str, Any] = orjson.loads(body)
    found: list[Sealed] = []
    for holder, key, name in _places(told):
        value = holder[key]
        if erased := value.get("sealed"):
            holder[key] = {"sealed": erased}
        elif name in personal:
            found.append(_sealed(name, canonical(value)))
            holder[key] = {"sealed": found[-1].commitment}
    return canonical(told), tuple(found)


def _sealed(name: str, value: bytes) -> Sealed:
    salt = secrets.token_bytes(_SALT)
    return Sealed(commitment(salt, value), salt, value, name)


def unseal(body: bytes, held: Held) -> bytes:
    """The body with every value that is still held; in place of one that was erased, an answer that says so."""
    if _MARK not in body:
        return body
    told: dict[str, Any] = orjson.loads(body)
    for holder, key, _ in _places(told):
        if holder[key].keys() == {"sealed"}:
            name = holder[key]["sealed"]
            holder[key] = orjson.loads(held[name]) if name in held else {"sealed": name, "typed": ""}
    return orjson.dumps(told)


def sealed_in(body: bytes | str) -> list[tuple[str, str]]:
    """The commitments that stand in a stored body where an answer stands, each with the field, step or input it answers."""
    return [(holder[key]["sealed"], name) for holder, key, name in _places(orjson.loads(body)) if "sealed" in holder[key]]


def is_kept(name: str, salt: object, value: object) -> bool:
    """Whether salt and value, as they are stored, are what a commitment was made of."""
    return isinstance(salt, bytes) and isinstance(value, str) and commitment(salt, value.encode()) == name


def commitments(body: bytes) -> list[str]:
    """The commitments that stand in a stored body."""
    return [found.decode() for found in _SEALED.findall(body)] if _MARK in body else []


def _places(told: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Where answers stand in a body, each with the field, step or input it answers."""
    if isinstance(told.get("answer"), dict):
        yield told, "answer", told.get("step", "")
    for part in ("fields", "inputs"):
        if isinstance(inside := told.get(part), dict):
            yield from ((inside, name, name) for name, value in inside.items() if isinstance(value, dict))
