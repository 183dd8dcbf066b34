"""Whether the events of a run are those that were approved or returned, and say what the revision they name says.

The chain and the checkpoints show that events were changed; this shows it too where somebody made all of these right again.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson

from engine.evidence.folding import State, departures
from engine.ledger.chain import Broken, leaf, sealed
from engine.ledger.driver import Reading, open_reading
from engine.ledger.entries import EVENT_COLUMNS

PAGE = 100
STARTS = f"SELECT seq, stream FROM events WHERE seq > ? AND kind = 'run_started' ORDER BY seq LIMIT {PAGE}"  # noqa: S608
EVENTS = f"SELECT {EVENT_COLUMNS} FROM events WHERE stream IN ({{marks}}) ORDER BY stream, stream_seq"  # noqa: S608
JUDGED = {"run_approved": "approval", "run_returned": "return"}
Row = Sequence[Any]
_SEQ, _STREAM, _NUMBER, _KIND, _BODY = 0, 1, 2, 4, 12

CompiledOf = Callable[[str], str]
"""What a revision compiled to, as JSON, by its digest. Raises KeyError."""


def check_runs(url: str, compiled_of: CompiledOf) -> Broken | None:
    """The first event of a run that its approval or return does not mean, or that its revision contradicts."""
    reading = open_reading(url)

    @lru_cache(maxsize=256)
    def procedure_of(digest: str) -> State:
        return orjson.loads(compiled_of(digest))  # type: ignore[no-any-return]

    try:
        for runs in _pages(reading):
            rows = reading.rows(EVENTS.format(marks=", ".join("?" * len(runs))), *runs)
            found = [one for _, run in groupby(rows, itemgetter(_STREAM)) for one in _found(list(run), procedure_of)]
            if found:
                return min(found, key=lambda one: one.seq)
    finally:
        reading.close()
    return None


def _pages(reading: Reading) -> Iterator[list[str]]:
    seq = 0
    while rows := reading.rows(STARTS, seq):
        yield [row[1] for row in rows]
        seq = rows[-1][0]


def _found(run: list[Row], procedure_of: Callable[[str], State]) -> Iterator[Broken]:
    events = [{"stream_seq": row[_NUMBER], "kind": row[_KIND], "body": orjson.loads(row[_BODY])} for row in run]
    yield from _judged(run, events)
    for number, what in departures(events, procedure_of(events[0]["body"]["revision"])):
        yield Broken(run[number - 1][_SEQ], what)


def _judged(run: list[Row], events: list[State]) -> Iterator[Broken]:
    """An approval or a return binds to the run as it was: SHA-256 over the leaves of its events up to `version`."""
    judged = [event for event in events if event["kind"] in JUDGED]
    leaves = [leaf(sealed(*row[:-1])) for row in run] if judged else []
    for event in judged:
        number, version = event["stream_seq"], event["body"]["version"]
        if not 0 < version < number or sha256(b"".join(leaves[:version])).hexdigest() != event["body"]["digest"]:
            yield Broken(run[number - 1][_SEQ], f"the {JUDGED[event['kind']]} is of other events")
