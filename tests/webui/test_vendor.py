"""The kept front-end files are the ones their README names, and exactly what `tools/vendor` builds."""

import json
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
    tried = {"codemirror 6.0.2", "htmx.org 2.0.11", "idiomorph 0.8.0", "signature_pad 5.1.4", "uplot 1.6.32"}
    assert {source for _, source, _ in _rows()} == tried


def test_the_bundle_is_made_of_exact_versions_and_names_no_place() -> None:
    made_of = ROOT / "tools/codemirror"
    package = json.loads((made_of / "package.json").read_text("utf-8"))
    wanted = package["dependencies"] | package["devDependencies"]
    assert wanted["codemirror"] == "6.0.2"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    lock = (made_of / "package-lock.json").read_text("utf-8")
    assert "://" not in lock
    kept = json.loads(lock)["packages"]
    assert all(kept[f"node_modules/{name}"]["version"] == version for name, version in wanted.items())
    assert all("integrity" in one for path, one in kept.items() if path)


def test_the_bundle_obeys_the_content_policy() -> None:
    bundle = (KEPT / "codemirror.min.js").read_text("utf-8")
    assert "eval(" not in bundle
    assert "new Function" not in bundle
    assert set(re.findall(r"\w+://[\w.-]+", bundle)) <= {"http://www.w3.org"}  # SVG's name of itself


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
