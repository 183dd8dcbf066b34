"""The named forms as they come out of the printer: A4, black on white in the dark too, large enough to read, one page if it fits."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from .house import MORNING, House, opened
from .tablet import Tablet
from .test_complaint import _answered, _handled, _received
from .test_handover import HALF_PAST_ONE, _written_by_both

A4 = (595, 842)  # points
SMALLEST = 14  # pixels: 10.5 points
SHEET = ".a4, .a4 *"
SMALL = f"""() => [...document.querySelectorAll("{SHEET}")].filter((one) => one.innerText.trim())
  .map((one) => parseFloat(getComputedStyle(one).fontSize)).filter((size) => size < {SMALLEST} - .01)"""
PALE = """() => [...document.querySelectorAll(".a4 *")].filter((one) => {
  const [r, g, b] = getComputedStyle(one).color.match(/\\d+/g).map(Number); return Math.max(r, g, b) > 0x33; }).length"""
SHOWN = """() => [...document.querySelectorAll(".top, .demo, .a4-tools, #banner, .skip")].filter((one) => one.checkVisibility()).length"""
TORN = """() => [...document.querySelectorAll(".a4-form tr:not(.a4-rows)")].filter((one) => getComputedStyle(one).breakInside !== "avoid").length"""


def printed(page: Page, path: Path) -> tuple[int, set[tuple[int, int]]]:
    """How many pages come out, and their sizes in points."""
    page.pdf(path=path, prefer_css_page_size=True)
    found = path.read_bytes()
    boxes = re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", found)
    return len(re.findall(rb"/Type /Page\b", found)), {(round(float(w)), round(float(h))) for w, h in boxes}


def is_fit_for_paper(page: Page) -> None:
    """On paper nothing but the sheet, in black on white, no type too small, no row torn in two."""
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(SHOWN) == 0
    assert page.evaluate(SMALL) == []
    assert page.evaluate(PALE) == 0
    assert page.evaluate(TORN) == 0
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.emulate_media(media="screen")


def is_fit_for_the_screen(page: Page) -> None:
    """A button large enough, nothing wider than a phone, nothing for axe to say."""
    expect(page.locator("[data-print]")).to_be_visible()
    for width, height in ((768, 1024), (390, 844), (1280, 800)):
        page.set_viewport_size({"width": width, "height": height})
        for control in page.locator(".a4-tools a, .a4-tools button").all():
            box = control.bounding_box()
            assert box
            assert box["height"] >= 48
        assert page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        assert not Axe().run(page).response["violations"]


def test_a_complaint_is_one_sheet(house: House, tablet: Tablet, tmp_path: Path) -> None:
    tablet.sign_on("wu", "客户服务中心")
    _received(tablet)
    tablet.page.get_by_role("link", name="打印《客户投诉意见表》").tap()
    tablet.arrives(f"/runs/{tablet.run}/forms/opinion_form")
    expect(tablet.page.locator(".a4")).to_contain_text("大堂灯坏了三天没人修")
    assert printed(tablet.page, tmp_path / "sent.pdf") == (2, {A4})  # with room to write the rest by hand
    tablet.go_to()
    tablet.hand("to_engineering")
    tablet.switch_to("luo")
    _handled(tablet, house)
    house.wait(timedelta(hours=2))
    tablet.switch_to("wu")
    _answered(tablet)
    tablet.fill("revisit", {"revisit_result": "satisfied", "revisit_way": "phone", "revisit_words": "修得快，谢谢"})
    tablet.page.goto(f"/runs/{tablet.run}/forms/opinion_form")
    assert printed(tablet.page, tmp_path / "form.pdf") == (1, {A4})
    is_fit_for_paper(tablet.page)
    is_fit_for_the_screen(tablet.page)


@pytest.fixture
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """The clubhouse at the hour the test is about."""
    with opened(tmp_path / "house", HALF_PAST_ONE if "handover" in request.node.name else MORNING) as house:
        yield house


def test_a_handover_is_one_sheet(tablet: Tablet, tmp_path: Path) -> None:
    tablet.sign_on("wu", "客户服务中心")
    _written_by_both(tablet)
    tablet.sign("outgoing_signature", "wu")
    tablet.hand("hand_over")
    tablet.switch_to("zheng")
    tablet.receive("hand_over")
    tablet.sign("incoming_signature", "zheng")
    tablet.complete()
    tablet.page.get_by_role("link", name="打印《交接班记录》").tap()
    tablet.arrives(f"/runs/{tablet.run}/forms/open_at_end")
    for text in ("交接班记录", "3-502 王女士问停车证", "吴静", "郑洁", "已接收"):
        expect(tablet.page.locator(".a4")).to_contain_text(text)
    assert printed(tablet.page, tmp_path / "handover.pdf") == (1, {A4})
    is_fit_for_paper(tablet.page)
    is_fit_for_the_screen(tablet.page)


def test_without_script_the_keys_are_named(house: House, a_tablet: Callable[..., Tablet]) -> None:
    tablet = a_tablet(java_script_enabled=False)
    tablet.sign_on("wu", "客户服务中心")
    tablet.start("centre/handover")
    tablet.is_started()
    tablet.page.goto(f"/runs/{tablet.run}/forms/open_at_end")
    expect(tablet.page.locator(".a4-hint")).to_contain_text("Ctrl+P")
    expect(tablet.page.locator("[data-print]")).to_be_hidden()
