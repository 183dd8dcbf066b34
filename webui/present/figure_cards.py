"""What the form of a draft is made of: controls in rows on cards, cards in groups, and what of it is not saved yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Shown:
    """What differs from the draft on the page: what was typed, what is wrong with it, what somebody else made of it."""

    typed: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)
    theirs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Field:
    """One control. `was`: what is in force, None where nothing is to be compared with."""

    key: str
    label: str
    name: str  # what a reader of the screen hears: the card's title with it
    kind: str
    value: str
    was: str | None
    is_changed: bool
    wrong: str
    theirs: str | None
    language: str = ""
    options: tuple[tuple[str, str], ...] = ()
    far: tuple[tuple[str, str], ...] = ()  # options behind a fold
    rows: int = 1

    @property
    def is_unit(self) -> bool:
        """Whether it is the unit of a figure, which stands beside that."""
        return self.key.startswith("parameters.") and self.key.endswith((".unit", ".unit.zh"))

    @property
    def number(self) -> str:
        """Of a span: how many."""
        return self.value.partition(" ")[0]

    @property
    def chosen(self) -> tuple[str, ...]:
        """Of a list of words: which; of a span: its unit."""
        if self.kind == "span":
            return (_unit(self.value.partition(" ")[2]),)
        return tuple(part.strip() for part in self.value.split(",") if part.strip())

    @property
    def was_told(self) -> str:
        """What is in force, as people read it."""
        titles = dict((*self.options, *self.far)) if self.kind == "days" else {}
        return (
            ", ".join(titles.get(part.strip(), part) for part in self.was.split(",")) if titles and self.was else self.was or ""
        )


@dataclass(frozen=True, slots=True)
class Row:
    """Fields that belong together on a line: a low and a high bound, a text in both languages."""

    label: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A parameter, a line of the schedule, a step. `more`: what is rarely changed; `notes`: to be known, with the warnings;
    `facts`: who does a step and when, which has a page of its own; `takes`: what goes with it when it is taken out; `unused`: a
    figure's id where no step uses it; `figures`: ids and titles of what a step measures, which has a card of its own;
    `dissolves`: of a section the first of its steps, and `stays` where they go when it is dissolved; `line`: of the schedule, by
    number.
    """

    id: str
    title: str
    hint: str = ""
    rows: tuple[Row, ...] = ()
    more: tuple[Row, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    step: str = ""
    facts: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    unused: str = ""
    figures: tuple[tuple[str, str], ...] = ()
    is_open: bool = False
    dissolves: str = ""
    stays: str = ""
    line: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Cards under a heading."""

    id: str
    title: str
    cards: tuple[Card, ...]


def _unit(word: str) -> str:
    return word.strip().removesuffix("s") if word.strip() not in ("s", "") else word.strip() or "min"
