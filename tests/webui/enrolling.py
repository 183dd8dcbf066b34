"""Tablets enrolled for a test: the code that is shown, the tablet that opens it, and what is known of tablets afterwards."""

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.devices import Devices

from .cast import House, Tablet, token

ADDRESS = re.compile(r"http://localhost(/enrol/[a-z2-9]{20})")


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
