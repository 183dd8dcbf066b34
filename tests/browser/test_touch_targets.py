"""What staff touch in a run is at least as large as a thumb: each kind of step, each panel, a refusal, a card, at three widths."""

import pytest

from .tablet import Tablet
from .test_access import SIZES, SMALL

STEPS = ("appearance", "shift_diary", "rescue_equipment", "free_chlorine", "report_date", "dosing", "circulation", "ready")


def test_every_control_of_a_run_is_large(tablet: Tablet) -> None:
    tablet.sign_on("chen")
    tablet.start("pool/prep")
    tablet.is_started()
    small = [f"{step} {one}" for step in STEPS for one in _small(tablet, f"?at={step}")]
    small += [f"{panel} {one}" for panel in ("mark", "photo") for one in _small(tablet, f"?at=rescue_equipment&panel={panel}")]
    tablet.go_to("water_temperature")
    tablet.measure("water_temperature", "99")
    small += _measured(tablet)
    tablet.go_to("rescue_equipment")
    tablet.tick("rescue_equipment")
    tablet.go_to("rescue_equipment")
    small += _measured(tablet)
    tablet.wait_out("circulation")
    small += _small(tablet, "?at=circulation")
    assert not small, "\n".join(small)


@pytest.mark.parametrize("address", ["/", "/records", "/start/complaint/intake"])
def test_every_control_of_other_pages_is_large(tablet: Tablet, address: str) -> None:
    tablet.sign_on("smith")
    tablet.page.goto(address)
    small = _measured(tablet)
    assert not small, "\n".join(small)


def _small(tablet: Tablet, query: str) -> list[str]:
    tablet.page.goto(f"/runs/{tablet.run}{query}")
    return _measured(tablet)


def _measured(tablet: Tablet) -> list[str]:
    """What is too low at any of the three widths, with everything unfolded."""
    tablet.page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = []
    for width, height, _ in SIZES:
        tablet.page.set_viewport_size({"width": width, "height": height})
        found += [f"{width}: {one}" for one in tablet.page.evaluate(SMALL)]
    return found
