"""The terminal's streams made so that no character and no reader that went away ends a command in its midst."""

import io
import os
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_INHERITED = "backslashreplace"  # a terminal of another encoding shows ✓ as \u2713; nothing is lost


class _Pipe(io.FileIO):
    """An output whose reader may leave (`sop list | head -1`): the rest goes nowhere, and the command ends as it would."""

    def write(self, data: "ReadableBuffer", /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            _send_nowhere(self.fileno())
            return super().write(data)


def make_bearable() -> None:
    """Replace stdout and stderr by streams that take any character and outlive their reader, and let stdin take any byte."""
    sys.stdout, sys.stderr = _outliving(sys.stdout), _outliving(sys.stderr)
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")


def _outliving(stream: TextIO) -> TextIO:
    if not isinstance(stream, io.TextIOWrapper) or not isinstance(getattr(stream.buffer, "raw", stream.buffer), io.FileIO):
        return stream  # closed by whoever started the command, or no file; the buffer itself is one where nothing is buffered
    stream.flush()
    raw = _Pipe(stream.fileno(), "w", closefd=False)
    is_at_once = stream.line_buffering or raw.isatty()
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding=stream.encoding, errors=_INHERITED, line_buffering=is_at_once)


def let_go() -> bool:
    """Write out what waits in the streams, or give it up, so that the exit code stands; whether all of it was written."""
    is_whole = True
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            _send_nowhere(stream.fileno())
            is_whole = False
    return is_whole


def _send_nowhere(output: int) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, output)
    os.close(nowhere)
