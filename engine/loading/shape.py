"""Follows pydantic's location of an error through the models and what was written, to a path and whoever owns it.

A location names union branches and wrapped values that nobody wrote; a path names only what stands in the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, RootModel, Tag

from engine.loading.sentences import Phrase
from engine.loading.source import Path

Location = tuple[str | int, ...]
MISSING = object()


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an error lies.

    `model` is the innermost model the location entered, `value` what is written at `path` (MISSING where nothing is), `wanted`
    the types that may stand there. `wrapper` is the key that a model put around a whole mapping, where it did.
    """

    path: Path
    model: type[BaseModel] | None
    value: object
    wanted: frozenset[type]
    wrapper: str | None = None


def follow(model: type[BaseModel], location: Location, tree: object) -> Spot:
    """Walk `location` from `model`, stepping into `tree` only where the file has such a key or item."""
    walk = _Walk(model, tree)
    for depth, part in enumerate(location, 1):
        if not walk.step(part, is_last=depth == len(location)):
            break
    wanted = frozenset(branch for branch in _branches(walk.ahead) if isinstance(branch, type))
    return Spot(tuple(walk.path), walk.model, walk.value, wanted, walk.wrapper)


class _Walk:
    """One walk: the annotation still ahead, and where the file has got to."""

    def __init__(self, model: type[BaseModel], tree: object) -> None:
        self.ahead: Any = model
        self.model: type[BaseModel] | None = None
        self.value = tree
        self.path: list[str | int] = []
        self.wrapper: str | None = None

    def step(self, part: str | int, *, is_last: bool) -> bool:
        """Take one part of the location; False where the file has nothing further in."""
        if part == "[key]" and is_last:
            return False  # the complaint is about the key itself, whatever it holds
        tags = _tags(self.ahead)
        if part in tags:
            self.ahead = tags[str(part)]
            return True
        if not tags and len(_branches(self.ahead)) > 1 and not _is_in(part, self.value):
            return True  # the name of a union's branch, which nobody wrote
        inner = self._inner(part)
        if inner is None:
            return False
        self.ahead = inner
        if isinstance(part, str) and isinstance(self.value, Mapping) and part not in self.value and not is_last:
            self.wrapper = part
            return True
        return self._enter(part)

    def _inner(self, part: str | int) -> Any:
        """The annotation of what `part` leads to."""
        for branch in _branches(self.ahead):
            found = _part_of(branch, part)
            if found is not None:
                if isinstance(branch, type) and issubclass(branch, BaseModel) and self.wrapper is None:
                    self.model = branch
                return found
        return None

    def _enter(self, part: str | int) -> bool:
        if isinstance(self.value, Mapping):
            if isinstance(part, int):
                return True  # one written thing stands for a list of one
            self.path.append(part)
            self.value = self.value.get(part, MISSING)
            return self.value is not MISSING
        if isinstance(self.value, list) and isinstance(part, int) and part < len(self.value):
            self.path.append(part)
            self.value = self.value[part]
            return True
        return isinstance(part, int) and not isinstance(self.value, list)


def _is_in(part: str | int, value: object) -> bool:
    return isinstance(part, int) or (isinstance(value, Mapping) and part in value)


def _branches(annotation: Any) -> list[Any]:
    """The alternatives of an annotation, `Annotated` and `None` taken off."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, UnionType):
        return [branch for arg in get_args(annotation) if arg is not NoneType for branch in _branches(arg)]
    return [annotation]


def _tags(annotation: Any) -> dict[str, Any]:
    """The tagged branches of a discriminated union, by tag."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) not in (Union, UnionType):
        return {}
    found: dict[str, Any] = {}
    for arg in get_args(annotation):
        inner = _tags(arg)
        tag = next((meta.tag for meta in get_args(arg)[1:] if isinstance(meta, Tag)), None) if not inner else None
        found |= {tag: arg} if tag else inner
    return found


