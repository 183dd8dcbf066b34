"""What a mistake in a procedure's text is about: the step, figure, time or question that stands there, by its title.

It works on a text that is not valid, as far as that can be read at all: that is when it is needed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import ValidationError

from engine.loading.diagnostic import Place
from engine.loading.source import Path, Source, read
from engine.procedure.step import STEP_KINDS
from engine.procedure.text import Text

Kind = Literal["step", "section", "parameter", "schedule", "question", "card", "input", "procedure"]
_LISTS: Mapping[str, Kind] = {"schedule": "schedule", "questions": "question", "inputs": "input"}
_TABLES: Mapping[str, Kind] = {"parameters": "parameter", "cards": "card"}


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Something of a procedure. `id` is its place in the list where it has none; `key` what is meant of it, as written."""

    kind: Kind
    id: str
    title: Text | None
    key: str = ""


def whereabouts(text: str, places: Iterable[Place]) -> list[Whereabouts | None]:
    """What stands at each place of a text; None for a text that cannot be read."""
    source = read(text.encode(), "")
    return [_at(source, place) if source.tree is not None else None for place in places]


def titles_in(text: str) -> Mapping[str, Text]:
    """What the ids of a text are called: steps, fields, questions at the start, figures, options, items, cards."""
    source = read(text.encode(), "")
    return {id_: title for id_, title in _titles(source.tree) if title is not None}


def _at(source: Source, place: Place) -> Whereabouts:
    """The last thing that begins at the place or before it."""
    until = place.line, place.column
    there = ((one.line, one.column, len(path), number, path) for number, (one, path) in enumerate(_all(source)))
    return _of(source.tree, max((one for one in there if one[:2] <= until), default=(0, 0, 0, 0, ()))[4])


def _all(source: Source) -> Iterator[tuple[Place, Path]]:
    for known in (source.keys, source.values):
        yield from ((place, path) for path, place in known.items())


def _of(tree: object, path: Path) -> Whereabouts:
    match path:
        case ("steps", int(), "steps", int(), *rest):
            return _step(_in(tree, path[:4]), path[3], rest)
        case ("steps", int(index), *rest):
            one = _in(tree, path[:2])
            if isinstance(one, Mapping) and "section" in one:
                return Whereabouts("section", str(index), _title(one, "section"), _key(rest))
            return _step(one, index, rest)
        case (str(table), str(id_), *rest) if table in _TABLES:
            return Whereabouts(_TABLES[table], id_, _title(_in(tree, path[:2]), "title"), _key(rest))
        case (str(table), int(index), *rest) if table in _LISTS:
            one = _in(tree, path[:2])
            own = str(one["id"]) if isinstance(one, Mapping) and "id" in one else str(index)
            return Whereabouts(_LISTS[table], own, _title(one, *STEP_KINDS, "ask"), _key(rest))
        case _:
            return Whereabouts("procedure", "", None, _key(path))


def _step(one: object, index: object, rest: Iterable[object]) -> Whereabouts:
    own = str(one["id"]) if isinstance(one, Mapping) and "id" in one else str(index)
    return Whereabouts("step", own, _title(one, *STEP_KINDS), _key(rest))


def _key(rest: Iterable[object]) -> str:
    return next((part for part in rest if isinstance(part, str)), "")


def _in(tree: object, path: Path) -> object:
    for part in path:
        tree = tree[part] if isinstance(tree, Mapping | list) else None  # type: ignore[index]
    return tree


def _title(one: object, *keys: str) -> Text | None:
    written = next((one[key] for key in keys if key in one), None) if isinstance(one, Mapping) else None
    return _text(written)


def _text(written: object) -> Text | None:
    try:
        return Text.model_validate(written)
    except ValidationError:
        return None


def _titles(tree: object) -> Iterator[tuple[str, Text | None]]:
    if isinstance(tree, list):
        for one in tree:
            yield from _titles(one)
    elif isinstance(tree, Mapping):
        if "id" in tree:
            yield str(tree["id"]), _title(tree, *STEP_KINDS, "ask")
        for key, value in tree.items():
            if isinstance(value, Mapping):
                yield from _named(key, value)
            yield from _titles(value)


def _named(key: str, table: Mapping[str, object]) -> Iterator[tuple[str, Text | None]]:
    if key in _TABLES:
        yield from ((id_, _title(one, "title")) for id_, one in table.items())
    elif key in ("options", "items"):
        yield from ((id_, _text(one)) for id_, one in table.items())
