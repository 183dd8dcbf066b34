"""Codes on the wall: each opens a board or a procedure, for whoever may be there, and the sheets they are printed on."""

import pytest

from .cast import PINS, House, Tablet, token
from .enrolling import card, enrolled, shown_code


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
