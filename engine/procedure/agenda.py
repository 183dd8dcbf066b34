"""What a schedule comes to while nobody acts: a time falls due, is overdue, is missed. Pure; knows runs only by when they began.

Each time a procedure is wanted ends in a run or in being missed, and in nothing else: where no `missed_after` is written it is
missed when runs begin to count for the time after it.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Literal

from engine.procedure.occurrence import EARLY, Occurrence, counts_from, lasts, occurrences, reach
from engine.procedure.schedule import Schedule
from engine.procedure.site import Site

Stage = Literal["due", "overdue", "missed"]
_LOOK_AGAIN, _HOURLY = timedelta(days=1), timedelta(hours=3)
_SPARE = EARLY + timedelta(minutes=1)  # the time after the last that may already take runs


@dataclass(frozen=True, slots=True, order=True)
class Passed:
    """A stage that a time of a schedule came to, at a moment in UTC."""

    at: datetime
    stage: Stage
    occurrence: Occurrence


@dataclass(frozen=True, slots=True)
class Slot:
    """A time of a schedule and the span in which a run begins that counts for it; `ends` is None where no next time is known."""

    occurrence: Occurrence
    begins: datetime
    ends: datetime | None

    def takes(self, begun_at: datetime) -> bool:
        """Whether a run begun then counts for this time."""
        return begun_at >= self.begins and (self.ends is None or begun_at < self.ends)

    @property
    def missed_at(self) -> datetime | None:
        """When it is missed unless a run has begun: as written, or when runs begin to count for the next."""
        return self.occurrence.missed_after or self.ends


def passed(lines: Sequence[Schedule], site: Site, since: datetime, now: datetime, begun: Sequence[datetime]) -> list[Passed]:
    """Every stage reached in (since, now], in order, where no run had begun by then. `begun`: when runs began, ascending."""
    found = (one for one in _stages(lines, site, since, now, begun) if since < one.at <= now)
    return sorted(found, key=lambda one: (one.at, one.stage, one.occurrence.starts_at))


def next_moment(lines: Sequence[Schedule], site: Site, now: datetime) -> datetime:
    """When to look at the schedule again: at its next stage, or in a day."""
    back = _HOURLY if all(line.every == "hour" for line in lines) else timedelta(days=2) + lasts(lines)
    near = occurrences(tuple(lines), site, now - back, now + _LOOK_AGAIN + _SPARE)
    starts = (counts_from(near[: number + 1][-2:]) for number in range(len(near)))
    stages = (at for one in near for at in (one.starts_at, one.finish_by, one.missed_after) if at)
    return min((now + _LOOK_AGAIN, *(at for at in (*stages, *starts) if at > now)))


def _stages(lines: Sequence[Schedule], site: Site, since: datetime, now: datetime, begun: Sequence[datetime]) -> Iterator[Passed]:
    for slot in _slots(occurrences(tuple(lines), site, since - reach(lines), now + _SPARE)):
        first = bisect_left(begun, slot.begins)
        begun_at = begun[first] if first < len(begun) and slot.takes(begun[first]) else None
        for stage, at in _moments(slot):
            if begun_at is None or begun_at > at:
                yield Passed(at, stage, slot.occurrence)


def slots(lines: Sequence[Schedule], site: Site, since: datetime, until: datetime) -> list[Slot]:
    """Every time that starts in [since, until), in order, each with the runs that count for it."""
    near = occurrences(tuple(lines), site, since - reach(lines), until + reach(lines)) if lines else []
    return [slot for slot in _slots(near) if since <= slot.occurrence.starts_at < until]


def _slots(near: Sequence[Occurrence]) -> Iterator[Slot]:
    each = list({one.starts_at: one for one in reversed(near)}.values())[::-1]  # two lines may want the same time once
    starts = [counts_from(each[: number + 1][-2:]) for number in range(len(each))]
    for one, start, end in zip_longest(each, starts, starts[1:]):
        yield Slot(one, start, end)


def _moments(slot: Slot) -> Iterator[tuple[Stage, datetime]]:
    one, missed_at = slot.occurrence, slot.missed_at
    yield "due", one.starts_at
    if one.finish_by is not None:
        yield "overdue", one.finish_by
    if missed_at is not None:
        yield "missed", missed_at
