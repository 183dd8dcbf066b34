"""When a procedure is to be run: each written form, short months, working days, clocks that jump, and no time lost or doubled."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.procedure.occurrence import Occurrence, late_since, occurrences, wanted_now
from engine.procedure.schedule import Schedule
from engine.procedure.site import Site

from .written import site

SHANGHAI = ZoneInfo("Asia/Shanghai")
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
DAY = timedelta(days=1)


def line(**written: Any) -> Schedule:
    """One line of a schedule."""
    return Schedule.model_validate(written)


def starts(written: dict[str, Any], first: str, days: int, here: Site | None = None) -> list[str]:
    """The local starts within so many days from the beginning of a day on."""
    here = here or site()
    since = datetime.fromisoformat(first).replace(tzinfo=here.zone)
    found = occurrences((line(**written),), here, since, (since.replace(tzinfo=None) + days * DAY).replace(tzinfo=here.zone))
    return [f"{one.starts_at.astimezone(here.zone):%m-%d %H:%M}" for one in found]


TABLE: list[tuple[dict[str, Any], str, int, list[str]]] = [
    ({"every": "day", "at": "06:30"}, "2026-11-02", 2, ["11-02 06:30", "11-03 06:30"]),
    ({"every": "day", "shift": "night"}, "2026-11-02", 1, ["11-02 22:00"]),
    ({"every": "week", "at": "09:00"}, "2026-11-02", 14, ["11-02 09:00", "11-09 09:00"]),
    ({"every": "week", "on": ["tue", "sun"], "at": "09:00"}, "2026-11-02", 7, ["11-03 09:00", "11-08 09:00"]),
    ({"every": "month", "on": [30], "at": "17:00"}, "2026-01-29", 61, ["01-30 17:00", "02-28 17:00", "03-30 17:00"]),
    ({"every": "month", "on": [29], "at": "17:00"}, "2028-02-01", 29, ["02-29 17:00"]),
    ({"every": "month", "on": [30, 31]}, "2026-02-01", 28, ["02-28 00:00"]),
    ({"every": "quarter", "on": [10]}, "2026-01-01", 365, ["01-10 00:00", "04-10 00:00", "07-10 00:00", "10-10 00:00"]),
    ({"every": "hour", "at": "00:20", "shift": "morning"}, "2026-11-02", 1, [f"11-02 {h:02}:20" for h in range(6, 14)]),
    ({"every": "day", "at": "08:00", "season": "summer"}, "2026-10-30", 4, ["10-30 08:00", "10-31 08:00"]),
    (
        {"rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "at": "10:00"},
        "2024-01-01",
        30,
        ["01-01 10:00", "01-15 10:00", "01-29 10:00"],
    ),
    ({"rrule": "FREQ=MONTHLY;BYDAY=-1FR", "at": "16:00"}, "2026-11-01", 30, ["11-27 16:00"]),
]


@pytest.mark.parametrize(("written", "first", "days", "expected"), TABLE, ids=lambda value: str(value)[:60])
def test_each_form(written: dict[str, Any], first: str, days: int, expected: list[str]) -> None:
    assert starts(written, first, days) == expected


def test_weekdays_are_the_sites_working_days() -> None:
    here = site({"calendar": {"holidays": ["2026-10-01", "2026-10-02"], "working": ["2026-10-10"], "known_until": "2026-12-31"}})
    found = starts({"every": "weekday", "at": "09:00"}, "2026-09-30", 12, here)
    assert [one[:5] for one in found] == ["09-30", "10-05", "10-06", "10-07", "10-08", "10-09", "10-10"]


def test_when_it_is_to_be_finished_and_counts_as_missed() -> None:
    at_night = line(every="day", at="22:30", finish_by="01:00", missed_after="02:00")
    here, since = site(), datetime(2026, 11, 2, tzinfo=SHANGHAI)
    (found,) = occurrences((at_night,), here, since, since + DAY)
    local = [moment.astimezone(SHANGHAI).isoformat(" ")[:16] for moment in (found.finish_by, found.missed_after) if moment]
    assert local == ["2026-11-03 01:00", "2026-11-03 02:00"]
    (within,) = occurrences((line(every="day", at="22:30", within="45 min"),), here, since, since + DAY)
    assert within.finish_by == within.starts_at + timedelta(minutes=45)
    (shift,) = occurrences((line(every="day", shift="night"),), here, since, since + DAY)
    assert shift.finish_by == datetime(2026, 11, 3, 6, tzinfo=SHANGHAI)
    (bare,) = occurrences((line(every="day"),), here, since, since + DAY)
    assert (bare.finish_by, bare.missed_after) == (None, None)


def test_the_lines_of_a_schedule_come_in_order() -> None:
    lines = (line(every="day", at="13:30"), line(every="day", at="05:30"))
    since = datetime(2026, 11, 2, tzinfo=SHANGHAI)
    assert [one.line for one in occurrences(lines, site(), since, since + 2 * DAY)] == [1, 0, 1, 0]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", ["00:00", "01:45", "02:00", "02:30", "03:00", "23:59"])
def test_a_day_has_its_time_once_whatever_the_clocks_do(zone: str, at: str) -> None:
    here = site({"timezone": zone})
    since = datetime(2024, 1, 1, tzinfo=here.zone)
    found = occurrences((line(every="day", at=at),), here, since, datetime(2029, 1, 1, tzinfo=here.zone))
    days = [one.starts_at.astimezone(here.zone).date() for one in found]
    assert days == [date(2024, 1, 1) + n * DAY for n in range(len(days))]
    assert len(days) == 1827


FORMS = st.sampled_from([written for written, *_ in TABLE] + [{"every": "weekday", "at": "02:30"}, {"rrule": "FREQ=DAILY"}])
MOMENTS = st.datetimes(datetime(2024, 2, 1), datetime(2028, 12, 1), timezones=st.just(UTC))


@given(FORMS, st.sampled_from(ZONES), MOMENTS, st.lists(st.integers(1, 60 * 24 * 40), min_size=1, max_size=8))
def test_cutting_the_time_loses_and_doubles_nothing(
    written: dict[str, Any], zone: str, since: datetime, minutes: list[int]
) -> None:
    here, asked = site({"timezone": zone}), (line(**written),)
    cuts = [since]
    for some in minutes:
        cuts.append(cuts[-1] + timedelta(minutes=some))
    parts: list[Occurrence] = [one for start, end in pairwise(cuts) for one in occurrences(asked, here, start, end)]
    assert parts == occurrences(asked, here, since, cuts[-1])
    assert len({one.starts_at for one in parts}) == len(parts)


@given(MOMENTS, st.sampled_from(ZONES))
def test_words_and_rules_agree(since: datetime, zone: str) -> None:
    here, until = site({"timezone": zone}), since + 90 * DAY
    for words, rule in (
        ({"every": "day"}, "FREQ=DAILY"),
        ({"every": "week", "on": ["mon", "thu"]}, "FREQ=WEEKLY;BYDAY=MO,TH"),
        ({"every": "month", "on": [12]}, "FREQ=MONTHLY;BYMONTHDAY=12"),
        ({"every": "quarter", "on": [5]}, "FREQ=MONTHLY;BYMONTH=1,4,7,10;BYMONTHDAY=5"),
    ):
        both = ({**words, "at": "02:30"}, {"rrule": rule, "at": "02:30"})
        left, right = (occurrences((line(**one),), here, since, until) for one in both)
        assert left == right, words


PREPARED = line(every="day", at="06:30", finish_by="08:00", missed_after="09:00")


def at(clock: str, day: int = 2) -> datetime:
    """A moment of November 2026 at the site."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "begun", "state"),
    [
        ("06:29", at("06:40", 1), "later"),
        ("06:30", at("06:40", 1), "due"),
        ("08:00", None, "due"),
        ("08:01", None, "overdue"),
        ("09:01", None, "missed"),
        ("09:01", at("08:30"), "later"),
        ("06:30", at("05:30"), "later"),
        ("06:30", at("05:29"), "due"),
    ],
)
def test_how_a_schedule_stands(now: str, begun: datetime | None, state: str) -> None:
    wanted = wanted_now((PREPARED,), site(), at(now), begun)
    assert wanted
    assert (wanted.state, wanted.occurrence.starts_at) == (state, at("06:30", 3 if state == "later" and now != "06:29" else 2))


