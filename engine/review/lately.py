"""What happened since a moment: runs begun and finished, readings and steps that went wrong, times missed, rows written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from engine.ledger import tables
from engine.ledger.store import Ledger
from engine.review.queries import OPEN, DeviationRow, RunRow, deviation_of, run_of
from engine.review.renamed import NEVER, Renamed
from engine.review.trends.missed import was_begun


@dataclass(frozen=True, slots=True)
class Missed:
    """A time of a schedule that nobody began; `starts_at`: when it was wanted."""

    procedure: str
    starts_at: datetime
    missed_at: datetime


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows a book got, or how many of its rows were closed, and when the last was."""

    book: str
    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Lately:
    """Read access to what the projections say of the time since a moment; each from an index. `most`: rows of one kind.

    Procedures are told by their present names.
    """

    ledger: Ledger
    most: int
    renamed: Renamed = NEVER

    def over(self, since: datetime) -> list[RunRow]:
        """Runs that were finished or given up since, in that order."""
        table = tables.runs
        return self._runs(select(table).where(table.c.finished_at >= since).order_by(table.c.finished_at))

    def begun(self, since: datetime) -> list[RunRow]:
        """Runs begun since that are still open, oldest first."""
        table = tables.runs
        query = select(table).where(table.c.state.in_(OPEN), table.c.started_at >= since)
        return self._runs(query.order_by(table.c.started_at))

    def raised(self, since: datetime) -> list[DeviationRow]:
        """Deviations raised since, whatever came of them, oldest first."""
        table = tables.deviations
        rows = self._read(select(table).where(table.c.raised_at >= since).order_by(table.c.raised_at).limit(self.most))
        return [deviation_of(row, self.renamed) for row in rows]

    def missed(self, since: datetime) -> list[Missed]:
        """Times of schedules that were missed since and that nobody began after all, oldest first."""
        table = tables.notices
        wanted = (table.c.told_at >= since, table.c.kind == "missed", table.c.at >= since, ~was_begun(self.renamed))
        query = select(table.c.procedure, table.c.due, table.c.at).where(*wanted).order_by(table.c.at).limit(self.most)
        return [Missed(self.renamed.present(row["procedure"]), row["due"], row["at"]) for row in self._read(query)]

    def written(self, since: datetime) -> list[Written]:
        """Books that got rows since, by name."""
        return self._counted(tables.book_rows, since)

    def closed(self, since: datetime) -> list[Written]:
        """Books of which rows were closed since, by name."""
        return self._counted(tables.row_closings, since)

    def _counted(self, table: Any, since: datetime) -> list[Written]:
        query = select(table.c.book, func.count().label("count"), func.max(table.c.at).label("last")).where(table.c.at >= since)
        return [
            Written(row["book"], row["count"], row["last"]) for row in self._read(query.group_by(table.c.book).order_by("book"))
        ]

    def _runs(self, query: Select[Any]) -> list[RunRow]:
        return [run_of(row, self.renamed) for row in self._read(query.limit(self.most))]

    def _read(self, query: Select[Any]) -> Sequence[Any]:
        with self.ledger.engine.connect() as connection:
            return connection.execute(query).mappings().all()
