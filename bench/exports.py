"""Exporting the newest 100 000 runs: ``python -m bench.exports --data DIR [--runs 100000] [--seeded 3000] [--forms csv xlsx]``.

The runs are made as in `bench.finding` where there are fewer. Each form is written by a process of its own, whose peak memory is
told; beside it stands the bare SELECT of the same rows with csv.writer, and the peak with a tenth of the rows: flat memory is the
same for both.
"""

import argparse
import csv
import multiprocessing
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter

from sqlalchemy import func, select

from bench.finding import grow
from bench.seeding import PROCEDURES, make
from engine.bootstrap import Settings, build
from engine.exports.asked import FORMS, Asked, Form
from engine.exports.making import made_at_once
from engine.ledger import tables
from engine.review.search import Search


def bare(data: Path, rows: int) -> int:
    """SELECT and csv.writer, nothing else; how many rows."""
    engine, count = build(Settings(data=data)).engine, 0
    with engine.ledger.engine.connect() as connection, (data / "bare.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        query = select(tables.runs).order_by(tables.runs.c.started_at.desc()).limit(rows)
        for row in connection.execution_options(yield_per=1000).execute(query):
            writer.writerow(row)
            count += 1
    return count


def export(data: Path, form: Form, search: Search) -> int:
    """An export as the command line makes it; how many rows."""
    engine = build(Settings(data=data)).engine
    return made_at_once(engine, data, Asked("runs", search), form, data / f"bench.{form}", "bench").rows


def _measured(act: Callable[[], int], pipe: Connection) -> None:
    begun, rows = perf_counter(), act()
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    pipe.send((rows, perf_counter() - begun, int(peak.split()[1]) / 1024))


def measured(act: Callable[[], int], path: Path) -> str:
    """Rows, seconds, peak memory and the file of an act in a fresh process, which inherits nothing of this one's."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_measured, args=(act, there))
    process.start()
    rows, took, peak = here.recv()
    process.join()
    return f"{rows:9,} rows {took:7.1f} s {rows / took:9,.0f} rows/s {peak:7.0f} MB peak {path.stat().st_size / 1e6:7.1f} MB"


def main() -> None:
    """Make the runs where they are missing, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--seeded", type=int, default=3_000)
    parser.add_argument("--forms", nargs="+", choices=FORMS, default=FORMS)
    given = parser.parse_args()
    if not (given.data / "ledger.sqlite3").exists():
        make(given.data, given.seeded, 1, list(PROCEDURES))
    engine = build(Settings(data=given.data)).engine
    with engine.ledger.engine.connect() as connection:
        number = connection.execute(select(func.count()).select_from(tables.runs)).scalar_one()
    if number < given.runs:
        grow(engine.ledger, given.runs)
    with engine.ledger.engine.connect() as connection:
        times = select(tables.runs.c.started_at).order_by(tables.runs.c.started_at.desc())
        since, tenth = (connection.execute(times.offset(at - 1).limit(1)).scalar_one() for at in (given.runs, given.runs // 10))
    engine.ledger.close()
    print(f"the newest of {number:,} runs")
    print(f"  {'bare SELECT + csv.writer':28}{measured(partial(bare, given.data, given.runs), given.data / 'bare.csv')}")
    for form in given.forms:
        for name, search in ((f"{form}, a tenth", Search(since=tenth)), (form, Search(since=since))):
            told = measured(partial(export, given.data, form, search), given.data / f"bench.{form}")
            print(f"  {name:28}{told}", flush=True)


if __name__ == "__main__":
    main()
