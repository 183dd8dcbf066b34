"""Past runs for measuring and for trying drafts: ``python -m bench.seeding --data DIR --runs 10000 --seed 1 [--procedure ID …]``.

Real commands through the real engine, by people of the demonstration, over so many days at plausible hours: readings that drift
around their limits, corrections and re-measures, steps not done, amendments, runs given up, runs begun late. The same seed over
the same procedures gives the same events. What a step reads as open at the site is left empty: lists are written in bulk.
"""

import argparse
import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from random import Random
from time import perf_counter

from bench.bulk import BulkLog
from bench.picture import Camera
from bench.working import Work
from engine.bootstrap import Settings, build
from engine.demo import PEOPLE, add_people
from engine.loading.library import Library
from engine.procedure.field import Step
from engine.procedure.occurrence import occurrences
from engine.procedure.plan import Plan
from engine.procedure.step import Read
from engine.publishing import revisions
from engine.receipts import Receipt
from engine.run import commands as c
from engine.run.events import Listed
from engine.run.refusal import Refusal
from engine.run.standing import Run
from engine.run.state import State
from engine.run.ticking import next_at
from engine.service import Engine

PROCEDURES = ("pool/prep", "pool/water_test", "gym/opening", "meeting/setup", "complaint/intake")
LAST = date(2026, 11, 20)  # the last of the days, so that the same arguments give the same ledger on any day
SOPS = Path(__file__).resolve().parents[1] / "sops"
_HOURS = (time(8), time(20))


class HandClock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.time = now

    def now(self) -> datetime:
        """The time it was set to."""
        return self.time


class NothingOpen:
    """A site at which nothing is open when somebody looks."""

    def listed(self, step: Read, here: State) -> tuple[Listed, ...]:  # noqa: ARG002
        """Nothing."""
        return ()


class SeededEngine(Engine):
    """The engine; only what is open at the site is not looked up, as the lists lag behind."""

    def stock(self, language: str = "zh") -> NothingOpen:  # type: ignore[override]  # noqa: ARG002
        """Nothing is open."""
        return NothingOpen()


@dataclass
class Club:
    """Where the runs happen: an engine, a clock, who has which role, and the work under way in the order of its next act."""

    engine: SeededEngine
    clock: HandClock
    log: BulkLog
    random: Random
    camera: Camera
    actors: dict[tuple[str, str], c.Actor] = field(default_factory=dict)
    _queue: list[tuple[datetime, int, "Shift | None", Iterator[None]]] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=count)

    def whoever(self, role: str) -> str:
        """Somebody who holds a role, the same for a while only."""
        site = self.engine.site
        found = [one.id for one in PEOPLE if role in site.all_roles(one.roles)]
        return self.random.choice(found) if found else role

    def actor(self, role: str, person: str) -> c.Actor:
        """A person who acts in a role, with everything that comes with it."""
        if (role, person) not in self.actors:
            site = self.engine.site
            roles = site.all_roles((role,))
            may = frozenset(permission for name in roles for permission in site.roles[name].may)
            name = next((one.name for one in PEOPLE if one.id == person), person)
            self.actors[role, person] = c.Actor(person, name, roles, may, "tablet-1")
        return self.actors[role, person]

    def begin(self, procedure: str, at: datetime) -> str:
        """Start a run now, and put what is to be done in it in the queue."""
        plan = self.engine.plan(procedure)
        assert plan is not None, f"{procedure} is not published"
        shift = Shift(self, plan, at)
        work = Work(shift, self.random, lambda name: self.begin(name, shift.now) if self.engine.plan(name) else "elsewhere")
        shift.start(procedure, work)
        self.enqueue(shift, work.go())
        return shift.id

    def enqueue(self, shift: "Shift", acts: Iterator[None]) -> None:
        """Look for the next act of a run; put it in the queue if there is one."""
        if next(acts, shift) is None:
            heapq.heappush(self._queue, (shift.now, next(self._numbers), shift, acts))

    def work(self, until: datetime | None = None) -> None:
        """Let everybody work, act by act in the order of time, up to a moment or until nothing is left to do."""
        while self._queue and (until is None or self._queue[0][0] < until):
            at, _, shift, acts = heapq.heappop(self._queue)
            assert shift is not None
            self.clock.time = max(at, self.clock.time)
            shift.catch_up()
            self.enqueue(shift, acts)


