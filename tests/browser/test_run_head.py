"""What stands above a checklist on a phone: names, times and numbers stay whole, and nothing runs out at the side."""

from collections.abc import Callable

import pytest

from .tablet import Tablet

_LINES = "(span) => span.getClientRects().length && Math.round(span.getBoundingClientRect().height / parseFloat(getComputedStyle(span).lineHeight))"


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
