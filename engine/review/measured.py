"""Readings as they were typed, with the limits then in force, and the deviations they raised: what stands in the events alone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from engine.ledger import tables
from engine.ledger.codec import decode
from engine.ledger.store import Ledger
from engine.run.answer import Answer
from engine.run.events import DeviationRaised, RoundDone, RowAdded, StepAmended, StepAnswered, StepRemeasured

_AT_ONCE = 500  # runs in one question
_RAISED = "deviation_raised"
_OF_READINGS = ("out_of_limits", "critical")
_KINDS = ("step_answered", "step_amended", "step_remeasured", "round_done", "row_added")
_NUMBER = '"number":'  # in a text of somebody the quotes would be escaped
_Recording = StepAnswered | StepAmended | StepRemeasured | RoundDone | RowAdded
_Heard = Mapping[tuple[str, str, datetime], dict[str, Answer]]
"""Numbers by run, step or field, and moment; of each by round, row or deviation, in the order in which they were recorded."""


@dataclass(frozen=True, slots=True)
class Measured:
    """How a reading came about; all None where it was taken back. `low` and `high` None where there was no such limit.

    `raised`: the deviations it raised, also by a value it was corrected from.
    """

    typed: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    raised: tuple[str, ...] = ()


def measured(ledger: Ledger, readings: Sequence[Mapping[str, Any]]) -> list[Measured]:
    """Of rows of the list of readings, each how it came about, in their order."""
    runs = list(dict.fromkeys(str(row["run"]) for row in readings))
    heard: defaultdict[tuple[str, str, datetime], dict[str, Answer]] = defaultdict(dict)
    raised = _Raised()
    with ledger.engine.connect() as connection:
        for row in _recorded(connection, runs):
            try:
                event = decode(row.kind, row.format, row.body)
            except ValueError:  # of a run that cannot be played: nothing more is known of its readings than the list says
                continue
            if isinstance(event, DeviationRaised):
                raised.by_last(row.stream, event)
                continue
            for entry, step, answer in _numbers(event):  # type: ignore[arg-type]
                heard[row.stream, step, row.recorded_at][entry] = answer
                raised.read(row.stream, step, event, entry)  # type: ignore[arg-type]
    return [replace(_of(heard, row), raised=raised.of(row)) for row in readings]


class _Raised:
    """Which deviations each reading raised. A deviation follows the reading that raised it."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], str] = {}  # of each step, by run, the entry of the reading recorded last
        self._again: dict[tuple[str, str], str] = {}  # the re-measure that counts now, which is what a correction corrects
        self._found: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)

    def read(self, run: str, step: str, event: "_Recording", entry: str) -> None:
        """A reading, under the entry it has in the list: a re-measure, and whatever corrects it, under its deviation."""
        if isinstance(event, StepRemeasured):
            self._again[run, step] = entry
        elif isinstance(event, StepAnswered):
            self._again.pop((run, step), None)
        elif isinstance(event, StepAmended) and event.row is None:
            entry = self._again.get((run, step), entry)
        self._last[run, step] = entry

    def by_last(self, run: str, event: DeviationRaised) -> None:
        """A deviation; of those for another cause than a reading nothing is kept."""
        if event.cause in _OF_READINGS and (run, event.step) in self._last:
            self._found[run, event.step, self._last[run, event.step]].append(event.deviation)

    def of(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        """What a row of the list of readings raised."""
        return tuple(self._found.get((row["run"], row["step"], row["entry"]), ()))


def _recorded(connection: Connection, runs: Sequence[str]) -> Iterator[Any]:
    events = tables.events
    columns = (events.c.stream, events.c.kind, events.c.format, events.c.body, events.c.recorded_at)
    for start in range(0, len(runs), _AT_ONCE):
        wanted = events.c.stream.in_(runs[start : start + _AT_ONCE])
        is_read = and_(events.c.kind.in_(_KINDS), events.c.body.contains(_NUMBER))
        holds = or_(is_read, events.c.kind == _RAISED)
        yield from connection.execute(select(*columns).where(wanted, holds).order_by(events.c.stream, events.c.stream_seq))


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
