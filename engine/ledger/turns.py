"""Whose turn it is to write. Threads take turns by a lock; processes that share one SQLite file take turns by a lock on a file.

SQLite alone would let them in too, but it waits by sleeping longer and longer between tries: under load the one that sleeps
longest starves for a tenth of a second while the other goes on. The kernel wakes a waiter at once, and frees the lock of a
process that is killed.
"""

import os
import threading
from contextlib import AbstractContextManager
from fcntl import LOCK_EX, LOCK_UN, flock
from pathlib import Path

Turn = AbstractContextManager[object]


class FileTurn(AbstractContextManager["FileTurn"]):
    """One writer at a time, among the threads of all processes that open the same path.

    A fork opens the file for itself: a lock belongs to whoever opened the file, and both would hold it together.
    """

    def __init__(self, path: Path) -> None:
        self._threads = threading.Lock()
        self._path, self._file, self._process = path, path.open("ab"), os.getpid()

    def __enter__(self) -> "FileTurn":
        self._threads.acquire()
        try:
            if self._process != os.getpid():
                self._file, self._process = self._path.open("ab"), os.getpid()
            flock(self._file, LOCK_EX)
        except BaseException:
            self._threads.release()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        flock(self._file, LOCK_UN)
        self._threads.release()
