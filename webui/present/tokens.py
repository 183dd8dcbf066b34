"""Tokens for other programs, as the page shows them: those that work first, with what is to be known of each in a line."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from engine.tokens import LIFETIMES, Token
from engine.wording import Names
from webui.present.reviewing import Tab
from webui.present.values import day_clock
from webui.words import words


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token in the list. `tone` is off for one that opens nothing; `word` says why."""

    id: str
    name: str
    person: str
    tone: str
    word: str
    facts: str
    may_revoke: bool


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a token may work, to choose from."""

    days: str
    title: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Form:
    """The form for a new token, as it was typed; `fault` says what is wrong with the name."""

    name: str = ""
    days: str = "90"
    fault: str = ""

    def lifetimes(self, language: str) -> tuple[Lifetime, ...]:
        """The choices."""
        said = words("en" if language == "en" else "zh").token_days
        return tuple(Lifetime(days, said.format(days=days), days == self.days) for days in LIFETIMES)


@dataclass(frozen=True, slots=True)
class TokensPage:
    """The page. `may_make` is off for somebody who may look after tokens but not read with one."""

    tabs: tuple[Tab, ...]
    working: tuple[TokenLine, ...]
    over: tuple[TokenLine, ...]
    may_make: bool
    may_manage: bool
    form: Form
    lifetimes: tuple[Lifetime, ...]
    address: str
    csrf: str
    c: str


def lines_of(tokens: Iterable[Token], works: Callable[[Token], bool], now: datetime, names: Names) -> tuple[TokenLine, ...]:
    """Tokens as lines; `works`: whether the holder of one may read."""
    return tuple(line_of(one, works(one), now, names) for one in tokens)


def line_of(token: Token, works: bool, now: datetime, names: Names) -> TokenLine:
    """A token as a line; `works`: its holder may read."""
    w = words("en" if names.language == "en" else "zh")
    standing = token.standing(now)
    word = {
        "revoked": w.token_revoked.format(at=day_clock(token.revoked_at or now, now, names)),
        "expired": w.token_expired.format(at=day_clock(token.expires_at, now, names)),
        "good": "" if works else w.token_idle,
    }[standing]
    used = w.token_used.format(day=token.used_on.isoformat()) if token.used_on else w.token_unused
    until = w.token_until.format(at=day_clock(token.expires_at, now, names)) if standing == "good" else ""
    made = w.token_made_at.format(at=day_clock(token.made_at, now, names))
    return TokenLine(
        id=token.id,
        name=token.name,
        person=names.person(token.person),
        tone="off" if word else "",
        word=word,
        facts=" · ".join(one for one in (until, used, made) if one),
        may_revoke=standing == "good",
    )
