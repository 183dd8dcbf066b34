"""Years of records: ``python -m bench.years --data DIR [--runs 200000] [--events 10000000] [--base 4000] [--seed 7]``.

Some weeks are lived through the real engine (``bench.seeding``, kept in DIR/base); they are cast again, week before week, through
the real chain and the real projections, each run with its own id, days, readings and remarks, and reviewed as time went by. The
newest are still under way. ``sop verify`` holds over all of it. The same seed gives the same ledger.
"""

import argparse
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from time import perf_counter
from types import MappingProxyType
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bench.bulk import BulkLog
from bench.mould import Casting, Mould, mould
from bench.seeding import LAST, HandClock, SeededEngine, make
from engine.bootstrap import Settings, build
from engine.demo import add_people
from engine.drafting import Given, sealed
from engine.ledger import tables
from engine.ledger.chain import run_digest
from engine.ledger.codec import encode, kind_of
from engine.ledger.entries import Batch, Draft, Rows
from engine.ledger.projections import rows_of
from engine.revisions import SITE, Revision
from engine.run.events import Event, Happened
from engine.run.review_events import ReviewAnswered, ReviewAsked, RunApproved, RunReturned
from engine.run.standing import Run, assess
from engine.run.state import fold
from engine.service import Engine

WEEKS = 7  # of the base
PROCEDURES = (
    "pool/prep", "pool/prep", "pool/water_test", "gym/opening", "meeting/setup", "meeting/planning", "complaint/intake",
    "pool/closing",
)  # fmt: skip
_UNDER_WAY = 40  # of the newest runs
_LEFT = 0.05  # share of the runs of the last months that nobody has looked at; of the last days it is most
_APPROVED, _RETURNED, _ANSWERED = 0.96, 0.97, 0.99  # of those that were looked at, summed up; the rest is asked
_QUESTIONS = ("为什么重测晚了？", "照片看不清，请补说明。", "读数和上一班一样，确认是当时测的吗？")


@dataclass
class Years:
    """Where the runs are written."""

    log: BulkLog
    random: Random
    until: datetime
    runs: int = 0
    events: int = 0
    _began: float = field(default_factory=perf_counter)

    def write(self, moulds: Sequence[Mould], casting: Casting, is_newest: bool) -> None:
        """Cast every mould once."""
        under_way = {one.run for one in moulds[-_UNDER_WAY:]} if is_newest else set()
        for one in moulds:
            first = self.random.randint(2, max(2, len(one.events) - 3)) if one.run in under_way else None
            self._write(one, casting, first)
        spent = perf_counter() - self._began
        print(f"{self.runs:>9,} runs {self.events:>12,} events {spent:6.0f} s", flush=True)

    def _write(self, one: Mould, casting: Casting, first: int | None) -> None:
        run = casting.ids[one.run]
        drafts, happened = casting.cast(one, first)
        judged = [] if first else list(self._reviewed(happened))
        state = fold(run, [*happened, *judged])
        assert state is not None
        stands = assess(one.plan, state)
        rows = {**rows_of(stands, [*happened, *judged]), "vault": self._sealed(stands, drafts, happened)}
        recorded = self.log.append(self._batch(run, 0, drafts, rows))
        for then in judged:
            event = then.event
            if isinstance(event, RunApproved | RunReturned):
                event = replace(event, digest=run_digest(recorded).hex())
            draft = Draft(
                "", kind_of(event), 1, then.by, then.role, then.device, then.occurred_at, then.recorded_at, encode(event)
            )
            recorded = (*recorded, *self.log.append(self._batch(run, len(recorded), [draft])))
        self.runs, self.events = self.runs + 1, self.events + len(recorded)

    def _sealed(self, run: Run, drafts: list[Draft], happened: Sequence[Happened]) -> list[dict[str, object]]:
        """Take the personal values out of the drafts; the rows that hold them."""
        rows: list[dict[str, object]] = []
        for at, one in enumerate(happened):
            drafts[at], found = sealed(run, drafts[at], one.event, Given("", b""))
            rows += found
        return rows

    def _batch(self, run: str, after: int, drafts: Sequence[Draft], rows: Rows = MappingProxyType({})) -> Batch:
        command = self.log.drawn()
        return Batch(run, after, command, sha256(command.encode()).digest(), tuple(drafts), b"{}", rows)

    def _reviewed(self, happened: Sequence[Happened]) -> Iterator[Happened]:
        """What became of it at the desk: the older, the surer it was approved. Its digest is filled in when it is written."""
        version, over = len(happened), happened[-1].recorded_at
        age, at = self.until - over, over + timedelta(hours=self.random.uniform(10, 60))
        if at > self.until or (age < timedelta(days=120) and self.random.random() < _LEFT):
            return
        lot = self.random.random()
        if lot < _APPROVED or age > timedelta(days=200):
            event: Event = RunApproved("杨审", version, "")
        elif lot < _RETURNED:
            event = RunReturned("请更正读数的原因。", version, "")
        else:
            event = ReviewAsked(self.random.choice(_QUESTIONS))
        yield Happened(version + 1, event, "yang", "reviewer", "desk", at, at)
        if isinstance(event, ReviewAsked) and lot < _ANSWERED:
            yield replace(
                happened[0], seq=version + 2, event=ReviewAnswered("当时泵在检修，已在备注说明。"), occurred_at=at, recorded_at=at
            )


