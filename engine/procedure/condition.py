"""Conditions as data, and their three-valued truth: true, false, or not yet known.

The same few rules run on the server, in the editor and on an offline tablet, so nothing here may need more than a mapping of
names to what is known of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, Field, PlainSerializer, StrictBool, StrictStr, Tag, model_validator
from pydantic_core import PydanticCustomError

from engine.procedure.amount import Figure
from engine.procedure.limits import Band
from engine.procedure.text import Written

Standing = Literal["in_limits", "out_of_limits", "critical", "answered", "unanswered", "done", "not_done", "not_applicable"]


class Compare(Written):
    """Bounds for a figure, a count or a number of rows. All that are given must hold."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    at_least: Figure | None = Field(default=None, description="This or more.")
    at_most: Figure | None = Field(default=None, description="This or less.")
    above: Figure | None = Field(default=None, description="More than this.")
    below: Figure | None = Field(default=None, description="Less than this.")

    @model_validator(mode="after")
    def _some(self) -> "Compare":
        if not self.model_fields_set:
            raise PydanticCustomError("empty_test", "no comparison given")
        return self

    def holds(self, value: Decimal) -> bool:
        """Whether `value` satisfies every bound."""
        return (
            (self.at_least is None or value >= self.at_least)
            and (self.at_most is None or value <= self.at_most)
            and (self.above is None or value > self.above)
            and (self.below is None or value < self.below)
        )


class Is(Written):
    """How a step stands: in or out of limits, answered or not."""

    is_: Standing = Field(alias="is", description="How the step must stand.")


def _test_form(value: Any) -> str | None:
    match value:
        case bool():
            return "truth"
        case str():
            return "equal"
        case int() | Decimal():
            return "number"
        case list() | tuple():
            return "one_of"
        case Compare():
            return "compare"
        case Is():
            return "is"
        case Mapping():
            return "is" if "is" in value else "compare"
        case _:
            return None


def _number_test(number: Decimal) -> Any:
    """In JSON a figure is a string, which as a test would mean a word: whole numbers stay numbers, others become equal bounds."""
    text = format(number, "f")
    return int(number) if number == number.to_integral_value() else {"at_least": text, "at_most": text}


Test = Annotated[
    Annotated[StrictBool, Tag("truth")]
    | Annotated[StrictStr, Tag("equal")]
    | Annotated[Figure, Tag("number"), PlainSerializer(_number_test, when_used="json")]
    | Annotated[tuple[StrictStr, ...], Tag("one_of"), Field(min_length=1)]
    | Annotated[Compare, Tag("compare")]
    | Annotated[Is, Tag("is")],
    Discriminator(_test_form, custom_error_type="test_form", custom_error_message="not a test"),
]


class Condition(Written):
    """A mapping from an earlier step, an input or a fact to what it must be. All entries must hold.

    `any`, `all` and `not` combine conditions. Every other key is a name.
    """

    model_config = ConfigDict(extra="allow", json_schema_extra={"minProperties": 1})
    __pydantic_extra__: dict[str, Test] = Field(init=False)

    any_: tuple["Condition", ...] | None = Field(
        default=None, alias="any", min_length=1, description="At least one of these must hold."
    )
    all_: tuple["Condition", ...] | None = Field(default=None, alias="all", min_length=1, description="All of these must hold.")
    not_: "Condition | None" = Field(default=None, alias="not", description="This must not hold.")

    @model_validator(mode="after")
    def _some(self) -> "Condition":
        if not self.tests and self.any_ is None and self.all_ is None and self.not_ is None:
            raise PydanticCustomError("empty_condition", "a condition with nothing in it")
        return self

    @property
    def tests(self) -> dict[str, Test]:
        """The named tests of this level."""
        return self.__pydantic_extra__ or {}

    def names(self) -> Iterator[str]:
        """Every name this condition depends on, nested ones included."""
        yield from self.tests
        for part in self.parts():
            yield from part.names()

    def parts(self) -> Iterator["Condition"]:
        """The conditions directly inside this one."""
        yield from self.any_ or ()
        yield from self.all_ or ()
        if self.not_ is not None:
            yield self.not_


@dataclass(frozen=True, slots=True)
class Known:
    """What a condition may see of one name. `standing` is answered, done, not_done, not_applicable or unanswered.

    `unanswered` is for what will never be answered: an input left out, a season that is none. What may yet come is not there
    at all. `value` is a Decimal for figures and counts, a tuple of option ids for choices, a string for facts.
    """

    value: Decimal | str | tuple[str, ...] | None = None
    standing: Literal["answered", "done", "not_done", "not_applicable", "unanswered"] = "answered"
    band: Band | None = None


Truth = bool | None
Facts = Mapping[str, Known]


def holds(condition: Condition, facts: Facts) -> Truth:
    """Kleene's strong three-valued truth of `condition`; None means not yet known."""
    results = [_test(test, facts.get(name)) for name, test in condition.tests.items()]
    if condition.any_ is not None:
        results.append(either(holds(part, facts) for part in condition.any_))
    if condition.all_ is not None:
        results.append(both(holds(part, facts) for part in condition.all_))
    if condition.not_ is not None:
        inner = holds(condition.not_, facts)
        results.append(None if inner is None else not inner)
    return both(results)


def both(truths: Any) -> Truth:
    """And: false wins, then unknown."""
    result: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            result = None
    return result


def either(truths: Any) -> Truth:
    """Or: true wins, then unknown."""
    result: Truth = False
    for truth in truths:
        if truth is True:
            return True
        if truth is None:
            result = None
    return result


def _test(test: Test, known: Known | None) -> Truth:
    if isinstance(test, Is):
        return _stands(test.is_, known)
    if known is None:
        return None
    if known.standing in ("not_applicable", "unanswered"):
        return False  # it has no value and never will: nothing can equal it
    if isinstance(test, bool):
        return known.standing in ("done", "not_done") and (known.standing == "done") is test
    return _value_test(test, known)


def _value_test(test: Any, known: Known) -> Truth:
    if isinstance(test, Compare):
        return isinstance(known.value, Decimal) and test.holds(known.value)
    wanted = test if isinstance(test, tuple) else (test,)
    if isinstance(known.value, tuple):
        return any(option in known.value for option in wanted)
    if known.value is None:
        return known.standing in wanted
    return known.value in wanted


def _stands(standing: Standing, known: Known | None) -> Truth:
    is_unanswered = known is None or known.standing == "unanswered"
    if standing in ("unanswered", "answered"):
        return is_unanswered is (standing == "unanswered")
    if known is None:
        return None
    if standing in ("in_limits", "out_of_limits", "critical"):
        return _band_is(standing, known.band)
    return known.standing == standing


def _band_is(standing: Standing, band: Band | None) -> bool:
    if standing == "out_of_limits":
        return band in (Band.OUT_OF_LIMITS, Band.CRITICAL)
    return band == standing
