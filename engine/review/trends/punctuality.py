"""On time, late, missed: how scheduled times were kept, counted by procedure and place and by month or week.

What was begun is counted as it is written (`tables.punctuality`); a time that nobody began is a notice of kind `missed`. A time
that was told to be missed and was begun after all counts as what came of it, once.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Text, func, select, type_coerce

from engine.ledger import tables
from engine.ledger.store import Ledger
from engine.ledger.times import stamp
from engine.review.renamed import NEVER, Renamed
from engine.review.trends.missed import was_begun

Outcome = Literal["on_time", "late", "missed", "abandoned", "running"]
Rhythm = Literal["month", "week"]
_counts, _notices = tables.punctuality, tables.notices
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Key:
    """What is counted together: a procedure at a place in a month (2026-11) or a week (its Monday)."""

    procedure: str
    place: str
    period: str


Kept = dict[Key, Counter[str]]
"""How often each outcome, by what is counted together."""


@dataclass(frozen=True, slots=True)
class Punctuality:
    """Read access to how scheduled times were kept; a procedure is counted under its present name.

    `zone` is the site's, by whose days months and weeks are told apart.
    """

    ledger: Ledger
    zone: ZoneInfo
    renamed: Renamed = NEVER

    def kept(self, since: date, until: date, unit: Rhythm, procedure: str = "", place: str = "") -> Kept:
        """The counts of the whole months or weeks that have a day in [since, until]."""
        first, last = whole(since, until, unit)
        found: Kept = {}
        for key, outcome, number in (
            *self._begun(first, last, unit, procedure, place),
            *self._missed(first, last, unit, procedure, place),
        ):
            found.setdefault(key, Counter())[outcome] += number
        return found

    def _begun(self, first: date, last: date, unit: Rhythm, procedure: str, place: str) -> Iterator[tuple[Key, str, int]]:
        period = _counts.c[unit]
        query = select(_counts.c.procedure, _counts.c.place, period, _counts.c.outcome, func.sum(_counts.c.number))
        query = query.where(period >= named(first, unit), period <= named(last, unit), _counts.c.number > 0)
        query = query.where(*((_counts.c.procedure.in_(self.renamed.names(procedure)),) if procedure else ()))
        query = query.where(*((_counts.c.place == place,) if place else ()))
        with self.ledger.engine.connect() as connection:
            rows = connection.execute(query.group_by(_counts.c.procedure, _counts.c.place, period, _counts.c.outcome)).all()
        return ((Key(self.renamed.present(name), at, when), outcome, int(number)) for name, at, when, outcome, number in rows)

    def _missed(self, first: date, last: date, unit: Rhythm, procedure: str, place: str) -> Iterator[tuple[Key, str, int]]:
        query = select(_notices.c.procedure, _notices.c.place, type_coerce(_notices.c.due, Text)).where(
            _notices.c.kind == "missed",
            _notices.c.due >= self._midnight(first),
            _notices.c.due < self._midnight(last + timedelta(days=1)),
            ~was_begun(self.renamed),
        )
        query = query.where(*((_notices.c.procedure.in_(self.renamed.names(procedure)),) if procedure else ()))
        query = query.where(*((_notices.c.place == place,) if place else ()))
        with self.ledger.engine.connect() as connection:
            rows = connection.execute(query).all()
        names = list(periods(first, last, unit))
        starts = [stamp(self._midnight(date.fromisoformat(one if unit == "week" else f"{one}-01"))) for one in names]
        # By halves among the periods' beginnings: turning thousands of times into the site's days takes longer than reading them.
        found = Counter((name, at or "", bisect_right(starts, due) - 1) for name, at, due in rows)
        return ((Key(self.renamed.present(name), at, names[nth]), "missed", number) for (name, at, nth), number in found.items())

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone)


def named(day: date, unit: Rhythm) -> str:
    """The month or week a day lies in, as the counts call it."""
    return f"{day:%Y-%m}" if unit == "month" else (day - timedelta(days=day.weekday())).isoformat()


def whole(since: date, until: date, unit: Rhythm) -> tuple[date, date]:
    """The first and the last day of the whole months or weeks that have a day in [since, until]."""
    if unit == "week":
        return since - timedelta(days=since.weekday()), until + timedelta(days=6 - until.weekday())
    return since.replace(day=1), (until.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def periods(since: date, until: date, unit: Rhythm) -> Iterator[str]:
    """Every month or week that has a day in [since, until], in order."""
    day, last = whole(since, until, unit)
    while day <= last:
        yield named(day, unit)
        day = day + _WEEK if unit == "week" else (day + timedelta(days=32)).replace(day=1)
