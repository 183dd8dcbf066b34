"""The parts of a ledger projected by processes beside this one, on every processor.

Each has a pipe of its own: where this process dies, theirs end, and so do they.
"""

import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from multiprocessing import current_process, get_context
from multiprocessing.connection import Connection as Pipe
from multiprocessing.connection import wait
from os import cpu_count

from sqlalchemy import Connection

from engine.ledger.codec import UNPLAYABLE
from engine.ledger.projected import Part, PlanOf, projected
from engine.ledger.statements import Values, encode, upserts
from engine.ledger.store import Ledger

Opened = Callable[[str], AbstractContextManager[tuple[Ledger, PlanOf]]]
"""Opens the ledger at an address for another process, with its plans; a function of a module, so that it can be sent there."""

Encoded = Mapping[str, list[Values]]
SMALL = 20_000
"""Fewer events than this take less time than starting a process."""
MOST = 4
AHEAD = 2
"""Parts that a process is given before the rows of the first are taken."""

_KNOWN = upserts("?")


class Unplayable(ValueError):
    """The events cannot be played again; why."""


def encoded(connection: Connection, plan_of: PlanOf, part: Part) -> Encoded:
    """The rows of a part by table, as the driver takes them."""
    found: dict[str, list[Mapping[str, object]]] = {}
    for table, row in projected(connection, plan_of, part):
        found.setdefault(table, []).append(row)
    return encode(found, _KNOWN)


def processes(events: int) -> int:
    """How many processes are worth their start; a process that may have none of its own has none."""
    return min(cpu_count() or 1, MOST) if events >= SMALL and not current_process().daemon else 0


def encoded_beside(opened: Opened, url: str, parts: Iterable[Part], count: int) -> Iterator[tuple[Part, Encoded]]:
    """Each part with its rows, in the order in which they are ready. Raises Unplayable."""
    with ExitStack() as stack:
        pipes = [stack.enter_context(_process(opened, url)) for _ in range(count)]
        waiting, given = iter(parts), dict.fromkeys(pipes, 0)
        for pipe in pipes * AHEAD:
            _give(pipe, waiting, given)
        while busy := [pipe for pipe in pipes if given[pipe]]:
            for ready in wait(busy):
                assert isinstance(ready, Pipe)
                answer = ready.recv()
                given[ready] -= 1
                _give(ready, waiting, given)
                if isinstance(answer, str):
                    raise Unplayable(answer)
                yield answer


def _give(pipe: Pipe, waiting: Iterator[Part], given: dict[Pipe, int]) -> None:
    if part := next(waiting, None):
        pipe.send(part)
        given[pipe] += 1


@contextmanager
def _process(opened: Opened, url: str) -> Iterator[Pipe]:
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_work, args=(opened, url, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        yield ours
    finally:
        ours.close()
        process.terminate()
        process.join()


def _work(opened: Opened, url: str, pipe: Pipe) -> None:
    """Answer each part with its rows until the pipe ends; with a sentence where its events cannot be played."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of the terminal; the first one ends the others
    with opened(url) as (ledger, plan_of), ledger.engine.connect() as connection:
        while part := _next(pipe):
            try:
                answer: object = (part, encoded(connection, plan_of, part))
            except UNPLAYABLE as error:
                answer = f"{type(error).__name__}: {error}"
            connection.rollback()  # what is read does not change meanwhile; an open read would keep SQLite's log from shrinking
            try:
                pipe.send(answer)
            except BrokenPipeError:
                return


def _next(pipe: Pipe) -> Part | None:
    try:
        return pipe.recv()  # type: ignore[no-any-return]
    except (EOFError, ConnectionResetError):
        return None
