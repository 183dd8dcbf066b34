"""What somebody was told, by role or by name, and what that person has put aside since. Notices have no words here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, and_, cast, exists, func, or_, select

from engine.ledger import tables
from engine.ledger.inserting import inserting
from engine.ledger.store import Ledger

Row = Mapping[str, Any]
REPORTS = ("report_made", "report_late")


@dataclass(frozen=True, slots=True)
class Told:
    """The notices of the ledger."""

    ledger: Ledger

    def newest(self, person: str, roles: Collection[str], since: datetime, limit: int) -> Sequence[Row]:
        """What one of the roles or the person was told since and has not put aside, the newest first: of runs up to the limit,
        and of schedules and of reports as much again, so that what falls due day by day crowds out nothing.

        Nobody is told of what they did themselves. That something is to be run now is a notice only for whoever it was given to
        by name: others see it where they start it.
        """
        table, seen = tables.notices, tables.seen
        is_seen = exists().where(seen.c.person == person, seen.c.notice == table.c.notice)
        is_news = or_(table.c.kind != "due", table.c.person == person)
        query = select(table).where(table.c.told_at >= since, _is_for(person, roles), is_news, ~is_seen, ~_is_own(person))
        newest = query.order_by(table.c.told_at.desc(), table.c.notice.desc()).limit(limit)
        is_run, is_report = table.c.run.is_not(None), table.c.kind.in_(REPORTS)
        found = [row for some in (is_run, ~is_run & ~is_report, is_report) for row in self._read(newest.where(some))]
        return sorted(found, key=lambda row: (row["told_at"], row["notice"]), reverse=True)

    def for_somebody(self, notice: str, person: str, roles: Collection[str]) -> bool | None:
        """Whether a notice told one of the roles or the person; None where there is no such notice."""
        table = tables.notices
        found = self._read(select(_is_for(person, roles).label("is_for")).where(table.c.notice == notice))
        return bool(found[0]["is_for"]) if found else None

    def put_aside(self, person: str) -> int:
        """How many notices somebody has put aside: a figure that changes with each."""
        with self.ledger.engine.connect() as connection:
            return connection.execute(select(func.count()).where(tables.seen.c.person == person)).scalar_one()

    def see(self, person: str, notice: str) -> None:
        """Put a notice aside for somebody, and what was told before of the same; again changes nothing. Raises Unavailable.

        The same are a step's notices of a kind, and all of a report, whatever their periods.
        """
        table, this = tables.notices, tables.notices.alias()
        of_run = and_(*(table.c[name] == this.c[name] for name in ("run", "step", "kind")))
        of_report = and_(table.c.procedure == this.c.procedure, table.c.kind.in_(REPORTS), this.c.kind.in_(REPORTS))
        earlier = select(table.c.notice).where(this.c.notice == notice, table.c.told_at <= this.c.told_at, or_(of_run, of_report))
        names = {notice, *(str(row["notice"]) for row in self._read(earlier))}
        with self.ledger.write() as connection:
            rows = [{"person": person, "notice": name} for name in sorted(names)]
            connection.execute(inserting(connection, tables.seen).on_conflict_do_nothing(), rows)

    def _read(self, query: Any) -> Sequence[Row]:
        with self.ledger.engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]


def _is_for(person: str, roles: Collection[str]) -> Any:
    listed = "," + tables.notices.c.roles + ","
    return or_(tables.notices.c.person == person, *(listed.contains(f",{role},", autoescape=True) for role in roles))


def _is_own(person: str) -> Any:
    """Whether it was the person who did what a notice of a run tells: its name ends in the place of that event in the run."""
    table, events = tables.notices, tables.events
    name = table.c.run + ":" + cast(events.c.stream_seq, Text)
    return exists().where(events.c.stream == table.c.run, events.c.by == person, name == table.c.notice)
