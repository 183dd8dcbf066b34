"""Control characters in an address, NUL in a form: refused once, in words, before any page or list is asked."""

import pytest

from .asking import a_token, ask
from .cast import House

ADDRESSES = (
    "/review/runs?place=%00", "/review/runs?what=r:%00&fig=1", "/review/runs?words=a%1bb", "/review?place=%00", "/review?done=%7f",
    "/review/runs?a%00=1", "/review/trends/kept?procedure=%00", "/review/reports/%00/x", "/runs/%00/record", "/runs/a%08/record",
    "/books/lost%00", "/cards/%00", "/start/%00", "/static/%00", "/nothing%01",
)  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_control_character_in_an_address_is_told_in_a_sentence(house: House, address: str) -> None:
    desk = house.signed_on("yang")
    answer = desk.get(address)
    assert (answer.status_code, "看不见的控制字符" in answer.text) == (400, True)
    assert "\x00" not in answer.text
    banner = desk.get(address, HX_Request="true")
    assert (banner.status_code, banner.headers["HX-Retarget"], "看不见的控制字符" in banner.text) == (400, "#banner", True)


@pytest.mark.parametrize("address", ["/review/runs?words=a%09b", "/review/runs?words=a%0D%0Ab", "/review/runs?words=%ED%A0%80"])
def test_what_is_pasted_with_tabs_or_line_breaks_is_looked_for(house: House, address: str) -> None:
    assert house.signed_on("yang").get(address).status_code == 200


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/review/retention/holds", {"run": "\x00", "reason": "x"}),
        ("/review/retention/find", {"words": "a\x00b"}),
        ("/review/retention/find", {"words": "x", "after": "2026-11-02T00:00:00+00:00|\x00"}),
        ("/review/retention/erase", {"place": "\x00|a|b", "reason": "x", "pin": "1"}),
        ("/review/runs/views", {"title": "a", "query": "place=%00"}),
        ("/review/runs/views", {"view": "\x00", "act": "forget"}),
        ("/start/pool/prep", {"place": "\x00"}),
    ],
)
def test_so_is_one_in_a_form(house: House, address: str, form: dict[str, str]) -> None:
    desk, before = house.signed_on("jiang"), house.events
    answer = desk.post(address, **form)
    assert (answer.status_code, "看不见的控制字符" in answer.text) == (400, True)
    assert house.events == before


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("runs?place=%00", "place"), ("runs?words=%00", "words"), ("readings?parameter=%00", "parameter"),
        ("deviations?cause=%00", "cause"), ("runs/%00", "path"), ("registers/%01/rows", "path"), ("nothing?x%00=1", "x\\x00"),
    ],
)  # fmt: skip
def test_other_programs_are_told_where_it_is(house: House, address: str, where: str) -> None:
    answer = ask(house, f"/api/v1/{address}", a_token(house))
    told = answer.get_json(force=True)
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert told["mistakes"][0]["parameter"] == where
    assert told["expected"] == "text without control characters"


@pytest.mark.parametrize("name", ["a" * 400, "..", "x" * 64 + ".example"])
@pytest.mark.parametrize("address", ["/", "/sign-on", "/nothing", "/static/app.css"])
def test_a_host_whose_name_is_none(house: House, name: str, address: str) -> None:
    client = house.tablet().client
    answer = client.get(address, headers={"Host": name})
    assert answer.status_code in (400, 404)
    assert "Traceback" not in answer.text
    assert "Content-Security-Policy" in answer.headers
    before = house.events
    assert client.post("/sign-on", data={"person": "chen"}, headers={"Host": name}).status_code == 400
    assert house.events == before
