"""Nothing moves under the finger: pages stand still while they load and while somebody types, and an answer is drawn in one piece."""

from collections.abc import Callable
from typing import NamedTuple

import pytest
from playwright.sync_api import expect

from .tablet import Tablet

WATCHING = """
  window.shifts = [];
  new PerformanceObserver((list) => { window.shifts.push(...list.getEntries().map((one) => one.value)); })
    .observe({ type: "layout-shift", buffered: true });"""
DRAWN = "() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(() => { go(window.shifts.splice(0)); })))"


class Shifts(NamedTuple):
    """How often the page was drawn with something elsewhere, and how far things went in all."""

    frames: int
    sum: float


@pytest.fixture
def watched(a_tablet: Callable[..., Tablet]) -> Tablet:
    """A tablet that counts what moves on its pages, by whomever it was caused."""
    tablet = a_tablet(service_workers="block")
    tablet.context.add_init_script(WATCHING)
    tablet.sign_on("chen")
    return tablet


def shifts(tablet: Tablet) -> Shifts:
    """What has moved since it was last asked."""
    found: list[float] = tablet.page.evaluate(DRAWN)
    return Shifts(len(found), sum(found))


def test_pages_stand_still_while_they_load(watched: Tablet) -> None:
    watched.page.goto("/", wait_until="networkidle")
    assert shifts(watched).sum == 0
    watched.start("pool/prep")
    watched.is_started()
    watched.page.wait_for_load_state("networkidle")
    assert shifts(watched).sum == 0
    watched.page.goto(f"/runs/{watched.run}/record", wait_until="networkidle")
    assert shifts(watched).sum == 0


def test_typing_moves_nothing(watched: Tablet) -> None:
    watched.start("pool/prep")
    watched.is_started()
    gauge = watched.open("free_chlorine").locator(".gauge")
    gauge.locator(".num").tap()
    expect(gauge.locator(".pad")).to_be_visible()
    shifts(watched)
    for key in "0.25":
        gauge.locator(f'.pad [data-key="{key}"]').tap()
    expect(gauge.locator(".band")).to_contain_text("不合格")
    for _ in range(2):
        gauge.locator('.pad [data-key="back"]').tap()
    for key in "55":
        gauge.locator(f'.pad [data-key="{key}"]').tap()
    assert shifts(watched).sum == 0


def test_a_tick_is_drawn_in_one_piece(watched: Tablet) -> None:
    """The ticked step folds and the next unfolds in the same frame; the next stays where its line was."""
    watched.start("pool/prep")
    watched.is_started()
    watched.go_to("appearance")
    for step in ("appearance", "shift_diary"):
        shifts(watched)
        watched.tick(step)
        moved = shifts(watched)
        assert moved.frames <= 1, moved
        assert moved.sum <= 0.05, moved
