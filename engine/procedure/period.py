"""The periods of a report in time: when one begins and ends, what it is called, and by when its report is due.

One period begins as the one before it ends. A month that begins in its second half, or a day that begins at noon or later, is
called after the one in which it ends: a month that begins on day 30 and ends on day 29 is that of its end.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from engine.procedure.report import Report

_NAMES = {
    "day": re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"),
    "month": re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)"),
    "quarter": re.compile(r"(?P<year>\d{4})-Q(?P<quarter>[1-4])"),
}
_NOON = time(12)
_MIDDLE = 16  # a month that begins on this day or later is called after its end


@dataclass(frozen=True, slots=True)
class Span:
    """One period: `since` belongs to it, `until` to the next. Both are aware, in the site's zone."""

    name: str
    since: datetime
    until: datetime


def named(report: Report, name: str, zone: tzinfo) -> Span:
    """The period of that name: 2026-10-31, 2026-10 or 2026-Q4. Raises ValueError."""
    found = _NAMES[report.period].fullmatch(name)
    if found is None or not 2000 <= int(found["year"]) < 2200:
        raise ValueError(name)
    year = int(found["year"])
    if report.period == "day":
        return _span(report, date(year, int(found["month"]), int(found["day"])).toordinal(), zone)
    if report.period == "quarter":
        return _span(report, year * 4 + int(found["quarter"]) - 1, zone)
    return _span(report, year * 12 + date(year, int(found["month"]), 1).month - 1, zone)


def holding(report: Report, moment: datetime, zone: tzinfo) -> Span:
    """The period in which a moment lies."""
    number = _number(report, moment.astimezone(zone).date())
    near = (_span(report, one, zone) for one in (number - 1, number, number + 1))
    return next(span for span in near if span.since <= moment < span.until)


def ended(report: Report, since: datetime, until: datetime, zone: tzinfo) -> Iterator[Span]:
    """The periods that ended in (since, until], oldest first."""
    span = holding(report, since, zone)
    while span.until <= until:
        if span.until > since:
            yield span
        span = holding(report, span.until, zone)


def before(report: Report, span: Span, zone: tzinfo) -> Span:
    """The period before this one."""
    return holding(report, span.since - timedelta(microseconds=1), zone)


def due_of(report: Report, span: Span, zone: tzinfo) -> datetime:
    """By when the report of a period is due: the first time that `due` names, at or after the period's end."""
    day = span.until.astimezone(zone).date()
    if report.period == "day":
        at = datetime.combine(day, report.due.at, zone)
        return at if at >= span.until else datetime.combine(day + timedelta(days=1), report.due.at, zone)
    month = day.year * 12 + day.month - 1
    at = datetime.combine(_day(month, report.due.on or 1), report.due.at, zone)
    return at if at >= span.until else datetime.combine(_day(month + 1, report.due.on or 1), report.due.at, zone)


def _span(report: Report, number: int, zone: tzinfo) -> Span:
    first = number - 1 if _is_named_by_end(report) else number
    return Span(_name(report, number), _start(report, first, zone), _start(report, first + 1, zone))


def _is_named_by_end(report: Report) -> bool:
    if report.period == "day":
        return (report.begins.at or time()) >= _NOON
    return report.period == "month" and (report.begins.on or 1) >= _MIDDLE


def _number(report: Report, day: date) -> int:
    """Days, months or quarters, counted."""
    if report.period == "day":
        return day.toordinal()
    months = day.year * 12 + day.month - 1
    return months if report.period == "month" else months // 3


def _name(report: Report, number: int) -> str:
    if report.period == "day":
        return date.fromordinal(number).isoformat()
    if report.period == "month":
        return f"{number // 12:04d}-{number % 12 + 1:02d}"
    return f"{number // 4:04d}-Q{number % 4 + 1}"


def _start(report: Report, number: int, zone: tzinfo) -> datetime:
    at = report.begins.at or time()
    if report.period == "day":
        return datetime.combine(date.fromordinal(number), at, zone)
    day = _day(number, report.begins.on or 1) if report.period == "month" else _day(number * 3, 1)
    return datetime.combine(day, at, zone)


def _day(month: int, day: int) -> date:
    """A day of a month counted from the year 0; in a shorter month its last."""
    year, number = month // 12, month % 12 + 1
    return date(year, number, min(day, monthrange(year, number)[1]))
