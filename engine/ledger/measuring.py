"""The rows of readings: what was measured or counted, when, by whom, and what became of it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.procedure.field import Count, Measure
from engine.procedure.step import fields_of
from engine.run.answer import Answer
from engine.run.events import Happened, RoundDone, RowAdded, StepAmended, StepAnswered, StepRemeasured
from engine.run.standing import Run

Row = dict[str, Any]


def reading_rows(run: Run, one: Happened) -> Iterable[Row]:
    """What an event says of readings."""
    event = one.event
    match event:
        case StepAnswered():
            return _numbers(run, one, _named(event.step, event.answer) | dict(event.fields), "")
        case StepAmended():
            left = _named(event.step, event.answer) | dict(event.fields)
            return (*_taken_back(run, one, event, left), *_numbers(run, one, left, str(event.row or "")))
        case StepRemeasured():
            return _numbers(run, one, {event.step: event.answer}, "")
        case RoundDone() | RowAdded():
            number = event.round if isinstance(event, RoundDone) else event.row
            return _numbers(run, one, dict(event.fields), str(number))
        case _:
            return ()


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


def ever_read(rows: Iterable[Row], before: Run | None) -> Iterator[Row]:
    """The rows without those that take back what was not there: a field that was left out has no reading, and once a correction
    fills it in that is when it was read. `before`: the run before these rows; None where they are all it ever had.
    """
    known: dict[tuple[str, str], bool] = {}
    for row in rows:
        key = row["step"], row["entry"]
        is_there = known[key] if key in known else before is not None and _was_read(before, *key)
        known[key] = row["value"] is not None
        if known[key] or is_there:
            yield row


def _was_read(before: Run, name: str, entry: str) -> bool:
    """Whether a reading stood there: of a row or round, of a re-measure, or of the step or field itself."""
    owner = before.plan.owner.get(name) or name
    rows = [row.fields for row in before.state.step(owner).rows if str(row.number) == entry]
    answer = rows[0].get(name) if rows else before.state.newest(name, owner)
    return answer is not None and answer.number is not None


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
