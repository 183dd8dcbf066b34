"""Processes beside a test: whatever goes wrong, none is waited for without a limit, and none is left behind."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

LIMIT = 120.0
"""Seconds that a process may take for all that a test asks of it."""


@contextmanager
def started(command: Sequence[str], seconds: float = LIMIT, **given: Any) -> Iterator["subprocess.Popen[str]"]:
    """A process in a group of its own, which is killed at the end, and earlier after so many seconds.

    Waiting for it or for a line of it therefore ends: with -9, and with "".
    """
    process = subprocess.Popen(command, text=True, start_new_session=True, **given)
    limit = threading.Timer(seconds, kill, (process.pid,))
    limit.daemon = True
    limit.start()
    try:
        yield process
    finally:
        limit.cancel()
        kill(process.pid)
        process.wait(LIMIT)
        for pipe in filter(None, (process.stdin, process.stdout, process.stderr)):
            pipe.close()


def kill(group: int) -> None:
    """SIGKILL to a process group, if there is one still."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def says(process: "subprocess.Popen[str]") -> str:
    """The next line that it says, without its end; "" where it has ended."""
    assert process.stdout
    return process.stdout.readline().rstrip("\n")


def give(process: "subprocess.Popen[str]", line: object) -> None:
    """Give it a line."""
    assert process.stdin
    process.stdin.write(f"{line}\n")
    process.stdin.flush()
