"""Which files of a folder are procedures, and which are not what they should be. Reads names and bytes, never contents.

A file's name is its procedure's id, so only plain names pass; links out of the folder are refused; nothing is skipped in silence.
"""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.loading.characters import MAX_BYTES, too_large
from engine.loading.diagnostic import START, Diagnostic

Kind = Literal["procedure", "scenarios", "site", "clauses", "overrides", "report"]
_ID = re.compile(r"[a-z][a-z0-9_]{0,63}(/[a-z][a-z0-9_]{0,63})*")
_DEEPEST = 6
NOTHING: Mapping[str, bytes | None] = {}


@dataclass(frozen=True, slots=True)
class Found:
    """One file to load. `id` is its path without the suffix: pool/prep for pool/prep.yaml and for pool/prep.test.yaml."""

    kind: Kind
    id: str
    file: str
    data: bytes


@dataclass(slots=True)
class Folder:
    """What lies in a folder of procedures, in order of path."""

    found: list[Found]
    diagnostics: list[Diagnostic]

    def of(self, kind: Kind) -> list[Found]:
        """The files of one kind."""
        return [found for found in self.found if found.kind == kind]


def look_through(root: Path, instead: Mapping[str, bytes | None] = NOTHING) -> Folder:
    """Everything below `root` that ends in .yaml or .yml. A folder that is not there is an empty one.

    `instead`: what is to be read in place of files, or beside them, by path below `root`: a draft; None takes one away.
    """
    folder = Folder([], [])
    shown = root.as_posix()
    limit = Path(os.path.realpath(root))
    paths = {_printable(path.relative_to(root).as_posix()): path for path in _below(root, 0)}
    for relative in sorted(paths.keys() | instead.keys(), key=lambda name: name.split("/")):
        file = f"{shown}/{relative}"
        given = instead.get(relative)
        if given is None and relative in instead:
            continue
        seen = _given(relative, file, given) if given is not None else _open(paths[relative], relative, file, limit)
        if isinstance(seen, Diagnostic):
            folder.diagnostics.append(seen)
        else:
            folder.found.append(seen)
    return folder


def _given(relative: str, file: str, data: bytes) -> Found | Diagnostic:
    kind, name = _kind_and_id(relative)
    if not _ID.fullmatch(name) or not relative.endswith(".yaml"):
        return Diagnostic(file, START, "file-name", {"found": relative})
    return too_large(file, len(data)) if len(data) > MAX_BYTES else Found(kind, name, file, data)


def _below(folder: Path, depth: int) -> Iterator[Path]:
    """YAML files below a folder; hidden ones (editors' and git's) are not procedures. Linked folders are shown, not entered."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    except OSError:
        yield folder  # told like a file that cannot be opened
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            if depth < _DEEPEST:
                yield from _below(Path(entry.path), depth + 1)
        elif entry.name.casefold().endswith((".yaml", ".yml")) or (entry.is_symlink() and entry.is_dir()):
            yield Path(entry.path)


def _printable(name: str) -> str:
    """A name that may be shown; one with a line break or broken bytes in it is refused, but first it must be told."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name)


def _open(path: Path, relative: str, file: str, limit: Path) -> Found | Diagnostic:
    kind, name = _kind_and_id(relative)
    if path.is_dir() and not path.is_symlink():
        return Diagnostic(file, START, "unreadable", {"why": "the folder cannot be looked into"})
    if not _ID.fullmatch(name) or path.suffix != ".yaml":
        return Diagnostic(file, START, "file-name", {"found": relative})
    if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(limit):
        return Diagnostic(file, START, "link-outside")
    try:
        return _read(path, kind, name, file)
    except OSError as error:
        return Diagnostic(file, START, "unreadable", {"why": error.strerror or type(error).__name__})


def _read(path: Path, kind: Kind, name: str, file: str) -> Found | Diagnostic:
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        return Diagnostic(file, START, "unreadable", {"why": "not an ordinary file"})
    if status.st_size > MAX_BYTES:
        return too_large(file, status.st_size)
    with path.open("rb") as stream:
        return Found(kind, name, file, stream.read(MAX_BYTES + 1))  # a byte more than allowed: it may have grown since


def _kind_and_id(relative: str) -> tuple[Kind, str]:
    if relative in ("site.yaml", "clauses.yaml"):
        return ("site" if relative == "site.yaml" else "clauses"), relative.removesuffix(".yaml")
    if relative.startswith("overrides/"):
        return "overrides", relative.removesuffix(".yaml")
    if relative.startswith("reports/"):
        return "report", relative.removesuffix(".yaml")
    if relative.endswith(".test.yaml"):
        return "scenarios", relative.removesuffix(".test.yaml")
    return "procedure", relative.removesuffix(".yaml")
