"""Plain trees of values: what stands at a path, and the same tree with one thing changed. Trees themselves never change."""

from decimal import Decimal
from typing import Any

from engine.loading.source import Path


def is_there(tree: Any, path: Path) -> bool:
    """Whether something stands at `path`."""
    for part in path:
        if isinstance(part, str):
            if not isinstance(tree, dict) or part not in tree:
                return False
        elif not isinstance(tree, list) or not 0 <= part < len(tree):
            return False
        tree = tree[part]
    return True


def at(tree: Any, path: Path) -> Any:
    """What stands at `path`, which must be there."""
    for part in path:
        tree = tree[part]
    return tree


def put(tree: Any, path: Path, value: Any) -> Any:
    """The tree with `value` at `path`: of a key that may be new, or of an item."""
    if not path:
        return value
    inner = put(tree[path[0]], path[1:], value) if len(path) > 1 else value
    if isinstance(tree, dict):
        return {**tree, path[0]: inner}
    return [inner if index == path[0] else item for index, item in enumerate(tree)]


def removed(tree: Any, path: Path) -> Any:
    """The tree without what stands at `path`."""
    owner, part = at(tree, path[:-1]), path[-1]
    if isinstance(owner, dict):
        return put(tree, path[:-1], {key: value for key, value in owner.items() if key != part})
    return put(tree, path[:-1], [item for index, item in enumerate(owner) if index != part])


def inserted(tree: Any, path: Path, value: Any) -> Any:
    """The tree with `value` put before the item at `path`."""
    items, index = at(tree, path[:-1]), path[-1]
    assert isinstance(index, int)
    return put(tree, path[:-1], [*items[:index], value, *items[index:]])


def differing(one: Any, other: Any, path: Path = ()) -> Path | None:
    """The path to the first difference, or None. 0.60 is not 0.6, and 1 is not true: they are written differently."""
    if type(one) is not type(other):
        return path
    if isinstance(one, dict):
        if one.keys() != other.keys():
            return path
        pairs = [((*path, key), one[key], other[key]) for key in one]
    elif isinstance(one, list):
        if len(one) != len(other):
            return path
        pairs = [((*path, index), *both) for index, both in enumerate(zip(one, other, strict=True))]
    else:
        return None if one == other and (not isinstance(one, Decimal) or str(one) == str(other)) else path
    return next((found for deeper, a, b in pairs if (found := differing(a, b, deeper)) is not None), None)
