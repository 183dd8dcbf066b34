"""What cannot be answered: what was found in the request, what is expected there, and the way out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a request; `parameter` is where, as the address names it."""

    parameter: str
    found: str
    expected: str


class Refused(ValueError):
    """A request that asks for something there is none of, or in a way nobody understands."""

    def __init__(self, faults: tuple[Fault, ...], *, is_missing: bool = False) -> None:
        super().__init__("; ".join(f"{one.parameter}: {one.found}" for one in faults))
        self.faults, self.is_missing = faults, is_missing


def not_there(parameter: str, found: str, expected: str) -> Refused:
    """What is asked for by name is not there."""
    return Refused((Fault(parameter, found, expected),), is_missing=True)


def wrong_cursor(found: str) -> Refused:
    """A place to go on from that no answer gave."""
    return Refused((Fault("after", found[:200], "what the answer before gave as next, unchanged, with the same filters"),))


CONDITION = "condition"
"""The kind of mistake that says itself in which parameter it lies."""
_EXPECTED: Mapping[str, str] = {
    "missing": "a value; this parameter is required",
    "int_parsing": "a whole number",
    "bool_parsing": "true or false",
}


def faults_of(error: ValidationError, names: Sequence[str]) -> tuple[Fault, ...]:
    """What pydantic found, in words for whoever wrote the request; `names`: the parameters there are."""
    return tuple(_fault(dict(one), names) for one in error.errors(include_url=False))


def _fault(one: dict[str, object], names: Sequence[str]) -> Fault:
    where = one["loc"]
    name = str(where[0]) if isinstance(where, tuple) and where else "query"
    kind, said, told = str(one["type"]), str(one["msg"]), one.get("ctx")
    found = "nothing" if kind == "missing" else str(one["input"])[:200]
    if kind == CONDITION and isinstance(told, dict):
        return Fault(str(told["parameter"]), str(told["found"])[:200], said)
    if kind == "extra_forbidden":
        there = f"there are: {', '.join(sorted(names))}" if names else "there are none here"
        return Fault(name[:200], found, f"no such parameter; {there}")
    expected = _EXPECTED.get(kind) or said.removeprefix("Value error, ").removeprefix("Input should be ")
    return Fault(name, found, expected)
