"""A run on the page: its parts with their progress, and the completion bar."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from engine.procedure.plan import Part, Placed, Plan
from engine.procedure.procedure import Procedure
from engine.procedure.text import Language
from engine.run.closing import InTheWay, in_the_way
from engine.run.standing import Run
from engine.run.state import Deviation
from engine.run.view import view_deviation, view_step
from webui.present.faces import Option, strikes_off
from webui.present.judging import Back, back_of
from webui.present.listed import NOT_ASKED, OpenList
from webui.present.looking import NO_MISTAKE, Look, Mistake
from webui.present.opening import current, may_stay_empty
from webui.present.printed import Link, forms_of
from webui.present.steps import Pane, pane
from webui.present.troubles import Trouble, acceptors, stage_of, trouble_of
from webui.present.values import day_clock, value_of

_LISTED = 3  # with more steps left than this the bar counts them; with fewer it names them


class Progress(NamedTuple):
    """How far a part has come; a register in which nothing was entered yet, and nothing need be, counts for nothing."""

    part: int
    title: str
    settled: int
    total: int
    is_done: bool
    is_asked: bool  # something of it applies, or may yet
    is_oob: bool


@dataclass(frozen=True, slots=True)
class PartView:
    """A section of the run."""

    title: str
    rules: tuple[str, ...]
    progress: Progress
    panes: tuple[Pane, ...]
    is_asked: bool


@dataclass(frozen=True, slots=True)
class CloseSignature:
    """A signature that closing a case still waits for."""

    roles: str
    is_mine: bool


class Bar(NamedTuple):
    """The completion bar: how far, what is in the way, and the one big button when nothing is."""

    run: str
    version: int
    seen: int  # up to here the page has everything; less than the version where some of it is still to be asked for
    status: str
    settled: int
    total: int
    left: int  # required steps that are asked now, without those whose deviation is named
    deviations: tuple[Option, ...]
    blocking: tuple[Option, ...]
    signatures: tuple[CloseSignature, ...]
    is_close_open: bool
    is_completable: bool
    is_case: bool
    to_close: str  # what closing a case is called there
    is_mine: bool  # to complete, hold and resume
    whose: str  # who completes it, where that is somebody else
    csrf: str
    command_id: str
    mistake: Mistake
    is_oob: bool


@dataclass(frozen=True, slots=True)
class RunPage:
    """The whole page of a run."""

    run: str
    procedure: str
    title: str
    number: str
    place: str
    purpose: str
    status: str
    reason: str
    started: str
    finished: str
    version: int
    parts: tuple[PartView, ...]
    bar: Bar
    inputs: tuple[tuple[str, str], ...]
    rules: tuple[str, ...]
    cards: tuple[Option, ...]
    questions: tuple[str, ...]
    reported: tuple[Trouble, ...]
    may_abandon: bool
    is_mine: bool
    csrf: str
    command_id: str
    signatures: tuple[str, ...]
    forms: tuple[Link, ...]
    is_drawn_on: bool  # a signature of it is drawn
    back: Back | None  # what its review wants of whoever did it


def run_page(
    look: Look,
    at: str = "",
    mistake: Mistake = NO_MISTAKE,
    panel: str = "",
    listed: OpenList = NOT_ASKED,
    refused: Mistake = NO_MISTAKE,
) -> RunPage:
    """The page of a run, with the step named by `at` open, or else the first that wants this person.

    `mistake` is shown where it was made, in the step or deviation; `refused` was asked of the run itself and is said in the bar.
    """
    run, plan, names = look.run, look.run.plan, look.names
    procedure, state, now = plan.procedure, run.state, look.now
    opened = at or current(look)
    return RunPage(
        run=state.run,
        procedure=state.started.procedure,
        title=look.text(procedure.title),
        number=state.started.number or "",
        place=look.text(plan.site.places[state.started.place].title) if state.started.place in plan.site.places else "",
        purpose=look.text(procedure.purpose),
        status=state.status,
        reason=state.reason,
        started=f"{names.person(state.started_by.by)} {day_clock(state.started_by.at, now, names)}",
        finished=f"{names.person(state.finished.by)} {day_clock(state.finished.at, now, names)}" if state.finished else "",
        version=state.version,
        parts=tuple(_part(look, i, part, opened, mistake, panel, listed) for i, part in enumerate(plan.parts)),
        bar=bar_of(look, mistake=refused),
        inputs=inputs_given(look),
        rules=tuple(rule.rule.into(names.language) for rule in procedure.rules),
        cards=cards_of(plan, names.language),
        questions=open_questions(procedure, look.w.language),
        reported=reported_of(look, mistake),
        may_abandon="abandon_runs" in look.actor.may or state.version == 1,
        is_mine=has_part(run, look.actor.roles),
        csrf=look.csrf,
        command_id=look.fresh(),
        signatures=tuple(f"{s.name} · {day_clock(s.mark.at, now, names)}" for s in state.signatures if not s.step),
        forms=forms_of(look),
        is_drawn_on=any(face.has_drawing for face in look.faces.values()),
        back=back_of(look, refused),
    )


def cards_of(plan: Plan, language: Language) -> tuple[Option, ...]:
    """The reference cards at hand throughout a procedure: those it names, then its own."""
    known = plan.site.cards | plan.procedure.cards
    wanted = dict.fromkeys((*plan.procedure.reference, *plan.procedure.cards))
    return tuple(Option(name, known[name].title.into(language)) for name in wanted if name in known)


def inputs_given(look: Look) -> tuple[tuple[str, str], ...]:
    """What was given when the run started, as titles and values."""
    fields, names = look.run.plan.fields, look.names
    given = look.run.state.started.inputs.items()
    return tuple((names.step(name), value_of(fields.get(name), answer, names)) for name, answer in given)


def open_questions(procedure: Procedure, language: str) -> tuple[str, ...]:
    """What the source leaves open and nobody has answered yet."""
    return tuple(question.ask.into(language) for question in procedure.questions if question.answer is None)


def reported_of(look: Look, mistake: Mistake = NO_MISTAKE) -> tuple[Trouble, ...]:
    """What was reported and belongs to no step."""
    found = (d for d in look.run.state.deviations.values() if not d.step)
    return tuple(trouble_of(look, view_deviation(look.run, d, look.actor, look.now), mistake) for d in found)


def has_part(run: Run, roles: Iterable[str]) -> bool:
    """Whether any of `roles` does, receives or signs anything in the procedure."""
    return not run.plan.parties.isdisjoint(roles)


def _part(look: Look, index: int, part: Part, opened: str, mistake: Mistake, panel: str, listed: OpenList) -> PartView:
    run, section = look.run, part.section
    views = [view_step(run, run.plan.by_id[step], look.actor, look.now) for step in part.steps]
    panes = tuple(
        pane(look, view, is_open=True, mistake=mistake, panel=panel, listed=listed)
        if view.placed.id == opened
        else pane(look, view, is_open=False)
        for view in views
    )
    return PartView(
        title=look.text(section.title) if section else "",
        rules=tuple(rule.rule.into(look.names.language) for rule in section.rules) if section else (),
        progress=progress_of(look, index),
        panes=panes,
        is_asked=run.tallies[index].total > 0,
    )


def progress_of(look: Look, part: int, *, is_oob: bool = False) -> Progress:
    """How far a part has come."""
    run, tally = look.run, look.run.tallies[part]
    empty = sum(_is_blank(run, run.plan.by_id[name]) for name in run.plan.parts[part].registers)
    settled, total = tally.settled - empty, tally.total - empty
    section = look.run.plan.parts[part].section
    title = look.text(section.title) if section else ""
    is_troubled = any(_is_in(look, one.event.step, part) for one in run.state.open_deviations())
    return Progress(part, title, settled, total, 0 < total == settled and not is_troubled, tally.total > 0, is_oob)


def _is_blank(run: Run, placed: Placed) -> bool:
    return may_stay_empty(run, placed) and not run.state.step(placed.id).outcome


def _is_in(look: Look, step: str, part: int) -> bool:
    placed = look.run.plan.by_id.get(look.run.plan.owner.get(step, step))
    return placed is not None and placed.section == part


def bar_of(look: Look, *, is_oob: bool = False, mistake: Mistake = NO_MISTAKE, seen: int | None = None) -> Bar:
    """The completion bar."""
    run = look.run
    tally, troubled = run.tally, _troubled(look)
    left = tally.left - len([one for one in troubled if run.is_left(one.id)])  # those are named beside it
    found = in_the_way(run) if left <= _LISTED else None
    has_form = found is not None or run.state.status == "held"
    close = run.plan.procedure.close
    is_completable = found is not None and not found and run.state.status == "running"
    is_mine = any(role in look.actor.roles for role in run.plan.doers)
    return Bar(
        run=run.state.run,
        version=run.state.version,
        seen=run.state.version if seen is None else seen,
        status=run.state.status,
        settled=tally.settled,
        total=tally.total,
        left=left,
        deviations=troubled,
        blocking=_links(look, found, troubled),
        signatures=tuple(
            CloseSignature(look.names.roles(roles), any(role in look.actor.roles for role in roles))
            for roles in (found.signatures if found and not run.state.is_over else ())
        ),
        is_close_open=bool(found and found.is_close_condition_open),
        is_completable=is_completable,
        is_case=close is not None,
        to_close=str(look.w.strike_off if strikes_off(run.plan) else look.w.close_case) if close else "",
        is_mine=is_mine,
        whose=look.names.roles(run.plan.procedure.done_by) if is_completable and not is_mine else "",
        csrf=look.csrf,
        command_id=look.fresh() if has_form else "",
        mistake=mistake,
        is_oob=is_oob,
    )


def _troubled(look: Look) -> tuple[Option, ...]:
    """Open deviations that block: the step of each, and who has to do what about it."""
    if not look.run.state.deviations:
        return ()
    owner = look.run.plan.owner
    blocking = [one for one in look.run.state.open_deviations() if one.event.blocks]
    found = {owner.get(one.step, one.step): one for one in reversed(blocking)}
    return tuple(Option(step, _wanted(look, step, one)) for step, one in reversed(found.items()))


def _wanted(look: Look, step: str, deviation: Deviation) -> str:
    w = look.w
    title = look.faces[step].title if step in look.faces else str(w.reported)
    stage = stage_of(view_deviation(look.run, deviation, look.actor, look.now), look.now)
    said = {"act": w.then_act, "wait": w.then_wait, "remeasure": w.then_remeasure, "accept": w.then_accept}.get(stage, "{title}")
    return str(said).format(title=title, roles=look.names.roles(acceptors(look.run, deviation)))


def _links(look: Look, found: InTheWay | None, troubled: Iterable[Option]) -> tuple[Option, ...]:
    """What is still to be done, where that is little; what is not yet known to be asked only where nothing else is left."""
    if found is None:
        return ()
    named = {option.id for option in troubled}
    steps = (step for step in (found.steps or found.undecided[:_LISTED]) if step not in named)
    return tuple(Option(step, look.faces[step].title) for step in steps)
