"""Exports under way: worked on in a thread while somebody looks at how far they are, cancelled, gone on with after a restart.

What is known of each stands in files of the data folder, so that any process answers for it. A file is kept for a week.
"""

import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Literal

import structlog
from pydantic import TypeAdapter, ValidationError

from engine.copies import drop_orphans
from engine.exports.asked import Asked, Form
from engine.exports.making import Made, Progress, gather, record, write
from engine.exports.printed import TooLong
from engine.exports.sources import Source
from engine.exports.views import source_of
from engine.paper import NoPdf
from engine.retention import erasures
from engine.service import Engine

log = structlog.get_logger()
State = Literal["running", "done", "cancelled", "stopped", "failed", "too_long", "no_pdf"]
"""`stopped`: the process that worked on it is gone; `failed`: it came upon a fault of ours, which is in the log;
`too_long`: more rows than fit on paper; `no_pdf`: what sets PDF is not installed."""
KEPT = timedelta(days=7)
STALE = 60.0
"""Seconds without a sign of life after which whoever worked on it is taken to be gone."""
_ANEW = ("columns", "erasures", "done", "is_gathered", "written")
_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Export:
    """An export as far as it has come; `title` and `conditions` are what was asked, in words.

    `total`: runs (or rows of a book) to go through; `written`: rows in the file so far.
    """

    id: str
    by: str
    device: str
    at: datetime
    asked: Asked
    title: str
    conditions: str
    form: Form
    turn: str  # which of several workers on it
    state: State = "running"
    total: int = 0
    done: Progress = field(default_factory=Progress)
    is_gathered: bool = False
    written: int = 0
    size: int = 0
    sha256: str = ""
    ended_at: datetime | None = None
    columns: str = ""  # of the rows that are kept, by name
    erasures: int = 0  # how many there had been when the first of them was read


_STORED = TypeAdapter(Export)


