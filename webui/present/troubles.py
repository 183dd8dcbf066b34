"""Deviations as staff see them: what is wrong, what is asked, what was done, what may be done now."""

from dataclasses import dataclass
from datetime import datetime

from engine.procedure.limits import Band
from engine.run.answer import Answer
from engine.run.events import DeviationRaised
from engine.run.standing import Run
from engine.run.state import Deviation
from engine.run.view import DeviationView
from webui.present.faces import Face
from webui.present.fields import Input, input_of
from webui.present.looking import NO_MISTAKE, Look, Mistake
from webui.present.values import bounds_text, day_clock, length_text, readings_text, value_of


@dataclass(frozen=True, slots=True)
class Trouble:
    """One deviation."""

    id: str
    url: str
    what: str
    band: str  # "critical", "out_of_limits" or ""
    limits: str
    corrected: str  # that the reading was corrected since, which settles nothing
    action: str
    then: str  # what comes after the action
    done: str  # what was done about it
    done_note: str
    stage: str  # act, wait, remeasure, accept, closed, open
    word: str
    ready: str  # when a re-measure counts, as text; ISO in `ready_iso`
    ready_iso: str
    acts: frozenset[str]
    reading: Input | None
    closed: str
    accept_by: str
    command_id: str
    version: int
    csrf: str
    mistake: Mistake
    blocks: bool
    is_noted: bool  # nothing is left to do about it

    @property
    def is_open(self) -> bool:
        """Whether it still wants something."""
        return self.stage != "closed"


def acceptors(run: Run, deviation: Deviation) -> tuple[str, ...]:
    """The roles that may accept a deviation as it is: those that its step names, or whoever may accept deviations."""
    permitted = (name for name, role in run.plan.site.roles.items() if "accept_deviations" in role.may)
    return deviation.event.accept_by or tuple(permitted)


def trouble_of(look: Look, view: DeviationView, mistake: Mistake = NO_MISTAKE, *, is_named: bool = False) -> Trouble:
    """A deviation as the person may see and mend it; with `is_named`, where its step does not stand above it, by its step."""
    deviation, names, w = view.deviation, look.names, look.w
    stage = stage_of(view, look.now)
    if look.run.state.is_over and not look.run.state.review.is_back and stage != "closed":
        stage = "accept" if "accept" in view.acts else "open"  # nothing is measured after the run is over, unless it is back
    answer = reading_behind(deviation)
    failed = _failed(deviation, answer)[-1] if answer else None
    measured = deviation.cause in ("out_of_limits", "critical")
    face = _face(look, deviation.step) if measured and "remeasure" in view.acts else None
    acted = deviation.acted
    mine = mistake if mistake.deviation == deviation.id else NO_MISTAKE
    return Trouble(
        id=deviation.id,
        url=f"/runs/{look.run.state.run}/deviations/{deviation.id}",
        what=named(look, deviation, answer) if is_named else what_of(look, deviation, answer),
        band=str(deviation.event.band or "") if measured else "",
        limits=bounds_text(failed, names) if failed else "",
        corrected=_corrected(look, deviation, failed) if failed else "",
        action=action_of(look, deviation),
        then=_then(look, deviation) if stage == "act" else "",
        done=deviation.action,
        done_note=f"{names.person(acted.by)} {day_clock(acted.at, look.now, names)}" if acted else "",
        stage=stage,
        word=getattr(w, f"stage_{stage}"),
        ready=day_clock(view.ready_at, look.now, names) if view.ready_at else "",
        ready_iso=_iso(view.ready_at) if stage == "wait" else "",
        acts=view.acts,
        reading=input_of(face, look.names, mine) if face else None,
        closed=_closed(look, deviation),
        accept_by=names.roles(deviation.event.accept_by),
        command_id=look.fresh(),
        version=look.run.state.version,
        csrf=look.csrf,
        mistake=mine,
        blocks=deviation.event.blocks,
        is_noted=deviation.is_noted,
    )


def stage_of(view: DeviationView, now: datetime) -> str:
    """What a deviation wants next: act, wait, remeasure, accept; "open" where it only stays on record, "closed" when over."""
    deviation = view.deviation
    if not deviation.is_open:
        return "closed"
    if deviation.event.action and deviation.acted is None:
        return "act"
    if deviation.event.remeasure:
        return "wait" if view.ready_at and now < view.ready_at else "remeasure"
    return "accept" if deviation.event.blocks else "open"


