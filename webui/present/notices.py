"""Notices on the board: what somebody was told and what still matters. Whether it does is asked of the run as it is now."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine.notices.holding import held
from engine.notices.notice import Notice
from engine.notices.wording import report_title, worded
from engine.procedure.occurrence import EARLY
from engine.procedure.plan import Plan
from engine.review.reports.kept import Edition
from engine.run.dues import due_at
from engine.run.standing import Run
from engine.run.step_state import StepState
from engine.wording import Names
from webui.present.reporting import address_of, unsigned_address
from webui.present.schedule import anchor
from webui.present.values import day_clock, length_text
from webui.words import words

LATELY = timedelta(days=1)
"""How long it is still said that something was done late."""
_TONES: Mapping[str, str] = {
    "overdue": "overdue", "late": "overdue", "unbegun": "overdue", "missed": "overdue", "unreviewed": "overdue",
    "report_late": "overdue", "doubted": "overdue",
    "critical": "deviation", "deviation": "deviation", "granted": "done",
}  # fmt: skip
_DATE = re.compile(r"(\d\d-\d\d \d\d:\d\d)")
_OF_WORK = ("near", "overdue", "handed", "deviation", "critical")
_SCHEDULED = ("due", "unbegun", "missed")
_REPORTS = ("report_made", "report_late")


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice. `address` is empty where the person may not see the run, or there is none."""

    notice: str
    tone: str
    text: str
    at: str
    small: str
    address: str
    run: str
    step: str
    is_of_work: bool = False  # says that a step is to be done: what the board already shows for whoever does it

    @property
    def text_parts(self) -> tuple[str, ...]:
        """The text with its dates apart, every second one: a date is not broken at the end of a line."""
        return tuple(_DATE.split(self.text))

    @property
    def small_parts(self) -> tuple[str, ...]:
        """The small print in the same way."""
        return tuple(_DATE.split(self.small))


@dataclass(frozen=True, slots=True)
class Ground:
    """What is asked whether a notice still matters. `run`: None where it has long been over and left nothing open, or is none."""

    person: str
    roles: tuple[str, ...]
    now: datetime
    names: Names
    run: Callable[[str], Run | None]
    plan: Callable[[str], Plan | None]
    last_begun: Mapping[str, datetime]
    given: Mapping[tuple[str, datetime], str]  # whom times of schedules were given to
    may_see: Callable[[Run], bool]
    is_doubted: Callable[[str], bool]  # whether a tablet still doubts the record
    unsigned: Callable[[str], Sequence[Edition]]  # what is made of a report and still waits for somebody else's signature


def still_told(ground: Ground, found: Iterable[Notice]) -> Iterator[NoticeView]:
    """Those that still matter, as found, of each matter only the first: the newest of an escalation says it all."""
    said: set[tuple[str, ...]] = set()
    for notice in found:
        matter = _matter(notice)
        if matter in said:
            continue
        run = ground.run(notice.run) if notice.run else None
        if run is not None and _is_open(run, notice):
            said.add(matter)
            yield _of_run(ground, notice, run)
        elif run is not None and (done := _done_late(ground, run, notice)):
            said.add(matter)
            yield replace(_of_run(ground, notice, run), tone="done", small=done, is_of_work=False)
        elif notice.kind in _REPORTS and (editions := ground.unsigned(notice.procedure)):
            said.add(matter)
            yield _of_report(ground, notice, editions)
        elif notice.kind == "doubted" and ground.is_doubted(tablet_of(notice)):
            said.add(matter)
            yield _of_doubt(ground, notice)
        elif notice.kind in _SCHEDULED and _is_wanted(ground, notice):
            said.add(matter)
            yield _of_schedule(ground, notice)


def _matter(notice: Notice) -> tuple[str, ...]:
    if notice.kind in _SCHEDULED:
        return ("schedule", notice.procedure)
    if notice.kind in _REPORTS:
        return ("report", notice.procedure)
    if notice.kind == "doubted":
        return ("doubted", tablet_of(notice))
    if notice.kind in ("near", "overdue"):
        return ("deadline", notice.run or "", notice.step or "")
    return (notice.kind, notice.run or "", notice.step or "", notice.text if notice.kind == "deviation" else "")


