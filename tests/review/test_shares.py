"""Shares in per cent: near what they are, and never all where one is missing, never none where one is there."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.review.shares import percent

COUNTS = st.integers(1, 10**9).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


@given(COUNTS)
@example((2999, 3000))
@example((1, 3000))
@example((1, 2000))
@example((1999, 2000))
def test_all_and_none_are_told_only_where_it_is_so(counts: tuple[int, int]) -> None:
    some, whole = counts
    told = percent(some, whole)
    assert told is not None
    assert (told == 100) == (some == whole)
    assert (told == 0) == (some == 0)


@given(COUNTS)
def test_it_lies_within_a_tenth_and_is_the_nearest_one_away_from_the_ends(counts: tuple[int, int]) -> None:
    some, whole = counts
    told, exact = percent(some, whole), Fraction(100 * some, whole)
    assert told is not None
    assert -told.as_tuple().exponent == 1  # type: ignore[operator]
    off = abs(Fraction(told) - exact)
    assert off < Fraction(1, 10)
    if Fraction(1, 10) <= exact <= Fraction(999, 10):
        assert off <= Fraction(1, 20)


@given(COUNTS, st.integers(0, 10**9))
def test_more_are_never_told_as_less(counts: tuple[int, int], more: int) -> None:
    some, whole = counts
    fewer, larger = percent(some, whole), percent(min(some + more, whole), whole)
    assert fewer is not None
    assert larger is not None
    assert fewer <= larger


@pytest.mark.parametrize(
    ("some", "whole", "told"),
    [(1, 3, "33.3"), (2, 3, "66.7"), (1, 16, "6.3"), (1, 1, "100.0"), (0, 7, "0.0"), (999, 1000, "99.9")],
)
def test_as_it_is_written(some: int, whole: int, told: str) -> None:
    assert percent(some, whole) == Decimal(told)
    assert str(percent(some, whole)) == told


def test_of_nothing_there_is_none() -> None:
    assert percent(0, 0) is None


@pytest.mark.parametrize(("some", "whole"), [(-1, 2), (3, 2), (1, 0)])
def test_more_than_all_is_no_share(some: int, whole: int) -> None:
    with pytest.raises(ValueError, match=str(some)):
        percent(some, whole)
