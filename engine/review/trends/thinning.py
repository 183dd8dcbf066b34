"""Many points made few enough to be drawn, without hiding what matters: the lowest and highest of each stretch of time stay, and
whatever is special.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

STRETCHES = 120
UNTHINNED = 260
"""So many points are drawn as they are."""
SPECIAL = 400
"""So many special points are all kept; of more, each stretch keeps its lowest and its highest."""


class Dot(NamedTuple):
    """A point as far as thinning looks at it: its time as a share of the whole in [0, 1), its value, whether it is special."""

    time: float
    value: float
    is_special: bool


def thinned(dots: Sequence[Dot]) -> list[int]:
    """Which of the points are drawn, ascending. All of them where there are no more than `UNTHINNED`."""
    if len(dots) <= UNTHINNED:
        return list(range(len(dots)))
    special = [n for n, dot in enumerate(dots) if dot.is_special]
    usual = [n for n, dot in enumerate(dots) if not dot.is_special]
    if len(special) > SPECIAL:
        special = list(_ends(dots, special))
    return sorted({*special, *_ends(dots, usual)})


def _ends(dots: Sequence[Dot], among: Sequence[int]) -> Iterator[int]:
    """The lowest and the highest of each stretch, the first where several are equal."""
    lowest: dict[int, int] = {}
    highest: dict[int, int] = {}
    for n in among:
        stretch, value = int(dots[n].time * STRETCHES), dots[n].value
        if stretch not in lowest or value < dots[lowest[stretch]].value:
            lowest[stretch] = n
        if stretch not in highest or value > dots[highest[stretch]].value:
            highest[stretch] = n
    yield from lowest.values()
    yield from highest.values()
