"""A record told again as a scenario: it parses, plays without a miss, ends in the same state, and names nobody."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.loading.scenario_text import scenario_file
from engine.loading.source import read
from engine.procedure.field import Note, Person, Photo
from engine.procedure.plan import Plan
from engine.procedure.scenario import Scenario, ScenarioFile
from engine.run import commands as c
from engine.run.answer import Answer
from engine.run.events import Happened, RowSettled
from engine.run.plainest import PICTURE, plain_answer
from engine.run.play import Player
from engine.run.rehearsal import Rehearsal
from engine.run.retelling import Retold, retold, scenario_of
from engine.run.retelling.words import discreet
from engine.run.standing import Run
from tests.procedures.test_walks import NAMES, walked

from .building import MIN, NOON, REMEASURE, D, Stage, check, choose, measure, planned
from .rich import ROLES, deviation_acts, rich, step_acts, whole_acts

RICH = rich()
SEEDS = 3


def parsed(scenario: Scenario) -> Scenario:
    """The scenario as it is read from the text that is made of it."""
    source = read(scenario_file([scenario]).encode(), "x.test.yaml")
    assert not source.diagnostics, source.diagnostics
    (found,) = ScenarioFile.model_validate(source.tree).scenarios
    return found


def replayed(plan: Plan, scenario: Scenario) -> Run:
    """The run at the end of the scenario, which must miss nothing."""
    player = Player(plan, scenario)
    assert player.play() == []
    run = player._rehearsal.run
    assert run is not None
    return run


def value(plan: Plan, name: str, answer: Answer | None) -> Any:
    """An answer as it must be again; of what may name somebody, only that there is one."""
    if answer is None or isinstance(plan.fields[name], Note | Person | Photo):
        return answer is not None and len(answer.options)
    return answer.number, answer.options, answer.text, answer.band


def ends(run: Run) -> dict[str, Any]:
    """A run's state, without who and the words of reasons; of several deviations of a step not which is which."""
    plan, state = run.plan, run.state
    fields = {name: {key: value(plan, key, one) for key, one in step.fields.items()} for name, step in state.steps.items()}
    return {
        "whole": (state.status, dict(run.applies), set(run.settled), state.late_since),
        "steps": {
            name: (
                step.outcome, value(plan, name, step.current), fields[name], step.items, step.length, step.amendments,
                [(row.number, row.is_missed, set(row.fields)) for row in step.rows], bool(step.handed), len(step.linked),
                step.extended_to, step.told, bool(step.asked), step.proposed, len(step.listed),
            )
            for name, step in state.steps.items()
        },
        "deviations": sorted((d.step, d.cause, d.event.blocks, len(d.readings), d.is_open) for d in state.deviations.values()),
        "signatures": [(one.step, one.meaning, one.mark.role, one.is_amended) for one in state.signatures],
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_walk_is_told_again(name: str) -> None:
    for seed in range(SEEDS):
        walk = walked(name, seed)
        found = retold(walk.stage.plan, walk.stage.history, {})  # type: ignore[attr-defined]
        assert found.untold == ()
        again = parsed(found.scenario)
        assert again == found.scenario
        assert ends(replayed(walk.stage.plan, again)) == ends(walk.run)
        assert again.then[-1].expect.state in ("completed", "closed")


ACTS = st.one_of(*(step_acts(placed.step) for placed in RICH.steps), whole_acts())
ROLE = st.sampled_from([*ROLES, "guard", "lead"])


@given(st.data())
@settings(max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
def test_any_record_is_told_as_far_as_there_are_words(data: st.DataObject) -> None:
    stage = Rehearsal(RICH, NOON)
    assert stage.start(stage.actor("guard"), "pool") is None
    for _ in range(data.draw(st.integers(5, 40))):
        assert stage.run is not None
        act = data.draw(ACTS if data.draw(st.integers(0, 4)) else deviation_acts(stage.run))
        stage.give(act, stage.actor(data.draw(ROLE)))
        stage.pass_time(MIN * data.draw(st.sampled_from([0, 0, 0, 1, 16, 70])))
    found = retold(RICH, stage.history, {})
    assert parsed(found.scenario) == found.scenario
    run = replayed(RICH, found.scenario)
    assert set(found.untold) <= {one.seq for one in stage.history}
    if not found.untold:
        assert stage.run is not None
        assert ends(run) == ends(stage.run)


def told(stage: Stage) -> Scenario:
    """The scenario of a stage, of which nothing may be untold, checked to end as the stage did."""
    found = retold(stage.run.plan, stage.rehearsal.history, {})
    assert found.untold == ()
    assert ends(replayed(stage.run.plan, found.scenario)) == ends(stage.run)
    return found.scenario


def acts(scenario: Scenario) -> list[str]:
    return [act.name for act in scenario.then]


def test_answers_of_one_moment_are_one_act_and_what_came_of_them_is_expected() -> None:
    stage = Stage.of(measure("chlorine", on_deviation=REMEASURE), choose("c"), check("last", when={"c": "yes"}))
    stage.answer("chlorine", "0.25")
    stage.answer("c", "yes")
    scenario = told(stage)
    assert scenario.answers == {"chlorine": D("0.25"), "c": "yes"}
    assert scenario.expect.model_dump(exclude_unset=True) == {
        "deviations": ("chlorine",), "asked": ("last",), "band": {"chlorine": "out_of_limits"},
    }  # fmt: skip
    assert not scenario.then


def test_time_is_relative_and_what_time_did_is_told() -> None:
    due = {"within": "20 min", "after": "start"}
    stage = Stage.of(check("a", due=due, overdue={"notify": ["lead"], "extend_by": ["chief"]}), now=NOON + timedelta(seconds=40))
    stage.wait(MIN * 16).wait(MIN * 9)
    stage.do(c.AskExtension("a", stage.now + MIN * 30, "等人"))
    stage.do(c.Extend("a", stage.now + MIN * 30, "可以"), "chief")
    stage.wait(timedelta(hours=1)).answer("a")
    scenario = retold(stage.run.plan, stage.rehearsal.history, {}).scenario
    assert acts(scenario) == ["pass_time", "pass_time", "ask", "extend", "pass_time", "answers"]
    assert [str(act.after) for act in scenario.then if act.after] == ["16 min", "9 min", "1 hour"]
    assert [act.expect.missed for act in scenario.then] == [None, ("a",), None, None, ("a",), None]
    assert scenario.then[-1].expect.deviations == ("a",)


def test_hands_signatures_and_permissions() -> None:
    stage = Stage.of(
        {"hand_to": "交", "id": "h", "to": ["lead"], "by": ["lead"]},
        {"sign": "签", "id": "s", "by": ["chief"], "drawn": True},
        measure("chlorine", on_deviation={"action": "补"}),
        opens={"place": "pool", "valid_for": "1 day"},
    )
    stage.do(c.Hand("h"), "lead:ann")
    stage.do(c.Receive("h"), "lead:bob")
    stage.do(c.Sign("s", verified=True, drawn=PICTURE), "chief")
    stage.answer("chlorine", "0.7")
    stage.do(c.AcceptDeviation(stage.deviations()[0].id, "客人在等"), "chief")
    stage.do(c.Complete())
    scenario = told(stage)
    assert acts(scenario) == ["hand", "receive", "sign", "answers", "accept", "complete"]
    assert [act.by for act in scenario.then] == ["lead", None, None, None, "chief", None]
    assert scenario.then[-1].expect.model_dump(exclude_unset=True) == {"state": "completed", "gate": "open"}


def test_whoever_had_a_permission_by_another_role_is_told_in_one_that_has_it() -> None:
    plan = planned(measure("chlorine", on_deviation={"action": "补"}), opens={"place": "pool", "valid_for": "1 day"})
    stage = Stage(plan)
    stage.answer("chlorine", "0.7")
    both = c.Actor("ann", "Ann", ("guard", "chief"), frozenset({"accept_deviations"}))
    stage.do(c.AcceptDeviation(stage.deviations()[0].id, "可以"), both)
    assert told(stage).then[-1].by == "lead"  # the first of the site's roles that may


def test_held_and_given_up() -> None:
    stage = Stage.of(check("a"), {"read": "读", "id": "r", "open_items": True})
    stage.do(c.Hold("停电"))
    stage.wait(MIN * 5).do(c.Resume())
    stage.do(c.AnswerStep("r"))
    stage.do(c.Abandon("停业"), "lead")
    scenario = told(stage)
    assert acts(scenario) == ["hold", "resume", "answers", "abandon"]
    assert [act.expect.state for act in scenario.then] == ["held", "running", None, "abandoned"]


def test_a_list_ticked_whole_is_done() -> None:
    items = {"bike": "单车", "mill": "跑步机"}
    stage = Stage.of(check("m", items=items), check("n", items=items))
    for step, item in (("m", "bike"), ("m", "mill"), ("n", "mill"), ("n", "bike")):
        stage.do(c.TickItem(step, item))
    assert told(stage).answers == {"m": "done", "n": {"mill": "done", "bike": "done"}}


def test_what_the_language_has_no_word_for_is_untold_and_nothing_hangs_on_it() -> None:
    stage = Stage.of(check("a", evidence="photo"), check("b", when={"a": True}), check("z"))
    stage.do(c.AttachPhotos("a", (PICTURE,)))
    stage.answer("a")
    stage.answer("b")
    stage.answer("z")
    history = stage.rehearsal.history
    found = retold(stage.run.plan, history, {})
    assert [type(history[seq - 1].event).__name__ for seq in found.untold] == ["PhotosAttached", "StepAnswered"]
    assert replayed(stage.run.plan, found.scenario).applies["b"] is None


# -- nobody is named ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("陈海说打 138 0013 8888", "某人说打 138 0013 8000"),
        ("投药 0.5 kg，15 分钟", "投药 0.5 kg，15 分钟"),
        ("电话 +86-13912345678。", "电话 +13-80013800013。"),
        ("a\u202eb\n", "a b"),
        ("\u0000", "—"),
    ],
)
def test_reasons_are_discreet(text: str, wanted: str) -> None:
    assert discreet(text, {"chen": "陈海", "x": ""}) == wanted


