"""Publishing as people do it: proposed, approved by another where the site asks for it, in effect at once or later, taken back."""

from datetime import timedelta
from typing import Any

import pytest

from engine.ledger.log import Misused
from engine.proposals import Proposals, Wanted
from engine.receipts import Outcome, Receipt
from engine.revisions import Revision, site_revision
from engine.run import commands as c
from engine.run.commands import Actor
from engine.run.refusal import Refusal
from engine.watch import Watch

from .world import World, revision, site, together

HOUR = timedelta(hours=1)
AUTHOR = Actor("ann", "Ann", ("lead",), frozenset({"publish", "edit_procedures"}))
APPROVER = Actor("bo", "Bo", ("lead",), frozenset({"publish", "approve_publishing"}))
NOBODY = Actor("guard", "Guard", ("guard",), frozenset())


def changed(name: str = "list", title: str = "清单二") -> Revision:
    """A procedure with another title."""
    old = revision(name)
    return Revision(name, old.compiled.replace("清单", title), f"# {title}")


def in_force(world: World, name: str = "list") -> str:
    found = world.engine.directory.catch_up().published.get(name)
    return found.digest if found else ""


def wanted(world: World, *revisions: Revision, note: str = "换标题", **more: Any) -> Wanted:
    found = revisions or (changed(),)
    return Wanted(found, {one.procedure: in_force(world, one.procedure) for one in found}, note, **more)


def four_eyes(world: World) -> None:
    """From now on the site asks for a second person."""
    world.engine.publish([site_revision(site().model_copy(update={"four_eyes": True}), "# four eyes")], "boss")


def code(outcome: Outcome) -> str:
    return outcome.code if isinstance(outcome, Refusal) else "saved"


@pytest.fixture
def proposals(world: World) -> Proposals:
    """Publishing in a settled club."""
    return Proposals(world.engine)


def last(world: World) -> int:
    return max(world.engine.directory.catch_up().proposals)


def test_without_four_eyes_what_is_proposed_is_published_at_once(world: World, proposals: Proposals) -> None:
    run = world.start()
    assert code(proposals.propose(wanted(world), AUTHOR, "a")) == "saved"
    assert in_force(world) == changed().digest
    plan = world.engine.plan("list")
    assert plan is not None
    assert plan.procedure.title.zh == "清单二"
    assert world.engine.run(run).plan.procedure.title.zh == "清单"  # an open run stays on its revision
    one = proposals.now()[last(world)]
    assert (one.state, one.by, one.decided_by, one.note) == ("published", "ann", "ann", "换标题")
    (_, issued) = world.engine.directory.now().issued["list"]
    assert (issued.proposal, issued.by, issued.digest) == (one.id, "ann", changed().digest)
    assert world.engine.differing_lists() == ()


def test_with_four_eyes_the_author_cannot_approve(world: World, proposals: Proposals) -> None:
    four_eyes(world)
    before = in_force(world)
    both = Actor("ann", "Ann", ("lead",), frozenset({"publish", "approve_publishing"}))
    assert code(proposals.propose(wanted(world), both, "a")) == "saved"
    assert in_force(world) == before
    number = last(world)
    assert code(proposals.approve(number, both, "b")) == "own_proposal"
    assert code(proposals.approve(number, AUTHOR, "c")) == "not_permitted"
    assert code(proposals.approve(number, APPROVER, "d")) == "saved"
    assert in_force(world) == changed().digest
    one = proposals.now()[number]
    assert (one.state, one.by, one.decided_by) == ("published", "ann", "bo")
    assert code(proposals.approve(number, APPROVER, "e")) == "not_open"
    assert code(proposals.withdraw(number, "x", AUTHOR, "f")) == "not_open"


def test_it_takes_effect_at_its_time_and_not_before(world: World, proposals: Proposals) -> None:
    before, now = in_force(world), world.clock.now()
    assert code(proposals.propose(wanted(world, takes_effect=now + HOUR), AUTHOR, "a")) == "saved"
    watch = Watch(world.engine)
    world.wait(HOUR - timedelta(seconds=1))
    watch.catch_up()
    assert in_force(world) == before
    assert proposals.now()[last(world)].state == "approved"
    world.wait(timedelta(seconds=1))
    watch.catch_up()
    assert in_force(world) == changed().digest
    one = proposals.now()[last(world)]
    assert (one.state, one.decided_by, one.published_at) == ("published", "ann", now + HOUR)


