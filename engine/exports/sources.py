"""Where the rows of an export come from: batches by key, each telling where to go on; and what they are named with."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from engine.directory import Person
from engine.exports.columns import Cell, Coded, Column, Row
from engine.exports.words import word
from engine.procedure.text import Language
from engine.review.find import Finder, Found
from engine.review.search import Key, Search
from engine.service import Engine
from engine.wording import Names

SIZE = 1000
"""Runs, or rows of a book, in a batch."""
MOST = 10_000_000
"""So many are counted for the progress."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows; of how many runs (or rows of a book) they are; the key behind which the next batch begins."""

    rows: tuple[Row, ...]
    gone: int
    key: str


@dataclass(frozen=True, slots=True)
class Source:
    """The rows of a view. `total`: how many runs (or rows of a book) there are; `batches`: what follows a key, "" for all."""

    columns: tuple[Column, ...]
    total: Callable[[], int]
    batches: Callable[[str], Iterator[Batch]]


@dataclass(frozen=True, slots=True)
class Ground:
    """What every view names things with."""

    engine: Engine
    language: Language

    @property
    def names(self) -> Names:
        """What people call things."""
        return Names(self.language, self.engine.site, None, self.engine.directory.now().people)

    def place(self, place: str | None) -> Cell:
        """A place by its title."""
        found = self.engine.site.places.get(place or "")
        return Coded(place, found.title.into(self.language) if found else place) if place else None

    def procedure(self, procedure: str, otherwise: str = "") -> Cell:
        """A procedure by its title now; by the one of its run where it is gone."""
        plan = self.engine.plan(procedure)
        return Coded(procedure, plan.procedure.title.into(self.language) if plan else otherwise or procedure)

    def person(self, person: str | None) -> Cell:
        """Somebody by name."""
        people: dict[str, Person] = dict(self.engine.directory.now().people)
        return Coded(person, people[person].name if person in people else person) if person else None

    def step(self, procedure: str, step: str | None) -> Cell:
        """A step or field by its title now."""
        plan = self.engine.plan(procedure)
        found = plan.fields.get(step or "") if plan else None
        return Coded(step, found.title.into(self.language) if found else step) if step else None

    def parameter(self, procedure: str, parameter: str) -> Cell:
        """A parameter by its title now."""
        plan = self.engine.plan(procedure)
        found = plan.procedure.parameters.get(parameter) if plan else None
        return Coded(parameter, found.title.into(self.language) if found else parameter)

    def code(self, family: str, code: str | None) -> Cell:
        """A code by what it means."""
        return Coded(code, word(family, code, self.language)) if code else None

    def yes(self, *, holds: bool) -> Cell:
        """Yes or no."""
        return self.code("yes", "yes" if holds else "no")


def of_runs(
    ground: Ground, search: Search, columns: tuple[Column, ...], rows_of: Callable[[Sequence[Found]], Iterable[Row]]
) -> Source:
    """A view whose rows belong to the runs of a search."""
    finder = Finder(ground.engine.ledger)

    def batches(after: str) -> Iterator[Batch]:
        key = Key.read(after) if after else None
        while page := finder.page(search, key, SIZE):
            key = page[-1].key
            yield Batch(tuple(rows_of(page)), len(page), str(key))

    return Source(columns, lambda: finder.count(search, MOST).number, batches)


def of_each_run(ground: Ground, table: Any, runs: Sequence[Found], *order: str) -> Iterator[tuple[Found, Any]]:
    """The rows of a list that belong to these runs, in the order of the runs."""
    query = select(table).where(table.c.run.in_([one.row.run for one in runs]))
    with ground.engine.ledger.engine.connect() as connection:
        found: dict[str, list[Any]] = {}
        for row in connection.execute(query.order_by(*(table.c[name] for name in order))).mappings():
            found.setdefault(row["run"], []).append(row)
    for one in runs:
        yield from ((one, row) for row in found.get(one.row.run, ()))
