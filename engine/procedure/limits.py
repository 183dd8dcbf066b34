"""Limits and bands: where a reading may lie, and the one word that says where it does.

Bounds are inclusive. A missing value has no band; it is never "in limits" by accident.
"""

from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

from pydantic import ConfigDict, Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from engine.procedure.amount import Figure
from engine.procedure.text import ClauseId, Id, Line, Text, Written, some_of


class Band(StrEnum):
    """Where a reading lies. `critical` is worse than `out_of_limits`; `implausible` is a typing error and never recorded."""

    IN_LIMITS = "in_limits"
    OUT_OF_LIMITS = "out_of_limits"
    CRITICAL = "critical"
    IMPLAUSIBLE = "implausible"
    NO_LIMITS = "no_limits"


class Range(Written):
    """A low and a high bound, either of which may be absent, but not both."""

    model_config = ConfigDict(json_schema_extra={"allOf": [some_of("low", "high")]})

    low: Figure | None = Field(default=None, description="The lower bound, included.")
    high: Figure | None = Field(default=None, description="The upper bound, included.")

    @model_validator(mode="after")
    def _some_bound(self) -> "Range":
        if self.low is None and self.high is None:
            raise PydanticCustomError("no_bound", "neither low nor high")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise PydanticCustomError("crossed", "low above high", {"low": str(self.low), "high": str(self.high)})
        return self

    def holds(self, value: Decimal) -> bool:
        """Whether `value` lies within, bounds included."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


_TARGET: dict[str, Any] = {"required": ["tolerance"], "not": some_of("low", "high")}


class Limits(Written):
    """The range that is asked for: `low`/`high`, or `target` with `tolerance` where the source says "about".

    A `tolerance` beside `low`/`high` widens both ends: the source's figures stay as written, "about" stays adjustable.
    """

    model_config = ConfigDict(
        json_schema_extra={"allOf": [some_of("low", "high", "target"), {"if": {"required": ["target"]}, "then": _TARGET}]}
    )

    low: Figure | None = Field(default=None, description="The lowest value in limits.")
    high: Figure | None = Field(default=None, description="The highest value in limits.")
    target: Figure | None = Field(default=None, description="The value aimed at, where the source says about; needs tolerance.")
    tolerance: Figure | None = Field(
        default=None,
        description="How far from the target, or beyond low and high, is still in limits.",
        json_schema_extra={"minimum": 0},
    )

    @model_validator(mode="after")
    def _one_form(self) -> "Limits":
        if self.target is not None and (self.low is not None or self.high is not None):
            raise PydanticCustomError("target_and_bounds", "target beside low or high")
        if self.target is not None and self.tolerance is None:
            raise PydanticCustomError("no_tolerance", "a target without a tolerance")
        if self.target is None and self.low is None and self.high is None:
            raise PydanticCustomError("no_bound", "neither low nor high")
        if self.tolerance is not None and self.tolerance < 0:
            raise PydanticCustomError("negative_tolerance", "tolerance below zero")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise PydanticCustomError("crossed", "low above high", {"low": str(self.low), "high": str(self.high)})
        return self

    @cached_property  # every reading asks twice
    def range(self) -> Range:
        """The bounds that decide, tolerance applied."""
        slack = self.tolerance or Decimal(0)
        if self.target is not None:
            return Range(low=self.target - slack, high=self.target + slack)
        return Range(
            low=None if self.low is None else self.low - slack,
            high=None if self.high is None else self.high + slack,
        )


class Statutory(Range):
    """What a law or standard asks for, with its source; `confirmed` tells whether somebody read it in the original."""

    by: Line = Field(description="The law or standard, e.g. GB 37488-2019.")
    confirmed: StrictBool = Field(default=False, description="Whether somebody read it in the original.")


class Question(Written):
    """Something the source leaves open and a supervisor must answer; until then it shows wherever the procedure is used."""

    id: Id = Field(description="A name for the question.")
    ask: Text = Field(description="The question, as the supervisor reads it.")
    source: ClauseId | None = Field(default=None, description="The clause that leaves it open.")
    answer: Text | None = Field(default=None, description="The answer, once it is decided.")


def band_of(value: Decimal, *, plausible: Range | None, critical: Range | None, limits: Limits | None) -> Band:
    """The band of `value`: the worst that applies."""
    if plausible is not None and not plausible.holds(value):
        return Band.IMPLAUSIBLE
    if critical is not None and not critical.holds(value):
        return Band.CRITICAL
    if limits is None:
        return Band.NO_LIMITS
    return Band.IN_LIMITS if limits.range.holds(value) else Band.OUT_OF_LIMITS


def bounds(limits: Limits | Range | None) -> dict[str, Any]:
    """Low and high as facts for events and pages; empty where there are none."""
    if limits is None:
        return {}
    limit = limits.range if isinstance(limits, Limits) else limits
    return {key: value for key, value in (("low", limit.low), ("high", limit.high)) if value is not None}
