"""What a finished run left open is settled on its record: by whoever may, with a reason, and nothing else changes."""

import pytest

from engine.procedure.procedure import Procedure
from engine.revisions import revision_of

from .cast import House, Tablet

WRITTEN = {
    "format": 1, "title": "巡视", "place": "gym", "done_by": ["gym_attendant"],
    "steps": [{"check": "看一圈", "id": "look", "on_deviation": {"notify": ["supervisor"]}}],
}  # fmt: skip


@pytest.fixture
def left(house: House) -> str:
    """A finished run whose one step was not done: nothing blocked it, and the deviation is open."""
    engine = house.product.engine
    engine.publish([revision_of("gym/look", Procedure.model_validate(WRITTEN), engine.site, "# look")], "test")
    tablet = house.signed_on("zhao", "gym")
    run = tablet.start("gym/look")
    tablet.step(run, "look", htmx=False, act="not_done", why="下雨，外场没去")
    assert tablet.post(f"/runs/{run}/complete").status_code == 303
    return run


def settled(house: House, run: str) -> str:
    (deviation,) = house.product.engine.run(run).state.deviations.values()
    return deviation.closing or ("acted" if deviation.acted else "open")


def give(tablet: Tablet, run: str, **form: str) -> int:
    return tablet.post(f"/runs/{run}/deviations/d3", **form).status_code


def test_who_did_it_may_note_and_who_may_accept_closes(house: House, left: str) -> None:
    doer, chief = house.signed_on("zhao", "gym"), house.signed_on("zhou", "gym")
    page = doer.get(f"/runs/{left}/record").text
    assert "还没有了结的偏差" in page
    assert 'value="accept"' not in page
    assert give(doer, left, act="act_on", text="下午补看了") == 303
    assert give(doer, left, act="accept", text="算了") == 422
    assert settled(house, left) == "acted"
    assert 'value="accept"' in chief.get(f"/runs/{left}/record").text
    answer = chief.post(f"/runs/{left}/deviations/d3", act="accept", text="补看属实")
    assert (answer.status_code, answer.location.split("?")[0].split("#")[0]) == (303, f"/runs/{left}")
    assert settled(house, left) == "accepted"
    page = chief.get(f"/runs/{left}/record").text
    assert "还没有了结的偏差" not in page
    assert "补看属实" in page


def test_without_a_reason_it_is_refused_on_the_record_with_what_was_typed(house: House, left: str) -> None:
    chief = house.signed_on("zhou", "gym")
    answer = chief.post(f"/runs/{left}/deviations/d3", act="accept", text="  ")
    assert answer.status_code == 422
    assert "请写一句原因" in answer.text
    assert 'class="record"' in answer.text
    assert settled(house, left) == "open"


def test_a_stranger_neither_sees_nor_settles(house: House, left: str) -> None:
    other = house.signed_on("chen", "gym")
    assert other.get(f"/runs/{left}/record").status_code == 403
    assert give(other, left, act="accept", text="x") == 403


def test_it_stays_among_what_is_open_until_then(house: House, left: str) -> None:
    engine = house.product.engine
    assert [row.run for row in engine.stock().queries.open_deviations("gym")] == [left]
    give(house.signed_on("zhou", "gym"), left, act="accept", text="属实")
    assert engine.stock().queries.open_deviations("gym") == []
    assert engine.differing_lists() == ()


def test_whoever_was_told_sees_it_on_the_board_until_it_is_settled(house: House, left: str) -> None:
    chief = house.signed_on("zhou", "gym")
    assert "看一圈" in chief.get("/").text
    assert f'href="/runs/{left}?at=look' in chief.get("/").text
    give(chief, left, act="accept", text="属实")
    assert "看一圈" not in chief.get("/").text
