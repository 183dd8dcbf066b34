"""Gates: opened by a clean completion, closed by time and by a critical reading, seen by every process."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.ledger import tables
from engine.run import commands as c
from engine.run.refusal import Refusal
from engine.run.site_events import GateClosed, GateOpened

from .world import MIN, MORNING, PROCEDURES, World, revision


def opened(world: World) -> str:
    run = world.start("gate")
    world.give(run, c.AnswerStep("cl", "0.5"))
    world.give(run, c.AnswerStep("a", "done"))
    world.give(run, c.Complete())
    return run


def test_a_clean_completion_opens_the_place_for_its_time(world: World, beside: World) -> None:
    assert "pool" not in world.engine.directory.now().gates
    run = opened(world)
    for engine in (world.engine, beside.engine):
        gate = engine.directory.catch_up().gates["pool"]
        assert (gate.run, gate.procedure, gate.since, gate.until) == (run, "gate", MORNING, MORNING + timedelta(days=1))
        assert gate.is_open(MORNING)
        assert gate.is_open(MORNING + timedelta(days=1, seconds=-1))
        assert not gate.is_open(MORNING + timedelta(days=1))


def test_where_the_gate_asks_for_a_signature_nothing_opens_without_it(world: World) -> None:
    """With the last step done, and everything in order, but not signed: completing is refused, and the place stays closed."""
    made = revision("gate", steps=[*PROCEDURES["gate"]["steps"], {"sign": "签", "id": "signed"}])
    world.engine.publish([made], "boss")
    run = world.start("gate")
    world.give(run, c.AnswerStep("cl", "0.5"))
    world.give(run, c.AnswerStep("a", "done"))
    refused = world.engine.give(world.command(c.Complete(), run))
    assert isinstance(refused, Refusal)
    assert "pool" not in world.engine.directory.now().gates
    world.give(run, c.Sign("signed", verified=True))
    world.give(run, c.Complete())
    assert world.engine.directory.now().gates["pool"].is_open(MORNING)
    assert [one.mark.by for one in world.engine.run(run).state.signatures] == ["guard"]


def test_a_later_look_that_finds_something_wrong_closes_it(world: World) -> None:
    opened(world)
    run = world.start("gate")
    world.give(run, c.AnswerStep("cl", "0.3"))
    gate = world.engine.directory.now().gates["pool"]
    assert (gate.is_open(MORNING), gate.run, gate.reason) == (False, run, "cl")
    assert world.engine.differing_lists() == ()


def test_the_list_says_the_same(world: World) -> None:
    run = opened(world)
    with world.ledger.engine.connect() as connection:
        row = connection.execute(select(tables.gates)).one()
    assert (row.place, row.run, row.is_open, row.until) == ("pool", run, True, MORNING + timedelta(days=1))


@pytest.mark.parametrize("procedure", ["gate", "whole"])
def test_a_critical_reading_at_the_place_closes_it(world: World, procedure: str) -> None:
    opened(world)
    run = world.start(procedure)
    world.give(run, c.AnswerStep("cl", "0.1"))
    gate = world.engine.directory.now().gates["pool"]
    assert not gate.is_open(MORNING)
    assert (gate.run, gate.procedure, gate.reason) == (run, procedure, "cl")
    assert [type(g) for g in _site_events(world)] == [GateOpened, GateClosed]
    with world.ledger.engine.connect() as connection:
        assert connection.execute(select(tables.gates.c.is_open)).scalars().all() == [False]
    assert world.engine.differing_lists() == ()


def test_one_elsewhere_or_out_of_limits_only_does_not(world: World) -> None:
    opened(world)
    world.give(world.start("whole", place="hall"), c.AnswerStep("cl", "0.1"))
    world.give(world.start("whole"), c.AnswerStep("cl", "0.3"))
    assert world.engine.directory.now().gates["pool"].is_open(MORNING)


def test_what_is_closed_already_is_not_closed_again(world: World) -> None:
    opened(world)
    for _ in range(2):
        world.give(world.start("whole"), c.AnswerStep("cl", "0.1"))
    world.wait(timedelta(days=2))
    world.give(world.start("whole"), c.AnswerStep("cl", "0.1"))
    assert len(_site_events(world)) == 2


def test_a_completion_with_something_open_does_not_open(world: World) -> None:
    run = world.start("gate")
    world.give(run, c.AnswerStep("cl", "0.5"))
    world.wait(31 * MIN)
    world.give(run, c.AnswerStep("a", "done"))  # late: does not block, stays open
    world.give(run, c.Complete())
    assert world.engine.directory.now().gates == {}


def test_a_critical_reading_seen_by_another_process_closes_for_all(world: World, beside: World) -> None:
    opened(world)
    beside.give(world.start("whole"), c.AnswerStep("cl", "0.1"))
    assert not world.engine.directory.catch_up().gates["pool"].is_open(MORNING)


def _site_events(world: World) -> list[object]:
    from engine.ledger.codec import decode

    events = [decode(e.kind, e.format, e.body) for e in world.ledger.log.stream("site")]
    return [event for event in events if isinstance(event, GateOpened | GateClosed)]


@pytest.mark.parametrize("at", ["start", "completion"])
def test_a_procedure_that_closes_a_place_does_so_when_it_says(world: World, at: str) -> None:
    world.engine.publish([revision("list", closes={"place": "pool", "at": at})], "boss")
    opened(world)
    run = world.start("list", place="hall")
    assert world.engine.directory.now().gates["pool"].is_open(MORNING) == (at == "completion")
    for step in range(8):
        world.give(run, c.AnswerStep(f"s{step}", "done"))
    world.give(run, c.Complete())
    gate = world.engine.directory.now().gates["pool"]
    assert (gate.is_open(MORNING), gate.run, gate.procedure, gate.reason) == (False, run, "list", "")
    assert [type(g) for g in _site_events(world)] == [GateOpened, GateClosed]
    assert world.engine.differing_lists() == ()


def test_what_is_closed_already_is_not_closed_twice(world: World) -> None:
    world.engine.publish([revision("list", closes={"place": "pool", "at": "start"})], "boss")
    world.start("list")
    assert _site_events(world) == []
