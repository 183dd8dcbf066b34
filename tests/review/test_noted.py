"""What is only noted (late, out of order, a round missed) is called so in every list, and never open: on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.api.asked import DeviationsAsked, RunAsked, RunsAsked
from engine.api.lists import deviations
from engine.api.runs import run as summary
from engine.api.runs import runs
from engine.api.source import Source
from engine.exports.asked import Asked
from engine.exports.columns import Coded
from engine.heads import Heads
from engine.ledger import tables
from engine.review.find import Finder
from engine.review.queries import Queries
from engine.review.search import Search, Wrong
from engine.run import commands as c
from tests.service.world import MIN, World

from .exporting import named


@pytest.fixture(scope="module")
def world(database: str) -> Iterator[World]:
    found = World.open(database).settle()
    yield found
    found.ledger.close()


@pytest.fixture(scope="module")
def late(world: World) -> tuple[str, str]:
    """Two runs in which a step was late and nothing else is wrong: one under way, one over."""
    found = world.start("gate"), world.start("gate")
    world.wait(31 * MIN)
    for run in found:
        world.give(run, c.AnswerStep("a", "done"))
    world.give(found[1], c.AnswerStep("cl", "0.5"))
    world.give(found[1], c.Complete())
    return found


@pytest.fixture(scope="module")
def low(world: World, late: tuple[str, str]) -> str:
    """A run in which a reading is too low, and a step late."""
    run = world.start("gate")
    world.wait(31 * MIN)
    world.give(run, c.AnswerStep("a", "done"))
    world.give(run, c.AnswerStep("cl", "0.3"))
    return run


def found(world: World, wrong: Wrong) -> set[str]:
    finder, search = Finder(world.ledger), Search(wrong=wrong)
    runs = {one.row.run for one in finder.page(search)}
    assert finder.count(search).number == len(runs)
    return runs


def test_the_filter_tells_it_from_what_is_open(world: World, late: tuple[str, str], low: str) -> None:
    assert found(world, "open") == {low}
    assert found(world, "noted") == found(world, "late") == {*late, low}


def test_the_marks_of_what_is_over_say_the_same(world: World, late: tuple[str, str]) -> None:
    for wrong, is_there in (("noted", True), ("open", False)):
        over = Search(procedure="gate", state="completed", wrong=wrong)  # type: ignore[arg-type]
        assert [one.row.run for one in Finder(world.ledger).page(over)] == ([late[1]] if is_there else [])
        assert Finder(world.ledger).count(over).number == is_there


def test_what_still_wants_something_is_told_without_it(world: World, late: tuple[str, str], low: str) -> None:
    assert [(one.run, one.cause) for one in Queries(world.ledger).open_deviations()] == [(low, "out_of_limits")]
    rows = Queries(world.ledger).rows((*late, low))
    assert {run: row.open_deviations for run, row in rows.items()} == {late[0]: 0, late[1]: 0, low: 1}


def test_an_export_calls_it_so(world: World, low: str) -> None:
    states = {(one["run"], str(one["cause"])): one["state"] for one in named(world, Asked("deviations"))}
    assert set(states.values()) == {Coded("noted", "只作记录"), Coded("open", "未处置")}
    assert [run for (run, _), state in states.items() if state == Coded("open", "未处置")] == [low]
    counts = {one["run"]: (one["deviations"], one["open_deviations"]) for one in named(world, Asked("runs"))}
    assert (counts[low], {*counts.values()}) == ((2, 1), {(2, 1), (1, 0)})


def test_the_api_calls_it_so(world: World, late: tuple[str, str], low: str, tmp_path: Path) -> None:
    source = Source(world.engine, Heads(world.engine, tmp_path))
    assert {one.run: one.open_deviations for one in runs(source, RunsAsked()).items} == {late[0]: 0, late[1]: 0, low: 1}
    assert {one.run for one in runs(source, RunsAsked(wrong="noted")).items} == {*late, low}
    assert {one.run for one in deviations(source, DeviationsAsked(state="noted")).items} == {*late, low}
    assert [one.state for one in summary(source, RunAsked(run=late[0])).deviations] == ["noted"]


def test_one_that_is_accepted_is_accepted(world: World) -> None:
    run = world.start("gate")
    world.wait(31 * MIN)
    world.give(run, c.AnswerStep("a", "done"))
    (raised,) = world.engine.run(run).state.deviations
    world.give(run, c.AcceptDeviation(raised, "交通管制"), "lead")
    with world.ledger.engine.connect() as connection:
        query = select(tables.deviations.c.state).where(tables.deviations.c.run == run)
        assert connection.execute(query).scalar_one() == "accepted"
    assert world.engine.differing_lists() == ()
