"""What the ledger costs beside what nothing could avoid, in one run: ``python -m bench.ledger [address] [--events N]``.

Each figure is the median of several rounds and stands beside its bare limit: the same rows inserted with group commit and nothing
else, the same bytes hashed and nothing else. Ratios hold on any machine; times are this one's.
"""

import argparse
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from sqlalchemy import insert

from engine.ledger import audit, tables
from engine.ledger.chain import canonical
from engine.ledger.driver import open_reading, sqlite_driver
from engine.ledger.log import Batch, Draft
from engine.ledger.statements import upsert
from engine.ledger.store import Ledger, open_ledger

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
BODY = canonical(
    {"step": "fridge", "typed": "7.2", "value": "7.2", "unit": "°C", "limits": {"low": "0", "high": "8"}, "note": "冰箱"}
)
RECEIPT = canonical({"saved": True})
ROUNDS = 3
TICKS = 3200


def tick(name: str, turn: int) -> Batch:
    """What one answered step writes: an event, a receipt, the run's row and a reading."""
    unique = f"{name}-{turn}"
    draft = Draft(unique, "step_answered", 1, "li.ming", "operator", "tablet-3", NOW, NOW, BODY)
    rows = {"runs": [run(name, turn)], "readings": [reading(name, turn)]}
    return Batch(name, turn, unique, sha256(unique.encode()).digest(), (draft,), RECEIPT, rows)


def run(name: str, turn: int) -> Mapping[str, object]:
    return {
        "run": name, "number": "K-1", "procedure": "kitchen/fridge", "revision": "ab" * 32, "place": "kitchen", "title_zh": "箱",
        "state": "open", "started_at": NOW, "started_by": "li", "finished_at": None, "holder": None, "open_deviations": 0,
        "deviations": 0, "amendments": 0, "risk": 0, "is_late": False, "review": "", "reviewed_at": None, "reviewed_by": None,
        "scheduled_for": None, "unasked": "",
        "settled": turn, "total": 50, "version": turn, "updated_at": NOW,
    }  # fmt: skip


def reading(name: str, turn: int) -> Mapping[str, object]:
    return {
        "run": name, "step": f"s{turn}", "entry": "", "parameter": "fridge", "value": "7.2", "number": 7.2, "unit": "°C",
        "band": "in", "at": NOW, "by": "li", "place": "kitchen", "procedure": "kitchen/fridge", "deviation": None,
        "amended_at": None,
    }  # fmt: skip


