"""On time, late, missed, as tables with a small bar to each line."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from engine.procedure.plan import Plan
from engine.review.reports.telling import period_text
from engine.review.shares import percent
from engine.review.trends.missed import Missed
from engine.review.trends.punctuality import Kept, Key, Rhythm, periods, whole
from engine.wording import Names
from webui.present.trending import Asked, Head, place_title, procedure_title, room_address
from webui.present.values import stamp
from webui.words import words

OUTCOMES = ("on_time", "late", "missed", "abandoned")
PAGE = 50  # missed times
_WIDTH = 120  # of a whole bar


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a bar."""

    outcome: str
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what it is about, the counts, and where the late runs and missed times are found; "" where there are none."""

    title: str
    small: str
    due: int
    counts: tuple[int, int, int, int]
    share: str
    bar: tuple[Piece, ...]
    late: str
    missed: str


@dataclass(frozen=True, slots=True)
class MissedLine:
    """A time that nobody began."""

    title: str
    place: str
    at: str
    told: str


@dataclass(frozen=True, slots=True)
class KeptPage:
    """The page."""

    head: Head
    about: str
    where: tuple[Row, ...]
    when: tuple[Row, ...]
    when_title: str
    missed: tuple[MissedLine, ...]
    following: str
    empty: str


def unit_of(asked: Asked) -> Rhythm:
    """Weeks of some months, months of longer times."""
    return "week" if (asked.until - asked.since).days <= 190 else "month"


def kept_page(head: Head, kept: Kept, missed: Sequence[Missed], names: Names, plans: Mapping[str, Plan]) -> KeptPage:
    """The page of what was kept. `missed`: times of one page, and one more where others follow."""
    w, asked = words(names.language), head.asked
    unit = unit_of(asked)
    first, last = whole(asked.since, asked.until, unit)
    where = _grouped(kept, lambda key: (key.procedure, key.place))
    when = _grouped(kept, lambda key: (key.period,))
    order = sorted(where, key=lambda key: (procedure_title(names, plans, key[0]), key[1]))
    return KeptPage(
        head=head,
        about=str(w.trends_kept_whole).format(unit=getattr(w, f"trends_{unit}"), first=first, last=last),
        where=tuple(
            _row(names, procedure_title(names, plans, key[0]), place_title(names, key[1]), where[key], key, (first, last))
            for key in order
        ),
        when=tuple(
            _row(names, period_text(one, names.language), "", when[one,], (asked.procedure, asked.place), _within(one, unit))
            for one in periods(asked.since, asked.until, unit)
            if (one,) in when
        ),
        when_title=str(w.trends_week_from if unit == "week" else w.trends_when),
        missed=tuple(_missed(one, names, plans) for one in missed[:PAGE]),
        following=f"{asked.address('kept')}&{urlencode({'after': missed[PAGE - 1].key})}#missed" if len(missed) > PAGE else "",
        empty="" if kept else str(w.trends_kept_none),
    )


def _grouped(kept: Kept, key_of: Callable[[Key], tuple[str, ...]]) -> dict[tuple[str, ...], Counter[str]]:
    found: dict[tuple[str, ...], Counter[str]] = {}
    for key, counts in kept.items():
        found.setdefault(key_of(key), Counter()).update(counts)
    return found


def _missed(one: Missed, names: Names, plans: Mapping[str, Plan]) -> MissedLine:
    title, at = procedure_title(names, plans, one.procedure), stamp(one.starts_at, names)
    return MissedLine(title, place_title(names, one.place), at[:-3], names.roles(one.roles))


def _row(names: Names, title: str, small: str, counts: Counter[str], where: tuple[str, ...], when: tuple[date, date]) -> Row:
    numbers = tuple(counts[one] for one in OUTCOMES)
    due = sum(numbers)
    share = percent(counts["on_time"], due)
    text = str(words(names.language).trends_share_short).format(share=share) if share is not None else ""
    late = f"/review/runs?{_where(where, when, late='1')}" if counts["late"] else ""
    missed = f"{room_address('kept')}?{_where(where, when)}#missed" if counts["missed"] else ""
    return Row(title, small, due, numbers, text, tuple(_bar(counts, due)), late, missed)  # type: ignore[arg-type]


def _bar(counts: Counter[str], due: int) -> Iterator[Piece]:
    at = 0.0
    for one in OUTCOMES:
        if width := _WIDTH * counts[one] / due if due else 0.0:
            yield Piece(one, f"{at:.2f}", f"{width:.2f}")
        at += width


def _where(key: tuple[str, ...], period: tuple[date, date], **more: str) -> str:
    """Where what was counted is found."""
    said = {"procedure": key[0], "place": key[1], "from": period[0].isoformat(), "until": period[1].isoformat(), **more}
    return urlencode({name: value for name, value in said.items() if value})


def _within(period: str, unit: Rhythm) -> tuple[date, date]:
    day = date.fromisoformat(period if unit == "week" else f"{period}-01")
    return whole(day, day, unit)
