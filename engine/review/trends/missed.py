"""Times of schedules that nobody began, one by one, the newest first. What was begun after all is a run, and found as one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select

from engine.ledger import tables
from engine.ledger.store import Ledger
from engine.ledger.times import instant, stamp
from engine.review.renamed import NEVER, Renamed

_notices, _occurrences = tables.notices, tables.occurrences


@dataclass(frozen=True, slots=True)
class Missed:
    """A time that was missed. `at`: when it counted as missed; `roles`: who was told."""

    notice: str
    procedure: str
    place: str
    starts_at: datetime
    at: datetime
    roles: tuple[str, ...]

    @property
    def key(self) -> str:
        """Where a page ends that ends with it."""
        return f"{stamp(self.starts_at)}~{self.notice}"


@dataclass(frozen=True, slots=True)
class MissedTimes:
    """Read access to times that were missed."""

    ledger: Ledger
    renamed: Renamed = NEVER

    def page(
        self, since: datetime, until: datetime, procedure: str = "", place: str = "", after: str = "", limit: int = 50
    ) -> list[Missed]:
        """Those in [since, until) behind the key `after`; a key that is none is the beginning."""
        wanted = [_notices.c.kind == "missed", _notices.c.due >= since, _notices.c.due < until, ~was_begun(self.renamed)]
        wanted += [_notices.c.procedure.in_(self.renamed.names(procedure))] if procedure else []
        wanted += [_notices.c.place == place] if place else []
        query = select(_notices).where(*wanted, *_beyond(after)).order_by(_notices.c.due.desc(), _notices.c.notice.desc())
        with self.ledger.engine.connect() as connection:
            rows = connection.execute(query.limit(limit)).all()
        return [
            Missed(
                row.notice,
                self.renamed.present(row.procedure),
                row.place or "",
                row.due,
                row.at,
                tuple(filter(None, row.roles.split(","))),
            )
            for row in rows
        ]


def was_begun(renamed: Renamed) -> ColumnElement[bool]:
    """That a time told to be missed was begun after all: at its place, and under whichever name its procedure had by then."""
    same = _begun_when_due(_occurrences.c.procedure == _notices.c.procedure)
    others = (and_(_notices.c.procedure.in_(one), _begun_when_due(_occurrences.c.procedure.in_(one))) for one in renamed)
    return or_(same, *others)


def _begun_when_due(is_it: ColumnElement[bool]) -> ColumnElement[bool]:
    is_there = or_(_notices.c.place.is_(None), _occurrences.c.place == _notices.c.place)
    return exists().where(is_it, _occurrences.c.starts_at == _notices.c.due, is_there)


def _beyond(after: str) -> Iterator[ColumnElement[bool]]:
    at, _, notice = after.partition("~")
    try:
        due = instant(at)
    except (ValueError, OverflowError):
        return
    yield or_(_notices.c.due < due, and_(_notices.c.due == due, _notices.c.notice < notice))
