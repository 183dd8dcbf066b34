"""The clock's work: a pass over proposals, timers of runs, schedules, reviews and reports, recording what time has done by now.

A pass looks at nothing but what is due. Any number of servers may run it: each thing is recorded once. What happened while no
server ran is recorded by the first pass, with the moment at which it happened (docs/decisions/0010).
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from engine.directory import Directory
from engine.drafting import draft_of
from engine.ledger.log import Batch, DuplicateCommand
from engine.ledger.projections import site_rows
from engine.ledger.timers import beat, heartbeat, next_timer, release_timers, set_timer, take_timers, without_timer
from engine.photos import Photos
from engine.playing import Unplayable
from engine.procedure.agenda import Passed, next_moment, passed
from engine.procedure.occurrence import reach
from engine.procedure.plan import Plan
from engine.proposals import Proposals
from engine.reports_due import ReportWatch
from engine.retention import Retention
from engine.review.queries import Queries
from engine.revisions import SITE, Published
from engine.run.deadlines import next_due
from engine.run.site_events import ScheduledRunDue, ScheduledRunMissed, ScheduledRunOverdue
from engine.run.ticking import next_at
from engine.service import Engine, UnknownRun
from engine.unreviewed import Reminder

log = structlog.get_logger()
EVERY = 2.0  # seconds from one pass to the next; what is recorded says when it happened, not when a pass found it
_MOST = 25  # runs of one pass: it stays short, and another follows at once where more are due
_BEAT_EVERY = timedelta(minutes=1)
_SCHEDULES = "schedules"
_LOOKS_BACK = timedelta(hours=1)  # what a beat already covered is looked at again: nothing is recorded twice, and nothing lost


@dataclass(frozen=True, slots=True)
class Pass:
    """What one pass recorded: runs that time moved on, stages of schedules."""

    runs: int = 0
    stages: int = 0
    has_more: bool = False


class Watch:
    """Watches over one site's time. Not shared between threads."""

    def __init__(self, engine: Engine, photos: Photos | None = None) -> None:
        self._engine = engine
        self._name = secrets.token_hex(8)
        self._seen: Mapping[str, Published] = {}
        self._wakes: dict[str, datetime] = {}  # by procedure: when its schedule is to be looked at again
        self._beat_at: datetime | None = None
        self._is_armed = False
        self._proposals, self._reminder, self._reports = Proposals(engine), Reminder(engine), ReportWatch(engine)
        self._retention = Retention(engine, photos)

    def look(self) -> Pass:
        """One pass. Raises Unavailable; then nothing is lost, and the next pass does the work."""
        directory = self._engine.directory.catch_up()
        if SITE not in directory.published:
            return Pass()
        if not self._is_armed:
            self._arm()
        if self._proposals.put_into_effect():
            directory = self._engine.directory.catch_up()
        runs, erased = self._runs(), self._retention.look()
        stages = self._schedules(directory) + self._reminder.look() + self._reports.look()
        return Pass(runs, stages, runs == _MOST or erased > 0)

    def catch_up(self) -> None:
        """Pass after pass, until nothing is due."""
        while self.look().has_more:
            pass

    def _arm(self) -> None:
        for run in without_timer(self._engine.ledger):
            try:
                found = self._engine.run(run)
            except Unplayable:  # it is tried again when it can be read
                log.exception("clock_run_unreadable", run=run)
                continue
            set_timer(self._engine.ledger, run, next_at(found), next_due(found))
        self._is_armed = True

    # -- runs --------------------------------------------------------------------------------------------------------------

    def _runs(self) -> int:
        ledger, now = self._engine.ledger, self._engine.clock.now()
        first = next_timer(ledger)
        if first is None or first > now:
            return 0
        taken = take_timers(ledger, now, self._name, _MOST)
        left = [run for run in taken if not self._moved(run)]
        release_timers(ledger, left, self._name)
        return len(taken) - len(left)

    def _moved(self, run: str) -> bool:
        try:
            return self._engine.pass_time(run) is not None
        except (UnknownRun, KeyError, ValueError):  # one run that cannot be read must not stop the clock for the others
            log.exception("clock_run_unreadable", run=run)
            return True  # it stays held until its lease is over, and is tried again then

    # -- schedules ---------------------------------------------------------------------------------------------------------

    def _schedules(self, directory: Directory) -> int:
        now = self._engine.clock.now()
        since = self._since(now)
        if directory.published is not self._seen:
            self._seen, self._wakes = directory.published, self._fresh(directory.published, since)
        count = 0
        for procedure, at in [(name, at) for name, at in self._wakes.items() if at <= now]:
            count += self._look_at(procedure, directory.published[procedure], min(since, at), now)
        if self._beat_at is None or now - self._beat_at >= _BEAT_EVERY:
            beat(self._engine.ledger, _SCHEDULES, now)
            self._beat_at = now
        return count

    def _since(self, now: datetime) -> datetime:
        """Up to when everything is recorded already: a little before the last beat of any process."""
        if self._beat_at is None:
            self._beat_at = heartbeat(self._engine.ledger, _SCHEDULES)
        last = self._beat_at or now
        return min(last, now) - _LOOKS_BACK

    def _fresh(self, published: Mapping[str, Published], since: datetime) -> dict[str, datetime]:
        plans = ((name, self._engine.plan(name)) for name in published if name != SITE)
        return {name: since for name, plan in plans if plan is not None and plan.procedure.schedule}

    def _look_at(self, procedure: str, published: Published, since: datetime, now: datetime) -> int:
        plan = self._engine.plan(procedure)
        if plan is None:
            self._wakes.pop(procedure)
            return 0
        lines, site = plan.procedure.schedule, plan.site
        queries = Queries(self._engine.ledger, self._engine.renamed)
        begun = queries.begun(procedure, since - reach(lines) - _LOOKS_BACK)
        found = [one for one in passed(lines, site, since, now, begun) if one.occurrence.starts_at >= published.first_at]
        people = queries.assigned(procedure, since - reach(lines)) if found else {}
        count = sum(self._record(procedure, plan, one, people) for one in found)
        self._wakes[procedure] = next_moment(lines, site, now)
        return count

    def _record(self, procedure: str, plan: Plan, one: Passed, people: Mapping[datetime, str]) -> bool:
        """Record a stage unless it is recorded already: its command has a name of its own, so that no other can be it.

        It goes by the name the procedure had first: what was told before a renaming is not told again after it.
        """
        event = _event(procedure, plan, one, people.get(one.occurrence.starts_at, ""))
        now = self._engine.clock.now()
        name = f"schedule {self._engine.renamed.first(procedure)} {one.occurrence.starts_at:%Y%m%dT%H%M%SZ} {one.stage}"
        if self._engine.ledger.log.receipt(name) is not None:
            return False
        draft = draft_of(event, "", "", "", one.at, now)
        try:
            self._engine.ledger.log.append(
                Batch(f"schedule {procedure}", None, name, bytes(32), (draft,), b"{}", site_rows(event, now))
            )
        except DuplicateCommand:
            return False
        return True


def _event(procedure: str, plan: Plan, one: Passed, person: str) -> ScheduledRunDue | ScheduledRunOverdue | ScheduledRunMissed:
    line, occurrence, place = plan.procedure.schedule[one.occurrence.line], one.occurrence, plan.procedure.place
    roles = line.by or plan.procedure.done_by
    match one.stage:
        case "due":
            return ScheduledRunDue(procedure, place, occurrence.starts_at, roles, occurrence.finish_by, person)
        case "overdue":
            return ScheduledRunOverdue(procedure, place, occurrence.starts_at, one.at, roles, line.notify, person)
        case _:
            return ScheduledRunMissed(procedure, place, occurrence.starts_at, one.at, roles, line.notify, person)
