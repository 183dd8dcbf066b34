"""The clock's work on reports: each is made when its period is over, and told once where not everybody signed in time.

What ended while no server ran is made by the first look; each period is made of what is known then.
"""

from datetime import datetime, timedelta

import structlog

from engine.drafting import draft_of
from engine.ledger.log import Batch, DuplicateCommand
from engine.ledger.projections import site_rows
from engine.ledger.timers import beat, heartbeat
from engine.procedure.period import ended, holding
from engine.procedure.report import Report
from engine.reporting import Reports, stream_of
from engine.review.reports.kept import Edition
from engine.run.report_events import ReportOverdue
from engine.service import Engine

log = structlog.get_logger()
_EVERY = timedelta(minutes=1)
_LOOKS_BACK = timedelta(hours=1)  # what a look already covered is looked at again: nothing is told twice, and nothing lost
_MOST = 50  # reports made by one look: it stays short, and the next goes on
_BEAT = "reports due"


class ReportWatch:
    """Looks for reports to be made and told. Not shared between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._reports = engine, Reports(engine)
        self._looked_at: datetime | None = None
        self._definitions: object = None
        self._next: datetime | None = None  # when the next period ends

    def look(self) -> int:
        """Make and tell what is due; how many there were. At most once a minute anything is asked of the ledger."""
        now, definitions = self._engine.clock.now(), self._reports.definitions
        is_known = definitions is self._definitions and self._looked_at is not None
        is_due = self._next is not None and self._next <= now
        if is_known and not is_due and self._looked_at and timedelta() <= now - self._looked_at < _EVERY:
            return 0
        self._definitions = definitions
        count = sum(self._make(id_, report, now) for id_, report in definitions.items()) if is_due or not is_known else 0
        if count >= _MOST:
            self._next = now  # there may be more: the next look goes on
        elif is_due or not is_known:
            self._next = min((holding(one, now, self._engine.site.zone).until for one in definitions.values()), default=None)
        self._looked_at = now
        return count + self._tell(now)

    def _make(self, id_: str, report: Report, now: datetime) -> int:
        """Every period that ended since the last one made, or since the report is in force."""
        first_at, last = self._reports.first_at(id_), self._reports.kept.last_until(id_)
        if first_at is None:
            return 0
        since = max(first_at, last) if last else first_at
        spans = [*ended(report, since, now, self._engine.site.zone)][:_MOST]
        try:
            return sum(self._reports.make(id_, span) for span in spans)
        except (KeyError, ValueError):  # one report that cannot be made must not stop the clock for the others
            log.exception("report_not_made", report=id_)
            return 0

    def _tell(self, now: datetime) -> int:
        last = heartbeat(self._engine.ledger, _BEAT)
        found: dict[tuple[str, str], list[Edition]] = {}
        for one in self._reports.kept.fallen_due((last or now - _LOOKS_BACK) - _LOOKS_BACK, now):
            found.setdefault((one.report, one.period), []).append(one)
        late = [ones[-1] for ones in found.values() if not any(one.is_signed for one in ones)]
        count = sum(self._overdue(one, now) for one in late)
        if last is None or now > last:
            beat(self._engine.ledger, _BEAT, now)
        return count

    def _overdue(self, one: Edition, now: datetime) -> bool:
        name, definition = f"report overdue {one.report} {one.period}", self._reports.definitions.get(one.report)
        if definition is None or not definition.tell or self._engine.ledger.log.receipt(name) is not None:
            return False
        event = ReportOverdue(one.report, one.period, one.due, definition.tell)
        draft = draft_of(event, "", "", "", one.due, now)
        stream, rows = stream_of(one.report, one.period), site_rows(event, now)
        try:
            self._engine.ledger.log.append(Batch(stream, None, name, bytes(32), (draft,), b"{}", rows))
        except DuplicateCommand:
            return False  # another server was first
        return True
