"""What every step may have, and the eight kinds that take one value.

Those eight are also the fields of forms, register rows, rounds and inputs.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Union

from pydantic import BeforeValidator, Discriminator, Field, GetJsonSchemaHandler, StrictBool, StrictInt, Tag
from pydantic_core import CoreSchema

from engine.procedure.amount import Span
from engine.procedure.condition import Condition
from engine.procedure.due import Due, Overdue
from engine.procedure.text import ClauseId, Id, ProcedureId, Text, Written


class Rule(Written):
    """Conduct that applies while a step or procedure is done: shown, not ticked."""

    rule: Text = Field(description="The rule, as shown.")
    covers: tuple[ClauseId, ...] = Field(default=(), description="Clauses of the source document this rule comes from.")


class _OrList:
    """For editors: one thing may stand for a list of one."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        found = handler(schema)
        return {"anyOf": [found["items"], found]}


class _OrText:
    """For editors: a text alone may stand for a rule."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        texts = {"zh": {"type": "string"}, "en": {"type": "string"}}
        mapping = {"type": "object", "properties": texts, "required": ["zh"], "additionalProperties": False}
        return {"anyOf": [{"type": "string", "minLength": 1}, mapping, handler(schema)]}


def _rule(value: Any) -> Any:
    if isinstance(value, Rule) or (isinstance(value, Mapping) and "rule" in value):
        return value
    return {"rule": value}


Rules = tuple[Annotated[Rule, BeforeValidator(_rule), _OrText()], ...]


class Remeasure(Written):
    """A passing reading must follow; not before `after`."""

    after: Span | None = Field(default=None, description="Not before so long after the correction, e.g. 15 min.")


class OnDeviation(Written):
    """What is done when a limit is missed or the step is not done."""

    action: Text | None = Field(default=None, description="What to do at once; shown where the reading was typed.")
    notify: tuple[Id, ...] = Field(default=(), description="Roles that are told.")
    remeasure: Remeasure | None = Field(
        default=None, description="Completion is impossible until a passing reading is linked to the deviation."
    )
    accept_by: tuple[Id, ...] = Field(default=(), description="Roles that may accept the deviation, with a reason.")
    start: ProcedureId | None = Field(default=None, description="A procedure to start, linked to this run.")


def as_list(value: Any) -> Any:
    """One written thing stands for a list of one."""
    return value if isinstance(value, list | tuple) else (value,)


Dues = Annotated[tuple[Due, ...], BeforeValidator(as_list), _OrList()]


class Step(Written):
    """What every step may have."""

    kind: ClassVar[str]
    title: Text
    id: Id
    detail: Text | None = Field(default=None, description="How it is done, in a sentence or two.")
    rules: Rules = Field(default=(), description="Conduct shown with the step, not ticked.")
    reference: tuple[Id, ...] = Field(default=(), description="Reference cards, one touch away.")
    when: Condition | None = Field(
        default=None, description="Only then is the step asked; names an earlier step, an input or a fact."
    )
    required: StrictBool = Field(default=True, description="false: the run can be completed without it.")
    by: tuple[Id, ...] = Field(default=(), description="Roles that may do this step; narrows the procedure's done_by.")
    by_other_than: tuple[Id, ...] = Field(
        default=(), description="Earlier steps: whoever did one of them does not do this, nor the other way round."
    )
    evidence: Literal["photo"] | None = Field(default=None, description="photo: the step needs a picture as evidence.")
    due: Dues = Field(
        default=(), description="When it must be done; one deadline, or a list of which the first that applies counts."
    )
    overdue: Overdue | None = Field(default=None, description="Who is told when it is late, and who may grant more time.")
    on_deviation: OnDeviation | None = Field(
        default=None, description="What happens when a limit is missed or the step is not done."
    )
    covers: tuple[ClauseId, ...] = Field(default=(), description="Clauses of the source document this step carries out.")


class Check(Step):
    """Something done and confirmed. `items` are ticked one by one."""

    kind: ClassVar[str] = "check"
    title: Text = Field(alias="check", description="Something to do and confirm.")
    items: dict[Id, Text] = Field(default={}, description="A list ticked item by item, e.g. every machine of the gym.")
    items_of: tuple[Id, ...] = Field(
        default=(),
        description="Earlier steps whose lists are ticked here item by item: what a `read` found open, a register's rows.",
    )


class Measure(Step):
    """A reading, judged by its parameter."""

    kind: ClassVar[str] = "measure"
    title: Text = Field(alias="measure", description="Something to read off; judged by its parameter.")
    parameter: Id = Field(description="The parameter that holds its unit and limits.")
    instrument: Text | None = Field(default=None, description="What it is measured with.")


class Count(Step):
    """A whole number, zero or more."""

    kind: ClassVar[str] = "count"
    title: Text = Field(alias="count", description="Something to count.")
    unit: Text | None = Field(default=None, description="What is counted, e.g. 件.")
    at_least: Annotated[StrictInt, Field(ge=0)] = Field(default=0, description="The smallest number accepted.")
    at_most: Annotated[StrictInt, Field(ge=0)] = Field(default=999_999, description="The largest number accepted.")


class Proposal(Written):
    """Another option that time itself proposes; a person confirms it or says why not."""

    option: Id = Field(description="The option that is proposed.")
    due: Due = Field(description="When, if the run is still open then and another option stands.")
    because: Text = Field(description="Why, as shown to whoever decides.")
    notify: tuple[Id, ...] = Field(default=(), description="Roles that are told; those of the step where not given.")


class Private(Step):
    """What may hold a value about a person: `personal` values are kept apart from the record, so that they can be erased."""

    personal: StrictBool = Field(
        default=False,
        description="true: about a person; kept apart from the record and erased when its retention is over, or on request.",
    )


class Choose(Private):
    """One option, or several with `many`. Options are ids with titles."""

    kind: ClassVar[str] = "choose"
    title: Text = Field(alias="choose", description="A question with options.")
    options: dict[Id, Text] = Field(min_length=2, description="Option ids with their titles; at least two.")
    many: StrictBool = Field(default=False, description="true: several options may be chosen.")
    propose: tuple[Proposal, ...] = Field(
        default=(), description="Options that time proposes, e.g. major after a month unresolved; a person confirms."
    )


class Note(Private):
    """A text."""

    kind: ClassVar[str] = "note"
    title: Text = Field(alias="note", description="A text to write.")
    lines: Annotated[StrictInt, Field(ge=1, le=20)] = Field(default=1, description="How many lines the field shows.")
    pattern: Literal["phone", "room_number", "id_last4", "email"] | None = Field(
        default=None, description="A form the text must have."
    )


class Moment(Private):
    """A date, a time of day, or both, in the site's zone."""

    kind: ClassVar[str] = "moment"
    title: Text = Field(alias="moment", description="A date or time to give.")
    gives: Literal["date", "time", "date_and_time"] = Field(default="date_and_time", description="date, time, or date_and_time.")
    lies: Literal["past", "future"] | None = Field(
        default=None, description="past: refused while it is still to come (a time alone never is); future: no “now” is offered."
    )


class Person(Private):
    """Somebody on the staff."""

    kind: ClassVar[str] = "person"
    title: Text = Field(alias="person", description="Somebody on the staff to name.")
    role: Id | None = Field(default=None, description="Only people in this role.")


class Photo(Private):
    """One or more pictures."""

    kind: ClassVar[str] = "photo"
    title: Text = Field(alias="photo", description="A picture to take.")
    at_least: Annotated[StrictInt, Field(ge=1, le=20)] = Field(default=1, description="How many pictures at least.")
    drawn: StrictBool = Field(default=False, description="Drawn with the finger: the signature of somebody not on the staff.")


def kind_of(value: Any, kinds: Mapping[str, type[Any]]) -> str | None:
    """The one kind key of a written step, or None where there is none or more than one."""
    if isinstance(value, Written):
        return getattr(value, "kind", "section")
    if not isinstance(value, Mapping):
        return None
    found = [key for key in value if key in kinds]
    return found[0] if len(found) == 1 else None


def is_personal(step: Step | None) -> bool:
    """Whether what is answered there is about a person."""
    return isinstance(step, Private) and step.personal


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
