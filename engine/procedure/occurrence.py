"""When a schedule says that a procedure is to be run: its occurrences, in the site's zone and over its calendar.

A day has each occurrence once whatever the clocks do: a time that is skipped in spring counts an hour later, one that comes twice
in autumn counts the first time. Rules of RFC 5545 are read in local time, from the first Monday of 2024 on if they name no start.
"""

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Literal

from dateutil.relativedelta import relativedelta
from dateutil.rrule import DAILY, HOURLY, MINUTELY, MONTHLY, SECONDLY, WEEKLY, YEARLY, rrule, rruleset, rrulestr

from engine.procedure.amount import Span
from engine.procedure.schedule import Schedule
from engine.procedure.site import Site

_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ANCHOR = date(2024, 1, 1)  # a Monday: every second week counts from here
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_EVERY_MONTH_HAS = 28  # days
_DAYS = {"hour": 1, "day": 2, "weekday": 14, "week": 8, "month": 32, "quarter": 93}
_LONGEST = 367  # days from one time to the next that a rule of RFC 5545 is looked through for
EARLY = _HOUR  # a run begun so long before its time counts for it


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
    near = occurrences(lines, site, now - reach(lines), now + _DAY + _MINUTE) if lines else []
    past = [one for one in near if one.starts_at <= now]
    if past and not (begun_at and begun_at >= counts_from(past)):
        return Wanted(_state(past[-1], now), past[-1])
    return Wanted("later", near[len(past)]) if len(near) > len(past) else None


def counts_from(near: Sequence[Occurrence]) -> datetime:
    """From when on a run counts for the last of these: a little before its time, but nearer to it than to the one before."""
    last = near[-1].starts_at
    return last - (min(EARLY, (last - near[-2].starts_at) / 2) if len(near) > 1 else EARLY)


def _state(occurrence: Occurrence, now: datetime) -> Literal["due", "overdue", "missed"]:
    if occurrence.missed_after and now > occurrence.missed_after:
        return "missed"
    return "overdue" if occurrence.finish_by and now > occurrence.finish_by else "due"


def occurrence_for(lines: tuple[Schedule, ...], site: Site, begun_at: datetime) -> Occurrence | None:
    """The time for which a run was begun: the last one it counts for, if there was one."""
    near = occurrences(lines, site, begun_at - reach(lines), begun_at + EARLY + _MINUTE) if lines else []
    while near and begun_at < counts_from(near):
        near.pop()
    return near[-1] if near else None


def late_since(lines: tuple[Schedule, ...], site: Site, begun_at: datetime, now: datetime) -> datetime | None:
    """When a run that is still open should have been finished, if that has passed: by the time it was begun for."""
    found = occurrence_for(lines, site, begun_at)
    finish = found.finish_by if found else None
    return finish if finish and begun_at < finish < now else None


def reach(lines: Sequence[Schedule]) -> timedelta:
    """How far back a time may lie that a schedule still waits for: the longest from one to the next, and how long it lasts."""
    days = max((_DAYS.get(line.every or "", _LONGEST) for line in lines), default=0)
    return timedelta(days=days) + lasts(lines)


def lasts(lines: Sequence[Schedule]) -> timedelta:
    """How long a time of a schedule may last at most, where that is written as a length; a month may be a little longer."""
    return max((line.within.least * 2 for line in lines if line.within), default=timedelta())


def occurrences(lines: tuple[Schedule, ...], site: Site, since: datetime, until: datetime) -> list[Occurrence]:
    """Every occurrence that starts in [since, until), in order."""
    found = (one for number, line in enumerate(lines) for one in _of_line(line, number, site, since, until))
    return sorted((one for one in found if since <= one.starts_at < until), key=lambda one: (one.starts_at, one.line))


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
    rule = _rule(line.rrule, _at(line, site), first.replace(day=1))
    end = datetime.combine(last, time.max)
    for naive in rule.between(datetime.combine(first, time()), end, inc=True):
        yield naive.replace(tzinfo=site.zone)


@lru_cache(maxsize=4096)
def _rule(text: str, at: time, month: date) -> rrule | rruleset:
    """The rule, begun as near before `month` as leaves its times the same: an old one is else counted through from its start."""
    rule: rrule | rruleset = rrulestr(text, dtstart=datetime.combine(_ANCHOR, at), ignoretz=True)
    return rule if isinstance(rule, rruleset) else _begun_later(rule, datetime.combine(month, time()))


def _begun_later(rule: Any, month: datetime) -> rrule:
    """`rule` from a later start in step with its own; as it is where it counts its times, or a month may lack its day."""
    start: datetime = rule._dtstart
    if rule._count is not None or start.day > _EVERY_MONTH_HAS or start >= month:
        return rule  # type: ignore[no-any-return]
    if rule._freq in (YEARLY, MONTHLY):
        step = rule._interval * (12 if rule._freq == YEARLY else 1)
        months = (month.year - start.year) * 12 + month.month - start.month - 1
        later = start + relativedelta(months=max(0, months // step * step))
    else:
        length = rule._interval * _LENGTHS[rule._freq]
        later = start + max(0, (month - start) // length - 1) * length
    return rule.replace(dtstart=later)  # type: ignore[no-any-return]


_LENGTHS = {WEEKLY: timedelta(weeks=1), DAILY: _DAY, HOURLY: _HOUR, MINUTELY: _MINUTE, SECONDLY: timedelta(seconds=1)}
