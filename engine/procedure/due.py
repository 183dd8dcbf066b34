"""When a step is due and what happens when it is not done by then, as written.

Each form has one telling key: `within`, `before`, `same_day_as`, `by`, `at`, `first_of`, `last_of`.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal, Union

from pydantic import Discriminator, Field, Tag

from engine.procedure.amount import Clock, Span
from engine.procedure.condition import Condition
from engine.procedure.text import Id, Written

Counting = Literal["calendar_days", "working_days"]


class _Due(Written):
    when: Condition | None = Field(default=None, description="Only then; in a list, the first that holds applies.")


class Within(_Due):
    """A length of time after a step, or after `start` of the run."""

    within: Span = Field(description="How long, e.g. 10 min, 2 days.")
    after: Id = Field(description="The step (or start) from which it counts.")
    counting: Counting = Field(default="calendar_days", description="calendar_days, or working_days of the site.")


class Before(_Due):
    """A length of time before a moment that was given."""

    before: Span = Field(description="How long before, e.g. 2 weeks.")
    of: Id = Field(description="The input or moment step that says when.")
    counting: Counting = Field(default="calendar_days", description="calendar_days, or working_days of the site.")


class SameDayAs(_Due):
    """By the end of the day on which a step was answered (or the run started)."""

    same_day_as: Id = Field(description="The step (or start) whose day it is.")


class By(_Due):
    """By a time of day on the day the run started."""

    by: Clock = Field(description='A time of day, quoted: "08:00".')


class At(_Due):
    """By a moment that was given: an input or a `moment` step."""

    at: Id = Field(description="The input or moment step that says when.")


class FirstOf(_Due):
    """The earliest of several that is known."""

    first_of: tuple["Due", ...] = Field(min_length=2, description="At least two deadlines; the earliest known counts.")


class LastOf(_Due):
    """The latest of several, once all are known."""

    last_of: tuple["Due", ...] = Field(min_length=2, description="At least two deadlines; the latest counts.")


FORMS = ("within", "before", "same_day_as", "by", "at", "first_of", "last_of")
_CLASSES = (Within, Before, SameDayAs, By, At, FirstOf, LastOf)


def _form(value: Any) -> str | None:
    if isinstance(value, _Due):
        return FORMS[_CLASSES.index(type(value))]
    if not isinstance(value, Mapping):
        return None
    return next((form for form in FORMS if form in value), None)


Due = Annotated[
    Union[  # noqa: UP007 - forward references need the spelled-out form
        Annotated[Within, Tag("within")],
        Annotated[Before, Tag("before")],
        Annotated[SameDayAs, Tag("same_day_as")],
        Annotated[By, Tag("by")],
        Annotated[At, Tag("at")],
        Annotated[FirstOf, Tag("first_of")],
        Annotated[LastOf, Tag("last_of")],
    ],
    Discriminator(_form, custom_error_type="due_form", custom_error_message="not a due time"),
]
FirstOf.model_rebuild()
LastOf.model_rebuild()


class Then(Written):
    """The next step of an escalation: so long after the deadline, tell these."""

    after: Span = Field(description="So long after the deadline.")
    notify: tuple[Id, ...] = Field(min_length=1, description="Roles that are told then.")
    then: "Then | None" = Field(default=None, description="The next step of the escalation.")


class Overdue(Written):
    """Who is told when a deadline passes, who after that, and who may grant more time."""

    warn: Span | None = Field(
        default=None,
        description="How long before the deadline whoever holds the step is warned; a quarter of the time where not given.",
    )
    notify: tuple[Id, ...] = Field(default=(), description="Roles that are told at once.")
    then: Then | None = Field(default=None, description="Who is told if it goes on.")
    extend_by: tuple[Id, ...] = Field(default=(), description="Roles that may grant more time, with a reason.")

    def levels(self) -> Iterator[tuple[timedelta, tuple[str, ...]]]:
        """The steps of the escalation: so long after the deadline, tell these roles. The first is the deadline itself."""
        yield timedelta(), self.notify
        step = self.then
        while step is not None:
            yield step.after.least, step.notify
            step = step.then

    def roles(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Every role named, with its path from here."""
        for index, role in enumerate(self.notify):
            yield ("notify", index), role
        for index, role in enumerate(self.extend_by):
            yield ("extend_by", index), role
        path: tuple[str | int, ...] = ()
        step = self.then
        while step is not None:
            path = (*path, "then")
            for index, role in enumerate(step.notify):
                yield (*path, "notify", index), role
            step = step.then


def names_in(due: "Due") -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every step or input a due time depends on, with its path from here."""
    match due:
        case Within():
            yield ("after",), due.after
        case Before():
            yield ("of",), due.of
        case SameDayAs():
            yield ("same_day_as",), due.same_day_as
        case At():
            yield ("at",), due.at
        case FirstOf() | LastOf():
            key = "first_of" if isinstance(due, FirstOf) else "last_of"
            for index, part in enumerate(due.first_of if isinstance(due, FirstOf) else due.last_of):
                yield from (((key, index, *path), name) for path, name in names_in(part))
        case _:
            pass  # a time of day depends on nothing
