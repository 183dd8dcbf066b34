"""The clock's pass: what time does is recorded once, with its own time, whoever looks, and at no cost when nothing is due."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from engine.ledger import tables
from engine.ledger.rebuild import rebuild
from engine.run import commands as c
from engine.run.site_events import ScheduledRunAssigned, ScheduledRunDue, ScheduledRunMissed, ScheduledRunOverdue
from engine.watch import Pass, Watch

from .on_each import world
from .world import MIN, MORNING, World, revision, together

__all__ = ["world"]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DAILY: dict[str, Any] = {"every": "day", "at": "10:00", "finish_by": "11:00", "missed_after": "12:00", "notify": ["lead"]}
TEN = MORNING + 2 * HOUR


def daily(world: World, **line: Any) -> World:
    world.engine.publish([revision("list", schedule=[DAILY | line])], "boss")
    return world


def told(world: World) -> list[tuple[str, Any, str, str]]:
    """Every notice: kind, when it happened, to whom, to which person."""
    table = tables.notices
    with world.ledger.engine.connect() as connection:
        rows = connection.execute(select(table).order_by(table.c.at, table.c.notice)).all()
    return [(row.kind, row.at, row.roles, row.person) for row in rows]


def test_a_time_of_a_schedule_falls_due_is_overdue_and_missed_each_once(world: World) -> None:
    daily(world)
    watch = Watch(world.engine)
    assert watch.look() == Pass(0, 0)
    for _ in range(5 * 60):
        world.wait(MIN)
        watch.look()
    assert told(world) == [
        ("due", TEN, "guard", ""),
        ("unbegun", TEN + HOUR, "lead,guard", ""),
        ("missed", TEN + 2 * HOUR, "lead,guard", ""),
    ]
    assert world.engine.differing_lists() == ()


def test_a_run_in_time_leaves_nothing_to_tell(world: World) -> None:
    daily(world)
    watch = Watch(world.engine)
    watch.look()
    world.wait(HOUR + 30 * MIN)  # half past nine: early, but it counts
    world.start("list")
    for _ in range(48):
        world.wait(5 * MIN)
        watch.look()
    assert [kind for kind, *_ in told(world)] == ["late"], "begun in time, and not finished by eleven"


def test_what_was_missed_while_no_server_ran_is_recorded_at_the_next_start_with_the_right_time(world: World) -> None:
    daily(world)
    Watch(world.engine).look()
    world.wait(2 * DAY)
    assert Watch(world.beside().engine).look().stages == 6
    assert [(kind, at) for kind, at, *_ in told(world)] == [
        pair
        for day in (0, 1)
        for pair in (("due", TEN + day * DAY), ("unbegun", TEN + HOUR + day * DAY), ("missed", TEN + 2 * HOUR + day * DAY))
    ]
    events = world.ledger.log.stream("schedule list")
    assert [(one.occurred_at, one.recorded_at) for one in events][:1] == [(TEN, MORNING + 2 * DAY)]
    assert {one.kind for one in events} == {"scheduled_run_due", "scheduled_run_overdue", "scheduled_run_missed"}


def test_before_it_was_published_nothing_was_wanted_and_a_new_revision_loses_nothing(world: World) -> None:
    world.wait(3 * HOUR)
    daily(world)
    watch = Watch(world.engine)
    world.wait(2 * HOUR)
    watch.look()
    assert told(world) == []  # "list" itself was published earlier, with no schedule; its first times are those from now on
    world.wait(DAY - 2 * HOUR)
    watch.look()
    daily(world, notify=["engineer"])
    world.wait(2 * HOUR)
    watch.look()
    assert [kind for kind, *_ in told(world)] == ["due", "unbegun", "missed"]


def test_somebody_who_was_assigned_is_told_by_name(world: World) -> None:
    daily(world)
    world.engine.note(ScheduledRunAssigned("list", TEN, "chen"), "boss")
    watch = Watch(world.engine)
    watch.look()
    world.wait(5 * HOUR)
    watch.look()
    assert [(kind, roles, person) for kind, _, roles, person in told(world)] == [
        ("due", "", "chen"), ("unbegun", "lead,guard", "chen"), ("missed", "lead,guard", "chen"),
    ]  # fmt: skip


def test_deadlines_of_runs_are_told_once_by_however_many_servers(world: World) -> None:
    runs = [world.start("whole") for _ in range(5)]
    servers = [world, world.beside(), world.beside()]
    watches = [Watch(one.engine) for one in servers]
    for _ in range(15):
        world.wait(20 * MIN)
        together(3, lambda number: watches[number].look())
    kinds = [(kind, at) for kind, at, *_ in told(world)]
    assert kinds == [("near", MORNING + 2 * HOUR + 15 * MIN)] * 5 + [("overdue", MORNING + 3 * HOUR)] * 5
    for run in runs:
        assert [one.event.__class__.__name__ for one in world.engine.record(run) if not one.by] == ["DueNeared", "DueMissed"]
    assert world.engine.differing_lists() == ()
    for one in servers[1:]:
        one.ledger.close()


def test_schedules_are_told_once_by_however_many_servers(world: World) -> None:
    daily(world)
    servers = [world, world.beside(), world.beside()]
    watches = [Watch(one.engine) for one in servers]
    for _ in range(10):
        world.wait(30 * MIN)
        together(3, lambda number: watches[number].look())
    assert len(told(world)) == 3
    for one in servers[1:]:
        one.ledger.close()


def test_what_is_done_meanwhile_is_no_longer_told(world: World) -> None:
    run = world.start("whole")
    watch = Watch(world.engine)
    watch.look()
    world.give(run, c.AnswerStep("timed", "done"))
    world.wait(DAY)
    assert watch.look() == Pass(0, 0)
    assert told(world) == []


def test_runs_of_before_there_were_timers_get_one(world: World) -> None:
    run = world.start("whole")
    with world.ledger.write() as connection:
        connection.execute(tables.timers.delete())
    watch = Watch(world.beside().engine)
    watch.look()
    assert world.engine.differing_lists() == ()
    world.wait(4 * HOUR)
    assert watch.look().runs == 1
    assert world.engine.record(run)[-1].by == ""


def test_a_rebuild_takes_nothing_back_and_tells_nothing_again(world: World) -> None:
    daily(world)
    world.start("whole")
    watch = Watch(world.engine)
    watch.look()
    world.wait(5 * HOUR)
    watch.look()
    before = told(world)
    rebuild(world.ledger, world.engine.plan_of)
    assert told(world) == before
    assert Watch(world.beside().engine).look() == Pass(0, 0)
    assert told(world) == before


def test_a_critical_reading_tells_those_who_may_accept_where_nobody_is_named(world: World) -> None:
    run = world.start("whole")
    world.give(run, c.AnswerStep("cl", "0.1"))
    assert told(world) == [("critical", MORNING, "lead", "")]


def test_handing_over_and_asking_for_time_tell_whoever_must_answer(world: World) -> None:
    run = world.start("whole")
    world.give(run, c.Hand("hand", "泵响"))
    world.give(run, c.AskExtension("timed", MORNING + 6 * HOUR, "忙"))
    world.give(run, c.Extend("timed", MORNING + 6 * HOUR, "同意"), "lead")
    assert [(kind, roles) for kind, _, roles, _ in sorted(told(world))] == [
        ("asked", "lead"),
        ("granted", "guard"),
        ("handed", "engineer"),
    ]


def test_every_stage_has_its_event(world: World) -> None:
    daily(world)
    watch = Watch(world.engine)
    watch.look()
    world.wait(5 * HOUR)
    watch.look()
    from engine.ledger.codec import decode

    events = [decode(one.kind, one.format, one.body) for one in world.ledger.log.stream("schedule list")]
    assert events == [
        ScheduledRunDue("list", "pool", TEN, ("guard",), TEN + HOUR),
        ScheduledRunOverdue("list", "pool", TEN, TEN + HOUR, ("guard",), ("lead",)),
        ScheduledRunMissed("list", "pool", TEN, TEN + 2 * HOUR, ("guard",), ("lead",)),
    ]
