"""Steps of a procedure's file: added with the figure they need; who does them, when, and what if it fails.

Every change is made in the file's own style and touches nothing else. New ids are made from the English title where there is one,
and are never those of something else, for years of readings hang on them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.editing_order import stands
from engine.loading.edit import Change, Edit, Insert, Path, Value, edited, tree_of
from engine.loading.numbered import FIRST_ID, FIRST_STEP
from engine.procedure.field import OnDeviation, Step
from engine.procedure.procedure import Procedure
from engine.procedure.rules.names import RESERVED
from engine.procedure.step import STEP_KINDS

__all__ = ["NewFigure", "NewStep", "Value", "added", "as_text", "fresh_id", "settled"]
_LONGEST_ID = 40
_TRAPS = ("true", "false", "null", "yes", "no", "on", "off", "y", "n", "done", "not_done")  # ids that read as something else
_POLICY = tuple(OnDeviation.model_fields)  # in the order in which they are written


@dataclass(frozen=True, slots=True)
class NewFigure:
    """A parameter to be made. `bounds`: limits, critical, plausible, each with low and high as far as they are given."""

    title: Mapping[str, str]
    unit: str = ""
    bounds: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewStep:
    """A step to be added: its kind and title; what that kind needs by the language's keys; titles of options or items.

    `figure`: made with it, and what it measures. `settings`: as for `settled`. Titles are by language, English may be missing.
    """

    kind: str
    title: Mapping[str, str]
    keys: Mapping[str, Value] = field(default_factory=dict)
    listed: tuple[Mapping[str, str], ...] = ()
    figure: NewFigure | None = None
    settings: Mapping[str, Value | None] = field(default_factory=dict)


# -- added -----------------------------------------------------------------------------------------------------------------


def added(text: str, after: str, step: NewStep, taken: Iterable[str] = ()) -> tuple[str, str]:
    """The text with a step put after the step `after`, and the new step's id, which is none of `taken`.

    The one step of a procedure that has just been begun gives way. Raises KeyError where there is no such step, and NotEditable.
    """
    tree = tree_of(text)
    path, used = stands(tree)[after], {*taken, *_ids(tree), *RESERVED}
    figures = tree.get("parameters", {})
    is_begun = tree["steps"] == [FIRST_STEP] and FIRST_ID not in taken
    used -= {FIRST_ID} if is_begun else set()
    id_ = fresh_id(step.title, used | (figures.keys() if step.figure else set()), "step")
    changes: list[Change] = [_of_figure(step.figure, id_, figures)] if step.figure else []
    written = _written(step, id_)
    if is_begun:
        changes += [Insert(("steps", 1), written), Edit(("steps", 0), None)]
    else:
        changes.append(Insert((*path[:-1], int(path[-1]) + 1), written))
    return edited(text, changes), id_


def fresh_id(title: Mapping[str, str], used: Iterable[str], noun: str) -> str:
    """An id that reads as the English title does; where there is none, or it begins with no letter, the noun with a number."""
    used = frozenset(used)
    word = re.sub(r"[^a-z0-9]+", "_", title.get("en", "").lower()).strip("_")
    if len(word) > _LONGEST_ID:
        word = word[: _LONGEST_ID + 1].rpartition("_")[0] or word[:_LONGEST_ID]
    if not re.match(r"[a-z]", word):
        return next(name for number in range(1, len(used) + 2) if (name := f"{noun}_{number}") not in used)
    tries = (word, *(f"{word}_{number}" for number in range(2, len(used) + 3)))
    return next(name for name in tries if name not in used)


def as_text(zh: str, en: str = "") -> Value:
    """A text as the language writes it."""
    return {"zh": zh, "en": en} if en else zh


def _title(one: Mapping[str, str]) -> Value:
    return as_text(one.get("zh", ""), one.get("en", ""))


def _of_figure(figure: NewFigure, id_: str, there: Mapping[str, Any]) -> Edit:
    written: dict[str, Value] = {"title": _title(figure.title), "unit": figure.unit}
    written |= {part: dict(ends) for part, ends in figure.bounds.items() if ends}
    if not figure.unit:
        del written["unit"]
    if there:
        return Edit(("parameters", id_), written)
    before = [info.alias or name for name, info in Procedure.model_fields.items()]
    return Edit(("parameters",), {id_: written}, tuple(before[: before.index("parameters")]))


def _written(step: NewStep, id_: str) -> dict[str, Value]:
    written: dict[str, Value] = {step.kind: _title(step.title), "id": id_, **step.keys}
    if step.figure:
        written["parameter"] = id_
    if step.listed:
        key, noun = ("options", "option") if step.kind == "choose" else ("items", "item")
        written[key] = _listed(step.listed, noun)
    given = {key: value for key, value in step.settings.items() if value is not None}
    written |= {key: given[key] for key in ("when", "by") if key in given}
    policy = {key: given[key] for key in _POLICY if key in given}
    return written | ({"on_deviation": policy} if policy else {})


def _listed(titles: Iterable[Mapping[str, str]], noun: str) -> dict[str, Value]:
    """Options or items under ids of their own."""
    found: dict[str, Value] = {}
    for title in titles:
        id_ = fresh_id(title, found, noun)
        found[fresh_id({"en": f"is {id_}"}, found, noun) if id_ in _TRAPS else id_] = _title(title)
    return found


# -- who, when, what if ----------------------------------------------------------------------------------------------------


def settled(text: str, step: str, settings: Mapping[str, Value | None]) -> str:
    """The text with settings of a step changed: detail, when, by, and of on_deviation action, notify, remeasure, accept_by.

    None takes one out; one that is not given, or is as it stands, stays to the character. Raises KeyError and NotEditable.
    """
    tree = tree_of(text)
    path = stands(tree)[step]
    old = _at(tree, path)
    policy = {**old.get("on_deviation", {}), **{key: one for key, one in settings.items() if key in _POLICY}}
    ordered = {key: policy[key] for key in _POLICY if policy.get(key) is not None}
    wanted = {key: one for key, one in settings.items() if key not in _POLICY} | {"on_deviation": ordered or None}
    return edited(text, list(_changes(path, old, wanted)))


def _changes(path: Path, old: Mapping[str, Any], wanted: Mapping[str, Value | None]) -> Iterator[Edit]:
    for key, value in wanted.items():
        if value != old.get(key):
            yield Edit((*path, key), value, (_kind(old), *_before(STEP_KINDS[_kind(old)], key)))


def _before(kind: type[Step], key: str) -> Iterator[str]:
    """What stands before a key that every step may have: what is the kind's own, and what the language names first."""
    common = list(Step.model_fields)
    yield from (info.alias or name for name, info in kind.model_fields.items() if name not in common)
    yield from common[: common.index(key)]


def _kind(step: Mapping[str, Any]) -> str:
    return next(key for key in step if key in STEP_KINDS)


def _at(tree: Any, path: Path) -> Any:
    for part in path:
        tree = tree[part]
    return tree


def _ids(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict):
        if isinstance(tree.get("id"), str):
            yield tree["id"]
        tree = list(tree.values())
    if isinstance(tree, list):
        for inner in tree:
            yield from _ids(inner)
