"""People with a one-time code: shown once, used once, over after a day, and what is wrong uses nothing up."""

import pytest

from engine.accounts import VALID_FOR

from .cast import PINS, House, Tablet, token
from .peopling import CODE, FORM, NEW, code_in, set_pin

# -- adding, and the code


def test_somebody_is_added_and_sets_a_pin_on_the_tablet(house: House, admin: Tablet) -> None:
    slip = admin.post("/people/new", id="wang", **FORM)
    assert slip.status_code == 200
    assert slip.headers["Cache-Control"] == "no-store"
    assert "王五" in slip.text
    assert "11-03 06:30" in slip.text
    code = code_in(slip)
    assert code not in admin.get("/person/wang").text
    assert "代码有效至 11-03 06:30" in admin.get("/people?q=wang").text
    tablet = house.tablet()
    asked = tablet.get("/sign-on").text
    assert 'formaction="/pin/for"' in asked
    tablet.csrf = token(asked)
    chosen = tablet.post("/pin/for", person="wang", pin="123")
    assert (chosen.status_code, chosen.location) == (303, "/pin?person=wang")
    assert "王五" in tablet.get(chosen.location).text
    done = set_pin(tablet, "wang", f"{code[:4]} {code[4:]}")
    assert (done.status_code, done.location) == (303, "/")
    assert "王五" in tablet.get("/").text
    assert house.tablet().sign_on("wang", NEW).status_code == 303
    assert "设了 PIN" in admin.get("/person/wang").text


def test_a_code_works_once(house: House, admin: Tablet) -> None:
    code = code_in(admin.post("/people/new", id="wang", **FORM))
    assert set_pin(house.tablet(), "wang", code).status_code == 303
    again = set_pin(house.tablet("gym"), "wang", code, "493827")
    assert again.status_code == 422
    assert "代码不对" in again.text
    assert house.tablet().sign_on("wang", NEW).status_code == 303


def test_a_code_ends_after_a_day(house: House, admin: Tablet) -> None:
    code = code_in(admin.post("/person/chen/code"))
    house.clock.put_forward(VALID_FOR)
    assert set_pin(house.tablet(), "chen", code).status_code == 422
    assert house.tablet().sign_on("chen").status_code == 303


def test_wrong_codes_are_slowed_down_and_told_to_who_oversees(house: House, admin: Tablet) -> None:
    code = code_in(admin.post("/person/chen/code"))
    tablet, wrong = house.signed_on("lin"), f"{(int(code) + 1) % 10**8:08d}"
    tablet.post("/sign-off")
    answers = [set_pin(tablet, "chen", wrong) for _ in range(3)]
    assert [one.status_code for one in answers] == [422, 422, 422]
    assert "15" in answers[2].text
    assert "代码不对" not in set_pin(tablet, "chen", code).text  # not looked at while it is locked
    assert "陈海" in house.signed_on("zhou").get("/").text
    assert house.product.engine.directory.now().refused["chen"].failures == 3


@pytest.mark.parametrize(
    ("pin", "again", "words"),
    [("111111", "", "六位数字"), ("12345", "", "六位数字"), ("", "", "六位数字"), (NEW, "493827", "两次输入的 PIN 不一样")],
)
def test_a_pin_that_is_none_uses_nothing_up(house: House, admin: Tablet, pin: str, again: str, words: str) -> None:
    code, tablet = code_in(admin.post("/person/chen/code")), house.tablet()
    answer = set_pin(tablet, "chen", code, pin, again)
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{code}"' in answer.text  # what was typed stands there again, the PINs do not
    assert pin == "" or f'value="{pin}"' not in answer.text
    assert set_pin(tablet, "chen", code).status_code == 303


def test_without_a_name_or_for_nobody_it_asks_who(house: House) -> None:
    tablet = house.tablet()
    page = tablet.get("/pin").text
    assert '<option value="chen">' in page
    tablet.csrf = token(page)
    for id_ in ("", "nobody"):
        assert tablet.post("/pin/for", person=id_).location == "/pin"
        answer = tablet.post("/pin", person=id_, code="12345678", pin=NEW, again=NEW)
        assert answer.status_code == 422
        assert "先点您的名字" in answer.text


def test_sent_twice_the_code_is_not_shown_again(house: House, admin: Tablet) -> None:
    first = admin.post("/person/chen/code", c="a" * 32)
    events = house.events
    second = admin.post("/person/chen/code", c="a" * 32)
    assert CODE.search(first.text)
    assert second.status_code == 200
    assert not CODE.search(second.text)
    assert "已经显示过" in second.text
    assert house.events == events


# -- who may do what


def test_everybody_of_the_cast_still_signs_on(house: House, admin: Tablet) -> None:
    for id_ in ("chen", "zhou"):
        admin.post(f"/person/{id_}/code")
        assert house.tablet().sign_on(id_, PINS[id_]).status_code == 303