def _is_open(run: Run, notice: Notice) -> bool:
    """Whether what a notice of a run told is still so."""
    placed = run.plan.by_id.get(run.plan.owner.get(notice.step or "") or "")
    if notice.kind in ("deviation", "critical"):  # those that a completed run left open can still be settled
        return run.state.status != "abandoned" and any(one.raised.seq == _seq(notice) for one in run.state.open_deviations())
    if notice.kind == "late":
        return not run.state.is_over
    if notice.kind == "unreviewed":
        return run.state.review.status != "approved"
    if placed is None or run.state.is_over:
        return False
    step, is_asked = run.state.step(placed.id), run.is_asked(placed.id)
    match notice.kind:
        case "near" | "overdue":
            return is_asked and due_at(run, placed) == notice.due
        case "proposed":
            return step.proposed is not None and step.proposed.option == notice.text
        case _:
            return is_asked and _stands(step, notice)


def _done_late(ground: Ground, run: Run, notice: Notice) -> str:
    """That what was told to superiors as overdue has been done since, by whom and how late, for a day; "" for whoever did it."""
    placed = run.plan.by_id.get(notice.step or "")
    if placed is None or notice.due is None or placed.overdue is None or due_at(run, placed) != notice.due:
        return ""
    step = run.state.step(placed.id)
    told = {role for _, roles in placed.overdue.levels() for role in roles}
    is_told = notice.kind == "overdue" and not told.isdisjoint(ground.roles)
    if not is_told or step.outcome != "answered" or step.done_at is None or step.acted is None or step.acted.by == ground.person:
        return ""
    if not notice.due < step.done_at or step.done_at < ground.now - LATELY:
        return ""
    names = Names(ground.names.language, run.plan.site, run.plan, ground.names.people)
    at, late = day_clock(step.done_at, ground.now, names), length_text(step.done_at - notice.due, names)
    return str(words(names.language).done_late).format(who=names.person(step.acted.by), at=at, time=late)


def _stands(step: StepState, notice: Notice) -> bool:
    """Whether what was handed over, asked or answered is the last word on it."""
    match notice.kind:
        case "handed":
            return step.handed is not None and step.handed.seq == _seq(notice)
        case "asked":
            return step.asked is not None and step.asked.mark.seq == _seq(notice)
        case "granted":
            return step.extended_to == notice.due
        case _:
            return step.asked is None and step.extended_to is None


def _seq(notice: Notice) -> int:
    """The place in its run of the event that told it: the end of its name."""
    return int(notice.notice.rpartition(":")[2])


def _is_wanted(ground: Ground, notice: Notice) -> bool:
    """Whether nobody has begun since."""
    begun = ground.last_begun.get(notice.procedure)
    return notice.due is not None and not (begun and begun >= notice.due - EARLY)


def _of_run(ground: Ground, notice: Notice, run: Run) -> NoticeView:
    names = Names(ground.names.language, run.plan.site, run.plan, ground.names.people)
    step = run.plan.owner.get(notice.step or "") or ""
    return NoticeView(
        notice=notice.notice,
        tone=_TONES.get(notice.kind, "waiting"),
        text=worded(notice, names).line,
        at=day_clock(notice.at, ground.now, names),
        small=_small(notice, run, names),
        address=_address(notice, step) if ground.may_see(run) else "",
        run=notice.run or "",
        step=step,
        is_of_work=notice.kind in _OF_WORK,
    )


def _small(notice: Notice, run: Run, names: Names) -> str:
    """Where, and of a deadline who holds it now; of a wish what was said for it."""
    w, parts = words(names.language), [_place(notice, names)]
    placed = run.plan.by_id.get(notice.step or "")
    if placed is not None and notice.kind in ("near", "overdue"):
        parts.append(str(w.held_by).format(roles=held(run, placed, names)))
    if notice.kind in ("asked", "handed", "refused"):
        parts.append(notice.text)
    return " · ".join(part for part in parts if part)


