"""The other side of the review: what came back is put right, asked and answered on the tablet, and told on the board."""

import re
from datetime import timedelta

from engine.procedure.procedure import Procedure
from engine.procedure.site import Unreviewed
from engine.revisions import revision_of, site_revision
from engine.run import commands as c
from engine.run.commands import Command
from engine.watch import Watch

from .cast import HX, House, Tablet
from .judging import DAY, WRITTEN, chen, done, judge, pool, status, version, yang

__all__ = ["chen", "pool", "yang"]


def test_returned_it_is_first_on_the_board_put_right_on_the_tablet_and_answered(pool: House, chen: Tablet, yang: Tablet) -> None:
    run = done(chen, "0.3")
    assert chen.get(f"/runs/{run}").location.endswith(f"/runs/{run}/record")  # over, and nothing wanted
    judge(yang, run, "return", why="余氯抄错了吧", step="cl")
    board = chen.get("/").text
    assert re.search(rf'class="deviation"><a href="/runs/{run}\?at=cl#s-cl">.*?余氯抄错了吧.*?复核退回', board, re.S)
    page = chen.get(f"/runs/{run}").text
    assert "复核退回，请更正" in page
    assert "余氯抄错了吧" in page
    assert 'value="amend"' in page  # the step it is about is open
    assert "/complete" not in page
    assert "/report" not in page
    answer = chen.step(run, "cl", act="amend", typed="0.33", why="抄错")
    assert (answer.status_code, "0.33" in answer.text) == (200, True)
    assert chen.post(f"/runs/{run}/answer", text="").status_code == 422
    answered = chen.post(f"/runs/{run}/answer", text="抄错，已改")
    assert (answered.status_code, answered.location) == (303, f"/runs/{run}/record")
    assert "余氯抄错了吧" not in chen.get("/").text
    record = yang.get(f"/runs/{run}/record").text
    assert "<s>0.3 mg/L</s>" in record
    assert "抄错，已改" in record
    assert judge(yang, run, "approve").status_code == 303
    assert chen.get(f"/runs/{run}").location.endswith("/record")


def test_a_deviation_that_a_correction_raised_is_acted_on_and_measured_again(pool: House, chen: Tablet, yang: Tablet) -> None:
    run = done(chen)
    judge(yang, run, "return", why="真的是 0.5 吗", step="cl")
    chen.step(run, "cl", act="amend", typed="0.3", why="其实是 0.3")
    (deviation,) = pool.product.engine.run(run).state.open_deviations()
    page = chen.get(f"/runs/{run}?at=cl").text
    assert 'value="act_on"' in page
    where = f"/runs/{run}/deviations/{deviation.id}"
    assert chen.post(where, act="act_on", text="补投").location.startswith(f"/runs/{run}")
    pool.clock.put_forward(timedelta(minutes=16))
    assert 'value="remeasure"' in chen.get(f"/runs/{run}?at=cl").text
    chen.post(where, act="remeasure", typed="0.5")
    assert pool.product.engine.run(run).state.open_deviations() == ()
    refused = chen.post(where, act="act_on", text="再来")
    assert (refused.status_code, 'id="answer"' in refused.text) == (422, True)  # told where they are, with the answer's form


def test_an_answer_taken_back_is_given_anew_and_nothing_else_is(pool: House, chen: Tablet, yang: Tablet) -> None:
    run = done(chen)
    judge(yang, run, "return", why="台面没看吧", step="deck")
    assert chen.step(run, "said", typed="补一句").status_code == 422  # was left out: it is no correction
    chen.step(run, "deck", quick="误点")
    page = chen.get(f"/runs/{run}?at=deck").text
    assert 'name="typed" value="done"' in page
    chen.step(run, "deck", act="not_done", why="没看")
    assert pool.product.engine.run(run).state.step("deck").outcome == "not_done"


def test_strangers_and_reviewers_see_the_record_only(pool: House, chen: Tablet, yang: Tablet) -> None:
    run = done(chen)
    judge(yang, run, "ask", question="几点？")
    assert yang.get(f"/runs/{run}").location.endswith("/record")
    assert pool.signed_on("zhao", "gym").get(f"/runs/{run}").status_code == 403
    assert pool.signed_on("zhao", "gym").post(f"/runs/{run}/answer", text="x").status_code == 403
    assert "几点？" not in pool.signed_on("zhao", "gym").get("/").text
    assert "几点？" in pool.signed_on("lin").get("/").text  # the shift's other lifeguard may answer


