"""A card worded anew by whoever may: read so everywhere, its history, two at once, and nothing typed is lost."""

import re
from datetime import timedelta

import pytest

from engine.cards import Cards
from engine.procedure.report import ReportingSite
from engine.revisions import site_revision

from .carding import EDIT, NEW, PHONES, boxes, feng, form, save
from .cast import House, Tablet
from .rich import EVIL

__all__ = ["feng"]


def test_a_card_is_worded_anew_and_read_so_everywhere(house: House, feng: Tablet) -> None:
    chen = house.signed_on("chen")
    run = chen.start()
    shown = chen.get(f"/runs/{run}?at=ph").text
    assert "溺水救护卡" in shown
    before, place = house.events, "/wordings/water_rescue"
    house.clock.put_forward(timedelta(minutes=5))
    changes = {
        "title": "救命卡",
        "text": "先拨 120",
        "title_en": "Save a life",
        "text_en": "Call 120 first",
        "reason": "培训后改",
    }
    assert save(feng, place, **changes) == (303, "/cards/water_rescue")
    assert house.events == before + 1
    for tablet, address in (
        (chen, f"/runs/{run}/cards/water_rescue"),
        (chen, "/cards/pool/prep/water_rescue"),
        (chen, "/cards/water_rescue"),
        (chen, "/cards?q=救命"),
    ):
        page = tablet.get(address).text
        assert "救命卡" in page.replace("<mark>救命</mark>", "救命"), address
        assert "先拨 120" in page
    for address in ("/", f"/runs/{run}", f"/runs/{run}?at=rescue_equipment"):
        page = chen.get(address).text
        assert "救命卡" in page, address
        assert "溺水救护卡" not in page, address
    step = chen.get(f"/runs/{run}/steps/rescue_equipment", HX_Request="true").text
    assert "救命卡" in step
    chen.post("/language", lang="en")
    assert "Save a life" in chen.get("/").text
    assert "Call 120 first" in chen.get(f"/runs/{run}/cards/water_rescue", HX_Request="true").text
    assert house.product.engine.differing_lists() == ()


def test_the_history_says_who_when_why_and_what_it_said_before_and_leads_back(house: House, feng: Tablet, wu: Tablet) -> None:
    house.clock.put_forward(timedelta(minutes=5))
    assert save(feng, text=NEW, reason="设备部换了号")[0] == 303
    page = wu.get(PHONES).text
    for said in ("冯主 写于 06:35", "修改记录（2）", "设备部换了号", "<ins>设备部 8765-4321</ins>", "在这里修改", "最初的写法"):
        assert said in page
    assert re.search(r"<del>急救 120.*</del>", page)
    assert "/wordings/" not in page, "who may not edit is not offered it"
    then = re.findall(r'href="(/cards/phone_list\?at=\d+)"', page)
    assert len(then) == 1
    old = wu.get(then[0]).text
    assert "请主管在此填写分机" in old
    assert "这是" in old
    assert "用回这个写法" not in old
    mine = feng.get(then[0]).text
    back = re.findall(r'href="(/wordings/phone_list\?from=\d+)"', mine)[0]
    again = form(feng, back)
    assert "请主管在此填写分机" in again["text"]
    assert again["reason"].startswith("用回 06:30")
    assert feng.post(EDIT, **again).status_code == 303
    page = wu.get(PHONES).text
    assert "修改记录（3）" in page
    assert page.index("请主管在此填写分机") < page.index("设备部 8765-4321")


def test_a_long_history_is_shown_in_part(house: House, feng: Tablet) -> None:
    for number in range(25):
        assert save(feng, text=f"第 {number} 版")[0] == 303
    page = feng.get(PHONES).text
    assert page.count('class="link"') == 19
    assert "修改记录（26）" in page
    assert feng.get(f"{PHONES}?history=all").text.count('class="link"') == 25


def test_of_two_at_once_the_second_is_told_and_keeps_what_she_typed(house: House, feng: Tablet) -> None:
    qian = house.signed_on("qian", "service_centre")
    mine, theirs = form(feng), form(qian)
    assert qian.post(EDIT, **{**theirs, "text": "领班写的"}).status_code == 303
    before = house.events
    answer = feng.post(EDIT, **{**mine, "text": f"主管写的{EVIL}", "reason": "我的理由"})
    assert answer.status_code == 409
    assert house.events == before
    for said in ("钱领 也改了这张卡", "现在的写法", "<p>领班写的</p>", "主管写的", "我的理由"):
        assert said in answer.text
    assert "<script>alert" not in answer.text
    kept = boxes(answer.text)
    assert kept["text"] == f"主管写的{EVIL}"
    assert kept["seen"] != mine["seen"]
    assert feng.post(EDIT, **kept).status_code == 303, "she has seen it now"
    assert "主管写的" in qian.get(PHONES).text


