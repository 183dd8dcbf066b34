"""Replays: what a draft would have done over past runs, worked out in a thread while somebody looks at its progress.

A replay is known by what it depends on: the draft as it would be published, the site, and the period. What came of it is kept
in a file under that name, so that any process answers for it and whoever asks again is answered at once. Nothing is recorded.
"""

import os
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Literal

import structlog
from pydantic import TypeAdapter, ValidationError

from engine.procedure.field import Measure
from engine.procedure.plan import Plan
from engine.procedure.text import Text
from engine.review.backtest import backtest
from engine.review.backtest.report import Change, Kind, Missing, Report, RunRef
from engine.revisions import SITE
from engine.service import Engine

log = structlog.get_logger()
State = Literal["running", "done", "cancelled", "stopped", "failed"]
"""`stopped`: the process that worked on it is gone; `failed`: it came upon a fault of ours, which is in the log."""
KEPT = 50
"""Replays whose files are kept, the newest."""
STALE = 30.0
"""Seconds without a sign of life after which whoever worked on a replay is taken to be gone."""
_ID = re.compile(r"[0-9a-f]{64}")
_TOLD = 0.2  # seconds between two notes of how far it is


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants replayed: a draft as it would be published, over the runs begun in [since, until)."""

    name: str
    plan: Plan
    revision: str  # of the draft
    texts: str  # the digest of the draft's files
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Titled:
    """A step, field or input: what it is called, and whether it is a reading."""

    title: Text
    is_reading: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """How often one kind of difference was found at one step, and some of them named."""

    kind: Kind
    step: str
    count: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What came of it. `runs`: in how many runs each kind was found; `lacking`: what runs not completed would have waited for."""

    looked_at: int
    runs: Mapping[Kind, int]
    lacking: tuple[tuple[Missing, int], ...]
    counted: tuple[Counted, ...]
    left_out: tuple[RunRef, ...] = ()  # runs whose events cannot be played


@dataclass(frozen=True, slots=True)
class Replay:
    """A replay as far as it has come. `at`: when it was begun, by the site's clock; `took`: seconds."""

    id: str
    name: str
    by: str
    texts: str
    since: datetime
    until: datetime
    at: datetime
    turn: str  # which of several beginnings of the same replay
    steps: Mapping[str, Titled]
    state: State = "running"
    done: int = 0
    total: int = 0
    took: float = 0.0
    found: Found = field(default_factory=lambda: Found(0, {}, (), ()))


_STORED = TypeAdapter(Replay)


