"""The vault: personal values, apart from the events that name them by a commitment. It is not append-only: here is what
is erased.

A row stays when its value goes, so that an erased value is told from one that somebody took away.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import Connection, select

from engine.ledger import tables
from engine.ledger.sealing import Sealed, commitments, is_kept
from engine.ledger.store import Ledger
from engine.procedure.field import Photo, Step

Row = dict[str, Any]
_AT_ONCE = 500  # commitments of one question
_table = tables.vault


@dataclass(frozen=True, slots=True)
class Place:
    """Where values stand: a run, of a procedure; in it a step and a row of it, and its book; "" for none."""

    run: str
    procedure: str
    step: str = ""
    entry: str = ""
    book: str = ""


def vault_rows(
    found: Iterable[Sealed], place: Place, at: datetime, command: str, digest: bytes, fields: Mapping[str, Step]
) -> Iterator[Row]:
    """The rows of values that a command gave. `digest`: of all that it asked for, also what was personal."""
    for one in found:
        yield {
            "commitment": one.commitment,
            "run": place.run,
            "step": place.step,
            "entry": place.entry,
            "field": one.field,
            "procedure": place.procedure,
            "book": place.book,
            "at": at,
            "command": command,
            "told": sha256(one.salt + digest).digest(),
            "salt": one.salt,
            "value": one.value.decode(),
            "pictures": ",".join(orjson.loads(one.value)["options"]) if isinstance(fields.get(one.field), Photo) else None,
            "erased_at": None,
        }


def emptied(row: Mapping[str, Any], at: datetime) -> Row:
    """What stays of a row whose value is erased."""
    return {**row, "salt": None, "value": None, "told": b"", "erased_at": at}


def held_of(connection: Connection, bodies: Iterable[bytes | str]) -> dict[str, str]:
    """The values that are still kept of those that stand in stored bodies, as JSON by commitment; none that is another."""
    names = [name for body in bodies for name in commitments(body.encode() if isinstance(body, str) else body)]
    held: dict[str, str] = {}
    for start in range(0, len(names), _AT_ONCE):
        some = _table.c.commitment.in_(names[start : start + _AT_ONCE])
        query = select(_table.c.commitment, _table.c.salt, _table.c.value).where(some, _table.c.erased_at.is_(None))
        held |= {name: value for name, salt, value in connection.execute(query) if is_kept(name, salt, value)}
    return held


def kept_of(ledger: Ledger, runs: Collection[str]) -> list[Row]:
    """Every row of the vault that belongs to these runs, also those whose value is erased."""
    found: list[Row] = []
    with ledger.engine.connect() as connection:
        for start in range(0, len(runs), _AT_ONCE):
            some = list(runs)[start : start + _AT_ONCE]
            query = select(_table).where(_table.c.run.in_(some)).order_by(_table.c.at, _table.c.commitment)
            found += [dict(row._mapping) for row in connection.execute(query)]
    return found


def told_otherwise(ledger: Ledger, run: str, command: str, digest: bytes) -> bool:
    """Whether a command that is sent again asks for another personal value than it did; once that is erased nobody can tell."""
    query = select(_table.c.salt, _table.c.told).where(
        _table.c.run == run, _table.c.command == command, _table.c.salt.is_not(None)
    )
    with ledger.engine.connect() as connection:
        return any(sha256(row.salt + digest).digest() != row.told for row in connection.execute(query))
