"""A procedure's file changed place by place: what a form offers of it, and what was typed there, written into exactly those
characters. Steps themselves are `editing_steps`' business.

Places are named so that they stay what they are when steps move: `parameters.free_chlorine.limits.high`, `@ph.detail.zh` for
the step `ph`. Whether a figure makes sense is the checker's business; here only that it can be read at all.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from engine.editing_order import stands
from engine.editing_typed import Mistyped, read_typed, same
from engine.loading.diagnostic import Diagnostic, Place
from engine.loading.edit import Edit, NotEditable, Path, Value, edited, tree_of
from engine.loading.edit.places import Editable, editable
from engine.loading.source import read

__all__ = ["Mistyped", "NotEditable", "Retyped", "Spot", "retyped", "spots", "steps_at", "told_at"]
_PARTS = ("limits", "plausible", "critical")  # of a parameter: without a figure such a part is left out whole


@dataclass(frozen=True, slots=True)
class Spot:
    """One place that a form offers. `current`: as it stands, None where nothing does; `text`: where a text in both languages is.

    `options`: the words of a choice.
    """

    key: str
    path: Path
    kind: str
    current: str | None
    after: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    text: Path = ()


@dataclass(frozen=True, slots=True)
class Retyped:
    """A text with what was typed in it, and by their places those that could not be read."""

    text: str
    changed: tuple[str, ...] = ()
    mistakes: Mapping[str, Mistyped] = field(default_factory=dict)


# -- what there is ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def _spots(text: str) -> tuple[Spot, ...]:
    tree = tree_of(text)
    return tuple(spot for one in editable(tree) for spot in _in_languages(one, _key(one.path, tree)))


def spots(text: str) -> Mapping[str, Spot]:
    """Every place of a procedure's text which a form offers, by its key. Raises NotEditable for a text that is not valid."""
    return {spot.key: spot for spot in _spots(text)}


def _in_languages(one: Editable, key: str) -> Iterator[Spot]:
    """A text has a place for each language, also where it stands there in Chinese alone or not at all."""
    if one.kind != "text":
        yield Spot(key, one.path, one.kind, one.current, one.after, one.options)
    elif one.path[-1] in ("zh", "en"):
        yield Spot(key, one.path, "text", one.current, one.after, text=one.path[:-1])
    else:
        yield Spot(f"{key}.zh", one.path, "text", one.current, one.after, text=one.path)
        yield Spot(f"{key}.en", (*one.path, "en"), "text", None, one.after, text=one.path)


def _key(path: Path, tree: Any) -> str:
    """A path as a name, with steps by their ids."""
    parts: list[str] = []
    here = tree
    for part in path:
        here = _inside(here, part)
        id_ = here.get("id") if isinstance(here, dict) and isinstance(part, int) else None
        if isinstance(id_, str):
            parts = [f"{parts[0]}.{id_}"] if parts[0] == "questions" else [f"@{id_}"]
        else:
            parts.append(str(part))
    return ".".join(parts)


def _inside(tree: Any, part: str | int) -> Any:
    if isinstance(tree, dict):
        return tree.get(part)
    return tree[part] if isinstance(tree, list) and isinstance(part, int) and part < len(tree) else None


# -- what was typed --------------------------------------------------------------------------------------------------------


def retyped(text: str, typed: Mapping[str, str]) -> Retyped:
    """The text with every figure and text that was typed otherwise than it stands. Raises NotEditable."""
    known, mistakes, values = spots(text), dict[str, Mistyped](), dict[str, Value | None]()
    for key, given in typed.items():
        if key in known and not same(known[key].kind, given, known[key].current):
            found = read_typed(known[key].kind, given)
            if found is None and known[key].kind == "roles":
                found = Mistyped("no_role", given)  # nobody may do it, and the file would be refused
            if isinstance(found, Mistyped):
                mistakes[key] = found
            else:
                values[key] = found
    changes = list(_changes(known, values, mistakes))
    return Retyped(edited(text, changes) if changes else text, (*values, *mistakes), mistakes)


