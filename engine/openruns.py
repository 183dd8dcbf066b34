"""Runs kept ready in memory beside their events: each with its own lock, the longest unused dropped first.

What is kept is only ever the fold of what is stored; a test proves the two equal.
"""

import threading
from collections import OrderedDict

from engine.run.standing import Run

MOST = 2000


class Slot:
    """One run's place: hold it to decide on the run."""

    __slots__ = ("lock", "run")

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.run: Run | None = None

    def __enter__(self) -> "Slot":
        self.lock.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.lock.release()


class OpenRuns:
    """The runs kept in memory."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._slots: OrderedDict[str, Slot] = OrderedDict()

    def known(self, run: str) -> Run | None:
        """The run as it is in memory, if it is; without its lock, as a run never changes once it is made."""
        slot = self._slots.get(run)
        return slot.run if slot else None

    def slot(self, run: str) -> Slot:
        """The run's slot, made where there is none; to be held with `with`."""
        with self._lock:
            slot = self._slots.get(run)
            if slot is None:
                self._drop_oldest()  # before: what is asked for now is never dropped
                slot = self._slots[run] = Slot()
            self._slots.move_to_end(run)
            return slot

    def forget(self) -> None:
        """Drop what is kept of every run: something was erased, and is not to stay in memory."""
        with self._lock:
            slots = list(self._slots.values())
        for slot in slots:
            with slot:
                slot.run = None

    def _drop_oldest(self) -> None:
        for name in list(self._slots):
            if len(self._slots) < self._most:
                return
            if not self._slots[name].lock.locked():
                del self._slots[name]
