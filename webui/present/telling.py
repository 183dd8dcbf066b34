"""What happened in a run, told event by event as an auditor reads it: value, limits then, who, when, and why it was changed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from engine.procedure.field import Choose
from engine.run import events as ev
from engine.run import time_events
from engine.run.answer import Answer
from engine.run.dues import moment_of
from engine.run.events import Happened
from engine.run.lists import fields_text
from webui.present.deadlines import because_of
from webui.present.faces import Face
from webui.present.looking import Look
from webui.present.values import Filled, bounds_text, filled, length_text, stamp, value_of

_Deviation = ev.DeviationRaised | ev.DeviationActedOn | ev.DeviationCleared | ev.DeviationAccepted
_OfTime = (
    time_events.DueNeared | time_events.DueMissed | time_events.RunLate | time_events.AnswerProposed
    | time_events.ProposalDismissed | time_events.ExtensionAsked | time_events.ExtensionRefused | ev.DueExtended
)  # fmt: skip
_Work = (
    ev.WaitStarted | ev.WaitEnded | ev.RoundsStarted | ev.RoundDone | ev.RoundMissed | ev.RoundsStopped | ev.RowAdded
    | ev.WorkHanded | ev.WorkReceived | ev.Signed | ev.RunLinked | ev.ItemsListed | ev.RunHeld | ev.RunResumed | ev.RunAbandoned
)  # fmt: skip
_Rest = (
    ev.RunStarted | ev.StepAnswered | ev.PhotosAttached | ev.StepMarked | ev.StepAmended | ev.StepRemeasured | ev.RunCompleted
    | _Deviation | _Work
)  # fmt: skip
_Shown = tuple[str, str, str, str]  # tone, word, text and reason
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
    fields: tuple[Filled, ...]
    photos: tuple[str, ...]
    is_drawn: bool
    by: str
    role: str
    at: str
    device_at: str


def entries_by_step(look: Look, history: Sequence[Happened], *, is_short: bool = False) -> dict[str, list[Entry]]:
    """Entries by step; those of the run itself under "". In short, doing late is told as one thing."""
    told: dict[str, list[Entry]] = {}
    values: dict[str, str] = {}
    items = _items(look, history)
    owner = {one.event.deviation: one.event.step for one in history if isinstance(one.event, ev.DeviationRaised)}
    for one in history:
        step = getattr(one.event, "step", None)
        if step is None:
            step = owner.get(getattr(one.event, "deviation", ""), "")
        step = look.run.plan.owner.get(step, step) or ""
        entry = _entry(look, one, values, items, step)
        if is_short and isinstance(one.event, ev.DeviationRaised) and one.event.cause == "late" and told.get(step):
            late = length_text(one.recorded_at - datetime.fromisoformat(one.event.text), look.names)
            done = told[step][-1]
            told[step][-1] = replace(done, tone="deviation", word=str(look.w.and_late).format(word=done.word, time=late))
        elif entry is not None:
            told.setdefault(step, []).append(entry)
    return told


def _items(look: Look, history: Iterable[Happened]) -> dict[str, str]:
    """The texts of what was listed to be taken over, by item, as they were then."""
    found: dict[str, str] = {}
    for one in history:
        match one.event:
            case ev.ItemsListed():
                found |= {item.id: item.text for item in one.event.items}
            case ev.RowAdded():
                found[f"{one.event.step}.{one.event.row}"] = fields_text(
                    one.event.fields, look.run.plan.fields, look.names.language, look.names.person
                )
            case _:
                pass  # lists nothing
    return found


def _entry(look: Look, one: Happened, values: dict[str, str], items: Mapping[str, str], step: str) -> Entry | None:
    event, w = one.event, look.w
    face = look.faces.get(step)
    if isinstance(event, ev.ItemTicked):
        shown: _Shown | None = _ticked(look, event, face, items)
    elif isinstance(event, _OfTime):
        shown = _of_time(look, event, face, one.occurred_at)
    else:
        shown = _shown(look, event, face)
    if shown is None:
        return None
    tone, word, text, reason = shown
    answer = getattr(event, "answer", None)
    was = values.get(step, "") if isinstance(event, ev.StepAmended) else ""
    if isinstance(event, ev.DueExtended):
        was, values[f"{step} due"] = values.get(f"{step} due") or _first_due(look, step), text
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
        fields=tuple(_fields(look, event, face)),
        photos=_photos(event),
        is_drawn=face is not None and face.is_drawn,
        by=look.by(one.by),
        role=look.names.role(one.role) if one.role else "",
        at=stamp(one.recorded_at, look.names),
        device_at=stamp(one.occurred_at, look.names) if _is_off(one) else "",
    )


def _first_due(look: Look, step: str) -> str:
    """The deadline of a step as its procedure has it."""
    placed = look.run.plan.by_id.get(step)
    due = moment_of(look.run, placed.due) if placed else None
    return _minute(due, look) if due else ""


def _minute(moment: datetime, look: Look) -> str:
    """A deadline: to the minute, as it was set."""
    return stamp(moment, look.names)[: len("2026-11-02 06:30")]


def _is_off(one: Happened) -> bool:
    """Whether a device said another time than the server. Time itself has no device, and what is open the server looked up."""
    is_of_device = bool(one.by) and not isinstance(one.event, ev.ItemsListed)
    return is_of_device and abs(one.occurred_at - one.recorded_at) > _CLOCK_SLACK


def _ticked(look: Look, event: ev.ItemTicked, face: Face | None, items: Mapping[str, str]) -> _Shown:
    known = {one.id: one.title for one in face.options} if face else {}
    is_over, is_done = face is not None and face.is_taken_over, event.outcome == "done"
    yes, no = (look.w.take_over, look.w.question) if is_over else (look.w.tone_done, look.w.tone_not_done)
    text = known.get(event.item) or items.get(event.item) or event.item
    return "done" if is_done else "deviation", yes if is_done else no, text, event.reason


def _shown(look: Look, event: _Rest, face: Face | None) -> _Shown | None:
    """What is shown of an event; None for what the head of the record already says."""
    w = look.w
    match event:
        case ev.StepAnswered() | ev.StepRemeasured():
            word = w.did_remeasure if isinstance(event, ev.StepRemeasured) else w.did_answer
            return (*_judged(look, event.answer, word), _value(look, face, event.answer), "")
        case ev.StepAmended():
            return (*_judged(look, event.answer, w.did_amend), _value(look, face, event.answer), event.reason)
        case ev.StepMarked():
            return "skipped", w.tone_na if event.outcome == "not_applicable" else w.tone_not_done, "", event.reason
        case ev.PhotosAttached():
            return "done", w.did_attach, "", ""
        case ev.DeviationRaised() | ev.DeviationActedOn() | ev.DeviationCleared() | ev.DeviationAccepted():
            return _deviation(look, event, face)
        case ev.RunStarted() | ev.RunCompleted():
            return None
        case _:
            return _work(look, event)


def _work(look: Look, event: _Work) -> _Shown:
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
        case ev.ItemsListed():
            text = str(w.item_count).format(count=len(event.items)) if event.items else str(w.nothing_open)
            return "done", w.did_list, text, ""
        case ev.RunHeld() | ev.RunAbandoned():
            return "waiting", w.did_hold if isinstance(event, ev.RunHeld) else w.state_abandoned, "", event.reason
        case ev.RunResumed():
            return "done", w.did_resume, "", ""
        case _:
            assert_never(event)  # pragma: no cover - every kind stands above


def _of_time(look: Look, event: _OfTime, face: Face | None, at: datetime) -> _Shown:
    """What time did, and what was asked and decided about it; `at` is when it happened."""
    w, names = look.w, look.names
    match event:
        case time_events.DueNeared():
            return "waiting", w.due_neared, _minute(event.due, look), _told(look, event.holders)
        case time_events.DueMissed() if event.level:
            word = str(w.still_late).format(time=length_text(at - event.due, names))
            return "deviation", word, "", _told(look, event.notify)
        case time_events.DueMissed():
            return "deviation", w.due_missed, _minute(event.due, look), _told(look, (*event.notify, *event.holders))
        case ev.DueExtended():
            return "waiting", w.did_extend, _minute(event.until, look), event.reason
        case time_events.RunLate():
            return "deviation", w.run_late, _minute(event.finish_by, look), _told(look, event.notify)
        case time_events.AnswerProposed():
            return "waiting", w.did_propose, *_proposed(look, event, face)
        case time_events.ProposalDismissed():
            return "done", w.did_dismiss, "", event.reason
        case time_events.ExtensionAsked():
            return "waiting", w.did_ask, _minute(event.until, look), event.reason
        case time_events.ExtensionRefused():
            return "skipped", w.did_refuse, "", event.reason
        case _:
            assert_never(event)  # pragma: no cover - every kind stands above


def _told(look: Look, roles: Iterable[str]) -> str:
    named = look.names.roles(dict.fromkeys(roles))
    return str(look.w.told).format(roles=named) if named else ""


def _proposed(look: Look, event: time_events.AnswerProposed, face: Face | None) -> tuple[str, str]:
    step, language = face.step if face else None, look.names.language
    if not isinstance(step, Choose) or event.option not in step.options:
        return event.option, event.because
    return step.options[event.option].into(language), because_of(step, event, language)


def _deviation(look: Look, event: _Deviation, face: Face | None) -> _Shown:
    w = look.w
    match event:
        case ev.DeviationRaised():
            action = f"{w.action_asked} {event.action}" if event.action else ""
            text = "" if event.cause in ("late", "missed_round") else event.text
            is_question = event.cause == "not_done" and face is not None and face.is_taken_over and bool(event.entry)
            return "deviation", w.question if is_question else getattr(w, f"cause_{event.cause}"), text, action
        case ev.DeviationActedOn():
            return "waiting", w.did_act, event.text, ""
        case ev.DeviationCleared():
            return "done", w.cleared, "", ""
        case ev.DeviationAccepted():
            return "done", w.accepted, "", event.reason
        case _:
            assert_never(event)  # pragma: no cover - every kind stands above


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


def _fields(look: Look, event: ev.Event, face: Face | None) -> Iterator[Filled]:
    if isinstance(event, ev.ItemsListed):
        for item in event.items:
            since = str(look.w.since).format(at=stamp(item.since, look.names))
            yield Filled(getattr(look.w, f"listed_{item.kind}"), f"{item.text} · {since}")
    given = getattr(event, "fields", None) or {}
    for one in face.fields if face else ():
        if one.id in given:
            yield filled(one.step, given[one.id], look.names)


def _photos(event: ev.Event) -> tuple[str, ...]:
    found = getattr(event, "photos", ())
    answer = getattr(event, "answer", None)
    is_picture = isinstance(answer, Answer) and all(len(option) == 64 for option in answer.options)
    return (*found, *(answer.options if is_picture and isinstance(answer, Answer) else ()))
