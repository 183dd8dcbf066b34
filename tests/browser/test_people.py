"""People in the browser: added at the desk, the PIN set on the tablet with the code of the slip; a table; and without script."""

import re
from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect

from .house import House
from .tablet import Tablet

DESK = "管理处"
PIN = "571204"


def code_on(page: Page) -> str:
    """The code on the slip that is shown."""
    return re.sub(r"\D", "", page.locator(".slip .code").inner_text())


def add_somebody(tablet: Tablet) -> str:
    """Add 王五 at the desk; the code on the slip."""
    page = tablet.page
    page.goto("/people")
    page.get_by_role("link", name="新增人员").tap()
    tablet.arrives("/people/new")
    page.locator("#id").fill("wang")
    page.locator("#name").fill("王五")
    page.locator('[name=roles][value="supervisor"]').check()
    if tablet.has_script:
        expect(page.locator("#may")).to_contain_text("发布规程")  # at once, before anything is saved
    page.locator("#place").select_option("pool")
    tablet.send(page.get_by_role("button", name="新增，给出代码"))
    return code_on(page)


def set_pin(tablet: Tablet, code: str) -> None:
    """From the names on the tablet to a PIN of one's own."""
    page = tablet.page
    page.goto("/place")
    tablet.send(page.get_by_role("button", name="游泳池"))
    tablet.arrives("/sign-on")
    page.locator('.tile:has([value="wang"])').tap()
    page.get_by_role("button", name="忘了 PIN / 第一次来").tap()
    page.wait_for_url("**/pin?person=wang")
    expect(page.locator(".chosen-person")).to_contain_text("王五")
    page.locator("#code").fill(f"{code[:4]} {code[4:]}")
    page.locator("#pin").fill(PIN)
    page.locator("#again").fill(PIN)
    tablet.send(page.get_by_role("button", name="设好，登录"))
    expect(page.locator(".top .who")).to_contain_text("王五")


def test_from_the_desk_to_the_tablet(a_tablet: Callable[..., Tablet]) -> None:
    desk, tablet = a_tablet(viewport={"width": 1280, "height": 800}), a_tablet()
    desk.sign_on("admin", DESK)
    code = add_somebody(desk)
    set_pin(tablet, code)
    desk.page.goto("/person/wang")
    expect(desk.page.locator(".history")).to_contain_text("设了 PIN")
    expect(desk.page.locator(".history")).to_contain_text("给了一次性代码")


def test_a_table_is_looked_at_and_written(a_tablet: Callable[..., Tablet]) -> None:
    desk = a_tablet(viewport={"width": 1280, "height": 800})
    desk.sign_on("admin", DESK)
    page = desk.page
    page.goto("/people/import")
    page.locator("#text").fill("工号,姓名,岗位\nwang,王五,救生\n")
    desk.send(page.get_by_role("button", name="看看对比"))
    expect(page.locator(".said")).to_contain_text("没有“救生”这个岗位")
    expect(page.locator("#text")).to_have_value("工号,姓名,岗位\nwang,王五,救生\n")
    table = "工号,姓名,岗位\nwang,王五,lifeguard\n".encode()
    page.locator("#file").set_input_files(
        {"name": "staff.csv", "mimeType": "text/csv", "buffer": table}
    )  # goes before what stands below
    desk.send(page.get_by_role("button", name="看看对比"))
    desk.send(page.get_by_role("button", name="写入 1 人"))
    assert len(code_on(page)) == 8


def test_without_script_all_the_same(house: House, chromium: Browser) -> None:
    desk = Tablet.at(house, chromium, java_script_enabled=False)
    desk.sign_on("admin", DESK)
    code = add_somebody(desk)
    page = desk.page
    page.goto("/person/wang/active")
    page.locator("#reason").fill("试用")
    desk.send(page.locator("main .danger"))
    expect(page.locator(".history")).to_contain_text("试用")
    page.goto("/person/wang/active")
    page.locator("#reason").fill("回来")
    desk.send(page.locator("main .strong"))
    tablet = Tablet.at(house, chromium, java_script_enabled=False)
    set_pin(tablet, code)
    desk.put_away()
    tablet.put_away()


def test_no_page_is_wider_than_the_screen(a_tablet: Callable[..., Tablet]) -> None:
    for width in (390, 768, 1280):
        desk = a_tablet(viewport={"width": width, "height": 844})
        desk.sign_on("admin", DESK)
        for address in ("/people", "/people/new", "/person/chen", "/people/import", "/roles", "/places", "/devices/sheets"):
            desk.page.goto(address)
            assert desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (width, address)
