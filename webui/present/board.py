"""Today: gates, what waits for this person, what runs, what may be started here."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine.directory import Proposal
from engine.procedure.occurrence import late_since
from engine.procedure.plan import Plan
from engine.procedure.step import HandTo, Rounds, Sign, Wait
from engine.procedure.text import Language
from engine.review.queries import RunRow
from engine.run.closing import in_the_way
from engine.run.commands import Actor
from engine.run.dues import due_at
from engine.run.standing import Run
from engine.run.view import StepView, view_deviation, view_step
from webui.present.agenda import Startable
from webui.present.asked import is_asked, is_mine
from webui.present.cases import CaseLine
from webui.present.faces import Option
from webui.present.gates import GateView, Looks
from webui.present.judging import asked_about
from webui.present.looking import Look
from webui.present.notices import NoticeView
from webui.present.opening import wants_me
from webui.present.posts import Post
from webui.present.troubles import acceptors, named, reading_behind, stage_of
from webui.present.values import day_clock
from webui.words import words

_SOON = timedelta(days=1)  # a deadline so near is shown on the board


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for this person."""

    tone: str  # deviation, waiting, overdue
    word: str
    text: str
    where: str
    run: str
    step: str
    until_iso: str


@dataclass(frozen=True, slots=True)
class Running:
    """A run that is open."""

    run: str
    title: str
    place: str
    number: str
    by: str
    settled: int
    total: int
    tone: str
    word: str
    next: str


@dataclass(frozen=True, slots=True)
class Finished:
    """A run that is over."""

    run: str
    title: str
    place: str
    number: str
    state: str
    at: str
    by: str
    is_unplayed: bool  # known to be unplayable


@dataclass(frozen=True, slots=True)
class CardLink:
    """A reference card of this place."""

    procedure: str
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Board:
    """The board of one place for one person."""

    date: str
    place: str
    post: Post | None
    gates: tuple[GateView, ...]
    waiting: tuple[Waiting, ...]
    notices: tuple[NoticeView, ...]  # what this person was told, still matters, and does not wait for this very person
    undelivered: tuple[str, ...]  # what channels could not deliver, for those who oversee
    left: tuple[Running, ...]  # by an earlier shift
    refused: tuple[str, ...]  # wrong PINs, for those who oversee; PINs set anew with the code of another, also for their owner
    running: tuple[Running, ...]
    elsewhere: tuple[Running, ...]
    cases: tuple[CaseLine, ...]  # the nearest
    case_count: int | None  # None for those whom no cases concern
    emergencies: tuple[Startable, ...]
    here: tuple[Startable, ...]  # what is wanted now; all of it where that is little
    more: tuple[Startable, ...]
    other: Mapping[str, tuple[Startable, ...]]  # by place
    other_count: int
    finished: tuple[Finished, ...]
    cards: tuple[CardLink, ...]
    sees_now: bool
    desks: tuple[Option, ...]  # pages of the desk, by address, for those who look after them
    to_review: int | None  # runs that wait for a reviewer; None for those who review nothing
    etag: str
    csrf: str


def desks_of(actor: Actor, proposals: Iterable[Proposal], language: Language) -> tuple[Option, ...]:
    """What somebody looks after besides the checklists: procedures and how many wait for approval, people, tablets."""
    w = words(language)
    asked = sum(one.state == "open" and one.by != actor.person for one in proposals)
    count = f" {asked}" if asked and "approve_publishing" in actor.may else ""
    found = (
        ("procedures", f"{w.procedures}{count}", ("edit_procedures", "approve_publishing")),
        ("people", str(w.people), ("manage_people",)),
        ("devices", str(w.tablets), ("manage_devices",)),
    )
    return tuple(Option(page, title) for page, title, needed in found if not actor.may.isdisjoint(needed))


def back_in(look: Look) -> Waiting:
    """What the review of a run wants of those who did it: first of all that waits for them."""
    review, w = look.run.state.review, look.w
    is_returned = review.status == "returned"
    word = str(w.to_put_right if is_returned else w.to_answer_review)
    tone = "deviation" if is_returned else "waiting"
    return Waiting(tone, word, review.text, _when(look), look.run.state.run, asked_about(look), "")


def _when(look: Look) -> str:
    """The run, and when it was finished."""
    finished = look.run.state.finished
    return f"{_where(look)} · {day_clock(finished.at, look.now, look.names)}" if finished else _where(look)


def waiting_in(look: Look) -> Iterable[Waiting]:
    """What in one run waits for this person: deviations, receipts, signatures, what is overdue, waits and rounds under way."""
    yield from _deviations(look)
    for placed in look.run.plan.steps:
        if not look.run.is_asked(placed.id):
            continue
        is_passed, is_timed = isinstance(placed.step, HandTo | Sign), isinstance(placed.step, Wait | Rounds)
        if not (is_passed or is_timed or placed.due):
            continue
        view = view_step(look.run, placed, look.actor, look.now)
        if view.is_overdue and is_mine(look, view):
            yield _one(look, "overdue", look.w.tone_overdue, placed.id)
        elif view.status == "handed" and "receive" in view.acts:
            yield _one(look, "waiting", look.w.to_receive, placed.id)
        elif isinstance(placed.step, Sign) and wants_me(look, view) and _is_ready(look.run, placed.index):
            yield _one(look, "waiting", look.w.to_sign, placed.id)
        elif is_timed and view.status == "begun" and view.ready_at and view.acts:
            yield _timed(look, view, view.ready_at)
        elif view.due and look.now < view.due < look.now + _SOON and is_asked(look, view):
            yield _one(look, "waiting", f"{look.w.before} {day_clock(view.due, look.now, look.names)}", placed.id)
    yield from _closing(look)


