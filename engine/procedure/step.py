"""The sixteen kinds of step, each a sentence in YAML whose key is its kind: `- measure: 水温`, and the sections they stand in.

A step says what is asked; what was answered lives in `engine.run`. The eight kinds of one value are in `field`.
"""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal, Union

from pydantic import ConfigDict, Discriminator, Field, StrictBool, StrictInt, Tag, model_validator
from pydantic_core import PydanticCustomError

from engine.procedure.amount import Span
from engine.procedure.condition import Condition
from engine.procedure.due import Overdue
from engine.procedure.field import (
    FIELD_KINDS,
    AnyField,
    Check,
    Choose,
    Count,
    Dues,
    FieldStep,
    Measure,
    Moment,
    Note,
    Person,
    Photo,
    Rules,
    Step,
    kind_of,
)
from engine.procedure.text import ClauseId, Id, ProcedureId, Text, Written, one_of

Happened = Literal["shift", "day", "week", "month", "quarter"]
"""A span that ends when it is read: the shift, the day, the week from Monday, the month, the quarter."""

__all__ = ["Check", "Choose", "Count", "Measure", "Moment", "Note", "Person", "Photo", "Step"]


class Wait(Step):
    """A timed work. Its length comes from a parameter's target or low limit, or from `at_least`."""

    model_config = ConfigDict(json_schema_extra={"allOf": [one_of("parameter", "at_least")]})

    kind: ClassVar[str] = "wait"
    title: Text = Field(alias="wait", description="Timed work that must last.")
    parameter: Id | None = Field(default=None, description="The parameter whose lower limit is its length.")
    at_least: Span | None = Field(default=None, description="Its length, where no parameter holds it.")

    @model_validator(mode="after")
    def _one_length(self) -> "Wait":
        if (self.parameter is None) == (self.at_least is None):
            raise PydanticCustomError("wait_length", "needs parameter or at_least, not both")
        return self


class Sign(Step):
    """A signature: name, role, meaning, and the PIN once more."""

    kind: ClassVar[str] = "sign"
    title: Text = Field(alias="sign", description="What is signed for.")
    meaning: Literal["read", "done", "verified", "approved", "received"] = Field(
        default="done", description="What the signature means."
    )
    drawn: StrictBool = Field(default=False, description="Also asks for a signature drawn with the finger.")


class HandTo(Step):
    """Passes the work to a role or department, which acknowledges receipt: two people, two events."""

    kind: ClassVar[str] = "hand_to"
    title: Text = Field(alias="hand_to", description="The work that is passed on.")
    to: tuple[Id, ...] = Field(min_length=1, description="Roles or departments of the site, any of which may receive it.")


class Start(Step):
    """Another procedure, started from here and linked."""

    kind: ClassVar[str] = "start"
    title: Text = Field(alias="start", description="Why another procedure is started.")
    procedure: ProcedureId = Field(description="The procedure that is started, e.g. pool/rescue.")


class Read(Step):
    """That a text, what the last shift left open, or what happened lately was read."""

    kind: ClassVar[str] = "read"
    title: Text = Field(alias="read", description="What must be read.")
    text: Text | None = Field(default=None, description="The text itself.")
    open_items: StrictBool = Field(default=False, description="Shows what is open: deviations, running runs, promises, gates.")
    open_rows: tuple[Id, ...] = Field(default=(), description="Shows the rows of these books that nobody has closed yet.")
    happened: Happened | None = Field(
        default=None,
        description="Shows what happened at the whole site in this span: runs, times missed, deviations, rows of books.",
    )


class Rounds(Step):
    """A series: one entry every so often between start and stop; a missed one is recorded as missed."""

    kind: ClassVar[str] = "rounds"
    title: Text = Field(alias="rounds", description="What is looked after in rounds.")
    every: Span = Field(description="The time from one round to the next, e.g. 10 min.")
    steps: tuple[FieldStep, ...] = Field(min_length=1, description="What is asked in each round.")
    at_least: Annotated[StrictInt, Field(ge=0)] = Field(default=1, description="Entries without which it cannot be stopped.")


