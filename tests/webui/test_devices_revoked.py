"""A tablet that was revoked, and a house that enrols none: who may still sign on and choose a place."""

import re
from pathlib import Path

from tests.shipped import copy_of

from .cast import PINS, House, Tablet, opened, token
from .enrolling import device_of, devices, enrolled, place_of, shown_code


class TestRevoked:
    """A tablet that may work no more."""

    def test_is_signed_off_at_its_next_request(self, house: House, admin: Tablet) -> None:
        tablet = Tablet(house, house.app.test_client())
        enrolled(tablet.client, shown_code(admin), "池边平板")
        tablet.sign_on("chen")
        run, device = tablet.start(), device_of(tablet.client)
        assert tablet.step(run, "appearance", typed="done").status_code == 200
        asked = admin.get(f"/devices/{device}/revoke").text
        assert "停用“池边平板”？" in asked
        assert devices(house).now()[device].is_enrolled
        assert admin.post(f"/devices/{device}/revoke").location == "/devices"
        before = house.events
        assert tablet.step(run, "shift_diary", act="answer").status_code == 401
        assert tablet.get(f"/runs/{run}").status_code == 303
        assert house.events == before
        assert place_of(tablet.client) is None
        page = tablet.client.get("/", follow_redirects=True).text
        assert "这台平板已经停用" in page
        page = admin.get("/devices").text
        assert f"/devices/{device}/revoke" not in page
        assert re.search(r"停用过的（1）.+池边平板.+游泳池 · 2026-11-02 06:30 起，2026-11-02 06:30 停用", page, re.DOTALL)
        assert "现在没有登记着的平板" in page  # and nobody may choose a place: one was enrolled
        assert admin.post(f"/devices/{device}/revoke").status_code == 404

    def test_lets_nobody_sign_on_or_choose(self, house: House, admin: Tablet) -> None:
        client = house.app.test_client()
        enrolled(client, shown_code(admin))
        admin.post(f"/devices/{device_of(client)}/revoke")
        page = client.get("/place").text
        for person in ("chen", "zhou", "admin"):
            answer = client.post("/sign-on", data={"csrf_token": token(page), "person": person, "pin": PINS[person]})
            assert (answer.status_code, answer.location) == (303, "/place?next=/")
        assert client.get("/sign-on?overseer=1").status_code == 303
        assert client.post("/place", data={"csrf_token": token(page), "place": "gym"}).status_code == 403
        client.post("/language", data={"csrf_token": token(page), "lang": "en"})
        assert "This tablet was revoked" in client.get("/place").text

    def test_works_again_once_enrolled_anew(self, house: House, admin: Tablet) -> None:
        tablet = Tablet(house, house.app.test_client())
        enrolled(tablet.client, shown_code(admin))
        admin.post(f"/devices/{device_of(tablet.client)}/revoke")
        assert tablet.get("/").status_code == 303
        assert enrolled(tablet.client, shown_code(admin, "gym")).status_code == 303
        assert tablet.sign_on("zhao").status_code == 303
        assert "健身房" in tablet.get("/").text
        assert place_of(tablet.client) == "gym"

    def test_is_never_the_one_in_hand(self, house: House, admin: Tablet) -> None:
        enrolled(admin.client, shown_code(admin, "management_office"))
        device = device_of(admin.client)
        admin.csrf = token(admin.get("/records").text)
        assert f"/devices/{device}/revoke" not in admin.get("/devices").text
        assert "这就是您手里的这台" in admin.get(f"/devices/{device}/revoke").text
        assert admin.post(f"/devices/{device}/revoke").status_code == 403
        assert devices(house).now()[device].is_enrolled


class TestWithoutEnrolment:
    """Devices that were never enrolled."""

    def test_choose_freely_until_the_first_is(self, house: House, admin: Tablet) -> None:
        client = house.app.test_client()
        assert 'value="gym"' in client.get("/place").text
        enrolled(house.app.test_client(), shown_code(admin))
        page = client.get("/sign-on", follow_redirects=True)
        assert "这台平板还没有登记" in page.text
        assert "请主管出示这个地点的二维码" in page.text
        assert 'value="gym"' not in page.text
        assert client.post("/place", data={"csrf_token": token(page.text), "place": "gym"}).status_code == 403
        assert place_of(client) is None

    def test_are_still_barred_when_every_tablet_is_revoked(self, house: House, admin: Tablet) -> None:
        first = house.app.test_client()
        enrolled(first, shown_code(admin))
        admin.post(f"/devices/{device_of(first)}/revoke")
        assert "这台平板还没有登记" in house.app.test_client().get("/place").text

    def test_keep_the_place_they_had(self, house: House, admin: Tablet) -> None:
        tablet = house.signed_on("chen")
        enrolled(house.app.test_client(), shown_code(admin))
        run = tablet.start()
        assert tablet.step(run, "appearance", typed="done").status_code == 200
        tablet.post("/sign-off")
        assert tablet.sign_on("lin").status_code == 303

    def test_let_those_who_oversee_sign_on_and_choose(self, house: House, admin: Tablet) -> None:
        enrolled(house.app.test_client(), shown_code(admin))
        for person, may in (("zhou", True), ("admin", True), ("chen", False)):
            client = house.app.test_client()
            way = re.search(r'href="(/sign-on\?overseer=1[^"]*)"', client.get("/place").text)
            assert way
            door = client.get(way[1].replace("&amp;", "&")).text
            assert ('value="chen"' in door, 'value="zhou"' in door) == (False, True)
            client.post("/sign-on", data={"csrf_token": token(door), "person": person, "pin": PINS[person]})
            page = client.get("/", follow_redirects=True).text
            assert ('value="gym"' in page) == may
            assert ("这台平板还没有登记" in page) != may
            assert client.post("/place", data={"csrf_token": token(page), "place": "gym"}).status_code == (303 if may else 403)

    def test_choose_in_a_demonstration(self, furnished: Path, tmp_path: Path) -> None:
        with opened(copy_of(furnished, tmp_path / "demo"), is_demo=True) as demo:
            enrolled(demo.app.test_client(), shown_code(demo.signed_on("admin")))
            assert 'value="gym"' in demo.app.test_client().get("/place").text
