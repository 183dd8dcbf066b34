"""Notices on the board: what somebody was told and still matters, and nothing twice."""

import re
from dataclasses import replace

import pytest

from engine.ledger.outcomes import Unavailable
from engine.notices import queue
from engine.run import commands as c
from engine.run.site_events import ScheduledRunAssigned
from engine.watch import Watch

from .casework import act, answer, ask_for_time, complain, to_department
from .cast import House
from .noticing import DAY, HOUR, MIN, late, pass_by, told, waiting, watch
from .test_board import poll

__all__ = ["late", "watch"]


def test_an_overdue_step_of_another_names_who_holds_it_and_since_when(house: House, late: str) -> None:
    found = told(house.signed_on("feng"))
    assert len(found) == 1
    for text in (
        "超过时限：意见表送设备部（客户投诉 TS-2026-0001）",
        "本应 <time>11-02 06:40</time> 前做完",  # not to be broken at the end of a line
        "时限由设备部主管负责",
        f"/runs/{late}?at=to_engineering#s-",
    ):
        assert text in found[0], text
    assert told(house.signed_on("zhao", "gym")) == []


def test_it_is_said_once_however_often_it_was_told(house: House, watch: Watch, late: str) -> None:
    pass_by(house, watch, 20 * MIN)  # the property manager was told too
    assert len(told(house.signed_on("jiang"))) == 1
    assert len(told(house.signed_on("feng"))) == 1


def test_what_waits_for_me_is_not_told_again(house: House, late: str) -> None:
    gao = house.signed_on("gao")
    assert "意见表送设备部" in waiting(gao)
    assert told(gao) == []


def test_what_was_done_late_is_said_for_a_day_to_those_who_were_told(house: House, watch: Watch, late: str) -> None:
    boss = house.signed_on("feng")
    etag = poll(boss).headers["ETag"]
    act(house.product.engine, "gao", late, c.Receive("to_engineering"))
    assert poll(boss, etag).status_code == 200
    (one,) = told(boss)
    for text in (
        'class="done"',
        "超过时限：意见表送设备部",
        "高工 06:42 已做完，晚了 2 分钟",
        f"/runs/{late}?at=to_engineering#s-",
    ):
        assert text in one, text
    assert not any("意见表送设备部" in one for one in told(house.signed_on("gao")))  # who did it
    house.clock.put_forward(DAY + MIN)
    assert not any("意见表送设备部" in one for one in told(boss))


def test_nobody_is_told_of_what_they_did(house: House, watch: Watch) -> None:
    engine = house.product.engine
    run = complain(engine, "minor")
    to_department(engine, run)
    act(engine, "gao", run, c.Receive("to_engineering"))
    ask_for_time(engine, run, "gao", "minor_finished", engine.clock.now() + 5 * DAY, "缺件")
    act(engine, "jiang", run, c.Extend("minor_finished", engine.clock.now() + 3 * DAY, "三天"))
    assert told(house.signed_on("jiang")) == []
    assert ["已延期" in one for one in told(house.signed_on("gao"))] == [True]


@pytest.mark.parametrize("given", [c.Abandon("重复"), c.Extend("to_engineering", None, "人手不够")])  # type: ignore[arg-type]
def test_so_is_what_ended_or_was_put_off(house: House, late: str, given: c.Act) -> None:
    engine = house.product.engine
    if isinstance(given, c.Extend):
        given = replace(given, until=engine.clock.now() + DAY)
    act(engine, "feng" if isinstance(given, c.Extend) else "jiang", late, given)
    assert not [one for one in told(house.signed_on("qian")) if "超过时限" in one]


def test_a_notice_shows_at_once_and_nothing_new_costs_nothing(house: House, watch: Watch) -> None:
    run = complain(house.product.engine, "minor")
    to_department(house.product.engine, run)
    boss = house.signed_on("feng")
    house.clock.put_forward(10 * MIN)
    etag = poll(boss).headers["ETag"]
    assert poll(boss, etag).status_code == 304
    watch.look()
    fresh = poll(boss, etag)
    assert fresh.status_code == 200
    assert "超过时限" in fresh.text


def test_more_time_is_asked_of_those_who_may_give_it(house: House, watch: Watch) -> None:
    engine = house.product.engine
    run = complain(engine, "serious")
    ask_for_time(engine, run, "gao", "serious_finished", engine.clock.now() + 5 * DAY, "缺件")
    boss = house.signed_on("shen")
    assert len(told(boss)) == 1
    for text in (
        "申请延期：重要：3 日内办完",
        "到 11-07 06:30",
        "缺件",
        f'href="/runs/{run}?at=serious_finished&amp;panel=extend#s-serious_finished"',
    ):
        assert text in told(boss)[0], text
    assert 'value="refuse"' in boss.get(f"/runs/{run}?at=serious_finished&panel=extend").text  # one tap away
    act(engine, "shen", run, c.RefuseExtension("serious_finished", "太久"))
    assert told(boss) == []
    answered = told(house.signed_on("gao"))
    assert any("没有同意延期" in one and "太久" in one for one in answered)
    act(engine, "shen", run, c.Extend("serious_finished", engine.clock.now() + 4 * DAY, "就四天"))
    answered = told(house.signed_on("gao"))
    assert any("已延期" in one and 'class="done"' in one[:20] for one in answered)
    assert not any("没有同意" in one for one in answered)