class Exports:
    """The exports of a site. Safe to share between threads; processes share the folder."""

    def __init__(self, engine: Engine, data: Path) -> None:
        self._engine, self._data, self._folder = engine, data, data / "exports"
        self._lock, self._turn = threading.Lock(), threading.Lock()

    def all(self) -> list[Export]:
        """Every export that is kept, the newest first; those whose week is over are removed."""
        self._forget()
        return sorted(self._each(), key=lambda one: (one.at, one.id), reverse=True)

    def of(self, id_: str) -> Export | None:
        """An export by its id; None where there is none, or it is kept no more."""
        if not _ID.fullmatch(id_):
            return None
        path = self._path(id_)
        try:
            kept, touched = _STORED.validate_json(path.read_bytes()), path.stat().st_mtime
        except FileNotFoundError:
            return None
        except ValidationError as error:
            log.warning("export_unreadable", export=id_, reason=error.errors()[0]["msg"])
            return None
        if kept.state != "running":
            return kept
        if self._path(id_, "cancel").exists():
            return replace(kept, state="cancelled")
        return replace(kept, state="stopped") if time.time() - touched > STALE else kept

    def file(self, export: Export) -> Path:
        """The file of an export that is done."""
        return self._path(export.id, export.form)

    def begin(self, asked: Asked, title: str, form: Form, by: str, device: str, conditions: str = "") -> str:
        """Work on it; gives its id. Raises NothingOfThat."""
        source_of(self._engine, asked)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._forget()
        export = Export(token_hex(8), by, device, self._engine.clock.now(), asked, title, conditions, form, token_hex(8))
        self._keep(export)
        self._work_on(export)
        return export.id

    def cancel(self, id_: str) -> None:
        """Let it be: whoever works on it notices after the batch at hand. It can be gone on with."""
        if (known := self.of(id_)) and known.state in ("running", "stopped"):
            self._path(id_, "cancel").touch()

    def go_on(self, id_: str) -> None:
        """Go on behind the last batch that was kept, where nobody works on it."""
        known = self.of(id_)
        if known is None or known.state not in ("cancelled", "stopped", "failed") or not self._is_first(known):
            return
        self._path(id_, "cancel").unlink(missing_ok=True)
        export = replace(known, state="running", turn=token_hex(8), ended_at=None)
        self._take_over(known, export)
        self._keep(export)
        self._work_on(export)

    def remove(self, id_: str) -> None:
        """Remove what is kept of it, where nobody works on it. That it was made stays in the record."""
        if (known := self.of(id_)) and known.state != "running":
            for path in self._folder.glob(f"{id_}.*"):
                path.unlink(missing_ok=True)

    # -- the work ----------------------------------------------------------------------------------------------------------

    def _work_on(self, export: Export) -> None:
        threading.Thread(target=self._work, args=(export,), name="export", daemon=True).start()

    def _work(self, export: Export) -> None:
        try:
            while not self._turn.acquire(timeout=1):  # one at a time in a process: they want a whole processor
                self._alive(export)
            try:
                self._make(export)
            finally:
                self._turn.release()
        except TooLong:
            self._end(export, "too_long")
        except NoPdf as error:
            log.warning("export_without_pdf", export=export.id, missing=error.missing)
            self._end(export, "no_pdf")
        except Exception:
            log.exception("export_failed", export=export.id, view=export.asked.view)
            self._end(export, "failed")
        self._tidy(export)

    def _tidy(self, export: Export) -> None:
        """Leave the rows of what broke off, to go on behind them; nothing of what is done but its file, or of what was erased."""
        known = self.of(export.id)
        gone = f"{export.id}.*" if known is None else f"{export.id}.*.rows" if known.state == "done" else ""
        for path in self._folder.glob(gone) if gone else ():
            path.unlink(missing_ok=True)

    def _end(self, export: Export, state: State) -> None:
        if kept := self._mine(export):
            self._keep(replace(kept, state=state, ended_at=self._engine.clock.now()))

    def _make(self, export: Export) -> None:
        """Make it; anew where something was erased meanwhile, which its rows may hold."""
        source = source_of(self._engine, export.asked)
        columns = ",".join(one.name for one in source.columns)
        while kept := self._mine(export):
            begun = (columns, erasures(self._engine))
            if (kept.columns, kept.erasures) != begun:  # an earlier version's rows have another form
                self._rows(export).unlink(missing_ok=True)
                self._engine.forget()
                kept = replace(kept, columns=begun[0], erasures=begun[1], done=Progress(), is_gathered=False, written=0)
                self._advance(export, **{name: getattr(kept, name) for name in _ANEW})
            if self._is_gathered(kept, source) and (made := self._written(kept)):
                record(self._engine, export.asked, export.form, made, export.by, export.device, f"export {export.id}")
                self._advance(export, state="done", size=made.size, sha256=made.sha256, ended_at=self._engine.clock.now())

    def _is_gathered(self, kept: Export, source: Source) -> bool:
        """Keep its rows; whether all are there, and nothing was erased meanwhile."""
        if kept.is_gathered:
            return True
        self._advance(kept, total=source.total())
        done = gather(source, self._rows(kept), kept.done, lambda done: self._is_current(kept) and self._advance(kept, done=done))
        return done is not None and self._advance(kept, done=done, is_gathered=True)

    def _written(self, kept: Export) -> Made | None:
        """Write its file; None where something was erased meanwhile: then there is none."""
        rows, out = self._rows(kept), self.file(kept)
        count = now.done.rows if (now := self._mine(kept)) else 0
        try:
            made = write(
                self._engine, self._data, kept.asked, kept.form, rows, count, out, kept.by, lambda n: self._write_on(kept, n)
            )
        except FileNotFoundError:  # an erasure takes the rows away
            if self._is_current(kept):
                raise
            return None
        if self._is_current(kept):
            return made
        out.unlink(missing_ok=True)
        return None

    def _is_current(self, kept: Export) -> bool:
        return erasures(self._engine) == kept.erasures

    def _write_on(self, export: Export, written: int) -> None:
        """Note how far the file is. The writing itself is not broken off: it takes seconds."""
        self._advance(export, written=written)

    def _take_over(self, known: Export, export: Export) -> None:
        """Go on with a copy of what was kept: whoever was only thought to be gone may still write to the old one."""
        with suppress(FileNotFoundError), self._rows(known).open("rb") as old, self._rows(export).open("wb") as new:
            new.write(old.read(known.done.offset))

    def _rows(self, export: Export) -> Path:
        """The rows of an export on their way, of this turn."""
        return self._path(export.id, f"{export.turn}.rows")

    def _advance(self, export: Export, **news: object) -> bool:
        """Note how far it is, while this worker is the one that works on it; whether it is."""
        with self._lock:
            kept = self._mine(export)
            if kept is not None:
                self._keep(replace(kept, **news))  # type: ignore[arg-type]
        return kept is not None

    def _mine(self, export: Export) -> Export | None:
        """What is kept of it while this worker is wanted."""
        kept = self.of(export.id)
        kept = replace(kept, state="running") if kept and kept.state == "stopped" else kept  # we are alive, only slow
        return kept if kept and (kept.turn, kept.state) == (export.turn, "running") else None

    # -- the files ---------------------------------------------------------------------------------------------------------

    def _path(self, id_: str, end: str = "export") -> Path:
        return self._folder / f"{id_}.{end}"

    def _each(self) -> Iterator[Export]:
        for path in self._folder.glob("*.export"):
            if found := self.of(path.stem):
                yield found

    def _alive(self, export: Export) -> None:
        if self._mine(export):
            self._path(export.id).touch()

    def _is_first(self, known: Export) -> bool:
        """Whether nobody else has gone on with it: of several processes one may."""
        try:
            os.close(os.open(self._path(known.id, f"after-{known.turn}"), os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return False
        return True

    def _keep(self, export: Export) -> None:
        """Whole or not at all: others read it meanwhile."""
        part = self._path(export.id, f"{token_hex(4)}.part")
        part.write_bytes(_STORED.dump_json(export))
        os.replace(part, self._path(export.id))

    def _forget(self) -> None:
        now = self._engine.clock.now()
        for one in list(self._each()):
            if one.state != "running" and now - (one.ended_at or one.at) > KEPT:
                self.remove(one.id)
        drop_orphans(self._data)
