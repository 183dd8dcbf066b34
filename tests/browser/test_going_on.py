"""On from a register to the next step by one tap."""

import re

from playwright.sync_api import expect

from .tablet import Tablet

REPAIR = {"repair_machine": "划船机", "repair_fault": "绳毛", "repair_for_now": "out_of_use", "repair_reported_to": "周督"}


def test_from_a_register_one_tap_leads_on(tablet: Tablet) -> None:
    tablet.sign_on("zhao", "健身房")
    tablet.start("gym/opening")
    tablet.is_started()
    tablet.choose("repairs_needed", "some")
    repairs = tablet.open("repairs")
    expect(repairs.locator(".on")).to_have_count(0)  # a row is asked for first
    tablet.fill("repairs", REPAIR)
    on = repairs.locator(".on")
    expect(on).to_contain_text("都登记好了")
    on.get_by_role("link").tap()
    expect(tablet.step("machine_care")).to_have_class(re.compile(r"\bopen\b"))
    expect(tablet.step("machine_care").locator(".tick").first).to_be_in_viewport(ratio=1)
    expect(repairs).not_to_have_class(re.compile(r"\bopen\b"))
