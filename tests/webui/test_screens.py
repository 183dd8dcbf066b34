"""A wall screen shows what goes on now for as long as it is enrolled: nobody signs on there, and nothing can be done on it."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from .cast import HX, House, Tablet, token
from .test_access import access, filled, routes
from .test_devices import ADDRESS, card, device_of, devices, enrolled, place_of

SECOND = {"X-Poll": "1", **HX}


@pytest.fixture
def wall(house: House, admin: Tablet) -> FlaskClient:
    """A screen that was enrolled, by somebody who was signed on there."""
    assert admin.post("/devices/codes", screen="1").location == "/devices#place-screen"
    address = ADDRESS.findall(card(admin.get("/devices").text, "screen"))[0]
    tablet = house.signed_on("zhou")
    asked = tablet.get(address).text
    assert "把这块屏幕登记为墙上的屏幕？" in asked
    assert ("给屏幕取个名称" in asked, "登记这块屏幕</button>" in asked, "登记这台平板" in asked) == (True, True, False)
    assert enrolled(tablet.client, address, "前台上方").location == "/now"
    return tablet.client


def test_it_shows_what_goes_on_and_nobody_is_signed_on(house: House, wall: FlaskClient) -> None:
    house.signed_on("chen").start()
    page = wall.get("/now")
    assert page.status_code == 200
    assert "泳池营业前准备" in page.text
    assert "周督" not in page.text
    assert 'id="off"' not in page.text
    board = page.text[page.text.index('<div id="now"') :]
    assert 'href="/runs/' not in board
    assert 'href="/schedule' not in board
    assert "游泳池" in wall.get("/now?place=pool").text


def test_it_goes_on_in_the_language_in_which_it_was_enrolled(house: House, admin: Tablet) -> None:
    admin.post("/devices/codes", screen="1")
    address = ADDRESS.findall(card(admin.get("/devices").text, "screen"))[0]
    tablet = house.signed_on("smith")
    assert "Enrol this screen" in tablet.get(address).text
    enrolled(tablet.client, address)
    assert '<html lang="en"' in tablet.client.get("/now").text


def test_it_stays_for_days_and_is_asked_cheaply(house: House, wall: FlaskClient) -> None:
    for _ in range(3):
        house.clock.put_forward(timedelta(days=1))
        answer = wall.get("/now", headers=SECOND)
        assert answer.status_code == 200
    again = wall.get("/now", headers={**SECOND, "If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_nothing_else_is_to_be_had_there(house: House, wall: FlaskClient) -> None:
    run = house.signed_on("chen").start()
    for address in ("/", "/place", "/sign-on", "/sign-on?person=zhou"):
        answer = wall.get(address, follow_redirects=True)
        assert answer.request.path == "/now", address
    events = house.events
    for rule, method in routes(house):
        kind = access(house, rule)
        if kind == "all" or rule.endpoint == "now.now_page":
            continue
        address = filled(house, rule, run)
        data = {"csrf_token": token(wall.get("/now").text)}
        answer = wall.post(address, data=data) if method == "POST" else wall.get(address)
        barred = (401, "") if kind == "token" else (303, "/sign-on")
        assert (answer.status_code, (answer.location or "").partition("?")[0]) == barred, (rule, method)
    assert house.events == events


def test_nobody_signs_on_there_and_it_takes_no_place(house: House, wall: FlaskClient) -> None:
    csrf = token(wall.get("/now").text)
    wall.post("/sign-on", data={"csrf_token": csrf, "person": "zhou", "pin": "815309"})
    assert wall.get("/procedures").status_code == 303
    assert wall.post("/place", data={"csrf_token": csrf, "place": "pool"}).status_code == 403
    assert place_of(wall) is None
    assert devices(house).catch_up()[device_of(wall)].is_screen


def test_it_is_listed_and_revoked_like_a_tablet(house: House, admin: Tablet, wall: FlaskClient) -> None:
    listed = admin.get("/devices").text
    assert "前台上方" in listed
    assert "墙上的屏幕 · 2026-11-02 06:30 起" in listed
    assert "已登记 1 块" in listed
    assert admin.post(f"/devices/{device_of(wall)}/revoke").status_code == 303
    devices(house).catch_up()
    answer = wall.get("/now", headers=SECOND)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-on")
    assert wall.get("/sign-on", follow_redirects=True).request.path == "/place"


def test_a_screen_alone_leaves_the_tablets_as_they_were(house: House, wall: FlaskClient) -> None:
    client = house.app.test_client()
    assert "这台平板放在哪里" in client.get("/place").text
    assert client.post("/place", data={"csrf_token": token(client.get("/place").text), "place": "gym"}).status_code == 303
    assert place_of(client) == "gym"


def test_a_tablet_is_no_screen(house: House) -> None:
    assert house.tablet().get("/now").location == "/sign-on?next=/now"
    assert house.signed_on("chen").get("/now").status_code == 403


def test_a_code_for_a_screen_is_for_whoever_keeps_the_tablets(house: House) -> None:
    assert house.signed_on("chen").post("/devices/codes", screen="1").status_code == 403
