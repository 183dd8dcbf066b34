"""Cases and notices in a real browser: they come by themselves, and lead by one tap to where something is to be done."""

import re
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import expect

from engine.run import commands as c
from engine.watch import Watch
from tests.webui.casework import act, complain, to_department

from .house import House
from .overseen import busy
from .tablet import Tablet

PLACE = "客户服务中心"
SOON = 15_000  # milliseconds; the pages ask again every five seconds


def test_a_notice_comes_by_itself_and_says_when_the_work_was_done_late(house: House, tablet: Tablet) -> None:
    engine = house.product.engine
    watch = Watch(engine)
    watch.look()
    run = complain(engine, "minor")
    to_department(engine, run)
    tablet.sign_on("feng", PLACE)
    told = tablet.page.locator(".told li")
    expect(told).to_have_count(0)
    house.wait(timedelta(minutes=11))
    watch.look()
    expect(told).to_have_count(1, timeout=SOON)
    expect(told).to_contain_text("超过时限：意见表送设备部")
    expect(told).to_contain_text("时限由设备部主管负责")
    act(engine, "gao", run, c.Receive("to_engineering"))
    expect(told).to_contain_text(re.compile(r"高工 \d\d:\d\d 已做完，晚了 \d+ 分钟"), timeout=SOON)


def test_got_it_puts_it_aside(house: House, tablet: Tablet) -> None:
    busy(house)
    tablet.sign_on("qian", PLACE)
    told = tablet.page.locator(".told li")
    before = told.count()
    assert before > 0
    tablet.send(told.first.locator("button"))
    expect(told).to_have_count(before - 1)


def test_more_time_is_one_tap_away(house: House, tablet: Tablet) -> None:
    run = busy(house)
    tablet.sign_on("shen", PLACE)
    tablet.page.locator(".told li", has_text="申请延期").locator("a").tap()
    tablet.arrives(f"/runs/{run}")
    step = tablet.page.locator("#s-serious_finished")
    step.locator('[value="refuse"]').wait_for()
    step.locator('form:has([value="refuse"]) [name="why"]').fill("太久，先用备件")
    tablet.send(step.locator('[value="refuse"]'))
    expect(step.locator('[value="refuse"]')).to_have_count(0)
    tablet.page.goto("/")
    expect(tablet.page.locator(".told li", has_text="申请延期")).to_have_count(0)


def test_a_case_shows_itself_anew_and_its_button_leads_on(house: House, tablet: Tablet) -> None:
    run = busy(house)
    tablet.sign_on("gao", PLACE)
    tablet.page.goto("/cases")
    tablet.page.locator(f'.cases a[href="/cases/{run}"]').tap()
    page = tablet.page
    expect(page.locator(".clocks .overdue", has_text="意见表送设备部")).to_have_count(1)
    page.locator(".case .go").tap()
    tablet.arrives(f"/runs/{run}")
    expect(page.locator("#s-to_engineering.open")).to_have_count(1)
    page.goto(f"/cases/{run}")
    act(house.product.engine, "gao", run, c.Receive("to_engineering"))
    expect(page.locator(".clocks.small", has_text="意见表送设备部")).to_have_count(1, timeout=SOON)
    expect(page.locator(".clocks:not(.small)", has_text="意见表送设备部")).to_have_count(0)


def test_a_time_is_given_without_script(house: House, a_tablet: Callable[..., Tablet]) -> None:
    tablet = a_tablet(java_script_enabled=False)
    tablet.sign_on("zhou")
    page = tablet.page
    page.goto("/schedule?place=gym")
    line = page.locator(".times li", has_text="健身房营业前准备").first
    give = line.locator(".give")
    give.locator("summary").tap()
    give.locator("select").select_option("zhao")
    tablet.send(give.locator("button"))
    expect(page).to_have_url(re.compile(r"/schedule\?from=2026-11-02&days=7&place=gym#t-gym-opening-"))
    expect(line).to_contain_text("赵健")
    busy(house)
    page.goto("/")
    before = page.locator(".told li").count()
    if before:
        tablet.send(page.locator(".told button").first)
        expect(page.locator(".told li")).to_have_count(before - 1)
