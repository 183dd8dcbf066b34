"""Compares two models field by field, over whatever fields they have, so that nothing that differs is ever left out.

What has an id is compared by id; rules, lines of a schedule and signatures, which have none, by likeness.
"""

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from pydantic import BaseModel

from engine.procedure.condition import Condition
from engine.procedure.diff.kinds import Added, Changed, Difference, Keys, Moved, Noun, Rekinded, Removed, Reordered, Thing
from engine.procedure.diff.lists import Paired, by_key, by_likeness, moved
from engine.procedure.due import At, Before, By, FirstOf, LastOf, SameDayAs, Within
from engine.procedure.field import Rule, Step
from engine.procedure.limits import Limits
from engine.procedure.text import Text, Written

NAMED: Mapping[str, Noun] = {
    "parameters": "parameter", "cards": "card", "options": "option", "items": "item", "places": "place", "roles": "role",
    "departments": "department", "shifts": "shift", "seasons": "season", "books": "book", "dilutions": "dilution",
    "overrides": "override", "reports": "report",
}  # fmt: skip
LISTED: Mapping[str, Noun] = {
    "schedule": "line", "rules": "rule", "duties": "rule", "questions": "question", "propose": "proposal", "sign": "signature",
    "fields": "column", "closing": "closing", "parts": "part", "figures": "figure",
}  # fmt: skip
_WHOLE = (Text, Condition, Within, Before, SameDayAs, By, At, FirstOf, LastOf)
_TOLD_BY_PARAMETER = frozenset({"title", "limits", "plausible", "critical"})  # what an override does to it is told there
_KEY = {"question": "id", "proposal": "option", "column": "id", "closing": "id", "part": "id", "figure": "id"}


def key_of(name: str, model: type[BaseModel]) -> str:
    """A field's name as an author writes it; `title`, whose key is the kind of a step, keeps its own."""
    return name if name == "title" else model.model_fields[name].alias or name


def same(old: Any, new: Any) -> bool:
    """Whether two values say the same. Stricter than `==`: a tick is not a one, and the order of entries counts."""
    match old, new:
        case BaseModel(), BaseModel():
            names = type(old).model_fields
            return (
                type(old) is type(new)
                and all(same(getattr(old, name), getattr(new, name)) for name in names)
                and _same_extra(old.model_extra or {}, new.model_extra or {})
            )
        case dict(), dict():
            return list(old) == list(new) and all(same(old[key], new[key]) for key in old)
        case tuple(), tuple():
            return len(old) == len(new) and all(map(same, old, new))
        case _:
            return type(old) is type(new) and bool(old == new)


