"""Finding runs among 200 000: ``python -m bench.finding --data DIR [--runs 200000] [--seeded 3000]``.

Years of whole records, events and all, are made by `bench.years`. Where DIR holds nothing, runs are made by the real engine
(`bench.seeding`) and only their rows in the lists are copied week by week into the past until there are enough. Beside the
searches stands the bare SELECT of fifty rows by the index that serves it best.
"""

import argparse
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from time import perf_counter

from sqlalchemy import Connection, func, insert, select

from bench.seeding import PROCEDURES, make
from engine.bootstrap import Product, Settings, build
from engine.ledger import tables
from engine.ledger.store import Ledger
from engine.review.find import IS_OVER, Finder
from engine.review.queue import Queue
from engine.review.search import Given, Reading, Search

LISTS = ("runs", "readings", "deviations", "answers", "notes", "hands")
WEEK = timedelta(weeks=1)
TIMES = 40
Seconds = float


def grow(ledger: Ledger, runs: int) -> None:
    """Copy the rows of the lists into earlier weeks until there are so many runs."""
    with ledger.engine.connect() as connection:
        found = {
            name: [dict(row) for row in connection.execute(select(tables.metadata.tables[name])).mappings()] for name in LISTS
        }
        number = connection.execute(select(func.count()).select_from(tables.runs)).scalar_one()
    for copy in range(1, runs // max(len(found["runs"]), 1) + 1):
        if number + copy * len(found["runs"]) > runs + len(found["runs"]):
            return
        with ledger.write() as connection:
            _copy(connection, found, copy)


def _copy(connection: Connection, found: dict[str, list[dict[str, object]]], copy: int) -> None:
    for name, rows in found.items():
        moved = [{key: _moved(key, value, copy) for key, value in row.items()} for row in rows]
        connection.execute(insert(tables.metadata.tables[name]), moved)


def _moved(key: str, value: object, copy: int) -> object:
    if key == "run":
        return f"{value}c{copy}"
    return value - copy * WEEK if isinstance(value, datetime) else value


def searches(now: datetime) -> Iterator[tuple[str, Search]]:
    """What reviewers look for."""
    month = {"since": now - timedelta(days=60), "until": now - timedelta(days=30)}
    low, above = Reading("free_chlorine", "below", Decimal("0.3")), Reading("free_chlorine", "above", Decimal("0.6"))
    yield "everything", Search()
    yield "a place", Search(place="pool")
    yield "a procedure", Search(procedure="gym/opening")
    yield "a place in a month", Search(place="pool", **month)  # type: ignore[arg-type]
    yield "a place, late", Search(place="pool", is_late=True)
    yield "with deviations, riskiest first", Search(wrong="any", order="risk")
    yield "a rare cause", Search(wrong="critical")
    yield "corrected, in a month", Search(is_amended=True, **month)  # type: ignore[arg-type]
    yield "somebody had a hand in it", Search(person="chen")
    yield "chlorine below 0.3", Search(values=(low,))
    yield "chlorine above 0.6 in a month", Search(values=(above,), **month)  # type: ignore[arg-type]
    yield "an option", Search(procedure="complaint/intake", values=(Given("complaint/intake", "weight", "major"),))
    yield "chlorine above 0.3, which most is", Search(values=(Reading("free_chlorine", "above", Decimal("0.3")),))
    yield "an option most have", Search(procedure="pool/prep", values=(Given("pool/prep", "dosing", "none"),))
    yield "somebody, where they never were", Search(person="chen", place="gym")
    yield "words seldom written", Search(words="循环泵")
    yield "words often written", Search(words="正常")
    yield "words and a place, old ones first", Search(words="正常", place="pool", order="old")


def timed(act: Callable[[], object]) -> tuple[Seconds, Seconds]:
    """The median and the 95th percentile of many times."""
    took = []
    for _ in range(TIMES):
        begun = perf_counter()
        act()
        took.append(perf_counter() - begun)
    took.sort()
    return took[TIMES // 2], took[TIMES * 95 // 100]


def grown(told: str | None) -> tuple[Product, int, datetime]:
    """What is asked for on the command line: a product with so many runs, how many there are, and when the newest began."""
    parser = argparse.ArgumentParser(description=told)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=200_000)
    parser.add_argument("--seeded", type=int, default=3_000)
    given = parser.parse_args()
    if not (given.data / "ledger.sqlite3").exists():
        make(given.data, given.seeded, 1, list(PROCEDURES))
    product = build(Settings(data=given.data))
    query = select(func.count(), func.max(tables.runs.c.started_at))
    with product.engine.ledger.engine.connect() as connection:
        number, newest = connection.execute(query).one()
    if number < given.runs:
        grow(product.engine.ledger, given.runs)
        with product.engine.ledger.engine.connect() as connection:
            number = connection.execute(query).one()[0]
    return product, number, newest


def main() -> None:
    """Make the runs where they are missing, and measure."""
    product, number, now = grown(__doc__)
    engine, table = product.engine, tables.runs
    finder = Finder(engine.ledger)
    print(f"{number:,} runs; milliseconds, p50 / p95")
    with engine.ledger.engine.connect() as connection:
        bare = select(table).where(IS_OVER, table.c.started_at < now).order_by(table.c.started_at.desc()).limit(50)
        print(f"  {'bare SELECT of 50 rows':38}{_told(timed(lambda: connection.execute(bare).all()))}")
    for name, search in searches(now):
        page, count = timed(lambda s=search: finder.page(s)), timed(lambda s=search: finder.count(s))  # type: ignore[misc]
        print(f"  {name:38}{_told(page)}   count {_told(count)}   {finder.count(search)}")
    queue = Queue(engine.ledger)
    print(f"  {'review queue, counts':38}{_told(timed(lambda: queue.counts()))}")
    engine.ledger.close()


def _told(took: tuple[Seconds, Seconds]) -> str:
    return f"{took[0] * 1000:7.1f} /{took[1] * 1000:7.1f}"


if __name__ == "__main__":
    main()
