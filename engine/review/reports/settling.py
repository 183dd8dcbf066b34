"""How deviations were cleared: the lists say that they were, the events by what."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, select

from engine.ledger import tables
from engine.ledger.codec import decode
from engine.run.events import DeviationCleared

_AT_ONCE = 500  # runs in one question
_STATES = {"step_remeasured": "cleared", "step_amended": "corrected"}
"""The event that cleared a deviation, and the state that is told; after any other, what was left out was done."""


def how_cleared(connection: Connection, runs: Sequence[str]) -> dict[tuple[str, str], str]:
    """What became of cleared deviations, by run and id: cleared by a re-measure, corrected, or done after all."""
    found: dict[tuple[str, str], str] = {}
    for start in range(0, len(runs), _AT_ONCE):
        found |= _cleared(connection, runs[start : start + _AT_ONCE])
    return found


def _cleared(connection: Connection, runs: Sequence[str]) -> Iterator[tuple[tuple[str, str], str]]:
    table = tables.events
    query = select(table.c.stream, table.c.stream_seq, table.c.kind, table.c.format, table.c.body).where(table.c.stream.in_(runs))
    rows = connection.execute(query.where(table.c.kind.in_(("deviation_cleared", *_STATES)))).all()
    kinds = {(row.stream, row.stream_seq): row.kind for row in rows}
    for row in rows:
        try:
            event = decode(row.kind, row.format, row.body) if row.kind not in _STATES else None
        except ValueError:  # of a run that cannot be played: it counts as done, as where nothing more is known
            continue
        if isinstance(event, DeviationCleared):
            yield (row.stream, event.deviation), _STATES.get(kinds.get((row.stream, event.by_event), ""), "done")
