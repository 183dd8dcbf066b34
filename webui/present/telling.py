"""What happened in a run, told event by event as an auditor reads it: value, limits then, who, when, and why it was changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from engine.run import events as ev
from engine.run.answer import Answer
from engine.run.events import Happened
from webui.present.faces import Face
from webui.present.looking import Look
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


def entries_by_step(look: Look, history: Sequence[Happened]) -> dict[str, list[Entry]]:
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
    if answer is None or face is None or face.kind == "photo":
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
