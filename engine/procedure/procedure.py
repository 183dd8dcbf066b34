"""One procedure as written: header, parameters, inputs, sections and steps; as a case, also when it may be closed."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, StrictBool

from engine.procedure.amount import Span
from engine.procedure.condition import Condition
from engine.procedure.field import FieldStep, Rules, Step
from engine.procedure.limits import Question
from engine.procedure.parameter import Parameter
from engine.procedure.problem import Path
from engine.procedure.schedule import Schedule
from engine.procedure.step import Item, Section
from engine.procedure.text import ClauseId, Id, Text, Written


class Opens(Written):
    """Makes the procedure a gate: its place is closed until a run completes without an open deviation."""

    place: Id
    valid_for: Span


class Card(Written):
    """A reference card: reading matter one touch away from the step that needs it."""

    title: Text
    text: Text
    covers: tuple[ClauseId, ...] = ()


class CloseSign(Written):
    """A signature without which a case cannot be closed."""

    by: tuple[Id, ...] = Field(min_length=1)
    when: Condition | None = None


class Close(Written):
    """Conditions and signatures without which a case cannot be closed."""

    when: Condition
    sign: tuple[CloseSign, ...] = ()
    covers: tuple[ClauseId, ...] = ()


class Procedure(Written):
    """A standard operating procedure, `format: 1`."""

    format: Literal[1]
    title: Text
    purpose: Text | None = None
    kind: Literal["checklist", "case"] = "checklist"
    place: Id
    done_by: tuple[Id, ...] = Field(min_length=1, description="Roles that may do it; a step may narrow this with `by`.")
    covers: tuple[ClauseId, ...] = Field(default=(), description="Clauses of the source document.")
    opens: Opens | None = None
    schedule: tuple[Schedule, ...] = ()
    questions: tuple[Question, ...] = ()
    rules: Rules = ()
    cards: dict[Id, Card] = {}
    parameters: dict[Id, Parameter] = {}
    inputs: tuple[FieldStep, ...] = Field(default=(), description="Asked when the run starts.")
    in_order: StrictBool = False
    number: str | None = Field(
        default=None, pattern=r"^[A-Z]{1,6}$", description="Prefix of the number each run gets, e.g. TS for complaints."
    )
    steps: tuple[Item, ...] = Field(min_length=1)
    close: Close | None = None


def walk(procedure: Procedure) -> Iterator[tuple[Path, Step, Section | None]]:
    """Every step in order, with its path and the section it stands in."""
    for index, item in enumerate(procedure.steps):
        if isinstance(item, Section):
            for inner, step in enumerate(item.steps):
                yield ("steps", index, "steps", inner), step, item
        else:
            yield ("steps", index), item, None
