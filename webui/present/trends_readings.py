"""The readings of a parameter as the page shows them: in plain words, as a chart, and as tables that say the same."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from itertools import groupby

from engine.review.reports.telling import period_text
from engine.review.shares import percent
from engine.review.trends.limits import LimitsThen, sides, stretches
from engine.review.trends.punctuality import Rhythm, named
from engine.review.trends.readings import MOST, Reading, is_first
from engine.review.trends.standing import DAY, WEEKS_FROM, Standing, Usual, standing
from engine.review.trends.statistics import Point, medians_by, rank
from engine.review.trends.thinning import SPECIAL, Dot, thinned
from engine.wording import Names
from webui.present import trends_chart as chart
from webui.present.measured import Figure
from webui.present.reviewing import Tab
from webui.present.trending import Asked, Head, place_title
from webui.present.values import range_text
from webui.words import words

NO_UNIT = "-"
"""How an address asks for readings without a unit."""
LISTED = 200  # readings out of limits in the table, the newest


@dataclass(frozen=True, slots=True)
class Sum:
    """The readings of a month or week."""

    period: str
    count: int
    lowest: str
    middle: str
    highest: str
    outside: int


@dataclass(frozen=True, slots=True)
class Outside:
    """A reading that was out of limits."""

    at: str
    value: str
    word: str
    limits: str
    where: str
    by: str
    address: str
    is_again: bool


@dataclass(frozen=True, slots=True)
class ReadingsPage:
    """The page. `chart` is None where nothing was measured."""

    head: Head
    title: str
    unit: str
    sentences: tuple[str, ...]
    notes: tuple[str, ...]
    chart: chart.Chart | None
    has_again: bool
    middle_word: str
    sums_title: str
    sums: tuple[Sum, ...]
    outside: tuple[Outside, ...]
    outside_more: str
    empty: str
    points: str  # where a script gets every point
    units: tuple[Tab, ...]  # where readings were taken in several units: each with how many, and where those are shown


@dataclass(frozen=True, slots=True)
class Subject:
    """What is shown: readings in order of time with the limits they were judged by."""

    asked: Asked
    names: Names
    figure: Figure
    readings: Sequence[Reading]
    limits: LimitsThen
    decimals: int
    units: Mapping[str, int] = field(default_factory=dict)  # in which the readings of the time were taken, with how many each

    @property
    def unit(self) -> str:
        """The unit, as the reader says it."""
        return self.figure.unit.into(self.names.language)

    def told(self, value: float) -> str:
        """A value with the parameter's decimals."""
        return f"{value:.{self.decimals}f}"

    def local(self, one: Reading) -> datetime:
        """When it was taken, by the site's clocks."""
        return one.moment.astimezone(self.names.site.zone if self.names.site else None)


def sentences(subject: Subject, found: Standing) -> Iterator[str]:
    """What is to be said of the readings."""
    w = words(subject.names.language)
    if not found.judged:
        yield str(w.trends_no_limits).format(count=f"{found.readings:,}")
    elif not found.outside:
        yield str(w.trends_all_within).format(count=f"{found.judged:,}")
    else:
        yield str(w.trends_share).format(
            share=percent(found.judged - found.outside, found.judged),
            count=f"{found.judged:,}",
            outside=found.outside,
            low=found.low,
            high=found.high,
        )
    if found.usual:
        yield _usual(subject, found.usual)
    if found.drifting:
        amount, decimals = found.drifting.per_day * 30, subject.decimals
        while decimals < 6 and not float(f"{amount:.{decimals}f}"):
            decimals += 1
        since = found.drifting.since.astimezone(subject.names.site.zone if subject.names.site else None)
        word = w.trends_drift_up if amount > 0 else w.trends_drift_down
        yield str(word).format(since=f"{since:%Y-%m-%d}", amount=f"{abs(amount):.{decimals}f} {subject.unit}".strip())
    if found.remeasures:
        yield str(w.trends_remeasures).format(count=found.remeasures, within=found.remeasures_within)


def _usual(subject: Subject, usual: Usual) -> str:
    w, middle = words(subject.names.language), f"{subject.told(usual.middle)} {subject.unit}".strip()
    if usual.low is None or usual.high is None:
        return str(w.trends_usual_few).format(middle=middle)
    return str(w.trends_usual).format(middle=middle, low=subject.told(usual.low), high=subject.told(usual.high))


def readings_page(head: Head, subject: Subject) -> ReadingsPage:
    """The page of one parameter."""
    w, some = words(subject.names.language), subject.readings
    unit: Rhythm = "week" if (subject.asked.until - subject.asked.since).days <= 100 else "month"
    drawn_chart, notes = _drawn(subject) if some else (None, [])
    if len(subject.units) > 1:
        notes = [str(w.trends_units_apart).format(unit=subject.unit or w.trends_no_unit), *notes]
    if len(some) >= MOST:
        notes = [str(w.trends_cut).format(count=f"{MOST:,}"), *notes]
    out = [one for one in some if one.is_out]
    return ReadingsPage(
        head=head,
        title=subject.figure.title,
        unit=subject.unit,
        sentences=tuple(sentences(subject, standing(some, subject.limits, subject.decimals))) if some else (),
        notes=tuple(notes),
        chart=drawn_chart,
        has_again=any(one.deviation for one in some),
        middle_word=str(w.trends_each_week if _is_long(some) else w.trends_each_day),
        sums_title=str(w.trends_readings_by).format(unit=getattr(w, f"trends_{unit}")),
        sums=tuple(_sums(subject, unit)),
        outside=tuple(_outside(subject, out[-LISTED:][::-1])),
        outside_more=str(w.trends_out_more).format(count=LISTED) if len(out) > LISTED else "",
        empty="" if some else str(w.trends_none),
        points=subject.asked.address("points"),
        units=tuple(_units(subject)),
    )


