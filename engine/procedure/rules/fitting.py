"""Rules on what a condition or due time names: something earlier, and a test that can fit what it records."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from engine.procedure.amount import written
from engine.procedure.condition import Compare, Is, Test
from engine.procedure.due import names_in
from engine.procedure.field import Check, Choose, Count, Measure
from engine.procedure.problem import Path, Problem
from engine.procedure.rules.draft import Asked, Draft, Item, Timed
from engine.procedure.rules.names import FACTS, tests_of
from engine.procedure.rules.surroundings import near, unknown
from engine.procedure.site import WEEKDAYS, Place, Season, Shift
from engine.procedure.step import Form, HandTo, Moment, Read, Register, Rounds, Sign, Start, Wait
from engine.procedure.text import Text

_DOABLE = (Check, Wait, Sign, HandTo, Start, Read, Form, Register, Rounds)
_BANDS = ("in_limits", "out_of_limits", "critical")


def conditions(draft: Draft) -> Iterator[Problem]:
    """Conditions name only what comes earlier, with tests that can fit."""
    for asked in draft.asked:
        yield from misfits(draft, asked)


def misfits(draft: Draft, asked: Asked) -> Iterator[Problem]:
    """What is wrong with the names and tests of one condition; one problem a test."""
    for path, name, test in tests_of(asked.condition, asked.path):
        problem = None if name in FACTS else naming(draft, name, path, asked, at_key=True)
        if problem:
            yield problem
        elif name in FACTS:
            yield from _fact_misfits(draft, name, test, path)
        else:
            yield from _item_misfits(draft, draft.named[name], test, path)


def naming(draft: Draft, name: str, path: Path, asked: Asked | Timed, *, at_key: bool = False) -> Problem | None:
    """Why `name` cannot be named here, or None."""
    item = draft.named.get(name)
    if name in asked.own:
        return Problem("names-itself", path, {"name": name}, at_key=at_key)
    if item is None:
        words = FACTS if at_key else ("start",)
        return unknown("name", name, lambda: {*_earlier(draft, asked), *words}, path, at_key=at_key)
    if item.is_row_field and item.owner and item.owner.id not in asked.own:
        return Problem("one-of-many-rows", path, {"name": name, "step": item.owner.id}, at_key=at_key)
    if item.position >= asked.position:
        return Problem("later-reference", path, {"name": name}, other=item.path, at_key=at_key)
    return None


def _earlier(draft: Draft, asked: Asked | Timed) -> set[str]:
    return {one.id for one in draft.named.values() if one.position < asked.position and not one.is_row_field}


def fact_values(draft: Draft, name: str) -> tuple[str, ...] | None:
    """The values a fact can have, or None where the site is not known."""
    site = draft.around.site
    if name == "weekday":
        return WEEKDAYS
    if site is None:
        return None
    known: dict[str, tuple[str, ...]] = {
        "season": tuple(site.seasons),
        "place": tuple(site.places),
        "shift": tuple(site.shifts),
    }
    return known[name]


def _fact_misfits(draft: Draft, name: str, test: Test, path: Path) -> Iterator[Problem]:
    possible = fact_values(draft, name)
    if not isinstance(test, str | tuple):
        yield _misfit(name, "fact", test, possible or (), path)
    elif possible is not None:
        for where, word in _words(test, path):
            if word not in possible:
                yield unknown_option(name, word, possible, where, _titles(draft, name))


def _titles(draft: Draft, name: str) -> Mapping[str, Text]:
    site = draft.around.site
    if site is None or name == "weekday":
        return {}
    named: dict[str, Mapping[str, Season | Shift | Place]]
    named = {"season": site.seasons, "place": site.places, "shift": site.shifts}
    return {id_: one.title for id_, one in named[name].items()}


def _words(test: str | tuple[str, ...], path: Path) -> list[tuple[Path, str]]:
    return [(path, test)] if isinstance(test, str) else [((*path, k), word) for k, word in enumerate(test)]


def unknown_option(
    name: str, word: str, possible: tuple[str, ...], path: Path, titles: Mapping[str, Text] | None = None
) -> Problem:
    """That `name` has no option `word`, which may be the title of one."""
    titled = next((id_ for id_, title in (titles or {}).items() if word in (title.zh, title.en)), word)
    return Problem("unknown-option", path, {"name": name, "option": word, "possible": possible} | near(titled, possible))


def _misfit(name: str, kind: str, test: Test, fits: tuple[str, ...], path: Path) -> Problem:
    return Problem("test-does-not-fit", path, {"name": name, "kind": kind, "test": shown(test), "fits": fits})


def shown(test: Test) -> str:
    """A test as an author writes it."""
    match test:
        case bool():
            return "true" if test else "false"
        case Decimal():
            return written(test)
        case Is():
            return f"{{is: {test.is_}}}"
        case Compare():
            bounds = ", ".join(f"{key}: {written(getattr(test, key))}" for key in _BOUNDS if getattr(test, key) is not None)
            return f"{{{bounds}}}"
        case _:
            return str(test)


_BOUNDS = ("at_least", "at_most", "above", "below")


def _item_misfits(draft: Draft, item: Item, test: Test, path: Path) -> Iterator[Problem]:
    match test:
        case Is():
            yield from _standing_misfits(draft, item, test, path)
        case bool():
            if not isinstance(item.step, _DOABLE):
                yield _misfit(item.id, item.step.kind, test, fits(item), path)
        case Decimal() | Compare():
            if not isinstance(item.step, Measure | Count):
                yield _misfit(item.id, item.step.kind, test, fits(item), path)
        case _:
            for where, word in _words(test, path):
                yield from _word_misfits(item, word, where)


def _word_misfits(item: Item, word: str, path: Path) -> Iterator[Problem]:
    possible = words_of(item)
    if word in possible:
        return
    if word in standings_of(item):
        yield Problem("word-needs-is", path, {"name": item.id, "word": word})
    elif isinstance(item.step, Choose):
        yield unknown_option(item.id, word, possible, path, item.step.options)
    else:
        yield _misfit(item.id, item.step.kind, word, fits(item), path)


def _standing_misfits(draft: Draft, item: Item, test: Is, path: Path) -> Iterator[Problem]:
    if test.is_ not in standings_of(item):
        yield _misfit(item.id, item.step.kind, test, fits(item), path)
    elif test.is_ in _BANDS and not has_band(draft, item, test.is_):
        name = getattr(item.step, "parameter", "")
        facts = {"name": item.id, "parameter": name, "standing": test.is_}
        yield Problem("no-such-band", path, facts, other=("parameters", name))


def has_band(draft: Draft, item: Item, band: str) -> bool:
    """Whether a reading can be judged so; true where the parameter is unknown, which is told elsewhere."""
    parameter = draft.parameter(item)
    if parameter is None:
        return True
    if band == "critical":
        return parameter.critical is not None
    return parameter.limits is not None or (band == "out_of_limits" and parameter.critical is not None)


def words_of(item: Item) -> tuple[str, ...]:
    """The words a plain test may use for an item: its options, or done and not_done."""
    if isinstance(item.step, Choose):
        return tuple(item.step.options)
    return ("done", "not_done") if isinstance(item.step, _DOABLE) else ()


def standings_of(item: Item) -> tuple[str, ...]:
    """The words `is:` may use for an item."""
    can_be_done = isinstance(item.step, _DOABLE)
    found = ["answered", "unanswered"]
    found += ["done"] if can_be_done else []
    found += ["not_done"] if can_be_done or item.role != "input" else []
    found += ["not_applicable"] if item.role != "input" else []
    found += _BANDS if isinstance(item.step, Measure) else ()
    return tuple(found)


def fits(item: Item) -> tuple[str, ...]:
    """Tests that fit an item, as an author writes them."""
    plain: tuple[str, ...] = words_of(item)
    if isinstance(item.step, _DOABLE):
        plain = ("true", "false")
    if isinstance(item.step, Measure | Count):
        plain = ("{at_least: …}", "{at_most: …}", "{above: …}", "{below: …}")
    return (*plain, *(f"{{is: {standing}}}" for standing in standings_of(item)))


def dues(draft: Draft) -> Iterator[Problem]:
    """Due times name earlier steps, or moments that somebody gives."""
    for timed in draft.timed:
        for path, name in names_in(timed.due):
            yield from _anchor_misfits(draft, name, (*timed.path, *path), timed)


def _anchor_misfits(draft: Draft, name: str, path: Path, timed: Timed) -> Iterator[Problem]:
    needs_moment = path[-1] in ("of", "at")
    expected = "moment" if needs_moment else "step"
    if name == "start":
        if needs_moment:
            yield Problem("due-anchor", path, {"name": name, "kind": "start", "expected": expected})
        return
    problem = naming(draft, name, path, timed)
    if problem is not None:
        yield problem
        return
    item = draft.named[name]
    is_moment = isinstance(item.step, Moment) and item.step.gives != "time"
    if needs_moment and not is_moment:
        yield Problem("due-anchor", path, {"name": name, "kind": item.step.kind, "expected": expected})
    elif not needs_moment and item.role == "input":
        yield Problem("due-anchor", path, {"name": name, "kind": "input", "expected": expected})


RULES = (conditions, dues)
