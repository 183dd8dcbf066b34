"""The demonstration's clock: one for all processes of a server, never put back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from engine.clock import MovableClock

HOUR = timedelta(hours=1)


class Stopped:
    def now(self) -> datetime:
        return datetime(2026, 11, 20, 6, 30, tzinfo=UTC)


def test_processes_share_one_clock(tmp_path: Path) -> None:
    one, other = (MovableClock(Stopped(), kept=tmp_path / "clock") for _ in range(2))
    one.put_forward(HOUR)
    assert one.now() == other.now() == Stopped().now() + HOUR


def test_a_next_start_goes_on_where_the_clock_was(tmp_path: Path) -> None:
    MovableClock(Stopped(), kept=tmp_path / "clock").put_forward(HOUR)
    assert MovableClock(Stopped(), 2 * HOUR, tmp_path / "clock").now() == Stopped().now() + 2 * HOUR
    assert MovableClock(Stopped(), HOUR, tmp_path / "clock").now() == Stopped().now() + 2 * HOUR


def test_a_clock_is_never_put_back() -> None:
    clock = MovableClock(Stopped(), HOUR)
    clock.put_forward(-HOUR)
    assert clock.now() == Stopped().now() + HOUR
