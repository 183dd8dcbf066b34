"""What is told of a parameter: how many readings were within limits, where they usually lie, whether they drift."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from engine.procedure.limits import Range
from engine.review.trends.limits import LimitsThen, sides
from engine.review.trends.readings import Reading, is_first
from engine.review.trends.statistics import drift, medians_by, rank

DAY = 86_400.0
WEEKS_FROM = 60 * DAY
"""From so long a time on, medians are those of weeks; before, those of days."""
USUAL = (0.05, 0.95)
"""Between these shares of all readings lies what is usual: nine times of ten."""
LEAST_USUAL = 20
"""Of fewer readings no twentieth can be told."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What is typical, and between what nine readings of ten lie; None where they are too few for that."""

    middle: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Drifting:
    """By how much a day it drifts, in the reading's unit, and since when."""

    per_day: float
    since: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """The sums. `judged`: first readings that had limits; re-measures are counted apart, for they follow what was out."""

    readings: int
    judged: int
    low: int
    high: int
    remeasures: int
    remeasures_within: int
    usual: Usual | None
    drifting: Drifting | None

    @property
    def outside(self) -> int:
        """First readings that were out of limits."""
        return self.low + self.high


def standing(readings: Sequence[Reading], limits: LimitsThen, decimals: int) -> Standing:
    """The sums over readings in order of time. `decimals`: of the smallest difference that can be read."""
    firsts = [one for one in readings if is_first(one)]
    again = [one for one in readings if one.deviation]
    out = [one for one in firsts if one.is_out]
    found = list(sides(out, _nearest(out, limits)))
    return Standing(
        readings=len(firsts),
        judged=sum(1 for one in firsts if one.band in ("in_limits", "out_of_limits", "critical")),
        low=found.count("low"),
        high=len(found) - found.count("low"),
        remeasures=len(again),
        remeasures_within=sum(1 for one in again if not one.is_out),
        usual=_usual(sorted(one.number for one in firsts)),
        drifting=_drifting(firsts, 10.0**-decimals),
    )


def _nearest(out: Sequence[Reading], limits: LimitsThen) -> list[Range | None]:
    return limits.of(out) if out else []


def _usual(ordered: Sequence[float]) -> Usual | None:
    if not ordered:
        return None
    ends = (rank(ordered, share) for share in USUAL) if len(ordered) >= LEAST_USUAL else (None, None)
    return Usual(rank(ordered, 0.5), *ends)


def _drifting(firsts: Sequence[Reading], least: float) -> Drifting | None:
    points = [(one.moment.timestamp(), one.number) for one in firsts]
    if not points:
        return None
    length = DAY * 7 if points[-1][0] - points[0][0] >= WEEKS_FROM else DAY
    found = drift(list(medians_by(points, length)), DAY, least)
    return Drifting(found.per_day, datetime.fromtimestamp(points[0][0], UTC)) if found else None
