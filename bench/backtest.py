"""What looking back over many runs costs: ``python -m bench.backtest [--runs N] [--data DIR]``.

Three drafts of the pool's preparation over so many past runs: another limit, a new step, every step worded otherwise; beside the
bare limit, which reads the same events and looks at nothing. DIR keeps the runs for the next time.
"""

import argparse
import json
import resource
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import text

from bench.seeding import make
from engine.bootstrap import Settings, build
from engine.procedure.plan import Plan, compile_plan
from engine.procedure.procedure import Procedure
from engine.review.backtest import backtest
from engine.service import Engine

PREP = "pool/prep"
ROUNDS = 3
SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
Written = dict[str, Any]


def narrower(written: Written) -> None:
    """Chlorine up to 0.55 instead of 0.6."""
    written["parameters"]["free_chlorine"]["limits"]["high"] = "0.55"


def new_step(written: Written) -> None:
    """One step more."""
    written["steps"][-1]["steps"].insert(0, {"check": "桑拿房", "id": "sauna"})


def reworded(written: Written) -> None:
    """Another text in every step: none can be taken as it was judged before."""
    for section in written["steps"]:
        for step in section["steps"]:
            step["detail"] = "换一种说法"


def drafted(engine: Engine, change: Callable[[Written], None]) -> Plan:
    """The procedure in force with a change."""
    plan = engine.plan(PREP)
    assert plan is not None
    written = plan.procedure.model_dump(mode="json", by_alias=True, exclude_unset=True)
    change(written)
    return compile_plan(Procedure.model_validate_json(json.dumps(written)), plan.site)


def bare(engine: Engine) -> int:
    """The same events read in the same order; how many there are."""
    sql = """SELECT e.stream, e.kind, e.format, e.body, e.recorded_at, e.role FROM runs r JOIN events e ON e.stream = r.run
             WHERE r.procedure = :procedure ORDER BY r.started_at, e.stream_seq"""
    with engine.ledger.engine.connect() as connection:
        rows = connection.execute(text(sql).execution_options(yield_per=5000), {"procedure": PREP})
        return sum(1 for _ in rows)


def timed(name: str, act: Callable[[], object]) -> None:
    """One row: the median and the least of three, in seconds of the clock and of the processor."""
    walls, used = [], []
    for _ in range(ROUNDS):
        began, busy = perf_counter(), process_time()
        act()
        walls.append(perf_counter() - began)
        used.append(process_time() - busy)
    print(f"{name:44} {median(walls):6.2f} s, at best {min(walls):5.2f} s; processor {median(used):5.2f} s", flush=True)


def measure(engine: Engine) -> None:
    """Print what each draft costs."""
    events = bare(engine)
    print(f"{events:,} events of {PREP}")
    timed("bare: read the same events", lambda: bare(engine))
    for change in (narrower, new_step, reworded):
        draft = drafted(engine, change)
        report = backtest(engine.ledger, engine.plan_of, PREP, draft, SINCE, UNTIL)
        found = sum(report.counts.values())
        name = f"{change.__name__}: {report.total:,} runs, {found:,} differences"
        timed(name, lambda draft=draft: backtest(engine.ledger, engine.plan_of, PREP, draft, SINCE, UNTIL))  # type: ignore[misc]
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def main() -> None:
    """Make the runs where they are missing, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--data", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = given.data or Path(folder)
        if not (data / "ledger.sqlite3").exists():
            began = perf_counter()
            made = make(data, given.runs, 1, [PREP])
            print(f"made {made.runs:,} runs, {made.events:,} events, in {perf_counter() - began:.0f} s")
        engine = build(Settings(data=data)).engine
        measure(engine)
        engine.ledger.close()


if __name__ == "__main__":
    main()
