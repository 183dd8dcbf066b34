"""Amounts: figures as exact decimals, spans of time, clock times and days, as authors write and staff type them.

Nothing here rounds or guesses. A reading that is not a plain decimal is refused with a code, never repaired.
"""

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

_READING = re.compile(r"[+-]?[0-9]{1,12}(?:\.[0-9]{1,9})?")
# What Chinese keyboards type. Not NFKC: that would read 7² as 72.
_PLAIN = str.maketrans("０１２３４５６７８９＋－−–—．。，､", "0123456789+----..,,")
_WRITTEN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_SPAN = re.compile(r"([1-9][0-9]{0,5}) ?(s|min|minutes?|h|hours?|days?|weeks?|months?|quarters?|years?)")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")

Unit = Literal["s", "min", "hour", "day", "week", "month", "quarter", "year"]
_UNITS: dict[str, Unit] = {"m": "min", "minute": "min", "h": "hour"}
_SECONDS = {"s": 1, "min": 60, "hour": 3600, "day": 86400, "week": 604800}
_LONGEST = timedelta(days=36525)  # a century: beyond it the calendar ends before the deadline
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


class NotAReading(ValueError):
    """What was typed is not a plain decimal. `code` says why: empty, exponent, comma, not_a_number."""

    def __init__(self, code: str, typed: str) -> None:
        super().__init__(code)
        self.code, self.typed = code, typed


def parse_reading(typed: str) -> Decimal:
    """Parse a reading as typed (７．２ is 7.2). Raises NotAReading; accepts at most 12 + 9 digits."""
    text = typed.translate(_PLAIN).strip()
    if not text:
        raise NotAReading("empty", typed)
    if _READING.fullmatch(text):
        number = Decimal(text)
        return number if number else abs(number)  # -0 is 0: no list tells them apart
    if "," in text:
        raise NotAReading("comma", typed)
    if re.fullmatch(r"[+-]?[0-9.]+[eE][+-]?[0-9]+", text):
        raise NotAReading("exponent", typed)
    raise NotAReading("not_a_number", typed)


def written(number: Decimal) -> str:
    """A decimal as people write it: no exponent, no trailing point."""
    return format(number, "f")


def _figure(value: Any, info: ValidationInfo) -> Any:
    if isinstance(value, bool):
        raise PydanticCustomError("figure_type", "not a figure")
    if isinstance(value, int | Decimal):
        return Decimal(value)
    if isinstance(value, str) and info.mode == "json" and _WRITTEN.fullmatch(value):
        return Decimal(value)
    raise PydanticCustomError("figure_type", "not a figure")


Figure = Annotated[
    Decimal,
    BeforeValidator(_figure),
    Field(max_digits=21, allow_inf_nan=False),
    PlainSerializer(written, when_used="json"),
    WithJsonSchema({"type": "number"}),
]


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time as written ("15 min", "2 weeks", "1 month"). Months follow the calendar, the rest is exact."""

    amount: int
    unit: Unit

    @property
    def exact(self) -> timedelta | None:
        """The exact length, or None for months, quarters and years."""
        seconds = _SECONDS.get(self.unit)
        return None if seconds is None else timedelta(seconds=self.amount * seconds)

    @property
    def months(self) -> int:
        """The number of calendar months; 0 for exact spans."""
        return self.amount * _MONTHS.get(self.unit, 0)

    @property
    def least(self) -> timedelta:
        """The shortest this span can last (a month counts 28 days): for comparing deadlines with the work inside them."""
        return self.exact or timedelta(days=28 * self.months)

    def __str__(self) -> str:
        plural = "s" if self.amount != 1 and self.unit not in ("s", "min") else ""
        return f"{self.amount} {self.unit}{plural}"

    @classmethod
    def parse(cls, text: str) -> "Span":
        """Read "15 min", "1 hour", "2 days". Raises ValueError."""
        match = _SPAN.fullmatch(text.strip())
        if not match:
            raise ValueError(text)
        word = match[2] if match[2] == "s" else match[2].rstrip("s")
        span = cls(int(match[1]), _UNITS.get(word, word))  # type: ignore[arg-type]
        if span.least > _LONGEST:
            raise ValueError(text)
        return span

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _span, serialization=core_schema.plain_serializer_function_ser_schema(str)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {
            "type": "string",
            "pattern": f"^{_SPAN.pattern}$",
            "description": "A length of time: 30 s, 15 min, 1 hour, 2 days, 1 week, 1 month.",
        }


def _span(value: Any) -> Span:
    if isinstance(value, Span):
        return value
    try:
        return Span.parse(value if isinstance(value, str) else "")
    except ValueError:
        raise PydanticCustomError("span_form", "not a length of time") from None


def parse_clock(text: str) -> time:
    """Read "06:30". Raises ValueError."""
    match = _CLOCK.fullmatch(text)
    if not match:
        raise ValueError(text)
    return time(int(match[1]), int(match[2]))


def _clock(value: Any) -> Any:
    if isinstance(value, time):
        return value
    try:
        return parse_clock(value if isinstance(value, str) else "")
    except ValueError:
        raise PydanticCustomError("clock_form", "not a time of day") from None


def _day(value: Any) -> Any:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value if isinstance(value, str) and len(value) == 10 else "")
    except ValueError:
        raise PydanticCustomError("day_form", "not a date") from None


Clock = Annotated[
    time,
    BeforeValidator(_clock),
    PlainSerializer(lambda t: t.strftime("%H:%M"), when_used="json"),
    WithJsonSchema({"type": "string", "pattern": f"^{_CLOCK.pattern}$", "description": 'A time of day, quoted: "06:30".'}),
]
Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema(
        {"type": "string", "format": "date", "pattern": r"^\d{4}-\d\d-\d\d$", "description": 'A date, quoted: "2026-10-01".'}
    ),
]
