"""What the engine answers: a receipt for what is durable, or a refusal; and the content of a command that its id stands for."""

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import orjson

from engine.run.commands import Act, Command
from engine.run.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Receipt:
    """A command's original answer: the run, its version after the command, and the step it was about. Saved means on disk."""

    command_id: str
    run: str
    version: int
    step: str
    kinds: tuple[str, ...]

    def body(self) -> bytes:
        """As kept in the ledger."""
        return orjson.dumps({"kinds": self.kinds, "run": self.run, "step": self.step, "version": self.version})

    @classmethod
    def of(cls, command_id: str, body: bytes) -> "Receipt":
        """Read a kept receipt."""
        found: dict[str, Any] = orjson.loads(body)
        return cls(command_id, found["run"], found["version"], found["step"], tuple(found["kinds"]))


Outcome = Receipt | Refusal


def digest_of(command: Command, personal: frozenset[str] = frozenset()) -> bytes:
    """SHA-256 over what a command asks for and who asks: the same id with another digest is a misuse.

    The run seen (`version`) and the device's time are left out: a retry may carry newer ones. So are the values of `personal`
    fields: the digest stays when they are erased, and a telephone number could be guessed from it.
    """
    act = _without(command.act, personal) if personal else command.act
    content = (command.run, command.actor.person, type(act).__name__, act)
    return sha256(orjson.dumps(content, default=_plain, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)).digest()


def _without(act: Act, personal: frozenset[str]) -> Act:
    changes: dict[str, Any] = {"typed": ""} if getattr(act, "typed", "") and getattr(act, "step", "") in personal else {}
    for part in ("fields", "inputs"):
        if given := getattr(act, part, None):
            changes[part] = {name: typed for name, typed in given.items() if name not in personal}
    return replace(act, **changes) if changes else act


def _plain(value: object) -> object:
    return dict(value) if hasattr(value, "keys") else str(value)  # type: ignore[call-overload]
