"""The runs that are over in bands of risk, for a page in its order: where few of a band may be meant, those; else the whole band.

The edges are the risks that a run bears a mark for (`engine/ledger/marking.py`), so that of each band is known at once how many
bear the marks of a search.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import ColumnElement, Connection, and_

from engine.ledger import tables
from engine.ledger.marking import FLOORS, mark
from engine.review.find_elsewhere import Elsewhere, these
from engine.review.find_marked import few_bearing, wanted_marks
from engine.review.search import Search
from engine.run.risk import MOST

ENOUGH = 150
"""So many of neighbouring bands are read together."""
_EDGES = (0, *FLOORS, MOST + 1)


@dataclass(frozen=True, slots=True)
class Band:
    """Runs of a risk from `low` up to below `high`; `few`: those of them that may be meant, None where they are many."""

    low: int
    high: int
    few: Elsewhere | None

    @property
    def condition(self) -> ColumnElement[bool]:
        """That a run is in it."""
        risk = tables.runs.c.risk
        return and_(risk >= self.low, risk < self.high)


def bands(connection: Connection, search: Search, risk: int | None, *, is_down: bool) -> Iterator[Band]:
    """All bands on the way from a risk, the one it is in first; without one, all."""
    ahead = [one for one in pairwise(_EDGES) if risk is None or (one[0] <= risk if is_down else one[1] > risk)]
    ahead.sort(reverse=is_down)
    while ahead:
        number, few = _together(connection, search, ahead)
        low, high = min(ahead[:number])[0], max(ahead[:number])[1]
        yield Band(low, high, None if few is None else these(connection, few, "over"))
        del ahead[:number]


def _together(connection: Connection, search: Search, ahead: Sequence[tuple[int, int]]) -> tuple[int, frozenset[str] | None]:
    """How many of the next bands are read together, and the few of them that bear the marks; one alone where they are many."""
    few = None
    for number in range(1, len(ahead) + 1):
        low, high = min(ahead[:number])[0], max(ahead[:number])[1]
        if (found := _bearing(connection, search, low, high)) is None:
            return max(number - 1, 1), few
        few = found
        if len(few) > ENOUGH:
            return number, few
    return len(ahead), few


def _bearing(connection: Connection, search: Search, low: int, high: int) -> frozenset[str] | None:
    reached = [(mark("risk", str(low)),)] if low else []
    return few_bearing(connection, [*wanted_marks(search), *reached], mark("risk", str(high)) if high <= MOST else "")
