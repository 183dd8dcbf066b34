"""The trends in Chromium: a mark leads to its record, every point looked at closer, on paper, without script, for everybody."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from engine.run.site_events import ScheduledRunMissed

from .house import MORNING, House
from .reviewed import LAPTOP, low_and_mended
from .screens import speak
from .tablet import Tablet

HERE = "/review/trends?parameter=chlorine"
ROOMS = (HERE, *(f"/review/trends/{room}" for room in ("kept", "repeated", "pace?procedure=pool/round", "questions")))
SIZES = ({"width": 1280, "height": 800}, {"width": 768, "height": 1024}, {"width": 390, "height": 844})


@pytest.fixture
def desk(house: House, a_tablet: Callable[..., Tablet]) -> Callable[..., Tablet]:
    """A reviewer at a laptop; six runs were done, one of them low and measured again; one time was missed."""
    for number in range(5):
        low_and_mended(house, f"trend{number:011}", "0.50")
    low_and_mended(house, "trend00000000low")
    missed = ScheduledRunMissed("pool/prep", "pool", MORNING, MORNING + timedelta(hours=3), ("lifeguard",))
    house.product.engine.note(missed, "")

    def make(**settings: object) -> Tablet:
        tablet = a_tablet(**(LAPTOP | settings))
        tablet.sign_on("yang")
        return tablet

    return make


def test_a_low_reading_its_remeasure_and_its_record(desk: Callable[..., Tablet]) -> None:
    tablet = desk()
    page = tablet.page
    page.goto(HERE)
    expect(page.locator(".standing")).to_contain_text("6 次首测里 83.3% 合格；1 次不合格（偏低 1，偏高 0）")
    expect(page.locator(".chart .joins line")).to_have_count(1)
    expect(page.locator(".chart .square")).to_have_count(1)
    low = page.locator(".chart .deviation.down")
    expect(low).to_have_attribute("aria-label", "2026-11-02 06:30 · 0.30 mg/L · 不合格（偏低） · 游泳池")
    low.tap(force=True)
    page.wait_for_url("**/runs/trend00000000low/record")


def test_every_point_is_looked_at_closer(desk: Callable[..., Tablet]) -> None:
    tablet = desk()
    page, said = tablet.page, list[str]()
    page.on("console", lambda one: said.append(one.text) if one.type == "error" else None)
    page.goto(HERE)
    page.get_by_role("button", name="放大看").tap()
    expect(page.locator(".closer .u-over")).to_be_visible()
    expect(page.locator(".chart.print-only")).to_be_hidden()  # it is printed all the same
    assert violations(page) == []
    assert said == []  # the content policy lets everything through that it needs


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_closer_has_the_marks_and_lines_of_the_key(desk: Callable[..., Tablet], house: House, scheme: str) -> None:
    for number, value in enumerate(("0.50", "0.75", "0.25", "0.55")):
        house.wait(timedelta(days=1))
        low_and_mended(house, f"later{number:011}", value)
    page = desk(color_scheme=scheme).page
    page.goto(f"{HERE}&from=2026-11-01&until=2026-11-07")
    page.get_by_role("button", name="放大看").tap()
    expect(page.locator(".closer .u-over")).to_be_visible()
    whole = painted(page)
    assert whole["--accent"] > 1500, "the middle values, covered by nothing"
    assert whole["--bad"] > 200, "three readings outside, each with a line to its re-measure"
    again = page.evaluate("fetch(document.getElementById('zoom').dataset.points).then((answer) => answer.json())")
    assert again["shape"].count("square") == 3
    assert {again["shape"][n] for n, is_out in enumerate(again["out"]) if is_out} == {"up", "down"}


def painted(page: Page) -> dict[str, int]:
    """How many points of the canvas have a colour of the house, by its name."""
    found: dict[str, int] = page.evaluate(
        """() => {
          const canvas = document.querySelector(".closer canvas"), { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          const probe = document.createElement("canvas").getContext("2d"), names = ["--accent", "--done", "--bad"];
          const known = names.map((name) => {
            probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
            probe.fillRect(0, 0, 1, 1);
            return [...probe.getImageData(0, 0, 1, 1).data];
          });
          const counts = Object.fromEntries(names.map((name) => [name, 0]));
          for (let n = 0; n < data.length; n += 4) {
            if (data[n + 3] < 100) continue;
            known.forEach((one, k) => { if ([0, 1, 2].every((part) => Math.abs(data[n + part] - one[part]) < 6)) counts[names[k]] += 1; });
          }
          return counts;
        }"""
    )
    return found


def test_closer_by_keys_by_buttons_and_by_fingers(desk: Callable[..., Tablet]) -> None:
    page = desk(has_touch=True).page
    page.goto(HERE)
    page.get_by_role("button", name="放大看").tap()
    chart = page.locator(".closer")
    expect(chart).to_be_focused()  # keys work at once
    whole = span(chart)
    page.keyboard.press("+")
    closer = span(chart)
    assert width(closer) < width(whole)
    page.keyboard.press("ArrowRight")
    assert span(chart) > closer
    assert abs(width(span(chart)) - width(closer)) <= timedelta(minutes=1)  # told to the minute
    page.keyboard.press("0")
    assert span(chart) == whole
    page.get_by_role("button", name="放大", exact=True).tap()
    before = span(chart)
    assert width(before) < width(whole)
    box = chart.locator(".u-over").bounding_box()
    assert box is not None
    touch = page.context.new_cdp_session(page)
    y, x = box["y"] + box["height"] / 2, box["x"] + box["width"] / 2
    for kind, at in (("touchStart", x), ("touchMove", x - 60), ("touchMove", x - 120)):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": at, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert span(chart) > before  # dragged to the left: what comes later is seen
    page.get_by_role("button", name="全部").tap()
    assert span(chart) == whole


def span(chart: Locator) -> tuple[datetime, datetime]:
    """From when to when is seen, as the chart says it."""
    first, last = re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d", chart.get_attribute("aria-label") or "")
    return datetime.fromisoformat(first), datetime.fromisoformat(last)


def width(seen: tuple[datetime, datetime]) -> timedelta:
    """How much time is seen."""
    return seen[1] - seen[0]


def test_without_script_nothing_is_missing_but_the_closer_look(desk: Callable[..., Tablet]) -> None:
    page = desk(java_script_enabled=False).page
    page.goto(HERE)
    expect(page.locator(".chart .marks a")).to_have_count(7)
    expect(page.locator("#zoom")).to_be_hidden()
    with page.expect_navigation():
        page.get_by_role("button", name="显示").tap()
    expect(page.locator(".chart .marks a")).to_have_count(7)


def test_on_paper_the_chart_is_whole(desk: Callable[..., Tablet]) -> None:
    page = desk().page
    page.goto(HERE)
    assert BytesIO(page.pdf(format="A4")).read(5) == b"%PDF-"
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 700, "height": 1000})
    chart = page.locator(".chart > svg").bounding_box()
    assert chart is not None
    assert chart["x"] + chart["width"] <= 700
    expect(page.locator(".trends .seek")).to_be_hidden()
    expect(page.locator(".trends .period")).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_it(desk: Callable[..., Tablet], scheme: str, language: str) -> None:
    tablet = desk(color_scheme=scheme)
    page = tablet.page
    speak(tablet, language)
    for room in ROOMS:
        page.goto(room)
        assert (room, violations(page)) == (room, [])
        for size in SIZES:
            page.set_viewport_size(size)
            assert (room, size, page.evaluate("document.documentElement.scrollWidth") <= size["width"]) == (room, size, True)


def violations(page: Page) -> list[object]:
    """What axe finds on a page."""
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]
