"""Making an export: its rows are kept batch by batch, then written in the form wanted; that it was made is an event."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.drafting import draft_of
from engine.exports import spool
from engine.exports.about import about
from engine.exports.asked import Asked, Form
from engine.exports.checking import STREAM, digest_of
from engine.exports.printed import write_pdf
from engine.exports.sheets import write_xlsx
from engine.exports.sources import Source
from engine.exports.tables import write_csv, write_json
from engine.exports.views import source_of
from engine.ledger.log import Batch, DuplicateCommand
from engine.review.search import Given
from engine.run.export_events import DataExported
from engine.service import Engine

Write = Callable[..., None]
WITHHELD = "…"
"""What stands in the record in place of a text that was looked for in personal values."""
_FORMS: Mapping[Form, Write] = {"csv": write_csv, "xlsx": write_xlsx, "json": write_json, "pdf": write_pdf}


@dataclass(frozen=True, slots=True)
class Made:
    """A file: how many rows, how many bytes, and the SHA-256 of them."""

    rows: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the rows are kept: runs (or rows of a book) gone through, rows, bytes of the spool, the key to go on behind."""

    gone: int = 0
    rows: int = 0
    offset: int = 0
    key: str = ""


Tell = Callable[[Progress], bool]
"""Told after each batch; whether to go on."""


def gather(source: Source, path: Path, done: Progress, tell: Tell) -> Progress | None:
    """Keep the rows that follow what is kept; None where it was not to go on."""
    for batch in source.batches(done.key):
        offset = spool.append(path, done.offset, batch.rows)
        done = Progress(done.gone + batch.gone, done.rows + len(batch.rows), offset, batch.key)
        if not tell(done):
            return None
    if not path.exists():
        spool.append(path, 0, ())
    return done


def write(
    engine: Engine, data: Path, asked: Asked, form: Form, kept: Path, rows: int, out: Path, by: str, tell: Callable[[int], None]
) -> Made:
    """Write kept rows in a form; whole or not at all."""
    part = out.with_name(f"{out.name}.part")
    try:
        told, source = about(engine, data, asked, rows, by), source_of(engine, asked)
        _FORMS[form](part, told, source.columns, told.counting(spool.read(kept), source), tell)
        made = Made(rows, part.stat().st_size, digest_of(part))
        os.replace(part, out)
    finally:
        part.unlink(missing_ok=True)
    return made


def record(engine: Engine, asked: Asked, form: Form, made: Made, by: str, device: str, command: str) -> None:
    """Record that data was taken out; once. Raises Unavailable."""
    event, now = DataExported(asked.view, unnamed(engine, asked).query, form, made.rows, made.sha256), engine.clock.now()
    draft = draft_of(event, by, "", device, now, now)
    try:
        engine.ledger.log.append(Batch(STREAM, None, command, bytes(32), (draft,), b"{}"))
    except DuplicateCommand:
        return  # by the attempt before, which was broken off after it


def unnamed(engine: Engine, asked: Asked) -> Asked:
    """The same without the texts looked for in personal values: what the record says stays, and these are erased one day."""
    values = tuple(_unnamed(engine, one) if isinstance(one, Given) else one for one in asked.search.values)
    return replace(asked, search=replace(asked.search, values=values))


def _unnamed(engine: Engine, one: Given) -> Given:
    plan = engine.last_plan(one.procedure)
    if one.option or (plan is not None and one.step in plan.fields and one.step not in plan.personal):
        return one
    return replace(one, words=WITHHELD, name="", people=())


def made_at_once(engine: Engine, data: Path, asked: Asked, form: Form, out: Path, by: str) -> Made:
    """Make an export in one go, as the command line does; it is recorded by the caller. Raises NothingOfThat, TooLong, NoPdf."""
    source = source_of(engine, asked)
    with TemporaryDirectory(dir=out.absolute().parent) as folder:
        kept = Path(folder) / "rows"
        done = gather(source, kept, Progress(), lambda _: True)
        assert done is not None
        return write(engine, data, asked, form, kept, done.rows, out, by, lambda _: None)
