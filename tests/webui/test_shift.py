"""A shift on the page: which step opens, what the bar counts and asks for, and what its record says of what was and was not done."""

import re
from datetime import timedelta
from typing import Any

import pytest

from engine.procedure.procedure import Procedure
from engine.procedure.site import Site
from engine.revisions import revision_of, site_revision

from .cast import House, Tablet
from .test_record import in_order, text_of
from .timed import SITE, at_desk, let_pass

ACTION = {"zh": "客人没走的不催", "en": "Do not hurry guests"}
SHIFT: dict[str, Any] = {
    "format": 1,
    "title": {"zh": "晚班", "en": "Evening shift"},
    "place": "hall",
    "done_by": ["desk"],
    "steps": [
        {
            "section": "开始",
            "steps": [
                {"start": "有人受伤", "id": "hurt", "procedure": "hall/other", "required": False},
                {"choose": "要不要灯", "id": "lamp", "options": {"yes": "要", "no": "不要"}, "required": False},
                {"check": "开门", "id": "door"},
                {"note": "备注", "id": "extra", "required": False},
                {"note": "灯的位置", "id": "where", "when": {"lamp": "yes"}},
                {"note": "灯罩", "id": "shade", "when": {"lamp": "yes"}, "required": False},
            ],
        },
        {
            "section": "当班",
            "steps": [
                {"register": "失物", "id": "found", "book": "lost", "at_least": 0},
                {
                    "rounds": "添茶",
                    "id": "tea",
                    "every": "10 min",
                    "steps": [{"check": "添好了", "id": "filled"}, {"note": "备注", "id": "remark", "required": False}],
                },
            ],
        },
        {
            "section": "收班",
            "steps": [
                {
                    "check": "收拾",
                    "id": "tidy",
                    "items": {"cups": {"zh": "杯子", "en": "Cups"}, "bin": "垃圾"},
                    "on_deviation": {"action": ACTION, "accept_by": ["boss"]},
                },
                {"read": {"zh": "须知", "en": "Rules"}, "id": "rules", "text": "读我"},
                {"check": "按时关灯", "id": "lights", "due": {"within": "1 hour", "after": "start"}},
            ],
        },
    ],
}


@pytest.fixture
def run(hall: House, desk: Tablet) -> str:
    """The shift, just begun."""
    site = Site.model_validate(SITE)
    hall.product.engine.publish([revision_of("hall/evening", Procedure.model_validate(SHIFT), site, "hall/evening")], "test")
    return desk.start("hall/evening")


def opened(tablet: Tablet, run: str) -> str:
    """The step that the page opens."""
    found = re.findall(r'<li id="s-([a-z_]+)" class="step [a-z]+ open"', tablet.get(f"/runs/{run}").text)
    assert len(found) <= 1
    return found[0] if found else ""


def bar(tablet: Tablet, run: str) -> str:
    """What the bar says."""
    return text_of(tablet.get(f"/runs/{run}").text.split('<footer id="bar"')[1])


def test_what_may_be_left_out_never_opens_and_a_register_of_the_shift_does(desk: Tablet, run: str) -> None:
    assert opened(desk, run) == "door"  # neither the optional start nor the optional choice before it
    answer = desk.step(run, "door", typed="done")
    assert opened(desk, run) == "found"
    assert 'id="s-found"' in answer.text
    page = desk.get(f"/runs/{run}?at=found").text
    assert "没有要登记的，直接做下一步" in page
    assert f'href="/runs/{run}/steps/tea" hx-target="#s-tea"' in page
    begun = desk.step(run, "tea", act="begin").text
    assert re.search(r'<li id="s-tea" class="step [a-z]+ open"', begun)  # rounds are the work of the shift too
    assert 'id="s-tidy"' not in begun
    assert opened(desk, run) == "tea"  # something later was done: the register is passed
    desk.step(run, "tidy", act="not_applicable", why="没有客人")
    assert opened(desk, run) == "rules"  # and so are the rounds, until the next is due


