"""Rows of a register: counted, corrected, taken back, judged; a register not done, and one that may stay empty."""

from engine.run import commands as c
from engine.run.events import (
    RowAdded,
)

from .building import BOOK, MIN, Stage, measure


def test_rows_are_counted_corrected_and_taken_back() -> None:
    stage = Stage.of(BOOK)
    (event,) = stage.do(c.AddRow("r", {"visitor": "李", "people": "2"}))
    assert isinstance(event, RowAdded)
    assert (event.row, event.book, sorted(event.fields)) == (1, "visitors", ["people", "visitor"])
    assert "r" not in stage.run.settled
    stage.do(c.AddRow("r", {"visitor": "王"}))
    assert "r" in stage.run.settled
    stage.do(c.AmendStep("r", "写错", fields={"visitor": "汪"}, row=2))
    assert stage.run.state.step("r").rows[1].fields["visitor"].text == "汪"
    stage.do(c.AmendStep("r", "没来", row=2, withdraw=True))
    assert stage.run.state.step("r").rows[1].fields == {}
    assert "r" not in stage.run.settled
    assert stage.refused(c.AmendStep("r", "错", row=9)).code == "not_answered"
    stage.do(c.AddRow("r", {"visitor": "赵"}))
    assert stage.run.state.step("r").rows[-1].number == 3
    assert "r" in stage.run.settled


def test_rows_are_judged_and_say_nothing_empty() -> None:
    stage = Stage.of(BOOK | {"fields": [measure("rm", required=False)]})
    assert stage.refused(c.AddRow("r", {})).code == "empty"
    stage.do(c.AddRow("r", {"rm": "0.3"}))
    stage.do(c.AmendStep("r", "看错", fields={"rm": "0.2"}, row=1))
    assert [d.event.entry for d in stage.deviations("rm")] == ["1", "1"]
    assert stage.refused(c.AmendStep("r", "错", fields={}, row=1)).code == "empty"


def test_a_register_not_done_is_done_by_its_rows() -> None:
    stage = Stage.of(BOOK)
    stage.do(c.MarkStep("r", "not_done", "没人来"))
    stage.do(c.AddRow("r", {"visitor": "李"}))
    assert stage.deviations()
    assert "r" not in stage.run.settled
    stage.do(c.AddRow("r", {"visitor": "王"}))
    assert not stage.deviations()


def test_a_register_that_may_stay_empty_is_settled() -> None:
    stage = Stage.of(BOOK | {"at_least": 0, "due": {"within": "5 min", "after": "start"}})
    assert "r" in stage.run.settled
    stage.wait(10 * MIN).do(c.AddRow("r", {"visitor": "李"}))
    stage.do(c.AddRow("r", {"visitor": "王"}))
    assert [d.cause for d in stage.deviations()] == ["late"]
