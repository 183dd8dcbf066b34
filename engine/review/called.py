"""Runs called by what stands on their paper: the number, or the beginning of the id, which nobody types to its end; and revisions
by the beginning of their digest, which is all that a record shows.
"""

import re
import unicodedata
from collections.abc import Iterator

from sqlalchemy import Connection, select

from engine.ledger import tables
from engine.ledger.codec import decode
from engine.ledger.store import Ledger
from engine.review.queries import Queries, RunRow
from engine.run.site_events import NumberGiven

MOST = 5
"""So many are told of those whose id begins alike."""
_NUMBER = re.compile(r"(\S{1,40}-[0-9]{4})-([0-9]{1,9})")
_ID = re.compile(r"[0-9a-z]{6,40}")
_DIGEST = re.compile(r"[0-9a-f]{6,63}")
_LAST = "z" * 64  # behind whatever an id goes on with


def called(ledger: Ledger, text: str) -> list[RunRow]:
    """The runs somebody means by a number or an id; none where the text is neither. Width and case do not matter."""
    name = unicodedata.normalize("NFKC", text).strip()
    with ledger.engine.connect() as connection:
        runs = dict.fromkeys((*_numbered(connection, name), *_begun_so(connection, name.casefold())))
    found = Queries(ledger).rows(runs)
    return [found[run] for run in runs if run in found]


def revision_called(ledger: Ledger, text: str) -> str:
    """The digest of the revision whose digest begins so; the text itself where there is none, or more than one."""
    begun, digest = text.strip().casefold(), tables.revisions.c.digest
    if not _DIGEST.fullmatch(begun):
        return text
    with ledger.engine.connect() as connection:
        found = connection.execute(select(digest).where(digest >= begun, digest <= begun + _LAST).limit(2)).scalars().all()
    return found[0] if len(found) == 1 else text


def _numbered(connection: Connection, name: str) -> Iterator[str]:
    """The run a number was given to: numbers are counted in streams of their own, as the engine gives them out."""
    table, parts = tables.events, _NUMBER.fullmatch(name.upper())
    if parts is None:
        return
    wanted = (table.c.stream == f"number {parts[1]}") & (table.c.stream_seq == int(parts[2]))
    row = connection.execute(select(table.c.kind, table.c.format, table.c.body).where(wanted)).one_or_none()
    given = decode(*row) if row else None
    if isinstance(given, NumberGiven):
        yield given.run


def _begun_so(connection: Connection, name: str) -> Iterator[str]:
    if _ID.fullmatch(name):
        run = tables.runs.c.run
        yield from connection.execute(select(run).where(run >= name, run <= name + _LAST).order_by(run).limit(MOST)).scalars()
