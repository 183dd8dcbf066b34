"""Without JavaScript: the pool's first part and a deviation, by plain forms and links."""

from datetime import timedelta

from playwright.sync_api import Browser, expect

from .house import House
from .tablet import Tablet


def test_the_first_part_and_a_deviation(house: House, chromium: Browser) -> None:
    tablet = Tablet.at(house, chromium, java_script_enabled=False)
    tablet.sign_on("chen")
    tablet.start("pool/prep")
    tablet.is_started()
    for step in ("appearance", "shift_diary", "rescue_equipment", "water_clear"):
        tablet.tick(step)
    tablet.measure("water_temperature", "2x")  # refused in place, what was typed stays
    expect(tablet.step("water_temperature").locator(".no").first).to_be_visible()
    expect(tablet.step("water_temperature").locator(".num")).to_have_value("2x")
    tablet.measure("water_temperature", "27")
    tablet.is_done("water_temperature")
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
    tablet.put_away()
