"""Deviations that came again, and how long steps take, as the pages list them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.procedure.plan import Plan
from engine.procedure.step import Wait
from engine.review.trends.paces import LEAST, MOST, Paced
from engine.review.trends.repeated import Repeated
from engine.wording import Names
from webui.present.trending import Head, place_title, procedure_title
from webui.present.values import day_clock
from webui.words import words

RUNS = 24  # linked of one repetition, the newest
_NOTABLE = 25  # percent by which a pace changed for it to be marked
_WIDTH = 120


@dataclass(frozen=True, slots=True)
class RunLink:
    """A run, by when it happened in it."""

    address: str
    text: str


@dataclass(frozen=True, slots=True)
class Again:
    """What came again."""

    title: str
    cause: str
    where: str
    count: str
    period: str
    runs: tuple[RunLink, ...]
    more: str


@dataclass(frozen=True, slots=True)
class RepeatedPage:
    """The page of what came again."""

    head: Head
    found: tuple[Again, ...]


@dataclass(frozen=True, slots=True)
class StepPace:
    """How long one step takes; `tone` marks a change that is worth a look."""

    title: str
    runs: int
    middle: str
    slowest: str
    change: str
    tone: str
    bar: str


@dataclass(frozen=True, slots=True)
class PacePage:
    """The page of paces."""

    head: Head
    title: str
    about: str
    steps: tuple[StepPace, ...]
    empty: str
    note: str


def repeated_page(head: Head, found: Sequence[Repeated], names: Names, plans: Mapping[str, Plan], now: datetime) -> RepeatedPage:
    """What came again, the most often first."""
    return RepeatedPage(head, tuple(_again(one, names, plans, now) for one in found))


def _again(one: Repeated, names: Names, plans: Mapping[str, Plan], now: datetime) -> Again:
    w, subject = words(names.language), one.subject
    zone = names.site.zone if names.site else None
    first, last = (f"{each.at.astimezone(zone):%Y-%m-%d}" for each in (one.runs[0], one.runs[-1]))
    more = len(one.runs) - RUNS
    where = " · ".join(
        part for part in (procedure_title(names, plans, subject.procedure), place_title(names, subject.place)) if part
    )
    return Again(
        title=step_title(names, plans.get(subject.procedure), subject.step),
        cause=str(getattr(w, f"cause_{subject.cause}")),
        where=where,
        count=_counted(one, names),
        period=str(w.trends_range_shown).format(first=first, last=last),
        runs=tuple(RunLink(f"/runs/{each.run}/record", day_clock(each.at, now, names)) for each in one.runs[::-1][:RUNS]),
        more=str(w.trends_shown_first).format(count=RUNS, more=more) if more > 0 else "",
    )


def _counted(one: Repeated, names: Names) -> str:
    """How many runs; where some lie before the time asked for, how many of them are of that time."""
    w, count = words(names.language), len(one.runs)
    if not one.before:
        return str(w.trends_runs).format(count=count)
    return str(w.trends_runs_of_them).format(count=count, here=count - one.before)


def step_title(names: Names, plan: Plan | None, step: str) -> str:
    """What a step is called; "" is the run as a whole."""
    if not step:
        return str(words(names.language).trends_whole_run)
    found = plan.fields.get(step) if plan else None
    return found.title.into(names.language) if found else step


def pace_page(head: Head, now: Paced, before: Paced, names: Names, plan: Plan | None, *, is_chosen: bool) -> PacePage:
    """How long the steps of a procedure take, in its order; what the procedure no longer has comes last."""
    w = words(names.language)
    order = {name: n for n, name in enumerate(plan.by_id)} if plan else {}
    steps = sorted(now.steps, key=lambda step: order.get(step, len(order)))
    longest = max((one.middle for step, one in now.steps.items() if _is_work(plan, step)), default=timedelta())
    empty = "" if steps else str(w.trends_pace_none if is_chosen else w.trends_pace_choose)
    return PacePage(
        head=head,
        title=plan.procedure.title.into(names.language) if plan else head.asked.procedure,
        about=str(w.trends_pace_about).format(count=now.runs, before=before.runs, least=LEAST) if steps else "",
        steps=tuple(_step(step, now, before, names, plan, longest) for step in steps),
        empty=empty,
        note=str(w.trends_cut).format(count=f"{MOST:,}") if now.is_cut or before.is_cut else "",
    )


def _step(step: str, now: Paced, before: Paced, names: Names, plan: Plan | None, longest: timedelta) -> StepPace:
    one, was = now.steps[step], before.steps.get(step)
    share = round(100 * (one.middle / was.middle - 1)) if was and was.middle else None
    return StepPace(
        title=step_title(names, plan, step),
        runs=one.runs,
        middle=clock_length(one.middle, names),
        slowest=clock_length(one.slowest, names),
        change=_change(share, names),
        tone="notable" if share is not None and abs(share) >= _NOTABLE else "",
        bar=f"{_WIDTH * (one.middle / longest):.1f}" if longest and _is_work(plan, step) else "0",
    )


def _is_work(plan: Plan | None, step: str) -> bool:
    """Whether a step is no wait: the length of a wait is set, and a bar of it would dwarf all work."""
    return not isinstance(plan.fields.get(step), Wait) if plan else True


def _change(share: int | None, names: Names) -> str:
    if share is None:
        return "—"
    sign = "+" if share > 0 else "−" if share < 0 else "±"
    return str(words(names.language).trends_change).format(sign=sign, share=abs(share))


def clock_length(length: timedelta, names: Names) -> str:
    """A length of time to the second where it is short, else to the minute."""
    seconds, zh = round(length.total_seconds()), names.language == "zh"
    if seconds < 60:
        return f"{seconds} 秒" if zh else f"{seconds} s"
    minutes, rest = divmod(seconds, 60)
    if minutes < 10:
        return (f"{minutes} 分 {rest:02} 秒" if zh else f"{minutes} min {rest:02} s") if rest else _minutes(minutes, zh=zh)
    minutes = round(seconds / 60)
    if minutes < 120:
        return _minutes(minutes, zh=zh)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} 小时 {minutes:02} 分" if zh else f"{hours} h {minutes:02} min"


def _minutes(minutes: int, *, zh: bool) -> str:
    return f"{minutes} 分" if zh else f"{minutes} min"


def first_of(some: Sequence[str], most: int) -> Iterator[str]:
    """The first of several texts, and … for the others."""
    yield from some[:most]
    if len(some) > most:
        yield "…"
