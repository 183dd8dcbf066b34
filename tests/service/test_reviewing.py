"""The review on a real ledger: what is signed is the run's digest, one of two servers approves, and what lies long is told once."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.ledger import tables
from engine.ledger.chain import run_digest
from engine.ledger.codec import decode
from engine.ledger.rebuild import rebuild
from engine.procedure.site import Site
from engine.receipts import Outcome, Receipt
from engine.review.queue import GROUPS, Group, Queue, Wanted
from engine.revisions import site_revision
from engine.run import commands as c
from engine.run.refusal import Refusal
from engine.run.review_events import RunApproved, RunReturned
from engine.run.site_events import RunUnreviewed
from engine.service import UnknownRun
from engine.unreviewed import STREAM
from engine.watch import Watch

from .world import MIN, MORNING, SITE, World, revision, together

DAY = timedelta(days=1)
SHORT: dict[str, Any] = {"steps": [{"check": "看", "id": "a"}, {"note": "记", "id": "b", "required": False}]}
APPROVE = c.ApproveRun(verified=True)


@pytest.fixture
def world(each: str) -> Iterator[World]:
    made = World.open(each).settle()
    made.engine.publish([revision("list", **SHORT)], "boss")
    yield made
    made.ledger.close()


def finished(world: World, *, is_done: bool = True, note: str = "好") -> str:
    """A run that is over; clean, or with a step that was not done."""
    run = world.start()
    world.give(run, c.AnswerStep("b", note))
    world.give(run, c.AnswerStep("a", "done") if is_done else c.MarkStep("a", "not_done", "下雨"))
    world.give(run, c.Complete())
    return run


def approval(world: World, run: str) -> RunApproved:
    event = world.engine.record(run)[-1].event
    assert isinstance(event, RunApproved)
    return event


def groups(world: World, person: str = "reviewer") -> dict[Group, list[str]]:
    found = {one: [row.run for row in Queue(world.ledger).page(one, person, Wanted())] for one in GROUPS}
    assert dict(Queue(world.ledger).counts()) == {one: len(rows) for one, rows in found.items()}
    return found


def told(world: World) -> list[tuple[str, Any, str]]:
    table = tables.notices
    with world.ledger.engine.connect() as connection:
        rows = connection.execute(select(table).where(table.c.kind == "unreviewed").order_by(table.c.at, table.c.run)).all()
    return [(row.run, row.at, row.roles) for row in rows]


def tells(world: World, within: str = "3 days") -> World:
    site = Site.model_validate(SITE | {"review": {"within": within, "tell": ["lead"]}})
    world.engine.publish([site_revision(site, f"# {within}")], "boss")
    return world


# -- what is signed ----------------------------------------------------------------------------------------------------------


def test_what_is_signed_is_the_digest_of_the_run_up_to_there_and_an_amendment_is_another(world: World) -> None:
    run = finished(world)
    world.give(run, c.ReturnRun("再看"), "reviewer")
    world.give(run, c.AmendStep("b", "写漏", "很好"))
    world.give(run, APPROVE, "reviewer")
    returned = next(one.event for one in world.engine.record(run) if isinstance(one.event, RunReturned))
    approved = approval(world, run)
    stream = world.ledger.log.stream(run)
    assert approved.digest == run_digest(stream[: approved.version]).hex()
    assert returned.digest == run_digest(stream[: returned.version]).hex()
    assert approved.digest != returned.digest
    assert approved.version == len(stream) - 1


def test_whoever_asks_cannot_name_the_digest(world: World) -> None:
    run = finished(world)
    world.give(run, c.ApproveRun(verified=True, digest="00" * 32), "reviewer")
    assert approval(world, run).digest == run_digest(world.ledger.log.stream(run)[:-1]).hex()


def test_two_servers_approve_at_once_one_does_and_one_is_told(world: World) -> None:
    beside = world.beside()
    for _ in range(5):
        found = _both_approve((world, beside), run := finished(world))
        assert sorted(type(one).__name__ for one in found) == ["Receipt", "Refusal"]
        assert [one.code for one in found if isinstance(one, Refusal)] == ["already_approved"]
        assert [type(one.event) for one in world.engine.record(run)].count(RunApproved) == 1
    beside.ledger.close()


def _both_approve(servers: tuple[World, World], run: str) -> list[Outcome]:
    """What two reviewers get who approve the same at the same moment, each on a server of their own."""
    version = servers[0].engine.run(run).state.version
    found: list[Outcome] = []
    together(2, lambda n: found.append(servers[n].outcome(run, APPROVE, _reviewer(n), version=version)))
    return found


def _reviewer(number: int) -> c.Actor:
    return c.Actor(f"reviewer{number}", f"reviewer{number}", ("reviewer",), frozenset({"review"}))


def test_an_approval_beside_a_change_is_of_what_was_read_or_refused(world: World) -> None:
    """Nobody approves what another has changed meanwhile: whichever is first, the other is told or the approval is taken back."""
    beside = world.beside()
    for _ in range(5):
        run = finished(world, is_done=False)
        _approved_while_acted_on(world, beside, run)
        assert world.engine.run(run).state.review.status in ("open", "reopened")
    beside.ledger.close()


def _approved_while_acted_on(world: World, beside: World, run: str) -> None:
    state = world.engine.run(run).state
    (left,) = state.open_deviations()

    def work(number: int) -> None:
        if number:
            world.outcome(run, APPROVE, "reviewer", version=state.version)
        else:
            beside.give(run, c.ActOn(left.id, "补看"))

    together(2, work)


def test_sent_again_it_is_the_first_receipt(world: World) -> None:
    run = finished(world)
    command = world.command(APPROVE, run, "reviewer", id_="approve-1", version=world.engine.run(run).state.version)
    first, again = world.engine.give(command), world.beside().engine.give(command)
    assert isinstance(first, Receipt)
    assert first == again


# -- the queue ---------------------------------------------------------------------------------------------------------------


def test_every_run_that_is_over_is_in_one_group_until_it_is_approved(world: World) -> None:
    clean, marked, asked, back = (finished(world), finished(world, is_done=False), finished(world), finished(world))
    world.start()  # is not over
    world.give(asked, c.AskReview("几点？"), "reviewer")
    world.give(back, c.ReturnRun("再看"), "reviewer")
    world.give(back, c.AnswerReview("看了"))
    assert groups(world) == {"again": [back], "marked": [marked], "clean": [clean], "out": [asked]}
    world.give(marked, APPROVE, "reviewer")
    assert groups(world)["marked"] == []
    (left,) = world.engine.run(marked).state.open_deviations()
    world.give(marked, c.ActOn(left.id, "补看"))
    assert groups(world)["again"] == [marked, back]  # the riskier first
    assert world.engine.differing_lists() == ()


def test_the_riskiest_comes_first_then_the_oldest_and_pages_meet(world: World) -> None:
    runs = []
    for number in range(7):
        runs.append(finished(world, is_done=number % 3 != 0))
        world.wait(MIN)
    for group, expected in (("marked", [runs[0], runs[3], runs[6]]), ("clean", [runs[1], runs[2], runs[4], runs[5]])):
        found, after = [], None
        while page := Queue(world.ledger).page(group, "x", Wanted(), after, 2):  # type: ignore[arg-type]
            found += [row.run for row in page]
            after = page[-1].key
        assert found == expected
        assert after is not None
        back = list[str]()
        while page := Queue(world.ledger).page(group, "x", Wanted(), after, 2, is_back=True):  # type: ignore[arg-type]
            back, after = [*(row.run for row in page), *back], page[0].key
        assert back == expected[:-1]


def test_one_who_had_a_hand_in_it_is_marked_so(world: World) -> None:
    run = finished(world)
    assert [row.is_own for row in Queue(world.ledger).page("clean", "guard", Wanted())] == [True]
    assert [row.is_own for row in Queue(world.ledger).page("clean", "reviewer", Wanted())] == [False]
    assert Queue(world.ledger).found([run, "nowhere"], "guard")[run].is_own


def test_one_who_answered_for_it_is_marked_so_in_lists_kept_and_made_anew(world: World) -> None:
    run = finished(world)
    world.give(run, c.AskReview("几点？"), "reviewer")
    world.give(run, c.AnswerReview("八点"), "lead")
    for _ in range(2):
        assert Queue(world.ledger).own([run], "lead") == {run}
        assert Queue(world.ledger).own([run], "reviewer") == frozenset()
        assert world.engine.differing_lists() == ()
        rebuild(world.ledger, world.engine.plan_of)


def test_it_is_narrowed_by_place_procedure_and_the_time_of_the_end(world: World) -> None:
    run = finished(world)
    for wanted, is_there in (
        (Wanted(place="pool"), True),
        (Wanted(place="hall"), False),
        (Wanted(procedures=("list",)), True),
        (Wanted(procedures=("case",)), False),
        (Wanted(since=MORNING, until=MORNING + MIN), True),
        (Wanted(until=MORNING), False),
        (Wanted(since=MORNING + MIN), False),
    ):
        assert [row.run for row in Queue(world.ledger).page("clean", "x", wanted)] == ([run] if is_there else [])
        assert Queue(world.ledger).counts(wanted)["clean"] == is_there


def test_a_procedure_that_wants_no_review_waits_for_none(world: World) -> None:
    world.engine.publish([revision("list", review="none", **SHORT)], "boss")
    run = finished(world)
    assert not any(groups(world).values())
    world.give(run, c.ReturnRun("再看"), "reviewer")
    assert groups(world)["out"] == [run]
    assert world.engine.differing_lists() == ()


# -- what lies unreviewed ----------------------------------------------------------------------------------------------------


def test_what_lies_unreviewed_is_told_once_with_the_time_it_should_have_been(world: World) -> None:
    tells(world)
    watch, run = Watch(world.engine), finished(world)
    late = finished(world)
    world.give(late, APPROVE, "reviewer")
    watch.look()
    world.wait(3 * DAY - MIN)
    watch.look()
    assert told(world) == []
    for _ in range(5):
        world.wait(MIN)
        watch.look()
    assert told(world) == [(run, MORNING + 3 * DAY, "lead")]
    world.wait(9 * DAY)
    Watch(world.beside().engine).look()
    assert len(told(world)) == 1
    (recorded,) = world.ledger.log.stream(STREAM)
    assert decode(recorded.kind, recorded.format, recorded.body) == RunUnreviewed(
        run, "list", "pool", "", MORNING + 3 * DAY, ("lead",)
    )
    assert recorded.occurred_at == MORNING + 3 * DAY
    with pytest.raises(UnknownRun):
        world.engine.run(STREAM)  # a stream of the site, whatever is asked for in an address
    assert world.engine.differing_lists() == ()
    before = told(world)
    rebuild(world.ledger, world.engine.plan_of)
    assert told(world) == before


def test_nothing_is_told_where_the_site_does_not_ask(world: World) -> None:
    finished(world)
    world.wait(99 * DAY)
    Watch(world.engine).look()
    assert told(world) == []
    tells(world)
    Watch(world.engine).look()
    assert told(world) == []  # what lay there before it was asked for is in the queue


def test_what_passed_while_no_server_ran_is_told_when_one_does(world: World) -> None:
    tells(world)
    Watch(world.engine).look()
    run = finished(world)
    world.wait(30 * DAY)
    Watch(world.engine).look()
    assert told(world) == [(run, MORNING + 3 * DAY, "lead")]


def test_many_servers_tell_once(world: World) -> None:
    tells(world)
    Watch(world.engine).look()
    runs = sorted(finished(world) for _ in range(12))
    world.wait(4 * DAY)
    servers = [world.beside() for _ in range(3)]
    together(3, lambda n: Watch(servers[n].engine).catch_up())
    assert sorted(run for run, _, _ in told(world)) == runs
    assert len(world.ledger.log.stream(STREAM)) == 12
    for one in servers:
        one.ledger.close()


def test_an_approval_taken_back_by_a_change_is_told_when_it_lies(world: World) -> None:
    tells(world)
    watch, run = Watch(world.engine), finished(world, is_done=False)
    watch.look()
    world.give(run, APPROVE, "reviewer")
    world.wait(20 * DAY)
    watch.look()
    (left,) = world.engine.run(run).state.open_deviations()
    world.give(run, c.ActOn(left.id, "补看"))
    world.wait(2 * DAY)
    watch.look()
    assert told(world) == []
    world.wait(DAY)
    watch.look()
    assert told(world) == [(run, MORNING + 23 * DAY, "lead")]


def test_each_wait_for_a_review_is_told_once(world: World) -> None:
    tells(world)
    watch, run = Watch(world.engine), finished(world, is_done=False)
    other = finished(world)
    watch.look()
    world.wait(5 * DAY)
    watch.look()
    first = [(one, MORNING + 3 * DAY, "lead") for one in sorted((run, other))]
    assert told(world) == first
    for one in (run, other):
        world.give(one, APPROVE, "reviewer")
    world.wait(DAY)
    (left,) = world.engine.run(run).state.open_deviations()
    world.give(run, c.ActOn(left.id, "补看"))
    again = (run, MORNING + 9 * DAY, "lead")
    for _ in range(12):
        world.wait(DAY)
        for engine in (world.engine, world.beside().engine):
            Watch(engine).look()
    assert told(world) == [*first, again]
    world.give(run, c.ActOn(left.id, "再看"))  # the same wait, with one change more
    world.wait(5 * DAY)
    watch.look()
    assert told(world) == [*first, again]
    world.give(run, APPROVE, "reviewer")
    world.wait(DAY)
    world.give(run, c.ActOn(left.id, "又看"))
    world.wait(3 * DAY)
    watch.look()
    third = (run, MORNING + 27 * DAY, "lead")
    assert told(world) == [*first, again, third]
    assert world.engine.differing_lists() == ()
    rebuild(world.ledger, world.engine.plan_of)
    assert told(world) == [*first, again, third]
    world.wait(5 * DAY)
    Watch(world.beside().engine).look()
    assert len(told(world)) == 4


def test_a_wait_told_by_the_version_before_is_not_told_again(world: World) -> None:
    tells(world)
    watch, run = Watch(world.engine), finished(world, is_done=False)
    watch.look()
    world.give(run, APPROVE, "reviewer")
    world.wait(DAY)
    (left,) = world.engine.run(run).state.open_deviations()
    world.give(run, c.ActOn(left.id, "补看"))
    world.wait(4 * DAY)
    world.engine.note(RunUnreviewed(run, "list", "pool", "", MORNING + 4 * DAY, ("lead",)), "")  # it told each run once
    watch.look()
    assert told(world) == [(run, MORNING + 4 * DAY, "lead")]


def test_an_approval_in_time_that_falls_is_waited_for_from_then(world: World) -> None:
    tells(world)
    watch, run = Watch(world.engine), finished(world, is_done=False)
    watch.look()
    world.wait(DAY)
    world.give(run, APPROVE, "reviewer")
    world.wait(DAY)
    (left,) = world.engine.run(run).state.open_deviations()
    world.give(run, c.ActOn(left.id, "补看"))
    world.wait(DAY + MIN)
    watch.look()
    assert told(world) == []  # three days after it was over, but one since it changed
    world.wait(2 * DAY)
    watch.look()
    assert told(world) == [(run, MORNING + 5 * DAY, "lead")]


def test_a_shorter_time_tells_what_it_overtakes(world: World) -> None:
    tells(world)
    watch, run = Watch(world.engine), finished(world)
    watch.look()
    world.wait(2 * DAY)
    watch.look()
    tells(world, "1 day")
    world.wait(MIN)
    watch.look()
    assert [one for one, _, _ in told(world)] == [run]
