"""The record of a run as an auditor wants it: step by step what happened, in order, with both values of what was corrected."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from engine.procedure.plan import Part
from engine.run import events as ev
from engine.run.answer import Answer
from engine.run.events import Happened
from engine.run.state import Signature
from engine.run.view import view_step
from webui.present.faces import Face
from webui.present.looking import Look
from webui.present.steps import tone_of, value_line
from webui.present.values import bounds_text, length_text, stamp, value_of

_CLOCK_SLACK = timedelta(minutes=2)  # a device's clock may be off by this much without being mentioned


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened."""

    tone: str  # done, deviation, waiting, later, ""
    word: str
    text: str
    limits: str
    was: str
    reason: str
    fields: tuple[tuple[str, str], ...]
    photos: tuple[str, ...]
    by: str
    role: str
    at: str
    device_at: str


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
    parts: tuple[PartRecord, ...]
    other: tuple[Entry, ...]
    signatures: tuple[SignatureView, ...]
    deviations: int
    open_deviations: int
    amendments: int
    events: int
    linked_from: str


def record_of(look: Look, history: Sequence[Happened]) -> Record:
    """The record of a run made of everything that happened in it."""
    run, state, names, w = look.run, look.run.state, look.names, look.w
    told = _told(look, history)
    finished = state.finished
    place = run.plan.site.places.get(state.started.place)
    is_clean = not state.open_deviations()
    return Record(
        run=state.run,
        procedure=state.started.procedure,
        title=look.text(run.plan.procedure.title),
        number=state.started.number or "",
        place=look.text(place.title) if place else state.started.place,
        status=state.status,
        tone={"completed": "done" if is_clean else "deviation", "abandoned": "skipped", "held": "waiting"}.get(state.status, "due"),
        word=getattr(w, f"state_{state.status}"),
        reason=state.reason,
        started=stamp(state.started_by.at, names),
        started_by=names.person(state.started_by.by),
        finished=stamp(finished.at, names) if finished else "",
        finished_by=names.person(finished.by) if finished else "",
        revision=state.started.revision[:12],
        inputs=tuple((names.step(name), value_of(run.plan.fields.get(name), a, names)) for name, a in state.started.inputs.items()),
        parts=tuple(_part(look, part, told) for part in run.plan.parts),
        other=tuple(told.get("", ())),
        signatures=tuple(_signature(look, one) for one in state.signatures),
        deviations=len(state.deviations),
        open_deviations=len(state.open_deviations()),
        amendments=sum(step.amendments for step in state.steps.values()),
        events=state.version,
        linked_from=state.started.linked_from or "",
    )


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
    return SignatureView(signature.name, names.role(mark.role), meaning, title, stamp(mark.at, names), signature.is_amended)


def _told(look: Look, history: Sequence[Happened]) -> dict[str, list[Entry]]:
    """Entries by step; those of the run itself under ""."""
    told: dict[str, list[Entry]] = {}
    values: dict[str, str] = {}
    owner = {one.event.deviation: one.event.step for one in history if isinstance(one.event, ev.DeviationRaised)}
    for one in history:
        step = getattr(one.event, "step", None)
        if step is None:
            step = owner.get(getattr(one.event, "deviation", ""), "")
        step = look.run.plan.owner.get(step, step) or ""
        entry = _entry(look, one, values, step)
        if entry is not None:
            told.setdefault(step, []).append(entry)
    return told


def _entry(look: Look, one: Happened, values: dict[str, str], step: str) -> Entry | None:
    event, w = one.event, look.w
    face = look.faces.get(step)
    shown = _shown(look, event, face)
    if shown is None:
        return None
    tone, word, text, reason = shown
    answer = getattr(event, "answer", None)
    was = values.get(step, "") if isinstance(event, ev.StepAmended) else ""
    if isinstance(event, ev.StepAnswered | ev.StepAmended | ev.StepRemeasured):
        values[step] = text
    if isinstance(event, ev.StepAmended) and event.is_withdrawal:
        text = str(w.taken_back)
    return Entry(
        tone=tone,
        word=word,
        text=text,
        limits=bounds_text(answer) if isinstance(answer, Answer) else "",
        was=was,
        reason=reason,
        fields=_fields(look, event, face),
        photos=_photos(event),
        by=look.names.person(one.by),
        role=look.names.role(one.role) if one.role else "",
        at=stamp(one.recorded_at, look.names),
        device_at=stamp(one.occurred_at, look.names) if abs(one.occurred_at - one.recorded_at) > _CLOCK_SLACK else "",
    )


