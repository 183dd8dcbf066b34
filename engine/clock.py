"""Clocks. Everything that asks the time asks one of these, so that tests and the demonstration can move it."""

from datetime import UTC, datetime, timedelta
from mmap import mmap
from pathlib import Path
from struct import Struct
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The time now, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The time now, aware, in UTC."""
        return datetime.now(UTC)


class MovableClock:
    """A clock that runs, and can be put forward: for the demonstration, where nobody wants to wait an hour for the pump.

    All processes that name the same `kept` file have one clock.
    """

    def __init__(self, base: Clock, ahead: timedelta = timedelta(), kept: Path | None = None) -> None:
        self._base = base
        self._seconds = _shared(kept) if kept else mmap(-1, _DOUBLE.size)
        self.put_forward(ahead - self._ahead())

    def now(self) -> datetime:
        """The time now, aware, in UTC."""
        return self._base.now() + self._ahead()

    def put_forward(self, length: timedelta) -> None:
        """Move the clock on; never back."""
        _DOUBLE.pack_into(self._seconds, 0, (self._ahead() + max(length, timedelta())).total_seconds())

    def _ahead(self) -> timedelta:
        return timedelta(seconds=_DOUBLE.unpack_from(self._seconds)[0])


_DOUBLE = Struct("=d")


def _shared(path: Path) -> mmap:
    with path.open("ab") as file:
        if not file.tell():
            file.write(_DOUBLE.pack(0.0))
    with path.open("r+b") as file:
        return mmap(file.fileno(), _DOUBLE.size)
