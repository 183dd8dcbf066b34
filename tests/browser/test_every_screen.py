"""Every screen, at three widths, in both languages, light and dark: axe finds nothing, controls are as large as a thumb, nothing is cut off."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page

from .house import House, opened
from .screens import first_screens, outside_screens, screens
from .tablet import Tablet

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
WIDTHS = ((768, 1024), (390, 844), (1280, 800))
TOUCH = 48  # CSS pixels
CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary"
SMALL = f"""() => [...document.querySelectorAll("{CONTROLS}")]
  .filter((one) => one.checkVisibility({{ visibilityProperty: true }}) && !one.matches(".skip"))
  .map((one) => [one, [one, one.closest("label")].filter(Boolean).map((box) => box.getBoundingClientRect())])
  .map(([one, boxes]) => [one, Math.max(...boxes.map((box) => Math.min(box.width, box.height)))])
  .filter(([one, least]) => least < {TOUCH} - .01)
  .map(([one, least]) => `${{least.toFixed(1)}} ${{one.outerHTML.slice(0, 110)}}`)"""
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# A control whose words do not fit into it, or that stands partly outside the window or the card it belongs to.
CUT = """() => [...document.querySelectorAll("button, a.go, a.plain, a.chip, .tile, .opt, .pick, summary")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.matches(".skip, .who") && !one.closest(".parts"))
  .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.getBoundingClientRect().right >
    Math.min(innerWidth, one.closest(".step, .sheet, .list")?.getBoundingClientRect().right ?? innerWidth) + 1)
  .map((one) => `${one.scrollWidth}>${one.clientWidth} ${one.outerHTML.slice(0, 110)}`)"""
FOUND = """async (rules) => {
  const options = { resultTypes: ["violations"], ...(rules ? { runOnly: rules } : {}) };
  const { violations } = await axe.run(document, options);
  return violations.map(({ id, nodes }) => `${id} x${nodes.length}: ` + nodes.slice(0, 3)
    .map((node) => `${node.target} ${node.failureSummary.slice(-160)}`).join("; "));
}"""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_screen_can_be_used_by_everybody(house: House, a_tablet: Callable[..., Tablet], language: str) -> None:
    faults, seen = [], 0
    for name, page in screens(house, a_tablet, language):
        seen += 1
        faults += [f"{name} {fault}" for fault in _faults(page)]
    assert seen >= 55
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_so_can_those_before_and_outside_of_work(chromium: Browser, tmp_path: Path, language: str) -> None:
    faults, seen = [], 0
    for is_empty in (True, False):
        with opened(tmp_path / str(is_empty), is_demo=False, is_empty=is_empty) as house:
            tablets: list[Tablet] = []

            def make(house: House = house, tablets: list[Tablet] = tablets, **settings: object) -> Tablet:
                tablets.append(Tablet.at(house, chromium, **settings))
                return tablets[-1]

            for name, page in first_screens(make, language) if is_empty else outside_screens(house, make, language):
                seen += 1
                faults += [f"{name} {fault}" for fault in _faults(page)]
            for tablet in tablets:
                tablet.put_away()
    assert seen == 5
    assert not faults, "\n".join(faults)


def _faults(page: Page) -> Iterator[str]:
    """What is wrong with a screen. What is folded away is unfolded first; of colours the dark ones are measured apart."""
    page.evaluate('() => document.querySelectorAll("details").forEach((one) => { one.open = true; })')
    page.evaluate(AXE)
    for width, height in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        for scheme, rules in (("light", None), ("dark", ["color-contrast"])):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two words
            yield from (f"{width} {scheme}: {found}" for found in _violations(page, rules))
        yield from (f"{width}: smaller than {TOUCH}: {small}" for small in page.evaluate(SMALL))
        for size in ("usual", "large"):
            page.evaluate("(is_large) => document.documentElement.classList.toggle('large', is_large)", size == "large")
            if over := page.evaluate(WIDE):
                yield f"{width}, {size} text: scrolls sideways by {over}"
            yield from (f"{width}, {size} text: cut off: {one}" for one in page.evaluate(CUT))
        page.evaluate("() => document.documentElement.classList.remove('large')")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 768, "height": 1024})


def _violations(page: Page, rules: list[str] | None) -> list[str]:
    found: Any = page.evaluate(FOUND, rules)
    return list(found)
