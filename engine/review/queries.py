"""Lists over the projections: runs of a place, open deviations, what waits. Each answers from an index."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, CompoundSelect, Select, literal, select, union_all

from engine.ledger import tables
from engine.ledger.store import Ledger
from engine.review.renamed import NEVER, Renamed
from engine.run.answer import Answer

PAGE = 100
_TOGETHER = 200  # queries in one: SQLite joins no more than 500
OPEN = ("running", "held")
UNSETTLED = ("open", "acted")
"""Of deviations: the states in which something is still to be done."""


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as lists show it. `procedure`: by its present name, where the list knows of renamings."""

    run: str
    number: str | None
    procedure: str
    revision: str
    place: str | None
    title_zh: str
    state: str
    started_at: datetime
    started_by: str
    finished_at: datetime | None
    holder: str
    open_deviations: int
    settled: int
    total: int
    version: int
    updated_at: datetime
    review: str


@dataclass(frozen=True, slots=True)
class DeviationRow:
    """A deviation as lists show it; `procedure` as of a run."""

    run: str
    deviation: str
    step: str | None
    cause: str
    band: str | None
    raised_at: datetime
    raised_by: str
    state: str
    place: str | None
    procedure: str


@dataclass(frozen=True, slots=True)
class BookRow:
    """A row of a book that nobody has closed."""

    run: str
    step: str
    row: int
    book: str
    at: datetime
    by: str
    place: str | None
    fields: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Queries:
    """Read access to the projections. Whatever was renamed is asked for by any of its names, and told by its present one."""

    ledger: Ledger
    renamed: Renamed = NEVER

    def open_runs(self, place: str | None = None, limit: int = 1000, but: Collection[str] = ()) -> list[RunRow]:
        """Runs that are running or on hold, oldest first; of one place, or of all; not those of the procedures in `but`."""
        table = tables.runs
        left = self.names(but)
        query = select(table).where(table.c.state.in_(OPEN), table.c.procedure.not_in(left)).order_by(table.c.started_at)
        return self._runs((query if place is None else query.where(table.c.place == place)).limit(limit))

    def open_at(self, place: str, moment: datetime) -> list[RunRow]:
        """Runs of a place that had begun and were not over at a moment, oldest first."""
        table = tables.runs
        was_open = (table.c.started_at <= moment) & (table.c.finished_at.is_(None) | (table.c.finished_at > moment))
        return self._runs(select(table).where(table.c.place == place, was_open).order_by(table.c.started_at).limit(PAGE))

    def last_begun(self, procedures: Collection[str]) -> dict[str, datetime]:
        """When the last run of each procedure began that was not abandoned: one look into an index for each."""
        each = [_last_begun(one, name) for one in procedures for name in self.renamed.names(one)]
        some = (each[at : at + _TOGETHER] for at in range(0, len(each), _TOGETHER))
        found = [row for one in some for row in self._read(union_all(*one)) if row["begun_at"] is not None]
        return {row["procedure"]: row["begun_at"] for row in sorted(found, key=lambda row: row["begun_at"])}

    def begun(self, procedure: str, since: datetime) -> list[datetime]:
        """When the runs of a procedure began that were not abandoned, of those begun since, ascending."""
        table = tables.runs
        is_it = table.c.procedure.in_(self.renamed.names(procedure))
        wanted = is_it & (table.c.started_at >= since) & (table.c.state != "abandoned")
        return [row["started_at"] for row in self._read(select(table.c.started_at).where(wanted).order_by(table.c.started_at))]

    def assigned(self, procedure: str, since: datetime) -> dict[datetime, str]:
        """Who was given which time of a schedule, of the times since."""
        table = tables.assignments
        found = self._given(table.c.procedure.in_(self.renamed.names(procedure)), table.c.starts_at >= since)
        return {starts_at: person for (_, starts_at), person in found.items()}

    def assignments(self, since: datetime, until: datetime) -> dict[tuple[str, datetime], str]:
        """Who was given which time of which procedure, of the times in [since, until)."""
        table = tables.assignments
        return self._given(table.c.starts_at >= since, table.c.starts_at < until)

    def assigned_as(self, procedure: str, starts_at: datetime) -> tuple[str, ...]:
        """The names of a procedure under which a time of its schedule was given to somebody: one, or none."""
        table = tables.assignments
        is_it = table.c.procedure.in_(self.renamed.names(procedure)) & (table.c.starts_at == starts_at)
        return tuple(row["procedure"] for row in self._read(select(table).where(is_it, table.c.person != "")))

    def begun_between(self, procedures: Collection[str], since: datetime, until: datetime) -> list[RunRow]:
        """The runs of these procedures that began in [since, until) and were not abandoned, oldest first."""
        table = tables.runs
        wanted = table.c.procedure.in_(self.names(procedures)) & (table.c.started_at >= since) & (table.c.started_at < until)
        return self._runs(select(table).where(wanted, table.c.state != "abandoned").order_by(table.c.started_at))

    def rows(self, runs: Collection[str]) -> dict[str, RunRow]:
        """Runs by id; those there are none of are left out."""
        return {row.run: row for row in self._runs(select(tables.runs).where(tables.runs.c.run.in_(runs)))} if runs else {}

    def finished_runs(self, place: str | None = None, limit: int = PAGE) -> list[RunRow]:
        """Runs that are over, newest first."""
        table = tables.runs
        query = (
            select(table).where(table.c.state.in_(("completed", "abandoned"))).order_by(table.c.started_at.desc()).limit(limit)
        )
        return self._runs(query if place is None else query.where(table.c.place == place))

    def open_deviations(self, place: str | None = None) -> list[DeviationRow]:
        """Deviations that still want something, oldest first: neither cleared nor accepted, and not only noted."""
        table = tables.deviations
        query = select(table).where(table.c.state.in_(UNSETTLED)).order_by(table.c.raised_at).limit(1000)
        rows = self._read(query if place is None else query.where(table.c.place == place))
        return [deviation_of(row, self.renamed) for row in rows]

    def open_rows(self, books: Collection[str], row: tuple[str, str, int] | None = None) -> list[BookRow]:
        """Rows of these books that nobody has closed, oldest first; or the one named by run, step and number, if it is open."""
        table = tables.book_rows
        query = select(table).where(table.c.book.in_(books), table.c.is_open)
        if row is not None:
            query = query.where(table.c.run == row[0], table.c.step == row[1], table.c.row == str(row[2]))
        return [_book_row(one) for one in self._read(query.order_by(table.c.at).limit(1000))]

    def has_closed(self, run: str, person: str) -> bool:
        """Whether somebody closed a row that a run wrote."""
        table = tables.row_closings
        return bool(self._read(select(table.c.run).where(table.c.run == run, table.c.by == person).limit(1)))

    def run_version(self, run: str) -> int | None:
        """How many events a run has; None where there is no such run."""
        query = select(tables.runs.c.version).where(tables.runs.c.run == run)
        with self.ledger.engine.connect() as connection:
            return connection.execute(query).scalar_one_or_none()

    def _given(self, *wanted: ColumnElement[bool]) -> dict[tuple[str, datetime], str]:
        table, present = tables.assignments, self.renamed.present
        found = self._read(select(table).where(*wanted, table.c.person != ""))
        ordered = sorted(found, key=lambda row: str(row["procedure"]) == present(row["procedure"]))  # what was said last, last
        return {(present(row["procedure"]), row["starts_at"]): row["person"] for row in ordered}

    def names(self, procedures: Collection[str]) -> list[str]:
        """Every name of these procedures."""
        return [name for one in procedures for name in self.renamed.names(one)]

    def _runs(self, query: Select[Any]) -> list[RunRow]:
        return [run_of(row, self.renamed) for row in self._read(query)]

    def _read(self, query: Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]) -> Sequence[Any]:
        with self.ledger.engine.connect() as connection:
            return connection.execute(query).mappings().all()


