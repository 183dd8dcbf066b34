"""The folder of procedures that a command is pointed at: found upwards from what was named, and what of it was meant."""

import os
from collections.abc import Sequence
from pathlib import Path

import click

from engine.loading.diagnostic import Diagnostic
from engine.loading.library import Library

FOLDER = click.Path(exists=True, file_okay=True, path_type=Path)
_SUFFIXES = (".yaml", ".yml")


def opened(path: Path, cache: bool = True) -> tuple[Library, tuple[str, ...]]:
    """The library that `path` lies in, and the ids of the procedures there: all of a folder, one of a file.

    The site is looked for upwards, also above the folder the command was given in. Wrong usage where there is nothing to read.
    """
    if not path.is_dir() and path.suffix not in _SUFFIXES:
        raise click.UsageError(f"{path} is not a YAML file; give a folder of procedures, or one .yaml file in it")
    whole = Path(os.path.abspath(path))
    around = (whole, *whole.parents) if path.is_dir() else whole.parents
    root = next((folder for folder in around if (folder / "site.yaml").exists()), around[0])
    library = Library.load(_shown(root, path), _kept() if cache else None, workers=len(os.sched_getaffinity(0)))
    if not library.files and not library.diagnostics:
        raise click.UsageError(f"there is no .yaml file in {path}; give the folder that holds site.yaml and the procedures")
    inside = _inside(library, path)
    known = sorted({*library.procedures, *library.broken})
    if path.is_dir():
        return library, tuple(id_ for id_ in known if inside == "." or id_.startswith(f"{inside}/"))
    return library, tuple(id_ for id_ in known if id_ == inside.removesuffix(".yaml").removesuffix(".test"))


def within(library: Library, path: Path) -> Sequence[Diagnostic]:
    """What was found in the file or folder `path`."""
    inside, folder = _inside(library, path), library.folder.as_posix()
    name = folder if inside == "." else f"{folder}/{inside}"
    return [one for one in library.diagnostics if one.file == name or one.file.startswith(f"{name}/")]


def _shown(root: Path, path: Path) -> Path:
    """The root as whoever typed `path` would write it."""
    return root if path.is_absolute() else Path(os.path.relpath(root))


def _inside(library: Library, path: Path) -> str:
    return Path(os.path.abspath(path)).relative_to(os.path.abspath(library.folder)).as_posix()


def _kept() -> Path | None:
    """Where compiled files are kept; None for a user without a home."""
    try:
        return Path.home() / ".cache" / "sop-checklists"
    except RuntimeError:
        return None
