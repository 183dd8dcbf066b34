"""Tells of runs that nobody approved within the time the site allows: once for each wait, however many servers look.

A look covers the runs whose time was over since the last one, by any server, and those that were approved and changed since;
each approval that falls begins a wait of its own.
"""

from datetime import datetime, timedelta

from engine.drafting import draft_of
from engine.ledger.log import Batch, DuplicateCommand
from engine.ledger.noticing import unreviewed_id
from engine.ledger.projections import site_rows
from engine.ledger.timers import beat, heartbeat
from engine.procedure.site import Unreviewed
from engine.review.queue import MOST_TOLD, Lying, Queue
from engine.run.site_events import RunUnreviewed, RunUnreviewedAgain
from engine.service import Engine

_EVERY = timedelta(minutes=1)
_LOOKS_BACK = timedelta(hours=1)  # what a look already covered is looked at again: nothing is told twice, and nothing lost
_BEAT = "unreviewed"
STREAM = "runs unreviewed"  # with a space, so that it is no run's


class Reminder:
    """Looks for what lies unreviewed. Not shared between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._looked_at: datetime | None = None

    def look(self) -> int:
        """Record what is due to be told; how many there were. At most once a minute anything is asked of the ledger."""
        now, wanted = self._engine.clock.now(), self._engine.site.review
        if wanted is None or (self._looked_at is not None and timedelta() <= now - self._looked_at < _EVERY):
            return 0
        last = heartbeat(self._engine.ledger, _BEAT)
        ended, since = now - wanted.within.least, (last or now - wanted.within.least) - _LOOKS_BACK
        found = Queue(self._engine.ledger).lying(since, ended)
        count = sum(self._tell(one, wanted, now) for one in found)
        if len(found) == MOST_TOLD:
            return count  # there may be more: the next look begins where this one did
        if last is None or ended > last:
            beat(self._engine.ledger, _BEAT, ended)
        self._looked_at = now
        return count

    def _tell(self, one: Lying, wanted: Unreviewed, now: datetime) -> bool:
        due = one.since + wanted.within.least
        event = _event(one, due, wanted.tell)
        draft = draft_of(event, "", "", "", due, now)
        batch = Batch(STREAM, None, _command(one), bytes(32), (draft,), b"{}", site_rows(event, now))
        try:
            self._engine.ledger.log.append(batch)
        except DuplicateCommand:
            return False  # another server was first
        return True


def _event(one: Lying, due: datetime, tell: tuple[str, ...]) -> RunUnreviewed | RunUnreviewedAgain:
    place, number = one.place or "", one.number or ""
    if one.approved_at is None:
        return RunUnreviewed(one.run, one.procedure, place, number, due, tell)
    return RunUnreviewedAgain(one.run, one.procedure, place, number, one.approved_at, due, tell)


def _command(one: Lying) -> str:
    """The command of a wait: that of a run's first one is called as it was before there were others."""
    return f"unreviewed {one.run}" if one.approved_at is None else f"unreviewed {unreviewed_id(one.run, one.approved_at)}"
