"""Procedures as they are edited in tests: their places, their values, what they mean."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from engine.loading.source import Path as Way
from engine.loading.source import Source, read

ROOT = Path(__file__).resolve().parents[2]
SOPS = ROOT / "sops"
OTHERS = ("overrides", "reports")
PROCEDURES = sorted(path for path in SOPS.glob("*/*.yaml") if ".test" not in path.name and path.parent.name not in OTHERS)
NAMES = [path.relative_to(SOPS).as_posix() for path in PROCEDURES]


@cache
def source_of(path: Path) -> Source:
    """A shipped file as read."""
    found = read(path.read_bytes(), path.name)
    assert found.diagnostics == []
    return found


def leaves(dumped: Any, path: Way = ()) -> Iterator[tuple[Way, Any]]:
    """Every single value of a dumped model, with its path."""
    if isinstance(dumped, dict | list):
        for part, inner in dumped.items() if isinstance(dumped, dict) else enumerate(dumped):
            yield from leaves(inner, (*path, part))
    else:
        yield path, dumped


@lru_cache(maxsize=4)
def tree_of(text: str) -> Any:
    """What a text reads as, to be looked at and never changed: a test asks several things of a text and of what became of it."""
    source = read(text.encode(), "")
    assert source.diagnostics == []
    return source.tree


def comments(text: str) -> list[str]:
    """The comments of a shipped file, in no order."""
    return sorted(re.findall(r"(?<![^ \n])#.*", text))
