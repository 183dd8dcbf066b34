"""Every shipped procedure is driven to its end by generated walks, in memory many times, and on a real engine with a real ledger."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random

import pytest

from engine.ledger.chain import Verified
from engine.ledger.store import open_ledger
from engine.procedure.plan import Plan
from engine.publishing import revisions
from engine.receipts import Receipt
from engine.run import commands as c
from engine.run.plainest import plain_answer
from engine.run.refusal import Refusal
from engine.run.rehearsal import Rehearsal
from engine.run.site_events import PersonAdded
from engine.run.standing import Run
from engine.service import Engine

from .playing import NINE, library, plan_of
from .walking import Walk

NAMES = sorted(library().procedures)
WALKS = 6  # of each procedure, in memory


def walked(name: str, seed: int) -> Walk:
    """A walk through a run in memory, started at another hour of the week for each seed."""
    plan = plan_of(name)
    stage = Rehearsal(plan, NINE + timedelta(hours=7 * seed))
    inputs = {field.id: plain_answer(field, stage) for field in plan.procedure.inputs}
    assert stage.start(stage.actor(plan.procedure.done_by[0]), plan.procedure.place, inputs) is None
    walk = Walk(stage, Random(f"{name} {seed}"))
    walk.drive()
    return walk


@pytest.mark.parametrize("name", NAMES)
def test_walks_in_memory(name: str) -> None:
    for seed in range(WALKS):
        walked(name, seed)


def test_the_walks_err_and_put_right() -> None:
    """A walk that only ticked would prove little: of the pool's, some measure wrongly, act, measure again, accept, mark, amend."""
    done: set[str] = set()
    for seed in range(WALKS):
        for name in ("pool/prep", "complaint/intake"):
            done |= {act.split()[0] for act in walked(name, seed).acts}
    wanted = {"ActOn", "Remeasure", "AcceptDeviation", "MarkStep", "AmendStep", "AddRow", "Hand", "Receive", "Sign", "End"}
    assert not wanted - done


class HandClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.time = NINE

    def now(self) -> datetime:
        return self.time


class OnEngine:
    """A run in an engine, with the clock that the walk moves."""

    def __init__(self, engine: Engine, clock: HandClock, ids: "count[int]") -> None:
        self.engine, self.clock, self.ids = engine, clock, ids
        self.id = ""

    def begin(self, name: str) -> str:
        """Start a run; what is walked next."""
        plan = self.engine.plan(name)
        assert plan is not None
        self.plan: Plan = plan
        actor = self.actor(plan.procedure.done_by[0])
        inputs = {field.id: plain_answer(field, self) for field in plan.procedure.inputs}  # type: ignore[arg-type]
        command = c.Command(self._command(), "", actor, self.now, c.StartRun(name, "", plan.procedure.place, inputs))
        outcome = self.engine.start(command)
        assert isinstance(outcome, Receipt), outcome
        self.id = outcome.run
        return self.id

    def _command(self) -> str:
        return f"walk-{next(self.ids)}"

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @property
    def run(self) -> Run:
        return self.engine.run(self.id)

    def actor(self, role: str, person: str = "") -> c.Actor:
        return Rehearsal.actor(self, role, person)  # type: ignore[arg-type]

    def give(self, act: c.Act, actor: c.Actor) -> Refusal | None:
        outcome = self.engine.give(c.Command(self._command(), self.id, actor, self.now, act))
        return outcome if isinstance(outcome, Refusal) else None

    def pass_time(self, length: timedelta) -> None:
        self.clock.time += length
        self.engine.pass_time(self.id)


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, HandClock]]:
    """Everything that is shipped, published into a ledger on disk."""
    clock = HandClock()
    engine = Engine(open_ledger(f"sqlite:///{tmp_path_factory.mktemp('walks') / 'ledger.sqlite3'}"), clock)
    engine.publish(list(revisions(library(), NINE.date())), "test")
    engine.note_all([PersonAdded(role, role, (role,)) for role in (*engine.site.roles, "somebody")], "test")
    yield engine, clock
    engine.ledger.close()


IDS = count()


@pytest.mark.parametrize("name", NAMES)
def test_a_walk_on_the_real_engine(club: tuple[Engine, HandClock], name: str) -> None:
    engine, clock = club
    stage = OnEngine(engine, clock, IDS)
    run = stage.begin(name)
    Walk(stage, Random(name), link=lambda procedure: OnEngine(engine, clock, IDS).begin(procedure)).drive()
    assert engine.run(run).state.status == "completed"


def test_what_was_walked_can_be_verified_and_made_again(club: tuple[Engine, HandClock]) -> None:
    engine, _ = club
    assert isinstance(engine.ledger.verify(), Verified)
    assert engine.differing_lists() == ()


def test_the_library_is_where_it_should_be() -> None:
    assert len(NAMES) >= 8
    assert Path(library().folder).name == "sops"


def test_every_gate_that_is_shipped_is_signed() -> None:
    gates = {name: plan_of(name) for name in NAMES if plan_of(name).procedure.opens}
    assert gates
    assert [name for name, plan in gates.items() if not any(one.step.kind == "sign" for one in plan.steps)] == []
