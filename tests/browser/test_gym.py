"""The gym, start to finish: one machine is found faulty, taken out of use, entered for repair, and accepted by the supervisor."""

from datetime import timedelta

from playwright.sync_api import expect

from .house import House
from .tablet import Tablet


def test_a_faulty_machine_is_entered_and_accepted(house: House, tablet: Tablet) -> None:
    tablet.sign_on("zhao", "健身房")
    tablet.start("gym/opening")
    tablet.is_started()
    for step in ("appearance", "air_and_lights"):
        tablet.tick(step)
    house.wait(timedelta(minutes=15))
    for step, reading in (("air_temperature", "20.5"), ("humidity", "55"), ("fresh_air", "45"), ("illuminance", "100")):
        tablet.measure(step, reading)
        tablet.is_done(step)
    for step in ("surroundings", "music", "repairs_open"):
        tablet.tick(step)
    _one_machine_is_faulty(tablet)
    tablet.choose("repairs_needed", "some")
    tablet.fill(
        "repairs",
        {
            "repair_machine": "划船机 2 号",
            "repair_fault": "拉绳起毛",
            "repair_for_now": "out_of_use",
            "repair_reported_to": "周督",
        },
    )
    expect(tablet.open("repairs").locator("table")).to_contain_text("划船机 2 号")
    for step in ("machine_care", "cleaning", "supplies"):
        tablet.tick(step)
    tablet.switch_to("zhou")  # the supervisor sees it and says that the gym may open without the machine
    trouble = tablet.deviates("machines")
    trouble.locator('[name="text"]').fill("已停用挂牌，其余完好")
    tablet.send(trouble.locator('[value="accept"]'))
    tablet.is_done("machines")
    tablet.switch_to("zhao")
    tablet.sign("ready", "zhao")
    tablet.complete()
    record = tablet.page.locator(".record")
    expect(record).to_contain_text("已停用挂牌，其余完好")
    expect(record).to_contain_text("拉绳起毛")


def _one_machine_is_faulty(tablet: Tablet) -> None:
    machines = tablet.open("machines")
    machines.locator(".extras a", has_text="做不了").tap()
    machines.locator('[name="bad"]').select_option("rowers")
    machines.locator('[name="bad_why"]').fill("拉绳起毛，已停用")
    tablet.send(machines.locator('[value="item_not_done"]'))
    expect(machines.locator("button.tick.deviation")).to_have_count(1)
    for left in range(6, -1, -1):
        tablet.send(machines.locator("button.tick:not(.deviation)").first)
        expect(machines.locator("button.tick:not(.deviation)")).to_have_count(left)
    trouble = tablet.deviates("machines")
    expect(trouble.locator(".action")).to_contain_text("立即停用")
    trouble.locator("textarea").fill("断电挂牌")
    tablet.send(trouble.locator('[value="act_on"]'))
    expect(tablet.deviates("machines").locator(".after")).to_contain_text("断电挂牌")
