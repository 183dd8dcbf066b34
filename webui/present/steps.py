"""A step as it stands on the page: closed to a line, or open with everything that may be done now."""

from dataclasses import dataclass
from typing import NamedTuple

from engine.procedure.plan import Plan
from engine.procedure.step import Start
from engine.run.lists import reads_list
from engine.run.state import NOTHING, StepState
from engine.run.view import StepView, view_step
from webui.present.apart import apart_of
from webui.present.deadlines import TIMELY, Deadline, Proposed, deadline_of, proposed_of
from webui.present.faces import Face, Option
from webui.present.fields import Input, input_of, newest_of
from webui.present.lasting import Lasting
from webui.present.lines import tone_of, value_line
from webui.present.listed import NOT_ASKED, OpenList
from webui.present.looking import NO_MISTAKE, Look, Mistake, Offer, Way
from webui.present.opening import next_after
from webui.present.rows import Line, lines_of
from webui.present.troubles import Trouble, stage_of, trouble_of
from webui.present.values import Filled, bounds_text, day_clock, filled, length_text
from webui.present.wanted import asked_in


@dataclass(frozen=True, slots=True)
class Tick:
    """One item of a list: "" where nothing is recorded yet."""

    id: str
    title: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Inside:
    """What only an open step shows."""

    answer: Input | None
    inputs: tuple[Input, ...]
    ticks: tuple[Tick, ...]
    rows: tuple[Line, ...]
    columns: tuple[str, ...]
    fields: tuple[Filled, ...]  # of an answered form
    troubles: tuple[Trouble, ...]
    is_troubled: bool  # one of them is open
    photos: tuple[str, ...]
    limits: str
    ready: str
    ready_iso: str
    left: str
    linked: tuple[Way, ...]
    offer: Offer | None  # the procedure that is started here
    handed: str
    deadline: Deadline | None
    proposed: Proposed | None
    reads_list: bool
    listed: OpenList
    panel: str
    signs_after: tuple[Option, ...]
    following: Option | None  # of a register that needs no further row: what comes next
    reason: str


class Pane(NamedTuple):
    """A step on the page. A named tuple is made in half the time of a frozen dataclass, and a tick makes two."""

    face: Face
    run: str
    tone: str
    word: str
    value: str
    note: str
    due: str
    is_overdue: bool
    until_iso: str
    status: str
    acts: frozenset[str]
    inside: Inside | None
    csrf: str
    command_id: str
    version: int
    mistake: Mistake
    is_oob: bool
    apart: str  # of a step that two people share with others: who else does it, and because of what
    is_kept_away: bool  # that is this person
    is_blank: bool  # open, and as its face says: nothing recorded, typed or asked for that is not the same for everybody

    @property
    def id(self) -> str:
        """The step's id."""
        return self.face.id

    @property
    def has_work(self) -> bool:
        """Whether there is anything here for this person to do beside what concerns its time."""
        return bool(self.acts - TIMELY)


_PLAIN = frozenset(("check", "measure", "count", "choose", "note", "wait"))


def pane(
    look: Look,
    view: StepView,
    *,
    is_open: bool,
    is_oob: bool = False,
    mistake: Mistake = NO_MISTAKE,
    panel: str = "",
    listed: OpenList = NOT_ASKED,
) -> Pane:
    """A step as `look` sees it."""
    face = look.faces[view.placed.id]
    tone, word = tone_of(look, view)
    state = view.state
    is_alike = state is NOTHING and _is_plain(face) and not view.placed.apart
    is_blank = is_alike and not view.deviations and not panel and mistake is NO_MISTAKE
    inside = None
    if is_open:
        inside = _blank(look, face, view) if is_blank else _inside(look, face, view, mistake, panel, listed)
    return Pane(
        face=face,
        run=look.run.state.run,
        tone=tone,
        word=word,
        value=value_line(look, face, view),
        note=_note(look, state, view),
        due=day_clock(view.due, look.now, look.names) if view.due and not view.is_settled else "",
        is_overdue=view.is_overdue,
        until_iso=_until(look, view),
        status=view.status,
        acts=view.acts,
        inside=inside,
        csrf=look.csrf if is_open else "",
        command_id=look.fresh() if is_open else "",
        version=look.run.state.version,
        mistake=NO_MISTAKE if mistake.deviation else mistake,
        is_oob=is_oob,
        apart=apart_of(look, view) if is_open and view.placed.apart else "",
        is_kept_away=bool(view.kept_away),
        is_blank=is_blank,
    )


