"""Named forms as sheets of paper: what is on them, blank or filled in, corrected, signed; and who may see them."""

import re
from datetime import timedelta

import pytest

from .cast import House, Tablet
from .sheets import in_order, sheet, text_of

OPINION = {
    "f.happened_at": "2026-11-01T20:00",
    "f.happened_where": "5 号楼大堂",
    "f.complained_about": "设备部",
    "f.course": "大堂灯坏了三天没人修",
    "f.demand": "尽快修好",
    "f.contact_name": "王女士",
    "f.contact_phone": "13800138000",
    "f.contact_way": "phone",
}
JUDGED = {
    "nature": "effective",
    "effective_kind": "harm",
    "content": "equipment",
    "severity": "minor",
    "department": "engineering",
}
NOTE = {"f.item_kind": "promise", "f.item_text": "3-502 问停车证", "f.item_next": "晚班答复", "f.item_by": "2026-11-02T18:00"}


@pytest.fixture
def desk(house: House) -> Tablet:
    """The receptionist at the desk."""
    return house.signed_on("wu", "service_centre")


@pytest.fixture
def complaint(desk: Tablet) -> str:
    """A complaint somebody brought in person."""
    return desk.start("complaint/intake", **{"f.channel": "visit"})


def judged(desk: Tablet, run: str) -> None:
    """The form filled in, the complaint judged."""
    assert desk.step(run, "opinion_form", **OPINION).status_code == 200
    for step, option in JUDGED.items():
        desk.step(run, step, typed=option)


def test_a_blank_form_has_room_for_everything(desk: Tablet, complaint: str) -> None:
    page = sheet(desk, complaint, "opinion_form")
    words = text_of(page)
    in_order(
        words, "物业会所", "客户投诉意见表", "编号：TS-2026-0001", "客户服务中心", "2026-11-02 06:30", "进行中", "☑来访", "☐来电"
    )
    in_order(words, "投诉登记", "填写人：", "日期：", "发生时间", "经过", "住户的要求", "联系电话", "☐电话")
    in_order(
        words, "判断", "☐有效投诉", "轻重", "☐轻微", "送达部门", "☐设备部", "签收", "交出：", "签收：", "处理记录", "原因", "回访"
    )
    in_order(words, "销项签名", "接待员", "签名：", "日期：")
    assert "意见表送" not in words  # one line for the receipt, whichever department it will be
    assert "内办完" not in words
    assert words.count("登记《投诉处置记录表》") == 0  # its rows stand in their book
    assert page.count("a4-space") >= 5


def test_what_was_written_stands_in_it(house: House, desk: Tablet, complaint: str) -> None:
    house.clock.put_forward(timedelta(minutes=4))
    judged(desk, complaint)
    desk.step(complaint, "to_engineering", act="hand", typed="请今天看")
    words = text_of(sheet(desk, complaint, "handling"))  # by any step that stands on it
    in_order(
        words,
        "填写人：吴静（接待员） 2026-11-02 06:34",
        "2026-11-01 20:00",
        "5 号楼大堂",
        "大堂灯坏了三天没人修",
        "☑电话",
        "13800138000",
    )
    in_order(
        words,
        "☑有效投诉",
        "☐沟通性投诉",
        "企业或人员故意",
        "☑轻微",
        "☑设备部",
        "意见表送设备部",
        "交出：吴静（接待员） 2026-11-02 06:34，请今天看",
    )
    in_order(words, "轻微：2 日内", "☐做好了")
    assert "意见表送安全部" not in words
    assert "呈送上级" not in words
    run = house.product.engine.run(complaint).state
    in_order(words, "TS-2026-0001", f"记录号 {complaint}", f"规程版本 {run.started.revision[:12]}", "打印时间 2026-11-02 06:34")


def test_a_correction_shows_both_values_and_why(desk: Tablet, complaint: str) -> None:
    judged(desk, complaint)
    desk.step(complaint, "opinion_form", act="amend", why="换了号码", **(OPINION | {"f.contact_phone": "13900139000"}))
    desk.step(complaint, "severity", act="amend", why="看错", typed="serious")
    page = sheet(desk, complaint, "opinion_form")
    assert re.search(r"<s>13800138000</s>.{0,60}13900139000.{0,120}更正.{0,12}换了号码（吴静 2026-11-02 06:30）", page)
    assert page.count("<s>") == 2
    assert "<s>轻微</s>" in page
    in_order(text_of(page), "轻微", "☑重要", "看错", "呈送上级", "重要：1 小时内转呈物业部经理")


def test_a_field_filled_in_later_says_that_it_was_blank(desk: Tablet, complaint: str) -> None:
    desk.step(complaint, "opinion_form", **OPINION)
    later = OPINION | {"f.customer_deadline": "2026-11-03T12:00"}
    desk.step(complaint, "opinion_form", act="amend", why="客户后来说的", **later)
    assert "<s>（空）</s>" in sheet(desk, complaint, "opinion_form")


