"""A notice put aside by one touch: with all its reminders, for one person alone, and only what was told."""

import re

from engine.run import commands as c
from engine.watch import Watch

from .casework import act
from .cast import House
from .noticing import DAY, MIN, late, pass_by, told, watch
from .test_board import poll

__all__ = ["late", "watch"]


def test_it_is_put_aside_with_all_its_reminders(house: House, watch: Watch, late: str) -> None:
    pass_by(house, watch, 20 * MIN)  # the second reminder
    act(house.product.engine, "gao", late, c.Receive("to_engineering"))
    for person, notices in (("jiang", 1), ("feng", 1)):
        tablet = house.signed_on(person)
        assert len(told(tablet)) == notices
        tablet.post("/notices/seen", notice=notice_of(told(tablet)[0]))
        assert told(tablet) == []


def notice_of(line: str) -> str:
    """The name of a notice on the board."""
    found = re.search(r'name="notice" value="([^"]+)"', line)
    assert found
    return found[1]


def test_got_it_puts_a_notice_aside_for_me_alone(house: House, late: str) -> None:
    feng, qian = house.signed_on("feng"), house.signed_on("qian")
    notice = re.search(r'name="notice" value="([^"]+)"', told(feng)[0])
    assert notice
    etag = poll(feng).headers["ETag"]
    before = house.events
    for _ in range(2):  # a double tap
        answer = feng.post("/notices/seen", notice=notice[1])
        assert (answer.status_code, answer.location) == (303, "/")
    assert told(feng) == []
    assert len(told(qian)) == 1
    assert poll(feng, etag).status_code == 200
    assert house.events == before  # nothing of the record


def test_only_what_was_told_to_me_can_be_put_aside(house: House, late: str) -> None:
    feng = house.signed_on("feng")
    notice = re.search(r'name="notice" value="([^"]+)"', told(feng)[0])
    assert notice
    assert house.signed_on("zhao", "gym").post("/notices/seen", notice=notice[1]).status_code == 403
    assert feng.post("/notices/seen", notice="nothing:1").status_code == 404
    assert feng.post("/notices/seen").status_code == 404
    assert feng.get("/notices/seen").status_code == 405
    feng.csrf = "x"
    assert feng.post("/notices/seen", notice=notice[1]).status_code == 400
    assert len(told(house.signed_on("feng"))) == 1


def test_an_old_notice_is_not_looked_at(house: House, watch: Watch, late: str) -> None:
    pass_by(house, watch, 6 * DAY)
    assert any("意见表送设备部" in one for one in told(house.signed_on("qian")))
    pass_by(house, watch, 2 * DAY)
    assert not any("意见表送设备部" in one for one in told(house.signed_on("qian")))
