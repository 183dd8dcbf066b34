"""An export by hand: asked for with the conditions of a search, seen to be made, downloaded; with and without script; every state measured."""

import hashlib
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine.exports.asked import Asked
from engine.exports.checking import checked
from engine.exports.jobs import Exports
from engine.review.search import Reading, Search

from .house import House
from .reviewed import LAPTOP, low_and_mended
from .screens import speak
from .tablet import Tablet
from .test_every_screen import _faults

HERE = "/review/exports"


def test_the_runs_of_a_search_taken_out(house: House, a_tablet: Callable[..., Tablet], tmp_path: Path) -> None:
    low_and_mended(house, "lowone")
    low_and_mended(house, "cleanone", "0.50")
    desk = a_tablet(**LAPTOP)
    desk.sign_on("yang")
    page = desk.page
    page.goto("/review/runs?place=pool&what=r:chlorine&cmp=below&fig=0.4&high=")
    page.locator("main a[href^='/review/exports?']").tap()
    desk.arrives(HERE)
    expect(page.locator(".carried b")).to_have_text("余氯 < 0.4 mg/L")
    page.locator("[name=view]").select_option("readings")
    page.locator("[name=form]").select_option("xlsx")
    page.locator(".seek .go").tap()
    download = page.locator(".files a[download]")
    expect(download).to_be_visible(timeout=15_000)
    with page.expect_download() as waiting:
        download.tap()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    assert path.suffix == ".xlsx"
    assert checked(path).is_whole
    page.locator(".files summary").tap()
    expect(page.locator(".files code")).to_have_text(hashlib.sha256(path.read_bytes()).hexdigest())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_state_can_be_used_by_everybody(house: House, a_tablet: Callable[..., Tablet], language: str) -> None:
    faults = []
    for name, page in states(house, a_tablet(service_workers="block"), lambda one: speak(one, language)):
        faults += [f"{name} {fault}" for fault in _faults(page)]
    assert not faults, "\n".join(faults)


def states(house: House, tablet: Tablet, turn: Callable[[Tablet], None]) -> Iterator[tuple[str, Page]]:
    """The page without files, with a mistake, with one that waits, one that was stopped, one that is made."""
    low_and_mended(house, "lowone")
    tablet.sign_on("yang")
    turn(tablet)
    page = tablet.page
    page.goto(HERE)
    yield "exports, none", page
    page.goto(f"{HERE}?place=pool&what=r:chlorine&cmp=below&fig=0.4&high=&words=余氯&late=1")
    page.locator("[name=from]").fill("2026-11-09")
    page.locator("[name=until]").fill("2026-11-02")
    page.locator(".seek .go").click()
    page.locator(".no").wait_for()
    yield "exports, wrong days", page
    others = Exports(house.product.engine, house.product.settings.data)  # as another process has them
    search = Search(place="pool", values=(Reading("chlorine", "below", Decimal("0.4")),))
    with others._turn:
        others.begin(Asked("answers", search, "pool/round"), "填写内容: 余氯巡测", "xlsx", "yang", "", "游泳池 · 余氯 < 0.4 mg/L")
        page.goto(HERE)
        page.locator(".files [value=cancel]").wait_for()
        yield "exports, waiting", page
        page.locator(".files [value=cancel]").click()
        page.locator(".files [value=go_on]").wait_for()
    page.goto(HERE)
    page.locator("[name=view]").select_option("readings")
    page.locator(".seek .go").click()
    page.locator(".files a[download]").wait_for()
    yield "exports, one made and one stopped", page


def test_without_script(house: House, a_tablet: Callable[..., Tablet]) -> None:
    low_and_mended(house, "lowone")
    desk = a_tablet(java_script_enabled=False, **LAPTOP)
    desk.sign_on("yang")
    page = desk.page
    page.goto(HERE)
    page.locator(".seek .go").click()
    for _ in range(40):
        page.goto(HERE)
        if page.locator(".files a[download]").count():
            break
        page.wait_for_timeout(100)
    expect(page.locator(".files a[download]")).to_have_count(1)
    page.locator(".files [value=remove]").click()
    expect(page.locator(".files li")).to_have_count(0)
