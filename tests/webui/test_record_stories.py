"""The record as an auditor reads it: what matters first, each deviation as one story, both clocks, the procedure as it was."""

import re
from datetime import timedelta

import pytest

from engine.run.commands import AnswerStep, Command
from engine.wording import Names
from webui.present.values import lasted_text

from .cast import House
from .rich import PIN
from .tending import Pool
from .test_kinds import ANSWERS, send
from .test_record import in_order, record, step_of, text_of


@pytest.fixture
def pool(rich: House) -> Pool:
    """A run just started."""
    tablet = rich.tablet()
    tablet.sign_on("guard", PIN)
    return Pool(rich, tablet.start("pool/rich"), tablet)


def matters(page: str) -> str:
    """What the record says first."""
    return text_of(page[page.index('id="matters"') : page.index('id="steps"')])


def story(page: str) -> str:
    """The first deviation as it is told."""
    return text_of(page[page.index('class="story-of') :])


def deviate(pool: Pool, typed: str = "0.25") -> str:
    """A reading out of limits; the address of its deviation."""
    pool.do("chlorine", typed=typed)
    deviation = pool.house.product.engine.run(pool.run).state.open_deviations()[0].id
    return f"/runs/{pool.run}/deviations/{deviation}"


def test_a_low_reading_is_one_story_to_the_passing_re_measure(pool: Pool) -> None:
    address = deviate(pool)
    pool.wait(2)
    pool.guard.post(address, act="act_on", text="投了半瓶")
    pool.wait(16)
    pool.guard.post(address, act="remeasure", typed="0.50")
    page = record(pool)
    in_order(story(page), "偏差", "0.25 mg/L", "当时合格范围 0.4–0.6 mg/L", "已了结", "用时 18 分钟")
    in_order(
        story(page), "超出范围", "补投", "2 分钟后", "投了半瓶", "守", "16 分钟后", "复测 · 合格", "0.50 mg/L", "复测合格，了结"
    )
    in_order(matters(page), "余氯", "偏差", "0.25 mg/L", "已了结", "用时 18 分钟")
    assert page.count('class="story-of') == 1


def test_what_was_measured_in_vain_belongs_to_the_same_story(pool: Pool) -> None:
    address = deviate(pool)
    for typed in ("0.30", "0.45"):
        pool.guard.post(address, act="act_on", text="又投了")
        pool.wait(16)
        pool.guard.post(address, act="remeasure", typed=typed)
    page = record(pool)
    in_order(
        story(page), "0.25 mg/L", "又投了", "复测 · 不合格", "0.30 mg/L", "又投了", "复测 · 合格", "0.45 mg/L", "复测合格，了结"
    )
    assert page.count('class="story-of') == 1


def test_a_deviation_that_was_accepted(pool: Pool) -> None:
    address = deviate(pool)
    pool.wait(3)
    pool.by("lead").post(address, act="accept", text="今天不开放")
    in_order(story(record(pool)), "已接受", "用时 3 分钟", "3 分钟后", "今天不开放", "领")


def test_a_deviation_that_was_put_right_by_doing_it_after_all(pool: Pool) -> None:
    pool.do("machines", act="item_not_done", bad="two", bad_why="坏了")
    pool.wait(5)
    pool.do("machines", item="two")
    in_order(story(record(pool)), "二号：坏了", "5 分钟后", "已补做，了结")


def test_a_deviation_that_a_correction_settled(pool: Pool) -> None:
    pool.do("door", act="not_done", why="锁坏了")
    pool.do("door", act="amend", typed="done", why="修好了")
    page = record(pool)
    in_order(story(page), "开门", "锁坏了", "更正后算已做，了结")
    in_order(matters(page), "开门", "更正", "修好了")


def test_a_step_that_was_not_done_says_so_beside_its_title(pool: Pool) -> None:
    pool.do("door", act="not_done", why="锁坏了")
    in_order(matters(record(pool)), "开门", "偏差", "没做：锁坏了")
    assert "偏差：" not in matters(record(pool)).replace(" ", "")
    pool.by("auditor").post("/language", lang="en")
    assert "Not done: 锁坏了" in matters(record(pool))


def test_a_corrected_reading_leaves_its_deviation_standing(pool: Pool) -> None:
    deviate(pool)
    pool.do("chlorine", act="amend", typed="0.52", why="看错了")
    page = record(pool)
    in_order(matters(page), "余氯", "偏差", "0.25 mg/L", "先处理", "余氯", "更正", "0.25 mg/L → 0.52 mg/L", "看错了")


