"""What the engine answers: a receipt for what is durable, or a refusal; and the content of a command that its id stands for."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson

from engine.run.commands import Command
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


def digest_of(command: Command) -> bytes:
    """SHA-256 over what a command asks for and who asks: the same id with another digest is a misuse.

    The run seen (`version`) and the device's time are left out: a retry may carry newer ones.
    """
    content = (command.run, command.actor.person, type(command.act).__name__, command.act)
    return sha256(orjson.dumps(content, default=_plain, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)).digest()


def _plain(value: object) -> object:
    return dict(value) if hasattr(value, "keys") else str(value)  # type: ignore[call-overload]
