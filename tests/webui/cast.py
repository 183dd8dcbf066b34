"""The cast of the page tests: a product with the shipped procedures, people in every room, and a client that signs on."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.bootstrap import Product, Settings, build
from engine.clock import MovableClock
from engine.demo import PEOPLE, add_people
from engine.loading.library import Library
from engine.publishing import revisions
from tests.shipped import SOPS, compiled, copied
from webui import create_app

MORNING = datetime(2026, 11, 2, 6, 30, tzinfo=UTC) - timedelta(hours=8)  # Monday 06:30 at the clubhouse
PINS = {person.id: person.pin for person in PEOPLE}
HX = {"HX-Request": "true"}


@dataclass(frozen=True, slots=True)
class Still:
    """A clock that stands."""

    at: datetime

    def now(self) -> datetime:
        """Always the same moment."""
        return self.at


@dataclass(slots=True)
class House:
    """The product under test and its application."""

    product: Product
    app: Flask
    clock: MovableClock
    clients: list[FlaskClient] = field(default_factory=list)

    @property
    def events(self) -> int:
        """How many events the ledger holds."""
        return self.product.engine.ledger.log.head().size

    def kinds(self, run: str) -> list[str]:
        """The names of what happened in a run, in order."""
        return [type(one.event).__name__ for one in self.product.engine.record(run)]

    def tablet(self, place: str = "pool") -> "Tablet":
        """A tablet that stands at a place."""
        client = self.app.test_client()
        with client.session_transaction() as session:
            session["place"], session["device"] = place, f"device{len(self.clients)}"
        self.clients.append(client)
        return Tablet(self, client)

    def signed_on(self, person: str, place: str = "pool") -> "Tablet":
        """A tablet with somebody signed on."""
        tablet = self.tablet(place)
        tablet.sign_on(person)
        return tablet


@dataclass(slots=True)
class Tablet:
    """A client that remembers tokens the way a page does."""

    house: House
    client: FlaskClient
    csrf: str = ""

    def sign_on(self, person: str, pin: str = "") -> TestResponse:
        """Sign on by the form."""
        self.csrf = token(self.client.get("/sign-on").text)
        answer = self.post("/sign-on", person=person, pin=pin or PINS[person])
        if answer.status_code == 303:
            self.csrf = token(self.client.get("/records").text)
        return answer

    def get(self, address: str, **headers: str) -> TestResponse:
        """Read a page."""
        return self.client.get(address, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def post(self, address: str, /, *, htmx: bool = False, files: object = None, **form: object) -> TestResponse:
        """Send a form with its token; a command id is made where none is given."""
        data = {"csrf_token": self.csrf, "c": f"{len(form):02d}{next(_IDS):030d}", **form}
        if files is not None:
            data["photo"] = files
        return self.client.post(
            address, data=data, headers=HX if htmx else {}, content_type="multipart/form-data" if files else None
        )

    def start(self, procedure: str = "pool/prep", **form: object) -> str:
        """Start a run; its id."""
        answer = self.post(f"/start/{procedure}", **form)
        assert answer.status_code == 303, answer.text
        return answer.location.rsplit("/", 1)[1]

    def step(self, run: str, step: str, /, *, htmx: bool = True, **form: object) -> TestResponse:
        """Do something on a step."""
        return self.post(f"/runs/{run}/steps/{step}", htmx=htmx, **form)


def _counted() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


_IDS = _counted()


def token(page: str) -> str:
    """The CSRF token in a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    return found[1] if found else ""


def plain(page: str) -> str:
    """A page without what differs from one rendering to the next: tokens, command ids, out-of-band marks, hidden csrf."""
    page = re.sub(r'name="(csrf_token|c)" value="[^"]*"', r'name="\1"', page)
    return page.replace(' hx-swap-oob="true"', "")


@contextmanager
def a_house(data: Path, *, is_demo: bool = False, people: bool = True, at: datetime = MORNING) -> Iterator[House]:
    """A product in a data folder, published and peopled, with a clock that the test moves."""
    with opened(data, is_demo=is_demo, at=at) as house:
        engine = house.product.engine
        engine.publish(revisions(Library.load(SOPS, compiled()), at.date()), "test")
        if people:
            add_people(engine)
        yield house


@contextmanager
def opened(data: Path, *, is_demo: bool = False, at: datetime = MORNING) -> Iterator[House]:
    """A product in a data folder as it is found there."""
    clock = MovableClock(Still(at))
    product = build(Settings(sops=copied(data), data=data, is_demo=is_demo), None if is_demo else clock)
    app = create_app(product)
    app.config["TESTING"] = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        yield House(product, app, clock)
    finally:
        product.engine.ledger.close()