def test_what_was_reported_and_what_is_open_stand_first(pool: Pool) -> None:
    pool.do("caps", typed="12")
    pool.do("caps", act="amend", typed="21", why="数反了")
    pool.guard.post(f"/runs/{pool.run}/report", text="灯坏了")
    in_order(matters(record(pool)), "整份", "偏差", "灯坏了", "泳帽", "更正", "12", "21", "数反了")


def test_corrections_of_one_value_are_one_story_with_every_value(pool: Pool) -> None:
    pool.do("caps", typed="12")
    for typed, why in (("21", "数反了"), ("20", "多数一个"), ("22", "数反了")):
        pool.do("caps", act="amend", typed=typed, why=why)
    page = record(pool)
    in_order(matters(page), "泳帽", "3 处更正", "12 ", " → 21 ", " → 20 ", " → 22 ", "数反了、多数一个")
    assert matters(page).count("泳帽") == 1


def test_the_heading_of_a_corrected_step_shows_both_values(pool: Pool) -> None:
    pool.do("caps", typed="12")
    pool.do("door", typed="done")
    assert "<s>" not in record(pool)
    pool.do("caps", act="amend", typed="21", why="数反了")
    pool.do("door", act="amend", outcome="not_done", typed="not_done", why="没开")
    heading = re.findall(r'id="step-caps"><h3>(.*?)</h3>', record(pool))[0]
    assert re.search(r"<s>12[^<]*</s>.{0,40}→.{0,20}21", heading)
    assert re.search(r'id="step-caps"><h3>.*?数反了', record(pool))
    pool.do("caps", act="amend", typed="12", why="没反")
    heading = re.findall(r'id="step-caps"><h3>(.*?)</h3>', record(pool))[0]
    assert re.search(r"<s>21[^<]*</s>.{0,40}→.{0,20}12", heading)  # as it was at first, and not untouched


def test_the_zone_of_its_times_is_told(pool: Pool) -> None:
    assert "按服务器时间（Asia/Shanghai, UTC+08:00）" in record(pool)


def test_a_deadline_that_passed_is_told_once_with_how_late(pool: Pool) -> None:
    pool.wait(40)
    pool.do("timed", typed="done")
    assert matters(record(pool)).count("07:00") == 1


def test_how_late_something_was_done(pool: Pool) -> None:
    pool.wait(40)
    pool.do("timed", typed="done")
    page = record(pool)
    in_order(matters(page), "限时", "超时", "晚了 10 分钟", "原定 2026-11-02 07:00")
    in_order(step_of(page, "限时"), "晚了 10 分钟")


def test_a_clean_record_says_so(pool: Pool) -> None:
    pool.do("caps", typed="12")
    assert "没有偏差、更正和迟误" in matters(record(pool))


def test_both_values_of_each_field_of_a_form(pool: Pool) -> None:
    pool.do("sheet", **{"f.story": "说过", "f.again": "0.50"})
    pool.do("sheet", act="amend", why="漏字", **{"f.story": "没说过", "f.again": "0.50"})
    page = record(pool)
    block = page[page.index('id="step-sheet"') :]
    assert re.search(r"<s>说过</s>.{0,60}没说过", block)
    assert "<s>0.50" not in block
    in_order(text_of(block), "0.50 mg/L", "合格范围 0.4–0.6 mg/L", "合格")


def test_a_value_is_shown_as_typed_where_that_reads_otherwise(pool: Pool) -> None:
    pool.do("chlorine", typed="０．４５")
    page = record(pool)
    in_order(step_of(page, "余氯"), "0.45 mg/L", "输入的是“０．４５”")
    pool.do("caps", typed="12")
    assert "输入的是" not in step_of(record(pool), "泳帽")


def test_only_what_went_wrong(pool: Pool) -> None:
    pool.do("door", typed="done")
    pool.do("caps", typed="12")
    pool.do("caps", act="amend", typed="13", why="x")
    deviate(pool)
    page = pool.by("auditor").get(f"/runs/{pool.run}/record?only=wrong").text
    assert re.findall(r'id="step-([a-z]+)"', page) == ["chlorine", "caps"]
    assert re.search(r'href="[^"]*only=wrong[^"]*" aria-current="true">只看不正常的（2）', page)
    assert 'id="step-door"' in record(pool)


