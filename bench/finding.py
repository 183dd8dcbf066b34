"""Finding runs among 200 000: ``python -m bench.finding --data DIR [--database URL] [--runs 200000] [--seeded 3000]``.

Years of whole records, events and all, are made by `bench.years`, and copied into PostgreSQL by `bench.copying`. Where DIR holds
nothing, runs are made by the real engine (`bench.seeding`) and only their rows in the lists are copied week by week into the past
until there are enough. Beside the searches stands the bare SELECT of fifty rows by the index that serves it best.
"""

import argparse
import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import Connection, func, insert, select

from bench.seeding import PROCEDURES, make
from engine.bootstrap import Product, Settings, build
from engine.ledger import tables
from engine.ledger.store import Ledger
from engine.review.find import IS_OVER, PAGE, Finder
from engine.review.queue import Queue
from engine.review.search import Given, Key, Reading, Search

LISTS = ("runs", "readings", "deviations", "answers", "notes", "hands")
WEEK = timedelta(weeks=1)
TIMES = 40
Seconds = float
Month = Mapping[str, Any]
DEEP = 500  # pages further on
WORDS = (
    ("one letter 泵", "泵"), ("one letter, often 常", "常"), ("two 异响", "异响"), ("two, often 正常", "正常"),
    ("four 读数跳动", "读数跳动"), ("five 与上一班一", "与上一班一"), ("English CLOUDY", "CLOUDY"),
    ("English words", "Called twice"), ("quoted words", '"water was"'),
    ("both, often 正常 已处理", "正常 已处理"), ("both, one seldom 正常 异响", "正常 异响"),
    ("never written 鲸鱼", "鲸鱼"), ("one often, one never 正常 鲸鱼", "正常 鲸鱼"),
)  # fmt: skip


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


def searches(now: datetime, revision: str) -> Iterator[tuple[str, Search]]:
    """What reviewers look for: by each criterion, by several, and by what nothing has. `revision`: one that runs followed."""
    month = {"since": now - timedelta(days=60), "until": now - timedelta(days=30)}
    yield from _plain(month, revision)
    yield from _judged(month)
    yield from _by_values(month)
    yield from _by_words(month)
    yield from _by_much(month)


def _plain(month: Month, revision: str) -> Iterator[tuple[str, Search]]:
    yield "everything", Search()
    yield "a place", Search(place="pool")
    yield "a procedure", Search(procedure="gym/opening")
    yield "a revision", Search(revision=revision)
    yield "a revision in a month", Search(revision=revision, **month)
    yield "a place in a month", Search(place="pool", **month)
    yield "a place and a procedure in a month", Search(place="pool", procedure="pool/prep", **month)
    yield "under way", Search(state="running")
    yield "completed, a place", Search(state="completed", place="gym")
    yield "given up", Search(state="abandoned")
    yield "given up, in a month", Search(state="abandoned", **month)
    yield "a procedure where it never was", Search(place="gym", procedure="pool/prep")


def _judged(month: Month) -> Iterator[tuple[str, Search]]:
    yield "not looked at", Search(review="open")
    yield "approved", Search(review="approved")
    yield "asked about", Search(review="asked")
    yield "returned, a place", Search(review="returned", place="pool")
    yield "late, a place", Search(place="pool", is_late=True)
    yield "late, riskiest first", Search(is_late=True, order="risk")
    yield "late, in a month", Search(is_late=True, **month)
    yield "corrected", Search(is_amended=True)
    yield "corrected, in a month", Search(is_amended=True, **month)
    yield "with deviations, riskiest first", Search(wrong="any", order="risk")
    yield "a deviation still open", Search(wrong="open")
    yield "outside its limits", Search(wrong="out_of_limits")
    yield "outside, where it never was", Search(wrong="out_of_limits", place="meeting_room")
    yield "a round missed", Search(wrong="missed_round")
    yield "not done, in a month", Search(wrong="not_done", **month)
    yield "a cause that never was", Search(wrong="critical")
    yield "a person", Search(person="chen")
    yield "a person, riskiest first", Search(person="chen", order="risk")
    yield "a person, late", Search(person="chen", is_late=True)
    yield "a person, where they never were", Search(person="chen", place="gym")
    yield "who did most, where they never were", Search(person="feng", place="lobby")
    yield "nobody", Search(person="nobody")


def _by_values(month: Month) -> Iterator[tuple[str, Search]]:
    above, below = Reading("free_chlorine", "above", Decimal("0.3")), Reading("free_chlorine", "below", Decimal("0.3"))
    yield "chlorine below 0.3", Search(values=(below,))
    yield "chlorine above 0.6 in a month", Search(values=(Reading("free_chlorine", "above", Decimal("0.6")),), **month)
    yield "chlorine is 0.5", Search(values=(Reading("free_chlorine", "is", Decimal("0.5")),))
    yield "chlorine 0.45 to 0.5", Search(values=(Reading("free_chlorine", "between", Decimal("0.45"), Decimal("0.5")),))
    yield "chlorine above 0.3, which most is", Search(values=(above,))
    yield "the same, riskiest first", Search(values=(above,), order="risk")
    yield "the same, where it never was", Search(values=(above,), place="gym")
    yield "the same and pH above 7.4", Search(values=(above, Reading("ph", "above", Decimal("7.4"))))
    yield "the same and humidity, never both", Search(values=(above, Reading("humidity", "above", Decimal(40))))
    yield "a value that never was", Search(values=(Reading("ph", "above", Decimal(13)),))
    major = Given("complaint/intake", "severity", "major")
    yield "an option", Search(procedure="complaint/intake", values=(major,))
    yield "an option most have", Search(procedure="pool/prep", values=(Given("pool/prep", "dosing", "none"),))
    yield "two options", Search(procedure="complaint/intake", values=(major, Given("complaint/intake", "channel", "visit")))
    yield "words in an answer", Search(values=(Given("complaint/intake", "contact_phone", words="8001"),))
    yield "words in no answer", Search(values=(Given("complaint/intake", "contact_phone", words="没有"),))


