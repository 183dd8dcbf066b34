"""Cases in lists, and one case on a page of its own: who has it, its clocks, what happens if nobody acts, what happened."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.notices.holding import held, taken
from engine.procedure.due import Due, FirstOf, LastOf
from engine.procedure.field import Choose, Note
from engine.procedure.plan import Plan
from engine.procedure.step import fields_of
from engine.run.deadlines import deadlines
from engine.run.events import Happened, RunCompleted, RunStarted
from engine.run.holding import next_step
from webui.present.asked import next_for_me
from webui.present.clocks import ClockView, clocks, over_for
from webui.present.faces import Option
from webui.present.looking import Look
from webui.present.printed import Link, forms_of
from webui.present.runs import inputs_given
from webui.present.telling import Entry, entries_by_step
from webui.present.values import day_clock, stamp, value_of

_LONGEST = 90  # characters of what a case is about, in a list
_TONES = {"running": "due", "held": "waiting", "completed": "done", "abandoned": "skipped"}


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in a list. `step` and `todo`: what this person is to do in it; empty where nothing."""

    run: str
    number: str
    title: str
    about: str
    weight: str
    holder: str
    due: str
    word: str
    tone: str
    step: str
    todo: str


@dataclass(frozen=True, slots=True)
class CaseList:
    """The list of open cases, or one part of it. `before` and `after`: the pages beside this one; 0 where there is none."""

    count: int
    overdue_count: int
    mine: tuple[CaseLine, ...]
    overdue: tuple[CaseLine, ...]
    others: tuple[CaseLine, ...]
    only: str
    before: int
    after: int
    etag: str


@dataclass(frozen=True, slots=True)
class Told:
    """Something that happened in a case, and at which step."""

    step: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Linked:
    """A run this one came from, or that came from it. `address` is empty for those who may not see it."""

    relation: str
    title: str
    number: str
    word: str
    tone: str
    address: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case."""

    run: str
    title: str
    number: str
    place: str
    about: str
    weight: str
    tone: str
    word: str
    reason: str
    is_over: bool
    holder: str
    since: str
    at_step: str
    started: str
    finished: str
    mine: Option | None
    running: tuple[ClockView, ...]
    over: tuple[ClockView, ...]
    inputs: tuple[tuple[str, str], ...]
    told: tuple[Told, ...]
    is_newest_first: bool
    forms: tuple[Link, ...]
    linked: tuple[Linked, ...]
    etag: str


def case_line(look: Look) -> CaseLine:
    """A case in a list."""
    run, w = look.run, look.w
    open_ones = sorted((one for one in deadlines(run) if one.settled_at is None), key=lambda one: one.due)
    first = open_ones[0] if open_ones else None
    step, is_late = next_for_me(look), first is not None and first.due < look.now
    tone, word = ("waiting", str(w.state_held)) if run.state.status == "held" else ("waiting" if step else "due", "")
    if first:
        word = over_for(look, first.due) if is_late else str(w.finish_by).format(at=day_clock(first.due, look.now, look.names))
    return CaseLine(
        run=run.state.run,
        number=run.state.started.number or "",
        title=look.text(run.plan.procedure.title),
        about=_short(about(look)),
        weight=weight(look),
        holder=_holder(look, step)[0],
        due=look.faces[first.placed.id].title if first else "",
        word=word,
        tone="overdue" if is_late else tone,
        step=step,
        todo=look.faces[step].title if step else "",
    )


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"


def about(look: Look) -> str:
    """What a case is about: the first thing that was written in it at length."""
    state = look.run.state
    for placed in look.run.plan.steps:
        for field in fields_of(placed.step) or (placed.step,):
            answer = state.newest(field.id, placed.id) if isinstance(field, Note) and field.lines > 1 else None
            if answer is not None and answer.text:
                return answer.text
    return ""


def weight(look: Look) -> str:
    """How grave a case is: the first answered of the choices on which its deadlines depend."""
    run, deciding = look.run, _deciding(look.run.plan)
    for name in (name for name in run.plan.fields if name in deciding):
        field, answer = run.plan.fields[name], run.state.newest(name, run.plan.owner[name])
        if isinstance(field, Choose) and answer is not None and run.applies.get(run.plan.owner[name]) is not False:
            return value_of(field, answer, look.names)
    return ""


def _deciding(plan: Plan) -> set[str]:
    dues: list[Due] = [due for placed in plan.timed for due in placed.due]
    found: set[str] = set()
    while dues:
        due = dues.pop()
        found |= set(due.when.names()) if due.when else set()
        dues += due.first_of if isinstance(due, FirstOf) else due.last_of if isinstance(due, LastOf) else ()
    return {name for name in found if plan.owner.get(name)}


def _holder(look: Look, mine: str) -> tuple[str, str, datetime]:
    """Who has the case, at which step, and since when: at the step that is this person's, or else the one the case waits for."""
    run, state = look.run, look.run.state
    done = max(((step.mark.seq, step.mark.at) for step in state.steps.values() if step.mark), default=(0, state.started_by.at))
    placed = run.plan.by_id[mine] if mine else next_step(run, look.now)
    if placed is None:
        return "" if state.is_over else look.names.roles(run.plan.procedure.done_by), "", done[1]
    handed, took = state.step(placed.id).handed, taken(run, placed, look.names)
    since = took or (handed if run.is_asked(placed.id) else None)
    return held(run, placed, look.names), placed.id, since.at if since else done[1]


