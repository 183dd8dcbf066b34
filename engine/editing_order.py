"""The order of a procedure's steps: moved, put into another section, taken out, a section begun or dissolved. Comments go along.

A section of which nothing is left goes too, unless it says more than its title: that is not lost by the way.
"""

from collections.abc import Iterator
from typing import Any

from engine.loading.edit import Change, Edit, Insert, Move, NotEditable, Path, Value, edited, has_comment_above, tree_of

__all__ = ["dissolved", "divided", "moved", "removed", "shifted", "stands"]
_OWN = ("section", "steps", "covers", "rules")  # of a section; what binds its steps binds those divided off as well
_FOR_NOW: Value = {"check": "-", "id": "for_now"}  # holds a new section open until its steps are there


def stands(tree: Any) -> dict[str, Path]:
    """Where each step stands, by id; those inside forms and rounds are no steps of their own."""
    found: dict[str, Path] = {}
    for index, item in enumerate(tree["steps"]):
        inner = item.get("steps", ()) if "section" in item else ()
        found |= {one["id"]: ("steps", index, "steps", n) for n, one in enumerate(inner)}
        if "id" in item:
            found[item["id"]] = ("steps", index)
    return found


def removed(text: str, step: str) -> str:
    """The text without a step. Raises KeyError and NotEditable."""
    tree = tree_of(text)
    path = stands(tree)[step]
    emptied = _emptied(tree, path)
    return edited(text, [Edit(emptied or path, None)])


def shifted(text: str, step: str, by: int) -> str:
    """The text with a step one place further up (-1) or down (1), into the section beside it where it stood at the end.

    As it was where there is nowhere to go. Raises KeyError and NotEditable.
    """
    tree = tree_of(text)
    path = stands(tree)[step]
    to = _beside(tree, path, by)
    return edited(text, list(_carried(tree, path, to))) if to else text


def moved(text: str, step: str, beside: str, *, is_before: bool = False) -> str:
    """The text with a step put right after the step `beside`, or before it, in that one's section.

    Raises KeyError and NotEditable.
    """
    tree = tree_of(text)
    path, (*owner, index) = stands(tree)[step], stands(tree)[beside]
    if step == beside:
        return text
    place = int(index) + (0 if is_before else 1)
    if tuple(owner) == path[:-1]:
        place -= int(path[-1]) < place  # once it has been taken out, what follows moves up
    elif len(path) == 2 and int(path[1]) < int(owner[1] if len(owner) > 1 else 0):
        owner[1] = int(owner[1]) - 1
    return edited(text, list(_carried(tree, path, (*owner, place))))


def divided(text: str, step: str, title: Value) -> str:
    """The text with a section that begins with a step and holds what follows it in its own; bound to what that one says.

    Raises KeyError, and NotEditable, also for the first step of a section, which begins one already.
    """
    tree = tree_of(text)
    *owner, index = path = stands(tree)[step]
    is_inside, first = len(owner) > 1, int(index)
    if is_inside and first == 0:
        raise NotEditable(path, "begins-section")
    items = _at(tree, tuple(owner))
    count = next((n for n, one in enumerate(items[first:]) if "section" in one), len(items) - first)
    new = int(owner[1]) + 1 if is_inside else first
    said = _bound(tree["steps"][owner[1]]) if is_inside else {}
    start = first if is_inside else first + 1
    changes: list[Change] = [Insert(("steps", new), {"section": title, **said, "steps": [_FOR_NOW]})]
    changes += [Move((*owner, start), ("steps", new, "steps", n + 1)) for n in range(count)]
    return edited(text, [*changes, Edit(("steps", new, "steps", 0), None)])


def dissolved(text: str, first: str) -> str:
    """The text without the section that begins with the step `first`: its steps go to the section before it, or stand alone.

    Raises KeyError, and NotEditable where its steps would be bound to something else than before, or a comment be lost.
    """
    tree = tree_of(text)
    *owner, number = path = stands(tree)[first]
    if len(owner) == 1 or number != 0:
        raise KeyError(first)
    index = int(owner[1])
    before, section = tree["steps"][index - 1] if index else {}, tree["steps"][index]
    if _bound(section) != _bound(before) or section.keys() & {"covers", "rules"}:
        raise NotEditable(path[:2], "section-binds")
    if has_comment_above(text, path[:2]):
        raise NotEditable(path[:2], "comment-inside")
    count, held = len(section["steps"]), before["steps"] if "section" in before else None
    if held is None:
        moves = [Move(("steps", index + n, "steps", 0), ("steps", index + n)) for n in range(count)]
        return edited(text, [*moves, Edit(("steps", index + count), None)])
    moves = [Move((*owner, 0), ("steps", index - 1, "steps", len(held) + n)) for n in range(count)]
    return edited(text, [*moves, Edit(("steps", index), None)])


def _bound(item: Any) -> dict[str, Any]:
    """What a section says of its steps beside its title; of a step that stands alone nothing."""
    return {key: one for key, one in item.items() if key not in _OWN} if "section" in item else {}


def _carried(tree: Any, path: Path, to: Path) -> Iterator[Change]:
    """A step moved, and its section taken out where it was its last."""
    yield Move(path, to)
    emptied = _emptied(tree, path) if path[:-1] != to[:-1] else None
    if emptied:
        index = int(emptied[1])
        yield Edit(("steps", index + (len(to) == 2 and int(to[1]) <= index)), None)


def _emptied(tree: Any, path: Path) -> Path | None:
    """The section that has nothing but the step at `path`. Raises NotEditable where it says more than its title."""
    if len(path) == 2 or len(_at(tree, path[:-1])) > 1:
        return None
    if tree["steps"][path[1]].keys() - {"section", "steps"}:
        raise NotEditable(path[:2], "last-of-section")
    return path[:2]


def _beside(tree: Any, path: Path, by: int) -> Path | None:
    owner, index = path[:-1], int(path[-1])
    to = index + by
    here = _at(tree, owner)
    if 0 <= to < len(here) and not (len(owner) == 1 and "section" in here[to]):
        return (*owner, to)
    section = to if len(owner) == 1 else int(owner[1]) + by
    if not 0 <= section < len(tree["steps"]) or "section" not in tree["steps"][section]:
        return None
    place = 0 if by > 0 else len(tree["steps"][section]["steps"])
    target = section - 1 if len(owner) == 1 and by > 0 else section  # once it has been taken out, what follows moves up
    return ("steps", target, "steps", place)


def _at(tree: Any, path: Path) -> Any:
    for part in path:
        tree = tree[part]
    return tree
