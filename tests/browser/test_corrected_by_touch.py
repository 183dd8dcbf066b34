"""A wrong figure typed by touch and corrected, a reason left out, and what is said and counted meanwhile."""

import re

from playwright.sync_api import expect

from .tablet import Tablet

_SAVING = 500  # milliseconds, longer than after which a slow answer is said to be under way


def in_the_gym(tablet: Tablet) -> None:
    tablet.sign_on("zhao", "健身房")
    tablet.start("gym/opening")
    tablet.is_started()


def test_a_figure_is_corrected_by_typing_the_right_one(tablet: Tablet) -> None:
    in_the_gym(tablet)
    tablet.measure("fresh_air", "4")
    tablet.deviates("fresh_air")
    step = tablet.step("fresh_air")
    step.get_by_text("更正", exact=True).tap()
    tablet.type_digits(step.locator("details"), step.locator("details .num"), "45")
    expect(step.locator("details .num")).to_have_value("45")  # and not 445
    tablet.send(step.locator('[name="act"][value="amend"]'))
    expect(step.locator(".no")).to_have_count(1)  # a reason is asked for, beside its field
    expect(step.locator("details .no")).to_be_in_viewport(ratio=1)
    expect(step.locator('details [name="why"]')).to_be_focused()
    expect(step.locator("details .num")).to_have_value("45")
    step.locator('details [name="why"]').fill("少按了一个 5")
    tablet.send(step.locator('[name="act"][value="amend"]'))
    expect(step.locator(".line i")).to_contain_text("45")


def test_what_is_done_is_said_and_not_that_it_is_being_saved(tablet: Tablet) -> None:
    in_the_gym(tablet)
    tablet.tick("appearance")
    tablet.page.wait_for_timeout(_SAVING)
    expect(tablet.page.locator("#status")).to_contain_text("自查仪容仪表")
    expect(tablet.page.locator("#status")).to_contain_text("打开空调")


def test_a_wait_is_never_longer_than_it_lasts(tablet: Tablet) -> None:
    tablet.sign_on("chen")
    tablet.start("pool/prep")
    tablet.is_started()
    tablet.tick("pump_running")
    tablet.wait_out("circulation")
    expect(tablet.open("circulation").locator(".timer time")).to_have_text(re.compile(r"^(1:00:00|59:5\d|50:00|49:5\d)$"))
