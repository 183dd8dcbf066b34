"""Keeps what a file compiled to, under the hash of its bytes and of the program that compiled it. May be deleted at any time.

Nothing here is trusted: what does not load is compiled again, and a folder that cannot be written only costs time.
"""

import hashlib
import os
from functools import cache as once
from pathlib import Path
from tempfile import NamedTemporaryFile

_SUFFIX = ".json"


class Cache:
    """A folder of small files, or nothing at all where `folder` is None. `trouble` says why it could not be written."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.trouble: str | None = None
        self._used: set[str] = set()

    def get(self, key: str) -> bytes | None:
        """What was kept under `key`, or None."""
        if self.folder is None:
            return None
        self._used.add(key + _SUFFIX)
        try:
            return (self.folder / (key + _SUFFIX)).read_bytes()
        except OSError:
            return None  # not kept, or not readable: both mean compile again

    def keep(self, key: str) -> None:
        """Count `key` as used, so that it is not dropped."""
        self._used.add(key + _SUFFIX)

    def has(self, key: str) -> bool:
        """Whether something is kept under `key`."""
        return self.folder is not None and (self.folder / (key + _SUFFIX)).exists()

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`; other processes see all of it or nothing."""
        if self.folder is None or self.trouble:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self.folder, delete=False) as stream:
                stream.write(data)
            os.replace(stream.name, self.folder / (key + _SUFFIX))
        except OSError as error:
            self.trouble = str(error)

    def prune(self) -> None:
        """Drop what this load did not use, once it is more than what it did."""
        if self.folder is None or self.trouble or not self.folder.is_dir():
            return
        unused = [entry.name for entry in os.scandir(self.folder) if entry.name not in self._used]
        if len(unused) > len(self._used) + 100:
            for name in unused:
                (self.folder / name).unlink(missing_ok=True)


def key_of(*parts: str | bytes) -> str:
    """A key over the program and `parts`."""
    digest = hashlib.sha256(_program())
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8) + data)
    return digest.hexdigest()


@once
def _program() -> bytes:
    """A hash of the sources that decide what a file compiles to, so that a new version never reads an old one's results."""
    digest = hashlib.sha256()
    engine = Path(__file__).parent.parent
    for path in sorted([*engine.glob("procedure/**/*.py"), *engine.glob("loading/**/*.py")]):
        digest.update(path.read_bytes())
    return digest.digest()
