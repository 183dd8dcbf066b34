"""A draft is a procedure as it is checked: everything in it that has a name or asks a condition, each with path and position.

Positions say what comes earlier: inputs, then each step's fields, then the step itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from engine.procedure.condition import Condition
from engine.procedure.due import Due, FirstOf, LastOf
from engine.procedure.field import Choose, Step
from engine.procedure.parameter import Parameter
from engine.procedure.problem import Path
from engine.procedure.procedure import Procedure
from engine.procedure.rules.surroundings import Surroundings
from engine.procedure.step import Register, Rounds, Section, fields_key, fields_of

Position = tuple[int, int]
ALLOWANCE = 120_000
_AFTER_FIELDS = 1_000_000
_END: Position = (_AFTER_FIELDS, 0)


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition where it is written. It may name what stands before `position`, but nothing of its `own`."""

    path: Path
    condition: Condition
    position: Position
    own: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Timed:
    """A due time where it is written, with the position before which its anchors must stand."""

    path: Path
    due: Due
    position: Position
    own: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Block:
    """A section in its place."""

    path: Path
    section: Section
    index: int  # of its first step


@dataclass(frozen=True, slots=True)
class Item:
    """An input, a step, or a field of a form, register or rounds (`owner`). Fields of a `book` stand at the register's `book`."""

    path: Path
    step: Step
    role: Literal["input", "step", "field"]
    position: Position
    block: Block | None = None
    owner: "Item | None" = None
    book: str = ""

    @property
    def id(self) -> str:
        """The id it is named by."""
        return self.step.id

    @property
    def is_row_field(self) -> bool:
        """Whether it has a value for every row, so that no condition outside the row can name it."""
        return self.owner is not None and isinstance(self.owner.step, Register | Rounds)

    def whens(self) -> Iterator[Asked]:
        """The conditions under which it is asked, outermost first."""
        if self.owner is not None:
            yield from self.owner.whens()
        elif self.block is not None and self.block.section.when is not None:
            yield Asked((*self.block.path, "when"), self.block.section.when, (self.block.index, -1))
        if self.step.when is not None:
            yield Asked((*self.path, "when"), self.step.when, self.start, self._own)

    @property
    def start(self) -> Position:
        """The position its own conditions look back from."""
        return (self.position[0], -1) if self.role == "step" else self.position

    @property
    def _own(self) -> frozenset[str]:
        own = {self.id} | ({self.owner.id} if self.owner else set())
        return frozenset(own if self.role == "field" else own | {field.id for field in fields_of(self.step)})

    def timed(self) -> Iterator[Timed]:
        """Its own due times."""
        for path, due in due_paths(self.step.due):
            yield Timed((*self.path, *path), due, self.start, self._own)
        for k, proposal in enumerate(self.step.propose if isinstance(self.step, Choose) else ()):
            yield Timed((*self.path, "propose", k, "due"), proposal.due, self.position)


class TooMuch(Exception):
    """There is more to try than is worth the time."""


@dataclass(slots=True)
class Effort:
    """What may still be tried in one file: far more than any real procedure needs, and an end to a hostile one."""

    left: int = ALLOWANCE

    def spend(self, count: int = 1) -> None:
        """Raises TooMuch, now and ever after, once the allowance is used up."""
        self.left -= count
        if self.left < 0:
            raise TooMuch


