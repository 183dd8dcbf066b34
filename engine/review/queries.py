"""Lists over the projections: runs of a place, open deviations, what waits. Each answers from an index."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from engine.ledger import tables
from engine.ledger.store import Ledger

PAGE = 100


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as lists show it."""

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


@dataclass(frozen=True, slots=True)
class DeviationRow:
    """A deviation as lists show it."""

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
class Queries:
    """Read access to the projections."""

    ledger: Ledger

    def open_runs(self, place: str | None = None, limit: int = 1000) -> list[RunRow]:
        """Runs that are running or on hold, oldest first; of one place, or of all."""
        table = tables.runs
        query = select(table).where(table.c.state.in_(("running", "held"))).order_by(table.c.started_at).limit(limit)
        return self._runs(query if place is None else query.where(table.c.place == place))

    def open_at(self, place: str, moment: datetime) -> list[RunRow]:
        """Runs of a place that had begun and were not over at a moment, oldest first."""
        table = tables.runs
        was_open = (table.c.started_at <= moment) & (table.c.finished_at.is_(None) | (table.c.finished_at > moment))
        return self._runs(select(table).where(table.c.place == place, was_open).order_by(table.c.started_at).limit(PAGE))

    def last_begun(self, procedures: Collection[str], since: datetime) -> dict[str, datetime]:
        """When the last run of each procedure began that was not abandoned, of those begun since."""
        table = tables.runs
        wanted = table.c.procedure.in_(procedures) & (table.c.started_at >= since) & (table.c.state != "abandoned")
        begun_at = func.max(table.c.started_at).label("begun_at")
        found = self._read(select(table.c.procedure, begun_at).where(wanted).group_by(table.c.procedure))
        return {row["procedure"]: row["begun_at"] for row in found}

    def finished_runs(self, place: str | None = None, limit: int = PAGE) -> list[RunRow]:
        """Runs that are over, newest first."""
        table = tables.runs
        query = (
            select(table).where(table.c.state.in_(("completed", "abandoned"))).order_by(table.c.started_at.desc()).limit(limit)
        )
        return self._runs(query if place is None else query.where(table.c.place == place))

    def open_deviations(self, place: str | None = None) -> list[DeviationRow]:
        """Deviations nobody has cleared or accepted, oldest first."""
        table = tables.deviations
        query = select(table).where(table.c.state.in_(("open", "acted"))).order_by(table.c.raised_at).limit(1000)
        rows = self._read(query if place is None else query.where(table.c.place == place))
        return [DeviationRow(**{name: row[name] for name in DeviationRow.__slots__}) for row in rows]

    def run_version(self, run: str) -> int | None:
        """How many events a run has; None where there is no such run."""
        query = select(tables.runs.c.version).where(tables.runs.c.run == run)
        with self.ledger.engine.connect() as connection:
            return connection.execute(query).scalar_one_or_none()

    def place_version(self, place: str | None) -> str:
        """A word that changes whenever a list of the place would: for cheap polling."""
        table = tables.runs
        # Count and sum alone could be equal when one run ended and another began meanwhile.
        known = (func.count(), func.sum(table.c.version), func.max(table.c.started_at))
        query = select(*known).where(table.c.state.in_(("running", "held")))
        rows = self._read(query if place is None else query.where(table.c.place == place))
        return "-".join(str(value) for value in rows[0].values())

    def _runs(self, query: Select[Any]) -> list[RunRow]:
        return [RunRow(**{**dict(row), "holder": row["holder"] or ""}) for row in self._read(query)]

    def _read(self, query: Select[*tuple[Any, ...]]) -> Sequence[Any]:
        with self.ledger.engine.connect() as connection:
            return connection.execute(query).mappings().all()
