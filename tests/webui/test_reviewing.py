"""The review room: the queue, clean runs approved together, one run judged on its record, and the other side that answers."""

import re
from datetime import timedelta
from decimal import Decimal
from urllib.parse import unquote

import pytest
from werkzeug.test import TestResponse

from engine.procedure.procedure import Procedure
from engine.procedure.site import Unreviewed
from engine.revisions import revision_of, site_revision
from engine.run import commands as c
from engine.run.commands import Command
from engine.watch import Watch

from .cast import HX, PINS, House, Tablet

WRITTEN = {
    "format": 1, "title": "余氯巡测", "place": "pool", "done_by": ["lifeguard"],
    "parameters": {
        "chlorine": {
            "title": "余氯", "unit": "mg/L", "limits": {"low": Decimal("0.4"), "high": Decimal("0.6")},
            "critical": {"low": Decimal("0.2"), "high": Decimal("1.0")}, "plausible": {"low": 0, "high": 10},
        },
    },
    "steps": [
        {"measure": "余氯", "id": "cl", "parameter": "chlorine", "on_deviation": {"action": "补投", "remeasure": {"after": "15 min"}}},
        {"check": "看台面", "id": "deck"},
        {"note": "备注", "id": "said", "required": False},
    ],
}  # fmt: skip
DAY = timedelta(days=1)


@pytest.fixture
def pool(house: House) -> House:
    engine = house.product.engine
    engine.publish([revision_of("pool/round", Procedure.model_validate(WRITTEN), engine.site, "# round")], "test")
    return house


@pytest.fixture
def chen(pool: House) -> Tablet:
    return pool.signed_on("chen")


@pytest.fixture
def yang(pool: House) -> Tablet:
    return pool.signed_on("yang")


def done(tablet: Tablet, chlorine: str = "0.5") -> str:
    """A run brought to its end, whatever was measured."""
    run = tablet.start("pool/round")
    tablet.step(run, "cl", typed=chlorine)
    tablet.step(run, "deck", typed="done")
    for deviation in tablet.house.product.engine.run(run).state.open_deviations():
        chief = tablet.house.signed_on("zhou")
        assert chief.post(f"/runs/{run}/deviations/{deviation.id}", act="accept", text="已知").status_code == 303
    assert tablet.post(f"/runs/{run}/complete").status_code == 303
    return run


def version(house: House, run: str) -> int:
    return house.product.engine.run(run).state.version


def status(house: House, run: str) -> str:
    return house.product.engine.run(run).state.review.status


def judge(tablet: Tablet, run: str, act: str, **form: object) -> TestResponse:
    given = {"v": version(tablet.house, run), "pin": PINS["yang"]} | form
    return tablet.post(f"/runs/{run}/review/{act}", **given)


def together(tablet: Tablet, *runs: str, **form: object) -> TestResponse:
    seen = {f"v.{run}": version(tablet.house, run) for run in runs if run != "nowhere"}
    return tablet.post("/review/approve", **{"run": list(runs), "pin": PINS["yang"]} | seen | form)


# -- who ---------------------------------------------------------------------------------------------------------------------


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


# -- the queue ---------------------------------------------------------------------------------------------------------------


def test_the_riskiest_comes_first_and_the_clean_apart(chen: Tablet, yang: Tablet) -> None:
    clean, low, lower = done(chen), done(chen, "0.35"), done(chen, "0.1")
    page = yang.get("/review").text
    assert page.index(f"/runs/{lower}/record") < page.index(f"/runs/{low}/record") < page.index(f"/runs/{clean}/record")
    assert re.search(r'id="g-marked".*?class="number">2<.*?id="g-clean".*?class="number">1<', page, re.S)
    assert f'name="run" value="{clean}"' in page
    assert f'name="run" value="{low}"' not in page


def test_what_came_back_comes_before_everything(chen: Tablet, yang: Tablet) -> None:
    low, asked = done(chen, "0.1"), done(chen)
    judge(yang, asked, "ask", question="几点测的？")
    assert "g-out" in yang.get("/review").text
    chen.post(f"/runs/{asked}/answer", text="六点半")
    page = yang.get("/review").text
    assert page.index(f"/runs/{asked}/record") < page.index(f"/runs/{low}/record")
    assert "g-out" not in page


def test_it_is_narrowed_by_place_procedure_and_period(house: House, chen: Tablet, yang: Tablet) -> None:
    run = done(chen)
    for query in ("place=pool", "procedure=pool/round", "from=2026-11-02", "until=2026-11-02", "from=nonsense", "group=none"):
        assert run in yang.get(f"/review?{query}").text, query
    for query in ("place=gym", "procedure=pool/prep", "from=2026-11-03", "until=2026-11-01"):
        page = yang.get(f"/review?{query}").text
        assert run not in page, query
        assert "这个范围里没有" in page