def test_what_was_not_asked_is_told_with_why(pool: Pool) -> None:
    pool.do("dosing", typed="none")
    page = record(pool)
    block = text_of(page[page.index('class="recpart not-asked"') :])
    in_order(block, "没有问到的（1）", "药名", "「投药」", "投了", "才做")


@pytest.mark.parametrize(
    ("seconds", "is_told", "is_flagged"), [(0, False, False), (60, False, False), (61, True, False), (121, True, True)]
)
def test_a_clock_that_is_off(pool: Pool, seconds: int, is_told: bool, is_flagged: bool) -> None:
    engine = pool.house.product.engine
    actor, now = engine.actor(engine.directory.now().people["guard"], "another tablet"), engine.clock.now()
    engine.give(Command("another000", pool.run, actor, now + timedelta(seconds=seconds), AnswerStep("door", "done")))
    block = record(pool)
    block = block[block.index('id="step-door"') : block.index('id="step-machines"')]
    assert ("设备时间" in block) is is_told
    assert ("clock flagged" in block) is is_flagged
    assert ("比服务器快" in block) is is_told


def test_who_had_a_hand_and_what_signatures_cover(pool: Pool) -> None:
    for step, by, sent, _ in ANSWERS:
        send(pool, step, by, sent, htmx=True)
    page = record(pool)
    covers = pool.house.product.engine.run(pool.run).state.signatures[0].covers
    in_order(
        text_of(page[page.index('class="signature"') :]),
        "守",
        "救生员",
        "已完成",
        "签名",
        "2026-11-02 07:30:00 +08:00",
        f"前 {covers} 条",
    )
    in_order(text_of(page[page.index('class="recpart hands"') :]), "守", "救生员", "未登记的设备", "条")


def test_the_procedure_as_it_was(pool: Pool) -> None:
    state = pool.house.product.engine.run(pool.run).state
    head = record(pool)
    assert f'title="{state.started.revision}"' in head
    assert f'href="/runs/{pool.run}/procedure"' in head
    answer = pool.by("auditor").get(f"/runs/{pool.run}/procedure")
    words = text_of(answer.text)
    in_order(
        words,
        "什么都有",
        state.started.revision,
        "2026-11-02 06:30:00 +08:00",
        "照实填",
        "上半",
        "余氯",
        "0.4–0.6 mg/L",
        "补投",
        "药名",
        "「投药」",
        "投了",
    )
    assert "pool/rich" in words[words.index("发布的全文") :]
    assert pool.by("clerk").get(f"/runs/{pool.run}/procedure").status_code == 403


def test_it_all_reads_in_english(pool: Pool) -> None:
    address = deviate(pool)
    pool.guard.post(address, act="act_on", text="half a bottle")
    pool.wait(16)
    pool.guard.post(address, act="remeasure", typed="0.50")
    pool.by("auditor").post("/language", lang="en")
    page = record(pool)
    in_order(matters(page), "What matters", "Deviation", "0.25 mg/L, limits then 0.4–0.6 mg/L", "Settled", "took 16 min")
    in_order(story(page), "Out of limits", "half a bottle", "16 min later", "Measured again", "Settled by a passing re-measure")
    assert "Only if" not in page
    assert pool.by("auditor").get(f"/runs/{pool.run}/procedure").status_code == 200


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0, "0 分钟", "0 min"), (59, "59 秒", "59 s"), (60, "1 分钟", "1 min"), (96, "1 分 36 秒", "1 min 36 s"),
        (49 * 60 + 31, "49 分 31 秒", "49 min 31 s"), (3599, "59 分 59 秒", "59 min 59 s"), (3600, "1 小时", "1 h"),
        (2 * 3600 - 1, "1 小时 59 分", "1 h 59 min"),
    ],
)  # fmt: skip
def test_nothing_is_said_to_have_lasted_longer_than_it_did(seconds: int, zh: str, en: str) -> None:
    length = timedelta(seconds=seconds, milliseconds=900)
    assert (lasted_text(length, Names("zh")), lasted_text(length, Names("en"))) == (zh, en)


def test_a_story_tells_its_lengths_to_the_second(pool: Pool) -> None:
    address = deviate(pool)
    pool.house.clock.put_forward(timedelta(seconds=96))
    pool.guard.post(address, act="act_on", text="投了半瓶")
    pool.house.clock.put_forward(timedelta(minutes=15, seconds=31))
    pool.guard.post(address, act="remeasure", typed="0.50")
    in_order(story(record(pool)), "用时 17 分 7 秒", "1 分 36 秒后", "投了半瓶", "15 分 31 秒后", "复测 · 合格")
