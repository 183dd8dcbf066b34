"""The kept front-end files are the ones their README names, and exactly what `tools/vendor` builds."""

import re
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "webui/static/vendor"
_ROW = re.compile(r"^\| (\S+) \| (\S+ \S+) \| `([0-9a-f]{64})` \|$", re.MULTILINE)


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _rows() -> list[tuple[str, str, str]]:
    return _ROW.findall((KEPT / "README.md").read_text("utf-8"))


def test_readme_names_every_file() -> None:
    kept = {path.name for path in KEPT.iterdir()} - {"README.md"}
    assert kept == {name for name, _, _ in _rows()}


def test_versions_are_the_ones_tried() -> None:
    assert {source for _, source, _ in _rows()} == {"htmx.org 2.0.11", "idiomorph 0.8.0", "signature_pad 5.1.4"}


def test_every_build_has_its_licence() -> None:
    names = {name for name, _, _ in _rows()}
    assert {name.split(".")[0].removesuffix("-ext") for name in names if name.endswith(".js")} == {
        name.removesuffix(".LICENSE") for name in names if name.endswith(".LICENSE")
    }


def test_files_match_their_digest() -> None:
    for name, _, digest in _rows():
        assert sha256((KEPT / name).read_bytes()).hexdigest() == digest, name


@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed: the kept files cannot be built again here")
def test_rebuild_is_equal(tmp_path: Path) -> None:
    built = subprocess.run([ROOT / "tools/vendor", tmp_path], capture_output=True, text=True, timeout=120, check=False)
    assert built.returncode == 0, built.stderr
    assert _contents(tmp_path) == _contents(KEPT)