def _part_of(branch: Any, part: str | int) -> Any:
    """What lies behind a key or index of one type, or None."""
    origin, args = get_origin(branch), get_args(branch)
    if isinstance(branch, type) and issubclass(branch, RootModel):
        return next((_part_of(inner, part) for inner in _branches(branch.model_fields["root"].annotation)), None)
    if origin in (tuple, list) and isinstance(part, int):
        return args[0]
    if origin is dict:
        return args[1]
    if isinstance(branch, type) and issubclass(branch, BaseModel) and isinstance(part, str):
        fields = {field.alias or name: field.annotation for name, field in branch.model_fields.items()}
        return fields.get(part) or _extra(branch)
    return None


def _extra(model: type[BaseModel]) -> Any:
    if model.model_config.get("extra") != "allow":
        return object  # an unknown key: it exists in the file, and nothing is known of what it holds
    schema = model.__annotations__.get("__pydantic_extra__")
    return get_args(schema)[1] if schema is not None else object


def keys_of(model: type[BaseModel]) -> list[str]:
    """The keys an author may write, as spelt in YAML."""
    return [field.alias or name for name, field in model.model_fields.items()]


_COLLECTIONS = {
    "parameters": "parameter",
    "cards": "card",
    "places": "place",
    "roles": "role",
    "departments": "department",
    "shifts": "shift",
    "seasons": "season",
    "books": "book",
    "dilutions": "dilution",
    "overrides": "override",
}
_REPORT_LISTS = {"parts": ("part", "a_part"), "figures": ("figure", "a_figure_of")}
_STEP_LISTS = {"steps": "step", "inputs": "input", "fields": "field"}


def owner_of(tree: object, path: Path, root: str = "procedure") -> Phrase:
    """Who a path belongs to, as people name it: a step by its id, a parameter by its name, the rest by its key."""
    owner, rest = Phrase(root), path
    value = tree
    for depth, part in enumerate(path):
        value = _child(value, part)
        parent = path[depth - 1] if depth else ""
        named = _name(str(parent), part, value)
        if named:
            owner, rest = named, path[depth + 1 :]
    return _chain(owner, rest)


def _chain(owner: Phrase, rest: Path) -> Phrase:
    """The keys between an owner and a place: `"low" of "limits" of parameter "ph"`, `entry 2 of "covers"`."""
    is_root = not owner.parts
    for depth, part in enumerate(rest):
        if isinstance(part, int):
            owner = Phrase("entry", (part + 1, owner))
        elif is_root and depth == 0 and len(rest) > 1:
            owner = Phrase("key", (part,))  # two keys name the place well enough without "of this procedure"
        else:
            owner = Phrase("within", (part, owner))
    return owner


def _child(value: object, part: str | int) -> object:
    if isinstance(value, Mapping):
        return value.get(part)
    if isinstance(value, list) and isinstance(part, int) and part < len(value):
        return value[part]
    return None


def _name(parent: str, part: str | int, value: object) -> Phrase | None:
    if parent in _COLLECTIONS and isinstance(part, str):
        return Phrase(_COLLECTIONS[parent], (part,))
    if isinstance(part, int) and isinstance(value, Mapping):
        if parent in _STEP_LISTS:
            return _step_name(_STEP_LISTS[parent], value, part)
        if parent in _REPORT_LISTS:
            noun, plain = _REPORT_LISTS[parent]
            return Phrase(noun, (value["id"],)) if isinstance(value.get("id"), str) else Phrase("nth", (part + 1, Phrase(plain)))
        if parent == "scenarios":
            return Phrase("scenario", (_title(value.get("scenario"), part),))
        if parent == "questions":
            return Phrase("question", (_title(value.get("id"), part),))
    return None


def _step_name(noun: str, step: Mapping[str, object], index: int) -> Phrase:
    if "section" in step:
        return Phrase("section", (_title(step["section"], index),))
    if isinstance(step.get("id"), str):
        return Phrase(noun, (step["id"],))
    title = _title(next(iter(step.values()), None))
    nth = Phrase("nth", (index + 1, Phrase("an_input" if noun == "input" else f"a_{noun}")))
    return Phrase(noun, (title,)) if title else nth


def _title(value: object, index: int | None = None) -> str:
    """A text in whatever language comes first, or the number of the entry."""
    if isinstance(value, Mapping):
        value = next(iter(value.values()), None)
    return value if isinstance(value, str) and value else str(index + 1) if index is not None else ""
