"""Large letters on a phone: a unit without a blank, a long word and two lists beside each other push nothing out of the page."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from .house import House
from .tablet import Tablet


@pytest.fixture
def phone(a_tablet: Callable[..., Tablet]) -> Tablet:
    """A phone with large letters, in English, whose words are longer."""
    phone = a_tablet(viewport={"width": 390, "height": 844})
    phone.sign_on("zhao", "健身房")
    phone.send(phone.page.locator(".size button"))
    phone.send(phone.page.locator('.lang [value="en"]'))
    expect(phone.page.locator("html")).to_have_class("large")
    return phone


def fits(page: Page) -> bool:
    """Nothing makes the page wider than the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_deviation_with_a_long_unit_stays_on_the_page(house: House, phone: Tablet) -> None:
    phone.start("gym/opening")
    phone.is_started()
    phone.measure("fresh_air", "25")
    trouble = phone.deviates("fresh_air")
    trouble.locator("textarea").fill("Setting raised")
    phone.send(trouble.get_by_role("button", name="Action done"))
    house.wait(timedelta(minutes=6))
    phone.go_to("fresh_air")
    expect(trouble.locator(".num")).to_be_visible()
    assert fits(phone.page)
    phone.page.set_viewport_size({"width": 320, "height": 640})
    assert fits(phone.page)


def test_what_the_schedule_is_narrowed_by_can_be_read(phone: Tablet) -> None:
    phone.page.goto("/schedule")
    cut = phone.page.locator(".filter select").evaluate_all(
        """all => all.filter(one => {
          const pen = document.createElement("canvas").getContext("2d"), style = getComputedStyle(one);
          pen.font = style.font;
          return pen.measureText(one.selectedOptions[0].text).width > one.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
        }).map(one => one.selectedOptions[0].text)"""
    )
    assert cut == []
    assert fits(phone.page)
