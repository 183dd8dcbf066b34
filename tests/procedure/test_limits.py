"""Limits and bands, parameters, overrides."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.procedure.limits import Band, Limits, Range, band_of, bounds
from engine.procedure.override import Override, overlaid
from engine.procedure.procedure import Procedure

from .written import GOOD, D

BANDS = [
    ("-1", Band.IMPLAUSIBLE),
    ("0", Band.CRITICAL),
    ("0.29", Band.CRITICAL),
    ("0.3", Band.OUT_OF_LIMITS),
    ("0.39", Band.OUT_OF_LIMITS),
    ("0.4", Band.IN_LIMITS),
    ("0.40", Band.IN_LIMITS),
    ("0.6", Band.IN_LIMITS),
    ("0.601", Band.OUT_OF_LIMITS),
    ("1.0", Band.OUT_OF_LIMITS),
    ("1.01", Band.CRITICAL),
    ("10", Band.CRITICAL),
    ("10.1", Band.IMPLAUSIBLE),
]


@pytest.mark.parametrize(("value", "band"), BANDS)
def test_bounds_are_inclusive_and_the_worst_band_wins(value: str, band: Band) -> None:
    assert Procedure.model_validate(GOOD).parameters["chlorine"].band(D(value)) is band


def test_no_limits_is_no_band_in_limits() -> None:
    assert band_of(D(5), plausible=None, critical=None, limits=None) is Band.NO_LIMITS


RANGES: list[tuple[dict[str, Any], tuple[str | None, str | None]]] = [
    ({"low": 1, "high": 3}, ("1", "3")),
    ({"low": 1}, ("1", None)),
    ({"high": 3, "tolerance": D("0.5")}, (None, "3.5")),
    ({"low": 1, "tolerance": 1}, ("0", None)),
    ({"target": 60, "tolerance": 10}, ("50", "70")),
    ({"low": 2, "high": 2}, ("2", "2")),
]


@pytest.mark.parametrize(("written", "expected"), RANGES)
def test_the_range_that_decides(written: dict[str, Any], expected: tuple[str | None, str | None]) -> None:
    found = Limits.model_validate(written).range
    assert (found.low, found.high) == tuple(None if one is None else D(one) for one in expected)


@pytest.mark.parametrize(
    ("model", "written", "kind"),
    [
        (Limits, {}, "no_bound"),
        (Limits, {"low": 3, "high": 1}, "crossed"),
        (Limits, {"target": 1}, "no_tolerance"),
        (Limits, {"target": 1, "tolerance": 1, "low": 0}, "target_and_bounds"),
        (Limits, {"low": 1, "tolerance": -1}, "negative_tolerance"),
        (Limits, {"tolerance": 1}, "no_bound"),
        (Range, {}, "no_bound"),
        (Range, {"low": 3, "high": 1}, "crossed"),
    ],
)
def test_limits_that_cannot_be(model: type[Limits] | type[Range], written: dict[str, Any], kind: str) -> None:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(written)
    assert [error["type"] for error in caught.value.errors()] == [kind]


FIGURES = st.decimals(min_value=-100, max_value=100, places=2)


@given(FIGURES, FIGURES, FIGURES)
def test_a_reading_is_in_limits_exactly_between_the_bounds(one: Decimal, other: Decimal, value: Decimal) -> None:
    low, high = sorted((one, other))
    limits = Limits(low=low, high=high)
    expected = Band.IN_LIMITS if low <= value <= high else Band.OUT_OF_LIMITS
    assert band_of(value, plausible=None, critical=None, limits=limits) is expected
    assert Range(low=low, high=high).holds(value) == (low <= value <= high)


def test_bounds_as_facts() -> None:
    assert bounds(None) == {}
    assert bounds(Limits(target=D(60), tolerance=D(10))) == {"low": D(50), "high": D(70)}
    assert bounds(Range(high=D(3))) == {"high": D(3)}


OVERRIDE: dict[str, Any] = {"limits": {"low": D("0.5"), "high": D("0.6")}, "reason": "x", "expires": "2026-11-30"}


def test_an_override_changes_figures_until_it_expires() -> None:
    procedure, override = Procedure.model_validate(GOOD), Override.model_validate(OVERRIDE)
    changed = overlaid(procedure, {"chlorine": override, "gone": override}, date(2026, 11, 30))
    assert changed.parameters["chlorine"].band(D("0.45")) is Band.OUT_OF_LIMITS
    assert changed.parameters["chlorine"].critical == procedure.parameters["chlorine"].critical
    assert overlaid(procedure, {"chlorine": override}, date(2026, 12, 1)) is procedure


def test_a_review_that_is_due_does_not_end_it() -> None:
    assert Override.model_validate({"critical": {"low": 0}, "reason": "x", "review": "2026-01-01"}).applies(date(2026, 12, 1))


@pytest.mark.parametrize(
    ("written", "kind"),
    [({"limits": {"low": 1}, "reason": "x"}, "override_day"), ({"reason": "x", "review": "2026-01-01"}, "override_empty")],
)
def test_an_override_has_a_figure_and_a_day(written: dict[str, Any], kind: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Override.model_validate(written)
    assert [error["type"] for error in caught.value.errors()] == [kind]
