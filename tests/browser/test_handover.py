"""Handing a shift over takes two: without the relief's receipt and signature it cannot be completed."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from .house import MORNING, PINS, House, opened
from .tablet import SIZE, Tablet

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
    _written_by_both(tablet)
    _draws_once(tablet)
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
    assert _darkest(tablet, signatures.nth(0).locator("img")) < 80


def _draws_once(tablet: Tablet) -> None:
    """Sign with the finger; a wrong PIN, or the tablet turned meanwhile, does not take the drawing away."""
    found = tablet.open("outgoing_signature")
    tablet.type_digits(found, found.locator(".pin"), PINS["wu"])
    tablet.send(found.locator(".pinrow .go"))
    expect(found.locator(".no")).to_contain_text("手写签名")
    tablet.draw(found)
    tablet.type_digits(found, found.locator(".pin"), "111112")
    tablet.send(found.locator(".pinrow .go"))
    expect(found.locator(".no")).to_contain_text("PIN")
    expect(found.locator(".is-signed")).to_be_visible()
    tablet.page.set_viewport_size({"width": 1024, "height": 768})
    expect(found.locator(".is-signed")).to_be_visible()
    tablet.type_digits(found, found.locator(".pin"), PINS["wu"])
    tablet.send(found.locator(".pinrow .go"))
    tablet.is_done("outgoing_signature")
    tablet.page.set_viewport_size(SIZE)


def _darkest(tablet: Tablet, image: Locator) -> int:
    """The darkest grey of a picture on the page."""
    answer = tablet.context.request.get(str(image.get_attribute("src")))
    low, _ = Image.open(io.BytesIO(answer.body())).convert("L").getextrema()
    return int(low)  # type: ignore[arg-type]  # one band, so one pair


def _written_by_both(tablet: Tablet) -> None:
    """A handover on which both have written what is theirs, in the hands of the outgoing person again, who is to sign."""
    tablet.start("centre/handover")
    tablet.is_started()
    _outgoing(tablet)
    expect(tablet.page.locator('#bar form[action$="/complete"]')).to_have_count(0)
    _is_for_another(tablet)
    tablet.switch_to("zheng")
    _incoming(tablet)
    tablet.switch_to("wu")


def _is_for_another(tablet: Tablet) -> None:
    """What the relief does is not offered to whoever took stock; why, and how somebody else comes, stands there."""
    found = tablet.open("keys_in")
    expect(found.locator(".apart")).to_contain_text("这一步请另一个人来做：吴静已经做了")
    expect(found.locator("input:not([type=hidden])")).to_have_count(0)
    expect(found.locator(".apart button")).to_be_visible()


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
    tablet.tick("appearance")
    tablet.write("keys_in", "12")
    tablet.tick("keys_agree")
    tablet.tick("accepted")