def test_several_servers_put_it_into_effect_once(world: World, proposals: Proposals) -> None:
    proposals.propose(wanted(world, takes_effect=world.clock.now() + HOUR), AUTHOR, "a")
    world.wait(HOUR)
    others = [world.beside() for _ in range(3)]
    together(3, lambda number: Proposals(others[number].engine).put_into_effect() and None)
    issued = world.engine.directory.catch_up().issued["list"]
    assert len(issued) == 2
    for other in others:
        other.ledger.close()


def test_what_was_overtaken_while_it_waited_is_withdrawn_and_says_so(world: World, proposals: Proposals) -> None:
    proposals.propose(wanted(world, takes_effect=world.clock.now() + HOUR), AUTHOR, "a")
    number = last(world)
    other = changed(title="清单三")
    assert code(proposals.propose(wanted(world, other), APPROVER, "b")) == "saved"
    world.wait(HOUR)
    Watch(world.engine).catch_up()
    one = proposals.now()[number]
    assert (one.state, one.reason) == ("withdrawn", "overtaken: list")
    assert in_force(world) == other.digest


def test_somebody_who_was_slower_is_told_and_nothing_is_published(world: World, proposals: Proposals) -> None:
    mine = wanted(world)
    assert code(proposals.propose(wanted(world, changed(title="清单三")), APPROVER, "a")) == "saved"
    refusal = proposals.propose(mine, AUTHOR, "b")
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.facts) == ("overtaken", {"procedure": "list"})
    assert in_force(world) == changed(title="清单三").digest


def test_of_two_at_the_same_moment_one_is_published(world: World, proposals: Proposals) -> None:
    both = [wanted(world, changed(title=f"清单{n}")) for n in range(4)]
    outcomes: dict[int, str] = {}
    beside = [world.beside() for _ in both]

    def propose(number: int) -> None:
        outcomes[number] = code(Proposals(beside[number].engine).propose(both[number], AUTHOR, f"p{number}"))

    together(len(both), propose)
    assert sorted(outcomes.values()) == ["overtaken"] * 3 + ["saved"]
    winner = next(number for number, said in outcomes.items() if said == "saved")
    assert in_force(world) == changed(title=f"清单{winner}").digest
    for one in beside:
        one.ledger.close()


@pytest.mark.parametrize(
    ("by", "more", "said"),
    [
        (NOBODY, {}, "not_permitted"),
        (AUTHOR, {"note": "\u200b "}, "no_note"),
        (AUTHOR, {"takes_effect": timedelta()}, "in_the_past"),
        (AUTHOR, {"takes_effect": -HOUR}, "in_the_past"),
    ],
)
def test_what_is_not_fit_is_refused_and_leaves_no_trace(
    world: World, proposals: Proposals, by: Actor, more: dict[str, Any], said: str
) -> None:
    before = world.size()
    if "takes_effect" in more:
        more = {"takes_effect": world.clock.now() + more["takes_effect"]}
    assert code(proposals.propose(wanted(world, **more), by, "a")) == said
    assert code(proposals.propose(wanted(world, revision("list")), AUTHOR, "b")) == "nothing_new"
    assert world.size() == before


def test_a_proposal_is_taken_back_by_its_author_or_turned_down(world: World, proposals: Proposals) -> None:
    four_eyes(world)
    proposals.propose(wanted(world), AUTHOR, "a")
    first = last(world)
    assert code(proposals.withdraw(first, "", AUTHOR, "b")) == "reason_needed"
    assert code(proposals.withdraw(first, "x", NOBODY, "c")) == "not_permitted"
    assert code(proposals.withdraw(first, "数写错了", AUTHOR, "d")) == "saved"
    proposals.propose(wanted(world), AUTHOR, "e")
    assert code(proposals.withdraw(last(world), "先问工程部", APPROVER, "f")) == "saved"
    one = proposals.now()[last(world)]
    assert (one.state, one.decided_by, one.reason) == ("withdrawn", "bo", "先问工程部")
    assert in_force(world) == revision("list").digest


