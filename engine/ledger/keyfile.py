"""A secret of the data folder: a file made once, whole or not at all, and readable by its owner only."""

import os
from pathlib import Path


def made_once(path: Path) -> str:
    """What the file says; made of 32 random bytes, in hex, where there is none yet. Safe among processes."""
    while True:
        try:
            return path.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            _make(path)


def _make(path: Path) -> None:
    written_once(path, os.urandom(32).hex())


def written_once(path: Path, text: str) -> bool:
    """Write a secret as a whole, readable by its owner only; whether it is ours: another process may have been first."""
    part = path.with_name(f"{path.name}.{os.urandom(4).hex()}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    return put_once(part, path)


def put_once(part: Path, path: Path) -> bool:
    """Give a file its final name; whether it has it: another process may have been first. The other name is gone either way."""
    try:
        os.link(part, path)
    except FileExistsError:
        return False
    finally:
        part.unlink(missing_ok=True)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)  # or a power cut could take the name away again
    finally:
        os.close(descriptor)
    return True
