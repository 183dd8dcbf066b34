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

    place: Id = Field(description="The place that is closed until a run completes without an open deviation.")
    valid_for: Span = Field(description="How long it stays open, e.g. 1 day.")


class Closes(Written):
    """Closes a place that another procedure opens: when it is locked for the night, or when somebody is in danger."""

    place: Id = Field(description="The place that is closed until it is opened again.")
    at: Literal["start", "completion"] = Field(default="completion", description="When: as a run starts, or as it is completed.")


class Card(Written):
    """A reference card: reading matter one touch away from the step that needs it."""

    title: Text = Field(description="The heading of the card.")
    text: Text = Field(description="What it says.")
    covers: tuple[ClauseId, ...] = Field(default=(), description="Clauses of the source document.")


class CloseSign(Written):
    """A signature without which a case cannot be closed."""

    by: tuple[Id, ...] = Field(min_length=1, description="Roles, one of which must sign.")
    when: Condition | None = Field(default=None, description="Only then.")


class Close(Written):
    """Conditions and signatures without which a case cannot be closed."""

    when: Condition = Field(description="What must hold before the case is closed.")
    sign: tuple[CloseSign, ...] = Field(default=(), description="Signatures it takes.")
    covers: tuple[ClauseId, ...] = Field(default=(), description="Clauses of the source document.")


class Procedure(Written):
    """A standard operating procedure, `format: 1`."""

    format: Literal[1] = Field(description="The version of this language; always 1.")
    title: Text = Field(description="What staff read in the list.")
    purpose: Text | None = Field(default=None, description="One line: what it is for.")
    kind: Literal["checklist", "case", "handover"] = Field(
        default="checklist",
        description="checklist; case: lives for days and has many hands; handover: a post passes to whoever signs for it.",
    )
    place: Id = Field(description="Where it is done; a place of site.yaml.")
    done_by: tuple[Id, ...] = Field(min_length=1, description="Roles that may do it; a step may narrow this with `by`.")
    covers: tuple[ClauseId, ...] = Field(default=(), description="Clauses of the source document.")
    opens: Opens | None = Field(default=None, description="Makes it a gate for its place.")
    closes: Closes | None = Field(default=None, description="Closes a place that another procedure opens.")
    schedule: tuple[Schedule, ...] = Field(default=(), description="When it is to be run.")
    questions: tuple[Question, ...] = Field(default=(), description="What the source leaves open and a supervisor must answer.")
    rules: Rules = Field(default=(), description="Conduct that applies throughout.")
    cards: dict[Id, Card] = Field(default={}, description="Reference cards, by id.")
    reference: tuple[Id, ...] = Field(default=(), description="Reference cards, one touch away throughout and on the board.")
    parameters: dict[Id, Parameter] = Field(default={}, description="The figures, by id; steps refer to them.")
    inputs: tuple[FieldStep, ...] = Field(default=(), description="Asked when the run starts.")
    emergency: StrictBool = Field(
        default=False, description="true: offered before everything else on the board of its place, and while others run."
    )
    in_order: StrictBool = Field(
        default=False, description="true: steps done before an earlier one are recorded as out of order."
    )
    number: str | None = Field(
        default=None, pattern=r"^[A-Z]{1,6}$", description="Prefix of the number each run gets, e.g. TS for complaints."
    )
    prints: Text | None = Field(
        default=None,
        description="The named form as which the whole run prints, e.g. a handover record; sections may name others.",
    )
    review: Literal["required", "none"] = Field(
        default="required", description="none: its runs are not reviewed, unless somebody takes one up; required: each run is."
    )
    retention: Span | None = Field(
        default=None,
        description="How long personal values are kept after a run is over, e.g. 1 year; the site's default where not given.",
    )
    steps: tuple[Item, ...] = Field(min_length=1, description="Sections and steps, in order.")
    close: Close | None = Field(default=None, description="What it takes to close a case.")


def walk(procedure: Procedure) -> Iterator[tuple[Path, Step, Section | None]]:
    """Every step in order, with its path and the section it stands in."""
    for index, item in enumerate(procedure.steps):
        if isinstance(item, Section):
            for inner, step in enumerate(item.steps):
                yield ("steps", index, "steps", inner), step, item
        else:
            yield ("steps", index), item, None
