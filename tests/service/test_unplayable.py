"""A run that cannot be played keeps nothing else waiting: the clock, erasures, and whoever takes stock go on."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from engine.playing import Unplayable
from engine.receipts import Receipt
from engine.retention import Retention
from engine.review.personal import Place
from engine.run import commands as c
from engine.run.refusal import Refusal
from engine.service import UnknownRun
from engine.watch import Watch

from .personal import LATER, NAME, erased, everything, kept, manager, passed, visited
from .world import World


def damage(world: World, run: str, what: str = "kind = 'step_zzz' WHERE stream_seq = 2") -> None:
    """Change an event behind the product's back."""
    with world.ledger.write() as connection:
        if connection.dialect.name == "sqlite":
            for name in (
                connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'events'"))
                .scalars()
                .all()
            ):
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("ALTER TABLE events DISABLE TRIGGER USER"))
        connection.execute(text(f"UPDATE events SET {what} AND stream = :run"), {"run": run})
    world.engine.forget()


def test_which_event_it_is(either: World) -> None:
    run = visited(either)
    damage(either, run)
    with pytest.raises(Unplayable) as found:
        either.engine.run(run)
    event = found.value.event
    assert event is not None
    assert (found.value.run, event.stream_seq, event.kind, found.value.what) == (
        run,
        2,
        "step_zzz",
        "UnknownKind: step_zzz format 1",
    )
    with pytest.raises(Unplayable):
        either.engine.record(run)
    with pytest.raises(UnknownRun):
        either.engine.run("none")


def test_erasures_go_on_without_it_and_a_request_says_why_not(either: World) -> None:
    broken, other = visited(either, name="司马相如", phone="13800000001"), visited(either)
    passed(either)
    damage(either, broken)
    assert erased(either, broken) == Refusal("unplayable")
    either.clock.time += 3 * LATER
    passed(either)
    assert kept(either, other) == []
    assert kept(either, broken), "until it can be read"
    assert NAME.encode() not in everything(either)
    mended = either.beside()
    damage(mended, broken, "kind = 'step_answered' WHERE stream_seq = 2")
    either.engine.forget()
    outcome = Retention(either.engine).request([Place(broken), Place(broken, "book", "1")], "x", manager(), "again")
    assert isinstance(outcome, Receipt)
    assert kept(either, broken) == []
    mended.ledger.close()


def test_the_clock_goes_on_for_the_others(world: World) -> None:
    broken, other = world.start("gate"), world.start("gate")
    world.give(broken, c.AnswerStep("a", "done"))
    damage(world, broken)
    world.wait(timedelta(hours=1))
    Watch(world.engine).catch_up()
    assert len(world.engine.record(other)) > 1
    with pytest.raises(Unplayable):
        world.engine.run(broken)
