"""Somebody's data found and erased in a real browser, with and without script; the screens measured like every other."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from engine.run import commands as c

from .house import PINS, House
from .screens import speak
from .tablet import Tablet
from .test_every_screen import _faults

VISITORS = (
    ("欧阳静怡", "12-1803 陈先生"),
    ("诸葛孔明", "3-502 王女士"),
    ("张三", "物业办公室，谈四号楼两部电梯更换后的验收、保修和发票"),
)


@pytest.fixture
def kept(house: House) -> str:
    """Three visitors in the book; the run."""
    engine = house.product.engine
    plan, people = engine.plan("centre/visitors"), engine.directory.now().people.values()
    assert plan is not None
    who = next(one for one in map(engine.actor, people) if set(one.roles) & set(plan.procedure.done_by))
    run = engine.start(c.Command("v", "", who, engine.clock.now(), c.StartRun("centre/visitors", "", "service_centre"))).run  # type: ignore[union-attr]
    step = next(one.id for one in engine.run(run).plan.steps if getattr(one.step, "book", "") == "visitors")
    for number, (name, host) in enumerate(VISITORS):
        fields = {"visitor_name": name, "visitor_papers": "id_card", "visitor_host": host, "visitor_slip": f"A-{number}"}
        outcome = engine.give(c.Command(f"v{number}", run, who, engine.clock.now(), c.AddRow(step, fields)))
        assert hasattr(outcome, "version"), outcome
    return run


def at_the_desk(a_tablet: Callable[..., Tablet], **settings: object) -> Tablet:
    desk = a_tablet(service_workers="block", **settings)
    desk.sign_on("jiang", "客户服务中心")
    desk.page.goto("/review/retention")
    return desk


def look_for(desk: Tablet, words: str) -> None:
    desk.page.fill("input[name=words]", words)
    desk.send(desk.page.locator(".seek:has([name=words]) .go").first)


def held(desk: Tablet) -> None:
    desk.page.locator("details.place > summary").tap()
    desk.page.fill("details.place [name=reason]", "业主委员会来函：电梯验收有争议，没有结论以前保全")
    desk.page.fill("details.place [name=from]", "2026-11-02")
    desk.page.select_option("details.place [name=book]", "visitors")
    desk.send(desk.page.locator("details.place .go"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_screens_can_be_used_by_everybody(house: House, kept: str, a_tablet: Callable[..., Tablet], language: str) -> None:
    assert kept
    desk = at_the_desk(a_tablet)
    speak(desk, language)
    faults = []
    for number, doing in enumerate(
        (lambda: None, lambda: look_for(desk, "王"), lambda: held(desk), lambda: look_for(desk, "12"))
    ):
        desk.page.goto("/review/retention")
        doing()
        faults += [f"{number} {fault}" for fault in _faults(desk.page)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("has_script", [True, False])
def test_somebody_is_found_and_erased(house: House, kept: str, a_tablet: Callable[..., Tablet], has_script: bool) -> None:
    desk = at_the_desk(a_tablet, java_script_enabled=has_script)
    look_for(desk, "孔明")
    expect(desk.page.locator(".found")).to_contain_text("3-502 王女士")
    desk.page.locator(".found label.box").tap()
    desk.page.fill("[name=reason]", "本人来信要求")
    desk.page.fill(".erase [name=pin]", "000000")
    desk.send(desk.page.locator(".erase .go"))
    expect(desk.page.locator(".erase [role=alert]")).to_be_visible()
    expect(desk.page.locator("[name=reason]")).to_have_value("本人来信要求")
    expect(desk.page.locator(".found [type=checkbox]")).to_be_checked()
    desk.page.fill(".erase [name=pin]", PINS["jiang"])
    desk.send(desk.page.locator(".erase .go"))
    expect(desk.page.locator(".calm[role=status]")).to_have_text("已删除。")
    expect(desk.page.locator("#erased")).to_contain_text("本人来信要求")
    desk.page.goto("/books/visitors")
    expect(desk.page.locator("main")).to_contain_text("已按规定删除")
    expect(desk.page.locator("main")).not_to_contain_text("孔明")
    expect(desk.page.locator("main")).to_contain_text("欧阳静怡")
    desk.page.goto(f"/runs/{kept}/record")
    expect(desk.page.locator("main")).to_contain_text("已按规定删除")
    expect(desk.page.locator("main")).not_to_contain_text("孔明")
