"""Rules on values about people: each is kept for a time that somebody wrote down, and nothing depends on what will be erased."""

from collections.abc import Iterator

from engine.procedure.condition import Condition
from engine.procedure.due import Due
from engine.procedure.field import Step, is_personal
from engine.procedure.problem import Path, Problem
from engine.procedure.rules.draft import Draft, Item, parts_of
from engine.procedure.rules.names import tests_of
from engine.procedure.step import Register

_ANCHORS = ("after", "of", "same_day_as", "at")


def kept_for(draft: Draft) -> Iterator[Problem]:
    """A personal value has a time for which it is kept: its procedure's, or the site's; rows have their book's."""
    site = draft.around.site
    if site is None or draft.procedure.retention or site.retention:
        return
    for item in draft.written:
        if is_personal(item.step) and not _is_of_book(item):
            yield Problem("personal-without-retention", (*item.path, "personal"), {"id": item.id}, at_key=True)


def _is_of_book(item: Item) -> bool:
    return item.owner is not None and isinstance(item.owner.step, Register)


def decides(draft: Draft) -> Iterator[Problem]:
    """No condition and no deadline looks at a personal value: once it is erased, nobody could tell any more what it decided."""
    named = {name for name, item in draft.named.items() if is_personal(item.step)}
    for asked in draft.asked if named else ():
        yield from _named(asked.condition, asked.path, named)
    for timed in draft.timed if named else ():
        for path, due in ((timed.path, timed.due), *parts_of(timed.due, timed.path)):
            yield from _anchored(due, path, named)


def _named(condition: Condition, path: Path, named: set[str]) -> Iterator[Problem]:
    for where, name, _ in tests_of(condition, path):
        if name in named:
            yield Problem("personal-decides", where, {"name": name}, at_key=True)


def _anchored(due: Due, path: Path, named: set[str]) -> Iterator[Problem]:
    for key in _ANCHORS:
        if (name := getattr(due, key, None)) in named:
            yield Problem("personal-decides", (*path, key), {"name": name})


def decides_in_book(path: Path, fields: tuple[Step, ...]) -> Iterator[Problem]:
    """The same for the columns of one book."""
    named = {field.id for field in fields if is_personal(field)}
    for k, field in enumerate(fields):
        yield from _named(field.when, (*path, k, "when"), named) if field.when else ()


RULES = (kept_for, decides)
