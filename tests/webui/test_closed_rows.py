"""What is written when a row is closed, after its run: by whom it is not judged, how it is found, and what it says of an approval."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.books import close_row, open_row
from engine.ledger import tables
from engine.ledger.rebuild import rebuild
from engine.procedure.procedure import Procedure
from engine.receipts import Receipt
from engine.review.find import Finder
from engine.review.queue import Queue
from engine.review.search import Search
from engine.revisions import revision_of
from engine.sentences import SENTENCES

from .cast import PINS, House, Tablet
from .judging import WRITTEN, judge, status, together

REGISTER = {
    "register": "器材报修",
    "id": "book",
    "book": "games_faults",
    "required": False,
    "fields": [{"note": "什么", "id": "what"}],
}
STEPS: list[object] = [*WRITTEN["steps"], REGISTER]  # type: ignore[misc]


@pytest.fixture
def pool(house: House) -> House:
    engine = house.product.engine
    procedure = Procedure.model_validate({**WRITTEN, "steps": STEPS})
    engine.publish([revision_of("pool/round", procedure, engine.site, "# with a book")], "test")
    return house


@pytest.fixture
def chen(pool: House) -> Tablet:
    return pool.signed_on("chen")


def written(chen: Tablet) -> str:
    """A run that is over, with a row that is open."""
    run = chen.start("pool/round")
    chen.step(run, "cl", typed="0.5")
    chen.step(run, "deck", typed="done")
    chen.step(run, "book", act="row", **{"f.what": "麻将桌坏"})
    assert chen.post(f"/runs/{run}/complete").status_code == 303
    return run


def closed(house: House, run: str, by: str, how: str = "换了轴承") -> None:
    engine = house.product.engine
    row, actor = open_row(engine, run, "book", 1), engine.actor(engine.directory.now().people[by])
    assert row is not None
    outcome = close_row(engine, row, {"fault_repaired": how, "fault_repaired_on": "2026-11-02"}, actor, f"close-{run}"[:40])
    assert isinstance(outcome, Receipt)


@pytest.mark.parametrize("act", ["approve", "return", "ask"])
def test_whoever_closed_a_row_of_a_run_does_not_judge_it(pool: House, chen: Tablet, act: str) -> None:
    run, yang, zhou = written(chen), pool.signed_on("yang"), pool.signed_on("zhou")
    closed(pool, run, "yang")
    answer = judge(yang, run, act, why="x", question="x")
    assert (answer.status_code, "自己填过" in answer.text, status(pool, run)) == (422, True, "open")
    assert f"/runs/{run}/review/approve" not in yang.get(f"/runs/{run}/record").text
    assert judge(zhou, run, act, why="x", question="x", pin=PINS["zhou"]).status_code == 303


def test_the_queue_says_so_and_approves_it_with_no_others(pool: House, chen: Tablet) -> None:
    run, other, yang = written(chen), written(chen), pool.signed_on("yang")
    closed(pool, run, "yang")
    assert Queue(pool.product.engine.ledger).own([run, other], "yang") == {run}
    assert "自己填过" in yang.get("/review").text
    assert together(yang, run, other).status_code == 422
    assert (status(pool, run), status(pool, other)) == ("open", "approved")


def test_its_words_are_found_in_lists_kept_and_made_anew(pool: House, chen: Tablet) -> None:
    engine, run = pool.product.engine, written(chen)
    closed(pool, run, "yang")
    for _ in range(2):
        assert [one.row.run for one in Finder(engine.ledger).page(Search(words="轴承"))] == [run]
        with engine.ledger.engine.connect() as connection:
            found = connection.execute(select(tables.notes).where(tables.notes.c.kind == "RowClosed")).mappings().all()
        assert [(one["step"], one["by"], one["text"]) for one in found][:1] == [("book", "yang", "换了轴承")]
        assert engine.differing_lists() == ()
        rebuild(engine.ledger, engine.plan_of)
    assert f"/runs/{run}/record" in pool.signed_on("zhou").get("/review/runs?words=轴承").text


def test_an_approval_tells_which_closings_it_saw_and_which_came_after(pool: House, chen: Tablet) -> None:
    before, after, zhou = written(chen), written(chen), pool.signed_on("zhou")
    assert "以后了结登记，这次检查会再回到待复核" in zhou.get(f"/runs/{before}/record").text
    closed(pool, before, "yang")
    for run in (before, after):
        assert judge(zhou, run, "approve", pin=PINS["zhou"]).status_code == 303
    page = zhou.get(f"/runs/{after}/record").text
    assert "通过以后" not in page
    pool.clock.put_forward(timedelta(minutes=1))
    closed(pool, after, "yang")
    page = zhou.get(f"/runs/{after}/record").text
    assert ("通过以后又了结了登记：器材报修 #1" in page, "通过时已经了结的登记" in page) == (True, False)
    assert "通过以后又有改动" not in page
    page = zhou.get(f"/runs/{before}/record").text
    assert ("通过以后" in page, "通过时已经了结的登记：器材报修 #1" in page) == (False, True)
    assert (status(pool, before), status(pool, after)) == ("approved", "reopened")


def test_a_row_closed_after_the_approval_puts_the_run_back_and_it_is_approved_again(pool: House, chen: Tablet) -> None:
    run, zhou, yang = written(chen), pool.signed_on("zhou"), pool.signed_on("yang")
    assert judge(zhou, run, "approve", pin=PINS["zhou"]).status_code == 303
    assert run not in zhou.get("/review").text
    pool.clock.put_forward(timedelta(minutes=1))
    closed(pool, run, "yang")
    page = zhou.get("/review?group=again").text
    assert (f"/runs/{run}/record" in page, "通过以后又有改动" in page, "又了结 1 行登记" in page) == (True, True, True)
    for wanted, is_found in (("reopened", True), ("approved", False)):
        assert (f"/runs/{run}/record" in zhou.get(f"/review/runs?review={wanted}").text) is is_found
    assert "自己填过" in yang.get(f"/runs/{run}/record").text
    assert judge(zhou, run, "approve", pin=PINS["zhou"]).status_code == 303
    page = zhou.get(f"/runs/{run}/record").text
    assert (status(pool, run), "通过时已经了结的登记：器材报修 #1" in page, "通过以后" in page) == ("approved", True, False)


def test_a_row_closed_while_somebody_ticks_the_run_is_told_and_it_is_left(pool: House, chen: Tablet) -> None:
    """Clean runs approved together are approved as they were read."""
    run, other, zhou = written(chen), written(chen), pool.signed_on("zhou")
    seen = pool.product.engine.run(run).state.version
    closed(pool, run, "yang")
    answer = together(zhou, run, other, pin=PINS["zhou"], **{f"v.{run}": str(seen)})
    assert (answer.status_code, SENTENCES["run_changed"][0][:6] in answer.text) == (422, True)
    assert (status(pool, run), status(pool, other)) == ("open", "approved")
    assert together(zhou, run, pin=PINS["zhou"]).status_code == 303


def test_a_judgement_of_what_was_read_before_a_row_was_closed_says_which(pool: House, chen: Tablet) -> None:
    run, zhou = written(chen), pool.signed_on("zhou")
    seen = pool.product.engine.run(run).state.version
    closed(pool, run, "yang")
    answer = judge(zhou, run, "approve", pin=PINS["zhou"], v=str(seen))
    assert (answer.status_code, "器材报修 #1" in answer.text, status(pool, run)) == (409, True, "open")


def test_a_run_under_way_goes_on_where_it_was_when_a_row_of_it_is_closed(pool: House, chen: Tablet) -> None:
    run = chen.start("pool/round")
    chen.step(run, "book", act="row", **{"f.what": "麻将桌坏"})
    chen.step(run, "cl", typed="0.5")
    closed(pool, run, "yang")
    state = pool.product.engine.run(run).state
    assert (state.last_step, state.status, "yang" in state.hands) == ("cl", "running", True)
    chen.step(run, "deck", typed="done")
    assert chen.post(f"/runs/{run}/complete").status_code == 303
    assert (status(pool, run), pool.product.engine.differing_lists()) == ("open", ())
