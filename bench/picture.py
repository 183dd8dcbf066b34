"""Photos for seeded ledgers: each digest that a plain answer makes up becomes that of a small picture which is kept.

So a seeded ledger verifies, and evidence can be made of it. The pictures are the same on every machine.
"""

import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from engine.evidence.holdings import path_of

GREY = b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/"
    "wAALCAAMABABAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AAP/Z"
)
"""A grey field of 16 by 12 pixels, as JPEG."""
_MADE_UP = re.compile(r"0{56}[0-9a-f]{8}")


class Camera:
    """Takes the pictures that are named, into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._taken: dict[str, str] = {}

    def pictured(self, part: Any) -> Any:
        """A command, or a part of one, with the digests of real pictures."""
        match part:
            case str():
                return self._digest(part) if _MADE_UP.fullmatch(part) else part
            case tuple():
                return tuple(self.pictured(one) for one in part)
            case Mapping():
                return {name: self.pictured(one) for name, one in part.items()}
            case _ if is_dataclass(part) and not isinstance(part, type):
                return replace(part, **{one.name: self.pictured(getattr(part, one.name)) for one in fields(part)})
            case _:
                return part

    def _digest(self, made_up: str) -> str:
        if made_up not in self._taken:
            picture = numbered(int(made_up, 16))
            self._taken[made_up] = digest = sha256(picture).hexdigest()
            path = path_of(self._folder, digest)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(picture)
        return self._taken[made_up]


def numbered(number: int) -> bytes:
    """The picture with a number in its comment."""
    comment = str(number).encode()
    return GREY[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2) + comment + GREY[2:]
