"""Conditions built from choices: what a step may look at, line by line; lines as the language writes them, and back again.

What is richer than lines that all hold, or of which one holds, has no lines: it is shown as text, and changed where one sees all.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from engine.loading.edit import Value
from engine.procedure.amount import written
from engine.procedure.condition import Compare, Condition, Is
from engine.procedure.field import Choose, Count, Measure, is_personal
from engine.procedure.procedure import Procedure
from engine.procedure.rules.draft import Draft, Item
from engine.procedure.rules.fitting import fact_values, has_band, words_of
from engine.procedure.rules.surroundings import Surroundings
from engine.procedure.site import Site
from engine.procedure.step import Step

How = Literal["is", "is_not", "stands", "at_least", "at_most", "above", "below", "equals"]
Join = Literal["all", "any"]
MOST_LINES = 6
FIGURES: tuple[How, ...] = ("above", "below", "at_least", "at_most", "equals")
_BOUNDS: tuple[How, ...] = FIGURES[:-1]
_FACTS = ("season", "shift", "weekday")  # the place of a run is that of its procedure


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that must hold. `word`: an option, a standing, a fact's value; of a comparison the figure, "" where offered."""

    name: str
    how: How
    word: str = ""

    @property
    def code(self) -> str:
        """The line as the value of a control; a figure is typed beside it."""
        return f"{self.name} {self.how}" if self.how in FIGURES else f"{self.name} {self.how} {self.word}"


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a condition; nothing is asked where there are none."""

    lines: tuple[Line, ...] = ()
    join: Join = "all"


@dataclass(frozen=True, slots=True)
class Choice:
    """Something a condition may look at, with what it may ask of it. `step`: None for a fact of the run."""

    name: str
    step: Step | None
    lines: tuple[Line, ...]


# -- what may be asked -----------------------------------------------------------------------------------------------------


def choices(procedure: Procedure, site: Site | None, step: str, *, is_after: bool = False) -> tuple[Choice, ...]:
    """What a condition of `step` may look at, or, `is_after`, that of a step put after it: the nearest first, facts last.

    A personal value is not offered: it decides nothing, as nobody could tell any more once it is erased.
    Raises KeyError where there is no such step.
    """
    draft = Draft(procedure, Surroundings(site=site))
    here = draft.named[step]
    before = (here.position[0] + 1, -1) if is_after else here.start
    named = (item for item in draft.named.values() if not (item.is_row_field or is_personal(item.step)))
    earlier = (item for item in named if item.position < before)
    found = [Choice(item.id, item.step, tuple(_lines_for(draft, item))) for item in earlier]
    facts = [Choice(name, None, tuple(_words(name, fact_values(draft, name) or ()))) for name in _FACTS]
    return tuple(one for one in (*reversed(found), *facts) if one.lines)


def _lines_for(draft: Draft, item: Item) -> Iterator[Line]:
    match item.step:
        case Choose():
            yield from _words(item.id, words_of(item), is_one=not item.step.many)
        case Measure():
            yield from (Line(item.id, "stands", one) for one in _BANDS if has_band(draft, item, one))
            yield from (Line(item.id, how) for how in _BOUNDS)
        case Count():
            yield from (Line(item.id, how) for how in FIGURES)
        case _ if words_of(item):
            yield from (Line(item.id, "is", word) for word in words_of(item))
        case _:
            yield Line(item.id, "stands", "answered")


_BANDS = ("out_of_limits", "in_limits", "critical")


def _words(name: str, words: tuple[str, ...], *, is_one: bool = True) -> Iterator[Line]:
    yield from (Line(name, "is", word) for word in words)
    if len(words) > 2 or not is_one:  # of two, not the one is the other
        yield from (Line(name, "is_not", word) for word in words)


# -- as the language writes it ---------------------------------------------------------------------------------------------


def condition(asked: Lines) -> dict[str, Value] | None:
    """The lines as a condition; None where there are none."""
    lines = tuple(dict.fromkeys(asked.lines))
    if len(lines) < 2:
        return _written(lines[0]) if lines else None
    if asked.join == "any":
        is_one = len({one.name for one in lines}) == 1 and all(one.how == "is" for one in lines)
        return {lines[0].name: [one.word for one in lines]} if is_one else {"any": [_written(one) for one in lines]}
    return _together(lines) or {"all": [_written(one) for one in lines]}


def _written(line: Line) -> dict[str, Value]:
    match line.how:
        case "is":
            return {line.name: line.word}
        case "is_not":
            return {"not": {line.name: line.word}}
        case "stands":
            return {line.name: {"is": line.word}}
        case "equals":
            return {line.name: Decimal(line.word)}
        case _:
            return {line.name: {line.how: Decimal(line.word)}}


def _together(lines: Iterable[Line]) -> dict[str, Value] | None:
    """One mapping for all, bounds of the same figure in one; None where two would share a key."""
    found: dict[str, Value] = {}
    for line in lines:
        ((key, value),) = _written(line).items()
        old = found.get(key)
        if line.how in _BOUNDS and isinstance(old, dict) and isinstance(value, dict) and not {"is", line.how} & old.keys():
            found[key] = {**old, **value}
        elif key in found:
            return None
        else:
            found[key] = value
    return found


# -- and back --------------------------------------------------------------------------------------------------------------


def lines_of(found: Condition | None, offered: Iterable[Choice]) -> Lines | None:
    """The lines that say what a condition says; None where it is richer, longer, or asks for what is not offered."""
    if found is None:
        return Lines()
    lines = _unjoined(found)
    codes = {line.code for one in offered for line in one.lines}
    is_plain = lines and len(lines.lines) <= MOST_LINES and all(line.code in codes for line in lines.lines)
    return lines if is_plain else None


def _unjoined(found: Condition) -> Lines | None:
    if found.any_ is None and found.all_ is None:
        return _flat(found)
    if found.tests or found.not_ is not None or (found.any_ is not None and found.all_ is not None):
        return None
    join: Join = "all" if found.any_ is None else "any"
    inner = [_flat(part) for part in found.any_ or found.all_ or ()]
    if not all(one and (len(one.lines) == 1 or one.join == join) for one in inner):
        return None
    return Lines(tuple(line for one in inner if one for line in one.lines), join)


def _flat(found: Condition) -> Lines | None:
    """Tests beside each other, and one thing that must not be."""
    if found.any_ is not None or found.all_ is not None:
        return None
    is_several = any(isinstance(test, tuple) and len(test) > 1 for test in found.tests.values())
    if is_several and (len(found.tests) > 1 or found.not_ is not None):
        return None
    lines = [line for name, test in found.tests.items() for line in _lines(name, test)]
    refused = _refused(found.not_) if found.not_ is not None else ()
    return None if refused is None else Lines((*lines, *refused), "any" if is_several else "all")


def _refused(found: Condition) -> tuple[Line, ...] | None:
    """The lines that say that none of some options was chosen."""
    inner = _flat(found)
    if inner is None or any(line.how != "is" for line in inner.lines) or (len(inner.lines) > 1 and inner.join == "all"):
        return None
    return tuple(replace(line, how="is_not") for line in inner.lines)


def _lines(name: str, test: Any) -> Iterator[Line]:
    match test:
        case bool():
            yield Line(name, "is", "done" if test else "not_done")
        case Is():
            yield Line(name, "stands", test.is_)
        case Compare():
            bounds: Mapping[How, Decimal | None] = {how: getattr(test, how) for how in _BOUNDS}
            yield from (Line(name, how, written(bound)) for how, bound in bounds.items() if bound is not None)
        case Decimal():
            yield Line(name, "equals", written(test))
        case tuple():
            yield from (Line(name, "is", word) for word in test)
        case _:
            yield Line(name, "is", str(test))
