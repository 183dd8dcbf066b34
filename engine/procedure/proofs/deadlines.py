"""Proof that every deadline has somebody, and that it can be met when the steps are done in the order written.

Held: at every moment somebody must do the step (whoever it is for; once handed over, whoever receives), each level of the
escalation is told to somebody, and somebody may grant more time. Feasible: interval arithmetic on least durations. The waits and
rounds that lie between the anchor and the step in every run, one after the other, take no longer than the deadline gives. Where
they take longer `certain` says whether the engine could not even be asked to do them side by side. Measuring again never moves a
deadline, for the first reading settles the step; where it takes longer than the deadline gives, that is told.
"""

from collections.abc import Iterator, Mapping
from datetime import time, timedelta

from engine.procedure.condition import Known, Truth, holds
from engine.procedure.due import At, Before, By, Due, FirstOf, LastOf, SameDayAs, Within
from engine.procedure.field import Measure
from engine.procedure.plan import Placed, Plan
from engine.procedure.proofs.people import Crowd
from engine.procedure.proofs.verdict import Proof, Verdict
from engine.procedure.rules.deadlines import between, dues_of, work_between
from engine.procedure.rules.domain import NEVER
from engine.procedure.rules.draft import Draft, Item, TooMuch
from engine.procedure.schedule import Schedule
from engine.procedure.site import Site
from engine.procedure.step import HandTo, Rounds

Facts = dict[str, object]
Judged = tuple[Verdict, Facts]
_DAY_ENDS = time(23, 59, 59)


# -- held ---------------------------------------------------------------------------------------------------------------


def held(plan: Plan, crowd: Crowd) -> Iterator[Proof]:
    """One proof for all steps whose deadlines are held, and one for each lack."""
    good: list[str] = []
    for placed in plan.steps:
        lacks = list(_lacks(placed, crowd)) if placed.due else []
        yield from (Proof("deadlines_held", "failed", (placed.id,), facts) for facts in lacks)
        good += [placed.id] if placed.due and not lacks else []
    if good:
        yield Proof("deadlines_held", "proved", tuple(good), {"why": "held" if crowd.is_asked else "not_asked"})


def _lacks(placed: Placed, crowd: Crowd) -> Iterator[Facts]:
    if roles := crowd.missing(placed.roles):
        yield {"why": "nobody_holds", "roles": roles}
    if isinstance(placed.step, HandTo) and (roles := crowd.missing(placed.receivers)):
        yield {"why": "nobody_receives", "roles": roles}
    if placed.overdue is None:
        return
    for after, told in placed.overdue.levels():
        if told and (roles := crowd.missing(told)):
            yield {"why": "nobody_told", "roles": roles, "after": after}
    granters = placed.overdue.extend_by
    if granters and (roles := crowd.missing(granters)):
        yield {"why": "nobody_grants", "roles": roles}


# -- feasible -----------------------------------------------------------------------------------------------------------


def feasible(plan: Plan, draft: Draft) -> Iterator[Proof]:
    """One proof for each deadline of each step, and for each time by which the schedule wants the run finished."""
    for item in draft.steps:
        for _, due in dues_of(item):
            verdict, facts = _judged(plan, draft, item, due)
            yield Proof("deadlines_feasible", verdict, (item.id,), facts)
    for line in draft.procedure.schedule:
        span = line.within.least if line.within else _window(line.at, line.finish_by)
        if span is not None:
            verdict, facts = _fits(draft, -1, None, span)
            yield Proof("deadlines_feasible", verdict, (), {**facts, "form": "schedule"})


def _window(at: time | None, finish: time | None) -> timedelta | None:
    return None if at is None or finish is None or at == finish else between(at, finish)


def _judged(plan: Plan, draft: Draft, item: Item, due: Due) -> Judged:
    match due:
        case Within():
            start = _place(draft, due.after)
            if start >= item.position[0]:
                return "unknown", {"why": "anchor_later", "form": "within", "name": due.after}
            return _named("within", due.after, _fits(draft, start, item, due.within.least))
        case SameDayAs():
            return _named("same_day_as", due.same_day_as, _same_day(plan, draft, item, due))
        case By():
            return _named("by", f"{due.by:%H:%M}", _by(draft, item, due, plan.site))
        case Before() | At():
            return _ahead(draft, item, due)
        case FirstOf():
            return _worst([_judged(plan, draft, item, part) for part in due.first_of])
        case LastOf():
            return _best([_judged(plan, draft, item, part) for part in due.last_of])


def _place(draft: Draft, name: str) -> int:
    """The number of the step that is or holds `name`; -1 for the start and inputs."""
    found = draft.named.get(name)
    return -1 if found is None or name == "start" else found.position[0]


def _named(form: str, name: str, judged: Judged) -> Judged:
    return judged[0], {**judged[1], "form": form, "name": name}


def _worst(judged: list[Judged]) -> Judged:
    return min(judged, key=lambda one: ("failed", "unknown", "tested", "proved").index(one[0]))


