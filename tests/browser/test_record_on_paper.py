"""A record read by a reviewer and printed: from what matters to its place, only what went wrong, A4 in black on white."""

from pathlib import Path

from playwright.sync_api import expect

from engine.paper import has_pdf

from .house import House
from .reviewed import low_and_mended
from .tablet import Tablet
from .test_printed import A4, printed

SHOWN = """() => [...document.querySelectorAll(".top, .demo, .tools, .recnav, .judge, .screen-only, .skip")]
  .filter((one) => one.checkVisibility()).length"""
PALE = """() => [...document.querySelectorAll(".record *")].filter((one) => one.checkVisibility() && one.innerText?.trim())
  .filter((one) => Math.max(...getComputedStyle(one).color.match(/\\d+/g).slice(0, 3).map(Number)) > 0x99)
  .map((one) => one.outerHTML.slice(0, 90))"""


def test_from_what_matters_to_its_place_and_to_the_procedure_as_it_was(house: House, tablet: Tablet) -> None:
    run = low_and_mended(house, "lowone")
    tablet.sign_on("yang")
    page = tablet.page
    page.goto(f"/runs/{run}/record")
    page.locator("#matters a", has_text="余氯").tap()
    expect(page.locator("#step-cl")).to_be_in_viewport()
    expect(page.locator("#step-cl .story-of")).to_contain_text("复测合格，了结")
    page.get_by_role("link", name="只看不正常的（1）").tap()
    expect(page.locator(".recstep")).to_have_count(1)
    page.get_by_role("link", name="全部步骤（2）").tap()
    expect(page.locator(".recstep")).to_have_count(2)
    page.get_by_role("link", name="看当时的规程").tap()
    expect(page.locator("#step-cl")).to_contain_text("0.4–0.6 mg/L")
    expect(page.locator("pre.yaml")).to_have_text("# round")


def test_a_record_is_printed_in_black_on_white_on_a4(house: House, tablet: Tablet, tmp_path: Path) -> None:
    run = low_and_mended(house, "lowone")
    tablet.sign_on("yang")
    page = tablet.page
    page.goto(f"/runs/{run}/record")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(SHOWN) == 0
    assert page.evaluate(PALE) == []
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    expect(page.locator(".paper-only")).to_be_visible()
    page.emulate_media(media="null", color_scheme="null")
    pages, sizes = printed(page, tmp_path / "record.pdf")
    assert (pages <= 2, sizes) == (True, {A4})
    answer = page.request.get(page.get_by_role("link", name="PDF").get_attribute("href") or "", timeout=60_000)
    assert answer.status == (200 if has_pdf() else 501)
