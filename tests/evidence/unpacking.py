"""A bundle unpacked, forged and checked by the one file that strangers verify with."""

import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from engine.evidence.single import verifier_text

from .conftest import Office


@pytest.fixture(scope="session")
def verifier() -> ModuleType:
    """The one file, as it stands in a bundle."""
    module = ModuleType("verify")
    exec(compile(verifier_text(), "verify.py", "exec"), module.__dict__)
    return module


def found(verifier: ModuleType, path: Path, key: str = "") -> list[str]:
    bundle = verifier.Bundle(path)
    verifier.checked(bundle, key or bundle.files.get("key.txt", b"").decode("utf-8", "replace").strip())
    return list(bundle.found)


def unpacked(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder


def forged(office: Office, folder: Path, change: "dict[str, bytes]") -> Path:
    """The bundle with other content, listed in a manifest that the house's own key signed: only the content can show it."""
    from hashlib import sha256

    for name, data in change.items():
        (folder / name).write_bytes(data)
    names = sorted(
        one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file() and one.name != "manifest.txt"
    )
    listed = "".join(f"{sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    (folder / "manifest.txt").write_text(office.key.signed(f"{office.key.verifier.name}\n{listed}"), encoding="utf-8")
    return folder