@dataclass(frozen=True)
class Draft:
    """A procedure as it is checked, and what lies around it."""

    procedure: Procedure
    around: Surroundings
    effort: Effort = field(default_factory=Effort, compare=False)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The sections in order."""
        return tuple({item.block.path: item.block for item in self.steps if item.block}.values())

    @cached_property
    def inputs(self) -> tuple[Item, ...]:
        """The inputs in order."""
        return tuple(Item(("inputs", k), step, "input", (-1, k)) for k, step in enumerate(self.procedure.inputs))

    @cached_property
    def steps(self) -> tuple[Item, ...]:
        """The steps in order, without their fields."""
        return tuple(_steps(self.procedure))

    @cached_property
    def written(self) -> tuple[Item, ...]:
        """Inputs, and steps each followed by the fields written in it."""
        return (*self.inputs, *(found for item in self.steps for found in (item, *_fields(item))))

    @cached_property
    def inside(self) -> Mapping[str, tuple[Item, ...]]:
        """The fields of each step that has some, written or a book's."""
        found: dict[str, list[Item]] = {}
        for item in (*self.written, *self.bound):
            if item.owner is not None:
                found.setdefault(item.owner.id, []).append(item)
        return {name: tuple(items) for name, items in found.items()}

    @cached_property
    def bound(self) -> tuple[Item, ...]:
        """The fields that registers take from the site's books."""
        return tuple(found for item in self.steps for found in _book_fields(item, self.around))

    @cached_property
    def named(self) -> Mapping[str, Item]:
        """What a condition may name, apart from facts: the first of each id; fields of books last."""
        found: dict[str, Item] = {}
        for item in (*self.written, *self.bound):
            found.setdefault(item.id, item)
        return found

    @cached_property
    def timed(self) -> tuple[Timed, ...]:
        """Every due time of steps and sections, outermost only."""
        of_blocks = (due for block in self.blocks for due in _of_block(block))
        return (*of_blocks, *(due for item in self.steps for due in item.timed()))

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """Every condition of the procedure, in no particular order."""
        return tuple(_asked(self))

    def parameter(self, item: Item) -> Parameter | None:
        """The parameter an item names, where it names one that exists."""
        name = getattr(item.step, "parameter", None)
        return self.procedure.parameters.get(name) if name else None


def due_paths(dues: tuple[Due, ...]) -> Iterator[tuple[Path, Due]]:
    """Each due time with its path. One alone is taken as written without a list."""
    for index, due in enumerate(dues):
        yield (("due",) if len(dues) == 1 else ("due", index)), due


def parts_of(due: Due, path: Path) -> Iterator[tuple[Path, Due]]:
    """The due times inside a `first_of` or `last_of`, at any depth."""
    if isinstance(due, FirstOf | LastOf):
        key, parts = ("first_of", due.first_of) if isinstance(due, FirstOf) else ("last_of", due.last_of)
        for index, part in enumerate(parts):
            yield (*path, key, index), part
            yield from parts_of(part, (*path, key, index))


def _steps(procedure: Procedure) -> Iterator[Item]:
    index = 0
    for place, item in enumerate(procedure.steps):
        block = Block(("steps", place), item, index) if isinstance(item, Section) else None
        for inner, step in enumerate(item.steps if isinstance(item, Section) else (item,)):
            path: Path = ("steps", place, "steps", inner) if block else ("steps", place)
            yield Item(path, step, "step", (index, _AFTER_FIELDS), block)
            index += 1


def _fields(item: Item) -> Iterator[Item]:
    for k, inner in enumerate(fields_of(item.step)):
        yield Item((*item.path, fields_key(item.step), k), inner, "field", (item.position[0], k), owner=item)


def _book_fields(item: Item, around: Surroundings) -> Iterator[Item]:
    if isinstance(item.step, Register) and not item.step.fields_ and around.site and item.step.book in around.site.books:
        for k, inner in enumerate(around.site.books[item.step.book].fields_):
            yield Item((*item.path, "book"), inner, "field", (item.position[0], k), owner=item, book=item.step.book)


def _of_block(block: Block) -> Iterator[Timed]:
    for path, due in due_paths(block.section.due):
        yield Timed((*block.path, *path), due, (block.index, -1))


def _asked(draft: Draft) -> Iterator[Asked]:
    for block in draft.blocks:
        if block.section.when is not None:
            yield Asked((*block.path, "when"), block.section.when, (block.index, -1))
    for item in draft.written:
        if item.step.when is not None:
            yield [*item.whens()][-1]
    for timed in draft.timed:
        if timed.due.when is not None:
            yield Asked((*timed.path, "when"), timed.due.when, timed.position, timed.own)
    yield from _asked_to_close(draft.procedure)


def _asked_to_close(procedure: Procedure) -> Iterator[Asked]:
    if procedure.close is None:
        return
    yield Asked(("close", "when"), procedure.close.when, _END)
    for index, sign in enumerate(procedure.close.sign):
        if sign.when is not None:
            yield Asked(("close", "sign", index, "when"), sign.when, _END)
