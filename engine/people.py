"""PINs: set, checked, slowed down when guessed, per person and device; and the one-time code of the first administrator.

PINs are kept as argon2id hashes outside the chain, each bound to its person by a key outside the database; that one was set, and
that wrong ones were tried, are events.
"""

import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, select, update

from engine.binding import UNBOUND, Binding, foreign
from engine.ledger import tables
from engine.ledger.store import Ledger

FREE_TRIES = 3
FIRST = "first administrator"
_LONGEST_LOCK = timedelta(minutes=15)
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP password storage: argon2id, 19 MiB, t=2, p=1


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a PIN: right or wrong, failures in a row on this device, until when no further try is looked at.

    While that lasts a try is neither looked at nor counted (`is_counted`).
    """

    is_right: bool
    failures: int = 0
    locked_until: datetime | None = None
    is_counted: bool = True


def is_guess(text: str) -> bool:
    """Whether a text has the form of a PIN. Anything else is a button tapped too early, and no try."""
    return len(text) == 6 and text.isascii() and text.isdecimal()


def is_pin(text: str) -> bool:
    """Whether a text may be a PIN: six digits, not all the same and not a run such as 123456."""
    return is_guess(text) and {int(b) - int(a) for a, b in pairwise(text)} not in ({0}, {1}, {-1})


def hashed(pin: str) -> str:
    """A PIN as it is kept."""
    return _HASHER.hash(pin)


class Pins:
    """PINs of the staff."""

    def __init__(self, ledger: Ledger, binding: Binding = UNBOUND) -> None:
        self._ledger, self.binding = ledger, binding
        self._turns = tuple(threading.Lock() for _ in range(64))

    def set(self, person: str, pin: str, now: datetime) -> None:
        """Keep a new PIN for `person`."""
        row = self.row(person, hashed(pin), now)
        with self._ledger.write() as connection:
            connection.execute(delete(tables.credentials).where(tables.credentials.c.person == person))
            connection.execute(tables.credentials.insert(), row)

    def share(self, person: str, others: Iterable[str], now: datetime) -> None:
        """Give others the PIN of `person`, which is not hashed anew: a preview has one for all."""
        if (kept := self._hash(person)) is not None:
            with self._ledger.write() as connection:
                connection.execute(tables.credentials.insert(), [self.row(other, kept, now) for other in others])

    def row(self, person: str, hashed: str, now: datetime) -> dict[str, object]:
        """The row that keeps a hash for `person` alone."""
        return {"person": person, "pin_hash": self.binding.bound(person, hashed), "changed_at": now}

    def foreign(self) -> tuple[str, ...]:
        """The people whose PIN was kept by somebody without the key of this data folder."""
        return foreign(self._ledger, self.binding)

    def forget(self, person: str) -> None:
        """Drop the PIN of `person`: a used one-time code, a person disabled."""
        with self._ledger.write() as connection:
            connection.execute(delete(tables.credentials).where(tables.credentials.c.person == person))

    def has(self, person: str) -> bool:
        """Whether `person` has a PIN."""
        return self._hash(person) is not None

    def check(self, person: str, device: str, pin: str, now: datetime) -> Checked:
        """Check a PIN. After three wrong ones on this device each further try waits twice as long, at most 15 minutes.

        Tries for one person on one device take turns: sent all at once they would else count as one.
        """
        with self._turns[hash((person, device)) % len(self._turns)]:
            return self._check(person, device, pin, now)

    def _check(self, person: str, device: str, pin: str, now: datetime) -> Checked:
        with self._ledger.engine.connect() as connection:
            failures, until = _attempts(connection, person, device)
        if until is not None and now < until:
            return Checked(False, failures, until, is_counted=False)
        if _matches(self._hash(person), pin):
            if failures:
                self._count(person, device, now, is_right=True)
            return Checked(True)
        return Checked(False, *self._count(person, device, now, is_right=False))

    def one_time_code(self, now: datetime) -> str:
        """A new one-time code for the first administrator, replacing any earlier one."""
        code = f"{secrets.randbelow(10**8):08d}"
        self.set(FIRST, code, now)
        return code

    def _hash(self, person: str) -> str | None:
        query = select(tables.credentials.c.pin_hash).where(tables.credentials.c.person == person)
        with self._ledger.engine.connect() as connection:
            kept = connection.execute(query).scalar_one_or_none()
        return None if kept is None else self.binding.opened(person, kept)

    def _count(self, person: str, device: str, now: datetime, *, is_right: bool) -> tuple[int, datetime | None]:
        """Count a try; failures in a row and the lock. Counted where it is written, as other processes check PINs too."""
        table = tables.attempts
        with self._ledger.write() as connection:
            failures = 0 if is_right else _attempts(connection, person, device)[0] + 1
            until = now + _pause(failures) if failures >= FREE_TRIES else None
            values = {"failures": failures, "until": until}
            here = (table.c.person == person) & (table.c.device == device)
            if not connection.execute(update(table).where(here).values(**values)).rowcount:
                connection.execute(table.insert(), {"person": person, "device": device, **values})
        return failures, until


def _attempts(connection: Connection, person: str, device: str) -> tuple[int, datetime | None]:
    table = tables.attempts
    query = select(table.c.failures, table.c.until).where(table.c.person == person, table.c.device == device)
    row: Any = connection.execute(query).one_or_none()
    return (row.failures, row.until) if row else (0, None)


def _pause(failures: int) -> timedelta:
    return min(timedelta(seconds=15 * 2 ** (failures - FREE_TRIES)), _LONGEST_LOCK)


@cache
def _nobody() -> str:
    """What the PIN of a person who does not exist is held against; made when it is needed: each process would wait for it."""
    return _HASHER.hash("nobody has this PIN")


def _matches(hashed: str | None, pin: str) -> bool:
    try:
        _HASHER.verify(hashed or _nobody(), pin)  # the same work for a person who does not exist
    except (VerificationError, InvalidHashError):
        return False
    return hashed is not None
