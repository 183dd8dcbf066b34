"""The hash of a PIN bound to its person by a key that is not in the database.

Whoever may write to the database can then neither put the hash of a PIN they know in the place of another's, nor move one:
without the key there is no mark that fits. The key is a file of the data folder (`pins.key`); the mark is HMAC-SHA256 (RFC 2104).
"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select, update

from engine.ledger import tables
from engine.ledger.keyfile import made_once, put_once
from engine.ledger.store import Ledger

FILE = "pins.key"
_MARK = "bound:"


@dataclass(frozen=True, slots=True)
class Binding:
    """How hashes are bound; without a key they are kept as they are (an engine that has no data folder)."""

    key: bytes = b""

    def bound(self, person: str, hashed: str) -> str:
        """A hash as it is kept for `person`."""
        return f"{_MARK}{self._mark(person, hashed)}:{hashed}" if self.key else hashed

    def opened(self, person: str, kept: str) -> str | None:
        """The hash that is kept for `person`; None where whoever wrote it had not the key, or wrote it for somebody else."""
        if not self.key:
            return kept
        mark, _, hashed = kept.removeprefix(_MARK).partition(":")
        is_bound = kept.startswith(_MARK) and hmac.compare_digest(mark.encode(), self._mark(person, hashed).encode())
        return hashed if is_bound else None

    def _mark(self, person: str, hashed: str) -> str:
        return hmac.digest(self.key, f"{person}\0{hashed}".encode(), "sha256").hex()


UNBOUND = Binding()


def binding_of(folder: Path, ledger: Ledger) -> Binding:
    """The binding of a data folder. Where it has none yet, every hash there is now is bound, once. Raises Unavailable.

    The key gets its name only when all are bound, so whatever is interrupted between is done again by the next start.
    """
    path, coming = folder / FILE, folder / f"{FILE}.coming"
    if not path.exists():
        with ledger.write() as connection:
            _bind_all(connection, Binding(bytes.fromhex(made_once(coming))))
        put_once(coming, path)
    return Binding(bytes.fromhex(made_once(path)))


def _bind_all(connection: Connection, binding: Binding) -> None:
    table = tables.credentials
    for person, kept in list(_kept(connection)):
        if not kept.startswith(_MARK):
            connection.execute(update(table).where(table.c.person == person).values(pin_hash=binding.bound(person, kept)))


def foreign(ledger: Ledger, binding: Binding) -> tuple[str, ...]:
    """The people whose PIN was kept by somebody without the key, or under another: none of them can sign on with it."""
    with ledger.engine.connect() as connection:
        found = [person for person, kept in _kept(connection) if binding.opened(person, kept) is None]
    return tuple(sorted(person for person in found if " " not in person))  # a blank: a one-time code, which may be used up


def _kept(connection: Connection) -> Iterator[tuple[str, str]]:
    for person, kept in connection.execute(select(tables.credentials.c.person, tables.credentials.c.pin_hash)):
        yield str(person), str(kept)
