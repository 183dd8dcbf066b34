"""People by the pages that manage them: one looked up, the code on a slip, and a PIN set with it."""

import re

from werkzeug.test import TestResponse

from engine.directory import Person

from .cast import House, Tablet, token

CODE = re.compile(r'class="code">(\d{4}) (\d{4})<')
FORM = {"name": "王五", "roles": ["lifeguard"], "lang": "zh", "place": "pool"}
NEW = "571204"


def person(house: House, id_: str) -> Person:
    """Somebody as the directory knows them now."""
    return house.product.engine.directory.catch_up().people[id_]


def code_in(answer: TestResponse) -> str:
    """The only code on the slips."""
    (found,) = CODE.findall(answer.text)
    return "".join(found)


def seen(admin: Tablet, id_: str) -> str:
    """What the form of a person carries of what it showed."""
    found = re.search(r'name="seen" value="([0-9a-f]+)"', admin.get(f"/person/{id_}").text)
    assert found
    return found[1]


def set_pin(tablet: Tablet, id_: str, code: str, pin: str = NEW, again: str = "") -> TestResponse:
    """Use a code on a tablet, by its form."""
    tablet.csrf = token(tablet.get(f"/pin?person={id_}").text)
    return tablet.post("/pin", person=id_, code=code, pin=pin, again=again or pin)
