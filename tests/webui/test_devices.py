"""Tablets enrolled by QR: a code is shown, opened on the tablet and used up; each change is an event of whoever made it."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from engine.devices import VALID_FOR
from engine.run.site_events import PersonAdded, PinChanged
from tests.shipped import copy_of
from webui.present.devices import qr_of

from .cast import House, Tablet, opened, token
from .enrolling import ADDRESS, card, device_of, devices, enrolled, place_of, shown_code
from .test_pages import parsed


def test_a_tablet_is_enrolled_by_its_code(house: House, admin: Tablet) -> None:
    address, client = shown_code(admin), house.app.test_client()
    page = client.get(address)
    assert "把这台平板登记到“游泳池”？" in page.text
    assert enrolled(client, address, " 池边平板 ").location == "/"
    assert client.get("/").location == "/sign-on?next=/"
    door = client.get("/sign-on").text
    assert "游泳池" in door
    assert door.index("陈海") < door.index("<h2>") < door.index("赵健")
    listed = admin.get("/devices").text
    assert "池边平板" in listed
    assert "游泳池 · 2026-11-02 06:30 起" in listed
    assert devices(house).now()[device_of(client)].title == "池边平板"
    assert client.get(address).status_code == 410


def test_looking_uses_nothing_up_and_shows_the_same_code(house: House, admin: Tablet) -> None:
    address = shown_code(admin)
    for _ in range(3):
        assert address in admin.get("/devices").text
        assert house.app.test_client().get(address).status_code == 200
    assert enrolled(house.app.test_client(), address).status_code == 303


@pytest.mark.parametrize("end", ["used", "expired", "unknown"])
def test_a_code_that_is_over_says_so(house: House, admin: Tablet, end: str) -> None:
    address, client = shown_code(admin), house.app.test_client()
    csrf = token(client.get(address).text)
    if end == "used":
        enrolled(house.app.test_client(), address)
    elif end == "expired":
        house.clock.put_forward(VALID_FOR)
    else:
        address = address[:-20] + "a" * 20
    status, words = {"used": (410, "这个码已经用过了"), "expired": (410, "这个码已经过期了"), "unknown": (404, "没有这个码")}[end]
    for answer in (client.get(address), client.post(address, data={"csrf_token": csrf})):
        assert answer.status_code == status
        assert words in answer.text
        assert "请主管再出示一个新的二维码" in answer.text
    assert place_of(client) is None
    assert len(devices(house).catch_up()) == (end == "used")
    assert address not in card(admin.get("/devices").text, "pool")


def test_each_place_has_its_code_and_a_new_one_beside_the_old(house: House, admin: Tablet) -> None:
    pool, gym = shown_code(admin, "pool"), shown_code(admin, "gym")
    assert ADDRESS.findall(admin.get("/devices").text) == [gym, pool]  # in the site's order
    assert shown_code(admin, "pool") != pool
    assert enrolled(house.app.test_client(), pool).status_code == 303  # somebody may just be scanning it
    assert enrolled(house.app.test_client(), gym).status_code == 303
    assert admin.post("/devices/codes", place="moon").status_code == 404


def test_a_code_is_seen_by_whoever_asked_for_it(house: House, admin: Tablet) -> None:
    address = shown_code(admin)
    assert address not in house.signed_on("admin").get("/devices").text
    admin.post("/sign-off")
    admin.sign_on("admin")
    assert address not in admin.get("/devices").text


def test_the_page_says_how_long(house: House, admin: Tablet) -> None:
    shown_code(admin)
    assert "15 分钟内有效（到 06:45）" in admin.get("/devices").text
    admin.post("/language", lang="en")
    assert "Valid for 15 minutes (until 06:45)" in admin.get("/devices").text


@pytest.mark.parametrize(("title", "status"), [("", 303), ("长" * 40, 303), ("长" * 41, 422), ("a\nb", 422), ("a\x01", 422)])
def test_a_name_for_the_tablet(house: House, admin: Tablet, title: str, status: int) -> None:
    client = house.app.test_client()
    answer = enrolled(client, shown_code(admin), title)
    assert answer.status_code == status
    assert len(devices(house).now()) == (status == 303)
    if status == 422:
        assert "最多 40 个字" in answer.text


def test_what_is_written_is_text(house: House, admin: Tablet) -> None:
    client = house.app.test_client()
    enrolled(client, shown_code(admin), "<b>x</b>")
    for address in ("/devices", f"/devices/{device_of(client)}/revoke"):
        assert "<b>x</b>" not in admin.get(address).text
        assert "&lt;b&gt;x&lt;/b&gt;" in admin.get(address).text


def test_who_moves_an_enrolled_tablet_moves_it_in_the_list(house: House, admin: Tablet) -> None:
    tablet = Tablet(house, house.app.test_client())
    enrolled(tablet.client, shown_code(admin))
    tablet.sign_on("chen")
    assert tablet.post("/place", place="gym").status_code == 403
    tablet.post("/sign-off")
    tablet.sign_on("zhou")
    assert tablet.post("/place", place="gym").status_code == 303
    assert devices(house).now()[device_of(tablet.client)].place == "gym"


def test_identity_outlives_the_server(furnished: Path, tmp_path: Path) -> None:
    folder = copy_of(furnished, tmp_path / "data")
    with opened(folder) as house:
        client = house.app.test_client()
        enrolled(client, shown_code(house.signed_on("admin")))
        cookie = client.get_cookie("sop")
        assert cookie
    with opened(folder) as house:
        again = house.app.test_client()
        again.set_cookie("sop", cookie.value)
        assert "游泳池" in again.get("/sign-on").text
        admin = house.signed_on("admin")
        admin.post(f"/devices/{device_of(again)}/revoke")
    with opened(folder) as house:
        again = house.app.test_client()
        again.set_cookie("sop", cookie.value)
        assert again.get("/sign-on").status_code == 303
        assert "已经停用" in again.get("/place").text


def test_a_tick_asks_nothing_about_devices(house: House) -> None:
    tablet = house.signed_on("chen")
    run = tablet.start()
    asked: list[str] = []
    for engine in (house.product.engine.ledger.engine, house.product.engine.ledger._writers):
        event.listen(engine, "before_cursor_execute", lambda *given: asked.append(str(given[2])))
    devices(house)._read_at = 1.0  # what is known is old
    assert tablet.step(run, "appearance", typed="done").status_code == 200
    assert asked
    assert not [statement for statement in asked if "devices" in statement]
    tablet.get(f"/runs/{run}")
    tablet.get(f"/runs/{run}")
    assert len([statement for statement in asked if "FROM devices" in statement]) == 1


def test_before_anything_is_published_there_is_nothing_here(tmp_path: Path) -> None:
    with opened(tmp_path / "data") as house:
        engine = house.product.engine
        engine.pins.set("a", "802614", house.clock.now())
        engine.note_all((PersonAdded("a", "管", ("admin",)), PinChanged("a")), "test")
        tablet = Tablet(house, house.app.test_client())
        assert tablet.sign_on("a", "802614").status_code == 303
        assert tablet.get("/devices").status_code == 403
        assert tablet.get("/at/pool").status_code == 404
        assert tablet.get("/enrol/x").status_code == 404


def test_pages_are_sound(house: House, admin: Tablet) -> None:
    client = house.app.test_client()
    address = shown_code(admin)
    pages = {"enrol": client.get(address).text, "unknown": client.get("/enrol/x").text}
    enrolled(client, address, "x")
    shown_code(admin)
    for one in ("/devices", f"/devices/{device_of(client)}/revoke", "/devices/sheets/pool", "/at/gym", "/place"):
        pages[one] = admin.get(one).text
    pages["unenrolled"] = house.app.test_client().get("/place").text
    for name, page in pages.items():
        found = parsed(page)
        assert not found.wrong, (name, found.wrong)
        assert not found.open, name
        assert len(set(found.ids)) == len(found.ids), name
        assert not [tag for tag, attrs in found.tags if tag == "style" or "style" in attrs], name
        forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", page, re.DOTALL)
        assert all(re.search(r'name="csrf_token" value="[^"]{20,}"', form) for form in forms), name


def test_a_code_is_drawn_as_it_is() -> None:
    """Every dark square of the drawing, and no other: as segno has them."""
    import segno

    qr = qr_of("http://10.0.0.7:8000/enrol/" + "a2" * 10)
    dark = {
        (int(x) + step, int(y))
        for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", qr.path)
        for step in range(int(length))
    }
    matrix = list(segno.make_qr(qr.address, error="m").matrix_iter(border=4))
    assert dark == {(x, y) for y, row in enumerate(matrix) for x, is_dark in enumerate(row) if is_dark}
    assert qr.size == len(matrix) < 50


def test_time_passes_on_the_page_of_codes(house: House, admin: Tablet) -> None:
    shown_code(admin)
    house.clock.put_forward(timedelta(minutes=16))
    page = admin.get("/devices").text
    assert not ADDRESS.search(page)
    assert "出示二维码" in page


def told(house: House) -> list[tuple[str, str, str]]:
    """What happened to tablets, in order: the kind, by whom, on which device."""
    kinds = ("enrolment_offered", "device_enrolled", "device_moved", "device_revoked")
    stream = house.product.engine.ledger.log.stream("site")
    return [(one.kind, one.by, one.device) for one in stream if one.kind in kinds]


def test_each_change_of_a_tablet_is_an_event_of_whoever_made_it(house: House, admin: Tablet) -> None:
    client = house.app.test_client()
    enrolled(client, shown_code(admin), "池边平板")
    tablet, here = Tablet(house, client), device_of(client)
    tablet.sign_on("zhou")
    assert tablet.post("/place", place="gym").status_code == 303
    admin.post(f"/devices/{here}/revoke")
    desk = device_of(admin.client)
    assert told(house) == [
        ("enrolment_offered", "admin", desk),
        ("device_enrolled", "admin", here),
        ("device_moved", "zhou", here),
        ("device_revoked", "admin", desk),
    ]
    assert house.product.engine.differing_lists() == ()
    assert devices(house).catch_up()[here].place == "gym"


def test_a_code_is_in_no_event(house: House, admin: Tablet) -> None:
    code = shown_code(admin).rsplit("/", 1)[1]
    assert not [one for one in house.product.engine.ledger.log.events() if code in repr(one)]