def moulds_of(engine: Engine) -> list[Mould]:
    """Every run of a ledger, in the order in which they began."""
    with engine.ledger.engine.connect() as connection:
        runs = frozenset(connection.execute(select(tables.runs.c.run)).scalars())
    found = [mould(run, engine.ledger.log.stream(run), engine.plan_of, runs) for run in runs]
    return sorted(found, key=lambda one: (one.began, one.run))


def published(engine: Engine) -> list[Revision]:
    """What a ledger has published, the site first."""
    with engine.ledger.engine.connect() as connection:
        rows = connection.execute(select(tables.revisions)).mappings().all()
    found = [Revision(row["procedure"], row["compiled"], row["source"], row["scenarios"]) for row in rows]
    return sorted(found, key=lambda one: one.procedure != SITE)


def settle(engine: Engine, log: BulkLog, revisions: Sequence[Revision]) -> None:
    """The procedures and the people, before anything happens."""
    settled = SeededEngine(replace(engine.ledger, log=log), engine.clock, engine.pins.binding)
    settled.publish(revisions, "seeding", "first")
    log.flush()  # the site and its roles are read from the database
    add_people(settled)
    log.flush()


def main() -> None:
    """Make them, and tell how many."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=200_000, help="at least so many")
    parser.add_argument("--events", type=int, default=10_000_000, help="at least so many")
    parser.add_argument("--base", type=int, default=4000, help="runs lived through the engine")
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    base = given.data / "base"
    if not base.exists():
        make(base, given.base, given.seed, PROCEDURES, WEEKS * 7)
    lived = build(Settings(data=base)).engine
    moulds, revisions = moulds_of(lived), published(lived)
    if (base / "photos").exists():
        shutil.copytree(base / "photos", given.data / "photos", dirs_exist_ok=True)
    lived.ledger.close()
    _write(given.data, moulds, revisions, given.runs, given.events, Random(f"years {given.seed}"))


def _write(data: Path, moulds: Sequence[Mould], revisions: Sequence[Revision], runs: int, events: int, random: Random) -> None:
    each = sum(len(one.events) for one in moulds)
    times = max(-(-runs // len(moulds)), -(-events // each))
    now = datetime.combine(LAST + timedelta(days=1), time(8), ZoneInfo("Asia/Shanghai"))
    clock = HandClock(moulds[0].began - timedelta(weeks=WEEKS * times))
    product = build(Settings(data=data), clock)
    log = BulkLog(product.engine.ledger, random)
    settle(product.engine, log, revisions)
    years = Years(log, random, now)
    for turn in reversed(range(times)):
        ids = {one.run: log.drawn()[:16] for one in moulds}
        years.write(moulds, Casting(timedelta(weeks=-WEEKS * turn), random, ids), turn == 0)
    log.flush()
    log.close()
    product.engine.ledger.close()


if __name__ == "__main__":
    main()
