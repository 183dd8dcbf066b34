"""Something done again and again in a thread of its own, for as long as the process lives."""

import threading
import time
from collections.abc import Callable

import structlog

AGAIN = 3600.0
"""Seconds after which a fault that lasts is told again."""

log = structlog.get_logger()


class Ticker:
    """Calls `work` every so many seconds; what it raises is logged, and it is called again: time does not stop for a fault.

    A fault that lasts is told when it begins, when it changes, and once an hour; and that it is over.
    """

    def __init__(self, name: str, work: Callable[[], object], every: float) -> None:
        self._work, self._every = work, every
        self._told, self._at, self._times = "", 0.0, 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.wait(self._every):
            try:
                self._work()
            except Exception as error:
                self._tell(f"{type(error).__name__}: {error}")
            else:
                self._tell_over()

    def _tell(self, fault: str) -> None:
        self._times = self._times + 1 if fault == self._told else 1
        if fault == self._told and time.monotonic() - self._at < AGAIN:
            return
        self._told, self._at = fault, time.monotonic()
        log.exception("work_failed", thread=self._thread.name, fault=fault, times=self._times)

    def _tell_over(self) -> None:
        if self._told:
            log.info("work_goes_on", thread=self._thread.name, fault=self._told)
            self._told, self._times = "", 0

    def stop(self) -> None:
        """Let what is being done finish, and do it no more."""
        self._stop.set()
        self._thread.join()
