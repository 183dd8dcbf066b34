"""The site's directory as it is now, kept in memory and caught up with the ledger, because every request asks it something."""

import threading
import time

from engine.directory import STREAM, Directory
from engine.ledger.log import Log

_FRESH_FOR = 1.0  # seconds; another process may have written


class LiveDirectory:
    """The directory, no older than a second; what a page shows or a sign-on needs asks for `catch_up`."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._directory = Directory()
        self._read_at = float("-inf")

    def now(self) -> Directory:
        """The directory as it stands; catches up with other processes at most once a second."""
        return self._directory if time.monotonic() - self._read_at < _FRESH_FOR else self.catch_up()

    def catch_up(self) -> Directory:
        """Read what was written since, and return the directory."""
        with self._lock:
            for recorded in self._log.stream(STREAM, self._directory.version):
                self._directory = self._directory.after(recorded)
            self._read_at = time.monotonic()
            return self._directory
