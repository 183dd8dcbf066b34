"""What every step may have, and the eight kinds that take one value.

Those eight are also the fields of forms, register rows, rounds and inputs.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Union

from pydantic import BeforeValidator, Discriminator, Field, StrictBool, StrictInt, Tag

from engine.procedure.amount import Span
from engine.procedure.condition import Condition
from engine.procedure.due import Due, Overdue
from engine.procedure.text import ClauseId, Id, ProcedureId, Text, Written


class Rule(Written):
    """Conduct that applies while a step or procedure is done: shown, not ticked."""

    rule: Text
    covers: tuple[ClauseId, ...] = ()


def _rule(value: Any) -> Any:
    if isinstance(value, Rule) or (isinstance(value, Mapping) and "rule" in value):
        return value
    return {"rule": value}


Rules = tuple[Annotated[Rule, BeforeValidator(_rule)], ...]


class Remeasure(Written):
    """A passing reading must follow; not before `after`."""

    after: Span | None = None


class OnDeviation(Written):
    """What is done when a limit is missed or the step is not done."""

    action: Text | None = None
    notify: tuple[Id, ...] = ()
    remeasure: Remeasure | None = Field(
        default=None, description="Completion is impossible until a passing reading is linked to the deviation."
    )
    accept_by: tuple[Id, ...] = Field(default=(), description="Roles that may accept the deviation, with a reason.")
    start: ProcedureId | None = Field(default=None, description="A procedure to start, linked to this run.")


def as_list(value: Any) -> Any:
    """One written thing stands for a list of one."""
    return value if isinstance(value, list | tuple) else (value,)


class Step(Written):
    """What every step may have."""

    kind: ClassVar[str]
    title: Text
    id: Id
    detail: Text | None = Field(default=None, description="How it is done, in a sentence or two.")
    rules: Rules = ()
    reference: tuple[Id, ...] = Field(default=(), description="Reference cards, one touch away.")
    when: Condition | None = None
    required: StrictBool = True
    by: tuple[Id, ...] = Field(default=(), description="Roles that may do this step; narrows the procedure's done_by.")
    evidence: Literal["photo"] | None = None
    due: Annotated[tuple[Due, ...], BeforeValidator(as_list)] = ()
    overdue: Overdue | None = None
    on_deviation: OnDeviation | None = None
    covers: tuple[ClauseId, ...] = ()


class Check(Step):
    """Something done and confirmed. `items` are ticked one by one."""

    kind: ClassVar[str] = "check"
    title: Text = Field(alias="check")
    items: dict[Id, Text] = Field(default={}, description="A list ticked item by item, e.g. every machine of the gym.")


class Measure(Step):
    """A reading, judged by its parameter."""

    kind: ClassVar[str] = "measure"
    title: Text = Field(alias="measure")
    parameter: Id
    instrument: Text | None = None


class Count(Step):
    """A whole number, zero or more."""

    kind: ClassVar[str] = "count"
    title: Text = Field(alias="count")
    unit: Text | None = None
    at_least: Annotated[StrictInt, Field(ge=0)] = 0
    at_most: Annotated[StrictInt, Field(ge=0)] = 999_999


class Choose(Step):
    """One option, or several with `many`. Options are ids with titles."""

    kind: ClassVar[str] = "choose"
    title: Text = Field(alias="choose")
    options: dict[Id, Text] = Field(min_length=2)
    many: StrictBool = False


class Note(Step):
    """A text."""

    kind: ClassVar[str] = "note"
    title: Text = Field(alias="note")
    lines: Annotated[StrictInt, Field(ge=1, le=20)] = 1
    pattern: Literal["phone", "room_number", "id_last4", "email"] | None = None


class Moment(Step):
    """A date, a time of day, or both, in the site's zone."""

    kind: ClassVar[str] = "moment"
    title: Text = Field(alias="moment")
    gives: Literal["date", "time", "date_and_time"] = "date_and_time"


class Person(Step):
    """Somebody on the staff."""

    kind: ClassVar[str] = "person"
    title: Text = Field(alias="person")
    role: Id | None = None


class Photo(Step):
    """One or more pictures."""

    kind: ClassVar[str] = "photo"
    title: Text = Field(alias="photo")
    at_least: Annotated[StrictInt, Field(ge=1, le=20)] = 1


def kind_of(value: Any, kinds: Mapping[str, type[Any]]) -> str | None:
    """The one kind key of a written step, or None where there is none or more than one."""
    if isinstance(value, Written):
        return getattr(value, "kind", "section")
    if not isinstance(value, Mapping):
        return None
    found = [key for key in value if key in kinds]
    return found[0] if len(found) == 1 else None


FIELD_KINDS: dict[str, type[Step]] = {kind.kind: kind for kind in (Check, Measure, Count, Choose, Note, Moment, Person, Photo)}
AnyField = Union[  # noqa: UP007
    Annotated[Check, Tag("check")],
    Annotated[Measure, Tag("measure")],
    Annotated[Count, Tag("count")],
    Annotated[Choose, Tag("choose")],
    Annotated[Note, Tag("note")],
    Annotated[Moment, Tag("moment")],
    Annotated[Person, Tag("person")],
    Annotated[Photo, Tag("photo")],
]
FieldStep = Annotated[
    AnyField,
    Discriminator(lambda value: kind_of(value, FIELD_KINDS), custom_error_type="field_kind", custom_error_message="no kind"),
]
