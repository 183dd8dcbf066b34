"""What is said of many readings: where they usually lie, and whether they drift. Plain sums over numbers; knows no database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby
from math import ceil, sqrt
from statistics import median

CLEAR = 2.576
"""How clear a drift must be to be told: the two-sided 1 % level of Mann and Kendall's z."""
LEAST_MEDIANS = 8
"""Fewer medians than these say nothing of a drift: the normal approximation of their sum needs so many."""
Point = tuple[float, float]
"""A time and a value."""


@dataclass(frozen=True, slots=True)
class Drift:
    """A drift that is clear: by how much a day, in the reading's unit, and since when, in the unit of time it was given in."""

    per_day: float
    since: float


def rank(ordered: Sequence[float], share: float) -> float:
    """The value below or at which this share of ascending values lies: by nearest rank, so always one that was measured.

    ValueError for no values, or a share outside (0, 1].
    """
    if not ordered or not 0 < share <= 1:
        raise ValueError(share)
    return ordered[ceil(share * len(ordered)) - 1]


def slope(points: Sequence[Point]) -> float:
    """The middle of the slopes between each two points (Theil 1950, Sen 1968): a third of them may be wild without moving it."""
    return median((y - b) / (x - a) for (a, b), (x, y) in combinations(points, 2) if x != a)


def clearness(values: Sequence[float]) -> float:
    """Mann and Kendall's z: how many later values are higher rather than lower, against chance; equal values count for neither.

    Mann 1945, Kendall 1975: S = Σ sign(later − earlier), its variance n(n−1)(2n+5)/18 less t(t−1)(2t+5)/18 for each t equal
    values, and S moved by one towards zero. 0 where nothing differs.
    """
    count = len(values)
    total = sum((later > earlier) - (later < earlier) for earlier, later in combinations(values, 2))
    ties = (len(list(some)) for _, some in groupby(sorted(values)))
    spread = _pairs(count) - sum(map(_pairs, ties))
    return (total - (total > 0) + (total < 0)) / sqrt(spread / 18) if spread > 0 else 0.0


def _pairs(count: int) -> int:
    return count * (count - 1) * (2 * count + 5)


def drift(medians: Sequence[Point], day: float, least: float) -> Drift | None:
    """Whether values drift; None where that is not clear. `medians`: one for each day or week, so that busy ones weigh no more.

    Told only where there are `LEAST_MEDIANS` of them, Mann and Kendall's test is clear at `CLEAR`, and the whole drift is at
    least `least`, the smallest difference that can be read. `day`: the length of a day in the unit of time.
    """
    if len(medians) < LEAST_MEDIANS or abs(clearness([value for _, value in medians])) < CLEAR:
        return None
    found, since = slope(medians), medians[0][0]
    if abs(found) * (medians[-1][0] - since) < least:
        return None
    return Drift(found * day, since)


def medians_by(points: Sequence[Point], length: float) -> Iterator[Point]:
    """The middle value of each stretch of time of this length that has values, in order, at its middle time. Points ascend."""
    for _, some in groupby(points, key=lambda point: point[0] // length):
        here = list(some)
        yield median(at for at, _ in here), median(value for _, value in here)
