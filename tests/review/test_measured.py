"""How readings came about: as typed and with the limits then in force, whatever became of them, on both databases."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from engine.ledger import tables
from engine.procedure.amount import parse_reading
from engine.review.measured import Measured, measured
from engine.review.trends.readings import Readings, Wanted
from engine.run import commands as c
from tests.service.world import CHLORINE, MIN, World, actor, revision

from .test_find import lived_in

D = Decimal
DAY = timedelta(days=1)
LIMITS = (D("0.4"), D("0.6"))


@pytest.fixture(scope="module")
def world(database: str) -> Iterator[World]:
    found = lived_in(World.open(database).settle())
    yield found
    found.ledger.close()


def rows(world: World, run: str = "") -> list[Any]:
    table = tables.readings
    query = select(table).order_by(table.c.run, table.c.at, table.c.step, table.c.entry)
    with world.ledger.engine.connect() as connection:
        return list(connection.execute(query.where(table.c.run == run) if run else query).mappings())


def told(world: World, run: str) -> dict[tuple[str, str], Measured]:
    some = rows(world, run)
    return {(row["step"], row["entry"]): one for row, one in zip(some, measured(world.ledger, some), strict=True)}


def test_every_reading_was_typed_as_what_it_is(world: World) -> None:
    some = rows(world)
    assert len(some) > 10
    for row, one in zip(some, measured(world.ledger, some), strict=True):
        assert one.typed is not None, row
        assert parse_reading(one.typed) == D(row["value"])
        assert (one.low, one.high) == (LIMITS if row["step"] == "cl" else (None, None))


def test_as_typed_measured_again_and_corrected(world: World) -> None:
    run = world.start("whole")
    world.give(run, c.AnswerStep("cl", "０．3"))
    raised = next(iter(world.engine.run(run).state.deviations))
    world.give(run, c.ActOn(raised, "补投"))
    world.wait(15 * MIN)
    world.give(run, c.Remeasure(raised, "0.50"))
    first = Measured("０．3", *LIMITS, (raised,))
    assert told(world, run) == {("cl", ""): first, ("cl", raised): Measured("0.50", *LIMITS)}
    world.wait(1 * MIN)
    world.give(run, c.AmendStep("cl", "看错", "0．51"))
    assert told(world, run)["cl", raised] == Measured("0．51", *LIMITS)
    assert told(world, run)["cl", ""] == first


def test_every_deviation_of_a_reading_hangs_on_the_one_that_raised_it(world: World) -> None:
    run = world.start("whole")
    world.give(run, c.AnswerStep("cl", "0.3"))
    (low,) = world.engine.run(run).state.deviations
    world.give(run, c.ActOn(low, "补投"))
    world.wait(15 * MIN)
    world.give(run, c.Remeasure(low, "0.1"))  # worse: it raises one of its own
    world.give(run, c.AmendStep("cl", "看错", "0.15"))  # corrects the re-measure, and is critical too
    first, *others = world.engine.run(run).state.deviations
    assert {entry: one.raised for (_, entry), one in told(world, run).items()} == {"": (low,), low: tuple(others)}
    assert (first, len(others)) == (low, 2)
    world.give(run, c.AmendStep("cl", "没量", withdraw=True))
    assert told(world, run)["cl", low] == Measured(raised=tuple(others))  # taken back, and still what raised them


def test_what_was_taken_back_was_typed_no_more(world: World) -> None:
    run = world.start("gate")
    world.give(run, c.AnswerStep("cl", "0.5"))
    world.wait(1 * MIN)
    world.give(run, c.AmendStep("cl", "没量过", withdraw=True))
    assert told(world, run) == {("cl", ""): Measured()}


def test_rows_by_their_number(world: World) -> None:
    run = world.start("whole")
    for many in ("2", "5"):
        world.give(run, c.AddRow("book", {"who": "李", "many": many}))
    world.give(run, c.AmendStep("book", "写错", fields={"who": "李", "many": " 7 "}, row=1))
    assert {entry: one.typed for (_, entry), one in told(world, run).items()} == {"1": "7", "2": "5"}


def test_limits_are_those_that_were_in_force(world: World) -> None:
    before = world.start("gate")
    wider = CHLORINE | {"limits": {"low": D("0.3")}}
    world.engine.publish([revision("gate", parameters={"chlorine": wider})], "boss")
    after = world.start("gate")
    for run in (before, after):
        world.give(run, c.AnswerStep("cl", "0.5"))
    assert told(world, before)["cl", ""] == Measured("0.5", *LIMITS)
    assert told(world, after)["cl", ""] == Measured("0.5", D("0.3"), None)


def test_of_nothing_nothing(world: World) -> None:
    assert measured(world.ledger, []) == []


def test_corrected_next_month_it_is_still_a_reading_of_its_day(world: World) -> None:
    run, began = world.start("whole"), world.engine.clock.now()
    world.give(run, c.AnswerStep("cl", "0.45"))
    world.wait(40 * DAY)
    world.give(run, c.AmendStep("cl", "看错", "0.46"), actor("guard", "other"))
    (row,) = (one for one in rows(world, run) if one["step"] == "cl")
    assert (row["value"], row["at"], row["by"], row["amended_at"]) == ("0.46", began, "guard", world.engine.clock.now())
    assert told(world, run)["cl", ""] == Measured("0.46", *LIMITS)
    found = Readings(world.ledger).of(Wanted(row["parameter"], began - DAY, began + DAY))
    assert "0.46" in [one.value for one in found if one.run == run]
    assert world.engine.differing_lists() == ()
    world.give(run, c.AmendStep("cl", "误点", withdraw=True))
    world.wait(DAY)
    again = world.engine.clock.now()
    world.give(run, c.AnswerStep("cl", "0.5"))
    (row,) = (one for one in rows(world, run) if one["step"] == "cl")
    assert (row["at"], row["amended_at"]) == (again, None)
    assert world.engine.differing_lists() == ()
