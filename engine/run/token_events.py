"""Tokens with which other programs read: made and revoked. Never the token, and never its hash."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class TokenMade:
    """Somebody made a token: whoever shows it reads, as `person` may, until `expires_at`. `scope` says what: "read"."""

    token: str
    name: str
    person: str
    scope: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TokenRevoked:
    """A token works no more, by whoever recorded this; what it was is told again."""

    token: str
    name: str
    person: str
    scope: tuple[str, ...]
    expires_at: datetime
    made_at: datetime