def _same_extra(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return old.keys() == new.keys() and all(same(old[key], new[key]) for key in old)


def changes(what: Thing, old: Written, new: Written, path: Keys = (), skip: frozenset[str] = frozenset()) -> Iterator[Difference]:
    """Every difference between two models, `skip` left to others. `what` they are is named in each."""
    if isinstance(old, Step) and isinstance(new, Step) and old.kind != new.kind:
        yield Rekinded(what, old.kind, new.kind)
    for key, before, after in _values(old, new):
        if key not in skip and not same(before, after):
            yield from _field(what, (*path, key), before, after)


def _values(old: Written, new: Written) -> Iterator[tuple[str, Any, Any]]:
    """Each field with its two values; what only one kind of step has counts as not given in the other."""
    owner = {name: type(one) for one in (new, old) for name in type(one).model_fields}
    for name, model in owner.items():
        field = model.model_fields[name]
        absent = None if field.is_required() else field.get_default(call_default_factory=True)
        if name != "id":
            yield key_of(name, model), getattr(old, name, absent), getattr(new, name, absent)


def _field(what: Thing, path: Keys, old: Any, new: Any) -> Iterator[Difference]:
    key = path[-1]
    if key in NAMED and isinstance(old, dict) and isinstance(new, dict):
        yield from named(what, key, old, new)
    elif _noun(what, key) and isinstance(old, tuple) and isinstance(new, tuple):
        yield from listed(what, LISTED[key], old, new)
    elif _is_entered(old, new):
        yield from changes(what, old, new, path)
    else:
        yield Changed(what, path, old, new, _units(what, path))


def _noun(what: Thing, key: str) -> Noun | None:
    """What the entries of a list are; None where it is told as a whole, as the signatures of a report are."""
    return None if what.noun == "report" and key == "sign" else LISTED.get(key)


def _is_entered(old: Any, new: Any) -> bool:
    """Whether a model inside is told by its own fields rather than as a whole."""
    if not isinstance(old, Written) or type(old) is not type(new) or isinstance(old, _WHOLE):
        return False
    return not (isinstance(old, Limits) and isinstance(new, Limits) and (old.target is None) != (new.target is None))


def _units(what: Thing, path: Keys) -> tuple[str, str]:
    unit = getattr(what.item, "unit", "") if what.noun == "parameter" else ""
    return (unit, unit) if path[0] in ("limits", "plausible", "critical", "statutory") else ("", "")


def named(what: Thing, key: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    """Differences between entries found by id."""
    noun = NAMED[key]
    gone, come = [id_ for id_ in old if id_ not in new], [id_ for id_ in new if id_ not in old]
    again = renamed([(id_, old[id_]) for id_ in gone], [(id_, new[id_]) for id_ in come])
    for id_ in gone:
        yield Removed(Thing(noun, id_, old[id_], what), again.get(id_))
    was = {now: before for before, now in again.items()}
    for id_ in come:
        yield Added(Thing(noun, id_, new[id_], what), None, was.get(id_))
    for id_ in new:
        if id_ in old:
            yield from _entry(Thing(noun, id_, new[id_], what), old[id_], new[id_])
    kept, now = tuple(id_ for id_ in old if id_ in new), tuple(id_ for id_ in new if id_ in old)
    if kept != now:
        yield Reordered(what, key, kept, now)


def _entry(what: Thing, old: Any, new: Any) -> Iterator[Difference]:
    if isinstance(old, Text):
        if not same(old, new):
            yield Changed(what, ("title",), old, new)
        return
    units = (old.unit, new.unit) if what.noun == "parameter" else ("", "")
    for one in changes(what, old, new, skip=_TOLD_BY_PARAMETER if what.noun == "override" else frozenset()):
        is_figure = isinstance(one, Changed) and one.units != ("", "")
        yield Changed(one.what, one.path, one.old, one.new, units) if is_figure and isinstance(one, Changed) else one


def renamed(gone: Sequence[tuple[str, Any]], come: Sequence[tuple[str, Any]]) -> dict[str, str]:
    """Old id to new id, where everything but the id is the same."""
    found: dict[str, str] = {}
    for id_, item in gone:
        match = next(
            (now for now, other in come if now not in found.values() and same(_without_id(item), _without_id(other))), None
        )
        if match is not None:
            found[id_] = match
    return found


def _without_id(item: Any) -> Any:
    return item.model_copy(update={"id": ""}) if isinstance(item, Step) else item


def listed(what: Thing, noun: Noun, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Difference]:
    """Differences between two lists of models: by their key, or by likeness where they have none."""
    paired = _pairing(noun, old, new)
    shift = moved(paired.pairs)
    before = [_thing(what, noun, index, item) for index, item in enumerate(old)]
    now = [_thing(what, noun, index, item) for index, item in enumerate(new)]
    again = (
        renamed([(before[i].id, old[i]) for i in paired.removed], [(now[j].id, new[j]) for j in paired.added])
        if noun in _KEY
        else {}
    )
    was = {new_id: old_id for old_id, new_id in again.items()}
    yield from (Removed(before[i], again.get(before[i].id)) for i in paired.removed)
    yield from (Added(now[j], now[j - 1] if j else None, was.get(now[j].id)) for j in paired.added)
    for i, j in paired.pairs:
        if j in shift:
            yield Moved(now[j], now[j - 1] if j else None)
        yield from changes(now[j], old[i], new[j])


def _thing(what: Thing, noun: Noun, index: int, item: Any) -> Thing:
    return Thing(noun, str(getattr(item, _KEY[noun])) if noun in _KEY else str(index + 1), item, what)


def _pairing(noun: Noun, old: Sequence[Any], new: Sequence[Any]) -> Paired:
    if noun in _KEY:
        return by_key([getattr(one, _KEY[noun]) for one in old], [getattr(one, _KEY[noun]) for one in new])
    return by_likeness(old, new, same, _likeness)


def _likeness(old: Any, new: Any) -> float:
    """The share of what is written in either that is the same in both; of a rule's letters."""
    if isinstance(old, Rule):
        return SequenceMatcher(None, old.rule.zh, new.rule.zh, autojunk=False).ratio()
    names = [name for name in type(old).model_fields if getattr(old, name) or getattr(new, name)]
    return sum(same(getattr(old, name), getattr(new, name)) for name in names) / len(names)
