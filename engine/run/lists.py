"""Lists that are ticked item by item: those written in the procedure, and those that earlier steps of the run gave."""

from collections.abc import Iterator, Mapping

from engine.procedure.field import Check, Step
from engine.procedure.plan import Placed
from engine.procedure.step import Read
from engine.procedure.text import Text
from engine.run.answer import Answer
from engine.run.state import State
from engine.run.step_state import StepState

_SHOWN = 300  # characters of one item


def reads_open(step: Step) -> bool:
    """Whether what is open is listed when the step is read."""
    return isinstance(step, Read) and bool(step.open_items or step.open_rows)


def items_of(placed: Placed, state: State) -> Mapping[str, Text]:
    """What is ticked at a step, by id: nothing where it is done as a whole."""
    step = placed.step
    if not isinstance(step, Check):
        return {}
    if not step.items_of:
        return step.items
    return step.items | {
        id_: Text(zh=text[:_SHOWN] or "—") for name in step.items_of for id_, text in _listed(name, state.step(name))
    }


def _listed(name: str, step: StepState) -> Iterator[tuple[str, str]]:
    yield from ((one.id, one.text) for one in step.listed)
    yield from ((f"{name}.{row.number}", fields_text(row.fields)) for row in step.rows if row.fields)


def fields_text(fields: Mapping[str, Answer]) -> str:
    """A register's row in a line, as it was typed."""
    return " · ".join(_typed(answer) for answer in fields.values() if _typed(answer))


def _typed(answer: Answer) -> str:
    return answer.typed if isinstance(answer.typed, str) else " ".join(answer.typed)