def _best(judged: list[Judged]) -> Judged:
    return max(judged, key=lambda one: ("failed", "unknown", "tested", "proved").index(one[0]))


def _fits(draft: Draft, start: int, last: Item | None, span: timedelta) -> Judged:
    """Whether the timed work after step number `start`, up to `last` or the end, takes no longer than `span`."""
    try:
        lengths, is_certain = _work(draft, start, last, span)
    except TooMuch:  # pragma: no cover - the allowance is far more than any procedure needs
        return "unknown", {"why": "too_many"}
    least, again = sum(lengths.values(), timedelta()), _longest_pause(draft, start, last)
    facts: Facts = {"span": span, "least": least} | ({"waits": tuple(lengths)} if lengths else {})
    if least > span:
        return "failed", {"why": "takes_longer", "certain": is_certain, **facts}
    return "proved", {"why": "fits" if lengths else "nothing_between", **facts} | ({"again": again} if again > span else {})


def _work(draft: Draft, start: int, last: Item | None, span: timedelta) -> tuple[Mapping[str, timedelta], bool]:
    """The waits and rounds in between that every run has, with their least lengths; whether one must be over and is too long."""
    work = work_between(draft, start, last)
    lengths = {item.id: length for item, length in work.waits}
    end = len(draft.steps) - 1 if last is None else last.position[0]
    shared = [one.condition for one in last.whens()] if last else []
    for item in draft.steps[start + 1 : end + 1]:
        is_sure = item.step.required and all(one.condition in shared for one in item.whens())
        if is_sure and isinstance(item.step, Rounds) and item.step.at_least > 1:
            lengths[item.id] = item.step.every.least * (item.step.at_least - 1)
    return lengths, work.longest is not None and work.longest[1] > span


def _longest_pause(draft: Draft, start: int, last: Item | None) -> timedelta:
    """The longest time before a measure in between may be measured again."""
    end = len(draft.steps) if last is None else last.position[0]
    policies = [item.step.on_deviation for item in draft.steps[max(start, 0) : end] if isinstance(item.step, Measure)]
    pauses = [one.remeasure.after.least for one in policies if one and one.remeasure and one.remeasure.after]
    return max(pauses, default=timedelta())


def _same_day(plan: Plan, draft: Draft, item: Item, due: SameDayAs) -> Judged:
    """By the end of the anchor's day: what lies in between must fit into what is left of it when the schedule begins the run."""
    starts = [line.at for line in draft.procedure.schedule if line.at] if due.same_day_as == "start" else []
    left = [between(at, _DAY_ENDS) for at in starts] or [timedelta(days=1)]
    verdict, facts = _fits(draft, _place(draft, due.same_day_as), item, min(left))
    ends = last_shift_end(plan.site)
    return verdict, {**facts} | ({"last_shift_end": ends} if ends else {})


def last_shift_end(site: Site) -> str | None:
    """When the last shift of a day ends, where none is on at its end; None where one is, or there are no shifts."""
    if not site.shifts or site.shift(_DAY_ENDS) is not None:
        return None
    return f"{max(shift.end for shift in site.shifts.values()):%H:%M}"


def _by(draft: Draft, item: Item, due: By, site: Site) -> Judged:
    """By a time of day: for every time at which the schedule begins a run; with a condition that hangs on more, for some."""
    truths = {line.at: _holds_at(due, line, line.at, site) for line in draft.procedure.schedule if line.at}
    judged = {at: _until(draft, item, at, due.by) for at, truth in truths.items() if truth is not False}
    if not judged:
        return "unknown", {"why": "start_not_known"}
    is_sure = all(truths[at] for at in judged)
    return _worst(list(judged.values())) if is_sure else _best(list(judged.values()))


def _holds_at(due: By, line: Schedule, at: time, site: Site) -> Truth:
    """Whether the deadline applies to a run begun then; None where that hangs on more than the hour and the season."""
    shift = site.shift(at)
    facts = {"shift": Known(shift) if shift else NEVER} | ({"season": Known(line.season)} if line.season else {})
    return True if due.when is None else holds(due.when, facts)


def _until(draft: Draft, item: Item, at: time, by: time) -> Judged:
    if at >= by:
        return "failed", {"why": "over_at_start", "at": f"{at:%H:%M}"}
    return _fits(draft, -1, item, between(at, by))


def _ahead(draft: Draft, item: Item, due: Before | At) -> Judged:
    """What is counted from a moment that is given: it can be met where that lies as far ahead as the work in between takes."""
    name, span = (due.of, due.before.least) if isinstance(due, Before) else (due.at, timedelta())
    lengths = _work(draft, _place(draft, name), item, timedelta.max)[0]
    needed = span + sum(lengths.values(), timedelta())
    form = "before" if isinstance(due, Before) else "at"
    return "proved", {"why": "if_given_early", "form": form, "name": name, "span": span, "needed": needed}
