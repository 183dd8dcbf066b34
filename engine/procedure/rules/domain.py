"""What can be known of a name, as few values as decide a condition exactly: options, standings, figures beside the bounds tested.

A figure's values stand for intervals: every bound that a test or the parameter knows, and one value beside and between them.
"""

from collections.abc import Iterable, Iterator
from decimal import ROUND_FLOOR, Decimal
from itertools import combinations, pairwise

from engine.procedure.condition import Compare, Is, Known, Test
from engine.procedure.field import Choose, Count, Measure, Note, Photo
from engine.procedure.limits import Band, Range
from engine.procedure.parameter import Parameter
from engine.procedure.rules.draft import Draft, Item, TooMuch
from engine.procedure.rules.fitting import fact_values
from engine.procedure.step import Moment, Person

Values = tuple[Known | None, ...]
_TYPED = (Note, Moment, Person, Photo)
_VALUED = (Choose, Measure, Count, *_TYPED)
NEVER = Known(standing="unanswered")  # an input or field left out, a season that is none
_OTHER = ""  # stands for all options of a choice of several that no test names
_MOST_TOLD_APART = 8


def everything(draft: Draft, name: str, tests: Iterable[Test]) -> Values:
    """All that can ever be known of `name` in a run, None (not yet known) included, as far as `tests` can tell it apart."""
    draft.effort.spend()
    item = draft.named.get(name)
    if item is None:
        return (*_facts(draft, name), *(() if name in ("weekday", "place") else (NEVER,)))
    later = () if item.role == "input" else (*_marks(item), None)
    is_left_out = item.role != "step" and (not item.step.required or item.step.when is not None)
    return (*_answers(draft, item, tests), *later, *((NEVER,) if is_left_out else ()))


def ordinary(draft: Draft, name: str, tests: Iterable[Test]) -> Values:
    """What is known of `name` once it was answered in the usual way, and the standings that `tests` ask for."""
    tests = tuple(tests)
    asked = {test.is_ for test in tests if isinstance(test, Is)}
    item = draft.named.get(name)
    usual = _facts(draft, name) if item is None else _answers(draft, item, tests)
    others = [value for value in everything(draft, name, tests) if value not in usual]
    return (*usual, *(value for value in others if _standing(value) & asked))


def _standing(value: Known | None) -> set[str]:
    return {"answered", "unanswered"} if value is None or value == NEVER else {value.standing}


def _marks(item: Item) -> Iterator[Known]:
    if isinstance(item.step, _VALUED):  # the rest have it among their answers
        yield Known(standing="not_done")
    yield Known(standing="not_applicable")


def _facts(draft: Draft, name: str) -> Values:
    return tuple(Known(value) for value in fact_values(draft, name) or ())


def _answers(draft: Draft, item: Item, tests: Iterable[Test]) -> Values:
    match item.step:
        case Choose():
            return tuple(Known(chosen) for chosen in _choices(draft, item.step, tests))
        case Measure():
            parameter = draft.parameter(item)
            return tuple(Known(point, band=parameter.band(point) if parameter else None) for point in _readings(parameter, tests))
        case Count():
            return tuple(Known(Decimal(point)) for point in _counts(item.step, tests))
        case _ if isinstance(item.step, _TYPED):
            return (Known("…"),)
        case _:
            return Known(standing="done"), Known(standing="not_done")


def _choices(draft: Draft, step: Choose, tests: Iterable[Test]) -> Iterator[tuple[str, ...]]:
    named = {word for test in tests for word in ((test,) if isinstance(test, str) else test if isinstance(test, tuple) else ())}
    told_apart = [option for option in step.options if option in named]
    if len(told_apart) < len(step.options):
        told_apart.append(_OTHER)
    if step.many and len(told_apart) > _MOST_TOLD_APART:
        raise TooMuch
    draft.effort.spend(2 ** len(told_apart) if step.many else len(told_apart))
    sizes = range(1, len(told_apart) + 1) if step.many else (1,)
    for size in sizes:
        yield from combinations(told_apart, size)


def _bounds(tests: Iterable[Test]) -> Iterator[Decimal]:
    for test in tests:
        if isinstance(test, Compare):
            yield from (bound for bound in (test.at_least, test.at_most, test.above, test.below) if bound is not None)
        elif isinstance(test, Decimal):
            yield test


def _readings(parameter: Parameter | None, tests: Iterable[Test]) -> list[Decimal]:
    known: list[Range] = []
    if parameter is not None:
        ranges = (parameter.limits.range if parameter.limits else None, parameter.critical, parameter.plausible)
        known = [one for one in ranges if one is not None]
    bounds = {bound for one in known for bound in (one.low, one.high) if bound is not None}
    points = sorted(bounds | set(_bounds(tests))) or [Decimal(0)]
    points += [points[0] - 1, points[-1] + 1, *((low + high) / 2 for low, high in pairwise(points))]
    return [point for point in points if parameter is None or parameter.band(point) is not Band.IMPLAUSIBLE]


def _counts(step: Count, tests: Iterable[Test]) -> list[int]:
    floors = [int(bound.to_integral_value(ROUND_FLOOR)) for bound in _bounds(tests)]
    points = {step.at_least, step.at_most} | {floor + offset for floor in floors for offset in (-1, 0, 1, 2)}
    return sorted(point for point in points if step.at_least <= point <= step.at_most)
