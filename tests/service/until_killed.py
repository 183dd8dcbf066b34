"""A nursery of writers: for each line on standard input a child that works, and is killed so many seconds after its first word.

Each child opens the ledger afresh and prints the id of a command once it has its receipt. Run from the folder above:
``python -m service.until_killed ADDRESS``. Children are forked, because starting Python takes longer than most of them live.
"""

import os
import select
import signal
import sys
import threading
import time
from collections.abc import Iterator
from itertools import count

from engine.clock import SystemClock
from engine.ledger.store import open_ledger
from engine.receipts import Receipt
from engine.run import commands as c
from engine.service import Engine

from .world import actor, whole_run

THREADS = 4


def main(url: str) -> None:
    for turn, line in enumerate(sys.stdin):
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            work(url, turn, writer)
        os.close(writer)
        seen = _until_killed(child, reader, float(line))
        os.waitpid(child, 0)
        print(" ".join(seen), flush=True)


def _until_killed(child: int, reader: int, seconds: float) -> list[str]:
    """Everything the child said before and after it was killed; a line cut short was not said."""
    said, deadline = b"", None
    while deadline is None or time.monotonic() < deadline:
        wait = 30.0 if deadline is None else max(deadline - time.monotonic(), 0)
        if select.select([reader], [], [], wait)[0]:
            more = os.read(reader, 65536)
            if not more:
                break
            said += more
            deadline = deadline or time.monotonic() + seconds
        elif deadline is None:
            break
    os.kill(child, signal.SIGKILL)
    while more := os.read(reader, 65536):
        said += more
    os.close(reader)
    return said.decode().splitlines() if said.endswith(b"\n") else said.decode().splitlines()[:-1]


def work(url: str, turn: int, writer: int) -> None:
    """Runs by several people at once, for ever."""
    engine = Engine(open_ledger(url), SystemClock())
    for number in range(THREADS):
        threading.Thread(target=_work, args=(engine, f"{turn}-{number}", writer)).start()
    threading.Event().wait()


def _work(engine: Engine, name: str, writer: int) -> None:
    for n in count():
        run = f"{name}-{n}"
        for step, (act, by) in enumerate(_acts()):
            command = c.Command(f"{run}-{step}", run, actor(by), engine.clock.now(), act)
            outcome = engine.start(command) if isinstance(act, c.StartRun) else engine.give(command)
            assert isinstance(outcome, Receipt), outcome
            os.write(writer, f"{command.command_id}\n".encode())  # one short write: lines of several threads never mix


def _acts() -> Iterator[tuple[c.Act, str]]:
    """A whole run, but for the acts that wait or count on those that do."""
    yield c.StartRun("whole", "", "pool"), "guard"
    for act, by, passes in whole_run():
        if not passes and not isinstance(act, c.End | c.Extend | c.Sign | c.Complete | c.AcceptDeviation):
            yield act, by
    yield c.Abandon("完"), "lead"


if __name__ == "__main__":
    main(sys.argv[1])