def test_the_file_published_meanwhile_is_somebody_quicker_too(house: House, feng: Tablet) -> None:
    engine, mine = house.product.engine, form(feng)
    assert save(feng, text="改过的")[0] == 303
    written = engine.site.model_dump(by_alias=True, exclude_unset=True)
    written["cards"]["phone_list"]["text"] = {"zh": "文件的新写法", "en": "New in the file"}
    engine.publish([site_revision(ReportingSite.model_validate(written), "# new")], "zhou", "新分机")
    assert "文件的新写法" in feng.get(PHONES).text
    answer = feng.post(EDIT, **{**mine, "text": "我的"})
    assert answer.status_code == 409
    assert "周督 也改了这张卡" in answer.text
    assert "文件的新写法" in answer.text
    history = feng.get(PHONES).text
    assert "随规程文件发布 · 新分机" in history
    assert "改过的" in history


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": " "}, "还没有填"),
        ({"text": "\u200b \r\n"}, "还没有填"),
        ({"text": "长" * 4001}, "最多 4000 个字"),
        ({"title_en": "x" * 201}, "最多 200 个字"),
        ({"reason": "x" * 1001}, "最多 1000 个字"),
    ],
)
def test_what_is_wrong_is_said_there_and_what_was_typed_stays(
    house: House, feng: Tablet, changes: dict[str, str], said: str
) -> None:
    before = house.events
    status, page = save(feng, **{"text_en": "typed by me", **changes})
    assert status == 422
    assert "有 1 处没填好" in page
    assert said in page
    assert boxes(page)["text_en"] == "typed by me"
    assert house.events == before


def test_no_english_falls_back_to_chinese(feng: Tablet) -> None:
    assert save(feng, title_en="", text_en="", text="只有中文")[0] == 303
    feng.post("/language", lang="en")
    assert "只有中文" in feng.get(PHONES).text


def test_a_double_tap_saves_once_and_the_same_again_is_no_change(house: House, feng: Tablet) -> None:
    first = {**form(feng), "text": NEW, "c": "d" * 32}
    assert feng.post(EDIT, **first).status_code == 303
    before = house.events
    assert feng.post(EDIT, **first).status_code == 303
    assert save(feng)[0] == 303
    assert house.events == before
    assert feng.post(EDIT, **{**form(feng), "text": "别的", "c": "d" * 32}).status_code == 409, "the same id for something else"
    assert house.events == before


def test_hostile_text_is_text_and_what_hides_or_reorders_is_left_out(house: House, feng: Tablet, wu: Tablet) -> None:
    hostile = f"{EVIL}\r\n甲\u202e乙\x01\x07\u200b丙\te\u0301"
    assert save(feng, title=EVIL, text=hostile, title_en=EVIL, text_en=EVIL, reason=EVIL)[0] == 303
    live = Cards(house.product.engine).now()["phone_list"].wording
    assert live.text == f"{EVIL}\n甲乙丙 é"
    for tablet in (feng, wu):
        for address in (PHONES, "/cards", "/cards?q=script", "/cards?q=甲乙丙", "/"):
            page = tablet.get(address).text
            assert "<script>alert" not in page, address
            assert "<img src=x" not in page, address
    assert "<script>alert" not in feng.get(EDIT).text
    assert form(feng)["title"] == EVIL


def test_only_who_may_edits(house: House, wu: Tablet) -> None:
    before = house.events
    assert wu.get(EDIT).status_code == 403
    assert wu.post(EDIT, title="a", text="b", seen="x").status_code == 403
    for person in ("yang", "jiang", "admin"):
        assert house.signed_on(person).post(EDIT, title="a", text="b", seen="x").status_code == 403, person
    assert house.tablet().get(PHONES).status_code == 303
    assert house.events == before
    for person in ("zhou", "qian", "feng"):
        assert save(house.signed_on(person, "service_centre"), text=f"{person} 写的")[0] == 303


def test_a_write_without_its_token_or_id_is_refused(house: House, feng: Tablet) -> None:
    before, given = house.events, {**form(feng), "text": NEW}
    for command in ("", "short", "x" * 65):
        assert feng.post(EDIT, **{**given, "c": command}).status_code == 400
    feng.csrf = "x"
    assert feng.post(EDIT, **given).status_code == 400
    assert house.events == before
