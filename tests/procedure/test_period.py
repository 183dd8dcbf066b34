"""The periods of reports in time: each moment lies in exactly one, they follow each other without a gap, and names lead back."""

import itertools
from datetime import UTC, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.procedure.period import before, due_of, ended, holding, named
from engine.procedure.report import Report
from engine.review.reports.telling import period_text

ZONE = ZoneInfo("Asia/Shanghai")
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))


def report(period: str, begins: dict[str, Any] | None = None, due: dict[str, Any] | None = None) -> Report:
    written = {"format": 1, "title": "报", "period": period, "begins": begins or {}, "due": due or {"at": "18:00"}}
    sign, part = [{"by": ["lead"]}], {"id": "all", "title": "全", "source": "runs", "columns": ["number"]}
    return Report.model_validate(written | {"made_by": ["lead"], "sign": sign, "parts": [part]})


KINDS = [
    report("day"), report("day", {"at": "17:30"}), report("day", {"at": "06:00"}),
    report("month"), report("month", {"on": 30}), report("month", {"on": 31, "at": "08:00"}), report("month", {"on": 5}),
    report("quarter"),
]  # fmt: skip


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZONE)


@given(st.sampled_from(KINDS), MOMENTS, st.sampled_from([ZONE, ZoneInfo("Europe/Berlin")]))
def test_each_moment_lies_in_one_period_and_its_name_leads_back(kind: Report, moment: datetime, zone: ZoneInfo) -> None:
    span = holding(kind, moment, zone)
    assert span.since <= moment < span.until
    assert named(kind, span.name, zone) == span
    assert holding(kind, span.until, zone).since == span.until
    earlier = before(kind, span, zone)
    assert (earlier.until, earlier.name < span.name) == (span.since, True)
    assert span.until <= due_of(kind, span, zone) < span.until + timedelta(days=32)


@given(st.sampled_from(KINDS), MOMENTS, st.integers(0, 200))
def test_what_ended_between_two_moments_follows_without_a_gap(kind: Report, since: datetime, days: int) -> None:
    until = since + timedelta(days=days)
    found = [*ended(kind, since, until, ZONE)]
    assert all(since < span.until <= until for span in found)
    assert all(one.until == next_.since for one, next_ in itertools.pairwise(found))
    assert holding(kind, until, ZONE).since == (found[-1].until if found else holding(kind, since, ZONE).since)


@pytest.mark.parametrize(
    ("kind", "name", "since", "until"),
    [
        (report("day", {"at": "17:30"}), "2026-11-02", local(2026, 11, 1, 17, 30), local(2026, 11, 2, 17, 30)),
        (report("day"), "2026-11-02", local(2026, 11, 2), local(2026, 11, 3)),
        (report("month", {"on": 30}), "2026-10", local(2026, 9, 30), local(2026, 10, 30)),
        (report("month", {"on": 30}), "2026-02", local(2026, 1, 30), local(2026, 2, 28)),
        (report("month", {"on": 30}), "2026-03", local(2026, 2, 28), local(2026, 3, 30)),
        (report("month"), "2026-10", local(2026, 10, 1), local(2026, 11, 1)),
        (report("month", {"on": 30}), "2028-02", local(2028, 1, 30), local(2028, 2, 29)),  # a leap year
        (report("month", {"on": 30}), "2028-03", local(2028, 2, 29), local(2028, 3, 30)),
        (report("month", {"on": 30}), "2027-01", local(2026, 12, 30), local(2027, 1, 30)),
        (report("quarter"), "2026-Q4", local(2026, 10, 1), local(2027, 1, 1)),
    ],
)  # fmt: skip
def test_periods_are_what_people_call_them(kind: Report, name: str, since: datetime, until: datetime) -> None:
    span = named(kind, name, ZONE)
    assert (span.since, span.until) == (since, until)


def test_what_is_due_by_day_30_is_due_that_very_day_and_on_the_last_of_february() -> None:
    kind = report("month", {"on": 30}, {"on": 30, "at": "18:00"})
    assert due_of(kind, named(kind, "2026-10", ZONE), ZONE) == local(2026, 10, 30, 18)
    assert due_of(kind, named(kind, "2026-02", ZONE), ZONE) == local(2026, 2, 28, 18)
    assert due_of(kind, named(kind, "2028-02", ZONE), ZONE) == local(2028, 2, 29, 18)
    quarterly = report("quarter", None, {"on": 10, "at": "18:00"})
    assert due_of(quarterly, named(quarterly, "2026-Q4", ZONE), ZONE) == local(2027, 1, 10, 18)  # in the year after
    plain = report("month", None, {"on": 2, "at": "18:00"})
    assert due_of(plain, named(plain, "2026-12", ZONE), ZONE) == local(2027, 1, 2, 18)
    assert due_of(plain, named(plain, "2026-10", ZONE), ZONE) == local(2026, 11, 2, 18)
    daily = report("day", {"at": "17:30"}, {"at": "09:00"})
    assert due_of(daily, named(daily, "2026-11-02", ZONE), ZONE) == local(2026, 11, 3, 9)


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("2026-11", "2026 年 11 月", "November 2026"),
        ("2026-02", "2026 年 2 月", "February 2026"),
        ("2026-Q4", "2026 年第 4 季度", "Q4 2026"),
        ("2026-11-02", "2026-11-02", "2026-11-02"),
        ("KC-2026-0001", "KC-2026-0001", "KC-2026-0001"),
    ],
)
def test_a_period_is_called_one_way_in_each_language(name: str, zh: str, en: str) -> None:
    assert (period_text(name, "zh"), period_text(name, "en")) == (zh, en)


@given(st.sampled_from(KINDS), MOMENTS, st.integers(-12, 14))
def test_wherever_the_site_is_days_and_months_are_those_of_its_own_clock(kind: Report, moment: datetime, hours: int) -> None:
    span = holding(kind, moment, timezone(timedelta(hours=hours)))
    begins = kind.begins.at or time()
    assert (span.since.timetz().replace(tzinfo=None), span.until.timetz().replace(tzinfo=None)) == (begins, begins)


@pytest.mark.parametrize("name", ["2026-13", "2026-1", "2026-Q1", "2026-10-01", "1999-10", "x", ""])
def test_no_such_period(name: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the name is all there is to tell
        named(report("month"), name, ZONE)