class Shift:
    """A run and its own time, which is the clock's whenever somebody acts."""

    def __init__(self, club: Club, plan: Plan, now: datetime) -> None:
        self.club, self.plan, self.now = club, plan, now
        self.id = ""
        self.people: dict[str, str] = {}

    @property
    def run(self) -> Run:
        """The run as it stands."""
        return self.club.engine.run(self.id, is_fresh=False)

    def start(self, procedure: str, work: Work) -> None:
        """Start the run."""
        plan = self.plan
        inputs = {one.id: work.typed(one) for one in plan.procedure.inputs}
        actor, run = self.actor(plan.procedure.done_by[0]), self.club.log.drawn()[:16]
        self.club.clock.time = max(self.now, self.club.clock.time)
        act = c.StartRun(procedure, "", plan.procedure.place, inputs)
        outcome = self.club.engine.start(c.Command(self.club.log.drawn(), run, actor, self.now, act))
        assert isinstance(outcome, Receipt), (procedure, outcome)
        self.id = outcome.run

    def actor(self, role: str, person: str = "") -> c.Actor:
        """Whoever does this role's work in this run; `role_2` is a colleague."""
        if person not in self.people:
            taken = set(self.people.values())
            found = [self.club.whoever(role) for _ in range(6)]
            self.people[person] = next((one for one in found if not person.endswith("_2") or one not in taken), f"{role}_2")
        return self.club.actor(role, self.people[person])

    def colleague(self, field_: Step) -> str:
        """Somebody to name in a field."""
        return self.club.whoever(getattr(field_, "role", None) or self.plan.procedure.done_by[0])

    def give(self, act: c.Act, actor: c.Actor) -> Refusal | None:
        """Give one command."""
        act = self.club.camera.pictured(act)
        outcome = self.club.engine.give(c.Command(self.club.log.drawn(), self.id, actor, self.now, act))
        return outcome if isinstance(outcome, Refusal) else None

    def pass_time(self, length: timedelta) -> None:
        """Wait; others go on meanwhile."""
        self.now += length

    def catch_up(self) -> None:
        """Record what time has done to the run by now, as the clock's pass does."""
        self.now = max(self.now, self.club.clock.time)
        due = next_at(self.run)
        if due is not None and due <= self.now:
            self.club.engine.pass_time(self.id)


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: how many runs and events."""

    runs: int
    events: int


def seed(
    engine: Engine, photos: Path, clock: HandClock, runs: int, procedures: Sequence[str], seed_: int, days: int
) -> Made:  # fmt: skip
    """Add `runs` past runs to a ledger, in equal shares of `procedures`, which must be published or lie in the shipped folder.

    `photos`: the folder in which what is photographed in them is kept.
    """
    before = engine.ledger.log.head().size
    random = Random(f"{seed_} after {before}")  # so that more runs may be added to a ledger under the same seed
    log = BulkLog(engine.ledger, random)
    seeded = SeededEngine(replace(engine.ledger, log=log), clock, engine.pins.binding)
    club = Club(seeded, clock, log, random, Camera(photos))
    _publish(seeded, log, procedures)
    starts = sorted(_starts(club, runs, procedures, days))
    for at, procedure in starts:
        club.work(at)
        club.begin(procedure, at)
    club.work()
    log.flush()
    made = Made(runs, log.head().size - before)
    log.close()
    return made


def _publish(engine: SeededEngine, log: BulkLog, procedures: Sequence[str]) -> None:
    """The shipped procedures, where something of them is not published yet."""
    if set(procedures) - engine.directory.catch_up().published.keys():
        library = Library.load(SOPS)
        engine.publish(list(revisions(library, engine.clock.now().date())), "seeding", "first")
        log.flush()


def _starts(club: Club, runs: int, procedures: Sequence[str], days: int) -> Iterator[tuple[datetime, str]]:
    """When the runs begin: around the times their schedules ask for, some of them late; else by day."""
    for number in range(runs):
        procedure = procedures[number % len(procedures)]
        day = LAST - timedelta(days=club.random.randrange(days))
        yield _at(club, procedure, day), procedure


def _at(club: Club, procedure: str, day: date) -> datetime:
    plan, random = club.engine.plan(procedure), club.random
    assert plan is not None
    midnight = datetime.combine(day, time(), plan.site.zone)
    asked = occurrences(plan.procedure.schedule, plan.site, midnight, midnight + timedelta(days=1))
    if asked:
        late = random.uniform(30, 100) if random.random() < 0.12 else 0.0
        return random.choice(asked).starts_at + timedelta(minutes=random.gauss(0, 6) + late)
    hour = random.uniform(_HOURS[0].hour, _HOURS[1].hour)
    return (midnight + timedelta(hours=hour)).astimezone(UTC)


def make(data: Path, runs: int, seed_: int, procedures: Sequence[str] = PROCEDURES, days: int = 90) -> Made:
    """A data folder with past runs; people of the demonstration, who can sign on, are added to it where they are missing."""
    clock = HandClock(datetime.combine(LAST - timedelta(days=days), time(), UTC))
    product = build(Settings(data=data), clock)
    try:
        if not product.engine.directory.catch_up().published:
            _settle(product.engine, seed_)
        return seed(product.engine, data / "photos", clock, runs, procedures, seed_, days)
    finally:
        product.engine.ledger.close()


def _settle(engine: Engine, seed_: int) -> None:
    """The shipped procedures and the people, with ids from the seed."""
    log = BulkLog(engine.ledger, Random(f"people {seed_}"))
    settled = SeededEngine(replace(engine.ledger, log=log), engine.clock, engine.pins.binding)
    settled.publish(list(revisions(Library.load(SOPS), engine.clock.now().date())), "seeding", "first")
    log.flush()  # the site and its roles are read from the database
    add_people(settled)
    log.flush()
    log.close()


def main() -> None:
    """Make past runs and tell how many events that were."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--procedure", action="append", help=f"may be given more than once; {', '.join(PROCEDURES)} if not given")
    given = parser.parse_args()
    began = perf_counter()
    made = make(given.data, given.runs, given.seed, given.procedure or PROCEDURES, given.days)
    print(f"{made.runs} runs, {made.events:,} events in {perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
