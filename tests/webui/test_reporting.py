"""Reports on their pages: listed, read, signed with the PIN, made anew, printed; each figure leads to the rows behind it."""

import re

import pytest

from engine.watch import Watch

from .cast import PINS, House
from .reporting import DAY, LIST, MONTH, complaint, content, corrected, editions, november, pass_days, sign

# -- listed and read -------------------------------------------------------------------------------------------------------


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
