"""Copies of the record that the server itself keeps for a while, to be fetched: files of exports, and evidence bundles."""

import time
from contextlib import suppress
from pathlib import Path

KEPT = 7 * 86400.0
"""Seconds after which such a copy goes in any case."""
_STALE = 60.0  # seconds within which somebody may still be at it
_FOLDERS = ("exports", "works")


def drop_copies(data: Path, older: float = 0.0) -> int:
    """Remove every copy in a data folder that is older than so many seconds, also of what is under way, which ends.

    Gives how many files there were. What was in them can be made again.
    """
    count, now = 0, time.time()
    for path in (path for folder in _FOLDERS for path in (data / folder).glob("*")):
        with suppress(FileNotFoundError):  # somebody else was first
            if not older or now - path.stat().st_mtime > older:
                path.unlink()
                count += 1
    return count


def drop_orphans(data: Path) -> int:
    """Remove what an export left of which nothing is known any more, as its process ended while it was erased. How many files."""
    count, now = 0, time.time()
    for path in (data / "exports").glob("*"):
        with suppress(FileNotFoundError):
            if not path.with_name(f"{path.name.partition('.')[0]}.export").exists() and now - path.stat().st_mtime > _STALE:
                path.unlink()
                count += 1
    return count
