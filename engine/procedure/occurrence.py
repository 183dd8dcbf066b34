"""When a schedule says that a procedure is to be run: its occurrences, in the site's zone and over its calendar.

A day has each occurrence once whatever the clocks do: a time that is skipped in spring counts an hour later, one that comes twice
in autumn counts the first time. Rules of RFC 5545 are read in local time, from the first Monday of 2024 on if they name no start.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal

from dateutil.relativedelta import relativedelta
from dateutil.rrule import rrule, rruleset, rrulestr

from engine.procedure.amount import Span
from engine.procedure.schedule import Schedule
from engine.procedure.site import Site

_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ANCHOR = date(2024, 1, 1)  # a Monday: every second week counts from here
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_EARLY = _HOUR  # a run begun so long before its time counts for it


@dataclass(frozen=True, slots=True, order=True)
class Occurrence:
    """One time that a procedure is to be run; moments in UTC. `line`: which line of its schedule asks for it."""

    starts_at: datetime
    finish_by: datetime | None
    missed_after: datetime | None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a schedule stands: its latest time is due, overdue or missed while nobody has begun; else `later` names the next."""

    state: Literal["due", "overdue", "missed", "later"]
    occurrence: Occurrence


def wanted_now(lines: tuple[Schedule, ...], site: Site, now: datetime, begun_at: datetime | None) -> Wanted | None:
    """What is wanted of a procedure whose last run began at `begun_at`; None where nothing is within a day."""
    near = occurrences(lines, site, now - _DAY, now + _DAY + _MINUTE)
    past = [one for one in near if one.starts_at <= now]
    if past and not (begun_at and begun_at >= _counts_from(past)):
        return Wanted(_state(past[-1], now), past[-1])
    return Wanted("later", near[len(past)]) if len(near) > len(past) else None


def _counts_from(near: list[Occurrence]) -> datetime:
    """From when on a run counts for the last of these: a little before its time, but nearer to it than to the one before."""
    last = near[-1].starts_at
    return last - (min(_EARLY, (last - near[-2].starts_at) / 2) if len(near) > 1 else _EARLY)


def _state(occurrence: Occurrence, now: datetime) -> Literal["due", "overdue", "missed"]:
    if occurrence.missed_after and now > occurrence.missed_after:
        return "missed"
    return "overdue" if occurrence.finish_by and now > occurrence.finish_by else "due"


def late_since(lines: tuple[Schedule, ...], site: Site, begun_at: datetime, now: datetime) -> datetime | None:
    """When a run that is still open should have been finished, if that has passed: by the time it was begun for."""
    near = occurrences(lines, site, begun_at - _DAY, begun_at + _EARLY + _MINUTE)
    while near and begun_at < _counts_from(near):
        near.pop()
    finish = near[-1].finish_by if near else None
    return finish if finish and begun_at < finish < now else None


def occurrences(lines: tuple[Schedule, ...], site: Site, since: datetime, until: datetime) -> list[Occurrence]:
    """Every occurrence that starts in [since, until), in order."""
    found = (one for number, line in enumerate(lines) for one in _of_line(line, number, site, since, until))
    return sorted(one for one in found if since <= one.starts_at < until)


def _of_line(line: Schedule, number: int, site: Site, since: datetime, until: datetime) -> Iterator[Occurrence]:
    for local in dict.fromkeys(_starts(line, site, since, until)):
        if line.season is None or site.season(local.date()) == line.season:
            yield _occurrence(line, number, site, local)


def _occurrence(line: Schedule, number: int, site: Site, local: datetime) -> Occurrence:
    shift = site.shifts.get(line.shift or "")
    start = local.astimezone(UTC)
    ends = line.finish_by or (shift.end if shift and line.within is None and line.every != "hour" else None)
    finish = _following(local, ends, site) if ends else None
    if line.within is not None and finish is None:
        finish = _after(local, line.within, site)
    missed = _following(local, line.missed_after, site) if line.missed_after else None
    if finish and missed and missed < finish:
        missed += timedelta(days=1)
    return Occurrence(start, finish, missed, number)


def _after(local: datetime, span: Span, site: Site) -> datetime:
    """`span` later, in UTC: months follow the calendar."""
    if span.exact is not None:
        return local.astimezone(UTC) + span.exact
    return (local.replace(tzinfo=None) + relativedelta(months=span.months)).replace(tzinfo=site.zone).astimezone(UTC)


def _following(local: datetime, clock: time, site: Site) -> datetime:
    """The first time after `local` that the site's clocks show this, in UTC."""
    day = local.date() if clock > local.time() else local.date() + timedelta(days=1)
    return datetime.combine(day, clock, site.zone).astimezone(UTC)


def _starts(line: Schedule, site: Site, since: datetime, until: datetime) -> Iterator[datetime]:
    """Candidates around the period, aware and local; some may lie outside it."""
    if line.every == "hour":
        yield from _hours(line, site, since, until)
        return
    first, last = since.astimezone(site.zone).date() - timedelta(days=1), until.astimezone(site.zone).date()
    if line.rrule is not None:
        yield from _by_rule(line, site, first, last)
        return
    at = _at(line, site)
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        if _is_on(line, site, day):
            yield datetime.combine(day, at, site.zone)


def _at(line: Schedule, site: Site) -> time:
    shift = site.shifts.get(line.shift or "")
    return line.at or (shift.start if shift else time())


def _is_on(line: Schedule, site: Site, day: date) -> bool:
    match line.every:
        case "day":
            return True
        case "weekday":
            return site.calendar.is_working(day)
        case "week":
            return _WEEK[day.weekday()] in (line.on or ("mon",))
        case "month":
            return _is_day_of_month(line, day)
        case _:
            return day.month % 3 == 1 and _is_day_of_month(line, day)


def _is_day_of_month(line: Schedule, day: date) -> bool:
    """Whether `day` is one of the line's; day 30 of a short month is its last."""
    length = calendar.monthrange(day.year, day.month)[1]
    return day.day in {min(one, length) for one in line.on or (1,) if isinstance(one, int)}


def _hours(line: Schedule, site: Site, since: datetime, until: datetime) -> Iterator[datetime]:
    """Every hour at the minute of `at`; with a shift only while it lasts."""
    minute = line.at.minute if line.at else 0
    moment = since.astimezone(UTC).replace(minute=0, second=0, microsecond=0) - _HOUR
    while moment < until:
        local = moment.astimezone(site.zone)
        found = (moment + timedelta(minutes=(minute - local.minute) % 60)).astimezone(site.zone)
        if line.shift is None or site.shift(found.time()) == line.shift:
            yield found
        moment += _HOUR


def _by_rule(line: Schedule, site: Site, first: date, last: date) -> Iterator[datetime]:
    assert line.rrule is not None
    rule = _rule(line.rrule, _at(line, site))
    end = datetime.combine(last, time.max)
    for naive in rule.between(datetime.combine(first, time()), end, inc=True):
        yield naive.replace(tzinfo=site.zone)


@lru_cache(maxsize=1024)
def _rule(text: str, at: time) -> rrule | rruleset:
    rule: rrule | rruleset = rrulestr(text, dtstart=datetime.combine(_ANCHOR, at), cache=True, ignoretz=True)
    return rule
