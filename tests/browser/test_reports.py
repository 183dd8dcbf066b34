"""A month's complaints on their report: the figure followed to its case, signed by the supervisor, read by the manager, on paper."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine.receipts import Receipt
from engine.run import commands as c

from .house import PINS, House
from .reviewed import LAPTOP
from .screens import speak
from .tablet import Tablet
from .test_every_screen import _faults
from .test_printed import printed

MONTH = "/review/reports/complaint_month/2026-11"
CENTRE = "客户服务中心"


def november(house: House) -> None:
    """The month is over; three complaints came in."""
    for number, severity in enumerate(("minor", "minor", "major"), 1):
        complaint(house, f"case{number}", severity)
    house.wait(timedelta(days=30))


def complaint(house: House, run: str, severity: str) -> None:
    """A complaint that was judged effective."""
    engine = house.product.engine
    actor = engine.actor(engine.directory.now().people["wu"], "tablet")
    acts: tuple[c.Act, ...] = (
        c.StartRun("complaint/intake", "", "service_centre", inputs={"channel": "phone"}),
        c.AnswerStep("nature", "effective"),
        c.AnswerStep("severity", severity),
    )
    for number, act in enumerate(acts):
        command = c.Command(f"{run}command{number}", run, actor, engine.clock.now(), act)
        outcome = engine.start(command) if number == 0 else engine.give(command)
        assert isinstance(outcome, Receipt), outcome


def test_followed_to_its_case_signed_and_read(house: House, a_tablet: Callable[..., Tablet]) -> None:
    november(house)
    desk = a_tablet(**LAPTOP)
    desk.sign_on("feng", CENTRE)
    desk.page.goto("/")
    desk.page.locator(f'a[href="{MONTH}"]').first.tap()
    desk.arrives(MONTH)
    _follow(desk)
    _sign(desk, "feng", "本月三件，设备为主")
    manager = a_tablet(**LAPTOP)
    manager.sign_on("jiang", CENTRE)
    manager.page.goto(MONTH)
    expect(manager.page.locator("#signatures")).to_contain_text("本月三件，设备为主")
    _sign(manager, "jiang", "")
    expect(manager.page.locator(".standing")).to_contain_text("已签")
    expect(manager.page.locator("#sign")).to_have_count(0)
    manager.page.locator(".standing a").tap()
    manager.arrives(f"{MONTH}/print")
    expect(manager.page.locator(".a4-hands")).to_contain_text("蒋经")


def _follow(desk: Tablet) -> None:
    page = desk.page
    page.locator("#p-by_severity tr", has_text="轻微").locator("a").first.tap()
    desk.arrives(f"{MONTH}/1/by_severity")
    expect(page.locator(".list li")).to_have_count(2)
    page.locator(".list a").first.tap()
    desk.arrives("/runs/case1/record")
    page.goto(MONTH)


def _sign(desk: Tablet, person: str, words: str) -> None:
    form = desk.page.locator("#sign")
    form.locator("textarea").fill(words)
    form.locator(".pin").fill(PINS[person])
    desk.send(form.locator(".go"))
    expect(desk.page.locator("#signatures .done").last).to_be_visible()


def report_screens(house: House, tablet: Tablet, speak: Callable[[Tablet], None]) -> Iterator[tuple[str, Page]]:
    """Each screen of the reports by name; `speak` turns the pages to the language wanted."""
    november(house)
    page = tablet.page
    tablet.sign_on("feng", CENTRE)
    speak(tablet)
    page.goto("/review/reports")
    yield "reports", page
    page.goto(MONTH)
    yield "report to be signed", page
    page.locator("#sign .pin").fill("000001")
    tablet.send(page.locator("#sign .go"))
    page.locator("#sign .no").wait_for()
    yield "report, wrong PIN", page
    page.goto(f"{MONTH}/1/by_severity/total/0")
    yield "behind a figure", page
    page.goto("/review/reports/complaint_analysis/2026-11")
    yield "analysis", page
    page.goto("/review/reports/complaint_analysis/now")
    yield "analysis, the period that goes on", page
    page.goto("/review/reports/hall_day/2026-11-02")
    yield "a day with little in it", page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_its_screens_can_be_used_by_everybody(house: House, tablet: Tablet, language: str) -> None:
    faults = [
        f"{name} {fault}"
        for name, page in report_screens(house, tablet, lambda one: speak(one, language))
        for fault in _faults(page)
    ]
    assert not faults, "\n".join(faults)


def test_without_script_it_is_signed_all_the_same(house: House, a_tablet: Callable[..., Tablet]) -> None:
    november(house)
    tablet = a_tablet(java_script_enabled=False)
    tablet.sign_on("feng", CENTRE)
    tablet.page.goto(MONTH)
    _sign(tablet, "feng", "核对过")
    expect(tablet.page.locator("#signatures")).to_contain_text("核对过")


STYLE = "(one) => { const found = getComputedStyle(one); return [found.display, found.breakInside]; }"
BROKEN = """() => [...document.querySelectorAll(".a4 .whole")].filter((one) => one.getClientRects().length > 1).map((one) => one.innerText)"""


def test_on_paper_each_page_says_what_it_is_of_and_nothing_is_torn(
    house: House, a_tablet: Callable[..., Tablet], tmp_path: Path
) -> None:
    november(house)
    tablet = a_tablet(**LAPTOP)
    tablet.sign_on("feng", CENTRE)
    page = tablet.page
    page.goto(f"{MONTH}/print")
    head, figures = page.locator(".a4-running > thead"), page.locator(".a4-figures").first
    expect(head).to_be_hidden()
    page.emulate_media(media="print")
    assert head.evaluate(STYLE)[0] == "table-header-group"  # Chromium repeats it on every page
    assert figures.evaluate(STYLE)[1] == "avoid"
    assert page.locator(".a4-hands").evaluate(STYLE)[1] == "avoid"
    expect(head).to_contain_text("投诉记录月总结表 · 2026 年 11 月 · 待签名")
    page.set_viewport_size({"width": 1040, "height": 720})  # a sheet laid across
    assert page.evaluate(BROKEN) == []
    pages, sizes = printed(page, tmp_path / "month.pdf")
    assert (pages, sizes) == (2, {(842, 595)})
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 390, "height": 844})  # a phone: tables are moved sideways, the sheet is not
    assert page.evaluate("document.documentElement.scrollWidth") == 390


MORE = """() => [...document.querySelectorAll(".report .scroll:has(tbody tr), .trends .scrolled:has(tbody tr)")].map((one) => {
  const first = one.querySelector("tbody tr > :first-child"), before = first.getBoundingClientRect(), edge = one.getBoundingClientRect();
  const seen = [...one.querySelectorAll("tbody tr:first-child > *")].slice(1).filter((cell) => cell.getBoundingClientRect().right <= edge.right + 1);
  one.scrollLeft = 80;
  const stays = Math.abs(first.getBoundingClientRect().left - before.left) < 1;
  one.scrollLeft = 0;
  return [stays, seen.length > 0, getComputedStyle(one).backgroundAttachment.startsWith("local, scroll")];
})"""
"""Of each table: whether its first column stays as it is moved, whether a figure is seen unmoved, and whether a shade tells of more."""


@pytest.mark.parametrize("width", [390, 1280])
def test_a_table_wider_than_the_screen_shows_figures_keeps_its_first_column_and_says_that_there_is_more(
    house: House, a_tablet: Callable[..., Tablet], width: int
) -> None:
    november(house)
    tablet = a_tablet(viewport={"width": width, "height": 844})
    tablet.sign_on("jiang", CENTRE)
    for address in (MONTH, MONTH.replace("complaint_month", "complaint_analysis"), "/review/trends/kept"):
        tablet.page.goto(address)
        expect(tablet.page.locator("tbody tr").first).to_be_visible()
        found = tablet.page.evaluate(MORE)
        assert found, address
        assert found == [[True, True, True]] * len(found), address
