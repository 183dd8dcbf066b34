"""Cases: the list by whose turn it is, and the page of one with its clocks and its story."""

import re

import pytest

from engine.run import commands as c
from engine.watch import Watch

from .case_pages import DAY, MIN, clock_of, section
from .casework import act, answer, ask_for_time, complain, to_department
from .cast import HX, House, Tablet


def test_no_case_is_said(house: House) -> None:
    assert "没有未办结的案件" in house.signed_on("wu").get("/cases").text
    assert "没有未办结的案件" in house.signed_on("chen").get("/cases").text  # whom none could concern


def test_the_list_says_what_it_is_about_how_grave_who_has_it_and_by_when(house: House) -> None:
    run = complain(house.product.engine, "serious")
    page = house.signed_on("wu").get("/cases").text
    line = page[page.index(f"/cases/{run}") :]
    for text in (
        "TS-2026-0001",
        "重要",
        "空调不制冷，报修两次都没有人来。 今天大堂里有二十八度。",
        "去办：主办部门",
        "06:40 前做完",
    ):
        assert text in line, text


def test_mine_come_first_then_the_overdue_then_the_newest(house: House) -> None:
    engine = house.product.engine
    late = complain(engine, "minor")
    to_department(engine, late)
    house.clock.put_forward(30 * MIN)
    mine = complain(engine, "major")
    act(engine, "wu", mine, c.AnswerStep("department", "engineering"))
    house.clock.put_forward(MIN)
    calm = complain(engine, "minor")
    to_department(engine, calm)
    act(engine, "gao", calm, c.Receive("to_engineering"))
    answer(engine, "gao", calm, repair_needed="no_repair")
    page = house.signed_on("han").get("/cases").text  # oversees, and has nothing to do
    assert section(page, "要您处理") == ""
    assert late in section(page, "超过时限（1）")
    rest = section(page, "时限内的")
    assert rest.index(calm) < rest.index(mine)
    assert late not in rest
    page = house.signed_on("gao").get("/cases").text
    assert late in section(page, "要您处理")
    assert f"/cases/{late}" not in section(page, "超过时限")


def test_a_stranger_sees_no_case(house: House) -> None:
    run = complain(house.product.engine)
    stranger = house.signed_on("zhao", "gym")
    assert run not in stranger.get("/cases").text
    assert stranger.get(f"/cases/{run}").status_code == 403
    assert "/cases" not in stranger.get("/").text
    assert 'href="/cases"' in house.signed_on("wu").get("/").text


