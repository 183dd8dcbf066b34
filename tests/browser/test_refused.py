"""A form that is refused shows what has to be mended: it stands in view and has the focus, however long the form is."""

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from .house import House
from .reviewed import LAPTOP, low_and_mended
from .tablet import Tablet
from .test_complaint import OPINION


def is_shown(field: Locator) -> None:
    """The field has the focus and can be seen; what is wrong with it stands below it."""
    expect(field).to_be_focused()
    expect(field).to_be_in_viewport(ratio=1)
    below = field.locator("xpath=ancestor::*[contains(@class, 'field')][1]").locator(".no")
    expect(below).to_be_in_viewport(ratio=1)


def test_of_a_long_form_the_marked_field_is_shown(tablet: Tablet) -> None:
    tablet.sign_on("wu", "客户服务中心")
    tablet.start_asked("complaint/intake", {"channel": "visit"})
    for step in ("apology", "seat"):
        tablet.tick(step)
    tablet.fill("opinion_form", OPINION | {"contact_phone": "没有留"})
    is_shown(tablet.step("opinion_form").locator('[name="f.contact_phone"]'))


def test_what_is_asked_before_a_start_is_shown_without_script(a_tablet: Callable[..., Tablet]) -> None:
    tablet = a_tablet(java_script_enabled=False, viewport={"width": 390, "height": 600})
    tablet.sign_on("sun", "会议室")
    tablet.start("meeting/setup")
    tablet.arrives("/start/")
    tablet.page.locator('[name="f.meeting_start"]').fill("2026-11-02T10:00")
    tablet.page.locator('[name="f.attendees"]').fill("24")
    tablet.send(tablet.page.locator("main form .go"))
    is_shown(tablet.page.locator('[name="f.importance"]').first)


def test_a_limit_that_cannot_be_is_shown_among_sixty_fields(a_tablet: Callable[..., Tablet]) -> None:
    desk = a_tablet(**LAPTOP)
    desk.page.set_default_timeout(30_000)
    desk.sign_on("zhou")
    desk.page.goto("/procedures/pool/prep")
    desk.page.get_by_role("button", name="改数字和文字").click()
    desk.arrives("/procedures/pool/prep/figures")
    desk.page.locator('[name="parameters.coliforms.limits.high"]').fill("十八")
    desk.page.get_by_role("button", name="保存，看改动").click()
    is_shown(desk.page.locator('[name="parameters.coliforms.limits.high"][aria-invalid]'))


def test_a_wrong_pin_under_a_long_record_is_typed_again_where_it_was(house: House, a_tablet: Callable[..., Tablet]) -> None:
    desk, run = a_tablet(**LAPTOP), low_and_mended(house, "low")
    desk.sign_on("yang")
    desk.page.goto(f"/runs/{run}/record")
    approve = desk.page.locator("form.approve")
    approve.locator(".pin").fill("000000")
    approve.locator(".go").click()
    expect(approve.locator(".no")).to_be_in_viewport(ratio=1)
    expect(approve.locator(".pin")).to_be_focused()


def test_an_action_left_empty_is_asked_for_in_its_own_words(tablet: Tablet) -> None:
    tablet.sign_on("chen")
    tablet.start("pool/prep")
    tablet.is_started()
    tablet.measure("free_chlorine", "0.25")
    trouble = tablet.deviates("free_chlorine")
    expect(trouble.locator(".action")).to_contain_text("合格前不得有人下水。 处理后 15 分钟复测")  # two sentences, not one word
    tablet.send(trouble.get_by_role("button", name="措施已做"))
    expect(trouble.locator(".no")).to_have_text("请写一句您做了什么。")
    expect(trouble.locator("textarea")).to_be_focused()
