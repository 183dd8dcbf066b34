"""Steps that two people do: by answering, ticking, marking, correcting, measuring again or signing nobody has both in hand."""

import os
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.procedure.field import Check
from engine.procedure.scenario import Scenario
from engine.run import commands as c
from engine.run.apart import kept_away
from engine.run.commands import Act
from engine.run.plainest import finish
from engine.run.play import Player
from engine.run.refusal import Refusal
from engine.run.retelling import retold
from engine.run.view import view_run, view_step

from .building import REMEASURE, Stage, Written, check, measure, planned
from .rich import step_acts

SECOND: Written = {"by_other_than": ["a"]}
DIGEST = "a" * 64


def one(stage: Stage, act: Act, by: str = "guard") -> str:
    """The code of what must be refused."""
    refusal = stage.refused(act, by)
    assert refusal.facts == {"person": by.partition(":")[2] or by, "names": ("a",)}, refusal
    return refusal.code


KINDS: list[tuple[Written, Act]] = [
    (check("b"), c.AnswerStep("b", "done")),
    (check("b", items={"x": "甲", "y": "乙"}), c.TickItem("b", "x")),
    (measure("b"), c.AnswerStep("b", "0.5")),
    ({"count": "b", "id": "b"}, c.AnswerStep("b", "1")),
    ({"choose": "b", "id": "b", "options": {"x": "甲", "y": "乙"}}, c.AnswerStep("b", "x")),
    ({"note": "b", "id": "b"}, c.AnswerStep("b", "写")),
    ({"moment": "b", "id": "b", "gives": "time"}, c.AnswerStep("b", "08:30")),
    ({"person": "b", "id": "b"}, c.AnswerStep("b", "li")),
    ({"photo": "b", "id": "b"}, c.AnswerStep("b", (DIGEST,))),
    ({"wait": "b", "id": "b", "at_least": "1 min"}, c.Begin("b")),
    ({"rounds": "b", "id": "b", "every": "10 min", "steps": [check("r")]}, c.Begin("b")),
    ({"register": "b", "id": "b", "book": "visitors"}, c.AddRow("b", {"visitor": "王"})),
    ({"form": "b", "id": "b", "fields": [{"note": "f", "id": "f"}]}, c.AnswerStep("b", fields={"f": "写"})),
    ({"hand_to": "b", "id": "b", "to": ["engineer"]}, c.Hand("b")),
    ({"sign": "b", "id": "b"}, c.Sign("b", verified=True)),
    ({"start": "b", "id": "b", "procedure": "rescue"}, c.LinkRun("b", "r2", "rescue")),
    ({"read": "b", "id": "b", "text": "须知"}, c.AnswerStep("b")),
]


@pytest.mark.parametrize(("step", "act"), KINDS, ids=[next(iter(step)) for step, _ in KINDS])
def test_every_kind_is_done_by_another(step: Written, act: Act) -> None:
    stage = Stage.of(check(), step | SECOND)
    stage.answer("a")
    assert one(stage, act) == "another_does_it"
    assert one(stage, c.MarkStep("b", "not_done", "没做")) == "another_does_it"
    assert one(stage, c.MarkStep("b", "not_applicable", "不用")) == "another_does_it"
    assert one(stage, c.AttachPhotos("b", (DIGEST,))) == "another_does_it"
    stage.do(act, "guard:mei")
    refusal = stage.refused(c.AmendStep("a", "看错", "done"), "guard:mei")
    assert (refusal.code, refusal.facts) == ("another_does_it", {"person": "mei", "names": ("b",)})
    stage.do(c.AmendStep("a", "看错", "done"))


def test_whoever_comes_first_it_holds_both_ways() -> None:
    stage = Stage.of(check(), check("b", **SECOND))
    stage.answer("b")
    assert stage.refused(c.AnswerStep("a", "done")).facts["names"] == ("b",)
    stage.answer("a", by="lead")
    assert stage.run.plan.by_id["a"].apart == ("b",)


def test_nobody_gets_both_by_correcting() -> None:
    stage = Stage.of(measure("a"), measure("b", **SECOND))
    stage.answer("a", "0.5")
    stage.answer("b", "0.5", by="guard:mei")
    assert one(stage, c.AmendStep("b", "写错", "0.4")) == "another_does_it"
    assert one(stage, c.AmendStep("b", "写错", withdraw=True)) == "another_does_it"
    stage.do(c.AmendStep("a", "写错", "0.4"), "lead")
    assert one(stage, c.AmendStep("b", "写错", "0.4"), "lead") == "another_does_it"  # corrected one side, and keeps to it
    assert one(stage, c.AmendStep("b", "写错", "0.4")) == "another_does_it"  # what was corrected was still done


