"""Finding while typing: the list narrows, focus and caret stay, a slow answer never takes the place of a newer one."""

import re
import time
from collections.abc import Callable

from playwright.sync_api import Route, expect

from .house import House
from .reviewed import LAPTOP, low_and_mended
from .tablet import Tablet


def _at_the_form(house: House, a_tablet: Callable[..., Tablet], **settings: object) -> Tablet:
    for run, chlorine in (("low00001", "0.30"), ("good0001", "0.50")):
        low_and_mended(house, run, chlorine)
    desk = a_tablet(**LAPTOP, **settings)
    desk.sign_on("yang")
    desk.page.goto("/review/runs")
    expect(desk.page.locator("#found .list li")).to_have_count(2)
    return desk


def test_the_list_narrows_and_the_caret_stays(house: House, a_tablet: Callable[..., Tablet]) -> None:
    page = _at_the_form(house, a_tablet).page
    words = page.locator("[name=words]")
    words.press_sequentially("次氯酸钠")
    expect(page.locator("#found .list li")).to_have_count(1)
    assert page.evaluate("[document.activeElement.name, document.activeElement.selectionStart]") == ["words", 4]
    expect(page).to_have_url(re.compile(r"/review/runs\?words=[^&]+$"))
    before = page.locator("#found").bounding_box()
    page.locator("[name=what]").first.select_option("r:chlorine")
    page.locator("[name=fig]").first.press_sequentially("0.4")
    expect(page.locator("#found .chip.here")).to_have_count(2)
    assert before is not None
    assert page.locator("#found").bounding_box()["y"] == before["y"]  # type: ignore[index]
    expect(page.locator("[name=fig]").first).to_be_focused()
    page.reload()
    expect(page.locator("[name=words]")).to_have_value("次氯酸钠")


def test_a_slow_answer_never_overwrites_a_newer_one(house: House, a_tablet: Callable[..., Tablet]) -> None:
    page = _at_the_form(house, a_tablet, service_workers="block").page

    def slowly(route: Route) -> None:
        if "words=zzz&" in route.request.url:
            time.sleep(1.5)
        route.continue_()

    page.route("**/review/runs?*", slowly)
    words = page.locator("[name=words]")
    with page.expect_request(lambda request: "words=zzz&" in request.url):
        words.fill("zzz")
    words.fill("")
    expect(page.locator("#found .list li")).to_have_count(2)
    page.wait_for_timeout(2000)
    expect(page.locator("#found .list li")).to_have_count(2)
    assert "zzz" not in page.url


def test_another_procedure_brings_its_questions_and_keeps_the_focus(house: House, a_tablet: Callable[..., Tablet]) -> None:
    page = _at_the_form(house, a_tablet).page
    chosen = page.locator("[name=procedure]")
    chosen.focus()
    chosen.select_option("pool/round")
    expect(page.locator("[name=of]")).to_have_value("pool/round")
    expect(chosen).to_be_focused()
    expect(page.locator("[name=what]").first.locator("option[value='r:chlorine']")).to_have_count(1)


def test_without_script_the_button_finds(house: House, a_tablet: Callable[..., Tablet]) -> None:
    page = _at_the_form(house, a_tablet, java_script_enabled=False).page
    page.locator("[name=words]").fill("good0001")
    page.locator("[role=search] > .go").click()
    expect(page.locator(".called li")).to_have_count(1)
    assert page.url.endswith("/review/runs?words=good0001")


def test_what_a_value_is_compared_with_is_asked_once_there_is_a_value(house: House, a_tablet: Callable[..., Tablet]) -> None:
    page = _at_the_form(house, a_tablet).page
    figure, another = page.locator("[name=fig]").first, page.locator(".another")
    expect(figure).to_be_hidden()
    expect(another).to_be_hidden()
    page.locator("[name=what]").first.select_option("r:chlorine")
    expect(figure).to_be_visible()
    expect(another).to_be_visible()
    expect(page.locator("#found .list li")).to_have_count(2)
    expect(page.locator("#found .chip.here")).to_have_count(0)  # it does not hold yet
    figure.fill("0.4")
    expect(page.locator("#found .chip.here")).to_have_count(1)
    page.goto("/review/runs?what=r:chlorine&cmp=above&fig=x&high=")
    expect(page.locator("[name=fig]").first).to_have_value("x")  # what is to be mended stays in sight
    expect(page.locator("[name=fig]").first).to_be_visible()