def _is_ready(run: Run, index: int) -> bool:
    return not any(run.is_asked(placed.id) and placed.step.required for placed in run.plan.steps[:index])


def _closing(look: Look) -> Iterable[Waiting]:
    found = in_the_way(look.run) if look.run.plan.procedure.close else None
    if found and not found.steps and any(role in look.actor.roles for roles in found.signatures for role in roles):
        yield _one(look, "waiting", look.w.to_sign, "")


def _deviations(look: Look) -> Iterable[Waiting]:
    for deviation in look.run.state.open_deviations():
        if not deviation.event.blocks:
            continue
        view = view_deviation(look.run, deviation, look.actor, look.now)
        stage = stage_of(view, look.now)
        mine = {"act": "act_on", "remeasure": "remeasure", "wait": "act_on", "accept": "accept"}.get(stage, "")
        if mine in view.acts:
            what = named(look, deviation, reading_behind(deviation))
            until = view.ready_at.isoformat() if stage == "wait" and view.ready_at else ""
            step = look.run.plan.owner.get(deviation.step, deviation.step)
            yield Waiting("deviation", getattr(look.w, f"stage_{stage}"), what, _where(look), look.run.state.run, step, until)


def _one(look: Look, tone: str, word: str, step: str) -> Waiting:
    placed = look.run.plan.by_id.get(step)
    text = look.faces[step].title if placed else look.text(look.run.plan.procedure.title)
    due = due_at(look.run, placed) if placed and placed.due else None
    shown = f"{word} {day_clock(due, look.now, look.names)}" if due and tone == "overdue" else word
    return Waiting(tone, shown, text, _where(look), look.run.state.run, step, "")


def _timed(look: Look, view: StepView, ready_at: datetime) -> Waiting:
    """A wait or rounds under way, with the countdown; or that its time has come."""
    is_ready = look.now >= ready_at
    one = _one(look, "waiting", look.ready_word(view.placed.step.kind) if is_ready else look.w.tone_running, view.placed.id)
    return one if is_ready else replace(one, until_iso=ready_at.isoformat())


def _where(look: Look) -> str:
    number, title = look.run.state.started.number, look.text(look.run.plan.procedure.title)
    return f"{title} {number}" if number else title


def awaited(run: Run, actor: Actor, now: datetime) -> tuple[str, ...]:
    """The roles whose acceptance or signature is all that a run waits for; nobody while a step is left."""
    found = in_the_way(run)
    if found.steps:
        return ()
    waiting = (one for one in found.deviations if stage_of(view_deviation(run, one, actor, now), now) == "accept")
    wanted = (*(acceptors(run, one) for one in waiting), *found.signatures)
    return tuple(dict.fromkeys(role for roles in wanted for role in roles))


def running(
    looks: Looks, rows: Iterable[RunRow], plans: Mapping[str, Plan], awaits: Callable[[RunRow], tuple[str, ...]] = lambda _: ()
) -> tuple[Running, ...]:
    """Open runs as lines. `awaits`: the roles whose acceptance a run waits for, where it waits for nothing else."""
    return tuple(_running(looks, row, plans, awaits(row)) for row in rows)


def _running(looks: Looks, row: RunRow, plans: Mapping[str, Plan], awaiting: tuple[str, ...]) -> Running:
    names, w = looks.names, looks.w
    tone, word = "due", w.state_running
    if row.open_deviations:
        tone, word = "deviation", str(w.open_deviations).format(count=row.open_deviations)
    elif row.state == "held":
        tone, word = "waiting", w.state_held
    elif late := _late_since(row, plans, looks):
        tone, word = "overdue", str(w.late_since).format(at=day_clock(late, looks.now, names))
    return Running(
        run=row.run,
        title=_title(row, plans, names.language),
        place=_place(row.place, looks),
        number=row.number or "",
        by=f"{names.person(row.started_by)} {day_clock(row.started_at, looks.now, names)}",
        settled=row.settled,
        total=row.total,
        tone=tone,
        word=word,
        next=names.roles(awaiting or [role for role in row.holder.split(",") if role]),
    )


def _late_since(row: RunRow, plans: Mapping[str, Plan], looks: Looks) -> datetime | None:
    plan = plans.get(row.procedure)
    return late_since(plan.procedure.schedule, plan.site, row.started_at, looks.now) if plan else None


def finished(
    looks: Looks, rows: Iterable[RunRow], plans: Mapping[str, Plan], unplayed: Collection[str] = ()
) -> tuple[Finished, ...]:
    """Runs that are over, as lines; `unplayed`: those known to be unplayable."""
    names, w = looks.names, looks.w
    return tuple(
        Finished(
            row.run,
            _title(row, plans, names.language),
            _place(row.place, looks),
            row.number or "",
            getattr(w, f"state_{row.state}"),
            day_clock(row.finished_at or row.updated_at, looks.now, names),
            names.person(row.started_by),
            row.run in unplayed,
        )
        for row in rows
    )


def _title(row: RunRow, plans: Mapping[str, Plan], language: str) -> str:
    plan = plans.get(row.procedure)
    return plan.procedure.title.into(language) if plan else row.title_zh


def _place(place: str | None, looks: Looks) -> str:
    site = looks.names.site
    found = site.places.get(place) if site and place else None
    return found.title.into(looks.names.language) if found else place or ""