def test_work_handed_over_waits_and_is_not_told_beside(house: House, watch: Watch) -> None:
    run = complain(house.product.engine, "minor")
    to_department(house.product.engine, run)
    gao = house.signed_on("gao")
    assert "等您签收" in waiting(gao)
    assert told(gao) == []


def test_a_run_that_is_late_and_one_that_nobody_began(house: House, watch: Watch) -> None:
    chen = house.signed_on("chen")
    run = chen.start()
    pass_by(house, watch, 91 * MIN)  # eight o'clock, and the gym's time has come
    found = told(chen)
    assert any("没有按时完成：泳池营业前准备" in one and f'href="/runs/{run}"' in one for one in found)
    pass_by(house, watch, HOUR)
    zhao = told(house.signed_on("zhao", "gym"))
    assert any("还没有人开始：健身房营业前准备" in one and 'href="/start/gym/opening"' in one for one in zhao)
    pass_by(house, watch, 31 * MIN)
    zhao = [one for one in told(house.signed_on("zhao", "gym")) if "健身房营业前准备" in one]
    assert [("错过了：健身房营业前准备" in one) for one in zhao] == [True]  # which says it all
    line = "/schedule?from=2026-11-02#t-gym-opening-20261102-0000"
    assert f'href="{line}"' in zhao[0]
    assert 'id="t-gym-opening-20261102-0000"' in house.signed_on("zhao", "gym").get(line.split("#")[0]).text
    house.signed_on("zhao", "gym").start("gym/opening")
    assert not any("健身房营业前准备" in one for one in told(house.signed_on("zhao", "gym")))


def test_a_time_given_to_me_by_name_is_told_to_me_alone(house: House, watch: Watch) -> None:
    engine = house.product.engine
    at = engine.clock.now() + DAY
    engine.note(ScheduledRunAssigned("pool/prep", at, "lin"), "zhou")
    pass_by(house, watch, DAY)
    found = [one for one in told(house.signed_on("lin")) if "该做了" in one]
    assert len(found) == 1
    assert "安排给您" in found[0]
    assert not any("该做了" in one for one in told(house.signed_on("chen")))


def test_who_only_oversees_is_told_whom_a_time_was_given_to_and_where_it_stands(house: House, watch: Watch) -> None:
    engine = house.product.engine
    at = engine.clock.now() + 90 * MIN  # eight o'clock: the gym
    engine.note(ScheduledRunAssigned("gym/opening", at, "zhao"), "zhou")
    pass_by(house, watch, 151 * MIN)
    (one,) = [line for line in told(house.signed_on("zhou")) if "健身房营业前准备" in line]
    assert "还没有人开始" in one
    assert "健身房 · 安排给 赵健" in one
    assert 'href="/start/gym/opening"' in one  # a supervisor may do it himself
    engine.note(ScheduledRunAssigned("gym/opening", at, "smith"), "zhou")
    pass_by(house, watch, 31 * MIN)
    (one,) = [line for line in told(house.signed_on("zhou")) if "健身房营业前准备" in line]
    assert "错过了" in one
    assert "安排给 Alex Smith" in one
    assert 'href="/schedule?from=2026-11-02#t-gym-opening-20261102-0000"' in one


def test_a_proposal_waits_for_whoever_decides(house: House, watch: Watch) -> None:
    engine = house.product.engine
    run = complain(engine, "minor")
    pass_by(house, watch, 32 * DAY)
    assert any("TS-2026-0001" in one and "建议改为" in one for one in told(house.signed_on("jiang")))
    act(engine, "wu", run, c.AmendStep("severity", "满一个月", "major"))
    assert not any("建议改为" in one for one in told(house.signed_on("jiang")))


def test_what_channels_could_not_deliver_is_said_to_those_who_oversee(house: House, late: str) -> None:
    engine = house.product.engine
    notice = queue.latest(engine.ledger, 1)[0][0]
    now = engine.clock.now()
    queue.add(engine.ledger, "mail", {notice.notice: (now, False)})
    taken = queue.take(engine.ledger, "mail", queue.next_message(engine.ledger, "mail", now) or "", now, "me")
    queue.note_failed(engine.ledger, taken, "me", "no route to host", now + HOUR)
    assert "通道“mail”有 1 条通知没有送到：no route to host" in house.signed_on("zhou").get("/").text
    assert "no route to host" not in house.signed_on("chen").get("/").text


def test_texts_of_people_are_text(house: House, watch: Watch) -> None:
    engine = house.product.engine
    run = complain(engine, "serious")
    ask_for_time(engine, run, "gao", "serious_finished", engine.clock.now() + 5 * DAY, "<script>alert(1)</script>")
    page = house.signed_on("shen").get("/").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_full_disk_loses_nothing_and_says_so(house: House, late: str, monkeypatch: pytest.MonkeyPatch) -> None:
    feng = house.signed_on("feng")
    notice = re.search(r'name="notice" value="([^"]+)"', told(feng)[0])
    assert notice

    def full(*_: object) -> None:
        raise Unavailable("disk full")

    monkeypatch.setattr("engine.review.told.Told.see", full)
    assert feng.post("/notices/seen", notice=notice[1]).status_code == 503
    assert len(told(feng)) == 1


def test_english(house: House, late: str) -> None:
    feng = house.signed_on("feng")
    feng.post("/language", lang="en")
    page = feng.get("/").text
    for text in ("Notices", "Got it", "Overdue: Form to Engineering (Complaint TS-2026-0001)", "Due from: Head of Engineering"):
        assert text in page, text
    answer(house.product.engine, "wu", late, superior_called="not_needed")
