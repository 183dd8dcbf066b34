"""What time does, on the schedule and on boards: what was missed, what was assigned, and more time asked for, granted or refused."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from playwright.sync_api import Locator, expect

from engine.run import commands as c
from tests.webui.casework import act, ask_for_time, complain, to_department

from .house import House
from .tablet import Tablet

POOL = "泳池营业前准备"


def _until(house: House, day: int, hour: int, minute: int) -> None:
    moment = datetime.combine(date(2026, 11, day), time(hour, minute), house.product.engine.site.zone)
    house.wait(moment - house.product.engine.clock.now())


def _times(tablet: Tablet, day: str) -> Locator:
    """The preparation of the pool on a day of the schedule."""
    tablet.page.goto("/schedule?place=pool")
    return tablet.page.locator("section.day").filter(has_text=day).locator(".times > li", has_text=POOL)


def test_a_missed_preparation_stands_in_the_schedule_and_on_the_supervisors_board(house: House, tablet: Tablet) -> None:
    _until(house, 3, 6, 31)
    tablet.sign_on("zhou")
    told = tablet.page.locator("#board .told > li", has_text=POOL)
    expect(_times(tablet, "11-03")).to_contain_text("08:00 前做完")
    expect(_times(tablet, "11-03")).not_to_contain_text("没有做")
    _until(house, 3, 8, 1)
    expect(_times(tablet, "11-03")).to_contain_text("已过 08:00，还没开始")
    tablet.page.goto("/")
    expect(told).to_contain_text(f"还没有人开始：{POOL}")
    _until(house, 3, 9, 1)
    expect(_times(tablet, "11-03")).to_contain_text("没有做")
    expect(_times(tablet, "11-04")).not_to_contain_text("没有做")
    tablet.page.goto("/")
    expect(told).to_have_count(1)
    expect(told).to_contain_text(f"错过了：{POOL}，11-03 06:30 这一次没有做")


def test_a_time_given_to_somebody_comes_to_his_board_when_it_is_due(house: House, a_tablet: Callable[..., Tablet]) -> None:
    house.wait(timedelta(hours=12))
    supervisor, lin, chen = a_tablet(), a_tablet(), a_tablet()
    supervisor.sign_on("zhou")
    line = _times(supervisor, "11-03")
    line.locator("summary").tap()
    line.locator("select").select_option(label="林涛")
    supervisor.send(line.get_by_role("button", name="安排"))
    expect(_times(supervisor, "11-03")).to_contain_text("林涛")
    expect(_times(supervisor, "11-04")).not_to_contain_text("· 林涛")
    lin.sign_on("lin")
    chen.sign_on("chen")
    given = lin.page.locator("#board .told > li", has_text=f"该做了：{POOL}")
    expect(lin.page.locator("#board")).to_be_visible()
    expect(given).to_have_count(0)
    _until(house, 3, 6, 31)
    lin.page.goto("/")
    expect(given).to_contain_text("安排给您")
    given.locator("a").tap()
    lin.arrives("/start/pool/prep")
    chen.page.goto("/")
    expect(chen.page.locator("#board")).to_be_visible()
    expect(chen.page.locator("#board .told > li", has_text="该做了")).to_have_count(0)


def test_whoever_may_grant_more_time_sees_on_the_board_that_it_is_asked_for(house: House, tablet: Tablet) -> None:
    _asked_late(house)
    tablet.sign_on("shen", "客户服务中心")
    lines = tablet.page.locator("#board .told > li, #board .calls > li").filter(has_text="重要：3 日内办完")
    expect(lines.filter(has_text="申请延期")).to_have_count(1)


def test_whoever_asked_for_more_time_sees_on_the_board_that_it_was_refused(house: House, tablet: Tablet) -> None:
    act(house.product.engine, "shen", _asked_late(house), c.RefuseExtension("serious_finished", "太久"))
    tablet.sign_on("luo", "客户服务中心")
    lines = tablet.page.locator("#board .told > li, #board .calls > li").filter(has_text="重要：3 日内办完")
    expect(lines.filter(has_text="没有同意延期")).to_have_count(1)


def _asked_late(house: House) -> str:
    """A serious complaint whose department asks for more time an hour after its deadline."""
    engine = house.product.engine
    run = complain(engine, "serious")
    to_department(engine, run)
    act(engine, "luo", run, c.Receive("to_engineering"))
    house.wait(timedelta(days=3, hours=1))
    ask_for_time(engine, run, "luo", "serious_finished", engine.clock.now() + timedelta(days=2), "缺件")
    return run
