"""Quiet hours and digests, also on the nights on which a clock is changed."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.notices.channels import Digest, Quiet
from engine.notices.hours import next_digest, quiet_until

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/St_Johns")
CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
BERLIN = ZoneInfo("Europe/Berlin")


def quiet(start: time, end: time) -> Quiet:
    return Quiet.model_validate({"from": start, "until": end})


@pytest.mark.parametrize(
    ("start", "end", "local", "over"),
    [
        ("22:00", "06:30", "2026-11-02T21:59", None),
        ("22:00", "06:30", "2026-11-02T22:00", "2026-11-03T06:30"),
        ("22:00", "06:30", "2026-11-03T00:00", "2026-11-03T06:30"),
        ("22:00", "06:30", "2026-11-03T06:29", "2026-11-03T06:30"),
        ("22:00", "06:30", "2026-11-03T06:30", None),
        ("12:00", "14:00", "2026-11-02T12:00", "2026-11-02T14:00"),
        ("12:00", "14:00", "2026-11-02T14:00", None),
        ("22:00", "06:30", "2026-12-31T23:00", "2027-01-01T06:30"),
    ],
)
def test_a_table_of_evenings(start: str, end: str, local: str, over: str | None) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    found = quiet_until(
        quiet(time.fromisoformat(start), time.fromisoformat(end)), datetime.fromisoformat(local).replace(tzinfo=zone), zone
    )
    assert found == (datetime.fromisoformat(over).replace(tzinfo=zone) if over else None)


@pytest.mark.parametrize(
    ("at", "over"),
    [
        ("2026-03-28T22:00+01:00", "2026-03-29T06:30+02:00"),  # the night that is an hour shorter
        ("2026-10-24T22:00+02:00", "2026-10-25T06:30+01:00"),  # and the one that is longer
    ],
)
def test_the_nights_on_which_the_clock_is_changed(at: str, over: str) -> None:
    assert quiet_until(quiet(time(22), time(6, 30)), datetime.fromisoformat(at), BERLIN) == datetime.fromisoformat(over)


@given(CLOCKS, CLOCKS, MOMENTS, st.sampled_from(ZONES))
@example(time(22), time(2, 30), datetime(2026, 10, 25, 1, 10, tzinfo=UTC), "Europe/Berlin")  # 02:10 for the second time
@example(time(22), time(2, 30), datetime(2026, 3, 29, 0, 50, tzinfo=UTC), "Europe/Berlin")  # there is no 02:30
def test_quiet_ends_later_and_is_over_then(start: time, end: time, at: datetime, zone: str) -> None:
    if start == end:
        return  # refused when the file is read
    over = quiet_until(quiet(start, end), at, ZoneInfo(zone))
    clock = at.astimezone(ZoneInfo(zone)).time()
    is_quiet = start <= clock < end if start < end else clock >= start or clock < end
    assert (over is not None) == is_quiet
    if over is not None:
        assert at < over <= at + timedelta(hours=25)
        assert quiet_until(quiet(start, end), over, ZoneInfo(zone)) is None or over.astimezone(ZoneInfo(zone)).time() == end


@given(st.lists(CLOCKS, min_size=1, max_size=3), MOMENTS, st.sampled_from(ZONES))
def test_a_digest_comes_within_a_day_and_once_each(clocks: list[time], now: datetime, zone: str) -> None:
    digest = Digest.model_validate({"at": tuple(clocks), "kinds": ("near",)})
    found, days = now, 0
    while found < now + timedelta(days=3):
        after = next_digest(digest, found, ZoneInfo(zone))
        assert found < after <= found + timedelta(hours=26)
        found, days = after, days + 1
    assert days <= 4 * len(clocks)
