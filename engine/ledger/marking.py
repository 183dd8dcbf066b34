"""Marks: what a run that is over is found by, one word for each thing that is so, in an index of words.

An index of words has for each the runs that bear it, in order, and finds those that bear several without looking at the others:
also that there are none. A run under way bears none, so that a tick writes nothing here.
"""

from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from typing import Any, Literal

from engine.procedure.field import Count, Measure
from engine.run.risk import MOST
from engine.run.standing import Run

Kind = Literal["place", "procedure", "revision", "state", "review", "person", "wrong", "late", "amended", "parameter", "risk"]
FLOORS = tuple(2**power for power in range(MOST.bit_length()))
"""Of risk: a run bears a mark for each that it reaches; each is twice the one before, up to the greatest risk there is."""


@lru_cache(maxsize=4096)
def mark(kind: Kind, value: str = "") -> str:
    """The word for it: letters and digits, whatever stands in the value."""
    return "m" + sha256(f"{kind} {value}".encode()).hexdigest()[:15]


def marks(run: Run, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The marks of a run that is over. `row`: its row in the list of runs.

    `parameter` says what may have been read in it, not that it was; every other mark says neither more nor less than is so.
    """
    if run.state.is_over:
        yield {"run": run.state.run, "marks": " ".join(sorted({mark(*one) for one in _borne(run, row)}))}


def _borne(run: Run, row: dict[str, Any]) -> Iterator[tuple[Kind, str]]:
    for kind in ("place", "procedure", "revision", "state", "review"):
        yield kind, row[kind] or ""
    for person in run.state.hands:
        yield "person", person
    for deviation in run.state.deviations.values():
        yield "wrong", "any"
        yield "wrong", deviation.cause
        if deviation.is_unsettled:
            yield "wrong", "open"
        elif deviation.is_open:
            yield "wrong", "noted"
    for name, step in run.plan.fields.items():
        if isinstance(step, Measure | Count):
            yield "parameter", step.parameter if isinstance(step, Measure) else name
    for floor in FLOORS:
        if row["risk"] >= floor:
            yield "risk", str(floor)
    if row["is_late"]:
        yield "late", ""
    if row["amendments"]:
        yield "amended", ""
