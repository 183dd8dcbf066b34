"""The network goes in the middle of a checklist and comes back: what is not saved stays said and kept, and nothing covers the page."""

from playwright.sync_api import expect

from .tablet import Tablet


def test_what_is_not_saved_stays_said_while_somebody_looks_around(tablet: Tablet) -> None:
    tablet.sign_on("zhao", "健身房")
    tablet.start("gym/opening")
    tablet.is_started()
    gauge = tablet.open("illuminance").locator(".gauge")
    tablet.context.set_offline(True)
    tablet.type_digits(gauge, gauge.locator(".num"), "100")
    gauge.locator(".go").tap()
    banner = tablet.page.locator("#banner")
    expect(banner).to_contain_text("没有保存")
    tablet.step("humidity").locator(".line").tap()  # cannot be opened now
    tablet.page.wait_for_timeout(500)
    expect(banner).to_contain_text("没有保存")
    told, parts = banner.bounding_box(), tablet.page.locator(".parts").bounding_box()
    assert told is not None
    assert parts is not None
    assert parts["y"] + parts["height"] <= told["y"] or parts["y"] >= told["y"] + told["height"]
    for _ in range(2):  # said once; the second tap leaves
        tablet.page.locator(".top .home").tap()
        tablet.page.wait_for_timeout(300)
    expect(tablet.page.locator("h1")).to_contain_text("没有网络")
    tablet.context.set_offline(False)
    expect(tablet.page.locator("#board")).to_be_visible()  # back by itself
    tablet.go_to("illuminance")
    expect(tablet.step("illuminance").locator(".num")).to_have_value("100")
    tablet.send(tablet.step("illuminance").locator(".gauge .go"))
    tablet.is_done("illuminance")