def _by_words(month: Month) -> Iterator[tuple[str, Search]]:
    for name, words in WORDS:
        yield f"words: {name}", Search(words=words)
    yield "words often, in a month", Search(words="正常", **month)
    yield "words often, riskiest first", Search(words="正常", order="risk")
    yield "words often and a place, old first", Search(words="正常", place="pool", order="old")
    yield "words where they never were", Search(words="客人已知悉", procedure="lobby/meeting_help")
    yield "words often, and a person", Search(words="正常", person="chen")


def _by_much(month: Month) -> Iterator[tuple[str, Search]]:
    above = Reading("free_chlorine", "above", Decimal("0.3"))
    yield "place, person, late, a month", Search(place="pool", person="chen", is_late=True, **month)
    yield "value, words, person", Search(values=(above,), words="正常", person="chen")
    yield "approved, corrected, value, riskiest", Search(review="approved", is_amended=True, values=(above,), order="risk")
    yield "all of it, none found", Search(place="gym", person="chen", is_late=True, values=(above,), words="正常", wrong="late")


def timed(act: Callable[[], object]) -> tuple[Seconds, Seconds, Seconds]:
    """The median and the 95th percentile of many times, by the clock; and the median of this process's processor time."""
    took, used = [], []
    for _ in range(TIMES):
        begun, processor = perf_counter(), process_time()
        act()
        took.append(perf_counter() - begun)
        used.append(process_time() - processor)
    took.sort()
    return took[TIMES // 2], took[TIMES * 95 // 100], median(used)


def grown(told: str | None) -> tuple[Product, int, datetime]:
    """What is asked for on the command line: a product with so many runs, how many there are, and when the newest began."""
    parser = argparse.ArgumentParser(description=told)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--database", help="address of another database, which is measured as it is")
    parser.add_argument("--runs", type=int, default=200_000)
    parser.add_argument("--seeded", type=int, default=3_000)
    given = parser.parse_args()
    if not given.database and not (given.data / "ledger.sqlite3").exists():
        make(given.data, given.seeded, 1, list(PROCEDURES))
    product = build(Settings(data=given.data, database=given.database))
    query = select(func.count(), func.max(tables.runs.c.started_at))
    with product.engine.ledger.engine.connect() as connection:
        number, newest = connection.execute(query).one()
    if number < given.runs and not given.database:
        grow(product.engine.ledger, given.runs)
        with product.engine.ledger.engine.connect() as connection:
            number = connection.execute(query).one()[0]
    return product, number, newest


def main() -> None:
    """Make the runs where they are missing, and measure."""
    product, number, now = grown(__doc__)
    gc.freeze()  # as a server does: what is loaded stays
    ledger, table = product.engine.ledger, tables.runs
    print(f"{number:,} runs, {ledger.log.head().size:,} events, {ledger.engine.dialect.name}")
    print("milliseconds by the clock, p50 / p95, and of this process's processor (p50)")
    with ledger.engine.connect() as connection:
        bare = select(table).where(IS_OVER, table.c.started_at < now).order_by(table.c.started_at.desc()).limit(50)
        print(f"  {'bare SELECT of 50 rows':38}{_told(timed(lambda: connection.execute(bare).all()))}")
        followed = select(table.c.revision).where(table.c.procedure == "pool/prep").limit(1)
        revision = connection.execute(followed).scalar_one()
    worst = max(measured(Finder(ledger), searches(now, revision)))
    queue = Queue(ledger)
    print(f"  {'review queue, counts':38}{_told(timed(lambda: queue.counts()))}")
    print(f"the longest p95: {worst * 1000:.1f} ms")
    ledger.close()


def measured(finder: Finder, wanted: Iterable[tuple[str, Search]]) -> Iterator[Seconds]:
    """The 95th percentiles of each search: its first page and its count; of everything also a page far behind."""
    for name, search in wanted:
        page, count = timed(lambda s=search: finder.page(s)), timed(lambda s=search: finder.count(s))  # type: ignore[misc]
        found = finder.count(search)
        print(f"  {name:38}{_told(page)}   count {_told(count)}   {found.number}{'+' if found.is_more else ''}", flush=True)
        yield from (page[1], count[1])
        if name in ("everything", "with deviations, riskiest first", "chlorine above 0.3, which most is"):
            key = _deep(finder, search)
            deep = timed(lambda s=search, k=key: finder.page(s, k))  # type: ignore[misc]
            print(f"  {f'  the same, {DEEP} pages on':38}{_told(deep)}", flush=True)
            yield deep[1]


def _deep(finder: Finder, search: Search) -> Key | None:
    """Where a page far behind begins."""
    *_, last = islice(finder.every(search), DEEP * PAGE)
    return last.key


def _told(took: tuple[Seconds, Seconds, Seconds]) -> str:
    return f"{took[0] * 1000:7.1f} /{took[1] * 1000:7.1f} ({took[2] * 1000:5.1f})"


if __name__ == "__main__":
    main()
