"""The folder of procedures while the server runs: read again when a file changed, looked at with drafts in place of files, and
written to so that a file is whole at every moment and nobody's change is overwritten unseen.
"""

import fcntl
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Literal

from engine.loading.library import Library

Print = tuple[tuple[str, int, int], ...]
"""Path, time of change in ns and size of each file: equal as long as nobody wrote."""
Written = Literal["written", "overtaken", "unwritable"]
NOTHING: Mapping[str, bytes] = {}
ABSENT = ""
"""The digest of a file that is not there."""


class Folder:
    """One folder. Safe to share between threads; other processes may read and write the same one."""

    def __init__(self, path: Path, cache: Path | None = None) -> None:
        self.path, self._cache = path, cache
        self._lock = threading.Lock()
        self._seen: tuple[Print, date] | None = None
        self._library: Library | None = None

    def library(self, today: date) -> Library:
        """What lies in the folder now. The same object for as long as no file changed and the day is the same."""
        with self._lock:
            seen = (self._print(), today)
            if self._library is None or seen != self._seen:
                self._library, self._seen = Library.load(self.path, self._cache, today=today), seen
            return self._library

    def with_drafts(self, drafts: Mapping[str, bytes | None], today: date) -> Library:
        """What would lie there with `drafts` written, by path below the folder; None takes a file away."""
        return Library.load(self.path, self._cache, today=today, instead=drafts)

    def read(self, file: str) -> bytes | None:
        """A file's bytes; None where there is none. ValueError for a path that leads out of the folder."""
        try:
            return self._inside(file).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, files: Mapping[str, bytes | None], seen: Mapping[str, str]) -> Written:
        """Write files, or take them away where there are no bytes, if each still has the digest that was `seen`.

        Each is replaced whole and is on disk before this returns. Where one has changed meanwhile none is touched.
        """
        try:
            with self._turn():
                if any(digest_of(self.read(file)) != seen.get(file, ABSENT) for file in files):
                    return "overtaken"
                for file, data in files.items():
                    _replace(self._inside(file), data)
        except OSError:
            return "unwritable"  # the caller says so: the ledger has it, the folder is somebody else's to mend
        return "written"

    def _inside(self, file: str) -> Path:
        path = self.path / file
        if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(self.path)):
            raise ValueError(file)
        return path

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Writers take turns, also those of other processes."""
        with self._lock:
            descriptor = os.open(self.path, os.O_RDONLY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                yield
            finally:
                os.close(descriptor)

    def _print(self) -> Print:
        return tuple(sorted(_prints(self.path, "")))


def digest_of(data: bytes | None) -> str:
    """SHA-256 of a file's bytes, in hex; ABSENT where there is none."""
    return sha256(data).hexdigest() if data is not None else ABSENT


def _prints(folder: Path, above: str) -> Iterator[tuple[str, int, int]]:
    try:
        entries = list(os.scandir(folder))
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _prints(Path(entry.path), f"{above}{entry.name}/")
        elif entry.name.endswith((".yaml", ".yml")):
            try:
                status = entry.stat()
            except FileNotFoundError:  # a link to nowhere, or gone since it was listed
                yield above + entry.name, 0, -1
            else:
                yield above + entry.name, status.st_mtime_ns, status.st_size


def _replace(path: Path, data: bytes | None) -> None:
    if data is None and not path.exists():
        return  # nor need its folder be there
    if data is None:
        path.unlink(missing_ok=True)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as stream:
            stream.write(data)
            stream.flush()
            os.fchmod(stream.fileno(), path.stat().st_mode & 0o777 if path.exists() else 0o644)
            os.fsync(stream.fileno())
        os.replace(stream.name, path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
