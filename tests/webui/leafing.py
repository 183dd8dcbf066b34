"""Register books: a run that writes in them, and the rows that a page shows."""

import re
from datetime import timedelta

import pytest

from .cast import House, Tablet
from .timed import EVIL, at_desk


@pytest.fixture
def run(desk: Tablet) -> str:
    """A shift in which an umbrella and a cap were found, a minute apart."""
    run = desk.start("hall/shift")
    for thing, where in ((f"伞{EVIL}", "desk"), ("帽 3-1202", "safe")):
        write(desk, run, thing, where)
        desk.house.clock.put_forward(timedelta(minutes=1))
    return run


def write(tablet: Tablet, run: str, thing: str, where: str = "desk") -> None:
    """Enter something found."""
    assert tablet.step(run, "found", act="row", **{"f.thing": thing, "f.kept": where}).status_code == 200


def kitchen(hall: House, thing: str = "刀") -> Tablet:
    """The cook, who found something too."""
    cook = at_desk(hall, "cook", "kitchen")
    write(cook, cook.start("kitchen/lost"), thing, "safe")
    return cook


def table(tablet: Tablet, address: str = "/books/lost") -> str:
    """The table of a book's page; empty where there is none."""
    answer = tablet.get(address)
    assert answer.status_code == 200, address
    found = re.search(r"<tbody>.*</tbody>", answer.text, re.S)
    return found[0] if found else ""
