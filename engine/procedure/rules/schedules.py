"""Rules on schedules: start, finish and missed come in that order, the work fits between; a recurrence comes, not too often."""

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import islice

from dateutil.rrule import rrule, rrulestr

from engine.procedure.problem import Path, Problem
from engine.procedure.rules.deadlines import between, work_between
from engine.procedure.rules.draft import Draft, TooMuch
from engine.procedure.schedule import Schedule
from engine.procedure.site import Site

_START, _HORIZON = datetime(2024, 1, 1), datetime(2032, 12, 31)  # years enough for every 29 February and fifth Sunday
_MOST_A_DAY = 24


def order(draft: Draft) -> Iterator[Problem]:
    """`at`, `finish_by`, `missed_after` in this order; after midnight only in a shift that runs over midnight."""
    for index, line in enumerate(draft.procedure.schedule):
        yield from _order(line, ("schedule", index), _is_over_midnight(line, draft.around.site))


def _is_over_midnight(line: Schedule, site: Site | None) -> bool:
    if line.shift is None:
        return False
    if site is None or line.shift not in site.shifts:
        return True  # not known: give it the benefit of the doubt
    shift = site.shifts[line.shift]
    return shift.end <= shift.start


def _order(line: Schedule, path: Path, is_over_midnight: bool) -> Iterator[Problem]:
    finish, missed = line.finish_by, line.missed_after
    if line.within is not None and finish is not None:
        facts = {"within": str(line.within), "finish": f"{finish:%H:%M}"}
        yield Problem("finish-twice", (*path, "within"), facts, other=(*path, "finish_by"))
    if is_over_midnight:
        return
    if line.at is not None and finish is not None and finish <= line.at:
        yield Problem("finish-before-start", (*path, "finish_by"), {"at": f"{line.at:%H:%M}", "finish": f"{finish:%H:%M}"})
    earlier: time | None = finish or line.at
    if missed is not None and earlier is not None and missed < earlier:
        facts = {"missed": f"{missed:%H:%M}", "finish": f"{earlier:%H:%M}"}
        yield Problem("missed-before-finish", (*path, "missed_after"), facts)


def windows(draft: Draft) -> Iterator[Problem]:
    """The time from `at` to the finish is not shorter than the waits that every run has."""
    for index, line in enumerate(draft.procedure.schedule):
        key, span = _window(line)
        problem = _too_short(draft, ("schedule", index, key), span) if span else None
        if problem:
            yield problem


def _too_short(draft: Draft, path: Path, span: timedelta) -> Problem | None:
    try:
        return work_between(draft, -1, None).problem(path, span)
    except TooMuch:
        return None


def _window(line: Schedule) -> tuple[str, timedelta | None]:
    if line.within is not None:
        return "within", line.within.least
    if line.at is None or line.finish_by is None or line.at == line.finish_by:
        return "finish_by", None
    return "finish_by", between(line.at, line.finish_by)


def recurrences(draft: Draft) -> Iterator[Problem]:
    """A rule comes at some time, and at most every hour: each time it comes, somebody has a run to start."""
    for index, line in enumerate(draft.procedure.schedule):
        path, facts = ("schedule", index, "rrule"), {"rrule": line.rrule or ""}
        if line.rrule and _is_too_often(line.rrule):
            yield Problem("rrule-too-often", path, facts)
        elif line.rrule and "UNTIL" not in line.rrule.upper() and not _first_times(line.rrule):
            yield Problem("rrule-never", path, facts)


def _is_too_often(text: str) -> bool:
    if re.search("SECONDLY|MINUTELY", text.upper()):
        return True
    found = _first_times(text)
    return len(found) > _MOST_A_DAY and found[-1] - found[0] < timedelta(days=1)


def _first_times(text: str) -> list[datetime]:
    rule = rrulestr(text, dtstart=_START, ignoretz=True)
    if isinstance(rule, rrule) and "UNTIL" not in text.upper():
        rule = rule.replace(until=_HORIZON, count=None)  # else one that never comes is sought to the end of the calendar
    return list(islice(rule, _MOST_A_DAY + 1))


RULES = (order, windows, recurrences)
