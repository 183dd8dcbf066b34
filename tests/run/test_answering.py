"""Answers given, ticked, marked, corrected and taken back; pictures."""

import pytest

from engine.run import commands as c
from engine.run.events import (
    DeviationCleared,
    DeviationRaised,
    ItemTicked,
    PhotosAttached,
    StepAmended,
    StepAnswered,
    StepMarked,
)

from .building import BOOK, MIN, NOON, D, Stage, check, choose, measure

ITEMS = check("a", items={"one": "跑步机", "two": "单车"})
P, Q = "0" * 64, "1" * 64
FORM = {"form": "表", "id": "f", "fields": [measure("fm"), {"note": "记", "id": "ft", "required": False}]}


def test_an_answer_is_recorded_with_who_when_and_the_limits_then() -> None:
    stage = Stage.of(measure())
    (event,) = stage.answer("m", "0.50")
    assert isinstance(event, StepAnswered)
    assert event.answer is not None
    assert (event.answer.typed, event.answer.low, event.answer.high, event.answer.unit) == ("0.50", D("0.4"), D("0.6"), "mg/L")
    mark = stage.run.state.step("m").mark
    assert mark is not None
    assert (mark.by, mark.role, mark.at, mark.seq) == ("guard", "guard", NOON, 2)


def test_text_is_kept_in_one_spelling() -> None:
    stage = Stage.of({"note": "记", "id": "n"}, choose(many := "c", "yes", "no", many=True), FORM)
    stage.answer("n", "cafe\u0301")
    stage.do(c.AnswerStep(many, ("yes", "no")))
    stage.do(c.AnswerStep("f", fields={"fm": "0.5", "ft": "e\u0301"}))
    answer = stage.run.state.step("n").answer
    assert answer is not None
    assert answer.text == "café"
    assert stage.run.state.step("f").fields["ft"].text == "é"


def test_any_order_is_allowed_and_recorded_where_order_was_asked_for() -> None:
    stage = Stage.of(check("a"), check("b"))
    stage.answer("b")
    stage.answer("a")
    assert not stage.deviations()
    stage = Stage.of(check("a"), check("b"), check("c", required=False), in_order=True)
    stage.answer("b")
    assert [(d.step, d.cause, d.event.blocks) for d in stage.deviations()] == [("b", "out_of_order", False)]
    stage.answer("a")
    stage.answer("c")
    assert len(stage.deviations()) == 1


def test_order_is_asked_for_within_a_section_only() -> None:
    stage = Stage.of(
        {"section": "一", "in_order": True, "steps": [check("a"), check("b")]},
        {"section": "二", "in_order": True, "steps": [check("c"), check("d")]},
    )
    stage.answer("c")
    assert not stage.deviations()
    stage.answer("d")
    stage.answer("b")
    assert [d.step for d in stage.deviations()] == ["b"]


@pytest.mark.parametrize(
    ("written", "acts"),
    [
        (ITEMS, [c.TickItem("b", "one"), c.TickItem("b", "two")]),
        ({"wait": "等", "at_least": "1 min"}, [c.Begin("b")]),
        ({"rounds": "巡", "every": "1 min", "steps": [check("x")]}, [c.Begin("b")]),
        (BOOK, [c.AddRow("b", {"visitor": "李"})]),
        ({"hand_to": "交", "to": ["engineer"]}, [c.Hand("b")]),
        ({"start": "救", "procedure": "pool/rescue"}, [c.LinkRun("b", "r2", "pool/rescue")]),
    ],
)
def test_out_of_order_whatever_the_kind(written: dict[str, object], acts: list[c.Act]) -> None:
    stage = Stage.of(check("first"), written | {"id": "b"}, in_order=True)
    for act in acts:
        stage.do(act)
    assert [(d.step, d.cause) for d in stage.deviations()] == [("b", "out_of_order")]


def test_not_done_is_a_deviation_and_doing_it_clears_it() -> None:
    stage = Stage.of(check())
    assert [type(e) for e in stage.do(c.MarkStep("a", "not_done", "没水"))] == [StepMarked, DeviationRaised]
    assert stage.run.state.step("a").reason == "没水"
    assert "a" in stage.run.settled
    assert [type(e) for e in stage.answer("a")] == [StepAnswered, DeviationCleared]
    assert not stage.deviations()
    assert stage.run.state.step("a").reason == ""


