"""Runs found by an answer that names somebody: chosen, or as the name is typed, on both databases."""

from collections.abc import Iterator
from typing import Any

import pytest

from engine.api.asked import RunsAsked, asked
from engine.api.refused import Refused
from engine.ledger.rebuild import rebuild
from engine.procedure.procedure import Procedure
from engine.review import find_elsewhere
from engine.review.find import Finder
from engine.review.renamed import Renamed
from engine.review.search import Given, Search
from engine.revisions import revision_of
from engine.run import commands as c
from engine.run.site_events import PersonAdded, PersonChanged, ProcedureRenamed
from tests.service.world import World, site

ROSTER: dict[str, Any] = {
    "format": 1, "title": "交班", "place": "pool", "done_by": ["guard"],
    "steps": [
        {"form": "谁", "id": "who_form", "fields": [{"person": "谁看池", "id": "who"}, {"note": "说明", "id": "said", "required": False}]},
        {"register": "请假", "id": "leave", "book": "leave", "fields": [{"person": "谁", "id": "leave_who"}], "at_least": 0},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def world(database: str) -> Iterator[World]:
    made = World.open(database).settle()
    people = (("chen_h", "陈海"), ("chen_x", "陈小Ｄ"), ("Wang", "王 Ann"), ("li%", "李"))
    made.engine.note_all([PersonAdded(id_, name, ("guard",)) for id_, name in people], "boss")
    made.engine.publish([revision_of("roster", Procedure.model_validate(ROSTER), site(), "# roster")], "boss")
    yield made
    made.ledger.close()


def named(world: World, person: str, **more: str) -> str:
    run = world.start("roster")
    world.give(run, c.AnswerStep("who_form", fields={"who": person} | more))
    return run


def found(world: World, *values: Given, renamed: Renamed | None = None) -> set[str]:
    finder = Finder(world.ledger, renamed or world.engine.renamed)
    search = Search(values=values)
    every = {one.row.run for one in finder.every(search)}
    assert finder.count(search).number == len(every)
    return every


@pytest.mark.parametrize("is_common", [False, True])
def test_by_whom_is_chosen_and_by_the_name_as_it_is_typed(world: World, is_common: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find_elsewhere, "FEW", 0 if is_common else 4000)
    runs = {person: named(world, person, said="chen_h") for person in ("chen_h", "chen_x", "Wang", "li%")}
    for people, typed, wanted in (
        (("chen_h",), "", {"chen_h"}), (("Wang",), "", {"Wang"}), (("li%",), "", {"li%"}), (("nobody",), "", set()),
        ((), "陈", {"chen_h", "chen_x"}), ((), "小d", {"chen_x"}), ((), " ANN", {"Wang"}), ((), "chen_h", {"chen_h"}),
        ((), "%", set()), ((), "吴", set()),
    ):  # fmt: skip
        among = found(world, Given("roster", "who", people=people, name=typed)) & set(runs.values())
        assert among == {runs[one] for one in wanted}, (people, typed)


def test_whoever_left_and_whoever_stands_in_a_row_are_found(world: World) -> None:
    run = world.start("roster")
    world.give(run, c.AddRow("leave", {"leave_who": "chen_x"}))
    world.engine.note(PersonChanged("chen_x", "陈小Ｄ", ("guard",), "zh", False), "boss")
    for _ in range(2):
        assert run in found(world, Given("roster", "leave_who", name="小"))
        assert run in found(world, Given("roster", "leave_who", people=("chen_x",)))
        assert run not in found(world, Given("roster", "who", people=("chen_x",)))
        rebuild(world.ledger, world.engine.plan_of)
    world.give(run, c.AmendStep("leave", "不是他", fields={"leave_who": "Wang"}, row=1))
    assert run not in found(world, Given("roster", "leave_who", people=("chen_x",)))
    assert run in found(world, Given("roster", "leave_who", people=("Wang",)))


def test_under_every_name_of_the_procedure(world: World) -> None:
    run = named(world, "chen_h")
    world.engine.publish([revision_of("rota", Procedure.model_validate(ROSTER), site(), "# rota")], "boss")
    world.engine.note(ProcedureRenamed("roster", "rota", "改名"), "boss")
    assert run in found(world, Given("rota", "who", name="陈海"))


def test_the_api_asks_the_same(world: World) -> None:
    def wanted(**args: str) -> tuple[Any, ...]:
        given = {name: [value] for name, value in ({"procedure": "roster"} | args).items() if value}
        return asked(RunsAsked, given, {}).search(world.engine.site).values

    assert wanted(what="p:who:chen_h") == (Given("roster", "who", people=("chen_h",)),)
    assert wanted(what="n:who", fig=" 陈 ") == (Given("roster", "who", name="陈"),)
    assert wanted(what="t:said", fig="停电") == (Given("roster", "said", words="停电"),)
    for refused in (
        {"what": "p:who"},
        {"what": "n:who"},
        {"what": "t:said", "fig": " "},
        {"what": "n:who", "fig": "陈", "procedure": ""},
    ):
        with pytest.raises(Refused):
            wanted(**refused)
