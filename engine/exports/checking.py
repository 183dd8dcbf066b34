"""A file that was exported, checked: the digest in it is computed again, and the record is asked whether such a file was made."""

import re
import zipfile
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import cast

import orjson
from sqlalchemy import select

from engine.exports.printed import MARK
from engine.exports.workbook import NoWorkbook, digests
from engine.ledger import tables
from engine.ledger.codec import decode
from engine.run.export_events import DataExported
from engine.service import Engine

STREAM = "exports"
_HEX = re.compile(r"[0-9a-f]{64}")
_LONGEST_LINE = 20_000  # bytes of the last line
_PIECE = 1 << 20


class NoExport(ValueError):
    """A file that tells no digest of itself: it is none of ours, or its end is gone."""


@dataclass(frozen=True, slots=True)
class Checked:
    """`told` is the digest in the file, `found` the one of what it holds now, `whole` that of all its bytes."""

    told: str
    found: str
    whole: str

    @property
    def is_whole(self) -> bool:
        """Whether what it holds is what it held when it was made."""
        return self.told == self.found


@dataclass(frozen=True, slots=True)
class Kept:
    """An export as the record tells it."""

    event: DataExported
    by: str
    at: datetime


def checked(path: Path) -> Checked:
    """Compute the digest of an exported file again. Raises NoExport."""
    try:
        told, found = digests(path) if zipfile.is_zipfile(path) else _lines(path)
    except NoWorkbook as error:
        raise NoExport(str(error)) from error
    return Checked(told, found, digest_of(path))


def digest_of(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    digest = sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def recorded(engine: Engine, whole: str) -> Kept | None:
    """The export that made exactly this file, as the record tells it; None where none did."""
    table = tables.events
    query = select(table).where(table.c.stream == STREAM, table.c.kind == "data_exported", table.c.body.contains(whole))
    with engine.ledger.engine.connect() as connection:
        for row in connection.execute(query.order_by(table.c.stream_seq)):
            event = cast(DataExported, decode(row.kind, row.format, row.body))
            if event.sha256 == whole:
                return Kept(event, row.by, row.recorded_at)
    return None


def _lines(path: Path) -> tuple[str, str]:
    """Of CSV, JSON lines and PDF: the last line has the digest of all before it."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(size - _LONGEST_LINE, 0))
        tail = file.read()
    last = tail[tail.rstrip(b"\r\n").rfind(b"\n") + 1 :]
    digest, left = sha256(), size - len(last)
    with path.open("rb") as file:
        while left and (piece := file.read(min(_PIECE, left))):
            digest.update(piece)
            left -= len(piece)
    return _told(last), digest.hexdigest()


def _told(last: bytes) -> str:
    try:
        if last.startswith(b"{"):
            told = str(orjson.loads(last)["sha256"])
        else:
            told = last.removeprefix(MARK).decode().strip().rpartition(",")[2] if last.startswith((b"# ", MARK)) else ""
    except (ValueError, KeyError, TypeError):
        told = ""
    if not _HEX.fullmatch(told):
        raise NoExport("its last line tells no SHA-256")
    return told
