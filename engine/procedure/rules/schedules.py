"""Rules on schedules: start, finish and missed come in that order, and the work fits between."""

from collections.abc import Iterator
from datetime import time, timedelta

from engine.procedure.problem import Path, Problem
from engine.procedure.rules.deadlines import between, work_between
from engine.procedure.rules.draft import Draft, TooMuch
from engine.procedure.schedule import Schedule
from engine.procedure.site import Site


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


RULES = (order, windows)
