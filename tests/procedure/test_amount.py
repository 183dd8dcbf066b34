"""Readings as typed, spans of time, clock times and days."""

import re
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from engine.procedure.amount import Clock, Day, Figure, NotAReading, Span, parse_clock, parse_reading, written

READINGS: list[tuple[str, str]] = [
    # understood
    ("7.2", "7.2"),
    ("7", "7"),
    ("07.20", "7.20"),
    ("0", "0"),
    ("-0", "0"),
    ("-3.5", "-3.5"),
    ("+3.5", "3.5"),
    (" 7.2 ", "7.2"),
    ("７．２", "7.2"),
    ("７.２", "7.2"),
    ("7。2", "7.2"),
    ("−3", "-3"),
    ("–3", "-3"),
    ("—3", "-3"),
    ("－３", "-3"),
    ("＋３", "3"),
    ("\u30007.2\u3000", "7.2"),
    ("7.2\n", "7.2"),
    ("123456789012.123456789", "123456789012.123456789"),
    # refused, with the reason
    ("", "empty"),
    ("   ", "empty"),
    ("\u3000", "empty"),
    ("7,2", "comma"),
    ("７，２", "comma"),
    ("7､2", "comma"),
    ("1,000", "comma"),
    ("1,000.5", "comma"),
    ("1e3", "exponent"),
    ("1E3", "exponent"),
    ("-1.5e-3", "exponent"),
    ("1_0", "not_a_number"),
    ("nan", "not_a_number"),
    ("NaN", "not_a_number"),
    ("inf", "not_a_number"),
    ("-Infinity", "not_a_number"),
    ("--1", "not_a_number"),
    ("7.2.", "not_a_number"),
    ("7.", "not_a_number"),
    (".5", "not_a_number"),
    ("7..2", "not_a_number"),
    ("7.2.1", "not_a_number"),
    ("- 3", "not_a_number"),
    ("7 2", "not_a_number"),
    ("0x10", "not_a_number"),
    ("7²", "not_a_number"),
    ("½", "not_a_number"),
    ("①", "not_a_number"),
    ("七", "not_a_number"),
    ("٣", "not_a_number"),
    ("7.2 mg/L", "not_a_number"),
    ("7.2\x00", "not_a_number"),
    ("1234567890123", "not_a_number"),
    ("0.1234567890", "not_a_number"),
    ("=1+1", "not_a_number"),
    ("1/2", "not_a_number"),
    ("1e", "not_a_number"),
]


def understood(typed: str) -> str:
    """The figure read, or the reason why there is none."""
    try:
        return str(parse_reading(typed))
    except NotAReading as error:
        return error.code if error.typed == typed else "not what was typed"


@pytest.mark.parametrize(("typed", "expected"), READINGS)
def test_a_reading_is_understood_plainly_or_refused_with_a_reason(typed: str, expected: str) -> None:
    assert understood(typed) == expected


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-999_999, max_value=999_999, places=3))
def test_what_is_written_is_read_back(number: Decimal) -> None:
    assert parse_reading(written(number)) == number


@given(st.text())
def test_no_text_does_more_than_be_refused(typed: str) -> None:
    found = understood(typed)
    assert found in ("empty", "comma", "exponent", "not_a_number") or Decimal(found).is_finite()


SPANS = [
    ("30 s", 30, "30 s"),
    ("15 min", 900, "15 min"),
    ("15min", 900, "15 min"),
    ("1 minute", 60, "1 min"),
    ("2 minutes", 120, "2 min"),
    ("1 h", 3600, "1 hour"),
    ("1 hour", 3600, "1 hour"),
    ("3 hours", 10800, "3 hours"),
    (" 2 days ", 172_800, "2 days"),
    ("1 day", 86400, "1 day"),
    ("2 weeks", 1_209_600, "2 weeks"),
]


