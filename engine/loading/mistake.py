"""One complaint of pydantic beside what was written there, with the names people use for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.loading.sentences import Phrase
from engine.loading.shape import Spot, owner_of
from engine.loading.source import Source
from engine.procedure.problem import Problem

Facts = dict[str, object]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One complaint of pydantic beside what was written."""

    kind: str
    context: Mapping[str, Any]
    spot: Spot
    source: Source
    root: str
    location: tuple[str | int, ...] = ()

    @property
    def key(self) -> str:
        """The last key on the way to the mistake."""
        return next((part for part in reversed(self.spot.path) if isinstance(part, str)), "")

    @property
    def owner(self) -> Phrase:
        """Who the mistaken key or entry belongs to."""
        return owner_of(self.source.tree, self.spot.path[:-1], self.root)

    @property
    def it(self) -> Phrase:
        """The thing complained about, as people name it."""
        return owner_of(self.source.tree, self.spot.path, self.root)

    @property
    def found(self) -> Phrase:
        """What is written."""
        return described(self.spot.value)

    def problem(self, code: str, *, at_key: bool = False, **facts: object) -> Problem:
        """This mistake as a problem; key, owner, it and found are given to every sentence."""
        known: Facts = {"key": self.key, "owner": self.owner, "it": self.it, "found": self.found}
        return Problem(code, self.spot.path, known | facts, at_key=at_key)


def described(value: object) -> Phrase:
    """What an author wrote, as words."""
    match value:
        case bool():
            return Phrase("truth", (value,))
        case int() | Decimal():
            return Phrase("number", (value,))
        case str():
            return Phrase("text", (value,)) if value else Phrase("empty_text")
        case list():
            return Phrase("list")
        case Mapping():
            return Phrase("mapping")
        case _:
            return Phrase("nothing")
