"""Where personal values stand, as their events say: run, step, row, field, procedure, book and time."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from engine.ledger.driver import Reading
from engine.ledger.projected import PlanOf
from engine.ledger.sealing import sealed_in
from engine.procedure.step import Register

START = "SELECT body FROM events WHERE stream = ? AND stream_seq = 1"
EARLIER = "SELECT count(*) FROM events WHERE stream = ? AND seq < ? AND {place}(body, ?) > 0"
_RUNS = 1000  # of so many the start is remembered


class Places:
    """What is kept of values beside them, held against the events. `place`: what tells where one text stands in another."""

    def __init__(self, reading: Reading, plan_of: PlanOf, place: str) -> None:
        self._reading, self._plan_of = reading, plan_of
        self._earlier = EARLIER.format(place=place)
        self._starts: dict[str, dict[str, Any]] = {}

    def misplaced(self, event: tuple[Any, ...], kept: Mapping[str, Mapping[str, Any]]) -> tuple[str, str] | None:
        """The first value of an event whose row says something else, and the column it says it in."""
        seq, _, stream, *_ = event
        for name, told in self._told(event):
            wrong = next((column for column, value in told.items() if kept[name][column] != value), None)
            # An event may name again what was erased before: then its row is that of the first.
            if wrong and not self._reading.rows(self._earlier, stream, seq, name)[0][0]:
                return name, wrong
        return None

    def _told(self, event: tuple[Any, ...]) -> Iterator[tuple[str, dict[str, str]]]:
        _, body, stream, kind, at = event
        told: dict[str, Any] = orjson.loads(body)
        run, step = str(told.get("run") or "") if kind == "row_closed" else stream, str(told.get("step") or "")
        start = self._start(run)
        where = {
            "run": run,
            "procedure": start["procedure"],
            "step": step,
            "entry": str(told.get("row") or told.get("round") or ""),
            "book": told["book"] if kind == "row_closed" else self._book(start, step),
            "at": at,
        }
        yield from ((name, {**where, "field": field}) for name, field in sealed_in(body))

    def _start(self, run: str) -> dict[str, Any]:
        if run not in self._starts:
            if len(self._starts) >= _RUNS:
                self._starts.clear()
            self._starts[run] = orjson.loads(self._reading.rows(START, run)[0][0])
        return self._starts[run]

    def _book(self, start: Mapping[str, Any], step: str) -> str:
        placed = self._plan_of(start["revision"], start["site"]).by_id.get(step)
        return placed.step.book if placed and isinstance(placed.step, Register) else ""
