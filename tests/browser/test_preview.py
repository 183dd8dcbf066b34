"""A step is added to the text beside the tablet: it is there to be ticked, as whoever, whenever; and no event of it is kept."""

from collections.abc import Callable

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from engine.folder import Folder

from .house import MORNING, SOPS, House
from .tablet import Tablet

SHORT = """\
format: 1
title: {zh: 桑拿, en: Sauna}
place: pool
done_by: [lifeguard]
steps:
  - {check: {zh: 看木头, en: Look at the wood}, id: wood}
"""
NEW = "  - {measure: {zh: 桑拿温度, en: Sauna temperature}, id: heat, parameter: heat}\n"
FIGURE = "parameters:\n  heat: {title: {zh: 桑拿温度, en: Sauna temperature}, unit: °C, limits: {low: 70, high: 90}}\n"
LAPTOP = {"viewport": {"width": 1280, "height": 800}}


def shown(page: Page, text: str) -> FrameLocator:
    """What the editor does: post the text, and put the answer beside it."""
    page.evaluate(
        """text => htmx.ajax("POST", "/procedures/pool/prep/preview", {
            values: {text, csrf_token: document.querySelector("[name=csrf_token]").value}, target: "#preview", swap: "outerHTML"})""",
        text,
    )
    return page.frame_locator("#preview iframe")


@pytest.fixture
def desk(house: House, a_tablet: Callable[..., Tablet]) -> Tablet:
    """A supervisor at a laptop, with the preview of what is in force. The folder was read before, as on any other day."""
    Folder(SOPS, house.product.settings.data / "cache").library(MORNING.date())
    tablet = a_tablet(**LAPTOP)
    tablet.sign_on("zhou")
    tablet.page.goto("/procedures/pool/prep/preview")
    return tablet


def test_a_step_that_was_added_is_there_and_can_be_done(house: House, desk: Tablet) -> None:
    page, before = desk.page, house.product.engine.ledger.log.head().size
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    inside = shown(page, SHORT)
    expect(inside.locator("#s-wood")).to_be_visible()
    expect(inside.locator("#s-heat")).to_have_count(0)
    inside = shown(page, SHORT.replace("steps:\n", FIGURE + "steps:\n") + NEW)
    expect(inside.locator("#s-heat")).to_be_visible()
    inside.locator("#s-wood .go, #s-wood .tick").first.click()
    expect(inside.locator("#s-wood")).to_have_class("step done")
    inside.locator("#s-heat .num").fill("80")
    inside.locator("#s-heat .go").click()
    expect(inside.locator("#s-heat")).to_have_class("step done")
    page.locator(".tablet").scroll_into_view_if_needed()
    page.mouse.wheel(0, 2000)
    inside.locator('#bar form[action$="/complete"] .go').click()
    expect(inside.locator(".recstep").first).to_be_visible()
    assert house.product.engine.ledger.log.head().size == before
    known = ("#p-0", "worker-src")  # a run without sections has no place for its progress, here or there; no worker is kept here
    assert [one for one in said if not any(part in one for part in known)] == []


def test_the_bar_turns_the_clock_and_the_person_and_keeps_the_place(desk: Tablet) -> None:
    page = desk.page
    inside = page.frame_locator("#preview iframe")
    inside.locator("#s-free_chlorine .line").click()
    inside.locator("#s-free_chlorine .num").fill("0.25")
    inside.locator("#s-free_chlorine .go").click()
    expect(inside.locator("#s-free_chlorine .trouble")).to_be_visible()
    inside.locator("header .home").click()
    expect(inside.locator("#board")).to_be_visible()
    clock = page.locator("#p-at").input_value()
    page.locator("#preview").get_by_role("button", name="+15 min").click()
    expect(page.locator("#p-at")).not_to_have_value(clock)
    expect(inside.locator("#board")).to_be_visible()
    page.locator("#p-role").select_option("supervisor")
    expect(inside.locator("header .who")).to_contain_text("当班主管")
    page.get_by_role("button", name="重新开始").click()
    expect(inside.locator("#s-free_chlorine")).to_be_visible()
    page.locator("#p-season").select_option("summer")
    expect(page.locator("#p-at")).to_have_value("2027-06-01T06:30")


def test_the_tablet_is_drawn_as_wide_as_its_column(desk: Tablet) -> None:
    page = desk.page
    for width in (1280, 500, 900):
        page.set_viewport_size({"width": width, "height": 800})
        expect(page.locator(".tablet.scaled")).to_be_visible()
        page.wait_for_function("() => document.querySelector('.tablet').getBoundingClientRect().right <= innerWidth")
        box = page.locator("#preview iframe").bounding_box()
        assert box is not None
        assert abs(box["height"] / box["width"] - 1024 / 768) < 0.01
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_mistakes_are_told_where_the_tablet_was_and_go_when_they_are_put_right(desk: Tablet) -> None:
    text = (SOPS / "pool/prep.yaml").read_text(encoding="utf-8")
    shown(desk.page, text.replace("done_by: [lifeguard]", "done_by: [lifegard]", 1))
    expect(desk.page.locator("#preview .mistakes")).to_contain_text("lifegard")
    expect(desk.page.locator("#preview iframe")).to_have_count(0)
    expect(shown(desk.page, text + "# 好了\n").locator("#s-free_chlorine")).to_be_visible()
