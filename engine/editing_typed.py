"""What people type into a form for a procedure, read by the kind of place: a figure, a span, a time of day, a text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.loading.edit import Value
from engine.procedure.amount import NotAReading, Span, parse_clock, parse_reading, written


@dataclass(frozen=True, slots=True)
class Mistyped:
    """What could not be read. `code` says what was expected: comma, exponent, not_a_number, whole, span, clock, day, no_chinese,
    no_role.
    """

    code: str
    typed: str


def read_typed(kind: str, typed: str) -> Value | Mistyped | None:
    """The value that was typed; None where nothing was, which takes the place's key out of the file."""
    text = typed.strip()
    if not text:
        return None
    try:
        return _READ.get(kind, _text)(text)
    except NotAReading as error:
        return Mistyped(error.code, typed)
    except ValueError:
        return Mistyped(kind, typed)


def same(kind: str, typed: str, current: str | None) -> bool:
    """Whether what was typed says what stands there already: 1.0 is 1, a text is the same whatever its line ends, roles in any
    order.
    """
    found, old = read_typed(kind, typed), None if current is None else read_typed(kind, current)
    if kind == "roles" and isinstance(found, list) and isinstance(old, list):
        return set(map(str, found)) == set(map(str, old))
    return not isinstance(found, Mistyped) and found == old


def _figure(text: str) -> Value:
    return Decimal(written(parse_reading(text)))


def _whole(text: str) -> Value:
    number = parse_reading(text)
    if number != int(number):
        raise ValueError(text)
    return int(number)


def _span(text: str) -> Value:
    return str(Span.parse(text.translate(_DIGITS)))


def _clock(text: str) -> Value:
    return f"{parse_clock(text.translate(_DIGITS)):%H:%M}"


def _day(text: str) -> Value:
    return date.fromisoformat(text).isoformat()


def _truth(text: str) -> Value:
    return text == "true"


def _words(text: str) -> Value:
    return [int(word) if word.isdecimal() else word for word in (part.strip() for part in text.split(",")) if word]


def _text(text: str) -> Value:
    return text.replace("\r\n", "\n")


_DIGITS = str.maketrans("０１２３４５６７８９：", "0123456789:")
_READ: Mapping[str, Callable[[str], Value]] = {
    "figure": _figure, "whole": _whole, "span": _span, "clock": _clock, "day": _day, "truth": _truth, "words": _words,
    "roles": lambda text: [role for part in text.split(",") if (role := part.strip())],
}  # fmt: skip