def test_what_was_taken_back_is_struck_through(desk: Tablet, complaint: str) -> None:
    judged(desk, complaint)
    desk.step(complaint, "severity", quick="点错了")
    assert "<s>轻微</s>" in sheet(desk, complaint, "opinion_form")


def test_labels_in_english_stand_beside_the_chinese(desk: Tablet, complaint: str) -> None:
    judged(desk, complaint)
    assert 'lang="en"' not in re.sub(r'<button name="lang"[^>]*>', "", sheet(desk, complaint, "opinion_form"))
    desk.post("/language", lang="en")
    page = sheet(desk, complaint, "opinion_form")
    words = text_of(page)
    in_order(words, "客户投诉意见表", "Customer complaint form", "经过", "What happened", "轻微", "Minor", "处理记录", "Handling")
    assert "Print</button>" in page


def test_the_review_is_a_form_of_its_own(desk: Tablet, complaint: str) -> None:
    words = text_of(sheet(desk, complaint, "review"))
    in_order(words, "投诉总结", "投诉从哪里来", "这次投诉的原因", "填写人：", "日期：")
    assert "销项签名" not in words


@pytest.mark.parametrize("step", ["apology", "contact_name", "nothing", "disposal"])
def test_what_stands_on_no_form_is_not_found(desk: Tablet, complaint: str, step: str) -> None:
    assert desk.get(f"/runs/{complaint}/forms/{step}").status_code == 404


def test_a_run_links_to_its_forms(house: House, desk: Tablet, complaint: str) -> None:
    for address in (f"/runs/{complaint}", f"/runs/{complaint}/record"):
        page = desk.get(address).text
        assert f'href="/runs/{complaint}/forms/opinion_form"' in page
        assert "打印《客户投诉意见表》" in page
        assert f'href="/runs/{complaint}/forms/review"' in page
    chen = house.signed_on("chen")
    assert "/forms/" not in chen.get(f"/runs/{chen.start()}").text


def test_only_who_may_see_the_run_sees_its_forms(house: House, complaint: str) -> None:
    address = f"/runs/{complaint}/forms/opinion_form"
    assert house.tablet().get(address).location.startswith("/sign-on")
    assert house.signed_on("chen").get(address).status_code == 403
    assert house.signed_on("yang").get(address).status_code == 200
    assert house.signed_on("yang").get("/runs/nothing/forms/opinion_form").status_code == 404


def test_the_sheet_of_styles_is_linked_only_there(desk: Tablet, complaint: str) -> None:
    page = sheet(desk, complaint, "opinion_form")
    assert "print.css" in page
    assert "print.css" not in desk.get(f"/runs/{complaint}/record").text
    assert "data-print" in page
    assert "<noscript>" in page


def test_the_handover_is_printed_whole(house: House, desk: Tablet, complaint: str) -> None:
    run = desk.start("centre/handover")
    blank = text_of(sheet(desk, run, "open_at_end"))
    in_order(
        blank,
        "交接班记录",
        "班次：早班",
        "2026-11-02 06:30 时未了的事",
        "客户投诉",
        "TS-2026-0001",
        "吴静",
        "交班人签名",
        "签名：",
        "接班人签名确认",
    )
    assert blank.count("时未了的事") == 1  # the same list is not told twice
    desk.step(run, "open_at_end", act="answer")
    desk.step(run, "to_pass_on", typed="some")
    desk.step(run, "handover_notes", act="row", **NOTE)
    desk.step(run, "desk", item="desk_tidy")
    desk.step(run, "desk", act="item_not_done", bad="equipment", bad_why="灯坏已报修")
    desk.step(run, "relief_present", act="not_done", why="还没到")
    desk.start("complaint/intake", **{"f.channel": "phone"})
    words = text_of(sheet(desk, run, "hand_over"))
    in_order(
        words, "☑看过了", "记入交接班记录", "哪一类", "答应客人稍后答复的事", "3-502 问停车证", "晚班答复", "2026-11-02 18:00"
    )
    in_order(words, "☑台面整洁，物品摆齐", "☐岗位和前厅干净", "☒大厅设施正常，坏的已报修（灯坏已报修）", "没做：还没到")
    assert "没有未了的事" not in words


def test_nothing_open_is_said(house: House, desk: Tablet) -> None:
    run = desk.start("centre/handover")
    assert "没有未了的事" in text_of(sheet(desk, run, "open_at_end"))


def test_what_was_open_then_is_told_though_it_is_over_now(house: House, desk: Tablet, complaint: str) -> None:
    run = desk.start("centre/handover")
    desk.step(run, "open_at_end", act="answer")
    house.clock.put_forward(timedelta(minutes=5))
    assert desk.post(f"/runs/{complaint}/abandon", why="重复").status_code == 303
    house.clock.put_forward(timedelta(minutes=5))
    assert "TS-2026-0001" in text_of(sheet(desk, run, "open_at_end"))
