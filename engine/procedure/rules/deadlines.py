"""Rules on deadlines: somebody holds each, somebody hears when it passes, and the work inside it fits."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from engine.procedure.due import By, Due, FirstOf, Overdue, Within
from engine.procedure.field import Measure
from engine.procedure.plan import wait_length
from engine.procedure.problem import Path, Problem
from engine.procedure.rules.draft import Draft, Item, TooMuch, due_paths, parts_of
from engine.procedure.step import Wait

_LONG = ("day", "week", "month", "quarter", "year")


def forms(draft: Draft) -> Iterator[Problem]:
    """Of several due times each can apply; working days count days; only a whole due time asks a condition."""
    for owner, dues in _written(draft):
        always = next((path for path, due in due_paths(dues) if due.when is None), None)
        for index, (path, due) in enumerate(due_paths(dues)):
            if always is not None and path > always:
                yield Problem("due-never-used", (*owner, *path), {"number": index + 1}, other=(*owner, *always))
            for where, part in ((path, due), *parts_of(due, path)):
                span = getattr(part, "within", None) or getattr(part, "before", None)
                if span and getattr(part, "counting", "") == "working_days" and span.unit not in _LONG:
                    yield Problem("counting-needs-days", (*owner, *where, "counting"), {"span": str(span)})
                if part is not due and part.when is not None:
                    yield Problem("when-inside-due", (*owner, *where, "when"), at_key=True)


def _written(draft: Draft) -> Iterator[tuple[Path, tuple[Due, ...]]]:
    yield from ((block.path, block.section.due) for block in draft.blocks)
    yield from ((item.path, item.step.due) for item in draft.steps)


def overdue(draft: Draft) -> Iterator[Problem]:
    """`overdue` belongs to a deadline, and tells somebody."""
    for block in draft.blocks:
        has_due = block.section.due or any(step.due for step in block.section.steps)
        yield from _overdue(block.section.overdue, block.path, bool(has_due))
    for item in draft.steps:
        yield from _overdue(item.step.overdue, item.path, bool(dues_of(item)))


def _overdue(overdue: Overdue | None, path: Path, has_due: bool) -> Iterator[Problem]:
    if overdue is None:
        return
    if not has_due:
        yield Problem("overdue-without-due", (*path, "overdue"), at_key=True)
    elif not overdue.notify and overdue.then is None:
        yield Problem("overdue-tells-nobody", (*path, "overdue"))


def dues_of(item: Item) -> list[tuple[Path, Due]]:
    """The due times in force for a step, its own or its section's, with their paths."""
    if item.step.due or item.block is None:
        return [((*item.path, *path), due) for path, due in due_paths(item.step.due)]
    return [((*item.block.path, *path), due) for path, due in due_paths(item.block.section.due)]


def holders(draft: Draft) -> Iterator[Problem]:
    """A deadline always has a holder: somebody in a role that may do the step. Asked only where it is known who holds what."""
    held, site = draft.around.held, draft.around.site
    told: set[Path] = set()
    for item in draft.steps if held is not None and site is not None else ():
        roles = item.step.by or (item.block.section.by if item.block else ()) or draft.procedure.done_by
        known = [role for role in roles if site and role in site.roles]
        for path, _ in dues_of(item)[:1]:
            if known and held is not None and not held & set(known) and path not in told:
                told.add(path)
                yield Problem("deadline-without-holder", path, {"roles": tuple(known)})


@dataclass(frozen=True, slots=True)
class Work:
    """The timed work that lies in a stretch of a procedure, and the longest wait in it that must be over at its end."""

    waits: tuple[tuple[Item, timedelta], ...]
    longest: tuple[Item, timedelta] | None
    least: timedelta

    def problem(self, path: Path, span: timedelta) -> Problem | None:
        """The work does not fit into `span`: certainly (an error), or when done one after the other (a warning)."""
        if self.longest is not None and self.longest[1] > span:
            item, least = self.longest
            return self._problem(path, span, least, (item.id,), is_sure=True)
        if self.least > span and self.waits:
            return self._problem(path, span, self.least, tuple(item.id for item, _ in self.waits), is_sure=False)
        return None

    def _problem(self, path: Path, span: timedelta, least: timedelta, waits: tuple[str, ...], *, is_sure: bool) -> Problem:
        facts = {"span": _spoken(span), "least": _spoken(least), "waits": waits}
        other = max(self.waits, key=lambda wait: wait[1])[0].path
        return Problem("deadline-too-short", path, facts, "error" if is_sure else "warning", other=other)


