"""Runs called by what stands on their paper: the number or how it ends, or the beginning of the id, which nobody types to its
end; and revisions by the beginning of their digest, which is all that a record shows.
"""

import re
import unicodedata
from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, func, literal_column, select

from engine.ledger import tables
from engine.ledger.codec import decode
from engine.ledger.store import Ledger
from engine.review.queries import Queries, RunRow
from engine.run.site_events import NumberGiven

MOST = 5
"""So many are told of those whose id begins alike."""
_NUMBER = re.compile(r"(\S{1,40}-[0-9]{4})-([0-9]{1,9})")
_ENDING = re.compile(r"(?:([0-9]{4})-)?([0-9]{3,9})")
_STREAM = "number "  # with what a number begins with, before its last part
_ID = re.compile(r"[0-9a-z]{6,40}")
_DIGEST = re.compile(r"[0-9a-f]{6,63}")
_LAST = "z" * 64  # behind whatever an id goes on with


def called(ledger: Ledger, text: str) -> list[RunRow]:
    """The runs somebody means by a number or an id; none where the text is neither. Width and case do not matter."""
    name = unicodedata.normalize("NFKC", text).strip()
    with ledger.engine.connect() as connection:
        runs = dict.fromkeys(
            (*_numbered(connection, name), *_ending_so(connection, name), *_begun_so(connection, name.casefold()))
        )
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
    if parts := _NUMBER.fullmatch(name.upper()):
        yield from _given_to(connection, tables.events.c.stream == f"{_STREAM}{parts[1]}", int(parts[2]))


def _ending_so(connection: Connection, name: str) -> Iterator[str]:
    """The runs whose number ends so, of the newest years first, whatever it begins with."""
    if parts := _ENDING.fullmatch(name):
        streams = [one for one in _counted(connection) if parts[1] in (None, one[-4:])]
        for stream in sorted(streams, key=lambda one: one[-4:], reverse=True)[:MOST]:
            yield from _given_to(connection, tables.events.c.stream == stream, int(parts[2]))


def _counted(connection: Connection) -> Iterator[str]:
    """The streams in which numbers are counted: a few for each year, each found in the index behind the one before."""
    stream: ColumnElement[str] = tables.events.c.stream
    query = select(func.min(stream))
    if connection.dialect.name == "postgresql":  # whichever way the database sorts text; as the index has it (events_numbering)
        stream = stream.collate("C")
        query = select(func.min(stream)).where(literal_column("stream LIKE 'number %'"))
    last = _STREAM
    while (found := connection.execute(query.where(stream > last)).scalar()) and found.startswith(_STREAM):
        yield found
        last = found


def _given_to(connection: Connection, stream: ColumnElement[bool], number: int) -> Iterator[str]:
    table = tables.events
    wanted = select(table.c.kind, table.c.format, table.c.body).where(stream, table.c.stream_seq == number)
    row = connection.execute(wanted).one_or_none()
    given = decode(*row) if row else None
    if isinstance(given, NumberGiven):
        yield given.run


def _begun_so(connection: Connection, name: str) -> Iterator[str]:
    if _ID.fullmatch(name):
        run = tables.runs.c.run
        yield from connection.execute(select(run).where(run >= name, run <= name + _LAST).order_by(run).limit(MOST)).scalars()
