"""When a whole procedure is to be run, as written. The clock that drives it lives elsewhere."""

from datetime import datetime
from typing import Annotated, Any, Literal

from dateutil.rrule import rrulestr
from pydantic import AfterValidator, ConfigDict, Field, StrictInt, StrictStr, model_validator
from pydantic_core import PydanticCustomError

from engine.procedure.amount import Clock, Span
from engine.procedure.text import ClauseId, Id, Written, one_of

Every = Literal["hour", "day", "weekday", "week", "month", "quarter"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


_ANY_START = datetime(2024, 1, 1)


def _rrule(text: str) -> str:
    try:
        rrulestr(text, dtstart=_ANY_START)  # else the rule is read from now on, and may be right or wrong by the hour
    except (ValueError, TypeError, AttributeError, KeyError):
        raise PydanticCustomError("rrule_form", "not a recurrence rule") from None
    return text


def _where(every: tuple[str, ...], days: str) -> dict[str, Any]:
    """For editors: what days are called where it repeats so."""
    is_so = {"required": ["every"], "properties": {"every": {"enum": list(every)}}}
    return {"if": is_so, "then": {"properties": {"on": {"items": {"type": days}}}}}


_ON: tuple[Any, ...] = (
    {
        "if": {"required": ["on"], "properties": {"on": {"minItems": 1}}},
        "then": {"required": ["every"], "properties": {"every": {"enum": ["week", "month", "quarter"]}}},
    },
    _where(("week",), "string"),
    _where(("month", "quarter"), "integer"),
)


class Schedule(Written):
    """One line of a schedule. `every` in words, or `rrule` (RFC 5545) for anything else; day 30 of a short month is its last."""

    model_config = ConfigDict(json_schema_extra={"allOf": [one_of("every", "rrule"), *_ON]})

    every: Every | None = Field(default=None, description="How often.")
    on: tuple[Weekday | Annotated[StrictInt, Field(ge=1, le=31)], ...] = Field(
        default=(), description="Days of the week (mon…sun) or of the month (1-31)."
    )
    rrule: Annotated[StrictStr, AfterValidator(_rrule)] | None = Field(
        default=None, description="A recurrence rule (RFC 5545) for anything else."
    )
    at: Clock | None = Field(default=None, description='When it is due to start, quoted: "06:30".')
    finish_by: Clock | None = Field(default=None, description="When it must be finished.")
    missed_after: Clock | None = Field(default=None, description="When one that was not started counts as missed.")
    shift: Id | None = Field(default=None, description="The shift it belongs to.")
    season: Id | None = Field(default=None, description="Only in this season.")
    within: Span | None = Field(default=None, description="How long after `at` it may be finished, where no clock time is given.")
    by: tuple[Id, ...] = Field(default=(), description="Roles it falls to; those of done_by where not given.")
    notify: tuple[Id, ...] = Field(default=(), description="Roles that are told when it is late or missed.")
    covers: tuple[ClauseId, ...] = Field(default=(), description="Clauses of the source document.")

    @model_validator(mode="after")
    def _one_rule(self) -> "Schedule":
        if (self.every is None) == (self.rrule is None):
            raise PydanticCustomError("schedule_form", "needs every or rrule, not both")
        if self.on and self.every not in ("week", "month", "quarter"):
            raise PydanticCustomError("schedule_on", "on without week, month or quarter")
        if self.every == "week" and any(isinstance(day, int) for day in self.on):
            raise PydanticCustomError("schedule_week_on", "a week has days mon to sun")
        if self.every in ("month", "quarter") and any(isinstance(day, str) for day in self.on):
            raise PydanticCustomError("schedule_month_on", "a month has days 1 to 31")
        return self