def work_between(draft: Draft, start: int, last: Item | None) -> Work:
    """The waits after step number `start`, up to `last` or the end, that lie before it in every run.

    Conditional waits count only where `last` has the same conditions. Re-measuring may follow: the longest pause counts once.
    """
    end = len(draft.steps) - 1 if last is None else last.position[0]
    shared = [one.condition for one in last.whens()] if last else []
    draft.effort.spend(max(0, end - start))
    between = [
        item
        for item in draft.steps[start + 1 : end + 1]
        if item.step.required and all(one.condition in shared for one in item.whens())
    ]
    waits = tuple((item, length) for item in between if (length := length_of(draft, item)))
    sure = [wait for wait in waits if last is None or _must_be_over(wait[0], last)]
    pause = max((_pause(item) for item in between if item is not last), default=timedelta())
    return Work(waits, max(sure, key=lambda wait: wait[1], default=None), sum((w[1] for w in waits), pause))


def _must_be_over(wait: Item, last: Item) -> bool:
    """Whether `last` cannot be done before the wait is over: it is the wait, asks for it, or signs for what came before."""
    return wait is last or last.step.kind == "sign" or any(wait.id in one.condition.names() for one in last.whens())


def length_of(draft: Draft, item: Item) -> timedelta | None:
    """How long a wait lasts at least; None for other steps, and where the length is not written properly."""
    if not isinstance(item.step, Wait):
        return None
    if item.step.at_least is None:
        parameter = draft.parameter(item)
        if parameter is None or parameter.limits is None or parameter.limits.range.low is None:
            return None
    return wait_length(item.step, draft.procedure)


def _pause(item: Item) -> timedelta:
    policy = item.step.on_deviation
    if isinstance(item.step, Measure) and policy and policy.remeasure and policy.remeasure.after:
        return policy.remeasure.after.least
    return timedelta()


def _spoken(span: timedelta) -> str:
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    return f"{int(span.total_seconds())} s" if seconds else f"{minutes} min"


def lengths(draft: Draft) -> Iterator[Problem]:
    """A deadline is not shorter than the waits between its anchor and the step."""
    told: set[Path] = set()
    for item in draft.steps:
        for path, due in dues_of(item):
            for where, part in _binding(path, due):
                problem = _too_short(draft, item, where, part)
                if problem and where not in told:
                    told.add(where)
                    yield problem


def _too_short(draft: Draft, item: Item, path: Path, due: Due) -> Problem | None:
    try:
        return _within_problem(draft, item, path, due) or _by_problem(draft, item, path, due)
    except TooMuch:
        return None


def _binding(path: Path, due: Due) -> Iterator[tuple[Path, Due]]:
    """The due times that bind by themselves: the whole, and each part of a `first_of`."""
    yield path, due
    if isinstance(due, FirstOf):
        for index, part in enumerate(due.first_of):
            yield from _binding((*path, "first_of", index), part)


def _within_problem(draft: Draft, item: Item, path: Path, due: Due) -> Problem | None:
    if not isinstance(due, Within):
        return None
    anchor = draft.named.get(due.after)
    if due.after != "start" and (anchor is None or anchor.position >= item.position):
        return None  # told elsewhere
    start = anchor.position[0] if anchor else -1
    return work_between(draft, start, item).problem((*path, "within"), due.within.least)


def _by_problem(draft: Draft, item: Item, path: Path, due: Due) -> Problem | None:
    if not isinstance(due, By) or due.when is not None:
        return None
    for index, line in enumerate(draft.procedure.schedule):
        if line.at is None:
            continue
        if line.at >= due.by:
            facts = {"by": f"{due.by:%H:%M}", "at": f"{line.at:%H:%M}"}
            return Problem("deadline-before-start", (*path, "by"), facts, other=("schedule", index, "at"))
        problem = work_between(draft, -1, item).problem((*path, "by"), between(line.at, due.by))
        if problem:
            return problem
    return None


def between(start: time, end: time) -> timedelta:
    """From one time of day to a later one; over midnight where `end` is not later."""
    day = datetime(2000, 1, 1)
    span = datetime.combine(day, end) - datetime.combine(day, start)
    return span if span > timedelta() else span + timedelta(days=1)


RULES = (forms, overdue, holders, lengths)
