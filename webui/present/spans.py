"""Ways through time for whoever looks for runs: the usual spans, the one day of an open end, the days beside a day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from engine.procedure.text import Language
from webui.forms import day_of
from webui.present.asking import Asked
from webui.words import words

Way = tuple[str, str]
"""A word, and the address it leads to."""
_DAY = timedelta(days=1)


def days(asked: Asked, today: date, language: Language) -> tuple[Way, ...]:
    """From day to day, for whoever has a date."""
    w, since = words(language), day_of(asked.since)
    if since is None or asked.until not in ("", asked.since):
        return ()
    if not asked.until:
        return (_way(asked, str(w.find_one_day).format(day=since), since, since),)
    before, after = since - _DAY, since + _DAY
    ways = [_way(asked, str(w.find_day_before), before, before), _way(asked, str(w.find_day_after), after, after)]
    return tuple(ways if since < today else ways[:1])


def spans(asked: Asked, today: date, language: Language) -> tuple[Way, ...]:
    """The usual spans, where no day is given. A week begins on Monday."""
    if asked.since or asked.until:
        return ()
    w = words(language)
    return tuple(_way(asked, str(getattr(w, f"find_span_{name}")), since, until) for name, since, until in _usual(today))


def _usual(today: date) -> Iterator[tuple[str, date, date]]:
    monday, first = today - today.weekday() * _DAY, today.replace(day=1)
    yield "today", today, today
    yield "yesterday", today - _DAY, today - _DAY
    yield "last_week", monday - 7 * _DAY, monday - _DAY
    yield "this_month", first, today
    yield "last_month", (first - _DAY).replace(day=1), first - _DAY


def _way(asked: Asked, word: str, since: date, until: date) -> Way:
    return word, replace(asked, since=str(since), until=str(until)).address()
