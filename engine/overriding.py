"""A site's overrides as the desk writes them: one put into its file, changed or ended there, all else left as it stands.

The file of a procedure's overrides is `overrides/<procedure>.yaml`: it goes the procedure's way, from draft to what is in force.
Whether the figures make sense is the checker's business.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from engine.loading.diagnostic import Diagnostic
from engine.loading.edit import Edit, NotEditable, Path, Value, edited
from engine.loading.source import read
from engine.procedure.override import Override

PARTS = ("limits", "critical", "plausible")
ENDS = ("low", "high", "target", "tolerance")
_BEGINNING = "format: 1\n"
_EMPTY = {_BEGINNING, f"{_BEGINNING}overrides: {{}}\n"}


@dataclass(frozen=True, slots=True)
class Wish:
    """An override that somebody wants. `figures`: by part and end, in the parameter's unit; days as in the file, "" for none."""

    figures: Mapping[str, Mapping[str, Decimal]]
    reason: Mapping[str, str] = field(default_factory=dict)  # by language; Chinese always
    review: str = ""
    expires: str = ""

    @classmethod
    def of(cls, one: Override) -> "Wish":
        """What is written in an override."""
        days = {key: day.isoformat() if (day := getattr(one, key)) else "" for key in ("review", "expires")}
        reason = {"zh": one.reason.zh} | ({"en": one.reason.en} if one.reason.en else {})
        return cls({part: ends for part in PARTS if (ends := ends_of(getattr(one, part)))}, reason, **days)

    @property
    def entry(self) -> dict[str, Value]:
        """The same as it stands in a file."""
        figures: dict[str, Value] = {part: dict(ends) for part, ends in self.figures.items()}
        reason: Value = dict(self.reason) if self.reason.get("en") else self.reason["zh"]
        days = {key: day for key, day in (("review", self.review), ("expires", self.expires)) if day}
        return {**figures, "reason": reason, **days}


def ends_of(part: object) -> dict[str, Decimal]:
    """The figures of limits or of a range, by their names; empty where there are none."""
    found = {end: getattr(part, end, None) for end in ENDS}
    return {end: figure for end, figure in found.items() if figure is not None}


def with_override(text: str, procedure: str, parameter: str, wish: Wish) -> str:
    """The text of a file of overrides with one as wanted, put there or changed. `text` is "" for no file. Raises NotEditable."""
    whole = text or _BEGINNING
    tree = _tree(whole)
    path: Path = ("overrides", procedure, parameter)
    old = _at(tree, path)
    if isinstance(old, dict):
        return edited(whole, list(_changes(path, old, wish.entry)))
    if _at(tree, path[:2]):
        return edited(whole, [Edit(path, wish.entry)])
    if _at(tree, path[:1]):
        return edited(whole, [Edit(path[:2], {parameter: wish.entry})])
    return edited(whole, [Edit(path[:1], {procedure: {parameter: wish.entry}}, ("format",))])


def _changes(path: Path, old: Mapping[str, Any], new: Mapping[str, Value]) -> Iterator[Edit]:
    """What is said otherwise, figure by figure."""
    for key in (*PARTS, "reason", "review", "expires"):
        before, after = old.get(key), new.get(key)
        if key in PARTS and isinstance(before, dict) and isinstance(after, dict):
            ends = dict.fromkeys((*before, *after))
            yield from (Edit((*path, key, end), after.get(end)) for end in ends if before.get(end) != after.get(end))
        elif before != after:
            yield Edit((*path, key), after, tuple(one for one in PARTS if one in old))


def without_override(text: str, procedure: str, parameter: str) -> str:
    """The text with an override ended; "", which takes the file away, where nothing is left to say. Raises NotEditable."""
    held = _at(_tree(text), ("overrides", procedure)) or {}
    if parameter not in held:
        return text
    path: Path = ("overrides", procedure, parameter) if len(held) > 1 else ("overrides", procedure)
    left = edited(text, [Edit(path, None)])
    return "" if left in _EMPTY else left


def with_exactly(text: str, procedure: str, wanted: Mapping[str, Override]) -> str:
    """The text with these overrides of a procedure and no others of it; "" where no file is needed. Raises NotEditable."""
    for parameter in _at(_tree(text or _BEGINNING), ("overrides", procedure)) or {}:
        if parameter not in wanted:
            text = without_override(text, procedure, parameter)
    for parameter, one in wanted.items():
        text = with_override(text, procedure, parameter, Wish.of(one))
    return text


def under_another_name(text: str, old: str, new: str) -> str:
    """The text with a procedure called otherwise, and every other character as it was."""
    source = read(text.encode(), "")
    place = source.keys.get(("overrides", old))
    if place is None:
        return text
    lines = text.splitlines(keepends=True)
    line = lines[place.line - 1]
    before, after = line[: place.column - 1], line[place.column - 1 :]
    lines[place.line - 1] = before + after.replace(old, new, 1)
    return "".join(lines)


def unreadable(text: str) -> tuple[Diagnostic, ...]:
    """Why a file of overrides cannot be changed by a form; empty where it can."""
    return tuple(read(text.encode(), "").diagnostics) if text else ()


def _tree(text: str) -> Any:
    source = read(text.encode(), "")
    if source.diagnostics or not isinstance(source.tree, dict):
        raise NotEditable((), "unreadable", diagnostics=tuple(source.diagnostics))
    return source.tree


def _at(tree: Any, path: Path) -> Any:
    for part in path:
        tree = tree.get(part) if isinstance(tree, dict) else None
    return tree
