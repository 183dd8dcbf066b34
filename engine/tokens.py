"""Tokens with which other programs read the record: made by whoever may, shown once, revoked; and who shows one.

A token is its id and a secret of 256 random bits. Of the secret only the SHA-256 is kept, outside the record: nobody finds one
of that size by trying, so nothing slower is called for. That a token was made or revoked is an event of the site. On which day it
was used last is noted beside its hash, once a day.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Any, Literal

from sqlalchemy import Row, Select, select, update

from engine.directory import STREAM
from engine.ledger import tables
from engine.ledger.codec import FORMAT, encode, kind_of
from engine.ledger.log import Batch, Draft, DuplicateCommand
from engine.ledger.projections import site_rows
from engine.ledger.store import Ledger
from engine.run.token_events import TokenMade, TokenRevoked

LONGEST = 60  # characters of a name
MOST = 20
"""Tokens of one person that work at the same time."""
LIFETIMES: Mapping[str, timedelta] = {"30": timedelta(days=30), "90": timedelta(days=90), "365": timedelta(days=365)}
"""How long a token may work, by the number of days."""
SCOPE = ("read",)
_FORM = re.compile(r"sop_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
Standing = Literal["good", "expired", "revoked", "unknown"]


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is known, without its secret. `used_on` is the last day, on the site's calendar, on which it was shown."""

    id: str
    name: str
    person: str
    scope: tuple[str, ...]
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    used_on: date | None

    def standing(self, now: datetime) -> Standing:
        """Whether it works at `now`."""
        if self.revoked_at is not None:
            return "revoked"
        return "good" if now < self.expires_at else "expired"


@dataclass(frozen=True, slots=True)
class Shown:
    """What is known of a text that was shown as a token; `token` where it is, or was, a right one."""

    standing: Standing
    token: Token | None = None


class TooMany(ValueError):
    """Somebody has as many tokens as one person may have."""


class Tokens:
    """The tokens of the site."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def make(self, name: str, person: str, days: str, now: datetime, command: str, device: str = "") -> str | None:
        """Make a token and return it whole, for this once; None where the command was given before.

        Raises TooMany, Unavailable, Misused; KeyError for a lifetime there is none of.
        """
        if sum(one.person == person and one.standing(now) == "good" for one in self.every()) >= MOST:
            raise TooMany
        id_, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        event = TokenMade(id_, name, person, SCOPE, now + LIFETIMES[days])
        kept = {"token_keys": [{"token": id_, "digest": _digest(secret), "used_on": None}]}
        asked = sha256("\x00".join((name, person, days)).encode()).digest()
        try:
            self._append(event, now, person, device, command, asked, kept)
        except DuplicateCommand:
            return None
        return f"sop_{id_}_{secret}"

    def revoke(self, token: Token, now: datetime, by: str, device: str = "") -> None:
        """Let a token work no more. Raises Unavailable."""
        event = TokenRevoked(token.id, token.name, token.person, token.scope, token.expires_at, token.made_at)
        try:
            self._append(event, now, by, device, f"revoke token {token.id}", bytes(32), {})
        except DuplicateCommand:
            return  # it is revoked already

    def _append(
        self, event: TokenMade | TokenRevoked, now: datetime, by: str, device: str, command: str, digest: bytes,
        kept: Mapping[str, list[dict[str, Any]]],
    ) -> None:  # fmt: skip
        draft = Draft(secrets.token_hex(16), kind_of(event), FORMAT, by, "", device, now, now, encode(event))
        self._ledger.log.append(Batch(STREAM, None, command, digest, (draft,), b"{}", {**site_rows(event, now, by), **kept}))

    def every(self) -> list[Token]:
        """Every token there ever was, the newest first."""
        table = tables.tokens
        with self._ledger.engine.connect() as connection:
            return [_token(row) for row in connection.execute(_all().order_by(table.c.made_at.desc(), table.c.token))]

    def shown(self, text: str, now: datetime) -> Shown:
        """Whose token somebody shows, and whether it works."""
        found = _FORM.fullmatch(text)
        if found is None:
            return Shown("unknown")
        with self._ledger.engine.connect() as connection:
            row = connection.execute(_all().where(tables.tokens.c.token == found[1])).one_or_none()
        if row is None or not compare_digest(row.digest, _digest(found[2])):
            return Shown("unknown")
        return Shown(_token(row).standing(now), _token(row))

    def note_use(self, token: Token, day: date) -> None:
        """Note that a token was shown on a day; written once for each day."""
        if token.used_on is not None and token.used_on >= day:
            return
        table = tables.token_keys
        with self._ledger.write() as connection:
            connection.execute(update(table).where(table.c.token == token.id).values(used_on=day.isoformat()))


def _all() -> Select[Any]:
    of, keys = tables.tokens, tables.token_keys
    return select(of, keys.c.digest, keys.c.used_on).join(keys, of.c.token == keys.c.token)


def _token(row: Row[Any]) -> Token:
    used = date.fromisoformat(row.used_on) if row.used_on else None
    scope = tuple(row.scope.split(","))
    return Token(row.token, row.name, row.person, scope, row.made_at, row.expires_at, row.revoked_at, used)


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
