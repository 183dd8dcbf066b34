"""Where a run stands: three-valued conditions over what is recorded, what is settled, and how far each part has come."""

import pytest

from engine.procedure.condition import Known
from engine.run import commands as c
from engine.run.standing import Tally, facts_of, undecided_for

from .building import NOON, D, Stage, Written, check, choose, measure, planned, site

ROW: Written = {"register": "登记", "id": "r", "book": "visitors"}


def test_unknown_then_asked_or_not() -> None:
    stage = Stage.of(choose("c"), check(when={"c": "yes"}), check("b", when={"not": {"c": "yes"}}))
    assert dict(stage.run.applies) == {"c": True, "a": None, "b": None}
    assert undecided_for(stage.run, "a") == ("c",)
    stage.answer("c", "yes")
    assert dict(stage.run.applies) == {"c": True, "a": True, "b": False}
    assert undecided_for(stage.run, "a") == ()


def test_a_condition_is_decided_as_soon_as_it_can_be() -> None:
    stage = Stage.of(
        choose("c"), choose("d"), check(when={"any": [{"c": "yes"}, {"d": "yes"}]}), check("b", when={"c": "yes", "d": "yes"})
    )
    stage.answer("c", "yes")
    assert [stage.run.applies[step] for step in ("a", "b")] == [True, None]
    stage.do(c.AmendStep("c", "改", "no"))
    assert [stage.run.applies[step] for step in ("a", "b")] == [None, False]
    assert undecided_for(stage.run, "a") == ("d",)


def test_what_is_taken_back_makes_later_steps_undecided_and_keeps_their_values() -> None:
    stage = Stage.of(choose("c"), measure(when={"c": "yes"}), check(when={"m": {"is": "in_limits"}}))
    stage.answer("c", "yes")
    stage.answer("m", "0.5")
    assert stage.run.applies["a"] is True
    stage.do(c.AmendStep("c", "误点", withdraw=True))
    assert stage.run.applies["m"] is None
    answer = stage.run.state.step("m").answer
    assert answer is not None
    assert answer.number == D("0.5")
    stage.answer("c", "no")
    assert [stage.run.applies[step] for step in ("m", "a")] == [False, False]
    assert stage.run.state.step("m").answer == answer
    stage.do(c.AmendStep("c", "又改", "yes"))
    assert stage.run.applies["a"] is True
    assert not stage.run.is_asked("m")


def test_sections_have_conditions_and_their_steps_more() -> None:
    section: Written = {"section": "段", "when": {"c": "yes"}, "steps": [check(), check("b", when={"d": "yes"})]}
    stage = Stage.of(choose("c"), choose("d"), section)
    assert undecided_for(stage.run, "b") == ("c", "d")
    stage.answer("d", "yes")
    assert [stage.run.applies[step] for step in ("a", "b")] == [None, None]
    stage.answer("c", "no")
    assert (stage.run.applies["a"], stage.run.applies["b"]) == (False, False)


@pytest.mark.parametrize(
    ("test", "truth"),
    [
        ({"m": {"above": D("0.3")}}, False),
        ({"m": {"at_least": D("0.3")}}, True),
        ({"m": D("0.30")}, None),
        ({"m": {"is": "out_of_limits"}}, True),
        ({"m": {"is": "in_limits"}}, False),
        ({"m": {"is": "critical"}}, False),
        ({"m": {"is": "answered"}}, True),
        ({"m": {"is": "unanswered"}}, False),
        ({"a": True}, True),
        ({"a": "done"}, True),
        ({"a": ["not_done"]}, False),
        ({"a": {"is": "done"}}, True),
        ({"n": True}, False),
        ({"n": False}, True),
        ({"n": "not_done"}, True),
        ({"n": {"is": "not_done"}}, True),
        ({"x": True}, False),
        ({"x": {"is": "not_applicable"}}, True),
        ({"x": {"is": "done"}}, False),
        ({"many": "p"}, True),
        ({"many": ["q", "s"]}, True),
        ({"many": "s"}, False),
        ({"later": {"is": "unanswered"}}, True),
        ({"later": {"is": "answered"}}, False),
        ({"later": "yes"}, None),
        ({"later": {"is": "done"}}, None),
        ({"season": "winter"}, True),
        ({"weekday": ["tue", "wed"]}, False),
        ({"place": "pool"}, True),
        ({"level": {"at_most": D("0.5")}}, True),
        ({"blank": {"is": "unanswered"}}, True),
        ({"blank": "1"}, False),
        ({"f": "done"}, True),
        ({"not": {"later": "yes"}}, None),
        ({"all": [{"later": "yes"}, {"a": False}]}, False),
        ({"any": [{"later": "yes"}, {"n": True}]}, None),
        ({"out": "yes"}, False),
        ({"out": {"is": "not_applicable"}}, True),
        ({"inside": True}, False),
        ({"inside": {"is": "not_done"}}, True),
    ],
)
def test_truths(test: Written, truth: bool | None) -> None:
    form: Written = {
        "form": "表",
        "id": "f",
        "fields": [{"measure": "量", "id": "level", "parameter": "ph"}, {"note": "注", "id": "blank", "required": False}],
    }
    other: Written = {"form": "另一表", "id": "g", "fields": [check("inside")]}
    stage = Stage.of(
        measure(),
        check(),
        check("n"),
        check("x"),
        choose("many", "p", "q", "s", many=True),
        form,
        other,
        choose("later"),
        choose("out", when={"a": False}),
        check("z", when=test),
    )
    stage.answer("m", "0.3")
    stage.answer("a")
    stage.do(c.MarkStep("n", "not_done", "x"))
    stage.do(c.MarkStep("x", "not_applicable", "x"))
    stage.answer("many", ("p", "q"))
    stage.do(c.AnswerStep("f", fields={"level": "0.5"}))
    stage.do(c.MarkStep("g", "not_done", "x"))
    expected = True if test == {"m": D("0.30")} else truth
    assert stage.run.applies["z"] is expected