def what_of(look: Look, deviation: Deviation, answer: Answer | None) -> str:
    """What is wrong, in one line."""
    names, w, entry = look.names, look.w, deviation.event.entry
    title = names.step(deviation.step)
    match deviation.cause:
        case "out_of_limits" | "critical":
            shown = readings_text(_failed(deviation, answer), names) if answer else ""
            return f"{title} {shown}".strip()
        case "not_done":
            colon = "：" if names.language == "zh" else ": "
            return f"{_item(look, deviation.step, entry) or title}{colon}{deviation.event.text}"
        case "ended_early":
            return str(w.ended_early).format(reason=deviation.event.text)
        case "missed_round":
            return str(w.missed_round).format(number=entry)
        case "late":
            due = datetime.fromisoformat(deviation.event.text)
            return str(w.was_late).format(due=day_clock(due, deviation.raised.at, names))
        case "out_of_order":
            return str(w.out_of_order)
        case "reported":
            return deviation.event.text


def named(look: Look, deviation: Deviation, answer: Answer | None) -> str:
    """What is wrong, with the step where that would not be clear."""
    what, title = what_of(look, deviation, answer), look.names.step(deviation.step)
    if not deviation.step or what.startswith(title):
        return what
    return f"{title}{'：' if look.names.language == 'zh' else ': '}{what}"


def _corrected(look: Look, deviation: Deviation, failed: Answer) -> str:
    state = look.run.state.step(deviation.step)
    newest = None if state.remeasured or not state.amendments else state.current
    if newest is None or not deviation.is_open or newest.number == failed.number:
        return ""
    return str(look.w.corrected_since).format(value=value_of(None, newest, look.names))


def _then(look: Look, deviation: Deviation) -> str:
    """That it is measured again once something was done, and how long after."""
    if not deviation.event.remeasure:
        return ""
    after = deviation.event.remeasure_after
    return str(look.w.measured_after).format(after=length_text(after, look.names)) if after else str(look.w.measured_then)


def action_of(look: Look, deviation: Deviation) -> str:
    """The corrective action asked for, in the look's language where the procedure still has it so."""
    return asked_for(look, deviation.event)


def asked_for(look: Look, raised: DeviationRaised) -> str:
    """The corrective action that was asked for when a deviation was raised: of the field, or of the step it belongs to."""
    plan = look.run.plan
    steps = (plan.fields.get(raised.step), plan.fields.get(plan.owner.get(raised.step, "")))
    actions = (step.on_deviation.action for step in steps if step and step.on_deviation and step.on_deviation.action)
    return next((action.into(look.names.language) for action in actions if action.zh == raised.action), raised.action)


def reading_behind(deviation: Deviation) -> Answer | None:
    """The newest reading a deviation is about."""
    if deviation.cause not in ("out_of_limits", "critical"):
        return None
    return deviation.readings[-1] if deviation.readings else deviation.reading


def _passed(deviation: Deviation) -> Answer | None:
    """The re-measure that settled it."""
    newest = deviation.readings[-1] if deviation.readings else None
    return newest if newest and deviation.closing == "cleared" and newest.band == Band.IN_LIMITS else None


def _failed(deviation: Deviation, newest: Answer) -> tuple[Answer, ...]:
    """The readings that were out of limits: the first, and those of re-measures that were no better."""
    first = deviation.reading or newest
    return (first, *(deviation.readings[:-1] if _passed(deviation) else deviation.readings))


def _face(look: Look, step: str) -> Face | None:
    owner = look.run.plan.owner.get(step, step)
    face = look.faces.get(owner)
    return face if face is None or owner == step else next((one for one in face.fields if one.id == step), None)


def _item(look: Look, step: str, entry: str) -> str:
    return next((item.title for item in look.items(step) if item.id == entry), "") if entry and step in look.faces else ""


def _closed(look: Look, deviation: Deviation) -> str:
    mark = deviation.closed
    if mark is None:
        return ""
    passed = _passed(deviation)
    word = str(look.w.cleared if deviation.closing == "cleared" else look.w.accepted)
    if passed:
        word = str(look.w.passed_again).format(value=value_of(None, passed, look.names))
    who = f"{look.names.person(mark.by)} {day_clock(mark.at, look.now, look.names)}"
    return " · ".join(part for part in (word, deviation.reason, who) if part)


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