class Replays:
    """The replays of a site. Safe to share between threads; processes share the folder."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine, self._folder = engine, folder
        self._lock, self._turn = threading.Lock(), threading.Lock()

    def of(self, id_: str) -> Replay | None:
        """A replay by its id; None where there is none, or it is kept no more."""
        kept = self._read(id_)
        return self._under_way(kept) if kept and kept.state == "running" else kept

    def begin(self, asked: Asked, by: str, *, again: bool = False) -> str:
        """Work it out, unless that is being done or was done; gives its id. What else the same person had begun is cancelled.

        With `again` what was worked out before is worked out anew.
        """
        id_ = self._id(asked)
        with self._lock:
            known = self.of(id_)
            if known and (known.state == "running" or (known.state == "done" and not again)):
                return id_
            self._cancel_others(by)
            titles = titles_of(self._engine.plan(asked.name), asked.plan)
            at, turn = self._engine.clock.now(), token_hex(8)
            begun = Replay(id_, asked.name, by, asked.texts, asked.since, asked.until, at, turn, titles)
            self._note(begun, 0, 0)
            self._keep(begun)
            self._forget()
        threading.Thread(target=self._work, args=(begun, asked.plan), name="replay", daemon=True).start()
        return id_

    def cancel(self, id_: str) -> None:
        """Let it be: whoever works on it notices before the next few hundred runs."""
        with self._lock:
            known = self.of(id_)
            if known and known.state == "running":
                self._keep(replace(known, state="cancelled"))

    # -- the work ----------------------------------------------------------------------------------------------------------

    def _work(self, begun: Replay, draft: Plan) -> None:
        try:
            self._wait_for_turn(begun)
            try:
                self._replay(begun, draft)
            finally:
                self._turn.release()
        except Exception:
            log.exception("replay_failed", replay=begun.id, procedure=begun.name)
            self._end(replace(begun, state="failed"))
        finally:
            self._progress(begun).unlink(missing_ok=True)

    def _wait_for_turn(self, begun: Replay) -> None:
        """One at a time in a process: they want a whole processor."""
        while not self._turn.acquire(timeout=1):
            self._note(begun, 0, 0)

    def _replay(self, begun: Replay, draft: Plan) -> None:
        engine, started = self._engine, time.monotonic()
        told = started - _TOLD

        def progress(done: int, total: int) -> bool:
            nonlocal told
            if time.monotonic() - told >= _TOLD:
                told = time.monotonic()
                self._note(begun, done, total)
            return self._is_wanted(begun)

        names = engine.directory.catch_up().renamed.names(begun.name)
        report = backtest(engine.ledger, engine.plan_of, names, draft, begun.since, begun.until, progress=progress)
        if not report.is_cancelled:
            took, total = time.monotonic() - started, report.total
            self._end(replace(begun, state="done", done=total, total=total, took=took, found=found_in(report)))

    def _is_wanted(self, begun: Replay) -> bool:
        kept = self._read(begun.id)
        return kept is not None and (kept.turn, kept.state) == (begun.turn, "running")

    def _end(self, ended: Replay) -> None:
        with self._lock:
            if self._is_wanted(ended):
                self._keep(ended)

    # -- the files ---------------------------------------------------------------------------------------------------------

    def _id(self, asked: Asked) -> str:
        site = self._engine.directory.catch_up().published[SITE].digest
        depends_on = (asked.name, asked.revision, site, asked.since.isoformat(), asked.until.isoformat())
        return sha256(repr(depends_on).encode()).hexdigest()

    def _file(self, id_: str) -> Path:
        return self._folder / f"{id_}.json"

    def _progress(self, one: Replay) -> Path:
        """How far whoever works on it is. Of each turn apart: one that was cancelled may not have noticed yet."""
        return self._folder / f"{one.id}.{one.turn}.progress"

    def _read(self, id_: str) -> Replay | None:
        """What is kept of a replay; None where that is nothing, or was written by another version of the product."""
        if not _ID.fullmatch(id_):
            return None
        try:
            return _STORED.validate_json(self._file(id_).read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError as error:
            log.warning("replay_unreadable", replay=id_, reason=error.errors()[0]["msg"])
            return None

    def _keep(self, one: Replay) -> None:
        _write(self._file(one.id), _STORED.dump_json(one))

    def _note(self, begun: Replay, done: int, total: int) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        _write(self._progress(begun), f"{done} {total}".encode())

    def _under_way(self, kept: Replay) -> Replay:
        """How far it is; where nobody has given a sign of life for a while, that it was left."""
        file = self._progress(kept)
        try:
            done, total = file.read_text(encoding="ascii").split()
            is_left = time.time() - file.stat().st_mtime > STALE
        except FileNotFoundError:
            now = self._read(kept.id) or kept
            return replace(now, state="stopped") if now == kept else now  # or else it has ended this very moment
        return replace(kept, done=int(done), total=int(total), state="stopped" if is_left else "running")

    def _cancel_others(self, by: str) -> None:
        for file in self._folder.glob("*.progress"):
            one = self.of(file.name.partition(".")[0])
            if one and one.by == by and one.state == "running":
                self._keep(replace(one, state="cancelled"))

    def _forget(self) -> None:
        """Take away the files of the oldest, with what work on them left."""
        files = sorted(self._folder.glob("*.json"), key=lambda file: file.stat().st_mtime, reverse=True)
        for old in files[KEPT:]:
            for file in (old, *self._folder.glob(f"{old.stem}.*")):
                file.unlink(missing_ok=True)


def _write(file: Path, content: bytes) -> None:
    """All of it or nothing: others read it meanwhile."""
    beside = file.with_name(f"{file.name}.{token_hex(4)}")
    beside.write_bytes(content)
    os.replace(beside, file)


def titles_of(*plans: Plan | None) -> dict[str, Titled]:
    """What steps, fields and inputs are called: in the order of the last plan, then those that only others have."""
    found: dict[str, Titled] = {}
    for plan in reversed(plans):
        for name, step in plan.fields.items() if plan else ():
            found.setdefault(name, Titled(step.title, isinstance(step, Measure)))
    return found


def found_in(report: Report) -> Found:
    """A report as it is kept."""
    counted = (Counted(kind, step, count, tuple(report.named[kind, step])) for (kind, step), count in report.counts.items())
    return Found(report.looked_at, dict(report.runs), tuple(report.lacking.most_common()), tuple(counted), tuple(report.left_out))
