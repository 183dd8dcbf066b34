"""Deviations: raised by bands, cleared by a passing re-measure, accepted by role, and never cleared by anything else."""

from typing import Any

import pytest

from engine.procedure.limits import Band
from engine.run import commands as c
from engine.run.events import DeviationCleared, DeviationRaised, RunCompleted, StepRemeasured

from .building import MIN, NOON, REMEASURE, D, Stage, check, measure

OPENS: dict[str, Any] = {"opens": {"place": "pool", "valid_for": "1 day"}}


@pytest.mark.parametrize(
    ("typed", "cause", "band", "blocks"),
    [
        ("0.5", None, None, None),
        ("0.4", None, None, None),
        ("0.3", "out_of_limits", Band.OUT_OF_LIMITS, False),
        ("1.0", "out_of_limits", Band.OUT_OF_LIMITS, False),
        ("0.1", "critical", Band.CRITICAL, True),
        ("1.01", "critical", Band.CRITICAL, True),
    ],
)
def test_the_band_decides(typed: str, cause: str | None, band: Band | None, blocks: bool | None) -> None:
    stage = Stage.of(measure())
    stage.answer("m", typed)
    raised = [d.event for d in stage.deviations()]
    assert [(e.cause, e.band, e.blocks) for e in raised] == ([] if cause is None else [(cause, band, blocks)])


def test_on_a_gate_every_mendable_deviation_blocks() -> None:
    for act in (c.AnswerStep("m", "0.3"), c.ReportDeviation("玻璃碎了"), c.MarkStep("m", "not_done", "试剂用完")):
        stage = Stage.of(measure(), **OPENS)
        stage.do(act)
        assert stage.deviations()[0].event.blocks


def test_what_the_step_asks_for_is_kept_with_the_deviation() -> None:
    stage = Stage.of(measure(on_deviation=REMEASURE))
    stage.answer("m", "0.3")
    event = stage.last(DeviationRaised)
    assert (event.action, event.notify, event.accept_by) == ("补投", ("lead",), ("lead",))
    assert (event.remeasure, event.remeasure_after, event.blocks) == (True, 15 * MIN, True)


def _low(typed: str = "0.3", **header: Any) -> Stage:
    stage = Stage.of(measure(on_deviation=REMEASURE), **header)
    stage.answer("m", typed)
    return stage


def test_a_passing_reading_after_the_action_clears() -> None:
    stage = _low()
    assert stage.refused(c.Complete()).code == "blocked"
    stage.do(c.ActOn("d3", "补投氯片"))
    stage.wait(15 * MIN).do(c.Remeasure("d3", "0.5"))
    assert not stage.deviations()
    deviation = stage.run.state.deviations["d3"]
    assert (deviation.closing, deviation.action, deviation.readings[0].number) == ("cleared", "补投氯片", D("0.5"))
    step = stage.run.state.step("m")
    assert step.answer is not None
    assert (step.answer.number, step.current.number if step.current else None) == (D("0.3"), D("0.5"))
    assert stage.do(c.Complete()) == (RunCompleted(is_clean=True),)


def test_a_failing_reading_leaves_it_open_and_asks_for_action_again() -> None:
    stage = _low()
    stage.do(c.ActOn("d3", "补"))
    events = stage.wait(15 * MIN).do(c.Remeasure("d3", "0.3"))
    assert [type(e) for e in events] == [StepRemeasured]
    assert [d.id for d in stage.deviations()] == ["d3"]
    assert stage.refused(c.Remeasure("d3", "0.5")).code == "act_first"


def test_a_critical_reading_on_remeasure_raises_its_own_deviation_and_one_passing_clears_both() -> None:
    stage = _low()
    stage.do(c.ActOn("d3", "补"))
    stage.wait(15 * MIN).do(c.Remeasure("d3", "0.1"))
    assert [d.cause for d in stage.deviations()] == ["out_of_limits", "critical"]
    stage.do(c.ActOn(stage.deviations()[1].id, "封池"))
    events = stage.wait(15 * MIN).do(c.Remeasure(stage.deviations()[1].id, "0.5"))
    assert [type(e) for e in events] == [StepRemeasured, DeviationCleared, DeviationCleared]
    assert not stage.deviations()


def test_a_critical_one_is_not_raised_twice() -> None:
    stage = _low("0.1")
    stage.do(c.ActOn("d3", "封池"))
    stage.wait(15 * MIN).do(c.Remeasure("d3", "0.15"))
    assert [d.id for d in stage.deviations()] == ["d3"]


