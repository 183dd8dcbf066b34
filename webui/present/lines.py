"""What the line of a step says when it is closed: its state as a tone and a word, and what is recorded, in a few words."""

from engine.procedure.step import Register, Rounds
from engine.run.view import StepView
from webui.present.faces import Face
from webui.present.looking import Look
from webui.present.troubles import stage_of
from webui.present.values import lasted_text, readings_text, value_of


def tone_of(look: Look, view: StepView) -> tuple[str, str]:
    """The state of a step as one of the tones, and its word."""
    w = look.w
    if view.status == "not_asked":
        return "off", w.tone_off
    open_ones = [one for one in view.deviations if one.deviation.is_open]
    if open_ones:
        stage = stage_of(next((one for one in open_ones if one.deviation.event.blocks), open_ones[0]), look.now)
        return "deviation", getattr(w, f"stage_{stage}")
    match view.status:
        case "answered" if view.state.proposed and not look.run.state.is_over:
            return "waiting", w.tone_proposed
        case "answered" if isinstance(view.placed.step, Register) and not view.state.rows:
            return "due", w.any_time  # nothing to enter is not the same as done
        case "answered":
            return "done", w.tone_done
        case "not_done":
            return "skipped", w.tone_not_done
        case "not_applicable":
            return "skipped", w.tone_na
        case "undecided":
            return "later", w.tone_later
        case "handed":
            return "waiting", w.tone_handed
        case "begun" if view.ready_at and look.now < view.ready_at:
            return "waiting", w.tone_running
        case "begun" if view.ready_at and not view.is_overdue:
            return "due", look.ready_word(view.placed.step.kind)
        case _:
            return ("overdue", w.tone_overdue) if view.is_overdue else ("due", w.tone_due)


def value_line(look: Look, face: Face, view: StepView) -> str:
    """What is recorded, in a few words."""
    state, w = view.state, look.w
    answer = state.current
    if view.status == "undecided":
        first = [look.names.step(name) for name in _waits_for(look, view)][:2]
        return str(w.waits_for).format(names=look.names.listed(first)) if first else ""
    if state.outcome in ("not_done", "not_applicable"):
        return state.reason
    if answer is not None and face.kind != "check":
        if face.is_drawn:
            return str(w.did_sign)
        if state.answer and state.remeasured:
            return readings_text((state.answer, state.remeasured), look.names)
        shown = value_of(face.step, answer, look.names)
        return str(w.photo_count).format(count=shown) if face.kind == "photo" else shown
    if state.items:
        items = look.items(face.id)
        return f"{sum(1 for item in items if state.items.get(item.id) == 'done')}/{len(items)}"
    if state.rows:
        count = sum(1 for row in state.rows if row.fields)
        return str(w.round_count if isinstance(face.step, Rounds) else w.row_count).format(count=count)
    if state.begun_at is not None and state.ended_at is not None:
        return lasted_text(state.ended_at - state.begun_at, look.names)
    return ""


def _waits_for(look: Look, view: StepView) -> tuple[str, ...]:
    """What must be answered first, of what is asked itself: what its condition asks for, or what lists its items.

    What may be left out is named only where nothing else decides about a step that is required.
    """
    run = look.run
    owners = ((name, run.plan.owner.get(name, "")) for name in view.waits_for or view.placed.lists)
    asked = [(name, run.plan.by_id[owner].step.required) for name, owner in owners if owner and run.is_asked(owner)]
    required = tuple(name for name, is_required in asked if is_required)
    return required or (tuple(name for name, _ in asked) if view.placed.step.required else ())
