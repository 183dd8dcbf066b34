"""Reference cards at the desk: who reads, who words them anew, and the form that does it."""

import re
from html import unescape

import pytest

from .cast import House, Tablet

PHONES = "/cards/phone_list"
EDIT = "/wordings/phone_list"
NEW = "急救 120\n设备部 8765-4321"


@pytest.fixture
def feng(house: House) -> Tablet:
    """The supervisor of the desk, who may edit cards."""
    return house.signed_on("feng", "service_centre")


def form(tablet: Tablet, address: str = EDIT) -> dict[str, str]:
    """The form as it stands in the page."""
    page = tablet.get(address)
    assert page.status_code == 200, page.text
    return boxes(page.text)


def boxes(page: str) -> dict[str, str]:
    """Every input of the wording form with its value."""
    found = {
        name: unescape(text)
        for name, text in re.findall(r'<textarea id="[^"]+" name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.S)
    }
    found |= {name: unescape(value) for name, value in re.findall(r'<input id="[^"]+" name="([^"]+)" value="([^"]*)"', page)}
    return found | {"seen": re.findall(r'name="seen" value="([^"]*)"', page)[0]}


def save(tablet: Tablet, address: str = EDIT, /, **changes: str) -> tuple[int, str]:
    """Change something and save; the status and where it leads, or what it says."""
    answer = tablet.post(address, **{**form(tablet, address), **changes})
    return answer.status_code, answer.location or answer.text
