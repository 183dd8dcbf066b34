"""Overrides of a site: figures of parameters that differ here, each with a reason and a day of expiry or review.

An override changes figures only, never steps; once it has expired the procedure's own figures apply again. A revision keeps which
overrides it was made with, so that what is in force tells why it differs and when somebody must look again.
"""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from engine.procedure.amount import Day
from engine.procedure.limits import Limits, Range
from engine.procedure.parameter import Parameter
from engine.procedure.procedure import Procedure
from engine.procedure.text import Id, ProcedureId, Text, Written, some_of


class Override(Written):
    """Other figures for one parameter. `expires`: the last day it applies; `review`: when somebody must look again."""

    model_config = ConfigDict(
        json_schema_extra={"allOf": [some_of("limits", "plausible", "critical"), some_of("expires", "review")]}
    )

    limits: Limits | None = Field(default=None, description="Other limits.")
    plausible: Range | None = Field(default=None, description="Other plausible bounds.")
    critical: Range | None = Field(default=None, description="Other critical bounds.")
    reason: Text = Field(description="Why they differ here.")
    expires: Day | None = Field(default=None, description="The last day they apply.")
    review: Day | None = Field(default=None, description="When somebody must look at them again.")

    @model_validator(mode="after")
    def _bounded(self) -> "Override":
        if self.expires is None and self.review is None:
            raise PydanticCustomError("override_day", "neither expires nor review")
        if self.limits is None and self.plausible is None and self.critical is None:
            raise PydanticCustomError("override_empty", "no figure changed")
        return self

    def applies(self, today: date) -> bool:
        """Whether it is in force on `today`. A review that is due does not end it."""
        return self.expires is None or today <= self.expires

    def over(self, parameter: Parameter) -> Parameter:
        """`parameter` with the figures given here."""
        figures = {"limits": self.limits, "plausible": self.plausible, "critical": self.critical}
        return parameter.model_copy(update={name: figure for name, figure in figures.items() if figure is not None})


class OverrideFile(Written):
    """One site's overrides: procedure, then parameter."""

    format: Literal[1] = Field(description="The version of this language; always 1.")
    overrides: dict[ProcedureId, dict[Id, Override]] = Field(default={}, description="Procedure, then parameter.")


class Applied(Override):
    """An override as a revision keeps it: under the title of its parameter."""

    title: Text = Field(description="The parameter's title.")


class Overridden(Procedure):
    """A procedure with a site's overrides applied. Made by publishing, never written: nothing of it is in the language."""

    overrides: dict[Id, Applied] = Field(default={}, description="The overrides applied, by parameter.")


def overlaid(procedure: Procedure, overrides: Mapping[str, Override], today: date) -> Procedure:
    """`procedure` with the overrides in force on `today`; unknown parameters are left to `sop check`."""
    known = {name: one for name, one in overrides.items() if name in procedure.parameters and one.applies(today)}
    if not known:
        return procedure
    figures = {name: one.over(procedure.parameters[name]) for name, one in known.items()}
    applied = {name: _applied(one, procedure.parameters[name].title) for name, one in known.items()}
    whole = Overridden.model_validate_json(procedure.model_dump_json(by_alias=True, exclude_unset=True))
    return whole.model_copy(
        update={"parameters": procedure.parameters | figures, "overrides": {**overrides_of(procedure), **applied}}
    )


def overrides_of(procedure: Procedure) -> Mapping[str, Applied]:
    """The overrides a procedure was made with, by parameter."""
    return procedure.overrides if isinstance(procedure, Overridden) else {}


def _applied(one: Override, title: Text) -> Applied:
    given = {name: getattr(one, name) for name in Override.model_fields if getattr(one, name) is not None}
    return Applied(title=title, **given)
