"""A run's own life: started, held, resumed, completed or closed, abandoned; and what stands in the way."""

from typing import Any

import pytest

from engine.run import commands as c
from engine.run.closing import in_the_way
from engine.run.commands import Actor, Command
from engine.run.decide import Decided, start
from engine.run.events import RunAbandoned, RunCompleted, RunHeld, RunResumed, RunStarted
from engine.run.refusal import Refusal

from .building import NOON, Stage, Written, check, choose, measure, planned

EVERY_ACT: list[c.Act] = [
    c.StartRun("x", "", "pool"),
    c.AnswerStep("a", "done"),
    c.TickItem("a", "x"),
    c.AttachPhotos("a", ("0" * 64,)),
    c.MarkStep("a", "not_done", "x"),
    c.AmendStep("a", "x", "done"),
    c.ActOn("d3", "x"),
    c.Remeasure("d3", "0.5"),
    c.AcceptDeviation("d3", "x"),
    c.ReportDeviation("x"),
    c.Begin("a"),
    c.End("a"),
    c.RecordRound("a", {}),
    c.AddRow("a", {}),
    c.Hand("a"),
    c.Receive("a"),
    c.Sign("a", verified=True),
    c.LinkRun("a", "r", "p"),
    c.Extend("a", NOON, "x"),
    c.Hold("x"),
    c.Resume(),
    c.Complete(),
    c.Abandon("x"),
]


def begin(act: c.StartRun, by: Actor | None = None, *steps: Written, **header: Any) -> Decided | Refusal:
    actor = by or Actor("li", "李", ("guard",))
    return start(planned(*(steps or (check(),)), **header), Command("c", "r", actor, NOON, act), NOON)


# Starting


def test_a_run_starts_with_what_the_site_knows() -> None:
    decided = begin(c.StartRun("pool/prep", "rev", "hall", number="TS-1", linked_from="other", site="digest"))
    assert decided == Decided(
        (
            RunStarted(
                "pool/prep",
                "rev",
                "试验",
                "hall",
                {},
                {"place": "hall", "weekday": "mon", "season": "winter", "shift": "early"},
                "TS-1",
                "other",
                "digest",
            ),
        ),
        "guard",
    )


def test_who_may_start_and_where() -> None:
    refusal = begin(c.StartRun("p", "", "pool"), Actor("x", "X", ("clerk",)))
    assert refusal == Refusal("wrong_role", facts={"roles": ("guard",)})
    assert begin(c.StartRun("p", "", "moon")) == Refusal("unknown_option", facts={"option": "moon"})


def test_inputs_tell_all_their_faults_at_once_and_have_conditions() -> None:
    inputs = [
        {"moment": "开始", "id": "at"},
        {"count": "人数", "id": "guests"},
        {"note": "备注", "id": "remark", "required": False},
        {"note": "谁批准", "id": "approved", "when": {"guests": {"at_least": 50}}},
        {"note": "冬季", "id": "heating", "when": {"season": "winter"}},
        {"note": "夜班", "id": "night", "when": {"shift": "late"}},
    ]
    refusal = begin(c.StartRun("p", "", "pool", {"at": "x", "guests": "60"}), inputs=inputs)
    assert isinstance(refusal, Refusal)
    assert isinstance(refusal.facts["faults"], dict)
    assert {name: fault.code for name, fault in refusal.facts["faults"].items()} == {
        "at": "moment",
        "approved": "empty",
        "heating": "empty",
    }
    typed = {"at": "2026-11-20T09:00", "guests": "10", "heating": "开"}
    decided = begin(c.StartRun("p", "", "pool", typed), inputs=inputs)
    assert isinstance(decided, Decided)
    (event,) = decided.events
    assert isinstance(event, RunStarted)
    assert event.inputs.keys() == {"at", "guests", "heating"}


def test_a_run_is_started_once() -> None:
    assert Stage.of(check()).refused(c.StartRun("p", "", "pool")).code == "already_started"


# Holding


def test_on_hold_nothing_goes_on_but_resuming_and_abandoning() -> None:
    stage = Stage.of(check())
    assert stage.refused(c.Resume()).code == "not_held"
    assert stage.refused(c.Hold("")).code == "reason_needed"
    assert stage.refused(c.Hold("x"), by="clerk").code == "wrong_role"
    assert stage.do(c.Hold("停电")) == (RunHeld("停电"),)
    assert (stage.run.state.status, stage.run.state.reason) == ("held", "停电")
    for act in EVERY_ACT:
        if not isinstance(act, c.StartRun | c.Resume | c.Abandon):
            assert stage.refused(act).code == "run_held"
    assert stage.refused(c.Resume(), by="clerk").code == "wrong_role"
    assert stage.do(c.Resume()) == (RunResumed(),)
    stage.answer("a")


