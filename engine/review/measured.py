"""Readings as they were typed, with the limits then in force: both stand in the events, beside the figure that lists have."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

from engine.ledger import tables
from engine.ledger.codec import decode
from engine.ledger.store import Ledger
from engine.run.answer import Answer
from engine.run.events import RoundDone, RowAdded, StepAmended, StepAnswered, StepRemeasured

_AT_ONCE = 500  # runs in one question
_KINDS = ("step_answered", "step_amended", "step_remeasured", "round_done", "row_added")
_NUMBER = '"number":'  # in a text of somebody the quotes would be escaped
_Recording = StepAnswered | StepAmended | StepRemeasured | RoundDone | RowAdded
_Heard = Mapping[tuple[str, str, datetime], dict[str, Answer]]
"""Numbers by run, step or field, and moment; of each by round, row or deviation, in the order in which they were recorded."""


@dataclass(frozen=True, slots=True)
class Measured:
    """How a reading came about; all None where it was taken back. `low` and `high` None where there was no such limit."""

    typed: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None


def measured(ledger: Ledger, readings: Sequence[Mapping[str, Any]]) -> list[Measured]:
    """Of rows of the list of readings, each how it came about, in their order."""
    runs = list(dict.fromkeys(str(row["run"]) for row in readings if row["value"] is not None))
    heard: defaultdict[tuple[str, str, datetime], dict[str, Answer]] = defaultdict(dict)
    with ledger.engine.connect() as connection:
        for row in _recorded(connection, runs):
            for entry, step, answer in _numbers(decode(row.kind, row.format, row.body)):  # type: ignore[arg-type]
                heard[row.stream, step, row.recorded_at][entry] = answer
    return [_of(heard, row) for row in readings]


def _recorded(connection: Connection, runs: Sequence[str]) -> Iterator[Any]:
    events = tables.events
    columns = (events.c.stream, events.c.kind, events.c.format, events.c.body, events.c.recorded_at)
    for start in range(0, len(runs), _AT_ONCE):
        wanted = events.c.stream.in_(runs[start : start + _AT_ONCE])
        holds = (events.c.kind.in_(_KINDS), events.c.body.contains(_NUMBER))
        yield from connection.execute(select(*columns).where(wanted, *holds).order_by(events.c.stream, events.c.stream_seq))


def _numbers(event: _Recording) -> Iterator[tuple[str, str, Answer]]:
    """Entry, step or field, and answer."""
    entry, given = _held(event)
    yield from ((entry, step, answer) for step, answer in given if answer is not None and answer.number is not None)


def _held(event: _Recording) -> tuple[str, Iterable[tuple[str, Answer | None]]]:
    match event:
        case StepAnswered():
            return "", [(event.step, event.answer), *event.fields.items()]
        case StepAmended():
            return str(event.row or ""), [(event.step, event.answer), *event.fields.items()]
        case StepRemeasured():
            return event.deviation, [(event.step, event.answer)]
        case RoundDone():
            return str(event.round), event.fields.items()
        case RowAdded():
            return str(event.row), event.fields.items()


def _of(heard: _Heard, row: Mapping[str, Any]) -> Measured:
    """A re-measure that was corrected is named by its deviation, and its correction by what it stands in."""
    found = heard.get((row["run"], row["step"], row["amended_at"] or row["at"]), {}) if row["value"] is not None else {}
    answer = found.get(row["entry"]) or (next(reversed(found.values()), None) if row["deviation"] else None)
    if answer is None:
        return Measured()
    return Measured(answer.typed if isinstance(answer.typed, str) else "".join(answer.typed), answer.low, answer.high)
