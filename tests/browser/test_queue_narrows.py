"""The review queue narrows while its form is filled in: focus stays, and what is ticked afterwards is counted and approved."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from .house import House
from .reviewed import LAPTOP, low_and_mended
from .tablet import Tablet


def _at_the_queue(house: House, a_tablet: Callable[..., Tablet], **settings: object) -> Tablet:
    for run, chlorine in (("low00001", "0.30"), ("good0001", "0.50"), ("good0002", "0.51")):
        low_and_mended(house, run, chlorine)
    desk = a_tablet(**LAPTOP, **settings)
    desk.sign_on("yang")
    desk.page.goto("/review")
    expect(desk.page.locator("#waiting .list li")).to_have_count(3)
    return desk


def test_it_narrows_and_what_is_left_is_ticked_and_counted(house: House, a_tablet: Callable[..., Tablet]) -> None:
    page = _at_the_queue(house, a_tablet).page
    place = page.locator("select[name=place]")
    place.focus()
    place.select_option("gym")
    expect(page.locator("#waiting .list li")).to_have_count(0)
    expect(place).to_be_focused()
    expect(page).to_have_url(re.compile(r"/review\?place=gym$"))
    place.select_option("pool")
    expect(page.locator("#waiting .list li")).to_have_count(3)
    page.locator(".pinrow [data-tick]").click()
    expect(page.locator("[data-count]")).to_have_text(re.compile("2"))
    page.locator("#g-clean [name=run]").first.uncheck()
    expect(page.locator("[data-count]")).to_have_text(re.compile("1"))
    page.locator("#waiting .link[href='/review']").click()
    expect(page).to_have_url(re.compile(r"/review$"))
    expect(place).to_have_value("")


def test_what_was_ticked_stays_ticked(house: House, a_tablet: Callable[..., Tablet]) -> None:
    page = _at_the_queue(house, a_tablet).page
    place, ticked = page.locator("select[name=place]"), page.locator("#g-clean [name=run]").first
    run = ticked.get_attribute("value")
    ticked.check()
    for where, number in (("pool", 3), ("gym", 0), ("", 3)):
        place.select_option(where)
        expect(page.locator("#waiting .list li")).to_have_count(number)
        if number:
            expect(page.locator(f"[name=run][value={run}]")).to_be_checked()
            expect(page.locator("[data-count]")).to_have_text(re.compile("1"))
    page.locator(f"[name='v.{run}']").evaluate("box => { box.value = 'older' }")
    page.locator(f"[name=run][value={run}]").dispatch_event("change")
    place.select_option("pool")
    expect(page.locator(f"[name=run][value={run}]")).not_to_be_checked()  # it is another now than the one that was looked at


def test_without_script_the_button_finds(house: House, a_tablet: Callable[..., Tablet]) -> None:
    page = _at_the_queue(house, a_tablet, java_script_enabled=False).page
    page.locator("select[name=place]").select_option("gym")
    page.locator("form.seek > .go").click()
    expect(page.locator("#waiting .list li")).to_have_count(0)
