"""What may be started from the board: one tap for what is wanted, emergencies first, the rest within reach; and why a place is closed."""

import re
from datetime import timedelta

import pytest

from .cast import House
from .test_board import gate


def test_what_no_schedule_wants_may_be_needed_again_at_once(house: House) -> None:
    desk = house.signed_on("wu", "service_centre")
    desk.start("centre/enquiry")
    page = desk.get("/").text
    tile = page[page.index('action="/start/centre/enquiry"') :].partition("</form>")[0]
    assert "已有在做的" in tile


def test_a_shift_s_checklist_may_be_started_again_when_its_next_time_has_come(house: House) -> None:
    tablet = house.signed_on("zhao", "gym")
    house.clock.put_forward(timedelta(hours=2))
    tablet.start("gym/reception")
    assert 'action="/start/gym/reception"' not in tablet.get("/").text
    house.clock.put_forward(timedelta(hours=8))  # the evening shift, and the morning's is still open
    assert 'action="/start/gym/reception"' in tablet.get("/").text


def test_many_checklists_are_shown_in_two_tiers_and_other_places_folded_away(house: House) -> None:
    page = house.signed_on("qian", "service_centre").get("/").text
    here, _, elsewhere = page.partition('<details class="others"')
    assert '<div class="starts small">' in here
    assert re.search(r"其他地点可以开始的（\d+）", elsewhere)
    assert "<h3>会议室</h3>" in elsewhere


def test_an_emergency_comes_before_everything_also_while_another_runs(house: House) -> None:
    guard = house.signed_on("chen")
    for _ in range(2):
        page = guard.get("/").text
        assert page.index('action="/start/pool/rescue"') < page.index('class="gates"')
        assert page.count('action="/start/pool/rescue"') == 1
        guard.start("pool/rescue")


def test_what_the_first_run_knows_is_not_typed_again_for_the_next(house: House) -> None:
    usher = house.signed_on("sun", "meeting_room")
    run = usher.start("meeting/welcome", **{"f.meeting_title": "季度<会>", "f.meeting_start": "2026-11-02T09:00"})
    page = usher.get(f"/start/meeting/serving?from={run}&step=serving_started").text
    assert 'name="f.meeting_title" value="季度&lt;会&gt;"' in re.sub(r'(name="f.meeting_title").*?(value=")', r"\1 \2", page)
    assert "季度" not in usher.get("/start/meeting/serving").text


def test_a_place_that_was_closed_says_by_what(house: House) -> None:
    from engine.run.site_events import GateClosed, GateOpened

    engine, guard = house.product.engine, house.signed_on("chen")
    until = engine.clock.now() + timedelta(hours=9)
    for procedure, words in (("pool/rescue", "《溺水救护》已开始，先停用"), ("pool/closing", "已做完《泳池打烊》")):
        engine.note_all((GateOpened("pool", "pool/prep", "r", until), GateClosed("pool", procedure, "r", "")), "chen")
        assert words in gate(guard.get("/").text)


def test_what_no_schedule_wants_comes_in_the_order_of_its_source(house: House) -> None:
    """A meeting is set up, welcomed, served, paused and closed: not by the letters of the files."""
    page = house.signed_on("sun", "meeting_room").get("/").text
    found = re.findall(r'/start/meeting/(\w+)"', page)
    assert found[:5] == ["setup", "welcome", "serving", "breaks", "closing"]


DESKS = ("/now", "/procedures", "/people", "/devices")


@pytest.mark.parametrize(
    ("person", "found"),
    [
        ("chen", ()),
        ("admin", ("/people", "/devices")),
        ("zhou", ("/now", "/procedures", "/devices")),
        ("shen", ("/now", "/procedures")),
    ],
)
def test_the_desks_that_somebody_looks_after_are_one_touch_away(house: House, person: str, found: tuple[str, ...]) -> None:
    tablet = house.signed_on(person)
    page = tablet.get("/").text
    assert tuple(one for one in DESKS if f'<a class="chip" href="{one}">' in page) == found
    assert {tablet.get(one).status_code for one in found} <= {200}