def test_what_is_taken_back_is_in_nobodys_hands() -> None:
    stage = Stage.of(check(), check("b", **SECOND))
    stage.answer("b")
    stage.do(c.AmendStep("b", "点错", withdraw=True))
    stage.answer("a")
    assert one(stage, c.AnswerStep("b", "done")) == "another_does_it"
    stage.do(c.AmendStep("a", "点错", withdraw=True), "lead")  # who takes back has done nothing of it
    stage.answer("b", by="lead")


def test_rows_are_in_the_hands_of_those_who_wrote_what_stands() -> None:
    stage = Stage.of({"register": "a", "id": "a", "book": "visitors"}, check("b", **SECOND))
    stage.do(c.AddRow("a", {"visitor": "王"}))
    stage.do(c.AddRow("a", {"visitor": "李"}), "guard:mei")
    stage.do(c.AmendStep("a", "写错", fields={"visitor": "黎"}, row=2), "guard:jun")
    assert {one(stage, c.AnswerStep("b", "done"), by) for by in ("guard", "guard:mei", "guard:jun")} == {"another_does_it"}
    stage.do(c.AmendStep("a", "不是他", withdraw=True, row=2))
    assert one(stage, c.AnswerStep("b", "done")) == "another_does_it"
    stage.answer("b", by="guard:mei")


def test_measuring_again_is_correcting() -> None:
    stage = Stage.of(check(), measure("b", on_deviation=REMEASURE, **SECOND))
    stage.answer("a")
    stage.answer("b", "0.3", by="guard:mei")
    deviation = stage.deviations("b")[0].id
    stage.do(c.ActOn(deviation, "补投"))  # what was done about it is no answer
    stage.wait(timedelta(minutes=15))
    assert one(stage, c.Remeasure(deviation, "0.5")) == "another_does_it"
    acts = view_step(stage.run, stage.run.plan.by_id["b"], stage.actor("guard"), stage.now).deviations[0].acts
    assert "remeasure" not in acts
    stage.do(c.Remeasure(deviation, "0.5"), "guard:mei")


def test_a_field_measured_again_is_of_its_form() -> None:
    form: Written = {"form": "a", "id": "a", "fields": [measure("f", on_deviation={"remeasure": {}})]}
    stage = Stage.of(form, check("b", **SECOND))
    stage.do(c.AnswerStep("a", fields={"f": "0.3"}))
    stage.do(c.Remeasure(stage.deviations("f")[0].id, "0.5"), "guard:mei")
    assert one(stage, c.AnswerStep("b", "done"), "guard:mei") == "another_does_it"
    stage.do(c.AmendStep("a", "重填", withdraw=True), "lead")
    stage.answer("b", by="guard:mei")


def test_who_receives_is_not_who_handed_over() -> None:
    stage = Stage.of({"hand_to": "a", "id": "a", "to": ["lead"]}, {"sign": "b", "id": "b"} | SECOND)
    stage.do(c.Hand("a"))
    stage.do(c.Receive("a"), "lead:mei")
    assert one(stage, c.Sign("b", verified=True)) == "another_does_it"
    stage.do(c.Sign("b", verified=True), "lead:mei")


def test_more_time_granted_is_nothing_done() -> None:
    stage = Stage.of(check(due={"within": "5 min", "after": "start"}), check("b", **SECOND))
    stage.do(c.Extend("a", stage.now + timedelta(hours=1), "忙"), "lead")
    stage.answer("b", by="lead")


def test_a_section_is_for_another_and_so_is_a_step_of_it() -> None:
    section: Written = {"section": "核", "by_other_than": ["a"], "steps": [check("x"), check("y", by_other_than=["x"])]}
    plan = planned(check(), section)
    assert {name: placed.apart for name, placed in plan.by_id.items()} == {"a": ("x", "y"), "x": ("a", "y"), "y": ("a", "x")}
    stage = Stage(plan)
    stage.answer("a")
    assert finish(stage.rehearsal) is None
    assert {step: set(stage.run.state.step(step).doers) for step in plan.by_id} == {
        "a": {"guard"}, "x": {"guard_2"}, "y": {"guard_3"},
    }  # fmt: skip


