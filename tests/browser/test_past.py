"""A supervisor asks what a narrower limit would have done: begun by a tap, looked on, told in figures, and a run of it opened."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from bench.seeding import make
from engine import replays
from engine.folder import Folder
from engine.review.backtest.report import Report
from tests.shipped import copy_of

from .house import SOPS, House, opened
from .tablet import Tablet

PREP = "pool/prep"
RUNS = 60
AFTERWARDS = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
LAPTOP = {"viewport": {"width": 1280, "height": 800}}


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with past runs; the procedures' folder was looked through before."""
    data = tmp_path_factory.mktemp("lived") / "data"
    make(data, RUNS, 3, [PREP])
    Folder(SOPS, data / "cache").library(AFTERWARDS.date())
    return data


@pytest.fixture
def club(lived_in: Path, tmp_path: Path) -> Iterator[House]:
    """The clubhouse when those runs are past, with a narrower limit in the file."""
    data = copy_of(lived_in, tmp_path / "data")
    with opened(data, AFTERWARDS, is_demo=False, is_empty=True) as house:
        file = house.product.settings.sops / f"{PREP}.yaml"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("limits: {low: 0.4, high: 0.6}", "limits: {low: 0.45, high: 0.5}"), encoding="utf-8")
        yield house


@pytest.fixture
def a_desk(club: House, chromium: Browser) -> Iterator[Callable[..., Tablet]]:
    """Makes supervisors at a laptop, with the draft open."""
    made: list[Tablet] = []

    def make_one(**settings: object) -> Tablet:
        tablet = Tablet.at(club, chromium, **(LAPTOP | settings))
        made.append(tablet)
        tablet.sign_on("zhou")
        tablet.page.goto(f"/procedures/{PREP}")
        begin = tablet.page.get_by_role("button", name="把文件里的改动作为草稿")
        if begin.count():
            tablet.send(begin)
        return tablet

    yield make_one
    for tablet in made:
        tablet.put_away()


def ask(tablet: Tablet, which: str) -> None:
    """Tap a period, and wait for its page: a draft is looked through first, which may take a while on a busy machine."""
    tablet.page.get_by_role("button", name=which).tap()
    tablet.page.wait_for_url(re.compile(r"/past/[0-9a-f]{64}$"), timeout=30_000)


def test_begun_told_in_figures_and_a_run_opened(a_desk: Callable[..., Tablet]) -> None:
    tablet = a_desk()
    page = tablet.page
    page.get_by_role("link", name="对过去的影响").tap()
    tablet.arrives(f"/procedures/{PREP}/past")
    ask(tablet, "过去 90 天")
    expect(page.locator(".counts")).to_contain_text("个读数会变成偏差", timeout=30_000)  # by itself
    expect(page.locator(".sums h2")).to_contain_text(f"{RUNS} 张单")
    first = page.locator(".was a").filter(has_text="→ 不合格 (0.45–0.5)").first
    expect(first).to_contain_text("mg/L")
    first.tap()
    page.wait_for_url("**/record")
    expect(page.locator("main")).to_contain_text("余氯")


def test_progress_moves_and_it_is_stopped(a_desk: Callable[..., Tablet], monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*given: datetime, progress: Callable[[int, int], bool], **_: object) -> Report:
        report, done = Report(PREP, given[4], given[5], 400), 0
        while progress(done, 400):
            done = min(done + 1, 390)
            waiting.wait(0.01)
        report.is_cancelled = True
        return report

    waiting = Event()
    monkeypatch.setattr(replays, "backtest", never)
    tablet = a_desk()
    page = tablet.page
    page.goto(f"/procedures/{PREP}/past")
    ask(tablet, "过去 30 天")
    bar = page.locator("#replay progress")
    expect(bar).to_be_visible()
    expect(bar).not_to_have_attribute("value", "0")
    tablet.send(page.get_by_role("button", name="停下"))
    expect(page.locator("#replay")).to_contain_text("停下了")


def test_without_script_the_page_is_loaded_anew(a_desk: Callable[..., Tablet], monkeypatch: pytest.MonkeyPatch) -> None:
    real, go = replays.backtest, Event()

    def held_up(*given: Any, **more: Any) -> Report:
        assert go.wait(30)
        return real(*given, **more)

    monkeypatch.setattr(replays, "backtest", held_up)
    tablet = a_desk(java_script_enabled=False)
    page = tablet.page
    page.goto(f"/procedures/{PREP}/past")
    ask(tablet, "过去 90 天")
    again = page.get_by_role("link", name="刷新看进度")
    expect(again).to_be_visible()
    go.set()
    for _ in range(60):
        with page.expect_navigation():
            again.tap()
        if not again.count():
            break
        page.wait_for_timeout(250)
    expect(page.locator(".counts")).to_contain_text("个读数会变成偏差")


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_it(a_desk: Callable[..., Tablet], scheme: str) -> None:
    tablet = a_desk(color_scheme=scheme)
    page = tablet.page
    page.goto(f"/procedures/{PREP}/past")
    assert violations(page) == []
    ask(tablet, "过去 90 天")
    expect(page.locator(".counts")).to_be_visible(timeout=30_000)
    assert violations(page) == []
    page.goto("/now")
    expect(page.locator(".spot").first).to_be_visible()
    assert violations(page) == []


def violations(page: Page) -> list[object]:
    """What axe finds on a page."""
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]


@pytest.mark.slow
@pytest.mark.parametrize("width", [1440, 1024, 820, 390])
def test_nothing_runs_over_the_edge(a_desk: Callable[..., Tablet], width: int) -> None:
    tablet = a_desk(viewport={"width": width, "height": 900})
    page = tablet.page
    page.goto(f"/procedures/{PREP}/past")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    ask(tablet, "过去 90 天")
    expect(page.locator(".counts")).to_be_visible(timeout=30_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto("/now")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