def test_rolling_back_publishes_the_old_content_again(world: World, proposals: Proposals) -> None:
    proposals.propose(wanted(world), AUTHOR, "a")
    assert code(proposals.propose(wanted(world, revision("list"), note="改回去"), AUTHOR, "b")) == "saved"
    assert in_force(world) == revision("list").digest
    assert [one.note for one in world.engine.directory.now().issued["list"]] == ["", "换标题", "改回去"]
    assert world.engine.plan("list") is not None


def test_the_same_command_again_is_recorded_once(world: World, proposals: Proposals) -> None:
    mine = wanted(world)
    proposals.propose(mine, AUTHOR, "a")
    before = world.size()
    assert isinstance(proposals.propose(mine, AUTHOR, "a"), Receipt)
    assert world.size() == before
    with pytest.raises(Misused):
        proposals.propose(wanted(world, changed(title="清单九")), AUTHOR, "a")


def test_a_new_procedure_and_several_at_once(world: World, proposals: Proposals) -> None:
    new = Revision("sauna", revision("list").compiled, "# sauna")
    assert code(proposals.propose(wanted(world, new, changed()), AUTHOR, "a")) == "saved"
    assert (in_force(world, "sauna"), in_force(world)) == (new.digest, changed().digest)
    assert isinstance(world.engine.start(world.command(c.StartRun("sauna", "", "pool"))), Receipt)


def test_retired_it_cannot_be_started_and_its_runs_go_on(world: World, proposals: Proposals) -> None:
    run = world.start()
    assert code(proposals.retire("list", "\u2060", AUTHOR, "a")) == "reason_needed"
    assert code(proposals.retire("list", "不用了", NOBODY, "b")) == "not_permitted"
    assert code(proposals.retire("site", "不用了", AUTHOR, "c")) == "not_published"
    assert code(proposals.retire("list", "不用了", AUTHOR, "d")) == "saved"
    refusal = world.engine.start(world.command(c.StartRun("list", "", "pool")))
    assert isinstance(refusal, Refusal)
    assert refusal.code == "not_published"
    world.give(run, c.AnswerStep("s0", "done"))
    retired = world.engine.directory.now().retired["list"]
    assert (retired.reason, retired.by) == ("不用了", "ann")
    assert code(proposals.propose(wanted(world), AUTHOR, "e")) == "saved"  # and taken up again
    assert "list" not in world.engine.directory.now().retired


def test_a_renamed_procedure_keeps_its_past(world: World, proposals: Proposals) -> None:
    run = world.start()
    assert code(proposals.rename("list", "whole", "", AUTHOR, "a")) == "name_taken"
    assert code(proposals.rename("list", "pool/list", "搬到泳池", AUTHOR, "b")) == "saved"
    directory = world.engine.directory.now()
    assert in_force(world, "pool/list") == revision("list").digest
    assert in_force(world) == ""
    assert directory.renamed.names("pool/list") == ("pool/list", "list")
    assert [one.digest for one in directory.issued["pool/list"]] == [revision("list").digest]
    world.give(run, c.AnswerStep("s0", "done"))
    assert code(proposals.rename("whole", "list", "", AUTHOR, "c")) == "name_taken"
    assert isinstance(world.engine.start(world.command(c.StartRun("pool/list", "", "pool"))), Receipt)
    assert world.engine.differing_lists() == ()


def test_a_publish_during_starts_leaves_every_run_on_one_whole_revision(world: World, proposals: Proposals) -> None:
    """Some start on the old one and some on the new one; none on anything else, and all can go on."""
    beside, runs = world.beside(), []

    def act(number: int) -> None:
        if number == 0:
            assert code(Proposals(beside.engine).propose(wanted(world), AUTHOR, "a")) == "saved"
        else:
            runs.append(world.start(run=f"r{number}"))

    together(9, act)
    for run in runs:
        found = world.engine.run(run)
        assert found.state.started.revision in {revision("list").digest, changed().digest}
        world.give(run, c.AnswerStep("s0", "done"))
    beside.ledger.close()
