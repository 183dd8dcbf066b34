"""Without JavaScript, by plain forms and links: the pool from the first tick to the open gate, and a signature."""

from datetime import timedelta

from playwright.sync_api import Browser, expect

from .house import House
from .kinds import SIGNED, kinds
from .tablet import Tablet
from .test_pool import _readings_of_the_report


def test_the_pool_is_prepared_and_opens(house: House, chromium: Browser) -> None:
    tablet = Tablet.at(house, chromium, java_script_enabled=False)
    tablet.sign_on("chen")
    expect(tablet.page.locator(".gate .verdict")).to_have_text("不可开放")
    tablet.start("pool/prep")
    tablet.is_started()
    for step in ("appearance", "shift_diary", "rescue_equipment", "water_clear"):
        tablet.tick(step)
    tablet.measure("water_temperature", "2x")  # refused in place, what was typed stays
    expect(tablet.step("water_temperature").locator(".no").first).to_be_visible()
    expect(tablet.step("water_temperature").locator(".num")).to_have_value("2x")
    tablet.measure("water_temperature", "27")
    tablet.is_done("water_temperature")
    tablet.measure("room_temperature", "25.5")
    _mends_a_low_reading(house, tablet)
    _readings_of_the_report(tablet)
    tablet.choose("dosing", "none")
    tablet.tick("pump_running")
    tablet.wait_out("circulation")
    for step in ("bottom_vacuum", "foot_bath", "cleaning", "surfaces", "stores"):
        tablet.tick(step)
    tablet.measure("dilution", "200")
    house.wait(timedelta(minutes=60))
    tablet.go_to("circulation")
    tablet.end("circulation")
    tablet.sign("ready", "chen")
    tablet.complete()
    expect(tablet.page.locator(".record .state")).to_contain_text("已完成")
    tablet.page.locator(".top .home").tap()
    expect(tablet.page.locator(".gate .verdict")).to_have_text("开放")
    tablet.put_away()


def test_a_photo_stands_for_a_drawn_signature(house: House, chromium: Browser) -> None:
    house.product.engine.publish(kinds(), "test")
    tablet = Tablet.at(house, chromium, java_script_enabled=False)
    tablet.sign_on("chen")
    tablet.start(SIGNED)
    tablet.is_started()
    tablet.sign("signed", "chen")
    tablet.complete()
    expect(tablet.page.locator(".signature img")).to_have_count(1)
    tablet.put_away()


def _mends_a_low_reading(house: House, tablet: Tablet) -> None:
    tablet.measure("free_chlorine", "0.25")
    trouble = tablet.deviates("free_chlorine")
    expect(trouble.locator('[value="remeasure"]')).to_have_count(0)
    trouble.locator("textarea").fill("补投 500 毫升")
    tablet.send(trouble.locator('[value="act_on"]'))
    expect(tablet.deviates("free_chlorine")).to_contain_text("可复测时间")
    house.wait(timedelta(minutes=15))
    tablet.go_to("free_chlorine")
    tablet.type_reading(tablet.deviates("free_chlorine").locator(".gauge"), "0.5")
    tablet.is_done("free_chlorine")