def _shown(look: Look, event: ev.Event, face: Face | None) -> tuple[str, str, str, str] | None:
    """Tone, word, text and reason of an event; None for what the head of the record already says."""
    w = look.w
    match event:
        case ev.StepAnswered() | ev.StepRemeasured():
            word = w.did_remeasure if isinstance(event, ev.StepRemeasured) else w.did_answer
            return (*_judged(look, event.answer, word), _value(look, face, event.answer), "")
        case ev.StepAmended():
            return (*_judged(look, event.answer, w.did_amend), _value(look, face, event.answer), event.reason)
        case ev.ItemTicked():
            item = next((i.title for i in face.options if i.id == event.item), event.item) if face else event.item
            done = event.outcome == "done"
            return "done" if done else "deviation", w.tone_done if done else w.tone_not_done, item, event.reason
        case ev.StepMarked():
            return "skipped", w.tone_na if event.outcome == "not_applicable" else w.tone_not_done, "", event.reason
        case ev.PhotosAttached():
            return "done", w.did_attach, "", ""
        case ev.DeviationRaised() | ev.DeviationActedOn() | ev.DeviationCleared() | ev.DeviationAccepted():
            return _deviation(look, event)
        case ev.RunStarted() | ev.RunCompleted():
            return None
        case _:
            return _work(look, event)


def _work(look: Look, event: ev.Event) -> tuple[str, str, str, str]:
    w, names = look.w, look.names
    match event:
        case ev.WaitStarted() | ev.RoundsStarted():
            return "waiting", w.did_begin, "", ""
        case ev.WaitEnded():
            return "done", w.did_end, length_text(event.lasted, names), event.reason
        case ev.RoundsStopped():
            return "done", w.did_end, "", event.reason
        case ev.RoundDone():
            return "done", w.did_round, f"#{event.round}", ""
        case ev.RoundMissed():
            return "deviation", w.did_miss, f"#{event.round} {stamp(event.due, names)}", ""
        case ev.RowAdded():
            return "done", w.did_row, f"#{event.row}", ""
        case ev.WorkHanded():
            return "waiting", w.did_hand, names.roles(event.to), event.note
        case ev.WorkReceived():
            return "done", w.did_receive, "", ""
        case ev.Signed():
            return "done", w.did_sign, f"{event.name} · {getattr(w, f'meaning_{event.meaning}')}", ""
        case ev.RunLinked():
            return "done", w.did_link, event.procedure, ""
        case ev.DueExtended():
            return "waiting", w.did_extend, stamp(event.until, names), event.reason
        case ev.RunHeld() | ev.RunAbandoned():
            return "waiting", w.did_hold if isinstance(event, ev.RunHeld) else w.state_abandoned, "", event.reason
        case _:
            return "done", w.did_resume, "", ""


def _deviation(look: Look, event: ev.Event) -> tuple[str, str, str, str] | None:
    w = look.w
    match event:
        case ev.DeviationRaised():
            action = f"{w.action_asked} {event.action}" if event.action else ""
            text = "" if event.cause in ("late", "missed_round") else event.text
            return "deviation", getattr(w, f"cause_{event.cause}"), text, action
        case ev.DeviationActedOn():
            return "waiting", w.did_act, event.text, ""
        case ev.DeviationCleared():
            return "done", w.cleared, "", ""
        case ev.DeviationAccepted():
            return "done", w.accepted, "", event.reason
        case _:
            return None


def _judged(look: Look, answer: Answer | None, word: str) -> tuple[str, str]:
    """The tone and word of a reading: its band says more than that it was recorded."""
    if answer is None or answer.band is None or answer.band == "no_limits":
        return "done", word
    return ("done" if answer.band == "in_limits" else "deviation"), f"{word} · {getattr(look.w, f'band_{answer.band}')}"


def _value(look: Look, face: Face | None, answer: Answer | None) -> str:
    if answer is None or face is None:
        return ""
    if face.kind == "check":
        return str(look.w.tone_done)
    return value_of(face.step if not face.fields else None, answer, look.names)


def _fields(look: Look, event: ev.Event, face: Face | None) -> tuple[tuple[str, str], ...]:
    given = getattr(event, "fields", None) or {}
    if face is None:
        return ()
    return tuple((one.title, value_of(one.step, given[one.id], look.names)) for one in face.fields if one.id in given)


def _photos(event: ev.Event) -> tuple[str, ...]:
    found = getattr(event, "photos", ())
    answer = getattr(event, "answer", None)
    is_picture = isinstance(answer, Answer) and all(len(option) == 64 for option in answer.options)
    return (*found, *(answer.options if is_picture and isinstance(answer, Answer) else ()))
