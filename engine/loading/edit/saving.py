"""Puts a new text in the place of a file's old one, whole or not at all, and not over what somebody else saved meanwhile."""

import os
import secrets
import shutil
from pathlib import Path


class ChangedMeanwhile(OSError):
    """The file is no longer what the new text was made from; nothing was written."""


def replace_file(path: Path, old: bytes, new: bytes) -> None:
    """Write `new` where `old` was read: beside it, to the disk, then in its place, with its permissions; a link stays one.

    Raises ChangedMeanwhile and OSError; then the file is as it was.
    """
    place = Path(os.path.realpath(path))
    part = place.with_name(f".{place.name}.{secrets.token_hex(8)}.part")
    try:
        with part.open("xb") as stream:
            stream.write(new)
            stream.flush()
            os.fsync(stream.fileno())
        shutil.copymode(place, part)
        if place.read_bytes() != old:
            raise ChangedMeanwhile(place)
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)
    _sync_folder(place.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