def rate(threads: int, ticks: int, act: Callable[[int, int], object]) -> tuple[float, float, float]:
    """(acts a second, 99th percentile in ms, processor time of one act in µs) with so many threads without a pause."""
    waits: list[float] = []

    def work(number: int) -> None:
        for turn in range(ticks // threads):
            started = perf_counter()
            act(number, turn)
            waits.append(perf_counter() - started)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    started, used = perf_counter(), process_time()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    took = perf_counter() - started
    return len(waits) / took, sorted(waits)[int(len(waits) * 0.99)] * 1e3, (process_time() - used) / len(waits) * 1e6


class Bare:
    """The limit: one table, one row an act, the same group commit, the same durability, and nothing else."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite_driver().connect(str(path), isolation_level=None, check_same_thread=False)
        for setting in (
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=FULL",
            "CREATE TABLE bare (id TEXT PRIMARY KEY, body TEXT)",
        ):
            self._connection.execute(setting)
        self._door, self._turn = threading.Lock(), threading.Lock()
        self._waiting: list[tuple[tuple[str, str], list[bool]]] = []

    def append(self, row: tuple[str, str]) -> None:
        done: list[bool] = []
        with self._door:
            self._waiting.append((row, done))
        with self._turn:
            if not done:
                self._write()

    def _write(self) -> None:
        with self._door:
            group, self._waiting = self._waiting, []
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany("INSERT INTO bare VALUES (?, ?)", [row for row, _ in group])
        self._connection.execute("COMMIT")
        for _, done in group:
            done.append(True)


def appends(ledger: Ledger, folder: Path) -> None:
    body = BODY.decode()
    bare = Bare(folder / "bare.db")
    print(f"{'threads':>8} {'appends/s':>10} {'p99 ms':>7} {'µs cpu':>7}   {'bare/s':>8} {'p99 ms':>7} {'µs cpu':>7}   share")
    for threads in (1, 16, 64):
        ours, limit = [], []
        for attempt in range(ROUNDS):
            name = f"{threads}-{attempt}"
            ours.append(rate(threads, TICKS, lambda n, turn, name=name: ledger.log.append(tick(f"{name}-{n}", turn))))  # type: ignore[misc]
            limit.append(rate(threads, TICKS, lambda n, turn, name=name: bare.append((f"{name}-{n}-{turn}", body))))  # type: ignore[misc]
        mine, least = _medians(ours), _medians(limit)
        print(
            f"{threads:8} {mine[0]:10,.0f} {mine[1]:7.1f} {mine[2]:7.0f}   {least[0]:8,.0f} {least[1]:7.1f} {least[2]:7.0f}"
            f"   {mine[0] / least[0]:.0%}"
        )


def _medians(rounds: Iterable[tuple[float, float, float]]) -> tuple[float, float, float]:
    rates, tails, costs = zip(*rounds, strict=True)
    return median(rates), median(tails), median(costs)


def inserting(ledger: Ledger) -> None:
    """SQLAlchemy's executemany beside prepared text, 16 rows at a time, as a group of ticks writes them."""
    ready = upsert(tables.readings, "?" if ledger.url.get_backend_name() == "sqlite" else "%s")
    through: list[float] = []
    prepared: list[float] = []
    for turn in range(200):
        with ledger.write() as connection:
            rows = [reading(f"core-{turn}", number) for number in range(16)]
            started = perf_counter()
            connection.execute(insert(tables.readings), [dict(row) for row in rows])
            through.append(perf_counter() - started)
            rows = [reading(f"text-{turn}", number) for number in range(16)]
            started = perf_counter()
            driver = connection.connection.cursor()
            driver.executemany(ready.sql, [ready.values(row) for row in rows])
            prepared.append(perf_counter() - started)
    print(
        f"one row of 16: SQLAlchemy Core {median(through) / 16 * 1e6:.1f} µs, prepared text {median(prepared) / 16 * 1e6:.1f} µs"
    )


def fill(ledger: Ledger, events: int) -> None:
    for start in range(0, events, 2000):
        drafts = tuple(
            Draft(f"filling-{start + n}", "step_answered", 1, "li.ming", "operator", "tablet-3", NOW, NOW, BODY)
            for n in range(50)
        )
        for part in range(40):
            name = f"filling-{start + part * 50}"
            named = tuple(_renamed(draft, f"{name}-{n}") for n, draft in enumerate(drafts))
            ledger.log.append(Batch(name, 0, name, bytes(32), named, RECEIPT))


def _renamed(draft: Draft, event_id: str) -> Draft:
    return Draft(event_id, draft.kind, draft.format, draft.by, draft.role, draft.device, NOW, NOW, draft.body)


def verifying(ledger: Ledger) -> None:
    url, size = ledger.url.render_as_string(hide_password=False), ledger.log.head().size
    takes: dict[str, Callable[[], object]] = {
        "verify, one process": lambda: audit.verify(url, workers=1),
        "verify, all processors": lambda: audit.verify(url),
        "bare: read and hash twice": lambda: bare_hashes(url, size),
    }
    for name, take in takes.items():
        rounds = []
        for _ in range(ROUNDS):
            started = perf_counter()
            take()
            rounds.append(perf_counter() - started)
        print(f"{name:28} {size / median(rounds):10,.0f} events/s, {median(rounds):.2f} s for {size:,}")


def bare_hashes(url: str, size: int) -> bytes:
    reading, digest = open_reading(url), bytes(32)
    for start in range(0, size, 2000):
        for (body,) in reading.rows("SELECT body FROM events WHERE seq > ? AND seq <= ?", start, start + 2000):
            digest = sha256(b"\x01" + digest + sha256(body.encode()).digest()).digest()
    reading.close()
    return digest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", nargs="?", help="an empty database; a new SQLite file if not given")
    parser.add_argument("--events", type=int, default=200_000, help="length of the ledger that is verified")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ledger = open_ledger(given.address or f"sqlite:///{folder}/ledger.db")
        print(f"{ledger.url.get_backend_name()}, SQLite {sqlite_driver().sqlite_version}")
        appends(ledger, Path(folder))
        inserting(ledger)
        fill(ledger, given.events)
        verifying(ledger)
        ledger.close()


if __name__ == "__main__":
    main()
