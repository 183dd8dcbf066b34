"""The record of a run as an auditor wants it: step by step what happened, in order, with both values of what was corrected."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.procedure.plan import Part
from engine.run.events import Happened
from engine.run.state import Signature
from engine.run.view import view_deviation, view_step
from webui.present.looking import NO_MISTAKE, Look, Mistake
from webui.present.printed import Link, forms_of
from webui.present.runs import inputs_given
from webui.present.steps import tone_of, value_line
from webui.present.telling import Entry, entries_by_step
from webui.present.troubles import Trouble, trouble_of
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
    parts: tuple[PartRecord, ...]
    other: tuple[Entry, ...]
    signatures: tuple[SignatureView, ...]
    deviations: int
    open_deviations: int
    amendments: int
    events: int
    linked_from: str
    forms: tuple[Link, ...]


def record_of(look: Look, history: Sequence[Happened], mistake: Mistake = NO_MISTAKE) -> Record:
    """The record of a run made of everything that happened in it."""
    run, state, names, w = look.run, look.run.state, look.names, look.w
    told = entries_by_step(look, history)
    finished = state.finished
    place = run.plan.site.places.get(state.started.place)
    return Record(
        run=state.run,
        procedure=state.started.procedure,
        title=look.text(run.plan.procedure.title),
        number=state.started.number or "",
        place=look.text(place.title) if place else state.started.place,
        status=state.status,
        tone="deviation" if state.status == "completed" and state.open_deviations() else _TONES[state.status],
        word=getattr(w, f"state_{state.status}"),
        reason=state.reason,
        started=stamp(state.started_by.at, names),
        started_by=names.person(state.started_by.by),
        finished=stamp(finished.at, names) if finished else "",
        finished_by=names.person(finished.by) if finished else "",
        revision=state.started.revision[:12],
        inputs=inputs_given(look),
        left_open=tuple(_left_open(look, mistake)),
        parts=tuple(_part(look, part, told) for part in run.plan.parts),
        other=tuple(told.get("", ())),
        signatures=tuple(_signature(look, one) for one in state.signatures),
        deviations=len(state.deviations),
        open_deviations=len(state.open_deviations()),
        amendments=sum(step.amendments for step in state.steps.values()),
        events=state.version,
        linked_from=state.started.linked_from or "",
        forms=forms_of(look),
    )


def _left_open(look: Look, mistake: Mistake) -> Iterator[Trouble]:
    for deviation in look.run.state.open_deviations() if look.run.state.is_over else ():
        view = view_deviation(look.run, deviation, look.actor, look.now)
        if view.acts:
            yield trouble_of(look, view, mistake)


def _part(look: Look, part: Part, told: dict[str, list[Entry]]) -> PartRecord:
    title = look.text(part.section.title) if part.section else ""
    return PartRecord(title, tuple(_step(look, step, told.get(step, [])) for step in part.steps if _is_shown(look, step, told)))


def _is_shown(look: Look, step: str, told: dict[str, list[Entry]]) -> bool:
    return look.run.applies[step] is not False or bool(told.get(step))


def _step(look: Look, step: str, entries: Iterable[Entry]) -> StepRecord:
    view = view_step(look.run, look.run.plan.by_id[step], look.actor, look.now)
    face = look.faces[step]
    tone, word = tone_of(look, view)
    return StepRecord(step, face.title, tone, word, value_line(look, face, view), tuple(entries))


def _signature(look: Look, signature: Signature) -> SignatureView:
    w, names = look.w, look.names
    title = names.step(signature.step) if signature.step else str(w.close_signature)
    meaning = getattr(w, f"meaning_{signature.meaning}")
    mark = signature.mark
    at, is_amended = stamp(mark.at, names), signature.is_amended
    return SignatureView(signature.name, names.role(mark.role), meaning, title, at, is_amended, signature.drawn)
