"""Whose turn it is in a case: work received, handed on, copied to the manager, signed for, and more time asked for."""

import re

from engine.run import commands as c

from .case_pages import DAY, HOUR, clock_of, section
from .casework import act, answer, ask_for_time, complain, to_department
from .cast import House


def received(house: House, severity: str = "minor") -> str:
    """A complaint that the head of engineering has signed for."""
    engine = house.product.engine
    run = complain(engine, severity)
    to_department(engine, run)
    act(engine, "gao", run, c.Receive("to_engineering"))
    return run


def test_who_signed_for_the_work_is_named_and_nobody_else_is_asked(house: House) -> None:
    run = received(house)
    engine = house.product.engine
    line = "现在由设备部主管 高工办 · 要不要派人维修 · 06:30 起"
    for person in ("gao", "jiang", "feng", "wu", "han"):
        tablet = house.signed_on(person)
        page = tablet.get(f"/cases/{run}").text
        assert line in page, person
        assert "时限由设备部主管 高工负责" in clock_of(page, "轻微：2 日内或客户要求的期限内办完")
        listed, is_his = tablet.get("/cases").text, person == "gao"
        assert (run in section(listed, "要您处理")) == is_his, person
        assert ("去办：要不要派人维修" in page and 'class="go"' in page) == is_his, person
        assert (("去办：" if is_his else "下一步由 设备部主管 高工") in listed) is True, person
        assert ("下一步由 设备部主管 高工" in tablet.get("/", place="service_centre").text) == (not is_his), person
    house.clock.put_forward(47 * HOUR)  # the deadline is near: still the same step for all
    assert "现在由设备部主管 高工办 · 要不要派人维修" in house.signed_on("jiang").get(f"/cases/{run}").text
    assert f"/runs/{run}" not in house.signed_on("jiang").get("/").text
    answer(engine, "gao", run, repair_needed="no_repair")
    assert "现在由设备部主管 高工办 · 填意见表的处理记录" in house.signed_on("wu").get(f"/cases/{run}").text


def test_work_that_is_handed_on_is_with_the_next(house: House) -> None:
    engine = house.product.engine
    run = received(house)
    answer(engine, "gao", run, repair_needed="no_repair")
    act(engine, "gao", run, c.AnswerStep("handling", fields={"cause": "a", "measures": "b", "outcome": "resolved"}))
    answer(engine, "gao", run, minor_finished="done")
    act(engine, "gao", run, c.Hand("form_returned", ""))
    assert "现在由接待员办" in house.signed_on("han").get(f"/cases/{run}").text  # nobody has signed for it yet
    act(engine, "zheng", run, c.Receive("form_returned"))
    assert "现在由接待员 郑洁办" in house.signed_on("han").get(f"/cases/{run}").text
    assert run in section(house.signed_on("zheng").get("/cases").text, "要您处理")
    assert run not in section(house.signed_on("wu").get("/cases").text, "要您处理")


def test_a_copy_for_the_manager_does_not_take_the_work_from_the_department(house: House) -> None:
    engine = house.product.engine
    run = received(house, "serious")
    act(engine, "feng", run, c.AnswerStep("supervisor_read"))
    act(engine, "wu", run, c.Hand("to_property_manager", ""))
    act(engine, "jiang", run, c.Receive("to_property_manager"))
    answer(engine, "jiang", run, correction="done")
    assert "现在由设备部主管 高工办" in house.signed_on("jiang").get(f"/cases/{run}").text
    assert run not in section(house.signed_on("jiang").get("/cases").text, "要您处理")


def test_who_may_give_more_time_is_asked_for_it(house: House) -> None:
    engine = house.product.engine
    run = received(house)
    assert run not in section(house.signed_on("jiang").get("/cases").text, "要您处理")
    ask_for_time(engine, run, "gao", "minor_finished", engine.clock.now() + 5 * DAY, "缺件")
    assert run in section(house.signed_on("jiang").get("/cases").text, "要您处理")
    page = house.signed_on("jiang").get(f"/runs/{run}?at=minor_finished").text  # who might do it as well
    assert re.search(r'class="plain"[^>]*>做好了</button>', page)
    assert re.search(r'class="go" name="act" value="extend">批准</button>', page)
    page = house.signed_on("gao").get(f"/runs/{run}?at=minor_finished").text
    assert re.search(r'class="go"[^>]*>做好了</button>', page)
    act(engine, "jiang", run, c.Extend("minor_finished", engine.clock.now() + 4 * DAY, "同意"))
    assert "现在由设备部主管 高工办 · 要不要派人维修" in house.signed_on("han").get(f"/cases/{run}").text  # as before
