"""What a difference between two revisions can be, and what it can be about. Facts only: the words are made elsewhere.

A thing is named by its noun and id, never by its position, wherever the language gives it an id.
"""

from dataclasses import dataclass
from typing import Any, Literal

from engine.procedure.text import Text

Noun = Literal[
    "procedure", "parameter", "input", "step", "field", "section", "option", "item", "proposal",
    "line", "rule", "question", "card", "signature", "override",
    "site", "place", "role", "department", "shift", "season", "book", "dilution", "column", "closing",
    "report", "part", "figure",
]  # fmt: skip
Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """What a difference is about: `item` as it reads now (as it read, where it is gone), `within` whatever it belongs to.

    `id` is its id; for rules, lines of a schedule and signatures, which have none, their number from 1.
    """

    noun: Noun
    id: str
    item: Any
    within: "Thing | None" = None

    @property
    def title(self) -> Text | None:
        """Its title, where it has one."""
        found = self.item if isinstance(self.item, Text) else getattr(self.item, "title", None)
        return found if isinstance(found, Text) else None


@dataclass(frozen=True, slots=True)
class Changed:
    """One field reads otherwise. `path` leads to it by the keys an author writes; None: not given.

    `units` are the units of a parameter's figures, before and after.
    """

    what: Thing
    path: Keys
    old: Any
    new: Any
    units: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Added:
    """It is new. `after`: what stands before it in the same place, None at the beginning.

    `same_as`: the id under which exactly this stood before, where only the id is new.
    """

    what: Thing
    after: Thing | None = None
    same_as: str | None = None


@dataclass(frozen=True, slots=True)
class Removed:
    """It is gone. `same_as`: the id under which exactly this stands now."""

    what: Thing
    same_as: str | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """It stands elsewhere: `after` another in the same place; in another section, form or list where `is_elsewhere`."""

    what: Thing
    after: Thing | None
    is_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Rekinded:
    """A step keeps its id and is of another kind."""

    what: Thing
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Reordered:
    """The same entries under `key`, in another order; ids of those that are in both."""

    what: Thing
    key: str
    old: Keys
    new: Keys


Difference = Changed | Added | Removed | Moved | Rekinded | Reordered
