"""What can be changed in a file, why it sometimes cannot, and a change taken apart into the smallest that do the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Union

from engine.loading.edit.rendering import Value, as_read
from engine.loading.edit.tree import at, differing, is_there
from engine.loading.source import Path


@dataclass(frozen=True, slots=True)
class Edit:
    """The value at `path` becomes `value`; None takes the key or the item away, with its line.

    A key that is not there is added, with the mappings around it: after the last of the keys `after` that is there, else at the
    end. The index after a list's last adds an item. A mapping or a list in place of another changes only what differs.
    """

    path: Path
    value: Value | None
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Insert:
    """An item put into a list where `path` says: right after the one before it, above comments that stand for themselves."""

    path: Path
    value: Value


@dataclass(frozen=True, slots=True)
class Move:
    """A list's item moved, with its comments, to where `to` is once it has been taken out; also into another list."""

    path: Path
    to: Path


Change = Union[Edit, Insert, Move]  # noqa: UP007 - used at run time


class NotEditable(ValueError):
    """A change that cannot be made without touching something else. `facts` go with `why`:

    unreadable (diagnostics: of the file as it is), no-such-place, comment-inside (it would be lost), odd-layout, hidden-character
    (character), not-finite (found), too-long (found), other-change (diagnostics of the result; or none, and more would change).
    """

    def __init__(self, path: Path, why: str, **facts: object) -> None:
        super().__init__(f"{why} at {'.'.join(map(str, path)) or 'the file'}")
        self.path, self.why, self.facts = path, why, facts


def refined(edit: Edit, tree: Any) -> Iterator[Edit | Insert]:
    """The smallest changes that do the same to `tree`. Raises NotEditable where there is no such place, and NotWritable."""
    path = edit.path
    if edit.value is None:
        if not path or not is_there(tree, path):
            raise NotEditable(path, "no-such-place")
        yield edit
    elif is_there(tree, path):
        yield from _differences(path, at(tree, path), as_read(edit.value))
    else:
        yield _addition(edit, tree)


def _addition(edit: Edit, tree: Any) -> Edit | Insert:
    assert edit.value is not None
    length = next(n for n in range(len(edit.path) - 1, -1, -1) if is_there(tree, edit.path[:n]))
    owner, value, rest = at(tree, edit.path[:length]), as_read(edit.value), edit.path[length:]
    if isinstance(owner, list) and rest == (len(owner),):
        return Insert(edit.path, value)
    if not isinstance(owner, dict):
        raise NotEditable(edit.path, "no-such-place")
    for part in reversed(rest[1:]):
        if not isinstance(part, str):
            raise NotEditable(edit.path, "no-such-place")
        value = {part: value}
    if not isinstance(rest[0], str):
        raise NotEditable(edit.path, "no-such-place")
    return Edit(edit.path[: length + 1], value, edit.after)


def _differences(path: Path, old: Any, new: Any) -> Iterator[Edit | Insert]:
    if differing(old, new) is None:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _of_mapping(path, old, new)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _of_list(path, old, new)
    else:
        yield Edit(path, new)


def _of_mapping(path: Path, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Edit | Insert]:
    keys = list(new)
    for index, key in enumerate(keys):
        if key in old:
            yield from _differences((*path, key), old[key], new[key])
        else:
            yield Edit((*path, key), new[key], tuple(keys[:index]))
    yield from (Edit((*path, key), None) for key in old if key not in new)


def _of_list(path: Path, old: list[Any], new: list[Any]) -> Iterator[Edit | Insert]:
    """What is the same at both ends stays; between, item by item."""
    shorter = min(len(old), len(new))
    first = next((n for n in range(shorter) if differing(old[n], new[n]) is not None), shorter)
    last = next((n for n in range(shorter - first) if differing(old[-1 - n], new[-1 - n]) is not None), shorter - first)
    pairs = shorter - first - last
    for index in range(first, first + pairs):
        yield from _differences((*path, index), old[index], new[index])
    for index in range(len(old) - last - 1, first + pairs - 1, -1):
        yield Edit((*path, index), None)
    for index in range(first + pairs, len(new) - last):
        yield Insert((*path, index), new[index])
