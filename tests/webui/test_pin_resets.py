"""A PIN that was set with somebody else's code: its owner is told, those who oversee are, and signatures given with it say so."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from engine.accounts.resets import lately, pin_behind
from engine.directory import AccountChange, Directory
from engine.run.site_events import PinChanged
from tests.service.world import MORNING

from .cast import House, opened
from .peopling import NEW, code_in, set_pin
from .signed import publish_round, signed_round
from .test_renamed_people import text

OWN, SEEN = "您的 PIN 在", "杨审的 PIN 在"
SIGNED = "签名用的 PIN 是 2026-11-02 06:30 用管理员发的一次性代码设的。"
DAY = timedelta(days=1)


def test_a_code_used_by_whoever_issued_it_is_told(house: House) -> None:
    """An administrator issues Yang's code, uses it, and approves a run as Yang."""
    run = signed_round(house)
    assert OWN not in house.signed_on("yang").get("/").text
    code = code_in(house.signed_on("admin").post("/person/yang/code"))
    assert SEEN not in house.signed_on("zhou").get("/").text, "a code alone is no PIN"
    taken = house.tablet()
    assert set_pin(taken, "yang", code).status_code == 303
    taken.sign_on("yang", NEW)
    assert OWN in taken.get("/").text
    assert SEEN in house.signed_on("zhou").get("/").text
    assert "PIN 在" not in house.signed_on("chen").get("/").text
    version = str(house.product.engine.run(run).state.version)
    assert taken.post(f"/runs/{run}/review/approve", pin=NEW, v=version).status_code == 303
    told = text(taken.get(f"/runs/{run}/record").text)
    assert told.count(SIGNED) == 1, "beside the approval, and not beside what Chen signed with an own PIN"


def test_it_is_told_for_a_while(house: House) -> None:
    code = code_in(house.signed_on("admin").post("/person/yang/code"))
    set_pin(house.tablet(), "yang", code)
    house.clock.put_forward(8 * DAY)
    assert SEEN not in house.signed_on("zhou").get("/").text
    yang = house.tablet()
    yang.sign_on("yang", NEW)
    assert OWN in yang.get("/").text
    house.clock.put_forward(30 * DAY)
    yang.sign_on("yang", NEW)
    assert OWN not in yang.get("/").text


def test_a_signature_on_a_step_says_so_too(house: House) -> None:
    code = code_in(house.signed_on("admin").post("/person/chen/code"))
    taken = house.tablet()
    set_pin(taken, "chen", code)
    taken.sign_on("chen", NEW)
    publish_round(house)
    run = taken.start("pool/x")
    taken.step(run, "a", typed="done")
    taken.step(run, "s", act="sign", pin=NEW)
    assert SIGNED in text(house.signed_on("zhou").get(f"/runs/{run}/record").text)


PASTS: dict[str, tuple[list[tuple[str, str]], str]] = {
    "the code of a new account": ([("added", "a"), ("code", "a"), ("pin", "p")], ""),
    "whose first code was over": ([("added", "a"), ("code", "a"), ("-", ""), ("code", "b"), ("pin", "p")], ""),
    "a later code": ([("added", "a"), ("code", "a"), ("pin", "p"), ("-", ""), ("code", "b"), ("pin", "p")], "b"),
    "an account that had no code at first": ([("added", "a"), ("-", ""), ("code", "b"), ("pin", "p")], "b"),
    "an own code": ([("added", "a"), ("-", ""), ("code", "p"), ("pin", "p")], ""),
    "at the command line": ([("added", "a"), ("-", ""), ("pin", "command line")], "command line"),
    "the newest code counts": ([("added", "a"), ("-", ""), ("code", "b"), ("code", "c"), ("pin", "p")], "c"),
    "set anew by the owner after it": ([("added", "a"), ("-", ""), ("code", "b"), ("pin", "p"), ("code", "p"), ("pin", "p")], ""),
}


@pytest.mark.parametrize("past", PASTS)
def test_who_stands_behind_a_pin(past: str) -> None:
    acts, by = PASTS[past]
    at, changes = MORNING, list[AccountChange]()
    for kind, who in acts:
        at += DAY if kind == "-" else timedelta()
        changes += [AccountChange(kind, who, at)] if kind != "-" else []  # type: ignore[arg-type]
    known = Directory(changes={"p": tuple(changes)})
    found = pin_behind(known, "p", at)
    assert (found.by if found else "") == by
    assert [one.by for one in lately(known, at)] == ([by] if by else [])
    assert pin_behind(known, "p", MORNING - DAY) is None


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "no_script"])
def test_a_pin_that_is_set_ends_what_was_signed_on_with_the_one_before(house: House, htmx: bool) -> None:
    """Whoever looked over Chen's shoulder and signed on elsewhere does not stay when Chen sets another PIN."""
    thief, own, colleague = house.signed_on("chen"), house.signed_on("chen"), house.signed_on("lin")
    run = own.start()
    code = code_in(house.signed_on("admin").post("/person/chen/code"))
    assert thief.get(f"/runs/{run}").status_code == 200, "a code alone is no PIN"
    assert set_pin(own, "chen", code).status_code == 303
    before = house.events
    assert thief.step(run, "appearance", htmx=htmx, typed="done").status_code in (400, 303, 401)
    assert thief.get(f"/runs/{run}").location.startswith("/sign-on")
    assert house.events == before
    for tablet in (own, colleague):
        assert tablet.get(f"/runs/{run}").status_code == 200


def test_it_ends_also_where_the_pin_is_set_on_the_command_line(house: House) -> None:
    tablet = house.signed_on("chen")
    house.product.engine.note(PinChanged("chen"), "command line")
    assert tablet.get("/").location.startswith("/sign-on")
    assert tablet.sign_on("chen").status_code == 303
    assert tablet.get("/").status_code == 200


def test_the_new_pin_holds_in_every_process_at_once(house: House) -> None:
    """A server of several processes: the one that answers next may not have heard of the new PIN yet."""
    with opened(house.product.settings.data) as beside:
        run = house.signed_on("chen").start()
        beside.product.engine.directory.catch_up()
        house.product.engine.note(PinChanged("chen"), "command line")
        tablet = house.signed_on("chen")
        tablet.client = _moved(tablet.client, beside)
        assert tablet.step(run, "appearance", typed="done").status_code == 200


def _moved(client: FlaskClient, to: House) -> FlaskClient:
    """The same tablet, answered by another process."""
    other = to.app.test_client()
    name = to.app.config["SESSION_COOKIE_NAME"]
    kept = client.get_cookie(name)
    assert kept is not None
    other.set_cookie(name, kept.value)
    return other


def test_a_code_given_does_not_hide_that_there_is_a_pin(house: House) -> None:
    admin = house.signed_on("admin", "management_office")
    assert admin.post("/person/chen/code").status_code in (200, 303)
    assert re.search(r"<dt>PIN</dt><dd>已设 · 代码有效至 [\d :-]+</dd>", admin.get("/person/chen").text)
