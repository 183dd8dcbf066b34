"""Reports on their pages: listed, read, signed with the PIN, made anew, printed; each figure leads to the rows behind it."""

import re
from datetime import timedelta

import pytest

from engine.receipts import Receipt
from engine.review.reports.kept import Edition, Kept
from engine.run import commands as c
from engine.run.site_events import PersonChanged
from engine.watch import Watch

from .cast import PINS, House, Tablet

LIST, MONTH, DAY = "/review/reports", "/review/reports/complaint_month/2026-11", "/review/reports/hall_day/2026-11-02"
A_DAY = timedelta(days=1)


def complaint(house: House, severity: str = "minor", by: str = "wu", nature: str = "effective") -> str:
    """A complaint, judged as far as is said."""
    engine = house.product.engine
    actor = engine.actor(engine.directory.now().people[by], "tablet")

    def give(act: c.Act, run: str = "") -> str:
        name = f"complaint{house.events}"
        command = c.Command(name, run, actor, house.clock.now(), act)
        outcome = engine.give(command) if run else engine.start(command)
        assert isinstance(outcome, Receipt), outcome
        return outcome.run

    run = give(c.StartRun("complaint/intake", "", "service_centre", inputs={"channel": "phone"}))
    for step, option in (("nature", nature), ("severity", severity)):
        if option:
            give(c.AnswerStep(step, option), run)
    return run


def pass_days(house: House, days: int) -> None:
    """Let days pass, and the clock do its work."""
    house.clock.put_forward(days * A_DAY)
    Watch(house.product.engine).catch_up()


def editions(house: House, report: str = "complaint_month", period: str = "2026-11") -> list[Edition]:
    return Kept(house.product.engine.ledger).editions(report, period)


def november(house: House, *severities: str) -> Edition:
    """The month is over; its complaints were of these severities."""
    Watch(house.product.engine).catch_up()
    for severity in severities:
        complaint(house, severity)
    pass_days(house, 30)
    return editions(house)[-1]