def test_nothing_is_wanted_where_nothing_is_near() -> None:
    yearly = line(rrule="FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=1", at="09:00")
    assert wanted_now((yearly,), site(), at("06:30"), at("06:30")) is None
    assert wanted_now((), site(), at("06:30"), None) is None


def test_what_nobody_began_is_wanted_until_somebody_does_however_long_ago_it_was() -> None:
    quarterly = line(every="quarter", on=[5], at="09:00", within="1 week")
    begun = at("09:00") - 90 * DAY
    wanted = wanted_now((quarterly,), site(), at("06:30"), begun)
    assert wanted
    assert (wanted.state, wanted.occurrence.starts_at) == ("overdue", at("09:00") - 28 * DAY)
    assert late_since((quarterly,), site(), at("09:00") - 27 * DAY, at("06:30")) == at("09:00") - 21 * DAY


@pytest.mark.parametrize(
    ("begun", "now", "late"),
    [
        ("06:35", "08:01", "08:00"),
        ("06:35", "08:00", None),
        ("05:30", "08:01", "08:00"),
        ("05:29", "08:01", None),
        ("08:30", "09:00", None),
    ],
)
def test_an_open_run_is_late_for_the_time_it_was_begun_for(begun: str, now: str, late: str | None) -> None:
    assert late_since((PREPARED,), site(), at(begun), at(now)) == (at(late) if late else None)


def test_of_times_close_together_a_run_counts_for_the_nearer() -> None:
    hourly = line(every="hour", at="00:00", finish_by=None, within="30 min")
    wanted = wanted_now((hourly,), site(), at("11:00"), at("10:05"))
    assert wanted
    assert (wanted.state, wanted.occurrence.starts_at) == ("due", at("11:00"))
    wanted = wanted_now((hourly,), site(), at("11:00"), at("10:45"))
    assert wanted
    assert wanted.state == "later"
    assert late_since((hourly,), site(), at("10:05"), at("10:40")) == at("10:30")
    assert late_since((hourly,), site(), at("10:45"), at("11:40")) == at("11:30")


def test_within_a_month_follows_the_calendar() -> None:
    (found,) = occurrences(
        (line(every="month", on=[31], at="09:00", within="1 month"),), site(), at("00:00", 30), at("23:00", 30)
    )
    assert found.finish_by == datetime(2026, 12, 30, 9, tzinfo=SHANGHAI)
