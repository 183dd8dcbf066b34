"""Rounds on a phone: between two of them the page stays there, and does not offer what ends the shift to a wet thumb."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from .tablet import Tablet

PHONE = {"width": 390, "height": 844}
_OPEN = re.compile(r"\bopen\b")


def test_between_two_rounds_the_page_stays_there(a_tablet: Callable[..., Tablet]) -> None:
    phone = a_tablet(viewport=PHONE)
    phone.sign_on("chen")
    phone.start("pool/patrol")
    phone.is_started()
    phone.tick("at_post")
    rounds = phone.step("rounds")
    phone.send(rounds.locator('[value="begin"]'))
    for _ in range(2):
        expect(rounds).to_have_class(_OPEN)
        expect(rounds).to_contain_text("下一轮")
        expect(phone.step("water_now")).not_to_have_class(_OPEN)
        phone.go_to()
    rounds.locator('.pick:has([value="fine"])').tap()
    phone.send(rounds.locator('[value="round"]'))
    expect(rounds.locator(".rows tbody tr")).to_have_count(1)
    expect(rounds).to_have_class(_OPEN)
    expect(phone.page.locator('.parts [href="#part-1"]')).to_be_in_viewport(ratio=1)  # of the sections, this one


def test_what_is_left_takes_one_line_of_a_phone(a_tablet: Callable[..., Tablet]) -> None:
    phone = a_tablet(viewport=PHONE)
    phone.sign_on("chen")
    phone.page.get_by_role("button", name="English").tap()
    phone.start("pool/patrol")
    phone.is_started()
    links = phone.page.locator("#bar .way a")
    expect(links).to_have_count(3)
    box = phone.page.locator("#bar").bounding_box()
    assert box is not None
    assert box["height"] < 80
    links.last.scroll_into_view_if_needed()
    links.last.tap()
    expect(phone.step("water_now")).to_have_class(_OPEN)
    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_row_with_long_texts_is_read_on_a_phone(a_tablet: Callable[..., Tablet]) -> None:
    phone = a_tablet(viewport=PHONE)
    phone.sign_on("wu", "客户服务中心")
    phone.start("centre/post_log")
    phone.is_started()
    log = phone.step("log")
    log.get_by_role("button", name="现在").tap()
    for one in log.locator("textarea").all():
        one.fill("客人在旋转门滑了一下，说门口没有地垫；人没有受伤。" * 4)
    phone.send(log.locator("form .go").first)
    row = log.locator(".rows tbody tr")
    expect(row.locator("td[data-of]").nth(1)).to_be_in_viewport(ratio=1)
    assert phone.page.evaluate(
        "() => { const one = document.querySelector('.scroll'); return one.scrollWidth <= one.clientWidth; }"
    )
    assert row.locator("td[data-of]").nth(1).evaluate("one => getComputedStyle(one, '::before').content") != "none"
    expect(log.locator(".on a")).to_be_in_viewport(ratio=1)  # the way on stands above the next empty row


def test_the_rounds_walked_fit_a_tablet_and_the_next_is_counted_down_once(a_tablet: Callable[..., Tablet]) -> None:
    tablet = a_tablet(viewport={"width": 800, "height": 1280})
    tablet.sign_on("zhao", "健身房")
    tablet.start("gym/patrol")
    tablet.is_started()
    floor = tablet.step("floor")
    tablet.send(floor.locator('[value="begin"]'))
    expect(floor).to_contain_text("下一轮")
    expect(floor.locator("time[data-until]")).to_have_count(1)
    floor.locator(".num").first.fill("8")
    floor.locator('.pick:has([value="safe"])').tap()
    tablet.send(floor.locator('[value="round"]'))
    expect(floor.locator(".rows tbody tr")).to_have_count(1)
    assert floor.locator(".scroll").evaluate("(one) => one.scrollWidth <= one.clientWidth")