def test_the_bar_counts_what_is_asked_now(desk: Tablet, run: str) -> None:
    assert "还有 5 步" in bar(desk, run)  # not the optional ones, nor the one that depends on one of them, nor the empty register
    line = desk.get(f"/runs/{run}").text.split('id="s-where"')[1].split("</li>")[0]
    assert "先答：要不要灯" in line  # nothing else decides about it
    line = desk.get(f"/runs/{run}").text.split('id="s-shade"')[1].split("</li>")[0]
    assert "先答" not in line  # neither it nor what decides about it is required
    assert "视前面的回答" in line


def test_the_bar_and_the_board_say_who_has_to_do_what(hall: House, desk: Tablet, run: str) -> None:
    finish(hall, desk, run, lights=True)
    said = bar(desk, run)
    assert "还有" not in said
    in_order(said, "还不能完成：", "收拾：先处理")
    act = next(one for one in hall.product.engine.run(run).state.open_deviations() if one.event.blocks)
    desk.post(f"/runs/{run}/deviations/{act.id}", act="act_on", text="收了一半")
    assert "收拾：要由督导接受" in bar(desk, run)
    board = text_of(desk.get("/").text)
    assert re.search(r"晚班 .*下一步由 督导", board)
    desk.post("/language", lang="en")
    assert "收拾: to be accepted by 督导" in bar(desk, run)


def finish(hall: House, desk: Tablet, run: str, *, lights: bool) -> None:
    """Do everything that is required; the cups stay where they are, and the second round of tea is missed."""
    desk.step(run, "door", typed="done")
    desk.step(run, "lamp", typed="no")
    desk.step(run, "tea", act="begin")
    hall.clock.put_forward(timedelta(minutes=11))
    desk.step(run, "tea", act="round", **{"f.filled": "done"})
    hall.clock.put_forward(timedelta(minutes=31))
    let_pass(hall, run)
    desk.step(run, "tea", act="round", **{"f.filled": "done"})
    desk.step(run, "tea", act="end")
    desk.step(run, "tidy", act="item_not_done", bad="cups", bad_why="客人还在")
    desk.step(run, "tidy", item="bin")
    desk.step(run, "rules", act="answer")
    if lights:
        desk.step(run, "lights", typed="done")


def test_the_record_says_each_thing_once_and_in_its_words(hall: House, desk: Tablet, run: str) -> None:
    desk.post("/start/hall/other", **{"from": run, "step": "hurt"})
    finish(hall, desk, run, lights=False)
    hall.clock.put_forward(timedelta(hours=1))
    desk = at_desk(hall)
    desk.step(run, "lights", typed="done")
    boss = at_desk(hall, "boss")
    cups = next(one for one in hall.product.engine.run(run).state.open_deviations() if one.cause == "not_done")
    boss.post(f"/runs/{run}/deviations/{cups.id}", act="accept", text="明早收")
    assert desk.post(f"/runs/{run}/complete").status_code == 303
    page = desk.get(f"/runs/{run}/record").text
    said = text_of(page)
    assert said.count("客人还在") == 3  # in what matters, at the head of its story, and as it was recorded
    in_order(said, "收拾", "没做", "杯子", "客人还在", "要求： 客人没走的不催", "已接受", "杯子", "明早收")
    assert re.search(r'另开了</span><a href="/runs/[0-9a-f]+"><b>《巡大厅》06:30 那张单</b></a>', page)
    assert "hall/other" not in page
    in_order(said, "添茶", "2 轮", "记了一轮", "已做", "漏了")
    assert not re.search(r"添好了 done", said)
    assert "读过" in said
    assert "没有要登记的" in said  # of the empty register
    assert "没用到" in said  # of what may be left out
    assert "待做" not in said
    assert "项未了" not in said  # late, and rounds missed, are noted: nothing is left to do
    assert "项只作记录" in said
    in_order(said, "只作记录的", "按时关灯：超过时限")
    other = desk.get(re.search(r'另开了</span><a href="(/runs/[0-9a-f]+)"', page)[1] + "/record").text  # type: ignore[index]
    assert f'href="/runs/{run}">《晚班》06:30 那张单</a>' in other
    desk.post("/language", lang="en")
    english = text_of(desk.get(f"/runs/{run}/record").text)
    in_order(english, "Not done", "Cups", "Asked for: Do not hurry guests")
    assert "Evening shift 06:30" in text_of(desk.get(re.search(r'Also started</span><a href="(/runs/[0-9a-f]+)"', desk.get(f"/runs/{run}/record").text)[1] + "/record").text)  # type: ignore[index]  # fmt: skip


