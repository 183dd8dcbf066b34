"""What time did in a run, and what was asked of it and decided: deadlines near and passed, more time, options proposed."""

from collections.abc import Iterable
from datetime import datetime
from typing import assert_never

from engine.procedure.field import Choose
from engine.run import events as ev
from engine.run import time_events
from engine.run.dues import moment_of
from webui.present.deadlines import because_of
from webui.present.faces import Face
from webui.present.looking import Look
from webui.present.values import length_text, stamp

OfTime = (
    time_events.DueNeared | time_events.DueMissed | time_events.RunLate | time_events.AnswerProposed
    | time_events.ProposalDismissed | time_events.ExtensionAsked | time_events.ExtensionRefused | ev.DueExtended
)  # fmt: skip
Shown = tuple[str, str, str, str]  # tone, word, text and reason


def told_by_time(look: Look, event: OfTime, face: Face | None, at: datetime) -> Shown:
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


def first_due(look: Look, step: str) -> str:
    """The deadline of a step as its procedure has it."""
    placed = look.run.plan.by_id.get(step)
    due = moment_of(look.run, placed.due) if placed else None
    return _minute(due, look) if due else ""


def _minute(moment: datetime, look: Look) -> str:
    """A deadline: to the minute, as it was set."""
    return stamp(moment, look.names)[: len("2026-11-02 06:30")]