def _units(subject: Subject) -> Iterator[Tab]:
    w = words(subject.names.language)
    for unit, count in subject.units.items() if len(subject.units) > 1 else ():
        is_here = subject.figure.unit == unit
        word = str(w.trends_unit).format(unit=(subject.unit if is_here else unit) or w.trends_no_unit, count=count)
        yield Tab(replace(subject.asked, unit=unit or NO_UNIT).address(), word, is_here)


def _is_long(some: Sequence[Reading]) -> bool:
    return bool(some) and (some[-1].moment - some[0].moment).total_seconds() >= WEEKS_FROM


def _drawn(subject: Subject) -> tuple[chart.Chart, list[str]]:
    names, asked, some = subject.names, subject.asked, subject.readings
    w, zone = words(names.language), names.site.zone if names.site else None
    since, until = (datetime.combine(day, time(), zone) for day in (asked.since, asked.until + timedelta(days=1)))
    length, start = (until - since).total_seconds(), since.timestamp()
    dots = [Dot((one.moment.timestamp() - start) / length, one.number, bool(one.is_out or one.deviation)) for one in some]
    drawn = [some[n] for n in thinned(dots)]
    limits = subject.limits.of(drawn)
    bands, scale = stretches(drawn, limits), chart.scale_of(since, until, some, limits)
    days = [asked.since + timedelta(days=n) for n in range((asked.until - asked.since).days + 1)]
    on = list(sides(drawn, limits))
    notes = [] if len(drawn) == len(some) else [_thinning(subject, dots, len(drawn))]
    return chart.Chart(
        title=str(w.trends_chart).format(title=subject.figure.title, first=asked.since, last=asked.until),
        marks=tuple(
            chart.marks(scale, drawn, on, [_label(subject, *pair) for pair in zip(drawn, on, strict=True)], _records(drawn))
        ),
        joins=tuple(chart.joins(scale, drawn)),
        areas=tuple(chart.areas(scale, bands or ())),
        edges=tuple(chart.edges(scale, bands or ())),
        across=tuple(chart.across(scale, subject.decimals)),
        along=tuple(
            chart.along(scale, asked.since, asked.until, {d: datetime.combine(d, time(), zone).timestamp() for d in days})
        ),
        middle=chart.middle_line(scale, medians(subject)),
    ), [*notes, *([str(w.trends_limits_mixed)] if bands is None else [])]


def medians(subject: Subject) -> Sequence[Point]:
    """The middle value of each day, or week, of first measures; none where they are too few for a line."""
    firsts = [(one.moment.timestamp(), one.number) for one in subject.readings if is_first(one)]
    days = (subject.asked.until - subject.asked.since).days + 1
    found = list(medians_by(firsts, DAY * 7 if _is_long(subject.readings) else DAY)) if len(firsts) > days / 2 else []
    return found if len(found) > 1 else []


def _thinning(subject: Subject, dots: Sequence[Dot], drawn: int) -> str:
    w = words(subject.names.language)
    word = w.trends_drawn if sum(dot.is_special for dot in dots) <= SPECIAL else w.trends_drawn_worst
    return str(word).format(count=f"{len(dots):,}", drawn=drawn)


def _records(some: Sequence[Reading]) -> list[str]:
    return [f"/runs/{one.run}/record" for one in some]


def _label(subject: Subject, one: Reading, side: str) -> str:
    value = f"{one.value} {subject.unit}".strip()
    again = str(words(subject.names.language).trends_remeasure) if one.deviation else ""
    parts = (f"{subject.local(one):%Y-%m-%d %H:%M}", value, again, _word(subject, one, side), _where(subject, one))
    return " · ".join(part for part in parts if part)


def _word(subject: Subject, one: Reading, side: str) -> str:
    w = words(subject.names.language)
    band = str(getattr(w, f"band_{one.band}")) if one.band else ""
    if not (side and one.is_out):
        return band
    which = getattr(w, f"trends_{side}")
    return f"{band}（{which}）" if subject.names.language == "zh" else f"{band} ({which})"


def _where(subject: Subject, one: Reading) -> str:
    return place_title(subject.names, one.place) if one.place else ""


def _sums(subject: Subject, unit: Rhythm) -> Iterator[Sum]:
    for period, group in groupby(subject.readings, key=lambda one: named(subject.local(one).date(), unit)):
        some = [one for one in group if is_first(one)]
        if some:
            ordered = sorted(one.number for one in some)
            lowest, middle, highest = (subject.told(value) for value in (ordered[0], rank(ordered, 0.5), ordered[-1]))
            yield Sum(
                period_text(period, subject.names.language), len(some), lowest, middle, highest, sum(one.is_out for one in some)
            )


def _outside(subject: Subject, out: Sequence[Reading]) -> Iterator[Outside]:
    limits = subject.limits.of(out) if out else []
    for one, limit, side in zip(out, limits, sides(out, limits), strict=True):
        yield Outside(
            at=f"{subject.local(one):%Y-%m-%d %H:%M}",
            value=f"{one.value} {subject.unit}".strip(),
            word=_word(subject, one, side),
            limits=range_text(limit, ""),
            where=_where(subject, one),
            by=subject.names.person(one.by),
            address=f"/runs/{one.run}/record",
            is_again=bool(one.deviation),
        )
