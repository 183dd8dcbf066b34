"""Tablets and where they stand: enrolled with a one-time code, moved, revoked; and known to every request at almost no cost.

A code is kept as its hash alone, with its place and its end. That it works once is decided by the write that uses it up.
"""

import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import Connection, delete, select, update

from engine.ledger import tables
from engine.ledger.store import Ledger

VALID_FOR = timedelta(minutes=15)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another: where a camera fails, the address is typed
_LENGTH = 20  # nearly a hundred bits
_KEPT = timedelta(days=1)  # how long a code can still be told to be used or expired
_FRESH_FOR = 1.0  # seconds; another process may have written

CodeState = Literal["good", "used", "expired", "unknown"]


@dataclass(frozen=True, slots=True)
class Device:
    """A tablet that was enrolled."""

    id: str
    place: str | None
    title: str
    enrolled_at: datetime
    revoked_at: datetime | None

    @property
    def is_enrolled(self) -> bool:
        """Whether it has not been revoked."""
        return self.revoked_at is None


@dataclass(frozen=True, slots=True)
class Code:
    """What is known of a code that somebody shows."""

    state: CodeState
    place: str = ""
    expires_at: datetime | None = None


class Devices:
    """The tablets of the site."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._known: Mapping[str, Device] = {}
        self._read_at = float("-inf")

    # -- codes -------------------------------------------------------------------------------------------------------------

    def new_code(self, place: str, now: datetime) -> str:
        """A fresh code for one tablet at `place`. Only its hash is kept: whoever loses it makes another."""
        code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
        table = tables.enrolments
        with self._ledger.write() as connection:
            connection.execute(delete(table).where(table.c.expires_at < now - _KEPT))
            connection.execute(table.insert(), {"digest": _digest(code), "place": place, "expires_at": now + VALID_FOR})
        return code

    def code(self, code: str, now: datetime) -> Code:
        """Whether a code still enrols, and where."""
        with self._ledger.engine.connect() as connection:
            return _code(connection, code, now)

    def enrol(self, code: str, device: str, title: str, now: datetime) -> Code:
        """Use a code up. The tablet is enrolled where the answer is `good`; else it says why it is not."""
        table = tables.enrolments
        unused = (table.c.digest == _digest(code)) & table.c.used_at.is_(None) & (table.c.expires_at > now)
        with self._ledger.write() as connection:
            found = _code(connection, code, now)
            if not connection.execute(update(table).where(unused).values(used_at=now)).rowcount:
                return _code(connection, code, now)  # read again: another process may have used it since
            _put(connection, device, {"place": found.place, "title": title, "enrolled_at": now, "revoked_at": None})
        self.catch_up()
        return found

    # -- tablets -----------------------------------------------------------------------------------------------------------

    def revoke(self, device: str, now: datetime) -> None:
        """Let a tablet work no more until it is enrolled again."""
        self._change(device, {"revoked_at": now})

    def move(self, device: str, place: str) -> None:
        """Note that an enrolled tablet stands elsewhere now; of others nothing is kept."""
        self._change(device, {"place": place})

    def _change(self, device: str, values: dict[str, Any]) -> None:
        table = tables.devices
        with self._ledger.write() as connection:
            connection.execute(update(table).where(table.c.device == device, table.c.revoked_at.is_(None)).values(**values))
        self.catch_up()

    def now(self) -> Mapping[str, Device]:
        """Every tablet ever enrolled, by id; asks the ledger at most once a second."""
        return self._known if time.monotonic() - self._read_at < _FRESH_FOR else self.catch_up()

    def catch_up(self) -> Mapping[str, Device]:
        """Every tablet ever enrolled, by id, as the ledger has it now."""
        with self._lock, self._ledger.engine.connect() as connection:
            rows: Any = connection.execute(select(tables.devices))
            self._known = {r.device: Device(r.device, r.place, r.title, r.enrolled_at, r.revoked_at) for r in rows}
            self._read_at = time.monotonic()
            return self._known

    def is_revoked(self, device: str, *, is_current: bool = True) -> bool:
        """Whether a tablet was revoked. Unless `is_current`, by what memory knows and without asking the ledger.

        Before it is said of anybody the ledger is asked all the same: a tablet may just have been enrolled again.
        """
        known = self.now() if is_current or self._read_at < 0 else self._known
        found = known.get(device)
        return found is not None and not found.is_enrolled and not self.catch_up()[device].is_enrolled


def _digest(code: str) -> str:
    return sha256(code.encode()).hexdigest()


def _code(connection: Connection, code: str, now: datetime) -> Code:
    table = tables.enrolments
    row: Any = connection.execute(select(table).where(table.c.digest == _digest(code))).one_or_none()
    if row is None:
        return Code("unknown")
    state: CodeState = "used" if row.used_at else "good" if now < row.expires_at else "expired"
    return Code(state, row.place, row.expires_at)


def _put(connection: Connection, device: str, values: dict[str, Any]) -> None:
    table = tables.devices
    if not connection.execute(update(table).where(table.c.device == device).values(**values)).rowcount:
        connection.execute(table.insert(), {"device": device, **values})
