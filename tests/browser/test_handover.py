"""Handing a shift over takes two: without the relief's receipt and signature it cannot be completed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .house import MORNING, House, opened
from .tablet import Tablet

HALF_PAST_ONE = MORNING.replace(hour=5, minute=25)  # 13:25 at the clubhouse
NOTE = {
    "item_kind": "promise", "item_text": "3-502 王女士问停车证",
    "item_next": "晚班问物业部后电话答复", "item_by": "2026-11-02T18:00",
}  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The clubhouse before the shift changes."""
    with opened(tmp_path, HALF_PAST_ONE) as house:
        yield house


def test_two_people_hand_over(house: House, tablet: Tablet) -> None:
    tablet.sign_on("wu", "客户服务中心")
    tablet.start("centre/handover")
    tablet.is_started()
    _outgoing(tablet)
    expect(tablet.page.locator('#bar form[action$="/complete"]')).to_have_count(0)
    tablet.switch_to("zheng")
    _incoming(tablet)
    tablet.switch_to("wu")
    tablet.sign("outgoing_signature", "wu")
    tablet.hand("hand_over")
    expect(tablet.open("hand_over").locator('[value="receive"]')).to_have_count(0)  # nobody receives from himself
    expect(tablet.page.locator('#bar form[action$="/complete"]')).to_have_count(0)
    tablet.switch_to("zheng")
    tablet.receive("hand_over")
    expect(tablet.page.locator('#bar form[action$="/complete"]')).to_have_count(0)
    tablet.sign("incoming_signature", "zheng")
    tablet.complete()
    signatures = tablet.page.locator(".signature")
    expect(signatures).to_have_count(2)
    expect(signatures.nth(0)).to_contain_text("吴静")
    expect(signatures.nth(1)).to_contain_text("郑洁")


def _outgoing(tablet: Tablet) -> None:
    tablet.tick("open_at_end")
    tablet.choose("unusual", "none")
    tablet.choose("to_pass_on", "some")
    tablet.fill("handover_notes", NOTE)
    expect(tablet.step("handover_notes").locator(".line i")).to_have_text("1 行")
    tablet.tick("desk")
    tablet.write("keys_out", "12")
    for step in ("registers", "relief_present"):
        tablet.tick(step)


def _incoming(tablet: Tablet) -> None:
    for step in ("appearance", "last_shift"):
        tablet.tick(step)
    tablet.write("keys_in", "12")
    tablet.tick("keys_agree")
    tablet.choose("understanding", "clear")
