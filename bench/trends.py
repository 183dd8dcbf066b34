"""The trends among years of records: ``python -m bench.trends --data DIR [--database URL] [--days 365]``.

Reads a ledger that is there (`bench.years`, `bench.seeding`); beside each answer stands the bare SELECT of its rows,
without anything done to them. Milliseconds: the median of so many times, the 95th percentile, and the
median of the processor's time.
"""

import argparse
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from sqlalchemy import func, select, text

from engine.bootstrap import Settings, build
from engine.ledger import tables
from engine.ledger.times import stamp
from engine.review.questions import Period, raised
from engine.review.trends.limits import LimitsThen
from engine.review.trends.paces import Paces
from engine.review.trends.punctuality import Punctuality
from engine.review.trends.readings import Readings, Wanted
from engine.review.trends.repeated import Repetitions
from engine.review.trends.standing import standing
from engine.service import Engine

TIMES = 15
PARAMETER, PROCEDURE = "free_chlorine", "pool/prep"
Act = Callable[[], object]
_DAY = timedelta(days=1)


def acts(engine: Engine, since: datetime, until: datetime) -> Iterator[tuple[str, Act, Act]]:
    """What is measured, each with the bare SELECT under it."""
    ledger, zone = engine.ledger, engine.site.zone
    issued = {name: {one.digest for one in some} for name, some in engine.directory.catch_up().issued.items()}
    plans = {name: plan for name in issued if (plan := engine.plan(name)) is not None}
    span = {"since": stamp(since), "until": stamp(until)}

    def bare(query: str, **given: str) -> Act:
        def read() -> object:
            with ledger.engine.connect() as connection:
                return connection.execute(text(query), span | given).all()

        return read

    def sums(place: str) -> Act:
        def work() -> object:
            found = Readings(ledger).of(Wanted(PARAMETER, since, until, place))
            return standing(found, LimitsThen(ledger, engine.plan_of, PARAMETER, issued), 2)

        return work

    of = "SELECT at, number, value, band, run, step, deviation, place, procedure, by FROM readings WHERE parameter = :parameter"
    of = of.replace(", by FROM", ', "by" FROM') + " AND at >= :since AND at < :until"
    everywhere, pool = bare(of, parameter=PARAMETER), bare(of + " AND place = :place", parameter=PARAMETER, place="pool")
    yield "a reading at one place", lambda: Readings(ledger).of(Wanted(PARAMETER, since, until, "pool")), pool
    yield "a reading at all places", lambda: Readings(ledger).of(Wanted(PARAMETER, since, until)), everywhere
    yield "the same in plain words", sums(""), everywhere
    first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    five = first - 4 * (last - first)
    counts = bare("SELECT * FROM punctuality")
    yield "on time, by month", lambda: Punctuality(ledger, zone).kept(first, last, "month"), counts
    yield "on time, five times as long", lambda: Punctuality(ledger, zone).kept(five, last, "month"), counts
    deviated = bare(
        "SELECT procedure, place, step, cause, raised_at, run FROM deviations WHERE raised_at >= :since AND raised_at < :until"
    )
    yield "what comes again", lambda: Repetitions(ledger).found(since, until), deviated
    steps = bare(
        "SELECT steps FROM paces WHERE procedure = :procedure AND started_at >= :since AND started_at < :until"
        " ORDER BY started_at DESC LIMIT 2000",
        procedure=PROCEDURE,
    )
    yield "time per step, 2 000 runs", lambda: Paces(ledger).of(PROCEDURE, since, until), steps
    month = until - 30 * _DAY
    read = bare("SELECT at, value, parameter FROM readings WHERE at >= :month AND at < :until", month=stamp(month - 90 * _DAY))
    yield "questions of 30 days", lambda: raised(ledger, Period(month, until), plans), read


def timed(act: Act) -> tuple[float, float, float]:
    """The median and the 95th percentile by the clock, and the median of this processor, in ms; the first time is not counted."""
    act()
    took, used = [], []
    for _ in range(TIMES):
        begun, processor = perf_counter(), process_time()
        act()
        took.append((perf_counter() - begun) * 1000)
        used.append((process_time() - processor) * 1000)
    took.sort()
    return took[TIMES // 2], took[TIMES * 95 // 100], median(used)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--database", help="address of another database")
    parser.add_argument("--days", type=int, default=365)
    given = parser.parse_args()
    engine = build(Settings(data=given.data, database=given.database)).engine
    table = tables.readings
    with engine.ledger.engine.connect() as connection:
        runs = connection.execute(select(func.count()).select_from(tables.runs)).scalar_one()
        last = connection.execute(select(func.max(table.c.at)).where(table.c.parameter == PARAMETER)).scalar_one()
    until = datetime.combine(last.astimezone(engine.site.zone).date() + _DAY, time(), engine.site.zone)
    since = until - given.days * _DAY
    with engine.ledger.engine.connect() as connection:
        wanted = (table.c.parameter == PARAMETER) & (table.c.at >= since)
        readings = connection.execute(select(func.count()).select_from(table).where(wanted)).scalar_one()
    print(
        f"{runs:,} runs; {readings:,} readings of {PARAMETER} in {given.days} days; milliseconds, p50 / p95, and the bare SELECT"
    )
    for name, act, bare in acts(engine, since, until):
        took, plain = timed(act), timed(bare)
        print(f"  {name:30}{took[0]:8.1f} /{took[1]:8.1f} ({took[2]:7.1f})   {plain[0]:8.1f} ({plain[2]:7.1f})", flush=True)
    engine.ledger.close()


if __name__ == "__main__":
    main()
