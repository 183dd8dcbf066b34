"""The record: what an auditor finds in it years later."""

import re
from datetime import timedelta

import pytest

from engine.run import commands

from .cast import House, Tablet
from .rich import PIN
from .tending import Pool
from .test_kinds import ANSWERS, send


@pytest.fixture
def pool(rich: House) -> Pool:
    """A run just started."""
    tablet = rich.tablet()
    tablet.sign_on("guard", PIN)
    return Pool(rich, tablet.start("pool/rich"), tablet)


def record(pool: Pool, by: str = "auditor") -> str:
    """The record as somebody reads it."""
    answer = pool.by(by).get(f"/runs/{pool.run}/record")
    assert answer.status_code == 200
    return answer.text


def text_of(page: str) -> str:
    """The words of a page, one after the other."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def in_order(text: str, *parts: str) -> None:
    """The parts stand in the text in this order."""
    at = 0
    for part in parts:
        found = text.find(part, at)
        assert found >= 0, (part, text[at : at + 600])
        at = found + len(part)


def step_of(page: str, title: str) -> str:
    """One step of a record."""
    blocks = re.findall(r'<div class="recstep.*?</div>(?=<div class="recstep|</section>)', page, re.DOTALL)
    return next(text_of(block) for block in blocks if title in text_of(block)[:80])


def test_both_values_of_a_correction(pool: Pool) -> None:
    pool.do("caps", typed="12")
    pool.house.clock.put_forward(timedelta(minutes=5))
    pool.do("caps", by="mate", act="amend", typed="21", why="数反了")
    page = record(pool)
    in_order(step_of(page, "泳帽"), "12", "06:30:00", "12", "→", "21", "数反了", "搭档", "06:35:00")
    assert re.search(r"<s>12[^<]*</s>", page)


def test_both_values_of_a_choice_and_a_form(pool: Pool) -> None:
    pool.do("dosing", typed="some")
    pool.do("dosing", act="amend", typed="none", why="没投")
    pool.do("sheet", **{"f.story": "说过", "f.again": "0.50"})
    pool.do("sheet", act="amend", why="漏字", **{"f.story": "没说过", "f.again": "0.50"})
    page = record(pool)
    in_order(step_of(page, "投药"), "投了", "→", "不投", "没投")
    in_order(step_of(page, "交接单"), "说过", "漏字", "没说过")


def test_what_was_taken_back_stays(pool: Pool) -> None:
    pool.do("caps", typed="12")
    pool.do("caps", quick="点错了")
    in_order(step_of(record(pool), "泳帽"), "12", "12", "已撤回", "点错了")


def test_a_deviation_from_reading_to_reading(pool: Pool) -> None:
    pool.do("chlorine", typed="0.25")
    deviation = pool.house.product.engine.run(pool.run).state.open_deviations()[0].id
    address = f"/runs/{pool.run}/deviations/{deviation}"
    assert "1 项未了" in text_of(record(pool))
    pool.guard.post(address, act="act_on", text="投了半瓶")
    pool.house.clock.put_forward(timedelta(minutes=16))
    pool.guard.post(address, act="remeasure", typed="0.50")
    page = record(pool)
    block = step_of(page, "余氯")
    in_order(block, "不合格", "0.25 mg/L", "0.4–0.6 mg/L", "超出范围", "补投", "投了半瓶", "复测", "合格", "0.50 mg/L", "了结")
    assert "未了" not in text_of(page)


def test_acceptance_names_who_and_why(pool: Pool) -> None:
    pool.do("chlorine", typed="0.25")
    deviation = pool.house.product.engine.run(pool.run).state.open_deviations()[0].id
    pool.by("lead").post(f"/runs/{pool.run}/deviations/{deviation}", act="accept", text="今天不开放")
    in_order(step_of(record(pool), "余氯"), "接受", "今天不开放", "领", "领班")


def test_times_of_a_device_are_shown_where_they_differ(pool: Pool) -> None:
    engine = pool.house.product.engine
    actor = engine.actor(engine.directory.now().people["guard"], "tablet")
    now = engine.clock.now()
    for step, ago in (("door", 0), ("timed", 1), ("rules", 30)):
        act = commands.AnswerStep(step, "done")
        engine.give(commands.Command(f"device{step}0", pool.run, actor, now - timedelta(minutes=ago), act))
    page = record(pool)
    assert "设备时间" not in step_of(page, "开门")
    in_order(step_of(page, "限时"), "06:30:00", "设备时间", "06:29:00", "往回跳过")
    in_order(step_of(page, "须知"), "06:30:00", "设备时间", "06:00:00", "比服务器早 30 分")
    assert text_of(page[: page.index('id="steps"')]).count("设备时钟不对") == 2


def test_signatures_are_named_and_marked_when_something_changes_after(pool: Pool) -> None:
    for step, by, sent, _ in ANSWERS:
        send(pool, step, by, sent, htmx=True)
    page = record(pool)
    signature = text_of(page[page.index('class="signature"') :])
    in_order(signature, "守", "救生员", "已完成", "签名", "07:30:00")
    drawn = pool.house.product.engine.run(pool.run).state.signatures[0].drawn
    assert f'<img class="ink" src="/photos/{drawn}" alt="手写签名"' in page
    assert pool.guard.get(f"/photos/{drawn}").content_type == "image/jpeg"
    assert "签后有更正" not in page
    pool.do("caps", act="amend", typed="13", why="再数")
    assert "签后有更正" in record(pool)


def test_everything_that_happened_is_there(pool: Pool) -> None:
    for step, by, sent, _ in ANSWERS:
        send(pool, step, by, sent, htmx=True)
    assert pool.guard.post(f"/runs/{pool.run}/complete").status_code == 303
    page = record(pool)
    words = text_of(page)
    for expected in (
        "12 顶",
        "投了",
        "圈",
        "某某牌",
        "一 二",
        "2026-10-30",
        "搭档",
        "工程",
        "当心",
        "接收",
        "王",
        "说过",
        "#1",
        "已完成",
    ):
        assert expected in words, expected
    assert page.count("/small") >= 2
    events = len(pool.house.product.engine.record(pool.run))
    assert f"共 {events} 条事件" in words
    assert pool.run in words
    assert pool.house.product.engine.run(pool.run).state.started.revision[:12] in words


def test_a_record_reads_in_english(pool: Pool) -> None:
    pool.do("caps", typed="12")
    pool.do("caps", act="amend", typed="13", why="x")
    pool.by("auditor").post("/language", lang="en")
    words = text_of(record(pool))
    assert "Corrected" in words
    assert "更正" not in words


def test_a_record_is_not_for_strangers(pool: Pool) -> None:
    assert pool.by("clerk").get(f"/runs/{pool.run}/record").status_code == 403


def test_the_shipped_pool_reads_well(house: House) -> None:
    tablet: Tablet = house.signed_on("chen")
    run = tablet.start()
    tablet.step(run, "appearance", typed="done")
    tablet.step(run, "rescue_equipment", act="item_not_done", bad="ring", bad_why="漏气")
    tablet.step(run, "water_temperature", typed="25")
    words = text_of(tablet.get(f"/runs/{run}/record").text)
    in_order(
        words,
        "泳池营业前准备",
        "物业会所",
        "游泳池",
        "自查仪表",
        "救生圈",
        "漏气",
        "报主管",
        "水温",
        "25 °C",
        "26–28 °C",
        "调整加热",
    )
