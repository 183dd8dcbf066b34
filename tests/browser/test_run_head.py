"""What stands above a checklist on a phone: names, times and numbers stay whole, and nothing runs out at the side."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from .tablet import Tablet

_LINES = "(one) => Math.round(one.getBoundingClientRect().height / parseFloat(getComputedStyle(one).lineHeight))"


@pytest.mark.parametrize("width", [320, 360, 390])
def test_a_name_stays_whole_under_the_title(a_tablet: Callable[..., Tablet], width: int) -> None:
    phone = a_tablet(viewport={"width": width, "height": 844})
    phone.sign_on("zhao", "健身房")
    phone.start("gym/accident")
    phone.is_started()
    spans = phone.page.locator(".eyebrow .whole")
    assert spans.count() == 2
    assert [one.evaluate(_LINES) for one in spans.all()] == [1, 1]
    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_else_can_be_done_with_a_step_takes_one_row(a_tablet: Callable[..., Tablet]) -> None:
    phone = a_tablet(viewport={"width": 390, "height": 844})
    phone.sign_on("zhao", "健身房")
    phone.start("gym/opening")
    phone.is_started()
    phone.page.get_by_role("button", name="English").tap()
    links = phone.page.locator(".step.open .extras a")
    expect(links).to_have_text(["Cannot do / not applicable", "Add a photo"])
    assert len({round(box["y"]) for one in links.all() if (box := one.bounding_box())}) == 1