def test_an_answer_that_comes_too_late_is_told_and_shown(pool: House, chen: Tablet, yang: Tablet) -> None:
    run = done(chen)
    judge(yang, run, "ask", question="几点？")
    judge(yang, run, "approve")
    answer = chen.post(f"/runs/{run}/answer", text="六点半，看了表")
    assert answer.status_code == 422
    assert "不用答复" in answer.text
    assert "六点半，看了表" in answer.text


def test_the_open_page_hears_of_a_new_word_and_leaves_when_it_is_approved(pool: House, chen: Tablet, yang: Tablet) -> None:
    run = done(chen)
    judge(yang, run, "ask", question="几点？")
    seen = version(pool, run)
    assert chen.client.get(f"/runs/{run}/changes?v={seen}", headers=HX).status_code == 204
    judge(yang, run, "return", why="请更正时间")
    answer = chen.client.get(f"/runs/{run}/changes?v={seen}", headers=HX)
    assert re.search(r'id="back"[^>]*hx-swap-oob="true".*请更正时间', answer.text, re.S)
    assert "answer" not in re.findall(r'<section id="(\w+)"', answer.text)  # what somebody types there is not taken away
    judge(yang, run, "approve")
    assert chen.client.get(f"/runs/{run}/changes?v={seen}", headers=HX).headers["HX-Redirect"].endswith("/record")


def test_the_banner_is_on_the_page_what_the_poll_returns(pool: House, chen: Tablet, yang: Tablet) -> None:
    run = done(chen)
    judge(yang, run, "return", why="请更正时间", step="cl")
    polled = chen.client.get(f"/runs/{run}/changes?v=1", headers=HX).text
    banner = re.search(r'<div id="back".*?</small></div></div>', polled.replace(' hx-swap-oob="true"', ""), re.S)
    assert banner
    assert banner[0] in chen.get(f"/runs/{run}").text


def test_a_run_that_wants_no_review_is_not_in_the_queue_but_may_be_taken_up(pool: House, chen: Tablet, yang: Tablet) -> None:
    engine = pool.product.engine
    written = WRITTEN | {"review": "none"}
    engine.publish([revision_of("pool/round", Procedure.model_validate(written), engine.site, "# none")], "test")
    run = done(chen)
    assert run not in yang.get("/review").text
    judge(yang, run, "ask", question="几点？")
    assert run in yang.get("/review").text
    assert engine.differing_lists() == ()


def test_what_lay_unreviewed_is_told_once_on_the_board(pool: House, chen: Tablet, yang: Tablet) -> None:
    engine = pool.product.engine
    told = Unreviewed.model_validate({"within": "3 days", "tell": ["reviewer"]})
    engine.publish([site_revision(engine.site.model_copy(update={"review": told}), "# reviewed")], "test")
    run = done(chen)
    pool.clock.put_forward(3 * DAY - timedelta(hours=1))
    Watch(engine).catch_up()
    assert "还没有复核" not in yang.get("/").text
    pool.clock.put_forward(timedelta(hours=2))
    Watch(engine).catch_up()
    board = pool.signed_on("yang").get("/").text
    assert "还没有复核" in board
    assert f'href="/runs/{run}/record#review"' in board
    again = pool.signed_on("yang")
    judge(again, run, "approve")
    assert "还没有复核" not in again.get("/").text


def test_another_person_may_answer_for_the_same_post_but_never_the_reviewer(pool: House, chen: Tablet, yang: Tablet) -> None:
    engine = pool.product.engine
    run = done(chen)
    judge(yang, run, "ask", question="几点？")
    reviewer = engine.actor(engine.directory.now().people["yang"])
    refused = engine.give(Command("yang0000", run, reviewer, engine.clock.now(), c.AnswerReview("x")))
    assert getattr(refused, "code", "") == "wrong_role"
    assert pool.signed_on("lin").post(f"/runs/{run}/answer", text="六点").status_code == 303
    assert (judge(yang, run, "approve", v=10**8).status_code, status(pool, run)) == (409, "answered")  # which nobody has read
