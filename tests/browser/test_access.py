"""All can read and touch every page: axe finds nothing, controls are large, phones never scroll sideways, pages are light."""

from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from .tablet import Tablet

TOUCH = 48  # CSS pixels
SIZES: tuple[tuple[int, int, tuple[Literal["light", "dark"], ...]], ...] = (
    (768, 1024, ("light", "dark")),
    (390, 844, ("light",)),
    (1280, 800, ("light",)),
)
CONTROLS = "a, button, input, select, textarea, summary, label.tile, label.pick, label.file"
SMALL = f"""() => [...document.querySelectorAll("{CONTROLS}")]
  .filter((one) => one.checkVisibility({{ visibilityProperty: true }}) && !one.matches(".skip") && one.getClientRects().length)
  .filter((one) => Math.max(...[one, one.closest("label")].map((box) => box?.getBoundingClientRect().height ?? 0)) < {TOUCH})
  .map((one) => one.outerHTML.slice(0, 120) + " " + one.getBoundingClientRect().height)"""
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_can_be_used_by_everybody(tablet: Tablet, language: str) -> None:
    faults = [fault for page in _pages(tablet, language) for fault in _faults(tablet.page, page)]
    assert not faults, "\n".join(faults)


def _pages(tablet: Tablet, language: str) -> Iterator[str]:
    """Each page in turn, with what is folded away unfolded."""
    page = tablet.page
    tablet.sign_on("smith")
    tablet.send(page.locator("#off button"))
    tablet.arrives("/sign-on")
    _speak(tablet, language)
    yield "sign-on"
    tablet.sign_on("smith")
    _speak(tablet, language)
    yield "board"
    page.goto("/start/complaint/intake")
    yield "start form"
    form = page.locator("form", has=page.locator('[name="f.channel"]'))
    tablet.fill_fields(form, {"channel": "phone"})
    tablet.send(form.locator(".go"))
    tablet.is_started()
    tablet.go_to("opinion_form")
    yield "run with a form"
    page.goto("/")
    tablet.start("pool/prep")
    tablet.is_started()
    tablet.tick("appearance")
    tablet.measure("free_chlorine", "0.15")
    tablet.deviates("free_chlorine")
    tablet.go_to("free_chlorine")
    yield "run with a deviation"
    page.goto(f"/runs/{tablet.run}/record")
    yield "record"


def _speak(tablet: Tablet, language: str) -> None:
    button = tablet.page.locator(f'.lang [value="{language}"]')
    if button.count():
        tablet.send(button)
    expect(tablet.page.locator("html")).to_have_attribute("lang", "zh-CN" if language == "zh" else "en")


def _faults(page: Page, name: str) -> Iterator[str]:
    page.evaluate('() => document.querySelectorAll("details").forEach((one) => { one.open = true; })')
    for width, height, schemes in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme)
            for found in Axe().run(page).response["violations"]:
                targets = "; ".join(f"{node['target']} {node['failureSummary'][-160:]}" for node in found["nodes"][:4])
                yield f"{name} {width} {scheme}: {found['id']} x{len(found['nodes'])}: {targets}"
        for small in page.evaluate(SMALL):
            yield f"{name} {width}: lower than {TOUCH}: {small}"
        if over := page.evaluate(WIDE):
            yield f"{name} {width}: scrolls sideways by {over}"
    page.set_viewport_size({"width": 768, "height": 1024})


def test_the_first_pages_are_light(a_tablet: Callable[..., Tablet]) -> None:
    tablet = a_tablet(service_workers="block")  # which would answer from what it keeps
    tablet.sign_on("chen")
    weighed = {"board": _weight(tablet, "/")}
    tablet.send(tablet.page.locator("#off button"))
    weighed["sign-on"] = _weight(tablet, "/sign-on")
    assert max(weighed.values()) <= 60 * 1024, weighed


def _weight(tablet: Tablet, address: str) -> int:
    """Bytes over the wire of a page and all it needs, with nothing in the cache."""
    network = tablet.context.new_cdp_session(tablet.page)
    network.send("Network.enable")
    network.send("Network.clearBrowserCache")
    sizes: list[int] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    tablet.page.goto(address, wait_until="networkidle")
    network.detach()
    assert len(sizes) >= 4, sizes  # the page, the style sheet, the scripts
    return sum(sizes)


def test_a_tick_is_answered_briefly(tablet: Tablet) -> None:
    tablet.sign_on("chen")
    tablet.start("pool/prep")
    tablet.is_started()
    found = tablet.open("rescue_equipment")
    sizes = []
    for left in (2, 1, 0):
        sizes.append(len(tablet.send(found.locator("button.tick").first).body()))
        expect(found.locator("button.tick")).to_have_count(left)
    assert max(sizes) <= 2048, sizes
