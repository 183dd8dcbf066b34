"""The conditions of an export in words, in the language of the file, by the names that people know."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, time, timedelta

from engine.exports.asked import Asked
from engine.exports.columns import Cell, Coded
from engine.exports.sources import Ground
from engine.exports.words import CONDITIONS, WRONG, word
from engine.procedure.amount import written
from engine.procedure.field import Choose, Count
from engine.procedure.plan import Plan
from engine.review.search import Given, Reading


def conditions(ground: Ground, asked: Asked) -> str:
    """Every condition, as a person would say it; "" for none. The procedure or book that is asked for stands in the title."""
    told = (_said(ground, name, value) for name, value in _plain(ground, asked))
    every = [*told, *(_value(ground, asked, one) for one in asked.search.values)]
    return ("; " if ground.language == "en" else "；").join(every)


def _said(ground: Ground, name: str, value: str) -> str:
    """Name and value; the value alone where it says all."""
    title = _word(ground, name)
    return title.format(value) if "{}" in title else f"{title}{': ' if ground.language == 'en' else '：'}{value}"


def _word(ground: Ground, name: str) -> str:
    return CONDITIONS[name][ground.language == "en"]


def _plain(ground: Ground, asked: Asked) -> Iterator[tuple[str, str]]:
    search = asked.search
    told: Mapping[str, Callable[[str], str]] = {
        "place": lambda one: _text(ground.place(one)),
        "procedure": lambda one: _text(ground.procedure(one)),
        "revision": lambda one: one[:12],
        "person": lambda one: _text(ground.person(one)),
        "state": lambda one: word("state", one, ground.language),
        "review": lambda one: word("review", one, ground.language),
        "wrong": lambda one: WRONG[one][ground.language == "en"] if one in WRONG else word("cause", one, ground.language),
        "words": str,
    }
    for name, tell in told.items():
        if value := getattr(search, name):
            yield name, tell(value)
    if search.since or search.until:
        yield "written" if asked.view == "book" else "begun", _span(ground, search.since, search.until)
    if asked.parameter:
        yield "parameter", parameter_title(ground, asked.parameter)[0]
    for name, holds in (("late", search.is_late), ("amended", search.is_amended), (asked.only, bool(asked.only))):
        if holds:
            yield name, ""


def _text(cell: Cell) -> str:
    return cell.text if isinstance(cell, Coded) else str(cell or "")


def _span(ground: Ground, since: datetime | None, until: datetime | None) -> str:
    """From the first day to the last, both included; to the minute where days do not begin there."""
    ends = ("" if since is None else _moment(ground, since), "" if until is None else _moment(ground, until, is_end=True))
    name = "from_to" if all(ends) else "from" if ends[0] else "to"
    return _word(ground, name).format(*filter(None, ends))


def _moment(ground: Ground, at: datetime, *, is_end: bool = False) -> str:
    local = at.astimezone(ground.engine.site.zone)
    if local.time() != time():
        return f"{local:%Y-%m-%d %H:%M}"
    return f"{(local - timedelta(days=is_end)).date()}"


def _value(ground: Ground, asked: Asked, one: Reading | Given) -> str:
    if isinstance(one, Given):
        return _given(ground, one)
    title, unit = parameter_title(ground, one.parameter, asked.search.procedure)
    figures = [written(figure) for figure in (one.figure, one.high) if figure is not None]
    return _word(ground, one.compare).format(title, *figures, unit=f" {unit}" if unit else "")


def _given(ground: Ground, one: Given) -> str:
    plan = ground.plan(one.procedure)
    step = plan.fields.get(one.step) if plan else None
    title = step.title.into(ground.language) if step else one.step
    option = step.options.get(one.option) if isinstance(step, Choose) else None
    people = ground.names.listed(_text(ground.person(person)) for person in one.people)
    value = option.into(ground.language) if option else one.option or one.words or one.name or people
    return f"{title}{': ' if ground.language == 'en' else '：'}{value}"


def parameter_title(ground: Ground, parameter: str, procedure: str = "") -> tuple[str, str]:
    """What a parameter, or a field that is counted, is called and its unit: by its procedure, or by the first that has it."""
    for plan in _plans(ground, procedure):
        if found := plan.procedure.parameters.get(parameter):
            return found.title.into(ground.language), found.unit.into(ground.language)
        if step := plan.fields.get(parameter):
            unit = step.unit if isinstance(step, Count) else None
            return step.title.into(ground.language), unit.into(ground.language) if unit else ""
    return parameter, ""


def _plans(ground: Ground, procedure: str) -> Iterator[Plan]:
    known = ground.engine.directory.now()
    names = [procedure] if procedure else [*sorted(known.published), *sorted(known.retired)]
    yield from (plan for name in names if (plan := ground.plan(name)) is not None)
