"""What a report costs beside the bare queries it cannot do without: ``python -m bench.reports --data DIR``.

The ledger is one that `bench.seeding` made; the month is that which holds most complaints. The limit is the same rows read by one
SQL statement each and counted in the database: nothing can tell the rows behind a figure for less than reading them.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

from sqlalchemy import text

from engine.bootstrap import Settings, build
from engine.ledger.times import stamp
from engine.loading.library import Library
from engine.procedure.period import Span, named
from engine.publishing import revisions
from engine.reporting import Reports
from engine.review.reports.content import written
from engine.service import Engine

SOPS = Path(__file__).resolve().parents[1] / "sops"
_TIMES = 7
_BUSIEST = """
SELECT substr(started_at, 1, 7) FROM runs WHERE procedure = 'complaint/intake'
GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1
"""
_RUNS = "procedure = 'complaint/intake' AND started_at >= :since AND started_at < :until"
_BARE = (
    f"SELECT state, is_late, count(*) FROM runs WHERE {_RUNS} GROUP BY 1, 2",
    f"SELECT step, value, count(*) FROM answers WHERE run IN (SELECT run FROM runs WHERE {_RUNS}) AND step IN "
    "('nature', 'severity', 'content', 'department', 'channel', 'outcome', 'revisit_result') GROUP BY 1, 2",
    f"SELECT count(*) FROM notices WHERE kind = 'granted' AND run IN (SELECT run FROM runs WHERE {_RUNS})",
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--database")
    given = parser.parse_args()
    engine = build(Settings(data=given.data, database=given.database)).engine
    if not Reports(engine).definitions:
        engine.publish(revisions(Library.load(SOPS), engine.clock.now().date()), "bench")
    with engine.ledger.engine.connect() as connection:
        month = connection.execute(text(_BUSIEST)).scalar_one()
        size = connection.execute(text("SELECT count(*) FROM runs")).scalar_one()
        count = connection.execute(text(f"SELECT count(*) FROM runs WHERE {_RUNS}"), _within(engine, month)).scalar_one()
    print(f"{size:,} runs, {count:,} complaints in {month}")
    _tell("bare SQL, the same month", lambda: _bare(engine, month))
    for report in Reports(engine).definitions:
        span = _span(engine, report, month)
        _tell(f"{report} {span.name}", lambda report=report, span=span: _made(engine, report, span))  # type: ignore[misc]


def _span(engine: Engine, report: str, month: str) -> Span:
    period = Reports(engine).definitions[report].period
    name = {"day": f"{month}-15", "month": month, "quarter": f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"}[period]
    return named(Reports(engine).definitions[report], name, engine.site.zone)


def _within(engine: Engine, month: str) -> dict[str, str]:
    span = _span(engine, "complaint_month", month)
    return {"since": stamp(span.since), "until": stamp(span.until)}


def _bare(engine: Engine, month: str) -> int:
    with engine.ledger.engine.connect() as connection:
        return sum(len(connection.execute(text(sql), _within(engine, month)).all()) for sql in _BARE)


def _made(engine: Engine, report: str, span: Span) -> int:
    return len(written(Reports(engine).as_it_stands(report, span)))


def _tell(what: str, work: Callable[[], int]) -> None:
    work()
    times = []
    for _ in range(_TIMES):
        begun = perf_counter()
        size = work()
        times.append((perf_counter() - begun) * 1000)
    print(f"{what:36} {median(times):8.1f} ms  ({size:,})")


if __name__ == "__main__":
    main()