def test_the_view_offers_nothing_and_says_why() -> None:
    stage = Stage.of(check(), check("b", **SECOND))
    stage.answer("a")
    mine, other = (view_run(stage.run, stage.actor(by), stage.now) for by in ("guard", "guard:mei"))
    assert (mine.steps[1].acts, mine.steps[1].kept_away, mine.current) == (frozenset(), "a", None)
    assert ("answer" in other.steps[1].acts, other.steps[1].kept_away, other.current) == (True, "", "b")


def test_nothing_is_kept_apart_where_nothing_says_so() -> None:
    stage = Stage.of(check(), check("b"))
    assert not any(placed.apart for placed in stage.run.plan.steps)
    assert all(isinstance(placed.step, Check) for placed in stage.run.plan.steps)
    stage.answer("a")
    stage.answer("b")


MIXED: tuple[Written, ...] = (
    check("a", items={"x": "甲", "y": "乙"}),
    measure("m", on_deviation=REMEASURE),
    {"register": "r", "id": "r", "book": "visitors", "by_other_than": ["a"]},
    {"section": "核", "by_other_than": ["m"], "steps": [check("b"), {"hand_to": "h", "id": "h", "to": ["guard"]}]},
    {"sign": "s", "id": "s", "by_other_than": ["a", "b", "h"]},
)
PLAN = planned(*MIXED)
PEOPLE = st.sampled_from(["guard", "guard:mei", "guard:jun", "lead:ann"])


@settings(max_examples=int(os.environ.get("SOP_EXAMPLES", "60")), deadline=None, derandomize="SOP_EXAMPLES" not in os.environ)
@given(st.lists(st.tuples(st.one_of(*(step_acts(one.step) for one in PLAN.steps)), PEOPLE), max_size=40))
def test_nobody_ever_has_both_in_hand(acts: list[tuple[Act, str]]) -> None:
    stage = Stage(PLAN)
    for act, by in acts:
        decided = stage.try_(act, by)
        placed, actor = PLAN.by_id[act.step], stage.actor(by)  # type: ignore[union-attr]
        if kept_away(stage.run, placed, actor.person) and not isinstance(act, c.Receive | c.Extend):
            assert isinstance(decided, Refusal)
        if not isinstance(decided, Refusal):
            stage.do(act, by)
        for one in PLAN.steps:
            for other in one.apart:
                assert not stage.run.state.step(one.id).doers & stage.run.state.step(other).doers
            view = view_step(stage.run, one, actor, stage.now)
            assert not view.kept_away or view.acts <= {"receive", "extend", "ask", "refuse"}


def test_a_scenario_says_who() -> None:
    plan = planned(check(), check("b", **SECOND), {"sign": "c", "id": "c", "by_other_than": ["b"]})
    then: list[dict[str, Any]] = [
        {"answers": {"b": "done"}, "expect": {"refused": "another_does_it"}},
        {"answers": {"b": "done"}, "as": "mei", "expect": {"deviations": []}},
        {"sign": "c", "as": "mei", "expect": {"refused": "another_does_it"}},
        {"sign": "c"},
    ]
    written = {"scenario": "两个人", "answers": {"a": "done"}, "then": then}
    assert Player(plan, Scenario.model_validate(written)).play() == []
    assert Player(plan, Scenario.model_validate(written | {"as": "mei"})).play() != []


def test_a_record_of_two_is_told_again_as_of_two() -> None:
    stage = Stage.of(
        check(), check("b", **SECOND), {"hand_to": "h", "id": "h", "to": ["guard"]}, {"sign": "s", "id": "s"} | SECOND
    )
    stage.answer("a", by="guard:li")
    stage.answer("b", by="guard:mei")
    stage.do(c.Hand("h"), "guard:li")
    stage.do(c.Receive("h"), "guard:mei")
    stage.do(c.Sign("s", verified=True), "guard:mei")
    stage.do(c.Complete(), "guard:li")
    told = retold(stage.run.plan, stage.rehearsal.history, {})
    assert told.untold == ()
    assert Player(stage.run.plan, told.scenario).play() == []
    assert {act.as_ for act in told.scenario.then} == {"guard_2", "guard_3"}
