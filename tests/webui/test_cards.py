"""Reference cards at the desk: found, read, in both languages, without script."""

import re

import pytest

from engine.procedure.report import ReportingSite
from engine.revisions import site_revision

from .carding import PHONES, feng
from .cast import House, Tablet
from .rich import EVIL, PIN

__all__ = ["feng"]


# -- finding


def test_it_is_one_touch_from_the_board_and_from_a_runs_card(house: House) -> None:
    chen = house.signed_on("chen")
    assert 'href="/cards"' in chen.get("/").text
    run = chen.start()
    assert 'href="/cards"' in chen.get(f"/runs/{run}/cards/cramp", HX_Request="true").text
    assert 'href="/cards"' in chen.get(f"/runs/{run}/cards/cramp").text


def test_every_card_is_listed_the_sites_and_those_of_procedures(wu: Tablet) -> None:
    page = wu.get("/cards").text
    for said in (PHONES, "/cards/water_rescue", "/cards/complaint/intake/manners", "常用电话", "接诉十二条"):
        assert said in page
    assert wu.get("/cards/complaint/intake/manners").status_code == 200
    assert "耐心" in wu.get("/cards/complaint/intake/manners").text


def test_what_is_found_is_marked_and_the_fragment_is_the_pages(wu: Tablet) -> None:
    page, part = wu.get("/cards?q=火警 119").text, wu.get("/cards?q=火警 119", HX_Request="true")
    assert part.text in page
    assert part.text.startswith('<div id="found">')
    assert "HX-Request" in part.headers["Vary"]
    assert "<mark>火警</mark>" in part.text
    assert PHONES in part.text
    assert "water_rescue" not in part.text
    assert 'value="火警 119"' in page
    assert "没有找到" in wu.get("/cards?q=zzz").text
    assert wu.get("/cards?q=" + "电" * 500).status_code == 200


def test_it_works_without_script(wu: Tablet) -> None:
    page = wu.get("/cards").text
    assert re.search(r'<form class="filter" method="get" action="/cards" role="search">.*name="q".*<button', page)
    assert "hx-trigger" in page


def test_in_english(wu: Tablet) -> None:
    wu.post("/language", lang="en")
    page = wu.get("/cards?q=ambulance").text
    assert "Telephone list" in page
    assert "<mark>Ambulance</mark>" in page
    assert "<mark>火警</mark>" in wu.get("/cards?q=火警").text
    card = wu.get(PHONES).text
    for said in ("Telephone list", "Ambulance 120", "Print", "as first written"):
        assert said in card
    assert "常用电话" not in card


def test_what_is_looked_for_is_never_markup(wu: Tablet) -> None:
    for query in (EVIL, '"><b>', "</mark>"):
        answer = wu.get("/cards", X="1") if not query else wu.client.get("/cards", query_string={"q": query})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
        assert '"><b>' not in answer.text


@pytest.mark.parametrize("name", ["nothing", "complaint/intake/nothing", "nothing/manners", "x" * 300, "..%2f..", "a//b"])
def test_what_is_not_there_is_not_found(feng: Tablet, name: str) -> None:
    assert feng.get(f"/cards/{name}").status_code == 404
    assert feng.get(f"/wordings/{name}").status_code == 404
    assert feng.post(f"/wordings/{name}", title="a", text="b").status_code == 404


# -- editing


def test_before_anything_is_published_there_is_none(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    tablet = house.signed_on("feng", "service_centre")
    monkeypatch.setattr("webui.pages.cards.has_site", lambda: False)
    assert "还没有速查卡" in tablet.get("/cards").text
    assert tablet.get(PHONES).status_code == 404


def test_a_card_that_only_an_old_revision_has_is_still_read_in_its_runs(house: House) -> None:
    chen, engine = house.signed_on("chen"), house.product.engine
    run = chen.start()
    written = engine.site.model_dump(by_alias=True, exclude_unset=True)
    del written["cards"]["cramp"]
    engine.publish([site_revision(ReportingSite.model_validate(written), "# without")], "test")
    page = chen.get(f"/runs/{run}/cards/cramp")
    assert page.status_code == 200
    assert "抽筋" in page.text
    assert "/wordings/" not in page.text
    assert chen.get("/cards/cramp").status_code == 404


def test_the_test_sites_hostile_card(rich: House) -> None:
    guard = rich.tablet()
    guard.sign_on("guard", PIN)
    for address in ("/cards", "/cards?q=script", "/cards?q=救护"):
        page = guard.get(address).text
        assert "<script>alert" not in page
        assert "/cards/rescue" in page
    assert guard.get("/cards/rescue").status_code == 200