def test_the_newest_reading_counts() -> None:
    stage = Stage.of(measure(), check(when={"m": {"is": "in_limits"}}))
    stage.answer("m", "0.3")
    stage.do(c.Remeasure(stage.deviations()[0].id, "0.5"))
    assert stage.run.applies["a"] is True


def test_a_register_is_done_once_it_is_settled() -> None:
    stage = Stage.of(ROW | {"at_least": 2}, check(when={"r": "done"}), check("b", when={"r": {"is": "unanswered"}}))
    assert stage.run.applies["a"] is None
    stage.do(c.AddRow("r", {"visitor": "甲"}))
    assert [stage.run.applies[step] for step in ("a", "b")] == [None, True]
    stage.do(c.AddRow("r", {"visitor": "乙"}))
    assert [stage.run.applies[step] for step in ("a", "b")] == [True, False]


def test_a_register_that_may_stay_empty_is_settled_but_not_done() -> None:
    stage = Stage.of(ROW | {"at_least": 0}, check(when={"r": True}))
    assert stage.asked() == []
    assert stage.run.applies["a"] is None
    stage.do(c.MarkStep("r", "not_applicable", "没有访客"))
    assert stage.run.applies["a"] is False


def test_inputs_left_out_and_facts_that_are_none_are_known_not_to_be() -> None:
    inputs = [choose("kind", required=False), choose("given")]
    steps = [
        check(when={"kind": "yes"}),
        check("b", when={"kind": {"is": "unanswered"}}),
        check("c", when={"season": "winter"}),
        check("d", when={"not": {"shift": "early"}}),
        check("e", when={"given": "yes"}),
        check("f", when={"kind": {"is": "answered"}}),
    ]
    stage = Stage(planned(*steps, inputs=inputs, at=site(seasons={}, shifts={})), inputs={"given": "yes"})
    assert list(stage.run.applies.values()) == [False, True, False, True, True, False]
    stage.answer("b")
    stage.answer("d")
    stage.answer("e")
    stage.do(c.Complete())


def test_facts_are_looked_up_and_listed() -> None:
    stage = Stage.of(choose("c"), check(), {"form": "f", "id": "f", "fields": [check("x")]})
    facts = facts_of(stage.run, {"x": Known(standing="done")})
    assert (set(facts), len(facts)) == ({"c", "a", "f", "x"}, 4)
    assert "nobody" not in facts
    assert facts["x"].standing == "done"


# What is settled, and how far it has come


def test_evidence_is_part_of_being_settled() -> None:
    stage = Stage.of({"hand_to": "交", "id": "h", "to": ["chief"], "evidence": "photo"})
    stage.do(c.Hand("h"))
    stage.do(c.Receive("h"), by="chief")
    assert stage.asked() == ["h"]
    stage.do(c.AttachPhotos("h", ("0" * 64,)))
    assert stage.asked() == []


def test_tallies_count_what_applies_or_may() -> None:
    stage = Stage.of(
        {"section": "一", "steps": [choose("c"), check(when={"c": "yes"})]},
        {"section": "二", "steps": [check("b"), check("d")]},
        check("e"),
    )
    assert stage.run.tallies == (Tally(0, 2, 1), Tally(0, 2, 2), Tally(0, 1, 1))
    stage.answer("c", "no")
    stage.answer("b")
    assert stage.run.tallies == (Tally(1, 1), Tally(1, 2, 1), Tally(0, 1, 1))
    assert stage.run.tally == Tally(2, 4, 2)


def test_the_next_step_after_one_goes_round() -> None:
    stage = Stage.of(check(), check("b"), check("z"))
    assert [placed.id if (placed := stage.run.after(step)) else None for step in ("a", "z", "")] == ["b", "a", "a"]
    for step in ("a", "b", "z"):
        stage.answer(step)
    assert stage.run.after("a") is None


def test_a_thousand_steps_are_moved_on_by_what_changed() -> None:
    stage = Stage(planned(choose("c"), *(check(f"s{n}", when={"c": "yes"}) for n in range(200))), now=NOON)
    stage.answer("c", "yes")
    assert stage.run.tally == Tally(1, 201, 200)
    stage.answer("s7")
    assert stage.run.tally == Tally(2, 201, 199)
