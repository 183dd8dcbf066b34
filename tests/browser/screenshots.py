"""Pictures of the pages for the documentation: `python -m tests.browser.screenshots [folder]` writes docs/screens/*.png.

Each page on an upright tablet in Chinese, on the same tablet in English and dark, on a phone and on a laptop.
"""

import io
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from .chromium import launched, missing
from .house import House, opened
from .tablet import Tablet
from .test_complaint import _received
from .test_handover import _written_by_both

SCREENS = Path(__file__).parents[2] / "docs" / "screens"
COLOURS = 128  # a palette keeps each picture small; these pages have few colours
KINDS: dict[str, dict[str, object]] = {
    "tablet": {"viewport": {"width": 768, "height": 1024}},
    "dark": {"viewport": {"width": 768, "height": 1024}, "color_scheme": "dark", "locale": "en-GB"},
    "phone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 1.5},
    "laptop": {"viewport": {"width": 1280, "height": 800}},
}


def main() -> None:
    """Write every picture; says what it wrote and how large it is."""
    if reason := missing():
        sys.exit(reason)
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SCREENS
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launched(playwright)
        for kind in KINDS:
            with tempfile.TemporaryDirectory() as data, opened(Path(data)) as house:
                for name, picture in (*_pictures(house, browser, kind), *(_paper(house, browser) if kind == "tablet" else ())):
                    path = folder / f"{name}-{kind}.png"
                    path.write_bytes(_small(picture))
                    print(f"{path.name}  {path.stat().st_size // 1024} KB")
        browser.close()


def _pictures(house: House, browser: Browser, kind: str) -> Iterator[tuple[str, bytes]]:
    """The pages as somebody at work sees them, by name."""
    prepared = Tablet.at(house, browser)
    _before(prepared)
    tablet = Tablet.at(house, browser, **KINDS[kind])
    page, is_english = tablet.page, kind == "dark"
    page.goto("/sign-on")
    tablet.send(page.get_by_role("button", name="游泳池"))
    tablet.arrives("/sign-on")
    if is_english:
        tablet.send(page.locator('.lang [value="en"]'))
    yield "sign-on", page.screenshot()
    tablet.sign_on("smith" if is_english else "lin")
    yield "board", page.screenshot()
    tablet.run = prepared.run
    tablet.go_to()
    yield "run", page.screenshot()
    tablet.measure("free_chlorine", "0.25")
    tablet.deviates("free_chlorine")
    tablet.go_to("free_chlorine")
    yield "deviation", page.screenshot()
    trouble = tablet.deviates("free_chlorine")
    trouble.locator("textarea").fill("Dosed 500 ml, circulating" if is_english else "补投 500 毫升，循环中")
    tablet.send(trouble.locator('[value="act_on"]'))
    house.wait(timedelta(minutes=15))
    tablet.go_to("free_chlorine")
    tablet.type_reading(tablet.deviates("free_chlorine").locator(".gauge"), "0.50")
    tablet.is_done("free_chlorine")
    page.goto(f"/runs/{tablet.run}/record")
    yield "record", page.screenshot(full_page=kind == "tablet")
    prepared.put_away()
    tablet.put_away()


def _paper(house: House, browser: Browser) -> Iterator[tuple[str, bytes]]:
    """A complaint on its form, and a signature drawn with the finger."""
    tablet = Tablet.at(house, browser)
    tablet.sign_on("wu", "客户服务中心")
    _received(tablet)
    tablet.page.goto(f"/runs/{tablet.run}/forms/opinion_form")
    yield "form", tablet.page.screenshot()
    tablet.page.goto("/")
    tablet.run = ""
    _written_by_both(tablet)
    tablet.draw(tablet.open("outgoing_signature"))
    yield "signature", tablet.page.screenshot()
    tablet.put_away()


def _before(tablet: Tablet) -> None:
    """The work that was done before the picture is taken."""
    tablet.sign_on("chen")
    tablet.start("pool/prep")
    tablet.is_started()
    for step in ("appearance", "shift_diary", "rescue_equipment", "water_clear"):
        tablet.tick(step)
    for step, reading in (("water_temperature", "27"), ("room_temperature", "25.5")):
        tablet.measure(step, reading)


def _small(picture: bytes) -> bytes:
    """A picture with a palette."""
    image = Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    written = io.BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()


if __name__ == "__main__":
    main()