def test_pages_go_on_by_key_back_again_and_miss_nothing(chen: Tablet, yang: Tablet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webui.pages.reviewing._MOST_TOGETHER", 3)
    house = chen.house
    runs = sorted((done(chen) for _ in range(8)), key=lambda run: (house.product.engine.run(run).state.finished.at, run))  # type: ignore[union-attr]

    def turned(page: str, rel: str) -> str:
        found = re.search(rf'rel="{rel}" href="([^"]+)"', page)
        return yang.get(found[1].replace("&amp;", "&")).text if found else ""

    pages = [yang.get("/review?group=clean").text]
    while following := turned(pages[-1], "next"):
        pages.append(following)
    shown = [re.findall(r'name="run" value="([^"]+)"', page) for page in pages]
    assert shown == [runs[:3], runs[3:6], runs[6:]]
    second = turned(pages[-1], "prev")
    assert re.findall(r'name="run" value="([^"]+)"', second) == runs[3:6]
    first = turned(second, "prev")
    assert re.findall(r'name="run" value="([^"]+)"', first) == runs[:3]
    assert 'rel="prev"' not in first
    for garbage in ("after", "before"):
        assert yang.get(f"/review?group=clean&{garbage}=garbage").status_code == 200


def test_a_wrong_pin_on_a_later_page_keeps_the_page_and_its_ticks(
    chen: Tablet, yang: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webui.pages.reviewing._MOST_TOGETHER", 2)
    for _ in range(3):
        done(chen)
    following = re.search(r'rel="next" href="[^"]*after=([^"]+)"', yang.get("/review?group=clean").text)
    assert following
    (last,) = re.findall(r'name="run" value="([^"]+)"', yang.get(f"/review?group=clean&after={following[1]}").text)
    answer = together(yang, last, pin="000001", group="clean", after=unquote(following[1]))
    assert re.findall(r'name="run" value="([^"]+)" checked', answer.text) == [last]
    assert f'name="after" value="{unquote(following[1])}"' in answer.text


def test_whoever_judged_one_goes_on_where_they_were(pool: House, chen: Tablet, yang: Tablet) -> None:
    run, other = done(chen, "0.3"), done(chen, "0.3")
    page = yang.get("/review?group=marked&place=pool").text
    (address,) = re.findall(rf'href="(/runs/{run}/record[^"]*)"', page)
    record = yang.get(address.replace("&amp;", "&")).text
    (query,) = set(re.findall(r'name="queue" value="([^"]+)"', record))
    refused = judge(yang, run, "return", why="", queue=query.replace("&amp;", "&"))
    assert f'name="queue" value="{query}"' in refused.text
    answer = judge(yang, run, "approve", queue=query.replace("&amp;", "&"))
    assert answer.location == f"/review?place=pool&group=marked&done={run}"
    after = yang.get(answer.location).text
    assert re.search(rf'href="/runs/{other}/record\?queue=place%3Dpool%26group%3Dmarked">下一份：余氯巡测', after)
    assert "下一份" not in yang.get("/review?place=pool&group=marked").text
    assert judge(yang, other, "approve", queue="//evil.example/").location == f"/review?done={other}"


def test_a_filtered_queue_leads_to_everything_found_so(yang: Tablet) -> None:
    page = yang.get("/review?place=pool&from=2026-11-02").text
    assert 'href="/review/runs?place=pool&amp;from=2026-11-02"' in page
    assert "查找全部记录" not in yang.get("/review").text


def test_a_group_says_what_it_is_in_the_title_and_what_is_left_out(chen: Tablet, yang: Tablet) -> None:
    done(chen), done(chen, "0.3")
    page = yang.get("/review?group=clean").text
    assert "<title>没有异常 · 待复核" in page
    assert "另有 1 份要一份一份看，不在这里" in page


# -- together ----------------------------------------------------------------------------------------------------------------


def test_clean_runs_are_approved_with_one_pin_each_by_its_own_digest(pool: House, chen: Tablet, yang: Tablet) -> None:
    runs = [done(chen) for _ in range(3)]
    answer = together(yang, *runs)
    assert (answer.status_code, "approved=3" in answer.location) == (303, True)
    assert "通过了 3 份" in yang.get(answer.location).text
    events = [pool.product.engine.record(run)[-1].event for run in runs]
    assert len({event.digest for event in events}) == 3  # type: ignore[union-attr]
    assert {status(pool, run) for run in runs} == {"approved"}


def test_sent_twice_it_is_done_once(pool: House, chen: Tablet, yang: Tablet) -> None:
    runs, seen = [done(chen), done(chen)], {}
    seen = {f"v.{run}": version(pool, run) for run in runs}
    for _ in range(2):
        answer = yang.post("/review/approve", run=runs, pin=PINS["yang"], c="samecommand", **seen)
        assert answer.status_code == 303
    assert all(pool.kinds(run).count("RunApproved") == 1 for run in runs)


def test_what_changed_has_a_deviation_or_is_ones_own_is_left_and_named(pool: House, chen: Tablet, yang: Tablet) -> None:
    good, marked, stale = done(chen), done(chen, "0.3"), done(chen)
    seen = {f"v.{stale}": 1}
    answer = together(yang, good, marked, stale, "nowhere", **seen)
    assert answer.status_code == 422
    assert "下面 3 份没有通过" in answer.text
    assert "通过了 1 份" in answer.text
    assert "又有了改动" in answer.text
    assert "不能一起通过" in answer.text
    assert "找不到这份" in answer.text
    assert "余氯巡测 06:30" in answer.text  # of many alike it says which
    assert [status(pool, run) for run in (good, marked, stale)] == ["approved", "open", "open"]


def test_a_wrong_pin_or_nothing_ticked_keeps_the_ticks_and_does_nothing(pool: House, chen: Tablet, yang: Tablet) -> None:
    run = done(chen)
    answer = together(yang, run, pin="000001")
    assert (answer.status_code, "PIN 不对" in answer.text) == (422, True)
    assert re.search(rf'value="{run}" checked', answer.text)
    assert "还没有勾选" in together(yang).text
    assert status(pool, run) == "open"


def test_a_page_can_be_ticked_whole_without_script(chen: Tablet, yang: Tablet) -> None:
    run = done(chen)
    page = yang.get("/review?group=clean").text
    address = re.search(r'href="([^"]+tick=all[^"]*)"', page)
    assert address
    assert not re.search(rf'value="{run}" checked', page)
    assert re.search(rf'value="{run}" checked', yang.get(address[1].replace("&amp;", "&").partition("#")[0]).text)


# -- one run -----------------------------------------------------------------------------------------------------------------


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


# -- the other side ----------------------------------------------------------------------------------------------------------


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
