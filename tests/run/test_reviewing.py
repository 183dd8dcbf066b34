"""The review of a run: who may judge it, what a judgement covers, and what reopens it."""

from datetime import timedelta

import pytest

from engine.run import commands as c
from engine.run.commands import Actor
from engine.run.review_events import ReviewAnswered, ReviewAsked, RunApproved, RunReturned
from tests.run.building import REMEASURE, Stage, check, measure

DIGEST = "ab" * 32
APPROVE, RETURN, ASK = c.ApproveRun(True, digest=DIGEST), c.ReturnRun("余氯写错", "m", DIGEST), c.AskReview("为什么晚？", "m")


def finished() -> Stage:
    stage = Stage.of(check(), measure(required=False, on_deviation=REMEASURE))
    stage.answer("m", "0.5")
    stage.answer("a")
    stage.do(c.Complete())
    return stage


@pytest.mark.parametrize("act", [APPROVE, RETURN, ASK])
def test_only_a_reviewer_judges_and_only_what_is_over(act: c.Act) -> None:
    stage = finished()
    assert stage.refused(act, "lead").code == "not_permitted"
    assert Stage.of(check()).refused(act, "reviewer").code == "not_over"
    stage.do(act, "reviewer")


@pytest.mark.parametrize("act", [APPROVE, RETURN, ASK])
def test_whoever_recorded_anything_in_it_does_not_judge_it(act: c.Act) -> None:
    stage = finished()
    both = Actor("guard", "卫", ("guard", "reviewer"), frozenset({"review"}))
    assert stage.refused(act, both).code == "own_run"
    (left,) = _left_open(stage := Stage.of(check(), measure(required=False)))
    accepting = Actor("ann", "安", ("lead", "reviewer"), frozenset({"review", "accept_deviations"}))
    stage.do(c.AcceptDeviation(left, "属实"), accepting)
    assert stage.refused(act, accepting).code == "own_run"


def _left_open(stage: Stage) -> list[str]:
    stage.answer("m", "0.3")
    stage.answer("a")
    stage.do(c.Complete())
    return [one.id for one in stage.deviations()]


def test_an_approval_is_a_signature_bound_to_what_was_read() -> None:
    stage = finished()
    version = stage.run.state.version
    assert stage.refused(c.ApproveRun(False, digest=DIGEST), "reviewer").code == "pin_needed"
    assert stage.do(APPROVE, "reviewer:lin") == (RunApproved("lin", version, DIGEST),)
    review = stage.run.state.review
    assert (review.status, review.covers, stage.run.state.status) == ("approved", version, "completed")
    assert stage.refused(APPROVE, "reviewer").code == "already_approved"


def test_without_the_digest_nothing_is_judged() -> None:
    with pytest.raises(ValueError, match="digest"):
        finished().try_(c.ApproveRun(True), "reviewer")


def test_what_changed_since_it_was_read_must_be_read_again() -> None:
    stage = Stage.of(check(), measure(required=False))
    (left,) = _left_open(stage)
    seen = stage.run.state.version
    stage.do(c.ActOn(left, "补投"))
    assert stage.refused(APPROVE, "reviewer", version=seen).code == "run_changed"
    stage.do(ASK, "reviewer")  # what reviewers do changes nothing of the run
    stage.do(APPROVE, "reviewer:other", version=stage.run.state.version - 1)


def test_returned_it_is_amended_with_both_values_answered_and_approved() -> None:
    stage = finished()
    assert stage.refused(c.AmendStep("m", "看错", "0.55")).code == "run_over"
    assert stage.do(RETURN, "reviewer") == (RunReturned("余氯写错", stage.run.state.version - 1, DIGEST, "m"),)
    assert stage.refused(RETURN, "reviewer").code == "already_returned"
    assert stage.refused(c.AnswerStep("a")).code == "run_over"
    stage.do(c.AmendStep("m", "看错", "0.55"))
    assert stage.run.state.step("m").amendments == 1
    assert stage.refused(c.AnswerReview("已更正"), "clerk").code == "wrong_role"
    assert stage.do(c.AnswerReview("已更正")) == (ReviewAnswered("已更正"),)
    assert stage.run.state.review.status == "answered"
    stage.do(c.AmendStep("m", "又看错", "0.54"))  # until it is judged again
    stage.do(APPROVE, "reviewer")
    assert stage.refused(c.AmendStep("m", "再改", "0.5")).code == "run_over"


def test_an_amendment_out_of_limits_is_led_through_action_and_a_new_reading() -> None:
    stage = finished()
    stage.do(RETURN, "reviewer")
    stage.do(c.AmendStep("m", "看错", "0.3"))
    (left,) = stage.deviations("m")
    stage.do(c.ActOn(left.id, "补投"))
    stage.wait(timedelta(minutes=15))
    stage.do(c.Remeasure(left.id, "0.5"))
    assert stage.deviations() == []


def test_what_is_settled_after_approval_reopens_it() -> None:
    stage = Stage.of(check(), measure(required=False))
    (left,) = _left_open(stage)
    stage.do(APPROVE, "reviewer")
    covered = stage.run.state.review.covers
    stage.do(c.ActOn(left, "补投"))
    review = stage.run.state.review
    assert (review.status, review.covers) == ("reopened", covered)
    stage.do(APPROVE, "reviewer")
    assert stage.run.state.review.status == "approved"


def test_a_question_is_answered_and_asked_of_those_who_did_it() -> None:
    stage = finished()
    assert stage.refused(c.AnswerReview("没有")).code == "nothing_asked"
    assert stage.do(ASK, "reviewer") == (ReviewAsked("为什么晚？", "m"),)
    assert stage.refused(c.AskReview("x", "zz"), "reviewer").code == "unknown_step"
    stage.do(c.AnswerReview("停电"))
    assert (stage.run.state.review.text, stage.run.state.review.step) == ("停电", "m")


@pytest.mark.parametrize("asker", ["reviewer", "both"])
@pytest.mark.parametrize("act", [APPROVE, RETURN, ASK])
def test_whoever_answered_for_it_does_not_judge_it_even_their_own_question(act: c.Act, asker: str) -> None:
    stage, both = finished(), Actor("both", "双", ("guard", "reviewer"), frozenset({"review"}))
    stage.do(ASK, both if asker == "both" else asker)
    stage.do(c.AnswerReview("停电"), both)
    assert stage.refused(act, both).code == "own_run"
    stage.do(act, "reviewer:other")


@pytest.mark.parametrize("ahead", [1, 10**8])
def test_a_version_that_is_yet_to_come_nobody_has_read(ahead: int) -> None:
    stage = finished()
    assert stage.refused(APPROVE, "reviewer", version=stage.run.state.version + ahead).code == "run_changed"
    stage.do(APPROVE, "reviewer", version=stage.run.state.version)


def test_an_approved_run_can_be_returned_later() -> None:
    stage = finished()
    stage.do(APPROVE, "reviewer")
    stage.do(RETURN, "reviewer:other")
    stage.do(c.AmendStep("m", "看错", "0.55"))
    assert stage.run.state.review.status == "returned"
