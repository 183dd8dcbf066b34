"""The shipped procedures for tests that serve them: a copy beside each test's data, and what they compile to kept for all."""

import atexit
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

SOPS = Path(__file__).parents[1] / "sops"


@cache
def compiled() -> Path:
    """A folder for what procedures compile to, for as long as the tests run."""
    folder = Path(mkdtemp(prefix="sop-compiled-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def copied(data: Path) -> Path:
    """The shipped procedures, beside the data of a test: what is published from a page is written to its file.

    What they compile to is kept for all tests: reading sixty files anew takes seconds.
    """
    data.mkdir(parents=True, exist_ok=True)
    if not (data / "cache").exists():
        (data / "cache").symlink_to(compiled(), target_is_directory=True)
    return Path(shutil.copytree(SOPS, data.parent / f"{data.name}-sops", dirs_exist_ok=True))
