"""What schedules come to, over years: every time ends in a run or in being missed, once, however and whenever one looks."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.procedure.agenda import Passed, next_moment, passed, slots
from engine.procedure.occurrence import _rule, occurrences
from engine.procedure.schedule import Schedule
from engine.procedure.site import Site

from .written import site

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
LINES: tuple[dict[str, Any], ...] = (
    {"every": "day", "at": "06:30", "finish_by": "08:00", "missed_after": "09:00"},
    {"every": "day", "at": "02:30"},
    {"every": "day", "at": "22:30", "finish_by": "00:30", "missed_after": "01:00", "shift": "night"},
    {"every": "hour", "at": "00:20", "within": "20 min"},
    {"every": "weekday", "at": "09:00", "finish_by": "10:00"},
    {"every": "week", "on": ["mon", "thu"], "at": "09:00", "within": "2 days"},
    {"every": "month", "on": [30], "at": "17:00", "missed_after": "18:00"},
    {"every": "month", "on": [29, 31], "at": "23:59"},
    {"every": "quarter", "on": [31], "at": "10:00", "within": "1 week"},
    {"rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "at": "10:00"},
    {"rrule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "at": "12:00"},
)  # fmt: skip
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2029, 6, 30)).map(
    lambda at: at.replace(second=0, microsecond=0, tzinfo=UTC)
)


def written(lines: Sequence[dict[str, Any]]) -> tuple[Schedule, ...]:
    return tuple(Schedule.model_validate(line) for line in lines)


def cut(lines: tuple[Schedule, ...], here: Site, cuts: Sequence[datetime], begun: Sequence[datetime]) -> list[Passed]:
    """What is found by somebody who looks at each of these moments."""
    return [one for since, now in pairwise(cuts) for one in passed(lines, here, since, now, begun)]


@settings(max_examples=120, deadline=None)
@given(
    start=MOMENTS, days=st.integers(1, 400), zone=st.sampled_from(ZONES), data=st.data(),
    lines=st.lists(st.sampled_from(LINES), min_size=1, max_size=3, unique_by=str),
)  # fmt: skip
def test_no_time_is_lost_or_doubled(
    start: datetime, days: int, zone: str, lines: list[dict[str, Any]], data: st.DataObject
) -> None:
    """Looked at once or a hundred times, with runs that began at any time: each time has one end."""
    if any(line.get("every") == "hour" for line in lines):
        days = min(days, 20)
    here, schedule, end = site().model_copy(update={"timezone": zone}), written(lines), start + days * DAY
    minutes = st.lists(st.integers(0, days * 1440), max_size=30)
    begun = sorted(start + m * MINUTE for m in data.draw(minutes, "begun"))
    cuts = [start, *sorted(start + m * MINUTE for m in data.draw(minutes, "cuts")), end]
    found = passed(schedule, here, start, end, begun)
    assert cut(schedule, here, cuts, begun) == found
    keys = [(one.occurrence.starts_at, one.stage) for one in found]
    assert len(keys) == len(set(keys)), "each stage of a time once"
    _each_has_one_end(schedule, here, (start, end), begun, found)


def _each_has_one_end(
    schedule: tuple[Schedule, ...], here: Site, period: tuple[datetime, datetime], begun: list[datetime], found: list[Passed]
) -> None:
    start, end = period
    missed = {one.occurrence.starts_at: one.at for one in found if one.stage == "missed"}
    times = sorted({one.starts_at for one in occurrences(schedule, here, start, end)})
    for before, time, after in zip(times, times[1:], times[2:], strict=False):
        first, last = (one - min(HOUR, (one - earlier) / 2) for earlier, one in ((before, time), (time, after)))
        counts = [at for at in begun if first <= at < last]
        over = next(one for one in occurrences(schedule, here, time, after) if one.starts_at == time).missed_after or last
        if any(at <= over for at in counts):
            assert time not in missed, "a run that began in time is not missed"
        else:
            assert missed.get(time) == over or over > end, "without a run it is missed, at its time"


@settings(max_examples=60, deadline=None)
@given(start=MOMENTS, zone=st.sampled_from(ZONES), line=st.sampled_from(LINES))
def test_who_wakes_when_told_to_finds_each_stage_at_its_minute(start: datetime, zone: str, line: dict[str, Any]) -> None:
    here, schedule = site().model_copy(update={"timezone": zone}), written([line])
    now, end, found = start, start + (3 if line.get("every") == "hour" else 120) * DAY, list[Passed]()
    while now < end:
        wakes = next_moment(schedule, here, now)
        assert now < wakes <= now + DAY
        news = passed(schedule, here, now, wakes, ())
        assert all(one.at == wakes for one in news), "nothing had come before the time to look"
        found += news
        now = wakes
    assert found == passed(schedule, here, start, now, ())


@given(start=MOMENTS, back=st.integers(1, 3000))
def test_a_clock_that_is_put_back_finds_nothing_new(start: datetime, back: int) -> None:
    schedule = written(LINES[:3])
    assert passed(schedule, site(), start, start - back * MINUTE, ()) == []


DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def rules() -> st.SearchStrategy[str]:
    """Rules of RFC 5545 as people write them, with and without a start and an end of their own."""
    part = {
        "DAILY": st.just(""),
        "WEEKLY": st.lists(st.sampled_from(DAYS), min_size=1, unique=True).map(lambda days: f";BYDAY={','.join(days)}"),
        "MONTHLY": st.sampled_from(("", ";BYMONTHDAY=30", ";BYMONTHDAY=-1", ";BYDAY=-1FR", ";BYDAY=MO,TU;BYSETPOS=1")),
        "YEARLY": st.sampled_from((";BYMONTH=2;BYMONTHDAY=29", ";BYMONTH=3,9", ";BYWEEKNO=20;BYDAY=MO")),
        "HOURLY": st.sampled_from(("", ";BYHOUR=8,12")),
    }
    return st.sampled_from(sorted(part)).flatmap(
        lambda freq: st.builds(
            lambda begin, n, more, until: f"{begin}FREQ={freq};INTERVAL={n}{more}{until}",
            st.sampled_from(("", "DTSTART:20230315T081500\nRRULE:", "DTSTART:20240131T081500\nRRULE:")),
            st.integers(1, 5), part[freq], st.sampled_from(("", ";UNTIL=20270101T000000", ";COUNT=400")),
        )
    )  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(text=rules(), start=st.dates(datetime(2025, 1, 1).date(), datetime(2028, 12, 1).date()))
def test_an_old_rule_read_from_near_means_what_it_means_from_its_start(text: str, start: Any) -> None:
    at = datetime(2024, 1, 1, 9, 30)
    try:
        whole = rrulestr(text, dtstart=at, ignoretz=True)
    except ValueError:  # every second hour from nine is never eight
        assume(False)
    first = datetime.combine(start, at.time())
    assume("HOURLY" not in text or "COUNT" not in text)
    near = _rule(text, at.time(), start.replace(day=1))
    assert near.between(first, first + 40 * DAY, inc=True) == whole.between(first, first + 40 * DAY, inc=True)


@pytest.mark.parametrize(
    ("line", "since", "expected"),
    [
        ({"every": "month", "on": [30], "at": "09:00", "missed_after": "10:00"}, "2026-02-27", ["02-28 09:00 due", "02-28 10:00 missed"]),
        ({"every": "day", "at": "02:30", "finish_by": "03:30", "missed_after": "04:00"}, "2026-12-31", ["12-31 02:30 due", "12-31 03:30 overdue", "12-31 04:00 missed", "01-01 02:30 due", "01-01 03:30 overdue", "01-01 04:00 missed"]),
        ({"rrule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "at": "09:00", "missed_after": "10:00"}, "2028-02-28", ["02-29 09:00 due", "02-29 10:00 missed"]),
    ],
)  # fmt: skip
def test_short_months_year_ends_and_leap_days(line: dict[str, Any], since: str, expected: list[str]) -> None:
    here = site()
    start = datetime.fromisoformat(since).replace(tzinfo=here.zone).astimezone(UTC)
    found = passed(written([line]), here, start, start + 2 * DAY, ())
    assert [f"{one.at.astimezone(here.zone):%m-%d %H:%M} {one.stage}" for one in found] == expected


@settings(max_examples=80, deadline=None)
@given(start=MOMENTS, days=st.integers(1, 20), lines=st.lists(st.sampled_from(LINES), min_size=1, max_size=3, unique_by=str))
def test_the_slots_of_some_days_follow_one_another_and_take_each_moment_once(
    start: datetime, days: int, lines: list[dict[str, Any]]
) -> None:
    here, schedule, end = site(), written(lines), start + days * DAY
    found = slots(schedule, here, start, end)
    assert [one.occurrence.starts_at for one in found] == sorted(
        {one.starts_at for one in occurrences(schedule, here, start, end)}
    )
    for one, after in pairwise(found):
        assert one.ends == after.begins
        assert one.takes(one.occurrence.starts_at)
        assert not one.takes(after.occurrence.starts_at)
        assert one.missed_at is not None


def test_nothing_scheduled_has_no_slots() -> None:
    assert slots((), site(), datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)) == []
