"""What was written when rows of a run were closed: events of streams of their own, one for each row, beside those of the run."""

from engine.drafting import as_happened
from engine.ledger.entries import Recorded
from engine.ledger.log import Log
from engine.run.events import Happened
from engine.run.state import State


def closings_of(log: Log, state: State, until: int | None = None) -> list[Recorded]:
    """These events in the order of the record; with `until` only those up to that place in it."""
    rows = [(step, row.number) for step, one in state.steps.items() for row in one.rows]
    found = (event for step, number in rows for event in log.stream(stream_of(state.run, step, number)))
    return sorted((one for one in found if until is None or one.seq <= until), key=lambda one: one.seq)


def stream_of(run: str, step: str, row: int) -> str:
    """The stream of a row."""
    return f"row {run} {step} {row}"


def told(closings: list[Recorded]) -> list[Happened]:
    """The same, decoded."""
    return [as_happened(one) for one in closings]
