"""A tablet in somebody's hands: what staff do on the pages, as taps and typing. It reads the pages, never the engine."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, expect
from playwright.sync_api import TimeoutError as TooLong

from .house import PINS, House

SIZE = {"width": 768, "height": 1024}
_OPEN = re.compile(r"\bopen\b")
_DONE = re.compile(r"\bdone\b")
_DEVIATION = re.compile(r"\bdeviation\b")
_UNDER_WAY = "form[data-busy], .htmx-request, .htmx-swapping, .htmx-settling, .htmx-added"
_SECONDS = 8000  # milliseconds that anything may take before a test fails


def scrawl() -> bytes:
    """A picture of a signature, as PNG."""
    image = Image.new("RGB", (300, 100), "white")
    ImageDraw.Draw(image).line([(20, 70), (90, 20), (140, 80), (260, 30)], "black", 4)
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


@dataclass(slots=True)
class Tablet:
    """One tablet with one browser window."""

    house: House
    context: BrowserContext
    page: Page
    has_script: bool = True
    run: str = ""
    faults: list[str] = field(default_factory=list)  # what the page's console complained about

    @classmethod
    def at(cls, house: House, browser: Browser, **settings: object) -> "Tablet":
        """A tablet of this kind, standing nowhere yet."""
        usual = {"viewport": SIZE, "has_touch": True, "locale": "zh-CN", "reduced_motion": "reduce", "base_url": house.address}
        options = usual | settings
        context = browser.new_context(**options)  # type: ignore[arg-type]
        context.set_default_timeout(_SECONDS)
        tablet = cls(house, context, context.new_page(), settings.get("java_script_enabled") is not False)
        tablet.page.on("pageerror", lambda error: tablet.faults.append(error.stack or str(error)))
        return tablet

    def put_away(self) -> None:
        """Close the window. Whatever the script complained about fails the test."""
        self.context.close()
        assert not self.faults, self.faults

    def arrives(self, path: str) -> None:
        """Wait until the page with this address, or one below it, is shown."""
        self.page.wait_for_url(lambda address: urlsplit(address).path.startswith(path))

    def send(self, button: Locator) -> Response:
        """Tap what sends a form, and wait until its answer stands on the page; gives that answer.

        A starved machine makes a long press of a tap, which sends nothing: then it is tapped once more.
        """
        try:
            return self._sent(button, 4000)
        except TooLong:
            return self._sent(button, _SECONDS)

    def _sent(self, button: Locator, patience: float) -> Response:
        if self.has_script:
            self.page.evaluate("() => { window.isLeft = true; }")
        with self.page.expect_response(lambda answer: answer.request.method == "POST", timeout=patience) as found:
            button.tap()
        answer = found.value
        if answer.request.resource_type == "document":
            self.page.wait_for_load_state("load")
            if self.has_script:  # that was the page before, where the new one is slow
                self.page.wait_for_function("() => !window.isLeft && document.readyState === 'complete'")
        else:
            expect(self.page.locator(_UNDER_WAY)).to_have_count(0)
        return answer

    # -- people and runs

    def sign_on(self, person: str, place: str = "游泳池") -> None:
        """Say where the tablet is when asked, tap the name, tap the PIN."""
        if "/sign-on" not in self.page.url:
            self.page.goto("/sign-on")
        if "/place" in self.page.url:
            self.send(self.page.get_by_role("button", name=place))
            self.arrives("/sign-on")
        self.page.locator(f'.tile:has([value="{person}"])').tap()
        self._type_pin(person)
        self.page.wait_for_url(lambda address: not urlsplit(address).path.startswith("/sign-on"))

    def _type_pin(self, person: str) -> None:
        if not self.has_script:
            self.page.locator("#pin").fill(PINS[person])
            self.send(self.page.locator(".lock .go"))
            return
        for digit in PINS[person]:
            self.page.locator(f'.lock .pad [data-key="{digit}"]').tap()

    def switch_to(self, person: str) -> None:
        """Hand the tablet to somebody else, who goes on with the same run from the board."""
        self.send(self.page.locator("#off button"))
        self.arrives("/sign-on")
        self.sign_on(person)
        if self.run:
            self.page.locator(f'#board a[href^="/runs/{self.run}"], #board a[href^="/cases/{self.run}"]').first.tap()
            self.page.wait_for_url(lambda address: self.run in address)
            if "/cases/" in self.page.url:  # somebody else has it now; its page leads to the checklist
                self.page.locator(f'#case a[href^="/runs/{self.run}"]').first.tap()
            self.arrives(f"/runs/{self.run}")

    def start(self, procedure: str) -> None:
        """Start a checklist from the board: one tap where nothing is asked first."""
        found = self.page.locator(f'[action="/start/{procedure}"] button, a.start[href="/start/{procedure}"]').first
        if not found.is_visible():
            self.page.locator(".others > summary").tap()
        found.tap()

    def start_asked(self, procedure: str, answers: Mapping[str, str]) -> None:
        """Start a checklist that asks something first, and see it."""
        self.start(procedure)
        form = self.page.locator("form", has=self.page.locator(f'[name="f.{next(iter(answers))}"]'))
        self.fill_fields(form, answers)
        self.send(form.locator(".go"))
        self.is_started()

    def is_started(self) -> None:
        """See the run's page and remember which run it is."""
        self.arrives("/runs/")
        self.run = urlsplit(self.page.url).path.split("/")[2]

    def go_to(self, step: str = "") -> None:
        """Show the run's page anew."""
        self.page.goto(f"/runs/{self.run}" + (f"?at={step}" if step else ""))

    # -- steps

    def step(self, step: str) -> Locator:
        """A step on the page."""
        return self.page.locator(f"#s-{step}")

    def open(self, step: str) -> Locator:
        """A step, opened by a tap where it is closed."""
        found = self.step(step)
        expect(found).to_be_visible()
        if not _OPEN.search(found.get_attribute("class") or ""):
            found.locator(".line").tap()
            expect(found).to_have_class(_OPEN)
        return found

    def tick(self, step: str, *, is_late: bool = False) -> None:
        """Do a plain step: every item of a list, or its one button."""
        found = self.open(step)
        items = found.locator("button.tick").count()
        for left in range(items - 1, -1, -1):
            self.send(found.locator("button.tick").first)
            expect(found.locator("button.tick")).to_have_count(left)
        if not items:
            self.send(found.locator("form .go").first)
        self.is_done(step, is_late=is_late)

    def choose(self, step: str, option: str, *, is_late: bool = False) -> None:
        """Choose an option by its id."""
        self.send(self.open(step).locator(f'.choices .opt[value="{option}"]'))
        self.is_done(step, is_late=is_late)

    def write(self, step: str, text: str) -> None:
        """Write a note, a moment or a count and record it."""
        found = self.open(step)
        found.locator('[name="typed"]').fill(text)
        self.send(found.locator("form .go").first)
        self.is_done(step)

    def measure(self, step: str, reading: str) -> None:
        """Type a reading and record it; what comes of it is for the test to see."""
        self.type_reading(self.open(step).locator(".gauge").first, reading)

    def type_reading(self, gauge: Locator, reading: str, button: str = ".go") -> None:
        """Touch the field, type on the page's own pad where there is one, and tap the button."""
        self.type_digits(gauge, gauge.locator(".num"), reading)
        self.send(gauge.locator(button))

    def type_digits(self, place: Locator, typed: Locator, text: str) -> None:
        """Type on the pad that comes under a touched field; without script, in the field itself."""
        typed.tap()
        if not self.has_script:
            typed.fill(text)
            return
        for key in text:
            place.locator(f'.pad [data-key="{key}"]').tap()
        expect(typed).to_have_value(text)

    def fill(self, step: str, fields: Mapping[str, str]) -> None:
        """Fill a form's or a row's fields by their ids and record them."""
        found = self.open(step)
        self.fill_fields(found, fields)
        self.send(found.locator("form .go").first)

    def fill_fields(self, place: Locator, fields: Mapping[str, str]) -> None:
        """Type into fields; an option is tapped."""
        place.wait_for()
        for name, text in ((f"f.{id_}", text) for id_, text in fields.items()):
            options = place.locator(f'.pick:has([name="{name}"])')
            if options.count():
                place.locator(f'.pick:has([name="{name}"][value="{text}"])').tap()
            else:
                place.locator(f'[name="{name}"]').fill(text)

    def wait_out(self, step: str) -> None:
        """Tap start of a wait."""
        self.send(self.open(step).locator('[name="act"][value="begin"]'))
        expect(self.step(step)).to_have_class(re.compile(r"\bwaiting\b"))

    def end(self, step: str) -> None:
        """End a wait whose time is over."""
        self.send(self.open(step).locator('.go[name="act"][value="end"]'))
        self.is_done(step)

    def hand(self, step: str) -> None:
        """Hand something over; it then waits for a receipt."""
        self.send(self.open(step).locator('[name="act"][value="hand"]'))
        expect(self.step(step)).to_have_class(re.compile(r"\bwaiting\b"))

    def receive(self, step: str, *, is_late: bool = False) -> None:
        """Acknowledge receipt."""
        self.send(self.open(step).locator('[name="act"][value="receive"]'))
        self.is_done(step, is_late=is_late)

    def ask_more_time(self, step: str, until: str, why: str) -> None:
        """Ask whoever may grant it for more time."""
        self.open(step).get_by_role("link", name="申请延期").tap()
        panel = self.step(step).locator('form.panel:has([value="ask"])')
        panel.locator('[name="until"]').fill(until)
        panel.locator('[name="why"]').fill(why)
        self.send(panel.get_by_role("button", name="申请延期"))
        expect(self.step(step).locator(".deadline")).to_contain_text(why)

    def sign(self, step: str, person: str) -> None:
        """Sign a step with the PIN given again."""
        found = self.open(step)
        if found.locator("[data-drawing]").count():
            self.draw(found)
        self.type_digits(found, found.locator(".pin"), PINS[person])
        self.send(found.locator(".pinrow .go"))
        self.is_done(step)

    def draw(self, place: Locator) -> None:
        """Sign in the box with a finger; without script, give a photo of a signature."""
        if not self.has_script:
            place.locator('[type="file"]').set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": scrawl()})
            return
        canvas = place.locator("canvas")
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        assert box is not None
        mouse = self.page.mouse
        mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.6)
        mouse.down()
        for part in (0.3, 0.4, 0.5, 0.6, 0.7):
            mouse.move(box["x"] + box["width"] * part, box["y"] + box["height"] * (0.3 + part % 0.2 * 2))
        mouse.up()
        expect(place.locator(".is-signed")).to_be_visible()

    def complete(self) -> None:
        """Finish the run; its record is shown."""
        self.send(self.page.locator('#bar form[action$="/complete"] .go'))
        self.arrives(f"/runs/{self.run}/record")

    # -- what can be seen

    def is_done(self, step: str, *, is_late: bool = False) -> None:
        """See that a step is done; one that was done after its deadline says so, and goes on saying it."""
        expect(self.step(step)).to_have_class(_DEVIATION if is_late else _DONE)
        if is_late:
            expect(self.open(step).locator(".trouble")).to_contain_text("超过时限")

    def deviates(self, step: str) -> Locator:
        """See that a step has an open deviation, and where it is dealt with."""
        expect(self.step(step)).to_have_class(_DEVIATION)
        found = self.open(step).locator(".trouble:not(.closed)").first
        expect(found).to_be_visible()
        return found
