"""The places of a file which a form offers: figures, times, texts and lines of a schedule, each with what it takes.

Kinds come from the models' own types, so that a new figure is offered as soon as a model has it. Ids, clauses, conditions and
the roles of steps are not offered: they hold the file together, and are changed where all of it is seen.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from engine.loading.edit.changes import NotEditable
from engine.loading.edit.tree import at, is_there
from engine.loading.source import Path
from engine.procedure.amount import Span, written
from engine.procedure.condition import Condition
from engine.procedure.field import Rule
from engine.procedure.procedure import Procedure
from engine.procedure.schedule import Schedule
from engine.procedure.site import Calendar, Season
from engine.procedure.text import ClauseId, Text, Written
from engine.procedure.unit import Unit

Kind = Literal["figure", "whole", "span", "clock", "day", "truth", "choice", "line", "word", "words", "roles", "text"]
"""figure: a decimal; whole: an int; span: "15 min"; clock: "08:30"; day: "2026-10-01"; truth: a bool; choice: one of a few words;
line: a text in one language; word: an id or the like; words: a list of words or whole numbers; roles: a list of the site's roles;
text: zh or en of a text."""

_EVERYWHERE = ("figure", "whole", "span", "clock", "day", "line", "text")
_WHOLE_LINES = (Schedule, Season, Calendar)  # of these everything is offered
_KINDS: dict[type, Kind] = {
    bool: "truth", int: "whole", Decimal: "figure", Span: "span", time: "clock", date: "day", str: "line", Unit: "line",
    Text: "text",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Editable:
    """One place. `current`: as it is written, None where nothing stands there yet; `after`: for `Edit`, where it would go.

    `options`: the words of a choice, else empty.
    """

    path: Path
    kind: Kind
    current: str | None
    after: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


def editable(tree: Any, model_type: type[Written] = Procedure) -> Iterator[Editable]:
    """Every place of a file's tree (`Source.tree`) which a form offers, in the order of the model.

    Raises NotEditable for a tree that is not a valid `model_type`: what is broken is put right where all of it is seen.
    """
    try:
        model = model_type.model_validate(tree)
    except ValidationError:
        raise NotEditable((), "unreadable", diagnostics=()) from None
    yield from _of_model(model, tree, ())


def _of_model(model: Written, tree: Any, path: Path) -> Iterator[Editable]:
    after: tuple[str, ...] = ()
    for name, info in type(model).model_fields.items():
        key = info.alias or name
        value, here = getattr(model, name), (*path, key)
        if isinstance(model, Rule) and not _is_mapping_with(tree, path, key):
            here = path  # a text alone stands for a rule
        kind = _kind_of(info)
        if kind:
            yield from _of_leaf(kind, info, tree, here, after, type(model))
        elif not is_there(tree, here):
            yield from _of_absent(info, here, after)
        else:
            yield from _of_inner(value, tree, here)
        after = (*after, key)


def _of_inner(value: Any, tree: Any, path: Path) -> Iterator[Editable]:
    match value:
        case Condition():
            return
        case Text():
            yield from _of_text(tree, path, ())
        case Written():
            yield from _of_model(value, tree, path)
        case Mapping():
            for key, inner in value.items():
                yield from _of_inner(inner, tree, (*path, key))
        case tuple():
            is_list = isinstance(at(tree, path), list)  # else one thing stands for a list of one
            for index, inner in enumerate(value):
                yield from _of_inner(inner, tree, (*path, index) if is_list else path)


def _of_leaf(kind: Kind, info: FieldInfo, tree: Any, path: Path, after: tuple[str, ...], owner: type) -> Iterator[Editable]:
    if kind == "text" or (kind == "line" and isinstance(at(tree, path) if is_there(tree, path) else None, dict)):
        yield from _of_text(tree, path, after)  # a unit in both languages is two texts
    elif path == ("done_by",):
        yield Editable(path, "roles", _current(tree, path), after)
    elif kind in _EVERYWHERE or owner in _WHOLE_LINES:
        options = _options(info) if kind == "choice" else ()
        yield Editable(path, kind, _current(tree, path), after, options)


def _of_text(tree: Any, path: Path, after: tuple[str, ...]) -> Iterator[Editable]:
    if is_there(tree, path) and isinstance(at(tree, path), dict):
        yield Editable((*path, "zh"), "text", _current(tree, (*path, "zh")))
        yield Editable((*path, "en"), "text", _current(tree, (*path, "en")), ("zh",))
    else:
        yield Editable(path, "text", _current(tree, path), after)


def _of_absent(info: FieldInfo, path: Path, after: tuple[str, ...]) -> Iterator[Editable]:
    """The figures of a part that is left out and is nothing but figures, any of which alone can make it: `critical` by `high`."""
    model = next((one for one in _types(info.annotation) if isinstance(one, type) and issubclass(one, Written)), None)
    fields = [(inner.alias or name, _kind_of(inner), inner) for name, inner in model.model_fields.items()] if model else []
    if all(kind in _EVERYWHERE and not inner.is_required() for _, kind, inner in fields):
        yield from (Editable((*path, key), kind, None, after) for key, kind, _ in fields if kind)


def _kind_of(info: FieldInfo) -> Kind | None:
    """What a field takes, or None where it is no single thing."""
    types = _types(info.annotation)
    if any(get_origin(one) is Literal for one in types):
        return "choice" if len(_options(info)) > 1 else None
    if any(get_origin(one) is tuple and _is_of_words(one) for one in types):
        return None if info.annotation == tuple[ClauseId, ...] else "words"
    found = next((_KINDS[one] for one in types if one in _KINDS), None)
    has_pattern = any(getattr(one, "pattern", None) for one in (*info.metadata, *_metadata(info.annotation)))
    return "word" if found == "line" and has_pattern else found


def _types(annotation: Any) -> tuple[Any, ...]:
    """The parts of a union, without what is only said about them."""
    if get_origin(annotation) is Annotated:
        return _types(get_args(annotation)[0])
    if get_origin(annotation) in (Literal, tuple, dict) or not get_args(annotation):
        return (annotation,)
    return tuple(inner for one in get_args(annotation) for inner in _types(one))


def _metadata(annotation: Any) -> tuple[Any, ...]:
    said = annotation.__metadata__ if get_origin(annotation) is Annotated else ()
    return (*said, *(one for inner in get_args(annotation) for one in _metadata(inner)))


def _is_of_words(annotation: Any) -> bool:
    return all(one in (str, int, date) or get_origin(one) is Literal for one in _types(get_args(annotation)[0]))


def _options(info: FieldInfo) -> tuple[str, ...]:
    return tuple(str(word) for one in _types(info.annotation) if get_origin(one) is Literal for word in get_args(one))


def _is_mapping_with(tree: Any, path: Path, key: str) -> bool:
    value = at(tree, path)
    return isinstance(value, dict) and (key in value or "rule" in value)


def _current(tree: Any, path: Path) -> str | None:
    value = at(tree, path) if is_there(tree, path) else None
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case Decimal():
            return written(value)
        case list():
            return ", ".join(map(str, value))
        case _:
            return str(value)