def test_nothing_typed_about_a_person_is_left() -> None:
    notes = [{"note": "客人", "id": "guest"}, {"note": "电话", "id": "phone", "pattern": "phone"}]
    stage = Stage.of(*notes, {"person": "谁", "id": "who", "role": "lead"}, {"form": "表", "id": "f", "fields": [
        {"note": "住户", "id": "resident"}, {"note": "房", "id": "room", "pattern": "room_number"}]}, check("a"))  # fmt: skip
    secrets = ["王小明", "13912345678", "chen", "李四", "8-808"]
    for step, typed in zip(("guest", "phone", "who"), secrets, strict=False):
        stage.answer(step, typed)
    stage.do(c.AnswerStep("f", fields={"resident": "李四", "room": "8-808"}))
    stage.do(c.MarkStep("a", "not_done", "陈海没来，打 13912345678"), "guard:chen")
    text = scenario_file([scenario_of(stage.run.plan, stage.rehearsal.history, {"chen": "陈海"})])
    assert not [one for one in [*secrets, "陈海"] if one in text], text
    assert "某人没来" in text


def test_a_start_that_would_be_refused_tells_nothing() -> None:
    """The record of a plan whose site has lost the role that started it."""
    stage = Stage.of(check("a"))
    stage.answer("a")
    history: Sequence[Happened] = stage.rehearsal.history
    other = planned(check("a"), done_by=["clerk"])
    found: Retold = retold(other, history, {})
    assert found.untold == (2,)
    assert plain_answer(other.steps[0].step, stage.rehearsal) == "done"


def test_a_row_that_was_closed_is_no_deed_of_the_run() -> None:
    stage = Stage.of({"register": "登", "id": "r", "book": "visitors"}, check("a"), check("b"))
    stage.do(c.AddRow("r", {"visitor": "甲"}))
    stage.answer("a")
    before = list(stage.rehearsal.history)
    closing = Happened(len(before) + 1, RowSettled("r", 1, "visitors", "ab" * 32), "other", "lead", "", stage.now, stage.now)
    stage.answer("b")
    last = replace(stage.rehearsal.history[-1], seq=len(before) + 2)
    assert retold(stage.run.plan, [*before, closing, last], {}) == retold(stage.run.plan, stage.rehearsal.history, {})