@pytest.mark.parametrize(("text", "seconds", "shown"), SPANS)
def test_exact_spans(text: str, seconds: int, shown: str) -> None:
    span = Span.parse(text)
    assert span.exact == span.least == timedelta(seconds=seconds)
    assert (span.months, str(span), Span.parse(str(span))) == (0, shown, span)


@pytest.mark.parametrize(
    ("text", "months", "shown"), [("1 month", 1, "1 month"), ("3 quarters", 9, "3 quarters"), ("2 years", 24, "2 years")]
)
def test_spans_of_the_calendar(text: str, months: int, shown: str) -> None:
    span = Span.parse(text)
    assert (span.exact, span.months, span.least, str(span)) == (None, months, timedelta(days=28 * months), shown)


@pytest.mark.parametrize(
    "text", ["", "0 min", "-5 min", "5", "min", "5 fortnights", "1.5 h", "5  min", "1234567 s", "５ min", "5 mins"]
)
def test_what_is_no_span(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        Span.parse(text)


class Things(BaseModel):
    """One of each."""

    figure: Figure = Decimal(0)
    span: Span = Span(1, "min")
    clock: Clock = time(0)
    day: Day = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("key", "value", "found"),
    [
        ("figure", 3, Decimal(3)),
        ("figure", Decimal("0.40"), Decimal("0.40")),
        ("span", "5 min", Span(5, "min")),
        ("span", Span(5, "min"), Span(5, "min")),
        ("clock", "06:30", time(6, 30)),
        ("clock", time(6, 30), time(6, 30)),
        ("day", "2026-10-01", date(2026, 10, 1)),
        ("day", date(2026, 10, 1), date(2026, 10, 1)),
    ],
)
def test_what_authors_write(key: str, value: Any, found: Any) -> None:
    things = Things.model_validate({key: value})
    assert getattr(things, key) == found
    assert Things.model_validate_json(things.model_dump_json()) == things


@pytest.mark.parametrize(
    ("key", "value", "kind"),
    [
        ("figure", True, "figure_type"),
        ("figure", 0.5, "figure_type"),
        ("figure", "0.5", "figure_type"),
        ("figure", Decimal("NaN"), "finite_number"),
        ("figure", Decimal("1" * 22), "decimal_max_digits"),
        ("span", 5, "span_form"),
        ("span", "5 fortnights", "span_form"),
        ("clock", 630, "clock_form"),
        ("clock", "24:00", "clock_form"),
        ("clock", "6:30", "clock_form"),
        ("day", "2026-02-30", "day_form"),
        ("day", "20261001", "day_form"),
        ("day", 5, "day_form"),
    ],
)
def test_what_authors_may_not_write(key: str, value: Any, kind: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Things.model_validate({key: value})
    assert [error["type"] for error in caught.value.errors()] == [kind]


@pytest.mark.parametrize("text", ["x", "NaN", "1e400", "", "1_0"])
def test_a_damaged_figure_is_refused_and_does_not_crash(text: str) -> None:
    with pytest.raises(ValidationError):
        Things.model_validate_json(f'{{"figure": "{text}"}}')


def test_figures_keep_their_zeros_through_json() -> None:
    assert Things(figure=Decimal("0.40")).model_dump(mode="json")["figure"] == "0.40"
    assert written(Decimal("1E+3")) == "1000"


def test_a_clock_time_is_two_and_two() -> None:
    assert parse_clock("23:59") == time(23, 59)
    with pytest.raises(ValueError, match="7:00"):
        parse_clock("7:00")


def test_editors_learn_the_forms() -> None:
    properties = TypeAdapter(Things).json_schema()["properties"]
    assert properties["span"]["pattern"].startswith("^([1-9]")
    assert (properties["figure"]["type"], properties["day"]["format"]) == ("number", "date")


def test_minus_zero_is_zero() -> None:
    for typed in ("-0", "-0.00", "+0"):
        assert not parse_reading(typed).is_signed()
    assert str(parse_reading("-0.00")) == "0.00"