def test_the_first_moment_a_remeasure_counts() -> None:
    stage = _low()
    stage.wait(5 * MIN).do(c.ActOn("d3", "补"))
    assert stage.wait(15 * MIN - MIN / 60).refused(c.Remeasure("d3", "0.5")).facts == {"ready_at": NOON + 20 * MIN}
    stage.wait(MIN / 60).do(c.Remeasure("d3", "0.5"))


def test_without_an_action_a_remeasure_may_come_at_once() -> None:
    stage = Stage.of(measure())
    stage.answer("m", "0.3")
    stage.do(c.Remeasure("d3", "0.5"))
    assert not stage.deviations()


def test_a_remeasure_without_a_span_may_follow_the_action_at_once() -> None:
    stage = Stage.of(measure(on_deviation={"action": "补", "remeasure": {}}))
    stage.answer("m", "0.3")
    stage.do(c.ActOn("d3", "补"))
    stage.do(c.Remeasure("d3", "0.5"))


def test_a_remeasure_clears_only_its_own_entry() -> None:
    register = {"register": "测", "id": "r", "book": "b", "fields": [measure("rm")]}
    stage = Stage.of(register)
    stage.do(c.AddRow("r", {"rm": "0.3"}))
    stage.do(c.AddRow("r", {"rm": "0.3"}))
    first, second = stage.deviations("rm")
    assert (first.event.entry, second.event.entry) == ("1", "2")
    stage.do(c.Remeasure(second.id, "0.5"))
    assert [d.id for d in stage.deviations()] == [first.id]


def test_only_the_roles_named_accept() -> None:
    stage = _low()
    assert stage.refused(c.AcceptDeviation("d3", "试剂明早到"), "chief").facts == {"roles": ("lead",)}
    stage.do(c.AcceptDeviation("d3", "试剂明早到"), "lead")
    deviation = stage.run.state.deviations["d3"]
    assert (deviation.closing, deviation.reason, deviation.closed and deviation.closed.role) == ("accepted", "试剂明早到", "lead")
    assert stage.do(c.Complete()) == (RunCompleted(is_clean=True),)


def test_where_none_is_named_whoever_may_accept_does() -> None:
    stage = Stage.of(measure())
    stage.answer("m", "0.3")
    assert stage.refused(c.AcceptDeviation("d3", "可")).code == "may_not_accept"
    stage.do(c.AcceptDeviation("d3", "可"), "chief")
    assert stage.run.state.deviations["d3"].closing == "accepted"


def test_whoever_may_accept_may_also_act_and_measure() -> None:
    stage = Stage.of(measure(on_deviation=REMEASURE | {"accept_by": ["chief"]}))
    stage.answer("m", "0.3")
    stage.do(c.ActOn("d3", "补"), "chief")
    stage.wait(15 * MIN).do(c.Remeasure("d3", "0.5"), "chief")


def test_reported_by_anybody_and_closed_only_by_acceptance() -> None:
    stage = Stage.of(check(), **OPENS)
    stage.do(c.ReportDeviation("  地面滑 "), "clerk")
    (deviation,) = stage.deviations("")
    assert (deviation.event.text, deviation.raised.role) == ("地面滑", "clerk")
    assert stage.refused(c.Remeasure(deviation.id, "1")).code == "no_remeasure"
    stage.answer("a")
    assert stage.refused(c.Complete()).code == "blocked"
    stage.do(c.ActOn(deviation.id, "拖干"))
    stage.do(c.AcceptDeviation(deviation.id, "已拖干"), "lead")
    stage.do(c.Complete())


def test_a_run_with_an_open_deviation_that_does_not_block_completes_but_not_clean() -> None:
    stage = Stage.of(measure())
    stage.answer("m", "0.3")
    assert stage.do(c.Complete()) == (RunCompleted(is_clean=False),)


def test_fields_of_a_form_are_judged_one_by_one() -> None:
    fields = [measure("one", on_deviation=REMEASURE), measure("two"), {"note": "记", "id": "n", "required": False}]
    stage = Stage.of({"form": "表", "id": "f", "fields": fields})
    stage.do(c.AnswerStep("f", fields={"one": "0.3", "two": "0.1"}))
    assert [(d.step, d.cause, d.event.action) for d in stage.deviations()] == [
        ("one", "out_of_limits", "补投"),
        ("two", "critical", ""),
    ]
    stage.do(c.Remeasure(stage.deviations("two")[0].id, "0.5"))
    assert stage.run.state.step("two").remeasured is not None
    assert [d.step for d in stage.deviations()] == ["one"]
