"""Which entry of one list is which of another, and the fewest that must have been moved. Knows nothing of procedures."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Pair = tuple[int, int]
Same = Callable[[Any, Any], bool]
Likeness = Callable[[Any, Any], float]
_LIKE_ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class Paired:
    """Positions in the old and the new list: the pairs in order of the new list, and what is left over on either side."""

    pairs: tuple[Pair, ...]
    removed: tuple[int, ...]
    added: tuple[int, ...]


def numbered(keys: Iterable[Hashable]) -> list[tuple[Hashable, int]]:
    """Each key with how often it stood before: a draft may hold an id twice."""
    count: Counter[Hashable] = Counter()
    found = []
    for key in keys:
        found.append((key, count[key]))
        count[key] += 1
    return found


def by_key(old: Sequence[Hashable], new: Sequence[Hashable]) -> Paired:
    """Pair entries of the same key."""
    where = {key: index for index, key in enumerate(numbered(old))}
    return _paired([(where[key], j) for j, key in enumerate(numbered(new)) if key in where], len(old), len(new))


def by_likeness(old: Sequence[Any], new: Sequence[Any], same: Same, likeness: Likeness) -> Paired:
    """Pair equals first, then the most alike (from 0 to 1, at least half), then whatever single entry is left on both sides."""
    pairs: dict[int, int] = {}
    for i, one in enumerate(old):
        free = (j for j, other in enumerate(new) if j not in pairs.values() and same(one, other))
        if (j := next(free, None)) is not None:
            pairs[i] = j
    for score, i, j in _scores(old, new, pairs, likeness):
        is_free = i not in pairs and j not in pairs.values()
        if is_free and (score >= _LIKE_ENOUGH or len(old) - len(pairs) == 1 == len(new) - len(pairs)):
            pairs[i] = j
    return _paired(sorted(pairs.items(), key=lambda pair: pair[1]), len(old), len(new))


def _scores(old: Sequence[Any], new: Sequence[Any], pairs: Mapping[int, int], likeness: Likeness) -> list[tuple[float, int, int]]:
    """How alike those not paired yet are, the most alike first, and of these the nearest."""
    rest = [i for i in range(len(old)) if i not in pairs], [j for j in range(len(new)) if j not in pairs.values()]
    found = [(likeness(old[i], new[j]), i, j) for i in rest[0] for j in rest[1]]
    return sorted(found, key=lambda score: (-score[0], abs(score[1] - score[2]), score[1]))


def _paired(pairs: Sequence[Pair], old: int, new: int) -> Paired:
    left, right = {i for i, _ in pairs}, {j for _, j in pairs}
    return Paired(
        tuple(pairs), tuple(i for i in range(old) if i not in left), tuple(j for j in range(new) if j not in right)
    )  # fmt: skip


def moved(pairs: Sequence[Pair], weights: Sequence[int] | None = None) -> set[int]:
    """New positions of the pairs that must have been moved: all but a heaviest common subsequence, which is the longest one
    where every pair weighs the same."""
    kept = _longest(pairs) if weights is None else _heaviest(pairs, weights)
    return {j for _, j in pairs} - {pairs[k][1] for k in kept}


def _longest(pairs: Sequence[Pair]) -> list[int]:
    """Patience: indices into `pairs` of a longest run rising in both."""
    tops: list[int] = []
    heads: list[int] = []
    before: list[int] = []
    for k, (i, _) in enumerate(pairs):
        at = bisect_left(tops, i)
        before.append(heads[at - 1] if at else -1)
        tops[at:], heads[at:] = (
            ([i, *tops[at + 1 :]], [k, *heads[at + 1 :]]) if at < len(tops) else ([i], [k])
        )  # fmt: skip
    return _back(heads[-1] if heads else -1, before)


def _heaviest(pairs: Sequence[Pair], weights: Sequence[int]) -> list[int]:
    totals: list[int] = []
    before: list[int] = []
    for k, (i, _) in enumerate(pairs):
        best = max((m for m in range(k) if pairs[m][0] < i), key=lambda m: totals[m], default=-1)
        before.append(best)
        totals.append(weights[k] + (totals[best] if best >= 0 else 0))
    return _back(max(range(len(totals)), key=lambda k: totals[k], default=-1), before)


def _back(last: int, before: Sequence[int]) -> list[int]:
    found = []
    while last >= 0:
        found.append(last)
        last = before[last]
    return found
