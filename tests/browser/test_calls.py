"""When a wait or a re-measure is due the open page says so, once: in its line, its title, a status message, and softly by sound."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from .tablet import Tablet

LISTENING = """() => {
  window.heard = { tones: 0, shakes: 0, shifts: 0 };
  const begun = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) { window.heard.tones += 1; return begun.apply(this, when); };
  navigator.vibrate = () => { window.heard.shakes += 1; return true; };
  new PerformanceObserver((list) => {
    window.heard.shifts += list.getEntries().reduce((sum, one) => sum + (one.hadRecentInput ? 0 : one.value), 0);
  }).observe({ type: "layout-shift" });
}"""
SOON = timedelta(seconds=15)  # enough for a slow machine to show the page before


@pytest.fixture
def waiting(tablet: Tablet) -> Tablet:
    """A tablet on whose page an hour at the pump is over in a few seconds."""
    tablet.context.add_init_script(f"({LISTENING})()")
    tablet.sign_on("chen")
    tablet.start("pool/prep")
    tablet.is_started()
    tablet.tick("pump_running")
    tablet.wait_out("circulation")
    until_soon(tablet, "circulation")
    return tablet


def until_soon(tablet: Tablet, step: str) -> None:
    """Let time pass until just before the countdown on a step's line ends."""
    until = datetime.fromisoformat(tablet.step(step).locator(".line time").get_attribute("data-until") or "")
    tablet.house.wait(until - tablet.house.product.engine.clock.now() - SOON)


def test_the_end_of_a_wait_is_called_once(waiting: Tablet) -> None:
    waiting.go_to("appearance")
    line, page = waiting.step("circulation"), waiting.page
    page.locator("h1").tap()  # the first touch allows sound
    expect(line).to_have_class("step waiting")
    title = page.title()
    before = page.evaluate("heard.shifts")
    expect(line).to_have_class(re.compile(r"^step due( called)$"), timeout=25_000)
    expect(page.locator("#status")).to_contain_text("时间到")
    assert page.title().startswith("● ")
    assert title in page.title()
    page.wait_for_timeout(4000)  # polls go by: nothing is said again
    assert page.evaluate("[heard.tones, heard.shakes]") == [2, 1]
    assert page.evaluate("heard.shifts") - before == 0
    waiting.open("circulation")
    expect(line).not_to_have_class(re.compile("called"))
    assert page.title() == title
    page.reload()
    page.locator("h1").tap()
    page.wait_for_timeout(2500)
    assert page.evaluate("heard.tones") == 0
    waiting.end("circulation")


def test_what_is_being_typed_stays_while_it_calls(waiting: Tablet) -> None:
    waiting.go_to("room_temperature")
    gauge = waiting.open("room_temperature").locator(".gauge")
    waiting.type_digits(gauge, gauge.locator(".num"), "25")
    top = gauge.locator(".num").bounding_box()
    expect(waiting.step("circulation")).to_have_class(re.compile("called"), timeout=25_000)
    waiting.page.wait_for_timeout(3500)
    expect(gauge.locator(".num")).to_have_value("25")
    now = gauge.locator(".num").bounding_box()
    assert top
    assert now
    assert abs(now["y"] - top["y"]) < 1


def test_it_can_be_silent_and_the_tablet_remembers(waiting: Tablet) -> None:
    waiting.go_to("appearance")
    sound = waiting.page.locator("[data-sound]")
    expect(sound).to_have_attribute("aria-pressed", "true")
    sound.tap()
    expect(sound).to_have_attribute("aria-pressed", "false")
    expect(sound).to_have_text("提示音：关")
    waiting.page.reload()
    expect(sound).to_have_text("提示音：关")
    expect(waiting.step("circulation")).to_have_class(re.compile("called"), timeout=25_000)
    assert waiting.page.evaluate("heard.tones") == 0
    assert waiting.page.title().startswith("● ")


@pytest.fixture
def acted(tablet: Tablet) -> Tablet:
    """A tablet on whose page a correction was made, and the re-measure is due in a few seconds."""
    tablet.sign_on("chen")
    tablet.start("pool/prep")
    tablet.is_started()
    tablet.measure("free_chlorine", "0.25")
    trouble = tablet.deviates("free_chlorine")
    trouble.locator("textarea").fill("补投 500 毫升")
    tablet.send(trouble.locator('[value="act_on"]'))
    until_soon(tablet, "free_chlorine")
    return tablet


def test_a_measure_again_is_called_where_it_is_dealt_with(acted: Tablet) -> None:
    acted.go_to("free_chlorine")
    expect(acted.deviates("free_chlorine").locator('[value="remeasure"]')).to_have_count(0)
    expect(acted.step("free_chlorine").locator('[value="remeasure"]')).to_be_visible(timeout=25_000)
    assert "余氯" in acted.page.title()
    acted.page.goto("/")
    expect(acted.page.locator(".calls")).to_contain_text("可以复测")


def test_the_board_calls_too(acted: Tablet) -> None:
    acted.page.goto("/")
    expect(acted.page.locator(".calls time")).to_have_count(1)
    expect(acted.page).to_have_title(re.compile("^● "), timeout=25_000)
    expect(acted.page.locator("#status")).to_contain_text("时间到")
