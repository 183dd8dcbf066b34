"""Three servers on one database, one of them killed and another silent for two days: each thing that time does is recorded once."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import pytest
from sqlalchemy import select

from engine.clock import MovableClock, SystemClock
from engine.ledger import tables
from engine.ledger.chain import Verified
from engine.ledger.codec import decode
from engine.ledger.store import open_ledger
from engine.procedure.agenda import passed
from engine.run.site_events import ScheduledRunDue, ScheduledRunMissed, ScheduledRunOverdue
from engine.run.time_events import DueMissed, DueNeared
from engine.service import Engine
from tests.processes import says, started

from .world import World, revision

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STAGES = {ScheduledRunDue: "due", ScheduledRunOverdue: "overdue", ScheduledRunMissed: "missed"}
LADDER = {"notify": ["lead"], "then": {"after": "1 hour", "notify": ["engineer"], "then": {"after": "1 day", "notify": ["lead"]}}}
STEPS: list[dict[str, Any]] = [
    {"check": f"办{n}", "id": f"s{n}", "due": {"within": f"{n + 2} hours", "after": "start"}, "overdue": LADDER} for n in range(4)
]
SCHEDULE: list[dict[str, Any]] = [
    {"every": "hour", "at": "00:10", "within": "20 min"},
    {"every": "day", "at": "06:30", "finish_by": "08:00", "missed_after": "09:00"},
]


@contextmanager
def server(url: str, clock: Path) -> Iterator[Popen[str]]:
    root = Path(__file__).parents[2]
    path = os.pathsep.join((str(root), os.environ.get("PYTHONPATH", "")))
    command = [sys.executable, "-m", "service.until_time_is_up", url, str(clock)]
    environment = os.environ | {"PYTHONPATH": path}
    with started(command, cwd=root / "tests", stdin=PIPE, stdout=PIPE, env=environment) as process:
        assert says(process) == "ready"
        yield process
        assert process.stdin
        process.stdin.close()
        assert process.wait(60) in (0, -9)


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_each_thing_once(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'l.sqlite3'}" if backend == "sqlite" else request.getfixturevalue("postgres")
    kept = tmp_path / "clock"
    clock = MovableClock(SystemClock(), kept=kept)
    world = World(Engine(open_ledger(url), clock), clock, url).settle()  # type: ignore[arg-type]
    world.engine.publish([revision("list", schedule=SCHEDULE), revision("case", steps=STEPS)], "boss")
    published_at = world.engine.directory.now().published["list"].first_at
    runs = [world.start("case") for _ in range(6)]
    with server(url, kept) as first, server(url, kept), server(url, kept):
        for turn in range(20):
            clock.put_forward(timedelta(minutes=37))
            time.sleep(0.05)
            if turn == 9:
                first.kill()
    clock.put_forward(2 * DAY)  # nobody looks
    with server(url, kept), server(url, kept), server(url, kept):
        clock.put_forward(HOUR)
        time.sleep(0.3)
    end = clock.now()
    _deadlines_once(world, runs)
    _schedule_once(world, published_at, end)
    assert isinstance(world.ledger.verify(), Verified)
    assert world.engine.differing_lists() == ()
    world.ledger.close()


def _deadlines_once(world: World, runs: list[str]) -> None:
    for run in runs:
        history = world.engine.record(run)
        missed = [(one.event.step, one.event.level) for one in history if isinstance(one.event, DueMissed)]
        assert sorted(missed) == [(f"s{n}", level) for n in range(4) for level in range(3)]
        assert all(one.occurred_at >= one.event.due for one in history if isinstance(one.event, DueMissed))
        near = [one.event.step for one in history if isinstance(one.event, DueNeared)]
        assert len(near) == len(set(near))
    with world.ledger.engine.connect() as connection:
        kinds = list(connection.execute(select(tables.notices.c.kind).where(tables.notices.c.run.in_(runs))).scalars())
    assert kinds.count("overdue") == len(runs) * 12


def _schedule_once(world: World, since: Any, end: Any) -> None:
    plan = world.engine.plan("list")
    assert plan is not None
    expected = [
        (one.occurrence.starts_at, one.stage, one.at)
        for one in passed(plan.procedure.schedule, plan.site, since - DAY, end, ())
        if one.occurrence.starts_at >= since
    ]
    events = [(decode(one.kind, one.format, one.body), one.occurred_at) for one in world.ledger.log.stream("schedule list")]
    found = [(event.starts_at, STAGES[type(event)], at) for event, at in events]  # type: ignore[index, union-attr]
    assert len(expected) > 100
    assert sorted(found) == sorted(expected)