def case_page(look: Look, history: Sequence[Happened], linked: Iterable[Linked], etag: str, *, is_newest_first: bool) -> CasePage:
    """One case, from everything that happened in it."""
    run, state, names, w = look.run, look.run.state, look.names, look.w
    mine, found = next_for_me(look), list(clocks(look))
    holder, at_step, since = _holder(look, mine)
    place = run.plan.site.places.get(state.started.place)
    word = str(getattr(w, f"state_{state.status}"))
    return CasePage(
        run=state.run,
        title=look.text(run.plan.procedure.title),
        number=state.started.number or "",
        place=look.text(place.title) if place else state.started.place,
        about=about(look),
        weight=weight(look),
        tone=_TONES[state.status],
        word=word,
        reason=state.reason,
        is_over=state.is_over,
        holder=holder,
        since=day_clock(since, look.now, names),
        at_step=look.faces[at_step].title if at_step else "",
        started=f"{names.person(state.started_by.by)} {day_clock(state.started_by.at, look.now, names)}",
        finished=f"{look.by(state.finished.by)} {day_clock(state.finished.at, look.now, names)}" if state.finished else "",
        mine=Option(mine, look.faces[mine].title) if mine else None,
        running=tuple(sorted((one for one in found if not one.is_settled), key=lambda one: one.due_iso)),
        over=tuple(sorted((one for one in found if one.is_settled), key=lambda one: one.due_iso)),
        inputs=inputs_given(look),
        told=_timeline(look, history, is_newest_first),
        is_newest_first=is_newest_first,
        forms=forms_of(look),
        linked=tuple(linked),
        etag=etag,
    )


def _timeline(look: Look, history: Sequence[Happened], is_newest_first: bool) -> tuple[Told, ...]:
    """Everything in the order in which it happened; of one second what belongs to one step stays together."""
    by_step = entries_by_step(look, history, is_short=True).items()
    found = [Told("", _bare(look, one)) for one in history if isinstance(one.event, RunStarted)]
    found += [Told(look.faces[step].title if step in look.faces else "", one) for step, some in by_step for one in some]
    found += [Told("", _bare(look, one)) for one in history if isinstance(one.event, RunCompleted)]
    found.sort(key=lambda told: told.entry.at)
    return tuple(reversed(found)) if is_newest_first else tuple(found)


def _bare(look: Look, one: Happened) -> Entry:
    """The beginning and the end, of which a record tells in its head."""
    is_start = isinstance(one.event, RunStarted)
    return Entry(
        tone="due" if is_start else "done",
        word=str(look.w.started if is_start else look.w.state_completed),
        text="", limits="", was="", reason="", fields=(), photos=(), is_drawn=False,
        by=look.by(one.by),
        role=look.names.role(one.role) if one.role else "",
        at=stamp(one.recorded_at, look.names),
        device_at="",
    )  # fmt: skip