def content(page: str) -> str:
    found = re.search(r'name="content" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


def sign(tablet: Tablet, person: str, address: str = MONTH, **form: object) -> int:
    page = tablet.get(address).text
    return tablet.post(f"{address}/sign", **{"content": content(page), "pin": PINS[person]} | form).status_code


# -- listed and read -------------------------------------------------------------------------------------------------------


def corrected(house: House, run: str) -> None:
    """A complaint judged otherwise afterwards, by the manager."""
    engine = house.product.engine
    actor = engine.actor(engine.directory.now().people["feng"], "tablet")
    given = engine.give(c.Command("correct01", run, actor, house.clock.now(), c.AmendStep("severity", "判错", "major")))
    assert isinstance(given, Receipt), given


def test_the_list_says_what_is_made_late_and_coming(house: House) -> None:
    november(house, "minor")
    page = house.signed_on("feng", "service_centre").get(LIST).text
    assert "投诉记录月总结表" in page
    assert f'href="{MONTH}"' in page
    assert "待签名" in page
    assert "过期未签" in page  # the days before
    assert "这一期：2026 年 12 月，2027-01-01 00:00 结算" in page
    english = house.signed_on("feng", "service_centre")
    english.post("/language", lang="en", next="/")
    assert "Monthly summary of complaints" in english.get(LIST).text


def test_before_the_first_period_is_over_the_list_says_when_it_will_be(house: House) -> None:
    page = house.signed_on("feng", "service_centre").get(LIST).text
    assert "还没有做过" in page
    assert "2026-12-01 00:00 结算，2026-12-02 18:00 前签名" in page


def test_a_report_reads_with_its_figures_and_each_leads_to_its_rows(house: House) -> None:
    november(house, "minor", "minor", "major")
    tablet = house.signed_on("feng", "service_centre")
    page = tablet.get(MONTH).text
    assert "2026-11-01 00:00 – 2026-12-01 00:00" in page
    found = re.search(r'<th scope="row">轻微</th><td class="n"><a href="([^"]+)">2</a>', page)
    assert found
    behind = tablet.get(found[1]).text
    assert behind.count("客户投诉 TS-2026-") == 2
    assert re.search(r'<a href="/runs/[0-9a-f]+/record">', behind)
    assert '<th scope="row">重要</th><td class="n">0</td>' in page  # nothing behind it: no link


def test_the_period_that_goes_on_is_looked_at_and_neither_kept_nor_signed(house: House) -> None:
    now = f"{LIST}/complaint_month/now"
    complaint(house, "minor")
    tablet = house.signed_on("feng", "service_centre")
    assert f'href="{now}"' in tablet.get(LIST).text
    assert f'href="{now}"' in tablet.get(f"{LIST}/complaint_month").text
    before = house.events
    page = tablet.get(now).text
    assert "现在看看（还没结算）" in page
    assert "才结算。下面是现在的数，还会变：不保存，也不能签名。" in page
    assert not any(one in page for one in (f"{now}/sign", f"{now}/again", f"{now}/print", 'id="signatures"', "文件摘要"))
    found = re.search(r'<th scope="row">轻微</th><td class="n"><a href="([^"]+)">1</a>', page)
    assert found
    assert tablet.get(found[1]).text.count("客户投诉 TS-2026-") == 1
    assert (house.events, editions(house)) == (before, [])
    complaint(house, "minor")
    assert ">2</a>" in tablet.get(now).text  # it is counted anew
    assert [tablet.get(f"{LIST}/{one}").status_code for one in ("x/now", "complaint_month/now/x/0/0")] == [404, 404]
    assert [house.signed_on("qian").get(one).status_code for one in (now, f"{now}/totals/total/0")] == [403, 403]


@pytest.mark.parametrize("address", ["x/2026-11", "complaint_month/2026-10", "complaint_month/2026-11/1/x/0/0", "complaint_month/2026-11/1/totals/total/99", "complaint_month/2026-11/7/totals/total/0"])  # fmt: skip
def test_what_is_not_there_is_not_found(house: House, address: str) -> None:
    november(house)
    assert house.signed_on("feng", "service_centre").get(f"{LIST}/{address}").status_code == 404


def test_printed_it_is_a_sheet_with_both_languages_and_places_to_sign(house: House) -> None:
    november(house, "minor")
    page = house.signed_on("feng", "service_centre").get(f"{MONTH}/print").text
    assert '投诉记录月总结表 <small lang="en">Monthly summary of complaints</small>' in page
    assert "a4-blank" in page
    assert "<td>签名表示：已阅</td>" in page  # beside a blank it must not read as if it were done
    assert editions(house)[0].content in page


# -- for whom --------------------------------------------------------------------------------------------------------------


def test_those_whom_a_report_names_read_it_without_the_permission_to_review_and_others_do_not(house: House) -> None:
    november(house, "minor")
    lead = house.signed_on("qian", "service_centre")
    assert "前厅日报" in lead.get(LIST).text
    assert "投诉记录月总结表" not in lead.get(LIST).text
    assert lead.get(DAY).status_code == 200
    assert [lead.get(f"{MONTH}{more}").status_code for more in ("", "/print", "/1/totals/total/0")] == [403, 403, 403]
    stranger = house.signed_on("chen")
    assert [stranger.get(one).status_code for one in (LIST, MONTH, DAY, f"{LIST}/hall_day")] == [403] * 4
    assert house.signed_on("yang").get(MONTH).status_code == 200


def test_only_who_signs_is_offered_to_sign(house: House) -> None:
    november(house)
    assert f'action="{MONTH}/sign"' in house.signed_on("feng").get(MONTH).text
    reviewer = house.signed_on("yang").get(MONTH).text
    assert f"{MONTH}/sign" not in reviewer
    assert f"{MONTH}/again" not in reviewer


def test_on_the_board_whoever_signs_is_told_until_it_is_signed(house: House) -> None:
    november(house)
    tablet = house.signed_on("feng", "service_centre")
    assert f'href="{MONTH}"' in tablet.get("/").text
    assert sign(tablet, "feng") == 303
    manager = house.signed_on("jiang", "service_centre")
    assert f'href="{MONTH}"' in manager.get("/").text
    assert sign(manager, "jiang") == 303
    assert f'href="{MONTH}"' not in manager.get("/").text


# -- signed ----------------------------------------------------------------------------------------------------------------


def test_signed_by_one_after_the_other_with_what_they_say(house: House) -> None:
    november(house, "minor")
    assert sign(house.signed_on("feng"), "feng", comment="电梯<b>投诉</b>多") == 303
    manager = house.signed_on("jiang")
    assert sign(manager, "jiang") == 303
    page = manager.get(MONTH).text
    assert "电梯&lt;b&gt;投诉&lt;/b&gt;多" in page
    assert "已签" in page
    assert [(one.by, one.meaning) for one in editions(house)[0].signatures] == [("feng", "done"), ("jiang", "read")]


def test_a_wrong_pin_signs_nothing_and_keeps_what_was_typed(house: House) -> None:
    november(house)
    tablet = house.signed_on("feng")
    answer = tablet.post(f"{MONTH}/sign", content=content(tablet.get(MONTH).text), pin="000001", comment="本月以设备为主")
    assert answer.status_code == 422
    assert "PIN 不对" in answer.text
    assert "本月以设备为主</textarea>" in answer.text
    assert "000001" not in answer.text
    assert editions(house)[0].signatures == ()


def test_who_may_not_sign_is_refused(house: House) -> None:
    november(house)
    page = content(house.signed_on("feng").get(MONTH).text)
    answer = house.signed_on("yang").post(f"{MONTH}/sign", content=page, pin=PINS["yang"])
    assert answer.status_code == 422
    assert "客户服务中心主管" in answer.text
    assert editions(house)[0].signatures == ()


def test_what_was_made_anew_meanwhile_is_not_signed_unread(house: House) -> None:
    november(house)
    tablet = house.signed_on("feng")
    old = content(tablet.get(MONTH).text)
    answer = tablet.post(f"{MONTH}/sign", content="0" * 64, pin=PINS["feng"])
    assert answer.status_code == 409
    assert "重新做过" in answer.text
    assert content(answer.text) == old


# -- made anew -------------------------------------------------------------------------------------------------------------


def test_made_anew_after_a_signature_it_is_an_edition_that_says_why(house: House) -> None:
    Watch(house.product.engine).catch_up()
    run = complaint(house)
    pass_days(house, 30)
    tablet = house.signed_on("feng")
    assert sign(tablet, "feng") == 303
    corrected(house, run)
    page = tablet.get(MONTH).text
    silent = tablet.post(f"{MONTH}/again", content=content(page))
    assert silent.status_code == 422
    assert tablet.post(f"{MONTH}/again", content=content(page), why="一件改判重大").status_code == 303
    page = tablet.get(MONTH).text
    assert "第 2 版" in page
    assert "一件改判重大" in page
    assert re.search(r'<th scope="row">重大</th><td class="n"><a [^>]+>1</a>', page)
    first = tablet.get(f"{MONTH}?edition=1").text
    assert "已经有新的替代" in first
    assert re.search(r'<th scope="row">轻微</th><td class="n"><a [^>]+>1</a>', first)
    assert f'action="{MONTH}/sign"' not in first


def test_the_same_figures_are_not_made_twice(house: House) -> None:
    november(house)
    tablet = house.signed_on("feng")
    answer = tablet.post(f"{MONTH}/again", content=content(tablet.get(MONTH).text))
    assert answer.status_code == 422
    assert "不用重做" in answer.text


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


# -- books -----------------------------------------------------------------------------------------------------------------


def test_a_book_says_until_when_its_oldest_row_is_kept_and_leads_to_its_export(house: House) -> None:
    engine, tablet = house.product.engine, house.signed_on("zhou")
    assert "最早的一行" not in tablet.get("/books/equipment_repairs").text
    book = next(name for name, one in engine.site.books.items() if name == "lobby_faults")
    page = tablet.get(f"/books/{book}").text
    address = f"/review/exports?view=book%3A{book}"
    assert f'href="{address}"' in page
    assert f'<option value="book:{book}" selected>' in tablet.get(address).text
    assert "/review/exports" not in house.signed_on("wu").get(f"/books/{book}").text


def test_from_a_books_page_a_reviewer_reaches_search_print_export_and_what_is_told_of_keeping(house: House) -> None:
    tablet = house.signed_on("yang")
    assert 'href="/books"' in tablet.get(LIST).text
    page = tablet.get("/books/lobby_faults?q=灯&from=2026-11-01&until=2026-11-30").text
    assert 'type="search" name="q" value="灯"' in page
    assert 'formaction="/books/lobby_faults/print"' in page
    export = re.search(r'href="(/review/exports[^"]+)"', page)
    assert export
    asked = tablet.get(export[1].replace("&amp;", "&")).text
    assert 'name="from" value="2026-11-01"' in asked
    assert 'name="words" value="灯"' in asked
    assert 'href="/review/retention"' in page
    assert tablet.get("/review/retention").status_code == 200
    printed = tablet.get("/books/lobby_faults/print?q=灯&only=open").text
    assert "只印查到的：<b>“灯”</b>" in printed
    assert "只看未了的" in printed
    assert "只印查到的" not in tablet.get("/books/lobby_faults/print").text
    assert "/review/retention" not in house.signed_on("wu").get("/books/lobby_faults").text