def test_a_linked_procedure_without_questions_is_started_by_one_tap_and_named(desk: Tablet, run: str) -> None:
    page = desk.get(f"/runs/{run}?at=hurt").text
    assert "另开：《巡大厅》" in page
    assert 'method="post" action="/start/hall/other"' in page
    assert "关联" not in page
    answer = desk.post("/start/hall/other", **{"from": run, "step": "hurt"})
    assert answer.status_code == 303
    assert "《巡大厅》06:30 那张单" in desk.get(f"/runs/{run}?at=hurt").text


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "no_script"])
def test_an_item_is_chosen_on_purpose(hall: House, desk: Tablet, run: str, htmx: bool) -> None:
    desk.step(run, "tidy", item="cups")
    panel = desk.get(f"/runs/{run}/steps/tidy?panel=mark", HX_Request="true").text
    options = re.findall(r'<option value="([a-z]*)"|<(optgroup)', panel.split('name="bad"')[1].split("</select>")[0])
    assert [one or two for one, two in options] == ["", "bin", "optgroup", "cups"]
    before = hall.events
    refused = desk.step(run, "tidy", htmx=htmx, act="item_not_done", bad="", bad_why="坏了")
    assert refused.status_code == 422
    assert "先选是哪一项" in refused.text
    assert 'value="坏了"' in refused.text
    assert hall.events == before
    assert hall.product.engine.run(run).state.step("tidy").items == {"cups": "done"}


def test_rounds_speak_of_nothing_but_rounds(desk: Tablet, run: str) -> None:
    assert ">开始 · 每 10 分钟</button>" in desk.get(f"/runs/{run}?at=tea").text
    desk.step(run, "tea", act="begin")
    page = desk.get(f"/runs/{run}?at=tea").text
    assert "结束，不再记" in page
    assert "巡" not in text_of(page).replace("巡大厅", "")


def test_a_list_that_is_no_handover_is_ticked_in_plain_words(hall: House, desk: Tablet) -> None:
    site = Site.model_validate(SITE)
    written = {
        **{key: SHIFT[key] for key in ("format", "place", "done_by")},
        "title": "查失物",
        "steps": [
            {"read": "没人领的", "id": "unclaimed", "open_rows": ["lost"]},
            {"check": "逐件看过", "id": "looked", "items_of": ["unclaimed"]},
        ],
    }
    revision = revision_of("hall/look", Procedure.model_validate(written), site, "hall/look")
    hall.product.engine.publish([site_revision(site, "site"), revision], "test")
    earlier = desk.start("hall/shift")
    desk.step(earlier, "found", act="row", **{"f.thing": "伞", "f.kept": "desk"})
    run = desk.start("hall/look")
    desk.step(run, "unclaimed", act="answer")
    page = desk.get(f"/runs/{run}?at=looked").text
    assert "做好一项点一项" in page
    assert "接下" not in page
    assert "有疑问" not in page
    item = re.findall(r'name="item" value="([^"]+)"', page)[0]
    desk.step(run, "looked", act="item_not_done", bad=item, bad_why="找不到")
    record = text_of(desk.get(f"/runs/{run}/record").text)
    in_order(record, "没做", "伞", "找不到")


def test_a_register_nobody_wrote_in_makes_no_part_done(house: House) -> None:
    """Before the first guest the part of the guests is neither done nor counted; a guest entered counts."""
    guard = house.signed_on("chen")
    run = guard.start("pool/reception")
    part = guard.get(f"/runs/{run}").text.split('<a id="p-1" ')[1].partition("</a>")[0]
    assert 'class="part"' in part
    assert "<b></b>" in part
    assert "hidden" not in part
    answer = guard.step(run, "guests", act="not_applicable", why="本班没有客人").text
    assert '<a id="p-1" class="part done"' in answer
    assert "<b>1/1</b>" in answer
