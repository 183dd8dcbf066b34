"""What a draft would have done, at a club that was lived in: asked for, slowed down, finished, counted."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from engine import replays
from engine.review.backtest.report import Report
from tests.shipped import copy_of

from .cast import HX, House, Tablet, opened

PREP = "pool/prep"
HERE = f"/procedures/{PREP}/past"
RUNS = 60
AFTERWARDS = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
LIMITS = "limits: {low: 0.4, high: 0.6}"
NARROW = "limits: {low: 0.45, high: 0.5}"
LONG = {"since": "2026-08-01", "until": "2026-11-21"}


@pytest.fixture
def club(lived_in: Path, tmp_path: Path) -> Iterator[House]:
    """The clubhouse when those runs are past."""
    with opened(copy_of(lived_in, tmp_path / "data"), at=AFTERWARDS) as house:
        yield house


@pytest.fixture
def boss(club: House) -> Tablet:
    """The supervisor."""
    return club.signed_on("zhou")


@dataclass
class Slow:
    """A backtest that goes on until it is let go, or told to stop."""

    begun: Event = field(default_factory=Event)
    go: Event = field(default_factory=Event)
    left: Event = field(default_factory=Event)
    times: int = 0
    stopped: int = 0

    def __call__(self, *given: Any, progress: Callable[[int, int], bool], **_: Any) -> Report:
        """As the real one is called."""
        self.times += 1
        report = Report(PREP, given[4], given[5], 400, looked_at=100)
        while not self.go.is_set():
            if not progress(100, 400):
                self.stopped += 1
                report.is_cancelled = True
                self.left.set()
                return report
            self.begun.set()
            self.go.wait(0.01)
        return report


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    """In place of the backtest."""
    found = Slow()
    monkeypatch.setattr(replays, "backtest", found)
    yield found
    found.go.set()


def drafted(house: House, tablet: Tablet, old: str = LIMITS, new: str = NARROW) -> None:
    """A draft of the pool's preparation, from a file changed elsewhere."""
    file = house.product.settings.sops / f"{PREP}.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    assert tablet.post(f"/procedures/{PREP}/begin").status_code == 303


def begun(tablet: Tablet, **form: str) -> str:
    """Begin; the address of the replay."""
    answer = tablet.post(HERE, **(form or LONG))
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def finished(tablet: Tablet, address: str) -> str:
    """Look on until it is not under way any more; the page then."""
    for _ in range(400):
        page = tablet.get(address, **HX).text
        if 'hx-trigger="every' not in page:
            return page
        time.sleep(0.02)
    raise AssertionError(page)


def counts(page: str) -> dict[str, int]:
    """The figures of a page, by what they count."""
    found = re.findall(r'<li class="[a-z]+"><b>([\d,]+)</b> ?<span>([^<]+)</span>', page)
    return {text: int(number.replace(",", "")) for number, text in found}
