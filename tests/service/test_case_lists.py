"""Lists of cases and of notices say what a plain look at every row would say, on both databases."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from engine.ledger import tables
from engine.review.cases import CaseRow, Cases
from engine.review.queries import Queries
from engine.review.told import Told
from engine.run import commands as c

from .on_each import world
from .world import MIN, MORNING, World, revision

__all__ = ["world"]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ROLES = ("desk", "lead", "team_lead", "lead2")  # each a part of another's name


def some_runs(dice: random.Random, count: int) -> list[dict[str, Any]]:
    """Rows of runs in any state, with and without a deadline. No two began, or are due, at the same moment."""
    moments = dice.sample(range(10_000), count)
    return [
        {
            "run": f"r{number}", "number": None, "procedure": dice.choice(["a", "b", "list"]), "revision": "", "place": "pool",
            "title_zh": "投诉", "state": dice.choice(["running", "running", "held", "completed"]),
            "started_at": MORNING - moments[number] * MIN, "started_by": "x", "finished_at": None,
            "holder": ",".join(dice.sample(ROLES, dice.randint(0, 2))), "open_deviations": 0,
        "deviations": 0, "amendments": 0, "risk": 0, "is_late": False, "review": "", "reviewed_at": None, "reviewed_by": None,
        "scheduled_for": None, "unasked": "", "settled": 0, "total": 1,
            "version": 1, "updated_at": MORNING,
        }
        for number in range(count)
    ]  # fmt: skip


def kept(world: World, dice: random.Random, count: int = 120) -> list[CaseRow]:
    """Runs written to the lists; those that are open and of procedures a and b, as they must be found."""
    runs = some_runs(dice, count)
    moments = dice.sample(range(-5000, 5000), count)
    due = {run["run"]: MORNING + at * MIN for run, at in zip(runs, moments, strict=True) if dice.random() < 0.7}
    closed = {run["run"] for run in runs if run["state"] == "completed"}
    timers = [
        {"run": run["run"], "fires_at": None, "due_at": None if run["run"] in closed else due.get(run["run"])} for run in runs
    ]
    with world.ledger.write() as connection:
        connection.execute(insert(tables.runs), runs)
        connection.execute(insert(tables.timers), timers)
    rows = Queries(world.ledger).rows([run["run"] for run in runs])
    found = [CaseRow(row, due.get(name)) for name, row in rows.items() if name not in closed]
    return [one for one in found if one.run.procedure in ("a", "b")]


def names(found: list[CaseRow]) -> list[str]:
    return [one.run.run for one in found]


@pytest.mark.parametrize("seed", range(4))
def test_cases_are_listed_as_a_look_at_each_would(world: World, seed: int) -> None:
    dice = random.Random(seed)
    every, cases = kept(world, dice), Cases(world.ledger, ("a", "b"))
    late = sorted((one for one in every if one.is_overdue(MORNING)), key=lambda one: one.due_at or MORNING)
    rest = sorted((one for one in every if not one.is_overdue(MORNING)), key=lambda one: one.run.started_at, reverse=True)
    assert cases.count() == len(every)
    assert cases.count_overdue(MORNING) == len(late)
    assert names(cases.overdue(MORNING, 200)) == names(late)
    assert names(cases.overdue(MORNING, 5)) == names(late)[:5]
    assert names(cases.newest(MORNING, 200)) == names(rest)
    assert names(cases.newest(MORNING, 7)) == names(rest)[:7]


@pytest.mark.parametrize("roles", [("lead",), ("desk", "team_lead"), (), ("nobody",)])
def test_the_nearest_are_mine_first(world: World, roles: tuple[str, ...]) -> None:
    every, cases = kept(world, random.Random(7)), Cases(world.ledger, ("a", "b"))
    mine = {one.run.run for one in every if set(one.run.holder.split(",")) & set(roles)}
    found = names(cases.nearest(roles, 200))
    assert set(found) == set(names(every))
    assert set(found[: len(mine)]) == mine
    assert len(cases.nearest(roles, 10)) == 10
    first = [one for one in cases.nearest(roles, 200) if one.run.run in mine and one.due_at]
    assert [one.due_at for one in first] == sorted(one.due_at for one in first if one.due_at)


def test_nobodys_cases_are_none(world: World) -> None:
    kept(world, random.Random(1))
    cases = Cases(world.ledger, ())
    assert (cases.count(), cases.count_overdue(MORNING), cases.overdue(MORNING, 9), cases.newest(MORNING, 9)) == (0, 0, [], [])


def test_checklists_are_listed_apart(world: World) -> None:
    kept(world, random.Random(2))
    found = Queries(world.ledger).open_runs(but=("a", "b"))
    assert {row.procedure for row in found} == {"list"}
    assert len(Queries(world.ledger).open_runs()) > len(found)


def due_at(world: World, run: str) -> datetime | None:
    """The deadline that lists know of a run."""
    table = tables.timers
    with world.ledger.engine.connect() as connection:
        found: datetime | None = connection.execute(table.select().where(table.c.run == run)).one().due_at
    return found


def test_the_list_knows_the_next_deadline_whatever_happens_to_it(world: World) -> None:
    steps = [
        {"check": "先", "id": "first", "due": {"within": "1 hour", "after": "start"}},
        {"check": "后", "id": "second", "due": {"within": "2 hour", "after": "start"}},
        {"check": "再后", "id": "third"},
    ]
    world.engine.publish([revision("case", kind="case", steps=steps)], "boss")
    run = world.start("case")
    assert due_at(world, run) == MORNING + HOUR
    world.wait(90 * MIN)
    world.engine.pass_time(run)
    assert due_at(world, run) == MORNING + HOUR  # it has passed, and is still to be done
    world.give(run, c.Extend("first", MORNING + DAY, "等"), "lead")
    assert due_at(world, run) == MORNING + 2 * HOUR
    world.give(run, c.AnswerStep("second", "done"))
    assert due_at(world, run) == MORNING + DAY
    world.give(run, c.AmendStep("second", "错", withdraw=True))
    assert due_at(world, run) == MORNING + 2 * HOUR
    world.give(run, c.Abandon("试"), "lead")
    assert due_at(world, run) is None
    assert world.engine.differing_lists() == ()


def notice(name: str, at: datetime, **more: Any) -> dict[str, Any]:
    return {
        "notice": name, "kind": "overdue", "at": at, "told_at": at, "roles": "", "person": "", "run": "r", "number": None,
        "procedure": "a", "place": None, "step": None, "due": None, "level": 0, "text": "",
    } | more  # fmt: skip


def test_what_somebody_was_told(world: World) -> None:
    given = [
        notice("old", MORNING - 8 * DAY, roles="lead"),
        notice("mine", MORNING - 2 * MIN, roles="team_lead,lead"),
        notice("other", MORNING - MIN, roles="team_lead,lead2"),
        notice("named", MORNING, person="anna", roles=""),
        notice("start", MORNING + MIN, kind="due", roles="lead"),
        notice("my start", MORNING + 2 * MIN, kind="due", roles="lead", person="anna"),
    ]
    with world.ledger.write() as connection:
        connection.execute(insert(tables.notices), given)
    told, since = Told(world.ledger), MORNING - 7 * DAY

    def seen_by(person: str, *roles: str, limit: int = 9) -> list[str]:
        return [str(row["notice"]) for row in told.newest(person, roles, since, limit)]

    assert seen_by("anna", "lead") == ["my start", "named", "mine"]
    assert seen_by("ben", "lead") == ["mine"]
    assert seen_by("ben", "lead2") == ["other"]
    assert seen_by("ben") == []
    assert seen_by("anna", "lead", limit=2) == ["my start", "named"]
    before = told.put_aside("anna")
    for _ in range(2):
        told.see("anna", "mine")
    assert told.put_aside("anna") == before + 1
    assert seen_by("anna", "lead") == ["my start", "named"]
    assert seen_by("ben", "lead") == ["mine"]
    assert told.for_somebody("mine", "ben", ("lead",)) is True
    assert told.for_somebody("mine", "ben", ("desk",)) is False
    assert told.for_somebody("nothing", "ben", ("lead",)) is None
