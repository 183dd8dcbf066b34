"""Something typed that is not sent yet, for tests of what becomes of it."""

from playwright.sync_api import Locator

from .tablet import Tablet


def a_reading(tablet: Tablet) -> Locator:
    """The room's temperature of a pool that is being prepared, with 25.5 in it."""
    tablet.sign_on("chen")
    tablet.start("pool/prep")
    tablet.is_started()
    gauge = tablet.open("room_temperature").locator(".gauge")
    tablet.type_digits(gauge, gauge.locator(".num"), "25.5")
    return gauge


def a_plain_form(tablet: Tablet) -> tuple[Locator, Locator]:
    """The form that begins a meeting's preparation, and its field with 12 in it; the rest is still to be filled in."""
    tablet.sign_on("sun", "会议室")
    tablet.start("meeting/setup")
    tablet.arrives("/start/")
    form = tablet.page.locator("form", has=tablet.page.locator('[name^="f."]'))
    typed = form.locator('input[name^="f."]:not([type=radio])').first
    typed.fill("12")
    return form, typed
