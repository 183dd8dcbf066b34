"""What is worked out once about something, kept for as long as that lives: a preview's plan goes, and its faces go with it."""

import weakref
from collections.abc import Callable
from typing import Generic, TypeVar

About = TypeVar("About")
Value = TypeVar("Value")


class Lasting(Generic[About, Value]):
    """Values by the very object they are about, equal to others or not. A value that holds its object would keep both."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[weakref.ref[About], Value]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, about: About, make: Callable[[], Value]) -> Value:
        """The value kept for it; made where there is none yet."""
        kept = self._kept.get(id(about))
        return self._made(about, make) if kept is None else kept[1]

    def _made(self, about: About, make: Callable[[], Value]) -> Value:
        number, value = id(about), make()

        def gone(_: weakref.ref[About]) -> None:  # called before the id can be another's
            self._kept.pop(number, None)

        self._kept[number] = (weakref.ref(about, gone), value)
        return value
