"""Somebody at a tablet, driven in Chromium; and the house they work in, served in this very process with a clock that can be moved."""

import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright, expect
from werkzeug.serving import make_server

from tests.webui.cast import PINS, House, a_house

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
_OPEN = re.compile(r"\bopen\b")
_DONE = re.compile(r"\bdone\b")
TABLET = {"width": 768, "height": 1024}


@dataclass(slots=True)
class Served:
    """A house with an address."""

    house: House
    address: str

    def wait(self, length: timedelta) -> None:
        """Let time pass for everybody."""
        self.house.clock.put_forward(length)


@contextmanager
def served(data: Path, *, is_demo: bool = False) -> Iterator[Served]:
    """A house served on a free port."""
    with a_house(data, is_demo=is_demo) as house:
        server = make_server("127.0.0.1", 0, house.app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield Served(house, f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            thread.join()


def launched(playwright: Playwright) -> Browser:
    """Debian's Chromium."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


@dataclass(slots=True)
class Staff:
    """One person with one tablet."""

    served: Served
    context: BrowserContext
    page: Page

    @classmethod
    def at(cls, served: Served, browser: Browser, **settings: object) -> "Staff":
        """A person with a tablet of this kind, standing nowhere yet."""
        options = {"viewport": TABLET, "has_touch": True, "locale": "zh-CN", "base_url": served.address} | settings
        context = browser.new_context(**options)  # type: ignore[arg-type]
        context.set_default_timeout(8000)
        page = context.new_page()
        page.set_default_timeout(8000)
        return cls(served, context, page)

    def sign_on(self, person: str, place: str = "游泳池") -> None:
        """Choose the place where it is asked, tap the name, type the PIN."""
        self.page.goto("/sign-on")
        if self.page.url.split("?")[0].endswith("/place"):
            self.page.get_by_role("button", name=place).click()
        self.page.locator(f'.tile:has([value="{person}"])').click()
        for digit in PINS[person]:
            self.page.locator(f'.pad [data-key="{digit}"]').click()
        self.page.wait_for_url("**/")

    def switch_to(self, person: str) -> None:
        """Hand the tablet to somebody else."""
        self.page.locator("#off button").click()
        self.sign_on(person)

    def step(self, step: str) -> Locator:
        """A step on the page."""
        return self.page.locator(f"#s-{step}")

    def open(self, step: str) -> Locator:
        """A step, opened by a tap where it is closed."""
        found = self.step(step)
        expect(found).to_be_visible()
        if "open" not in (found.get_attribute("class") or ""):
            found.locator(".line").click()
            expect(self.step(step)).to_have_class(_OPEN)
        return self.step(step)

    def type_on_pad(self, place: Locator, text: str) -> None:
        """Type a reading on the page's own pad."""
        for key in text:
            place.locator(f'.pad [data-key="{key}"]').click()

    def tick(self, step: str) -> None:
        """Do a plain step: confirm, tick every item, or say it was read."""
        found = self.open(step)
        items = found.locator("button.tick").count()
        if items:
            for left in range(items, 0, -1):
                found.locator("button.tick").first.click()
                expect(found.locator("button.tick")).to_have_count(left - 1)
        else:
            found.locator("form .go").first.click()
        self.is_done(step)

    def choose(self, step: str, option: str) -> None:
        """Choose an option by its title."""
        self.open(step).get_by_role("button", name=option, exact=True).click()
        self.is_done(step)

    def measure(self, step: str, reading: str) -> None:
        """Type a reading on the pad and record it."""
        found = self.open(step)
        self.type_on_pad(found.locator(".gauge"), reading)
        found.locator(".gauge .go").click()

    def sign(self, step: str, person: str) -> None:
        """Sign with the PIN."""
        found = self.open(step)
        found.locator(".pin").fill(PINS[person])
        found.locator(".pinrow .go").click()
        self.is_done(step)

    def is_done(self, step: str) -> None:
        """See that a step is done."""
        expect(self.step(step)).to_have_class(_DONE)

