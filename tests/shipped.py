"""The shipped procedures for tests that serve them: a copy beside each test's data, and what they compile to kept for all."""

import atexit
import os
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

SOPS = Path(__file__).parents[1] / "sops"
KEPT = ("cache", "templates")
"""Folders of a data folder that hold what can be worked out again, under the digest of what it was worked out from."""


@cache
def compiled(name: str = "cache") -> Path:
    """A folder for what procedures or templates compile to, for as long as the tests run."""
    folder = Path(mkdtemp(prefix=f"sop-{name}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def copied(data: Path) -> Path:
    """The shipped procedures, beside the data of a test: what is published from a page is written to its file.

    What they and the templates compile to is kept for all tests: reading sixty files anew takes seconds.
    """
    data.mkdir(parents=True, exist_ok=True)
    for name in KEPT:
        if not (data / name).exists():
            (data / name).symlink_to(compiled(name), target_is_directory=True)
    return Path(shutil.copytree(SOPS, data.parent / f"{data.name}-sops", dirs_exist_ok=True, copy_function=_copied_bytes))


def copy_of(data: Path, to: Path) -> Path:
    """A data folder as it stands, once more; what is kept for all tests stays where it is."""
    return Path(shutil.copytree(data, to, symlinks=True))


@cache
def _bytes(path: str) -> tuple[bytes, int]:
    return Path(path).read_bytes(), os.stat(path).st_mtime_ns


def _copied_bytes(source: str, to: str) -> None:
    """A copy with its time of change; a file of its own, since tests write into them."""
    data, changed = _bytes(source)
    with open(to, "wb") as file:
        file.write(data)
    os.utime(to, ns=(changed, changed))