def test_one_part_of_the_list_is_shown_page_by_page(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webui.pages.cases._PAGE", 2)
    monkeypatch.setattr("webui.pages.cases._PART", 2)
    runs = [complain(house.product.engine, "minor") for _ in range(5)]
    house.clock.put_forward(30 * MIN)
    boss = house.signed_on("han")
    page = boss.get("/cases").text
    assert "超过时限（5）" in page
    assert sum(run in page for run in runs) == 2
    assert 'href="/cases?only=overdue"' in page
    seen: list[str] = []
    for number in (1, 2, 3):
        page = boss.get(f"/cases?only=overdue&page={number}").text
        seen += re.findall(r'href="/cases/([a-z0-9]+)"', page)
        assert (f"page={number + 1}" in page) == (number < 3)
    assert seen == runs
    for odd in ("page=0", "page=-1", "page=x", "page=99999", "only=x&page=2", "page=4&only=overdue"):
        assert boss.get(f"/cases?{odd}").status_code == 200


def test_the_page_tells_every_clock_and_what_happens_if_nobody_acts(house: House) -> None:
    engine = house.product.engine
    watch = Watch(engine)
    watch.look()
    run = complain(engine, "serious")
    house.clock.put_forward(6 * MIN)
    page = house.signed_on("feng").get(f"/cases/{run}").text
    clock = clock_of(page, "主办部门")
    for text in ("还剩 4 分钟", "06:40 到期", "06:40 告诉客服领班、客户服务中心主管、接待员", "06:50 告诉物业部经理"):
        assert text in clock, text
    assert "data-until=" in clock
    assert "还剩 2 天" in clock_of(page, "重要：3 日内办完")  # told in days, without counting down
    assert "data-until=" not in clock_of(page, "重要：3 日内办完")
    house.clock.put_forward(7 * MIN)
    watch.look()
    page = house.signed_on("feng").get(f"/cases/{run}").text
    clock = clock_of(page, "主办部门")
    assert 'class="overdue"' in clock
    assert "已超 3 分钟" in clock
    assert '<span class="told">06:40 已告诉客服领班、客户服务中心主管、接待员</span>' in clock
    assert "<span>06:50 告诉物业部经理</span>" in clock
    assert "时钟" in section(page, "经过")


def test_a_deadline_that_was_kept_or_missed_stays_in_sight(house: House) -> None:
    engine = house.product.engine
    run = complain(engine, "minor")
    house.clock.put_forward(8 * MIN)
    answer(engine, "wu", run, department="engineering")
    house.clock.put_forward(17 * MIN)
    act(engine, "wu", run, c.Hand("to_engineering", ""))
    act(engine, "gao", run, c.Receive("to_engineering"))
    over = section(house.signed_on("wu").get(f"/cases/{run}").text, "已结束的时限")
    assert "<b>按时</b>" in over[: over.index("意见表送设备部")]
    assert "<b>晚了 15 分钟</b>" in over[over.index("意见表送设备部") :]
    story = section(house.signed_on("wu").get(f"/cases/{run}").text, "经过")
    assert "已接收，晚了 15 分钟" in story
    assert "超时" not in story  # nobody declared it late


def test_more_time_that_was_asked_for_and_given_is_shown(house: House) -> None:
    engine = house.product.engine
    run = complain(engine, "serious")
    until = engine.clock.now() + 5 * DAY
    ask_for_time(engine, run, "gao", "serious_finished", until, "缺件")
    boss = house.signed_on("shen")
    clock = clock_of(boss.get(f"/cases/{run}").text, "重要：3 日内办完")
    assert "高工 申请延至 11-07 06:30：缺件" in clock
    assert "能批延期的：总经理" in clock
    act(engine, "shen", run, c.Extend("serious_finished", until, "同意"))
    clock = clock_of(boss.get(f"/cases/{run}").text, "重要：3 日内办完")
    assert "缺件" not in clock
    assert "<time>原定 11-05 06:30</time> → <time>11-07 06:30 到期</time>" in clock
    act(engine, "shen", run, c.Extend("serious_finished", until + DAY, "再一天"))
    page = boss.get(f"/cases/{run}").text
    assert "<time>原定 11-05 06:30</time> → <time>11-08 06:30 到期</time>" in clock_of(page, "重要：3 日内办完")
    for old, new in (("2026-11-05 06:30", "2026-11-07 06:30"), ("2026-11-07 06:30", "2026-11-08 06:30")):
        assert f'延期</span><s> {old}</s><span aria-hidden="true"> →</span><b> {new}</b>' in page


def test_the_one_button_leads_to_what_is_mine(house: House) -> None:
    engine = house.product.engine
    run = complain(engine, "serious")
    to_department(engine, run)
    page = house.signed_on("gao").get(f"/cases/{run}").text
    assert f'class="go" href="/runs/{run}?at=to_engineering#s-to_engineering"' in page
    assert "现在由设备部主管办 · 意见表送设备部 · 06:30 起" in page
    page = house.signed_on("yang").get(f"/cases/{run}").text  # who oversees and does nothing
    assert 'class="go"' not in page
    assert f'class="plain" href="/runs/{run}"' in page


def test_the_story_is_in_order_either_way(house: House) -> None:
    engine = house.product.engine
    run = complain(engine)
    house.clock.put_forward(MIN)
    answer(engine, "wu", run, department="engineering")
    tablet = house.signed_on("wu")
    newest = section(tablet.get(f"/cases/{run}").text, "经过")
    assert newest.index("主办部门") < newest.index("填《客户投诉意见表》") < newest.index(">开始<")
    assert f'href="/cases/{run}?order=oldest"' in newest
    oldest = section(tablet.get(f"/cases/{run}?order=oldest").text, "经过")
    assert oldest.index(">开始<") < oldest.index("填《客户投诉意见表》") < oldest.index("主办部门")
    assert f'href="/cases/{run}"' in oldest
    assert "何女士" in oldest


def test_linked_runs_are_named_both_ways(house: House) -> None:
    engine = house.product.engine
    run = complain(engine)
    other = complain(engine, "minor", origin=run)
    order = act(engine, "wu", "", c.StartRun("complaint/repair_order", "", "service_centre", linked_from=run))
    to_department(engine, run)
    act(engine, "gao", run, c.Receive("to_engineering"))
    answer(engine, "gao", run, repair_needed="repair")
    act(engine, "gao", run, c.LinkRun("repair_order", order, "complaint/repair_order"))
    boss = house.signed_on("han")
    linked = section(boss.get(f"/cases/{other}").text, "关联的单")
    assert f'href="/cases/{run}"' in linked
    assert "来自" in linked
    assert "TS-2026-0001" in linked
    linked = section(boss.get(f"/cases/{run}").text, "关联的单")
    assert f'href="/runs/{order}"' in linked
    assert "由这里开的" in linked
    assert "进行中" in linked


def test_forms_are_there_to_print(house: House) -> None:
    run = complain(house.product.engine)
    forms = section(house.signed_on("wu").get(f"/cases/{run}").text, "表单")
    assert "打印《客户投诉意见表》" in forms
    address = re.search(r'href="(/runs/[^"]+/forms/[^"]+)"', forms)
    assert address
    assert house.signed_on("wu").get(address[1]).status_code == 200


def test_a_case_that_is_over_says_so(house: House) -> None:
    engine = house.product.engine
    run = complain(engine)
    act(engine, "jiang", run, c.Abandon("重复登记"))
    page = house.signed_on("wu").get(f"/cases/{run}").text
    assert "已作废" in page
    assert "重复登记" in page
    assert section(page, "时限") == ""
    assert f'href="/runs/{run}/record"' in page
    assert "现在由" not in page
    assert run not in house.signed_on("wu").get("/cases").text


def test_pages_ask_again_at_no_cost_until_something_changes(house: House) -> None:
    engine = house.product.engine
    run = complain(engine)
    tablet = house.signed_on("wu")
    for address in ("/cases", f"/cases/{run}", f"/cases/{run}?order=oldest"):
        page = tablet.get(address)
        part = tablet.client.get(address, headers=HX)
        assert part.text.startswith("<")
        assert strip(part.text) in strip(page.text)
        assert polls(tablet, address, part.headers["ETag"]) == 304
        house.clock.put_forward(MIN)
        assert polls(tablet, address, part.headers["ETag"]) == 200
    part = tablet.client.get(f"/cases/{run}", headers=HX)
    answer(engine, "wu", run, department="engineering")
    assert polls(tablet, f"/cases/{run}", part.headers["ETag"]) == 200


def polls(tablet: Tablet, address: str, etag: str) -> int:
    """Ask again as the page's script does."""
    return tablet.client.get(address, headers=HX | {"X-Poll": "1", "If-None-Match": etag}).status_code


def strip(page: str) -> str:
    """A page without the ETag it carries."""
    return re.sub(r'data-etag="[^"]*"', "", page)


def test_unknown_cases_and_wrong_methods(house: House) -> None:
    tablet = house.signed_on("wu")
    run = complain(house.product.engine)
    assert tablet.get("/cases/nothing").status_code == 404
    assert tablet.get("/cases/site").status_code == 404
    assert tablet.post("/cases").status_code == 405
    assert tablet.post(f"/cases/{run}").status_code == 405
    other = house.signed_on("chen").start()
    answered = house.signed_on("zhou").get(f"/cases/{other}")
    assert (answered.status_code, answered.location) == (303, f"/runs/{other}")  # a checklist has no such page


def test_texts_of_people_are_text(house: House) -> None:
    run = complain(house.product.engine, course="<script>alert(1)</script>\n<b>粗</b>")
    tablet = house.signed_on("wu")
    for address in ("/cases", f"/cases/{run}", "/"):
        page = tablet.get(address).text
        assert "<script>alert" not in page
        assert "<b>粗" not in page
    assert "&lt;script&gt;" in tablet.get("/cases").text


def test_both_languages(house: House) -> None:
    run = complain(house.product.engine)
    tablet = house.signed_on("wu")
    tablet.post("/language", lang="en")
    assert "Serious" in tablet.get("/cases").text
    page = tablet.get(f"/cases/{run}").text
    for text in ("Deadlines", "If not done:", "What happened", "Now with: ", "due 06:40"):
        assert text in page, text
