"""The sums behind the trends, each against its plain slow definition; and the rules that raise questions, at their edges."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import permutations, product
from math import sqrt
from random import Random
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.review.questions import rules
from engine.review.questions.rules import Heap, Ticked, burst, chance, heap, is_early, is_off, streaks
from engine.review.trends.repeated import TIMES, WITHIN, Deviated, repeated
from engine.review.trends.statistics import CLEAR, LEAST_MEDIANS, clearness, drift, medians_by, rank, slope
from engine.review.trends.thinning import SPECIAL, STRETCHES, UNTHINNED, Dot, thinned

BEGAN = datetime(2026, 11, 2, tzinfo=UTC)
VALUES = st.lists(st.integers(0, 12).map(float), min_size=2, max_size=16)


@given(VALUES, st.floats(0.001, 1))
def test_a_rank_is_the_smallest_value_that_so_many_do_not_exceed(values: list[float], share: float) -> None:
    enough = [one for one in values if sum(other <= one for other in values) >= share * len(values)]
    assert rank(sorted(values), share) == min(enough)


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1.0], 0.0), ([1.0], 1.1)])
def test_a_rank_of_nothing_is_a_fault(values: list[float], share: float) -> None:
    with pytest.raises(ValueError, match=str(share)):
        rank(values, share)


@given(VALUES)
def test_the_slope_is_the_middle_of_all_slopes(values: list[float]) -> None:
    every = [(values[j] - values[i]) / (j - i) for i in range(len(values)) for j in range(i + 1, len(values))]
    assert slope([(float(at), value) for at, value in enumerate(values)]) == median(every)


@given(VALUES)
def test_clearness_by_its_definition(values: list[float]) -> None:
    n = len(values)
    score = sum((values[j] > values[i]) - (values[j] < values[i]) for i in range(n) for j in range(i + 1, n))
    variance = Fraction(n * (n - 1) * (2 * n + 5), 18)
    variance -= sum(Fraction(t * (t - 1) * (2 * t + 5), 18) for t in Counter(values).values())
    moved = score - 1 if score > 0 else score + 1 if score < 0 else 0
    assert clearness(values) == pytest.approx(moved / sqrt(variance) if variance else 0.0)


def test_the_variance_is_that_of_every_order() -> None:
    """The formula gives the variance of S over all equally likely orders, here of five values."""
    scores = [sum((b > a) - (b < a) for n, a in enumerate(one) for b in one[n + 1 :]) for one in permutations(range(5))]
    assert sum(score**2 for score in scores) / len(scores) == pytest.approx(5 * 4 * 15 / 18)


@given(VALUES, st.integers(-9, 9))
def test_turned_round_it_drifts_the_other_way(values: list[float], by: int) -> None:
    assert clearness([value + by for value in values]) == pytest.approx(clearness(values))
    assert clearness(values[::-1]) == pytest.approx(-clearness(values))
    found = drift([(float(at), value) for at, value in enumerate(values)], 1.0, 1e-9)
    turned = drift([(float(at), -value) for at, value in enumerate(values)], 1.0, 1e-9)
    assert (found and found.per_day) == (turned and -turned.per_day)


def test_a_drift_is_told_only_when_it_is_clear() -> None:
    rising = [(float(week * 7), 0.40 + 0.01 * week) for week in range(12)]
    found = drift(rising, 1.0, 0.01)
    assert found is not None
    assert (found.per_day, found.since) == (pytest.approx(0.01 / 7), 0)
    assert clearness([value for _, value in rising]) > CLEAR
    assert drift(rising[: LEAST_MEDIANS - 1], 1.0, 0.01) is None
    assert drift(rising, 1.0, 0.5) is None  # less than can be read
    up_and_down = [(float(n), value) for n, (_, value) in enumerate(rising[:6] + rising[5::-1])]
    assert drift(up_and_down, 1.0, 0.001) is None
    assert drift([], 1.0, 0.01) is None
    wild = drift([(at, 9.0 if n == 4 else value) for n, (at, value) in enumerate(rising)], 1.0, 0.01)
    assert wild is not None
    assert wild.per_day == pytest.approx(0.01 / 7, rel=0.35)  # one wild value moves it little


@given(st.lists(st.tuples(st.integers(0, 100).map(float), st.integers(0, 9).map(float)), max_size=40))
def test_medians_are_those_of_each_stretch(points: list[tuple[float, float]]) -> None:
    points.sort()
    found = [value for _, value in medians_by(points, 7.0)]
    assert found == [median(v for at, v in points if at // 7 == one) for one in sorted({at // 7 for at, _ in points})]


@given(st.integers(0, 2**32), st.integers(0, 900), st.integers(0, 100))
def test_thinning_keeps_the_ends_and_what_is_special(seed: int, count: int, share: int) -> None:
    random = Random(seed)
    dots = [Dot(n / max(count, 1), random.randrange(50), random.randrange(100) < share) for n in range(count)]
    kept = thinned(dots)
    assert kept == sorted(set(kept))
    if count <= UNTHINNED:
        assert kept == list(range(count))
        return
    special = {n for n, dot in enumerate(dots) if dot.is_special}
    assert len(kept) <= 2 * STRETCHES + SPECIAL
    assert len(special) > SPECIAL or special <= set(kept)
    for stretch, is_special in product(range(STRETCHES), (False, True)):
        here, left = (
            [dots[n].value for n in some if int(dots[n].time * STRETCHES) == stretch and dots[n].is_special is is_special]
            for some in (range(count), kept)
        )
        assert (min(here, default=None), max(here, default=None)) == (min(left, default=None), max(left, default=None))


def test_very_many_special_points_are_thinned_too() -> None:
    assert len(thinned([Dot(n / 5000, n % 7, True) for n in range(5000)])) <= 2 * STRETCHES


# -- what comes again


@given(st.lists(st.tuples(st.integers(0, 120), st.integers(0, 9)), max_size=14))
def test_repeated_is_what_lies_with_two_others_in_thirty_days(made: list[tuple[int, int]]) -> None:
    deviated = sorted((Deviated(BEGAN + timedelta(days=day), str(run)) for day, run in made), key=lambda one: one.at)
    firsts: dict[str, Deviated] = {}
    for one in deviated:
        firsts.setdefault(one.run, one)

    def near(start: Deviated) -> list[Deviated]:
        return [one for one in firsts.values() if start.at <= one.at <= start.at + WITHIN]

    expected = {one for start in firsts.values() if len(near(start)) >= TIMES for one in near(start)}
    found = list(repeated(deviated))
    assert [one.at for one in found] == sorted(one.at for one in found)
    assert set(found) == expected


# -- questions


def ticks(*seconds: float) -> list[Ticked]:
    return [Ticked(f"s{n}", BEGAN + timedelta(seconds=at)) for n, at in enumerate(seconds)]


@given(st.lists(st.integers(0, 60), max_size=14))
def test_a_burst_is_the_longest_quick_row(seconds: list[int]) -> None:
    ticked, steps = ticks(*sorted(seconds)), rules.BURST_STEPS
    quick = [
        ticked[start:end]
        for start in range(len(ticked))
        for end in range(start + steps, len(ticked) + 1)
        if all(ticked[n + steps - 1].at - ticked[n].at <= rules.BURST_WITHIN for n in range(start, end - steps + 1))
    ]
    found = burst(ticked)
    assert len(found) == max(map(len, quick), default=0)
    assert not found or list(found) in quick


def test_five_steps_in_fifteen_seconds_and_no_fewer_or_slower() -> None:
    assert len(burst(ticks(0, 3, 7, 11, 15))) == 5
    assert burst(ticks(0, 3, 7, 11, 15.1)) == ()
    assert burst(ticks(0, 1, 2, 3)) == ()


def test_the_same_value_is_asked_about_only_where_it_is_rare() -> None:
    usual = [f"0.{40 + n % 20}" for n in range(60)]
    days = [f"day {n // 2}" for n in range(80)]
    (streak,) = streaks([*usual, *["0.55"] * 8], days)
    assert (streak.start, streak.end, streak.equal, streak.others) == (60, 68, 3, 60)
    assert list(streaks(["0"] * 80, days)) == []  # never anything else
    assert list(streaks([*usual, *["0.55"] * 8], ["one day"] * 80)) == []
    assert list(streaks([*usual[:10], *["0.55"] * 8], days)) == []  # too few others to know
    assert list(streaks([*usual, *["0.55"] * 4], days)) == []
    often = ["0.5" if n % 4 else "0.4" for n in range(60)]
    assert list(streaks([*often, *["0.5"] * 8], days)) == []  # three of four are 0.5


@given(st.integers(0, 20), st.integers(0, 20))
def test_chance_is_that_of_fair_coins(heads: int, more: int) -> None:
    if heads + more <= 12:
        fair = list(product((0, 1), repeat=heads + more))
        assert chance(heads, heads + more) == pytest.approx(sum(sum(one) >= heads for one in fair) / len(fair))
    assert 0 < chance(heads, heads + more) <= 1


@pytest.mark.parametrize("is_high", [True, False])
def test_heaps_just_inside_a_limit(is_high: bool) -> None:
    def at(depth: float) -> float:
        return 0.60 - depth if is_high else 0.40 + depth

    def found(*values: tuple[float, int]) -> Heap | None:
        return heap([at(depth) for depth, times in values for _ in range(times)], at(0), 0.01, is_high=is_high)

    assert found((0.0, 12), (0.01, 1), (-0.01, 1), (0.1, 30)) == Heap(12, 1, 1)
    assert found((0.0, 12), (-0.01, 10)) is None  # as many are outside
    assert found((0.0, 12), (0.01, 12)) is None  # it simply lies within
    assert found((0.0, 7)) is None
    assert found() is None


def test_early_and_off() -> None:
    assert is_early(BEGAN - timedelta(minutes=1), BEGAN)
    assert not is_early(BEGAN - timedelta(seconds=59), BEGAN)
    assert is_off(BEGAN + timedelta(minutes=2, seconds=1), BEGAN)
    assert is_off(BEGAN - timedelta(minutes=2, seconds=1), BEGAN)
    assert not is_off(BEGAN + timedelta(minutes=2), BEGAN)
