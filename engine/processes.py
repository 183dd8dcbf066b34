"""Processes beside this one, on every processor, that end when it does, whatever ends it."""

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection


@contextmanager
def pool(workers: int) -> Iterator[Executor]:
    """So many processes, started afresh. What is raised inside ends them too: nobody waits for what they were still to do.

    By themselves they would wait for work for ever once this one is killed, and hold open what it wrote to.
    """
    spawn = get_context("spawn")
    theirs, ours = spawn.Pipe(duplex=False)
    with theirs, ours, ProcessPoolExecutor(workers, spawn, _begin, (theirs,)) as processes:
        try:
            yield processes
        except BaseException:
            ours.close()
            raise


def _begin(end: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of the terminal; the first one ends the others
    threading.Thread(target=_follow, args=(end,), daemon=True).start()


def _follow(end: Connection) -> None:
    """End with the pipe, of which the first process alone has the other end."""
    end.poll(None)
    os._exit(1)
