"""Lists of open cases: whose turn it is, what is overdue, what came in last. Each answers from an index, however long it is."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any

from sqlalchemy import Select, Subquery, false, func, or_, select, true

from engine.ledger import tables
from engine.ledger.store import Ledger
from engine.review.queries import OPEN, RunRow, run_of
from engine.review.renamed import NEVER, Renamed

_LOOKED_AT = 1000  # of those with the nearest deadlines: a list so long says what it has to say
_runs, _timers = tables.runs, tables.timers
_ALL = true()


@dataclass(frozen=True, slots=True)
class CaseRow:
    """An open case, and the earliest deadline of what is still to be done in it."""

    run: RunRow
    due_at: datetime | None

    def is_overdue(self, now: datetime) -> bool:
        """Whether that deadline has passed."""
        return self.due_at is not None and self.due_at < now


@dataclass(frozen=True, slots=True)
class Cases:
    """The open runs of some procedures, under whichever of their names they were begun."""

    ledger: Ledger
    procedures: Collection[str]
    renamed: Renamed = NEVER

    @property
    def names(self) -> list[str]:
        """Every name of these procedures."""
        return [name for one in self.procedures for name in self.renamed.names(one)]

    def count(self) -> int:
        """How many are open."""
        query = select(func.count()).where(_runs.c.state.in_(OPEN), _runs.c.procedure.in_(self.names))
        with self.ledger.engine.connect() as connection:
            return connection.execute(query).scalar_one()

    def count_overdue(self, now: datetime) -> int:
        """How many have a deadline that has passed; not counted further than a thousand."""
        first = self._due(_timers.c.due_at < now)
        query = select(func.count()).select_from(_runs).join(first, first.c.run == _runs.c.run).where(self._is_open(_ALL))
        with self.ledger.engine.connect() as connection:
            return connection.execute(query).scalar_one()

    def overdue(self, now: datetime, limit: int) -> list[CaseRow]:
        """Those with a deadline that has passed, the longest overdue first."""
        return self._by_deadline(_timers.c.due_at < now, limit)

    def newest(self, now: datetime, limit: int) -> list[CaseRow]:
        """Those of which nothing is overdue, newest first."""
        is_in_time = or_(_timers.c.due_at.is_(None), _timers.c.due_at >= now)
        found = self._newest(is_in_time, limit)
        return sorted(found, key=lambda case: case.run.started_at, reverse=True)[:limit]

    def nearest(self, roles: Iterable[str], limit: int) -> list[CaseRow]:
        """Those in which one of these roles is next, then the others; in each the earliest deadline first, then the newest."""
        is_mine = or_(false(), *((("," + _runs.c.holder + ",").contains(f",{role},", autoescape=True)) for role in roles))
        found: dict[str, CaseRow] = {}
        for wanted in (is_mine, _ALL):
            for case in (*self._by_deadline(_timers.c.due_at.is_not(None), limit, wanted), *self._newest(wanted, limit)):
                if len(found) < limit:
                    found.setdefault(case.run.run, case)
        return list(found.values())

    def _by_deadline(self, is_due: Any, limit: int, wanted: Any = _ALL) -> list[CaseRow]:
        first = self._due(is_due)
        query = select(_runs, first.c.due_at).join(first, first.c.run == _runs.c.run).where(self._is_open(wanted))
        return self._read(query.order_by(first.c.due_at).limit(limit))

    def _due(self, is_due: Any) -> Subquery:
        return select(_timers.c.run, _timers.c.due_at).where(is_due).order_by(_timers.c.due_at).limit(_LOOKED_AT).subquery()

    def _newest(self, wanted: Any, limit: int) -> list[CaseRow]:
        """The newest of each procedure and state apart: so the index gives them in order, and no more are read than wanted."""
        found: list[CaseRow] = []
        for procedure, state in product(self.names, OPEN):
            here = (_runs.c.state == state) & (_runs.c.procedure == procedure)
            query = select(_runs, _timers.c.due_at).outerjoin(_timers, _timers.c.run == _runs.c.run).where(here, wanted)
            found += self._read(query.order_by(_runs.c.started_at.desc()).limit(limit))
        return found

    def _is_open(self, wanted: Any) -> Any:
        # Joined with nothing, so that no index on them is used: those that are due soon are few, those that are open many.
        state, procedure = _runs.c.state + "", _runs.c.procedure + ""
        return state.in_(OPEN) & procedure.in_(self.names) & wanted

    def _read(self, query: Select[*tuple[Any, ...]]) -> list[CaseRow]:
        with self.ledger.engine.connect() as connection:
            found: Sequence[Any] = connection.execute(query).mappings().all()
        return [CaseRow(run_of(row, self.renamed), row["due_at"]) for row in found]