def _changes(known: Mapping[str, Spot], values: Mapping[str, Value | None], mistakes: dict[str, Mistyped]) -> Iterator[Edit]:
    emptied = _emptied(known, values)
    yield from (Edit(part, None) for part in emptied)
    done = set[Path]()
    for key, value in values.items():
        spot = known[key]
        if spot.path[:-1] in emptied or (spot.text and spot.text in done):
            continue
        if spot.text:
            done.add(spot.text)
            yield from _of_text(key.rpartition(".")[0], known, values, mistakes)
        else:
            yield Edit(spot.path, value, spot.after)


def _emptied(known: Mapping[str, Spot], values: Mapping[str, Value | None]) -> list[Path]:
    """Parts of parameters that are left without a figure."""
    parts = dict.fromkeys(known[key].path[:-1] for key, value in values.items() if value is None)
    left = {spot.path[:-1] for key, spot in known.items() if values.get(key, spot.current) is not None}
    return [part for part in parts if part and part[-1] in _PARTS and part not in left]


def _of_text(
    key: str, known: Mapping[str, Spot], values: Mapping[str, Value | None], mistakes: dict[str, Mistyped]
) -> Iterator[Edit]:
    """The changes of one text: both languages together, for one alone cannot stand without the Chinese."""
    zh, en = f"{key}.zh", f"{key}.en"
    new_zh, new_en = (values.get(one, known[one].current) for one in (zh, en))
    text = known[zh].text
    if new_zh is None and new_en is not None:
        mistakes[zh] = Mistyped("no_chinese", "")
    elif new_zh is None:
        yield Edit(text, None)
    elif known[zh].path == text:  # Chinese alone, or nothing yet
        yield Edit(text, new_zh if new_en is None else {"zh": new_zh, "en": new_en}, known[zh].after)
    else:
        yield from (Edit(known[one].path, values[one], known[one].after) for one in (zh, en) if one in values)


def told_at(text: str, keys: Iterable[str], told: Sequence[Diagnostic]) -> tuple[dict[str, Diagnostic], tuple[Diagnostic, ...]]:
    """What the checker says of a text, by the place among `keys` it is about; and the rest. A single place takes all."""
    source = read(text.encode(), "")
    known = _known(text)
    places = {key: source.place(known[key]) for key in keys if key in known}
    found: dict[str, Diagnostic] = {}
    rest: list[Diagnostic] = []
    for one in told:
        key = next(iter(places), None) if len(places) == 1 else _nearest(one.place, places)
        if key is None:
            rest.append(one)
        else:
            found.setdefault(key, one)
    return found, tuple(rest)


def steps_at(text: str, told: Iterable[Diagnostic]) -> tuple[str, ...]:
    """The steps, by id, in which something is told of."""
    source, here = read(text.encode(), ""), dict[int, str]()
    for path, id_ in ((path, id_) for id_, path in stands(source.tree).items()) if source.tree else ():
        lines = [place.line for one, place in (*source.values.items(), *source.keys.items()) if one[: len(path)] == path]
        here |= dict.fromkeys(range(min(lines), max(lines) + 1), id_)
    return tuple(dict.fromkeys(here[one.place.line] for one in told if one.place.line in here))


def _known(text: str) -> Mapping[str, Path]:
    """Paths by key, also of a text that has become invalid: its ids are still there."""
    source = read(text.encode(), "")
    return {_key(path, source.tree): path for path in (*source.values, *source.keys)} if source.tree else {}


def _nearest(place: Place, places: Mapping[str, Place]) -> str | None:
    over = [k for k, p in places.items() if p.line == place.line and p.column < place.end_column and place.column < p.end_column]
    return next(iter([*over, *(key for key, one in places.items() if one.line == place.line)]), None)