class Register(Step):
    """Rows written into a named book of the site. Fields come from the book unless given here."""

    kind: ClassVar[str] = "register"
    title: Text = Field(alias="register", description="What is entered.")
    book: Id = Field(description="The register book of site.yaml the rows go into.")
    fields_: tuple[FieldStep, ...] = Field(
        default=(), alias="fields", description="The columns; those of the book where not given."
    )
    at_least: Annotated[StrictInt, Field(ge=0)] = Field(default=1, description="Rows needed before the step counts as done.")


class Form(Step):
    """A group of fields filled together and printed as a named form."""

    kind: ClassVar[str] = "form"
    title: Text = Field(alias="form", description="The form.")
    fields_: tuple[FieldStep, ...] = Field(alias="fields", min_length=1, description="What the form asks.")
    name: Text | None = Field(
        default=None,
        description="What it is called on paper where that differs from the step's title: the form, or its part of a larger one.",
    )
    prints: Text | None = Field(
        default=None,
        description="The named form on paper it belongs to; all that print the same name make one form, in order.",
    )


STEP_KINDS: dict[str, type[Step]] = FIELD_KINDS | {
    kind.kind: kind for kind in (Wait, Rounds, Register, Form, HandTo, Sign, Start, Read)
}
AnyStep = Union[  # noqa: UP007
    AnyField,
    Annotated[Wait, Tag("wait")],
    Annotated[Rounds, Tag("rounds")],
    Annotated[Register, Tag("register")],
    Annotated[Form, Tag("form")],
    Annotated[HandTo, Tag("hand_to")],
    Annotated[Sign, Tag("sign")],
    Annotated[Start, Tag("start")],
    Annotated[Read, Tag("read")],
]


class Section(Written):
    """A titled group of steps, which may apply only sometimes, belong to some roles, or be due together."""

    title: Text = Field(alias="section", description="The heading of a group of steps.")
    when: Condition | None = Field(default=None, description="Only then are these steps asked.")
    by: tuple[Id, ...] = Field(default=(), description="Roles that may do these steps.")
    by_other_than: tuple[Id, ...] = Field(
        default=(), description="Earlier steps: whoever did one of them does none of these, nor the other way round."
    )
    due: Dues = Field(default=(), description="When all of them must be done.")
    overdue: Overdue | None = Field(default=None, description="Who is told when they are late.")
    in_order: StrictBool = Field(default=False, description="Steps done before an earlier one are recorded as out of order.")
    rules: Rules = Field(default=(), description="Conduct that applies to these steps.")
    prints: Text | None = Field(default=None, description="The named form on paper on which what is done here stands.")
    covers: tuple[ClauseId, ...] = Field(default=(), description="Clauses of the source document.")
    steps: tuple[
        Annotated[
            AnyStep,
            Discriminator(
                lambda value: kind_of(value, STEP_KINDS), custom_error_type="step_kind", custom_error_message="no kind"
            ),
        ],
        ...,
    ] = Field(min_length=1, description="The steps, in order.")


_ITEM_KINDS: dict[str, type[Any]] = STEP_KINDS | {"section": Section}
Item = Annotated[
    Union[AnyStep, Annotated[Section, Tag("section")]],  # noqa: UP007
    Discriminator(lambda value: kind_of(value, _ITEM_KINDS), custom_error_type="step_kind", custom_error_message="no kind"),
]


def fields_of(step: Step) -> tuple[Step, ...]:
    """The fields inside a form, register or rounds step; empty for the rest."""
    match step:
        case Form() | Register():
            return step.fields_
        case Rounds():
            return step.steps
        case _:
            return ()


def fields_key(step: Step) -> str:
    """The YAML key under which `fields_of` are written."""
    return "steps" if isinstance(step, Rounds) else "fields"


def with_fields(steps: tuple[Step, ...]) -> Iterator[Step]:
    """Each step followed by its fields."""
    for step in steps:
        yield step
        yield from fields_of(step)
