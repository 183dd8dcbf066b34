"""Which pictures anything in the ledger names: an event, or a personal value that is still kept."""

import re
from collections.abc import Collection, Iterator
from itertools import chain

import orjson
from sqlalchemy import Connection, or_, select

from engine.ledger import tables
from engine.ledger.store import Ledger

HOLDING = ("photos", "drawn", "options")
"""Where an event names a picture: beside an answer, as a signature drawn by hand, or as the answer itself."""
_AT_ONCE = 2000  # events of one question: none is long open
_DIGEST = re.compile(r'"([0-9a-f]{64})"')


def named(ledger: Ledger, pictures: Collection[str]) -> set[str]:
    """Those of these pictures that an event or a kept value names. Every event that names any is read: ask for many at once."""
    wanted, found = frozenset(pictures), set[str]()
    if wanted:
        with ledger.engine.connect() as connection:
            for text in chain(_bodies(connection), _values(connection)):
                if not wanted.isdisjoint(_DIGEST.findall(text)):
                    found.update(wanted.intersection(pictures_of(orjson.loads(text))))
    return found


def _bodies(connection: Connection) -> Iterator[str]:
    events, seq = tables.events, 0
    holds = or_(*(events.c.body.contains(f'"{key}"', autoescape=True) for key in HOLDING))
    query = select(events.c.seq, events.c.body).where(holds).order_by(events.c.seq).limit(_AT_ONCE)
    while rows := connection.execute(query.where(events.c.seq > seq)).all():
        yield from (row.body for row in rows)
        seq = rows[-1].seq


def _values(connection: Connection) -> Iterator[str]:
    vault = tables.vault
    query = select(vault.c.value).where(vault.c.erased_at.is_(None), vault.c.value.is_not(None), vault.c.pictures.is_not(None))
    yield from (row.value for row in connection.execution_options(yield_per=_AT_ONCE).execute(query))


def pictures_of(body: object, key: str = "") -> list[str]:
    """The digests of the pictures that an event names."""
    if isinstance(body, dict):
        return [digest for name, value in body.items() for digest in pictures_of(value, name)]
    if isinstance(body, list):
        return [digest for value in body for digest in pictures_of(value, key)]
    return [body] if key in HOLDING and isinstance(body, str) and is_digest(body) else []


def is_digest(text: str) -> bool:
    """Whether a text is a SHA-256 in hex."""
    return len(text) == 64 and not text.strip("0123456789abcdef")
