"""The network goes away in the middle of a reading: nothing typed is lost, the page says so, and it is saved exactly once."""

from playwright.sync_api import expect

from .tablet import Tablet


def test_a_reading_typed_without_network_is_saved_once(tablet: Tablet) -> None:
    tablet.sign_on("chen")
    tablet.start("pool/prep")
    tablet.is_started()
    gauge = tablet.open("room_temperature").locator(".gauge")
    tablet.type_digits(gauge, gauge.locator(".num"), "25.5")
    tablet.context.set_offline(True)
    gauge.locator(".go").tap()
    expect(tablet.page.locator("#banner")).to_contain_text("没有保存")
    expect(gauge.locator(".num")).to_have_value("25.5")
    tablet.page.wait_for_timeout(3500)  # polls fail meanwhile, and say nothing
    expect(gauge.locator(".num")).to_have_value("25.5")
    tablet.context.set_offline(False)
    tablet.send(gauge.locator(".go"))
    tablet.is_done("room_temperature")
    expect(tablet.page.locator("#banner")).to_be_empty()
    tablet.page.goto(f"/runs/{tablet.run}/record")
    step = tablet.page.locator(".recstep", has_text="室温")
    expect(step.locator(".entries > li")).to_have_count(1)
    expect(step).to_contain_text("25.5")
