"""When data raise a question: plain rules over times and values, each with its thresholds. They never say what happened.

docs/questions.md tells every rule to reviewers. Knows no database.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from math import comb

BURST_STEPS = 5
"""So many steps that need hands and eyes..."""
BURST_WITHIN = timedelta(seconds=15)
"""...within so long raise a question."""
SAME_LEAST = 5
"""So many equal readings in a row, at least..."""
SAME_DAYS = 3
"""...on so many days, at least..."""
SAME_CHANCE = 0.01
"""...and so improbable, given how often that value is read otherwise, are asked about."""
SAME_OTHERS = 20
"""Fewer other readings than these say nothing of how often a value is read."""
ALIKE_VALUES = 3
"""Of readings that end in the same decimals, so many must differ: the very same ones are asked about as such."""
EARLY_BY = timedelta(minutes=1)
"""Finished so long before the time it was scheduled for."""
HEAP_LEAST = 8
"""So many readings just inside a limit, at least..."""
HEAP_CHANCE = 0.01
"""...and so improbable against the neighbours on either side, are asked about."""
HEAP_WIDTH = 0.05
"""How far "just" reaches: this share of the range, no less than one step of the last decimal."""
CLOCK_OFF = timedelta(minutes=2)
"""By so much a device's clock may differ from the server's."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """One step that was done, and when."""

    step: str
    at: datetime


def burst(ticked: Sequence[Ticked]) -> tuple[Ticked, ...]:
    """The longest row of steps, which come in order, of which any `BURST_STEPS` neighbours lie within `BURST_WITHIN`; or ()."""
    best: tuple[Ticked, ...] = ()
    for start in range(len(ticked) - BURST_STEPS + 1):
        end = start + BURST_STEPS - 1
        if ticked[end].at - ticked[start].at > BURST_WITHIN:
            continue
        while end + 1 < len(ticked) and ticked[end + 1].at - ticked[end + 2 - BURST_STEPS].at <= BURST_WITHIN:
            end += 1
        if end + 1 - start > len(best):
            best = tuple(ticked[start : end + 1])
    return best


@dataclass(frozen=True, slots=True)
class Streak:
    """Equal values in a row, from `start` to before `end`; of the `others`, so many are `equal` to it."""

    start: int
    end: int
    equal: int
    others: int


def streaks(values: Sequence[str], days: Sequence[str]) -> Iterator[Streak]:
    """Rows of equal values too long for chance. `days`: the day of each value.

    With `f` the share of this value among all others (one more of each kind, so that nothing is impossible), so many equal ones
    in a row are to be expected `n·f^(length−1)` times among `n` values: asked where that is below `SAME_CHANCE`. A value that is
    always read, like no bacteria, is never asked about.
    """
    counts, start = Counter(values), 0
    for value, some in groupby(values):
        length = len(list(some))
        equal, others = counts[value] - length, len(values) - length
        share = (equal + 1) / (others + len(counts))
        is_long = length >= SAME_LEAST and len(set(days[start : start + length])) >= SAME_DAYS and others >= SAME_OTHERS
        if is_long and len(values) * share ** (length - 1) < SAME_CHANCE:
            yield Streak(start, start + length, equal, others)
        start += length


@dataclass(frozen=True, slots=True)
class Heap:
    """How many readings lie just inside a limit, in the strip as wide further in, and just outside."""

    inside: int
    inner: int
    outside: int


def heap(values: Sequence[float], limit: float, width: float, *, is_high: bool) -> Heap | None:
    """Whether values heap just inside a limit; None where they do not.

    The caliper test (Gerber and Malhotra 2008): where nothing steers values, about as many lie just on one side of a line as just
    on the other. So that a process which simply lies well within is not asked about, those inside must outweigh the strip
    further in as well, each against even chances at `HEAP_CHANCE`.
    """
    slack = width * 1e-6  # decimals that came as floats
    depths = [limit - one if is_high else one - limit for one in values]
    inside = sum(1 for one in depths if -slack <= one < width - slack)
    inner = sum(1 for one in depths if width - slack <= one < 2 * width - slack)
    outside = sum(1 for one in depths if -width - slack <= one < -slack)
    is_heaped = inside >= HEAP_LEAST and max(chance(inside, inside + one) for one in (inner, outside)) < HEAP_CHANCE
    return Heap(inside, inner, outside) if is_heaped else None


def chance(heads: int, tosses: int) -> float:
    """How probable so many heads, or more, are in so many tosses of a fair coin. 1 for none."""
    return float(sum(comb(tosses, n) for n in range(heads, tosses + 1)) / 2**tosses)


def is_early(finished: datetime, scheduled: datetime) -> bool:
    """Whether a run was over before its time had come."""
    return scheduled - finished >= EARLY_BY


def is_off(device: datetime, server: datetime) -> bool:
    """Whether a device's clock differs from the server's by more than it may."""
    return abs(device - server) > CLOCK_OFF
