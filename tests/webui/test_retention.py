"""Personal data on its pages: how long it is kept, holds, and somebody's data found, erased, and told as erased everywhere."""

import re

import pytest

from engine.ledger.vault import kept_of
from engine.run import commands as c

from .cast import PINS, House, Tablet

NAME, SLIP = "诸葛孔明", "A-77"


@pytest.fixture
def visited(house: House) -> str:
    """A visitor in the book, whose run is over; the run."""
    engine = house.product.engine
    who = engine.actor(engine.directory.now().people[by(house)])
    outcome = engine.start(c.Command("visit-1", "", who, house.clock.now(), c.StartRun("centre/visitors", "", "service_centre")))
    run = outcome.run  # type: ignore[union-attr]
    plan = engine.run(run).plan
    step = next(item.id for item in plan.steps if getattr(item.step, "book", "") == "visitors")
    fields = {"visitor_name": NAME, "visitor_papers": "id_card", "visitor_host": "3-502 王女士", "visitor_slip": SLIP}
    given = engine.give(c.Command("visit-2", run, who, house.clock.now(), c.AddRow(step, fields)))
    assert hasattr(given, "version"), given
    return str(run)


def by(house: House) -> str:
    """Somebody who keeps the visitors' book."""
    engine = house.product.engine
    plan = engine.plan("centre/visitors")
    assert plan is not None
    people = engine.directory.now().people
    return next(name for name, one in people.items() if set(engine.site.all_roles(one.roles)) & set(plan.procedure.done_by))


def manager(house: House) -> Tablet:
    return house.signed_on("jiang")


def place_in(page: str) -> str:
    found = re.search(r'name="place" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_a_reviewer_sees_it_and_may_not_erase(house: House, visited: str) -> None:
    desk = house.signed_on("yang")
    page = desk.get("/review/retention").text
    for words in ("个人信息", "访客登记簿", "1 年", "没有保全。", "还没有删除过个人信息。"):
        assert words in page
    assert "加一条保全" not in page
    assert desk.post("/review/retention/find", words=NAME).status_code == 403
    assert desk.post("/review/retention/erase").status_code == 403
    assert visited


def test_staff_have_no_business_there(house: House) -> None:
    assert house.signed_on("chen").get("/review/retention").status_code == 403


def test_somebody_is_found_and_erased_with_the_pin(house: House, visited: str) -> None:
    desk, engine = manager(house), house.product.engine
    assert "没有找到" in desk.post("/review/retention/find", words="没有这个人").text
    page = desk.post("/review/retention/find", words=NAME).text
    for words in (NAME, "3-502 王女士", "访客登记簿"):
        assert words in page
    place = place_in(page)
    nothing = desk.post("/review/retention/erase", words=NAME, reason="本人要求", pin=PINS["jiang"])
    assert (nothing.status_code, "还没有勾选" in nothing.text) == (422, True)
    wrong = desk.post("/review/retention/erase", words=NAME, place=place, reason="本人要求", pin="000001")
    assert wrong.status_code == 422
    assert 'value="本人要求"' in wrong.text
    assert "checked" in wrong.text
    assert "000001" not in wrong.text
    unsaid = desk.post("/review/retention/erase", words=NAME, place=place, reason=" ", pin=PINS["jiang"])
    assert (unsaid.status_code, "请写一句原因" in unsaid.text) == (422, True)
    done = desk.post("/review/retention/erase", words=NAME, place=place, reason="本人来信要求", pin=PINS["jiang"])
    assert done.status_code == 303
    after = desk.get(done.location).text
    for words in ("已删除。", "按要求删除", "本人来信要求", "蒋经"):
        assert words in after
    assert 'name="place"' not in desk.post("/review/retention/find", words=NAME).text
    assert [row["value"] for row in kept_of(engine.ledger, [visited])] == [None, None]
    for address in (f"/runs/{visited}/record", "/books/visitors", f"/runs/{visited}/print"):
        shown = house.signed_on("yang").get(address)
        if shown.status_code == 200:
            assert "已按规定删除" in shown.text, address
            assert NAME not in shown.text


def test_a_hold_is_placed_told_and_lifted(house: House, visited: str) -> None:
    desk = manager(house)
    empty = desk.post("/review/retention/holds", reason="法院来函")
    assert (empty.status_code, "还没有写保全什么" in empty.text, 'value="法院来函"' in empty.text) == (422, True, True)
    assert desk.post("/review/retention/holds", book="visitors", **{"from": "2026-13-01"}, reason="x").status_code == 422
    assert desk.post("/review/retention/holds", book="visitors", reason="法院来函").status_code == 303
    page = desk.get("/review/retention").text
    assert "法院来函" in page
    found = desk.post("/review/retention/find", words=NAME).text
    assert "保全中，不能删除：法院来函" in found
    assert 'name="place"' not in found
    step = next(row["step"] for row in kept_of(house.product.engine.ledger, [visited]))
    answer = desk.post("/review/retention/erase", words=NAME, place=f"{visited}|{step}|1", reason="x", pin=PINS["jiang"])
    assert (answer.status_code, "其中有的内容被保全" in answer.text) == (422, True)
    lift = re.search(r"/review/retention/holds/([0-9a-f]+)/lift", page)
    assert lift is not None
    assert desk.post(lift[0], reason="").status_code == 422
    assert desk.post(lift[0], reason="案件已结").status_code == 303
    assert "案件已结" in desk.get("/review/retention").text
    assert 'name="place"' in desk.post("/review/retention/find", words=NAME).text


@pytest.mark.parametrize("address", ["/review/retention", "/review/retention/find"])
def test_it_is_said_in_english_too(house: House, visited: str, address: str) -> None:
    desk = manager(house)
    desk.post("/language", lang="en")
    text = desk.get(address).text
    assert visited
    assert "Personal data" in text
