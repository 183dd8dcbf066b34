"""The rows of readings: what was measured or counted, when, by whom, and what became of it."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.procedure.field import Count, Measure
from engine.procedure.step import fields_of
from engine.run.answer import Answer
from engine.run.events import Happened, RoundDone, RowAdded, StepAmended, StepAnswered, StepRemeasured
from engine.run.standing import Run

Row = dict[str, Any]


def reading_rows(run: Run, one: Happened) -> Iterator[Row]:
    """What an event says of readings."""
    event = one.event
    match event:
        case StepAnswered():
            yield from _numbers(run, one, _named(event.step, event.answer) | dict(event.fields), "")
        case StepAmended():
            left = _named(event.step, event.answer) | dict(event.fields)
            yield from _taken_back(run, one, event, left)
            yield from _numbers(run, one, left, str(event.row or ""))
        case StepRemeasured():
            yield from _numbers(run, one, {event.step: event.answer}, "")
        case RoundDone() | RowAdded():
            number = event.round if isinstance(event, RoundDone) else event.row
            yield from _numbers(run, one, dict(event.fields), str(number))
        case _:
            pass


def _named(step: str, answer: Answer | None) -> dict[str, Answer]:
    return {step: answer} if answer else {}


def _numbers(run: Run, one: Happened, answers: dict[str, Answer], entry: str) -> Iterator[Row]:
    for name, answer in answers.items():
        if answer.number is not None:
            value = {"value": format(answer.number, "f"), "number": float(answer.number), "unit": answer.unit}
            yield _reading(run, one, name, entry) | value | {"band": str(answer.band) if answer.band else None}


def _taken_back(run: Run, one: Happened, event: StepAmended, left: Mapping[str, Answer]) -> Iterator[Row]:
    """Readings that an amendment took back or left out: their rows stay, without a value."""
    placed = run.plan.by_id.get(event.step)
    if placed is None:
        return
    fields = fields_of(placed.step) or (placed.step,)
    for name in (field.id for field in fields if isinstance(field, Measure | Count) and field.id not in left):
        nothing = {"value": None, "number": None, "unit": None, "band": None}
        yield _reading(run, one, name, str(event.row or "")) | nothing


def _reading(run: Run, one: Happened, name: str, entry: str) -> Row:
    """The row of a reading. A re-measure, and whatever corrects it, stands beside what was read before it."""
    step, deviation = run.plan.fields.get(name), run.state.remeasures.get((one.seq, name))
    return {
        "run": run.state.run,
        "step": name,
        "entry": deviation or entry,
        "parameter": step.parameter if isinstance(step, Measure) else name,
        "at": one.recorded_at,
        "by": one.by,
        "place": run.state.started.place,
        "procedure": run.state.started.procedure,
        "deviation": deviation,
        "amended_at": one.recorded_at if isinstance(one.event, StepAmended) else None,
    }
