"""Where the rows of an export come from: batches by key, each telling where to go on; and what they are named with."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from engine.exports.columns import Cell, Coded, Column, Row
from engine.exports.words import word
from engine.procedure.field import Step
from engine.procedure.plan import Plan, unit_into
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
    """The rows of a view. `total`: how many runs (or rows of a book) there are; `batches`: what follows a key, "" for all.

    `counted`: the columns whose totals the file tells; `apart`: the column for each of whose values they are told by themselves;
    `heeded`: the column that says of a row, yes or no, whether it counts.
    """

    columns: tuple[Column, ...]
    total: Callable[[], int]
    batches: Callable[[str], Iterator[Batch]]
    counted: tuple[str, ...] = ()
    apart: str = ""
    heeded: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """What every view names things with."""

    engine: Engine
    language: Language
    _plans: dict[str, Plan | None] = field(default_factory=dict)

    @property
    def names(self) -> Names:
        """What people call things."""
        return Names(self.language, self.engine.site, None, self.engine.directory.now().people)

    def place(self, place: str | None) -> Cell:
        """A place by its title."""
        found = self.engine.site.places.get(place or "")
        return Coded(place, found.title.into(self.language) if found else place) if place else None

    def plan(self, procedure: str) -> Plan | None:
        """The plan of a procedure, by whichever name it goes: the one in force, or its last where it is in use no more."""
        if procedure not in self._plans:
            self._plans[procedure] = self.engine.last_plan(procedure)
        return self._plans[procedure]

    def step_of(self, procedure: str, step: str, revision: str) -> Step | None:
        """A step or field as it is now; as its run had it where it is gone."""
        plan = self.plan(procedure)
        found = plan.fields.get(step) if plan else None
        return found or self.engine.plan_of(revision).fields.get(step)

    def procedure(self, procedure: str, otherwise: str = "") -> Cell:
        """A procedure by its title now; by the one of its run where it is gone."""
        plan = self.plan(procedure)
        return Coded(procedure, plan.procedure.title.into(self.language) if plan else otherwise or procedure)

    def person(self, person: str | None) -> Cell:
        """Somebody by name."""
        people = self.engine.directory.now().people
        return Coded(person, people[person].name if person in people else person) if person else None

    def step(self, procedure: str, step: str | None, revision: str) -> Cell:
        """A step or field by its title."""
        found = self.step_of(procedure, step, revision) if step else None
        return Coded(step, found.title.into(self.language) if found else step) if step else None

    def unit(self, procedure: str, revision: str, recorded: str | None) -> Cell:
        """A unit for readers; programs get it as it was recorded."""
        if not recorded:
            return recorded
        now = unit_into(self.plan(procedure), recorded, self.language)
        return Coded(recorded, now if now != recorded else unit_into(self.engine.plan_of(revision), recorded, self.language))

    def parameter(self, procedure: str, parameter: str, revision: str) -> Cell:
        """A parameter by its title now, or as its run had it; what is counted has no parameter but its own step."""
        plans = filter(None, (self.plan(procedure), self.engine.plan_of(revision)))
        found = next((one for plan in plans if (one := plan.procedure.parameters.get(parameter))), None)
        title = found.title if found else step.title if (step := self.step_of(procedure, parameter, revision)) else None
        return Coded(parameter, title.into(self.language) if title else parameter)

    def code(self, family: str, code: str | None) -> Cell:
        """A code by what it means."""
        return Coded(code, word(family, code, self.language)) if code else None

    def yes(self, *, holds: bool) -> Cell:
        """Yes or no."""
        return self.code("yes", "yes" if holds else "no")


def of_runs(
    ground: Ground,
    search: Search,
    columns: tuple[Column, ...],
    rows_of: Callable[[Sequence[Found]], Iterable[Row]],
    counted: tuple[str, ...] = (),
    apart: str = "",
    heeded: str = "",
) -> Source:
    """A view whose rows belong to the runs of a search."""
    finder = Finder(ground.engine.ledger, ground.engine.renamed)

    def batches(after: str) -> Iterator[Batch]:
        key = Key.read(after) if after else None
        while page := finder.page(search, key, SIZE):
            key = page[-1].key
            yield Batch(tuple(rows_of(page)), len(page), str(key))

    return Source(columns, lambda: finder.count(search, MOST).number, batches, counted, apart, heeded)


def of_each_run(ground: Ground, table: Any, runs: Sequence[Found], *order: str, **only: str) -> Iterator[tuple[Found, Any]]:
    """The rows of a list that belong to these runs, in the order of the runs; `only`: those whose column is so."""
    query = select(table).where(table.c.run.in_([one.row.run for one in runs]))
    query = query.where(*(table.c[name] == wanted for name, wanted in only.items() if wanted))
    with ground.engine.ledger.engine.connect() as connection:
        found: dict[str, list[Any]] = {}
        for row in connection.execute(query.order_by(*(table.c[name] for name in order))).mappings():
            found.setdefault(row["run"], []).append(row)
    for one in runs:
        yield from ((one, row) for row in found.get(one.row.run, ()))
