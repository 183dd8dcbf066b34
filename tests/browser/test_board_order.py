"""What is under way stands above what is only told: on a phone it is seen without scrolling past cards and notices."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import expect

from .house import House
from .tablet import Tablet

PHONE = {"width": 390, "height": 844}


def test_what_is_under_way_is_on_the_first_screen_of_a_phone(house: House, a_tablet: Callable[..., Tablet]) -> None:
    phone = a_tablet(viewport=PHONE)
    phone.sign_on("wu", "客户服务中心")
    phone.start("centre/on_duty")
    phone.is_started()
    house.wait(timedelta(days=2))  # by then others were missed, and that is told
    phone.page.goto("/sign-on")
    phone.sign_on("wu", "客户服务中心")
    page = phone.page
    expect(page.locator(".told li").first).to_be_visible()
    expect(page.locator(f'#board a[href="/runs/{phone.run}"]').first).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
