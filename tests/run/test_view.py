"""What is shown to whom: statuses, the acts that may be given, what is due, and the step to open."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.run import commands as c
from engine.run.commands import Actor
from engine.run.refusal import Refusal
from engine.run.view import StepView, view_deviation, view_run, view_step

from .building import MIN, NOON, REMEASURE, Stage, Written, check, choose, measure
from .rich import rich, step_acts

P = "0" * 64
HAND: Written = {"hand_to": "交", "id": "h", "to": ["engineering"]}
ROUNDS: Written = {"rounds": "巡", "id": "o", "every": "10 min", "steps": [check("seen")]}
WAIT: Written = {"wait": "等", "id": "w", "at_least": "10 min"}
REGISTER: Written = {"register": "登", "id": "r", "book": "visitors", "at_least": 2}


def look(stage: Stage, step: str, by: str = "guard") -> StepView:
    return view_step(stage.run, stage.run.plan.by_id[step], stage.actor(by), stage.now)


def test_statuses_in_their_turn() -> None:
    stage = Stage.of(
        choose("c"), check(when={"c": "yes"}), WAIT, HAND, check("k", items={"x": "一", "y": "二"}), REGISTER, check("n")
    )
    assert [look(stage, s).status for s in ("c", "a", "w", "h", "k", "r")] == [
        "open",
        "undecided",
        "open",
        "open",
        "open",
        "open",
    ]
    assert look(stage, "a").waits_for == ("c",)
    for act in (c.Begin("w"), c.Hand("h"), c.TickItem("k", "x"), c.AddRow("r", {"visitor": "甲"}), c.AnswerStep("c", "no")):
        stage.do(act)
    stage.do(c.MarkStep("n", "not_done", "x"))
    assert [look(stage, s).status for s in ("c", "a", "w", "h", "k", "r", "n")] == [
        "answered",
        "not_asked",
        "begun",
        "handed",
        "begun",
        "begun",
        "not_done",
    ]
    assert [look(stage, s).is_settled for s in ("c", "a", "w", "n")] == [True, True, False, True]


@pytest.mark.parametrize(
    ("written", "before", "acts"),
    [
        (check(), [], {"answer", "mark", "attach"}),
        (check(), [c.AnswerStep("a", "done")], {"amend", "attach"}),
        (check(), [c.MarkStep("a", "not_applicable", "x")], {"answer", "amend", "attach"}),
        (check(items={"x": "一"}), [], {"tick", "mark", "attach"}),
        (WAIT, [], {"begin", "mark", "attach"}),
        (WAIT, [c.Begin("w")], {"end", "mark", "attach"}),
        (ROUNDS, [], {"begin", "mark", "attach"}),
        (ROUNDS, [c.Begin("o")], {"round", "end", "mark", "attach"}),
        (REGISTER, [], {"add_row", "mark", "attach"}),
        (REGISTER | {"at_least": 0}, [], {"amend", "add_row", "attach"}),
        (HAND, [], {"hand", "mark", "attach"}),
        ({"sign": "签", "id": "s"}, [], {"sign", "mark", "attach"}),
        ({"sign": "签", "id": "s"}, [c.Sign("s", verified=True)], {"attach"}),
        ({"start": "启", "id": "s", "procedure": "x"}, [], {"start", "mark", "attach"}),
        ({"start": "启", "id": "s", "procedure": "x"}, [c.LinkRun("s", "r", "x")], {"start", "amend", "attach"}),
        ({"photo": "拍", "id": "p"}, [c.AnswerStep("p", P)], {"answer", "amend", "attach"}),
        (check(due={"by": "13:00"}), [], {"answer", "mark", "attach", "ask"}),
        (check(by=["clerk"]), [], set()),
        (check(when={"season": "winter"}), [], {"answer", "mark", "attach"}),
        (check(when={"not": {"season": "winter"}}), [], set()),
    ],
)
def test_the_acts_that_may_be_given(written: Written, before: list[c.Act], acts: set[str]) -> None:
    stage = Stage.of(written)
    for act in before:
        stage.do(act)
    assert look(stage, written["id"]).acts == acts


def test_who_may_extend_and_who_receive() -> None:
    stage = Stage.of(
        check(due={"by": "13:00"}), check("b", due={"by": "13:00"}, overdue={"notify": ["lead"], "extend_by": ["chief"]}), HAND
    )
    assert [("extend" in look(stage, s, by).acts) for s in ("a", "b") for by in ("guard", "lead", "chief")] == [
        False,
        True,
        True,
        False,
        False,
        True,
    ]
    assert look(stage, "h", "engineer").acts == set()
    stage.do(c.Hand("h"))
    assert look(stage, "h", "engineer").acts == {"receive"}
    assert "receive" not in look(stage, "h", "lead:guard").acts
    assert "receive" not in look(stage, "h").acts


def test_on_hold_and_when_over_there_is_nothing_to_do() -> None:
    stage = Stage.of(measure())
    stage.answer("m", "0.3")
    stage.do(c.Hold("x"))
    assert look(stage, "m").acts == set()
    assert view_deviation(stage.run, stage.deviations()[0], stage.actor("chief"), stage.now).acts == set()
    assert not view_run(stage.run, stage.actor("guard"), stage.now).run.state.is_over
    stage.do(c.Resume())
    stage.do(c.Complete())
    assert not view_run(stage.run, stage.actor("guard"), stage.now).is_completable


def test_deadlines_and_times_to_wait_for() -> None:
    stage = Stage.of(check(due={"within": "10 min", "after": "start"}), WAIT, ROUNDS)
    stage.do(c.Begin("w"))
    stage.do(c.Begin("o"))
    assert (look(stage, "a").due, look(stage, "a").is_overdue) == (NOON + 10 * MIN, False)
    assert look(stage, "w").ready_at == NOON + 10 * MIN
    assert (look(stage, "o").ready_at, look(stage, "o").round) == (NOON + 10 * MIN, 1)
    stage.wait(11 * MIN)
    stage.do(c.RecordRound("o", {"seen": "done"}))
    assert look(stage, "a").is_overdue
    assert (look(stage, "o").ready_at, look(stage, "o").round) == (NOON + 20 * MIN, 1)
    stage.wait(25 * MIN)
    assert (look(stage, "o").ready_at, look(stage, "o").round) == (NOON + 30 * MIN, 3)
    stage.do(c.End("w"))
    assert look(stage, "w").ready_at is None
    assert look(stage, "a").ready_at is None


def test_deviations_and_what_may_be_done_about_them() -> None:
    stage = Stage.of(measure(on_deviation=REMEASURE), measure("free"))
    stage.answer("m", "0.3")
    stage.answer("free", "0.3")
    (bound,), (free,) = look(stage, "m").deviations, look(stage, "free").deviations
    assert bound.acts == {"act_on"}
    assert bound.ready_at is None
    assert free.acts == {"act_on", "remeasure"}
    assert free.ready_at == NOON
    assert [look(stage, s, "lead").deviations[0].acts for s in ("m", "free")] == [
        {"act_on", "accept"},
        {"act_on", "remeasure", "accept"},
    ]
    assert look(stage, "m", "chief").deviations[0].acts == set()
    stage.do(c.ActOn(bound.deviation.id, "补投"))
    assert look(stage, "m").deviations[0].ready_at == NOON + 15 * MIN
    assert look(stage, "m").deviations[0].acts == {"act_on"}
    stage.wait(15 * MIN)
    assert look(stage, "m").deviations[0].acts == {"act_on", "remeasure"}
    assert look(stage, "m").has_open_deviation
    stage.do(c.Remeasure(bound.deviation.id, "0.5"))
    assert look(stage, "m").deviations[0].acts == set()
    assert not look(stage, "m").has_open_deviation


def test_reports_stand_with_the_run() -> None:
    stage = Stage.of(check())
    stage.do(c.ReportDeviation("漏水"))
    (view,) = view_run(stage.run, stage.actor("guard"), stage.now).reported
    assert view.acts == {"act_on"}


def test_the_step_to_open_is_the_first_that_can_go_on_now() -> None:
    stage = Stage.of(WAIT, HAND, check(by=["clerk"]), check("z"))
    assert view_run(stage.run, stage.actor("guard"), stage.now).current == "w"
    stage.do(c.Begin("w"))
    assert view_run(stage.run, stage.actor("guard"), stage.now).current == "h"
    stage.do(c.Hand("h"))
    assert view_run(stage.run, stage.actor("guard"), stage.now).current == "z"
    assert view_run(stage.run, stage.actor("clerk"), stage.now).current == "a"
    stage.answer("z")
    assert view_run(stage.run, stage.actor("guard"), stage.now).current == "w"
    assert view_run(stage.run, Actor("x", "X", ()), stage.now).current is None
    assert view_run(stage.run, stage.actor("engineer"), stage.now).current == "h"


def test_what_completes_a_run_is_seen_before() -> None:
    stage = Stage.of(check())
    assert not view_run(stage.run, stage.actor("guard"), stage.now).is_completable
    stage.answer("a")
    shown = view_run(stage.run, stage.actor("guard"), stage.now)
    assert (shown.is_completable, shown.tally.settled, shown.tally.total) == (True, 1, 1)


NAMES: dict[type[c.Act], str] = {
    c.AnswerStep: "answer",
    c.TickItem: "tick",
    c.MarkStep: "mark",
    c.AddRow: "add_row",
    c.RecordRound: "round",
    c.Begin: "begin",
    c.End: "end",
    c.Hand: "hand",
    c.Receive: "receive",
    c.Sign: "sign",
    c.LinkRun: "start",
    c.Extend: "extend",
    c.AmendStep: "amend",
    c.AttachPhotos: "attach",
}
PLAN = rich()
WHOLE_STEPS = {name: step_acts(placed.step) for name, placed in PLAN.by_id.items()}


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_what_is_accepted_was_offered(data: st.DataObject) -> None:
    """Whatever is accepted of a step stood among the acts shown to that person (rows and ticks are corrected while begun)."""
    stage = Stage(PLAN)
    for _ in range(12):
        step = data.draw(st.sampled_from(sorted(WHOLE_STEPS)))
        act, by = data.draw(WHOLE_STEPS[step]), data.draw(st.sampled_from(["guard", "lead", "chief", "engineer"]))
        shown = look(stage, step, by)
        if isinstance(stage.try_(act, by), Refusal):
            continue
        is_correction = isinstance(act, c.AmendStep | c.TickItem) and (shown.state.rows or shown.state.items)
        is_again = isinstance(act, c.Hand) and shown.status == "handed"
        assert NAMES[type(act)] in shown.acts or is_correction or is_again, (act, by, replace(shown, deviations=()))
        stage.do(act, by)


def test_acts_are_worked_out_once_and_shared() -> None:
    stage = Stage.of(check(), check("b"))
    assert look(stage, "a").acts is look(stage, "b").acts
    stage.do(c.AnswerStep("a", "done"))
    assert look(stage, "a").acts == {"amend", "attach"}
    assert look(stage, "b").acts == {"answer", "mark", "attach"}  # what one step may now do is no other's
