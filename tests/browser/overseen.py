"""The screens of whoever oversees: notices on the board, cases and their clocks, the schedule with its assignments."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from playwright.sync_api import Page

from engine.run import commands as c
from engine.watch import Watch
from tests.webui.casework import act, ask_for_time, complain, to_department

from .house import House
from .tablet import Tablet

LONG = "车库漏水，泡坏了两辆车，要求赔偿。说过三次了，一直没有人管，今天必须给个说法；再没有人来就要请媒体。" * 3


def busy(house: House) -> str:
    """A morning with complaints in every state; the one whose deadlines have passed."""
    engine = house.product.engine
    watch = Watch(engine)
    watch.look()
    complain(engine, "minor", course="电梯里有异味，清洁不到位。")
    run = complain(engine, "serious")
    to_department(engine, run)
    gone = complain(engine, "minor")
    act(engine, "jiang", gone, c.Abandon("重复登记"))
    house.wait(timedelta(minutes=30))
    watch.look()
    complain(engine, "major", course=LONG)
    ask_for_time(engine, run, "gao", "serious_finished", engine.clock.now() + timedelta(days=5), "缺件，供货要五天")
    return run


def overseen_screens(house: House, tablet: Tablet, speak: Callable[[Tablet], None]) -> Iterator[tuple[str, Page]]:
    """Each screen by name; `speak` turns the pages to the language wanted."""
    run, page = busy(house), tablet.page
    tablet.sign_on("feng", "客户服务中心")
    speak(tablet)
    yield "board, told", page
    for name, address in (
        ("cases", "/cases"),
        ("cases, overdue", "/cases?only=overdue"),
        ("a case", f"/cases/{run}"),
        ("a case, oldest first", f"/cases/{run}?order=oldest"),
        ("the schedule", "/schedule?from=2026-12-28"),
        ("the schedule of a place", "/schedule?days=2&place=service_centre"),
    ):
        page.goto(address)
        yield name, page
    give = page.locator(".give").first
    if not give.evaluate("(one) => one.open"):
        give.locator("summary").tap()
    give.locator("select").evaluate("(one) => one.add(new Option('Nobody', 'nobody', true, true))")
    tablet.send(give.locator("button"))
    page.locator(".no").wait_for()
    yield "the schedule, refused", page
