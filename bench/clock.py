"""What the clock costs: ``python -m bench.clock [--cases N] [--schedules N]``.

A pass over many open cases of which none, some, or many are due; and a look at every schedule of a very large site. Beside each
stands its bare limit: the one indexed SELECT that no clock could do without.
"""

import argparse
import secrets
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from sqlalchemy import func, select

from bench.world import site
from engine.ledger import tables
from engine.ledger.store import open_ledger
from engine.procedure.agenda import next_moment
from engine.procedure.procedure import Procedure
from engine.procedure.schedule import Schedule
from engine.receipts import Receipt
from engine.revisions import revision_of, site_revision
from engine.run import commands
from engine.service import Engine
from engine.watch import Watch

NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)
STEPS = 20
LINES: tuple[dict[str, Any], ...] = (
    {"every": "day", "at": "06:30", "finish_by": "08:00", "missed_after": "09:00"},
    {"every": "weekday", "at": "09:00", "finish_by": "10:00"},
    {"every": "week", "on": ["mon", "thu"], "at": "09:00"},
    {"every": "month", "on": [30], "at": "17:00"},
    {"every": "quarter", "on": [5], "within": "1 week"},
    {"every": "hour", "at": "00:15"},
    {"rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "at": "10:00"},
    {"rrule": "FREQ=MONTHLY;BYDAY=-1FR", "at": "16:00"},
)


class HandClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time


def case() -> Procedure:
    """A case of so many steps, each with a deadline of its own, days apart."""
    dues = ({"within": f"{n + 2} days", "after": "start"} for n in range(STEPS))
    steps = [{"check": f"办 {n}", "id": f"s{n}", "due": due, "overdue": {"notify": ["attendant"]}} for n, due in enumerate(dues)]
    written = {"format": 1, "title": "投诉", "place": "pool", "done_by": ["attendant"], "steps": steps}
    return Procedure.model_validate(written)


def opened(data: Path, cases: int, clock: HandClock) -> Engine:
    """An engine with so many open cases, begun a minute apart, each with a few steps done."""
    engine = Engine(open_ledger(f"sqlite:///{data / 'clock.sqlite3'}"), clock)
    engine.publish([site_revision(site(), ""), revision_of("case", case(), site(), "")], "bench")
    actor = commands.Actor("worker", "工", ("attendant",), frozenset(), "bench")
    for _ in range(cases):
        clock.time += timedelta(minutes=1)
        act = commands.StartRun("case", "", "pool")
        receipt = engine.start(commands.Command(secrets.token_hex(16), "", actor, clock.now(), act))
        assert isinstance(receipt, Receipt)
    return engine


def took(work: Callable[[], object], rounds: int = 7) -> float:
    """Milliseconds: the median of several."""
    spent = []
    for _ in range(rounds):
        started = perf_counter()
        work()
        spent.append((perf_counter() - started) * 1e3)
    return median(spent)


def measure_cases(cases: int) -> None:
    """A pass when nothing is due, when a few are, and when a backlog is."""
    with tempfile.TemporaryDirectory() as folder:
        clock = HandClock()
        engine = opened(Path(folder), cases, clock)
        bare = took(lambda: _bare(engine))
        watch = Watch(engine)
        while watch.look().runs:  # the warnings of those begun long ago
            pass
        print(f"{cases} open cases: bare SELECT {bare:.2f} ms; a pass with nothing due {took(watch.look):.2f} ms", flush=True)
        for due in (1, 20, 200):  # the last more than one pass takes
            _measure_due(engine, watch, clock, due)
        engine.ledger.close()


def _bare(engine: Engine) -> None:
    with engine.ledger.engine.connect() as connection:
        connection.execute(select(func.min(tables.timers.c.fires_at))).scalar()


def _measure_due(engine: Engine, watch: Watch, clock: HandClock, due: int) -> None:
    """Move the clock to where so many timers have come, and look."""
    with engine.ledger.engine.connect() as connection:
        times = tables.timers.c.fires_at
        clock.time = connection.execute(select(times).order_by(times).limit(1).offset(due - 1)).scalar_one()
    started = perf_counter()
    found = watch.look()
    print(f"  {due:>4} due: {found.runs} moved on in {(perf_counter() - started) * 1e3:.0f} ms", flush=True)


def measure_schedules(count: int) -> None:
    """When each of so many schedules is to be looked at next."""
    here = site()
    lines = [(Schedule.model_validate(LINES[n % len(LINES)]),) for n in range(count)]
    spent = took(lambda: [next_moment(line, here, NOON) for line in lines], rounds=3)
    print(f"{count} schedules looked at in {spent:.0f} ms, {spent / count * 1e3:.0f} µs each", flush=True)


def main() -> None:
    """Measure both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--schedules", type=int, default=10_000)
    given = parser.parse_args()
    measure_schedules(given.schedules)
    measure_cases(given.cases)


if __name__ == "__main__":
    main()
