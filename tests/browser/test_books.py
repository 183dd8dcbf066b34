"""A register book where one works: from the step to what is open, found by typing, closed in the list, and back to the step."""

import re

from playwright.sync_api import Request, expect

from .house import House
from .kinds import TIMED, kinds
from .screens import speak
from .tablet import Tablet


def test_a_row_is_found_by_typing_closed_by_two_touches_and_one_is_back(house: House, tablet: Tablet) -> None:
    house.product.engine.publish(kinds(), "test")
    tablet.sign_on("smith")
    speak(tablet, "zh")
    tablet.start(TIMED)
    tablet.is_started()
    for name, where in (("蓝色雨伞，柜号 12", "safe"), ("儿童泳镜，柜号 207", "desk"), ("毛巾", "desk")):
        tablet.fill("lost", {"lost_what": name, "lost_where": where})
    page = tablet.page
    tablet.go_to("lost")
    tablet.step("lost").get_by_role("link", name="簿上未了的 3 行").tap()
    tablet.arrives("/books/lost_property/open")
    lines, asked = page.locator("#open-rows li"), list[Request]()
    expect(lines).to_have_count(3)
    page.on("request", lambda one: asked.append(one))
    page.locator('[name="q"]').fill("没有")
    expect(page.locator("#no-rows")).to_have_text("没有这样的行。")
    page.locator('[name="q"]').fill("２０７")
    expect(lines.filter(visible=True)).to_have_count(1)
    assert not asked
    lines.filter(visible=True).locator("a").tap()
    form = page.locator(".in-list")
    form.locator('[name="f.lost_taker"]').fill("李女士")
    tablet.draw(form)
    form.get_by_role("button", name="了结").tap()
    expect(lines).to_have_count(2)
    expect(page.locator("#open-rows")).not_to_contain_text("207")
    page.get_by_role("link", name="回到这一单").tap()
    expect(page).to_have_url(re.compile(rf"/runs/{tablet.run}\?at=lost#s-lost$"))
    expect(tablet.step("lost")).to_contain_text("簿上未了的 2 行")
    page.goto("/books/lost_property")
    closed = page.locator("tr", has_text="207")
    expect(closed).to_contain_text("李女士")
    expect(closed.locator("img.ink")).to_have_count(1)
