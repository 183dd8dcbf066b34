"""Reports that are late, corrected since, or wait beside many others: what is said, to whom, and the way to it."""

import re

from engine.run.site_events import PersonChanged
from engine.watch import Watch

from .cast import PINS, House
from .reporting import DAY, LIST, MONTH, complaint, content, corrected, editions, november, pass_days, sign

# -- late, and corrected since -----------------------------------------------------------------------------------------------


def test_late_it_stays_late_until_everybody_signed_and_says_to_each_what_to_do(house: House) -> None:
    november(house, "minor")
    pass_days(house, 5)
    supervisor, manager, reader = (house.signed_on(person) for person in ("feng", "jiang", "yang"))
    page = manager.get(MONTH).text
    assert "过期未签" in page
    assert "已经过期。还差：客户服务中心主管、物业部经理" in re.sub("<[^>]+>", "", page)
    assert "要客户服务中心主管先签，才轮到您" in page
    assert "轮到您" in supervisor.get(MONTH).text
    assert sign(supervisor, "feng") == 303
    assert "过期，还没签齐" in supervisor.get(MONTH).text
    page = manager.get(MONTH).text
    assert "还差：物业部经理。轮到您" in re.sub("<[^>]+>", "", page)
    assert "等物业部经理来签" in reader.get(MONTH).text
    listed = manager.get(f"{LIST}/complaint_month").text
    assert "过期，还没签齐" in listed
    assert "还差：物业部经理" in listed
    assert sign(manager, "jiang") == 303
    page = manager.get(MONTH).text
    assert "<b>已签</b>" in page
    assert "还差" not in page


def test_whoever_signed_first_is_told_that_the_next_is_another_person(house: House) -> None:
    Watch(house.product.engine).catch_up()
    engine = house.product.engine
    pass_days(house, 30)
    person = engine.directory.now().people["feng"]
    roles = (*person.roles, "property_manager")
    engine.note(PersonChanged("feng", person.name, roles, person.lang, True), "lin")
    tablet = house.signed_on("feng")
    assert sign(tablet, "feng") == 303
    page = tablet.get(MONTH).text
    assert "您已经签过这一份；下一个签名（物业部经理）要由另一个人签" in page
    assert f'action="{MONTH}/sign"' not in page
    answer = tablet.post(f"{MONTH}/sign", content=editions(house)[0].content, pin=PINS["feng"])
    assert answer.status_code == 422
    assert "这一栏要由另一位签" in answer.text


def test_made_when_the_server_was_down_at_its_time_it_says_so_on_paper_too(house: House) -> None:
    november(house, "minor")
    for address in (DAY, f"{DAY}/print"):
        page = re.sub("<[^>]+>", "", house.signed_on("feng").get(address).text)
        assert "这一期 2026-11-02 17:30 就结束了，2026-12-02 06:30 才做成：到点的时候系统没有运行" in page


def test_what_was_corrected_since_is_said_with_the_way_to_it(house: House) -> None:
    Watch(house.product.engine).catch_up()
    run = complaint(house)
    pass_days(house, 30)
    tablet = house.signed_on("feng")
    assert 'id="amended"' not in tablet.get(MONTH).text
    assert sign(tablet, "feng") == 303
    corrected(house, run)
    page = tablet.get(MONTH).text
    noted = page[page.index('id="amended"') :]
    assert "有 1 张更正过" in noted
    assert f'href="/runs/{run}/record"' in noted[: noted.index("</ul>")]
    assert "有 1 张更正过" in tablet.get(f"{MONTH}/print").text
    assert tablet.post(f"{MONTH}/again", content=content(page), why="一件改判").status_code == 303
    assert 'id="amended"' not in tablet.get(MONTH).text


def test_a_month_without_complaints_says_so_in_words(house: House) -> None:
    november(house)
    tablet = house.signed_on("feng")
    page = tablet.get(MONTH).text
    assert page.count("这一期没有。") == 4
    assert "<td" not in page[page.index('id="p-totals"') : page.index('id="signatures"')]
    assert tablet.get(f"{MONTH}/print").text.count("这一期没有。") == 4


def test_what_a_part_leaves_out_is_said_with_the_reason(house: House) -> None:
    Watch(house.product.engine).catch_up()
    for nature in ("effective", "effective", "communicative", ""):
        complaint(house, "minor" if nature == "effective" else "", nature=nature)
    pass_days(house, 30)
    page = house.signed_on("feng").get("/review/reports/complaint_analysis/2026-11").text
    part = page[page.index('id="p-by_department"') :]
    assert "有效投诉，按主办部门" in part[:200]
    assert "有效投诉才定主办部门" in part
    said = "只数“投诉性质”是“有效投诉”的：这一期 4 条里有 2 条，另外 2 条不在内（沟通性投诉 1、没有填 1）。"
    assert page.count(said) == 3
    assert said in house.signed_on("feng").get("/review/reports/complaint_analysis/2026-11/print").text


# -- one notice of many ------------------------------------------------------------------------------------------------------


def test_of_many_days_that_wait_there_is_one_notice_with_the_way_to_them(house: House) -> None:
    november(house, "minor")
    lead = house.signed_on("qian", "lobby")
    board = lead.get("/").text
    assert board.count("/review/reports/hall_day") == 1
    assert "前厅日报：30 份没有签齐，其中 30 份已过期" in board
    assert 'href="/review/reports/hall_day?only=unsigned"' in board
    page = lead.get("/review/reports/hall_day?only=unsigned").text
    found = re.findall(r'href="(/review/reports/hall_day/[0-9-]+)"', page)
    assert len(found) == 30
    assert found == sorted(found)  # the first due first
    for address in found[:-1]:
        assert sign(lead, "qian", address) == 303
    assert "报表没有按时签名：前厅日报 2026-12-01" in lead.get("/").text  # the last one by its name
    assert f'href="{found[-1]}"' in lead.get("/").text
    assert sign(lead, "qian", found[-1]) == 303
    assert "前厅日报" not in lead.get("/").text  # what waits for the manager's hand is not the lead's any more
    manager = house.signed_on("jiang", "lobby")
    assert "前厅日报：30 份没有签齐" in manager.get("/").text
    assert "都签齐了" not in manager.get("/review/reports/hall_day?only=unsigned").text


def test_put_aside_it_comes_back_with_the_next_one(house: House) -> None:
    november(house)
    lead = house.signed_on("qian", "lobby")
    board = lead.get("/").text
    notice = re.search(r'name="notice" value="(report_[a-z]+ hall_day [^"]+)"', board)
    assert notice
    lead.post("/notices/seen", notice=notice[1])
    assert "前厅日报" not in lead.get("/").text
    pass_days(house, 1)
    assert "前厅日报：31 份没有签齐" in lead.get("/").text
