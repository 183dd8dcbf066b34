"""What a thread says of a fault that lasts."""

import threading

import pytest
import structlog

from engine import ticker
from engine.ticker import Ticker


def told(faults: list[str], monkeypatch: pytest.MonkeyPatch, again: float = 3600.0) -> list[tuple[str, str, object]]:
    """What is logged while work fails with these, "" for once without a fault."""
    left, over = list(faults), threading.Event()

    def work() -> None:
        if not left:
            over.set()
        elif fault := left.pop(0):
            raise ValueError(fault)

    monkeypatch.setattr(ticker, "AGAIN", again)
    with structlog.testing.capture_logs() as logs:
        running = Ticker("tried", work, 0.001)
        assert over.wait(10)
        running.stop()
    return [(one["event"], one["fault"], one.get("times")) for one in logs]


def test_a_fault_is_told_when_it_begins_when_it_changes_and_when_it_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(["a", "a", "a", "b", "b", "", "", "a"], monkeypatch) == [
        ("work_failed", "ValueError: a", 1), ("work_failed", "ValueError: b", 1), ("work_goes_on", "ValueError: b", None),
        ("work_failed", "ValueError: a", 1), ("work_goes_on", "ValueError: a", None),
    ]  # fmt: skip


def test_one_that_lasts_is_told_again_with_how_often_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [times for event, _, times in told(["a"] * 3, monkeypatch, again=0.0) if event == "work_failed"] == [1, 2, 3]
