"""How much a run wants looking at by a reviewer: a number by which the queue is ordered, made of what went wrong in it."""

from collections.abc import Iterator, Mapping
from typing import Literal, get_args

from engine.run.state import Deviation, State

Class = Literal["amended", "noted", "left_out", "settled", "unsettled", "critical"]
CLASSES: tuple[Class, ...] = get_args(Class)
"""The lowest first: corrections; late, out of order, a round missed; not done or not applicable; deviations that are settled;
those that still want something, or a run that was given up; readings at the critical limit, whatever came of them.
"""
BASE = 8
"""So many of a class and more count as one less, so that no class ever passes the one above it."""
MOST = BASE ** len(CLASSES) - 1
"""The greatest risk there is."""


def risk_of(state: State) -> int:
    """What went wrong, each class a digit of the number; 0 for a clean run."""
    is_clean = not (state.deviations or state.amendments or state.left_out or state.late_since or state.status == "abandoned")
    return 0 if is_clean else weighed(counted(state))


def weighed(counts: Mapping[Class, int]) -> int:
    """The number for so many of each class."""
    return sum(min(counts.get(name, 0), BASE - 1) * BASE**place for place, name in enumerate(CLASSES))


def counted(state: State) -> Mapping[Class, int]:
    """How many of each class there are in a run."""
    found = dict.fromkeys(CLASSES, 0)
    for deviation in state.deviations.values():
        for name in _classes(deviation):
            found[name] += 1
    found["unsettled"] += state.status == "abandoned"
    found["noted"] += state.late_since is not None
    found["left_out"] += state.left_out
    found["amended"] += state.amendments
    return found


def _classes(deviation: Deviation) -> Iterator[Class]:
    if deviation.is_noted:
        yield "noted"
        return
    yield "unsettled" if deviation.is_unsettled else "settled"
    if deviation.cause == "critical":
        yield "critical"
