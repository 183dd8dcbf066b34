"""The rows that lists and charts read, as the events of a run give them; nothing taken back is still read as a value."""

from datetime import timedelta
from typing import Any

from engine.ledger.projections import rows_of
from engine.run import commands as c

from .building import Stage, check, measure

FORM = {
    "form": "表",
    "id": "f",
    "fields": [measure("level"), {"count": "帽", "id": "caps", "required": False}, {"note": "注", "id": "n"}],
}


def readings(stage: Stage) -> dict[tuple[str, str], Any]:
    """The value kept for each reading, by step and entry."""
    rows = rows_of(stage.run, stage.rehearsal.history).get("readings", ())
    return {(str(row["step"]), str(row["entry"])): row["value"] for row in rows}


def test_a_reading_amended_and_taken_back() -> None:
    stage = Stage.of(measure(), check())
    stage.answer("m", "0.3")
    assert readings(stage) == {("m", ""): "0.3"}
    stage.do(c.Remeasure(stage.deviations()[0].id, "0.50"))
    stage.do(c.AmendStep("m", "看错", "0.4"))
    assert readings(stage) == {("m", ""): "0.3", ("m", "d3"): "0.4"}  # the newest is corrected, and what was read first stays
    stage.do(c.AmendStep("m", "还是看错", "0.41"))
    assert readings(stage) == {("m", ""): "0.3", ("m", "d3"): "0.41"}
    stage.do(c.AmendStep("m", "误点", withdraw=True))
    assert readings(stage) == {("m", ""): "0.3", ("m", "d3"): None}
    stage.answer("m", "0.45")
    stage.answer("a")
    stage.do(c.AmendStep("a", "误点", withdraw=True))
    assert readings(stage) == {("m", ""): "0.45", ("m", "d3"): None}


def test_a_field_measured_again_and_then_corrected_with_its_form() -> None:
    fields = [{"note": "经过", "id": "n"}, measure("m", on_deviation={"action": "补投", "remeasure": {"after": "15 min"}})]
    stage = Stage.of({"form": "单", "id": "f", "fields": fields})
    stage.do(c.AnswerStep("f", fields={"n": "x", "m": "0.25"}))
    stage.do(c.ActOn("d3", "补投了"))
    stage.wait(timedelta(minutes=15))
    stage.do(c.Remeasure("d3", "0.5"))
    stage.do(c.AmendStep("f", "错字", fields={"n": "y", "m": "0.5"}))
    assert readings(stage) == {("m", ""): "0.25", ("m", "d3"): "0.5"}
    stage.do(c.AmendStep("f", "看错", fields={"n": "y", "m": "0.52"}))
    assert readings(stage) == {("m", ""): "0.25", ("m", "d3"): "0.52"}


def test_a_field_left_out_of_a_corrected_form() -> None:
    stage = Stage.of(FORM)
    stage.do(c.AnswerStep("f", fields={"level": "0.5", "caps": "3", "n": "x"}))
    stage.do(c.AmendStep("f", "没数", fields={"level": "0.5", "n": "x"}))
    assert readings(stage) == {("level", ""): "0.5", ("caps", ""): None}


def test_a_row_taken_back() -> None:
    stage = Stage.of({"register": "登", "id": "r", "book": "visitors"})
    stage.do(c.AddRow("r", {"visitor": "甲", "people": "2"}))
    stage.do(c.AddRow("r", {"visitor": "乙", "people": "3"}))
    stage.do(c.AmendStep("r", "误", row=1, withdraw=True))
    assert readings(stage) == {("people", "1"): None, ("people", "2"): "3"}  # nothing else was ever there


def test_a_correction_leaves_when_it_was_read_and_by_whom() -> None:
    stage = Stage.of(measure())
    stage.answer("m", "0.3")
    (read,) = rows_of(stage.run, stage.rehearsal.history)["readings"]
    assert read["amended_at"] is None
    stage.wait(timedelta(days=40))
    stage.do(c.AmendStep("m", "看错", "0.4"))
    (corrected,) = rows_of(stage.run, stage.rehearsal.history)["readings"]
    assert (corrected["value"], corrected["at"], corrected["by"]) == ("0.4", read["at"], read["by"])
    assert corrected["amended_at"] == read["at"] + timedelta(days=40)
