"""The pool, from the first tick to the open gate: a bad reading is acted on, waited for, measured again, and cleared."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, expect

from engine.ledger.chain import Verified

from .house import House
from .tablet import Tablet


def test_a_bad_reading_is_mended_and_the_pool_opens(house: House, tablet: Tablet) -> None:
    tablet.sign_on("chen")
    expect(tablet.page.locator(".gate .verdict")).to_have_text("不可开放")
    tablet.start("pool/prep")
    tablet.is_started()
    _look_at_the_water(tablet)
    _low_chlorine(house, tablet)
    _readings_of_the_report(tablet)
    _circulate_and_clean(house, tablet)
    tablet.sign("ready", "chen")
    tablet.complete()
    expect(tablet.page.locator(".record .state")).to_contain_text("已完成")
    tablet.page.locator(".top .home").tap()
    expect(tablet.page.locator(".gate .verdict")).to_have_text("开放")
    assert isinstance(house.product.engine.ledger.verify(), Verified)


def _look_at_the_water(tablet: Tablet) -> None:
    for step in ("appearance", "shift_diary", "rescue_equipment", "water_clear"):
        tablet.tick(step)
    for step, reading in (("water_temperature", "27"), ("room_temperature", "25.5")):
        tablet.measure(step, reading)
        tablet.is_done(step)


def _low_chlorine(house: House, tablet: Tablet) -> None:
    gauge = tablet.open("free_chlorine").locator(".gauge")
    gauge.locator(".num").fill("0.25")
    expect(gauge.locator(".band")).to_contain_text("不合格")  # told while typing, before anything is recorded
    gauge.locator(".num").fill("")
    tablet.measure("free_chlorine", "0.25")
    trouble = tablet.deviates("free_chlorine")
    expect(trouble).to_contain_text("不合格")
    expect(trouble).to_contain_text("0.4–0.6")
    expect(trouble.locator(".action")).to_contain_text("按产品说明补投")
    expect(trouble.locator('[value="remeasure"]')).to_have_count(0)  # nothing to measure before something was done
    trouble.locator("textarea").fill("补投次氯酸钠 500 毫升，循环中")
    tablet.send(trouble.locator('[value="act_on"]'))
    expect(tablet.step("ph")).to_have_class(re.compile(r"\bopen\b"))  # meanwhile the next one
    expect(tablet.step("free_chlorine").locator(".line time")).to_contain_text(re.compile(r"1[45]:\d\d"))
    expect(tablet.deviates("free_chlorine").locator('[value="remeasure"]')).to_have_count(0)  # nor before it could work
    expect(tablet.deviates("free_chlorine").locator(".timer time")).to_have_text(re.compile(r"^1[45]:\d\d$"))
    house.wait(timedelta(minutes=15))
    tablet.go_to("free_chlorine")
    trouble = tablet.deviates("free_chlorine")
    tablet.type_reading(trouble.locator(".gauge"), "0.50")
    tablet.is_done("free_chlorine")
    expect(tablet.open("free_chlorine").locator(".trouble.closed")).to_contain_text("复测合格")


def _readings_of_the_report(tablet: Tablet) -> None:
    for step, reading in (("ph", "7.2"), ("urea", "1.5"), ("coliforms", "3")):
        tablet.measure(step, reading)
        tablet.is_done(step)
    tablet.write("report_date", "2026-10-30")


def _circulate_and_clean(house: House, tablet: Tablet) -> None:
    tablet.choose("dosing", "none")
    tablet.tick("pump_running")
    tablet.wait_out("circulation")
    expect(tablet.open("circulation").locator(".timer time")).to_have_text(re.compile(r"^\d\d:\d\d$"))
    for step in ("bottom_vacuum", "foot_bath", "cleaning"):  # the wait goes on while others are done
        tablet.tick(step)
    tablet.measure("dilution", "200")
    tablet.is_done("dilution")
    for step in ("surfaces", "stores"):
        tablet.tick(step)
    expect(tablet.page.locator('#bar form[action$="/complete"]')).to_have_count(0)
    house.wait(timedelta(minutes=60))
    tablet.go_to("circulation")
    tablet.end("circulation")


def _chlorine(tablet: Tablet, typed: str) -> Locator:
    """The field of the chlorine with this typed into it, not yet sent."""
    tablet.sign_on("chen")
    tablet.start("pool/prep")
    gauge = tablet.open("free_chlorine").locator(".gauge")
    gauge.locator(".num").fill(typed)
    return gauge


@pytest.mark.parametrize("typed", ["0．25", "０。２５", " 0.25 "])
def test_what_a_chinese_keyboard_types_is_the_same_reading(tablet: Tablet, typed: str) -> None:
    """Not by the page's own pad, but by a keyboard: read alike while typing and when it is recorded, and kept as it was typed."""
    gauge = _chlorine(tablet, typed)
    expect(gauge.locator(".band")).to_contain_text("不合格")
    tablet.send(gauge.locator(".go"))
    expect(tablet.deviates("free_chlorine")).to_contain_text("0.4–0.6")
    expect(tablet.step("free_chlorine")).to_contain_text("0.25 mg/L")


@pytest.mark.parametrize("typed", ["0,25", "1/4", "-", "0.25mg/L"])
def test_what_is_no_plain_number_is_refused_where_it_was_typed(tablet: Tablet, typed: str) -> None:
    gauge = _chlorine(tablet, typed)
    expect(gauge.locator(".band")).not_to_contain_text("合格")
    tablet.send(gauge.locator(".go"))
    expect(tablet.step("free_chlorine").locator(".no")).to_be_visible()
    expect(tablet.step("free_chlorine").locator(".gauge .num")).to_have_value(typed)
    expect(tablet.step("free_chlorine").locator(".trouble")).to_have_count(0)
    tablet.step("free_chlorine").locator(".gauge .num").fill("0.25")
    tablet.send(tablet.step("free_chlorine").locator(".gauge .go"))
    expect(tablet.deviates("free_chlorine")).to_contain_text("0.4–0.6")
