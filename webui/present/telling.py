"""What happened in a run, told event by event as an auditor reads it: value, limits then, who, when, and why it was changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from engine.run import events as ev
from engine.run import time_events
from engine.run.answer import Answer
from engine.run.events import Happened
from engine.run.review_events import ReviewAnswered, ReviewAsked, RunApproved, RunReturned
from webui.present.faces import Face
from webui.present.looking import Look
from webui.present.telling_clock import DeviceClocks
from webui.present.telling_fields import Written, band_of, typed_of
from webui.present.telling_known import Known, cleared_by, known_from, repeats
from webui.present.telling_time import OfTime, Shown, first_due, told_by_time
from webui.present.troubles import asked_for
from webui.present.values import Filled, bounds_text, lasted_text, length_text, stamp, value_of

_Deviation = ev.DeviationRaised | ev.DeviationActedOn | ev.DeviationCleared | ev.DeviationAccepted
_Work = (
    ev.WaitStarted | ev.WaitEnded | ev.RoundsStarted | ev.RoundDone | ev.RoundMissed | ev.RoundsStopped | ev.RowAdded
    | ev.WorkHanded | ev.WorkReceived | ev.Signed | ev.RunLinked | ev.ItemsListed | ev.RunHeld | ev.RunResumed | ev.RunAbandoned
    | ReviewAsked | ReviewAnswered | RunReturned | RunApproved
)  # fmt: skip
_Rest = (
    ev.RunStarted | ev.StepAnswered | ev.PhotosAttached | ev.StepMarked | ev.StepAmended | ev.StepRemeasured | ev.RunCompleted
    | _Work
)  # fmt: skip
_LATE = time_events.DueMissed | time_events.RunLate


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
    address: str = ""  # where the text leads
    row: int = 0  # of a register
    seq: int = 0  # in the run
    moment: datetime | None = None  # `at`, to count with
    typed: str = ""  # where it reads otherwise than what it was understood to mean
    device: str = ""  # by its name
    clock: str = ""  # what is odd about `device_at`
    is_flagged: bool = False  # odd enough to be looked at
    deviation: str = ""  # whose story it belongs to
    is_amendment: bool = False
    is_late: bool = False


@dataclass(slots=True)
class _Before:
    """What the events so far said that later ones change."""

    clocks: DeviceClocks
    written: Written
    values: dict[str, str] = field(default_factory=dict)


def entries_by_step(look: Look, history: Sequence[Happened], *, is_short: bool = False) -> dict[str, list[Entry]]:
    """Entries by step; those of the run itself under "". In short, doing late is told as one thing."""
    told: dict[str, list[Entry]] = {}
    so_far = _Before(DeviceClocks(look), Written(look))
    known = known_from(look, history)
    before: ev.Event | None = None
    for one in history:
        step = known.step_of(one.event)
        step = look.run.plan.owner.get(step, step) or ""
        entry = _entry(look, one, so_far, known, step)
        is_repeated, before = repeats(one.event, before), one.event
        if is_repeated and entry and told.get(step):
            same = told[step][-1]
            reason = " · ".join(text for text in (same.reason, entry.reason) if text)
            told[step][-1] = replace(same, tone="deviation", reason=reason, deviation=entry.deviation)
        elif is_short and isinstance(one.event, ev.DeviationRaised) and one.event.cause == "late" and told.get(step):
            late = length_text(one.recorded_at - datetime.fromisoformat(one.event.text), look.names)
            done = told[step][-1]
            told[step][-1] = replace(done, tone="deviation", word=str(look.w.and_late).format(word=done.word, time=late))
        elif entry is not None:
            told.setdefault(step, []).append(entry)
    return told


def _entry(look: Look, one: Happened, so_far: _Before, known: Known, step: str) -> Entry | None:
    event, w = one.event, look.w
    face = look.faces.get(step)
    if isinstance(event, ev.ItemTicked):
        shown: Shown | None = _ticked(look, event, face, known.items)
    elif isinstance(event, ev.RowSettled):
        shown = None  # told under its row, with what was written then
    elif isinstance(event, OfTime):
        shown = told_by_time(look, event, face, one.occurred_at)
    elif isinstance(event, _Deviation):
        shown = _deviation(look, one, event, face, known)
    else:
        shown = _shown(look, event, face)
    clock = so_far.clocks.of(one)
    if shown is None:
        return None
    tone, word, text, reason = shown
    answer = getattr(event, "answer", None)
    answer = answer if isinstance(answer, Answer) else None
    was = _was(look, event, so_far, known, step, text)
    if isinstance(event, ev.StepAmended) and event.is_withdrawal:
        text = str(w.taken_back)
    return Entry(
        tone=tone,
        word=word,
        text=text,
        limits=bounds_text(answer, look.names) if answer else "",
        was=was,
        reason=reason,
        fields=tuple(so_far.written.fields(event, face, step)),
        photos=_photos(event),
        is_drawn=face is not None and face.is_drawn,
        by=look.by(one.by),
        role=look.names.role(one.role) if one.role else "",
        at=stamp(one.recorded_at, look.names),
        device_at=clock.at,
        address=look.other(event.run).address if isinstance(event, ev.RunLinked) else "",
        row=(event.row or 0) if isinstance(event, ev.RowAdded | ev.StepAmended) else 0,
        seq=one.seq,
        moment=one.recorded_at,
        typed=typed_of(answer),
        device=look.elsewhere.device(one.device),
        clock=clock.told,
        is_flagged=clock.is_flagged,
        deviation=getattr(event, "deviation", ""),
        is_amendment=isinstance(event, ev.StepAmended),
        is_late=isinstance(event, _LATE) or (isinstance(event, ev.DeviationRaised) and event.cause in ("late", "missed_round")),
    )


def _was(look: Look, event: ev.Event, so_far: _Before, known: Known, step: str, text: str) -> str:
    """What an event replaced; and what later ones may replace is kept."""
    values = so_far.values
    was = values.get(step, "") if isinstance(event, ev.StepAmended) and event.row is None else ""
    if isinstance(event, ev.DueExtended):
        was, values[f"{step} due"] = values.get(f"{step} due") or first_due(look, step), text
    if isinstance(event, ev.StepRemeasured):
        so_far.written.measured(event, step, known.row(event.deviation))
    if isinstance(event, ev.StepAnswered | ev.StepAmended | ev.StepRemeasured) and event.step == step:
        values[step] = text
    return was


def _ticked(look: Look, event: ev.ItemTicked, face: Face | None, items: Mapping[str, str]) -> Shown:
    known = {one.id: one.title for one in face.options} if face else {}
    is_over, is_done = face is not None and face.takes_over, event.outcome == "done"
    yes, no = (look.w.take_over, look.w.question) if is_over else (look.w.tone_done, look.w.tone_not_done)
    text = known.get(event.item) or items.get(event.item) or event.item
    if is_done or not event.reason:
        return "done" if is_done else "deviation", yes if is_done else no, text, event.reason
    return "deviation", no, f"{text}{'：' if look.names.language == 'zh' else ': '}{event.reason}", ""


def _shown(look: Look, event: _Rest, face: Face | None) -> Shown | None:
    """What is shown of an event; None for what the head of the record already says."""
    w = look.w
    match event:
        case ev.StepAnswered() | ev.StepRemeasured():
            word = w.did_remeasure if isinstance(event, ev.StepRemeasured) else _answered(look, face)
            return (*_judged(look, event.answer, word), _value(look, face, event.answer), "")
        case ev.StepAmended():
            return (*_judged(look, event.answer, w.did_amend), _value(look, face, event.answer), event.reason)
        case ev.StepMarked():
            return "skipped", w.tone_na if event.outcome == "not_applicable" else w.tone_not_done, "", event.reason
        case ev.PhotosAttached():
            return "done", w.did_attach, "", ""
        case ev.RunStarted() | ev.RunCompleted():
            return None
        case _:
            return _work(look, event)


def _work(look: Look, event: _Work) -> Shown:
    w, names = look.w, look.names
    match event:
        case ev.WaitStarted() | ev.RoundsStarted():
            return "waiting", w.did_begin if isinstance(event, ev.WaitStarted) else w.started, "", ""
        case ev.WaitEnded():
            return "done", w.did_end, lasted_text(event.lasted, names), event.reason
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
            return "done", w.did_link, look.other(event.run).title, ""
        case ev.ItemsListed():
            text = str(w.item_count).format(count=len(event.items)) if event.items else str(w.nothing_open)
            return "done", w.did_list, text, ""
        case ev.RunHeld() | ev.RunAbandoned():
            return "waiting", w.did_hold if isinstance(event, ev.RunHeld) else w.state_abandoned, "", event.reason
        case ev.RunResumed():
            return "done", w.did_resume, "", ""
        case ReviewAsked() | RunReturned():
            text = event.question if isinstance(event, ReviewAsked) else event.reason
            return "waiting", w.did_ask_back if isinstance(event, ReviewAsked) else w.did_return, text, ""
        case ReviewAnswered():
            return "waiting", w.did_reply, event.text, ""
        case RunApproved():
            return "done", w.did_approve, event.name, event.comment
        case _:
            assert_never(event)  # pragma: no cover - every kind stands above


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _answered(look: Look, face: Face | None) -> str:
    return str(look.w.did_read if face is not None and face.kind == "read" else look.w.did_answer)


def _deviation(look: Look, one: Happened, event: _Deviation, face: Face | None, known: Known) -> Shown:
    w = look.w
    entry = known.entry(event.deviation, face)  # the item, row or round it is about
    match event:
        case ev.DeviationRaised():
            asked = asked_for(look, event)
            text = _late(look, one, event) if event.cause == "late" else "" if event.cause == "missed_round" else event.text
            is_question = event.cause == "not_done" and face is not None and face.takes_over and bool(event.entry)
            word = w.question if is_question else getattr(w, f"cause_{event.cause}")
            return (
                "deviation",
                word,
                " · ".join(part for part in (entry, text) if part),
                f"{w.action_asked} {asked}" if asked else "",
            )
        case ev.DeviationActedOn():
            return "waiting", w.did_act, event.text, ""
        case ev.DeviationCleared():
            return "done", cleared_by(look, known, event), entry, ""
        case ev.DeviationAccepted():
            return "done", w.accepted, entry, event.reason
        case _:
            assert_never(event)  # pragma: no cover - every kind stands above


def _late(look: Look, one: Happened, event: ev.DeviationRaised) -> str:
    """How much too late something was done, and when it was due."""
    due = datetime.fromisoformat(event.text)
    time = length_text(one.recorded_at - due, look.names)
    return " · ".join((str(look.w.kept_late).format(time=time), str(look.w.was_due).format(at=stamp(due, look.names)[:16])))


def _judged(look: Look, answer: Answer | None, word: str) -> tuple[str, str]:
    """The tone and word of a reading: its band says more than that it was recorded."""
    band = band_of(look, answer)
    if answer is None or not band:
        return "done", word
    return ("done" if answer.band == "in_limits" else "deviation"), f"{word} · {band}"


def _value(look: Look, face: Face | None, answer: Answer | None) -> str:
    if answer is None or face is None or face.kind == "photo":
        return ""
    if face.kind == "check":
        return str(look.w.tone_done)
    return value_of(face.step if not face.fields else None, answer, look.names)


def _photos(event: ev.Event) -> tuple[str, ...]:
    found = getattr(event, "photos", ())
    answer = getattr(event, "answer", None)
    is_picture = isinstance(answer, Answer) and all(len(option) == 64 for option in answer.options)
    return (*found, *(answer.options if is_picture and isinstance(answer, Answer) else ()))
