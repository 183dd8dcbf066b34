"""Taking stock: what is open at a place when somebody looks, from the runs and books themselves, nothing left to memory.

Open runs and what is late in them, open deviations, gates that are closed, rows of books that nobody has closed; what happened
lately. Texts are those that are kept in the record, in Chinese; what is shown on a page may be in another language.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from engine.directory import Directory
from engine.happening import MOST, Happenings
from engine.playing import Unplayable
from engine.procedure.plan import Plan
from engine.procedure.site import Site
from engine.procedure.step import Read, Rounds
from engine.procedure.text import Language
from engine.review.lately import Lately
from engine.review.queries import BookRow, DeviationRow, Queries, RunRow
from engine.run import commands
from engine.run.dues import due_at
from engine.run.events import Listed
from engine.run.lists import kept_text, reads_list
from engine.run.standing import Run
from engine.run.state import State

_COLON = {"zh": "：", "en": ": "}
_CLOSED = {"zh": " · 不可开放", "en": " · closed"}
_MOST = 100  # of each kind: more is a place nobody could hand over


@dataclass(frozen=True, slots=True)
class Stock:
    """What can be looked through, at one moment. `plan`: of a procedure as it is, or as it was last."""

    queries: Queries
    directory: Directory
    site: Site
    plan: Callable[[str], Plan | None]
    run: Callable[[str, int], Run]  # at least as new as a version; waits for nobody, as whoever takes stock holds a run already
    now: datetime
    language: Language = "zh"

    def listed(self, step: Read, here: State) -> tuple[Listed, ...]:
        """What a step of a run reads as open: at the run's place, without the run itself; or the rows of the books it names."""
        place = here.started.place
        lately = tuple(self._happenings().listed(step.happened, here.run)) if step.happened else ()
        if not step.open_items:
            return (*lately, *self._rows(step.open_rows))
        rows = self._rows(step.open_rows) if step.open_rows else self._rows(self._closed_books(), place)
        others = (one for one in rows if one.run != here.run)  # those of this very run are taken over as they are written
        runs = [row for row in self.queries.open_runs(place, _MOST) if row.run != here.run]
        deviations = [row for row in self.queries.open_deviations(place)[:_MOST] if row.run != here.run]
        timed = [one for row in runs for one in self._timed(row)]
        return (*lately, *self._deviations(deviations), *timed, *(self._run(row) for row in runs), *self._gates(), *others)

    def _happenings(self) -> Happenings:
        return Happenings(
            Lately(self.queries.ledger, MOST, self.queries.renamed),
            self.site,
            self.now,
            self.language,
            self._title,
            self._step,
            self._person,
        )

    def _person(self, person: str) -> str:
        found = self.directory.people.get(person)
        return found.name if found else person

    def _step(self, procedure: str, step: str) -> str:
        found = plan.fields.get(step) if (plan := self.plan(procedure)) else None
        return found.title.into(self.language) if found else ""

    def _closed_books(self) -> tuple[str, ...]:
        return tuple(name for name, book in self.site.books.items() if book.closing)

    def _run(self, row: RunRow) -> Listed:
        title = self._title(row.procedure) or row.title_zh
        text = " ".join(part for part in (title, row.number, f"{row.settled}/{row.total}") if part)
        return Listed(f"run-{row.run}", "run", text, row.run, row.started_at)

    def _playable(self, run: str, version: int) -> Run | None:
        """A run; None where it cannot be played: it is on the list all the same, by what the lists know of it."""
        try:
            return self.run(run, version)
        except Unplayable:
            return None

    def _timed(self, row: RunRow) -> Iterator[Listed]:
        """What is over its time in a run, and the rounds that are being made."""
        run = self._playable(row.run, row.version)
        for placed in run.plan.timed if run else ():
            assert run is not None
            step, due = run.state.step(placed.id), due_at(run, placed) if run.is_asked(placed.id) else None
            title = " ".join(part for part in (self._title(row.procedure), row.number) if part)
            text = f"{title} · {placed.step.title.into(self.language)}"
            if due is not None and due < self.now:
                yield Listed(f"late-{row.run}-{placed.id}", "late", text, row.run, due)
            elif isinstance(placed.step, Rounds) and step.begun_at and not step.ended_at and step.outcome is None:
                yield Listed(f"rounds-{row.run}-{placed.id}", "rounds", text, row.run, step.begun_at)

    def _deviations(self, rows: list[DeviationRow]) -> Iterator[Listed]:
        versions = self.queries.rows({row.run for row in rows})
        for row in rows:
            run = self._playable(row.run, versions[row.run].version)
            found = run.state.deviations.get(row.deviation) if run else None
            why = found.event.text if found else ""
            parts = (self._title(row.procedure), self._step(row.procedure, row.step or ""), why)
            text = " · ".join(part for part in parts if part)
            yield Listed(f"deviation-{row.run}-{row.deviation}", "deviation", text or row.procedure, row.run, row.raised_at)

    def _gates(self) -> Iterator[Listed]:
        """Every place that a procedure opens and that is not open, also one that was never opened yet."""
        for name, published in self.directory.published.items():
            opens = plan.procedure.opens if (plan := self.plan(name)) else None
            if opens is None or opens.place not in self.site.places:
                continue
            gate, title = self.directory.gates.get(opens.place), self.site.places[opens.place].title.into(self.language)
            title = f"{title}{_CLOSED[self.language]}"
            if gate is None:
                yield Listed(f"gate-{opens.place}", "gate", title, "", published.first_at)
            elif not gate.is_open(self.now):
                yield Listed(f"gate-{opens.place}", "gate", title, gate.run, gate.so_since(self.now))

    def _rows(self, books: tuple[str, ...], place: str = "") -> Iterator[Listed]:
        found = (row for row in self.queries.open_rows(books) if place in ("", row.place)) if books else ()
        for row in islice(found, _MOST):
            book = self.site.books[row.book]
            text = kept_text(row.fields, {one.id: one for one in book.fields_}, self.language, self._person)
            yield Listed(row_id(row), "row", f"{book.title.into(self.language)}{_COLON[self.language]}{text}", row.run, row.at)

    def _title(self, procedure: str) -> str:
        plan = self.plan(procedure)
        return plan.procedure.title.into(self.language) if plan else ""


def with_stock(run: Run, command: commands.Command, stock: Callable[[], Stock]) -> commands.Command:
    """The command with what is open at the site, where it answers a step that reads it."""
    act = command.act
    placed = run.plan.by_id.get(act.step) if isinstance(act, commands.AnswerStep) else None
    if not isinstance(act, commands.AnswerStep) or placed is None or not isinstance(placed.step, Read):
        return command
    listed = stock().listed(placed.step, run.state) if reads_list(placed.step) else ()
    return replace(command, act=replace(act, listed=listed))


def row_id(row: BookRow) -> str:
    """The id of a row wherever it is listed."""
    return f"row-{row.run}-{row.step}-{row.row}"
