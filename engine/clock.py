"""Clocks. Everything that asks the time asks one of these, so that tests and the demonstration can move it."""

from datetime import UTC, datetime, timedelta
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
    """A clock that runs, and can be put forward: for the demonstration, where nobody wants to wait an hour for the pump."""

    def __init__(self, base: Clock, ahead: timedelta = timedelta()) -> None:
        self._base, self._ahead = base, ahead

    def now(self) -> datetime:
        """The time now, aware, in UTC."""
        return self._base.now() + self._ahead

    def put_forward(self, length: timedelta) -> None:
        """Move the clock on; never back."""
        self._ahead += max(length, timedelta())
