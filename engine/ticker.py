"""Something done again and again in a thread of its own, for as long as the process lives."""

import threading
from collections.abc import Callable

import structlog

log = structlog.get_logger()


class Ticker:
    """Calls `work` every so many seconds; what it raises is logged, and it is called again: time does not stop for a fault."""

    def __init__(self, name: str, work: Callable[[], object], every: float) -> None:
        self._work, self._every = work, every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.wait(self._every):
            try:
                self._work()
            except Exception:
                log.exception("work_failed", thread=self._thread.name)

    def stop(self) -> None:
        """Let what is being done finish, and do it no more."""
        self._stop.set()
        self._thread.join()
