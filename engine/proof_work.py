"""Work on the record that takes its time, in a thread, while somebody looks at how far it is; what came of it is kept in a file.

Any process answers for it, because all share the folder. Knows nothing of what is worked on.
"""

import os
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex
from typing import Literal

import structlog
from pydantic import TypeAdapter, ValidationError

log = structlog.get_logger()
State = Literal["running", "done", "failed", "stopped"]
"""`stopped`: the process that worked on it is gone; `failed`: it came upon a fault, which is in the log."""
STALE = 20.0
"""Seconds without a sign of life after which whoever worked on it is taken to be gone."""
KEPT = 10
"""Pieces of work whose files are kept, the newest."""
_BEAT = 2.0
_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of work as far as it has come. `told`: the words of the work itself for what it does, or for what came of it."""

    id: str
    kind: str
    by: str
    state: State = "running"
    told: str = ""


_STORED = TypeAdapter(Work)
Doing = Callable[[str, Callable[[str], None]], str]
"""Does the work of an id, tells how far it is, and gives what came of it."""


class Works:
    """The work of a site. Safe to share between threads; processes share the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()

    def of(self, id_: str) -> Work | None:
        """A piece of work by its id; None where there is none, or it is kept no more."""
        path = self._path(id_)
        try:
            found = _STORED.validate_json(path.read_bytes()) if _ID.fullmatch(id_) else None
            is_stale = found is not None and time.time() - path.stat().st_mtime > STALE
        except (FileNotFoundError, ValidationError):
            return None
        return replace(found, state="stopped") if found and found.state == "running" and is_stale else found

    def begin(self, kind: str, by: str, doing: Doing) -> str:
        """Work on it, unless the same person has the same kind under way; gives its id."""
        with self._lock:
            for path in self._newest():
                known = self.of(path.stem)
                if known and (known.kind, known.by, known.state) == (kind, by, "running"):
                    return known.id
            work = Work(token_hex(8), kind, by)
            self._keep(work)
            self._forget()
        threading.Thread(target=self._do, args=(work, doing), name=kind, daemon=True).start()
        return work.id

    def _do(self, work: Work, doing: Doing) -> None:
        is_over = threading.Event()
        threading.Thread(target=self._beat, args=(work.id, is_over), name="sign of life", daemon=True).start()
        try:
            told = doing(work.id, lambda stage: self._keep(replace(work, told=stage)))
            outcome = replace(work, state="done", told=told)
        except Exception:  # whatever it is, whoever waits is to hear of it, and it is in the log
            log.exception("work_failed", work=work.kind)
            outcome = replace(work, state="failed")
        is_over.set()
        self._keep(outcome)

    def _beat(self, id_: str, is_over: threading.Event) -> None:
        while not is_over.wait(_BEAT):
            self._path(id_).touch()

    def _path(self, id_: str) -> Path:
        return self.folder / f"{id_}.json"

    def _newest(self) -> list[Path]:
        return sorted(self.folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)

    def _keep(self, work: Work) -> None:
        """Whole or not at all: somebody may be reading."""
        self.folder.mkdir(parents=True, exist_ok=True)
        part = self.folder / f"{work.id}.{os.getpid()}.{threading.get_ident()}.part"
        part.write_bytes(_STORED.dump_json(work))
        part.replace(self._path(work.id))

    def _forget(self) -> None:
        for path in self._newest()[KEPT:]:
            for old in self.folder.glob(f"{path.stem}.*"):
                old.unlink(missing_ok=True)
