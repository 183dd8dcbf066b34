"""What lies unreviewed is told once: by one of many servers, after a change took an approval back, after time without any."""

import pytest

from engine.ledger.codec import decode
from engine.ledger.rebuild import rebuild
from engine.run import commands as c
from engine.run.site_events import RunUnreviewed
from engine.service import UnknownRun
from engine.unreviewed import STREAM
from engine.watch import Watch

from .reviewed import APPROVE, DAY, finished, tells, told, world
from .world import MIN, MORNING, World, together

__all__ = ["world"]


def test_what_lies_unreviewed_is_told_once_with_the_time_it_should_have_been(world: World) -> None:
    tells(world)
    watch, run = Watch(world.engine), finished(world)
    late = finished(world)
    world.give(late, APPROVE, "reviewer")
    watch.look()
    world.wait(3 * DAY - MIN)
    watch.look()
    assert told(world) == []
    for _ in range(5):
        world.wait(MIN)
        watch.look()
    assert told(world) == [(run, MORNING + 3 * DAY, "lead")]
    world.wait(9 * DAY)
    Watch(world.beside().engine).look()
    assert len(told(world)) == 1
    (recorded,) = world.ledger.log.stream(STREAM)
    assert decode(recorded.kind, recorded.format, recorded.body) == RunUnreviewed(
        run, "list", "pool", "", MORNING + 3 * DAY, ("lead",)
    )
    assert recorded.occurred_at == MORNING + 3 * DAY
    with pytest.raises(UnknownRun):
        world.engine.run(STREAM)  # a stream of the site, whatever is asked for in an address
    assert world.engine.differing_lists() == ()
    before = told(world)
    rebuild(world.ledger, world.engine.plan_of)
    assert told(world) == before


def test_nothing_is_told_where_the_site_does_not_ask(world: World) -> None:
    finished(world)
    world.wait(99 * DAY)
    Watch(world.engine).look()
    assert told(world) == []
    tells(world)
    Watch(world.engine).look()
    assert told(world) == []  # what lay there before it was asked for is in the queue


def test_what_passed_while_no_server_ran_is_told_when_one_does(world: World) -> None:
    tells(world)
    Watch(world.engine).look()
    run = finished(world)
    world.wait(30 * DAY)
    Watch(world.engine).look()
    assert told(world) == [(run, MORNING + 3 * DAY, "lead")]


def test_many_servers_tell_once(world: World) -> None:
    tells(world)
    Watch(world.engine).look()
    runs = sorted(finished(world) for _ in range(12))
    world.wait(4 * DAY)
    servers = [world.beside() for _ in range(3)]
    together(3, lambda n: Watch(servers[n].engine).catch_up())
    assert sorted(run for run, _, _ in told(world)) == runs
    assert len(world.ledger.log.stream(STREAM)) == 12
    for one in servers:
        one.ledger.close()


def test_an_approval_taken_back_by_a_change_is_told_when_it_lies(world: World) -> None:
    tells(world)
    watch, run = Watch(world.engine), finished(world, is_done=False)
    watch.look()
    world.give(run, APPROVE, "reviewer")
    world.wait(20 * DAY)
    watch.look()
    (left,) = world.engine.run(run).state.open_deviations()
    world.give(run, c.ActOn(left.id, "补看"))
    world.wait(2 * DAY)
    watch.look()
    assert told(world) == []
    world.wait(DAY)
    watch.look()
    assert told(world) == [(run, MORNING + 23 * DAY, "lead")]


def test_each_wait_for_a_review_is_told_once(world: World) -> None:
    tells(world)
    watch, run = Watch(world.engine), finished(world, is_done=False)
    other = finished(world)
    watch.look()
    world.wait(5 * DAY)
    watch.look()
    first = [(one, MORNING + 3 * DAY, "lead") for one in sorted((run, other))]
    assert told(world) == first
    for one in (run, other):
        world.give(one, APPROVE, "reviewer")
    world.wait(DAY)
    (left,) = world.engine.run(run).state.open_deviations()
    world.give(run, c.ActOn(left.id, "补看"))
    again = (run, MORNING + 9 * DAY, "lead")
    for _ in range(12):
        world.wait(DAY)
        for engine in (world.engine, world.beside().engine):
            Watch(engine).look()
    assert told(world) == [*first, again]
    world.give(run, c.ActOn(left.id, "再看"))  # the same wait, with one change more
    world.wait(5 * DAY)
    watch.look()
    assert told(world) == [*first, again]
    world.give(run, APPROVE, "reviewer")
    world.wait(DAY)
    world.give(run, c.ActOn(left.id, "又看"))
    world.wait(3 * DAY)
    watch.look()
    third = (run, MORNING + 27 * DAY, "lead")
    assert told(world) == [*first, again, third]
    assert world.engine.differing_lists() == ()
    rebuild(world.ledger, world.engine.plan_of)
    assert told(world) == [*first, again, third]
    world.wait(5 * DAY)
    Watch(world.beside().engine).look()
    assert len(told(world)) == 4


def test_a_wait_told_by_the_version_before_is_not_told_again(world: World) -> None:
    tells(world)
    watch, run = Watch(world.engine), finished(world, is_done=False)
    watch.look()
    world.give(run, APPROVE, "reviewer")
    world.wait(DAY)
    (left,) = world.engine.run(run).state.open_deviations()
    world.give(run, c.ActOn(left.id, "补看"))
    world.wait(4 * DAY)
    world.engine.note(RunUnreviewed(run, "list", "pool", "", MORNING + 4 * DAY, ("lead",)), "")  # it told each run once
    watch.look()
    assert told(world) == [(run, MORNING + 4 * DAY, "lead")]


def test_an_approval_in_time_that_falls_is_waited_for_from_then(world: World) -> None:
    tells(world)
    watch, run = Watch(world.engine), finished(world, is_done=False)
    watch.look()
    world.wait(DAY)
    world.give(run, APPROVE, "reviewer")
    world.wait(DAY)
    (left,) = world.engine.run(run).state.open_deviations()
    world.give(run, c.ActOn(left.id, "补看"))
    world.wait(DAY + MIN)
    watch.look()
    assert told(world) == []  # three days after it was over, but one since it changed
    world.wait(2 * DAY)
    watch.look()
    assert told(world) == [(run, MORNING + 5 * DAY, "lead")]


def test_a_shorter_time_tells_what_it_overtakes(world: World) -> None:
    tells(world)
    watch, run = Watch(world.engine), finished(world)
    watch.look()
    world.wait(2 * DAY)
    watch.look()
    tells(world, "1 day")
    world.wait(MIN)
    watch.look()
    assert [one for one, _, _ in told(world)] == [run]
