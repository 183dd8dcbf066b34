"""A connection that lasts so many seconds and no longer: it is cut then, whatever the other side does or does not do.

The standard library limits each wait on a socket, not the whole; somebody who sends a byte now and then would hold it for ever.
"""

import socket
import ssl
import threading
from contextlib import suppress
from time import monotonic
from types import TracebackType
from typing import Self

from engine.notices.message import Undelivered


class Line:
    """Use it in a `with`: what goes wrong on the connection inside becomes Undelivered, with the time as the reason if it was."""

    def __init__(self, seconds: float, *failures: type[Exception]) -> None:
        self._seconds, self._ends = seconds, monotonic() + seconds
        self._failures: tuple[type[Exception], ...] = (OSError, *failures)
        self._copy: socket.socket | None = None
        self._is_cut = False
        self._door = threading.Lock()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._timer.cancel()
        with self._door:
            if self._copy:
                self._copy.close()
                self._copy = None
        if error is not None and isinstance(error, self._failures):
            raise Undelivered(self._reason(error), is_down=True) from error

    def _reason(self, error: Exception) -> str:
        if self._is_cut or isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):  # smtplib wraps it
            return f"no answer within {self._seconds:g} s"
        if isinstance(error, ssl.SSLError):
            return f"the line could not be protected ({error.reason or error})"
        return f"{type(error).__name__}: {getattr(error, 'strerror', None) or error}"

    def connect(self, host: str, port: int) -> socket.socket:
        """A connected socket. Raises OSError; TimeoutError when the time is over."""
        failed: OSError = OSError(f"no address for {host}")
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            made = socket.socket(family, kind, protocol)
            try:
                made.settimeout(self._left())
                made.connect(address)
                self._keep(made)
            except OSError as error:
                made.close()
                failed = error
            else:
                return made
        raise failed

    def must_hold(self) -> None:
        """Raises TimeoutError when it was cut: what was read then ended there, and looks whole to whoever read it."""
        if self._is_cut:
            raise TimeoutError

    def _keep(self, made: socket.socket) -> None:
        """Keep a copy to cut it by: the socket itself moves into whatever protects it."""
        made.settimeout(self._left())
        with self._door:
            self._copy = made.dup()

    def _left(self) -> float:
        left = self._ends - monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def _cut(self) -> None:
        with self._door:
            self._is_cut = True
            if self._copy:
                with suppress(OSError):  # the other side was quicker
                    self._copy.shutdown(socket.SHUT_RDWR)
