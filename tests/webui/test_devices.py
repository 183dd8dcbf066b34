"""Tablets enrolled by QR, revoked, and the codes on the wall."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from engine.devices import VALID_FOR, Devices
from engine.run.site_events import PersonAdded, PinChanged
from tests.shipped import copy_of
from webui.present.devices import qr_of

from .cast import PINS, House, Tablet, opened, token
from .test_pages import parsed

ADDRESS = re.compile(r"http://localhost(/enrol/[a-z2-9]{20})")


@pytest.fixture
def admin(house: House) -> Tablet:
    """Whoever looks after the tablets, at a desk."""
    return house.signed_on("admin", "management_office")


def devices(house: House) -> Devices:
    """The tablets as the application knows them."""
    found: Devices = house.app.extensions["devices"]
    return found


def shown_code(admin: Tablet, place: str = "pool") -> str:
    """The address in the QR code that is shown for a place after the button was tapped."""
    answer = admin.post("/devices/codes", place=place)
    assert (answer.status_code, answer.location) == (303, f"/devices#place-{place}")
    return ADDRESS.findall(card(admin.get("/devices").text, place))[0]


def card(page: str, place: str) -> str:
    """The card of a place."""
    return re.split(r'<li class="sheet"|<section', page[page.index(f'id="place-{place}"') :])[0]


def enrolled(client: FlaskClient, address: str, title: str = "") -> TestResponse:
    """Open the address on a tablet and confirm."""
    page = client.get(address)
    assert page.status_code == 200, page.text
    return client.post(address, data={"csrf_token": token(page.text), "title": title})


def device_of(client: FlaskClient) -> str:
    """The id of a tablet."""
    with client.session_transaction() as session:
        return str(session["device"])


def place_of(client: FlaskClient) -> str | None:
    """Where a tablet's session says that it stands."""
    with client.session_transaction() as session:
        return session.get("place")


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


class TestOnTheWall:
    """Codes that open a board or a procedure."""

    def test_the_board_where_the_tablet_stands(self, house: House) -> None:
        assert house.signed_on("chen").get("/at/pool").location == "/"

    def test_elsewhere_it_says_so(self, house: House) -> None:
        page = house.signed_on("chen").get("/at/gym").text
        assert "这是健身房的二维码" in page
        assert "这台平板在游泳池" in page
        assert 'value="gym"' not in page

    def test_who_may_be_anywhere_goes_there(self, house: House) -> None:
        tablet = house.signed_on("zhou")
        page = tablet.get("/at/gym").text
        assert 'name="place" value="gym"' in page
        assert tablet.post("/place", place="gym", next="/").location == "/"
        assert tablet.get("/at/gym").location == "/"

    def test_a_procedure(self, house: House) -> None:
        tablet = house.signed_on("chen")
        assert tablet.get("/at/pool/pool/prep").location == "/start/pool/prep"
        run = tablet.start()
        assert tablet.get("/at/pool/pool/prep").location == f"/runs/{run}"

    def test_several_cases_run_side_by_side(self, house: House) -> None:
        tablet = house.signed_on("wu", "service_centre")
        page = tablet.get("/start/complaint/intake")
        assert page.status_code == 200
        assert tablet.get("/at/service_centre/complaint/intake").location == "/start/complaint/intake"

    @pytest.mark.parametrize("address", ["/at/moon", "/at/moon/pool/prep", "/at/pool/nothing", "/at/pool/site", "/at/pool/"])
    def test_what_is_not_there(self, house: House, address: str) -> None:
        assert house.signed_on("chen").get(address).status_code == 404

    @pytest.mark.parametrize("address", ["/at/pool", "/at/pool/pool/prep"])
    def test_first_sign_on_then_come_back(self, house: House, address: str) -> None:
        tablet = house.tablet()
        answer = tablet.get(address)
        assert answer.location == f"/sign-on?next={address}"
        tablet.csrf = token(tablet.get(answer.location).text)
        assert tablet.post("/sign-on", person="chen", pin=PINS["chen"], next=address).location == address

    def test_the_sheet(self, admin: Tablet) -> None:
        page = admin.get("/devices/sheets/pool").text
        assert "http://localhost/at/pool<" in page
        assert "http://localhost/at/pool/pool/prep<" in page
        assert "gym" not in page
        assert admin.get("/devices/sheets/moon").status_code == 404


def test_an_address_that_only_this_machine_knows_is_pointed_out(admin: Tablet) -> None:
    words = "平板扫了连不上"
    assert words in admin.get("/devices").text
    assert words in admin.get("/devices/sheets/pool").text
    assert words not in admin.client.get("/devices", headers={"Host": "10.0.0.7:8000"}).text


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


def test_every_place_with_what_is_done_and_stands_there(house: House, admin: Tablet) -> None:
    enrolled(house.app.test_client(), shown_code(admin), "池边平板")
    page = admin.get("/places").text
    pool = card(page, "pool")
    for words in ("游泳池", "不可开放", "池边平板", "泳池营业前准备", 'href="/devices/sheets/pool"'):
        assert words in pool
    assert "不可开放" not in card(page, "gym")
    assert "/procedures/site" not in page
    assert "/procedures/site" in house.signed_on("zhou").get("/places").text
    assert 'href="/places"' in admin.get("/devices").text


def test_the_sheets_of_all_places_in_one(house: House, admin: Tablet) -> None:
    page = admin.get("/devices/sheets").text
    places = house.product.engine.site.places
    assert page.count('<section class="paper">') == len(places)
    assert all(f"<h1>{place.title.into('zh')}</h1>" in page for place in places.values())
    assert admin.get("/devices/sheets/pool").text.count('<section class="paper">') == 1


@pytest.mark.parametrize("address", ["/places", "/devices/sheets"])
def test_places_are_for_whoever_looks_after_tablets(house: House, address: str) -> None:
    assert house.signed_on("chen").get(address).status_code == 403
    assert house.signed_on("zhou").get(address).status_code == 200
