"""Golden pairs: a small file with a mistake, and beside it exactly what is said about it. A new case is two files.

`UPDATE_GOLDEN=1 pytest tests/authoring` writes the `.out` files anew; read the difference before you keep it.
"""

import os
import shutil
from datetime import date
from pathlib import Path

from engine.loading.diagnostic import Diagnostic
from engine.loading.library import Library
from engine.loading.sentences import Language

HERE = Path(__file__).parent
CASES = HERE / "cases"
AROUND = HERE / "around"
_WHERE = {
    ".test": "rescue.test.yaml",
    ".site": "site.yaml",
    ".overrides": "overrides/east.yaml",
    ".clauses": "clauses.yaml",
    ".report": "reports/month.yaml",
    "": "pool/case.yaml",
}


def place_of(case: Path) -> str:
    """Where in the folder a case stands: its second suffix says what kind of file it is."""
    return _WHERE[Path(case.stem).suffix]


TODAY = date(2026, 11, 24)


def diagnose(data: bytes, place: str, folder: Path, cache: Path, held: frozenset[str] | None = None) -> list[Diagnostic]:
    """What is said of `data` standing at `place` beside the files of `around`. `held` are the roles that somebody holds."""
    shutil.copytree(AROUND, folder, dirs_exist_ok=True)
    target = folder / place
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    before = Path.cwd()
    os.chdir(folder.parent)
    try:
        library = Library.load(Path(folder.name), cache, today=TODAY, held=held)
    finally:
        os.chdir(before)
    return [diagnostic for diagnostic in library.diagnostics if diagnostic.file == f"{folder.name}/{place}"]


def rendered(diagnostics: list[Diagnostic], language: Language = "en") -> str:
    """All of them as the command line shows them."""
    return "".join(f"{diagnostic.render(language)}\n" for diagnostic in diagnostics)


def compare(out: Path, said: str) -> None:
    """Assert that `out` holds `said`, or write it there when asked to."""
    if os.environ.get("UPDATE_GOLDEN"):
        out.write_text(said, encoding="utf-8")
    assert out.exists(), f"{out.name} is missing: run UPDATE_GOLDEN=1 pytest tests/authoring, then read it"
    assert said == out.read_text(encoding="utf-8")
