"""A chart of readings as lengths and places on a sheet of 1000 by 340: what the template draws as SVG, on screen and on paper."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import floor, log10

from engine.procedure.limits import Range
from engine.review.trends.limits import Stretch
from engine.review.trends.readings import Reading, followed
from engine.review.trends.statistics import Point

WIDTH, HEIGHT = 1000, 340
LEFT, RIGHT, TOP, BOTTOM = 64, 988, 14, 304
_LINES = 5  # across, about
_TICKS = 14  # along, at most


@dataclass(frozen=True, slots=True)
class Mark:
    """A reading. `shape`: dot, up, down, or square for a re-measure; `label` says it in words."""

    x: str
    y: str
    shape: str
    tone: str
    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Line:
    """From one point to another."""

    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True, slots=True)
class Area:
    """The limits in force for a while; open to the sheet's edge where there is no bound."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis with what it says."""

    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that is drawn."""

    title: str
    marks: tuple[Mark, ...]
    joins: tuple[Line, ...]
    areas: tuple[Area, ...]
    edges: tuple[Line, ...]
    across: tuple[Tick, ...]
    along: tuple[Tick, ...]
    middle: str  # the points of a line


@dataclass(frozen=True, slots=True)
class Scale:
    """From times and values to places on the sheet."""

    since: float
    until: float
    low: float
    high: float

    def x(self, at: float) -> float:
        """Where a time lies."""
        return LEFT + (at - self.since) / (self.until - self.since) * (RIGHT - LEFT)

    def y(self, value: float) -> float:
        """Where a value lies."""
        return BOTTOM - (value - self.low) / (self.high - self.low) * (BOTTOM - TOP)


def scale_of(since: datetime, until: datetime, readings: Sequence[Reading], limits: Sequence[Range | None]) -> Scale:
    """A scale that holds every reading and every limit, with a little room; of one value alone too."""
    edges = {float(edge) for limit in set(limits) if limit for edge in (limit.low, limit.high) if edge is not None}
    values = [*(one.number for one in readings), *edges]
    low, high = min(values), max(values)
    room = (high - low) * 0.08 or max(abs(high) * 0.1, 1.0)
    return Scale(since.timestamp(), until.timestamp(), low - room, high + room)


def marks(
    scale: Scale, drawn: Sequence[Reading], sides: Sequence[str], labels: Sequence[str], addresses: Sequence[str]
) -> Iterator[Mark]:
    """A mark for each reading that is drawn; those that matter last, so that nothing covers them."""
    order = sorted(range(len(drawn)), key=lambda n: (bool(drawn[n].deviation), drawn[n].is_out))
    for n in order:
        one = drawn[n]
        x, y = _short(scale.x(one.moment.timestamp())), _short(scale.y(one.number))
        yield Mark(x, y, shape_of(one, sides[n]), "deviation" if one.is_out else "done", labels[n], addresses[n])


def shape_of(one: Reading, side: str) -> str:
    """How a reading is marked; `side`: on which side of its limits it was, where that is known."""
    return "square" if one.deviation else {"low": "down", "high": "up"}.get(side, "up" if one.is_out else "dot")


def joins(scale: Scale, drawn: Sequence[Reading]) -> Iterator[Line]:
    """A line from each reading to the re-measure that follows it."""
    for before, after in followed(drawn):
        ends = ((scale.x(one.moment.timestamp()), scale.y(one.number)) for one in (before, after))
        yield Line(*(_short(place) for end in ends for place in end))


def areas(scale: Scale, stretches: Sequence[Stretch]) -> Iterator[Area]:
    """The limits as bands that step where they changed."""
    for limits, since, until in _in_force(scale, stretches):
        top = TOP if limits.high is None else scale.y(float(limits.high))
        bottom = BOTTOM if limits.low is None else scale.y(float(limits.low))
        yield Area(*map(_short, (since, top, until - since, max(bottom - top, 1.0))))


def edges(scale: Scale, stretches: Sequence[Stretch]) -> Iterator[Line]:
    """The bounds themselves, as lines: a band alone is hard to see on paper."""
    for limits, since, until in _in_force(scale, stretches):
        for edge in (limits.low, limits.high):
            if edge is not None:
                y = _short(scale.y(float(edge)))
                yield Line(_short(since), y, _short(until), y)


def _in_force(scale: Scale, stretches: Sequence[Stretch]) -> Iterator[tuple[Range, float, float]]:
    """The limits with where they begin and end along the sheet."""
    begun = [scale.since, *(datetime.fromisoformat(one.since).timestamp() for one in stretches[1:]), scale.until]
    for one, since, until in zip(stretches, begun, begun[1:], strict=False):
        if one.limits is not None:
            yield one.limits, scale.x(since), scale.x(until)


def middle_line(scale: Scale, medians: Sequence[Point]) -> str:
    """The middle values as the points of a line."""
    return " ".join(f"{_short(scale.x(at))},{_short(scale.y(value))}" for at, value in medians)


def across(scale: Scale, decimals: int) -> Iterator[Tick]:
    """Lines at round values."""
    step = _round_step((scale.high - scale.low) / _LINES)
    digits = max(decimals, -floor(log10(step)), 0)
    value = (floor(scale.low / step) + 1) * step
    while value < scale.high:
        yield Tick(_short(scale.y(value)), f"{value:.{min(digits, 6)}f}")
        value += step


def _round_step(step: float) -> float:
    size = 10.0 ** floor(log10(step))
    return next(size * nice for nice in (1, 2, 5, 10) if size * nice >= step)


def along(scale: Scale, first: date, last: date, midnights: Mapping[date, float]) -> Iterator[Tick]:
    """Days at which something is written: each, or the first of weeks or months, so that they do not crowd."""
    for day in _days(first, last):
        text = f"{day:%Y-%m}" if (last - first).days > 370 else f"{day:%m-%d}"
        yield Tick(_short(scale.x(midnights[day])), text)


def _days(first: date, last: date) -> Sequence[date]:
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    weeks = [day for day in every if day.weekday() == 0]
    months = [day for day in every if day.day == 1]
    quarters = [day for day in months if day.month % 3 == 1]
    years = [day for day in months if day.month == 1]
    half = [day for day in months if day.month % 6 == 1]
    return next((some for some in (every, weeks, months, quarters, half) if len(some) <= _TICKS), years)


def _short(number: float) -> str:
    return f"{number:.1f}"