@pytest.mark.parametrize("ending", [c.Complete(), c.Abandon("关门")])
def test_a_finished_run_accepts_nothing(ending: c.Act) -> None:
    stage = Stage.of(check(), measure(required=False))
    stage.answer("m", "0.3")
    stage.answer("a")
    stage.do(ending, by="lead")
    settles = (c.ActOn, c.AcceptDeviation) if isinstance(ending, c.Complete) else ()
    for act in EVERY_ACT:
        expected = "already_started" if isinstance(act, c.StartRun) else "run_over"
        if not isinstance(act, settles):
            assert stage.refused(act, by="lead").code == expected


def test_what_a_finished_run_left_open_can_still_be_settled_and_nothing_else() -> None:
    stage = Stage.of(check(), measure(required=False))
    stage.answer("m", "0.3")
    stage.answer("a")
    stage.do(c.Complete())
    (left,) = stage.deviations()
    assert stage.refused(c.Remeasure(left.id, "0.5")).code == "run_over"
    stage.do(c.ActOn(left.id, "次日补投"))
    assert stage.refused(c.AcceptDeviation(left.id, "复核属实")).code == "may_not_accept"
    stage.do(c.AcceptDeviation(left.id, "复核属实"), by="lead")
    assert (stage.deviations(), stage.run.state.status) == ([], "completed")
    assert stage.refused(c.ActOn(left.id, "再补")).code == "deviation_closed"


# Completing


def test_completion_waits_for_everything_that_is_named() -> None:
    stage = Stage.of(
        choose("c"),
        check(when={"c": "yes"}),
        check("o", required=False),
        measure(),
        choose("q", required=False),
        check("z", when={"q": "yes"}),
        check("y", required=False, when={"q": "yes"}),
        opens={"place": "pool", "valid_for": "1 day"},
    )
    stage.answer("m", "0.3")
    refusal = stage.refused(c.Complete())
    assert (refusal.code, refusal.facts["steps"]) == ("blocked", ("c", "a", "z", "m"))
    found = in_the_way(stage.run)
    assert (found.steps, found.undecided, [d.step for d in found.deviations]) == (("c",), ("a", "z"), ["m"])
    assert found
    stage.answer("c", "no")
    stage.answer("q", "no")
    stage.do(c.Remeasure(stage.deviations()[0].id, "0.5"))
    assert not in_the_way(stage.run)
    assert stage.refused(c.Complete(), by="clerk").code == "wrong_role"
    assert stage.do(c.Complete()) == (RunCompleted(is_clean=True),)
    assert stage.run.state.finished is not None


def test_a_run_may_be_completed_with_a_deviation_that_does_not_block_but_not_cleanly() -> None:
    stage = Stage.of(measure())
    stage.answer("m", "0.3")
    assert stage.do(c.Complete()) == (RunCompleted(is_clean=False),)


def test_whoever_has_a_part_in_the_run_may_complete_it() -> None:
    stage = Stage.of(check(by=["clerk"]))
    stage.answer("a", by="clerk")
    stage.do(c.Complete(), by="clerk")


def test_a_case_is_closed_by_its_own_conditions_and_signatures() -> None:
    close: Written = {"when": {"c": "yes"}, "sign": [{"by": ["chief", "lead"]}, {"by": ["clerk"], "when": {"k": True}}]}
    stage = Stage.of(choose("c"), check("k", required=False), kind="case", close=close)
    stage.answer("c", "no")
    found = in_the_way(stage.run)
    assert (found.is_close_condition_open, found.signatures) == (True, (("chief", "lead"),))
    stage.do(c.AmendStep("c", "已解决", "yes"))
    assert stage.refused(c.Complete()).facts["steps"] == ()
    stage.answer("k")
    assert in_the_way(stage.run).signatures == (("chief", "lead"), ("clerk",))
    stage.do(c.Sign("", verified=True), by="lead")
    assert stage.refused(c.Complete()).code == "blocked"
    stage.do(c.Sign("", verified=True), by="clerk")
    stage.do(c.Complete())


# Abandoning


def test_before_anything_is_recorded_whoever_may_do_it_gives_it_up() -> None:
    stage = Stage.of(check())
    assert stage.refused(c.Abandon("误点"), by="engineer").code == "wrong_role"
    assert stage.refused(c.Abandon(" ")).code == "reason_needed"
    assert stage.do(c.Abandon("误点")) == (RunAbandoned("误点"),)
    assert (stage.run.state.status, stage.run.state.reason) == ("abandoned", "误点")


def test_after_that_it_takes_the_permission() -> None:
    stage = Stage.of(check(), check("b"))
    stage.answer("a")
    assert stage.refused(c.Abandon("x")).facts == {"permission": "abandon_runs"}
    assert stage.refused(c.Abandon("x"), by=Actor("s", "S", (), frozenset(["abandon_runs"]))).code == "wrong_role"
    stage.do(c.Hold("x"))
    stage.do(c.Abandon("关门"), by="chief")  # has no part in the run
    assert stage.rehearsal.history[-1].role == "chief"
