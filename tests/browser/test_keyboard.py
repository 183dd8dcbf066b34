"""Without mouse or finger: the gym from signing on to the record, with Tab, Enter, Space, arrows and typing."""

from datetime import timedelta

from playwright.sync_api import Browser, Page, expect

from .house import PINS, House
from .tablet import Tablet

MOST = 60  # presses of Tab that anything on a page may be away
FOCUS = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), bar = document.querySelector("#bar")?.getBoundingClientRect().top ?? innerHeight;
  return one.matches(":focus-visible") && getComputedStyle(one).outlineStyle !== "none" && box.top >= 0 && box.bottom <= (one.closest("#bar") ? innerHeight : bar);
}"""
READINGS = {"air_temperature": "20.5", "humidity": "55", "fresh_air": "45", "illuminance": "100"}


def test_the_gym_by_keyboard_alone(house: House, chromium: Browser) -> None:
    tablet = Tablet.at(house, chromium, viewport={"width": 1280, "height": 800}, has_touch=False)
    page = tablet.page
    page.goto("/sign-on")
    _to(page, "button", "健身房")
    page.keyboard.press("Enter")
    tablet.arrives("/sign-on")
    _to(page, '[name="person"]')
    while not page.evaluate("document.activeElement.value === 'zhao'"):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    _to(page, "#pin")
    page.keyboard.type(PINS["zhao"])
    page.wait_for_url(lambda address: "/sign-on" not in address)
    _to(page, '[action="/start/gym/opening"] button')
    page.keyboard.press("Enter")
    tablet.is_started()
    house.wait(timedelta(minutes=15))
    _to(page, "#s-appearance button.go")
    _through_the_steps(tablet)
    _to(page, '#bar form[action$="/complete"] button')
    page.keyboard.press("Enter")
    tablet.arrives(f"/runs/{tablet.run}/record")
    expect(page.locator(".record .state")).to_contain_text("已完成")
    tablet.put_away()


def _through_the_steps(tablet: Tablet) -> None:
    """Each step in turn: the focus is already there, and can be seen."""
    page = tablet.page
    for _ in range(60):
        step = page.evaluate("document.activeElement.closest('.step.open')?.id.slice(2) ?? ''")
        assert step, page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        assert page.evaluate(FOCUS), step
        left = page.locator(f"#s-{step} button.tick").count()
        if step in READINGS:
            page.keyboard.type(READINGS[step])
            page.keyboard.press("Enter")
        elif step == "ready":
            page.keyboard.type(PINS["zhao"])
            page.keyboard.press("Enter")
            tablet.is_done(step)
            return
        else:
            _press(page, step)
        page.wait_for_function(
            """([step, left]) => !document.querySelector("form[data-busy], .htmx-request, .htmx-settling")
              && document.activeElement.closest(".step.open")
              && (document.activeElement.closest(".step").id !== `s-${step}`
                || document.querySelectorAll(`#s-${step} button.tick`).length < left)""",
            arg=[step, left],
        )
    raise AssertionError("the steps have no end")


def _press(page: Page, step: str) -> None:
    """An item, the one button, or the first option, which here is always the good one."""
    _to(page, f"#s-{step} :is(button.tick, button.opt, button.go)")
    page.keyboard.press("Space" if page.evaluate("document.activeElement.matches('.tick')") else "Enter")


def _to(page: Page, control: str, text: str = "") -> None:
    """Press Tab until a control has the focus."""
    for _ in range(MOST):
        if page.evaluate(
            "([css, text]) => document.activeElement.matches(css) && document.activeElement.textContent.includes(text)",
            [control, text],
        ):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {control}")
