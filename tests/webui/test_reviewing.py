"""Who reviews, and one run judged: signed, refused, gone on with after a change."""

import re

import pytest

from .cast import PINS, House, Tablet
from .judging import chen, done, judge, pool, status, together, version, yang

__all__ = ["chen", "pool", "yang"]


@pytest.mark.parametrize(("person", "code"), [("chen", 403), ("admin", 403), ("yang", 200), ("zhou", 200)])
def test_the_queue_is_for_those_who_review(pool: House, person: str, code: int) -> None:
    tablet = pool.signed_on(person)
    assert tablet.get("/review").status_code == code
    assert ('href="/review"' in tablet.get("/").text) is (code == 200)


def test_without_signing_on_it_leads_to_the_door(pool: House) -> None:
    assert pool.tablet().get("/review").location.startswith("/sign-on")


@pytest.mark.parametrize("act", ["approve", "return", "ask"])
def test_whoever_does_not_review_judges_nothing(pool: House, chen: Tablet, act: str) -> None:
    run = done(chen)
    assert judge(chen, run, act, why="x", question="x").status_code == 403
    assert together(chen, run).status_code == 403
    assert status(pool, run) == "open"


def test_wrong_methods_unknown_runs_and_acts(chen: Tablet, yang: Tablet) -> None:
    run = done(chen)
    assert yang.get(f"/runs/{run}/review/approve").status_code == 405
    assert yang.get("/review/approve").status_code == 405
    assert yang.post("/runs/nowhere/review/approve", pin=PINS["yang"]).status_code == 404
    assert yang.post(f"/runs/{run}/review/burn").status_code == 404
    assert yang.client.post(f"/runs/{run}/review/ask", data={"question": "x"}).status_code == 400  # no token


def test_nobody_judges_what_they_recorded_in(pool: House, chen: Tablet) -> None:
    run = done(chen, "0.3")  # accepted by zhou, who reviews too
    zhou = pool.signed_on("zhou")
    page = zhou.get("/review").text
    assert "周督自己填过这份" in page
    record = zhou.get(f"/runs/{run}/record").text
    assert "周督自己填过这份" in record
    assert f"/runs/{run}/review/approve" not in record
    answer = judge(zhou, run, "approve", pin=PINS["zhou"])
    assert (answer.status_code, "自己填过" in answer.text) == (422, True)


def test_approving_is_signing_and_the_record_says_what_was_signed(pool: House, chen: Tablet, yang: Tablet) -> None:
    run = done(chen)
    answer = judge(yang, run, "approve", comment="已核对")
    assert (answer.status_code, answer.location) == (303, f"/review?done={run}")
    assert re.search(r"已通过：余氯巡测 [^。<]*\d\d:\d\d。", yang.get(answer.location).text)
    (event,) = (one.event for one in pool.product.engine.record(run) if type(one.event).__name__ == "RunApproved")
    page = yang.get(f"/runs/{run}/record").text
    for said in ("复核通过", "已核对", "杨审", "记录复核员", event.digest[:16]):  # type: ignore[union-attr]
        assert said in page
    assert f"/runs/{run}/review/approve" not in page  # nothing is left to approve
    assert judge(yang, run, "approve").status_code == 422


@pytest.mark.parametrize(
    ("act", "form", "said"),
    [
        ("approve", {"pin": "", "comment": "留着这句"}, "再输一次 PIN"),
        ("approve", {"pin": "000001", "comment": "留着这句"}, "PIN 不对"),
        ("return", {"why": " ", "step": "cl"}, "请写一句原因"),
        ("ask", {"question": "留着这句" + "字" * 1000}, "写得太长"),
        ("ask", {"question": "留着这句", "step": "zz"}, "找不到这一步"),
    ],
)
def test_what_is_refused_stays_typed_but_for_the_pin(
    chen: Tablet, yang: Tablet, act: str, form: dict[str, str], said: str
) -> None:
    run = done(chen)
    answer = judge(yang, run, act, **form)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert ("留着这句" in answer.text) is ("留着" in "".join(form.values()))
    assert 'value="000001"' not in answer.text
    if form.get("step") == "cl":
        assert '<option value="cl" selected>' in answer.text


def test_a_version_that_is_past_is_told_with_what_is_new_and_what_was_typed(pool: House, chen: Tablet, yang: Tablet) -> None:
    run = done(chen, "0.3")
    judge(yang, run, "return", why="余氯再看", step="cl")
    seen = version(pool, run)
    chen.step(run, "cl", act="amend", typed="0.35", why="看错")
    answer = judge(yang, run, "approve", v=seen, comment="看过了")
    assert answer.status_code == 409
    assert "又有了改动" in answer.text
    assert re.search(r"新的改动在：\s*<b>余氯</b>", answer.text)
    assert "看过了</textarea>" in answer.text
    assert f'name="v" value="{version(pool, run)}"' in answer.text
    assert status(pool, run) == "returned"
    assert judge(yang, run, "approve", v="").status_code == 409  # who names no version has read nothing


def test_sent_twice_a_judgement_is_one(pool: House, chen: Tablet, yang: Tablet) -> None:
    seen = version(pool, run := done(chen))
    for _ in range(2):
        assert judge(yang, run, "return", why="再看", c="samecommand", v=seen).status_code == 303
    assert pool.kinds(run).count("RunReturned") == 1


def test_a_change_after_approval_is_told_plainly_and_reopens(pool: House, chen: Tablet, yang: Tablet) -> None:
    engine = pool.product.engine
    run = done(chen)
    judge(yang, run, "approve")
    judge(yang, run, "return", why="漏了备注")
    judge(yang, run, "approve")
    left = chen.start("pool/round")
    chen.step(left, "cl", typed="0.5")
    chen.step(left, "deck", act="not_done", why="下雨")
    assert chen.post(f"/runs/{left}/complete").status_code == 303
    judge(yang, left, "approve")
    (deviation,) = engine.run(left).state.open_deviations()
    chen.post(f"/runs/{left}/deviations/{deviation.id}", act="act_on", text="下午补看了")
    page = yang.get(f"/runs/{left}/record").text
    assert "要再复核" in page
    assert "通过以后又有改动：看台面" in page
    assert "之后有改动" in page
    assert "g-again" in yang.get("/review").text
    assert status(pool, run) == "approved"


def test_who_judges_a_record_is_not_seen_at_its_place(pool: House, chen: Tablet, yang: Tablet) -> None:
    run, other = done(chen), done(chen)
    assert judge(yang, run, "approve").status_code == 303
    assert judge(yang, other, "return", why="再看一遍").status_code == 303
    page = pool.signed_on("zhou").get("/now").text
    assert "刚才在做：陈海 06:30" in page
    assert "杨审" not in page
