"""Fetch the pinned front-end files with `npm pack` and put them, with their licences, into webui/static/vendor.

`python tools/vendor.py` writes them; `--check` rebuilds beside and says whether they are equal.
"""

import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path(__file__).parent.parent / "webui" / "static" / "vendor"
PACKAGES = {
    "htmx.org@2.0.11": {"package/dist/htmx.min.js": "htmx.min.js", "package/LICENSE": "htmx.LICENSE"},
    "idiomorph@0.8.0": {"package/dist/idiomorph-ext.min.js": "idiomorph-ext.min.js", "package/LICENSE": "idiomorph.LICENSE"},
}


def fetch(into: Path) -> None:
    """Fetch every package and write its files into a folder. Raises CalledProcessError where npm cannot."""
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("npm")
    with tempfile.TemporaryDirectory() as folder:
        for package, wanted in PACKAGES.items():
            done = subprocess.run([npm, "pack", "--silent", package], cwd=folder, check=True, capture_output=True, text=True)  # noqa: S603
            with tarfile.open(Path(folder) / done.stdout.strip().splitlines()[-1]) as archive:
                for member, name in wanted.items():
                    file = archive.extractfile(member)
                    assert file is not None
                    (into / name).write_bytes(file.read())


def differing() -> list[str]:
    """The names of files that a rebuild would change."""
    with tempfile.TemporaryDirectory() as folder:
        fetch(Path(folder))
        names = [name for wanted in PACKAGES.values() for name in wanted.values()]
        return [n for n in names if not (VENDOR / n).exists() or (VENDOR / n).read_bytes() != (Path(folder) / n).read_bytes()]


if __name__ == "__main__":
    if "--check" in sys.argv:
        found = differing()
        print("equal" if not found else f"differ: {', '.join(found)}")
        sys.exit(bool(found))
    VENDOR.mkdir(parents=True, exist_ok=True)
    fetch(VENDOR)
