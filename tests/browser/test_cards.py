"""Reference cards on the tablet: found while typing, worded anew, and a draft typed on words that have changed since is told so."""

from collections.abc import Callable

from playwright.sync_api import Browser, expect

from engine.procedure.wording import Wording

from .desk import NUMBERS, reworded
from .house import House
from .tablet import Tablet

CENTRE = "客户服务中心"


def test_a_number_is_found_while_typing(tablet: Tablet) -> None:
    tablet.sign_on("wu", CENTRE)
    page = tablet.page
    page.locator('#board a[href="/cards"]').tap()
    tablet.arrives("/cards")
    expect(page.locator("#q")).to_be_focused()
    page.locator("#q").press_sequentially("火警", delay=20)
    expect(page.locator("#found .list li")).to_have_count(1)
    expect(page.locator("#found mark").first).to_have_text("火警")
    expect(page.locator("#q")).to_be_focused()
    page.wait_for_url("**/cards?q=*")
    page.locator("#found a").first.tap()
    tablet.arrives("/cards/phone_list")
    expect(page.locator("main .prose")).to_contain_text("119")
    expect(page.get_by_role("button", name="打印")).to_be_visible()
    expect(page.get_by_role("link", name="修改")).to_have_count(0)


def test_a_draft_typed_on_older_words_is_kept_and_told(house: House, a_tablet: Callable[..., Tablet]) -> None:
    tablet = a_tablet()
    tablet.sign_on("feng", CENTRE)
    page = tablet.page
    page.goto("/cards/phone_list")
    page.get_by_role("link", name="修改").tap()
    tablet.arrives("/wordings/phone_list")
    page.locator("#text").fill(NUMBERS)
    page.goto("/")  # called away
    reworded(house, "qian", Wording("电话表", "设备部 8765-4000"), "qian0000")
    page.goto("/wordings/phone_list")
    expect(page.locator("#text")).to_have_value(NUMBERS)
    page.reload()
    expect(page.locator("#text")).to_have_value(NUMBERS)
    tablet.send(page.locator("main .go"))
    expect(page.locator("main [role=alert]")).to_contain_text("钱领")
    expect(page.locator(".theirs")).to_contain_text("8765-4000")
    expect(page.locator("#text")).to_have_value(NUMBERS)
    tablet.send(page.locator("main .go"))
    tablet.arrives("/cards/phone_list")
    expect(page.locator("main .prose")).to_contain_text("8765-4321")
    expect(page.locator(".history summary")).to_contain_text("3")


def test_without_script_it_is_found_and_edited_all_the_same(house: House, chromium: Browser) -> None:
    tablet = Tablet.at(house, chromium, java_script_enabled=False)
    tablet.sign_on("feng", CENTRE)
    page = tablet.page
    page.goto("/cards")
    page.locator("#q").fill("119")
    page.locator(".filter button").tap()
    expect(page.locator("#found mark").first).to_have_text("119")
    page.goto("/wordings/phone_list")
    page.locator("#text").fill(NUMBERS)
    tablet.send(page.locator("main .go"))
    tablet.arrives("/cards/phone_list")
    expect(page.locator("main .prose")).to_contain_text("8765-4321")
    tablet.put_away()
