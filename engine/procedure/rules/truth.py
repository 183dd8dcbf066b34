"""Rules on conditions that can never be true, or are always true, decided by trying everything that can be known.

Exact over the values of `domain`; a condition over so many names that this would take too long is let pass.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import product
from math import prod
from typing import Any

from engine.procedure.condition import Condition, Facts, Known, Test, Truth, holds
from engine.procedure.parameter import Parameter
from engine.procedure.problem import Path, Problem
from engine.procedure.rules.domain import Values, everything, ordinary
from engine.procedure.rules.draft import Asked, Draft, TooMuch
from engine.procedure.rules.figures import nested
from engine.procedure.rules.fitting import misfits
from engine.procedure.rules.names import parts_of, tests_of

MOST_TRIED = 5000
_ValuesOf = Callable[[Draft, str, list[Test]], Values]


def truths(draft: Draft) -> Iterator[Problem]:
    """Every condition, or part of one, that can never be true or is always true: the innermost, once."""
    for asked in draft.asked:
        if is_sound(draft, asked):
            yield from flaws(draft, asked.condition, asked.path)


def is_sound(draft: Draft, asked: Asked) -> bool:
    """Whether the names and tests of a condition, and the figures behind them, are right: else its truth says nothing new."""
    if draft.around.site is None or next(misfits(draft, asked), None) is not None:
        return False
    items = (draft.named.get(name) for name in asked.condition.names())
    return not any(_is_confused(draft.parameter(item)) for item in items if item)


def _is_confused(parameter: Parameter | None) -> bool:
    return parameter is not None and any(nested("", parameter.limits, parameter.critical, parameter.plausible, ()))


def flaws(draft: Draft, condition: Condition, path: Path) -> list[Problem]:
    """What is never or always true inside `condition`, innermost first; the whole only where no part is."""
    found: list[Problem] = []
    inside = list(parts_of(condition, path))
    for name, test in condition.tests.items():
        found += _flaw(draft, _alone(name, test), (*path, name))
    for where, part in inside:
        found += flaws(draft, part, where)
    if found or len(condition.tests) + len(inside) == 1:
        return found
    return _flaw(draft, condition, path)


def _flaw(draft: Draft, condition: Condition, path: Path) -> list[Problem]:
    names = tuple(dict.fromkeys(condition.names()))
    if is_never(draft, condition):
        return [Problem("never-true", path, {"names": names})]
    if is_always(draft, condition):
        return [Problem("always-true", path, {"names": names}, "warning")]
    return []


def _alone(name: str, test: Test) -> Condition:
    entries: dict[str, Any] = {name: test}  # already validated: this runs for every test of every file
    return Condition.model_construct(None, **entries)


def is_never(draft: Draft, condition: Condition) -> bool:
    """Whether nothing that can be known makes the condition true. False where there is too much to try."""
    return True not in _outcomes(draft, condition, everything, until=lambda truth: truth is True)


def is_always(draft: Draft, condition: Condition) -> bool:
    """Whether the condition is true for every usual answer. False where there is too much to try."""
    return _outcomes(draft, condition, ordinary, until=lambda truth: truth is not True) == {True}


def tests_by_name(*conditions: Condition) -> dict[str, list[Test]]:
    """All tests of some conditions, by the name they look at."""
    found: dict[str, list[Test]] = {}
    for condition in conditions:
        for _, name, test in tests_of(condition, ()):
            found.setdefault(name, []).append(test)
    return found


def _outcomes(draft: Draft, condition: Condition, values_of: _ValuesOf, until: Callable[[Truth], bool]) -> set[Truth]:
    """The truths found until one is enough; all of them where there is too much to try."""
    found: set[Truth] = set()
    try:
        domains = {name: values_of(draft, name, tests) for name, tests in tests_by_name(condition).items()}
        if prod(len(values) for values in domains.values()) > MOST_TRIED:
            raise TooMuch
        for values in product(*domains.values()):
            draft.effort.spend(len(values))
            found.add(holds(condition, facts_from(domains, values)))
            if any(map(until, found)):
                break
    except TooMuch:
        return {True, False, None}
    return found


def facts_from(names: Iterable[str], values: Values) -> Facts:
    """Facts as a run would see them: what is not yet known is not there."""
    facts: dict[str, Known] = {}
    for name, value in zip(names, values, strict=True):
        if value is not None:
            facts[name] = value
    return facts


RULES = (truths,)
