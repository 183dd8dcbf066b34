"""Runs that were found to be unplayable: whoever comes across one leaves it here, so that lists, which play none, can say so."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from engine.ledger.log import Log
from engine.playing import PlanOf, Unplayable, playing

MOST = 1000
"""So many are kept in mind; of more the earliest found are forgotten."""


class Unplayed:
    """As far as this process has found; each process finds its own. One that is played again, mended, is taken out."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._runs: dict[str, None] = {}

    def known(self) -> tuple[str, ...]:
        """Every one of them, in the order in which they were found."""
        with self._lock:
            return tuple(self._runs)

    def add(self, run: str) -> None:
        """That it cannot be played."""
        with self._lock:
            self._runs.setdefault(run)
            while len(self._runs) > self._most:
                del self._runs[next(iter(self._runs))]

    def discard(self, run: str) -> None:
        """That it was played from its first event on."""
        if run in self._runs:
            with self._lock:
                self._runs.pop(run, None)

    @contextmanager
    def playing(self, log: Log, plan_of: PlanOf, run: str) -> Iterator[None]:
        """As `engine.playing.playing`; what cannot be played is kept in mind."""
        try:
            with playing(log, plan_of, run):
                yield
        except Unplayable as error:
            self.add(error.run)
            raise
