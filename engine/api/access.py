"""Whether whoever shows a token may read: the token works, and its holder still may review and export."""

from dataclasses import dataclass
from typing import Literal

from engine.directory import Person
from engine.procedure.site import Permission
from engine.service import Engine
from engine.tokens import Token, Tokens

NEEDED: frozenset[Permission] = frozenset(("review", "export"))
"""What the holder of a token must be allowed, when it is made and whenever it is used: whoever reviews sees every run."""
Why = Literal["unknown", "expired", "revoked", "not_allowed"]


@dataclass(frozen=True, slots=True)
class Admitted:
    """Somebody's token that works."""

    token: Token


@dataclass(frozen=True, slots=True)
class Denied:
    """Why a token does not open anything; `token` where it is known."""

    why: Why
    token: Token | None = None


def may_hold(engine: Engine, person: Person | None) -> bool:
    """Whether somebody may have tokens, and those they have may work."""
    return person is not None and person.is_active and engine.actor(person).may >= NEEDED


def admit(engine: Engine, tokens: Tokens, text: str) -> Admitted | Denied:
    """Look at what was shown, and note the day. Raises Unavailable, NoSiteError."""
    now = engine.clock.now()
    shown = tokens.shown(text, now)
    if shown.standing != "good" or shown.token is None:
        return Denied("unknown" if shown.standing == "good" else shown.standing, shown.token)
    if not may_hold(engine, engine.directory.catch_up().people.get(shown.token.person)):
        return Denied("not_allowed", shown.token)
    tokens.note_use(shown.token, now.astimezone(engine.site.zone).date())
    return Admitted(shown.token)
