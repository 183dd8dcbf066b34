"""New values as YAML in the manner of the shipped files: short things in brackets, steps and long things on lines of their own.

Knows how a value is laid out, not where it goes.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Union

from engine.loading.edit.scalars import Surroundings, settled, spelled

Value = Union[str, int, Decimal, bool, "list[Value]", "dict[str, Value]"]
WIDEST = 110  # characters of a line that is written anew, indentation included
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_/-]*")
_READ_OTHERWISE = re.compile(r"true|false|null", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is laid out. `newline`: its line end; `offset`: how far a list's dashes stand in from their key."""

    newline: str
    offset: int


def as_read(value: Value) -> Value:
    """The value as it will be read back. Raises NotWritable."""
    match value:
        case dict():
            return {key: as_read(inner) for key, inner in value.items()}
        case list():
            return [as_read(inner) for inner in value]
        case _:
            return settled(value)


def in_brackets(value: Value, layout: Layout) -> str:
    """The value on one line: `{low: 0.4, high: 0.6}`. Raises NotWritable."""
    match value:
        case dict():
            return "{" + ", ".join(f"{key_text(key)}: {in_brackets(inner, layout)}" for key, inner in value.items()) + "}"
        case list():
            return "[" + ", ".join(in_brackets(inner, layout) for inner in value) + "]"
        case _:
            return spelled(value, Surroundings(True, layout.newline, 0))


def on_lines(value: Value, column: int, layout: Layout, *, spread: bool = False) -> list[str]:
    """The lines of a value that begins at `column`; the first is written without its indentation.

    With `spread` a collection is not put into brackets, however short. Raises NotWritable.
    """
    if not isinstance(value, dict | list):
        return spelled(value, Surroundings(False, layout.newline, column + 2)).split(layout.newline)
    if not value or (not spread and _is_short(value, column, layout)):
        return [in_brackets(value, layout)]
    lines: list[str] = []
    parts = _pairs(value, column, layout) if isinstance(value, dict) else _items(value, column, layout)
    for part in parts:
        lines += [(" " * column if lines else "") + part[0], *part[1:]]
    return lines


def pair_lines(key: str, value: Value, column: int, layout: Layout, *, spread: bool = False) -> list[str]:
    """The lines of one key and its value, the first without its indentation. Raises NotWritable."""
    start = f"{key_text(key)}:"
    inner = column + (layout.offset if isinstance(value, list) else 2)
    if not isinstance(value, dict | list):
        first, *rest = spelled(value, Surroundings(False, layout.newline, column + 2)).split(layout.newline)
        return [f"{start} {first}", *rest]
    if not value or (not spread and _is_short(value, column + len(start), layout)):
        return [f"{start} {in_brackets(value, layout)}"]
    first, *rest = on_lines(value, inner, layout, spread=True)
    return [start, " " * inner + first, *rest]


def item_lines(value: Value, column: int, layout: Layout, *, spread: bool = False) -> list[str]:
    """The lines of a list's item with its dash, the first without its indentation. Raises NotWritable."""
    first, *rest = on_lines(value, column + 2, layout, spread=spread)
    return [f"- {first}", *rest]


def key_text(key: str) -> str:
    """A key as it is written. Raises NotWritable."""
    if _PLAIN_KEY.fullmatch(key) and not _READ_OTHERWISE.fullmatch(key):
        return key
    settled(key)
    return '"' + key.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def _pairs(value: Mapping[str, Value], column: int, layout: Layout) -> list[list[str]]:
    return [pair_lines(key, inner, column, layout) for key, inner in value.items()]


def _items(value: Sequence[Value], column: int, layout: Layout) -> list[list[str]]:
    return [item_lines(inner, column, layout, spread=isinstance(inner, dict) and _depth(inner) > 1) for inner in value]


def _is_short(value: Value, column: int, layout: Layout) -> bool:
    if _depth(value) > 2 or (isinstance(value, list) and any(isinstance(one, dict | list) for one in value)):
        return False
    return "\\n" not in repr(value) and column + len(in_brackets(value, layout)) <= WIDEST


def _depth(value: Value) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(_depth, inner), default=0)