def _is_plain(face: Face) -> bool:
    return face.kind in _PLAIN and not face.is_listed  # what is taken over is another run's in every run


_BLANKS: Lasting[Plan, dict[int, Inside]] = Lasting()


def _blank(look: Look, face: Face, view: StepView) -> Inside:
    """The inside of a step nobody has touched: as its face says, so made once for each, and kept for as long as its plan."""
    kept = _BLANKS.of(look.run.plan, dict)
    if face.number not in kept:
        kept[face.number] = _inside(look, face, view, NO_MISTAKE, "", NOT_ASKED)
    return kept[face.number]


def pane_of(look: Look, step: str, *, is_open: bool = False, is_oob: bool = False) -> Pane:
    """The pane of a step by its id."""
    view = view_step(look.run, look.run.plan.by_id[step], look.actor, look.now)
    return pane(look, view, is_open=is_open, is_oob=is_oob)


def _note(look: Look, state: StepState, view: StepView) -> str:
    mark = state.acted
    if mark is None or view.status in ("not_asked", "undecided"):
        return ""
    who = f"{look.by(mark.by)} {day_clock(mark.at, look.now, look.names)}"
    return f"{who} · {look.w.amended}" if state.amendments else who


def _until(look: Look, view: StepView) -> str:
    """When the countdown on the line ends: a wait, the next round, or the next re-measure."""
    if view.ready_at and look.now < view.ready_at:
        return view.ready_at.isoformat()
    for one in view.deviations:
        if one.deviation.is_open and stage_of(one, look.now) == "wait" and one.ready_at:
            return one.ready_at.isoformat()
    return ""


def _inside(look: Look, face: Face, view: StepView, mistake: Mistake, panel: str, listed: OpenList) -> Inside:
    state, names = view.state, look.names
    is_series = face.kind in ("rounds", "register")
    mine = NO_MISTAKE if mistake.deviation else mistake
    return Inside(
        answer=None if face.fields else input_of(face, look.names, mine, answer=state.current),
        inputs=asked_in(look, face, mine, {} if is_series else newest_of(face, look.run.state)),
        ticks=tuple(Tick(item.id, item.title, state.items.get(item.id, "")) for item in look.items(face.id)),
        rows=lines_of(look, face, state) if is_series else (),
        columns=tuple(one.title for one in face.fields) if is_series else (),
        fields=_filled(look, face) if face.kind == "form" else (),
        troubles=tuple(trouble_of(look, one, mistake) for one in view.deviations),
        is_troubled=view.has_open_deviation,
        photos=state.photos if face.kind != "photo" else (state.answer.options if state.answer else ()),
        limits=bounds_text(state.current, names) if state.current else face.limits,
        ready=day_clock(view.ready_at, look.now, names) if view.ready_at else "",
        ready_iso=_until(look, view),
        left=length_text(view.ready_at - look.now, names) if view.ready_at and view.ready_at > look.now else "",
        linked=tuple(look.other(run) for run in state.linked),
        offer=look.elsewhere.offer(face.step.procedure) if isinstance(face.step, Start) else None,
        handed=_handed(look, state),
        deadline=deadline_of(look, view),
        proposed=proposed_of(look, view),
        reads_list=reads_list(face.step),
        listed=listed,
        panel=panel,
        signs_after=_earlier(look, view) if face.kind == "sign" else (),
        following=_following(look, view),
        reason=state.reason,
    )


def _following(look: Look, view: StepView) -> Option | None:
    if view.placed.step.kind != "register" or "add_row" not in view.acts or not view.is_settled:
        return None
    found = next_after(look, view.placed.id)
    return Option(found.placed.id, look.faces[found.placed.id].title) if found else None


def _handed(look: Look, state: StepState) -> str:
    if state.handed is None:
        return ""
    said = f"{look.names.person(state.handed.by)} {day_clock(state.handed.at, look.now, look.names)}"
    return f"{said} · {state.note}" if state.note else said


def _earlier(look: Look, view: StepView) -> tuple[Option, ...]:
    run = look.run
    earlier = (p for p in run.plan.steps[: view.placed.index] if p.step.required and run.is_asked(p.id))
    return tuple(Option(placed.id, look.faces[placed.id].title) for placed in earlier)


def _filled(look: Look, face: Face) -> tuple[Filled, ...]:
    given = newest_of(face, look.run.state)
    return tuple(filled(one.step, given[one.id], look.names) for one in face.fields if one.id in given)