def test_not_applicable_settles_without_a_deviation_and_so_does_an_optional_step_not_done() -> None:
    stage = Stage.of(check("a"), check("b", required=False))
    stage.do(c.MarkStep("a", "not_applicable", "设备已拆"))
    stage.do(c.MarkStep("b", "not_done", "来不及"))
    assert not stage.deviations()
    stage.do(c.Complete())


def test_items_settle_with_the_last_tick() -> None:
    stage = Stage.of(ITEMS)
    (first,) = stage.do(c.TickItem("a", "one"))
    assert first == ItemTicked("a", "one", "done", is_last=False)
    assert "a" not in stage.run.settled
    (last,) = stage.do(c.TickItem("a", "two"))
    assert last == ItemTicked("a", "two", "done", is_last=True)
    assert "a" in stage.run.settled


def test_an_item_not_done_is_a_deviation_of_that_item() -> None:
    stage = Stage.of(ITEMS)
    stage.do(c.TickItem("a", "one", "not_done", "皮带松"))
    assert [(d.event.entry, d.event.text) for d in stage.deviations()] == [("one", "皮带松")]
    stage.do(c.TickItem("a", "one"))
    assert not stage.deviations()
    stage.do(c.TickItem("a", "two"))
    stage.do(c.TickItem("a", "two", "not_done", "后来坏了"))
    assert [d.event.entry for d in stage.deviations()] == ["two"]
    assert "a" in stage.run.settled


def test_a_list_marked_not_done_and_then_ticked_is_cleared() -> None:
    stage = Stage.of(ITEMS)
    stage.do(c.MarkStep("a", "not_done", "停电"))
    stage.do(c.TickItem("a", "one"))
    assert stage.deviations()
    stage.do(c.TickItem("a", "two"))
    assert not stage.deviations()


def test_two_people_tick_different_items_without_conflict() -> None:
    stage = Stage.of(ITEMS)
    stage.do(c.TickItem("a", "one"), version=1)
    stage.do(c.TickItem("a", "two"), "lead:b", version=1)
    assert stage.refused(c.TickItem("a", "two", "not_done", "坏"), version=1).code == "stale"


def test_evidence_is_needed_and_may_come_before_or_with_the_answer() -> None:
    stage = Stage.of(check("a", evidence="photo"), check("b", evidence="photo"), ITEMS | {"id": "l", "evidence": "photo"})
    assert stage.do(c.AttachPhotos("a", (P,))) == (PhotosAttached("a", (P,)),)
    stage.answer("a")
    stage.do(c.AnswerStep("b", "done", photos=(Q,)))
    assert stage.run.state.step("b").photos == (Q,)
    stage.do(c.TickItem("l", "one"))
    assert stage.refused(c.TickItem("l", "two")).code == "evidence_needed"
    stage.do(c.AttachPhotos("l", (P,)))
    stage.do(c.TickItem("l", "two"))
    stage.do(c.Complete())


def test_pictures_are_added_to_and_replaced_by_a_correction() -> None:
    stage = Stage.of({"photo": "拍", "id": "p"})
    stage.answer("p", P)
    stage.do(c.AnswerStep("p", (Q,)))
    answer = stage.run.state.step("p").answer
    assert answer is not None
    assert answer.options == (P, Q)
    assert stage.refused(c.AnswerStep("p", "")).code == "already_answered"
    stage.do(c.AmendStep("p", "拍错", (Q,)))
    answer = stage.run.state.step("p").answer
    assert answer is not None
    assert answer.options == (Q,)


def test_a_correction_keeps_both_values_and_clears_no_deviation() -> None:
    stage = Stage.of(measure())
    stage.answer("m", "0.3")
    (event,) = stage.do(c.AmendStep("m", "看错小数点", "0.5"))
    assert isinstance(event, StepAmended)
    assert (event.amends, event.reason) == (2, "看错小数点")
    step = stage.run.state.step("m")
    assert (step.current and step.current.number, step.amendments) == (D("0.5"), 1)
    assert [d.cause for d in stage.deviations()] == ["out_of_limits"]


