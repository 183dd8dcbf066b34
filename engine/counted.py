"""Words that follow a number: a pattern says both, `{count} {count:run|runs}`, and the one that fits the number is taken.

What a pattern is about is not known here.
"""

import re
from collections.abc import Mapping
from string import Formatter
from typing import Any

_CHOICE = re.compile(r"\{\w+:[^{}|]*\|[^{}|]*\}")


class _Choosing(Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        one, bar, many = format_spec.partition("|")
        return (one if str(value) == "1" else many) if bar else str(super().format_field(value, format_spec))


_choosing = _Choosing()


class Counted(str):
    """A pattern with such choices; it is formatted like any other text."""

    __slots__ = ()

    def __str__(self) -> "Counted":
        return self  # `str(text).format(…)` must not lose the choices

    def format(self, *_: Any, **facts: Any) -> str:
        """The text with its facts."""
        return _choosing.vformat(self, (), facts)

    def format_map(self, facts: Mapping[str, Any], /) -> str:  # type: ignore[override]  # str asks for less, and mypy for as little
        """The text with its facts; a mapping may make up what it lacks."""
        return _choosing.vformat(self, (), facts)


def pattern(text: str) -> str:
    """A pattern, with its choices where it has any."""
    return Counted(text) if _CHOICE.search(text) else text
