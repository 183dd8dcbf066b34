"""Deadlines: when a step of a run is due, in the site's zone and over its calendar.

Months follow the calendar, days keep the clock time, hours and minutes are exact.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, time, timedelta
from typing import assert_never

from dateutil.relativedelta import relativedelta

from engine.procedure.amount import Span
from engine.procedure.condition import holds
from engine.procedure.due import At, Before, By, Counting, Due, FirstOf, LastOf, SameDayAs, Within
from engine.procedure.plan import Placed
from engine.procedure.site import Site
from engine.procedure.step import Register
from engine.run.standing import Run, facts_of


def due_at(run: Run, placed: Placed) -> datetime | None:
    """When the step is due, in UTC; None where it has no deadline, or its anchor is not known yet."""
    extended = run.state.step(placed.id).extended_to
    return extended if extended is not None else moment_of(run, placed.due)


def moment_of(run: Run, dues: Iterable[Due]) -> datetime | None:
    """The first of several due times that applies, in UTC; None where none does, or its anchor is not known yet."""
    facts = facts_of(run)
    for due in dues:
        if due.when is None or holds(due.when, facts) is True:
            return _moment(run, due)
    return None


def is_overdue(run: Run, placed: Placed, now: datetime) -> bool:
    """Whether the step is asked and its deadline has passed."""
    if not placed.due or not run.is_asked(placed.id):
        return False
    due = due_at(run, placed)
    return due is not None and now > due


def _moment(run: Run, due: Due) -> datetime | None:
    site = run.plan.site
    match due:
        case Within():
            anchor = _anchor(run, due.after)
            return None if anchor is None else later(anchor, due.within, site, due.counting)
        case Before():
            moment = _given(run, due.of)
            return None if moment is None else later(moment, due.before, site, due.counting, sign=-1)
        case SameDayAs():
            anchor = _anchor(run, due.same_day_as)
            return None if anchor is None else end_of_day(anchor, site)
        case By():
            start = run.state.started_by.at.astimezone(site.zone)
            return datetime.combine(start.date(), due.by, site.zone).astimezone(UTC)
        case At():
            return _given(run, due.at)
        case FirstOf():
            return _pick(run, due.first_of, min, need_all=False)
        case LastOf():
            return _pick(run, due.last_of, max, need_all=True)
        case _:
            assert_never(due)  # pragma: no cover - every form stands above


def _pick(run: Run, dues: Iterable[Due], choose: Callable[[list[datetime]], datetime], *, need_all: bool) -> datetime | None:
    moments = [_moment(run, due) for due in dues]
    found = [moment for moment in moments if moment is not None]
    return choose(found) if found and (len(found) == len(moments) or not need_all) else None


def _anchor(run: Run, name: str) -> datetime | None:
    """When a step was first settled, or the run started."""
    if name == "start":
        return run.state.started_by.at
    owner = run.plan.owner.get(name) or name
    if owner not in run.settled or run.applies[owner] is False:
        return None
    step, placed = run.state.step(owner), run.plan.by_id[owner]
    if isinstance(placed.step, Register) and step.outcome is None:
        written = sorted(row.at for row in step.rows if row.fields)
        return written[max(placed.step.at_least, 1) - 1] if written else None
    return step.done_at


def _given(run: Run, name: str) -> datetime | None:
    """The moment somebody gave for an input or a step; a date alone is the end of that day."""
    owner = run.plan.owner.get(name, "")
    if owner and run.applies[owner] is False:
        return None
    answer = run.state.newest(name, owner) if owner else run.state.started.inputs.get(name)
    if answer is None:
        return None
    if answer.at is not None:
        return answer.at
    zone = run.plan.site.zone
    return end_of_day(datetime.combine(datetime.fromisoformat(answer.text or ""), time(), zone), run.plan.site)


def end_of_day(moment: datetime, site: Site) -> datetime:
    """The last second of the moment's day at the site, in UTC."""
    local = moment.astimezone(site.zone)
    return datetime.combine(local.date(), time(23, 59, 59), site.zone).astimezone(UTC)


def later(moment: datetime, span: Span, site: Site, counting: Counting = "calendar_days", sign: int = 1) -> datetime:
    """`moment` moved by `span`: days and longer keep the site's clock time, working days skip free days, the rest is exact."""
    if counting == "working_days" and span.unit in ("day", "week"):
        days = span.amount * (5 if span.unit == "week" else 1)
        return _working(moment.astimezone(site.zone), days * sign, site).astimezone(UTC)
    if span.months or span.unit in ("day", "week"):
        delta = relativedelta(months=span.months) if span.months else (span.exact or timedelta())
        local = moment.astimezone(site.zone).replace(tzinfo=None)
        moved = local + delta if sign > 0 else local - delta
        return moved.replace(tzinfo=site.zone).astimezone(UTC)
    return moment + sign * (span.exact or timedelta())


def _working(moment: datetime, days: int, site: Site) -> datetime:
    step = 1 if days > 0 else -1
    naive = moment.replace(tzinfo=None)
    while days:
        naive += timedelta(days=step)
        if site.calendar.is_working(naive.date()):
            days -= step
    return naive.replace(tzinfo=site.zone)
