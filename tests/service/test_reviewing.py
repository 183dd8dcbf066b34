"""The review on a real ledger: what is signed is the run's digest, one of two servers approves, and the queue is in order of risk."""

from engine.ledger.chain import run_digest
from engine.ledger.rebuild import rebuild
from engine.receipts import Outcome, Receipt
from engine.review.queue import GROUPS, Group, Queue, Wanted
from engine.run import commands as c
from engine.run.refusal import Refusal
from engine.run.review_events import RunApproved, RunReturned

from .reviewed import APPROVE, SHORT, finished, world
from .world import MIN, MORNING, World, revision, together

__all__ = ["world"]


def approval(world: World, run: str) -> RunApproved:
    event = world.engine.record(run)[-1].event
    assert isinstance(event, RunApproved)
    return event


def groups(world: World, person: str = "reviewer") -> dict[Group, list[str]]:
    found = {one: [row.run for row in Queue(world.ledger).page(one, person, Wanted())] for one in GROUPS}
    assert dict(Queue(world.ledger).counts()) == {one: len(rows) for one, rows in found.items()}
    return found


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