def run_of(row: Mapping[str, Any], renamed: Renamed = NEVER) -> RunRow:
    """A run as it was read; other columns are left."""
    told = {"holder": row["holder"] or "", "procedure": renamed.present(row["procedure"])}
    return RunRow(**{name: row[name] for name in RunRow.__slots__} | told)


def deviation_of(row: Mapping[str, Any], renamed: Renamed = NEVER) -> DeviationRow:
    """A deviation in the same way."""
    told = {"procedure": renamed.present(row["procedure"])}
    return DeviationRow(**{name: row[name] for name in DeviationRow.__slots__} | told)


FIELDS: TypeAdapter[dict[str, Answer]] = TypeAdapter(dict[str, Answer])
"""What was written in a row, from its stored form."""


def _last_begun(procedure: str, name: str) -> Select[Any]:
    """When the last run of a procedure began under one of its names."""
    table = tables.runs
    wanted = (table.c.procedure == name) & (table.c.state != "abandoned")
    newest = select(table.c.started_at).where(wanted).order_by(table.c.started_at.desc()).limit(1).scalar_subquery()
    return select(literal(procedure).label("procedure"), newest.label("begun_at"))


def _book_row(row: Mapping[str, Any]) -> BookRow:
    fields = FIELDS.validate_python(orjson.loads(row["fields"]).get("fields", {}))
    return BookRow(row["run"], row["step"], int(row["row"]), row["book"], row["at"], row["by"], row["place"], fields)
