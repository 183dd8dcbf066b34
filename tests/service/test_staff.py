"""Whoever is named in an answer is on the staff, in the role that is asked for, whichever front end asks."""

from typing import Any

import pytest

from engine.receipts import Receipt
from engine.run import commands as c
from engine.run.commands import Act
from engine.run.refusal import Refusal
from engine.run.site_events import PersonAdded, PersonChanged

from .world import World, revision

WHO: dict[str, Any] = {"person": "谁", "role": "lead"}
STEPS: list[dict[str, Any]] = [
    WHO | {"id": "watch"},
    {"rounds": "巡", "id": "rounds", "every": "10 min", "steps": [WHO | {"id": "seen_by"}]},
    {"register": "登记", "id": "book", "book": "visitors", "fields": [WHO | {"id": "met"}, {"note": "名", "id": "name"}]},
    {"form": "表", "id": "form", "fields": [WHO | {"id": "filled_by"}]},
]


@pytest.fixture
def staffed(world: World) -> World:
    """A club where wang leads, zhao led until yesterday, and li does not."""
    world.engine.publish([revision("list", steps=STEPS, inputs=[WHO | {"id": "starter"}])], "boss")
    for person, role in (("wang", "lead"), ("zhao", "lead"), ("li", "guard")):
        world.engine.note(PersonAdded(person, person, (role,)), "boss")
    world.engine.note(PersonChanged("zhao", "zhao", ("lead",), "zh", False), "boss")
    return world


def acts(person: str) -> list[Act]:
    return [
        c.AnswerStep("watch", person),
        c.AnswerStep("form", fields={"filled_by": person}),
        c.RecordRound("rounds", {"seen_by": person}),
        c.AddRow("book", {"met": person, "name": "甲"}),
    ]


@pytest.mark.parametrize("person", ["nobody", "zhao", "li", "wan"])
def test_a_stranger_is_refused_everywhere(staffed: World, person: str) -> None:
    refused = staffed.engine.start(staffed.command(c.StartRun("list", "", "pool", {"starter": person})))
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.facts["option"]) == ("unknown_option", person)
    run = started(staffed)
    staffed.give(run, c.Begin("rounds"))
    for act in acts(person):
        assert staffed.refused(run, act).code == "unknown_option", act


def test_somebody_on_the_staff_is_taken(staffed: World) -> None:
    run = started(staffed)
    staffed.give(run, c.Begin("rounds"))
    for act in acts("wang"):
        staffed.give(run, act)
    assert staffed.refused(run, c.AmendStep("watch", "写错", "li")).code == "unknown_option"


def started(world: World) -> str:
    outcome = world.engine.start(world.command(c.StartRun("list", "", "pool", {"starter": "wang"})))
    assert isinstance(outcome, Receipt), outcome
    return outcome.run
