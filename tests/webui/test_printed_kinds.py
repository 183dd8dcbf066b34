"""Every kind of step on paper: a second reading, missed rounds, what was marked with its reason, what changed after a signature."""

import re

import pytest

from engine.procedure.procedure import Procedure
from engine.procedure.site import Site
from engine.revisions import revision_of

from .cast import House
from .rich import PIN, RICH, SITE
from .sheets import in_order, sheet, text_of
from .tending import Pool
from .test_kinds import ANSWERS, send


@pytest.fixture
def whole(rich: House) -> Pool:
    """A run that has every kind of step and prints whole."""
    procedure = Procedure.model_validate(RICH | {"prints": {"zh": "全单", "en": "The whole"}})
    rich.product.engine.publish([revision_of("pool/rich", procedure, Site.model_validate(SITE), "whole")], "test")
    tablet = rich.tablet()
    tablet.sign_on("guard", PIN)
    return Pool(rich, tablet.start("pool/rich"), tablet)


def test_every_kind_of_step_stands_on_paper(whole: Pool) -> None:
    blank = text_of(sheet(whole.guard, whole.run, "door"))
    in_order(blank, "全单", "开门", "☐做好了", "☐一号", "余氯", "泳帽", "投药", "锁门", "循环", "轮次和时间", "经过", "签名：")
    for step, by, sent, _ in ANSWERS:
        send(whole, step, by, sent, htmx=True)
    page = sheet(whole.by("auditor"), whole.run, "signed")
    words = text_of(page)
    in_order(
        words,
        "☑做好了",
        "☑一号",
        "☑二号",
        "0.50 mg/L",
        "0.4–0.6 mg/L",
        "12 顶",
        "投了",
        "圈、板",
        "某某牌",
        "一",
        "二",
        "2026-10-30",
        "搭档",
    )
    in_order(words, "2026-11-02 06:30 – 2026-11-02 07:30", "1 · 2026-11-02", "3", "好", "王", "2", "说过", "0.5 mg/L")
    in_order(
        words, "交出：守（救生员", "当心", "签收：工（工程）", "☑看过了", "签名：", "守（救生员", "已完成", "2026-11-02 07:30"
    )
    assert page.count("/small") >= 2
    assert page.count('class="a4-ink"') == 1  # the drawn signature
    assert "<script>alert" not in page


def test_a_signature_says_that_something_was_changed_after_it(whole: Pool) -> None:
    for step, by, sent, _ in ANSWERS:
        send(whole, step, by, sent, htmx=True)
    assert "签后有更正" not in sheet(whole.guard, whole.run, "door")
    whole.do("caps", act="amend", typed="13", why="再数")
    page = sheet(whole.guard, whole.run, "door")
    assert "签后有更正" in page
    assert re.search(r"<s>12 顶[^<]*</s>", page)


def test_a_second_reading_stands_beside_the_first(whole: Pool) -> None:
    whole.do("chlorine", typed="0.25")
    deviation = whole.house.product.engine.run(whole.run).state.open_deviations()[0].id
    address = f"/runs/{whole.run}/deviations/{deviation}"
    whole.guard.post(address, act="act_on", text="补投")
    whole.wait(15)
    whole.guard.post(address, act="remeasure", typed="0.50")
    page = sheet(whole.guard, whole.run, "door")
    assert "<s>0.25 mg/L</s>" in page
    in_order(text_of(page), "0.25 mg/L", "0.50 mg/L", "复测")


def test_missed_rounds_are_told_on_paper(whole: Pool) -> None:
    whole.do("patrol", act="begin")
    whole.wait(35)
    whole.do("patrol", act="round", **{"f.swimmers": "3"})
    in_order(text_of(sheet(whole.guard, whole.run, "patrol")), "1 · ", "漏了", "3 · ")


def test_marked_forms_and_steps_give_the_reason(whole: Pool) -> None:
    whole.do("sheet", act="not_applicable", why="没有交接")
    whole.do("caps", act="not_done", why="没有泳帽")
    in_order(text_of(sheet(whole.guard, whole.run, "door")), "没做：没有泳帽", "不适用：没有交接")
