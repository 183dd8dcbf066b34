"""A text of which nothing can be seen is no reason, no note and no name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.run import commands as c
from engine.run.answer import is_blank
from engine.run.visible import is_visible

from .building import REMEASURE, Stage, Written, check, measure

UNSEEN = ["", " ", "\u3000", "\u200b", "\u2060\ufeff", "\u202e", "\u00ad", "\u3164", "\u2800", "\ufe0f", " \n\t\u200d "]
NOTE: Written = {"note": "为何", "id": "n"}
WHO: Written = {"person": "谁", "id": "who"}
FORM: Written = {
    "form": "表",
    "id": "f",
    "fields": [{"note": "问题", "id": "problem"}, {"note": "备注", "id": "more", "required": False}],
}


@pytest.mark.parametrize("text", UNSEEN)
def test_it_is_asked_for_again(text: str) -> None:
    stage = Stage.of(check(), measure(on_deviation=REMEASURE), NOTE, WHO, FORM)
    assert stage.refused(c.MarkStep("a", "not_done", text)).code == "reason_needed"
    assert stage.refused(c.AnswerStep("n", text)).code == "empty"
    assert stage.refused(c.AnswerStep("who", text)).code == "empty"
    (fault,) = stage.refused(c.AnswerStep("f", fields={"problem": text, "more": text})).facts["faults"].values()  # type: ignore[attr-defined]
    assert fault.code == "empty"
    assert stage.refused(c.ReportDeviation(text)).code == "reason_needed"
    stage.answer("m", "0.3")
    (deviation,) = stage.deviations()
    assert stage.refused(c.ActOn(deviation.id, text)).code == "reason_needed"
    assert stage.refused(c.AcceptDeviation(deviation.id, text), "lead").code == "reason_needed"


@pytest.mark.parametrize("text", ["停", "。", "x", "🙂", "👨‍👩‍👧", "\u202eabc", "e\u0301", "\U00031350", "\ue863", "0"])
def test_whatever_can_be_seen_is_taken(text: str) -> None:
    stage = Stage.of(check(), NOTE)
    stage.do(c.MarkStep("a", "not_done", text))
    stage.answer("n", text)
    assert not is_blank(text)


@given(st.text(), st.text())
def test_what_is_added_never_hides_what_is_there(one: str, other: str) -> None:
    assert is_visible(one + other) == (is_visible(one) or is_visible(other))
    assert is_visible(one) <= bool(one.strip())