def _address(notice: Notice, step: str) -> str:
    if notice.kind == "unreviewed":
        return f"/runs/{notice.run}/record#review"
    panel = "&panel=extend" if notice.kind == "asked" else ""
    return f"/runs/{notice.run}?at={step}{panel}#s-{step}" if step else f"/runs/{notice.run}"


def _of_schedule(ground: Ground, notice: Notice) -> NoticeView:
    plan = ground.plan(notice.procedure)
    names = Names(ground.names.language, ground.names.site, plan, ground.names.people)
    may_start = plan is not None and notice.kind != "missed" and not set(plan.procedure.done_by).isdisjoint(ground.roles)
    return NoticeView(
        notice=notice.notice,
        tone=_TONES.get(notice.kind, "waiting"),
        text=worded(notice, names).line,
        at=day_clock(notice.at, ground.now, names),
        small=" · ".join(part for part in (_place(notice, names), _given(ground, notice, plan, names)) if part),
        address=f"/start/{notice.procedure}" if may_start else _line_of(notice, names),
        run="",
        step="",
    )


def _of_report(ground: Ground, notice: Notice, editions: Sequence[Edition]) -> NoticeView:
    """One notice of a report, however many periods of it wait: the only one by name, of several how many there are."""
    late = [one for one in editions if one.is_late(ground.now)]
    told = replace(notice, kind="report_late" if late else "report_made", number=editions[0].period, due=editions[0].due)
    text, address = worded(told, ground.names).line, address_of(notice.procedure, editions[0].period)
    if len(editions) > 1:
        w, title = words(ground.names.language), report_title(notice, ground.names)
        word = w.reports_wait_late if late else w.reports_wait
        text, address = str(word).format(title=title, count=len(editions), late=len(late)), unsigned_address(notice.procedure)
    return NoticeView(
        notice=notice.notice,
        tone=_TONES.get(told.kind, "waiting"),
        text=text,
        at=day_clock(notice.at, ground.now, ground.names),
        small="",
        address=address,
        run="",
        step="",
    )


def tablet_of(notice: Notice) -> str:
    """The tablet of a notice of a doubt: the middle of its name."""
    return notice.notice.split(" ")[1]


def _of_doubt(ground: Ground, notice: Notice) -> NoticeView:
    person, w = notice.text.partition(" ")[2], words(ground.names.language)
    there = str(w.doubt_was_there).format(name=ground.names.person(person)) if person else ""
    return NoticeView(
        notice=notice.notice,
        tone=_TONES[notice.kind],
        text=worded(notice, ground.names).line,
        at=day_clock(notice.at, ground.now, ground.names),
        small=" · ".join(part for part in (_place(notice, ground.names), there, str(w.doubt_go_there)) if part),
        address="/review/proof#doubts",
        run="",
        step="",
    )


def _given(ground: Ground, notice: Notice, plan: Plan | None, names: Names) -> str:
    """Whom a time was given to, as things stand now; or the roles it is for."""
    w = words(names.language)
    person = ground.given.get((notice.procedure, notice.due), "") if notice.due else ""
    if person:
        return str(w.given_to_you) if person == ground.person else str(w.given_to).format(person=names.person(person))
    return str(w.to_be_done_by).format(roles=names.roles(_doers(notice, plan)))


def _line_of(notice: Notice, names: Names) -> str:
    """Where a time of a schedule stands on the schedule's page."""
    if notice.due is None:
        return "/schedule"
    day = notice.due.astimezone(names.site.zone if names.site else None)
    return f"/schedule?from={day:%Y-%m-%d}#{anchor(notice.procedure, notice.due)}"


def _doers(notice: Notice, plan: Plan | None) -> tuple[str, ...]:
    return plan.procedure.done_by if plan else notice.roles


def _place(notice: Notice, names: Names) -> str:
    place = names.site.places.get(notice.place) if names.site and notice.place else None
    return place.title.into(names.language) if place else ""
