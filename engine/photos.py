"""Photos: re-encoded without metadata, kept under their SHA-256, on disk before they are acknowledged.

Beside a picture that has just come stands a mark, until the retention's daily look has found what names it: what was sent with a
form that was refused is named by nothing, and goes.

What came from outside is only ever opened in a child process with limits on time and memory.
"""

import os
import re
import secrets
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from engine.clock import Clock, SystemClock

LARGEST = 12 * 1024 * 1024  # bytes received
_SECONDS = 20
_DIGEST = re.compile(r"[0-9a-f]{64}")


class NotAPhoto(ValueError):
    """What was sent is not a picture that can be kept. `code`: too_large, not_an_image, too_many_pixels, took_too_long."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Photos:
    """The pictures of a data folder. `clock`: by which it is told how long ago one came."""

    folder: Path
    clock: Clock = field(default_factory=SystemClock)

    def keep(self, data: bytes) -> str:
        """Re-encode a JPEG, PNG or WebP as JPEG and keep it durably; returns its digest. Raises NotAPhoto."""
        if len(data) > LARGEST:
            raise NotAPhoto("too_large")
        picture = _reencoded(data)
        digest = sha256(picture).hexdigest()
        path = self._path(digest)
        if not path.exists() or _mark(path).exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _touch(_mark(path), self.clock.now())
        if not path.exists():
            _write_durably(path, picture)
        return digest

    def path(self, digest: str) -> Path | None:
        """Where a picture is kept; None where there is none, or the digest is not one."""
        if not _DIGEST.fullmatch(digest):
            return None
        path = self._path(digest)
        return path if path.exists() else None

    def came_before(self, at: datetime) -> list[str]:
        """The digests of pictures that came before a moment and have their mark still."""
        return sorted(mark.stem for mark in self.folder.glob("*/*.new") if mark.stat().st_mtime < at.timestamp())

    def settle(self, digest: str) -> None:
        """Take the mark off a picture that something names."""
        _mark(self._path(digest)).unlink(missing_ok=True)

    def drop(self, digest: str) -> None:
        """Delete a picture, and its mark."""
        self._path(digest).unlink(missing_ok=True)
        self.settle(digest)

    def drop_parts(self, at: datetime) -> None:
        """Delete what writing left of pictures when it was cut short before a moment."""
        for part in self.folder.glob("*/*.part"):
            if part.stat().st_mtime < at.timestamp():
                part.unlink(missing_ok=True)

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / f"{digest}.jpg"


def _mark(path: Path) -> Path:
    return path.with_suffix(".new")


def _touch(mark: Path, at: datetime) -> None:
    mark.touch()
    os.utime(mark, (at.timestamp(), at.timestamp()))


def _reencoded(data: bytes) -> bytes:
    command = [sys.executable, "-m", "engine.reencode"]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603 - our own module
    except subprocess.TimeoutExpired:
        raise NotAPhoto("took_too_long") from None
    if done.returncode != 0:
        code = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["not_an_image"]
        raise NotAPhoto(code[0] if code[0] in ("too_many_pixels", "not_an_image") else "not_an_image")
    return done.stdout


def _write_durably(path: Path, data: bytes) -> None:
    """Write, sync, rename, sync the folder: a name that exists has its whole content on disk."""
    part = path.with_suffix(f".{secrets.token_hex(8)}.part")  # the same picture may arrive twice at once
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
