"""Now on a screen on the wall: what is begun elsewhere appears by itself."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import expect

from .house import House
from .screens import speak
from .tablet import Tablet

PREP = "pool/prep"
WALL = {"viewport": {"width": 1920, "height": 1080}}


def test_it_refreshes_by_itself_and_leads_to_the_run(tablet: Tablet, a_tablet: Callable[..., Tablet]) -> None:
    wall = a_tablet(**WALL)
    wall.sign_on("zhou")
    page = wall.page
    page.get_by_role("link", name="现场").click()
    wall.arrives("/now")
    pool = page.locator("#p-pool")
    expect(pool.locator(".verdict")).to_have_text("不可开放")
    tablet.sign_on("chen")
    tablet.start(PREP)
    tablet.is_started()
    line = pool.locator(f'a[href="/runs/{tablet.run}"]').first
    expect(line).to_be_visible(timeout=15_000)
    expect(pool).to_contain_text("刚才在做：陈海")
    line.click()
    wall.arrives(f"/runs/{tablet.run}")


def test_the_cards_stand_in_columns_on_a_wall_and_under_each_other_on_a_phone(a_tablet: Callable[..., Tablet]) -> None:
    for settings, columns in ((WALL, 4), ({"viewport": {"width": 390, "height": 844}}, 1)):
        one = a_tablet(**settings)
        one.sign_on("zhou")
        one.page.goto("/now")
        lefts = one.page.evaluate(
            "[...document.querySelectorAll('.spot')].map(card => Math.round(card.getBoundingClientRect().left))"
        )
        assert len(set(lefts)) == columns


# How much of its line a title may have: it shares that with what stands beside it, and with nothing below.
SHARES = """() => [...document.querySelectorAll(".list a")].filter((one) => one.querySelector(":scope > i")?.textContent).map((one) => {
  const [line, title] = [one, one.querySelector("b")].map((box) => box.getBoundingClientRect().width);
  return title / line;
})"""


def test_a_title_keeps_its_share_of_the_line_on_a_phone(house: House, a_tablet: Callable[..., Tablet]) -> None:
    phone = a_tablet(viewport={"width": 390, "height": 844})
    phone.sign_on("zhou")
    speak(phone, "en")
    house.wait(timedelta(hours=30))  # much is late, and yesterday
    for address in ("/now", "/procedures"):
        phone.page.goto(address)
        shares = phone.page.evaluate(SHARES)
        assert len(shares) > 10
        assert min(shares) > 0.42, address
