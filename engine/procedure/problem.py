"""A problem is an author's mistake found in a written procedure, told by path and facts.

It knows nothing of files, lines or sentences: the loader adds the place, the catalogue of texts adds the words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Path = tuple[str | int, ...]
Level = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. `path` leads to the key or list item; `other` to the second party ("first at line 7")."""

    code: str
    path: Path
    facts: Mapping[str, object] = field(default_factory=dict)
    level: Level = "error"
    other: Path | None = None
    at_key: bool = False  # the key itself is wrong, not its value
