"""Rows of books that another post wrote: seen and settled by whoever enters rows into that book, or by whom the book names."""

import pytest

from engine.books import close_row, open_row
from engine.receipts import Receipt
from engine.revisions import site_revision
from engine.run.refusal import Refusal

from .cast import House, Tablet
from .timed import at_desk

TAKEN = {"f.taken_by": "客人甲"}


@pytest.fixture
def found(hall: House) -> str:
    """A run of the kitchen in which a knife was found; the desk has no part in it."""
    cook = at_desk(hall, "cook", "kitchen")
    run = cook.start("kitchen/lost")
    cook.step(run, "found", act="row", **{"f.thing": "刀", "f.kept": "desk"})
    return run


def name_closers(house: House, *roles: str) -> None:
    """Let only these roles close the rows of the book."""
    engine, site = house.product.engine, house.product.engine.site
    lost = site.books["lost"].model_copy(update={"closed_by": roles})
    engine.publish([site_revision(site.model_copy(update={"books": site.books | {"lost": lost}}), "site")], "test")


def test_who_enters_rows_into_a_book_settles_those_of_others_but_does_not_see_their_run(
    hall: House, desk: Tablet, found: str
) -> None:
    page = desk.get(f"/rows/{found}/found/1")
    assert page.status_code == 200
    assert "刀" in page.text
    assert f'href="/runs/{found}"' not in page.text
    assert desk.get(f"/runs/{found}").status_code == 403
    assert desk.get(f"/runs/{found}/record").status_code == 403
    listed = desk.get("/books/lost/open").text
    assert "刀" in listed
    assert f"row={found}.found.1" in listed
    assert "别的岗位登记的" not in listed
    assert desk.post(f"/rows/{found}/found/1", **TAKEN).status_code == 303
    assert "客人甲" in desk.get(f"/rows/{found}/found/1").text
    assert hall.product.engine.differing_lists() == ()


def test_a_handover_offers_to_settle_them(desk: Tablet, found: str) -> None:
    run = desk.start("hall/shift")
    shown = desk.get(f"/runs/{run}/steps/left", HX_Request="true").text
    assert f'<a class="plain" href="/rows/{found}/found/1"' in shown


@pytest.mark.parametrize("person", ["chief"])
def test_who_does_not_is_refused_page_and_command(hall: House, found: str, person: str) -> None:
    other, engine = at_desk(hall, person), hall.product.engine
    before = hall.events
    assert other.get(f"/rows/{found}/found/1").status_code == 403
    assert other.post(f"/rows/{found}/found/1", **TAKEN).status_code == 403
    row = open_row(engine, found, "found", 1)
    assert row is not None
    actor = engine.actor(engine.directory.now().people[person])
    refused = close_row(engine, row, {"taken_by": "我"}, actor, "e" * 32)
    assert isinstance(refused, Refusal)
    assert refused.code == "wrong_role"
    assert set(refused.facts["roles"]) == {"desk", "cook"}  # type: ignore[call-overload]
    assert hall.events == before


def test_where_the_book_names_who_closes_them_only_they_do(hall: House, desk: Tablet, found: str) -> None:
    name_closers(hall, "chief")
    assert desk.get(f"/rows/{found}/found/1").status_code == 403
    assert "刀" not in desk.get("/books/lost/open").text
    chief, engine = at_desk(hall, "chief"), hall.product.engine
    assert "刀" in chief.get("/books/lost/open").text
    assert 'name="f.taken_by"' in chief.get(f"/rows/{found}/found/1").text
    row = open_row(engine, found, "found", 1)
    assert row is not None
    people = engine.directory.now().people
    assert isinstance(close_row(engine, row, {"taken_by": "我"}, engine.actor(people["cook"]), "f" * 32), Refusal)
    assert isinstance(close_row(engine, row, {"taken_by": "客人"}, engine.actor(people["chief"]), "g" * 32), Receipt)


def test_the_record_says_under_the_row_how_it_was_settled(hall: House, desk: Tablet, found: str) -> None:
    desk.post(f"/rows/{found}/found/1", **TAKEN)
    record = at_desk(hall, "cook", "kitchen").get(f"/runs/{found}/record").text
    told = record[record.index("登记一行") :]
    assert told.index("刀") < told.index("了结") < told.index("客人甲") < told.index("王前台")