def test_a_correction_out_of_limits_raises_a_deviation() -> None:
    stage = Stage.of(measure())
    stage.answer("m", "0.5")
    stage.do(c.AmendStep("m", "看错", "0.1"))
    assert [d.cause for d in stage.deviations()] == ["critical"]


def test_a_check_corrected_to_not_done_and_back() -> None:
    stage = Stage.of(check("a"), check("b", required=False))
    stage.answer("a")
    stage.do(c.AmendStep("a", "其实没做", "not_done"))
    assert [d.cause for d in stage.deviations()] == ["not_done"]
    stage.do(c.AmendStep("a", "补做了", "done"))
    assert not stage.deviations()
    stage.answer("b")
    stage.do(c.AmendStep("b", "其实没做", "not_done"))
    assert not stage.deviations()


def test_an_empty_correction_of_a_form_is_refused() -> None:
    stage = Stage.of({"form": "表", "id": "f", "fields": [{"note": "记", "id": "ft", "required": False}]})
    stage.do(c.AnswerStep("f"))
    assert stage.refused(c.AmendStep("f", "错")).code == "empty"
    stage.do(c.AmendStep("f", "补", fields={"ft": "有"}))
    assert stage.run.state.step("f").fields["ft"].text == "有"


def test_a_withdrawn_value_is_asked_again() -> None:
    stage = Stage.of(check())
    stage.answer("a")
    (event,) = stage.do(c.AmendStep("a", "误点", withdraw=True))
    assert isinstance(event, StepAmended)
    assert event.is_withdrawal
    assert stage.asked() == ["a"]
    stage.answer("a")
    assert stage.run.state.step("a").amendments == 1


def test_ticks_are_withdrawn_together() -> None:
    stage = Stage.of(ITEMS)
    stage.do(c.TickItem("a", "one"))
    stage.do(c.AmendStep("a", "误点", withdraw=True))
    assert stage.run.state.step("a").items == {}


def test_a_filled_form_taken_back_loses_the_newer_readings_of_its_fields() -> None:
    stage = Stage.of(FORM)
    stage.do(c.AnswerStep("f", fields={"fm": "0.3"}))
    stage.do(c.Remeasure(stage.deviations()[0].id, "0.5"))
    stage.do(c.AmendStep("f", "填错池", withdraw=True))
    assert stage.run.state.step("fm").remeasured is None
    stage.do(c.AnswerStep("f", fields={"fm": "0.6"}))
    assert stage.run.state.step("f").fields["fm"].number == D("0.6")


def test_reading_a_text_is_an_answer() -> None:
    stage = Stage.of({"read": "须知", "id": "x"})
    assert stage.do(c.AnswerStep("x")) == (StepAnswered("x"),)
    assert stage.refused(c.AmendStep("x", "错")).code == "wrong_kind"
    stage.do(c.AmendStep("x", "误点", withdraw=True))


def test_late_is_a_deviation_that_does_not_block() -> None:
    stage = Stage.of(check(due={"within": "10 min", "after": "start"}))
    stage.wait(10 * MIN).answer("a")
    assert not stage.deviations()
    stage = Stage.of(check(due={"within": "10 min", "after": "start"}))
    stage.wait(10 * MIN + MIN / 60).answer("a")
    (deviation,) = stage.deviations()
    assert (deviation.cause, deviation.event.blocks) == ("late", False)


def test_the_steps_own_role_is_in_force() -> None:
    stage = Stage.of(check("a", by=["lead"]), {"section": "一", "by": ["clerk"], "steps": [check("b")]})
    assert stage.refused(c.AnswerStep("a", "done")).facts == {"roles": ("lead",)}
    assert stage.try_(c.AnswerStep("a", "done"), "lead").role == "lead"  # type: ignore[union-attr]
    assert stage.try_(c.AnswerStep("b", "done"), "clerk").role == "clerk"  # type: ignore[union-attr]


def test_a_conflict_is_about_the_same_step_only() -> None:
    stage = Stage.of(check("a"), check("b"), ITEMS | {"id": "l"})
    stage.answer("a")
    stage.do(c.AnswerStep("b", "done"), version=1)
    refusal = stage.refused(c.AmendStep("a", "错", "done"), version=1)
    assert (refusal.code, refusal.step, refusal.facts["version"]) == ("stale", "a", 2)
    stage.do(c.AmendStep("a", "错", "done"), version=2)
