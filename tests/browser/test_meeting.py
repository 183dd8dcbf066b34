"""A meeting in winter, important and small: what is asked follows from what was given at the start."""

import re
from datetime import timedelta

from playwright.sync_api import expect

from .house import House
from .tablet import Tablet

MORE = ("towel_baskets", "glasses", "bottled_water", "flasks")


def test_an_important_meeting_in_winter(house: House, tablet: Tablet) -> None:
    tablet.sign_on("sun", "会议室")
    _start(tablet)
    expect(tablet.step("large_layout")).to_be_hidden()
    expect(tablet.step("summer_temperature")).to_be_hidden()
    tablet.choose("small_layout", "hollow_square")
    for step in ("room", "flowers", "sign_in_desk", "coat_stands"):
        tablet.tick(step)
    for step in ("cup_disinfection", "towel_disinfection"):
        tablet.wait_out(step)
    for step in ("tea_cups", "towels", "new_towels", "warm_towels", *MORE):
        tablet.tick(step)
    _water_too_cool(tablet)
    tablet.tick("stationery")
    for step in ("screen", "projector", "microphones"):
        tablet.tick(step)
    _not_needed(tablet, "cameras")
    tablet.tick("all_in_place")
    house.wait(timedelta(minutes=20))
    for step in ("cup_disinfection", "towel_disinfection"):
        tablet.go_to(step)
        tablet.end(step)
    tablet.measure("winter_temperature", "18.5")
    tablet.is_done("winter_temperature")
    tablet.tick("air_freshener")
    tablet.sign("ready", "sun")
    tablet.complete()
    expect(tablet.page.locator(".record")).to_contain_text("季度会")


def _start(tablet: Tablet) -> None:
    tablet.start("meeting/setup")
    form = tablet.page.locator("form", has=tablet.page.locator('[name="f.attendees"]'))
    answers = {"meeting_title": "季度会", "meeting_start": "2026-11-02T09:30", "attendees": "12", "importance": "important"}
    tablet.fill_fields(form, answers)
    tablet.send(form.locator(".go"))
    tablet.is_started()


def _water_too_cool(tablet: Tablet) -> None:
    tablet.measure("flask_temperature", "86")
    trouble = tablet.deviates("flask_temperature")
    trouble.locator("textarea").fill("倒掉重灌开水")
    tablet.send(trouble.locator('[value="act_on"]'))
    expect(tablet.step("flask_temperature").locator(".line small")).to_contain_text("可以复测")
    trouble = tablet.deviates("flask_temperature")
    tablet.type_reading(trouble.locator(".gauge"), "95")
    tablet.is_done("flask_temperature")


def _not_needed(tablet: Tablet, step: str) -> None:
    found = tablet.open(step)
    found.locator(".extras a", has_text="不适用").tap()
    found.locator('.why [name="why"]').fill("本次不拍摄")
    tablet.send(found.locator('[value="not_applicable"]'))
    expect(tablet.step(step)).to_have_class(re.compile(r"\bskipped\b"))
