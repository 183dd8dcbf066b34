"""Two tablets on one run: each soon sees what the other did, and an answer given on an old page is never lost nor slipped in."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Locator, expect

from .house import House
from .tablet import Tablet
from .test_keyboard import READINGS

SOON = 3500  # milliseconds: three seconds between two questions, and the answer


def test_a_tick_shows_on_the_other_and_a_stale_answer_shows_both(a_tablet: Callable[..., Tablet]) -> None:
    hers, his = _in_one_run(a_tablet)
    his.go_to()
    hers.tick("appearance")
    expect(his.step("appearance")).to_have_class("step done", timeout=SOON)
    expect(his.step("appearance").locator(".line")).to_contain_text("陈海")
    gauge = his.open("room_temperature").locator(".gauge")
    his.type_digits(gauge, gauge.locator(".num"), "26")
    hers.measure("room_temperature", "25")
    hers.is_done("room_temperature")
    his.page.wait_for_timeout(3500)  # a poll goes by, and leaves alone what is being typed
    expect(gauge.locator(".num")).to_have_value("26")
    assert his.send(gauge.locator(".go")).status == 409
    both = his.step("room_temperature").locator(".both")
    expect(both).to_contain_text("25")
    expect(both).to_contain_text("26")
    his.send(his.step("room_temperature").locator('[value="keep_mine"]'))
    expect(his.step("room_temperature").locator(".line i")).to_contain_text("26")
    expect(hers.step("room_temperature").locator(".line i")).to_contain_text("26", timeout=SOON)


def test_the_gym_from_start_to_finish_by_two(house: House, a_tablet: Callable[..., Tablet]) -> None:
    hers, his = a_tablet(), a_tablet()
    hers.sign_on("zhao", "健身房")
    hers.start("gym/opening")
    hers.is_started()
    his.sign_on("smith", "健身房")
    his.run = hers.run
    his.go_to()
    for left, right in (("appearance", "surroundings"), ("air_and_lights", "music"), ("cleaning", "supplies")):
        hers.tick(left)
        his.tick(right)
    house.wait(timedelta(minutes=15))
    for tablet, step, reading in zip((hers, his, hers, his), READINGS, READINGS.values(), strict=True):
        tablet.measure(step, reading)
        tablet.is_done(step)
    for step in ("repairs_open", "machines", "machine_care"):
        his.tick(step)
    hers.choose("repairs_needed", "none")
    for step in READINGS:
        expect(hers.step(step)).to_have_class("step done", timeout=SOON)
        expect(his.step(step)).to_have_class("step done", timeout=SOON)
    his.sign("ready", "smith")
    expect(hers.step("ready")).to_have_class("step done", timeout=SOON)
    hers.complete()
    his.arrives(f"/runs/{his.run}/record")  # by itself: there is nothing left to do
    record = his.page.locator(".record")
    expect(record).to_contain_text("赵健")
    expect(record).to_contain_text("Alex Smith")


def test_items_of_one_list_by_two_people(a_tablet: Callable[..., Tablet]) -> None:
    """What the other ticks arrives in a list that stays open; neither it nor what is being typed elsewhere moves."""
    hers, his = _in_one_run(a_tablet)
    his.go_to("rescue_equipment")
    last = his.step("rescue_equipment").locator("button.tick").last
    top = _top(last)
    hers.send(hers.open("rescue_equipment").locator("button.tick").first)
    expect(his.step("rescue_equipment").locator("button.tick")).to_have_count(2, timeout=SOON)
    assert abs(_top(last) - top) < 1
    gauge = his.open("room_temperature").locator(".gauge")
    his.type_digits(gauge, gauge.locator(".num"), "26")
    top = _top(gauge)
    hers.tick("appearance")
    hers.tick("water_clear")
    his.page.wait_for_timeout(4000)
    assert abs(_top(gauge) - top) < 1
    expect(gauge.locator(".num")).to_have_value("26")


def test_somebody_quicker_is_seen_when_the_own_typing_is_given_up(a_tablet: Callable[..., Tablet]) -> None:
    hers, his = _in_one_run(a_tablet)
    his.go_to("room_temperature")
    typed = his.step("room_temperature").locator(".num")
    typed.fill("26")
    hers.measure("room_temperature", "25")
    his.page.wait_for_timeout(4000)
    expect(typed).to_have_value("26")
    typed.fill("")
    expect(his.step("room_temperature").locator(".line i")).to_contain_text("25", timeout=SOON)


def _top(found: Locator) -> float:
    box = found.bounding_box()
    assert box
    return box["y"]


def _in_one_run(a_tablet: Callable[..., Tablet]) -> tuple[Tablet, Tablet]:
    """Two lifeguards with a tablet each; she has started to prepare the pool."""
    hers, his = a_tablet(), a_tablet()
    hers.sign_on("chen")
    hers.start("pool/prep")
    hers.is_started()
    his.sign_on("lin")
    his.run = hers.run
    return hers, his
