"""A row that is closed after its run: the approval is taken back, who closed it is found and does not judge, on both databases."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import select

from engine.books import close_row, open_row
from engine.ledger import tables
from engine.ledger.rebuild import rebuild
from engine.procedure.procedure import Procedure
from engine.procedure.site import Site
from engine.receipts import Outcome, Receipt
from engine.review.find import Finder
from engine.review.queue import Queue, Wanted
from engine.review.search import Search
from engine.revisions import revision_of, site_revision
from engine.run import commands as c
from engine.run.events import RowSettled
from engine.run.refusal import Refusal
from tests.service import world as base
from tests.service.world import MIN, World, actor, together

BOOK: dict[str, Any] = {
    "title": "遗失物", "fields": [{"note": "什么", "id": "what"}], "closing": [{"note": "谁领的", "id": "taker"}], "retention": "1 year",
}  # fmt: skip
CLOSING: dict[str, Any] = {
    "format": 1, "title": "收场", "place": "pool", "done_by": ["guard"],
    "steps": [{"register": "捡到的", "id": "found", "book": "finds"}, {"check": "锁门", "id": "locked"}],
}  # fmt: skip
APPROVE = c.ApproveRun(verified=True)


@pytest.fixture(scope="module")
def world(database: str) -> Iterator[World]:
    made = World.open(database).settle()
    site = Site.model_validate(base.SITE | {"books": {"finds": BOOK}})
    closing = revision_of("closing", Procedure.model_validate(CLOSING), site, "# closing")
    made.engine.publish([site_revision(site, "# with a book"), closing], "boss")
    yield made
    made.ledger.close()


def over(world: World) -> str:
    """A run that is over, with a row that is open."""
    run = world.start("closing")
    for act in (c.AddRow("found", {"what": "伞"}), c.AnswerStep("locked", "done"), c.Complete()):
        world.give(run, act)
    world.wait(MIN)
    return run


def close(world: World, run: str, by: str = "engineer", command: str = "") -> Outcome:
    row = open_row(world.engine, run, "found", 1)
    assert row is not None
    found = close_row(world.engine, row, {"taker": "失主"}, actor("guard", by), command or f"close {run}"[:40])
    world.wait(MIN)
    return found


def review(world: World, run: str) -> tuple[str, str]:
    """Where the review stands: by the events, and by the list."""
    with world.ledger.engine.connect() as connection:
        query = select(tables.runs.c.review).where(tables.runs.c.run == run)
        return world.engine.run(run).state.review.status, str(connection.execute(query).scalar_one())


def by(world: World, person: str) -> set[str]:
    return {one.row.run for one in Finder(world.ledger).every(Search(person=person))}


def test_it_is_to_be_reviewed_again_and_the_queue_says_why(world: World) -> None:
    run = over(world)
    world.give(run, APPROVE, "reviewer")
    world.wait(MIN)
    queue, before = Queue(world.ledger), Queue(world.ledger).counts()
    assert (review(world, run), before["again"]) == (("approved", "approved"), 0)
    assert isinstance(close(world, run), Receipt)
    assert (review(world, run), queue.counts()["again"]) == (("reopened", "reopened"), 1)
    assert [(one.run, one.closed_since) for one in queue.page("again", "reviewer", Wanted())] == [(run, 1)]
    assert [one.row.run for one in Finder(world.ledger).page(Search(review="reopened"))] == [run]
    world.give(run, APPROVE, "reviewer")
    assert (review(world, run), queue.counts()["again"]) == (("approved", "approved"), 0)
    assert queue.found([run], "reviewer")[run].closed_since == 0


def test_what_was_read_before_is_not_approved(world: World) -> None:
    run = over(world)
    seen = world.engine.run(run).state.version
    close(world, run)
    refused = world.engine.give(world.command(APPROVE, run, "reviewer", version=seen))
    assert isinstance(refused, Refusal)
    assert refused.code == "run_changed"
    world.give(run, APPROVE, "reviewer")


def test_an_approval_covers_what_was_written_when_the_row_was_closed(world: World) -> None:
    run = over(world)
    close(world, run)
    (closing,) = world.ledger.log.stream(f"row {run} found 1")
    told = [one.event for one in world.engine.record(run) if isinstance(one.event, RowSettled)]
    assert told == [RowSettled("found", 1, "finds", sha256(closing.body).hexdigest())]


def test_whoever_only_closed_a_row_is_found_and_does_not_judge_it(world: World) -> None:
    run, other = over(world), over(world)
    close(world, run, "reviewer")
    for _ in range(2):
        assert (run in by(world, "reviewer"), other in by(world, "reviewer")) == (True, False)
        assert Queue(world.ledger).own([run, other], "reviewer") == {run}
        assert world.engine.differing_lists() == ()
        rebuild(world.ledger, world.engine.plan_of)
    refused = world.engine.give(world.command(APPROVE, run, "reviewer"))
    assert isinstance(refused, Refusal)
    assert refused.code == "own_run"


def test_a_run_under_way_is_written_to_while_its_row_is_closed(world: World) -> None:
    """Neither loses: the closing goes behind whatever was recorded meanwhile, also by another server."""
    beside, run = world.beside(), world.start("closing")
    world.give(run, c.AddRow("found", {"what": "伞"}))
    row = open_row(world.engine, run, "found", 1)
    assert row is not None
    found: list[Any] = []

    def act(number: int) -> None:
        engine = (world, beside)[number % 2].engine
        if number < 3:
            found.append(close_row(engine, row, {"taker": f"{number}"}, actor("guard", "engineer"), f"race {run} {number}"[:40]))
        else:
            engine.give(world.command(c.AddRow("found", {"what": f"{number}"}), run))

    together(8, act)
    assert sorted(type(one).__name__ for one in found) == ["Receipt", "Refusal", "Refusal"]
    events = [one.event for one in world.engine.record(run)]
    assert sum(isinstance(one, RowSettled) for one in events) == 1
    assert world.engine.differing_lists() == ()
    beside.ledger.close()


@pytest.mark.parametrize("act", ["answers", "takes over", "signs for"])
def test_every_kind_of_hand_is_found(world: World, act: str) -> None:
    """Whoever only answered the review's question, settled a deviation after the end, or signed for having received."""
    who = f"only {act}"
    if act == "answers":
        run = over(world)
        world.give(run, c.AskReview("谁锁的？"), "reviewer")
        world.give(run, c.AnswerReview("我"), actor("guard", who))
    elif act == "signs for":
        run = world.start("post")
        world.give(run, c.Sign("took", verified=True), actor("guard", who))
    else:
        run = world.start("whole")
        world.give(run, c.Hand("hand"))
        world.give(run, c.Receive("hand"), actor("engineer", who))
    assert by(world, who) == {run}
