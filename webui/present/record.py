"""The record of a run as an auditor wants it: step by step what happened, in order, with both values of what was corrected."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.procedure.plan import Part
from engine.procedure.step import Register
from engine.run.events import Happened
from engine.run.state import Signature
from engine.run.view import StepView, view_deviation, view_step
from webui.present.closings import NONE_CLOSED, ClosedRows, with_closings
from webui.present.faces import strikes_off
from webui.present.lines import tone_of, value_line
from webui.present.looking import NO_MISTAKE, Look, Mistake, Way
from webui.present.printed import Link, forms_of
from webui.present.runs import inputs_given
from webui.present.telling import Entry, entries_by_step
from webui.present.troubles import Trouble, is_noted, trouble_of
from webui.present.values import stamp

_TONES: Mapping[str, str] = {"running": "due", "held": "waiting", "completed": "done", "abandoned": "skipped"}


@dataclass(frozen=True, slots=True)
class StepRecord:
    """A step and everything that happened on it."""

    id: str
    title: str
    tone: str
    word: str
    value: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class PartRecord:
    """A section of the record."""

    title: str
    steps: tuple[StepRecord, ...]


@dataclass(frozen=True, slots=True)
class SignatureView:
    """A signature."""

    name: str
    role: str
    meaning: str
    title: str
    at: str
    is_amended: bool
    drawn: str


@dataclass(frozen=True, slots=True)
class Record:
    """The whole record."""

    run: str
    procedure: str
    title: str
    number: str
    place: str
    status: str
    tone: str
    word: str
    reason: str
    started: str
    started_by: str
    finished: str
    finished_by: str
    revision: str
    inputs: tuple[tuple[str, str], ...]
    left_open: tuple[Trouble, ...]  # what a finished run left open, and this person may settle
    left_noted: tuple[Trouble, ...]  # what only stays noted: late, out of order, rounds missed; a word may be added
    parts: tuple[PartRecord, ...]
    other: tuple[Entry, ...]
    signatures: tuple[SignatureView, ...]
    deviations: int
    open_deviations: int
    noted: int
    amendments: int
    events: int
    linked_from: Way | None
    forms: tuple[Link, ...]


def record_of(look: Look, history: Sequence[Happened], mistake: Mistake = NO_MISTAKE, closed: ClosedRows = NONE_CLOSED) -> Record:
    """The record of a run made of everything that happened in it; `closed`: how rows that it wrote were closed."""
    run, state, names, w = look.run, look.run.state, look.names, look.w
    told = {step: with_closings(look, step, entries, closed) for step, entries in entries_by_step(look, history).items()}
    noted = [one for one in state.open_deviations() if is_noted(one)]
    is_open = len(state.open_deviations()) > len(noted)
    finished = state.finished
    place = run.plan.site.places.get(state.started.place)
    return Record(
        run=state.run,
        procedure=state.started.procedure,
        title=look.text(run.plan.procedure.title),
        number=state.started.number or "",
        place=look.text(place.title) if place else state.started.place,
        status=state.status,
        tone="deviation" if state.status == "completed" and is_open else _TONES[state.status],
        word=getattr(w, f"state_{state.status}"),
        reason=state.reason,
        started=stamp(state.started_by.at, names),
        started_by=names.person(state.started_by.by),
        finished=stamp(finished.at, names) if finished else "",
        finished_by=names.person(finished.by) if finished else "",
        revision=state.started.revision[:12],
        inputs=inputs_given(look),
        left_open=tuple(_left_open(look, mistake, noted=False)),
        left_noted=tuple(_left_open(look, mistake, noted=True)),
        parts=tuple(_part(look, part, told) for part in run.plan.parts),
        other=tuple(told.get("", ())),
        signatures=tuple(_signature(look, one) for one in state.signatures),
        deviations=len(state.deviations),
        open_deviations=len(state.open_deviations()) - len(noted),
        noted=len(noted),
        amendments=sum(step.amendments for step in state.steps.values()),
        events=state.version,
        linked_from=look.other(state.started.linked_from) if state.started.linked_from else None,
        forms=forms_of(look),
    )


def _left_open(look: Look, mistake: Mistake, *, noted: bool) -> Iterator[Trouble]:
    for deviation in look.run.state.open_deviations() if look.run.state.is_over else ():
        view = view_deviation(look.run, deviation, look.actor, look.now)
        if view.acts and is_noted(deviation) is noted:
            yield trouble_of(look, view, mistake, is_named=True)


def _part(look: Look, part: Part, told: dict[str, list[Entry]]) -> PartRecord:
    title = look.text(part.section.title) if part.section else ""
    return PartRecord(title, tuple(_step(look, step, told.get(step, [])) for step in part.steps if _is_shown(look, step, told)))


def _is_shown(look: Look, step: str, told: dict[str, list[Entry]]) -> bool:
    return look.run.applies[step] is not False or bool(told.get(step))


def _step(look: Look, step: str, entries: Iterable[Entry]) -> StepRecord:
    view = view_step(look.run, look.run.plan.by_id[step], look.actor, look.now)
    face = look.faces[step]
    tone, word = tone_of(look, view) if _is_used(look, view) else ("off", _unused(look, view))
    return StepRecord(step, face.title, tone, word, value_line(look, face, view), tuple(entries))


def _is_used(look: Look, view: StepView) -> bool:
    """Whether the state of a step says something: after the end of the run a step that nobody touched waits for nothing."""
    is_touched = view.state.mark is not None or bool(view.state.rows) or view.state.handed is not None
    return not look.run.state.is_over or is_touched or view.has_open_deviation or view.status == "not_asked"


def _unused(look: Look, view: StepView) -> str:
    if isinstance(view.placed.step, Register) and view.status == "answered":
        return str(look.w.nothing_entered)
    return str(look.w.not_reached if view.placed.step.required else look.w.not_used)


def _signature(look: Look, signature: Signature) -> SignatureView:
    w, names = look.w, look.names
    closing = str(w.strike_signature if strikes_off(look.run.plan) else w.close_signature)
    title = names.step(signature.step) if signature.step else closing
    meaning = getattr(w, f"meaning_{signature.meaning}")
    mark = signature.mark
    at, is_amended = stamp(mark.at, names), signature.is_amended
    return SignatureView(signature.name, names.role(mark.role), meaning, title, at, is_amended, signature.drawn)
